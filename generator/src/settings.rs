//! What a project wants generated, kept in `pydio-codegen.toml`.

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

/// What the file is called.
pub const FILE: &str = "pydio-codegen.toml";

/// What to generate, from what, and where to. Paths in a file are from its own directory.
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
    /// The server version: of the bundle to take, or of the installation when it does not say.
    pub version: Option<String>,
    /// A Pydio installation, or the archive of a release.
    pub pydio: Option<PathBuf>,
    /// A bundle that `import` wrote.
    pub manifests: Option<PathBuf>,
    /// The spec of any server, instead.
    pub spec: Option<PathBuf>,
    /// Only these plugins, by id, or actions, as `plugin/action`.
    pub plugins: Vec<String>,
    /// Only operations with these tags.
    pub tags: Vec<String>,
    /// Only actions that REST v1 reaches.
    pub rest_only: bool,
    /// Files of corrections besides those that come with the tool.
    pub corrections: Vec<PathBuf>,
    /// Whether to leave out the corrections that come with the tool.
    pub no_corrections: bool,
    /// Whether a warning about what is declared is an error.
    pub strict: bool,
    /// Makes no difference: what cannot be read is left out anyway.
    #[doc(hidden)]
    pub keep_going: bool,
    /// Where to write the crate.
    pub out: Option<PathBuf>,
    /// The name of the crate.
    pub crate_name: Option<String>,
    /// Where the source of the crate is kept: what its `Cargo.toml` begins with tells.
    pub repository: Option<String>,
    /// Whether to note in the crate's `CHANGELOG.md` what changes for programs.
    pub changelog: bool,
}

impl Settings {
    /// Reads a file, with its paths made those from the current directory.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or holds something else than settings.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        let mut settings = parse(&read_file(path)?)?;
        let base = path.parent().unwrap_or(Path::new(""));
        let single =
            [&mut settings.pydio, &mut settings.manifests, &mut settings.spec, &mut settings.out];
        let all = single.into_iter().flatten().chain(&mut settings.corrections);
        all.for_each(|path| *path = base.join(&*path));
        Ok(settings)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// When it holds something else than settings.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        parse(&SourceFile::new(FILE, text))
    }

    /// The command that does what these settings say for a version, run in the crate's directory.
    /// Where the input is kept is left open, so that it is the same wherever that is.
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
        ];
        let switches = switches.into_iter().filter(|(_, is_on)| *is_on);
        words.extend(switches.map(|(switch, _)| switch.to_owned()));
        words.extend(["--out", "."].map(str::to_owned));
        words.join(" ")
    }

    /// The file of the nearest project at or above a directory.
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
            .help("take out the others"));
    }
    if let Some(Err(message)) = settings.crate_name.as_deref().map(check_crate_name) {
        return Err(Diagnostic::error("settings", format!("`crate-name`: {message}"))
            .at(file, key(&file.text, "crate-name")));
    }
    Ok(settings)
}

/// What is wrong at a place, with the key that may have been meant there.
fn malformed(file: &Arc<SourceFile>, span: Range<usize>, message: &str) -> Diagnostic {
    let word = file.text.get(span.clone()).unwrap_or_default();
    let is_key = message.starts_with("unknown field");
    // The parser lists every key there is; nobody reads that.
    let message = if is_key { &format!("there is no setting `{word}`") } else { message };
    let error = Diagnostic::error("settings", message).at(file, span);
    if !is_key {
        return error;
    }
    let known = keys();
    let help = did_you_mean(word, known.iter().map(String::as_str));
    error.help(help.unwrap_or_else(|| format!("there are `{}`", known.join("`, `"))))
}

/// Every key of a file.
fn keys() -> Vec<String> {
    let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
    let keys = settings.as_object().map(|keys| keys.keys().cloned().collect::<Vec<_>>());
    keys.unwrap_or_default().into_iter().filter(|key| key != "keep-going").collect()
}

/// Where a key stands that was read.
fn key(text: &str, name: &str) -> Range<usize> {
    let table = toml::de::DeTable::parse(text).ok();
    let span = table.and_then(|table| {
        table.get_ref().keys().find(|key| key.get_ref() == name).map(|key| key.span())
    });
    span.unwrap_or(0..0)
}

/// Names that cargo takes for a package, and that a package beside the runtime can have.
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
            Err("a crate's name begins with a letter and has letters, digits, `-` and `_`")
        }
    }
}
