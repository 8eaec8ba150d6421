use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Allowlist, Bump, Class, Diff, SCHEMA, codes,
    codes::{About, Edit, On, find},
    human, json as to_json, markdown, sarif,
};
use crate::{
    diagnostic::SourceFile,
    emit,
    lint::CODES,
    pipeline::Generator,
    surface::{Fact, Item, Part, Property, Surface},
};

/// Returns a surface with one action of two plugins, and a model that it returns.
fn surface(title: &str) -> Surface {
    let mut surface = Surface { title: title.to_owned(), format: 2, ..Surface::default() };
    for plugin in ["access.fs", "access.s3"] {
        surface.actions.insert(format!("{plugin}/ls"), ls());
        let mut module = Item::default();
        module.text(Property::Module, Some(plugin.replace('.', "_")));
        surface.modules.insert(format!("plugin {plugin}"), module);
    }
    surface.models.insert("Node".to_owned(), node());
    surface
}

fn ls() -> Item {
    let ls = json!({
        "home": "access.fs", "function": "ls", "call": "Ls", "arguments": ["dir"],
        "response-type": "super::models::Node", "rest": true, "method": "GET", "path": "/dir+",
        "holds": {"returns": {"json": {"model": "Node"}}},
        "parts": {"param": {
            "dir": param("argument", "argument", "dir", "impl Into<rt::NodePath>", true),
            "options": param("name", "setter", "options", "impl Into<String>", false)}},
    });
    serde_json::from_value(ls).unwrap()
}

fn param(key: &str, role: &str, name: &str, declared: &str, is_required: bool) -> Value {
    let mut param = json!({ key: name, "role": role, "declared": declared, "location": "form",
        "holds": {"takes": {"value": "text"}} });
    if is_required {
        param["required"] = json!(true);
    }
    param
}

fn node() -> Item {
    let node = json!({
        "name": "Node", "shape": "object", "received": true, "has-default": true,
        "parts": {"field": {"path": {
            "name": "path", "declared": "Option<String>", "holds": {"type": "text"}}}},
    });
    serde_json::from_value(node).unwrap()
}

fn text(text: &str) -> Fact {
    Fact::Text(text.to_owned())
}

/// Returns the changes after an edit of the action in both plugins.
fn changed(edit: impl Fn(&mut Item)) -> Vec<(&'static str, Class, String)> {
    let (old, mut new) = (surface("a"), surface("b"));
    new.actions.values_mut().for_each(edit);
    let changes = Diff::of(&old, &new).changes;
    changes.into_iter().map(|change| (change.code.name, change.class, change.what)).collect()
}

fn of_param(item: &mut Item) -> &mut Item {
    item.parts.get_mut(&Part::Param).unwrap().get_mut("options").unwrap()
}

#[test]
fn equal_surfaces_have_no_changes() {
    let diff = Diff::of(&surface("a"), &surface("a"));
    assert_eq!((diff.bump, diff.changes.len()), (Bump::None, 0));
}

#[test]
fn each_change_of_an_action_has_its_code_and_class() {
    use Class::{Breaking, Compatible, Note};
    type Change = fn(&mut Item);
    let cases: [(Change, &str, Class, &str); 9] = [
        (
            |a| drop(a.facts.insert(Property::Method, text("POST"))),
            "method-changed",
            Note,
            "its method is `POST`, was `GET`",
        ),
        (
            |a| drop(a.facts.remove(&Property::Rest)),
            "rest-removed",
            Breaking,
            "no longer reachable over REST",
        ),
        (
            |a| drop(a.facts.insert(Property::Path, text("/"))),
            "rest-path-changed",
            Note,
            "its REST path is `/`, was `/dir+`",
        ),
        (
            |a| drop(a.facts.insert(Property::Unsupported, text("x"))),
            "unsupported-added",
            Breaking,
            "no longer works, and is not sent",
        ),
        (
            |a| drop(a.facts.insert(Property::Function, text("list"))),
            "function-renamed",
            Breaking,
            "its function is `list`, was `ls`",
        ),
        (
            |a| drop(of_param(a).facts.insert(Property::Default, text("a"))),
            "default-added",
            Note,
            "the default of `options` is `a`, was unset",
        ),
        (
            |a| drop(a.parts.get_mut(&Part::Param).unwrap().remove("options")),
            "param-removed",
            Breaking,
            "`options` removed",
        ),
        (
            |a| a.part(Part::Param, "x", of_param(&mut a.clone()).clone()),
            "param-added",
            Compatible,
            "`x` added",
        ),
        (
            |a| drop(a.facts.insert(Property::Background, Fact::Flag(true))),
            "background-added",
            Note,
            "continues in the background",
        ),
    ];
    for (edit, code, class, what) in cases {
        assert_eq!(changed(edit), [(code, class, what.to_owned())]);
    }
}

