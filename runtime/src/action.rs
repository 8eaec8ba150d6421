//! The static description of an action, and the traits its calls implement.

use std::fmt;

use crate::{Answer, PathRules, Request, transfer::Transfer};

/// What a set of bindings was generated from.
///
/// Every [`Action`] points at one, so that a call speaks the dialect of the server version its
/// bindings were made for.
#[derive(Debug)]
pub struct Bindings {
    /// The server version whose manifests were read, such as `8.2.5`.
    pub version: &'static str,
    /// How that server takes the path of a REST v1 call apart.
    pub paths: PathRules,
    /// What transfers of files are made of, where these bindings know it. A function, since the
    /// actions it tells point back here.
    pub transfer: Option<fn() -> &'static Transfer>,
}

/// An action as its plugin's manifest declares it.
#[derive(Debug)]
pub struct Action {
    /// The bindings this action belongs to.
    pub bindings: &'static Bindings,
    /// The id of the plugin that declares the action, such as `access.fs`.
    pub plugin: &'static str,
    /// The action's name on the wire, such as `ls`.
    pub name: &'static str,
    /// The method a call over REST is sent with unless it has to be the other one.
    pub verb: Verb,
    /// The path parameters over REST v1 as the manifest spells them: `/a/b+` for two, of which the
    /// last one is a path of its own. `None` where REST does not reach the action.
    pub rest_params: Option<&'static str>,
}

/// The path parameters of an action, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// Their names, in order.
    pub(crate) names: Vec<&'static str>,
    /// Whether the last one spans slashes.
    pub(crate) catch_all: bool,
}

impl Action {
    /// What transfers of files are made of, where its bindings know it.
    pub(crate) fn transfer(&self) -> Option<&'static Transfer> {
        self.bindings.transfer.map(|transfer| transfer())
    }

    /// Whether it is the same as another, as the server has it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.plugin, self.name) == (other.plugin, other.name)
    }

    /// The parameter of the path that is a path of its own: the node the action is about.
    pub(crate) fn node_parameter(&self) -> Option<&'static str> {
        let route = self.route()?;
        route.names.last().copied().filter(|_| route.catch_all)
    }

    pub(crate) fn route(&self) -> Option<Route> {
        let declared = self.rest_params?;
        let (names, catch_all) = match declared.strip_suffix('+') {
            Some(names) => (names, true),
            None => (declared, false),
        };
        Some(Route { names: names.split('/').filter(|name| !name.is_empty()).collect(), catch_all })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.plugin, self.name)
    }
}

/// The two methods REST v1 answers; both work for every action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Parameters in the query.
    Get,
    /// Parameters in a form body, where they stay out of access logs.
    Post,
}

/// A call that can be sent: an action with its arguments.
///
/// Bindings implement it for one type an action; nothing is sent until the call is handed to a
/// connection.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no call of an action",
    note = "operations of a spec, as those of the v2 API, are sent with `Pydio::call`"
)]
pub trait Call {
    /// The action that is called.
    const ACTION: &'static Action;
    /// What a success answers.
    type Answer: Answer;

    /// The action's name with its arguments, ready to be put on the wire.
    fn into_request(self) -> Request;

    /// Returns a copy of the call, to be sent once more; `None` when a file in it is a stream, which
    /// is read once.
    fn try_clone(&self) -> Option<Self>
    where
        Self: Clone,
    {
        let copy = self.clone();
        copy.clone().into_request().try_clone().map(|_| copy)
    }
}

/// A [`Call`] of an action that REST v1 reaches, because its manifest gives it `restParams`.
///
/// The server refuses every other action over REST, so a call without this trait does not
/// compile there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called over REST",
    label = "the server's manifest gives this action no `restParams`",
    note = "actions without `restParams` work on a session (`index.php`) and on the command line (`cmd.php`) only"
)]
pub trait RestCall: Call {}
