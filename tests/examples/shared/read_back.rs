//! Reading what a change has come to.

use std::time::Duration;

use pydio_client::{Error, ErrorKind};

/// How often it is read, if it fails for a reason that may pass.
const TRIES: u32 = 4;

/// Reads, up to four times: after a change, what there is now is worth waiting for. The reason of a
/// failure may pass when it is of the connection, or a status that is none of Pydio's.
///
/// # Errors
///
/// That of the last try.
pub async fn read_back<T>(
    mut pause: Duration,
    mut read: impl AsyncFnMut() -> Result<T, Error>,
) -> Result<T, Error> {
    for _ in 1..TRIES {
        match read().await {
            Err(error) if error.may_be_done() || error.kind() == ErrorKind::Status => {}
            outcome => return outcome,
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    read().await
}
