//! Connections, and the calls that the tests make by hand.

use std::marker::PhantomData;

use pydio_client::{
    Call, Error, Pydio, RestCall, Workspace,
    answer::{Answer, AnyAnswer, Envelope},
};
use pydio_runtime::{Action, Bindings, PathRules, Request, Verb};
use pydio_tests::{ALICE, Account, Server, Version};

/// A server of 8.2.5, and Alice's connection to its workspace `common`.
pub(crate) async fn common() -> (Server, Workspace) {
    let server = Server::start(Version::V8_2).await.unwrap();
    let workspace = connect(&server, &ALICE).workspace("common");
    (server, workspace)
}

pub(crate) fn connect(server: &Server, account: &Account) -> Pydio {
    Pydio::builder(server.url()).login(account.login, account.password).build().unwrap()
}

/// The actions of one generation, declared by hand since there are no bindings of the older ones.
pub(crate) struct Actions {
    pub(crate) ls: Action,
    pub(crate) stat: Action,
    pub(crate) mkdir: Action,
    pub(crate) mkfile: Action,
    pub(crate) rename: Action,
    pub(crate) delete: Action,
    pub(crate) download: Action,
    pub(crate) unknown: Action,
    pub(crate) elsewhere: Action,
}

static V6: Bindings =
    Bindings { version: "6.4.2", paths: PathRules::SplitThenDecode, transfer: None };
static V7: Bindings = Bindings { version: "7.0.3", paths: PathRules::DecodeTwice, transfer: None };
static V8: Bindings =
    Bindings { version: "8.2.5", paths: PathRules::DecodeThenSplit, transfer: None };

pub(crate) static ACTIONS_6: Actions = Actions::of(&V6);
pub(crate) static ACTIONS_7: Actions = Actions::of(&V7);
pub(crate) static ACTIONS: Actions = Actions::of(&V8);

impl Actions {
    /// Those that speak the dialect of a generation.
    pub(crate) fn for_version(version: Version) -> &'static Self {
        match version {
            Version::V6_4 => &ACTIONS_6,
            Version::V7_0 => &ACTIONS_7,
            Version::V8_2 => &ACTIONS,
        }
    }

    const fn of(bindings: &'static Bindings) -> Self {
        use Verb::{Get, Post};
        Self {
            ls: action(bindings, "ls", Get, "/dir+"),
            stat: action(bindings, "stat", Get, "/file+"),
            mkdir: action(bindings, "mkdir", Post, "/file+"),
            mkfile: action(bindings, "mkfile", Post, "/node+"),
            rename: action(bindings, "rename", Post, "/"),
            // What the manifests declare as its path is read from a field.
            delete: action(bindings, "delete", Post, "/"),
            download: action(bindings, "download", Get, "/file+"),
            unknown: action(bindings, "no_such_action", Get, "/"),
            elsewhere: action(bindings, "get_xml_registry", Get, "/"),
        }
    }
}

const fn action(
    bindings: &'static Bindings,
    name: &'static str,
    verb: Verb,
    rest_params: &'static str,
) -> Action {
    Action { bindings, plugin: "access.fs", name, verb, rest_params: Some(rest_params) }
}

/// A call made by hand, that answers `A`.
pub(crate) struct Handmade<A>(Request, PhantomData<A>);

impl<A: Answer> Handmade<A> {
    pub(crate) fn new(request: Request) -> Self {
        Self(request, PhantomData)
    }
}

impl<A: Answer> Call for Handmade<A> {
    const ACTION: &'static Action = &ACTIONS.ls;
    type Answer = A;

    fn into_request(self) -> Request {
        self.0
    }
}

impl<A: Answer> RestCall for Handmade<A> {}

/// Sends a call made by hand and reads its answer as `A`.
pub(crate) async fn call<A: Answer>(on: &Workspace, request: Request) -> Result<A, Error> {
    on.call(Handmade::<A>::new(request)).await
}

/// The envelope that an action answers which declares nothing.
pub(crate) fn envelope(answer: AnyAnswer) -> Envelope {
    match answer {
        AnyAnswer::Envelope(envelope) => envelope,
        other => panic!("no envelope: {other:?}"),
    }
}

/// Asserts on the kind of an error, by the name of its variant.
pub(crate) fn kind(error: &Error) -> String {
    let debug = format!("{error:?}");
    debug.split('(').next().unwrap_or_default().to_owned()
}
