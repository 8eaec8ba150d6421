//! What corrections do to actions, and which are refused.

use std::fmt::Write as _;

use insta::assert_snapshot;
use semver::Version;

use super::ActionCorrections;
use crate::{
    diagnostic::SourceFile,
    input::Installation,
    ir::{Api, EndpointKind, Model, Shape, Type},
    lower, manifest, surface,
};

const MANIFEST: &str = r#"<ajxpdriver><registry_contributions><actions>
  <action name="delete"><processing><serverCallback methodName="m" restParams="/nodes+">
    <input_param name="nodes" type="AJXP_NODE[]" mandatory="true"/>
  </serverCallback></processing></action>
  <action name="chmod"><processing><serverCallback methodName="m" restParams="/node+">
    <input_param name="node" type="path"/>
    <input_param name="recursive" type="boolean"/>
  </serverCallback></processing></action>
</actions></registry_contributions></ajxpdriver>"#;

fn api() -> Api {
    let directory = tempfile::tempdir().expect("a directory");
    let plugin = directory.path().join("plugins/access.fs");
    std::fs::create_dir_all(&plugin).expect("a directory");
    std::fs::write(plugin.join("manifest.xml"), MANIFEST).expect("a file");
    let installation = Installation::open(directory.path()).expect("an installation");
    let set = manifest::read(&installation).expect("manifests");
    let stat = Model {
        kind: EndpointKind::Action,
        name: "Stat".to_owned(),
        shape: Shape::Alias(Type::Object),
        lenient: false,
        sent: false,
        received: true,
        refused: Vec::new(),
        docs: Default::default(),
    };
    Api { models: vec![stat], ..lower::manifests("8.2.5", &set) }
}

/// Returns the corrected action, or what is wrong with the corrections.
fn corrected(entries: &str, action: &str) -> String {
    let text = format!("corrections: 1\ntitle: Test\nactions:\n{entries}");
    let file = SourceFile::new("corrections.yaml", text);
    let corrections = match ActionCorrections::parse(&file) {
        Ok(corrections) => corrections,
        Err(error) => return error.render(false),
    };
    let mut api = api();
    match corrections.apply(&mut api, &Version::new(8, 2, 5)) {
        Err(errors) => errors.iter().map(|e| e.render(false)).collect::<Vec<_>>().join("\n"),
        Ok(_) => {
            let action = api.actions().find(|one| one.id == action).expect("the action");
            let path = action.rest_params().unwrap_or_else(|| "no path".to_owned());
            let mut text = format!("{} {path} -> {:?}", action.method, action.response);
            if let Some(outcome) = &action.outcome {
                text += &format!(" checked for {}", outcome.text());
            }
            for (is_so, more) in [
                (action.action.is_some(), format!(" as {}", action.sent_name())),
                (action.complete, ", complete".to_owned()),
                (action.interface, " of the interface".to_owned()),
                (action.rust_name.is_some(), format!(" named {}", action.stem())),
                (!action.needs.is_empty(), format!(" needs {:?}", action.needs)),
            ] {
                text.push_str(if is_so { &more } else { "" });
            }
            for param in &action.params {
                let kind = surface::action_kind(param);
                let required = if param.required { " required" } else { "" };
                let _ = write!(text, "\n{} {:?} {kind}{required}", param.name, param.location);
                for value in &param.values {
                    let name = value.name.as_deref().unwrap_or_default();
                    let _ = write!(text, " {}={name}", value.value);
                }
                if param.rust_name.is_some() {
                    let _ = write!(text, " named {}", param.stem());
                }
                if !param.refused.is_empty() {
                    let _ = write!(text, " refuses {:?}", param.refused);
                }
            }
            text
        }
    }
}

fn entry(rest: &str) -> String {
    format!(
        "  - action: delete\n    versions: \">=8, <9\"\n    evidence: e\n    description: d\n{rest}"
    )
}

#[test]
fn a_parameter_may_be_a_time() {
    let rest = "    plugin: access.fs\n    params:\n      add: [{ name: since, type: time }]\n";
    let corrected = corrected(&entry(rest), "delete");
    assert!(corrected.contains("\nsince Form time"), "{corrected}");
}

