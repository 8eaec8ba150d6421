//! Recorded requests that the bindings never make, by the reason.

/// The reason for which no call is like the recording of that name.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    UNSENT.iter().find(|(_, names)| names.contains(&name)).map(|(reason, _)| *reason)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    UNSENT.iter().flat_map(|(_, names)| names.iter().copied())
}

static UNSENT: [(&str, &[&str]); 16] = [
    (
        "the address is no operation's",
        &[
            "errors/unknown_route",
            "errors/unknown_route_xml",
            "errors/v2_root",
            "errors/wrong_method",
            "io/post",
        ],
    ),
    ("another method", &["errors/options", "errors/options_auth", "io/head"]),
    (
        "the operation is retired",
        &[
            "admin/ws_shared_element",
            "admin/ws_shared_element_nested",
            "admin/ws_sharelist_alias",
            "fs/patch_chmod_json",
            "fs/patch_meta_user",
            "fs/patch_no_metadata",
            "fs/patch_query",
            "fs/patch_rename",
        ],
    ),
    (
        "without the slash after the workspace, another one answers",
        &[
            "fs/get_root_noslash_json",
            "fs/get_root_noslash_xml",
            "fs/get_ws_no_slash_is_other_ws",
            "fs/post_mkdir_ws_no_slash",
        ],
    ),
    (
        "a slash too few or too many, and no route",
        &[
            "admin/people_list_after",
            "admin/people_list_json",
            "admin/people_list_noslash",
            "admin/roles_list_slash",
            "user/trailing_slash",
        ],
    ),
    (
        "the client adds `format=json`, without which the answer is another",
        &[
            "admin/role_get_AJXP_USR__alice",
            "admin/role_get_MINISITE",
            "admin/role_get_absentrole",
            "admin/role_get_created",
            "admin/role_get_load_fill_values",
            "admin/role_get_patched",
            "admin/role_get_xml",
            "admin/ws_get_features",
            "admin/ws_get_fill_xml",
            "admin/ws_get_missing",
            "admin/ws_get_patched",
            "admin/ws_get_slug_json",
            "admin/ws_get_slug_xml",
            "admin/ws_get_xml",
            "admin/ws_list_json",
            "admin/ws_list_xml",
            "errors/admin_as_alice",
        ],
    ),
    (
        "the client keeps the slash of a role, and adds `format=json`",
        &["admin/role_get_encoded_slash"],
    ),
    (
        "a parameter that the server does not read, or not there",
        &[
            "admin/people_get_group_list_false",
            "admin/people_get_user_in_group",
            "admin/people_get_user_list_false_json",
            "admin/people_get_user_list_false_xml",
            "admin/people_patch_query_resource_type",
            "fs/get_format_json_param",
            "io/get_attachment_false",
            "tasks/create_no_schedule_get",
            "tasks/delete_created",
            "tasks/delete_created_xml",
            "tasks/delete_mytask9",
            "tasks/list_form_body",
            "tasks/patch_created",
            "tasks/patch_valid",
        ],
    ),
    (
        "a header that the server does not read",
        &[
            "fs/get_X_Indexation_Required",
            "io/partial_header_1",
            "io/partial_header_2",
            "io/partial_header_3",
            "io/put_append_to",
            "io/put_partial_1",
            "io/put_partial_2",
            "workspaces/info_changes",
            "workspaces/info_collect",
            "workspaces/info_info",
            "workspaces/info_xml",
        ],
    ),
    ("a header that the bindings do not have", &["io/get_range"]),
    (
        "a body that the server does not read, or takes for something else",
        &[
            "admin/people_create_user_form",
            "admin/people_create_user_query",
            "admin/role_create",
            "admin/ws_create_json_body",
            "admin/ws_patch_collection_json",
            "admin/ws_patch_json_body",
            "admin/ws_patch_payload_form",
            "tasks/create_ws_query",
            "tasks/create_xml",
        ],
    ),
    (
        "a media type with which the body is not read, or not as bytes",
        &[
            "admin/role_patch_charset",
            "io/put_form_content_type",
            "io/put_json_content_type",
            "io/put_multipart",
        ],
    ),
    (
        "in the query what the client sends as a form",
        &["admin/ws_create_payload_query", "tasks/create_no_schedule", "tasks/create_task_query"],
    ),
    (
        "without what the operation needs",
        &[
            "admin/role_patch_partial",
            "tasks/create_no_body",
            "tasks/create_task_form",
            "tasks/list_no_ws",
            "workspaces/changes_0_json",
            "workspaces/changes_0_xml",
            "workspaces/changes_flatten",
            "workspaces/changes_stream",
        ],
    ),
    (
        "a number that is none, or lines of JSON",
        &["workspaces/changes_bad", "workspaces/changes_seq_id_stream"],
    ),
    (
        "signed with a key pair",
        &["keystore/v2_fs_children", "keystore/v2_patch_delete", "keystore/v2_user"],
    ),
];
