//! The output of the console.

// It stands by itself, and is no part of the crate's public face.
#[allow(dead_code)]
#[path = "../../../runtime/src/cmd/output.rs"]
mod output;

const STARS: &str = "*****************************";

/// Taken apart without a panic, and an answer that has been printed is found again, whatever is in
/// it.
pub fn output(text: &str) {
    drop(output::places(text.as_bytes(), "ls"));
    drop(output::one(text.as_bytes(), "ls"));

    let printed = format!(
        "{STARS}\nCurrent User is 'a'\n{STARS}\nApplying action 'ls' on workspace W (1)\n{text}\n\n"
    );
    let found = output::one(printed.as_bytes(), "ls").unwrap();
    assert!(found.is_whole);
    assert_eq!(found.sections[0].content, text.as_bytes());
}
