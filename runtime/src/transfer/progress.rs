//! Progress of transfers.

use std::sync::{Arc, Mutex, PoisonError};

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

/// The callback for progress, if any.
#[derive(Clone, Default)]
pub(super) struct Listener(Option<Arc<Mutex<Tell>>>);

type Tell = dyn FnMut(Progress) + Send;

impl Listener {
    pub(super) fn new(tell: impl FnMut(Progress) + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(tell))))
    }

    pub(super) fn tell(&self, bytes: u64, total: Option<u64>) {
        if let Some(tell) = &self.0 {
            (tell.lock().unwrap_or_else(PoisonError::into_inner))(Progress { bytes, total });
        }
    }
}
