//! Responses of the administration's operations, checked field by field.

use pydio_client::v2::{
    models::{
        NewPerson, NewPersonResourceType, NewWorkspace, PeoplePatch, PeoplePatchParameterName,
        PeoplePatchResourceType, PersonType, Role, RoleAnswer, WorkspacePatch,
    },
    provisioning,
};
use pydio_client::{Json, Rights, Timestamp, json::Object};

use super::Answers;
use crate::canned::{json, read};

const ROLE: &str = r#"{"ACL":["r"],"MASKS":[],"ACTIONS":[],"PARAMETERS":{"AJXP_REPO_SCOPE_ALL":
    {"core.conf":{"lang":"fr"}}},"APPLIES":[]}"#;

fn check(role: &RoleAnswer) {
    // PHP has written a map with the single key 0 as a list.
    assert_eq!(role.acl.as_ref().unwrap()["0"], Rights::READ);
    assert!(role.masks.as_ref().unwrap().is_empty() && role.actions.as_ref().unwrap().is_empty());
    let scope = &role.parameters.as_ref().unwrap()["AJXP_REPO_SCOPE_ALL"];
    assert_eq!(scope["core.conf"]["lang"], "fr");
    assert_eq!(role.applies.as_deref(), Some(&[][..]));
    assert_eq!((&role.role, &role.all), (&None, &None));
}

pub(crate) async fn a_role_is_its_maps(answers: Answers) {
    let answer = answers.of("admin/role_get_patched", ROLE);
    check(&read(provisioning::get_role("v2role"), answer).await.unwrap());
    let role = Role::new([].into(), Object::new(), Vec::new(), Object::new());
    let answer = answers.of("admin/role_patch", ROLE);
    check(&read(provisioning::update_role("v2role", &role), answer).await.unwrap());
    let empty = r#"{"ACL":[],"MASKS":[],"ACTIONS":[],"PARAMETERS":[],"APPLIES":[]}"#;
    let answer = answers.of("admin/role_get_created", empty);
    let role = read(provisioning::get_role("v2role"), answer).await.unwrap();
    assert!(role.acl.unwrap().is_empty() && role.parameters.unwrap().is_empty());
}

pub(crate) async fn a_role_comes_with_what_a_form_needs(answers: Answers) {
    let reduced = format!(
        r#"{{"ROLE":{ROLE},"ALL":{{"PROFILES":["standard|Standard"]}},"SCOPE_PARAMS":[{{"name":"x"}}]}}"#
    );
    let answer = answers.of("admin/role_get_load_fill_values", &reduced);
    let call = provisioning::get_role("MINISITE").load_fill_values(true);
    let role = read(call, answer).await.unwrap();
    assert!(role.role.is_some() && role.acl.is_none());
    assert!(role.all.unwrap().profiles.is_some());
    assert!(!role.scope_params.unwrap().is_empty());
}

pub(crate) async fn roles_are_listed_by_path(answers: Answers) {
    let reduced = format!(
        r#"{{"node":{{"path":"/data/roles","type":"collection","label":""}},"children":{{"AJXP_GRP_":
        {{"is_default":"all","ajxp_mime":"role","role_id":"AJXP_GRP_/","path":"AJXP_GRP_",
        "label":"Root Group","role":{ROLE}}},"GUEST":{{"role_id":"GUEST","ajxp_mime":"role"}}}}}}"#
    );
    let answer = answers.of("admin/roles_list_format", &reduced);
    let list = read(provisioning::get_roles(), answer).await.unwrap();
    let roles = list.children.unwrap();
    let root = &roles["AJXP_GRP_"];
    assert_eq!((&*root.role_id, root.label.as_deref()), ("AJXP_GRP_/", Some("Root Group")));
    assert!(root.role.as_ref().is_some_and(|role| !role.parameters.is_empty()));
    assert_eq!(roles["GUEST"].ajxp_mime.as_deref(), Some("role"));
    // A role without its maps is invalid.
    let cut = json(r#"{"children":{"X":{"role_id":"X","role":{"ACL":[],"ACTIONS":[]}}}}"#);
    let error = read(provisioning::get_roles(), cut).await.unwrap_err();
    assert!(error.to_string().ends_with("children.X.role.PARAMETERS: missing"), "{error}");
}

