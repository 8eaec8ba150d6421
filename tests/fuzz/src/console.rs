//! The output of the console.

use std::fmt::Write as _;

// It stands by itself, and is no part of the crate's public face.
#[allow(dead_code)]
#[path = "../../../runtime/src/cmd/output.rs"]
mod output;

const STARS: &str = "*****************************";

/// Taken apart without a panic, and answers that have been printed there are found again, whatever
/// is in them.
pub fn output(text: &str) {
    for most in [None, Some(1)] {
        drop(output::many(text.as_bytes(), "ls", most));
    }
    drop(output::one(text.as_bytes(), "ls"));

    // The same text in the answers of two workspaces, as JSON and as XML have it.
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let json = serde_json::to_string_pretty(&[text]).unwrap();
    let answers = [format!("<tree>{escaped}</tree>"), json];
    let mut printed = format!("{STARS}\nCurrent User is 'a'\n{STARS}\n");
    for (id, answer) in answers.iter().enumerate() {
        let _ = writeln!(printed, "Applying action 'ls' on workspace W ({id})\n{answer}");
    }
    printed.push('\n');
    let found = output::many(printed.as_bytes(), "ls", Some(2)).unwrap();
    let contents: Vec<_> = found.sections.iter().map(|section| section.content).collect();
    assert_eq!(contents, [answers[0].as_bytes(), answers[1].as_bytes()]);
    assert!(found.is_whole && found.sections.iter().all(|section| section.is_certain));
    let whole = output::one(printed.as_bytes(), "ls").unwrap();
    assert!(whole.is_whole && whole.sections[0].content.starts_with(answers[0].as_bytes()));
}
