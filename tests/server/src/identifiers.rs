//! Generated names: ids of workspaces and tasks, hashes of links, tokens. They are the same, and in
//! the same order, on every run.

use md5::{Digest as _, Md5};

/// Generates unique names.
#[derive(Debug, Default)]
pub(crate) struct Identifiers(u64);

impl Identifiers {
    /// Returns at most 32 lowercase hexadecimal digits.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.0 += 1;
        let mut hex = md5_hex(format!("pydio-tests {}", self.0).as_bytes());
        hex.truncate(length);
        hex
    }

    /// Returns letters and digits, like secure tokens and key pairs.
    pub(crate) fn token(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnopqrstuvwxyz23456789";
        let bytes = [self.hex(32), self.hex(32)].concat().into_bytes();
        let pairs = bytes.windows(2).map(|pair| usize::from(pair[0]) * 7 + usize::from(pair[1]));
        pairs.take(length).map(|n| char::from(ALPHABET[n % ALPHABET.len()])).collect()
    }

    /// Returns an id in five groups, like those of tasks.
    pub(crate) fn uuid(&mut self) -> String {
        let hex = self.hex(32).to_uppercase();
        let groups = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        groups.join("-")
    }
}

/// Computes PHP's `md5`.
pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Identifiers, md5_hex};

    #[test]
    fn names_are_unique_and_have_the_requested_length() {
        let mut ids = Identifiers::default();
        let (a, b) = (ids.token(32), ids.token(32));
        assert!(a != b && a.len() == 32 && b.len() == 32);
        assert_eq!((ids.hex(6).len(), ids.uuid().len()), (6, 36));
        assert_eq!(md5_hex(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
    }
}
