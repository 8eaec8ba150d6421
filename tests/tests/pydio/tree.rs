//! Every item of the bindings is a command, with all of its parameters.

use std::{fs, path::Path};

use clap::Command;
use pydio_client::{Json, cli::TABLE};

use crate::support::{finish, program};

fn api() -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/api.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[track_caller]
fn below<'c>(command: &'c Command, names: &[&str]) -> &'c Command {
    names.iter().fold(command, |command, name| {
        let found = command.find_subcommand(name);
        found.unwrap_or_else(|| panic!("no `{name}` of {names:?}"))
    })
}

/// Asserts that every parameter can be set.
#[track_caller]
fn takes_all(command: &Command, call: &Json) {
    for (name, param) in call["parts"]["param"].as_object().into_iter().flatten() {
        let id = match &param["holds"]["takes"] {
            kind if kind == "fields" => "@field",
            _ => name.strip_suffix("[n]").unwrap_or(name),
        };
        let is_there = command.get_arguments().any(|arg| arg.get_id() == id);
        assert_eq!(is_there, param["role"] != "constant", "`{name}` of `{command}`");
    }
}

#[test]
fn every_action_and_operation_is_a_command() {
    let command = pydio_cli::command(&TABLE);
    let api = api();
    let actions = api["actions"].as_object().unwrap();
    for (name, action) in actions {
        let (plugin, name) = name.split_once('/').unwrap();
        // A definition that plugins share is there once.
        let definition = action["as"].as_str().map_or(action, |other| &actions[other]);
        takes_all(below(&command, &["v1", plugin, name]), definition);
    }
    let operations = api["operations"].as_object().unwrap();
    for (id, operation) in operations {
        let tag = operation["home"].as_str().unwrap().to_lowercase().replace(' ', "-");
        takes_all(below(&command, &["v2", &tag, id]), operation);
    }
    let leaves = |group| {
        let groups = below(&command, &[group]).get_subcommands();
        groups.map(|group| group.get_subcommands().count()).sum::<usize>()
    };
    assert_eq!((leaves("v1"), leaves("v2")), (actions.len(), operations.len()));
}

/// Clap would report this only when the command is called.
#[test]
fn every_command_is_well_formed() {
    pydio_cli::command(&TABLE).debug_assert();
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
