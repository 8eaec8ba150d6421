//! Downloads, and other responses in place of one.

use crate::{
    ErrorKind, Request,
    response::{AnyResponse, Download},
    testing::{Canned, LS, Typed, connect, read, ready},
};

const REPORT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ><message type=\"ERROR\">Cannot find file!</message></tree>";

fn file(body: &[u8]) -> Canned {
    Canned::new("application/force-download; name=\"a.bin\"", body)
        .header("content-length", &body.len().to_string())
        .header("content-disposition", "attachment; filename=\"ünï \"x\".bin\"")
}

/// Returns the whole content as a caller receives it, or the error.
pub(super) fn content(answer: &Canned) -> Result<Vec<u8>, String> {
    let content = read::<Download>(answer.clone()).and_then(|d| ready(d.bytes(u64::MAX)));
    content.map_err(|error| error.to_string())
}

#[test]
fn a_file_is_returned_unchanged() {
    let mut download: Download = read(file(b"\0\xff<tree>").chunked(3)).unwrap();
    assert_eq!((download.len(), download.is_empty()), (Some(8), false));
    assert_eq!(download.file_name(), Some("ünï \"x\".bin"));
    assert!(download.headers().contains_key("content-disposition"));
    let mut whole = Vec::new();
    while let Some(chunk) = ready(download.chunk()).unwrap() {
        assert!(chunk.len() <= 3);
        whole.extend_from_slice(&chunk);
    }
    assert_eq!(whole, b"\0\xff<tree>");
    assert!(ready(download.chunk()).unwrap().is_none());
}

#[test]
fn an_empty_file_is_a_file() {
    let download: Download = read(file(b"")).unwrap();
    assert!(download.is_empty());
    assert_eq!(ready(download.bytes(0)).unwrap(), b"");
}

#[test]
fn a_download_that_ends_early_ends_in_an_error() {
    for answer in [
        file(b"half").header("x", "y").chunked(2).broken("reset"),
        Canned::new("image/png", b"half").header("content-length", "9"),
        Canned::new("image/png", b"").header("content-length", "9"),
    ] {
        let mut download: Download = read(answer).unwrap();
        let error = loop {
            match ready(download.chunk()) {
                Ok(chunk) => assert!(chunk.is_some(), "it passed for whole"),
                Err(error) => break error,
            }
        };
        assert!(error.kind() == ErrorKind::Transport, "{error}");
    }
}

#[test]
fn a_download_is_held_in_memory_only_so_far() {
    let download: Download = read(file(b"12345")).unwrap();
    assert!(
        ready(download.bytes(4)).as_ref().is_err_and(|error| error.kind() == ErrorKind::TooLarge)
    );
    let download: Download = read(file(b"12345")).unwrap();
    assert_eq!(ready(download.bytes(5)).unwrap(), b"12345");
}

#[test]
fn an_invalid_length_is_refused() {
    let answer = |first: &str, second: &str| {
        let answer = Canned::new("image/png", b"12345").header("content-length", first);
        content(&answer.header("content-length", second))
    };
    assert!(answer("5", "5").is_ok());
    assert!(answer("5, 5", "5").is_ok());
    for (first, second) in [("5", "6"), ("5, 6", "5"), ("-5", "5"), ("", "5"), ("x", "x")] {
        assert!(answer(first, second).unwrap_err().contains("Content-Length"), "{first} {second}");
    }
    let chunked = Canned::new("image/png", b"12345").header("content-length", "3");
    assert!(content(&chunked.header("transfer-encoding", "chunked")).is_ok());
}

#[test]
fn a_compressed_body_is_refused() {
    let packed = |encoding| content(&file(b"\x1f\x8b").header("content-encoding", encoding));
    assert!(packed("gzip").unwrap_err().contains("Content-Encoding"));
    assert!(packed("identity").is_ok());
}

#[test]
fn an_error_in_place_of_a_file_is_an_error() {
    for size in [1, 7, 1000] {
        let error = read::<Download>(Canned::new("text/xml", REPORT).chunked(size)).unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{error}");
        assert_eq!(error.message(), "Cannot find file!");
    }
    let denied = Canned::xml("<tree ><require_auth/></tree>");
    assert!(
        read::<Download>(denied)
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::AuthenticationRequired)
    );
}

#[test]
fn a_file_that_resembles_an_error_passes() {
    let announced = Canned::new("text/xml", REPORT).header("content-disposition", "attachment");
    assert_eq!(content(&announced).unwrap(), REPORT.as_bytes());
    for body in [
        "<?xml version=\"1.0\"?><tree><message type=\"ERROR\">x</message></tree>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tree ><message type=\"ERROR\">x</message></tree>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree >",
        "<note/>",
        "",
    ] {
        assert_eq!(content(&Canned::new("text/xml", body).chunked(5)).unwrap(), body.as_bytes());
    }
    let long = format!("{}{}", &REPORT[..70], "x".repeat(300_000));
    assert_eq!(content(&Canned::new("text/xml", &long).chunked(9999)).unwrap(), long.as_bytes());
}

