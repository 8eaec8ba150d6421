//! Writing: `write`, `write_can_empty`, `write_can_multi`, `write_can_append`, `create_dir`.

use std::time::Duration;

use opendal_core::{Buffer, EntryMode, ErrorKind};
use pydio_test_server::{ALICE, Canned, Fault, Server, Version};

use crate::server::{ROOT, WORKSPACE, calls, content, kind, noise, operator, paths, put, start};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn a_file_is_written_with_its_folders_and_replaced() {
    let (server, files) = start().await;
    for text in ["first", "second, and longer", "3"] {
        let metadata = files.write("x/y/f.txt", text).await.unwrap();
        let told = (metadata.mode(), metadata.content_length());
        assert_eq!(told, (EntryMode::FILE, text.len() as u64));
        assert_eq!(content(&server, "x/y/f.txt").unwrap(), text.as_bytes());
    }
    assert_eq!(paths(&files, "/").await, ["/", "x/", "x/y/", "x/y/f.txt"]);
}

#[tokio::test]
async fn an_empty_file_is_written_and_replaces_another() {
    let (server, files) = start().await;
    files.write("f", "content").await.unwrap();
    assert_eq!(files.write("f", "").await.unwrap().content_length(), 0);
    assert_eq!(content(&server, "f").unwrap(), b"");
    assert_eq!(files.read("f").await.unwrap().len(), 0);
    let mut writer = files.writer("g").await.unwrap();
    writer.close().await.unwrap();
    assert_eq!(content(&server, "g").unwrap(), b"");
}

/// Until the writer is closed, the file is the one that was there.
#[tokio::test]
async fn a_large_file_arrives_in_parts_and_appears_when_it_is_complete() {
    let (server, files) = start().await;
    put(&server, "d/f.bin", "before");
    let whole = noise(21 * MIB + 7);
    let mut writer = files.writer("d/f.bin").await.unwrap();
    for chunk in whole.chunks(3 * MIB) {
        writer.write(chunk.to_vec()).await.unwrap();
    }
    assert_eq!(content(&server, "d/f.bin").unwrap(), b"before");
    let largest = |server: &Server| server.seen().iter().map(|seen| seen.body.len()).max().unwrap();
    assert!(calls(&server, "upload") == 2 && largest(&server) < 9 * MIB);
    let metadata = writer.close().await.unwrap();
    assert_eq!(metadata.content_length(), whole.len() as u64);
    assert!(content(&server, "d/f.bin").unwrap() == whole && largest(&server) < 9 * MIB);
    assert_eq!(paths(&files, "/").await, ["/", "d/", "d/f.bin"]);
}

#[tokio::test]
async fn an_aborted_writer_leaves_everything_as_it_was() {
    let (server, files) = start().await;
    put(&server, "f", "before");
    for size in [10, 9 * MIB] {
        let mut writer = files.writer("f").await.unwrap();
        writer.write(noise(size)).await.unwrap();
        writer.write("more").await.unwrap();
        writer.abort().await.unwrap();
        assert_eq!(content(&server, "f").unwrap(), b"before");
        assert_eq!(paths(&files, "/").await, ["/", "f"]);
    }
    assert!(!server.has(WORKSPACE, "/recycle_bin/f"));
}

