//! A scratch workspace below the target directory, so that a single cargo invocation checks all
//! crates in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use pydio_codegen::{
    Generator,
    emit::{self, Options},
    ir::Api,
    pipeline::{self, Request},
};

/// The command line in the manifest of a crate.
const BINARY: &str =
    "[[bin]]\nname = \"pydio\"\npath = \"bin/pydio.rs\"\nrequired-features = [\"cli\"]\n";

/// A workspace of generated crates.
#[derive(Debug)]
pub struct Scratch {
    /// Its directory.
    pub root: PathBuf,
    /// The names of the crates with bindings.
    pub bindings: Vec<String>,
}

impl Scratch {
    /// Creates a workspace without crates in the directory of temporary files that cargo names in
    /// `CARGO_TARGET_TMPDIR` when it compiles a test.
    pub fn empty(directory: &str, name: &str) -> Self {
        let root = Path::new(directory).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        Self { root, bindings: Vec::new() }
    }

    /// Adds a generated crate, with the default corrections.
    pub fn generate(&mut self, name: &str, request: Request) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
        let input = pipeline::read(&Request { from, ..request }).unwrap();
        assert!(input.set.failed.is_empty(), "{:?}", input.set.diagnostics);
        self.add(name, &input.corrected().unwrap().api);
    }

    /// Adds the crate generated from a model.
    pub fn add(&mut self, name: &str, api: &Api) {
        let name = name.replace('.', "-");
        let files = emit::emit(api, &Options { crate_name: name.clone() }).unwrap();
        for (path, content) in &files {
            self.write(&format!("{name}/{path}"), content);
        }
        self.manifest(&name, "pydio-runtime = { workspace = true }");
        self.bindings.push(name);
    }

    /// Writes the manifest of a crate without tests.
    pub fn manifest(&self, name: &str, dependencies: &str) {
        let package =
            format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        // Examples in the documentation name the crate, not the scratch workspace.
        let text = format!(
            "{package}\n[features]\ncli = []\n\n[lib]\ndoctest = false\n\n[dependencies]\n{dependencies}\n"
        );
        self.write(&format!("{name}/Cargo.toml"), &text);
    }

    /// Turns the crates into a workspace, with the project's locked versions.
    pub fn finish(&self) {
        let runtime = project().join("runtime");
        let text = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"installation\"]\n\n\
             [workspace.dependencies]\n\
             pydio-runtime = {{ path = {runtime:?}, default-features = false, features = [\"cmd\"] }}\n"
        );
        self.write("Cargo.toml", &text);
        fs::copy(project().join("Cargo.lock"), self.root.join("Cargo.lock")).unwrap();
    }

    /// Writes a file.
    pub fn write(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a crate with the tests of its calls, and with a manifest of its own.
    pub fn generate_with_tests(&self, name: &str, generator: Generator) {
        let generator = generator.from_directory(project()).crate_name(name).with_tests();
        generator.write_crate(self.root.join(name)).unwrap();
        let path = format!("{name}/Cargo.toml");
        let manifest = fs::read_to_string(self.root.join(&path)).unwrap();
        // Neither TLS nor a command line is needed, and both take long to compile.
        let slim = manifest.replacen(", \"rustls\"]", ", \"http\"]", 1);
        let slim = slim.replacen("default = [\"rustls\"]", "default = [\"http\"]", 1);
        assert_ne!(slim, manifest);
        let manifest = slim;
        let is_kept = |line: &&str| !line.contains("pydio-cli") && !line.starts_with("cli = ");
        let lines: Vec<_> = manifest.lines().filter(is_kept).collect();
        let manifest = lines.join("\n").replace(BINARY, "");
        self.write(&path, &manifest);
    }

    /// Turns crates with tests into a workspace that uses the crates of this project.
    pub fn finish_with_tests(&self) {
        let local = |path: &str| project().join(path);
        let text = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n[profile.dev]\ndebug = false\n\n\
             [patch.crates-io]\npydio-runtime = {{ path = {:?} }}\n\
             pydio-test-server = {{ path = {:?} }}\n",
            local("runtime"),
            local("tests/server"),
        );
        self.write("Cargo.toml", &text);
        fs::copy(project().join("Cargo.lock"), self.root.join("Cargo.lock")).unwrap();
    }

    /// Runs the tests of the calls of some crates.
    pub fn test(&self, packages: &[String]) -> Output {
        let mut cargo = self.cargo("test", packages);
        cargo.args(["--test", "calls", "--no-fail-fast"]).output().unwrap()
    }

    /// Returns a cargo command for some of the crates.
    pub fn cargo(&self, command: &str, packages: &[String]) -> Command {
        let mut cargo = cargo(&self.root);
        cargo.arg(command);
        if command != "fmt" {
            cargo.args(["--offline", "--quiet"]);
        }
        cargo.args(packages.iter().flat_map(|name| ["-p", name]));
        cargo
    }
}

/// Returns cargo in the directory of a scratch workspace. Those of all tests share their
/// dependencies.
pub fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).env("CARGO_TARGET_DIR", root.with_file_name("compile-target"));
    cargo.env("CARGO_TERM_COLOR", "never").env_remove("RUSTFLAGS");
    cargo
}

/// Returns what a command wrote to standard error.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Fails with the errors of a command, if it did.
#[track_caller]
pub fn assert_success(output: &Output) {
    assert!(output.status.success(), "{}", text(output));
}

/// Returns the project's directory.
pub fn project() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}
