//! Parsing of output with any content.

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use crate::{
    cmd::output::{Output, Section, one, places},
    testing::repeatable,
};

const STARS: &str = "*****************************";

fn user(name: &str) -> String {
    format!("{STARS}\nCurrent User is '{name}'\n{STARS}\n")
}

fn place(label: &str, id: &str) -> String {
    format!("Applying action 'ls' on workspace {label} ({id})\n")
}

/// Returns user, workspace and content of each section.
fn shown(output: &Output<'_>) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let show = |section: &Section<'_>| {
        let place = section.place.map(|p| format!("{}|{}", text(p.label), text(p.id)));
        let content = text(section.content);
        format!("{} {} {content:?}", text(section.user), place.unwrap_or_default())
    };
    output.sections.iter().map(show).collect()
}

#[test]
fn all_after_the_lines_is_the_one_answer() {
    let fake = format!("a\n{}{}fake\n", user("bob"), place("X", "1"));
    let printed = format!("{}{}{fake}\n\n", user("alice"), place("My (own) files", "0"));
    let output = one(printed.as_bytes(), "ls").unwrap();
    assert_eq!(shown(&output), [format!("alice My (own) files|0 {fake:?}")]);
    assert!(output.is_whole);
}

#[test]
fn what_comes_before_the_lines_is_not_the_answer() {
    let printed =
        format!("motd\n{STARS}\n{}Warning: x\n{}{{}}\n\n", user("o'neil"), place("W", "1"));
    let output = one(printed.as_bytes(), "ls").unwrap();
    assert_eq!(shown(&output), ["o'neil W|1 \"{}\""]);
    for other in ["", "Authentication Failed\n", "x\n\n", STARS, &user("a")[..50]] {
        assert_eq!(one(other.as_bytes(), "ls"), None, "{other}");
        assert_eq!(places(other.as_bytes(), "ls"), None, "{other}");
    }
}

#[test]
fn a_user_who_fails_reaches_no_workspace() {
    let printed = format!("{}USER: no such\n\n", user("alice"));
    assert_eq!(shown(&one(printed.as_bytes(), "ls").unwrap()), ["alice  \"USER: no such\""]);
    let printed = format!("{}USER: no\n{}{}[]\n\n", user("a"), user("b"), place("W", "1"));
    assert_eq!(
        shown(&places(printed.as_bytes(), "ls").unwrap()),
        ["a  \"USER: no\"", "b W|1 \"\""]
    );
}

#[test]
fn a_line_of_another_action_is_ignored() {
    let printed = format!("{}{}x\n\n", user("a"), place("W", "1"));
    assert_eq!(one(printed.as_bytes(), "mkdir").unwrap().sections, []);
}

#[test]
fn a_missing_end_is_detected() {
    for printed in [user("a") + &place("W", "1"), user("a") + &place("W", "1") + "{}\n", user("a")]
    {
        assert!(!one(printed.as_bytes(), "ls").unwrap().is_whole, "{printed}");
        assert!(!places(printed.as_bytes(), "ls").unwrap().is_whole, "{printed}");
    }
    let nothing = user("a") + "\n\n";
    assert_eq!(
        places(nothing.as_bytes(), "ls").unwrap(),
        Output { sections: vec![], is_whole: true }
    );
}

/// As the console prints them for an action that does not exist: it reports this for every other
/// one.
#[test]
fn every_user_and_workspace_is_found() {
    let why = ": Could not find action ls";
    let printed = format!(
        "motd\n{}{}{why}\n{}\n{}{}{why}\n{}USER: no\n\n",
        user("a"),
        place("V (1)", "0"),
        place("W", "x-1"),
        user("o'neil"),
        place("V (1)", "0"),
        user("c")
    );
    let found = places(printed.as_bytes(), "ls").unwrap();
    assert_eq!(
        shown(&found),
        ["a V (1)|0 \"\"", "a W|x-1 \"\"", "o'neil V (1)|0 \"\"", "c  \"USER: no\""]
    );
    assert!(found.is_whole);
}

/// Possible output of an action, with lines in it that look like the console's own wherever the
/// format allows them.
fn answer() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[a-c{}\\[\\]<>\"' \\\\]{0,8}",
        Just(place("X", "9").trim_end().to_owned()),
        Just(STARS.to_owned()),
        Just("Current User is 'x'".to_owned()),
        Just("USER: x".to_owned()),
    ];
    let lines = vec(line, 0..6).prop_map(|lines| lines.join("\n"));
    let xml = lines.clone().prop_map(|text| {
        let escaped = quick_xml::escape::escape(&*text).into_owned();
        format!(
            "<?xml version=\"1.0\"?><tree a=\"{escaped}\">{escaped}<b/><![CDATA[{}]]></tree>",
            text.replace("]]>", "")
        )
    });
    prop_oneof![
        Just(String::new()),
        "[a-z:+ ]{0,9}".prop_map(|text| format!(": {text}").trim_end().to_owned()),
        xml,
        lines.clone().prop_map(|text| serde_json::json!([{ text.clone(): text }]).to_string()),
        lines.prop_map(|text| format!("{:#}", serde_json::json!({ "a": [1, { "b": text }] }))),
    ]
}

#[test]
fn a_response_is_complete_whatever_it_contains() {
    let result = TestRunner::new(repeatable(1000)).run(&answer(), |answer| {
        let printed = format!("{}{}{answer}\n\n", user("u"), place("W", "1"));
        let output = one(printed.as_bytes(), "ls").unwrap();
        prop_assert_eq!(shown(&output), [format!("u W|1 {answer:?}")]);
        prop_assert!(output.is_whole);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn any_output_is_parsed_without_a_panic() {
    let piece = prop_oneof![
        Just(user("a").into_bytes()),
        Just(place("W", "1").into_bytes()),
        answer().prop_map(String::into_bytes),
        vec(any::<u8>(), 0..8),
        Just(b"\n".to_vec()),
    ];
    let result = TestRunner::new(repeatable(3000)).run(&vec(piece, 0..10), |pieces| {
        let printed = pieces.concat();
        for output in [one(&printed, "ls"), places(&printed, "ls")].into_iter().flatten() {
            let range = printed.as_ptr_range();
            for section in &output.sections {
                let content = section.content.as_ptr_range();
                prop_assert!(range.start <= content.start && content.end <= range.end);
            }
        }
        Ok(())
    });
    result.unwrap();
}
