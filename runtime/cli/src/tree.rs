//! The tree of commands. Only what is called is built whole: the rest is names.

use std::{collections::BTreeSet, ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, Command, ValueHint,
    builder::{
        PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser, ValueParser,
    },
    value_parser,
};
use pydio_runtime::{Action, Verb, transfer::Transfer};

use super::{
    ActionEntry, At, Failed, Field, Kind, OperationEntry, Param, Simple, Table, args, completion,
};

/// What the program is called.
pub(super) const NAME: &str = "pydio";

pub(super) const V1: &str = "v1";
pub(super) const V2: &str = "v2";

/// How much of the tree is built.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// All of it.
    Everything,
    /// The commands whose names are among these words.
    Named(&'a [OsString]),
}

impl Wanted<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Named(words) => words.iter().any(|word| word == name),
        }
    }
}

/// The tree of what a table has.
pub(super) fn command(table: &'static Table, wanted: Wanted<'_>) -> Command {
    let plugins = table.plugins.iter().filter(|plugin| !plugin.actions.is_empty());
    let plugins = plugins.map(|plugin| {
        let command = group(plugin.id, plugin.about);
        match wanted.has(plugin.id) {
            true => command.subcommands(table.actions_of(plugin).map(|one| action(one, wanted))),
            false => command,
        }
    });
    let tags = table.tags.iter().map(|tag| {
        let command = group(tag.name, tag.about);
        match wanted.has(tag.name) {
            true => command.subcommands(tag.operations.iter().map(|one| operation(one, wanted))),
            false => command,
        }
    });
    let v1 = "Call an action of a plugin, by the names that the server has for them";
    let v2 = "Call an operation of the v2 API, by the names of its spec";
    Command::new(NAME)
        .bin_name(NAME)
        .version(format!("{} for {}", env!("CARGO_PKG_VERSION"), table.title))
        .about(format!("Calls every action and operation of {}", table.title))
        .after_help(AFTER)
        .after_long_help(AFTER_LONG)
        .arg_required_else_help(true)
        .subcommand_required(true)
        .infer_subcommands(false)
        .args(args::connection())
        .args(args::of_action())
        .args(args::of_output())
        .subcommand(group(V1, v1).subcommand_value_name("PLUGIN").subcommands(plugins))
        .subcommand(group(V2, v2).subcommand_value_name("TAG").subcommands(tags))
        .subcommand(
            Command::new("list")
                .about("Find actions and operations")
                .arg(Arg::new("pattern").value_name("WORD").num_args(0..).help(
                    "What their names or descriptions hold, without regard to capitals: all of \
                     the words",
                ))
                .args(args::of_output()),
        )
        .subcommand(
            Command::new("completions")
                .about("Print a script by which a shell completes commands")
                .arg(
                    Arg::new("shell")
                        .required(true)
                        .value_parser(PossibleValuesParser::new(completion::shells())),
                ),
        )
}

const AFTER: &str = "Examples:
  pydio --url https://files.example.org -u alice -w my-files v1 access.fs ls /photos
  pydio v1 access.fs upload /photos a.jpg
  pydio v1 access.fs download /photos -o photos.zip
  pydio v2 file getNodeInfos my-files /photos --json
  pydio list share";

const AFTER_LONG: &str = "Examples:
  pydio --url https://files.example.org -u alice -w my-files v1 access.fs ls /photos
  pydio v1 access.fs upload /photos a.jpg
  pydio v1 access.fs download /photos -o photos.zip
  pydio v1 access.fs delete /photos/a.jpg /photos/b.jpg
  pydio v2 file getNodeInfos my-files /photos --json
  pydio v2 provisioning createPeople /bob --resourceType user --userPass-file bob.txt
  pydio list share

Environment:
  PYDIO_URL, PYDIO_USER, PYDIO_WORKSPACE  what `--url`, `--user` and `-w` say
  PYDIO_PASSWORD, PYDIO_TOKEN             secrets, which are never arguments
  NO_COLOR, CLICOLOR_FORCE                no colours, or colours everywhere

Exit status:
  0  it is done
  1  the server refused or failed, or nothing was found
  2  the call was not made: something about it is wrong
  3  the server was not reached, a proxy gave up waiting for it (502, 504), or its answer is not
     whole: the work may have been done
  4  a file on this side could not be read or written";

