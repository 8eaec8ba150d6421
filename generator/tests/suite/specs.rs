//! Small specs, each of which contains every form of one construct.

use std::{fs, path::Path, sync::Arc};

use pydio_codegen::{
    diagnostic::{Diagnostic, Severity, SourceFile},
    emit::{Options, emit},
    ir::{Api, Dialect},
    lower, openapi,
    pipeline::{External, external},
    write::Files,
};

/// The names of the specs. The one of Pydio is read as Pydio's, the others as external.
pub(crate) const SPECS: [&str; 34] = [
    "addresses",
    "all_of",
    "alternatives",
    "answers",
    "bodies",
    "bytes",
    "contents",
    "docs",
    "enums",
    "families",
    "forms",
    "host",
    "lists",
    "long",
    "many",
    "media_types",
    "models",
    "names",
    "no_models",
    "no_operations",
    "nothing",
    "nulls",
    "only_aliases",
    "parameters",
    "parameters3",
    "pydio",
    "recursion",
    "responses",
    "security",
    "servers",
    "styles",
    "unused",
    "values",
    "version31",
];

/// The head of a spec, for tests that write only the rest of it.
pub(crate) const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";

/// The responses of an operation that answers nothing.
pub(crate) const NOTHING: &str = "responses: {'200': {description: ''}}";

/// Returns the text of a spec.
pub(crate) fn text(name: &str) -> String {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/specs");
    fs::read_to_string(directory.join(format!("{name}.yaml"))).expect("a spec")
}

/// Converts a spec, or returns everything in it that cannot be expressed. Notes are not errors.
pub(crate) fn read(file: &Arc<SourceFile>, dialect: Dialect) -> Result<Api, Vec<Diagnostic>> {
    if dialect == Dialect::Other {
        let external = external(file, &[])?;
        let is_more_than_a_note = |found: &Diagnostic| found.severity > Severity::Note;
        if external.findings.iter().any(is_more_than_a_note) {
            return Err(external.findings);
        }
        return Ok(external.api);
    }
    let spec = openapi::to_openapi(&openapi::parse(file)?)?;
    let (api, findings) = lower::spec(&spec, dialect);
    if findings.iter().any(|found| found.severity > Severity::Note) {
        return Err(findings);
    }
    Ok(Api { title: "Pydio 8.2.5".to_owned(), version: "8.2.5".to_owned(), ..api })
}

/// Reads an external spec in YAML, after adding its head.
pub(crate) fn read_headed(text: &str) -> External {
    let file = SourceFile::new("spec.yaml", format!("{HEAD}{text}"));
    external(&file, &[]).expect("a spec")
}

/// Returns the dialect of one of [`SPECS`].
pub(crate) fn dialect(name: &str) -> Dialect {
    if name == "pydio" { Dialect::Pydio } else { Dialect::Other }
}

/// Intentional findings of the specs, which do not remove their subjects from the crate.
const EXPECTED: [&str; 2] = ["parameter-encoding", "schema-contradiction"];

/// Returns the model of one of [`SPECS`].
pub(crate) fn api(name: &str) -> Api {
    made(&SourceFile::new(format!("{name}.yaml"), text(name)), dialect(name))
}

/// Returns the model of the text of one of [`SPECS`], in any notation.
pub(crate) fn made(file: &Arc<SourceFile>, dialect: Dialect) -> Api {
    let name = &file.name;
    if dialect == Dialect::Pydio {
        let read = read(file, Dialect::Pydio);
        return read.unwrap_or_else(|found| panic!("{name}: {}", rendered(&found)));
    }
    let read = external(file, &[]).unwrap_or_else(|found| panic!("{name}: {}", rendered(&found)));
    let is_wrong =
        |found: &Diagnostic| found.severity > Severity::Note && !EXPECTED.contains(&found.code);
    assert!(!read.findings.iter().any(is_wrong), "{name}: {}", rendered(&read.findings));
    read.api
}

/// Returns the crate of a model.
pub(crate) fn files(api: &Api, name: &str) -> Files {
    let crate_name = format!("spec-{}", name.replace('_', "-"));
    emit(api, &Options { crate_name }).expect("Rust")
}

/// Formats findings for display.
pub(crate) fn rendered(found: &[Diagnostic]) -> String {
    let all: Vec<_> = found.iter().map(|one| one.render(false)).collect();
    all.join("\n\n")
}
