//! The calls that reproduce recorded requests.

use pydio_client::{
    Error, Json, Pydio, Rights,
    json::Object,
    v2::{
        file,
        models::{
            GetNodeInfosChildren as Children, GetNodeInfosMeta as Meta, NewPerson,
            NewPersonResourceType, NewWorkspace, PeoplePatch, PeoplePatchParameterName as Change,
            PeoplePatchResourceType, Role, TaskPatch,
        },
        provisioning as admin, task, user_account, workspace,
    },
};
use serde_json::json;

/// The id of the workspace `common`.
const COMMON: &str = pydio_tests::COMMON_ID;

/// The id of the workspace that was created and removed.
const MADE: &str = "b0c50ee13254515d9d1c01d4660f61ba";

/// Makes the call of that name, with the recorded bytes; returns false if it does not exist.
pub(super) async fn again(pydio: &Pydio, name: &str, bytes: &[u8]) -> bool {
    let Some((folder, rest)) = name.split_once('/') else { return false };
    let sent = match folder {
        "fs" if rest.starts_with("get_") => listed(pydio, rest).await,
        "fs" | "big" | "status" => changed(pydio, rest, bytes).await,
        "io" => moved(pydio, rest, bytes).await,
        "tasks" => tasks(pydio, rest, bytes).await,
        "admin" if rest.starts_with("people_patch_") => patched(pydio, rest).await,
        "admin" if rest.starts_with("people_") => people(pydio, rest).await,
        "admin" if rest.starts_with("role_get_") => role_read(pydio, rest).await,
        "admin" if rest.starts_with("ws_get_") => workspace_read(pydio, rest).await,
        "admin" => roles_and_workspaces(pydio, rest).await,
        "workspaces" => workspaces(pydio, rest).await,
        _ => accounts(pydio, rest).await,
    };
    sent.is_some()
}

/// Ignores the result of a call.
fn sent<T>(_: Result<T, Error>) -> Option<()> {
    Some(())
}

fn dzf() -> Children {
    Children::Other("dzf".to_owned())
}

async fn listed(pydio: &Pydio, name: &str) -> Option<()> {
    let node = |path: &str| file::get_node_infos("common", path);
    let (d1, f3) = (node("/d1"), node("d1/f3.txt"));
    let all = || file::get_node_infos(COMMON, "/").children(dzf()).recursive(true);
    let call = match name {
        "get_bob_readonly" => d1.children(dzf()).meta(Meta::Minimal),
        "get_dir_children_d_json" | "get_dir_children_d_xml" => d1.children(Children::D),
        "get_dir_children_df_json" | "get_dir_children_df_xml" => d1.children(Children::Df),
        "get_dir_children_dfz_json" | "get_dir_children_dfz_xml" => d1.children(Children::Dfz),
        "get_dir_children_dzf_xml" => d1.children(dzf()),
        "get_dir_children_f_json" => d1.children(Children::F),
        "get_X_Indexation_Required" => d1.children(dzf()),
        "get_dir_no_children_json" | "get_dir_no_children_xml" | "get_format_json_param" => d1,
        "get_dir_slash_json" | "get_dir_slash_xml" => node("/d1/"),
        "get_file_json" => f3,
        "get_file_meta_extended_json" | "get_file_meta_extended_xml" => f3.meta(Meta::Extended),
        "get_file_meta_minimal_xml" => f3.meta(Meta::Minimal),
        "get_file_meta_standard_xml" => f3.meta(Meta::Standard),
        "get_missing_children_json" | "get_missing_children_xml" => node("absent").children(dzf()),
        "get_missing_json" | "get_missing_xml" => node("absent.txt"),
        "get_recursive_max_depth" => all().max_depth(1).meta(Meta::Minimal),
        "get_recursive_max_nodes" => all().max_nodes(2).meta(Meta::Minimal),
        "get_recursive_query" => all().meta(Meta::Minimal),
        "get_root_children_xml" => node("/").children(dzf()).meta(Meta::Minimal),
        "get_root_json" => node(""),
        "get_special_name" => node("/sp é+%20#&.txt"),
        "get_unknown_ws_json" => file::get_node_infos("nows", "x"),
        _ => return None,
    };
    sent(pydio.call(call).await)
}

