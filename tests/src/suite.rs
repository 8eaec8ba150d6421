//! A harness for tests whose requirements may be missing, which reports them as ignored.
//!
//! The harness of the standard library knows only passed and failed. A test that returns if its
//! input is missing looks as if it had passed, so tests with requirements are listed in a `main`
//! that states what each of them needs:
//!
//! ```
//! use pydio_tests::suite::{Need, Test};
//!
//! fn every_release_is_read() {}
//! async fn an_answer_is_read() {}
//!
//! let tests = [Test::new(every_release_is_read), Test::of_async(an_answer_is_read)];
//! let tests = tests.map(|test| test.needs(Need::Shared));
//! # if false {
//! pydio_tests::suite::run(tests); // and gives back the exit code
//! # }
//! ```

use std::{
    any::type_name,
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use libtest_mimic::{Arguments, Trial};

/// The folders of [`shared`] that tests read.
const PARTS: [&str; 4] = ["exchanges", "inventory", "recordings", "upstream"];

/// Returns the folder of the recordings and the published releases: `shared`, next to the project.
pub fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared")
}

/// A requirement of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The content of [`shared`]. If `CI` is set it must exist: a test without it fails.
    Shared,
    /// A program, found by its name.
    Program(&'static str),
}

impl Need {
    /// Returns the kind shown before the name of a test.
    fn kind(self) -> String {
        match self {
            Self::Shared => "needs ../shared".to_owned(),
            Self::Program(name) => format!("needs {name}"),
        }
    }

    /// Returns what is missing, and where it was expected.
    fn missing(self, shared: &Path) -> Option<String> {
        match self {
            Self::Shared if PARTS.iter().any(|part| shared.join(part).is_dir()) => None,
            Self::Shared => Some(format!(
                "`../shared` is missing: none of the folders {} is in {}",
                PARTS.join(", "),
                shared.display()
            )),
            Self::Program(name) => {
                let mut program = Command::new(name);
                program.arg("--version").stdin(Stdio::null());
                let error = program.output().err()?;
                Some(format!("`{name}` cannot be started from PATH: {error}"))
            }
        }
    }
}

/// A test, and its requirements.
pub struct Test {
    name: String,
    need: Option<Need>,
    run: Box<dyn FnOnce() + Send>,
}

impl Test {
    /// Creates a test from a function that panics on failure. The test's name is the path of the
    /// function in the crate.
    pub fn new<T: FnOnce() + Send + 'static>(run: T) -> Self {
        Self { name: path_of::<T>(), need: None, run: Box::new(run) }
    }

    /// Creates a test from an asynchronous function, which runs on its own single-threaded runtime.
    pub fn of_async<F, T>(run: T) -> Self
    where
        F: Future<Output = ()>,
        T: FnOnce() -> F + Send + 'static,
    {
        let blocking = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(run());
        };
        Self { name: path_of::<T>(), need: None, run: Box::new(blocking) }
    }

    /// Renames the test.
    #[must_use]
    pub fn called(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// Adds a requirement. If it is missing, the test is reported as ignored; it fails if it is run
    /// anyway.
    #[must_use]
    pub fn needs(self, need: Need) -> Self {
        Self { need: Some(need), ..self }
    }

    fn trial(self, shared: &Path, is_ci: bool) -> Trial {
        let Self { name, need, run } = self;
        let missing = need.and_then(|need| need.missing(shared));
        let is_demanded = is_ci && need == Some(Need::Shared);
        let is_ignored = missing.is_some() && !is_demanded;
        let trial = Trial::test(name, move || match missing {
            Some(missing) => Err(missing.into()),
            None => {
                run();
                Ok(())
            }
        });
        let kind = need.map(Need::kind).unwrap_or_default();
        trial.with_kind(kind).with_ignored_flag(is_ignored)
    }
}

/// Returns the path of a function without the crate: the name of its test.
pub fn path_of<T>() -> String {
    let path = type_name::<T>();
    path.split_once("::").map_or(path, |(_, path)| path).to_owned()
}

/// Runs the tests selected by the program's arguments, like `cargo test`.
pub fn run(tests: impl IntoIterator<Item = Test>) -> ExitCode {
    let is_ci = env::var_os("CI").is_some_and(|value| !value.is_empty());
    let trials = tests.into_iter().map(|test| test.trial(&shared(), is_ci));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    fn passes() {}

    async fn fails() {
        tokio::task::yield_now().await;
        panic!("as it should");
    }

    /// Returns how many of these tests pass, fail and are ignored.
    fn outcome(shared: &Path, is_ci: bool, need: Need) -> [u64; 3] {
        let tests = [Test::new(passes), Test::of_async(fails)];
        let trials = tests.map(|test| test.needs(need).trial(shared, is_ci));
        let log = tempfile::NamedTempFile::new().unwrap();
        let logfile = Some(log.path().to_str().unwrap().to_owned());
        let arguments = Arguments { logfile, ..Arguments::default() };
        let conclusion = libtest_mimic::run(&arguments, trials.into());
        [conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored]
    }

    #[test]
    fn tests_without_their_folder_are_ignored_and_fail_in_ci() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert_eq!(outcome(path, false, Need::Shared), [0, 0, 2]);
        assert_eq!(outcome(path, true, Need::Shared), [0, 2, 0]);
        let missing = Need::Shared.missing(path).unwrap();
        assert!(missing.contains("recordings") && missing.contains(path.to_str().unwrap()));
        std::fs::create_dir(path.join("recordings")).unwrap();
        for is_ci in [false, true] {
            assert_eq!(outcome(path, is_ci, Need::Shared), [1, 1, 0]);
        }
    }

    #[test]
    fn tests_without_their_program_are_ignored() {
        let nowhere = Path::new("nowhere");
        for is_ci in [false, true] {
            assert_eq!(outcome(nowhere, is_ci, Need::Program("no-such-program")), [0, 0, 2]);
            assert_eq!(outcome(nowhere, is_ci, Need::Program("cargo")), [1, 1, 0]);
        }
    }

    /// The compiler silently drops `#[test]` functions, since these targets have no such harness.
    #[test]
    fn targets_with_a_main_use_no_test_attribute() {
        let mut open =
            ["tests/shared", "tests/programs"].map(|target| root().join(target)).to_vec();
        let mut count = 0;
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    count += 1;
                    let text = std::fs::read_to_string(&path).unwrap();
                    let is_left_out = text.contains("#[test]") || text.contains("#[tokio::test");
                    assert!(!is_left_out, "{}: it is never run", path.display());
                }
            }
        }
        assert!(count > 40, "{count}");
    }

    #[test]
    fn a_test_has_the_name_of_its_function() {
        assert_eq!(Test::new(passes).name, "suite::tests::passes");
        assert_eq!(Test::of_async(fails).name, "suite::tests::fails");
        let trial = Test::new(passes).needs(Need::Shared).trial(Path::new("nowhere"), false);
        assert_eq!((trial.kind(), trial.has_ignored_flag()), ("needs ../shared", true));
    }
}
