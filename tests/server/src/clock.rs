//! The time of a server: it passes with every change, and when a test says so.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Seconds since 1970 that all parts of a server share.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new(start: i64) -> Self {
        Self(Arc::new(AtomicI64::new(start)))
    }

    pub(crate) fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Lets a second pass, and tells what time it is then.
    pub(crate) fn tick(&self) -> i64 {
        self.advance(1)
    }

    pub(crate) fn advance(&self, seconds: i64) -> i64 {
        self.0.fetch_add(seconds, Ordering::Relaxed) + seconds
    }
}