async fn changed(pydio: &Pydio, name: &str, bytes: &[u8]) -> Option<()> {
    let delete = async |path: &str| sent(pydio.call(file::delete_node("common", path)).await);
    match name {
        "delete_file2_json" => return delete("/d1/f2.txt").await,
        "delete_file_json" => return delete("/d1/f1.txt").await,
        "delete_folder_slash_json" => return delete("/d2/").await,
        "delete_folder_xml" => return delete("/no").await,
        "delete_missing_json" => return delete("/absent").await,
        "delete_11MB_v2" => return delete("big/b11.bin").await,
        "hidden_get" => return sent(pydio.call(file::get_node_infos("common", "/.hidden")).await),
        "quota_io" => {
            let upload = file::upload_stream("common", "/over.bin", bytes.to_vec());
            return sent(pydio.call(upload).await);
        }
        _ => {}
    }
    let make = |path: &str| file::create_node("common", path);
    let by_id = |to: &str, from: &str| {
        file::create_node(COMMON, to).copy_source(format!("{COMMON}/{from}"))
    };
    let call = match name {
        "post_bob_readonly" | "post_bob_readonly_xml" => make("bobdir/"),
        "post_copy_by_id_both_json" => by_id("d1/f3-copy3.txt", "d1/f3.txt"),
        "post_copy_cross_repo_json" => make("d1/zz.txt").copy_source("default/x.txt"),
        "post_copy_folder_json" => make("d2/d1copy").copy_source(format!("{COMMON}/d1")),
        "post_copy_json" => make("d1/f3-copy.txt").copy_source("common/d1/f3.txt"),
        "post_copy_source_by_id_json" => {
            make("d1/f3-copy2.txt").copy_source(format!("{COMMON}/d1/f3.txt"))
        }
        "post_forbidden_name_json" => make("qu\"ote.txt"),
        "post_mkdir_exists_json" => make("d2/"),
        "post_mkdir_missing_parent_json" => make("no/deep/"),
        "post_mkdir_override_json" => make("d2/").overwrite(true),
        "post_mkdir_xml" => make("d1/"),
        "post_mkfile_exists_json" => make("d1/f3.txt"),
        "post_mkfile_json" => make("d1/f2.txt"),
        "post_mkfile_xml" => make("d1/f1.txt"),
        "post_move_by_id_json" => by_id("d1/f3-moved.txt", "d1/f3-copy3.txt").delete_source(true),
        "post_move_xml" => {
            let to = make("d2/f3-moved2.txt");
            to.copy_source(format!("{COMMON}/d1/f3-moved.txt")).delete_source(true)
        }
        "post_question_name_json" => make("wh?at.txt"),
        "post_special_name_json" => make("sp é+%20#&.txt"),
        _ => return None,
    };
    sent(pydio.call(call).await)
}

async fn moved(pydio: &Pydio, name: &str, bytes: &[u8]) -> Option<()> {
    let list = || {
        let d1 = file::get_node_infos("common", "d1");
        d1.children(dzf()).meta(Meta::Minimal)
    };
    let put = |path: &str| file::upload_stream("common", path, bytes.to_vec());
    let part = |path: &str| put(path).partial_upload(true).partial_target_bytesize(20_000);
    let call = match name {
        "get_missing" | "get_missing_json" => {
            return sent(pydio.call(file::download("common", "absent")).await);
        }
        "get_special_name" => {
            return sent(pydio.call(file::download("common", "d1/sp é+%20#&.bin")).await);
        }
        "get_range" => {
            return sent(pydio.call(file::download("common", "d1/up2.bin")).await);
        }
        "ls_after_put" | "partial_header_result" => return sent(pydio.call(list()).await),
        "append_query_1" => put("d1/app.bin"),
        "partial_header_1" | "partial_header_2" | "partial_header_3" | "put_partial_1"
        | "put_partial_2" => put("d1/part.bin"),
        "put_append_to" => put("d1/chunk2"),
        "partial_query_1" => part("d1/part2.bin"),
        "partial_query_3" => part("d1/part2.bin").append_to_encoded("part2.bin"),
        "put_append_query" => part("d1/part.bin").append_to_encoded("part.bin"),
        "put_bob" => put("d1/bob.bin"),
        "put_chunked" => put("d1/chunked.bin"),
        "put_forbidden_name" => put("d1/qu\"ote.bin"),
        "put_missing_folder_json" => put("absent/x.bin"),
        "put_new" => put("d1/up.bin"),
        "put_new_json" => put("d1/up2.bin"),
        "put_no_content_type" => put("d1/noct.txt"),
        "put_rename_if_exists_false" => put("d1/up.bin").rename_if_exists(true),
        "put_root" => put("rootfile.bin"),
        "put_special_name" => put("d1/sp é+%20#&.bin"),
        "put_unauth" => put("d1/x.bin"),
        _ => return None,
    };
    sent(pydio.call(call).await)
}

