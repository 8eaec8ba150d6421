//! What surrounds the emitted source: a crate of its own, or the root of a module.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    EmitError, Files, Options, checks, cli, doc::one_line, emit_behind, feature, front, readme,
};
use crate::{ir::Api, names::Names};

/// The crate that bindings are emitted as.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name, as its users write it in `Cargo.toml`.
    pub crate_name: String,
    /// The URL of its source, if it is to be stated.
    pub repository: Option<String>,
    /// The command that generates it.
    pub command: String,
    /// The features that its manifest declares. Parts of an undeclared feature are not gated, so
    /// that nothing is unreachable. Without a manifest, all features will be declared.
    pub declared: Option<BTreeSet<String>>,
    /// Whether to emit tests of every call.
    pub with_tests: bool,
}

/// Emits the bindings for `api` as a crate: each group of plugins behind a feature, with a README.
///
/// # Errors
///
/// Returns the errors of [`emit`](super::emit).
pub fn emit_crate(api: &Api, package: &Package) -> Result<Files, EmitError> {
    let options = Options { crate_name: package.crate_name.clone() };
    let all = || {
        let groups = feature::features(api).into_keys();
        let connection = feature::CONNECTION.iter().map(|one| one.name);
        let others = connection.chain([front::BLOCKING, front::TRACING, front::SERDE]);
        let others = others.chain(front::TIMES);
        let of_actions = [cli::FEATURE, front::CMD].into_iter().filter(|_| cli::is_for(api));
        groups.chain(others.chain(of_actions).map(str::to_owned)).collect()
    };
    let declared = package.declared.clone().unwrap_or_else(all);
    let names = Names::assign(api);
    let mut files = emit_behind(api, &names, &options, &declared)?;
    files.insert(readme::FILE.to_owned(), readme::text(api, &names, package, &declared)?);
    if package.with_tests {
        let gates = feature::Gates::of(api, &names, &declared);
        files.append(&mut checks::files(api, &names, &package.crate_name, &gates)?);
    }
    Ok(files)
}

/// Returns the initial manifest of a crate. From then on it belongs to the user.
pub fn cargo_toml(api: &Api, package: &Package) -> String {
    let name = &package.crate_name;
    let runtime = env!("CARGO_PKG_VERSION");
    let rust = env!("CARGO_PKG_RUST_VERSION");
    let description = quoted(&readme::summary(api));
    let repository = package.repository.as_deref();
    let repository = repository.map(|url| format!("repository = {}\n", quoted(url)));
    let repository = repository.unwrap_or_default();
    let cli = match cli::is_for(api) {
        true => format!("pydio-cli = {{ version = \"{runtime}\", optional = true }}\n"),
        false => String::new(),
    };
    let tests = match package.with_tests {
        true => format!("[dev-dependencies]\n{}\n\n", test_server()),
        false => String::new(),
    };
    let product = if api.is_external() { "openapi" } else { "pydio" };
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         rust-version = \"{rust}\"\ndescription = {description}\n\
         documentation = \"https://docs.rs/{name}\"\n{repository}readme = \"{}\"\n\
         keywords = [\"{product}\", \"bindings\", \"client\", \"rest\"]\n\
         categories = [\"api-bindings\", \"web-programming::http-client\"]\n\
         # To publish it, say under which terms: license = \"…\"\n\
         {}\n[dependencies]\n{cli}\
         pydio-runtime = {{ version = \"{runtime}\", default-features = false }}\n\n{tests}\
         [package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n",
        readme::FILE,
        features(api)
    )
}

/// The crate that emitted tests need.
pub const TEST_SERVER: &str = "pydio-test-server";

/// Returns the line of a manifest for the crate that emitted tests need.
pub fn test_server() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("{TEST_SERVER} = {{ version = \"{version}\", default-features = false }}")
}

fn features(api: &Api) -> String {
    let texts = feature::texts(api);
    let defaults = texts.iter().map(|(name, _)| &**name).chain([feature::RUSTLS]);
    let defaults: Vec<_> = defaults.map(|name| format!("\"{name}\"")).collect();
    let mut text = format!("\n[features]\ndefault = [{}]\n", defaults.join(", "));
    for (name, about) in &texts {
        text.extend(["## Contains ", about, ".\n", name, " = []\n"]);
    }
    for feature::OfRuntime { name, needs, about } in &feature::CONNECTION {
        let needs = needs.map(|feature| format!("\"{feature}\", ")).unwrap_or_default();
        let _ = writeln!(text, "## For {about}.\n{name} = [{needs}\"pydio-runtime/{name}\"]");
    }
    text += "## Calls without `async`: the module `blocking`.\n\
             blocking = [\"client\", \"pydio-runtime/blocking\"]\n\
             ## Spans of the crate `tracing` for each request: `hook::Tracing`.\n\
             tracing = [\"client\", \"pydio-runtime/tracing\"]\n\
             ## The traits of the crate `serde`, for models and responses.\n\
             serde = [\"pydio-runtime/serde\"]\n\
             ## Conversions between `Timestamp` and the times of the crate `jiff`.\n\
             jiff = [\"pydio-runtime/jiff\"]\n\
             ## Conversions between `Timestamp` and the times of the crate `time`.\n\
             time = [\"pydio-runtime/time\"]\n";
    if cli::is_for(api) {
        text += CLI;
    }
    text
}

/// The section of the manifest for the server's console and the command line.
const CLI: &str = r#"## Calls through `php cmd.php`: the module `cmd`.
cmd = ["client", "pydio-runtime/cmd", "pydio-cli?/cmd"]
## The command line `pydio`.
cli = ["client", "dep:pydio-cli"]

[[bin]]
name = "pydio"
path = "bin/pydio.rs"
required-features = ["cli"]
"#;

/// Quotes text for a manifest.
fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// Converts the files of a crate to those of a module, whose root `mod.rs` can be included:
/// attributes that are only allowed at the root of a crate are removed.
pub fn as_module(files: Files) -> Files {
    let below = files.into_iter().filter_map(|(path, text)| {
        let path = path.strip_prefix("src/")?;
        match path {
            "lib.rs" => Some(("mod.rs".to_owned(), included(&text))),
            // Its examples cannot name the crate that the module is in.
            "tasks.rs" => Some((path.to_owned(), text.replace("```no_run", "```ignore"))),
            path => Some((path.to_owned(), text)),
        }
    });
    below.collect()
}

fn included(text: &str) -> String {
    let is_inner = |line: &&str| line.starts_with("//!") || line.starts_with("#![");
    let mut lines: Vec<_> = text.lines().filter(|line| !is_inner(line)).collect();
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines.join("\n") + "\n"
}
