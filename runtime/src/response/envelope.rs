//! Reading the envelope, and the failures that it reports.

use super::{Accept, Decoding, FromResponse, Listing, Origin, Response, xml};
use crate::types::{Element, Envelope, Error, ErrorKind, Severity};

impl FromResponse for Envelope {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(xml::read_envelope(response))
    }
}

impl FromResponse for Listing {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let origin = response.origin.clone();
            let envelope = xml::read_envelope(response).await?;
            origin.expected.check_root(&origin, &envelope.root)?;
            Ok(envelope.into())
        })
    }
}

/// A listing with the paths of nodes that were left out because their names are not UTF-8.
pub(crate) struct ListedPage {
    pub(crate) listing: Listing,
    pub(crate) unreadable: Vec<String>,
}

impl FromResponse for ListedPage {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let (envelope, unreadable) = xml::read_page(response).await?;
            Ok(Self { listing: envelope.into(), unreadable })
        })
    }
}

impl FromResponse for Element {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(xml::read_element(response))
    }
}

/// The result of reading an envelope: a report, or a refusal.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) envelope: Envelope,
    pub(crate) require_auth: bool,
    /// The paths of nodes that were left out, since their names are not UTF-8. A replacement
    /// character is there for each byte that is not.
    pub(crate) unreadable: Vec<String>,
}

impl Report {
    /// Returns whether it reports a failure.
    pub(crate) fn has_failed(&self) -> bool {
        self.require_auth || self.envelope.messages.iter().any(|m| m.severity == Severity::Error)
    }

    /// Returns the envelope, unless it reports a failure.
    pub(crate) fn settle(self, origin: &Origin) -> Result<Envelope, Error> {
        let Self { mut envelope, require_auth, unreadable } = self;
        let errors: Vec<_> =
            envelope.messages.extract_if(.., |m| m.severity == Severity::Error).collect();
        let errors: Vec<_> = errors.iter().map(|message| &*message.text).collect();
        if !require_auth && errors.is_empty() {
            return match unreadable.is_empty() {
                true => Ok(envelope),
                false => Err(not_utf8(origin, &unreadable, Some(envelope))),
            };
        }
        let partial = Some(envelope).filter(|rest| !rest.is_empty());
        Err(refusal(origin, require_auth, &errors, partial))
    }
}

/// Returns the error for nodes with names that are not UTF-8. Linux allows any bytes in a name; the
/// server sends them as they are, and reads no name that is not UTF-8.
pub(crate) fn not_utf8(origin: &Origin, paths: &[String], rest: Option<Envelope>) -> Error {
    const MOST: usize = 5;
    let mut list: Vec<_> = paths.iter().take(MOST).map(|path| format!("`{path}`")).collect();
    if paths.len() > MOST {
        list.push(format!("and {} more", paths.len() - MOST));
    }
    let message = format!(
        "the listing lacks {} that no call can address, because their names are not UTF-8: {}; \
         rename them on the disk of the server",
        match paths.len() {
            1 => "a node".to_owned(),
            count => format!("{count} nodes"),
        },
        list.join(", ")
    );
    Error::new(ErrorKind::Malformed, origin.failure(message).with_partial(rest))
}

/// The message for `<require_auth/>` without one.
const LOGIN_ASKED: &str = "the server requires a login";

/// Returns the error for `<require_auth/>` and the messages of type `ERROR` in a response.
///
/// With a message, the server knows the user, who lacks a right; it sends none if nobody is logged in
/// (recorded on 6.4.2, 6.5.5, 7.0.4 and 8.2.5).
pub(crate) fn refusal(
    origin: &Origin,
    require_auth: bool,
    errors: &[&str],
    partial: Option<Envelope>,
) -> Error {
    let error = match (require_auth, errors) {
        (true, []) => Error::new(ErrorKind::AuthenticationRequired, origin.failure(LOGIN_ASKED)),
        (true, errors) => Error::new(ErrorKind::Forbidden, origin.failure(errors.join("; "))),
        (false, errors) => server_error(origin, &errors.join("; ")),
    };
    error.with_partial(partial)
}

/// Returns the error for an `ERROR` message of the server.
///
/// A few texts come from the routing code, which never translates them: they identify the error.
pub(crate) fn server_error(origin: &Origin, text: &str) -> Error {
    match text.strip_prefix("Could not find workspace with id/alias ") {
        // Where no operation has a path, the server takes it for one of REST v1.
        Some("v2") if origin.endpoint.is_operation() => unknown_action(origin, text),
        Some(_) => Error::new(ErrorKind::UnknownWorkspace, origin.failure(text)),
        None if text == "Could not find action"
            || text.starts_with("Could not find action ")
            || text == "Could not find any endpoint for this URI" =>
        {
            unknown_action(origin, text)
        }
        None => Error::new(ErrorKind::Server, origin.failure(text)),
    }
}

/// Returns the error for an action or an operation that the server does not have, with what is
/// known about the releases that do.
pub(crate) fn unknown_action(origin: &Origin, text: &str) -> Error {
    let text = match origin.endpoint.missing_since(origin.release) {
        Some(why) => format!("{text}; {why}"),
        None => text.to_owned(),
    };
    Error::new(ErrorKind::UnknownAction, origin.failure(text))
}
