//! Questions about the work of a call.

use std::time::Duration;

use crate::{
    connection::{Attempts, RetryPolicy},
    json::Json,
    response::{Begun, Called, Listing},
    types::{Endpoint, Error, Request},
};

/// How often a question is asked, and the longest pause before it is asked again.
const MOST_ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(100);

impl Begun {
    /// Sends a call that returns JSON, up to three times.
    pub(super) async fn json(&self, workspace: &str, request: Request) -> Result<Json, Error> {
        let ask = || self.caller.json(workspace, request.clone());
        persistently(request.endpoint(), ask).await
    }

    /// Sends a call that returns nodes, up to three times.
    pub(super) async fn listing(
        &self,
        workspace: &str,
        request: Request,
    ) -> Result<Listing, Error> {
        let ask = || self.caller.listing(workspace, request.clone());
        persistently(request.endpoint(), ask).await
    }
}

/// Asks a question again while it fails in a way that may pass, whatever the connection's own policy
/// is: one of several questions would otherwise fail each time if every second response breaks off.
async fn persistently<'a, T>(
    endpoint: &Endpoint,
    ask: impl Fn() -> Called<'a, T>,
) -> Result<T, Error> {
    let policy = RetryPolicy::new(MOST_ATTEMPTS).pause(PAUSE, PAUSE);
    let mut attempts = Attempts::begin(Some(&policy), endpoint);
    loop {
        match ask().await {
            Err(error) => Attempts::wait(&mut attempts, error).await?,
            outcome => return outcome,
        }
    }
}
