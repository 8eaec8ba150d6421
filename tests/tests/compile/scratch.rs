//! The scratch workspace: generated crates, and crates that use them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use pydio_codegen::{
    emit::{self, Options},
    model::Api,
    source::{self, Request},
};

use crate::synthetic;

/// The published releases, which live outside of the project.
const UPSTREAM: [&str; 3] = ["6.4.2", "7.0.4", "8.2.5"];

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
        scratch.generate("bundled", None, "8.2.5");
        let installation = scratch.root.join("installation");
        synthetic::write(&installation);
        scratch.generate("synthetic", Some(installation), "8.2.5");
        for version in UPSTREAM {
            let upstream = project.join("../shared/upstream").join(version);
            if upstream.is_dir() {
                scratch.generate(&format!("upstream-{version}"), Some(upstream), version);
            } else {
                println!("skipped: no release at {}", upstream.display());
            }
        }
        let edge = scratch.root.join("installation/edge");
        synthetic::write_edge(&edge);
        scratch.generate("edge", Some(edge), "8.2.5");
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

    /// Writes the crate that the generator makes of an installation, or of the bundle.
    fn generate(&mut self, name: &str, installation: Option<PathBuf>, version: &str) {
        let name = name.replace('.', "-");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
        let version = Some(version.to_owned());
        let input =
            source::read(&Request { installation, version, from, ..Request::default() }).unwrap();
        assert!(input.set.failed.is_empty(), "{:?}", input.set.diagnostics);
        let api = Api::build(&input.version, &input.set, &input.docs).with_spec(input.spec);
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
        let ls = "bundled::v1::access_fs::ls(\"/\")";
        // These bindings are made without corrections.
        let registry = "bundled::v1::conf_sql::get_xml_registry()";
        let user_info = "bundled::v2::user_account::user_info()";
        for (name, on, first, second) in [
            ("reachable", "Workspace", ls, "bundled::v1::access_fs::stat(\"/\")"),
            ("unreachable", "Workspace", ls, registry),
            ("session", "SessionWorkspace", registry, ls),
            ("command-line", "cmd::Workspace", registry, ls),
            ("no-session", "SessionWorkspace", registry, user_info),
            ("no-command-line", "cmd::Workspace", registry, user_info),
            ("no-operation", "Pydio", user_info, ls),
        ] {
            let library = format!(
                "//! Calls.\n\n/// Calls.\npub async fn call(on: &bundled::{on}) {{\n    \
                 let _ = on.call({first}).await;\n    let _ = on.call({second}).await;\n}}\n"
            );
            self.write(&format!("{name}/src/lib.rs"), &library);
            self.manifest(name, "bundled = { path = \"../bundled\" }");
        }
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
