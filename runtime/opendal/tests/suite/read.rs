//! Reading: `read`, `read_with_suffix`, `stat`.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use opendal_core::{EntryMode, ErrorKind};
use pydio_test_server::{Canned, Fault};

use crate::server::{ROOT, WORKSPACE, calls, kind, noise, put, start};

#[tokio::test]
async fn a_file_is_read_whole_and_in_ranges() {
    let (server, files) = start().await;
    let whole = noise(100_000);
    put(&server, "f.bin", &whole);
    assert_eq!(files.read("f.bin").await.unwrap().to_vec(), whole);
    for range in [0..1, 0..100_000, 1..2, 50_000..50_000, 99_999..100_000] {
        let (start, end) = (range.start as usize, range.end as usize);
        let read = files.read_with("f.bin").range(range).await.unwrap();
        assert_eq!(read.to_vec(), whole[start..end]);
    }
    assert_eq!(files.read_with("f.bin").range(99_000..).await.unwrap().to_vec(), whole[99_000..]);
    let reader = files.reader_with("f.bin").chunk(7000).concurrent(3).await.unwrap();
    assert_eq!(reader.read(..).await.unwrap().to_vec(), whole);
    let parts = reader.fetch(vec![10..20, 90_000..90_010, 0..1]).await.unwrap();
    let parts: Vec<_> = parts.iter().map(|part| part.to_vec()).collect();
    assert_eq!(parts, [&whole[10..20], &whole[90_000..90_010], &whole[0..1]]);
}

#[tokio::test]
async fn a_suffix_is_the_end_of_the_file() {
    let (server, files) = start().await;
    put(&server, "f", "0123456789");
    let reader = files.reader("f").await.unwrap();
    for (size, suffix) in [(3, "789"), (10, "0123456789"), (99, "0123456789")] {
        let range = opendal_core::BytesRange::suffix(size);
        let read = files.read_with("f").range(range).await.unwrap();
        assert_eq!(read.to_vec(), suffix.as_bytes());
    }
    assert_eq!(reader.read(7..).await.unwrap().to_vec(), b"789");
}

#[tokio::test]
async fn a_range_past_the_end_is_an_error() {
    let (server, files) = start().await;
    put(&server, "f", "0123456789");
    for range in [8..12, 10..11, 11..12, 5000..6000] {
        let read = files.read_with("f").range(range.clone()).await;
        assert!(
            matches!(kind(read), ErrorKind::RangeNotSatisfied | ErrorKind::Unexpected),
            "{range:?}"
        );
    }
}

/// The server sends an open range from its first byte to the end of the file, and the rest is not
/// received.
#[tokio::test]
async fn only_the_range_is_asked_for_and_the_file_is_looked_up_once() {
    let (server, files) = start().await;
    put(&server, "f", noise(1_000_000));
    let reader = files.reader_with("f").chunk(100_000).await.unwrap();
    server.clear();
    assert_eq!(reader.read(300_000..500_000).await.unwrap().len(), 200_000);
    assert_eq!((calls(&server, "ls"), calls(&server, "download")), (1, 2));
    let ranges: Vec<_> =
        server.seen().iter().filter_map(|seen| seen.header("range").map(str::to_owned)).collect();
    assert!(
        ranges
            .iter()
            .all(|range| range.starts_with("bytes=300000-") || range.starts_with("bytes=400000-"))
    );
    assert_eq!(ranges.len(), 2);
}

#[tokio::test]
async fn what_is_no_file_is_not_read() {
    let (server, files) = start().await;
    put(&server, "d/f", "x");
    server.clear();
    assert_eq!(kind(files.read("none").await), ErrorKind::NotFound);
    assert_eq!(kind(files.read("d").await), ErrorKind::IsADirectory);
    assert_eq!(kind(files.read("d/").await), ErrorKind::IsADirectory);
    assert_eq!(calls(&server, "download"), 0);
}

#[tokio::test]
async fn a_download_that_breaks_off_is_a_temporary_error() {
    let (server, files) = start().await;
    put(&server, "f", noise(50_000));
    server.fail_action("download", Fault::Truncate(20_000));
    let error = files.read("f").await.unwrap_err();
    assert!(error.is_temporary() && error.kind() == ErrorKind::Unexpected, "{error}");
    server.fail_action("download", Fault::Answer(Canned::new(503, "text/html", "busy")));
    assert!(files.read("f").await.unwrap_err().is_temporary());
    server.fail_action("download", Fault::Answer(Canned::new(500, "text/html", "broken")));
    assert!(!files.read("f").await.unwrap_err().is_temporary());
    assert_eq!(files.read("f").await.unwrap().len(), 50_000);
}

#[tokio::test]
async fn many_files_are_read_at_the_same_time() {
    let (server, files) = start().await;
    for index in 0..40 {
        put(&server, &format!("f{index}"), noise(10_000 + index));
    }
    let reads = (0..40).map(|index| {
        let files = files.clone();
        async move { Ok::<_, opendal_core::Error>((index, files.read(&format!("f{index}")).await?)) }
    });
    let read: Vec<_> = stream::iter(reads).buffer_unordered(16).try_collect().await.unwrap();
    assert_eq!(read.len(), 40);
    for (index, content) in read {
        assert_eq!(content.to_vec(), noise(10_000 + index));
    }
}

#[tokio::test]
async fn a_stat_has_the_mode_the_size_and_the_time() {
    let (server, files) = start().await;
    put(&server, "d/f", "12345");
    let file = files.stat("d/f").await.unwrap();
    assert_eq!((file.mode(), file.content_length()), (EntryMode::FILE, 5));
    let time = file.last_modified().unwrap().into_inner().as_second();
    assert!(time > 0 && time <= server.time(), "{time}");
    assert_eq!(files.stat("d/").await.unwrap().mode(), EntryMode::DIR);
    assert_eq!(files.stat("d").await.unwrap().mode(), EntryMode::DIR);
    assert_eq!(files.stat("/").await.unwrap().mode(), EntryMode::DIR);
    for missing in ["none", "none/", "d/f/", "d/f/g"] {
        assert_eq!(kind(files.stat(missing).await), ErrorKind::NotFound, "{missing}");
    }
    assert!(server.has(WORKSPACE, ROOT) && !files.exists("none").await.unwrap());
}
