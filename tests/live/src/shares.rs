//! Sharing through a link and with users.

use super::{Need, Scenario};

#[cfg(since = "6.2.0")]
mod guest;
#[cfg(since = "6.2.0")]
mod link;

#[cfg(not(since = "6.2.0"))]
use super::absent::{self as guest, self as link};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a link with a password and an end: made, changed, read, removed",
        needs: &[Need::Call("action.share/load_shared_element_data")],
        help: "`action.share` has to be active, and the user's role has to allow public links",
        run: |scene| Box::pin(link::run(scene)),
    },
    Scenario {
        name: "a folder is shared with a user",
        needs: &[Need::Admin, Need::Call("action.share/load_shared_element_data")],
        help: "`action.share` has to be active, and the user's role has to allow shared workspaces",
        run: |scene| Box::pin(guest::run(scene)),
    },
];
