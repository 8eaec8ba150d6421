//! The folder for incomplete files: only what the program wrote is removed, and what is skipped is
//! named.

use std::fs;

use crate::support::{Place, files};

const OWN: [&str; 4] = [
    "0cc175b9c0f1b6a831c399e269772661",
    "0cc175b9c0f1b6a831c399e269772661.part",
    "0cc175b9c0f1b6a831c399e269772661.part.version",
    "pydio-probe-aB3xyz/case-a",
];

#[tokio::test]
async fn a_download_removes_only_what_downloads_wrote() {
    let place = Place::new().await;
    place.server.put("common", "/set/a.txt", "a");
    for name in OWN {
        place.write(&format!("here/.pydio-partial/{name}"), "left by a run that was killed");
    }
    place.run(&["mirror", "common:/set", "here"]).await.done();
    assert_eq!(files(&place.path("here")).into_keys().collect::<Vec<_>>(), ["a.txt"]);
    assert!(!place.path("here/.pydio-partial").exists());

    for name in OWN.into_iter().chain(["lock", "folder/mine.txt", "0cc175.part"]) {
        place.write(&format!("here/.pydio-partial/{name}"), "mine");
    }
    let run = place.run(&["mirror", "common:/set", "here", "--delete"]).await;
    run.done();
    let note = "skipped: .pydio-partial: it contains `0cc175.part`, `folder`, `lock`, which";
    assert!(run.err.contains(note), "{run:?}");
    let kept: Vec<_> = files(&place.path("here/.pydio-partial")).into_keys().collect();
    assert_eq!(kept, ["0cc175.part", "folder/mine.txt", "lock"]);
}

#[tokio::test]
async fn what_an_upload_skips_is_named() {
    let place = Place::new().await;
    place.write("here/a.txt", "a");
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    assert!(!run.err.contains("skipped"), "{run:?}");
    place.write(&format!("here/.pydio-partial/{}", OWN[0]), "incomplete");
    for (name, note) in [
        (OWN[1], "incomplete files of a mirror to this folder"),
        ("mine.txt", "the folder for incomplete files also contains `mine.txt`"),
    ] {
        place.write(&format!("here/.pydio-partial/{name}"), "x");
        for command in ["mirror", "check"] {
            let run = place.run(&[command, "here", "common:/set", "--json"]).await;
            run.done();
            let left_out = run.json().pop().unwrap()["left_out"].to_string();
            assert!(left_out.contains(note), "{command} {left_out}");
        }
    }
    // A file of that name is one like any other; the server takes no hidden names.
    fs::remove_dir_all(place.path("here/.pydio-partial")).unwrap();
    place.write("here/.pydio-partial", "mine");
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    assert!(run.failed(1).contains("FAILED .pydio-partial: "), "{run:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_another_folder_is_not_written_to() {
    let place = Place::new().await;
    place.server.put("common", "/set/a.txt", "a");
    place.write("outside/lock", "mine");
    fs::create_dir(place.path("here")).unwrap();
    std::os::unix::fs::symlink(place.path("outside"), place.path("here/.pydio-partial")).unwrap();
    let run = place.run(&["mirror", "common:/set", "here"]).await;
    assert!(run.failed(2).contains(".pydio-partial is a symbolic link"), "{run:?}");
    assert_eq!(fs::read(place.path("outside/lock")).unwrap(), b"mine");
}
