//! Reading the envelope, and the failures that it reports.

use super::{Accept, Decoding, FromResponse, Listing, Origin, Response, xml};
use crate::types::{Element, Envelope, Error, ErrorKind, Failure, Severity};

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
}

impl Report {
    /// Returns the envelope, unless it reports a failure.
    pub(crate) fn settle(self, origin: &Origin) -> Result<Envelope, Error> {
        let Self { mut envelope, require_auth } = self;
        let errors: Vec<_> =
            envelope.messages.extract_if(.., |m| m.severity == Severity::Error).collect();
        let errors: Vec<_> = errors.iter().map(|message| &*message.text).collect();
        if !require_auth && errors.is_empty() {
            return Ok(envelope);
        }
        let partial = Some(envelope).filter(|rest| !rest.is_empty());
        Err(refusal(origin, require_auth, &errors, partial))
    }
}

/// The message for `<require_auth/>`, which has no text.
pub(crate) const LOGIN_ASKED: &str = "the server asks for a login, or the user lacks the right";

/// Returns the error for `<require_auth/>` and the messages of type `ERROR` in a response.
pub(crate) fn refusal(
    origin: &Origin,
    require_auth: bool,
    errors: &[&str],
    partial: Option<Envelope>,
) -> Error {
    let failure = match errors {
        [] => origin.failure(LOGIN_ASKED),
        errors => origin.failure(errors.join("; ")),
    };
    let failure = failure.with_partial(partial);
    if require_auth {
        Error::new(ErrorKind::AuthenticationRequired, failure)
    } else {
        server_error(failure)
    }
}

/// Returns the error for an `ERROR` message of the server.
///
/// A few texts come from the routing code, which never translates them: they identify the error.
pub(crate) fn server_error(failure: Failure) -> Error {
    let text = failure.text();
    if text.starts_with("Could not find workspace with id/alias ") {
        Error::new(ErrorKind::UnknownWorkspace, failure)
    } else if text == "Could not find action"
        || text.starts_with("Could not find action ")
        || text == "Could not find any endpoint for this URI"
    {
        Error::new(ErrorKind::UnknownAction, failure)
    } else {
        Error::new(ErrorKind::Server, failure)
    }
}
