//! The command tree. Only the called command is built in full; for the others there are only names.

use std::{collections::BTreeSet, ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, Command, ValueHint,
    builder::{
        PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser, ValueParser,
    },
    value_parser,
};
use pydio_runtime::{Endpoint, Kind, Location, Method, ParamEncoding, hidden};

use super::{
    Entry, Failed, Simple, args, completion,
    program::Program,
    table::{Api, Documented},
};

/// The name of the program.
pub(super) const NAME: &str = "pydio";

pub(super) const V1: &str = "v1";
pub(super) const V2: &str = "v2";
pub(super) const LIST: &str = "list";
pub(super) const COMPLETIONS: &str = "completions";

/// Returns whether a command belongs to the table rather than to the tasks of a program.
pub(super) fn is_call(name: &str) -> bool {
    matches!(name, V1 | V2 | LIST | COMPLETIONS)
}

/// Returns the command above the groups of an API.
pub(super) fn name_of(api: Api) -> &'static str {
    match api {
        Api::V1 => V1,
        Api::V2 => V2,
    }
}

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

/// Returns the command tree of a program.
pub(super) fn command(program: Program, wanted: Wanted<'_>) -> Command {
    let table = program.table;
    let groups = |api| {
        let groups = table.groups(api).filter(|group| !group.entries.is_empty());
        groups.map(|one| {
            let command = group(one.name, one.about);
            match wanted.has(one.name) {
                true => command.subcommands(table.of(one).map(|entry| leaf(entry, wanted))),
                false => command,
            }
        })
    };
    let v1 = "Call an action of a plugin, under the name that the server uses";
    let v2 = "Call an operation of the v2 API, under its name in the spec";
    let calls = format!("Calls every action and operation of {}", table.title);
    let (about, after, after_long) = match program.tasks {
        Some(tasks) => (
            tasks.about.to_owned(),
            tasks.after_help,
            format!("{}\n\n{AFTER_LONG}", tasks.after_help),
        ),
        None => (calls, AFTER, AFTER_LONG.to_owned()),
    };
    Command::new(NAME)
        .bin_name(NAME)
        .version(format!("{} for {}", env!("CARGO_PKG_VERSION"), table.title))
        .about(about)
        .max_term_width(80)
        .after_help(after)
        .after_long_help(after_long)
        .arg_required_else_help(true)
        .subcommand_required(true)
        .infer_subcommands(false)
        .args(args::connection())
        .args(args::of_action())
        .args(args::of_output())
        .subcommands(program.commands())
        .subcommand(group(V1, v1).subcommand_value_name("PLUGIN").subcommands(groups(Api::V1)))
        .subcommand(group(V2, v2).subcommand_value_name("TAG").subcommands(groups(Api::V2)))
        .subcommand(
            Command::new(LIST)
                .about("Find actions and operations")
                .arg(Arg::new("pattern").value_name("WORD").num_args(0..).help(
                    "Words to find in names and descriptions, ignoring case; all of them must \
                     match",
                ))
                .args(args::of_output()),
        )
        .subcommand(
            Command::new(COMPLETIONS).about("Print a shell completion script").arg(
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
  PYDIO_URL, PYDIO_USER, PYDIO_WORKSPACE  for `--url`, `--user` and `-w`
  PYDIO_PASSWORD, PYDIO_TOKEN             secrets, which are never arguments
  NO_COLOR, CLICOLOR_FORCE                no colours, or colours everywhere

Exit status:
  0  success
  1  the server refused or failed; something is missing, exists already, or is a
     file where a folder is needed; or two sides differ
  2  an argument or a setting is wrong; nothing was done
  3  the server was not reached, a proxy gave up waiting for it (502, 504), or
     its response is incomplete: the work may have been done
  4  a local file could not be read or written";

/// A command that requires a subcommand.
fn group(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// Returns the chosen command and its arguments.
pub(super) fn chosen(matches: &ArgMatches) -> Result<(&str, &ArgMatches), Failed> {
    matches.subcommand().ok_or_else(|| Failed::usage("no command"))
}

/// Returns the command of one endpoint.
fn leaf(entry: &'static Entry, wanted: Wanted<'_>) -> Command {
    let command = Command::new(entry.name).about(entry.about);
    if !wanted.has(entry.name) {
        return command;
    }
    let endpoint = &entry.endpoint;
    let mut leaf = Leaf::new(entry);
    let positions = positions(entry);
    for param in entry.params() {
        let must = is_needed(endpoint, param);
        match positions.contains(&param.name()) {
            true => leaf.position(param, must),
            false => leaf.option(param, must && upload_name(endpoint) != Some(param.name())),
        }
    }
    let mut about = format!("{}\n\n{}", entry.about, entry.details);
    if let Some(note) = endpoint.why_unsupported() {
        about.push_str(&format!("\n\nThe server cannot do this, and nothing is sent. {note}"));
    }
    let mut own = if endpoint.is_operation() { Vec::new() } else { args::of_action() };
    own.extend(is_upload(endpoint).then(args::part_size));
    leaf.finish(command.long_about(about), own)
}

/// Returns the positional parameters: those in the path, the first required nodes of an action,
/// required files of actions, and required bytes.
fn positions(entry: &'static Entry) -> Vec<&'static str> {
    let is_action = !entry.endpoint.is_operation();
    let is_node = |param: &Documented| matches!(param.param.kind(), Kind::Node | Kind::Nodes);
    let mut positions: Vec<Documented> =
        entry.params().filter(|param| param.is_in_path() && is_word(entry, *param)).collect();
    if is_action && !positions.iter().any(is_node) {
        let is_first = |param: &Documented| {
            param.param.location() == Location::Form && param.param.is_required()
        };
        positions.extend(entry.params().find(|param| is_first(param) && is_node(param)));
    }
    positions.extend(entry.params().filter(|param| match param.param.kind() {
        Kind::File => is_action && param.param.is_required(),
        Kind::Bytes => param.param.is_required(),
        _ => false,
    }));
    positions.iter().map(|param| param.name()).collect()
}

/// Returns whether it can be given as one argument and is not a secret. The documents of operations
/// are options, since their fields are options too.
fn is_word(entry: &Entry, Documented { param, .. }: Documented) -> bool {
    let is_switch = match param.kind() {
        Kind::Flag | Kind::On | Kind::Boolean => true,
        Kind::Json => entry.endpoint.is_operation(),
        _ => false,
    };
    let is_styled = matches!(param.encoding(), ParamEncoding::Styled(_))
        && !matches!(param.kind(), Kind::Text | Kind::Enum(_));
    !is_switch && !is_styled && !param.is_secret() && !is_constant(param)
}

fn is_constant(param: &pydio_runtime::Param) -> bool {
    matches!(param.encoding(), ParamEncoding::Constant(_))
}

/// Returns whether a call requires it. A path is sent whole; only calls that read may omit the
/// folder at its end, which is then the root.
fn is_needed(endpoint: &Endpoint, param: Documented) -> bool {
    param.param.is_required() || param.is_in_path() && !is_root_by_default(endpoint, param)
}

/// Returns whether it defaults to the root of the workspace.
pub(super) fn is_root_by_default(
    endpoint: &Endpoint,
    Documented { param, .. }: Documented,
) -> bool {
    let reads = endpoint.method() == Method::Get && endpoint.is_rest() && !endpoint.is_operation();
    let is_folder = param.kind() == Kind::Node && param.location() == Location::RestOfPath;
    reads && is_folder && !param.is_required()
}

/// Returns whether it is the action that uploads a file.
pub(super) fn is_upload(endpoint: &Endpoint) -> bool {
    upload_name(endpoint).is_some()
}

/// Returns the parameter for the name of an uploaded file, which the file already has.
pub(super) fn upload_name(endpoint: &Endpoint) -> Option<&'static str> {
    hidden::upload_name(endpoint)
}

/// Returns the option of a parameter that may be a secret.
pub(super) fn option_name(name: &str, secret: bool) -> String {
    if secret { format!("{name}-file") } else { name.to_owned() }
}

/// Returns the id of the option for a field of a document.
pub(super) fn field_id(param: &str, field: &str) -> String {
    format!("{param}.{field}")
}

/// The option that takes fields without declared names, and the one that takes such secrets.
pub(super) const FIELD: &str = "@field";
pub(super) const FIELD_FILE: &str = "@field-file";

/// The command of one call, while its arguments are collected.
struct Leaf {
    args: Vec<Arg>,
    /// The options that are taken, also by parameters that are added later.
    longs: BTreeSet<String>,
    positions: usize,
    is_operation: bool,
}

impl Leaf {
    fn new(entry: &'static Entry) -> Self {
        // Fields are given by separate options, whatever the name of the parameter.
        let named = entry.params().filter(|param| param.param.kind() != Kind::Fields);
        let longs = named.map(|param| option_name(param.name(), param.param.is_secret()));
        let longs = longs.chain(["help".to_owned()]).collect();
        Self { args: Vec::new(), longs, positions: 0, is_operation: entry.endpoint.is_operation() }
    }

    /// Returns whether there is already an argument for it, for example if a manifest declares one
    /// twice.
    fn has(&self, param: Documented) -> bool {
        self.args.iter().any(|arg| arg.get_id() == param.name())
    }

    fn position(&mut self, param: Documented, must: bool) {
        if self.has(param) {
            return;
        }
        self.positions += 1;
        let name = param.name();
        let arg = Arg::new(name).index(self.positions).required(must).help(param.doc.text);
        self.args.push(typed(arg.value_name(name), param.param.kind()));
    }

    fn option(&mut self, param: Documented, must: bool) {
        if self.has(param) || is_constant(param.param) {
            return;
        }
        let name = param.name();
        let arg = Arg::new(name).help(param.doc.text);
        let arg = match param.param.kind() {
            Kind::Fields => return self.fields(param),
            // A command line has no names for files that are not declared.
            Kind::FileFields => return,
            Kind::Json if self.is_operation || !param.doc.fields.is_empty() => {
                return self.document(param);
            }
            Kind::Flag | Kind::On => self.long(arg, name).action(ArgAction::SetTrue),
            _ if param.param.encoding() == ParamEncoding::Indexed => {
                let short = name.trim_end_matches('_');
                let long = if self.longs.contains(short) { name } else { short };
                let arg = self.long(arg, long).value_name("N=VALUE").action(ArgAction::Append);
                arg.value_parser(numbered as fn(&str) -> _)
            }
            _ if param.param.is_secret() => return self.secret(arg, name),
            kind => typed(self.long(arg, name), kind).required(must),
        };
        self.args.push(arg);
    }

    /// Returns the option of that name, which may also be written with dashes.
    fn long(&mut self, arg: Arg, name: &str) -> Arg {
        self.longs.insert(name.to_owned());
        let dashed = name.replace('_', "-");
        let is_free = dashed != name && self.longs.insert(dashed.clone());
        let arg = arg.long(name.to_owned());
        if is_free { arg.alias(dashed) } else { arg }
    }

    /// Adds a secret, which is never an argument, since every process list would show it. The
    /// program prompts for it if it is required.
    fn secret(&mut self, arg: Arg, name: &str) {
        let note = "Read from the first line of this file, or of standard input with `-`, because \
                    process lists show arguments.";
        let help = format!("{} {note}", arg.get_help().cloned().unwrap_or_default());
        let arg = self.long(arg, &option_name(name, true)).value_name("FILE").help(help);
        let arg = arg.value_parser(value_parser!(PathBuf)).value_hint(ValueHint::FilePath);
        self.args.push(arg);
    }

    fn fields(&mut self, param: Documented) {
        if !self.longs.insert("field".to_owned()) {
            return;
        }
        let field = Arg::new(FIELD).long("field").value_name("NAME=VALUE").help(param.doc.text);
        let file = Arg::new(FIELD_FILE)
            .long("field-file")
            .value_name("NAME=FILE")
            .help("The same for secrets: the value is the first line of the file");
        self.args.extend(
            [field, file]
                .map(|arg| arg.action(ArgAction::Append).value_parser(pair as fn(&str) -> _)),
        );
    }

    /// Adds a document as a whole, and its simple fields separately.
    fn document(&mut self, param: Documented) {
        let is_body = param.param.location() == Location::Body;
        let long = if is_body { "body" } else { param.name() };
        let help = format!("{} A JSON document: its text, a file, or `-`.", param.doc.text);
        let arg = self.long(Arg::new(param.name()), long).value_name("FILE|-|JSON").help(help);
        let arg = arg.value_hint(ValueHint::FilePath);
        self.args.push(arg);
        for field in param.doc.fields {
            let Some(kind) = field.kind else { continue };
            let name = option_name(field.name, field.secret);
            if self.longs.contains(&name) {
                continue;
            }
            let arg = Arg::new(field_id(param.name(), field.name)).help(field.doc);
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
                Simple::Enum(words) => arg.value_parser(open(words)),
            });
        }
    }

    /// Returns the command, with the shared options whose names are free: the help lists those of
    /// the connection before the call, but they are accepted after it too.
    fn finish(self, command: Command, own: Vec<Arg>) -> Command {
        let command = command.args(self.args.into_iter().map(hinted)).next_line_help(is_narrow());
        let longs = self.longs;
        let is_free = |arg: &Arg| arg.get_long().is_none_or(|long| !longs.contains(long));
        let connection = args::connection().into_iter().map(|arg| arg.hide(true));
        let shared = own.into_iter().chain(args::of_output()).chain(connection);
        command.args(shared.filter(is_free))
    }
}

/// Turns off file name completion for arguments that are not files.
fn hinted(arg: Arg) -> Arg {
    let is_unknown = arg.get_value_hint() == ValueHint::Unknown && arg.get_action().takes_values();
    if is_unknown { arg.value_hint(ValueHint::Other) } else { arg }
}

/// Returns whether explanations have no room next to what they explain.
fn is_narrow() -> bool {
    const LEAST: u16 = 60;
    terminal_size::terminal_size().is_some_and(|(terminal_size::Width(width), _)| width < LEAST)
}

fn typed(arg: Arg, kind: Kind) -> Arg {
    let node = |arg: Arg| {
        arg.value_parser(node as fn(&str) -> _).value_name("PATH").value_hint(ValueHint::Other)
    };
    match kind {
        Kind::Integer => arg.value_parser(value_parser!(i64)).allow_negative_numbers(true),
        Kind::Unsigned => arg.value_parser(value_parser!(u64)),
        Kind::Float => arg.value_parser(value_parser!(f64)).allow_negative_numbers(true),
        Kind::Boolean => arg.value_parser(value_parser!(bool)),
        Kind::Page => arg.value_parser(value_parser!(u32).range(1..)),
        Kind::Enum(words) => arg.value_parser(open(words)),
        Kind::Node => node(arg),
        // As an option, one at a time: the text after it is a separate argument.
        Kind::Nodes => match arg.is_positional() {
            true => node(arg).num_args(1..).action(ArgAction::Append),
            false => node(arg).action(ArgAction::Append),
        },
        Kind::Texts | Kind::Lists => arg.action(ArgAction::Append),
        Kind::MediaType(types) => arg.value_name("MEDIA TYPE").value_parser(open(types)),
        Kind::Json => arg.value_name("FILE|-|JSON").value_hint(ValueHint::FilePath),
        Kind::File | Kind::Files | Kind::Bytes => {
            let arg = arg.value_name("FILE").value_parser(value_parser!(PathBuf));
            let arg = arg.value_hint(ValueHint::FilePath);
            if matches!(kind, Kind::Files) { arg.action(ArgAction::Append) } else { arg }
        }
        _ => arg,
    }
}

/// Parses the path of a node, which begins with a slash: an argument without one is misplaced, and
/// no action may take it for a path.
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
        _ => Err("expected a name and a value with `=` between them"),
    }
}

/// `N=VALUE`.
fn numbered(text: &str) -> Result<(usize, String), &'static str> {
    let pair =
        text.split_once('=').and_then(|(n, value)| Some((n.parse().ok()?, value.to_owned())));
    pair.ok_or("expected a number from 0 and a value with `=` between them")
}

/// Accepts any value, and suggests the known ones.
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
