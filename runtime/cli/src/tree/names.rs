//! Names that a local file system can take, and names that it takes for one another.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io,
    path::Path,
};

/// Returns why a name of the server cannot be the name of a file here; `None` if it can.
pub(crate) fn local_name(name: &str) -> Option<&'static str> {
    let is_reserved = cfg!(windows) && is_reserved_on_windows(name);
    match name {
        "" | "." | ".." => Some("it would lead out of its folder"),
        _ if name.contains(['/', '\0']) => Some("it contains `/` or NUL"),
        _ if name.contains('\\') && cfg!(windows) => Some("it contains `\\`"),
        _ if is_reserved => Some("Windows has no files of this name"),
        _ => None,
    }
}

/// Returns why a local name cannot be used on the server; `None` if it can, or if the server refuses
/// it.
pub(crate) fn server_name(name: &str) -> Option<&'static str> {
    // The server stores it, but no call reaches it afterwards, not even to verify the upload.
    let is_unroutable = name.contains(|c: char| c.is_ascii_control());
    is_unroutable.then_some("it contains a control character")
}

/// Returns why a local file cannot have its name on the server: an upload composes letters and accents
/// (NFC), and would replace the file that has this other name. Folders keep their names.
pub(crate) fn server_file_name(name: &str) -> Option<&'static str> {
    let is_composed = unicode_normalization::is_nfc(name);
    let why = "its accents are separate characters (NFD), which the server combines; rename it";
    server_name(name).or((!is_composed).then_some(why))
}

/// Returns why a server would refuse to create a node of this name; `None` if it would probably create
/// it. Whether names that begin with a dot are refused is a setting of the workspace. Tried on 8.2.5
/// and 7.0.4.
pub(crate) fn name_to_refuse(name: &str) -> Option<&'static str> {
    /// Of most file systems, in bytes.
    const LONGEST: usize = 255;
    // The server decodes those of HTML 4, of which the shortest has two letters.
    let is_entity = |rest: &str| {
        let entity = rest.split_once(';').map_or("", |(entity, _)| entity);
        let is_number = entity.starts_with('#');
        let is_name = entity.len() > 1 && entity.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_number || is_name || rest.starts_with("#x")
    };
    const SCRIPTS: [&str; 5] = ["<script", "javascript:", "vbscript:", "data:", "feed:"];
    let lower = name.to_ascii_lowercase();
    match name {
        _ if name.contains(['"', '?', '|', '\\']) => Some("it contains `\"`, `?`, `|` or `\\`"),
        _ if name.split('&').skip(1).any(is_entity) => {
            Some("it contains an HTML entity such as `&lt;`")
        }
        _ if SCRIPTS.iter().any(|script| lower.contains(script)) => {
            Some("it contains `<script`, `javascript:`, `vbscript:`, `data:` or `feed:`")
        }
        _ if name.starts_with('.') => {
            Some("it begins with a dot, and such files are usually hidden")
        }
        _ if name.len() > LONGEST => Some("it is longer than 255 bytes"),
        _ => None,
    }
}

/// Returns the same for the name of a file: folders may begin with a space.
pub(crate) fn file_name_to_refuse(name: &str) -> Option<&'static str> {
    name_to_refuse(name).or(name.starts_with(' ').then_some("it begins with a space"))
}

fn is_reserved_on_windows(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_device = matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL")
        || stem.strip_prefix("COM").or(stem.strip_prefix("LPT")).is_some_and(|number| {
            number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit())
        });
    is_device || name.ends_with(['.', ' ']) || name.contains(['<', '>', ':', '"', '|', '?', '*'])
}

