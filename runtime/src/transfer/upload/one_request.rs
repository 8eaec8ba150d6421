//! A large file in one request.

use std::{pin::pin, time::Duration};

use futures_util::future::{self, Either};
use tokio::time::Instant;

use super::{
    piece::Piece,
    run::{Run, State},
};
use crate::types::{Error, ErrorKind, NodePath};

/// How often the progress is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// How often at most: breaking off later would lose more than it saves.
const LOOKS: u32 = 5;

impl Run {
    /// Sends the whole file in one request, unless parts of it are there or that takes longer than
    /// `most`. Returns the file if the server has it then.
    pub(super) async fn try_one_request(
        &self,
        state: &State,
        most: Duration,
    ) -> Result<Option<NodePath>, Error> {
        // Of a raw body that is broken off, a server may keep the beginning.
        if state.resumed > 0 || self.options.is_raw || !self.planned.source.can_repeat() {
            return Ok(None);
        }
        let (node, length) = (&state.node, self.length);
        let piece = Piece { node, offset: 0, length, keep_both: false, appends: false };
        let sending = pin!(self.send(piece));
        match future::select(sending, pin!(self.is_slow(most))).await {
            Either::Left((Ok(answer), _)) => {
                if let Ok(stored) = self.stored(&answer) {
                    return Ok(Some(stored));
                }
            }
            Either::Left((Err(error), _)) if is_final(&error) => return Err(error),
            // The response may be lost, or something in between accepts only smaller requests.
            Either::Left((Err(_), _)) => {}
            // PHP drops a form that is broken off, with the file in it.
            Either::Right(((), _)) => return Ok(None),
        }
        Ok(self.has_arrived(state).await?.then(|| node.clone()))
    }

    /// Waits until the first bytes let expect that all of them take longer than `most`; if they do
    /// not, forever.
    async fn is_slow(&self, most: Duration) {
        let begin = Instant::now();
        for _ in 0..LOOKS {
            tokio::time::sleep(LOOK).await;
            let (sent, all) = (self.options.listener.bytes(), u128::from(self.length));
            let expected = begin.elapsed().as_millis() * all / u128::from(sent.max(1));
            // Once everything is sent, only the server has work to do.
            if sent < self.length && expected > most.as_millis() {
                return;
            }
        }
        future::pending().await
    }
}

/// Returns whether parts would fail with the same error.
fn is_final(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::LocalFile | ErrorKind::Incomplete | ErrorKind::BadCredentials)
}
