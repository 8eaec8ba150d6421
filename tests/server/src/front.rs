//! Web servers, PHP's own limits and proxies in front of a Pydio, as measured with 8.2.5 behind
//! Apache and nginx.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, header::AUTHORIZATION};

use crate::{Seen, php::raw_url_decode, reply::Reply};

/// A component in front of Pydio that does not forward every request unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Front {
    /// Apache with PHP as CGI or FastCGI: the `Authorization` header does not reach PHP.
    HeaderLost,
    /// A rewrite rule for the header that applies to `index.php` itself: PHP gets it under a name
    /// for which Pydio splits it at every colon and uses the first two pieces.
    HeaderCut,
    /// A proxy that requires its own password, for this realm.
    Realm(&'static str),
    /// Apache in its default configuration: a path with `%2F` is a 404.
    NoEncodedSlashes,
    /// A web server that does not rewrite `/api` to Pydio: 404.
    NoRewriting,
    /// Apache with the `RewriteBase` of another prefix: 500 for `/api`.
    WrongRewriteBase,
    /// Pydio keeps the routes of its previous prefix, and knows none of its addresses.
    Moved,
    /// A proxy that exposes Pydio below this prefix, which Pydio itself does not see.
    StripsPrefix(&'static str),
    /// A proxy that decodes a path and encodes it again: `%2B` arrives as `+`.
    DecodesPath,
    /// A web server that accepts no larger request, in bytes: 413.
    BodyLimit(usize),
    /// mod_fcgid in its default configuration: 500 for a body of more than 128 KiB.
    Fcgid,
    /// PHP's `post_max_size`, in bytes: PHP drops the whole content of a larger form.
    PostMaxSize(usize),
    /// A TLS port that receives plain HTTP: 400.
    TlsPort,
}

/// The largest body that mod_fcgid accepts, in bytes.
const FCGID_LIMIT: usize = 131_072;

/// Passes a request through the components in front of a Pydio at that prefix, or returns their
/// response.
pub(crate) fn pass(fronts: &[Front], prefix: &str, seen: &mut Seen) -> Option<Reply> {
    fronts.iter().find_map(|front| front.pass(prefix, seen))
}

impl Front {
    fn pass(&self, prefix: &str, seen: &mut Seen) -> Option<Reply> {
        let path = seen.target.split('?').next().unwrap_or_default();
        let decoded = raw_url_decode(path.as_bytes());
        let api = [prefix.as_bytes(), b"/api"].concat();
        let below = decoded.strip_prefix(&*api);
        let is_api = below.is_some_and(|rest| matches!(rest.first(), None | Some(b'/')));
        match self {
            Self::HeaderLost => drop(seen.headers.remove(AUTHORIZATION)),
            Self::HeaderCut => cut_header(seen),
            Self::Realm(realm) => {
                let page = Reply::apache(401, "Unauthorized");
                return Some(page.header("WWW-Authenticate", format!("Basic realm=\"{realm}\"")));
            }
            Self::NoEncodedSlashes if path.to_ascii_lowercase().contains("%2f") => {
                return Some(Reply::apache(404, "Not Found"));
            }
            Self::NoRewriting if is_api => return Some(Reply::web_server(404, "Not Found")),
            Self::WrongRewriteBase if is_api => {
                return Some(Reply::apache(500, "Internal Server Error"));
            }
            Self::Moved => {
                let page = "<html><body><h1>Oops, cannot find this page!</h1></body></html>";
                return Some(Reply::new(404, "text/html; charset=UTF-8", page));
            }
            Self::StripsPrefix(outside) => {
                let Some(inside) = seen.target.strip_prefix(outside) else {
                    return Some(Reply::web_server(404, "Not Found"));
                };
                seen.target = inside.to_owned();
            }
            Self::DecodesPath => seen.target = reencode(&seen.target),
            Self::BodyLimit(most) if seen.body.len() > *most => {
                return Some(Reply::web_server(413, "Request Entity Too Large"));
            }
            Self::Fcgid if seen.body.len() > FCGID_LIMIT => {
                return Some(Reply::apache(500, "Internal Server Error"));
            }
            Self::PostMaxSize(most) if seen.body.len() > *most => seen.body = Bytes::new(),
            Self::TlsPort => return Some(Reply::apache(400, "Bad Request")),
            _ => {}
        }
        None
    }
}

/// Keeps only the login and the first piece of the password.
fn cut_header(seen: &mut Seen) {
    let header = seen.headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    let encoded = header.and_then(|value| value.strip_prefix(b"Basic "));
    let Some(pair) = encoded.and_then(|encoded| STANDARD.decode(encoded).ok()) else { return };
    let pieces: Vec<&[u8]> = pair.split(|byte| *byte == b':').take(2).collect();
    let cut = format!("Basic {}", STANDARD.encode(pieces.join(&b':')));
    if let Ok(value) = HeaderValue::try_from(cut) {
        seen.headers.insert(AUTHORIZATION, value);
    }
}

/// Encodes the path of a target like nginx, which leaves more characters unescaped than a client
/// does.
fn reencode(target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q)));
    let mut reencoded = String::new();
    for byte in raw_url_decode(path.as_bytes()) {
        match byte {
            b' ' | b'#' | b'%' | b'?' | ..=0x1f | 0x7f.. => {
                reencoded.push_str(&format!("%{byte:02X}"))
            }
            byte => reencoded.push(byte.into()),
        }
    }
    query.into_iter().fold(reencoded, |path, query| format!("{path}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::reencode;

    #[test]
    fn a_path_is_unchanged_except_for_a_plus() {
        for (target, reencoded) in [
            ("/api/w/ls/a%2Bb?x=%2B", "/api/w/ls/a+b?x=%2B"),
            ("/api/w/ls/a%20%23%25%3F%C3%A9", "/api/w/ls/a%20%23%25%3F%C3%A9"),
            ("/api/w/ls/a%26b%3Bc%3Dd%27", "/api/w/ls/a&b;c=d'"),
        ] {
            assert_eq!(reencode(target), reencoded);
        }
    }
}
