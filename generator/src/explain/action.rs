//! What there is to be told of an action.

use super::{
    Correction, Explanation, Form, Kind, Message, Param, Scene,
    sample::{self, Sample, WORKSPACE},
    shown,
};
use crate::{
    model::{self, Action, ParamPlace, ReturnKind, Route, Type, Verb},
    name::ActionNames,
    shell,
};

/// As many optional parameters as an example has.
const SHOWN: usize = 2;

/// Explains a definition, as `plugin` has it where one is asked for.
pub(super) fn explain(scene: &Scene<'_>, index: usize, plugin: Option<&str>) -> Explanation {
    let action = &scene.api.actions[index];
    let is_it = |other: &&Action| (&other.name, &other.owner) == (&action.name, &action.owner);
    let key = (action.name.clone(), action.owner.clone());
    let applied = scene.applied.iter().filter(|one| one.action == key);
    let corrections = applied.map(|one| Correction {
        changes: one.effects.iter().map(ToString::to_string).collect(),
        ..Correction::new(&one.at, Some(&one.description), &one.evidence)
    });
    let example = Example::new(scene, index, plugin);
    Explanation {
        kind: Kind::Action,
        name: action.name.clone(),
        plugin: Some(action.owner.clone()),
        also: action.also.clone(),
        summary: action.docs.summary.clone(),
        place: place(scene, action),
        declared: scene.declared.actions.iter().find(is_it).map(form),
        corrections: corrections.collect(),
        really: form(action),
        dead: action.retired.clone(),
        rust: example.rust(),
        rest: example.rest(),
        session: Some(example.session()),
        command_line: Some(example.command_line()),
    }
}

fn place(scene: &Scene<'_>, action: &Action) -> Option<String> {
    let plugin = scene.input.set.plugins.iter().find(|plugin| plugin.id == action.owner)?;
    let declared = plugin.actions.iter().find(|declared| declared.name == action.name)?;
    Some(shown(&declared.place))
}

fn form(action: &Action) -> Form {
    let params = action.params.iter().map(|param| Param {
        name: param.name.clone(),
        place: match param.place {
            ParamPlace::Path => "path",
            ParamPlace::CatchAll => "rest of the path",
            ParamPlace::Field => "field",
        },
        kind: kind(&param.kind),
        required: param.required,
        default: param.default.clone().filter(|default| !default.is_empty()),
    });
    Form {
        address: action.route.as_ref().map(|route| address(action, route)),
        params: params.collect(),
        answer: answer(&action.returns),
        background: Some(action.background),
        repeatable: Some(action.repeatable),
    }
}

fn address(action: &Action, route: &Route) -> String {
    let last = route.path.len().checked_sub(1).filter(|_| route.catch_all);
    let mut address = format!("{} /api/{{workspace}}/{}", verb(route.verb), action.sent_name());
    for (index, name) in route.path.iter().enumerate() {
        let dots = if Some(index) == last { "…" } else { "" };
        address.push_str(&format!("/{{{name}{dots}}}"));
    }
    address
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    }
}

fn kind(kind: &model::Kind) -> String {
    match kind {
        model::Kind::Text => "text".to_owned(),
        model::Kind::Texts => "texts, as a list".to_owned(),
        model::Kind::Encoded => "text, percent-encoded once more".to_owned(),
        model::Kind::File => "a file, as a part of the form".to_owned(),
        model::Kind::Constant(value) => format!("always `{value}`"),
        model::Kind::Integer => "a whole number".to_owned(),
        model::Kind::Flag => "`true`, or not sent".to_owned(),
        model::Kind::Switch => "`true` or `false`".to_owned(),
        model::Kind::On => "`on`, or not sent".to_owned(),
        model::Kind::Node => "the path of a node".to_owned(),
        model::Kind::Nodes => "the paths of nodes, as a list".to_owned(),
        model::Kind::Selection => "the paths of nodes, numbered".to_owned(),
        model::Kind::Page => "the number of a page".to_owned(),
        model::Kind::Json => "JSON, as text".to_owned(),
        model::Kind::Choice(words) => format!("one of `{}`", words.join("`, `")),
        model::Kind::Fields => "fields of any names".to_owned(),
        model::Kind::Numbered(prefix) => format!("`{prefix}0`, `{prefix}1` …"),
    }
}

fn answer(returns: &ReturnKind) -> String {
    match returns {
        ReturnKind::Listing => "a list of nodes".to_owned(),
        ReturnKind::Json => "JSON of no declared shape".to_owned(),
        ReturnKind::Xml => "XML of its own".to_owned(),
        ReturnKind::Text => "text".to_owned(),
        ReturnKind::Stream => "bytes".to_owned(),
        ReturnKind::Envelope => "the XML envelope".to_owned(),
        ReturnKind::Report => "the XML envelope, or nothing".to_owned(),
        ReturnKind::Nothing => "nothing".to_owned(),
        ReturnKind::Typed(kind) => format!("JSON: {}", typed(kind)),
        ReturnKind::OneOrMany(kind) => {
            format!("JSON: {0} for one node, a map of {0} for several", typed(kind))
        }
        ReturnKind::Any => "not declared: told apart by what comes".to_owned(),
    }
}

