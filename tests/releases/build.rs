//! Generates the bindings of each bundle that `src/lib.rs` includes, and tables of what is in them by
//! name.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use pydio_codegen::Generator;

const RELEASES: [&str; 5] = ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2"];

/// The crate of the newest release, which is not generated here.
const NEWEST: &str = "../../generated/src";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../../manifests");
    println!("cargo::rerun-if-changed={NEWEST}");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for release in RELEASES {
        let folder = out.join(release);
        Generator::new().version(release).strict().write_module(&folder)?;
        fs::write(folder.join("by_name.rs"), by_name(&folder)?)?;
    }
    fs::write(out.join("newest.rs"), by_name(Path::new(NEWEST))?)?;
    Ok(())
}

/// Returns the functions that find a model and an operation of bindings by name.
fn by_name(bindings: &Path) -> io::Result<String> {
    let mut text =
        "pub(crate) fn model(name: &str, json: Json) -> Option<Result<String, JsonError>> {\n\
                    Some(match name {\n"
            .to_owned();
    for model in implementors(&bindings.join("v1/models.rs"), "FromJson for ")? {
        let _ = writeln!(text, "{model:?} => shown::<v1::models::{model}>(json),");
    }
    text += "_ => return None,\n})\n}\n\
             pub(crate) fn operation<V: Visit>(id: &str, visit: V) -> Option<V::Output> {\n";
    let mut modules = Vec::new();
    if let Ok(entries) = fs::read_dir(bindings.join("v2")) {
        modules.extend(entries.collect::<io::Result<Vec<_>>>()?.iter().map(fs::DirEntry::path));
    }
    modules.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    modules.sort();
    for module in &modules {
        let name = module.file_stem().unwrap_or_default().to_string_lossy();
        for call in implementors(module, "rt::OperationCall for ")? {
            let call = format!("v2::{name}::{call}");
            let _ = writeln!(
                text,
                "if id == {call}::ENDPOINT.id() {{ return Some(visit.visit::<{call}>()); }}"
            );
        }
    }
    if modules.is_empty() {
        text += "let _ = (id, visit);\n";
    }
    text += "None\n}\n";
    let v2 = if modules.is_empty() { "None" } else { "Some(&v2::BINDINGS)" };
    let _ = writeln!(
        text,
        "/// Returns the bindings of the release: those of actions, and those of operations.\n\
         pub(crate) fn bindings() -> (&'static Bindings, Option<&'static Bindings>) {{\n\
         (&v1::BINDINGS, {v2})\n}}"
    );
    Ok(text)
}

/// Returns the types that a file implements a trait for.
fn implementors(file: &Path, of: &str) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(file)?;
    let impls = text.lines().filter_map(|line| line.strip_prefix("impl ")?.strip_prefix(of));
    let names = impls.filter_map(|rest| rest.split([' ', '{']).next());
    Ok(names.map(str::to_owned).collect())
}
