//! The client's call for each recording, and its result.

use pydio_client::{
    Call, Error, ErrorKind, Json, LoginError, Session,
    response::{AnyResponse, Download, Element, Envelope, Listing, Nothing},
    v1::{access_ajxp_conf, access_fs, conf_sql, core_mq},
};
use pydio_runtime::{Endpoint, FromResponse, Method, Param, Request};
use pydio_tests::AnyCall;

use super::script::{PASSWORD, Script};

/// The relation of the client's request to the recorded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// The same query and form, byte for byte.
    Same,
    /// The same fields in the same order, in a form instead of the query: the bindings send a form
    /// if the manifest declares no method.
    InForm,
    /// The same fields, and a token, which the recorded session did not have yet.
    AndToken,
    /// The same fields, with the id of the workspace instead of its alias: other releases switch
    /// only by id.
    ById,
    /// The client makes no such call.
    None,
}

use Likeness::{AndToken, ById, InForm, None as Unmade, Same};

/// Every recording, with its expected result.
pub(crate) const CASES: [(&str, Likeness, &str); 37] = [
    ("02_get_seed", Same, "a session of alice"),
    ("03_login", Same, "a session of alice"),
    ("04_get_xml_registry_user", InForm, "<ajxp_registry_part> with 5 repo"),
    ("05b_switch_repository_alias", ById, "switched to 413dafb20ca535193e9e024464a577fa"),
    ("06_ls", Same, "/ with /recycle_bin"),
    ("08_ls_dir", Same, "/legacy dir with /legacy dir/a.txt"),
    ("09_bookmarks_add", InForm, "<tree> with bookmark, consume_channel"),
    ("09b_bookmarks_list", InForm, "<tree> with bookmark"),
    ("09c_bookmarks_node_list", InForm, "<tree> with tree"),
    ("10b_prepare_chunk_dl", InForm, "2 chunks of 3 bytes"),
    ("10c_prepare_chunk_dl", InForm, "2 chunks of 3 bytes"),
    ("10d_download_chunk_1", InForm, "a.txt.002: acy"),
    ("11_upload", Unmade, "added /legacy dir/up.txt"),
    ("12_delete", Same, "updated /recycle_bin/a.txt in the background"),
    ("13_user_state_json", InForm, "JSON of user"),
    ("14_client_consume_channel", InForm, "elements require_registry_reload, taskList"),
    ("16b_no_action", Unmade, "UnknownAction"),
    ("16c_unknown_action", Same, "UnknownAction"),
    ("20_wrong_token", Same, "InvalidToken, after another token"),
    ("21_no_token", Unmade, "InvalidToken, after another token"),
    ("22_get_secure_token", Same, "another token"),
    ("23_admin_action_as_user", InForm, "UnknownAction"),
    ("25_ls_accept_json", Same, "JSON of data, pagination"),
    ("30_logout", Same, "logged out"),
    ("31_ls_after_logout", Same, "SessionExpired"),
    ("40b_login_get", InForm, "a session of alice"),
    ("41_expired_session_ls", Same, "SessionExpired"),
    ("42_expired_session_ls_json", Same, "SessionExpired"),
    ("43_expired_session_accept_json", Same, "SessionExpired"),
    ("45_expired_logout", Same, "logged out"),
    ("50_login_wrong_4", Same, "a captcha is wanted"),
    ("50_login_wrong_5", Same, "a captcha is wanted"),
    ("51_get_seed_captcha", Same, "a captcha is wanted, and no password was sent"),
    ("52_login_good_while_captcha", Same, "a captcha is wanted"),
    ("53_login_after_good_rest", Same, "a session of alice"),
    ("57_basic_on_index_php", Unmade, "SessionExpired"),
    ("58_remember_me_login", AndToken, "a session of alice"),
];

fn by_hand<R: FromResponse>(request: Request) -> AnyCall<R> {
    AnyCall::new(request)
}

static UNKNOWN: Endpoint =
    Endpoint::action(&pydio_client::v1::BINDINGS, Method::Get, "replay", "no_such_action")
        .session_only();

