//! Options that do not belong to a call: connection, output.

use std::{any::Any, path::PathBuf};

use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};

// Ids that no parameter has.
pub(super) const URL: &str = "@url";
pub(super) const PROFILE: &str = "@profile";
pub(super) const USER: &str = "@user";
pub(super) const PASSWORD_FILE: &str = "@password-file";
pub(super) const TOKEN_FILE: &str = "@token-file";
pub(super) const KEYSTORE: &str = "@keystore";
pub(super) const PAIR_ON_SESSION: &str = "@pair-on-session";
pub(super) const DEVICE: &str = "@device";
pub(super) const WORKSPACE: &str = "@workspace";
pub(super) const SESSION: &str = "@session";
pub(super) const COMMAND: &str = "@cmd";
pub(super) const PART_SIZE: &str = "@part-size";
pub(super) const JSON: &str = "@json";
pub(super) const OUTPUT: &str = "@output";
pub(super) const FORCE: &str = "@force";

/// Returns whether an option is one of these, rather than a parameter.
pub(super) fn is_shared(id: &str) -> bool {
    let connection = matches!(
        id,
        URL | PROFILE | USER | PASSWORD_FILE | TOKEN_FILE | KEYSTORE | DEVICE | COMMAND
    );
    connection
        || id == PAIR_ON_SESSION
        || matches!(id, WORKSPACE | SESSION | PART_SIZE | JSON | OUTPUT | FORCE)
}

/// Returns the options for the caller and the server.
pub(super) fn connection() -> Vec<Arg> {
    let heading = "Connection";
    let text = |id, long, name, help| {
        let arg = Arg::new(id).long(long).value_name(name).help(help).help_heading(heading);
        arg.value_hint(ValueHint::Other)
    };
    let file = |id, long, help| {
        let arg = text(id, long, "FILE", help);
        arg.value_parser(value_parser!(PathBuf)).value_hint(ValueHint::FilePath)
    };
    let url = "Address of the web interface, with its prefix if it has one [env: PYDIO_URL]";
    let profile = "Profile with the server and the user [env: PYDIO_PROFILE]";
    let password = "File whose first line is the password, `-` for standard input; otherwise, \
                    PYDIO_PASSWORD is used, or the program prompts for it";
    let token = "File whose first line is a token that is sent instead of login and password, \
                 if the server accepts one [env: PYDIO_TOKEN]";
    let keystore = "Sign with the key pair in this file; if there is none, create one with the \
                    password";
    let on_session = "Create that key pair in a session, for web servers that do not pass the \
                      password to the API";
    let device = "Device that the key pair is for [default: pydio-command-line]";
    let mut all = vec![
        text(URL, "url", "URL", url).value_hint(ValueHint::Url),
        text(PROFILE, "profile", "NAME", profile),
        text(USER, "user", "LOGIN", "Login of the user [env: PYDIO_USER]").short('u'),
        file(PASSWORD_FILE, "password-file", password),
        file(TOKEN_FILE, "token-file", token),
        file(KEYSTORE, "keystore", keystore),
        Arg::new(PAIR_ON_SESSION)
            .long("pair-on-session")
            .action(ArgAction::SetTrue)
            .help(on_session)
            .help_heading(heading),
        text(DEVICE, "device", "NAME", device),
    ];
    if cfg!(feature = "cmd") {
        let help = "Run actions through this command, which ends with the path of `cmd.php`";
        all.push(text(COMMAND, "cmd", "COMMAND", help));
    }
    all
}

/// Returns the option that names a workspace.
pub(super) fn workspace() -> Arg {
    Arg::new(WORKSPACE)
        .long("workspace")
        .short('w')
        .value_name("SLUG")
        .value_hint(ValueHint::Other)
        .help("Workspace to call actions in, by slug or id [env: PYDIO_WORKSPACE]")
}

/// Returns the options that may also follow an action.
pub(super) fn of_action() -> Vec<Arg> {
    let session = Arg::new(SESSION)
        .long("session")
        .action(ArgAction::SetTrue)
        .help("Log in and call in a session, which also reaches what REST does not");
    [workspace(), session].map(|arg| arg.help_heading("Connection")).into()
}

/// Returns the option of an action that uploads.
pub(super) fn part_size() -> Arg {
    Arg::new(PART_SIZE)
        .long("part-size")
        .value_name("BYTES")
        .value_parser(value_parser!(u64).range(1..))
        .value_hint(ValueHint::Other)
        .help("Send at most this much in one request, if the server accepts less than it says")
        .help_heading("Transfer")
}

/// Returns the option for output as JSON.
pub(super) fn json() -> Arg {
    Arg::new(JSON)
        .long("json")
        .action(ArgAction::SetTrue)
        .help("Print the response as JSON, with all details from the server")
}

/// Returns the options that may also follow any call.
pub(super) fn of_output() -> Vec<Arg> {
    let output = Arg::new(OUTPUT)
        .long("output")
        .short('o')
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
        .help("Write the response to this file, `-` for standard output");
    let force =
        Arg::new(FORCE).long("force").action(ArgAction::SetTrue).help("Let `-o` replace a file");
    [json(), output, force].map(|arg| arg.help_heading("Output")).into()
}

/// Returns the value of an option after the call, or before it.
pub(super) fn either<T: Any + Clone + Send + Sync>(
    top: &ArgMatches,
    leaf: &ArgMatches,
    id: &str,
) -> Option<T> {
    let value = |matches: &ArgMatches| matches.try_get_one::<T>(id).ok().flatten().cloned();
    value(leaf).or_else(|| value(top))
}

/// Returns whether an option is given, after the call or before it.
pub(super) fn is_on(top: &ArgMatches, leaf: &ArgMatches, id: &str) -> bool {
    let is_on = |matches: &ArgMatches| matches!(matches.try_get_one::<bool>(id), Ok(Some(true)));
    is_on(leaf) || is_on(top)
}
