//! The front page of an emitted crate: the ways in, and which call does what.

use super::{
    access, doc,
    example::{self, Example, block},
    spec,
};
use crate::{
    ir::{ActionRef, Api, Endpoint, EndpointKind},
    names::Names,
};

/// The feature of calls through the console of the server.
pub(super) const CMD: &str = "cmd";

/// What people want to do, with the actions and operations that do it. A call that a server lacks is
/// left out, and so is a task that no call is left for.
const TASKS: &[Task] = &[
    Task("list a folder", &[("access.fs", "ls")], &["getNodeInfos"]),
    Task(
        "look at a file without fetching it",
        &[("access.fs", "stat"), ("meta.filehasher", "stat_hash")],
        &["getNodeInfos"],
    ),
    Task("download", &[("access.fs", "download")], &["download"]),
    Task("upload", &[("access.fs", "upload")], &["uploadStream"]),
    Task(
        "write or read a short text",
        &[("access.fs", "mkfile"), ("access.fs", "get_content"), ("access.fs", "put_content")],
        &["createNode"],
    ),
    Task("make a folder", &[("access.fs", "mkdir")], &["createNode"]),
    Task(
        "copy, move, rename",
        &[("access.fs", "copy"), ("access.fs", "move"), ("access.fs", "rename")],
        &["createNode"],
    ),
    Task("copy to another workspace", &[("access.fs", "cross_copy")], &["createNode"]),
    Task(
        "delete, restore, empty the bin",
        &[("access.fs", "delete"), ("access.fs", "restore"), ("access.fs", "empty_recycle")],
        &["deleteNode"],
    ),
    Task("make an archive", &[("access.fs", "compress")], &[]),
    Task("wait for work in the background", &[], &["listTasks", "getTaskInfo"]),
    Task("search", &[("index.lucene", "search")], &[]),
    Task("see what changed since", &[("meta.syncable", "changes")], &["changes"]),
    Task(
        "share, look at a share, end it",
        &[
            ("action.share", "share"),
            ("action.share", "load_shared_element_data"),
            ("action.share", "unshare"),
        ],
        &[],
    ),
    Task("list the shares of everybody (¹)", &[("action.share", "sharelist-load")], &[]),
    Task(
        "comment",
        &[("meta.comments", "post_comment"), ("meta.comments", "load_comments_feed")],
        &[],
    ),
    Task(
        "set metadata, lock",
        &[("meta.user", "edit_user_meta"), ("meta.simple_lock", "sl_lock")],
        &[],
    ),
    Task("see how full it is", &[("meta.quota", "monitor_quota")], &["getWorkspaceInfo"]),
    Task("list my workspaces", &[("conf.sql", "state")], &["userWorkspaces"]),
    Task("list users and groups (¹)", &[("access.ajxp_conf", "ls")], &["getPeople"]),
    Task(
        "make a user, a group (¹)",
        &[("access.ajxp_conf", "create_user"), ("access.ajxp_conf", "create_group")],
        &["createPeople"],
    ),
    Task(
        "change a user (¹)",
        &[("access.ajxp_conf", "user_update_right"), ("access.ajxp_conf", "user_update_role")],
        &["patchPeople"],
    ),
    Task(
        "list and change roles (¹)",
        &[("access.ajxp_conf", "edit_role"), ("access.ajxp_conf", "post_json_role")],
        &["getRoles", "updateRole"],
    ),
    Task(
        "list and make workspaces (¹)",
        &[
            ("access.ajxp_conf", "list_all_repositories_json"),
            ("access.ajxp_conf", "create_repository"),
        ],
        &["adminListWorkspaces", "adminCreateWorkspace"],
    ),
];

