//! The settings, the resulting command, and the secrets in it.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    ErrorKind,
    cmd::{
        ArgumentPassing, Builder, CommandLine,
        builder::Login,
        launch::{Invocation, LOADER},
    },
    testing::SECRET,
};

fn builder() -> Builder {
    CommandLine::builder("/srv/pydio 8/cmd.php").login("alice", SECRET)
}

/// Returns the command for two arguments, as program, arguments and input.
fn command(builder: Builder) -> (String, Vec<String>, Option<String>) {
    let line = builder.build().unwrap();
    let arguments = ["-p=a'b", "--dir=/x y"].map(SecretString::from).to_vec();
    let Invocation { program, arguments, input } =
        line.settings.launch.invocation(arguments).unwrap();
    let shown = |text: &SecretString| text.expose_secret().to_owned();
    (program, arguments.iter().map(shown).collect(), input.as_ref().map(shown))
}

#[test]
fn arguments_go_over_standard_input_by_default() {
    let (program, arguments, input) = command(builder());
    assert_eq!((&*program, &*arguments), ("php", &["-r".to_owned(), LOADER.to_owned()][..]));
    assert_eq!(input.unwrap(), "/srv/pydio 8/cmd.php\0-p=a'b\0--dir=/x y");

    let shown =
        builder().argument_passing(ArgumentPassing::Arguments).prefix(["sudo", "-n", "php"]);
    let (program, arguments, input) = command(shown);
    assert_eq!(program, "sudo");
    assert_eq!(arguments, ["-n", "php", "/srv/pydio 8/cmd.php", "-p=a'b", "--dir=/x y"]);
    assert_eq!(input, None);
}

#[test]
fn what_goes_through_a_shell_is_quoted() {
    let through = || builder().ssh(["ssh", "host"]).prefix(["sudo", "php"]);
    let (program, arguments, input) =
        command(through().argument_passing(ArgumentPassing::Arguments));
    assert_eq!((&*program, input), ("ssh", None));
    assert_eq!(arguments[0], "host");
    let words = shlex::split(&arguments[1]).unwrap();
    assert_eq!(words, ["sudo", "php", "/srv/pydio 8/cmd.php", "-p=a'b", "--dir=/x y"]);

    let (_, arguments, input) = command(through());
    assert_eq!(shlex::split(&arguments[1]).unwrap(), ["sudo", "php", "-r", LOADER]);
    assert!(input.unwrap().starts_with("/srv/pydio 8/cmd.php\0-p="));
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let none: [&str; 0] = [];
    let script = |script: &str| CommandLine::builder(script).login("alice", SECRET);
    for (builder, why) in [
        (script(""), "is empty"),
        (script("-r"), "begins with `-`"),
        (script("a\0"), "NUL"),
        (builder().prefix(none), "has to name at least PHP"),
        (builder().prefix([""]), "has to name at least PHP"),
        (builder().prefix(["a\0"]), "NUL"),
        (builder().ssh([""]), "is empty"),
        (CommandLine::builder("/cmd.php"), "set a login"),
        (builder().login("", SECRET), "the login is empty"),
        (builder().login("=a", SECRET), "the login: "),
        (builder().login("alice", ""), "treats this password as missing"),
        (builder().login("alice", "0"), "treats this password as missing"),
        (builder().login("alice", format!("={SECRET}")), "the password: "),
        (builder().login("alice", format!("{SECRET}\0")), "the password: "),
        (builder().token("u", format!("={SECRET}")), "the token: "),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.kind() == ErrorKind::Config, "{error:?}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(why) && !shown.contains(SECRET), "{shown}");
    }
}

#[test]
fn no_secret_is_shown() {
    let password = builder();
    let token = CommandLine::builder("/cmd.php").token(format!("u{SECRET}"), SECRET);
    let shown = format!("{password:?} {token:?}");
    let (password, token) = (password.build().unwrap(), token.build().unwrap());
    let (one, users) = (password.workspace("w"), password.clone().for_all_users());
    let shown = format!("{shown} {password:?} {token:?} {one:?} {users:?}");
    assert!(shown.contains("alice") && !shown.contains(SECRET), "{shown}");
}

/// PHP prints the first 15 characters of arguments in a stack trace.
#[test]
fn the_password_is_taken_out_of_what_was_printed() {
    let login = |password: &str| Login::Password {
        login: "alice".to_owned(),
        password: password.to_owned().into(),
    };
    let long = login("correct horse battery");
    assert_eq!(long.redact("logUser('correct horse b...')"), "logUser('***...')");
    assert_eq!(long.redact("-p=correct horse battery"), "-p=***");
    assert_eq!(login("short").redact("logUser('short')"), "logUser('***')");
    assert_eq!(login("sésame ouvre-toi vite").redact("'sésame ouvre-to...'"), "'***...'");
}

#[test]
fn a_line_is_shared_by_its_clones() {
    const fn is_shared<T: Clone + Send + Sync + 'static>() {}
    is_shared::<CommandLine>();
    is_shared::<crate::cmd::Workspace>();
    is_shared::<crate::cmd::Workspaces>();
    is_shared::<crate::cmd::Users>();
}