/// Names the first few, and how many more there are.
pub(crate) fn few(names: impl ExactSizeIterator<Item = String>) -> String {
    const MOST: usize = 3;
    let more = names.len().saturating_sub(MOST);
    let first = names.take(MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match more {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Whether a file system distinguishes all names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    Exact,
    /// It does not distinguish some names: those that differ in case, or in how a letter with an
    /// accent is composed.
    Folding,
}

impl Namespace {
    /// Finds out by creating files in an empty folder.
    pub(crate) fn probe(folder: &Path) -> io::Result<Self> {
        let mut taken = false;
        for pair in [["case-a", "CASE-A"], ["accent-\u{e9}", "accent-e\u{301}"]] {
            taken |= !collisions(pair, |name| create(folder, name))?.is_empty();
            for name in pair {
                remove(folder, name)?;
            }
        }
        Ok(if taken { Self::Folding } else { Self::Exact })
    }

    /// Returns those names of one folder that this file system cannot distinguish, given an empty
    /// folder on it.
    pub(crate) fn collisions<'n>(
        self,
        names: &[&'n str],
        folder: &Path,
    ) -> io::Result<Vec<&'n str>> {
        if self == Self::Exact {
            return Ok(Vec::new());
        }
        let found = collisions(names.iter().copied(), |name| create(folder, name));
        names.iter().try_for_each(|name| remove(folder, name))?;
        found
    }
}

/// Returns the names for which another one is found. `create` returns what was found under the name:
/// the name by which it was created first.
fn collisions<'n>(
    names: impl IntoIterator<Item = &'n str>,
    mut create: impl FnMut(&'n str) -> io::Result<Option<String>>,
) -> io::Result<Vec<&'n str>> {
    let mut first: BTreeMap<&'n str, bool> = BTreeMap::new();
    let mut taken = Vec::new();
    for name in names {
        let found = create(name)?;
        first.insert(name, false);
        if let Some(other) = found {
            taken.push(name);
            if let Some((_, is_twin)) = first.iter_mut().find(|(name, _)| ***name == *other) {
                *is_twin = true;
            }
        }
    }
    taken.extend(first.into_iter().filter(|(_, is_twin)| *is_twin).map(|(name, _)| name));
    Ok(taken)
}

/// Creates a file that contains its name. Returns the content of the one that is there instead.
fn create(folder: &Path, name: &str) -> io::Result<Option<String>> {
    let path = folder.join(name);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => io::Write::write_all(&mut file, name.as_bytes()).map(|()| None),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map(Some)
        }
        // The file itself will fail for the same reason, and say so.
        Err(_) => Ok(None),
    }
}

fn remove(folder: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Namespace, collisions, is_reserved_on_windows, local_name};

    #[test]
    fn names_that_a_file_system_folds_are_all_found() {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let create = |name: &str| match files.get(&name.to_lowercase()) {
            Some(other) => Ok(Some(other.clone())),
            None => Ok(files.insert(name.to_lowercase(), name.to_owned())),
        };
        let names = ["README", "Readme", "a", "b", "readme", "B"];
        let mut found = collisions(names, create).unwrap();
        found.sort_unstable();
        assert_eq!(found, ["B", "README", "Readme", "b", "readme"]);
    }

    #[test]
    fn a_file_system_that_tells_names_apart_has_no_collisions() {
        let folder = tempfile::tempdir().unwrap();
        let namespace = Namespace::probe(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let found = Namespace::Folding.collisions(&["a", "b", "c"], folder.path()).unwrap();
        assert_eq!(found, [""; 0]);
        if cfg!(target_os = "linux") {
            assert_eq!(namespace, Namespace::Exact);
        }
    }

    #[test]
    fn a_name_never_leads_out_of_its_folder() {
        for name in ["", ".", "..", "a/b", "/etc", "a\0"] {
            assert!(local_name(name).is_some(), "{name:?}");
        }
        assert_eq!(local_name("..."), None);
        for name in ["con", "NUL.txt", "com1", "a.", "a:b"] {
            assert!(is_reserved_on_windows(name), "{name}");
        }
        assert!(!is_reserved_on_windows("common.txt"));
    }
}
