//! Responses of the operations on files and folders, checked field by field.

use pydio_client::Timestamp;
use pydio_client::v2::{
    file,
    models::{GetNodeInfosChildren, NodeType},
};

use super::Answers;
use crate::canned::{json, read};

pub(crate) async fn a_node_is_described_below_an_unnamed_root(answers: Answers) {
    let reduced = r#"{"node":{"path":null},"children":{"/":{"mimestring_id":8,"icon":"folder.png",
        "ajxp_mime":"ajxp_folder","file_group":true,"ajxp_readonly":"false","file_perms":"0755",
        "ajxp_modiftime":1795424578,"bytesize":0,"ajxp_has_comments_feed":"true",
        "mimestring":"Directory","path":"/","type":"collection","odd_plugin":{"a":1}}}}"#;
    let answer = answers.of("fs/get_root_json", reduced);
    let list = read(file::get_node_infos("common", "/"), answer).await.unwrap();
    assert_eq!((&list.pagination, &list.data), (&None, &None));
    assert_eq!(list.node.unwrap().path, None);
    let children = list.children.unwrap();
    let root = &children["/"];
    assert_eq!((root.path.as_deref(), &root.kind), (Some("/"), &Some(NodeType::Collection)));
    assert_eq!((root.ajxp_readonly, root.file_group), (Some(false), Some(true)));
    assert_eq!((root.bytesize, root.file_perms.as_deref()), (Some(0), Some("0755")));
    assert_eq!(root.other_fields.contains_key("odd_plugin"), answers == Answers::Reduced);
}

pub(crate) async fn a_missing_node_is_an_empty_list(answers: Answers) {
    let reduced = "{\"node\":{\"path\":null},\"children\":[]}";
    let answer = answers.of("fs/get_missing_json", reduced);
    let list = read(file::get_node_infos("common", "/absent.txt"), answer).await.unwrap();
    assert_eq!(list.children.map(|children| children.len()), Some(0));
}

pub(crate) async fn a_folder_comes_in_pages(answers: Answers) {
    let reduced = r#"{"pagination":{"count":0,"current":1,"total":1,"dirs":0,"remoteSort":
        {"remote_order":"true","currentOrderCol":"ajxp_label","currentOrderDir":"asc"}},
        "data":{"node":{"path":"/d1","type":"collection","bytesize":0},"children":[]}}"#;
    let answer = answers.of("fs/get_dir_children_d_json", reduced);
    let call = file::get_node_infos("common", "/d1").children(GetNodeInfosChildren::D);
    let list = read(call, answer).await.unwrap();
    let page = list.pagination.unwrap();
    assert_eq!((page.count, page.current, page.total, page.dirs), (0, 1, 1, Some(0)));
    let sort = page.remote_sort.unwrap();
    assert_eq!((sort.remote_order, sort.current_order_dir.as_deref()), (Some(true), Some("asc")));
    let data = list.data.unwrap();
    assert_eq!(data.node.unwrap().path.as_deref(), Some("/d1"));
    assert!(data.children.unwrap().is_empty() && list.children.is_none());
}

pub(crate) async fn a_recursive_listing_is_nested(answers: Answers) {
    let reduced = r#"{"pagination":{"count":2,"current":"1","total":1,"dirs":1,"remoteSort":null},
        "data":{"node":{"path":"/","repo_has_recycle":"/recycle_bin"},"children":{
        "/d2":{"pagination":{"count":1,"current":1,"total":1},"data":{"node":{"path":"/d2"},
        "children":{"/d2/a.txt":{"path":"/d2/a.txt","type":"leaf","bytesize":0}}}},
        "/recycle_bin":{"path":"/recycle_bin","type":"collection"}}}}"#;
    let answer = answers.of("fs/get_recursive_query", reduced);
    let list = read(file::get_node_infos("413d", "/").recursive(true), answer).await.unwrap();
    let data = list.data.unwrap();
    let root = data.node.unwrap();
    assert_eq!(root.repo_has_recycle.as_deref(), Some("/recycle_bin"));
    let children = data.children.unwrap();
    let below = &children["/d2"];
    assert!(below.pagination.is_some() && below.path.is_none());
    let below = below.data.as_ref().unwrap();
    assert_eq!(below.node.as_ref().unwrap().path.as_deref(), Some("/d2"));
    let leaves = below.children.as_ref().unwrap();
    assert!(leaves.values().any(|node| node.kind == Some(NodeType::Leaf)));
    assert_eq!(children["/recycle_bin"].kind, Some(NodeType::Collection));
}

