//! Error responses and responses that differ from the declaration: their kinds, and the location of
//! the problem.

use pydio_client::{
    Error, ErrorKind, OperationCall,
    v2::{file, provisioning, task, workspace},
};
use pydio_tests::Canned;

use super::Answers;
use crate::canned::{json, kind, read, xml};

/// Returns the error of a call.
async fn failed<C: OperationCall>(call: C, answer: Canned) -> Error {
    let Err(error) = read(call, answer).await else { panic!("a success") };
    error
}

pub(crate) async fn a_report_of_a_failure_is_an_error(answers: Answers) {
    let report = "{\"level\":\"Error\",\"message\":\"Cannot find file /d1/f1.txt\"}";
    let call = || file::delete_node("common", "/d1/f1.txt");
    let error = failed(call(), answers.of("fs/delete_file_json", report)).await;
    assert_eq!(
        error.to_string(),
        "the server reports: deleteNode (HTTP 200): Cannot find file /d1/f1.txt"
    );
    let keyed = json("{\"message\":{\"level\":\"Error\",\"message\":\"half\"},\"nodesDiff\":{}}");
    let error = failed(call(), keyed).await;
    assert_eq!((&*kind(&error), error.message()), ("Server", "half"));
    let early = xml("<tree ><message type=\"ERROR\">early</message></tree>");
    assert_eq!(failed(call(), early).await.message(), "early");
}

pub(crate) async fn a_bare_message_is_a_missing_right(answers: Answers) {
    let bare = "{\"message\":\"You have no write permission on this folder\"}";
    let call = file::create_node("common", "bobdir/");
    let error = failed(call, answers.of("fs/post_bob_readonly", bare)).await;
    assert!(error.kind() == ErrorKind::Forbidden && error.is_auth());
    assert_eq!(error.message(), "You have no write permission on this folder");
}

pub(crate) async fn a_role_that_could_not_be_saved_is_an_error(answers: Answers) {
    let role = pydio_client::v2::models::Role::new(
        [].into(),
        pydio_client::json::Object::new(),
        Vec::new(),
        pydio_client::json::Object::new(),
    );
    let call = || provisioning::update_role("v2role", &role);
    let error = failed(call(), json("{\"ERROR\":\"no such column\"}")).await;
    assert_eq!((&*kind(&error), error.message()), ("Server", "no such column"));
    let partial = "{\"level\":\"Error\",\"message\":\"Please post the whole role content, \
                   including PARAMETERS, ACTIONS and ACL keys at least\"}";
    assert_eq!(
        kind(&failed(call(), answers.of("admin/role_patch_partial", partial)).await),
        "Server"
    );
}

pub(crate) async fn the_router_has_words_of_its_own(answers: Answers) {
    let unknown =
        "{\"level\":\"Error\",\"message\":\"Could not find workspace with id\\/alias nows\"}";
    let call = || workspace::get_workspace_info("nows");
    assert_eq!(
        kind(&failed(call(), answers.of("workspaces/unknown", unknown)).await),
        "UnknownWorkspace"
    );
    for text in ["Could not find action ", "Could not find any endpoint for this URI"] {
        let report = format!("{{\"level\":\"Error\",\"message\":\"{text}\"}}");
        assert_eq!(kind(&failed(call(), json(report)).await), "UnknownAction");
    }
}

pub(crate) async fn nothing_is_an_answer_only_where_it_is_declared(answers: Answers) {
    for nothing in ["null", "", " \n"] {
        let answer = answers.of("tasks/get_missing", nothing);
        assert_eq!(read(task::get_task_info("nope"), answer).await.unwrap(), None);
        let removed = read(file::delete_node("w", "/big"), json(nothing)).await.unwrap();
        assert_eq!(removed.into_response(), None);
        read(task::delete_task("t"), json(nothing)).await.unwrap();
        let error = read(file::get_node_infos("w", "/"), json(nothing)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Empty, "{error:?}");
        let error = read(task::list_tasks("w"), json(nothing)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Empty, "{error:?}");
    }
    let silent = Canned::new(200, "text/html; charset=UTF-8", "");
    read(task::delete_task("t"), silent.clone()).await.unwrap();
    // A name that is not UTF-8 empties the whole list.
    let error = read(file::get_node_infos("w", "/"), silent.clone()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Empty, "{error:?}");
    let error = read(workspace::changes("w", 0, 0), silent).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "empty response: changes (HTTP 200): expected JSON, but received nothing"
    );
}

