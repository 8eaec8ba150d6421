//! Servers and users that are kept under a name, in a file of the user.
//!
//! ```toml
//! default = "work"
//!
//! [profiles.work]
//! url = "https://files.example.org/pydio"
//! user = "alice"
//! workspace = "my-files"
//! device = "pydio.laptop"
//! ```
//!
//! The file holds no secrets. The key pair of a profile is in `pairs.json` next to it, which only
//! its owner can read.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use pydio_runtime::{
    hidden,
    keystore::{FileStore, KeyPair, KeyPairId, KeyPairStore as _},
};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::Failed;

/// The file with the profiles.
#[derive(Debug)]
pub struct Config {
    path: PathBuf,
    content: Content,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    profiles: BTreeMap<String, Profile>,
}

/// A server and a user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The address of the web interface.
    pub url: String,
    /// The login of the user.
    pub user: String,
    /// The workspace that commands use unless they name another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The device that the key pair is for, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

impl Config {
    /// Reads the file: that of PYDIO_CONFIG, or `pydio/config.toml` in the user's folder for
    /// configuration. A missing file has no profiles.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or understood.
    pub fn read() -> Result<Self, Failed> {
        let path = match env::var_os("PYDIO_CONFIG").filter(|path| !path.is_empty()) {
            Some(path) => path.into(),
            None => folder()?.join("pydio").join("config.toml"),
        };
        Self::read_from(path)
    }

    fn read_from(path: PathBuf) -> Result<Self, Failed> {
        let content = match fs::read_to_string(&path) {
            Ok(text) => basic_toml::from_str(&text)
                .map_err(|error| Failed::usage(format!("{}: {error}", path.display())))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Content::default(),
            Err(error) => return Err(Failed::local(path.display(), &error)),
        };
        Ok(Self { path, content })
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the names of all profiles.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.content.profiles.keys().map(String::as_str)
    }

    /// Returns the profile of that name, or the default one.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no profile of that name.
    pub fn profile(&self, name: Option<&str>) -> Result<Option<&Profile>, Failed> {
        let Some(name) = name.or(self.content.default.as_deref()) else { return Ok(None) };
        match self.content.profiles.get(name) {
            Some(profile) => Ok(Some(profile)),
            None => {
                let message = format!("{}: no profile `{name}`", self.path.display());
                Err(Failed::usage(message)
                    .tip(format!("`pydio login --profile {name}` creates it")))
            }
        }
    }

    /// Adds a profile, or replaces the one of that name. The first profile becomes the default.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be written.
    pub fn keep(&mut self, name: &str, profile: Profile) -> Result<(), Failed> {
        self.content.profiles.insert(name.to_owned(), profile);
        self.content.default.get_or_insert_with(|| name.to_owned());
        self.write()
    }

    /// Removes a profile. If it was the default, no profile is.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be written.
    pub fn remove(&mut self, name: &str) -> Result<(), Failed> {
        self.content.profiles.remove(name);
        self.content.default.take_if(|default| default == name);
        self.write()
    }

    /// Returns the name of the default profile.
    pub fn default_name(&self) -> Option<&str> {
        self.content.default.as_deref()
    }

    fn write(&self) -> Result<(), Failed> {
        let text = basic_toml::to_string(&self.content)
            .map_err(|error| Failed::usage(format!("{}: {error}", self.path.display())))?;
        let write = || -> io::Result<()> {
            let folder = self.path.parent().unwrap_or(Path::new("."));
            create_private(folder)?;
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.persist(&self.path).map(drop).map_err(|error| error.error)
        };
        write().map_err(|error| Failed::local(self.path.display(), &error))
    }

