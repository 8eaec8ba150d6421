//! Responses of the operations on the user and on workspaces, checked field by field.

use pydio_client::{
    Rights,
    v2::{user_account, workspace},
};

use super::Answers;
use crate::canned::{json, read};

pub(crate) async fn the_user_is_part_of_the_registry(answers: Answers) {
    let reduced = r#"{"user":{"@id":"admin","active_repo":{"@id":"0","@write":"1","@read":"1"},
        "repositories":{"repo":[{"@id":"0","@acl":"rw","@repositorySlug":"default",
        "@allowCrossRepositoryCopy":"true","label":"Common Files"}]},
        "preferences":{"pref":[{"@name":"lang","@value":"","@pluginId":"core.conf"}]},
        "special_rights":{"@is_admin":"1"}}}"#;
    let answer = answers.of("user/info_admin", reduced);
    let user = read(user_account::user_info(), answer).await.unwrap().user;
    assert_eq!(user.id, "admin");
    let active = user.active_repo.unwrap();
    assert_eq!((&*active.id, active.read, active.write), ("0", Some(true), Some(true)));
    let workspaces = user.repositories.unwrap().repo.unwrap();
    assert_eq!(
        (&*workspaces[0].id, workspaces[0].acl.as_ref().map(Rights::as_str)),
        ("0", Some("rw"))
    );
    assert_eq!(workspaces[0].allow_cross_repository_copy, Some(true));
    assert_eq!(user.special_rights.unwrap().is_admin, Some(true));
}

pub(crate) async fn preferences_may_have_no_value(answers: Answers) {
    let reduced = r#"{"preferences":{"pref":[{"@name":"lang","@value":"","@pluginId":"core.conf"},
        {"@name":"gui_preferences"},{"@name":"USER_DISPLAY_NAME","@value":"Alice Doe"}]}}"#;
    let answer = answers.of("user/preferences_json", reduced);
    let call = user_account::user_preferences();
    let all = read(call, answer).await.unwrap().preferences.pref.unwrap();
    let named = |name: &str| all.iter().find(|pref| pref.name == name).unwrap().value.clone();
    assert_eq!(named("USER_DISPLAY_NAME").as_deref(), Some("Alice Doe"));
    assert_eq!((named("lang").as_deref(), named("gui_preferences")), (Some(""), None));
}

pub(crate) async fn workspaces_are_listed_with_their_rights(answers: Answers) {
    let reduced = r#"{"repositories":{"repo":[{"@id":"1","@repositorySlug":"my-files","@acl":"rw",
        "@userScope":"true","label":"My Files","@odd":"x"},
        {"@id":"inbox","@repositorySlug":"inbox","@acl":"r","label":"Shared Files"}]}}"#;
    let answer = answers.of("user/workspaces_json", reduced);
    let call = user_account::user_workspaces();
    let all = read(call, answer).await.unwrap().repositories.repo.unwrap();
    let with = |id: &str| all.iter().find(|workspace| workspace.id == id).unwrap();
    let own = with("1");
    assert_eq!((own.repository_slug.as_deref(), own.user_scope), (Some("my-files"), Some(true)));
    assert_eq!(
        (with("inbox").acl.as_ref().map(Rights::as_str), own.label.as_deref()),
        (Some("r"), Some("My Files"))
    );
}

/// Former XML has a single child without a list, and omits empty lists.
pub(crate) async fn one_workspace_is_a_list_of_one() {
    let one = json(r#"{"repositories":{"repo":{"@id":"1","label":"My Files"}}}"#);
    let all = read(user_account::user_workspaces(), one).await.unwrap().repositories.repo.unwrap();
    assert_eq!((all.len(), &*all[0].id), (1, "1"));
    let none = json(r#"{"repositories":{}}"#);
    let none = read(user_account::user_workspaces(), none).await.unwrap();
    assert_eq!(none.repositories.repo, None);
    let unnamed = json(r#"{"repositories":{"repo":[{"label":"x"}]}}"#);
    let error = read(user_account::user_workspaces(), unnamed).await.unwrap_err();
    assert!(error.to_string().ends_with("repositories.repo[0].@id: missing"), "{error}");
}

pub(crate) async fn plugins_tell_about_a_workspace(answers: Answers) {
    let answer = answers.of("workspaces/info_info", r#"{"core.users":{"users":3,"groups":0}}"#);
    let info = read(workspace::get_workspace_info("common"), answer).await.unwrap();
    let users = info.core_users.unwrap();
    assert_eq!((users.users, users.groups, info.meta_quota), (Some(3), Some(0), None));
    let reduced = r#"{"core.users":{"users":3,"groups":0},"meta.quota":{"usage":4096,
        "total":524288000},"core.notifications":[{"is_file":false,"filename":"/d1","event_id":1,
        "event_action":"add","event_author":"alice","event_time":1795424764,"bytesize":0}]}"#;
    let answer = answers.of("workspaces/info_collect", reduced);
    let info = read(workspace::get_workspace_info("common").collect(true), answer).await.unwrap();
    let quota = info.meta_quota.unwrap();
    assert_eq!((quota.usage, quota.total), (4096, 524_288_000));
    let event = &info.core_notifications.unwrap()[0];
    assert_eq!((event.event_action.as_deref(), event.is_file), (Some("add"), Some(false)));
    assert_eq!(event.other_fields["bytesize"], 0);
}

pub(crate) async fn changes_come_with_the_last_number(answers: Answers) {
    let reduced = r#"{"changes":[{"seq":1,"node_id":1,"type":"create","source":"NULL",
        "target":"/d1","node":{"bytesize":4096,"md5":"directory","mtime":1795424764,
        "node_path":"/d1","repository_identifier":"413d"}}], "last_seq":1}"#;
    let answer = answers.of("workspaces/changes_with_seq_id_query", reduced);
    let list = read(workspace::changes("common", 0, 0), answer).await.unwrap();
    assert_eq!((list.changes.len(), list.last_seq), (1, 1));
    let change = &list.changes[0];
    assert_eq!(&*change.kind, "create");
    assert_eq!((change.source.as_deref(), change.target.as_deref()), (None, Some("/d1")));
    let node = change.node.as_ref().unwrap();
    assert_eq!((node.bytesize, node.md5.as_deref()), (Some(4096), None));
}
