//! Runs work on several threads.

use std::{
    panic::resume_unwind,
    thread::{self, Builder},
};

/// The stack size of a thread: the deepest nesting allowed in a spec takes a few MiB without
/// optimisations, which is more than the default of threads.
const STACK: usize = 64 << 20;

fn roomy() -> Builder {
    Builder::new().stack_size(STACK)
}

/// Returns both results, computing `there` on another thread in the meantime.
pub(crate) fn both<T: Send, H>(there: impl Fn() -> T + Sync, here: impl FnOnce() -> H) -> (T, H) {
    thread::scope(|scope| {
        // Without another thread, one after the other.
        let Ok(handle) = roomy().spawn_scoped(scope, &there) else { return (there(), here()) };
        let here = here();
        (handle.join().unwrap_or_else(|panic| resume_unwind(panic)), here)
    })
}

/// Runs `work` on several threads at once, at most `most`, until all have finished.
pub(crate) fn several(most: usize, work: impl Fn() + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(most);
    thread::scope(|scope| {
        let started = (0..threads).filter(|_| roomy().spawn_scoped(scope, &work).is_ok());
        if started.count() == 0 {
            work();
        }
    });
}

/// Returns the result of `work`, computed on another thread.
pub(crate) fn apart<T: Send>(work: impl Fn() -> T + Sync) -> T {
    both(work, || ()).0
}
