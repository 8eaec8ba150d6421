//! Progress of transfers.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// The progress of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of transferred bytes, including those of an earlier run. For an upload, the bytes
    /// passed to the HTTP library; the number decreases when a part has to be sent again.
    pub bytes: u64,
    /// Total number of bytes, if known.
    pub total: Option<u64>,
}

/// The progress, and the callback for it, if any.
#[derive(Clone, Default)]
pub(super) struct Listener {
    bytes: Arc<AtomicU64>,
    tell: Option<Arc<Mutex<Tell>>>,
}

type Tell = dyn FnMut(Progress) + Send;

impl Listener {
    pub(super) fn new(tell: impl FnMut(Progress) + Send + 'static) -> Self {
        Self { bytes: Arc::default(), tell: Some(Arc::new(Mutex::new(tell))) }
    }

    /// Returns the number of bytes that it was told last.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn tell(&self, bytes: u64, total: Option<u64>) {
        self.bytes.store(bytes, Ordering::Relaxed);
        if let Some(tell) = &self.tell {
            (tell.lock().unwrap_or_else(PoisonError::into_inner))(Progress { bytes, total });
        }
    }
}
