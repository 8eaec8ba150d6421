//! Everything that the bindings have is a command, with all that it takes.

use std::{collections::BTreeSet, fs, path::Path, process};

use clap::Command;
use pydio_client::{Json, cli::TABLE};

use crate::support::{finish, program};

fn api() -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/api.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The names of all actions and operations.
fn calls() -> BTreeSet<String> {
    let api = api();
    let actions = api["actions"].as_object().unwrap().keys();
    let actions = actions.map(|name| name.split_once('/').unwrap().1.to_owned());
    actions.chain(api["operations"].as_object().unwrap().keys().cloned()).collect()
}

#[track_caller]
fn below<'c>(command: &'c Command, names: &[&str]) -> &'c Command {
    names.iter().fold(command, |command, name| {
        let found = command.find_subcommand(name);
        found.unwrap_or_else(|| panic!("no `{name}` of {names:?}"))
    })
}

/// Whether there is a way to say each parameter.
#[track_caller]
fn takes_all(command: &Command, params: &Json) {
    for param in params.as_array().into_iter().flatten() {
        let (name, kind) = (param["name"].as_str().unwrap(), param["kind"].as_str().unwrap());
        let id = if kind == "fields" { "@field" } else { name };
        let is_there = command.get_arguments().any(|arg| arg.get_id() == id);
        assert_eq!(is_there, !kind.starts_with("constant("), "`{name}` of `{command}`");
    }
}

#[test]
fn every_action_and_operation_is_a_command() {
    let command = pydio_runtime::cli::command(&TABLE);
    let api = api();
    let actions = api["actions"].as_object().unwrap();
    for (name, action) in actions {
        let (plugin, name) = name.split_once('/').unwrap();
        takes_all(below(&command, &["v1", plugin, name]), &action["params"]);
    }
    let operations = api["operations"].as_object().unwrap();
    for (id, operation) in operations {
        let tag = operation["tag"].as_str().unwrap().to_lowercase().replace(' ', "-");
        takes_all(below(&command, &["v2", &tag, id]), &operation["params"]);
    }
    let leaves = |group| {
        let groups = below(&command, &[group]).get_subcommands();
        groups.map(|group| group.get_subcommands().count()).sum::<usize>()
    };
    assert_eq!((leaves("v1"), leaves("v2")), (actions.len(), operations.len()));
}

/// As clap would find out only when the command is called.
#[test]
fn every_command_is_well_formed() {
    pydio_runtime::cli::command(&TABLE).debug_assert();
}

#[tokio::test]
async fn help_is_what_it_was() {
    for (name, arguments) in [
        ("top", &["--help"][..]),
        ("copy", &["v1", "access.fs", "copy", "-h"]),
        ("createPeople", &["v2", "provisioning", "createPeople", "--help"]),
    ] {
        let help = finish(program(arguments), "").await;
        insta::assert_snapshot!(name, help.done());
    }
}

#[tokio::test]
async fn every_shell_has_a_script_with_every_action() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = finish(program(&["completions", shell]), "").await;
        let script = script.done();
        for name in calls() {
            assert!(script.contains(&name), "{shell} lacks {name}");
        }
        // That of fish goes no deeper than the names of actions.
        assert_eq!(script.contains("max_depth"), shell != "fish", "{shell}");
        assert!(script.len() < 1_200_000, "{shell}: {} bytes", script.len());
    }
}

/// What a shell offers for each line, by the script for it.
const BASH: &str = r#"
eval "$(cat)"
for line in "v1 access.f" "v1 access.fs l" "v1 access.fs ls --rec" "v2 user-account userW"; do
    COMP_WORDS=(pydio $line); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
    _pydio pydio "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    echo "${COMPREPLY[*]}"
done
"#;

#[tokio::test]
async fn bash_completes_with_its_script() {
    if process::Command::new("bash").arg("--version").output().is_err() {
        println!("skipped: no bash");
        return;
    }
    let script = finish(program(&["completions", "bash"]), "").await;
    let mut bash = process::Command::new("bash");
    bash.args(["--norc", "-c", BASH]);
    let offered = finish(bash, script.done()).await;
    let lines: Vec<_> = offered.done().lines().collect();
    assert_eq!(lines, ["access.fs access.ftp", "ls lsync", "--recursive", "userWorkspaces"]);
}
