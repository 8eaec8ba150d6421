//! Work on several threads.

use std::{panic::resume_unwind, thread};

/// What both make, `there` on a thread of its own meanwhile.
pub(crate) fn both<T: Send, H>(
    there: impl FnOnce() -> T + Send,
    here: impl FnOnce() -> H,
) -> (T, H) {
    thread::scope(|scope| {
        let there = scope.spawn(there);
        let here = here();
        (there.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}
