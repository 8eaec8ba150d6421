//! Waiting for futures on the runtime of a connection.

use std::{cell::RefCell, io, panic::resume_unwind, sync::Arc, thread};

use tokio::runtime::{self, Handle, Runtime};

use crate::types::{Error, ErrorKind, Failure};

/// The runtime of a connection.
#[derive(Clone)]
pub(super) struct Waiter(Arc<Own>);

/// A runtime, there until this is dropped.
struct Own(Option<Runtime>);

impl Waiter {
    pub(super) fn new() -> Result<Self, Error> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self(Arc::new(Own(Some(runtime.map_err(no_runtime)?)))))
    }

    /// Waits on the runtime of the connection.
    pub(super) fn wait<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: Future<Output: Send> + Send,
    {
        let Own(Some(runtime)) = &*self.0 else { unreachable!("it is there until it is dropped") };
        let _driving = Driving::begin(&self.0)?;
        if Handle::try_current().is_err() {
            return Ok(runtime.block_on(future));
        }
        // A thread of another runtime may not drive this one.
        thread::scope(|scope| {
            let waiting = thread::Builder::new().spawn_scoped(scope, || {
                let _driving = Driving::begin(&self.0)?;
                Ok(runtime.block_on(future))
            });
            match waiting.map_err(no_runtime)?.join() {
                Ok(output) => output,
                Err(panic) => resume_unwind(panic),
            }
        })
    }
}

/// A runtime that this thread drives, until this is dropped: waiting for it again would never end.
struct Driving;

thread_local! {
    /// The addresses of the runtimes that this thread drives.
    static DRIVEN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl Driving {
    fn begin(own: &Arc<Own>) -> Result<Self, Error> {
        let address = Arc::as_ptr(own).addr();
        DRIVEN.with_borrow_mut(|driven| {
            if driven.contains(&address) {
                let message = "a blocking call in a callback, a hook or a future of the same \
                               connection would wait for itself; make it on another connection";
                return Err(Error::new(ErrorKind::Config, Failure::new(message)));
            }
            driven.push(address);
            Ok(Self)
        })
    }
}

impl Drop for Driving {
    fn drop(&mut self) {
        DRIVEN.with_borrow_mut(Vec::pop);
    }
}

fn no_runtime(error: io::Error) -> Error {
    let message = format!("no runtime for blocking calls: {error}");
    Error::new(ErrorKind::Config, Failure::new(message).source(error))
}

/// A runtime must not be dropped in an `async` function, where dropping would block.
impl Drop for Own {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
