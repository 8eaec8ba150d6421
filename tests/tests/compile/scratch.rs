//! The scratch workspace: generated crates, and crates that use them.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use pydio_codegen::{
    emit::{self, Options},
    explain,
    source::{self, Corrections, Library, Request},
};

use crate::synthetic;

/// The published releases, which live outside of the project.
const UPSTREAM: [&str; 3] = ["6.4.2", "7.0.4", "8.2.5"];

/// What bindings are made of.
struct Of {
    /// `None` for the bundle of the version.
    installation: Option<PathBuf>,
    version: String,
    corrections: Corrections,
}

impl Of {
    fn bundle(version: &str) -> Self {
        let corrections = Corrections::default();
        Self { installation: None, version: version.to_owned(), corrections }
    }

    fn installation(path: PathBuf, version: &str) -> Self {
        Self { installation: Some(path), ..Self::bundle(version) }
    }

    /// Without the corrections that come with the tool.
    fn uncorrected(self) -> Self {
        let corrections = Corrections { without_own: true, ..self.corrections };
        Self { corrections, ..self }
    }
}

/// A workspace of generated crates.
pub(crate) struct Scratch {
    pub(crate) root: PathBuf,
    /// The names of the crates of bindings.
    pub(crate) bindings: Vec<String>,
}

