//! How a key pair signs a request.
//!
//! `auth_hash` is `nonce:HEX`, and HEX the HMAC-SHA256 of `URI:nonce:secret` under the token. It
//! covers neither the query nor the body, and the server does not record nonces: anyone who reads
//! it in a log can repeat the request with other parameters. That is why it is sent in the form if
//! there is one, and in the query only if there is none.

use hmac_sha256::HMAC;
use http::{Method, header::CONTENT_TYPE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::{KeyPair, keep_fields};
use crate::{
    encode::{FORM, MOST_FIELDS, Prepared, hex, nonce},
    types::{Body, BoxError},
};

const TOKEN: &str = "auth_token";
const HASH: &str = "auth_hash";

/// The characters that PHP's `rawurlencode` leaves unchanged; the server then turns `~` into `%7E`.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// Adds the signing parameters to the URL and the body of a request.
pub(super) fn sign(
    pair: &KeyPair,
    url: &Url,
    prepared: &Prepared,
    body: Body,
) -> Result<(Url, Body), BoxError> {
    let hash = auth_hash(pair, url.path(), &nonce()?);
    let mut fields = form_urlencoded::Serializer::new(String::new());
    let fields = fields.append_pair(TOKEN, pair.token()).append_pair(HASH, &hash).finish();
    let mut url = url.clone();
    if let Some(form) = form(prepared, &body) {
        return Ok((url, joined(form, &fields).into()));
    }
    let query = joined(url.query().unwrap_or_default(), &fields);
    url.set_query(Some(&query));
    Ok((url, body))
}

/// Removes the signing parameters from a URL: a server that redirects repeats the query it was
/// sent, and another server must not see them.
pub(crate) fn strip(url: &mut Url) {
    keep_fields(url, |field| !matches!(field.split('=').next(), Some(TOKEN | HASH)));
}

/// Returns the form of a request, if it has one with room for two more fields.
fn form<'b>(prepared: &Prepared, body: &'b Body) -> Option<&'b str> {
    let is_form = |(name, value): &(_, http::HeaderValue)| *name == CONTENT_TYPE && value == FORM;
    // PHP reads no form with another method.
    if prepared.method != Method::POST || !prepared.headers.iter().any(is_form) {
        return None;
    }
    let form = std::str::from_utf8(body.as_bytes()?).ok()?;
    (form.split('&').count() + 2 <= MOST_FIELDS).then_some(form)
}

fn joined(fields: &str, more: &str) -> String {
    match fields {
        "" => more.to_owned(),
        fields => format!("{fields}&{more}"),
    }
}

/// Returns the value of `auth_hash` for a request with this path, as it is in the request line.
fn auth_hash(pair: &KeyPair, path: &str, nonce: &str) -> String {
    let secret = pair.secret().expose_secret();
    let text = SecretString::from(format!("{}:{nonce}:{secret}", normal(path)));
    let mac = HMAC::mac(text.expose_secret().as_bytes(), pair.token().as_bytes());
    format!("{nonce}:{}", hex(&mac))
}

/// The path as the server signs it, however it was encoded: it reads a `+` as a space.
fn normal(path: &str) -> String {
    let segments = path.trim_end_matches('/').split('/').map(|segment| {
        let spaced = segment.replace('+', " ");
        let decoded: Vec<u8> = percent_decode(spaced.as_bytes()).collect();
        percent_encode(&decoded, &UNRESERVED).to_string()
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests;
