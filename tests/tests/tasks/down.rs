//! A mirror of the server is whole, or the program says what is missing.

use std::{
    fs,
    time::{Duration, Instant},
};

use pydio_tests::{
    ALICE, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

use crate::support::{Place, content, files};

/// Fills a folder: several pages, names in Unicode, an empty file, and one above the size that is held
/// in memory.
async fn filled() -> Place {
    let place = Place::of(Server::builder(Version::V8_2).pages(6, 5).start().await.unwrap());
    for n in 0..23 {
        place.server.put("common", &format!("/set/f{n}.txt"), content(n, 100 + n));
        place.server.put("common", &format!("/set/ünï cödé/日本 {n} +%&#;~'.txt"), content(n, n));
    }
    place.server.put("common", "/set/deep/er/empty", "");
    place.server.put("common", "/set/deep/big.bin", content(99, 5_000_000));
    place.server.folder("common", "/set/nothing in it");
    place
}

fn expected() -> usize {
    2 * 23 + 2
}

#[tokio::test]
async fn a_mirror_has_every_byte_and_a_second_run_fetches_none() {
    let place = filled().await;
    let run = place.run(&["mirror", "common:/set", "here", "--json"]).await;
    run.done();
    let summary = run.json().pop().unwrap();
    assert_eq!(
        (&summary["complete"], &summary["summary"]["files"]),
        (&true.into(), &expected().into())
    );
    let found = files(&place.path("here"));
    assert_eq!(found.len(), expected());
    for (name, bytes) in &found {
        assert_eq!(place.server.content("common", &format!("/set/{name}")).as_ref(), Some(bytes));
    }
    assert!(place.path("here/nothing in it").is_dir());

    place.server.clear();
    let again = place.run(&["mirror", "common:/set", "here"]).await;
    again.done();
    assert!(again.err.contains("files unchanged: 48"), "{again:?}");
    assert_eq!((place.calls("download"), place.calls("stat_hash")), (0, 0));

    let compared = place.run(&["check", "here", "common:/set"]).await;
    compared.done();
    assert!(compared.err.contains("on both sides: 52"), "{compared:?}");
}

#[tokio::test]
async fn a_file_of_the_same_size_and_time_is_found_by_checksum() {
    let place = filled().await;
    place.run(&["mirror", "common:/set", "here"]).await.done();
    let path = place.path("here/f1.txt");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, content(5, 101)).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    let check = place.run(&["check", "here", "common:/set"]).await;
    assert_eq!(check.status, Some(1));
    assert_eq!(check.out, "differs in content\tf1.txt\n");
    let run = place.run(&["mirror", "common:/set", "here"]).await;
    assert!(run.err.contains("files unchanged: 48"), "{run:?}");
    let run = place.run(&["mirror", "common:/set", "here", "--checksum"]).await;
    run.done();
    assert!(run.err.contains("files: 1,"), "{run:?}");
    assert_eq!(fs::read(path).unwrap(), content(1, 101));
}

