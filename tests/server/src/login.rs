//! Authentication over REST: HTTP Basic or a signature, and the lock-out after failures.

use std::{collections::BTreeMap, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;

use crate::{
    Seen, endpoints::early, parameters::Parameters, people::User, reply::Reply, world::World,
};

/// A user that exists on every server.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    /// The login.
    pub login: &'static str,
    /// The password.
    pub password: &'static str,
}

/// The administrator, the only user who sees `settings`.
pub const ADMIN: Account = Account { login: "admin", password: "admin:p@ss w\u{f6}rd" };

/// A user with write access everywhere.
pub const ALICE: Account = Account { login: "alice", password: "alice-secret" };

/// A user with read-only access to `common`.
pub const BOB: Account = Account { login: "bob", password: "bob-secret" };

/// From this number of wrong passwords on, the server suspects an address.
const MOST_FAILURES: u32 = 3;

/// The error of every login after a role was saved without `APPLIES`.
pub(crate) const BROKEN: &str = "in_array() expects parameter 2 to be array, null given";

const UNAUTHORIZED: &str = "You are not authorized to access this API.";

/// The number of wrong passwords by address.
#[derive(Debug, Default)]
pub(crate) struct Failures(BTreeMap<IpAddr, u32>);

impl Failures {
    pub(crate) fn is_suspected(&self, peer: IpAddr) -> bool {
        self.0.get(&peer).is_some_and(|count| *count >= MOST_FAILURES)
    }

    /// Counts a wrong password.
    pub(crate) fn add(&mut self, peer: IpAddr) {
        *self.0.entry(peer).or_default() += 1;
    }

    /// Resets the counter after a right password.
    pub(crate) fn forget(&mut self, peer: IpAddr) {
        self.0.remove(&peer);
    }
}

/// Returns the header by which a user authenticates.
pub(crate) fn header(login: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{login}:{password}")))
}

/// Returns the user that a request authenticates as, or the 401 response.
pub(crate) fn authenticate(
    world: &mut World,
    seen: &Seen,
    parameters: &Parameters,
    peer: IpAddr,
) -> Result<User, Reply> {
    let signed = world.keystore.verify(&seen.target, parameters);
    let login = match signed {
        Some(login) => login.to_owned(),
        None => basic(world, seen, peer)?,
    };
    if world.people.is_broken {
        return Err(early(seen, BROKEN));
    }
    world.people.load(&login);
    match world.people.users.get_mut(&login) {
        Some(user) if !user.is_locked_out() => {
            user.last_connection = Some(world.clock.now());
            Ok(user.clone())
        }
        _ => Err(challenge(world)),
    }
}

fn basic(world: &mut World, seen: &Seen, peer: IpAddr) -> Result<String, Reply> {
    let header = seen.headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    let Some(encoded) = header.and_then(|value| value.strip_prefix(b"Basic ")) else {
        return Err(challenge(world));
    };
    let pair = STANDARD.decode(encoded).ok().and_then(|pair| String::from_utf8(pair).ok());
    let pair = pair.unwrap_or_default();
    // Without a colon, it is a login without a password, and fails like any wrong one.
    let (login, password) = pair.split_once(':').unwrap_or((&pair, ""));
    let is_right = |user: &User| user.password == password && !world.settings.hashes_passwords;
    if world.people.users.get(login).is_some_and(is_right) {
        world.failures.forget(peer);
        return Ok(login.to_owned());
    }
    let was_suspected = world.failures.is_suspected(peer);
    world.failures.add(peer);
    Err(if was_suspected { unauthorized(UNAUTHORIZED) } else { challenge(world) })
}

fn challenge(world: &World) -> Reply {
    let text = world.settings.version.dialect().wrong_password;
    unauthorized(text).header("WWW-Authenticate", "Basic realm=\"Pydio API\"")
}

/// Returns the 401 for a forbidden workspace and for an address that is locked out.
pub(crate) fn unauthorized(text: &'static str) -> Reply {
    Reply::new(401, "text/html; charset=UTF-8", text)
}
