//! The output of the console.

// The module needs nothing else of the runtime, which does not export it.
#[allow(dead_code)]
#[path = "../../../runtime/src/cmd/output.rs"]
mod output;

const STARS: &str = "*****************************";

/// Parses the output without a panic, and finds a printed response again, whatever it contains.
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
