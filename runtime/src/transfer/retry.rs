//! Retries after temporary failures.

use std::time::Duration;

use crate::{
    connection::{backoff, may_pass},
    types::Error,
};

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_secs(30);

/// How often a transfer is retried without progress, and the pause before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retries {
    pub(super) most: u32,
    pub(super) pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { most: 4, pause: Duration::from_millis(500) }
    }
}

/// The failures of a transfer since it last made progress.
#[derive(Debug)]
pub(super) struct Retry {
    retries: Retries,
    failures: u32,
}

impl Retry {
    pub(super) fn new(retries: Retries) -> Self {
        Self { retries, failures: 0 }
    }

    /// Records that the transfer made progress.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Waits before the next attempt, twice as long as the last time, or returns the error.
    pub(super) async fn after(&mut self, error: Error) -> Result<(), Error> {
        if self.failures >= self.retries.most || !may_pass(&error) {
            return Err(error);
        }
        let pause = backoff(self.retries.pause, self.failures, LONGEST);
        self.failures += 1;
        tokio::time::sleep(pause.max(error.retry_after().unwrap_or_default())).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Retries, Retry};
    use crate::types::{Error, ErrorKind, Failure};

    #[tokio::test(start_paused = true)]
    async fn pauses_get_longer_and_end() {
        let mut retry = Retry::new(Retries { most: 3, pause: Duration::from_secs(12) });
        let begin = tokio::time::Instant::now();
        let broken = || Error::new(ErrorKind::Transport, Failure::new("broken"));
        for seconds in [12, 36, 66] {
            retry.after(broken()).await.unwrap();
            assert_eq!(begin.elapsed().as_secs(), seconds);
        }
        assert!(retry.after(broken()).await.is_err());
        retry.reset();
        retry.after(broken()).await.unwrap();
        assert_eq!(begin.elapsed().as_secs(), 78);
    }

    #[tokio::test]
    async fn only_what_may_pass_is_waited_for() {
        let status = |status| {
            let status = http::StatusCode::from_u16(status).unwrap();
            Error::new(ErrorKind::Status, Failure::new("").status(status))
        };
        let retries = Retries { most: 9, pause: Duration::ZERO };
        for (error, may_pass) in [
            (Error::new(ErrorKind::Transport, Failure::new("")), true),
            (status(500), true),
            (status(503), true),
            (status(413), false),
            (status(501), false),
            (Error::new(ErrorKind::Server, Failure::new("")), false),
            (Error::new(ErrorKind::BadCredentials, Failure::new("")), false),
            (Error::new(ErrorKind::Incomplete, Failure::new("")), false),
            (Error::new(ErrorKind::LocalFile, Failure::new("")), false),
        ] {
            let shown = error.to_string();
            assert_eq!(Retry::new(retries).after(error).await.is_ok(), may_pass, "{shown}");
        }
    }
}
