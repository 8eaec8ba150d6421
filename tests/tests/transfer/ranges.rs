//! Downloads of byte ranges.

use pydio_client::v1::access_fs;

use crate::{
    server::Fault,
    support::{connect, kind, noise},
};

#[tokio::test]
async fn a_range_contains_the_requested_bytes() {
    let (server, files) = connect().await;
    let content = noise(10_000);
    server.put("/f", content.clone());
    for (start, end) in [(0, 1), (0, 9999), (0, 10_000), (100, 200), (9999, 10_000), (5, 5)] {
        let download = files.download(access_fs::download("/f"));
        let part = download.open(start as u64..end as u64).await.unwrap();
        assert_eq!((part.offset(), part.total()), (start as u64, Some(10_000)));
        assert_eq!(part.len(), Some((end - start) as u64));
        assert!(part.bytes(10_000).await.unwrap() == content[start..end], "{start}..{end}");
    }
    let download = files.download(access_fs::download("/f"));
    let end = download.clone().open(9_990..=u64::MAX).await.unwrap();
    assert_eq!(end.bytes(10_000).await.unwrap(), content[9_990..]);
    let beyond = download.clone().open(20_000..30_000).await.unwrap();
    assert_eq!(beyond.bytes(10_000).await.unwrap(), b"");
    let whole = download.open(..).await.unwrap();
    assert!(whole.bytes(10_000).await.unwrap() == content);
}

#[tokio::test]
async fn bytes_past_the_range_are_discarded() {
    let (server, files) = connect().await;
    let content = noise(1000);
    server.put("/f", content.clone());
    for (start, end) in [(10_u64, 1000_u64), (10, 20)] {
        server.fail("download", Fault::OverRun(500));
        let download = files.download(access_fs::download("/f"));
        let part = download.open(start..end).await.unwrap();
        assert_eq!(part.bytes(10_000).await.unwrap(), content[start as usize..end as usize]);
    }
}

/// A proxy that drops the header, or a server that packs an archive.
#[tokio::test]
async fn without_range_support_the_range_is_extracted() {
    let (server, files) = connect().await;
    let headers = || vec![("content-disposition", "attachment; filename=\"f\"".to_owned())];
    server.fail("download", Fault::Answer(200, headers(), b"0123456789"));
    let download = files.download(access_fs::download("/f"));
    let part = download.open(3..6).await.unwrap();
    assert_eq!((part.len(), part.total()), (Some(3), Some(10)));
    assert_eq!(part.bytes(10).await.unwrap(), b"345");
}

#[tokio::test]
async fn a_wrong_range_is_an_error() {
    let (server, files) = connect().await;
    for (range, is_asked) in
        [("bytes 4-9/10", true), ("", true), ("nonsense", true), ("bytes 0-9/20", false)]
    {
        let mut headers = vec![("content-disposition", "attachment".to_owned())];
        if !range.is_empty() {
            headers.push(("content-range", range.to_owned()));
        }
        server.fail("download", Fault::Answer(206, headers, b"0123456789"));
        let download = files.download(access_fs::download("/f"));
        let error = match is_asked {
            true => download.open(3..).await.unwrap_err(),
            false => files.call(access_fs::download("/f")).await.unwrap_err(),
        };
        assert_eq!(kind(&error), "Malformed", "{range}: {error}");
    }
}

/// The server announces 1000 bytes, and sends fewer.
#[tokio::test]
async fn a_truncated_range_is_an_error() {
    let (server, files) = connect().await;
    let headers = vec![("content-range", "bytes 10-999/1000".to_owned())];
    server.fail("download", Fault::Answer(206, headers, b"only these"));
    let download = files.download(access_fs::download("/f"));
    let part = download.open(10..).await.unwrap();
    let error = part.bytes(10_000).await.unwrap_err();
    assert_eq!(kind(&error), "Transport", "{error}");
}
