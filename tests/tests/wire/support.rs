//! Clients, and handwritten calls for the tests.

use pydio_client::{
    Error, Pydio, Workspace,
    response::{AnyResponse, Envelope},
};
use pydio_runtime::{Bindings, Endpoint, FromResponse, Method, Param, Request};
use pydio_tests::{ALICE, Account, AnyCall, Server, Version};

/// Returns an 8.2.5 server, and Alice's workspace `common` on it.
pub(crate) async fn common() -> (Server, Workspace) {
    let server = Server::start(Version::V8_2).await.unwrap();
    let workspace = connect(&server, &ALICE).workspace("common");
    (server, workspace)
}

pub(crate) fn connect(server: &Server, account: &Account) -> Pydio {
    Pydio::builder(server.url()).login(account.login, account.password).build().unwrap()
}

/// The actions of one generation, declared manually since there are no bindings for older ones.
pub(crate) struct Actions {
    pub(crate) ls: Endpoint,
    pub(crate) stat: Endpoint,
    pub(crate) mkdir: Endpoint,
    pub(crate) mkfile: Endpoint,
    pub(crate) rename: Endpoint,
    pub(crate) delete: Endpoint,
    pub(crate) download: Endpoint,
    pub(crate) unknown: Endpoint,
    pub(crate) elsewhere: Endpoint,
}

static V6: Bindings = Bindings::pydio("6.4.2");
static V7: Bindings = Bindings::pydio("7.0.3");
static V8: Bindings = Bindings::pydio("8.2.5");

const NODES: Param = Param::form("nodes").nodes().brackets();
const SELECTION: Param = Param::form("file").nodes().numbered();

static IN_DIR: [Param; 2] = [Param::rest_of_path("dir"), NODES];
static IN_FILE: [Param; 2] = [Param::rest_of_path("file"), NODES];
static IN_NODE: [Param; 2] = [Param::rest_of_path("node"), NODES];
static BY_NODES: [Param; 2] = [NODES, SELECTION];
static NONE: [Param; 0] = [];

pub(crate) static ACTIONS_6: Actions = Actions::of(&V6);
pub(crate) static ACTIONS_7: Actions = Actions::of(&V7);
pub(crate) static ACTIONS: Actions = Actions::of(&V8);

impl Actions {
    /// Returns the actions in the dialect of a generation.
    pub(crate) fn for_version(version: Version) -> &'static Self {
        match version {
            Version::V6_0 | Version::V6_4 => &ACTIONS_6,
            Version::V6_5 | Version::V7_0_3 => &ACTIONS_7,
            Version::V7_0 | Version::V8_2 => &ACTIONS,
        }
    }

    const fn of(bindings: &'static Bindings) -> Self {
        use Method::{Get, Post};
        Self {
            ls: action(bindings, "ls", Get, &IN_DIR),
            stat: action(bindings, "stat", Get, &IN_FILE),
            mkdir: action(bindings, "mkdir", Post, &IN_FILE),
            mkfile: action(bindings, "mkfile", Post, &IN_NODE),
            rename: action(bindings, "rename", Post, &BY_NODES),
            // The path that the manifests declare is read from a field.
            delete: action(bindings, "delete", Post, &BY_NODES),
            download: action(bindings, "download", Get, &IN_FILE),
            unknown: action(bindings, "no_such_action", Get, &NONE),
            elsewhere: action(bindings, "get_xml_registry", Get, &NONE),
        }
    }
}

const fn action(
    bindings: &'static Bindings,
    name: &'static str,
    method: Method,
    params: &'static [Param],
) -> Endpoint {
    Endpoint::action(bindings, method, "access.fs", name).params(params)
}

/// A handwritten call whose response is read as `A`.
pub(crate) type Handmade<A> = AnyCall<A>;

/// Sends a handwritten call and reads its response as `A`.
pub(crate) async fn call<A: FromResponse>(on: &Workspace, request: Request) -> Result<A, Error> {
    on.call(Handmade::<A>::new(request)).await
}

/// Returns the envelope of an action that declares no response.
pub(crate) fn envelope(answer: AnyResponse) -> Envelope {
    match answer {
        AnyResponse::Envelope(envelope) => envelope,
        other => panic!("no envelope: {other:?}"),
    }
}

/// Returns the name of an error's variant.
pub(crate) fn kind(error: &Error) -> String {
    format!("{:?}", error.kind())
}