    /// Tries that the folder of the file can be written, before the server is asked for something that is
    /// to be kept there.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot.
    pub fn try_writing(&self) -> Result<(), Failed> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let tried = create_private(folder).and_then(|()| NamedTempFile::new_in(folder).map(drop));
        tried.map_err(|error| Failed::local(folder.display(), &error))
    }

    /// Returns the key pair of a profile.
    ///
    /// # Errors
    ///
    /// Returns an error if the file of the key pairs cannot be read.
    pub fn pair(&self, profile: &Profile) -> Result<Option<KeyPair>, Failed> {
        let Some(id) = profile.id()? else { return Ok(None) };
        let pair = self.store().load(&id);
        pair.map_err(Failed::key_pairs)
    }

    /// Stores the key pair of a profile.
    ///
    /// # Errors
    ///
    /// Returns an error if the file of the key pairs cannot be written.
    pub fn keep_pair(&self, profile: &Profile, pair: &KeyPair) -> Result<(), Failed> {
        let id = profile.id()?.ok_or_else(|| Failed::usage("the profile has no device"))?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        create_private(folder).map_err(|error| Failed::local(folder.display(), &error))?;
        self.store().save(&id, pair).map_err(Failed::key_pairs)
    }

    /// Removes the key pair of a profile from this machine.
    ///
    /// # Errors
    ///
    /// Returns an error if the file of the key pairs cannot be written.
    pub fn forget_pair(&self, profile: &Profile) -> Result<(), Failed> {
        let Some(id) = profile.id()? else { return Ok(()) };
        let removed = self.store().remove(&id);
        removed.map_err(Failed::key_pairs)
    }

    fn store(&self) -> FileStore {
        FileStore::new(self.path.with_file_name("pairs.json"))
    }
}

impl Profile {
    /// Returns what its key pair is stored under, if it has one.
    fn id(&self) -> Result<Option<KeyPairId>, Failed> {
        let Some(device) = &self.device else { return Ok(None) };
        let base = hidden::base(&self.url)?;
        Ok(Some(KeyPairId::new(base.as_str(), &*self.user, &**device)))
    }
}

/// Returns the user's folder for configuration.
fn folder() -> Result<PathBuf, Failed> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return absolute("APPDATA").ok_or_else(|| Failed::usage("APPDATA is not set"));
    }
    let home = || absolute("HOME").map(|home| home.join(".config"));
    let message = "neither HOME nor PYDIO_CONFIG is set, so no profiles can be read";
    absolute("XDG_CONFIG_HOME").or_else(home).ok_or_else(|| Failed::usage(message))
}

/// Creates a folder, and those above it, for its owner alone. One that exists keeps its permissions.
///
/// # Errors
///
/// Returns an error if a folder cannot be created.
#[cfg(unix)]
pub fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Creates a folder, and those above it.
///
/// # Errors
///
/// Returns an error if a folder cannot be created.
#[cfg(not(unix))]
pub fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Returns the profile that a command uses: the named one, or the default one unless the server is
/// given in another way.
pub(super) fn chosen(
    name: Option<String>,
    is_server_given: bool,
) -> Result<Option<(Config, Profile)>, Failed> {
    if name.is_none() && is_server_given {
        return Ok(None);
    }
    // Without a home folder, there are no profiles; only a requested one is missed.
    let config = match Config::read() {
        Err(_) if name.is_none() && env::var_os("HOME").is_none() => return Ok(None),
        config => config?,
    };
    let profile = config.profile(name.as_deref())?.cloned();
    Ok(profile.map(|profile| (config, profile)))
}

#[cfg(test)]
mod tests {
    use super::{Config, Profile};

    fn profile(url: &str) -> Profile {
        Profile { url: url.into(), user: "alice".into(), workspace: None, device: None }
    }

    #[test]
    fn profiles_are_kept_and_the_first_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/config.toml");
        let mut config = Config::read_from(path.clone()).unwrap();
        assert_eq!(config.profile(None).unwrap(), None);
        config.keep("a", profile("https://a.test")).unwrap();
        config.keep("b", profile("https://b.test")).unwrap();
        let mut config = Config::read_from(path.clone()).unwrap();
        assert_eq!(config.profile(None).unwrap().unwrap().url, "https://a.test");
        assert_eq!(config.profile(Some("b")).unwrap().unwrap().url, "https://b.test");
        assert!(format!("{:?}", config.profile(Some("c")).unwrap_err()).contains("no profile `c`"));
        config.remove("a").unwrap();
        assert_eq!(Config::read_from(path).unwrap().profile(None).unwrap(), None);
    }

    #[test]
    fn a_file_that_is_not_understood_is_an_error_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for (text, place) in [
            (
                "default = \"a\"\n[profiles.a]\nurl = \"u\"\nuser = \"b\"\npassword = \"c\"\n",
                "line 2",
            ),
            ("default = \"a\"\n[profiles.a]\nurl = \"u\"\nuser = b\npassword = 1\n", "line 4"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = format!("{:?}", Config::read_from(path.clone()).unwrap_err());
            assert!(error.contains(place), "{error}");
            assert_eq!(error.contains("unknown field `password`"), place == "line 2", "{error}");
        }
    }
}