pub(crate) async fn errors_have_a_location() {
    let list = |node: &str| {
        json(format!(
            "{{\"pagination\":{{\"count\":1,\"current\":1,\"total\":1}},\"data\":{{\"node\":{{}},\
             \"children\":{{\"/d1\":{{}},\"/d1/a.txt\":{node}}}}}}}"
        ))
    };
    let error = async |answer| {
        let error = read(file::get_node_infos("w", "/"), answer).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Malformed, "{error:?}");
        error.to_string()
    };
    assert_eq!(
        error(list("{\"bytesize\":\"12k\"}")).await,
        "malformed response: getNodeInfos (HTTP 200): data.children[\"/d1/a.txt\"].bytesize: \
         expected an integer, found \"12k\""
    );
    let deep = "{\"data\":{\"children\":{\"/d1/b\":{\"path\":[]}}}}";
    assert!(error(list(deep)).await.ends_with(
        "data.children[\"/d1/a.txt\"].data.children[\"/d1/b\"].path: expected text, found a list of 0"
    ));
    let page = json("{\"pagination\":{\"count\":1,\"current\":1}}");
    assert!(error(page).await.ends_with(": pagination.total: missing"));
    assert!(error(json("[]")).await.ends_with(": expected an object, found a list of 0"));
    let tasks = json("[{\"id\":\"a\",\"status\":1},{\"id\":\"b\"}]");
    let error = read(task::list_tasks("w"), tasks).await.unwrap_err();
    assert!(error.to_string().ends_with("listTasks (HTTP 200): [1].status: missing"), "{error}");
}

pub(crate) async fn invalid_json_is_an_error() {
    let error =
        async |answer| kind(&read(file::get_node_infos("w", "/"), answer).await.unwrap_err());
    assert_eq!(error(json("{\"node\":")).await, "Malformed");
    assert_eq!(error(json("{\"a\":1}\n{\"b\":2}\n")).await, "Malformed");
    assert_eq!(error(json(b"{\"node\":{\"path\":\"\xff\"}}")).await, "Malformed");
    assert_eq!(error(json("Warning: x in y.php{}")).await, "Malformed");
    assert_eq!(error(xml("<tree ></tree>")).await, "Malformed");
    assert_eq!(
        error(Canned::new(200, "text/html", "<html>login</html>")).await,
        "UnexpectedContentType"
    );
    assert_eq!(error(Canned::new(200, "text/plain", "no way (412)")).await, "Server");
}

/// The decoder accepts PHP's representations everywhere, but no implausible values.
pub(crate) async fn php_representations_are_accepted() {
    let nodes = async |fields: &str| {
        let answer = json(format!("{{\"node\":{fields},\"children\":[]}}"));
        read(file::get_node_infos("w", "/"), answer).await.map(|list| list.node.unwrap())
    };
    let node = nodes("{\"ajxp_readonly\":\"false\",\"ajxp_has_children\":\"true\"}").await.unwrap();
    assert_eq!((node.ajxp_readonly, node.ajxp_has_children), (Some(false), Some(true)));
    let node = nodes("{\"ajxp_readonly\":true,\"children\":[]}").await.unwrap();
    assert_eq!((node.ajxp_readonly, node.children.unwrap().len()), (Some(true), 0));
    let node = nodes("{\"bytesize\":\"12\",\"file_group\":\"1\",\"label\":7}").await.unwrap();
    assert_eq!((node.bytesize, node.file_group), (Some(12), Some(true)));
    assert_eq!(node.label.as_deref(), Some("7"));
    for strict in [
        "{\"bytesize\":\"12k\"}",
        "{\"mimestring_id\":\"eight\"}",
        "{\"file_group\":\"2\"}",
        "{\"label\":[]}",
        "{\"ajxp_readonly\":\"maybe\"}",
        "{\"node\":[]}",
        "[]",
    ] {
        assert!(
            nodes(strict).await.as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed),
            "{strict}"
        );
    }
    let page = async |current: &str, total: &str| {
        let page = format!("{{\"count\":600,\"current\":{current},\"total\":{total}}}");
        let answer = json(format!("{{\"pagination\":{page},\"data\":{{}}}}"));
        read(file::get_node_infos("w", "/"), answer).await.map(|list| list.pagination.unwrap())
    };
    assert_eq!(page("\"2\"", "4").await.unwrap().current, 2);
    assert_eq!(page("2", "\"4\"").await.unwrap().total, 4);
}