#[test]
fn a_web_page_in_place_of_a_file_is_refused() {
    let page = Canned::new("text/html; charset=UTF-8", "<html>log in</html>");
    assert!(
        read::<Download>(page)
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
    );
    let expired = Canned::new("text/html", "");
    assert!(
        read::<Download>(expired).as_ref().is_err_and(|error| error.kind() == ErrorKind::Empty)
    );
    let part = Canned::new("text/html", "<html>").status(206);
    let unasked = read::<Download>(part.header("content-range", "bytes 0-5/6"));
    assert!(unasked.as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed));
}

/// `audio_proxy` of 8.2.5 sends every file this way.
#[test]
fn a_whole_file_may_come_as_a_part_of_itself() {
    let part = |range: &str| {
        let answer = Canned::new("audio/wav; name=\"a.wav\"", "wave").status(206);
        read::<Download>(answer.header("content-length", "4").header("content-range", range))
    };
    assert_eq!(&*ready(part("bytes 0-3/4").unwrap().bytes(10)).unwrap(), b"wave");
    for other in ["bytes 0-3/8", "bytes 4-7/8", "bytes 0-3/*"] {
        assert!(part(other).is_err(), "{other}");
    }
}

#[test]
fn a_proposed_name_leads_nowhere_else() {
    let named = |disposition: &str| {
        let answer = Canned::new("image/png", "x").header("content-disposition", disposition);
        read::<Download>(answer).unwrap().file_name().map(str::to_owned)
    };
    assert_eq!(named("attachment; filename=\"a b.txt\"; size=1").as_deref(), Some("a b.txt"));
    for odd in ["../x", "a/b", "a\\b", ".", "..", ""] {
        let disposition = format!("attachment; filename=\"{odd}\"");
        assert_eq!(named(&disposition), None, "{odd}");
    }
    assert_eq!(named("attachment"), None);
    assert_eq!(named("attachment; filename=x"), None);
}

#[test]
fn an_undeclared_answer_may_be_a_file() {
    let answer: AnyResponse = read(file(b"\xff")).unwrap();
    let AnyResponse::Bytes(download) = answer else { panic!("{answer:?}") };
    assert_eq!(ready(download.bytes(9)).unwrap(), b"\xff");
}

#[test]
fn an_error_in_json_is_not_a_file() {
    let report = r#"{"level":"Error","message":"Cannot find file!"}"#;
    let error = read::<Download>(Canned::json(report).chunked(5)).unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    assert_eq!(error.message(), "Cannot find file!");
    for content in [r#"{"level":"Info"}"#, "{", "[1]", ""] {
        assert_eq!(content_of(Canned::json(content).chunked(2)), content.as_bytes());
    }
    let announced = Canned::json(report).header("content-disposition", "attachment");
    assert_eq!(content_of(announced), report.as_bytes());
}

fn content_of(answer: Canned) -> Vec<u8> {
    content(&answer).unwrap()
}

proptest::proptest! {
    #![proptest_config(crate::testing::repeatable(300))]

    /// Whatever part of the file the server sends, and however it is chunked, the requested bytes
    /// are returned, or an error.
    #[test]
    fn a_range_is_never_another_one(
        total in 0..40_usize,
        first in 0..50_usize,
        start in 0..50_u64,
        length in proptest::option::of(0..50_u64),
        chunk in 1..9_usize,
        is_announced: bool,
        missing in 0..2_usize,
    ) {
        let file: Vec<u8> = (0..40).collect();
        let file = &file[..total];
        let sent = &file[first.min(total)..];
        let sent = &sent[..sent.len().saturating_sub(missing)];
        let mut answer = Canned::new("text/html", sent).status(206).chunked(chunk);
        let range = format!("bytes {first}-{}/{total}", total as i64 - 1);
        answer = answer.header("content-range", &range);
        if is_announced {
            answer = answer.header("content-length", &sent.len().to_string());
        }
        let end = length.map(|length| start + length);
        let (pydio, _) = connect([answer]);
        let request = match end {
            Some(end) => Request::new(&LS).range(start..end),
            None => Request::new(&LS).range(start..),
        };
        let call = Typed::<Download>(request, std::marker::PhantomData);
        let download = ready(pydio.workspace("w").call(call));
        let result = download.and_then(|download| ready(download.bytes(100)));
        let from = (start as usize).min(total);
        let to = end.map_or(total, |end| (end as usize).min(total)).max(from);
        let wanted = &file[from..to];
        let has_all = from == to || to <= total - missing.min(total);
        match result {
            Ok(bytes) => proptest::prop_assert_eq!(bytes, wanted),
            Err(_) => proptest::prop_assert!(first as u64 > start || !has_all),
        }
    }
}