/// A command that is nothing without the next one.
fn group(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// The command that was chosen, and what was said behind it.
pub(super) fn chosen(matches: &ArgMatches) -> Result<(&str, &ArgMatches), Failed> {
    matches.subcommand().ok_or_else(|| Failed::usage("no command"))
}

fn action(entry: &'static ActionEntry, wanted: Wanted<'_>) -> Command {
    let command = Command::new(entry.name).about(entry.about);
    if !wanted.has(entry.name) {
        return command;
    }
    let mut leaf = Leaf::new(entry.params);
    let positions = positions(entry.params);
    for (index, param) in entry.params.iter().enumerate() {
        let must = is_needed(entry, param);
        match positions.contains(&index) {
            true => leaf.position(param, must),
            false => leaf.option(param, must && !is_name_of_upload(&entry.call, param.name)),
        }
    }
    let mut about = format!("{}\n\n{}", entry.about, entry.details);
    if let Some(note) = entry.retired {
        about.push_str(&format!("\n\nThe server cannot do this, and nothing is sent. {note}"));
    }
    let mut own = args::of_action();
    own.extend(is_upload(&entry.call).then(args::part_size));
    leaf.finish(command.long_about(about), own)
}

fn operation(entry: &'static OperationEntry, wanted: Wanted<'_>) -> Command {
    let command = Command::new(entry.call.id).about(entry.about);
    if !wanted.has(entry.call.id) {
        return command;
    }
    let mut leaf = Leaf::new(entry.params);
    for param in entry.params {
        let is_body = matches!(param.kind, Kind::Bytes) && param.required;
        let is_positional =
            !matches!(param.kind, Kind::Styled(..) | Kind::Items(_) | Kind::Document(_));
        match param.at == At::Path && is_positional || is_body {
            true => leaf.position(param, true),
            false => leaf.option(param, param.required),
        }
    }
    let mut about = format!("{}\n\n{}", entry.about, entry.details);
    if let Some(note) = entry.call.retired {
        about.push_str(&format!("\n\nThe server cannot do this, and nothing is sent. {note}"));
    }
    leaf.finish(command.long_about(about), Vec::new())
}

/// Which parameters of an action are told by their position: what is in the path, the first
/// nodes it cannot do without, and files.
fn positions(params: &[Param]) -> Vec<usize> {
    let is_node = |param: &Param| matches!(param.kind, Kind::Node | Kind::Nodes | Kind::Selection);
    let is_path = |param: &Param| {
        let is_switch = matches!(param.kind, Kind::Flag | Kind::On | Kind::Boolean);
        param.at != At::Field && !is_switch && !param.secret && !is_constant(param)
    };
    let all = || params.iter().enumerate();
    let mut positions: Vec<_> =
        all().filter(|(_, param)| is_path(param)).map(|(index, _)| index).collect();
    if !positions.iter().any(|&index| is_node(&params[index])) {
        let first = all().find(|(_, p)| p.at == At::Field && p.required && is_node(p));
        positions.extend(first.map(|(index, _)| index));
    }
    let files = all().filter(|(_, param)| matches!(param.kind, Kind::File) && param.required);
    positions.extend(files.map(|(index, _)| index));
    positions
}

fn is_constant(param: &Param) -> bool {
    matches!(param.kind, Kind::Constant(_))
}

/// Whether a call cannot do without it. A path is sent whole; only what reads may leave out the
/// folder at its end, which is then the root.
fn is_needed(entry: &ActionEntry, param: &Param) -> bool {
    match param.at {
        At::Field => param.required,
        _ => param.required || !is_root_by_default(entry, param),
    }
}

/// Whether it is the root of the workspace when it is left out.
pub(super) fn is_root_by_default(entry: &ActionEntry, param: &Param) -> bool {
    let reads = entry.call.verb == Verb::Get && entry.call.rest_params.is_some();
    let is_folder = param.at == At::CatchAll && matches!(param.kind, Kind::Node);
    reads && is_folder && !param.required
}

/// Whether it is the action that uploads a file.
pub(super) fn is_upload(action: &Action) -> bool {
    roles_of_upload(action).is_some()
}

/// Whether it is the name of an uploaded file, which that has by itself.
pub(super) fn is_name_of_upload(action: &Action, name: &str) -> bool {
    roles_of_upload(action).is_some_and(|roles| roles.upload.name == name)
}

/// What transfers are made of, for the action that uploads a file.
fn roles_of_upload(action: &Action) -> Option<&'static Transfer> {
    let roles = action.bindings.transfer?();
    let upload = roles.upload.action;
    ((upload.plugin, upload.name) == (action.plugin, action.name)).then_some(roles)
}

/// The option of a parameter that may be a secret.
pub(super) fn option_name(name: &str, secret: bool) -> String {
    if secret { format!("{name}-file") } else { name.to_owned() }
}