impl Scratch {
    /// Generates everything anew; what cargo built is kept.
    pub(crate) fn prepare() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        let mut scratch = Self { root, bindings: Vec::new() };
        let project = project();
        for version in Library::above(&project).versions() {
            scratch.generate(&format!("bundled-{version}"), Of::bundle(&version));
        }
        scratch.generate("declared", Of::bundle("8.2.5").uncorrected());
        let installation = scratch.root.join("installation");
        synthetic::write(&installation);
        scratch.generate("synthetic", Of::installation(installation, "8.2.5").uncorrected());
        for version in UPSTREAM {
            let upstream = project.join("../shared/upstream").join(version);
            if upstream.is_dir() {
                let of = Of::installation(upstream, version);
                scratch.generate(&format!("upstream-{version}"), of);
            } else {
                println!("skipped: no release at {}", upstream.display());
            }
        }
        let edge = scratch.root.join("installation/edge");
        synthetic::write_edge(&edge);
        scratch.generate("edge", Of::installation(edge, "8.2.5").uncorrected());
        // It shows a defect of the generator, and is looked at by a test of its own.
        scratch.bindings.retain(|name| name != "edge");
        scratch.users();
        scratch.workspace(&project);
        scratch
    }

    /// Cargo on some of the crates.
    pub(crate) fn cargo(&self, command: &str, packages: &[String]) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.arg(command).current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", self.root.with_file_name("compile-target"));
        cargo.env("CARGO_TERM_COLOR", "never").env_remove("RUSTFLAGS");
        if command != "fmt" {
            cargo.args(["--offline", "--quiet"]);
        }
        cargo.args(packages.iter().flat_map(|name| ["-p", name]));
        cargo
    }

    /// Writes the crate that the generator makes, corrected as it is for users.
    fn generate(&mut self, name: &str, of: Of) {
        let name = name.replace('.', "-");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
        let Of { installation, version, corrections } = of;
        let version = Some(version);
        let request = Request {
            installation,
            version,
            from,
            corrections,
            without_spec: false,
            ..Request::default()
        };
        let input = source::read(&request).unwrap();
        assert!(input.set.failed.is_empty(), "{:?}", input.set.diagnostics);
        let api = input.corrected().unwrap().api;
        let files = emit::emit(&api, &Options { crate_name: name.clone() }).unwrap();
        for (path, content) in &files {
            self.write(&format!("{name}/{path}"), content);
        }
        let manifest = "pydio-runtime = { workspace = true }";
        self.manifest(&name, manifest);
        self.bindings.push(name);
    }

    /// Crates that use the bindings, rightly and wrongly.
    fn users(&self) {
        let ls = "bundled_8_2_5::v1::access_fs::ls(\"/\")";
        let registry = "bundled_8_2_5::v1::conf_sql::get_xml_registry()";
        let user_info = "bundled_8_2_5::v2::user_account::user_info()";
        for (name, on, first, second) in [
            ("reachable", "Workspace", ls, "bundled_8_2_5::v1::access_fs::stat(\"/\")"),
            ("unreachable", "Workspace", ls, registry),
            ("session", "SessionWorkspace", registry, ls),
            ("command-line", "cmd::Workspace", registry, ls),
            ("no-session", "SessionWorkspace", registry, user_info),
            ("no-command-line", "cmd::Workspace", registry, user_info),
            ("no-operation", "Pydio", user_info, ls),
        ] {
            let library = format!(
                "//! Calls.\n\n/// Calls.\npub async fn call(on: &bundled_8_2_5::{on}) {{\n    \
                 let _ = on.call({first}).await;\n    let _ = on.call({second}).await;\n}}\n"
            );
            self.write(&format!("{name}/src/lib.rs"), &library);
            self.manifest(name, "bundled-8-2-5 = { path = \"../bundled-8-2-5\" }");
        }
        self.write("explained/src/lib.rs", &explained());
        self.manifest("explained", "bundled-8-2-5 = { path = \"../bundled-8-2-5\" }");
        copy(&self.root.join("synthetic/src"), &self.root.join("undocumented/src"));
        let library = self.root.join("undocumented/src/lib.rs");
        let text = fs::read_to_string(&library).unwrap();
        fs::write(&library, text + "\npub fn undocumented() {}\n").unwrap();
        self.manifest("undocumented", "pydio-runtime = { workspace = true }");
    }

    fn manifest(&self, name: &str, dependencies: &str) {
        let package =
            format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        // The examples in the documentation name the crate, not the scratch workspace.
        let text = format!(
            "{package}\n[features]\ncli = []\n\n[lib]\ndoctest = false\n\n[dependencies]\n{dependencies}\n"
        );
        self.write(&format!("{name}/Cargo.toml"), &text);
    }

    /// The workspace itself, with the versions that the project is locked to.
    fn workspace(&self, project: &Path) {
        let runtime = project.join("runtime");
        let text = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"installation\"]\n\n\
             [workspace.dependencies]\n\
             pydio-runtime = {{ path = {runtime:?}, default-features = false, features = [\"cmd\"] }}\n"
        );
        self.write("Cargo.toml", &text);
        fs::copy(project.join("Cargo.lock"), self.root.join("Cargo.lock")).unwrap();
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// The examples that `explain` gives, each in a function of its own. What they name and do not
/// say is of the type that is wanted.
fn explained() -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let version = Some("8.2.5".to_owned());
    let input = source::read(&Request { version, from, ..Request::default() }).unwrap();
    let explanations = explain::explain_all(&input).unwrap();
    assert!(explanations.len() > 250, "{}", explanations.len());
    let mut text = "//! Examples.\n#![allow(deprecated)]\nuse bundled_8_2_5::*;\n\n\
                    fn any<T>() -> T {\n    loop {}\n}\n"
        .to_owned();
    for (index, one) in explanations.iter().enumerate() {
        let words = one.rust.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '&');
        let unsaid: BTreeSet<_> = words.filter_map(|word| word.strip_prefix('&')).collect();
        let unsaid = unsaid.iter().map(|name| format!("    let {name} = any();\n"));
        let workspace = if one.rest.is_some() { "Workspace" } else { "SessionWorkspace" };
        text += &format!(
            "\n/// {}\npub async fn example_{index}(pydio: Pydio, workspace: {workspace}) -> \
             Result<(), Error> {{\n    let _ = (&pydio, &workspace);\n{}    let _ = {};\n    \
             Ok(())\n}}\n",
            one.name,
            unsaid.collect::<String>(),
            one.rust,
        );
    }
    text
}

/// The project's own directory.
fn project() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => fs::copy(entry.path(), to).map(drop).unwrap(),
        }
    }
}
