//! Names of every kind in the path: encoded as the v2 router decodes them, or not sent.

use pydio_client::{
    ErrorKind, NodePath,
    v2::{file, provisioning, task, workspace},
};

use crate::support::{json, send, target};

const NAMES: [(&str, &str); 16] = [
    ("plain.txt", "plain.txt"),
    ("sp ace", "sp%20ace"),
    (" edges ", "%20edges%20"),
    ("ünï-漢字", "%C3%BCn%C3%AF-%E6%BC%A2%E5%AD%97"),
    ("emoji-😀", "emoji-%F0%9F%98%80"),
    ("hash#tag", "hash%23tag"),
    ("wh?at", "wh%3Fat"),
    ("100%", "100%25"),
    ("lit%20eral", "lit%2520eral"),
    ("%2F", "%252F"),
    ("plus + sign", "plus%20%2B%20sign"),
    ("a&b=c;d", "a%26b%3Dc%3Bd"),
    ("qu\"ote\\", "qu%22ote%5C"),
    ("til~de.-_", "til~de.-_"),
    ("a:b@c,(d)[e]", "a%3Ab%40c%2C%28d%29%5Be%5D"),
    ("...", "..."),
];

#[tokio::test]
async fn a_name_is_encoded_once_and_slashes_stay() {
    for (name, encoded) in NAMES {
        let path = NodePath::root().join(name).join(name);
        let both = format!("common/{encoded}/{encoded}");
        let get = target(file::get_node_infos("common", &path)).await;
        assert_eq!(get, Some(format!("/api/v2/fs/{both}")));
        let put = target(file::upload_stream("common", &path, "x")).await;
        assert_eq!(put, Some(format!("/api/v2/io/{both}")));
        let delete = target(file::delete_node("common", &path)).await;
        assert_eq!(delete, Some(format!("/api/v2/fs/{both}")));
        let people = target(provisioning::get_people(format!("{name}/{name}"))).await;
        assert_eq!(people, Some(format!("/api/v2/admin/people/{encoded}/{encoded}")));
        let role = target(provisioning::delete_role(format!("AJXP_USR_/{name}"))).await;
        assert_eq!(role, Some(format!("/api/v2/admin/roles/AJXP_USR_/{encoded}")));
        let task = target(task::get_task_info(name)).await;
        assert_eq!(task, Some(format!("/api/v2/tasks/{encoded}")));
        let workspace = target(workspace::get_workspace_info(name)).await;
        assert_eq!(workspace, Some(format!("/api/v2/workspaces/{encoded}")));
    }
}

#[tokio::test]
async fn slashes_at_the_ends_are_significant() {
    for (path, spelled) in [("", ""), ("/", ""), ("d", "d"), ("/d", "d"), ("/d/", "d/")] {
        let get = target(file::get_node_infos("common", path)).await;
        assert_eq!(get, Some(format!("/api/v2/fs/common/{spelled}")));
        let create = target(file::create_node("common", path)).await;
        assert_eq!(create, Some(format!("/api/v2/fs/common/{spelled}")));
    }
    for (path, spelled) in [("/", "//"), ("/g", "//g"), ("g/", "/g/"), ("g/u", "/g/u")] {
        let people = target(provisioning::get_people(path)).await;
        assert_eq!(people, Some(format!("/api/v2/admin/people{spelled}")));
    }
    let root = target(provisioning::get_role("AJXP_GRP_/")).await;
    assert_eq!(root.as_deref(), Some("/api/v2/admin/roles/AJXP_GRP_/?format=json"));
}

#[tokio::test]
async fn the_root_cannot_be_deleted() {
    for root in ["", "/", "//"] {
        for refused in [
            send(file::delete_node("common", root), json("{}")).await.0.map(drop),
            send(provisioning::delete_people(root), json("{}")).await.0.map(drop),
        ] {
            let error = refused.unwrap_err();
            assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
        }
    }
    assert_eq!(target(file::delete_node("common", "/")).await, None);
    assert_eq!(target(file::delete_node("common", " ")).await.unwrap(), "/api/v2/fs/common/%20");
}

#[tokio::test]
async fn paths_that_match_another_route_or_node_are_not_sent() {
    for path in ["..", "a/../b", "./a", "a/.", "a\nb", "tab\t", "nul\0", "\u{7f}"] {
        assert_eq!(target(file::get_node_infos("common", path)).await, None, "{path:?}");
        assert_eq!(target(file::upload_stream("common", path, "x")).await, None, "{path:?}");
        assert_eq!(target(provisioning::delete_role(path)).await, None, "{path:?}");
    }
    for segment in ["", "a/b", "/", ".", "..", "a\nb", "common/changes/0"] {
        assert_eq!(target(file::get_node_infos(segment, "/")).await, None, "{segment:?}");
        assert_eq!(target(task::delete_task(segment)).await, None, "{segment:?}");
        assert_eq!(target(workspace::get_workspace_info(segment)).await, None, "{segment:?}");
        let delete = provisioning::admin_delete_workspace(segment);
        assert_eq!(target(delete).await, None, "{segment:?}");
        let remove = provisioning::admin_remove_workspace_feature("413d", segment);
        assert_eq!(target(remove).await, None, "{segment:?}");
    }
    for nobody in [
        target(provisioning::get_people("")).await,
        target(provisioning::create_role("")).await,
        target(provisioning::delete_role("")).await,
    ] {
        assert_eq!(nobody, None);
    }
}
