//! The static description of an action, and the traits its calls implement.

use crate::{Answer, PathRules, Request};

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
}

/// An action as its plugin's manifest declares it.
#[derive(Debug)]
pub struct Action {
    bindings: &'static Bindings,
    plugin: &'static str,
    name: &'static str,
    route: Option<Route>,
}

impl Action {
    /// Describes the action `name` of `plugin`, reachable over a session and the command line.
    pub const fn new(
        bindings: &'static Bindings,
        plugin: &'static str,
        name: &'static str,
    ) -> Self {
        Self { bindings, plugin, name, route: None }
    }

    /// Makes the action reachable over REST v1 as well.
    pub const fn rest(mut self, route: Route) -> Self {
        self.route = Some(route);
        self
    }

    /// The bindings this action belongs to.
    pub const fn bindings(&self) -> &'static Bindings {
        self.bindings
    }

    /// The id of the plugin that declares the action, such as `access.fs`.
    pub const fn plugin(&self) -> &'static str {
        self.plugin
    }

    /// The action's name on the wire, such as `ls`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How the action is reached over REST v1; `None` where it is not.
    pub const fn route(&self) -> Option<&Route> {
        self.route.as_ref()
    }
}

/// The REST v1 address of an action: `/api/{workspace}/{action}/{path parameters…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    verb: Verb,
    path: &'static [&'static str],
    catch_all: bool,
}

impl Route {
    /// A route whose other parameters go into the query.
    pub const fn get(path: &'static [&'static str]) -> Self {
        Self { verb: Verb::Get, path, catch_all: false }
    }

    /// A route whose other parameters go into a form body.
    pub const fn post(path: &'static [&'static str]) -> Self {
        Self { verb: Verb::Post, path, catch_all: false }
    }

    /// Lets the last path parameter span slashes (`/dir+` in a manifest).
    pub const fn catch_all(mut self) -> Self {
        self.catch_all = true;
        self
    }

    /// The method the call is sent with unless it has to be the other one.
    pub const fn verb(&self) -> Verb {
        self.verb
    }

    /// The names of the path parameters, in order.
    pub const fn path(&self) -> &'static [&'static str] {
        self.path
    }

    /// Whether the last path parameter is a path of its own.
    pub const fn is_catch_all(&self) -> bool {
        self.catch_all
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
pub trait Call {
    /// The action that is called.
    const ACTION: &'static Action;
    /// What a success answers.
    type Answer: Answer;

    /// The action's name with its arguments, ready to be put on the wire.
    fn into_request(self) -> Request;
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
