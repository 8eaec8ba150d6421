//! The generator settings of a project, stored in `pydio-codegen.toml`.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    diagnostic::{Diagnostic, SourceFile},
    input::read_file,
    names, shell,
    suggest::did_you_mean,
};

/// The name of the file.
pub const FILE: &str = "pydio-codegen.toml";

/// Declares what to generate, from which input, and where to write it. Paths in a file are relative
/// to its directory.
///
/// ```
/// use pydio_codegen::Settings;
///
/// let settings = Settings::parse("version = \"8.2.5\"\nplugins = [\"access.*\"]\nrest-only = true\n")?;
/// assert_eq!(settings.plugins, ["access.*"]);
/// # Ok::<(), pydio_codegen::Diagnostic>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The server version: that of the bundle, or of an installation that does not declare it.
    pub version: Option<String>,
    /// A Pydio installation, or the archive of a release.
    pub pydio: Option<PathBuf>,
    /// A bundle that `import` wrote.
    pub manifests: Option<PathBuf>,
    /// The spec of any server, instead of an installation.
    pub spec: Option<PathBuf>,
    /// Only these plugins, by id, or actions, as `plugin/action`.
    pub plugins: Vec<String>,
    /// Only operations with these tags.
    pub tags: Vec<String>,
    /// Only actions that REST v1 reaches.
    pub rest_only: bool,
    /// Files of corrections in addition to those that come with the tool.
    pub corrections: Vec<PathBuf>,
    /// Whether to omit the corrections that come with the tool.
    pub no_corrections: bool,
    /// Whether a warning about the declarations is an error.
    pub strict: bool,
    /// Has no effect: whatever cannot be read is skipped anyway.
    #[doc(hidden)]
    pub keep_going: bool,
    /// Where to write the crate.
    pub out: Option<PathBuf>,
    /// The name of the crate.
    pub crate_name: Option<String>,
    /// The URL of the crate's source, for the `Cargo.toml` of a new crate.
    pub repository: Option<String>,
    /// Whether to record in the crate's `CHANGELOG.md` what changes for programs.
    pub changelog: bool,
    /// Whether to write tests of every call as well.
    pub with_tests: bool,
}

impl Settings {
    /// Reads a file, and makes its paths relative to the current directory.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read, or contains anything other than settings.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        let mut settings = parse(&read_file(path)?)?;
        let base = path.parent().unwrap_or(Path::new(""));
        let single =
            [&mut settings.pydio, &mut settings.manifests, &mut settings.spec, &mut settings.out];
        let all = single.into_iter().flatten().chain(&mut settings.corrections);
        all.for_each(|path| *path = base.join(&*path));
        Ok(settings)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    ///
    /// Returns an error when it contains anything other than settings.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        parse(&SourceFile::new(FILE, text))
    }

    /// Returns the command that corresponds to these settings for a version, run in the crate's
    /// directory. It omits the location of the input, so that it does not depend on it.
    pub(crate) fn command(&self, version: &str) -> String {
        let mut words = vec!["pydio-codegen".to_owned(), "generate".to_owned()];
        let mut add =
            |option: &str, value: &str| words.extend([option.to_owned(), shell::word(value)]);
        for (option, path, shown) in [
            ("--pydio", &self.pydio, "PYDIO"),
            ("--manifests", &self.manifests, "BUNDLE"),
            ("--spec", &self.spec, "SPEC"),
        ] {
            path.iter().for_each(|_| add(option, shown));
        }
        if self.spec.is_none() {
            add("--version", version);
        }
        for (option, values) in [("--plugins", &self.plugins), ("--tags", &self.tags)] {
            values.iter().for_each(|value| add(option, value));
        }
        self.corrections.iter().for_each(|_| add("--corrections", "FILE"));
        self.crate_name.iter().for_each(|name| add("--crate-name", name));
        let switches = [
            ("--rest-only", self.rest_only),
            ("--no-corrections", self.no_corrections),
            ("--strict", self.strict),
            ("--with-tests", self.with_tests),
        ];
        let switches = switches.into_iter().filter(|(_, is_on)| *is_on);
        words.extend(switches.map(|(switch, _)| switch.to_owned()));
        words.extend(["--out", "."].map(str::to_owned));
        words.join(" ")
    }

    /// Returns the file of the nearest project at or above a directory.
    pub fn find(from: &Path) -> Option<PathBuf> {
        from.ancestors().map(|directory| directory.join(FILE)).find(|path| path.is_file())
    }
}

fn parse(file: &Arc<SourceFile>) -> Result<Settings, Diagnostic> {
    let settings: Settings = toml::from_str(&file.text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        malformed(file, span, error.message())
    })?;
    let sources =
        [("pydio", &settings.pydio), ("manifests", &settings.manifests), ("spec", &settings.spec)];
    let mut given = sources.iter().filter(|(_, source)| source.is_some());
    if let (Some(_), Some((second, _))) = (given.next(), given.next()) {
        let message = "only one of `pydio`, `manifests` and `spec` can be read from";
        return Err(Diagnostic::error("settings", message)
            .at(file, key(&file.text, second))
            .help("remove the others"));
    }
    if let Some(Err(message)) = settings.crate_name.as_deref().map(check_crate_name) {
        return Err(Diagnostic::error("settings", format!("`crate-name`: {message}"))
            .at(file, key(&file.text, "crate-name")));
    }
    Ok(settings)
}

/// Creates the error about a location, with a suggestion for an unknown key.
fn malformed(file: &Arc<SourceFile>, span: Range<usize>, message: &str) -> Diagnostic {
    let word = file.text.get(span.clone()).unwrap_or_default();
    let is_key = message.starts_with("unknown field");
    // The parser lists every key, which is too long to be helpful.
    let message = if is_key { &format!("unknown setting `{word}`") } else { message };
    let error = Diagnostic::error("settings", message).at(file, span);
    if !is_key {
        return error;
    }
    let known = keys();
    let help = did_you_mean(word, known.iter().map(String::as_str));
    error.help(help.unwrap_or_else(|| format!("there are `{}`", known.join("`, `"))))
}

/// Returns all keys of a file.
fn keys() -> Vec<String> {
    let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
    let keys = settings.as_object().map(|keys| keys.keys().cloned().collect::<Vec<_>>());
    keys.unwrap_or_default().into_iter().filter(|key| key != "keep-going").collect()
}

/// Returns the location of a key that was read.
fn key(text: &str, name: &str) -> Range<usize> {
    let table = toml::de::DeTable::parse(text).ok();
    let span = table.and_then(|table| {
        table.get_ref().keys().find(|key| key.get_ref() == name).map(|key| key.span())
    });
    span.unwrap_or(0..0)
}

/// Checks that a name is valid for a cargo package that depends on the runtime.
pub(crate) fn check_crate_name(text: &str) -> Result<(), &'static str> {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let krate = text.replace('-', "_");
    let is_taken = names::is_keyword(&krate)
        || matches!(&*krate, "alloc" | "core" | "proc_macro" | "std" | "test" | "pydio_runtime");
    match (is_name, is_taken) {
        (true, false) => Ok(()),
        (true, true) => Err("cargo or the bindings use this name for something else"),
        (false, _) => {
            Err("the name of a crate begins with a letter and consists of letters, digits, `-` \
                 and `_`")
        }
    }
}