/// What the id of the option for a field of a document is made of.
pub(super) fn field_id(param: &str, field: &str) -> String {
    format!("{param}.{field}")
}

/// The option that takes fields without names of their own, and the one that takes such secrets.
pub(super) const FIELD: &str = "@field";
pub(super) const FIELD_FILE: &str = "@field-file";

/// The command of one call, which collects its arguments.
struct Leaf {
    args: Vec<Arg>,
    /// The options that are taken, also by parameters that are still to come.
    longs: BTreeSet<String>,
    positions: usize,
}

impl Leaf {
    fn new(params: &'static [Param]) -> Self {
        // Fields are given by options of their own, whatever the parameter is called.
        let named = params.iter().filter(|param| !matches!(param.kind, Kind::Fields));
        let longs = named.map(|param| option_name(param.name, param.secret));
        let longs = longs.chain(["help".to_owned()]).collect();
        Self { args: Vec::new(), longs, positions: 0 }
    }

    /// Whether there is an argument for it already, as where a manifest declares one twice.
    fn has(&self, param: &Param) -> bool {
        self.args.iter().any(|arg| arg.get_id() == param.name)
    }

    fn position(&mut self, param: &'static Param, must: bool) {
        if self.has(param) {
            return;
        }
        self.positions += 1;
        let arg = Arg::new(param.name).index(self.positions).required(must).help(param.doc);
        self.args.push(typed(arg.value_name(param.name), &param.kind));
    }

    fn option(&mut self, param: &'static Param, must: bool) {
        if self.has(param) {
            return;
        }
        let arg = Arg::new(param.name).help(param.doc);
        let arg = match &param.kind {
            Kind::Constant(_) => return,
            Kind::Fields => return self.fields(param),
            Kind::Document(fields) | Kind::Styled(_, fields) => {
                return self.document(param, fields);
            }
            Kind::Flag | Kind::On => self.long(arg, param.name).action(ArgAction::SetTrue),
            Kind::Numbered(prefix) => {
                let name = prefix.trim_end_matches('_');
                let long = if self.longs.contains(name) { *prefix } else { name };
                let arg = self.long(arg, long).value_name("N=VALUE").action(ArgAction::Append);
                arg.value_parser(numbered as fn(&str) -> _)
            }
            _ if param.secret => return self.secret(arg, param.name),
            kind => typed(self.long(arg, param.name), kind).required(must),
        };
        self.args.push(arg);
    }

    /// The option of that name, which may also be written with dashes.
    fn long(&mut self, arg: Arg, name: &str) -> Arg {
        self.longs.insert(name.to_owned());
        let dashed = name.replace('_', "-");
        let is_free = dashed != name && self.longs.insert(dashed.clone());
        let arg = arg.long(name.to_owned());
        if is_free { arg.alias(dashed) } else { arg }
    }

    /// Never an argument, which every process list would show. Asked for where it is needed.
    fn secret(&mut self, arg: Arg, name: &str) {
        let note = "Not given here, where process lists show it: the first line of this file, or \
                    of standard input with `-`.";
        let help = format!("{} {note}", arg.get_help().cloned().unwrap_or_default());
        let arg = self.long(arg, &option_name(name, true)).value_name("FILE").help(help);
        let arg = arg.value_parser(value_parser!(PathBuf)).value_hint(ValueHint::FilePath);
        self.args.push(arg);
    }

    fn fields(&mut self, param: &'static Param) {
        if !self.longs.insert("field".to_owned()) {
            return;
        }
        let field = Arg::new(FIELD).long("field").value_name("NAME=VALUE").help(param.doc);
        let file = Arg::new(FIELD_FILE)
            .long("field-file")
            .value_name("NAME=FILE")
            .help("The same with the first line of a file, for secrets");
        self.args.extend(
            [field, file]
                .map(|arg| arg.action(ArgAction::Append).value_parser(pair as fn(&str) -> _)),
        );
    }

