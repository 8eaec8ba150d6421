//! The steps before the requests that were recorded with every older release.
//!
//! The recordings of all of them were made by the same calls, so that a recording has the same name
//! with every release.

use super::recipes::{
    Session, Signing,
    Step::{self, Call, Disk, Hashes, LogIn, Prepared, Replace, Session as In, Signed, Within},
};

const ADMIN: &str = "admin";
const ALICE: &str = "alice";

/// The files that most recordings are about.
const HELLO: Step = Disk(&["/up/hello.txt=12", "/top.txt=9"]);
const COMMENT: [Step; 2] = [
    Call(ALICE, "POST", "/api/common/post_comment/meta/f.txt", "content=first"),
    Call(ALICE, "POST", "/api/common/post_comment/meta/f.txt", "content=second"),
];
const CHANGES: [Step; 7] = [
    Call(ALICE, "GET", "/api/common/mkdir/meta", ""),
    Call(ALICE, "GET", "/api/common/mkfile/meta/f.txt", ""),
    Call(ALICE, "GET", "/api/common/mkfile/gone.txt", ""),
    Call(ALICE, "GET", "/api/common/delete/?file=/gone.txt", ""),
    Call(ALICE, "POST", "/api/common/delete/", "file=/recycle_bin/gone.txt&dir=/recycle_bin"),
    Call(ALICE, "GET", "/api/common/mkfile/old.txt", ""),
    Call(ALICE, "POST", "/api/common/rename/", "file=/old.txt&filename_new=new.txt"),
];
const LINK: Step = Call(ALICE, "GET", "/api/common/share/public/sh/file.txt", "");
const FOLDER_LINK: Step = Call(
    ALICE,
    "POST",
    "/api/common/share/private/sh/dir",
    "sub_action=create_minisite&create_guest_user=true&guest_user_pass=secret-Pass1\
     &simple_right_read=true&simple_right_download=true&repo_label=A%20link&expiration=3\
     &downloadlimit=5",
);
const CAROL: Step = Call(ADMIN, "GET", "/api/settings/create_user/carol/new-Pass1234", "");
const SUB_GROUP: Step = Call(ADMIN, "GET", "/api/settings/create_group/Sub/mygroup/sub", "");
const ORDER_ROLE: Step = Call(ADMIN, "GET", "/api/settings/create_role/orderrole", "");
const BOOKMARK: Step =
    Within("get_action=get_bookmarks&bm_action=add_bookmark&bm_path=%2Fup&bm_title=Up");
const WRONG: Step = Within("get_action=login&userid=alice&password=bad&login_seed=-1");
const FAILED: Step = Call("nobody", "GET", "/api/common/ls", "");
const SEEN: Step = Call(ALICE, "GET", "/api/common/ls", "");
const BOB_SEEN: Step = Call("bob", "GET", "/api/common/ls", "");
const BAD: Step = Replace("*alice-password*", "bad");
const V2_GROUP: Step =
    Call(ADMIN, "POST", "/api/v2/admin/people/v2group?resourceType=group&groupLabel=G", "");
const V2_MEMBER: Step = Call(
    ADMIN,
    "POST",
    "/api/v2/admin/people/v2group/v2ing?resourceType=user&userPass=v2ing-Pass1",
    "",
);
const MEMBER_SEEN: Step = Call("v2ing", "GET", "/api/my-files/ls", "");
const V2_FORM: Step =
    Call(ADMIN, "POST", "/api/v2/admin/people/v2form?resourceType=user&userPass=v2form-Pass1", "");
const V2_ROLE: Step = Call(ADMIN, "POST", "/api/v2/admin/roles/v2role", "");
const PAIR: Step = Call(ALICE, "GET", "/api/pydio/keystore_generate_auth_token/dev1", "");