async fn tasks(pydio: &Pydio, name: &str, bytes: &[u8]) -> Option<()> {
    const RUNNING: &str = "9531B800-D584-4683-0B63-6C21F625FAED";
    let info = async |id: &str| sent(pydio.call(task::get_task_info(id)).await);
    match name {
        "create_full_get" | "get_after_delete" => info("mytask10").await,
        "get_created_no_ws" => info("mytask4").await,
        "get_missing" => info("nope").await,
        "create_full_list" | "list_ws_query" => sent(pydio.call(task::list_tasks(COMMON)).await),
        "list2"
        | "list_after"
        | "list_after_big_delete"
        | "list_during_compress"
        | "list_json"
        | "list_xml"
        | "poll_finished_list"
        | "poll_running_list" => sent(pydio.call(task::list_tasks("common")).await),
        "delete_running" | "delete_running_xml" => {
            sent(pydio.call(task::delete_task(RUNNING)).await)
        }
        "patch" => {
            let mut patch = TaskPatch::default();
            // With undeclared fields.
            patch.other_fields = serde_json::from_slice(bytes).ok()?;
            sent(pydio.call(task::update_task("none", &patch)).await)
        }
        _ => None,
    }
}

async fn people(pydio: &Pydio, name: &str) -> Option<()> {
    let get = async |path: &str| sent(pydio.call(admin::get_people(path)).await);
    let delete = async |path: &str| sent(pydio.call(admin::delete_people(path)).await);
    let user = async |path: &str, password: &str| {
        let mut person = NewPerson::new(NewPersonResourceType::User);
        person.user_pass = Some(password.into());
        sent(pydio.call(admin::create_people(path, &person)).await)
    };
    let group = async |path: &str, label: &str| {
        let mut person = NewPerson::new(NewPersonResourceType::Group);
        person.group_label = Some(label.to_owned());
        sent(pydio.call(admin::create_people(path, &person)).await)
    };
    match name {
        "people_create_group" => group("v2group", "V2 Group").await,
        "people_create_group_slash" => group("/v2group2", "V2 Group 2").await,
        "people_create_user" => user("v2user", "v2userpass1").await,
        "people_create_user_in_group" => user("v2group/grpuser", "grpuserpass1").await,
        "people_create_user_xml" => user("v2userx", "v2userpass1").await,
        "people_delete_group" => delete("v2group").await,
        "people_delete_missing" => delete("nobody").await,
        "people_delete_user" => delete("v2user").await,
        "people_delete_user_in_group" => delete("v2group/grpuser").await,
        "people_get_missing" => get("nobody").await,
        "people_get_user_json" => get("alice").await,
        "people_list_double_slash" => get("/").await,
        "people_list_group" => get("v2group").await,
        _ => None,
    }
}

async fn patched(pydio: &Pydio, name: &str) -> Option<()> {
    let (name, value, who) = match name {
        "people_patch_add_role" => (Change::UserAddRole, json!("MINISITE"), "v2user"),
        "people_patch_group_path" => (Change::UserGroupPath, json!("/v2group"), "v2user"),
        "people_patch_lock" => (Change::UserLock, json!("logout:true"), "v2user"),
        "people_patch_missing_user" => (Change::UserPass, json!("xxxxxxxxx1"), "nobody"),
        "people_patch_pass" => (Change::UserPass, json!("newv2userpass1"), "v2user"),
        "people_patch_preferences" => (Change::UserPreferences, json!({"lang": "fr"}), "v2user"),
        "people_patch_preferences_string" => {
            (Change::UserPreferences, json!("{\"lang\":\"fr\"}"), "v2user")
        }
        "people_patch_remove_role" => (Change::UserRemoveRole, json!("MINISITE"), "v2user"),
        "people_patch_roles" => (Change::UserRoles, json!(["GUEST"]), "v2user"),
        "people_patch_roles_string" => (Change::UserRoles, json!("[\"GUEST\"]"), "v2user"),
        "people_patch_unknown" => (Change::Other("nothing".to_owned()), json!("x"), "v2user"),
        _ => return None,
    };
    let patch = PeoplePatch::new(name, value, PeoplePatchResourceType::User);
    sent(pydio.call(admin::patch_people(who, &patch)).await)
}