#[test]
fn an_entry_changes_the_action_and_its_parameters() {
    let rest = "    plugin: access.fs\n    change: { rest_params: \"/\", verb: GET, answer: { one_or_many: Stat } }\n    params:\n      remove: [nodes]\n      add: [{ name: file, type: selection, required: true }, { name: force, type: flag }]\n";
    assert_snapshot!(corrected(&entry(rest), "delete"), @r#"
    GET / -> OneOrMany(Model("Stat"))
    file Form selection required
    force Form flag
    "#);
}

#[test]
fn a_path_can_be_added_and_removed() {
    let rest = "    change: { rest_params: \"/kind/nodes+\" }\n";
    assert_snapshot!(corrected(&entry(rest), "delete"), @r#"
    POST /kind/nodes+ -> Undeclared
    kind Path text
    nodes RestOfPath node required
    "#);
    let rest = "    change: { rest_params: null }\n";
    assert_snapshot!(corrected(&entry(rest), "delete"), @r#"
    POST no path -> Undeclared
    nodes Form node required
    "#);
}

#[test]
fn files_and_constants_have_their_own_kinds() {
    let rest = "    params:\n      change: { nodes: { type: { constant: put } } }\n      add: [{ name: userfile_0, type: file, required: true }, { name: name, type: encoded }]\n";
    assert_snapshot!(corrected(&entry(rest), "delete"), @r#"
    POST /nodes+ -> Undeclared
    nodes RestOfPath constant("put") required
    userfile_0 Form file required
    name Form encoded
    "#);
}

/// Returns transfer actions that all exist, except for what `change` changes.
fn roles(change: impl Fn(&mut String)) -> String {
    roles_of(change, None)
}

fn roles_of(change: impl Fn(&mut String), is_known: Option<&dyn Fn(&str) -> bool>) -> String {
    let mut roles = "transfer:\n  versions: \">=8, <9\"\n  evidence: e\n  roles:\n    \
        download: { plugin: access.fs, action: delete }\n    \
        stat: { plugin: access.fs, action: delete }\n    \
        hash: { plugin: access.fs, action: delete }\n    \
        create: { plugin: access.fs, action: chmod }\n    replace: recursive\n    \
        limit: { role: { plugin: access.fs, action: delete }, path: /x, property: SIZE }\n    \
        upload: { role: { plugin: access.fs, action: chmod }, folder: node, name: recursive, \
        file: node, keep_both: recursive }\n    \
        raw: { operation: none, workspace: w, node: n, keep_both: k }\n    \
        parts: { is_part: recursive, size: node, append_to: node, suffix: .part }\n"
        .to_owned();
    change(&mut roles);
    let file =
        SourceFile::new("t.yaml", format!("corrections: 1\ntitle: Test\nactions: []\n{roles}"));
    let corrections = match ActionCorrections::parse(&file) {
        Ok(corrections) => corrections,
        Err(error) => return error.render(false),
    };
    let mut api = api();
    let version = Version::new(8, 2, 5);
    let (_, errors) = corrections.apply_each(&mut api, &version, is_known);
    match errors.is_empty() {
        true => format!("{:?}", api.transfer.map(|roles| roles.limit.property)),
        false => errors.iter().map(|e| e.render(false)).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn transfer_actions_must_exist() {
    assert_eq!(roles(|_| {}), "Some(\"SIZE\")");
    assert_eq!(roles(|text| *text = text.replace(">=8", ">=7").replace("<9", "<8")), "None");
    for (old, new, said) in [
        ("stat: { plugin: access.fs", "stat: { plugin: access.ftp", "has no action `delete`"),
        ("replace: recursive", "replace: force", "`chmod` has no parameter `force`"),
        ("folder: node", "folder: dir", "`chmod` has no parameter `dir`"),
        ("append_to: node", "append_to: other", "`chmod` has no parameter `other`"),
        ("suffix: .part", "ending: .part", "unknown key `ending`"),
    ] {
        let text = roles(|text| *text = text.replace(old, new));
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn an_installation_may_lack_transfer_actions() {
    let lacking = |old: &str, new: &str| {
        roles_of(|text| *text = text.replace(old, new), Some(&|plugin| plugin == "access.fs"))
    };
    assert_eq!(lacking("hash: { plugin: access.fs", "hash: { plugin: meta.none"), "Some(\"SIZE\")");
    assert_eq!(lacking("stat: { plugin: access.fs", "stat: { plugin: access.none"), "None");
    assert!(lacking("replace: recursive", "replace: force").contains("has no parameter"));
}

#[test]
fn an_action_may_be_a_command_of_another() {
    let rest = "    change: { rest_params: \"/command\", through: chmod }\n    params:\n      remove: [nodes]\n      add: [{ name: command, type: { constant: delete } }, { name: ids, type: texts, required: true }]\n";
    assert_snapshot!(corrected(&entry(rest), "delete"), @r#"
    POST /command -> Undeclared as chmod
    command Path constant("delete")
    ids Form texts required
    "#);
}

#[test]
fn a_command_becomes_a_call_of_its_own() {
    let rest = "    command_of: chmod\n    plugin: access.fs\n    change: { answer: { map: { list: integer } } }\n    params:\n      change: { recursive: { type: { constant: lock } } }\n      complete: true\n";
    let entry = entry(rest).replace("action: delete", "action: chmod_lock");
    assert_snapshot!(corrected(&entry, "chmod_lock"), @r#"
    POST /node+ -> Json(Lenient(Map(List(Integer)))) as chmod, complete
    node RestOfPath node
    recursive Form constant("lock")
    "#);
    assert_snapshot!(corrected(&entry, "chmod"), @"
    POST /node+ -> Undeclared
    node RestOfPath node
    recursive Form flag
    ");
    let again = format!("{entry}{}", entry.replace("chmod_lock", "delete"));
    assert!(corrected(&again, "delete").contains("already has an action `delete`"));
    let other = entry.replace("command_of: chmod", "command_of: chmood");
    assert!(corrected(&other, "delete").contains("did you mean `chmod`"));
}

#[test]
fn parameters_have_types_of_their_own() {
    let rest = "    change: { rename: remove, any_of: [[bits, body]], interface: true }\n    params:\n      add:\n        - { name: pass, type: secret, rename: password, refused: { x: \"it hangs\" } }\n        - { name: codes, type: { codes: { late: 8, early: 1 } } }\n        - { name: bits, type: { bits: { users: 1, groups: 4 } } }\n        - { name: body, type: { json_of: { nullable: Stat } } }\n        - { name: ids, type: series, in: query }\n";
    assert_snapshot!(corrected(&entry(rest), "delete"), @r#"
    POST /nodes+ -> Undeclared of the interface named remove needs [["bits", "body"]]
    nodes RestOfPath node required
    pass Form secret named password refuses [("x", "it hangs")]
    codes Form choice 1=early 8=late
    bits Form bits 1=users 4=groups
    body Form json of model Stat or null
    ids Query series
    "#);
    let unknown = "    change: { any_of: [[pass, nodes]] }\n";
    assert!(corrected(&entry(unknown), "delete").contains("has no parameter `pass`"));
    let unknown = "    params: { add: [{ name: body, type: { json_of: { list: State } } }] }\n";
    assert!(corrected(&entry(unknown), "delete").contains("no model `State`"));
}

#[test]
fn an_outcome_names_parameters() {
    let outcome = |change: &str| corrected(&entry(&format!("    change: {change}\n")), "delete");
    let known = outcome("{ background: true, outcome: { removes: nodes } }");
    assert!(known.contains("checked for the absence of the nodes in `nodes`"), "{known}");
    let unknown =
        outcome("{ background: true, outcome: { copies: { nodes: nodes, folder: to } } }");
    assert!(unknown.contains("has no parameter `to`"), "{unknown}");
    let at_once = outcome("{ outcome: { removes: nodes } }");
    assert!(at_once.contains("checked for the absence of the nodes in `nodes`"), "{at_once}");
    let empty = outcome("{ background: true, outcome: empties_recycle_bin }");
    assert!(empty.contains("checked for an empty recycle bin"), "{empty}");
}

#[test]
fn entries_of_other_versions_are_skipped() {
    let rest = entry("    change: { answer: text }\n").replace(">=8, <9", "<8");
    assert_snapshot!(corrected(&rest, "delete"), @r#"
    POST /nodes+ -> Undeclared
    nodes RestOfPath node required
    "#);
}

#[test]
fn what_does_not_fit_is_an_error_with_its_place() {
    let cases = [
        "    plugin: access.ftp\n    change: { answer: text }\n",
        "    change: { answer: any }\n",
        "    params: { remove: [file] }\n",
        "    params: { add: [{ name: nodes, type: nodes }] }\n",
        "    params: { change: { file: { type: nodes } } }\n",
        "    change: { answer: { model: Nothing } }\n",
        "    change: { answers: text }\n",
        "    change: { through: edit }\n",
        "    params: { add: [{ name: file, type: files }] }\n",
    ];
    let said = cases.map(|rest| corrected(&entry(rest), "delete"));
    assert_snapshot!(said.join("\n\n"));
    let range = entry("    change: { answer: text }\n").replace(">=8, <9", "eight");
    assert_snapshot!(corrected(&range, "delete"));
}

#[test]
fn every_key_is_understood() {
    let entry = "  - action: chmod
    plugin: access.fs
    versions: [\"<7\", \">=8\"]
    evidence: e
    description: d
    change: { rest_params: \"/node+\", verb: GET, answer: { list: Stat }, background: true, repeatable: true, dead: no }
    params:
      remove: [recursive]
      add: [{ name: \"on_[n]\", type: numbered, required: false, default: x }]
      change: { node: { type: { choice: [a, b] }, required: true, default: a } }
";
    assert_snapshot!(corrected(entry, "chmod"), @r#"
    GET /node+ -> Json(List(Model("Stat")))
    node RestOfPath node required
    on_[n] Form numbered on_
    "#);
}

#[test]
fn malformed_files_are_refused_with_their_place() {
    let cases = [
        "corrections: 2\ntitle: t\nactions: []\n",
        "corrections: 1\ntitel: t\nactions: []\n",
        "corrections: 1\ntitle: t\nactions: [{ action: a, versions: [], evidence: e, description: d }]\n",
        "corrections: 1\ntitle: t\nactions: [{ action: a, versions: \">=8\", evidence: \" \", description: d }]\n",
        "corrections: 1\ntitle: t\nactions: [{ action: a, evidence: e, description: d }]\n",
        "corrections: 1\ntitle: t\nactions: [{ action: a, versions: \">=8\", evidence: e, description: d, x-mine: 1 }]\n",
    ];
    let said = cases.map(|text| {
        let parsed = ActionCorrections::parse(&SourceFile::new("corrections.yaml", text));
        parsed.err().map_or_else(|| format!("not refused: {text}"), |error| error.render(false))
    });
    assert_snapshot!(said.join("\n\n"));
    let cases = [
        "    params: { add: [{ name: force, requird: true }] }\n",
        "    params: { change: { nodes: { kind: nodes } } }\n",
        "    params: { add: [{ name: force, type: flags }] }\n",
        "    params: { add: [{ name: force, type: { choices: [a] } }] }\n",
        "    params: { add: [{ name: force, default: 5 }] }\n",
        "    change: { rest_params: 5 }\n",
        "    change: { verb: PUT }\n",
        "    change: { answer: { model: Stat, lists: Stat } }\n",
        "    change: { answer: { model: Stats } }\n",
        "    params: { remove: [node] }\n",
    ];
    let said = cases.map(|rest| corrected(&entry(rest), "delete"));
    assert_snapshot!(said.join("\n\n"));
    let unknown = entry("    change: { answer: text }\n").replace("delete", "delte");
    assert_snapshot!(corrected(&unknown, "delete"));
}
