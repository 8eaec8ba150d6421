//! Who is calling: HTTP Basic, and the lock-out after failures.

use std::{collections::BTreeMap, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, header::AUTHORIZATION};

use crate::{
    reply::Reply,
    workspaces::{Driver, Workspace},
};

/// A user of every server.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    /// The login.
    pub login: &'static str,
    /// The password.
    pub password: &'static str,
    is_admin: bool,
    reads_only: &'static [&'static str],
}

/// The administrator, who alone sees `settings`.
pub const ADMIN: Account =
    Account { login: "admin", password: "admin:p@ss w\u{f6}rd", is_admin: true, reads_only: &[] };

/// A user who may write everywhere.
pub const ALICE: Account =
    Account { login: "alice", password: "alice-secret", is_admin: false, reads_only: &[] };

/// A user who may only read `common`.
pub const BOB: Account =
    Account { login: "bob", password: "bob-secret", is_admin: false, reads_only: &["common"] };

static ACCOUNTS: [Account; 3] = [ADMIN, ALICE, BOB];

/// Past this many wrong passwords from an address, the server no longer says what is wrong.
const MOST_FAILURES: u32 = 3;

/// Wrong passwords by address.
#[derive(Debug, Default)]
pub(crate) struct Failures(BTreeMap<IpAddr, u32>);

impl Account {
    pub(crate) fn may_enter(&self, workspace: &Workspace) -> bool {
        workspace.driver != Driver::Settings || self.is_admin
    }

    pub(crate) fn may_write(&self, workspace: &Workspace) -> bool {
        !self.reads_only.contains(&workspace.slug)
    }
}

/// The account a request proves, or the 401 that it gets.
pub(crate) fn authenticate(
    headers: &HeaderMap,
    peer: IpAddr,
    failures: &mut Failures,
) -> Result<&'static Account, Reply> {
    let header = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    let Some(encoded) = header.and_then(|value| value.strip_prefix(b"Basic ")) else {
        return Err(challenge());
    };
    let pair = STANDARD.decode(encoded).ok().and_then(|pair| String::from_utf8(pair).ok());
    let Some((login, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
        return Err(unauthorized());
    };
    let is_right = |account: &&Account| account.login == login && account.password == password;
    if let Some(account) = ACCOUNTS.iter().find(is_right) {
        return Ok(account);
    }
    let count = failures.0.entry(peer).or_default();
    *count += 1;
    Err(if *count > MOST_FAILURES { unauthorized() } else { challenge() })
}

fn challenge() -> Reply {
    let reply = Reply::new(401, "text/html; charset=UTF-8", "");
    reply.header("WWW-Authenticate", "Basic realm=\"Pydio API\"")
}

/// 401 for everything but a wrong password.
pub(crate) fn unauthorized() -> Reply {
    let text = "You are not authorized to access this API.";
    Reply::new(401, "text/html; charset=UTF-8", text)
}