pub(crate) async fn people_are_listed_below_their_group(answers: Answers) {
    let reduced = format!(
        r#"{{"node":{{"ajxp_mime":"group","object_id":"/v2group","path":"/v2group",
        "type":"collection","label":"V2 Group"}},"children":{{"grpuser":{{"lock":false,
        "personal_role_id":"/AJXP_USR_/grpuser","profile":"standard","isAdmin":false,
        "ajxp_roles":[],"json_merged_role":{ROLE},"last_connection":1795424768,
        "object_id":"grpuser","path":"grpuser","type":"leaf","label":"grpuser"}}}}}}"#
    );
    let answer = answers.of("admin/people_list_group", &reduced);
    let list = read(provisioning::get_people("v2group"), answer).await.unwrap();
    assert_eq!(list.node.unwrap().kind, Some(PersonType::Collection));
    let people = list.children.unwrap();
    let user = &people["grpuser"];
    assert_eq!((user.lock.as_deref(), user.is_admin), (None, Some(false)));
    assert_eq!(
        (&user.kind, user.last_connection),
        (&Some(PersonType::Leaf), Timestamp::from_secs(1_795_424_768))
    );
    assert!(user.json_merged_role.as_ref().is_some_and(|role| !role.acl.is_empty()));
    let nobody =
        r#"{"node":{"path":"/data/users/nobody","type":"collection","label":""},"children":[]}"#;
    let answer = answers.of("admin/people_get_missing", nobody);
    let list = read(provisioning::get_people("nobody"), answer).await.unwrap();
    assert!(list.children.unwrap().is_empty());
}

pub(crate) async fn people_are_made_changed_and_removed(answers: Answers) {
    let made = r#"{"reload":{"node":"","pendingSelection":"v2user"},
        "message":{"level":"Info","message":"User created successfully"}}"#;
    let answer = answers.of("admin/people_create_user", made);
    let person = NewPerson::new(NewPersonResourceType::User);
    let made = read(provisioning::create_people("v2user", &person), answer).await.unwrap();
    assert_eq!(made.reload.unwrap().pending_selection.as_deref(), Some("v2user"));
    assert_eq!(made.message.unwrap()["level"], "Info");
    let patch = |value: Json| {
        let (name, kind) = (PeoplePatchParameterName::UserPass, PeoplePatchResourceType::User);
        PeoplePatch::new(name, value, kind)
    };
    let answer = answers.of("admin/people_patch_pass", r#"{"level":"Info","message":"done"}"#);
    let call = provisioning::patch_people("v2user", &patch("new".into()));
    let done = read(call, answer).await.unwrap();
    assert_eq!(done.level.as_deref(), Some("Info"));
    assert!(done.message.unwrap().is_string());
    let refused =
        r#"{"level":"Error","message":"array_diff(): Expected parameter 1 to be an array"}"#;
    let answer = answers.of("admin/people_patch_roles_string", refused);
    let call = provisioning::patch_people("v2user", &patch("[]".into()));
    let error = read(call, answer).await.unwrap_err();
    assert!(error.message().starts_with("array_diff()"), "{error}");
    let gone = r#"{"message":{"level":"Info","message":"User successfully erased (1)"},
        "reload":{"node":"","pendingSelection":""}}"#;
    let answer = answers.of("admin/people_delete_user", gone);
    let done = read(provisioning::delete_people("v2user"), answer).await.unwrap();
    assert_eq!(done.message.unwrap()["message"], "User successfully erased (1)");
}

