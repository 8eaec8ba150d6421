//! The console of 6.4.2, which prints bare responses: its output as recorded, from a script in place
//! of PHP.

use std::fs;

use pydio_client::{
    Error, ErrorKind,
    cmd::{ArgumentPassing, CommandLine},
    response::{AnyResponse, Envelope, Listing, Nothing, Text},
};
use pydio_runtime::{Bindings, Endpoint, FromResponse, Method, Param, Request, ResponseKind};
use pydio_tests::{ALICE, AnyCall};
use tempfile::TempDir;

static V6: Bindings = Bindings::pydio("6.4.2");

const PARAMS: &[Param] = &[Param::rest_of_path("file").node()];

const fn action(name: &'static str, response: ResponseKind) -> Endpoint {
    Endpoint::action(&V6, Method::Post, "access.fs", name).params(PARAMS).returns(response)
}

static LS: Endpoint = action("ls", ResponseKind::Listing);
static DELETE: Endpoint = action("delete", ResponseKind::Envelope);
static SAVE: Endpoint = action("put_content", ResponseKind::Text);
static INDEX: Endpoint = action("index", ResponseKind::Nothing);
static GONE: Endpoint = action("gone", ResponseKind::Envelope);
static GONE_ANY: Endpoint = action("gone", ResponseKind::Any);

/// What the console prints, by a part of its arguments.
const SCRIPT: &str = r#"
echo "$*" >> "$0.log"
fatal() {
    echo "PHP Fatal error:  Uncaught AJXP_Exception: $1 in /srv/pydio/a.php:507" >&2
    printf 'Stack trace:\n#0 /srv/pydio/cmd.php(170): ConfService::x()\n' >&2
    exit 255
}
tree() { printf '<?xml version="1.0" encoding="UTF-8"?><tree >%s</tree>' "$1"; }
case "$*" in
*-p=wrong*) tree '<logging_result value="-1"/>';;
*-r=nowhere*) fatal 'Trying to switch to an unauthorized repository';;
*-a=ls*) tree '<tree filename="/a" text="a" is_file="true"/>';;
*-a=delete*/absent*) fatal 'Cannot find file /absent';;
*-a=delete*/denied*)
    tree '<message type="ERROR">You have no write permission on this folder</message><require_auth/>'
    exit 1;;
*-a=delete*/silent*) exit 255;;
*-a=delete*) tree '<message type="SUCCESS">gone</message>';;
*-a=put_content*/folder*) printf 1002;;
*-a=put_content*) printf 'The file has been saved successfully';;
esac
"#;

struct Console(TempDir);

impl Console {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("php.sh"), SCRIPT).unwrap();
        Self(folder)
    }

    fn line(&self, password: &str) -> CommandLine {
        let script = self.0.path().join("php.sh");
        CommandLine::builder("/srv/pydio/cmd.php")
            .prefix(["sh", script.to_str().unwrap()])
            .argument_passing(ArgumentPassing::Arguments)
            .login("alice", password)
            .build()
            .unwrap()
    }

    async fn call<A: FromResponse>(
        &self,
        endpoint: &'static Endpoint,
        file: &str,
    ) -> Result<A, Error> {
        let call = AnyCall::new(Request::new(endpoint).node("file", file));
        self.line(ALICE.password).workspace("common").call(call).await
    }

    /// Returns the arguments of the runs.
    fn log(&self) -> String {
        fs::read_to_string(self.0.path().join("php.sh.log")).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_response_comes_without_anything_around_it() {
    let console = Console::new();
    let listing: Listing = console.call(&LS, "/").await.unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/a");
    let expected = format!("-u=alice -p={} -r=common -a=ls --file=/\n", ALICE.password);
    assert_eq!(console.log(), format!("/srv/pydio/cmd.php {expected}"));
    let report: Envelope = console.call(&DELETE, "/a").await.unwrap();
    assert_eq!(report.messages[0].text, "gone");
    let Text(text) = console.call(&SAVE, "/a").await.unwrap();
    assert_eq!(text, "The file has been saved successfully");
    let Nothing = console.call(&INDEX, "/a").await.unwrap();
}

#[tokio::test]
async fn each_failure_is_what_it_is() {
    let console = Console::new();
    for (endpoint, file, kind, text) in [
        (&DELETE, "/absent", ErrorKind::Server, "Cannot find file /absent"),
        (&DELETE, "/denied", ErrorKind::Forbidden, "no write permission"),
        (&DELETE, "/silent", ErrorKind::Status, "exit status: 255"),
        (&GONE, "/a", ErrorKind::UnknownAction, "printed nothing"),
    ] {
        let error = console.call::<Envelope>(endpoint, file).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{file} {error}");
        assert!(error.message().contains(text), "{error}");
        assert!(!format!("{error} {error:?}").contains(ALICE.password));
    }
    let error = console.call::<Text>(&SAVE, "/folder").await.unwrap_err();
    assert!(error.kind() == ErrorKind::Server && error.message().contains("1002"), "{error}");
    // It may be an action that has nothing to return.
    let any: AnyResponse = console.call(&GONE_ANY, "/a").await.unwrap();
    assert!(matches!(any, AnyResponse::Empty));

    let ls = || AnyCall::<Listing>::new(Request::new(&LS).node("file", "/"));
    let error = console.line("wrong").workspace("common").call(ls()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadCredentials, "{error}");
    let error = console.line("right").workspace("nowhere").call(ls()).await.unwrap_err();
    assert_eq!((error.kind(), error.workspace()), (ErrorKind::UnknownWorkspace, "nowhere"));
}

#[tokio::test]
async fn named_workspaces_are_called_one_by_one() {
    let console = Console::new();
    let ls = || AnyCall::<Listing>::new(Request::new(&LS).node("file", "/"));
    let line = console.line(ALICE.password);
    let results = line.workspaces(["common", "nowhere", "common"]).call(ls()).await.unwrap();
    let ids: Vec<_> = results.iter().map(|one| one.workspace_id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["common", "nowhere"]);
    assert_eq!(results[0].user, "alice");
    assert_eq!(results[0].result.as_ref().unwrap().nodes.len(), 1);
    let error = results[1].result.as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownWorkspace);

    // A wrong password is tried once, since the third failure locks the user out.
    let before = console.log().lines().count();
    let refused = console.line("wrong").workspaces(["a", "b"]).call(ls()).await.unwrap();
    assert!(refused.iter().all(|one| one.result.is_err()));
    assert_eq!(console.log().lines().count(), before + 1);

    for error in [
        line.every_workspace().call(ls()).await.unwrap_err(),
        line.clone().for_all_users().workspace("common").call(ls()).await.unwrap_err(),
        line.clone().as_user("bob").workspace("common").call(ls()).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
    assert_eq!(console.log().lines().count(), before + 1);
}
