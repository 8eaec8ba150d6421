//! The meaning of responses from web servers and proxies in front of a Pydio.

use http::StatusCode;
use url::Url;

/// The largest body that mod_fcgid accepts unless `FcgidMaxRequestLen` is set, in bytes.
const FCGID_LIMIT: u64 = 131_072;

/// Returns the most likely cause of a status whose page does not explain it.
pub(super) fn likely_cause(
    status: StatusCode,
    url: &Url,
    sent: u64,
    is_web_page: bool,
) -> Option<String> {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE if sent > 0 => Some(format!(
            "the web server does not accept a request of {sent} bytes; send smaller \
                          parts"
        )),
        StatusCode::NOT_FOUND if url.path().to_ascii_lowercase().contains("%2f") => {
            let message = "the web server does not know this URL: URL rewriting may be off, or \
                           Apache refuses a path with `%2F`, which requires `AllowEncodedSlashes \
                           NoDecode`";
            Some(message.to_owned())
        }
        StatusCode::BAD_REQUEST if is_web_page && url.scheme() == "http" => {
            Some("the port may be one for `https://`".to_owned())
        }
        StatusCode::INTERNAL_SERVER_ERROR if is_web_page && sent > FCGID_LIMIT => Some(format!(
            "the request has {sent} bytes, but Apache with mod_fcgid accepts only {FCGID_LIMIT} \
             unless `FcgidMaxRequestLen` allows more; send smaller parts, or check the log of \
             the web server"
        )),
        _ => None,
    }
}
