//! A directory to run the generator in.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use pydio_codegen::surface::Surface;
use tempfile::TempDir;

/// A directory outside any project, so that the program uses its own bundles.
pub(crate) struct Place(TempDir);

/// The result of a run.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Asserts success without warnings, and returns all output.
    #[track_caller]
    pub(crate) fn done(&self) -> String {
        assert_eq!(self.status, 0, "{}", self.err);
        assert!(!self.err.contains("warning") && !self.err.contains("error"), "{}", self.err);
        format!("{}{}", self.out, self.err)
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Adds a plugin to the installation in a directory, with actions available over REST.
    pub(crate) fn plugin(&self, installation: &str, id: &str, actions: &[&str]) {
        self.write(&format!("{installation}/plugins/{id}/manifest.xml"), &manifest(id, actions));
    }

    pub(crate) fn run_in(&self, directory: &str, arguments: &[&str]) -> Run {
        self.run_with(directory, arguments, None)
    }

    pub(crate) fn run_with(
        &self,
        directory: &str,
        arguments: &[&str],
        password: Option<&str>,
    ) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
        command.args(arguments).current_dir(self.path(directory)).stdin(Stdio::null());
        command.env_remove("PYDIO_PASSWORD").envs(password.map(|word| ("PYDIO_PASSWORD", word)));
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| {
            let here = self.path("").display().to_string();
            String::from_utf8(bytes).unwrap().replace(&here, "")
        };
        Run {
            status: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Returns the output of a run that succeeds without warnings.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &str) -> String {
        self.run_in("", &words(arguments)).done()
    }

    /// Returns the output of a run that fails.
    #[track_caller]
    pub(crate) fn failed(&self, arguments: &str) -> String {
        let run = self.run_in("", &words(arguments));
        assert_eq!(run.status, 1, "{}{}", run.out, run.err);
        run.err
    }

    /// Returns the public surface of a generated crate.
    pub(crate) fn surface(&self, directory: &str) -> Surface {
        Surface::read(&self.path(directory).join("api.json")).unwrap()
    }

    /// Returns the actions of a generated crate, as `plugin/action`.
    pub(crate) fn actions(&self, directory: &str) -> BTreeSet<String> {
        self.surface(directory).actions.into_keys().collect()
    }

    /// Returns the paths of files below a directory, in order.
    pub(crate) fn files(&self, directory: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        collect(&self.path(directory), &self.path(directory), &mut files);
        files
    }
}

pub(crate) fn words(arguments: &str) -> Vec<&str> {
    arguments.split(' ').collect()
}

/// Returns a manifest with actions available over REST.
pub(crate) fn manifest(id: &str, actions: &[&str]) -> String {
    let actions = actions.iter().map(|name| {
        format!(
            "<action name=\"{name}\"><processing><serverCallback methodName=\"run\" \
             restParams=\"/file+\"/></processing></action>"
        )
    });
    format!(
        "<ajxp_plugin id=\"{id}\"><registry_contributions><actions>{}</actions>\
         </registry_contributions></ajxp_plugin>",
        actions.collect::<String>()
    )
}

fn collect(root: &Path, directory: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
}
