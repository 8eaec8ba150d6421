//! Key pairs, and the signatures made with them.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{
    parameters::Parameters,
    php::{lossy, raw_url_encode, url_decode},
};

/// Key pairs by their token.
#[derive(Debug, Default)]
pub(crate) struct Keystore {
    pub(crate) pairs: BTreeMap<String, Pair>,
}

/// What the server stores of a pair.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) login: String,
    pub(crate) secret: String,
    /// The device that requested it; a device has one pair.
    pub(crate) device: Option<String>,
    pub(crate) agent: String,
    pub(crate) address: String,
}

impl Keystore {
    /// Returns who signed a request; `None` if there is no valid signature.
    pub(crate) fn verify(&self, target: &str, parameters: &Parameters) -> Option<&str> {
        let token = parameters.text("auth_token")?;
        let (nonce, signature) = parameters.text("auth_hash")?.split_once(':')?;
        let pair = self.pairs.get(token)?;
        let message = format!("{}:{nonce}:{}", signed_uri(target), pair.secret);
        (sign(token, &message) == signature).then_some(&*pair.login)
    }

    /// Stores a pair, and replaces the previous one of its device.
    pub(crate) fn add(&mut self, token: String, pair: Pair) {
        let is_replaced = |old: &Pair| old.login == pair.login && old.device == pair.device;
        if pair.device.is_some() {
            self.pairs.retain(|_, old| !is_replaced(old));
        }
        self.pairs.insert(token, pair);
    }

    /// Revokes one pair of a user, or all of them.
    pub(crate) fn revoke(&mut self, login: &str, token: Option<&str>) {
        self.pairs
            .retain(|known, pair| pair.login != login || token.is_some_and(|token| token != known));
    }
}

/// Returns the path of a request as it is signed: each segment decoded and encoded again, `~`
/// included.
fn signed_uri(target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default().trim_end_matches('/');
    let segments = path.split('/').map(|segment| {
        let decoded = lossy(url_decode(segment.as_bytes()));
        raw_url_encode(&decoded).replace('~', "%7E")
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Returns the HMAC-SHA256 in lowercase hexadecimal digits.
fn sign(key: &str, message: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{sign, signed_uri};

    #[test]
    fn requests_are_signed_as_documented() {
        for (target, uri, signature) in [
            (
                "/pydio/api/my-files/ls/a%20b~c/%C3%A9(1)/?x=1",
                "/pydio/api/my-files/ls/a%20b%7Ec/%C3%A9%281%29",
                "04ab239bcd70d6bc16b3a10b1368c867f380ca902d5279cc434d403926154880",
            ),
            (
                "/api/v2/fs/my-files/x+y",
                "/api/v2/fs/my-files/x%20y",
                "050f54750d45023271a6eacbb245f7d8cc2f6a5203e73549595d85fe149fdfdb",
            ),
        ] {
            assert_eq!(signed_uri(target), uri);
            assert_eq!(sign("tok", &format!("{uri}:n0:sec")), signature);
        }
    }
}
