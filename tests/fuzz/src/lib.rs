//! The fuzz targets, by the name of their corpus.
//!
//! `tests/tests/fuzz` includes this file, and runs the targets on the seeds and on mutations of
//! them, so that a regression shows without a nightly compiler.

mod address;
mod answer;
mod console;
mod declaration;

/// A target by its name, which is also the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Those that take text ignore input that is not UTF-8.
pub const TARGETS: [Target; 7] = [
    ("manifest_xml", |input| text(input, declaration::manifest_xml)),
    ("spec", |input| text(input, declaration::spec)),
    ("overlay", |input| text(input, declaration::overlay)),
    ("answer_xml", answer::xml),
    ("answer_json", answer::json),
    ("cmd_output", |input| text(input, console::output)),
    ("url_encoding", |input| text(input, address::encoding)),
];

/// Runs the target of this name.
pub fn run(name: &str, input: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    target(input);
}

fn text(input: &[u8], run: fn(&str)) {
    if let Ok(text) = str::from_utf8(input) {
        run(text);
    }
}

/// Blocks on a call that involves no I/O.
fn block_on<T>(call: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(call)
}