/// A change that shows in the declaration in Rust breaks, and is told once.
#[test]
fn what_shows_in_rust_breaks() {
    let found = changed(|action| {
        let param = of_param(action);
        param.holds = serde_json::from_value(json!({"takes": {"value": "any"}})).unwrap();
    });
    assert_eq!(
        found,
        [(
            "param-type-widened",
            Class::Compatible,
            "`options` takes any JSON, was text".to_owned()
        )]
    );
    let found = changed(|action| {
        let param = of_param(action);
        param.holds = serde_json::from_value(json!({"takes": {"value": "any"}})).unwrap();
        param.facts.insert(Property::Declared, text("&rt::Json"));
    });
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1), ("param-type-widened", Class::Breaking));
    let found = changed(|action| {
        of_param(action).facts.insert(Property::Declared, text("impl Into<Other>"));
    });
    assert_eq!((found[0].0, found[0].1), ("param-declaration-changed", Class::Breaking));
    let found = changed(|action| {
        action.facts.insert(Property::Background, Fact::Flag(true));
        action.facts.insert(Property::ResponseType, text("Background<Node>"));
    });
    assert_eq!((found[0].0, found[0].1), ("background-added", Class::Breaking));
}

#[test]
fn a_call_that_is_described_differently_is_never_missed() {
    let found = changed(|action| drop(action.facts.insert(Property::Wire, text("0"))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "request-changed");
}

#[test]
fn a_required_field_breaks_only_what_is_sent() {
    let field =
        json!({"name": "size", "declared": "i64", "required": true, "holds": {"type": "integer"}});
    for (is_sent, class) in [(true, Class::Breaking), (false, Class::Compatible)] {
        let (mut old, mut new) = (surface("a"), surface("a"));
        for side in [&mut old, &mut new] {
            side.models.get_mut("Node").unwrap().flag(Property::Sent, is_sent);
        }
        let field = serde_json::from_value(field.clone()).unwrap();
        new.models.get_mut("Node").unwrap().part(Part::Field, "size", field);
        let diff = Diff::of(&old, &new);
        assert_eq!(diff.changes[0].class, class);
        assert_eq!(diff.changes[0].calls, ["access.fs/ls", "access.s3/ls"]);
    }
}

/// A definition that moves from one plugin to another does not count as a change of its name, and
/// one that plugins share is told once.
#[test]
fn names_are_counted_whichever_plugin_has_them() {
    let (old, mut new) = (surface("a"), surface("b"));
    let moved = new.actions.remove("access.s3/ls").unwrap();
    new.actions.insert("access.ftp/ls".to_owned(), moved);
    new.actions.insert("access.ftp/mkdir".to_owned(), Item::default());
    let diff = Diff::of(&old, &new);
    let (actions, names) = (diff.counts.actions, diff.counts.action_names);
    assert_eq!((actions.added, actions.removed, actions.changed), (2, 1, 0));
    assert_eq!((names.added, names.removed, names.changed), (1, 0, 0));
    assert!(diff.is_breaking());
    let mut new = surface("b");
    for action in new.actions.values_mut() {
        action.facts.insert(Property::Method, text("POST"));
    }
    let diff = Diff::of(&old, &new);
    assert_eq!(diff.changes.len(), 1);
    assert_eq!(diff.changes[0].calls, ["access.fs/ls", "access.s3/ls"]);
    assert_eq!((diff.counts.actions.changed, diff.counts.action_names.changed), (2, 1));
}

#[test]
fn a_surface_is_read_back_as_it_was_written() {
    let mut written = surface("x \"1\"");
    let s3 = written.actions.get_mut("access.s3/ls").unwrap();
    s3.facts.insert(Property::Function, text("list"));
    of_param(s3).facts.insert(Property::Enumeration, text("Own"));
    let written_text = written.to_text("made by a test").unwrap();
    assert_eq!(written_text.matches("impl Into<rt::NodePath>").count(), 1);
    let read = |text: &str| Surface::parse(&SourceFile::new("api.json", text));
    assert_eq!(read(&written_text), Ok(written));
    for format in ["1", "3"] {
        let other = written_text.replace("\"format\": 2", &format!("\"format\": {format}"));
        let other = read(&other).unwrap_err();
        assert!(other.message.contains(&format!("format {format}")), "{other}");
        assert!(other.help.is_some_and(|help| help.contains("generate the crate again")));
    }
    let cut = read(&written_text[..written_text.len() / 2]).unwrap_err();
    assert!(cut.place.is_some() && cut.help.is_some(), "{cut}");
}

/// Returns a diff with one change of each class.
fn diff() -> Diff {
    let (old, mut new) = (surface("Pydio 1"), surface("Pydio 2"));
    for action in new.actions.values_mut() {
        let added = of_param(action).clone();
        action.part(Part::Param, "x", added);
        action.facts.insert(Property::Method, text("POST"));
        action.facts.insert(Property::Function, text("list"));
    }
    new.models.clear();
    Diff::of(&old, &new)
}

#[test]
fn a_diff_has_three_output_formats() {
    let diff = diff();
    insta::assert_snapshot!("human", human(&diff));
    insta::assert_snapshot!("markdown", markdown(&diff));
    insta::assert_snapshot!("json", to_json(&diff).unwrap());
}

#[test]
fn json_follows_its_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut value: Value = serde_json::from_str(&to_json(&diff()).unwrap()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value["changes"][0]["unknown"] = json!(1);
    assert!(!validator.is_valid(&value));
}

#[test]
fn accepted_changes_have_a_reason_and_an_expiry() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("allow.toml");
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Allowlist::read(&path)
    };
    let mut diff = diff();
    let fingerprint = &diff.changes[0].fingerprint;
    let reasons = format!(
        "[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"known\"\nexpires = 9999-01-01\n\
         [[allow]]\ncode = \"model-removed\"\nname = \"N*\"\nreason = \"unused\"\nexpires = 9999-01-01\n\
         [[allow]]\ncode = \"method-changed\"\nreason = \"old\"\nexpires = 2001-01-01\n\
         [[allow]]\ncode = \"rest-removed\"\nreason = \"never\"\nexpires = 9999-01-01\n"
    );
    let found = read(&reasons).unwrap().apply(&mut diff);
    let found: Vec<_> = found.iter().map(|one| (one.code, one.place.is_some())).collect();
    assert_eq!(found, [("allow-expired", true), ("allow-unused", true)]);
    let accepted: Vec<_> = diff.changes.iter().filter(|change| change.allowed.is_some()).collect();
    assert_eq!(accepted.len(), 2, "{accepted:?}");
    assert!(diff.is_breaking() && !diff.is_refused());
    let log = sarif(&diff);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let suppressed = |result: &&Value| !result["suppressions"].as_array().unwrap().is_empty();
    assert_eq!(results.iter().filter(suppressed).count(), 2);
    assert_eq!(results[0]["partialFingerprints"]["change/v1"], diff.changes[0].fingerprint);
    for (text, problem) in [
        ("[[allow]]\nreason = \"x\"\nexpires = 9999-01-01", "anything"),
        ("[[allow]]\ncode = \"nothing-such\"\nreason = \"x\"\nexpires = 9999-01-01", "no code"),
        ("[[allow]]\ncode = \"call-added\"\nreason = \" \"\nexpires = 9999-01-01", "reason"),
        ("[[allow]]\ncode = \"call-added\"\nexpires = 9999-01-01", "reason"),
        ("[[allow]]\ncode = \"call-added\"\nreason = \"x\"", "expires"),
        ("[[allow]]\ncode = \"call-added\"\nreason = \"x\"\nexpires = 10:00:00", "day"),
        ("[[allow]]\nunknown = 1", "unknown"),
        ("[[", ""),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.message.contains(problem) && error.place.is_some(), "{text}: {error}");
    }
}