/// Steps by the prefix of recording names; all that match apply, in this order.
pub(super) static RELEASE_RECIPES: &[(&str, &[Step])] = &[
    (
        "v1/download/",
        &[Disk(&["/dl/text.txt=18", "/dl/b.txt=1", "/dl/empty.txt=0", "/dl/file.bin=256"])],
    ),
    ("v1/download/file_form", &[Disk(&["/top.txt=9"])]),
    ("v1/transfer/", &[Disk(&["/dl/"])]),
    ("v1/transfer/append", &[Disk(&["/dl/u1.txt=8"])]),
    ("v1/transfer/upload_auto_rename", &[Disk(&["/dl/u1.txt=8"])]),
    ("v1/transfer/partial_2", &[Disk(&["/dl/part.bin.dlpart=5"])]),
    (
        "v1/ops/",
        &[
            HELLO,
            Disk(&[
                "/ops/a.txt=13",
                "/ops/b.txt=13",
                "/ops/c.txt=13",
                "/ops/to/",
                "/ops/sub/",
                "/ops/dir/x.txt=1",
            ]),
        ],
    ),
    ("v1/ops/rename_dest", &[Call(ALICE, "POST", "/api/common/delete/", "file=/ops/sub/b2.txt")]),
    ("v1/ops/copy_file_0", &[Disk(&["/ops/sub/b2.txt=13"])]),
    ("v1/ops/move_force_copy_delete", &[Disk(&["/ops/sub/b2.txt=13"])]),
    ("v1/ops/copy_file", &[Disk(&["/ops/a é+%.txt=13"])]),
    (
        "v1/ops/delete",
        &[Disk(&[
            "/ops/del/d1=1",
            "/ops/del/d2=1",
            "/ops/del/d5=1",
            "/ops/del/d6=1",
            "/ops/del/d7=1",
            "/more/r1.txt=2",
            "/more/r2.txt=2",
        ])],
    ),
    (
        "v1/ops/restore",
        &[
            Disk(&["/ops/del/d4=1", "/ops/del/d6=1", "/more/r1.txt=2", "/more/r2.txt=2"]),
            Call(
                ALICE,
                "POST",
                "/api/common/delete/",
                "file_0=/ops/del/d4&file_1=/ops/del/d6&file_2=/more/r1.txt&file_3=/more/r2.txt",
            ),
        ],
    ),
    (
        "v1/ops/delete_in_recycle_with_dir",
        &[
            Disk(&["/more/r1.txt=2"]),
            Call(ALICE, "POST", "/api/common/delete/", "file=/more/r1.txt"),
            // 6.0 to 6.4 refuse this.
            Call(ALICE, "POST", "/api/common/delete/", "file=/recycle_bin/r1.txt"),
        ],
    ),
    (
        "v1/ops/delete_in_recycle_without",
        &[Call(ALICE, "POST", "/api/common/delete/", "file_0=/more/r1.txt&file_1=/more/r2.txt")],
    ),
    ("v1/ops/sl_unlock", &[Call(ALICE, "GET", "/api/common/sl_lock/top.txt", "")]),
    ("v1/fs/mkdir", &[Disk(&["/more/"])]),
    ("v1/fs/ls_of_a_file", &[HELLO]),
    ("v1/fs/ls_root", &[Disk(&["/recycle_bin/"])]),
    ("v1/fs/mkfile", &[Disk(&["/made/"])]),
    ("v1/fs/mkfile_force", &[Disk(&["/made/c.txt=9"])]),
    ("v1/fs/put_content", &[HELLO]),
    ("v1/encoding/", &[Disk(&["/enc/", "/more/"])]),
    ("v1/encoding/name_with_tag_delete", &[Disk(&["/more/lt=1"])]),
    ("v1/meta/", &[Disk(&["/meta/f.txt=4", "/meta/g.txt=4"])]),
    ("v1/comments/", &[Disk(&["/meta/f.txt=4", "/meta/g.txt=4"])]),
    ("v1/comments/feed", &COMMENT),
    ("v1/watch/", &[Disk(&["/meta/f.txt=4"])]),
    ("v1/changes/from_0", &CHANGES),
    ("v1/changes/no_seq", &CHANGES),
    ("v1/share/", &[Disk(&["/sh/file.txt=3", "/sh/dir/x.txt=1"])]),
    ("v1/share/load_dir", &[FOLDER_LINK]),
    ("v1/share/load_file", &[LINK]),
    ("v1/share/load_file_type", &[Call(ALICE, "GET", "/api/common/unshare/sh/file.txt", "")]),
    ("v1/share/unshare_dir_minisite", &[FOLDER_LINK]),
    ("v1/share/minisite_return_json", &[FOLDER_LINK]),
    ("v1/share/share_node", &[FOLDER_LINK]),
    ("v1/share/ls_with_share", &[FOLDER_LINK, LINK]),
    ("v1/share/sharelist", &[FOLDER_LINK, LINK]),
    ("v1/admin/edit_role_user", &[CAROL]),
    ("v1/errors/brute_force_2", &[FAILED]),
    ("v1/errors/brute_force_3", &[FAILED, FAILED]),
    ("v1/errors/brute_force_4", &[FAILED, FAILED, FAILED]),
    ("v1/admin/user_update_role_query", &[CAROL]),
    ("v1/admin/user_", &[Call(ADMIN, "GET", "/api/settings/create_role/testrole", ""), ORDER_ROLE]),
    ("v1/admin/ls_users", &[SEEN, BOB_SEEN]),
    (
        "v1/admin/ls_users_group",
        &[Call(ADMIN, "GET", "/api/settings/create_group/My%20Group/mygroup", ""), SUB_GROUP],
    ),
    ("v1/keystore/list", &[PAIR]),
    ("v1/keystore/list_none", &[Call(ALICE, "GET", "/api/pydio/keystore_revoke_tokens/", "")]),
    ("v1/keystore/admin_list", &[PAIR]),
    ("v1/pagination/", &[Disk(&["/big/+600"])]),
    ("v2/admin/people_list_group", &[V2_GROUP, V2_MEMBER, MEMBER_SEEN]),
    ("v2/admin/people_patch", &[V2_FORM]),
    ("v2/admin/people_delete", &[V2_GROUP, V2_FORM]),
    ("v2/admin/role_get", &[V2_ROLE]),
    ("v2/admin/role_patch", &[V2_ROLE]),
    ("v2/admin/role_delete", &[V2_ROLE]),
    ("v2/admin/role_delete_missing", &[Call(ADMIN, "DELETE", "/api/v2/admin/roles/v2role", "")]),
    ("v2/fs/", &[Disk(&["/v2/"])]),
    ("v2/fs/create_copy", &[Disk(&["/v2/content.txt=0"])]),
    ("v2/workspaces/changes", &CHANGES),
    ("v2/io/", &[Disk(&["/v2/"])]),
    ("v2/io/put_overwrite", &[Disk(&["/v2/content.txt=4"])]),
    ("v2/io/put_rename", &[Disk(&["/v2/content.txt=4"])]),
    ("v2/io/put_partial_2", &[Disk(&["/v2/pp.bin.dlpart=3"])]),
    (
        "v2/tasks/list",
        &[HELLO, Call(ALICE, "GET", "/api/common/compress/up?archive_name=a.zip&dir=/", "")],
    ),
    ("v1/keystore/v1_after_revoke", &[Signed(Signing::RevokedByQuery)]),
    ("v1/keystore/v1_after_revoke_path", &[Signed(Signing::RevokedByPath)]),
    ("v1/keystore/v1_form", &[Signed(Signing::Well)]),
    ("v1/hashed/", &[Hashes]),
    ("legacy/session/44", &[Disk(&["/top.txt=9"])]),
    ("legacy/session/02", &[In(Session::Begun)]),
    ("legacy/session/03", &[In(Session::Begun)]),
    ("legacy/session/04", &[In(Session::Arrived)]),
    ("legacy/session/05", &[In(Session::LoggedIn)]),
    ("legacy/session/06", &[In(Session::LoggedIn)]),
    ("legacy/session/07", &[In(Session::LoggedIn)]),
    ("legacy/session/08", &[In(Session::LoggedIn)]),
    ("legacy/session/09", &[In(Session::LoggedIn)]),
    ("legacy/session/09b", &[BOOKMARK]),
    ("legacy/session/09d", &[BOOKMARK]),
    ("legacy/session/1", &[Disk(&["/sess/t.txt=10", "/sess/up.txt=14"]), In(Session::LoggedIn)]),
    ("legacy/session/13d", &[Disk(&["/sess/f.txt=1"])]),
    ("legacy/session/13e", &[Disk(&["/sess/f.txt=1"])]),
    ("legacy/session/13f", &[Disk(&["/sess/f.txt=1"])]),
    ("legacy/session/13g", &[Disk(&["/sess/f.txt=1", "/sess/made é+%/"])]),
    ("legacy/session/13h", &[Disk(&["/sess/f.txt=1"])]),
    ("legacy/session/13i", &[Disk(&["/sess/g.txt=1"])]),
    ("legacy/session/10", &[Prepared("/sess/t.txt")]),
    ("legacy/session/12c", &[Within("get_action=delete&file=/sess/t.txt")]),
    (
        "legacy/session/12d",
        &[
            Within("get_action=delete&file=/sess/t.txt"),
            // 6.0 to 6.4 ignore this.
            Within("get_action=restore&file=/recycle_bin/t.txt"),
        ],
    ),
    ("legacy/session/2", &[Disk(&["/sess/t.txt=10"]), In(Session::LoggedIn)]),
    ("legacy/session/30", &[In(Session::LoggedIn)]),
    ("legacy/session/31", &[In(Session::LoggedOut)]),
    ("legacy/session/41", &[In(Session::Expired)]),
    ("legacy/session/42", &[In(Session::Expired)]),
    ("legacy/session/43", &[In(Session::Expired)]),
    ("legacy/session/44", &[In(Session::Expired)]),
    ("legacy/session/45", &[In(Session::Expired)]),
    ("legacy/session/50_get_seed_wrong_1", &[In(Session::Begun)]),
    ("legacy/session/50_login_wrong_1", &[BAD, In(Session::Begun)]),
    ("legacy/session/50_get_seed_wrong_2", &[In(Session::Begun), WRONG]),
    ("legacy/session/50_login_wrong_2", &[BAD, In(Session::Begun), WRONG]),
    ("legacy/session/50_get_seed_wrong_3", &[In(Session::Begun), WRONG, WRONG]),
    ("legacy/session/50_login_wrong_3", &[BAD, In(Session::Begun), WRONG, WRONG]),
    ("legacy/session/50_get_seed_wrong_4", &[In(Session::Suspected)]),
    ("legacy/session/50_login_wrong_4", &[BAD, In(Session::Suspected)]),
    ("legacy/session/50_get_seed_wrong_5", &[In(Session::Suspected)]),
    ("legacy/session/50_login_wrong_5", &[BAD, In(Session::Suspected)]),
    ("legacy/session/51", &[In(Session::Suspected)]),
    ("legacy/session/52", &[In(Session::Suspected)]),
    ("legacy/session/53", &[In(Session::Forgiven)]),
    ("legacy/session/58", &[In(Session::Begun)]),
    ("legacy/session/60", &[In(Session::Begun)]),
    ("legacy/session/61", &[SEEN, BOB_SEEN, LogIn(ADMIN)]),
    ("legacy/session/61e", &[Within("get_action=switch_repository&repository_id=ajxp_conf")]),
    ("legacy/session/62", &[LogIn(ADMIN)]),
    ("legacy/session_hashed/md5", &[Hashes, In(Session::Begun)]),
    ("legacy/session_hashed/wrong", &[Hashes, In(Session::Begun)]),
    ("legacy/session_hashed/l", &[LogIn(ALICE)]),
];