#[tokio::test]
async fn connections_that_break_cost_no_byte() {
    let place = filled().await;
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    for fault in [proxy::Fault::Cut, proxy::Fault::CutBefore, proxy::Fault::Answer(503)] {
        proxy.plan(vec![Rule { which: Which::Every(4), fault }]);
        let _ = fs::remove_dir_all(place.path("here"));
        let run = place.run_at(proxy.url(), &["mirror", "common:/set", "here"]).await;
        let found = files(&place.path("here"));
        let is_right = |(name, bytes): (&String, &Vec<u8>)| {
            place.server.content("common", &format!("/set/{name}")).as_ref() == Some(bytes)
        };
        let finished = found.iter().filter(|(name, _)| !name.starts_with(".pydio-partial/"));
        assert!(finished.clone().all(is_right), "{fault:?}");
        if run.status == Some(0) {
            assert_eq!(finished.count(), expected(), "{fault:?} {run:?}");
        } else {
            assert!(run.err.contains("NOT COMPLETE"), "{run:?}");
        }
        place.run(&["mirror", "common:/set", "here"]).await.done();
        assert_eq!(files(&place.path("here")).len(), expected(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_server_that_goes_away_is_told_with_every_file_that_is_missing() {
    let place = filled().await;
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let refused =
        Rule { which: Which::Of(None, "/download/".into()), fault: proxy::Fault::Answer(502) };
    proxy.plan(vec![refused]);
    let begin = Instant::now();
    let arguments = ["mirror", "common:/set", "here", "--exclude", "big.bin"];
    let run = place.run_at(proxy.url(), &arguments).await;
    let error = run.failed(3);
    // The empty file needs no download.
    let missing = error.lines().filter(|line| line.starts_with("FAILED ")).count();
    assert_eq!(missing + files(&place.path("here")).len(), expected() - 1, "{error}");
    assert!(error.contains("not tried: the server can no longer be reached"), "{error}");
    assert!(begin.elapsed().as_secs() < 60, "each file waited for the server");
}

#[tokio::test]
async fn a_check_gives_up_when_the_server_goes_away() {
    let place = Place::new().await;
    for n in 0..1500 {
        place.server.put("common", &format!("/set/f{n}.txt"), "same");
        place.write(&format!("here/f{n}.txt"), "same");
    }
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let gone = |action: &str| Rule {
        which: Which::Of(None, format!("/{action}/")),
        fault: proxy::Fault::Answer(502),
    };
    proxy.plan(vec![gone("stat_hash")]);
    let run = place.run_at(proxy.url(), &["check", "here", "common:/set"]).await;
    let error = run.failed(3);
    assert_eq!(error.lines().filter(|line| line.starts_with("FAILED ")).count(), 1500, "{error}");
    // Eight batches of 100 files are tried, and one more at the same time.
    let untried = "not tried: the server can no longer be reached";
    let untried_lines = error.lines().filter(|line| line.contains(untried)).count();
    assert!((600..=700).contains(&untried_lines), "{untried_lines}: {error}");
    for arguments in [["mirror", "common:/set", "here"], ["mirror", "here", "common:/set"]] {
        let run = place.run_at(proxy.url(), &arguments).await;
        assert!(run.failed(3).contains(untried), "{run:?}");
    }
}

#[tokio::test]
async fn a_server_that_goes_away_while_it_is_listed_is_not_taken_for_an_empty_one() {
    let place = Place::new().await;
    for n in 0..30 {
        place.server.put("common", &format!("/set/d{n}/f.txt"), content(n, 100));
        place.write(&format!("here/d{n}/f.txt"), content(n, 100));
    }
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let which = Which::Of(None, "/ls/set/d".into());
    proxy.plan(vec![Rule { which, fault: proxy::Fault::Answer(502) }]);
    for arguments in [
        ["mirror", "common:/set", "here", "--delete"].as_slice(),
        &["mirror", "here", "common:/set", "--delete"],
        &["check", "here", "common:/set"],
        &["ls", "-R", "common:/set"],
    ] {
        let run = place.run_at(proxy.url(), arguments).await;
        let error = run.failed(3);
        assert!(error.contains("not tried: the server can no longer be reached"), "{error}");
        assert!(!run.out.contains("only"), "{run:?}");
        assert_eq!(files(&place.path("here")).len(), 30);
        assert!(place.server.content("common", "/set/d7/f.txt").is_some());
    }
}

#[tokio::test]
async fn two_runs_do_not_write_to_the_same_folder() {
    let place = filled().await;
    place.server.fail_action("download", Fault::Stall(Duration::from_secs(60)));
    let arguments = ["mirror", "common:/set", "here", "--transfers", "1"];
    let mut first = place.command(&ALICE, &place.server.url(), &arguments).spawn().unwrap();
    while place.calls("download") == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = place.run(&arguments).await;
    assert!(second.failed(2).contains("another run is writing to here"), "{second:?}");
    place.run(&["mirror", "common:/set", "here", "--dry-run"]).await.done();
    first.kill().unwrap();
    first.wait().unwrap();
    // The lock of a run that was killed is gone.
    place.run(&arguments).await.done();
    assert_eq!(files(&place.path("here")).len(), expected());
}

#[tokio::test]
async fn what_cannot_be_listed_fails_the_run_and_deletes_nothing() {
    let place = filled().await;
    place.write("here/own.txt", "mine");
    place.server.fail_action("ls", Fault::Error("the disk is on fire".into()));
    // The first call is the look at the folder itself.
    let run = place.run(&["mirror", "common:/set", "here", "--delete"]).await;
    assert!(run.failed(1).contains("the disk is on fire"));
    assert!(place.path("here/own.txt").exists());

    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    proxy.plan(vec![Rule {
        which: Which::Of(None, "/ls/set/deep".into()),
        fault: proxy::Fault::Answer(500),
    }]);
    let run = place.run_at(proxy.url(), &["mirror", "common:/set", "here", "--delete"]).await;
    let error = run.failed(1);
    assert!(error.contains("FAILED deep: ") && error.contains("nothing is deleted"), "{error}");
    assert_eq!(files(&place.path("here")).len(), 2 * 23 + 1);
}

#[tokio::test]
async fn nothing_is_deleted_if_a_file_could_not_be_downloaded() {
    let place = filled().await;
    place.write("here/f1.txt/inner", "mine");
    let run = place.run(&["mirror", "common:/set", "here", "--delete"]).await;
    let error = run.failed(1);
    assert!(error.contains("FAILED f1.txt: ") && error.contains("nothing is deleted"), "{error}");
    assert_eq!(fs::read(place.path("here/f1.txt/inner")).unwrap(), b"mine");
}

/// A folder to delete may contain what the run reports as skipped.
#[cfg(unix)]
#[tokio::test]
async fn nothing_is_deleted_if_something_here_cannot_be_read() {
    let place = filled().await;
    place.write("here/extra/own.txt", "mine");
    std::os::unix::fs::symlink("own.txt", place.path("here/extra/link")).unwrap();
    for dry in [["-n"].as_slice(), &[]] {
        let arguments = [&["mirror", "common:/set", "here", "--delete"], dry].concat();
        let run = place.run(&arguments).await;
        let error = run.failed(4);
        assert!(error.contains("nothing is deleted") && error.contains("extra/link"), "{error}");
    }
    assert_eq!(fs::read(place.path("here/extra/own.txt")).unwrap(), b"mine");
}

/// No call reaches it: a server has it from outside Pydio.
#[tokio::test]
async fn a_name_with_a_control_character_is_reported_before() {
    let place = Place::new().await;
    place.server.put("common", "/set/a\tb", "x");
    place.server.put("common", "/set/c", "x");
    for dry in [["-n"].as_slice(), &[]] {
        let run = place.run(&[&["mirror", "common:/set", "here"], dry].concat()).await;
        assert!(run.failed(1).contains("it contains a control character"), "{run:?}");
    }
    assert!(place.path("here/c").exists());
}

/// As `pydio mirror … --json | head -1` does.
#[tokio::test]
async fn work_goes_on_when_nobody_reads_the_output() {
    let place = filled().await;
    let arguments = ["mirror", "common:/set", "here", "--json"];
    let mut command = place.command(&ALICE, &place.server.url(), &arguments);
    let run = move || {
        let mut program = command.spawn().unwrap();
        drop(program.stdout.take());
        program.wait().unwrap()
    };
    let status = tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(files(&place.path("here")).len(), expected());
}

#[tokio::test]
async fn only_delete_deletes_and_a_dry_run_changes_nothing() {
    let place = filled().await;
    place.run(&["mirror", "common:/set", "here"]).await.done();
    place.write("here/extra/own.txt", "mine");
    place.write("here/f1.txt", "changed");
    let run = place.run(&["mirror", "common:/set", "here", "--dry-run", "--delete"]).await;
    assert_eq!(run.done(), "download\tf1.txt\ndelete\textra\n");
    assert_eq!(fs::read(place.path("here/f1.txt")).unwrap(), b"changed");
    place.run(&["mirror", "common:/set", "here"]).await.done();
    assert!(place.path("here/extra/own.txt").exists());
    place.run(&["mirror", "common:/set", "here", "--delete"]).await.done();
    assert!(!place.path("here/extra").exists());
    assert_eq!(files(&place.path("here")).len(), expected());
}

#[tokio::test]
async fn a_limit_is_kept() {
    let place = Place::new().await;
    place.server.put("common", "/set/a.bin", content(1, 400 << 10));
    let begin = Instant::now();
    place.run(&["mirror", "common:/set", "here", "--bwlimit", "200k"]).await.done();
    assert!(begin.elapsed().as_secs_f64() > 1.5, "{:?}", begin.elapsed());
    assert_eq!(fs::read(place.path("here/a.bin")).unwrap(), content(1, 400 << 10));
}

#[tokio::test]
async fn a_wrong_password_is_sent_once() {
    let place = filled().await;
    let mut command =
        place.command(&ALICE, &place.server.url(), &["mirror", "common:/set", "here"]);
    command.env("PYDIO_PASSWORD", "wrong");
    assert!(crate::support::finish(command).await.failed(1).contains("password"));
    assert_eq!(place.server.seen().len(), 1);
    assert!(!place.path("here").exists());
}

#[tokio::test]
async fn a_server_without_checksums_is_mirrored_both_ways_by_size_and_the_summary_says_so() {
    let place = filled().await;
    let mute = |times: usize| {
        for _ in 0..times {
            let fault = Fault::Error("Could not find action stat_hash".into());
            place.server.fail_action("stat_hash", fault);
        }
    };
    // One call for the small files, and one of the large file.
    mute(2);
    let run = place.run(&["mirror", "common:/set", "here"]).await;
    run.done();
    assert!(run.err.contains("files compared by size alone: 48"), "{run:?}");
    // The download of the large file asks for its size, and no other one does.
    assert_eq!(place.calls("stat"), 1);
    let found = files(&place.path("here"));
    for (name, bytes) in &found {
        assert_eq!(place.server.content("common", &format!("/set/{name}")).as_ref(), Some(bytes));
    }
    mute(1);
    let run = place.run(&["mirror", "common:/set", "here", "--checksum"]).await;
    assert!(run.failed(1).contains("the server computes no checksums"), "{run:?}");

    mute(20);
    let run = place.run(&["mirror", "here", "common:/copy"]).await;
    run.done();
    assert!(run.err.contains("files compared by size alone: 48"), "{run:?}");
    for (name, bytes) in &found {
        assert_eq!(place.server.content("common", &format!("/copy/{name}")).as_ref(), Some(bytes));
    }
}
