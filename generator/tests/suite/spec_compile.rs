//! Crates generated from specs compile and document without warnings.
//!
//! All crates are members of one scratch workspace below the target directory, so that one
//! invocation of cargo is enough, and their dependencies are built once.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use pydio_codegen::{
    emit::{Options, emit},
    ir::Api,
    pipeline::{self, Corrections, Request},
    write::Files,
};

use crate::specs::{SPECS, api, files};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(Scratch::prepare);

/// A workspace of generated crates.
pub(crate) struct Scratch {
    root: PathBuf,
    /// The names of the crates.
    pub(crate) crates: Vec<String>,
}

impl Scratch {
    /// Generates everything again; the build output of cargo is kept.
    fn prepare() -> Self {
        let mut scratch = Self::empty("specs");
        for name in SPECS {
            scratch.add(&format!("spec-{}", name.replace('_', "-")), &files(&api(name), name));
        }
        let options = Options { crate_name: "as-published".to_owned() };
        scratch.add("as-published", &emit(&as_published(), &options).expect("Rust"));
        scratch.add_example();
        scratch.add_wire();
        scratch.finish();
        scratch
    }

    /// Creates a workspace without crates.
    pub(crate) fn empty(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        Self { root, crates: Vec::new() }
    }

    /// Writes the workspace manifest for the crates.
    pub(crate) fn finish(&self) {
        self.write("Cargo.toml", &manifest());
        let lock = project().join("Cargo.lock");
        fs::copy(lock, self.root.join("Cargo.lock")).expect("the project's versions");
    }

    pub(crate) fn add(&mut self, name: &str, files: &Files) {
        for (path, content) in files {
            self.write(&format!("{name}/{path}"), content);
        }
        self.write(&format!("{name}/Cargo.toml"), &package(name, "pydio-runtime.workspace = true"));
        self.crates.push(name.to_owned());
    }

    /// Adds a crate that consists of only the example in the documentation of another.
    fn add_example(&mut self) {
        let library = self.root.join("spec-answers/src/lib.rs");
        let text = fs::read_to_string(library).expect("a library");
        let (_, rest) = text.split_once("//! ```no_run\n").expect("an example");
        let (example, _) = rest.split_once("//! ```\n").expect("its end");
        let lines = example.lines().map(|line| line.trim_start_matches("//!").trim_start());
        let lines = lines.map(|line| line.trim_start_matches("# ").to_owned() + "\n");
        let library =
            format!("//! As it is documented.\n\n/// It.\npub {}", lines.collect::<String>());
        self.write("example/src/lib.rs", &library);
        let dependency = "spec-answers = { path = \"../spec-answers\" }";
        self.write("example/Cargo.toml", &package("example", dependency));
    }

    /// Adds a program that sends calls of three of the crates, and prints what a server reads.
    fn add_wire(&mut self) {
        self.write("wire/src/main.rs", include_str!("wire.rs"));
        let dependencies = "pydio-runtime = { workspace = true, features = [\"http\"] }\n\
            tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n\
            spec-contents = { path = \"../spec-contents\" }\n\
            spec-families = { path = \"../spec-families\" }\n\
            spec-lists = { path = \"../spec-lists\" }\n\
            spec-styles = { path = \"../spec-styles\" }\n\
            spec-media-types = { path = \"../spec-media-types\" }\n\
            spec-forms = { path = \"../spec-forms\" }";
        let package = package("wire", dependencies).replace("[lib]\ndoctest = false\n\n", "");
        self.write("wire/Cargo.toml", &package);
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    /// Returns a cargo command for all crates, or for some.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(arguments).current_dir(&self.root);
        // The scratch workspaces of all tests have the same dependencies.
        cargo.env("CARGO_TARGET_DIR", self.root.with_file_name("compile-target"));
        cargo.env("CARGO_TERM_COLOR", "never").env_remove("RUSTFLAGS");
        cargo
    }
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the bundled spec without corrections.
fn as_published() -> Api {
    let corrections = Corrections { without_own: true, ..Corrections::default() };
    let request = Request { from: project(), corrections, ..Request::default() };
    let input = pipeline::read(&request).expect("the bundle");
    Api { title: "Pydio 8.2.5".to_owned(), version: input.version, ..input.spec }
}

fn manifest() -> String {
    let runtime = fs::canonicalize(project().join("runtime")).expect("the runtime");
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n[workspace.dependencies]\n\
         pydio-runtime = {{ path = {runtime:?}, default-features = false, features = [\"client\"] }}\n"
    )
}

fn package(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [lib]\ndoctest = false\n\n[dependencies]\n{dependencies}\n"
    )
}

#[track_caller]
pub(crate) fn assert_success(output: &Output) {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{}", said.chars().take(8_000).collect::<String>());
}

#[test]
fn clippy_has_nothing_to_say() {
    println!("crates: {}", SCRATCH.crates.join(", "));
    let arguments = ["clippy", "--offline", "--quiet", "--workspace", "--", "-D", "warnings"];
    assert_success(&SCRATCH.cargo(&arguments).output().expect("cargo"));
}

/// The bytes of each style, body and part, as received.
#[test]
fn requests_are_seen_on_a_socket() {
    let arguments = ["run", "--offline", "--quiet", "-p", "wire"];
    let output = SCRATCH.cargo(&arguments).output().expect("cargo");
    assert_success(&output);
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

#[test]
fn rustdoc_has_nothing_to_say() {
    let mut arguments = vec!["doc", "--offline", "--quiet", "--no-deps"];
    let documented = [
        "spec-docs",
        "spec-names",
        "spec-enums",
        "spec-responses",
        "spec-security",
        "spec-servers",
        "spec-pydio",
    ];
    for name in documented {
        arguments.extend(["-p", name]);
    }
    let mut doc = SCRATCH.cargo(&arguments);
    assert_success(&doc.env("RUSTDOCFLAGS", "-D warnings").output().expect("cargo"));
}