/// A type in words.
pub(super) fn typed(kind: &Type) -> String {
    match kind {
        Type::Text => "text".to_owned(),
        Type::Integer | Type::Unsigned => "a whole number".to_owned(),
        Type::IntegerText | Type::UnsignedText => "a whole number, as text".to_owned(),
        Type::Float => "a number".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Any => "any JSON".to_owned(),
        Type::Object => "any object".to_owned(),
        Type::List(items) => format!("a list of {}", typed(items)),
        Type::Map(values) => format!("a map of {}", typed(values)),
        Type::Nullable(kind) => format!("{}, or null", typed(kind)),
        Type::Lenient(kind) => typed(kind),
        Type::Model(name) => format!("`{name}`"),
    }
}

/// A call with what is required, and some of what is not.
struct Example<'e> {
    action: &'e Action,
    /// The function, with its module.
    function: String,
    names: &'e ActionNames,
    /// By index of the parameter.
    arguments: Vec<(usize, Sample)>,
    setters: Vec<(usize, Sample)>,
}

impl<'e> Example<'e> {
    fn new(scene: &Scene<'e>, index: usize, plugin: Option<&str>) -> Self {
        let action = &scene.api.actions[index];
        let names = &scene.names.actions[&index];
        let exported = plugin
            .and_then(|id| Some((id, &scene.names.exports.get(&(id.to_owned(), index))?.function)));
        let (plugin, function) = exported.unwrap_or((&action.owner, &names.function));
        let module = &scene.names.modules[plugin];
        let (arguments, optional): (Vec<_>, Vec<_>) =
            (0..action.params.len()).partition(|&i| is_always_sent(&action.params[i]));
        let sample = |index: usize| (index, sample(action, names, module, index));
        let (mut shown, nodes): (Vec<_>, Vec<_>) = optional
            .into_iter()
            .filter(|&i| is_shown(&action.params[i]))
            .partition(|&i| !is_of_nodes(&action.params[i].kind));
        shown.extend(nodes);
        Self {
            action,
            function: format!("v1::{module}::{function}"),
            names,
            arguments: arguments.into_iter().map(sample).collect(),
            setters: shown.into_iter().take(SHOWN).map(sample).collect(),
        }
    }

    fn rust(&self) -> String {
        let is_given = |index: usize| !is_constant(&self.action.params[index]);
        let arguments = self.arguments.iter().filter(|(index, _)| is_given(*index));
        let arguments: Vec<_> = arguments.map(|(_, one)| &*one.rust).collect();
        let mut call = format!("{}({})", self.function, arguments.join(", "));
        for (index, sample) in &self.setters {
            call.push_str(&format!(".{}({})", self.names.params[*index], sample.rust));
        }
        format!("workspace.call({call}).await?")
    }

    /// What goes where a path does not hold it.
    fn pairs(&self, with_path: bool) -> Vec<(String, String)> {
        let all = self.arguments.iter().chain(&self.setters);
        let is_field = |index: usize| self.action.params[index].place == ParamPlace::Field;
        let shown = all.filter(|(index, _)| with_path || is_field(*index));
        shown.flat_map(|(_, sample)| sample.wire.clone()).collect()
    }

