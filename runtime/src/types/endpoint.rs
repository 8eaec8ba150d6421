//! The static description of a call: an action of a plugin, or an operation of a spec.

use std::fmt;

use super::{
    Bindings, Kind, Location, Method, Outcome, Paging, Param, Release, ServerRelease,
    TransferActions,
};

/// The static description of a call.
///
/// Generated bindings have one for each action of a plugin and each operation of a spec. Its
/// parameters say where a value goes and how it is encoded; a [`Request`](crate::Request) holds
/// the values.
///
/// ```
/// use pydio_runtime::{Bindings, Endpoint, Method, Param, ResponseKind};
///
/// static BINDINGS: Bindings = Bindings::pydio("8.2.5");
///
/// static LS: Endpoint = Endpoint::action(&BINDINGS, Method::Get, "access.fs", "ls")
///     .params(&[Param::rest_of_path("dir").node(), Param::form("options")])
///     .returns(ResponseKind::Listing);
///
/// assert_eq!(LS.to_string(), "access.fs/ls");
/// assert!(LS.is_rest());
/// ```
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(crate) bindings: &'static Bindings,
    pub(crate) group: &'static str,
    pub(crate) id: &'static str,
    /// The name of the call, where the action runs several commands.
    pub(crate) command: Option<&'static str>,
    pub(crate) method: Method,
    pub(crate) reach: Reach,
    pub(crate) params: &'static [Param],
    pub(crate) response: ResponseKind,
    /// The media types to request; `None` for those of the response type.
    pub(crate) accept: Option<&'static str>,
    /// Declared media types that the type of the response does not read.
    pub(crate) unread: &'static [&'static str],
    /// Whether a redirect is the response, and is not followed.
    pub(crate) returns_redirect: bool,
    /// The server of this operation, where it has its own: a path on the host of the others, or
    /// the address of another host.
    pub(crate) own_server: Option<&'static str>,
    /// The media type of a form body, where it is not the usual one.
    pub(crate) form_type: Option<&'static str>,
    pub(crate) unsupported: Option<&'static str>,
    /// Lists of parameters of which a call needs at least one.
    pub(crate) needs: &'static [&'static [&'static str]],
    pub(crate) is_repeatable: bool,
    pub(crate) is_in_background: bool,
    pub(crate) outcome: Option<Outcome>,
    /// How a list is paged.
    pub(crate) paging: Option<Paging>,
    pub(crate) first_release: Option<&'static str>,
    pub(crate) last_release: Option<&'static str>,
}

/// Over which transports an endpoint is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// REST v1, the session and the console.
    Action,
    /// The session and the console.
    SessionAction,
    /// REST v2, or the API of another server: the path below the server, with `{name}` for a
    /// segment and `{name+}` for a part that spans slashes.
    Operation(&'static str),
}

/// What a successful call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseKind {
    /// Not declared: known when it arrives.
    Any,
    /// A list of nodes.
    Listing,
    /// The XML envelope.
    Envelope,
    /// The XML envelope, or nothing.
    OptionalEnvelope,
    /// XML of no declared shape.
    Xml,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Nothing.
    Nothing,
    /// JSON.
    Json,
    /// JSON, or nothing.
    OptionalJson,
    /// JSON about one node, or a map of several by path.
    OneOrMany,
    /// The status and the headers.
    Head,
    /// A type that depends on the status.
    ByStatus,
}

impl ResponseKind {
    /// Returns whether a successful response is never empty, so that an empty response is a
    /// failure.
    pub(crate) const fn is_never_empty(self) -> bool {
        match self {
            Self::Listing | Self::Envelope | Self::Xml | Self::Json | Self::OneOrMany => true,
            // A file without content announces itself; a text without content does not.
            Self::Bytes => true,
            Self::Text | Self::Any | Self::Nothing => false,
            Self::OptionalEnvelope | Self::OptionalJson => false,
            Self::Head | Self::ByStatus => false,
        }
    }
}

impl Endpoint {
    const fn new(
        bindings: &'static Bindings,
        method: Method,
        group: &'static str,
        id: &'static str,
        reach: Reach,
    ) -> Self {
        Self {
            bindings,
            group,
            id,
            method,
            reach,
            params: &[],
            response: ResponseKind::Any,
            accept: None,
            unread: &[],
            returns_redirect: false,
            own_server: None,
            form_type: None,
            unsupported: None,
            needs: &[],
            is_repeatable: false,
            is_in_background: false,
            outcome: None,
            paging: None,
            command: None,
            first_release: None,
            last_release: None,
        }
    }

