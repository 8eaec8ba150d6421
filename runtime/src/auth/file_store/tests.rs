//! The content of the file, who may read it, and that nothing in it is lost.

use std::{fs, path::PathBuf};

use super::FileStore;
use crate::{
    keystore::{KeyPair, KeyPairId, KeyPairStore as _},
    testing::SECRET,
};

/// A temporary folder.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("pydio-runtime-{name}-{:016x}", getrandom::u64().unwrap());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn store(&self) -> FileStore {
        FileStore::new(self.file())
    }

    fn file(&self) -> PathBuf {
        self.0.join("pairs.json")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key(login: &str, device: &str) -> KeyPairId {
    KeyPairId::new("https://pydio.test/", login, device)
}

fn pair(token: &str) -> KeyPair {
    KeyPair::new(token, SECRET)
}

fn token(store: &FileStore, key: &KeyPairId) -> Option<String> {
    store.load(key).unwrap().map(|pair| pair.token().to_owned())
}

#[test]
fn a_missing_file_is_empty() {
    let folder = Folder::new("absent");
    let store = folder.store();
    assert_eq!(token(&store, &key("alice", "d")), None);
    store.remove(&key("alice", "d")).unwrap();
    assert!(folder.names().is_empty());
}

#[test]
fn pairs_of_several_users_devices_and_servers_are_kept_apart() {
    let folder = Folder::new("several");
    let store = folder.store();
    let other = KeyPairId::new("https://other.test/", "alice", "d");
    for (key, name) in [
        (key("alice", "d"), "1"),
        (key("alice", "e"), "2"),
        (key("bob", "d"), "3"),
        (other.clone(), "4"),
        (key("alice", "d"), "5"),
    ] {
        store.save(&key, &pair(name)).unwrap();
    }
    // Another program sees the same pair.
    let store = folder.store();
    assert_eq!(token(&store, &key("alice", "d")).as_deref(), Some("5"));
    assert_eq!(token(&store, &key("alice", "e")).as_deref(), Some("2"));
    assert_eq!(token(&store, &other).as_deref(), Some("4"));
    assert!(store.load(&other).unwrap().unwrap().is(&pair("4")));
    store.remove(&key("alice", "d")).unwrap();
    assert_eq!(token(&store, &key("alice", "d")), None);
    assert_eq!(token(&store, &key("bob", "d")).as_deref(), Some("3"));
    assert_eq!(folder.names(), ["pairs.json"]);
}

#[test]
fn the_file_is_json_in_a_fixed_order() {
    let folder = Folder::new("format");
    let store = folder.store();
    store.save(&key("bob", "d"), &KeyPair::new("t2", "p2")).unwrap();
    store.save(&key("alice", "é\"d"), &KeyPair::new("t1", "p1")).unwrap();
    let text = fs::read_to_string(folder.file()).unwrap();
    let json: crate::Json = serde_json::from_str(&text).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"pydio_key_pairs": 1, "pairs": [
            {"server": "https://pydio.test/", "login": "alice", "device": "é\"d", "token": "t1",
             "secret": "p1"},
            {"server": "https://pydio.test/", "login": "bob", "device": "d", "token": "t2",
             "secret": "p2"},
        ]})
    );
}

#[test]
fn a_file_that_is_not_understood_is_not_changed() {
    for text in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"pydio_key_pairs": 2, "pairs": []}"#,
        r#"{"pydio_key_pairs": 1}"#,
        r#"{"pydio_key_pairs": 1, "pairs": {}}"#,
        r#"{"pydio_key_pairs": 1, "pairs": [1]}"#,
        r#"{"pydio_key_pairs": 1, "pairs": [{"server": "s3cr3t-marker", "login": 1}]}"#,
        "\u{0}\u{1}",
    ] {
        let folder = Folder::new("odd");
        let store = folder.store();
        fs::write(folder.file(), text).unwrap();
        private(&folder);
        for result in [
            store.load(&key("a", "d")).map(drop),
            store.save(&key("a", "d"), &pair("t")),
            store.remove(&key("a", "d")),
        ] {
            let shown = format!("{:?}", result.unwrap_err());
            assert!(shown.contains("pairs.json: "), "{shown}");
            assert!(!shown.contains(SECRET), "{shown}");
        }
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), text);
    }
}

#[cfg(unix)]
fn private(folder: &Folder) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Folder) {}

#[test]
fn a_missing_folder_is_reported() {
    let folder = Folder::new("nowhere");
    let store = FileStore::new(folder.0.join("absent/pairs.json"));
    assert!(store.load(&key("a", "d")).unwrap().is_none());
    let error = store.save(&key("a", "d"), &pair("t")).unwrap_err().to_string();
    assert!(error.contains("absent/pairs.json: "), "{error}");
    let error = FileStore::new("/..").save(&key("a", "d"), &pair("t")).unwrap_err();
    assert!(!error.to_string().contains(SECRET), "{error}");
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::{Folder, key, pair, token};
    use crate::keystore::{FileStore, KeyPairStore as _};

    fn mode(folder: &Folder) -> u32 {
        fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_may_read_it() {
        let folder = Folder::new("mode");
        let store = folder.store();
        store.save(&key("a", "d"), &pair("1")).unwrap();
        assert_eq!(mode(&folder), 0o600);
        store.save(&key("a", "d"), &pair("2")).unwrap();
        assert_eq!(mode(&folder), 0o600);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_advice() {
        for mode in [0o644, 0o640, 0o604, 0o660, 0o601] {
            let folder = Folder::new("open");
            let store = folder.store();
            store.save(&key("a", "d"), &pair("1")).unwrap();
            fs::set_permissions(folder.file(), Permissions::from_mode(mode)).unwrap();
            for error in [
                store.load(&key("a", "d")).map(drop).unwrap_err(),
                store.save(&key("a", "d"), &pair("2")).unwrap_err(),
            ] {
                let error = error.to_string();
                assert!(error.contains(&format!("{mode:o}")), "{error}");
                assert!(error.contains("chmod 600"), "{error}");
            }
            fs::set_permissions(folder.file(), Permissions::from_mode(0o400)).unwrap();
            assert_eq!(token(&store, &key("a", "d")).as_deref(), Some("1"));
        }
    }

    #[test]
    fn a_link_stays_one() {
        let folder = Folder::new("link");
        let link = folder.0.join("link.json");
        folder.store().save(&key("a", "d"), &pair("1")).unwrap();
        symlink(folder.file(), &link).unwrap();
        FileStore::new(&link).save(&key("a", "d"), &pair("2")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(token(&folder.store(), &key("a", "d")).as_deref(), Some("2"));
    }

    #[test]
    fn a_folder_in_its_place_is_reported() {
        let folder = Folder::new("folder");
        let error = FileStore::new(&folder.0).load(&key("a", "d")).unwrap_err().to_string();
        assert!(error.ends_with("this is not a file"), "{error}");
    }
}