/// The registry as XML: the bindings read it as JSON.
static REGISTRY: Endpoint =
    Endpoint::action(&pydio_client::v1::BINDINGS, Method::Post, "conf.sql", "get_xml_registry")
        .params(&[Param::form("xPath"), Param::form("format")])
        .session_only();

/// Returns the action whose response was recorded.
pub(crate) fn action(name: &str) -> &'static str {
    match name {
        "02_get_seed" | "51_get_seed_captcha" => "get_seed",
        "04_get_xml_registry_user" | "13_user_state_json" => "get_xml_registry",
        "05b_switch_repository_alias" => "switch_repository",
        "10d_download_chunk_1" => "download_chunk",
        "11_upload" => "upload",
        "12_delete" => "delete",
        "14_client_consume_channel" => "client_consume_channel",
        "16b_no_action" | "16c_unknown_action" => "no_such_action",
        "22_get_secure_token" => "get_secure_token",
        "23_admin_action_as_user" => "create_user",
        "30_logout" | "45_expired_logout" => "logout",
        name if name.contains("bookmarks") => "get_bookmarks",
        name if name.contains("prepare_chunk_dl") => "prepare_chunk_dl",
        name if name.contains("login") => "login",
        _ => "ls",
    }
}

/// Makes the call of a recording, and summarizes its result.
pub(crate) async fn outcome(name: &str, script: &Script) -> String {
    let password = if name.contains("wrong") { "bad" } else { PASSWORD };
    match script.login(password, name.contains("remember")).await {
        Err(LoginError::Captcha(_)) if script.sent("login").is_empty() => {
            "a captcha is wanted, and no password was sent".to_owned()
        }
        Err(LoginError::Captcha(_)) => "a captcha is wanted".to_owned(),
        Err(error) => panic!("{name}: {error}"),
        Ok(session) if matches!(action(name), "login" | "get_seed") => {
            format!("a session of {}", session.user())
        }
        Ok(session) => match called(name, &session).await {
            Ok(told) => told,
            Err(error) => failed(&error, script),
        },
    }
}

fn failed(error: &Error, script: &Script) -> String {
    let kind = format!("{:?}", error.kind());
    match error {
        failure if failure.kind() == ErrorKind::Server => {
            format!("{kind}: {}", failure.message().trim())
        }
        _ if script.sent("get_secure_token").is_empty() => kind,
        _ => format!("{kind}, after another token"),
    }
}

