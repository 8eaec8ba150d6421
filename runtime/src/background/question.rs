//! Questions about the work of a call.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    connection::may_pass,
    json::Json,
    response::{Begun, Called, Listing},
    types::{Error, Request},
};

/// The pause before a question is asked again.
const PAUSE: Duration = Duration::from_millis(100);

impl Begun {
    /// Sends a call that returns JSON, up to three times.
    pub(super) async fn json(&self, workspace: &str, request: Request) -> Result<Json, Error> {
        persistently(|| self.caller.json(workspace, request.clone())).await
    }

    /// Sends a call that returns nodes, up to three times.
    pub(super) async fn listing(
        &self,
        workspace: &str,
        request: Request,
    ) -> Result<Listing, Error> {
        persistently(|| self.caller.listing(workspace, request.clone())).await
    }
}

/// Asks a question, which changes nothing, up to three times while it fails in a way that may pass: one
/// of several questions would otherwise fail each time if every second response breaks off.
async fn persistently<'a, T>(ask: impl Fn() -> Called<'a, T>) -> Result<T, Error> {
    for _ in 0..2 {
        match ask().await {
            Err(error) if may_pass(&error) => sleep(PAUSE).await,
            outcome => return outcome,
        }
    }
    ask().await
}