    /// The workspace that the action is one of.
    fn workspace(&self) -> &'static str {
        if self.action.owner == "access.ajxp_conf" { sample::SETTINGS } else { WORKSPACE }
    }

    fn rest(&self) -> Option<Message> {
        let route = self.action.route.as_ref()?;
        let workspace = self.workspace();
        let mut url =
            format!("/api/{workspace}/{}", sample::segments(self.action.sent_name(), false));
        for (index, sample) in &self.arguments {
            let spans = match self.action.params[*index].place {
                ParamPlace::Field => continue,
                ParamPlace::CatchAll => true,
                ParamPlace::Path => false,
            };
            let value = sample.wire.first().map_or("", |(_, value)| value);
            url.push_str(&format!("/{}", sample::segments(value, spans)));
        }
        if route.path.is_empty() {
            url.push('/');
        }
        Some(self.with_files(route.verb, url, &self.pairs(false)))
    }

    /// The files of the form, by name.
    fn files(&self) -> Vec<&'e str> {
        let all = self.arguments.iter().chain(&self.setters);
        let params = all.map(|(index, _)| &self.action.params[*index]);
        params.filter(|param| param.kind == model::Kind::File).map(|param| &*param.name).collect()
    }

    fn with_files(&self, verb: Verb, url: String, pairs: &[(String, String)]) -> Message {
        let files = self.files();
        if files.is_empty() {
            return message(verb, url, pairs);
        }
        let message = message(Verb::Post, url, pairs);
        let body = format!("multipart/form-data, with the file {}", files.join(", "));
        Message { body: Some(body), ..message }
    }

    fn session(&self) -> Message {
        let own = [("get_action", self.action.sent_name()), ("secure_token", "TOKEN")];
        let own = own.into_iter().chain([("tmp_repository_id", self.workspace())]);
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let verb = self.action.route.as_ref().map_or(Verb::Post, |route| route.verb);
        let pairs: Vec<_> = own.chain(self.pairs(true)).collect();
        self.with_files(verb, "/index.php".to_owned(), &pairs)
    }

    fn command_line(&self) -> String {
        if !self.files().is_empty() {
            return "not possible: the console takes no files".to_owned();
        }
        let (name, workspace) = (self.action.sent_name(), self.workspace());
        let mut line = format!("php cmd.php -u=alice -p=PASSWORD -r={workspace} -a={name}");
        for (name, value) in self.pairs(true) {
            // Of a list only the form with a number is understood there, and only of nodes.
            let name = match name.strip_suffix("[]") {
                Some("nodes") => "file",
                Some(_) => return "not possible: the console reads no lists".to_owned(),
                None => &*name,
            };
            line.push_str(&format!(" {}", shell::option(name, &value)));
        }
        line
    }
}

fn message(verb: Verb, url: String, pairs: &[(String, String)]) -> Message {
    let fields = sample::fields(pairs);
    let method = self::verb(verb).to_owned();
    match (verb, fields.is_empty()) {
        (_, true) => Message { method, url, ..Message::default() },
        (Verb::Get, false) => {
            Message { method, url: format!("{url}?{fields}"), ..Message::default() }
        }
        (Verb::Post, false) => Message { method, url, form: Some(fields), ..Message::default() },
    }
}

/// Whether an example can have the parameter: the number of a page changes the folder, and which
/// fields there are where any may be, nobody knows.
fn is_shown(param: &model::Param) -> bool {
    !matches!(param.kind, model::Kind::Page | model::Kind::Fields)
}

fn is_constant(param: &model::Param) -> bool {
    matches!(param.kind, model::Kind::Constant(_))
}

/// Whether every call has the parameter.
fn is_always_sent(param: &model::Param) -> bool {
    is_constant(param) || crate::emit::is_argument(param)
}

/// Whether a parameter names nodes, which other parameters of the action may name as well.
fn is_of_nodes(kind: &model::Kind) -> bool {
    matches!(kind, model::Kind::Node | model::Kind::Nodes | model::Kind::Selection)
}

/// A value for a parameter.
fn sample(action: &Action, names: &ActionNames, module: &str, index: usize) -> Sample {
    let param = &action.params[index];
    let name = &*param.name;
    match &param.kind {
        model::Kind::Texts => Sample::new("[\"value\"]", &format!("{name}[]"), "value"),
        model::Kind::Constant(value) => Sample::new("", name, value),
        model::Kind::Encoded => {
            let value = sample::text(name);
            Sample {
                wire: vec![(name.to_owned(), sample::segments(value, false))],
                ..Sample::text(name, value)
            }
        }
        model::Kind::File => Sample { rust: "\"content\"".to_owned(), wire: Vec::new() },
        model::Kind::Integer => Sample::new("1", name, "1"),
        model::Kind::Page => Sample::new("2", name, "2"),
        model::Kind::Flag => Sample::new("true", name, "true"),
        model::Kind::Switch => Sample::new("false", name, "false"),
        model::Kind::On => Sample::new("true", name, "on"),
        model::Kind::Node => Sample::text(name, sample::NODE),
        model::Kind::Nodes => Sample::new("[\"/a.txt\"]", &format!("{name}[]"), "/a.txt"),
        model::Kind::Selection => Sample::new("[\"/a.txt\"]", name, "/a.txt"),
        model::Kind::Json => Sample::new("&json", name, "{}"),
        model::Kind::Choice(words) => {
            let choice = &names.choices[&index];
            let variant = choice.variants.first().unwrap_or(&choice.other);
            let word = words.first().map_or("", String::as_str);
            Sample::new(format!("v1::{module}::{}::{variant}", choice.name), name, word)
        }
        model::Kind::Fields => Sample::new("[(\"name\", \"value\")]", "name", "value"),
        model::Kind::Numbered(prefix) => {
            Sample::new("0, \"value\"", &format!("{prefix}0"), "value")
        }
        model::Kind::Text => {
            let default = param.default.as_deref().filter(|default| !default.is_empty());
            Sample::text(name, default.unwrap_or_else(|| sample::text(name)))
        }
    }
}