#[tokio::test]
async fn a_dropped_writer_leaves_everything_as_it_was() {
    let (server, files) = start().await;
    put(&server, "f", "before");
    let mut writer = files.writer("f").await.unwrap();
    writer.write(noise(9 * MIB)).await.unwrap();
    writer.write("more").await.unwrap();
    assert!(paths(&files, "/").await.len() > 2);
    drop(writer);
    for _ in 0..100 {
        if paths(&files, "/").await == ["/", "f"] {
            assert_eq!(content(&server, "f").unwrap(), b"before");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{:?}", paths(&files, "/").await);
}

#[tokio::test]
async fn a_part_that_fails_is_sent_again_and_never_twice() {
    let (server, files) = start().await;
    let whole = noise(25 * MIB);
    for fault in [
        Fault::Drop,
        Fault::Answer(Canned::new(502, "text/html", "bad gateway")),
        // The part arrives, and the client does not know.
        Fault::Swallow(Canned::new(504, "text/html", "timeout")),
    ] {
        let mut writer = files.writer("f").await.unwrap();
        for (index, chunk) in whole.chunks(9 * MIB).enumerate() {
            if index == 2 {
                server.fail_action("upload", fault.clone());
            }
            writer.write(chunk.to_vec()).await.unwrap();
        }
        writer.close().await.unwrap();
        assert!(content(&server, "f").unwrap() == whole, "{fault:?}");
    }
}

/// As OpenDAL's layer for retries does: the same call again, on the same writer.
#[tokio::test]
async fn a_writer_goes_on_after_an_error() {
    let (server, files) = start().await;
    let whole = noise(19 * MIB);
    let chunks: Vec<Buffer> = whole.chunks(9 * MIB).map(|part| part.to_vec().into()).collect();
    let mut writer = files.writer("f").await.unwrap();
    writer.write(chunks[0].clone()).await.unwrap();
    server.fail_action("upload", Fault::Error("database is locked".to_owned()));
    writer.write(chunks[1].clone()).await.unwrap_err();
    writer.write(chunks[1].clone()).await.unwrap();
    writer.write(chunks[2].clone()).await.unwrap();
    server.fail_action("rename", Fault::Error("database is locked".to_owned()));
    writer.close().await.unwrap_err();
    assert_eq!(content(&server, "f"), None);
    writer.close().await.unwrap();
    assert!(content(&server, "f").unwrap() == whole);
    assert_eq!(paths(&files, "/").await, ["/", "f"]);
}

#[tokio::test]
async fn a_file_is_appended_to_or_created() {
    let (server, files) = start().await;
    for (text, whole) in [("abc", "abc"), ("", "abc"), ("def", "abcdef")] {
        let metadata = files.write_with("d/log", text).append(true).await.unwrap();
        assert_eq!(metadata.content_length(), whole.len() as u64);
        assert_eq!(content(&server, "d/log").unwrap(), whole.as_bytes());
    }
    let mut writer = files.writer_with("d/log").append(true).await.unwrap();
    let large = noise(18 * MIB);
    for chunk in large.chunks(5 * MIB) {
        writer.write(chunk.to_vec()).await.unwrap();
    }
    let metadata = writer.close().await.unwrap();
    let whole = [b"abcdef".as_slice(), &large].concat();
    assert!(content(&server, "d/log").unwrap() == whole);
    assert_eq!(metadata.content_length(), whole.len() as u64);
    assert_eq!(files.write_with("empty", "").append(true).await.unwrap().content_length(), 0);
    assert_eq!(content(&server, "empty").unwrap(), b"");
    assert_eq!(paths(&files, "/").await, ["/", "d/", "d/log", "empty"]);
}

#[tokio::test]
async fn a_writer_that_appends_cannot_be_aborted_later() {
    let (_server, files) = start().await;
    let mut writer = files.writer_with("log").append(true).await.unwrap();
    writer.write("abc").await.unwrap();
    writer.abort().await.unwrap();
    assert!(!files.exists("log").await.unwrap());
    let mut writer = files.writer_with("log").append(true).await.unwrap();
    writer.write(noise(9 * MIB)).await.unwrap();
    writer.write("more").await.unwrap();
    assert_eq!(kind(writer.abort().await), ErrorKind::Unsupported);
}

#[tokio::test]
async fn two_who_append_at_the_same_time_do_not_both_succeed_silently() {
    let (server, files) = start().await;
    put(&server, "log", "");
    let mut writer = files.writer_with("log").append(true).await.unwrap();
    writer.write(noise(9 * MIB)).await.unwrap();
    writer.write("more").await.unwrap();
    files.write_with("log", "of another").append(true).await.unwrap();
    assert_eq!(kind(writer.close().await), ErrorKind::Unexpected);
}

#[tokio::test]
async fn parts_are_as_small_as_the_server_needs_them() {
    let builder = Server::builder(Version::V8_2).upload_limit(MIB);
    let server = builder.start().await.unwrap();
    let files = operator(&server, &ALICE, WORKSPACE, ROOT);
    let whole = noise(10 * MIB);
    let mut writer = files.writer("f").await.unwrap();
    for chunk in whole.chunks(9 * MIB) {
        writer.write(chunk.to_vec()).await.unwrap();
    }
    writer.close().await.unwrap();
    assert!(content(&server, "f").unwrap() == whole);
    files.write("g", whole.clone()).await.unwrap();
    assert!(content(&server, "g").unwrap() == whole);
    assert_eq!(paths(&files, "/").await, ["/", "f", "g"]);
}

#[tokio::test]
async fn what_is_in_the_way_is_not_replaced() {
    let (server, files) = start().await;
    put(&server, "d/f", "x");
    for append in [false, true] {
        let write = |path: &'static str| files.write_with(path, "y").append(append);
        assert_eq!(kind(write("d").await), ErrorKind::IsADirectory);
        assert_eq!(kind(write("d/f/g").await), ErrorKind::NotADirectory);
    }
    assert_eq!(kind(files.write("d/", "y").await), ErrorKind::IsADirectory);
    assert_eq!(kind(files.create_dir("d/f/").await), ErrorKind::NotADirectory);
    assert_eq!(content(&server, "d/f").unwrap(), b"x");
}

#[tokio::test]
async fn folders_are_created_with_those_above_them() {
    let (server, files) = start().await;
    for _ in 0..2 {
        files.create_dir("x/y/z/").await.unwrap();
        assert_eq!(paths(&files, "/").await, ["/", "x/", "x/y/", "x/y/z/"]);
    }
    assert!(server.has(WORKSPACE, "/a/root/x/y/z"));
}
