//! The clock of a server: it advances with every change, and on request of a test.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Seconds since 1970, shared by all parts of a server.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new(start: i64) -> Self {
        Self(Arc::new(AtomicI64::new(start)))
    }

    pub(crate) fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Advances by a second, and returns the new time.
    pub(crate) fn tick(&self) -> i64 {
        self.advance(1)
    }

    pub(crate) fn advance(&self, seconds: i64) -> i64 {
        self.0.fetch_add(seconds, Ordering::Relaxed) + seconds
    }
}
