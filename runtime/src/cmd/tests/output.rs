//! The output taken apart, whatever is in it.

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use crate::{
    cmd::output::{Output, Section, many, one},
    testing::repeatable,
};

const STARS: &str = "*****************************";

fn user(name: &str) -> String {
    format!("{STARS}\nCurrent User is '{name}'\n{STARS}\n")
}

fn place(label: &str, id: &str) -> String {
    format!("Applying action 'ls' on workspace {label} ({id})\n")
}

/// User, workspace, content and certainty of each section.
fn shown(output: &Output<'_>) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let show = |section: &Section<'_>| {
        let place = section.place.map(|p| format!("{}|{}", text(p.label), text(p.id)));
        let content = text(section.content);
        let certain = if section.is_certain { "" } else { " ?" };
        format!("{} {} {content:?}{certain}", text(section.user), place.unwrap_or_default())
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
        assert_eq!(many(other.as_bytes(), "ls", None), None, "{other}");
    }
}

#[test]
fn a_user_who_fails_reaches_no_workspace() {
    let printed = format!("{}USER: no such\n\n", user("alice"));
    assert_eq!(shown(&one(printed.as_bytes(), "ls").unwrap()), ["alice  \"USER: no such\""]);
    let printed = format!("{}USER: no\n{}{}[]\n\n", user("a"), user("b"), place("W", "1"));
    assert_eq!(
        shown(&many(printed.as_bytes(), "ls", Some(1)).unwrap()),
        ["a  \"USER: no\"", "b W|1 \"[]\""]
    );
}

#[test]
fn another_action_s_line_is_none() {
    let printed = format!("{}{}x\n\n", user("a"), place("W", "1"));
    assert_eq!(one(printed.as_bytes(), "mkdir").unwrap().sections, []);
}

#[test]
fn an_end_that_is_missing_is_noticed() {
    for printed in [user("a") + &place("W", "1"), user("a") + &place("W", "1") + "{}\n", user("a")]
    {
        assert!(!one(printed.as_bytes(), "ls").unwrap().is_whole, "{printed}");
        assert!(!many(printed.as_bytes(), "ls", None).unwrap().is_whole, "{printed}");
    }
    let nothing = user("a") + "\n\n";
    assert_eq!(
        many(nothing.as_bytes(), "ls", None).unwrap(),
        Output { sections: vec![], is_whole: true }
    );
}

/// Text of several lines may hold lines like the console's own: from there on nothing is sure.
#[test]
fn nothing_after_an_open_end_is_certain() {
    for open in ["a\nb", "{\"cut\": ", "<tree><a></tree>", "[] []", "+--+\n| a |\n+--+"] {
        let printed = format!(
            "{}{}[]\n{}{open}\n{}{{}}\n\n",
            user("a"),
            place("V", "0"),
            place("W", "1"),
            place("X", "2")
        );
        let output = many(printed.as_bytes(), "ls", None).unwrap();
        let certain: Vec<_> = output.sections.iter().map(|section| section.is_certain).collect();
        assert_eq!(certain, [true, false, false], "{printed}");
    }
}

#[test]
fn more_answers_than_there_can_be_are_not_trusted() {
    let printed = format!("{}{}: a\n{}[]\n\n", user("a"), place("W", "1"), place("X", "2"));
    let certain = |most| {
        let output = many(printed.as_bytes(), "ls", most).unwrap();
        output.sections.iter().filter(|section| section.is_certain).count()
    };
    assert_eq!((certain(None), certain(Some(2)), certain(Some(1))), (2, 2, 0));
    let twice = printed.replace("(2)", "(1)");
    let output = many(twice.as_bytes(), "ls", None).unwrap();
    assert!(output.sections.iter().all(|section| !section.is_certain));
}

/// What an action may print, with lines in it that look like the console's own wherever the
/// format lets them stand.
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
fn answers_are_told_apart_whatever_is_in_them() {
    let users = vec(vec(answer(), 0..4), 1..4);
    let result = TestRunner::new(repeatable(1000)).run(&users, |users| {
        let (mut printed, mut expected) = (String::new(), Vec::new());
        for (index, answers) in users.iter().enumerate() {
            printed.push_str(&user(&format!("u{index}")));
            for (id, answer) in answers.iter().enumerate() {
                printed.push_str(&format!("{}{answer}\n", place("W", &id.to_string())));
                expected.push(format!("u{index} W|{id} {answer:?}"));
            }
        }
        printed.push_str(if users.iter().all(Vec::is_empty) { "\n\n" } else { "\n" });
        let output = many(printed.as_bytes(), "ls", None).unwrap();
        prop_assert_eq!(shown(&output), expected);
        prop_assert!(output.is_whole);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn any_output_is_taken_apart_without_a_panic() {
    let piece = prop_oneof![
        Just(user("a").into_bytes()),
        Just(place("W", "1").into_bytes()),
        answer().prop_map(String::into_bytes),
        vec(any::<u8>(), 0..8),
        Just(b"\n".to_vec()),
    ];
    let result = TestRunner::new(repeatable(3000)).run(&vec(piece, 0..10), |pieces| {
        let printed = pieces.concat();
        for output in [one(&printed, "ls"), many(&printed, "ls", Some(2))].into_iter().flatten() {
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
