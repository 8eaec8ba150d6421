//! What each fuzz target does with its input, by the name of its corpus.
//!
//! `tests/tests/fuzz` includes this file, and does the same with the seeds and with changes of
//! them, so that a regression shows without a nightly compiler.

mod address;
mod answer;
mod console;
mod declaration;

/// A target by its name, which is that of its corpus too.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. What is no UTF-8 is of no interest where a text is asked for.
pub const TARGETS: [Target; 7] = [
    ("manifest_xml", |input| text(input, declaration::manifest_xml)),
    ("spec", |input| text(input, declaration::spec)),
    ("overlay", |input| text(input, declaration::overlay)),
    ("answer_xml", answer::xml),
    ("answer_json", answer::json),
    ("cmd_output", |input| text(input, console::output)),
    ("url_encoding", |input| text(input, address::encoding)),
];

/// Does what the target of this name does.
pub fn run(name: &str, input: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    target(input);
}

fn text(input: &[u8], run: fn(&str)) {
    if let Ok(text) = str::from_utf8(input) {
        run(text);
    }
}

/// Waits for a call that nothing but memory answers.
fn block_on<T>(call: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(call)
}