    /// A document as a whole, and its simple fields one by one.
    fn document(&mut self, param: &'static Param, fields: &'static [Field]) {
        let long = if param.at == At::Body { "body" } else { param.name };
        let help = format!("{} A JSON document: its text, a file, or `-`.", param.doc);
        let arg = self.long(Arg::new(param.name), long).value_name("FILE|-|JSON").help(help);
        let arg = arg.value_hint(ValueHint::FilePath);
        self.args.push(arg);
        for field in fields {
            let Some(kind) = field.kind else { continue };
            let name = option_name(field.name, field.secret);
            if self.longs.contains(&name) {
                continue;
            }
            let arg = Arg::new(field_id(param.name, field.name)).help(field.doc);
            if field.secret {
                self.secret(arg.help_heading("Fields"), field.name);
                continue;
            }
            let arg = self.long(arg, &name).value_name("VALUE").help_heading("Fields");
            self.args.push(match kind {
                Simple::Text => arg,
                Simple::Integer => {
                    arg.value_parser(value_parser!(i64)).allow_negative_numbers(true)
                }
                Simple::Float => arg.value_parser(value_parser!(f64)).allow_negative_numbers(true),
                Simple::Boolean => arg.value_parser(value_parser!(bool)),
                Simple::Choice(words) => arg.value_parser(open(words)),
            });
        }
    }

    /// The command, with the shared options whose names are free: those of the connection are
    /// told of in front of the call, and taken behind it.
    fn finish(self, command: Command, own: Vec<Arg>) -> Command {
        let command = command.args(self.args.into_iter().map(hinted)).next_line_help(is_narrow());
        let longs = self.longs;
        let is_free = |arg: &Arg| arg.get_long().is_none_or(|long| !longs.contains(long));
        let connection = args::connection().into_iter().map(|arg| arg.hide(true));
        let shared = own.into_iter().chain(args::of_output()).chain(connection);
        command.args(shared.filter(is_free))
    }
}

/// What is no file is not completed with the names of files.
fn hinted(arg: Arg) -> Arg {
    let is_unknown = arg.get_value_hint() == ValueHint::Unknown && arg.get_action().takes_values();
    if is_unknown { arg.value_hint(ValueHint::Other) } else { arg }
}

/// Whether explanations have no room beside what they explain.
fn is_narrow() -> bool {
    const LEAST: u16 = 60;
    terminal_size::terminal_size().is_some_and(|(terminal_size::Width(width), _)| width < LEAST)
}

fn typed(arg: Arg, kind: &Kind) -> Arg {
    let node = |arg: Arg| {
        arg.value_parser(node as fn(&str) -> _).value_name("PATH").value_hint(ValueHint::Other)
    };
    match kind {
        Kind::Integer => arg.value_parser(value_parser!(i64)).allow_negative_numbers(true),
        Kind::Unsigned => arg.value_parser(value_parser!(u64)),
        Kind::Float => arg.value_parser(value_parser!(f64)).allow_negative_numbers(true),
        Kind::Boolean => arg.value_parser(value_parser!(bool)),
        Kind::Page => arg.value_parser(value_parser!(u32).range(1..)),
        Kind::Choice(words) => arg.value_parser(open(words)),
        Kind::Node => node(arg),
        // As an option, one a time: what follows is an argument of its own.
        Kind::Nodes | Kind::Selection => match arg.is_positional() {
            true => node(arg).num_args(1..).action(ArgAction::Append),
            false => node(arg).action(ArgAction::Append),
        },
        Kind::Texts | Kind::Repeated(_) | Kind::Joined(_) | Kind::Items(_) => {
            arg.action(ArgAction::Append)
        }
        Kind::MediaType(types) => arg.value_name("MEDIA TYPE").value_parser(open(types)),
        Kind::Json => arg.value_name("FILE|-|JSON").value_hint(ValueHint::FilePath),
        Kind::File | Kind::FileOf(_) | Kind::Files | Kind::Bytes => {
            let arg = arg.value_name("FILE").value_parser(value_parser!(PathBuf));
            let arg = arg.value_hint(ValueHint::FilePath);
            if matches!(kind, Kind::Files) { arg.action(ArgAction::Append) } else { arg }
        }
        _ => arg,
    }
}

/// The path of a node begins with a slash: without one it is a word that stands where it should
/// not, and no action shall take that for a path.
fn node(text: &str) -> Result<String, &'static str> {
    match text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("a path begins with `/`, the root of the workspace"),
    }
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("this is a name and a value with `=` between them"),
    }
}

/// `N=VALUE`.
fn numbered(text: &str) -> Result<(usize, String), &'static str> {
    let pair =
        text.split_once('=').and_then(|(n, value)| Some((n.parse().ok()?, value.to_owned())));
    pair.ok_or("this is a number from 0 and a value with `=` between them")
}

/// Takes any word, and offers those that are known.
fn open(words: &'static [&'static str]) -> ValueParser {
    ValueParser::new(Open(words))
}

#[derive(Clone)]
struct Open(&'static [&'static str]);

impl TypedValueParser for Open {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}
