//! An example call with the required parameters and some optional ones: in Rust, and as sent.

use super::{
    Message, Scene, form,
    sample::{self, Sample, WORKSPACE},
};
use crate::{
    ir::{Endpoint, EndpointKind, Kind, Location, Method, Needs, Param, Shape, Style, Type},
    names::{ChoiceNames, EndpointNames, snake},
    shell,
};

/// The maximum number of optional parameters in an example.
const SHOWN: usize = 2;

/// An example of a call.
pub(super) struct Example<'e> {
    scene: &'e Scene<'e>,
    endpoint: &'e Endpoint,
    names: &'e EndpointNames,
    /// The module, with its API version.
    module: String,
    function: String,
    /// By index of the parameter.
    arguments: Vec<(usize, Sample)>,
    setters: Vec<(usize, Sample)>,
}

impl<'e> Example<'e> {
    /// Creates an example of an endpoint, as defined by `plugin` if one is requested.
    pub(super) fn new(scene: &'e Scene<'e>, index: usize, plugin: Option<&str>) -> Self {
        let endpoint = &scene.api.endpoints[index];
        let names = &scene.names.endpoints[index];
        let exported = plugin
            .and_then(|id| Some((id, &scene.names.exports.get(&(id.to_owned(), index))?.function)));
        let (group, function) = exported.unwrap_or((&endpoint.group, &names.function));
        let module = scene.names.module(endpoint.kind, group).unwrap_or_default();
        let version = if endpoint.is_action() { "v1" } else { "v2" };
        let mut example = Self {
            scene,
            endpoint,
            names,
            module: format!("{version}::{module}"),
            function: function.clone(),
            arguments: Vec::new(),
            setters: Vec::new(),
        };
        let is_sent = |index: &usize| {
            let param = &endpoint.params[*index];
            param.is_constant() || param.is_argument()
        };
        let (arguments, optional): (Vec<_>, Vec<_>) = (0..endpoint.params.len()).partition(is_sent);
        let (mut shown, nodes): (Vec<_>, Vec<_>) = optional
            .into_iter()
            .filter(|&index| is_shown(&endpoint.params[index]))
            .partition(|&index| !is_of_nodes(&endpoint.params[index].kind));
        shown.extend(nodes);
        // Of parameters that exclude each other, the first is shown.
        let index_of = |name: &String| endpoint.params.iter().position(|one| one.name == *name);
        let firsts = endpoint.needs.iter().filter_map(|needs| index_of(needs.names().first()?));
        let firsts: Vec<usize> = firsts.collect();
        let is_other = |index: &usize| {
            let name = &endpoint.params[*index].name;
            let excludes = |needs: &Needs| matches!(needs, Needs::OneOf(all) if all.contains(name));
            endpoint.needs.iter().any(excludes)
        };
        shown.retain(|index| !firsts.contains(index) && !is_other(index));
        shown.splice(..0, firsts);
        let sample = |index: usize| (index, example.sample(index));
        let arguments = arguments.into_iter().map(sample).collect();
        let setters = shown.into_iter().take(SHOWN).map(sample).collect();
        (example.arguments, example.setters) = (arguments, setters);
        example
    }

    /// Formats the call in Rust.
    pub(super) fn rust(&self) -> String {
        let is_given = |index: usize| !self.endpoint.params[index].is_constant();
        let arguments = self.arguments.iter().filter(|(index, _)| is_given(*index));
        let arguments: Vec<_> = arguments.map(|(_, one)| &*one.rust).collect();
        let mut call = format!("{}::{}({})", self.module, self.function, arguments.join(", "));
        for (index, sample) in &self.setters {
            call.push_str(&format!(".{}({})", self.names.params[*index], sample.rust));
        }
        let of = if self.endpoint.is_action() { "workspace" } else { "pydio" };
        format!("{of}.call({call}).await?")
    }

    fn samples(&self) -> impl Iterator<Item = (&'e Param, &Sample)> {
        let all = self.arguments.iter().chain(&self.setters);
        all.map(|(index, sample)| (&self.endpoint.params[*index], sample))
    }

    /// Returns what is sent in some locations.
    fn pairs(&self, is_there: impl Fn(Location) -> bool) -> Vec<(String, String)> {
        let there = self.samples().filter(|(param, _)| is_there(param.location));
        there.flat_map(|(_, sample)| sample.wire.clone()).collect()
    }

