//! Gives up on a request in which nothing moves.

use std::{
    error, fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{self, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::BoxError;

/// When bytes of one request last moved, in either direction.
#[derive(Clone)]
pub(super) struct Activity {
    idle: Duration,
    last: Arc<Mutex<Instant>>,
}

impl Activity {
    pub(super) fn begin(idle: Duration) -> Self {
        Self { idle, last: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Records that bytes have moved.
    pub(super) fn note(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns when the request is given up unless bytes move before; `None` if that is beyond the
    /// range of the clock.
    fn end(&self) -> Option<Instant> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).checked_add(self.idle)
    }

    /// Returns once nothing has moved for the idle time.
    pub(super) async fn stalled(&self) -> Stalled {
        loop {
            match self.end() {
                Some(end) if end <= Instant::now() => return Stalled(self.idle),
                Some(end) => sleep_until(end).await,
                None => std::future::pending().await,
            }
        }
    }
}

/// Nothing moved for this long.
#[derive(Debug)]
pub(super) struct Stalled(Duration);

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timed out: no byte was sent or received for {:?}", self.0)
    }
}

impl error::Error for Stalled {}

/// The body of a response, which ends in an error when nothing moves. Only the time spent waiting
/// for it counts.
pub(super) struct Watched<S> {
    body: Pin<Box<S>>,
    activity: Activity,
    /// Runs while the body waits for a chunk.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    pub(super) fn new(body: S, activity: Activity) -> Self {
        Self { body: Box::pin(body), activity, timer: None }
    }
}

impl<S: Stream<Item = Result<Bytes, BoxError>>> Stream for Watched<S> {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Poll::Ready(chunk) = this.body.as_mut().poll_next(context) {
            this.timer = None;
            return Poll::Ready(chunk);
        }
        if this.timer.is_none() {
            this.activity.note();
        }
        loop {
            let Some(end) = this.activity.end() else { return Poll::Pending };
            let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
            ready!(timer.as_mut().poll(context));
            if end <= Instant::now() {
                return Poll::Ready(Some(Err(Stalled(this.activity.idle).into())));
            }
            timer.as_mut().reset(end);
        }
    }
}