#[test]
fn every_code_is_unique_and_explained() {
    let names: Vec<_> = codes().map(|code| code.name).collect();
    let distinct: BTreeSet<_> = names.iter().chain(CODES.iter().map(|code| &code.name)).collect();
    assert!(names.len() >= 80, "{} codes", names.len());
    assert_eq!(distinct.len(), names.len() + CODES.len());
    for code in codes() {
        assert!(code.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", code.name);
        assert!(code.means.len() > 30 && code.means.ends_with('.'), "{}", code.name);
        assert_eq!(find(code.on, code.about, code.edit).map(|one| one.name), Some(code.name));
        let braces = code.summary();
        assert!(!braces.contains(['{', '}']), "{braces}");
    }
    assert_eq!(find(On::Call, About::Itself, Edit::Widened), None);
}

#[test]
fn each_change_between_two_releases_has_a_fingerprint_of_its_own() {
    let surface = |version: &str| {
        let generator = Generator::new().from_directory(env!("CARGO_MANIFEST_DIR"));
        emit::surface(&generator.version(version).model().unwrap().api)
    };
    let changes = Diff::of(&surface("7.0.4"), &surface("8.2.5")).changes;
    let distinct: BTreeSet<_> = changes.iter().map(|change| &change.fingerprint).collect();
    assert!(changes.len() > 100);
    assert_eq!(distinct.len(), changes.len());
}
