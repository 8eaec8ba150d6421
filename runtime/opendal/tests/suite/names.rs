//! Names that the server keeps, and those that it does not.

use opendal_core::ErrorKind;
use pydio_test_server::ALICE;

use crate::server::{ROOT, WORKSPACE, content, kind, operator, paths, put, start};

#[tokio::test]
async fn odd_names_come_back_as_they_were() {
    let (server, files) = start().await;
    let names = [
        "sp ace",
        "ünï-漢字",
        "per%cent",
        "lit%20eral",
        "plus+sign",
        "hash#1",
        "amp&and",
        "semi;",
        "apo'strophe",
        "til~de",
        "eq=ual",
        "at@:",
        "[br]{cu}",
        "a!*$^`",
        "lt<gt>",
        "dots..",
        "%23",
    ];
    for name in names {
        let path = format!("d {name}/{name}.txt");
        files.write(&path, name).await.unwrap();
        assert_eq!(content(&server, &path).unwrap(), name.as_bytes());
        assert_eq!(files.read(&path).await.unwrap().to_vec(), name.as_bytes());
        assert_eq!(files.stat(&path).await.unwrap().content_length(), name.len() as u64);
        let copy = format!("copies/{name}");
        files.copy(&path, &copy).await.unwrap();
        files.rename(&copy, &format!("renamed/{name}")).await.unwrap();
    }
    let mut expected: Vec<_> = names.iter().map(|name| format!("renamed/{name}")).collect();
    expected.push("renamed/".to_owned());
    expected.sort();
    assert_eq!(paths(&files, "renamed/").await, expected);
    for name in names {
        files.delete(&format!("renamed/{name}")).await.unwrap();
    }
    assert_eq!(paths(&files, "renamed/").await, ["renamed/"]);
}

#[tokio::test]
async fn a_name_that_the_server_cuts_is_refused_by_every_operation() {
    let (server, files) = start().await;
    put(&server, "with", "another file");
    put(&server, "f", "1");
    server.clear();
    for path in ["with?question", "with?/f", "a\"b", "a|b", "a\\b", "a\u{7}b"] {
        let folder = format!("{path}/");
        let errors = [
            kind(files.write(path, "x").await),
            kind(files.write_with(path, "x").append(true).await),
            kind(files.read(path).await),
            kind(files.stat(path).await),
            kind(files.delete(path).await),
            kind(files.create_dir(&folder).await),
            kind(files.list(&folder).await),
            kind(files.copy("f", path).await),
            kind(files.rename(path, "f2").await),
        ];
        assert_eq!(errors, [ErrorKind::Unsupported; 9], "{path:?}");
    }
    assert!(server.seen().is_empty());
    assert_eq!(content(&server, "with").unwrap(), b"another file");
}

/// The listing has the name; the operations say why they cannot reach it.
#[tokio::test]
async fn a_name_with_a_question_mark_is_listed() {
    let (server, files) = start().await;
    put(&server, "d/with?question.txt", "1");
    put(&server, "d/with", "2");
    put(&server, "d/?first", "3");
    let paths = paths(&files, "d/").await;
    assert_eq!(paths, ["d/", "d/?first", "d/with", "d/with?question.txt"]);
    assert_eq!(kind(files.read(&paths[1]).await), ErrorKind::Unsupported);
    assert_eq!(kind(files.read(&paths[3]).await), ErrorKind::Unsupported);
}

/// The server would store it under another name, and replace the file that has that name.
#[tokio::test]
async fn a_name_in_another_normalization_form_is_not_written() {
    let (server, files) = start().await;
    put(&server, "\u{e9}", "composed");
    put(&server, "e\u{301}2", "decomposed");
    assert_eq!(kind(files.write("e\u{301}", "x").await), ErrorKind::Unsupported);
    assert_eq!(content(&server, "\u{e9}").unwrap(), b"composed");
    assert_eq!(files.read("e\u{301}2").await.unwrap().to_vec(), b"decomposed");
}

#[tokio::test]
async fn names_that_the_server_refuses_are_unsupported() {
    let (_server, files) = start().await;
    for path in ["a&amp;b", "<script>", ".hidden"] {
        assert_eq!(kind(files.write(path, "x").await), ErrorKind::Unsupported, "{path}");
    }
    assert_eq!(paths(&files, "/").await, ["/"]);
}

#[tokio::test]
async fn everything_is_below_the_root() {
    let (server, _) = start().await;
    for (root, folder) in [("", ""), ("/", ""), ("r", "/r"), ("/r 2/é/", "/r 2/é")] {
        let files = operator(&server, &ALICE, WORKSPACE, root);
        files.write("dir/f", root).await.unwrap();
        assert_eq!(server.content(WORKSPACE, &format!("{folder}/dir/f")).unwrap(), root.as_bytes(),);
        let info = files.info();
        assert_eq!((info.scheme(), &*info.name()), ("pydio", WORKSPACE));
    }
    let above = operator(&server, &ALICE, WORKSPACE, ROOT);
    server.put(WORKSPACE, "/secret", "1");
    for path in ["../secret", "x/../../../secret"] {
        assert!(above.read(path).await.is_err(), "{path}");
    }
}
