//! Recorded requests, prepared for sending again.

use pydio_tests::{ADMIN, ALICE, Account, BOB, recordings::Recording};

use crate::raw::Request;

/// A user of a single recording.
pub(crate) const COLON: Account = Account { login: "colon", password: "co:lon:1" };

/// Recordings made with a wrong password: parts of their names.
const WRONG_PASSWORDS: [&str; 10] = [
    "v1/errors/brute_force_1",
    "v1/errors/brute_force_2",
    "v1/errors/brute_force_3",
    "v1/errors/brute_force_4",
    "v1/errors/brute_force_wrong_password",
    "v2/user/wrong_password",
    "v1/errors/empty_password",
    "v1/errors/unknown_user",
    "v1/errors/wrong_password",
    "v2/errors/wrong_password",
];

/// Headers that the test's connection sets.
const OF_THE_CONNECTION: [&str; 4] =
    ["authorization", "content-length", "transfer-encoding", "expect"];

/// Returns a recorded request with the credentials of the test users.
pub(crate) fn request_of(recording: &Recording) -> Request {
    let is_ours = |name: &str| OF_THE_CONNECTION.contains(&&*name.to_ascii_lowercase());
    let headers = recording.headers.iter().filter(|(name, _)| !is_ours(name));
    let request = Request {
        method: recording.method.clone(),
        target: recording.target.clone(),
        headers: headers.cloned().collect(),
        body: recording.body.clone(),
    };
    let Some(user) = recording.user.as_deref() else { return request };
    let is_wrong = WRONG_PASSWORDS.iter().any(|known| recording.name.contains(known));
    match [ADMIN, ALICE, BOB, COLON].iter().find(|account| account.login == user) {
        Some(account) if !is_wrong => request.basic(user, account.password),
        _ => request.basic(user, "wrong"),
    }
}
