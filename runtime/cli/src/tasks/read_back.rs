//! Reads the result of a change.

use std::time::Duration;

use pydio_client::{Error, ErrorKind};

/// The number of attempts after transient failures.
const TRIES: u32 = 4;

/// Reads up to four times, since the current state matters after a change. A failure may be
/// transient if it concerns the connection or has a status that Pydio does not send.
///
/// # Errors
///
/// Returns the error of the last attempt.
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
