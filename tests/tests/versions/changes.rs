//! `diff`: the changes for a program, and the exit status for scripts.

use serde_json::Value;

use crate::support::{Place, words};

/// The exit status for breaking changes.
const BREAKING: i32 = 3;

#[test]
fn the_exit_status_tells_whether_something_breaks() {
    let place = Place::new();
    place.plugin("old", "acme.one", &["stamp", "seal"]);
    place.plugin("more", "acme.one", &["stamp", "seal", "open"]);
    place.plugin("less", "acme.one", &["stamp"]);
    // Installations that do not state their version.
    for name in ["old", "more", "less"] {
        let version = "<?php define(\"AJXP_VERSION\", \"8.2.5\");";
        place.write(&format!("{name}/conf/VERSION.php"), version);
        place.done(&format!("generate --pydio {name} --out {name}-crate"));
    }
    for (from, to, status, bump) in [
        ("old", "old", 0, "nothing changes for a caller"),
        ("old", "more", 0, "a minor version"),
        ("old", "less", BREAKING, "a major version"),
        ("old-crate", "more", 0, "a minor version"),
        ("old", "less-crate", BREAKING, "a major version"),
        ("more-crate", "more", 0, "nothing changes for a caller"),
    ] {
        let run = place.run_in("", &["diff", from, to]);
        assert_eq!((run.status, &*run.err), (status, ""), "{from} {to}: {}", run.out);
        assert!(run.out.contains(bump), "{from} {to}: {}", run.out);
    }
    for arguments in ["diff old nowhere", "diff 0.0.1 old", "diff old old/conf"] {
        let said = place.failed(arguments);
        assert!(said.starts_with("error["), "{arguments}: {said}");
    }
    place.write("old-crate/api.json", "{\"format\": 999}");
    let said = place.failed("diff old-crate more");
    assert!(said.contains("generate the crate again"), "{said}");
    assert_eq!(place.run_in("", &["diff", "old"]).status, 2);
}

#[test]
fn bundles_are_compared_in_every_format() {
    let place = Place::new();
    let run = |format: &str| {
        let arguments = format!("diff 7.0.4 8.2.5 --format {format}");
        let run = place.run_in("", &words(&arguments));
        assert_eq!((run.status, &*run.err), (BREAKING, ""), "{format}");
        run.out
    };
    let json: Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!((&json["from"], &json["to"]), (&"Pydio 7.0.4".into(), &"Pydio 8.2.5".into()));
    assert_eq!(json["bump"], "major");
    let changes = json["changes"].as_array().unwrap();
    let count = |class: &str| changes.iter().filter(|change| change["class"] == class).count();
    let (human, markdown) = (run("human"), run("markdown"));
    assert!(human.starts_with("Pydio 7.0.4 -> Pydio 8.2.5\n"), "{human}");
    assert!(human.contains(&format!("\nBreaking ({})\n", count("breaking"))), "{human}");
    assert!(human.contains(&format!("\nNew ({})\n", count("compatible"))), "{human}");
    assert!(markdown.starts_with("## Pydio 7.0.4 to Pydio 8.2.5\n"), "{markdown}");
    assert_eq!(markdown.matches("\n- `").count(), changes.len());
    assert!(changes.len() > 100);
    for change in changes {
        let name = change["name"].as_str().unwrap();
        assert!(markdown.contains(&format!("- `{name}`: ")), "{name}");
    }
}

#[test]
fn bundled_releases_are_listed() {
    let place = Place::new();
    let out = place.done("versions --format json");
    let bundles: Value = serde_json::from_str(&out).unwrap();
    let versions: Vec<_> =
        bundles.as_array().unwrap().iter().map(|one| one["version"].as_str().unwrap()).collect();
    assert_eq!(versions, ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2", "8.2.5"]);
    for bundle in bundles.as_array().unwrap() {
        let number = |key: &str| bundle[key].as_u64().unwrap();
        assert!(number("plugins") > 70 && number("actions") > 450, "{bundle}");
        assert!(number("rest_actions") < number("actions"), "{bundle}");
        let has_v2 = !["6.0.8", "6.4.2"].contains(&bundle["version"].as_str().unwrap());
        assert_eq!(number("operations") > 0, has_v2, "{bundle}");
    }
}