    /// Returns the workspace that an action is called on.
    fn workspace(&self) -> &'static str {
        if self.endpoint.group == "access.ajxp_conf" { sample::SETTINGS } else { WORKSPACE }
    }

    /// Returns the request over REST.
    pub(super) fn rest(&self) -> Option<Message> {
        let endpoint = self.endpoint;
        if !endpoint.rest {
            return None;
        }
        let url = if endpoint.is_action() { self.action_url() } else { self.operation_url() };
        let mut headers = self.pairs(|at| at == Location::Header);
        let cookies = self.pairs(|at| at == Location::Cookie);
        let cookies = cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies));
        }
        let is_sent = |param: &&Param| param.is_body() && param.required;
        let body = endpoint.params.iter().find(is_sent).map(|body| form::body(endpoint, body));
        let query = self.pairs(|at| at == Location::Query);
        let message = self.message(url, &query, &self.pairs(Location::is_form));
        Some(Message {
            headers: headers.iter().map(|(name, value)| format!("{name}: {value}")).collect(),
            body: body.or(message.body),
            ..message
        })
    }

    fn action_url(&self) -> String {
        let name = sample::segments(self.endpoint.sent_name(), false);
        let mut url = format!("/api/{}/{name}", self.workspace());
        let mut has_path = false;
        for (param, sample) in self.samples().filter(|(param, _)| param.location.is_path()) {
            url.push_str(&format!("/{}", segment(param, sample)));
            has_path = true;
        }
        if has_path { url } else { url + "/" }
    }

    fn operation_url(&self) -> String {
        let mut url = self.endpoint.full_path();
        for (param, sample) in self.samples().filter(|(param, _)| param.location.is_path()) {
            for name in [format!("{{{}+}}", param.name), format!("{{{}}}", param.name)] {
                url = url.replace(&name, &segment(param, sample));
            }
        }
        url
    }

    /// Creates a message with the fields in a form, or in the query of a GET. Files require a POST.
    fn message(
        &self,
        url: String,
        query: &[(String, String)],
        form: &[(String, String)],
    ) -> Message {
        let files: Vec<_> = self.samples().filter(|(param, _)| param.kind.is_file()).collect();
        let is_get = self.endpoint.is_action() && self.endpoint.method == Method::Get;
        let (query, form) = match is_get && files.is_empty() {
            true => ([query, form].concat(), String::new()),
            false => (query.to_vec(), sample::fields(form)),
        };
        let method = if is_get && !files.is_empty() { Method::Post } else { self.endpoint.method };
        let body = (!files.is_empty()).then(|| {
            let names: Vec<_> = files.iter().map(|(param, _)| &*param.name).collect();
            format!("multipart/form-data, with the file {}", names.join(", "))
        });
        Message {
            method: method.to_string(),
            url: match query.is_empty() {
                true => url,
                false => format!("{url}?{}", sample::fields(&query)),
            },
            headers: Vec::new(),
            form: Some(form).filter(|form| !form.is_empty()),
            body,
        }
    }

    /// Returns the request on a session.
    pub(super) fn session(&self) -> Message {
        let own = [
            ("get_action", self.endpoint.sent_name()),
            ("secure_token", "TOKEN"),
            ("tmp_repository_id", self.workspace()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query = self.pairs(|at| at == Location::Query);
        let mut fields = self.pairs(|at| at != Location::Query);
        // The session sets these itself, and refuses a parameter of such a name.
        fields.retain(|(name, _)| own.iter().all(|(set, _)| set != name));
        let pairs = [own.to_vec(), fields].concat();
        self.message("/index.php".to_owned(), &query, &pairs)
    }

    /// Returns the call on the command line.
    pub(super) fn command_line(&self) -> String {
        if self.samples().any(|(param, _)| param.kind.is_file()) {
            return "not possible: the console takes no files".to_owned();
        }
        let (name, workspace) = (self.endpoint.sent_name(), self.workspace());
        let mut line = format!("php cmd.php -u=alice -p=PASSWORD -r={workspace} -a={name}");
        for (name, value) in self.pairs(|_| true) {
            // The console reads lists only in the numbered form, and only of nodes.
            let name = match name.strip_suffix("[]") {
                Some("nodes") => "file",
                Some(_) => return "not possible: the console reads no lists".to_owned(),
                None => &*name,
            };
            line.push_str(&format!(" {}", shell::option(name, &value)));
        }
        line
    }

    /// Returns an example value for a parameter.
    fn sample(&self, index: usize) -> Sample {
        let param = &self.endpoint.params[index];
        let name = &*param.name;
        match (&param.kind, &param.style) {
            (_, Style::Indexed(prefix)) => {
                Sample::new("0, \"value\"", &format!("{prefix}0"), "value")
            }
            (_, Style::EncodedTwice) => {
                let value = sample::text(name);
                let wire = vec![(name.to_owned(), sample::segments(value, false))];
                Sample { wire, ..Sample::text(name, value) }
            }
            (Kind::Value(_), _) if param.is_body() => self.body(index),
            (Kind::Bytes, _) => Sample::unsent("\"content\""),
            (Kind::Value(kind), style) => self.value(param, kind, style),
            (Kind::Choice(values), Style::Sum) => {
                let one = self.choice(name, values, &self.names.choices[&index], &self.module);
                Sample { rust: format!("[{}]", one.rust), ..one }
            }
            (Kind::Choice(values), _) => {
                self.choice(name, values, &self.names.choices[&index], &self.module)
            }
            (Kind::Constant(value), _) => Sample::new("", name, value),
            (Kind::Flag, _) => Sample::new("true", name, "true"),
            (Kind::On, _) => Sample::new("true", name, "on"),
            (Kind::Node, _) => Sample::text(name, sample::NODE),
            (Kind::Nodes, Style::Numbered) => Sample::new("[\"/a.txt\"]", name, "/a.txt"),
            (Kind::Nodes, _) => Sample::new("[\"/a.txt\"]", &format!("{name}[]"), "/a.txt"),
            (Kind::Page, _) => Sample::new("2", name, "2"),
            (Kind::File, _) => Sample::unsent("\"content\""),
            (Kind::Files, _) => Sample::unsent("[\"content\"]"),
            (Kind::Fields, _) if self.endpoint.is_action() => {
                Sample::new("[(\"name\", \"value\")]", "name", "value")
            }
            (Kind::Fields, _) => Sample::new("\"name\", \"value\"", "name", "value"),
            (Kind::FileFields, _) => Sample::unsent("\"name\", \"content\""),
            (Kind::MediaType { choice, .. }, _) => match choice {
                Some(model) => Sample { wire: Vec::new(), ..self.model(name, model) },
                None => Sample::unsent("\"application/octet-stream\""),
            },
        }
    }

    fn body(&self, index: usize) -> Sample {
        match self.endpoint.params[index].style {
            Style::Json => Sample::unsent(format!("&{}", self.names.params[index])),
            _ => Sample::unsent("\"content\""),
        }
    }

    fn value(&self, param: &Param, kind: &Type, style: &Style) -> Sample {
        let name = &*param.name;
        match (kind, style) {
            (Type::Any, Style::Json) => Sample::new("&json", name, "{}"),
            (_, Style::Json) => Sample::new(format!("&{}", snake(name)), name, "{}"),
            (_, Style::Flattened(_)) => Sample::new(format!("&{}", snake(name)), name, "value"),
            (_, Style::Nested(..)) => Sample::new("[[\"value\"]]", name, "value"),
            (_, Style::Brackets) => Sample::new("[\"value\"]", &format!("{name}[]"), "value"),
            (Type::List(_), _) | (_, Style::Repeated | Style::Joined(_)) => {
                Sample::new("[\"value\"]", name, "value")
            }
            (Type::Integer | Type::Unsigned | Type::IntegerText | Type::UnsignedText, _) => {
                Sample::new("1", name, "1")
            }
            (Type::Time, _) => Sample::new("std::time::SystemTime::UNIX_EPOCH", name, "0"),
            (Type::Float, _) => Sample::new("1.0", name, "1"),
            (Type::Boolean, _) => {
                // The value that differs from the default.
                let value = if param.default.as_deref() == Some("true") { "false" } else { "true" };
                Sample::new(value, name, value)
            }
            (Type::Model(model), _) => self.model(name, model),
            _ => {
                let default = param.default.as_deref().filter(|default| !default.is_empty());
                Sample::text(name, default.unwrap_or_else(|| sample::text(name)))
            }
        }
    }

    /// Returns the first value of a model that is an enumeration.
    fn model(&self, name: &str, model: &str) -> Sample {
        let shape = self.scene.api.model(EndpointKind::Operation, model).map(|one| &one.shape);
        let names = self.scene.names.model(EndpointKind::Operation, model);
        match (shape, names.and_then(|names| names.choice.as_ref())) {
            (Some(Shape::Choice(values)), Some(own)) => {
                self.choice(name, values, own, "v2::models")
            }
            _ => Sample::text(name, sample::text(name)),
        }
    }

    fn choice(&self, name: &str, values: &[String], own: &ChoiceNames, module: &str) -> Sample {
        let variant = own.variants.first().unwrap_or(&own.other);
        let value = values.first().map_or("", String::as_str);
        Sample::new(format!("{module}::{}::{variant}", own.name), name, value)
    }
}

/// Formats the value of a path parameter in the URL.
fn segment(param: &Param, sample: &Sample) -> String {
    let value = sample.wire.first().map_or("", |(_, value)| value);
    sample::segments(value, param.location == Location::RestOfPath)
}

/// Returns whether an example can include the parameter: the number of a page changes the folder,
/// and fields of any name have no example.
fn is_shown(param: &Param) -> bool {
    let is_free = matches!(param.kind, Kind::Page | Kind::Fields | Kind::FileFields);
    !is_free && param.location != Location::Body
}

/// Returns whether a parameter names nodes, which other parameters of the action may also name.
fn is_of_nodes(kind: &Kind) -> bool {
    matches!(kind, Kind::Node | Kind::Nodes)
}