    /// Describes an action that REST v1, the session and the console reach. Parameters in the path
    /// are those of REST v1, in order.
    pub const fn action(
        bindings: &'static Bindings,
        method: Method,
        plugin: &'static str,
        name: &'static str,
    ) -> Self {
        Self::new(bindings, method, plugin, name, Reach::Action)
    }

    /// Describes an operation of a spec, with its path below the server: `{name}` is a segment,
    /// `{name+}` a part that spans slashes.
    pub const fn operation(
        bindings: &'static Bindings,
        method: Method,
        id: &'static str,
        path: &'static str,
    ) -> Self {
        Self::new(bindings, method, "", id, Reach::Operation(path))
    }

    /// Excludes REST v1, which does not reach an action without `restParams` in its manifest.
    #[must_use]
    pub const fn session_only(mut self) -> Self {
        self.reach = Reach::SessionAction;
        self
    }

    /// Sets the parameters.
    #[must_use]
    pub const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// Sets what a success returns: [`ResponseKind::Any`] unless set.
    #[must_use]
    pub const fn returns(mut self, response: ResponseKind) -> Self {
        self.response = response;
        self
    }

    /// Sets the media types to request, if the response type does not determine them.
    #[must_use]
    pub const fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = Some(media_types);
        self
    }

    /// Sets the media types that the spec declares for a success and that the type of the response
    /// does not read: such a response is an error, never read as something else.
    #[must_use]
    pub const fn unread(mut self, media_types: &'static [&'static str]) -> Self {
        self.unread = media_types;
        self
    }

    /// Makes a redirect the response, instead of following it.
    #[must_use]
    pub const fn returns_redirect(mut self) -> Self {
        self.returns_redirect = true;
        self
    }

    /// Sets the server of this operation: a path on the host of the others, or the address of
    /// another host.
    #[must_use]
    pub const fn own_server(mut self, address: &'static str) -> Self {
        self.own_server = Some(address);
        self
    }

    /// Sets the media type of a form body: `application/x-www-form-urlencoded` unless set.
    #[must_use]
    pub const fn form_type(mut self, media_type: &'static str) -> Self {
        self.form_type = Some(media_type);
        self
    }

    /// Marks a call that the server cannot do, with the reason and what to use instead: it fails
    /// before it is sent.
    #[must_use]
    pub const fn unsupported(mut self, reason: &'static str) -> Self {
        self.unsupported = Some(reason);
        self
    }

    /// Sets lists of parameters of which a call needs at least one: without it, the call fails before
    /// it is sent.
    #[must_use]
    pub const fn needs(mut self, needs: &'static [&'static [&'static str]]) -> Self {
        self.needs = needs;
        self
    }

    /// Marks a call that is safe to repeat.
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    /// Names a call that is one command of its action.
    #[must_use]
    pub const fn command(mut self, name: &'static str) -> Self {
        self.command = Some(name);
        self
    }

    /// Marks a call whose work may go on after the server has responded.
    #[must_use]
    pub const fn in_background(mut self) -> Self {
        self.is_in_background = true;
        self
    }

    /// Sets what the work leaves on the server, by which its end can be verified.
    #[must_use]
    pub const fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Sets how the returned list is paged.
    #[must_use]
    pub const fn paged(mut self, paging: Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// Sets the first release that declares it, where that is not the oldest one known.
    ///
    /// ```
    /// use pydio_runtime::{Bindings, Endpoint, Method};
    ///
    /// static BINDINGS: Bindings = Bindings::pydio("8.2.5");
    ///
    /// static NEW: Endpoint =
    ///     Endpoint::action(&BINDINGS, Method::Post, "core.ocs", "user_list").since("7.0.0");
    ///
    /// assert_eq!(NEW.first_release(), Some("7.0.0"));
    /// assert_eq!(NEW.last_release(), None);
    /// ```
    #[must_use]
    pub const fn since(mut self, release: &'static str) -> Self {
        self.first_release = Some(release);
        self
    }

    /// Sets the last release that declares it, where that is not the newest one known.
    #[must_use]
    pub const fn until(mut self, release: &'static str) -> Self {
        self.last_release = Some(release);
        self
    }

    /// Returns the bindings it belongs to.
    pub const fn bindings(&self) -> &'static Bindings {
        self.bindings
    }

    /// Returns the plugin of an action, such as `access.fs`; empty for an operation.
    pub const fn plugin(&self) -> &'static str {
        self.group
    }

    /// Returns the name that is sent: of the action, or the `operationId`.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the method the call is sent with unless another is set.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Returns the path of an operation below the server; `None` for an action.
    pub const fn path(&self) -> Option<&'static str> {
        match self.reach {
            Reach::Operation(path) => Some(path),
            Reach::Action | Reach::SessionAction => None,
        }
    }

    /// Returns whether it is an operation of a spec, rather than an action.
    pub const fn is_operation(&self) -> bool {
        matches!(self.reach, Reach::Operation(_))
    }

    /// Returns whether REST reaches it.
    pub const fn is_rest(&self) -> bool {
        !matches!(self.reach, Reach::SessionAction)
    }

    /// Returns its parameters: those of the path first, in order.
    pub const fn parameters(&self) -> &'static [Param] {
        self.params
    }

    /// Returns what a success returns.
    pub const fn response(&self) -> ResponseKind {
        self.response
    }

    /// Returns why the server cannot do it, where that is so.
    pub const fn why_unsupported(&self) -> Option<&'static str> {
        self.unsupported
    }

    /// Returns the lists of parameters of which a call needs at least one.
    pub const fn needed(&self) -> &'static [&'static [&'static str]] {
        self.needs
    }

    /// Returns whether it is safe to repeat.
    pub const fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    /// Returns whether work may go on after the server has responded.
    pub const fn is_in_background(&self) -> bool {
        self.is_in_background
    }

    /// Returns whether its work can be waited for: it may go on after the server has responded, or
    /// it is known what it leaves.
    pub const fn is_awaitable(&self) -> bool {
        self.is_in_background || self.outcome.is_some()
    }

    /// Returns what the work leaves on the server, if that is known.
    pub const fn known_outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Returns how the returned list is paged; `None` for anything but a list, and where it is not
    /// known.
    pub const fn paging(&self) -> Option<Paging> {
        self.paging
    }

    /// Returns the first release that declares it, such as `8.0.0`; `None` where the oldest release
    /// known already does, or where no release is known to declare it.
    pub const fn first_release(&self) -> Option<&'static str> {
        self.first_release
    }

    /// Returns the last release that declares it, such as `7.0.4`; `None` where the newest release
    /// known still does, or where no release is known to declare it.
    pub const fn last_release(&self) -> Option<&'static str> {
        self.last_release
    }

    /// Returns which releases have it, where that may be why a server of this release, if it is
    /// known, does not; `None` if nothing is known about it.
    pub(crate) fn missing_since(&self, server: Option<ServerRelease>) -> Option<String> {
        let bindings = self.bindings.release?;
        let what = if self.is_operation() { "operation" } else { "action" };
        let first = self.first_release.map(Release::lenient);
        let last = self.last_release.map(Release::lenient);
        let Some(server) = server else {
            let first = first?;
            return Some(format!("bindings {bindings}: this {what} is new in {first}"));
        };
        let is_older =
            |first: &Release| matches!(server, ServerRelease::Exactly(own) if own < *first);
        let why = match (first.filter(is_older), last.filter(|last| *last < server.oldest())) {
            (Some(first), _) => format!("this {what} is new in {first}"),
            (None, Some(last)) => format!("{last} is the last release with this {what}"),
            (None, None) if server.may_be(bindings) => return None,
            (None, None) => "generate bindings for the release of the server".to_owned(),
        };
        Some(format!("bindings {bindings}, server {server}: {why}"))
    }

    /// Returns the parameter of that name.
    pub(crate) fn param(&self, key: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.key == key)
    }

    /// Returns the parameters in the path, in order.
    pub(crate) fn in_path(&self) -> impl Iterator<Item = &'static Param> {
        self.params.iter().filter(|param| param.is_in_path())
    }

    /// Returns the parameter that is the rest of the path: the node that the call is about.
    pub(crate) fn rest_of_path(&self) -> Option<&'static Param> {
        self.params.iter().find(|param| param.location == Location::RestOfPath)
    }

    /// Returns the parameter that is the body.
    pub(crate) fn body(&self) -> Option<&'static Param> {
        let is_content = |param: &&Param| !matches!(param.kind, Kind::MediaType(_));
        self.params.iter().filter(is_content).find(|param| param.location == Location::Body)
    }

    /// Returns the actions that transfers of files use, where its bindings know them.
    pub(crate) fn transfer(&self) -> Option<&'static TransferActions> {
        self.bindings.transfer.map(|transfer| transfer())
    }

    /// Returns whether the server has it as the same call as another.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.group, self.id, self.is_operation()) == (other.group, other.id, other.is_operation())
    }
}

/// Writes `plugin/action`, with the name of the command where it is one, or the id of an operation.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_operation() {
            true => f.write_str(self.id),
            false => write!(f, "{}/{}", self.group, self.command.unwrap_or(self.id)),
        }
    }
}