async fn roles_and_workspaces(pydio: &Pydio, name: &str) -> Option<()> {
    match name {
        "role_create_no_body" => sent(pydio.call(admin::create_role("v2role3")).await),
        "role_patch" | "role_patch_label" => {
            let role = role(name == "role_patch_label")?;
            sent(pydio.call(admin::update_role("v2role", &role)).await)
        }
        "ws_list_json" | "ws_list_xml" => sent(pydio.call(admin::admin_list_workspaces()).await),
        "roles_list_format" => sent(pydio.call(admin::get_roles()).await),
        "ws_create_payload_form" | "ws_create_payload_query" => {
            let is_query = name == "ws_create_payload_query";
            let mut new = NewWorkspace::new("fs", if is_query { "V2 WS q" } else { "V2 WS" });
            new.parameters = object(json!({"PATH": "AJXP_DATA_PATH/v2ws", "CREATE": true}));
            new.features = object(json!({"meta.comments": {}}));
            sent(pydio.call(admin::admin_create_workspace(&new)).await)
        }
        "ws_delete_missing" | "ws_delete_xml" => {
            sent(pydio.call(admin::admin_delete_workspace(MADE)).await)
        }
        "ws_feature_add" | "ws_feature_add_exists" => {
            let settings = object(json!({"DEFAULT_QUOTA": "1G"}))?;
            let call = admin::admin_add_workspace_feature(MADE, "meta.quota", &settings);
            sent(pydio.call(call).await)
        }
        "ws_feature_add_unknown" => {
            let call = admin::admin_add_workspace_feature(MADE, "no.plugin", &Object::new());
            sent(pydio.call(call).await)
        }
        _ => None,
    }
}

async fn role_read(pydio: &Pydio, name: &str) -> Option<()> {
    let call = match name.strip_prefix("role_get_")? {
        "AJXP_USR__alice" | "encoded_slash" => admin::get_role("AJXP_USR_/alice"),
        "absentrole" => admin::get_role("absentrole"),
        "created" | "patched" => admin::get_role("v2role"),
        "load_fill_values" => admin::get_role("MINISITE").load_fill_values(true),
        "MINISITE" | "xml" => admin::get_role("MINISITE"),
        _ => return None,
    };
    sent(pydio.call(call).await)
}

async fn workspace_read(pydio: &Pydio, name: &str) -> Option<()> {
    let call = match name.strip_prefix("ws_get_")? {
        "fill_xml" => admin::admin_get_workspace(COMMON).load_fill_values(true),
        "format_json" | "xml" => admin::admin_get_workspace(COMMON),
        "features" | "patched" => admin::admin_get_workspace(MADE),
        "missing" => admin::admin_get_workspace("absent"),
        "slug_json" | "slug_xml" => admin::admin_get_workspace("common"),
        _ => return None,
    };
    sent(pydio.call(call).await)
}

/// Returns the saved role, with its own label or without one.
fn role(is_labelled: bool) -> Option<Role> {
    let parameters = object(json!({"AJXP_REPO_SCOPE_ALL": {"core.conf": {"lang": "fr"}}}))?;
    let acl = [("0".to_owned(), Rights::READ)].into();
    let mut role = Role::new(acl, Object::new(), Vec::new(), parameters);
    role.masks = Some(Object::new());
    if is_labelled {
        role.other_fields.insert("LABEL".to_owned(), json!("My label"));
    }
    Some(role)
}

fn object(json: Json) -> Option<Object> {
    match json {
        Json::Object(fields) => Some(fields),
        _ => None,
    }
}

async fn accounts(pydio: &Pydio, name: &str) -> Option<()> {
    match name {
        "admin_as_alice" => sent(pydio.call(admin::get_roles()).await),
        "v2_fs_children" => {
            let root = file::get_node_infos("common", "/").children(dzf());
            sent(pydio.call(root).await)
        }
        "v2_patch_delete" => sent(pydio.call(file::delete_node("common", "viatoken.bin")).await),
        "info_admin" | "info_xml" | "unauth" | "v2_user" | "wrong_password" => {
            sent(pydio.call(user_account::user_info()).await)
        }
        "preferences_json" => sent(pydio.call(user_account::user_preferences()).await),
        "workspaces_json" | "workspaces_xml" => {
            sent(pydio.call(user_account::user_workspaces()).await)
        }
        _ => None,
    }
}

async fn workspaces(pydio: &Pydio, name: &str) -> Option<()> {
    match name {
        "info_None" | "info_changes" | "info_info" | "info_xml" => {
            sent(pydio.call(workspace::get_workspace_info("common")).await)
        }
        "info_collect" => {
            sent(pydio.call(workspace::get_workspace_info("common").collect(true)).await)
        }
        "changes_seq_id_stream" => {
            sent(pydio.call(workspace::changes("common", 0, 0).stream(true)).await)
        }
        "unknown" => sent(pydio.call(workspace::get_workspace_info("nows")).await),
        "changes_with_seq_id_query" => sent(pydio.call(workspace::changes("common", 0, 0)).await),
        _ => None,
    }
}
