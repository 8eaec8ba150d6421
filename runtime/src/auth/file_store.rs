//! A file of key pairs that only its owner may read.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use secrecy::{
    ExposeSecret as _,
    zeroize::{Zeroize as _, Zeroizing},
};
use serde_json::json;

use super::{KeyPair, KeyPairId, KeyPairStore};
use crate::{json::Json, types::BoxError};

/// The format version in the file: a file of a later version is not changed.
const FORMAT: u64 = 1;

/// Stores the pairs of any number of servers, users and devices in one JSON file.
///
/// On Unix the file has the permissions 0600 from its first byte on, and one that others may read
/// is refused; elsewhere it has those of its folder. A change is written to a temporary file in the
/// same folder, which then replaces the file atomically: a crash leaves the old or the new one. The
/// folder must exist; the file need not.
///
/// Several programs may share the file. If two write it at the same instant, one may lose its new
/// pair, and then creates another when it needs it.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    /// Held from reading the file until it is replaced.
    writing: Mutex<()>,
}

impl FileStore {
    /// Creates a store in this file, which is read when it is needed.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), writing: Mutex::default() }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(&self) -> Result<Entries, BoxError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Entries::new()),
            Err(error) => return Err(self.at(error)),
        };
        check(&file).map_err(|error| self.at(error))?;
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(|error| self.at(error))?;
        parse(&text).map_err(|error| self.at(error))
    }

    fn write(&self, entries: &Entries) -> Result<(), BoxError> {
        replace(&self.path, &written(entries)).map_err(|error| self.at(error))
    }

    fn at(&self, error: impl fmt::Display) -> BoxError {
        format!("{}: {error}", self.path.display()).into()
    }
}

impl KeyPairStore for FileStore {
    fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, BoxError> {
        Ok(self.read()?.remove(key))
    }

    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries = self.read()?;
        entries.insert(key.clone(), pair.clone());
        self.write(&entries)
    }

    fn remove(&self, key: &KeyPairId) -> Result<(), BoxError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries = self.read()?;
        match entries.remove(key) {
            Some(_) => self.write(&entries),
            None => Ok(()),
        }
    }
}

type Entries = BTreeMap<KeyPairId, KeyPair>;

/// Reads the whole file or nothing: the next change would lose what is not understood.
fn parse(text: &str) -> Result<Entries, String> {
    let mut json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if json["pydio_key_pairs"] != FORMAT {
        return Err(
            "this is not a file of key pairs, or it was written by a later version".to_owned()
        );
    }
    let Json::Array(entries) = json["pairs"].take() else {
        return Err("`pairs` is not a list".to_owned());
    };
    let entries = entries.into_iter().enumerate().map(|(index, mut entry)| {
        let mut text = |name: &str| match entry.get_mut(name).map(Json::take) {
            Some(Json::String(text)) => Ok(text),
            _ => Err(format!("`pairs[{index}].{name}` is not text")),
        };
        let key = KeyPairId::new(text("server")?, text("login")?, text("device")?);
        Ok((key, KeyPair::new(text("token")?, text("secret")?)))
    });
    entries.collect()
}

fn written(entries: &Entries) -> Zeroizing<String> {
    let pairs: Vec<Json> = entries
        .iter()
        .map(|(key, pair)| {
            json!({
                "server": key.server(),
                "login": key.login(),
                "device": key.device(),
                "token": pair.token(),
                "secret": pair.secret().expose_secret(),
            })
        })
        .collect();
    let mut json = json!({ "pydio_key_pairs": FORMAT, "pairs": pairs });
    let text = Zeroizing::new(format!("{json:#}\n"));
    wipe(&mut json);
    text
}

fn wipe(json: &mut Json) {
    match json {
        Json::String(text) => text.zeroize(),
        Json::Array(items) => items.iter_mut().for_each(wipe),
        Json::Object(fields) => fields.values_mut().for_each(wipe),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Replaces the old file by a new one; a link still leads to it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = beside(&path)?;
    let mut file = private(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    let replaced = written.and_then(|()| fs::rename(&beside, &path));
    if replaced.is_err() {
        // The original error is returned; an error about the leftover file would hide it.
        let _ = fs::remove_file(&beside);
    }
    replaced
}

/// Returns a name in the same folder that nothing else uses.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not the name of a file"));
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    let random = getrandom::u64().map_err(io::Error::other)?;
    hidden.push(format!(".{random:016x}"));
    Ok(path.with_file_name(hidden))
}

/// Creates a file that no other user may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Refuses anything that is not a file, and a file that others could read.
fn check(file: &File) -> Result<(), String> {
    let metadata = file.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("this is not a file".to_owned());
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!(
                "other users may read the key pairs in it (its permissions are {mode:o}); set \
                 them to 600 (`chmod 600`), and revoke the pairs if somebody has read them"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
