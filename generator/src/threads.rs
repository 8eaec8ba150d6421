//! Work on several threads.

use std::{
    panic::resume_unwind,
    thread::{self, Builder},
};

/// The stack of a thread: what is nested as deep as a spec may be takes a few MiB where nothing
/// is optimised, which is more than threads have by themselves.
const STACK: usize = 64 << 20;

fn roomy() -> Builder {
    Builder::new().stack_size(STACK)
}

/// What both make, `there` on a thread of its own meanwhile.
pub(crate) fn both<T: Send, H>(there: impl Fn() -> T + Sync, here: impl FnOnce() -> H) -> (T, H) {
    thread::scope(|scope| {
        // Without another thread, one after the other.
        let Ok(handle) = roomy().spawn_scoped(scope, &there) else { return (there(), here()) };
        let here = here();
        (handle.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}

/// Does `work` on several threads at once, at most on `most`, until each has come to an end.
pub(crate) fn several(most: usize, work: impl Fn() + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(most);
    thread::scope(|scope| {
        let started = (0..threads).filter(|_| roomy().spawn_scoped(scope, &work).is_ok());
        if started.count() == 0 {
            work();
        }
    });
}

/// What `work` makes, on a thread of its own.
pub(crate) fn apart<T: Send>(work: impl Fn() -> T + Sync) -> T {
    both(work, || ()).0
}
