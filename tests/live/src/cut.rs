//! A transport that breaks off during a transfer.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use pydio_client::{
    Body,
    transport::{Exchange, HttpClient, ResponseBody, Transport},
};

use super::Trouble;

/// A connection error.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// Sends requests unchanged, and cuts the next long body on request.
pub(super) struct Cutting {
    inner: HttpClient,
    cuts: Arc<Cuts>,
}

/// The number of bytes after which the next longer body breaks off; 0 is never.
#[derive(Default)]
pub(super) struct Cuts {
    pub(super) request: AtomicU64,
    pub(super) answer: AtomicU64,
}

impl Cutting {
    pub(super) fn new() -> Result<(Self, Arc<Cuts>), Trouble> {
        let inner = HttpClient::builder().build();
        let inner = inner.map_err(|error| Trouble::Unmet(format!("no HTTP client: {error}")))?;
        let cuts = Arc::new(Cuts::default());
        Ok((Self { inner, cuts: Arc::clone(&cuts) }, cuts))
    }
}

impl Transport for Cutting {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let length = request.body().length();
            let request = match due(&self.cuts.request, length) {
                Some(most) => {
                    request.map(|body| Body::stream(length, cut(body.into_stream(), most)))
                }
                None => request,
            };
            let answer = self.inner.send(request).await?;
            // An archive does not announce its length, and is long.
            let length = answer.headers().get(http::header::CONTENT_LENGTH);
            let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
            Ok(match due(&self.cuts.answer, length.unwrap_or(u64::MAX)) {
                Some(most) => answer.map(|body| Box::pin(cut(body, most)) as ResponseBody),
                None => answer,
            })
        })
    }
}

/// Returns where to cut a body of this length, once.
fn due(switch: &AtomicU64, length: u64) -> Option<u64> {
    let most = switch.load(Ordering::SeqCst);
    let is_due = most > 0 && length > most;
    is_due.then(|| switch.swap(0, Ordering::SeqCst)).filter(|most| *most > 0)
}

/// Returns the first bytes of a body, followed by a connection error.
fn cut<S>(body: S, most: u64) -> impl Stream<Item = Result<Bytes, Broken>> + use<S>
where
    S: Stream<Item = Result<Bytes, Broken>>,
{
    let mut left = usize::try_from(most).unwrap_or(usize::MAX);
    body.flat_map(move |chunk| {
        stream::iter(match chunk {
            Ok(mut chunk) if chunk.len() > left => {
                let kept = chunk.split_to(left);
                left = 0;
                vec![Ok(kept), Err("the connection was cut on purpose".into())]
            }
            Ok(chunk) => {
                left -= chunk.len();
                vec![Ok(chunk)]
            }
            Err(error) => vec![Err(error)],
        })
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::{StreamExt as _, TryStreamExt as _, stream};

    #[tokio::test]
    async fn a_body_breaks_off_after_so_many_bytes() {
        for (most, whole) in [(1, "a"), (3, "abc"), (4, "abcd")] {
            let body = stream::iter(["abc", "def"].map(|text| Ok(Bytes::from(text))));
            let mut parts = std::pin::pin!(super::cut(body, most));
            let mut found = Vec::new();
            let error = loop {
                match parts.next().await.unwrap() {
                    Ok(chunk) => found.extend_from_slice(&chunk),
                    Err(error) => break error,
                }
            };
            assert_eq!(
                (&*found, error.to_string().contains("on purpose")),
                (whole.as_bytes(), true)
            );
        }
        let body = stream::iter(["abc", "def"].map(|text| Ok(Bytes::from(text))));
        let whole: Vec<Bytes> = super::cut(body, 6).try_collect().await.unwrap();
        assert_eq!(whole.concat(), b"abcdef");
    }
}