async fn called(name: &str, session: &Session) -> Result<String, Error> {
    let first = session.workspace("1");
    let ls = || access_fs::ls("/");
    let listing = || by_hand::<Json>(Request::new(access_fs::Ls::ENDPOINT).node("dir", "/"));
    Ok(match name {
        "04_get_xml_registry_user" => {
            let request = Request::new(&REGISTRY).text("xPath", "user/repositories");
            registry_part(session.call(by_hand(request)).await?)
        }
        "13_user_state_json" => {
            let call = Request::new(&REGISTRY).text("xPath", "user").text("format", "json");
            keys(&session.call(by_hand::<Json>(call)).await?)
        }
        "05b_switch_repository_alias" => {
            session.switch_workspace("common").await?;
            format!("switched to {}", session.current_workspace().unwrap_or_default())
        }
        "06_ls" => listed(&session.call(ls().options("al")).await?),
        "08_ls_dir" => listed(&first.call(access_fs::ls("/legacy dir").options("al")).await?),
        "09_bookmarks_add" => {
            let call = conf_sql::get_bookmarks().bm_action(conf_sql::BmAction::AddBookmark);
            element(&first.call(call.bm_path("/legacy dir").bm_title("My bm")).await?)
        }
        "09b_bookmarks_list" => element(&first.call(conf_sql::get_bookmarks()).await?),
        "09c_bookmarks_node_list" => {
            let format = conf_sql::BookmarksFormat::NodeList;
            element(&first.call(conf_sql::get_bookmarks().format(format)).await?)
        }
        "10b_prepare_chunk_dl" | "10c_prepare_chunk_dl" => {
            let call = access_fs::prepare_chunk_dl(2, "/legacy dir/a.txt");
            let prepared = first.call(call).await?;
            format!("{} chunks of {} bytes", prepared.chunk_count, prepared.chunk_size)
        }
        "10d_download_chunk_1" => {
            let id = "chunk_file_ba354c3022372cc57a5e0a170230767a";
            downloaded(first.call(access_fs::download_chunk(1, id)).await?).await?
        }
        "11_upload" => {
            let request = Request::new(access_fs::Upload::ENDPOINT).node("dir", "/legacy dir");
            done(&first.call(by_hand::<Envelope>(request)).await?)
        }
        "12_delete" => {
            let request = Request::new(access_fs::Delete::ENDPOINT);
            let request = request.nodes("nodes", ["/legacy dir/a.txt"]);
            done(&first.call(by_hand::<Envelope>(request)).await?)
        }
        "14_client_consume_channel" => {
            done(&session.call(core_mq::client_consume_channel("nodes:1", "c1")).await?)
        }
        "16b_no_action" | "16c_unknown_action" => {
            let Nothing = session.call(by_hand::<Nothing>(Request::new(&UNKNOWN))).await?;
            "nothing".to_owned()
        }
        "22_get_secure_token" => return renewed(session).await,
        "23_admin_action_as_user" => {
            done(&session.call(access_ajxp_conf::create_user("x", "xxxxxxxxx")).await?)
        }
        "25_ls_accept_json" | "43_expired_session_accept_json" => {
            keys(&session.call(listing()).await?)
        }
        "30_logout" | "45_expired_logout" => {
            session.logout().await?;
            "logged out".to_owned()
        }
        "42_expired_session_ls_json" => {
            let request = listing().into_request().text("format", "json");
            keys(&session.call(by_hand::<Json>(request)).await?)
        }
        _ => listed(&session.call(ls()).await?),
    })
}

/// Makes a call whose token is refused, in preparation for the next one.
async fn renewed(session: &Session) -> Result<String, Error> {
    match session.call(by_hand::<Nothing>(Request::new(&UNKNOWN))).await {
        Err(error) if error.kind() == ErrorKind::InvalidToken => Ok("another token".to_owned()),
        other => panic!("{other:?}"),
    }
}

fn listed(listing: &Listing) -> String {
    let paths: Vec<_> = listing.nodes.iter().map(|node| node.path().to_string()).collect();
    format!("{} with {}", listing.folder.path(), paths.join(", "))
}

fn element(element: &Element) -> String {
    let names: Vec<_> = element.children.iter().map(|child| &*child.name).collect();
    format!("<{}> with {}", element.name, names.join(", "))
}

fn registry_part(answer: AnyResponse) -> String {
    let AnyResponse::Xml(part) = answer else { panic!("{answer:?}") };
    let repositories = part.child("repositories").map_or(0, |list| list.children.len());
    format!("<{}> with {repositories} repo", part.name)
}

fn keys(json: &Json) -> String {
    let mut names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    format!("JSON of {}", names.join(", "))
}

async fn downloaded(file: Download) -> Result<String, Error> {
    let name = file.file_name().unwrap_or_default().to_owned();
    Ok(format!("{name}: {}", String::from_utf8_lossy(&file.bytes(100).await?)))
}

fn done(envelope: &Envelope) -> String {
    let diff = &envelope.diff;
    let changes = [("added", &diff.added), ("updated", &diff.updated), ("removed", &diff.removed)];
    let changes = changes.into_iter().filter_map(|(what, nodes)| {
        let first = nodes.first()?;
        Some(format!("{what} {}", first.path()))
    });
    let names: Vec<_> = envelope.elements().iter().map(|element| &*element.name).collect();
    let elements = (!names.is_empty()).then(|| format!("elements {}", names.join(", ")));
    let mut told = changes.chain(elements).collect::<Vec<_>>().join(", ");
    if envelope.background {
        told.push_str(" in the background");
    }
    told
}
