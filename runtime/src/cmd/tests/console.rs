//! A model of how `cmd.php` reads its arguments, written from observations and from the rules of
//! the console library below it, not from the client.

use std::collections::BTreeMap;

/// The arguments after parsing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// The console's own options by their letter.
    pub(super) options: BTreeMap<char, String>,
    /// The action's parameters.
    pub(super) parameters: BTreeMap<String, String>,
}

const OPTIONS: [(char, &str); 8] = [
    ('u', "cli_username"),
    ('r', "cli_repository_id"),
    ('a', "cli_action_name"),
    ('p', "cli_password"),
    ('t', "cli_token"),
    ('i', "cli_impersonate"),
    ('s', "cli_status_file"),
    ('k', "cli_task_uuid"),
];

const GLOBAL: [&str; 12] = [
    "--help",
    "-h",
    "--quiet",
    "-q",
    "--verbose",
    "-v",
    "--version",
    "-V",
    "--ansi",
    "--no-ansi",
    "--no-interaction",
    "-n",
];

/// Reads arguments, or returns what the console would do instead of the action.
pub(super) fn read(arguments: &[String]) -> Result<Read, String> {
    for token in arguments {
        let is_global = |global: &&&str| {
            token == **global
                || token.strip_prefix(**global).is_some_and(|rest| rest.starts_with('='))
        };
        if let Some(global) = GLOBAL.iter().find(is_global) {
            return Err(format!("{global} is not for the action"));
        }
    }
    let mut read = Read::default();
    let mut tokens = arguments.iter().peekable();
    while let Some(token) = tokens.next() {
        let (name, mut value) = match token.strip_prefix("--") {
            Some("") => return Err("nothing but positional arguments follow".to_owned()),
            Some(long) => match long.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (long.to_owned(), None),
            },
            None => short(token)?,
        };
        if value.as_deref().unwrap_or_default().is_empty() {
            // Uses the next one as its value, unless that is an option.
            value = Some(String::new());
            if let Some(next) = tokens.next_if(|next| !next.starts_with('-')) {
                value = Some(next.clone());
            }
        }
        let value = value.unwrap_or_default().trim_start_matches('=').to_owned();
        if matches!(&*name, "" | "0") || name.starts_with("--") {
            return Err(format!("{name:?} is not a name"));
        }
        match OPTIONS.iter().find(|(_, long)| *long == name) {
            Some((letter, _)) => read.options.insert(*letter, value),
            None => read.parameters.insert(name, value),
        };
    }
    Ok(read)
}

fn short(token: &str) -> Result<(String, Option<String>), String> {
    let mut letters = token.strip_prefix('-').ok_or("too many arguments")?.chars();
    let letter = letters.next().ok_or("too many arguments")?;
    let (_, long) = OPTIONS
        .iter()
        .find(|(known, _)| *known == letter)
        .ok_or_else(|| format!("the option -{letter} does not exist"))?;
    Ok(((*long).to_owned(), Some(letters.as_str().to_owned()).filter(|value| !value.is_empty())))
}

#[test]
fn the_model_reads_what_was_recorded() {
    let read = |arguments: &[&str]| {
        read(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    };
    // `-u=alice` and `-u alice` are the same, and so is the long name.
    let one = read(&["-u=alice", "-p=x", "-r=common", "-a=ls", "--dir=/"]).unwrap();
    assert_eq!(
        one,
        read(&["-u", "alice", "-p", "x", "-r", "common", "-a", "ls", "--dir", "/"]).unwrap()
    );
    assert_eq!(
        one,
        read(&["--cli_username=alice", "-p=x", "-r=common", "-a=ls", "--dir=/"]).unwrap()
    );
    // A leading `=` is removed, a repeated parameter replaces the previous one.
    let parameters =
        read(&["--filename==eq=ual.txt", "--nodes[]=/a", "--nodes[]=/b"]).unwrap().parameters;
    assert_eq!(parameters["filename"], "eq=ual.txt");
    assert_eq!(parameters["nodes[]"], "/b");
    assert_eq!(read(&["--filename="]).unwrap().parameters["filename"], "");
    for refused in ["/", "-z=1", "--version", "list"] {
        assert!(read(&["-a=ls", refused]).is_err(), "{refused}");
    }
}
