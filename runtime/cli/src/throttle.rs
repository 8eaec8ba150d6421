//! A limit of what goes over the network, in both directions together.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use pydio_client::{
    Body,
    transport::{Exchange, HttpClient, ResponseBody, Transport},
};
use pydio_runtime::BoxError;
use tokio::time::Instant;

/// A transport that lets no more than so many bytes a second through.
pub(crate) struct Throttle {
    inner: HttpClient,
    pace: Pace,
}

impl Throttle {
    pub(crate) fn new(inner: HttpClient, bytes_per_second: u64) -> Self {
        Self { inner, pace: Pace::new(bytes_per_second) }
    }
}

impl Transport for Throttle {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        let pace = self.pace.clone();
        let request = request.map(|body| match body.length() {
            0 => body,
            length => Body::stream(length, paced(body.into_stream(), pace.clone())),
        });
        Box::pin(async move {
            let response = self.inner.send(request).await?;
            Ok(response.map(|body| Box::pin(paced(body, pace)) as ResponseBody))
        })
    }
}

/// The time at which the next bytes may pass, shared by all requests.
#[derive(Clone)]
struct Pace {
    bytes_per_second: u64,
    next: Arc<Mutex<Option<Instant>>>,
}

impl Pace {
    fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: bytes_per_second.max(1), next: Arc::default() }
    }

    /// Returns how long to wait before this many bytes may pass.
    fn wait(&self, bytes: usize) -> Duration {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = next.unwrap_or(now).max(now);
        let nanos = bytes as u128 * 1_000_000_000 / u128::from(self.bytes_per_second);
        *next = Some(start + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)));
        start - now
    }
}

fn paced<S>(body: S, pace: Pace) -> impl Stream<Item = S::Item> + use<S>
where
    S: Stream<Item = Result<Bytes, BoxError>>,
{
    /// The most that passes at once, so that a slow limit is smooth.
    const PIECE: usize = 16 * 1024;
    let pieces = body.flat_map(|chunk| {
        let pieces: Vec<_> = match chunk {
            Ok(mut chunk) => {
                let mut pieces = Vec::new();
                while chunk.len() > PIECE {
                    pieces.push(Ok(chunk.split_to(PIECE)));
                }
                pieces.push(Ok(chunk));
                pieces
            }
            Err(error) => vec![Err(error)],
        };
        stream::iter(pieces)
    });
    pieces.then(move |piece| {
        let wait = piece.as_ref().map_or(Duration::ZERO, |piece| pace.wait(piece.len()));
        async move {
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            piece
        }
    })
}

/// Reads a number of bytes: `500k`, `10M`.
pub(crate) fn bytes(text: &str) -> Result<u64, &'static str> {
    let (number, factor) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 1 << 20),
        Some(b'g' | b'G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let rate = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    rate.filter(|rate| *rate > 0).ok_or("expected a number of bytes, such as 500k or 10M")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::{StreamExt as _, stream};

    use super::{Pace, bytes as read, paced};

    #[test]
    fn a_number_of_bytes_has_a_unit() {
        let all = ["1", "500k", "10M", "1G"].map(read);
        assert_eq!(all, [Ok(1), Ok(500 << 10), Ok(10 << 20), Ok(1 << 30)]);
        assert!(
            ["", "k", "0", "-1", "1T", "99999999999G"].into_iter().all(|text| read(text).is_err())
        );
    }

    #[tokio::test(start_paused = true)]
    async fn all_bytes_share_the_limit_and_none_is_lost() {
        let pace = Pace::new(64 * 1024);
        let begin = tokio::time::Instant::now();
        let body = |byte: u8| {
            let chunks = [vec![byte; 100 * 1024], vec![byte; 28 * 1024]];
            let chunks = chunks.map(|chunk| Ok(bytes::Bytes::from(chunk)));
            paced(stream::iter(chunks), pace.clone())
        };
        let (mut one, mut two) = (0, 0);
        let mut both = Box::pin(stream::select(body(1), body(2)));
        while let Some(piece) = both.next().await {
            let piece = piece.unwrap();
            if piece[0] == 1 { one += piece.len() } else { two += piece.len() }
        }
        assert_eq!((one, two), (128 * 1024, 128 * 1024));
        // 256 KiB, of which the last piece need not wait for its own time.
        let seconds = begin.elapsed();
        assert!(
            seconds > Duration::from_millis(3500) && seconds <= Duration::from_secs(4),
            "{seconds:?}"
        );
    }
}
