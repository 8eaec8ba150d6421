//! Typical uses of the program.

use std::fs;

use pydio_client::Json;
use pydio_tests::{ADMIN, ALICE};

use crate::support::{Place, finish, program};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn a_folder_is_listed_in_lines_and_as_json() {
    let place = Place::new().await;
    place.server.put("my-files/alice", "/photos/a.txt", "hello");
    place.server.folder("my-files/alice", "/photos/b\tc");
    let listed = place.run(&["v1", "access.fs", "ls", "/photos", "--options", "al"]).await;
    let lines: Vec<Vec<&str>> = listed.done().lines().map(|l| l.split('\t').collect()).collect();
    assert_eq!(lines.len(), 2, "{listed:?}");
    assert_eq!(lines[0][..3], ["/photos/b\\tc", "folder", "0"]);
    assert_eq!(lines[1][..3], ["/photos/a.txt", "file", "5"]);
    assert!(lines[1][3].ends_with('Z') && lines[1][3].len() == 20, "{listed:?}");

    let listed = place.run(&["v1", "access.fs", "ls", "/photos", "--json"]).await;
    let listed = json(listed.done());
    assert_eq!(listed["folder"]["path"], "/photos");
    assert_eq!(listed["nodes"][1]["attributes"]["bytesize"], "5");
    // Read actions may omit the folder, and use the root.
    let root = place.run(&["--json", "v1", "access.fs", "ls"]).await;
    assert_eq!(json(root.done())["folder"]["path"], "/");
}

#[tokio::test]
async fn folders_are_created_and_nodes_deleted() {
    let place = Place::new().await;
    let made = place.run(&["v1", "access.fs", "mkdir", "/a b/é+%", "--recursive"]).await;
    assert!(made.done().starts_with("added\t/a b"), "{made:?}");
    assert!(made.err.contains("created"), "{made:?}");
    assert!(place.server.has("my-files/alice", "/a b/é+%"));
    place.server.put("my-files/alice", "/x", "");
    place.server.put("my-files/alice", "/y", "");
    let gone = place.run(&["v1", "access.fs", "delete", "/x", "/y"]).await;
    assert!(gone.done().contains("/recycle_bin/x") && gone.out.contains("/recycle_bin/y"));
    assert!(!place.server.has("my-files/alice", "/x") && !place.server.has("my-files/alice", "/y"));
}

#[tokio::test]
async fn files_are_uploaded_and_downloaded() {
    let place = Place::new().await;
    let sent = place.file("a.txt", "hello");
    let up = place.run(&["v1", "access.fs", "upload", "/", &sent]).await;
    assert_eq!(up.done(), "/a.txt\n");
    let named = ["v1", "access.fs", "upload", "/", "-", "--urlencoded_filename", "b c.txt"];
    let up = finish(place.command(&ALICE, &named), "from a pipe").await;
    assert_eq!(up.done(), "/b c.txt\n");
    assert_eq!(place.server.content("my-files/alice", "/b c.txt").unwrap(), b"from a pipe");

    let down = ["v1", "access.fs", "download", "/a.txt"];
    assert_eq!(place.run(&down).await.done(), "hello");
    let to_file = [&down[..], &["-o", "copy.txt"]].concat();
    place.run(&to_file).await.done();
    assert_eq!(place.read("copy.txt"), "hello");
    let left = fs::read_dir(place.path("")).unwrap().count();
    assert_eq!(left, 2, "nothing but what was sent and what came");

    fs::write(place.path("copy.txt"), "mine").unwrap();
    let before = place.server.seen().len();
    let refused = place.run(&to_file).await;
    assert!(refused.failed(1).contains("copy.txt already exists"));
    assert_eq!((place.read("copy.txt"), place.server.seen().len()), ("mine".to_owned(), before));
    place.run(&[&to_file[..], &["--force"]].concat()).await.done();
    assert_eq!(place.read("copy.txt"), "hello");
}

#[tokio::test]
async fn an_operation_is_called_by_its_name() {
    let place = Place::new().await;
    place.server.put("my-files/alice", "/docs/a.txt", "hello");
    let infos = ["v2", "file", "getNodeInfos", "my-files", "/docs", "--children", "df"];
    let infos = place.run(&infos).await;
    assert!(json(infos.done())["data"]["children"]["/docs/a.txt"].is_object(), "{infos:?}");
    let sent = place.file("b.txt", "streamed");
    let up = place.run(&["v2", "file", "uploadStream", "my-files", "/docs/b.txt", &sent]).await;
    up.done();
    assert_eq!(place.server.content("my-files/alice", "/docs/b.txt").unwrap(), b"streamed");
    let down = place.run(&["v2", "file", "download", "my-files", "/docs/b.txt"]).await;
    assert_eq!(down.done(), "streamed");
}