pub(crate) async fn what_was_made_is_reported(answers: Answers) {
    let reduced = r#"{"message":{"level":"Info","message":"The file f2.txt has been created in /d1"},
        "nodesDiff":{"add":[{"bytesize":0,"ajxp_readonly":"false","path":"/d1/f2.txt","type":"leaf",
        "node_repository_id":"413dafb20ca535193e9e024464a577fa"}]}}"#;
    let answer = answers.of("fs/post_mkfile_json", reduced);
    let made = read(file::create_node("common", "/d1/f2.txt"), answer).await.unwrap();
    let message = made.message.as_ref().unwrap();
    assert_eq!(message["message"], "The file f2.txt has been created in /d1");
    let [added] = made.nodes_diff.as_ref().unwrap().add.as_deref().unwrap() else { panic!() };
    assert_eq!((added.path.as_deref(), &added.kind), (Some("/d1/f2.txt"), &Some(NodeType::Leaf)));
    let repository = added.node_repository_id.as_deref();
    assert_eq!(repository, Some("413dafb20ca535193e9e024464a577fa"));
}

pub(crate) async fn a_deleted_node_is_in_the_recycle_bin(answers: Answers) {
    let reduced = r#"{"message":{"level":"Info","message":"moved"},"nodesDiff":{"update":[{
        "original_path":"/d1/f2.txt","path":"/recycle_bin/f2.txt","type":"leaf"}]},
        "mq":{"consume_channel":"now"}}"#;
    let answer = answers.of("fs/delete_file2_json", reduced);
    let done = read(file::delete_node("common", "/d1/f2.txt"), answer)
        .await
        .unwrap()
        .into_response()
        .unwrap();
    let [moved] = &done.nodes_diff.unwrap().update.unwrap()[..] else { panic!() };
    assert_eq!(moved.original_path.as_deref(), Some("/d1/f2.txt"));
    assert_eq!(moved.path.as_deref(), Some("/recycle_bin/f2.txt"));
    assert_eq!(done.mq.unwrap().consume_channel.as_deref(), Some("now"));
}

/// Both lists of removed nodes, alone or with other parts, contain objects.
pub(crate) async fn removed_nodes_have_a_path_and_a_time() {
    let gone = r#"{"path":"/recycle_bin/a.txt","ajxp_im_time":1795424578}"#;
    let alone = format!(r#"{{"remove":[{gone}]}}"#);
    let call = || file::delete_node("common", "/recycle_bin/a.txt");
    let done = read(call(), json(alone)).await.unwrap().into_response().unwrap();
    let [removed] = &done.remove.unwrap()[..] else { panic!() };
    assert_eq!(removed.path.as_deref(), Some("/recycle_bin/a.txt"));
    assert_eq!(removed.ajxp_im_time, Timestamp::from_secs(1_795_424_578));
    let keyed = format!(r#"{{"message":{{"level":"Info"}},"nodesDiff":{{"remove":[{gone}]}}}}"#);
    let done = read(call(), json(keyed)).await.unwrap().into_response().unwrap();
    assert_eq!(done.nodes_diff.unwrap().remove.unwrap().len(), 1);
}

pub(crate) async fn an_upload_reports_its_node(answers: Answers) {
    let reduced = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <tree ><nodes_diff><add><tree is_file=\"true\" filename=\"/d1/up.bin\" file_group=\"1\" \
         ajxp_readonly=\"false\" file_perms=\"0666\" ajxp_modiftime=\"1795424582\" \
         bytesize=\"20000\" text=\"up.bin\"/></add></nodes_diff></tree>";
    let answer = answers.of("io/put_new", reduced);
    let call = file::upload_stream("common", "/d1/up.bin", vec![0; 20_000]);
    let uploaded = read(call, answer).await.unwrap();
    let [node] = &uploaded.diff.added[..] else { panic!() };
    assert_eq!((node.path().as_str(), node.size()), ("/d1/up.bin", Some(20_000)));
    assert_eq!((node.is_file(), node.permissions()), (true, Some("0666")));
}
