//! Random text that was never used before.

use std::fmt::Write as _;

use crate::types::BoxError;

/// Returns text that was never used before and contains no `:`.
pub(crate) fn nonce() -> Result<String, BoxError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("the system provides no random bytes: {error}"))?;
    Ok(hex(&bytes))
}

/// Returns bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