#[tokio::test]
async fn an_administrator_creates_users() {
    let place = Place::new().await;
    place.file("secret", "s3cr3t-of-bert\nand no more");
    let made = ["-w", "settings", "v1", "access.ajxp_conf", "create_user", "bert"];
    let made = [&made[..], &["--new_user_pwd-file", "secret"]].concat();
    place.run_as(&ADMIN, &made).await.done();
    // Login options may follow the call.
    let listed = ["v1", "access.ajxp_conf", "ls", "/data/users", "-w", "settings", "-u", "admin"];
    let mut listed = place.command(&ALICE, &listed);
    listed.env("PYDIO_PASSWORD", ADMIN.password);
    assert!(finish(listed, "").await.done().contains("/data/users/bert"));
    let body = ["--resourceType", "user", "--userPass-file", "-"];
    let made = [&["v2", "provisioning", "createPeople", "/anna"][..], &body].concat();
    finish(place.command(&ADMIN, &made), "s3cr3t-of-anna\n").await.done();
    for login in ["bert", "anna"] {
        let mut who = place.command(&ADMIN, &["v2", "user-account", "userInfo"]);
        who.env("PYDIO_USER", login).env("PYDIO_PASSWORD", format!("s3cr3t-of-{login}"));
        finish(who, "").await.done();
    }
}

#[tokio::test]
async fn a_session_runs_actions_unavailable_over_rest() {
    let place = Place::new().await;
    let registry = ["v1", "conf.sql", "get_xml_registry"];
    let refused = place.run(&registry).await;
    assert!(refused.failed(2).contains("REST does not reach `get_xml_registry`"), "{refused:?}");
    assert!(refused.err.contains("--session"), "{refused:?}");
    assert!(place.server.seen().is_empty());
    let found = place.run(&[&registry[..], &["--session"]].concat()).await;
    assert!(found.done().contains("\"ajxp_registry\""), "{found:?}");
    // The session is closed.
    let last = place.server.last().unwrap();
    assert!(format!("{} {}", last.target, last.text()).contains("logout"), "{last:?}");
    place.server.put("my-files/alice", "/a.txt", "hello");
    let listed = place.run(&["--session", "v1", "access.fs", "ls", "/"]).await;
    assert!(listed.done().contains("/a.txt\tfile"), "{listed:?}");
    let down = place.run(&["--session", "v1", "access.fs", "download", "/a.txt", "-o", "a"]).await;
    down.done();
    assert_eq!(place.read("a"), "hello");
}

#[tokio::test]
async fn a_key_pair_is_created_and_stored() {
    let place = Place::new().await;
    let list = ["--keystore", "pairs.json", "v2", "user-account", "userWorkspaces"];
    place.run(&list).await.done();
    assert_eq!(place.server.key_pairs(), ["alice/pydio-command-line"]);
    let mut without = place.command(&ALICE, &list);
    without.env_remove("PYDIO_PASSWORD");
    finish(without, "").await.done();
    assert_eq!(place.server.key_pairs().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn an_action_runs_on_the_server_itself() {
    let place = Place::new().await;
    let (php, url) = (env!("CARGO_BIN_EXE_php-stand-in"), place.server.url());
    let cmd = format!("{php} --server {url} /srv/pydio/cmd.php");
    let made = place.run(&["--cmd", &cmd, "v1", "access.fs", "mkdir", "/made"]).await;
    made.done();
    let listed = place.run(&["--cmd", &cmd, "v1", "access.fs", "ls", "/"]).await;
    assert!(listed.done().contains("/made\tfolder"), "{listed:?}");
}

#[tokio::test]
async fn commands_are_found_by_search() {
    let found = finish(program(&["list", "recycle", "ACCESS.FS"]), "").await;
    assert!(found.done().contains("v1 access.fs empty_recycle\t"), "{found:?}");
    for arguments in [["list", "getNodeInfos", "--json"], ["--json", "list", "getNodeInfos"]] {
        let found = finish(program(&arguments), "").await;
        assert_eq!(json(found.done())[0]["command"], "v2 file getNodeInfos");
    }
    let none = finish(program(&["list", "no such thing"]), "").await;
    none.failed(1);
    let none = finish(program(&["list", "no such thing", "--json"]), "").await;
    assert_eq!((none.status, &*none.out), (1, "[]\n"));
}
