//! The steps before a recorded request that its response alone does not reveal.

/// A step that restores the state of the recorded server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Files and folders in `common`, as in [`super::cases`].
    Disk(&'static [&'static str]),
    /// A request: who, method, target and body.
    Call(&'static str, &'static str, &'static str, &'static str),
    /// Resets a workspace to its state before the first access.
    Untouched(&'static str),
    /// A user is locked.
    Lock(&'static str, &'static str),
    /// The web server refuses large requests.
    SmallBodies,
    /// Adds a user whose password contains a colon.
    Colon,
    /// A session in this state.
    Session(Session),
    /// A request within the session: its query.
    Within(&'static str),
    /// Prepares the download of a file in parts within the session, whose id replaces a recorded
    /// one.
    Prepared(&'static str),
    /// Signs the request in this way.
    Signed(Signing),
    /// Files and folders on a disk: its name.
    On(&'static str, &'static [&'static str]),
    /// A file with that content: disk, path and content.
    File(&'static str, &'static str, &'static [u8]),
    /// Sets the right of a user: login, slug of the workspace and right.
    Grant(&'static str, &'static str, &'static str),
    /// Replaces a text of the recording in the request.
    Replace(&'static str, &'static str),
    /// An administrator's POST whose response has the id that replaces a recorded one: the recorded
    /// id, target and body.
    Made(&'static str, &'static str, &'static str),
    /// A request within the session whose response has the id that replaces a recorded one: the
    /// recorded id and the query.
    MadeWithin(&'static str, &'static str),
    /// A session of that user.
    LogIn(&'static str),
    /// The quota of every workspace, in bytes.
    Quota(usize),
    /// Sessions hash passwords.
    Hashes,
    /// The recorded request itself.
    Again,
}

/// The state of the session of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    /// It has a token, but no user.
    Begun,
    /// Alice has just logged in.
    Arrived,
    /// Alice is logged in, in `common`.
    LoggedIn,
    LoggedOut,
    Expired,
    /// Too many passwords were wrong.
    Suspected,
    /// Too many passwords were wrong, and then one was right over REST.
    Forgiven,
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    Well,
    /// With the hash of another text.
    Badly,
    /// With a hash that lacks a nonce.
    WithoutNonce,
    /// With a raw `+` as itself rather than as a space.
    PlusAsItIs,
    /// With a pair that was revoked.
    Revoked,
    /// With a pair that a query directly after the action named, to be revoked.
    RevokedByQuery,
    /// With a pair that was revoked by a path.
    RevokedByPath,
}

use Step::{
    Call, Colon, Disk, Lock, On, Prepared, Session as In, Signed, SmallBodies, Untouched, Within,
};

const ALICE: &str = "alice";
const ADMIN: &str = "admin";

const CAROL: Step = Call(ADMIN, "GET", "/api/settings/create_user/carol/carolpass123", "");
const MY_GROUP: Step = Call(ADMIN, "GET", "/api/settings/create_group/My%20Group/mygroup", "");
const TEST_ROLE: Step = Call(ADMIN, "GET", "/api/settings/create_role/testrole", "");
const TEST_RIGHT: Step = Call(ADMIN, "GET", "/api/settings/role_update_right/0/testrole/r", "");
const V2_USER: Step = Call(
    ADMIN,
    "POST",
    "/api/v2/admin/people/v2user",
    "{\"resourceType\": \"user\", \"userPass\": \"v2userpass1\"}",
);
const V2_GROUP: Step = Call(
    ADMIN,
    "POST",
    "/api/v2/admin/people/v2group",
    "{\"resourceType\": \"group\", \"groupLabel\": \"V2 Group\"}",
);
const GROUP_USER: Step = Call(
    ADMIN,
    "POST",
    "/api/v2/admin/people/v2group/grpuser",
    "{\"resourceType\": \"user\", \"userPass\": \"grpuserpass1\"}",
);
const GROUP_USER_SEEN: Step = Call("grpuser", "GET", "/api/v2/user", "");
const BOB_SEEN: Step = Call("bob", "GET", "/api/v2/user", "");
const V2_ROLE: Step = Call(ADMIN, "POST", "/api/v2/admin/roles/v2role", "");
const SHARED: Step = Disk(&["/s/a.txt=3", "/s/b.txt=3", "/s/sub/"]);
const LINK: Step = Call(ALICE, "GET", "/api/common/share/public/s/a.txt", "");
const LINK_B: Step = Call(ALICE, "GET", "/api/common/share/public/s/b.txt", "");
const LINK_FOLDER: Step =
    Call(ALICE, "GET", "/api/common/share/private/s/sub?guest_user_pass=linkpass1", "");
const DELEGATED: Step = Call(
    ALICE,
    "POST",
    "/api/common/share/x/s",
    "sub_action=delegate_repo&repo_label=s+shared&repo_description=d&user_0=bob\
     &right_read_0=true&entry_type_0=user",
);
const NOTED: Step = Disk(&["/m/a.txt=14", "/m/b.txt=14"]);
const CHANGED: [Step; 4] = [
    Call(ALICE, "GET", "/api/common/mkdir/m", ""),
    Call(ALICE, "GET", "/api/common/mkfile/m/a.txt", ""),
    Call(ALICE, "GET", "/api/common/mkfile/m/b.txt", ""),
    Call(ALICE, "GET", "/api/common/mkfile/m/c.txt", ""),
];
const RENAMED: [Step; 3] = [
    Call(ALICE, "GET", "/api/common/rename/?file=/m/b.txt&filename_new=b2.txt", ""),
    Call(ALICE, "GET", "/api/common/delete/?file=/m/a.txt", ""),
    Call(ALICE, "GET", "/api/common/move/?file=/m/c.txt&dest=/", ""),
];
const COMPRESSED: [Step; 2] = [
    Disk(&["/d1/app.bin=8"]),
    Call(ALICE, "GET", "/api/common/compress/?nodes[]=/d1/app.bin&dir=/d1&archive_name=a.zip", ""),
];
const TASK: Step = Call(
    ALICE,
    "POST",
    "/api/v2/tasks/mytask10",
    "task=%7B%22action%22%3A%22compress%22%2C%22label%22%3A%22rec%22%2C%22statusMessage%22%3A\
     %22x%22%2C%22parameters%22%3A%7B%22dir%22%3A%22%2F%22%2C%22file%22%3A%22%2Fbig%22%2C\
     %22archive_name%22%3A%22f.zip%22%7D%7D&workspaceId=413dafb20ca535193e9e024464a577fa",
);
const WRONG: Step = Call("nobody", "GET", "/api/common/ls", "");

/// Steps by the prefix of recording names; all that match apply, in this order.
pub(crate) static RECIPES: &[(&str, &[Step])] = &[
    ("v1/admin/create_user_exists", &[CAROL]),
    ("v1/admin/delete_user", &[CAROL]),
    ("v1/admin/edit_sub_edit_role", &[CAROL]),
    ("v1/admin/save_user_preference", &[CAROL]),
    ("v1/admin/update_user_pwd", &[CAROL]),
    ("v1/admin/user_", &[CAROL]),
    ("v1/admin/user_update_group", &[MY_GROUP]),
    ("v1/admin/create_group_exists", &[MY_GROUP]),
    ("v1/admin/create_group_nested", &[MY_GROUP]),
    ("v1/admin/create_user_in_group", &[MY_GROUP]),
    ("v1/admin/delete_group", &[MY_GROUP]),
    ("v1/admin/create_role_exists", &[TEST_ROLE, TEST_RIGHT]),
    ("v1/admin/edit_edit_role", &[TEST_ROLE]),
    ("v1/admin/edit_role", &[TEST_ROLE]),
    ("v1/admin/post_json_role", &[TEST_ROLE]),
    ("v1/admin/role_update_right", &[TEST_ROLE]),
    ("v1/admin/ls_users", &[BOB_SEEN]),
    (
        "v1/big/delete_in_recycle",
        &[Disk(&["/recycle_bin/b.bin=11000000", "/recycle_bin/c.bin=11000000"])],
    ),
    ("v1/changes/a", &CHANGED),
    ("v1/changes/after", &RENAMED),
    ("v1/changes/bad", &CHANGED),
    ("v1/changes/f", &CHANGED),
    ("v1/changes/my", &CHANGED),
    ("v1/changes/no", &CHANGED),
    ("v1/changes/stream", &CHANGED),
    ("v1/comments/", &[NOTED]),
    ("v1/comments/feed", &[Call(ALICE, "POST", "/api/common/post_comment/m/a.txt", "content=a")]),
    (
        "v1/comments/feed_empty",
        &[Call(
            ALICE,
            "POST",
            "/api/common/delete_comment/",
            "comment_data=%7B%22path%22%3A%22%2Fm%2Fa.txt%22%2C%22uuid%22%3A1%7D",
        )],
    ),
    ("v1/download/nodes_multiple", &[Disk(&["/up/plain file.txt=18", "/up/xhr.txt=12"])]),
    ("v1/download/file_param_query_overridden", &[Disk(&["/up/plain file.txt=18"])]),
    ("v1/download/prepare_chunk_dl", &[Disk(&["/up/appended.bin=20000"])]),
    ("v1/errors/brute_force_wrong", &[WRONG, WRONG, WRONG]),
    ("v1/errors/brute_force_then", &[WRONG, WRONG, WRONG]),
    ("v1/errors/locked_user", &[Lock("bob", "logout")]),
    ("v1/errors/pass_change_lock", &[Lock("bob", "pass_change")]),
    ("v1/errors/password_with_colon", &[Colon]),
    ("v1/fs/ls_root_empty", &[Untouched("common")]),
    ("v1/fs/ls_my_files_unsorted", &[Untouched("my-files/alice")]),
    ("v1/fs/stat", &[Disk(&["/folder1/file1.txt=0", "/folder1/file2.txt=19"])]),
    ("v1/fs/put_content", &[Disk(&["/folder1/file2.txt=19"])]),
    ("v1/fs/get_content", &[Disk(&["/folder1/file2.txt=19"])]),
    ("v1/fs/ls_recursive_max_nodes", &[Disk(&["/folder1/a=0", "/nope/deep/"])]),
    ("v1/fs/upload_auto_rename_false", &[Disk(&["/zz/a.txt=1"])]),
    ("v1/keystore/list", &[Call(ALICE, "GET", "/api/pydio/keystore_generate_auth_token/", "")]),
    ("v1/keystore/list_", &[Call(ALICE, "GET", "/api/pydio/keystore_revoke_tokens/", "")]),
    ("v1/keystore/v1_after_revoke", &[Signed(Signing::Revoked)]),
    ("v1/keystore/v1_alice", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_bad_hash", &[Signed(Signing::Badly)]),
    ("v1/keystore/v1_before", &[Signed(Signing::Well), Untouched("common")]),
    ("v1/keystore/v1_hash_without", &[Signed(Signing::WithoutNonce)]),
    ("v1/keystore/v1_json", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_ls", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_m", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_n", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_plus_raw_in_path", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_plus_raw_signed_2B", &[Signed(Signing::PlusAsItIs)]),
    ("v1/keystore/v1_post", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_replay", &[Signed(Signing::Well)]),
    ("v1/keystore/v1_special", &[Signed(Signing::Well)]),
    ("v2/keystore/", &[Signed(Signing::Well)]),
    ("v1/meta/", &[NOTED]),
    (
        "v1/meta/edit_user_meta_json",
        &[Call(
            ALICE,
            "GET",
            "/api/common/edit_user_meta/m/a.txt?tags=a&stars_rate=4&comment_note=c",
            "",
        )],
    ),
    (
        "v1/meta/edit_user_meta_unknown",
        &[Call(ALICE, "GET", "/api/common/edit_user_meta/m/a.txt?tags=a", "")],
    ),
    (
        "v1/meta/ls_with",
        &[Call(
            ALICE,
            "GET",
            "/api/common/edit_user_meta/m/a.txt?tags=a&stars_rate=4&css_label=b&comment_note=c",
            "",
        )],
    ),
    ("v1/ops/c", &[Disk(&["/a/f2.txt=20", "/a/f3.txt=20", "/a/f4.txt=20", "/a/sub/", "/b/"])]),
    ("v1/ops/chmod_recursive", &[Disk(&["/a/sub/f2.txt=20", "/a/sub/f3.txt=20"])]),
    ("v1/ops/copy_folder", &[Disk(&["/a/sub/f.txt=3"])]),
    ("v1/ops/copy_target_base_name", &[Disk(&["/a/f4.txt=20"])]),
    ("v1/ops/move_into_itself", &[Disk(&["/a/sub/"])]),
    ("v1/ops/rename", &[Disk(&["/a/f2.txt=20"])]),
    (
        "v1/ops/restore",
        &[
            Disk(&["/a/f4-copy.txt=20"]),
            Call(ALICE, "GET", "/api/common/delete/?file=/a/f4-copy.txt", ""),
        ],
    ),
    ("v1/ops/search", &[Disk(&["/a/f3.txt=20"])]),
    ("v1/ops/sl_", &[Disk(&["/a/f3.txt=20"])]),
    ("v1/ops/sl_lock_bob_put", &[Call(ALICE, "GET", "/api/common/sl_lock/a/f3.txt", "")]),
    ("v1/ops/stat_hash", &[Disk(&["/a/f3.txt=20"])]),
    ("v1/pagination/ls_page", &[Disk(&["/many/+1234", "/many/sub/"])]),
    ("v1/pagination/ls_600", &[Disk(&["/five/+600"])]),
    ("v1/share/", &[SHARED]),
    ("v1/share/bob_repositories", &[DELEGATED]),
    ("v1/share/load_delegated", &[LINK_FOLDER]),
    ("v1/share/load_file", &[LINK]),
    ("v1/share/migrate", &[LINK]),
    ("v1/share/reset", &[LINK]),
    (
        "v1/share/sharelist",
        &[Call(ADMIN, "GET", "/api/common/share/public/s/a.txt", ""), LINK, LINK_FOLDER, DELEGATED],
    ),
    ("v1/share/unshare_file", &[LINK]),
    ("v1/share/unshare_json", &[LINK_B]),
    ("v1/state/load_repository_info_collect", &[Disk(&["/d1/"])]),
    ("v1/status/upload_413", &[SmallBodies]),
    ("v1/status/quota_put", &[Disk(&["/filler.bin=2"])]),
    ("v1/transfer/append_", &[Disk(&["/up/appended.bin=8000"])]),
    ("v1/transfer/append_3", &[Disk(&["/up/appended.bin=16000"])]),
    ("v1/transfer/partial_2", &[Disk(&["/up/part.bin.dlpart=8000"])]),
    ("v1/transfer/upload_", &[Disk(&["/up/"])]),
    ("v1/transfer/upload_multipart_auto", &[Disk(&["/up/plain file.txt=12"])]),
    ("v1/transfer/upload_multipart_overwrite", &[Disk(&["/up/plain file.txt=12"])]),
    ("v2/admin/people_delete_user", &[V2_USER]),
    ("v2/admin/people_delete_group", &[V2_GROUP]),
    ("v2/admin/people_delete_user_in_group", &[V2_GROUP, GROUP_USER]),
    ("v2/admin/people_create_user_in_group", &[V2_GROUP]),
    ("v2/admin/people_get_group", &[V2_GROUP, GROUP_USER, GROUP_USER_SEEN]),
    ("v2/admin/people_get_user_in_group", &[V2_GROUP, GROUP_USER]),
    ("v2/admin/people_list_group", &[V2_GROUP, GROUP_USER, GROUP_USER_SEEN]),
    ("v2/admin/people_list_double", &[BOB_SEEN, Call(ALICE, "GET", "/api/v2/user", "")]),
    ("v2/admin/people_patch", &[V2_USER]),
    ("v2/admin/role_get_created", &[V2_ROLE]),
    (
        "v2/admin/role_get_patched",
        &[
            V2_ROLE,
            Call(
                ADMIN,
                "PATCH",
                "/api/v2/admin/roles/v2role",
                "{\"ACL\": {\"0\": \"r\"}, \"MASKS\": {}, \"PARAMETERS\": {\"AJXP_REPO_SCOPE_ALL\": \
         {\"core.conf\": {\"lang\": \"fr\"}}}, \"ACTIONS\": {}, \"APPLIES\": []}",
            ),
        ],
    ),
    ("v2/admin/role_patch", &[V2_ROLE]),
    ("v2/fs/post_copy", &[Disk(&["/d1/f3.txt=0"])]),
    ("v2/fs/post_move", &[Disk(&["/d1/f3-copy3.txt=0", "/d1/f3-moved.txt=0"])]),
    ("v2/fs/post_mkfile", &[Disk(&["/d1/"])]),
    ("v2/fs/get_recursive_max", &[Disk(&["/d1/x=0", "/d2/x=0", "/no/deep/"])]),
    ("v2/io/put_", &[Disk(&["/d1/"])]),
    ("v2/io/append", &[Disk(&["/d1/"])]),
    ("v2/io/partial", &[Disk(&["/d1/"])]),
    ("v2/io/partial_query_3", &[Disk(&["/d1/part2.bin.dlpart=16000"])]),
    ("v2/io/put_append_query", &[Disk(&["/d1/part.bin.dlpart=4000"])]),
    ("v2/io/put_rename", &[Disk(&["/d1/up.bin=1", "/d1/up-1.bin=1"])]),
    ("v2/tasks/create_full", &[TASK]),
    ("v2/tasks/list2", &COMPRESSED),
    (
        "v2/tasks/list_after_big",
        &[
            Disk(&["/recycle_bin/b.bin=11000000"]),
            Call(ALICE, "GET", "/api/common/delete/?file=/recycle_bin/b.bin", ""),
        ],
    ),
    ("v2/tasks/list_during", &COMPRESSED),
    ("v2/tasks/poll_running", &COMPRESSED),
    ("v2/workspaces/changes", &[Call(ALICE, "GET", "/api/common/mkdir/d1", "")]),
    ("v2/workspaces/info_collect", &[Disk(&["/d1/"])]),
    ("legacy/session/05", &[In(Session::LoggedIn)]),
    ("legacy/session/06", &[In(Session::LoggedIn)]),
    ("legacy/session/08", &[In(Session::LoggedIn)]),
    ("legacy/session/09", &[In(Session::LoggedIn)]),
    ("legacy/session/04", &[In(Session::Arrived)]),
    ("legacy/session/02", &[In(Session::Begun)]),
    ("legacy/session/03", &[In(Session::Begun)]),
    (
        "legacy/session/09b",
        &[Within(
            "get_action=get_bookmarks&bm_action=add_bookmark&bm_path=%2Flegacy+dir&tmp_repository_id=1",
        )],
    ),
    (
        "legacy/session/09c",
        &[Within(
            "get_action=get_bookmarks&bm_action=add_bookmark&bm_path=%2Flegacy+dir&tmp_repository_id=1",
        )],
    ),
    ("legacy/session/1", &[In(Session::LoggedIn)]),
    (
        "legacy/session/10",
        &[
            On("my-files/alice", &["/legacy dir/a.txt=6"]),
            Prepared("/legacy dir/a.txt&tmp_repository_id=1"),
        ],
    ),
    ("legacy/session/13", &[Within("get_action=ls&tmp_repository_id=1")]),
    ("legacy/session/2", &[In(Session::LoggedIn)]),
    ("legacy/session/30", &[In(Session::LoggedIn)]),
    ("legacy/session/31", &[In(Session::LoggedOut)]),
    ("legacy/session/40b", &[In(Session::Begun)]),
    ("legacy/session/41", &[In(Session::Expired)]),
    ("legacy/session/42", &[In(Session::Expired)]),
    ("legacy/session/43", &[In(Session::Expired)]),
    ("legacy/session/45", &[In(Session::Expired)]),
    ("legacy/session/50", &[In(Session::Suspected)]),
    ("legacy/session/51", &[In(Session::Suspected)]),
    ("legacy/session/52", &[In(Session::Suspected)]),
    ("legacy/session/53", &[In(Session::Forgiven)]),
];

/// Requests that name a workspace created earlier: here, a new one replaces it.
pub(crate) const MADE_WORKSPACES: [&str; 2] =
    ["4fe66f237d1bf5aefe161ffc2b3c2b4f", "b0c50ee13254515d9d1c01d4660f61ba"];

/// The subset of those requests that address a removed workspace.
pub(crate) const ABOUT_NO_WORKSPACE: [&str; 3] =
    ["v1/admin/delete_repository_missing", "v2/admin/ws_delete_missing", "v2/admin/ws_delete_xml"];