/// Something to do, with the plugins and names of actions, and with the ids of operations.
struct Task(&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

/// The ways in that a server has.
#[derive(Clone, Copy)]
struct Ways {
    v1: bool,
    v2: bool,
    session: bool,
    cmd: bool,
}

impl Ways {
    fn of(api: &Api) -> Self {
        let has_actions = api.actions().next().is_some();
        Self {
            v1: api.actions().any(|action| action.rest),
            v2: api.has_operations(),
            session: has_actions,
            // Pydio 6 has another console, whose language the runtime does not speak.
            cmd: has_actions && !api.version.starts_with("6."),
        }
    }

    /// The ways as the rows of a table.
    fn rows(self) -> String {
        let rows = [
            (self.v1, "REST v1", "the actions with `restParams`", "URL rewriting for `/api/`"),
            (self.v2, "REST v2", "the operations", "URL rewriting for `/api/`"),
            (
                self.session,
                "session",
                "every action, over `index.php`",
                "no more than the web page",
            ),
            (
                self.cmd,
                "command line, with the feature `cmd`",
                "every action, to its end; no files",
                "to run `php` where the server is",
            ),
        ];
        let rows = rows.iter().filter(|(is_there, ..)| *is_there);
        let rows = rows.map(|(_, way, reach, need)| format!("| {way} | {reach} | {need} |\n"));
        "| way in | what it reaches | what it needs |\n|---|---|---|\n".to_owned()
            + &rows.collect::<String>()
    }
}

/// The ways in as a section of a README.
pub(super) fn readme(api: &Api, crate_name: &str) -> String {
    let ways = Ways::of(api);
    let all = format!(
        "\nAn example of each, and which call does what, are on the front page of the \
         documentation:\n`cargo doc --open -p {crate_name}`.\n"
    );
    match api.is_external() || !ways.session && !ways.v2 {
        true => String::new(),
        false => format!("\n## Ways in\n\n{}{all}", ways.rows()),
    }
}

/// A block of the front page.
pub(super) enum Block {
    /// Markdown.
    Text(String),
    /// A block of code, which compiles with a feature alone where one is named.
    Code(Vec<String>, Option<&'static str>),
}

/// The front page below its first sentences.
pub(super) fn blocks(api: &Api, names: &Names, crate_name: &str) -> Vec<Block> {
    let krate = crate_name.replace('-', "_");
    let first = Example::of(api, names);
    let first = first.map(|example| Block::Code(example.in_docs(crate_name), None));
    let mut blocks: Vec<_> = first.into_iter().collect();
    match api.is_external() {
        true if !api.has_operations() => {}
        true => blocks.push(Block::Text(foreign(api, names))),
        false => {
            blocks.extend(ways(api, names, &krate));
            blocks.push(Block::Text(CREDENTIALS.to_owned()));
            blocks.push(Block::Code(key_pair(&krate), None));
            blocks.push(tasks(api, names));
            blocks.push(Block::Text(FAILURES.to_owned()));
        }
    }
    blocks
}

fn tasks(api: &Api, names: &Names) -> Block {
    let ways = Ways::of(api);
    let mut rows = String::new();
    for Task(task, actions, operations) in TASKS {
        let actions = actions.iter().filter_map(|(plugin, name)| action(api, names, plugin, name));
        let operations = operations.iter().filter_map(|id| operation(api, names, id));
        let calls: Vec<_> = actions.chain(operations).collect();
        if !calls.is_empty() {
            rows += &format!("| {task} | {} |\n", calls.join(", "));
        }
    }
    let mut text = "# Which call do I need\n\n".to_owned();
    if !rows.is_empty() {
        text += &format!("| to | call |\n|---|---|\n{rows}\n");
    }
    if rows.contains('¹') {
        text += "¹ Actions of administrators are called on the workspace `settings`.\n\n";
    }
    text += match (ways.session, ways.v2) {
        (true, true) => "All calls are in [`v1`], by plugin, and in [`v2`], by tag. ",
        (true, false) => "All calls are in [`v1`], by plugin. ",
        (false, _) => "All calls are in [`v2`], by tag. ",
    };
    text += "The search field above finds\nthem by the names that the server has for them.";
    Block::Text(text)
}

/// A link to the function of an action, where it is one that works.
fn action(api: &Api, names: &Names, plugin: &str, name: &str) -> Option<String> {
    let wanted = ActionRef { plugin: plugin.to_owned(), action: name.to_owned() };
    let index = api.index_of(&wanted)?;
    let action = &api.endpoints[index];
    let module = names.module(action.kind, &action.group);
    let module = module.filter(|_| action.unsupported.is_none())?;
    let function = &names.endpoints[index].function;
    Some(format!("[`v1::{module}::{function}`]"))
}

/// A link to the function of an operation, where it is one that works.
fn operation(api: &Api, names: &Names, id: &str) -> Option<String> {
    let mut operations = api.of_kind(EndpointKind::Operation);
    let (index, operation) = operations.find(|(_, operation)| operation.id == id)?;
    let module = names.module(operation.kind, &operation.group);
    let module = module.filter(|_| operation.unsupported.is_none())?;
    Some(format!("[`v2::{module}::{}`]", names.endpoints[index].function))
}

fn ways(api: &Api, names: &Names, krate: &str) -> Vec<Block> {
    let ways = Ways::of(api);
    let mut blocks = vec![Block::Text(format!(
        "# Ways in\n\n{}\nA call says by its type where it works: over REST, one that REST does not \
         reach does not\ncompile. [`guide::ways_in`] tells which to take.",
        ways.rows()
    ))];
    if let Some(rest) = rest(api, names, krate) {
        let text = match (ways.v1, ways.v2) {
            (true, true) => "An action is called on a [`Workspace`], an operation on a [`Pydio`].",
            (true, false) => "An action is called on a [`Workspace`].",
            (false, _) => "An operation is called on a [`Pydio`].",
        };
        blocks.push(Block::Text(format!("## REST\n\n{text}")));
        blocks.push(Block::Code(rest, None));
    }
    if ways.session {
        blocks.push(Block::Text(SESSION.to_owned()));
        let sample = sample(api, names, |action| !action.rest);
        let sample = sample.or_else(|| self::sample(api, names, |_| true));
        blocks.extend(sample.map(|sample| Block::Code(session(&sample, krate), None)));
    }
    if ways.cmd {
        blocks.push(Block::Text(CONSOLE.to_owned()));
        let sample = sample(api, names, |_| true);
        blocks.extend(sample.map(|sample| Block::Code(console(&sample, krate), Some(CMD))));
    }
    blocks
}

/// A call that stands for all others, with the module it is of.
struct Sample {
    module: String,
    call: String,
}

/// The listing that the first example begins with, or an action that is called without an argument.
fn sample(api: &Api, names: &Names, fits: fn(&Endpoint) -> bool) -> Option<Sample> {
    if example::has_listing(api, fits) {
        return Some(Sample { module: "access_fs".to_owned(), call: "ls(\"/\")".to_owned() });
    }
    let is_plain = |action: &Endpoint| {
        let has_arguments = action.params.iter().any(|param| param.is_argument());
        action.unsupported.is_none() && !has_arguments && fits(action)
    };
    let mut plain: Vec<_> =
        api.of_kind(EndpointKind::Action).filter(|(_, action)| is_plain(action)).collect();
    // One that everybody may call, or else one that only reads, by its name.
    plain.sort_by_key(|(_, action)| {
        (action.id != "get_xml_registry", !action.id.starts_with("get_"))
    });
    let (index, action) = plain.first()?;
    let module = names.module(action.kind, &action.group)?.to_owned();
    Some(Sample { module, call: format!("{}()", names.endpoints[*index].function) })
}

fn lines<const N: usize>(lines: [&str; N]) -> impl Iterator<Item = String> {
    lines.into_iter().map(str::to_owned)
}

/// An action and an operation, as far as there are some that can be called just so.
fn rest(api: &Api, names: &Names, krate: &str) -> Option<Vec<String>> {
    let action = sample(api, names, |action| action.rest);
    let mut plain: Vec<_> = spec::plain(api, names).collect();
    plain.sort_by_key(|(operation, _)| operation.id != "userWorkspaces");
    let operation = plain.first().map(|(operation, own)| {
        let module = names.module(operation.kind, &operation.group).unwrap_or_default();
        (module, format!("{}()", own.function))
    });
    if action.is_none() && operation.is_none() {
        return None;
    }
    let uses = action.iter().map(|action| format!(", v1::{}", action.module));
    let uses = uses.chain(operation.iter().map(|(module, _)| format!(", v2::{module}")));
    let calls = action.iter().map(|Sample { module, call }| {
        format!("let done = pydio.workspace(\"my-files\").call({module}::{call}).await?;")
    });
    let calls = calls.chain(
        operation
            .iter()
            .map(|(module, call)| format!("let answer = pydio.call({module}::{call}).await?;")),
    );
    let uses = format!("{krate}::{{Pydio{}}}", uses.collect::<String>());
    let pydio =
        format!("let pydio = Pydio::builder(\"{ADDRESS}\").login(\"alice\", password).build()?;");
    let body = [pydio].into_iter().chain(calls).chain(lines([DONE]));
    Some(block(&demo(krate, "Error"), &uses, body))
}

/// The function that a block is the body of.
fn demo(krate: &str, error: &str) -> String {
    format!("async fn demo(password: String) -> Result<(), {krate}::{error}>")
}

fn session(Sample { module, call }: &Sample, krate: &str) -> Vec<String> {
    let body = [
        format!("let pydio = Pydio::builder(\"{ADDRESS}\").build()?;"),
        "let session = pydio.session().login(\"alice\", password).await?;".to_owned(),
        format!("let answer = session.workspace(\"my-files\").call({module}::{call}).await?;"),
        "session.logout().await?;".to_owned(),
        DONE.to_owned(),
    ];
    block(&demo(krate, "LoginError"), &format!("{krate}::{{Pydio, v1::{module}}}"), body)
}

fn console(Sample { module, call }: &Sample, krate: &str) -> Vec<String> {
    let connection = lines([
        "let cmd = CommandLine::builder(\"/var/www/pydio/cmd.php\")",
        "    .prefix([\"sudo\", \"-n\", \"-u\", \"www-data\", \"php\"])",
        "    .login(\"admin\", password)",
        "    .build()?;",
    ]);
    let calls = [
        format!("let answer = cmd.workspace(\"my-files\").call({module}::{call}).await?;"),
        "let everybody = cmd.as_every_user().workspace(\"my-files\");".to_owned(),
        format!("for of in everybody.call({module}::{call}).await? {{"),
    ];
    let end = lines(["    println!(\"{}: {}\", of.user, of.result.is_ok());", "}", DONE]);
    let uses = format!("{krate}::{{cmd::CommandLine, v1::{module}}}");
    block(&demo(krate, "Error"), &uses, connection.chain(calls).chain(end))
}

fn key_pair(krate: &str) -> Vec<String> {
    let keystore = lines([
        "let keystore = Keystore::new(\"alice\", password, \"backup.laptop\")",
        "    .store(FileStore::new(\"pairs.json\"));",
    ]);
    let pydio = [
        format!("let pydio = Pydio::builder(\"{ADDRESS}\").keystore(keystore).build()?;"),
        "# let _ = pydio; Ok(())".to_owned(),
    ];
    let signature = format!("fn demo(password: String) -> Result<(), {krate}::Error>");
    let uses = format!("{krate}::{{Pydio, keystore::{{FileStore, Keystore}}}}");
    block(&signature, &uses, keystore.chain(pydio))
}

/// What each block ends with, unseen.
const DONE: &str = "# Ok(())";

const ADDRESS: &str = "https://files.example.org";

const SESSION: &str = "## A session

For what REST does not reach, and for servers without URL rewriting. After failed logins, the
server wants the text of a picture: [`LoginError::Captcha`] hands it out.";

const CONSOLE: &str = "## The command line of the server

With the feature `cmd`, calls run through `php cmd.php`, to their end, and as every user if
wanted: see [`cmd`].";

const CREDENTIALS: &str = "# Credentials

`login` sends login and password with every request ([`Builder::login`]). A key pair signs them
instead, and can be revoked by itself: [`keystore`] makes one on first use, keeps and renews it.";

const FAILURES: &str = "# When it fails

An [`Error`] says with `{}` which call it was and what happened; its kind tells a program the same.
[`Pydio::diagnose`] finds out why a server lets nobody in, [`guide::errors`] tells what to do about
each kind, and [`guide::troubleshooting`] leads from what shows to what is behind it.

# The guide

[`guide::first_listing`] begins at nothing. Then: [names](guide::nodes),
[files](guide::transfers), [limits](guide::limits), [releases](guide::releases),
[leaving a Pydio](guide::leaving), [bindings of one's own](guide::regenerating).";

const FOREIGN: &str = "# Which call do I need

There is a module for each tag, below. The search field above finds a function by its
`operationId`.

# Credentials

";

const TOKEN: &str =
    "[`Builder::token`] sends `Authorization: Bearer`, [`Builder::login`] HTTP Basic.";

const OTHER_FAILURES: &str = "An [`Error`] says with `{}` which operation failed, with which \
    status, and what the server said of it. The body of an error is kept: see [`Failure::json`].";

/// What somebody else's spec has besides its own words.
fn foreign(api: &Api, names: &Names) -> String {
    let credentials = match &names.auth {
        Some(auth) => {
            let wanted = access::wanted(&api.security, api, names, &format!("{auth}::"));
            let text = format!("The module [`{auth}`] makes what [`Builder::credentials`] takes.");
            format!(
                "{}\n\n{}\n\n",
                doc::wrapped(&format!("{text} {wanted}")),
                doc::wrapped(OTHER_FAILURES)
            )
        }
        None => format!("{}\n\n", doc::wrapped(&format!("{TOKEN} {OTHER_FAILURES}"))),
    };
    format!("{FOREIGN}{credentials}{}", servers(api)).trim_end().to_owned()
}

/// What addresses there are.
fn servers(api: &Api) -> String {
    if api.site.servers.is_empty() {
        return String::new();
    }
    let address = match access::has_address(api) {
        true => "[`SERVER`] is the address that the spec names.",
        false => "The spec names no host: pass the address of the server that you use.",
    };
    let base = match &*api.site.base {
        "" => String::new(),
        base => format!(
            " The path {} may be part of the address that you pass, or not.",
            doc::code(base)
        ),
    };
    format!("# Servers\n\n{}", doc::wrapped(&format!("{address}{base}")))
}