pub(crate) async fn a_workspace_is_read_with_its_settings(answers: Answers) {
    let reduced = r#"{"id":"413dafb20ca535193e9e024464a577fa","securityScope":false,"slug":"common",
        "display":"Common","displayStringId":null,"accessType":"fs","writeable":true,
        "isTemplate":false,"parameters":{"PAGINATION_NUMBER":200,"CREATE":true},
        "features":{"meta.quota":{"DEFAULT_QUOTA":"500M"},"meta.watch":[]},
        "info":{"users":3,"shares":0}}"#;
    let answer = answers.of("admin/ws_get_format_json", reduced);
    let workspace = read(provisioning::admin_get_workspace("common"), answer).await.unwrap();
    assert_eq!((&*workspace.display, &*workspace.access_type), ("Common", "fs"));
    assert_eq!(workspace.security_scope, None);
    assert_eq!((workspace.display_string_id, workspace.writeable), (None, Some(true)));
    assert_eq!(workspace.parameters.unwrap()["PAGINATION_NUMBER"], 200);
    assert_eq!(workspace.features.unwrap()["meta.quota"]["DEFAULT_QUOTA"], "500M");
    assert_eq!(workspace.info.unwrap().users, Some(3));
    // PHP has written empty maps as lists, as after the last feature is removed.
    let bare = r#"{"display":"Common","accessType":"fs","parameters":[],"features":[],"mask":[]}"#;
    let workspace = read(provisioning::admin_get_workspace("common"), json(bare)).await.unwrap();
    assert!(workspace.features.unwrap().is_empty() && workspace.mask.unwrap().is_empty());
    // The server's response without `format=json`: empty, and not a workspace.
    let answer = answers.of("admin/ws_get_slug_json", "{}");
    let error = read(provisioning::admin_get_workspace("common"), answer).await.unwrap_err();
    assert!(error.to_string().ends_with("accessType: missing"), "{error}");
}

pub(crate) async fn workspaces_are_listed_in_pages(answers: Answers) {
    let reduced = r#"{"pagination":{"count":7,"current":1,"total":1,"dirs":-1,"remoteSort":null},
        "data":{"node":{"path":"/data/repositories","type":"collection","label":""},"children":{
        "/":{"repository_id":"0","slug":"default","is_template":"false","path":null},
        "1":{"repository_id":"1","accessType":"fs","slug":"my-files","is_template":"false",
        "path":"1","label":"My Files"}}}}"#;
    let answer = answers.of("admin/ws_list_json", reduced);
    let list = read(provisioning::admin_list_workspaces(), answer).await.unwrap();
    let page = list.pagination.unwrap();
    assert_eq!((page.count, page.dirs, page.remote_sort), (7, Some(-1), None));
    let workspaces = list.data.unwrap().children.unwrap();
    let own = &workspaces["1"];
    assert_eq!((own.slug.as_deref(), own.is_template), (Some("my-files"), Some(false)));
    assert_eq!(workspaces["/"].path, None);
}

pub(crate) async fn workspaces_are_made_changed_and_removed(answers: Answers) {
    let made = r#"{"message":{"level":"Info","message":"Successfully created workspace!"},
        "reload":{"node":"","pendingSelection":"b0c50ee13254515d9d1c01d4660f61ba"}}"#;
    let answer = answers.of("admin/ws_create_payload_form", made);
    let new = NewWorkspace::new("fs", "V2 WS");
    let made = read(provisioning::admin_create_workspace(&new), answer).await.unwrap();
    let id = made.reload.unwrap().pending_selection;
    assert_eq!(id.as_deref(), Some("b0c50ee13254515d9d1c01d4660f61ba"));
    let change = WorkspacePatch::new(Object::new());
    let report = r#"{"level":"Error","message":"Invalid JSON"}"#;
    let answer = answers.of("admin/ws_patch_json_body", report);
    assert!(read(provisioning::admin_edit_workspace("b0c5", &change), answer).await.is_err());
    let gone = r#"{"level":"Error","message":"no such workspace"}"#;
    let answer = answers.of("admin/ws_delete_missing", gone);
    assert!(read(provisioning::admin_delete_workspace("b0c5"), answer).await.is_err());
    let done = r#"{"level":"Info","message":"Successfully added meta source"}"#;
    let answer = answers.of("admin/ws_feature_add", done);
    let call = provisioning::admin_add_workspace_feature("b0c5", "meta.quota", &Object::new());
    let done = read(call, answer).await.unwrap();
    assert_eq!(done.message.unwrap(), "Successfully added meta source");
}
