//! What is uploaded is on the server, byte for byte, or the program says what is not.

use std::{collections::BTreeSet, fs};

use pydio_tests::{
    BOB, Canned, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

use crate::support::{Place, content, files, finish};

fn filled(place: &Place) {
    for n in 0..120 {
        place.write(&format!("here/f{n}.txt"), content(n, 100 + n));
    }
    place.write("here/ünï cödé/日本 +%&#;~'.txt", "x");
    place.write("here/deep/er/empty", "");
    place.write("here/deep/big.bin", content(99, 5_000_000));
    fs::create_dir_all(place.path("here/nothing in it")).unwrap();
}

const ALL: usize = 123;

#[track_caller]
fn assert_there(place: &Place) {
    let own = files(&place.path("here"));
    for (name, bytes) in &own {
        let there = place.server.content("common", &format!("/set/{name}"));
        assert_eq!(there.as_ref(), Some(bytes), "{name}");
    }
}

#[tokio::test]
async fn all_of_it_arrives_and_a_second_run_sends_nothing() {
    let place = Place::new().await;
    filled(&place);
    let run = place.run(&["mirror", "here", "common:/set", "--json"]).await;
    run.done();
    assert_eq!(run.json().pop().unwrap()["summary"]["files"], ALL);
    assert_there(&place);
    // Three looks at checksums and a few of the large file, rather than one for each.
    assert!(place.calls("stat_hash") < 10, "{}", place.calls("stat_hash"));
    place.server.clear();
    let again = place.run(&["mirror", "here", "common:/set"]).await;
    again.done();
    assert!(again.err.contains("files unchanged: 123"), "{again:?}");
    assert_eq!((place.calls("upload"), place.calls("mkdir")), (0, 0));
    place.run(&["check", "here", "common:/set"]).await.done();
}

#[tokio::test]
async fn a_changed_file_of_the_same_size_is_sent_again() {
    let place = Place::new().await;
    filled(&place);
    place.run(&["mirror", "here", "common:/set"]).await.done();
    place.write("here/f7.txt", content(8, 107));
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    run.done();
    assert!(run.err.contains("files: 1,"), "{run:?}");
    assert_there(&place);
}

#[tokio::test]
async fn connections_that_break_cost_no_byte() {
    for fault in [proxy::Fault::Cut, proxy::Fault::CutBefore, proxy::Fault::Swallow] {
        let place = Place::new().await;
        filled(&place);
        let proxy = Proxy::start(&place.server.url()).await.unwrap();
        proxy.plan(vec![Rule { which: Which::Every(4), fault }]);
        let run = place.run_at(proxy.url(), &["mirror", "here", "common:/set"]).await;
        if run.status == Some(0) {
            assert_there(&place);
        } else {
            assert!(run.err.contains("FAILED "), "{run:?}");
        }
        place.run(&["mirror", "here", "common:/set"]).await.done();
        assert_there(&place);
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_named() {
    let place = Place::new().await;
    filled(&place);
    // Bob may only read.
    let arguments = ["mirror", "here", "common:/set", "--json"];
    let run = finish(place.command(&BOB, &place.server.url(), &arguments)).await;
    assert_eq!(run.status, Some(1), "{run:?}");
    assert_eq!(place.server.content("common", "/set/f1.txt"), None);

    place.server.folder("common", "/set");
    let run = finish(place.command(&BOB, &place.server.url(), &arguments)).await;
    assert_eq!(run.status, Some(1), "{run:?}");
    let lines = run.json();
    // Every file, and the three folders.
    assert_eq!(lines.iter().filter(|line| line["problem"].is_string()).count(), ALL + 4);
    assert_eq!(lines.last().unwrap()["complete"], false);
}

fn too_large() -> Canned {
    Canned::new(413, "text/html", "<html>413 Request Entity Too Large</html>")
}

#[tokio::test]
async fn parts_that_are_too_large_for_a_web_server_become_smaller() {
    let place = Place::new().await;
    place.write("here/big.bin", content(7, 5_000_000));
    place.server.fail_action("upload", Fault::Answer(too_large()));
    place.run(&["mirror", "here", "common:/set"]).await.done();
    assert_eq!(place.server.content("common", "/set/big.bin"), Some(content(7, 5_000_000)));
    assert_eq!(place.calls("upload"), 11);

    place.write("here/big.bin", content(8, 5_000_000));
    place.server.fail_action("upload", Fault::Answer(too_large()));
    let run = place.run(&["mirror", "here", "common:/set", "--part-size", "1M"]).await;
    assert!(run.failed(1).contains("HTTP 413"), "{run:?}");
}

#[tokio::test]
async fn a_full_server_is_not_a_success() {
    let place = Place::of(Server::builder(Version::V8_2).quota(2_000_000).start().await.unwrap());
    filled(&place);
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    assert!(run.failed(1).contains("FAILED deep/big.bin: "), "{run:?}");
    assert!(run.err.contains("NOT COMPLETE: 1 failed"), "{run:?}");
}

/// `rclone` over WebDAV reports success for each of these on a real server: PUT on a file that the
/// server cannot write is answered with 204, DELETE by a user who may only read too, and without times
/// and checksums, files of the same size count as the same.
#[tokio::test]
async fn what_webdav_calls_a_success_is_reported() {
    let place = Place::new().await;
    place.write("here/f.bin", content(1, 5000));
    place.write("here/kept.txt", "kept");
    place.run(&["mirror", "here", "common:/set"]).await.done();
    place.write("here/f.bin", content(2, 5000));
    place.server.write_protect("common", "/set/f.bin");
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    let error = run.failed(1);
    assert!(error.contains("FAILED f.bin: ") && error.contains("Permission denied"), "{error}");
    assert!(
        error.contains("NOT COMPLETE: 1 failed; bytes unchanged: 4, files unchanged: 1"),
        "{error}"
    );
    assert_eq!(place.server.content("common", "/set/f.bin"), Some(content(1, 5000)));

    fs::remove_file(place.path("here/kept.txt")).unwrap();
    place.write("here/f.bin", content(1, 5000));
    let arguments = ["mirror", "here", "common:/set", "--delete"];
    let run = finish(place.command(&BOB, &place.server.url(), &arguments)).await;
    assert!(run.failed(1).contains("FAILED kept.txt: "), "{run:?}");
    assert!(place.server.content("common", "/set/kept.txt").is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn a_name_is_stored_as_it_is_or_refused() {
    let place = Place::new().await;
    for name in ["new\nline.txt", ".hidden", "back\\slash", "quo\"te", "a?b", "tail ", "x.php"] {
        place.write(&format!("here/{name}"), name);
    }
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    let refused = run.failed(1).lines().filter(|line| line.starts_with("FAILED ")).count();
    let own = files(&place.path("here"));
    let there = |(name, bytes): &(&String, &Vec<u8>)| {
        place.server.content("common", &format!("/set/{name}")).as_ref() == Some(bytes)
    };
    assert_eq!(own.iter().filter(there).count() + refused, own.len(), "{run:?}");
    assert!(refused > 0, "{run:?}");
    assert!(run.err.contains("it contains a control character"), "{run:?}");
    place.run(&["check", "here", "common:/set"]).await.failed(1);
}

#[cfg(unix)]
#[tokio::test]
async fn links_and_unreadable_files_are_named() {
    let place = Place::new().await;
    place.write("here/a.txt", "a");
    std::os::unix::fs::symlink("a.txt", place.path("here/link")).unwrap();
    let run = place.run(&["mirror", "here", "common:/set", "--delete"]).await;
    let error = run.failed(4);
    assert!(error.contains("FAILED link: it is a symbolic link"), "{error}");
    assert!(error.contains("nothing is deleted"), "{error}");
    assert_eq!(place.server.content("common", "/set/a.txt").as_deref(), Some(&b"a"[..]));
    assert_eq!(place.server.content("common", "/set/link"), None);
}

#[tokio::test]
async fn delete_removes_what_is_only_there() {
    let place = Place::new().await;
    place.write("here/a.txt", "a");
    place.server.put("common", "/set/b.txt", "b");
    place.server.put("common", "/set/old/c.txt", "c");
    place.run(&["mirror", "here", "common:/set"]).await.done();
    assert!(place.server.content("common", "/set/b.txt").is_some());
    let arguments = ["mirror", "here", "common:/set", "--delete", "--dry-run"];
    assert_eq!(place.run(&arguments).await.done(), "delete\tb.txt\ndelete\told\n");
    assert!(place.server.content("common", "/set/b.txt").is_some());
    place.run(&arguments[..4]).await.done();
    assert_eq!(place.server.content("common", "/set/b.txt"), None);
    assert_eq!(place.server.content("common", "/set/old/c.txt"), None);
    assert!(place.server.content("common", "/set/a.txt").is_some());
}

#[tokio::test]
async fn what_was_sent_is_told_from_what_was_not_tried() {
    let place = Place::new().await;
    for n in 0..20 {
        place.write(&format!("here/f{n}.txt"), content(n, 100 + n));
    }
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let rule = |action: &str, fault| Rule { which: Which::Of(None, action.into()), fault };
    let gone = ["/stat_hash/", "/stat/"].map(|action| rule(action, proxy::Fault::Answer(401)));
    let is_lost = rule("/upload/", proxy::Fault::SwallowAs(504));
    // A login that is refused is not repeated, and counts as a server that is gone.
    // It goes away after it has accepted the files, without or with its responses.
    for (lost, start) in [
        (None, "sent, not verified: the server can no"),
        (Some(is_lost), "sent, not verified (the response is lost): the server can no"),
    ] {
        proxy.plan(lost.into_iter().chain(gone.clone()).collect());
        let arguments = ["mirror", "here", "common:/set", "--json"];
        let run = place.run_at(proxy.url(), &arguments).await;
        assert_eq!(run.status, Some(3), "{run:?}");
        let lines = run.json();
        let problems: Vec<_> = lines.iter().filter_map(|line| line["problem"].as_str()).collect();
        assert_eq!(problems.len(), 20, "{run:?}");
        let is_there = |n: &u64| place.server.has("common", &format!("/set/f{n}.txt"));
        let there = (0..20).filter(is_there).count();
        // The server counts as gone after some responses that are lost.
        assert!(if start.contains("lost") { (8..20).contains(&there) } else { there == 20 });
        let of = |start: &str| problems.iter().filter(|text| text.starts_with(start)).count();
        assert_eq!((of("sent, not verified"), of("not tried: ")), (there, 20 - there), "{run:?}");
        assert!(of(start) > 0, "{run:?}");
        assert_eq!(lines.last().unwrap()["summary"]["files sent, not verified"], there);
        place.run(&["mirror", "here", "common:/set"]).await.done();
        assert_there(&place);
        place.run(&["rm", "-r", ":/set"]).await.done();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_read_here_is_named_and_not_sent() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new().await;
    for name in ["closed.txt", "large.bin", "closed/inner.txt", "open.txt"] {
        let length = if name == "large.bin" { 5_000_000 } else { 10 };
        place.write(&format!("here/{name}"), content(1, length));
    }
    place.server.folder("common", "/docs");
    let set_mode = |name: &str, mode| {
        let path = place.path("here").join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for name in ["closed.txt", "large.bin", "closed"] {
        set_mode(name, 0);
    }

    let run = finish(place.restricted(&["cp", "here/closed.txt", ":/docs/"])).await;
    let error = run.failed(4);
    assert!(error.contains("here/closed.txt: Permission denied"), "{error}");
    assert_eq!(place.calls("upload"), 0);

    let run = finish(place.restricted(&["mirror", "here", ":/set", "--delete"])).await;
    let error = run.failed(4);
    for name in ["closed.txt", "large.bin", "closed"] {
        let problem = format!("FAILED {name}: not read: Permission denied");
        assert!(error.contains(&problem), "{error}");
    }
    assert!(error.contains("nothing is deleted"), "{error}");
    assert_eq!(place.calls("upload"), 1);
    assert!(place.server.has("common", "/set/open.txt"));
    set_mode("closed", 0o755);
}

/// The server stores a file under the composed name, which another file may have, and collects parts
/// under the name of the file and `.dlpart`.
#[tokio::test]
async fn files_whose_names_the_server_uses_for_others_are_not_sent() {
    let place = Place::new().await;
    let (composed, separate) = ("caf\u{e9}", "cafe\u{301}");
    place.server.put("common", &format!("/set/{composed}"), "old");
    place.write(&format!("here/{separate}"), "new");
    place.write("here/large", content(1, 5_000_000));
    place.write("here/large.dlpart", "mine");
    place.write("here/small", "s");
    place.write("here/small.dlpart", "s");
    for dry in [["-n"].as_slice(), &[]] {
        let run = place.run(&[&["mirror", "here", "common:/set"], dry].concat()).await;
        let error = run.failed(1);
        assert!(error.contains(&format!("{separate}: it cannot have this name")), "{error}");
        assert!(error.contains("large.dlpart: it cannot have this name"), "{error}");
        assert!(error.contains("files: 3"), "{error}");
    }
    let run = place.run(&["cp", &format!("here/{separate}"), "common:/set/"]).await;
    assert!(run.failed(1).contains("cannot be created"), "{run:?}");
    assert_eq!(place.server.content("common", &format!("/set/{composed}")).unwrap(), b"old");
    assert!(!place.server.has("common", "/set/large.dlpart"));
    assert!(place.server.has("common", "/set/small.dlpart"));
}

#[tokio::test]
async fn a_local_folder_does_not_go_to_the_recycle_bin() {
    let place = Place::new().await;
    place.server.put("common", "/recycle_bin/a.txt", "kept");
    place.write("here/recycle_bin/a.txt", "other");
    place.write("here/b.txt", "b");
    for dry in [["-n"].as_slice(), &[]] {
        let run = place.run(&[&["mirror", "here", "common:/"], dry].concat()).await;
        assert!(run.failed(1).contains("the server has its recycle bin"), "{run:?}");
    }
    assert_eq!(place.server.content("common", "/recycle_bin/a.txt").unwrap(), b"kept");
    assert!(place.server.has("common", "/b.txt"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_whose_size_is_unknown_is_not_sent_empty() {
    let place = Place::new().await;
    let run = place.run(&["cp", "/proc/self/status", "common:/"]).await;
    assert!(run.status != Some(0) && run.err.contains("its size is reported as 0"), "{run:?}");
    assert!(!place.server.has("common", "/status"));
}

/// What a run reports as failed, a dry run reports before.
#[tokio::test]
async fn a_dry_run_foresees_what_the_server_refuses() {
    let place = Place::new().await;
    let (refused, taken) = (
        [
            ".hidden",
            "a|b",
            "a?",
            "quote\"s",
            " space",
            "a&lt;b",
            "back\\slash",
            ".folder/in",
            "...",
            "data:x",
            "&copy;",
            "&#65;",
            "a?b/in",
        ],
        [
            "a'b",
            "a&b",
            "a;b",
            "a<b>c",
            "a%41",
            "space ",
            "a&b;c d",
            "a.b",
            "+",
            "é:*",
            " folder/in",
        ],
    );
    for name in refused.iter().chain(&taken) {
        place.write(&format!("here/{name}"), "x");
    }
    let failing = |err: &str, word: &str| -> BTreeSet<String> {
        let named = |line: &str| Some(line.strip_prefix(word)?.split_once(": ")?.0.to_owned());
        err.lines().filter_map(named).collect()
    };
    let dry = place.run(&["mirror", "here", "common:/set", "-n"]).await;
    let error = dry.failed(1);
    assert!(error.contains("WOULD FAIL a|b: the server refuses the name: it contains"), "{error}");
    let foreseen = failing(error, "WOULD FAIL ");
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    assert_eq!(failing(run.failed(1), "FAILED "), foreseen);
    // The files, and two folders.
    assert_eq!(foreseen.len(), refused.len() + 2, "{foreseen:?}");
    for name in taken {
        assert!(place.server.has("common", &format!("/set/{name}")), "{name}");
    }
    let dry = ["mirror", "here", "common:/other", "-n"];
    let dry = finish(place.command(&BOB, &place.server.url(), &dry)).await;
    assert!(dry.failed(1).contains("this user may not write to `common`"), "{dry:?}");
}

/// Nothing shows whether an interrupted upload or somebody left it.
#[tokio::test]
async fn a_file_where_the_server_collects_parts_is_renamed() {
    let place = Place::new().await;
    place.write("here/large", content(1, 5_000_000));
    place.server.put("common", "/set/large.dlpart", "somebody's");
    place.server.put("common", "/set/large.dlpart-1", "theirs too");
    let mirror = ["mirror", "here", "common:/set", "--part-size", "1M"];
    let run = place.run(&mirror).await;
    run.done();
    let warning = "the file that had this name, of another upload or of somebody, is \
                   /set/large.dlpart-2 now";
    assert!(run.err.contains(warning), "{run:?}");
    let there = |name: &str| place.server.content("common", &format!("/set/{name}"));
    assert_eq!(there("large.dlpart-1").unwrap(), b"theirs too");
    assert_eq!(there("large.dlpart-2").unwrap(), b"somebody's");
    assert_eq!(there("large").unwrap(), content(1, 5_000_000));
    assert_eq!(there("large.dlpart"), None);

    // A folder is left alone, and the server refuses to write there.
    place.write("here/large", content(2, 6_000_000));
    place.server.put("common", "/set/large.dlpart/theirs", "theirs");
    let run = place.run(&mirror).await;
    assert!(run.failed(1).contains("Is a directory"), "{run:?}");
    assert_eq!(there("large.dlpart/theirs").unwrap(), b"theirs");
    assert_eq!(there("large").unwrap(), content(1, 5_000_000));
}
