//! The envelope that most actions answer with.

use super::{Answer, Decoding, Element, Listing, Node, xml};
use crate::{Accept, Error, Failure, NodePath, Response, response::Origin};

/// What an action did, as it reports it: messages, changed nodes, what to load again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// The outermost node: the folder in a listing, without attributes in most other answers.
    pub root: Node,
    /// What the server says to the user. Never holds an error: that is an [`Error`].
    pub messages: Vec<Message>,
    /// Nodes that were added, changed or removed.
    pub diff: NodesDiff,
    /// What a user interface should load again.
    pub reloads: Vec<Reload>,
    /// Whether the work may still be going on: the server asks to watch its message queue
    /// (`<consume_channel/>`). Long actions answer nothing else and go on as a task.
    pub background: bool,
}

impl Envelope {
    /// Whether the answer says nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Elements inside the outermost node that are no nodes and that this crate gives no meaning
    /// to.
    pub fn elements(&self) -> &[Element] {
        &self.root.elements
    }
}

impl Answer for Envelope {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(xml::read_envelope(response))
    }
}

impl Answer for Listing {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let origin = response.origin.clone();
            let envelope = xml::read_envelope(response).await?;
            origin.asked.check_root(&origin, &envelope.root)?;
            Ok(envelope.into())
        })
    }
}

/// A message of the server to the user, in the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// How bad it is.
    pub severity: Severity,
    /// What it says.
    pub text: String,
}

/// The `type` of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Severity {
    /// The work was done.
    Success,
    /// The work was not done, or not all of it.
    Error,
    /// Any other type, as sent.
    Other(String),
}

impl Severity {
    pub(crate) fn from_type(kind: &str) -> Self {
        if kind.eq_ignore_ascii_case("SUCCESS") {
            Self::Success
        } else if kind.eq_ignore_ascii_case("ERROR") {
            Self::Error
        } else {
            Self::Other(kind.to_owned())
        }
    }
}

/// The nodes an action changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodesDiff {
    /// Nodes that are new.
    pub added: Vec<Node>,
    /// Nodes that changed; [`Node::original_path`] tells where they were before.
    pub updated: Vec<Node>,
    /// Nodes that are gone.
    pub removed: Vec<Node>,
}

/// Advice to load something again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reload {
    /// What: `data` for the current folder, `repository_list` for the workspaces.
    pub object: String,
    /// The folder, where one is named.
    pub node: Option<NodePath>,
    /// The file to select in it, where one is named.
    pub file: Option<NodePath>,
}

/// What an envelope may turn out to be once read: a report, or a refusal.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) envelope: Envelope,
    pub(crate) require_auth: bool,
}

impl Report {
    /// The envelope, unless it tells of a failure.
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

/// What is said of `<require_auth/>`, which comes without a text.
pub(crate) const LOGIN_ASKED: &str = "the server asks for a login, or the user lacks the right";

/// The error that `<require_auth/>` and the messages of type `ERROR` in an answer stand for.
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
    if require_auth { Error::AuthenticationRequired(failure) } else { server_error(failure) }
}

/// The error that an `ERROR` message of the server stands for.
///
/// A few texts come from the routing code, which does not translate them; they are told apart.
pub(crate) fn server_error(failure: Failure) -> Error {
    let text = failure.message();
    if text.starts_with("Could not find workspace with id/alias ") {
        Error::UnknownWorkspace(failure)
    } else if text == "Could not find action"
        || text.starts_with("Could not find action ")
        || text == "Could not find any endpoint for this URI"
    {
        Error::UnknownAction(failure)
    } else {
        Error::Server(failure)
    }
}
