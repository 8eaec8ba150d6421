//! The steps before the requests of the later exchanges, and the differences that are known.

use super::recipes::Step::{
    self, Call, Disk, File, Grant, Lock, LogIn, Made, MadeWithin, On, Quota, Replace, Within,
};

const ADMIN: &str = "admin";
const ALICE: &str = "alice";
const BOB: &str = "bob";

/// Exchanges of a session without a user.
pub(super) const WITHOUT_LOGIN: &[&str] = &["legacy/boot/", "legacy/session/back"];

const USERS: [Step; 4] = [
    Call(ADMIN, "GET", "/api/settings/create_user/zoe/zoe-Passw0rd", ""),
    Call(ADMIN, "GET", "/api/settings/create_user/zac/zac-Passw0rd", ""),
    Call(ADMIN, "GET", "/api/settings/create_role/testrole", ""),
    Call(ADMIN, "GET", "/api/settings/create_role/otherrole", ""),
];

/// A workspace whose only feature has a quota.
/// Makes a workspace in place of the recorded one.
const fn made_workspace(recorded: &'static str, form: &'static str) -> Step {
    Made(recorded, "/api/v2/admin/workspaces?format=json", form)
}

const WORKSPACE: Step = made_workspace(
    "93a81adddd0ec7c707c3b3c466b14813",
    "payload=%7B%22display%22%3A%22Rec%20WS%22%2C%22features%22%3A%7B%22meta.quota%22%3A%7B%7D%7D%7D",
);
const COMMENTED_WORKSPACE: Step = made_workspace(
    "93a81adddd0ec7c707c3b3c466b14813",
    "payload=%7B%22display%22%3A%22Rec%22%2C%22features%22%3A%7B%22meta.comments%22%3A%7B%7D%7D%7D",
);
const BARE_WORKSPACE: Step = made_workspace(
    "93a81adddd0ec7c707c3b3c466b14813",
    "payload=%7B%22display%22%3A%22Rec%20WS%22%2C%22features%22%3A%7B%7D%7D",
);
const POSTED_WORKSPACE: Step = made_workspace(
    "3e977a7a6874cd225b29ab0b6a767da2",
    "payload=%7B%22display%22%3A%22Posted%22%2C%22features%22%3A%7B%7D%7D",
);
const TEMPLATE: Step = Made(
    "c1cbc646a763ce3759122c6082a67030",
    "/api/settings/edit/create_repository",
    "DISPLAY=User+Template&DRIVER=fs&sf_checkboxes_active=true&DRIVER_OPTION_PATH=x",
);
const GIT: [Step; 2] = [
    made_workspace(
        "d953520bb1acf99e7d63bc64a80897f4",
        "payload=%7B%22display%22%3A%22gitws%22%2C%22features%22%3A%7B%22meta.git%22%3A%7B%7D%7D%7D",
    ),
    Grant(ALICE, "gitws", "rw"),
];
const COMMITS: [Step; 2] = [
    Call(ALICE, "POST", "/api/gitws/mkfile/h.txt", "content=version+one"),
    Call(ALICE, "POST", "/api/gitws/put_content/", "file=/h.txt&content=version+two"),
];
const SVN: [Step; 2] = [
    made_workspace(
        "7df44a7e68b9c0e4dc2ea69a396ed10b",
        "payload=%7B%22display%22%3A%22svnws%22%2C%22features%22%3A%7B%22meta.svn%22%3A%7B%7D%7D%7D",
    ),
    Grant(ALICE, "svnws", "rw"),
];
const ENCFS: [Step; 2] = [
    made_workspace("-", "payload=%7B%22display%22%3A%22encws%22%2C%22features%22%3A%7B%7D%7D"),
    Grant(ALICE, "encws", "rw"),
];
const PETER: [Step; 4] = [
    Call(
        ADMIN,
        "POST",
        "/api/v2/admin/people/peter",
        "{\"resourceType\": \"user\", \"userPass\": \"peter-Passw0rd\"}",
    ),
    Call(
        ADMIN,
        "POST",
        "/api/v2/admin/people/pgroup",
        "{\"resourceType\": \"group\", \"groupLabel\": \"P Group\"}",
    ),
    Call(ADMIN, "GET", "/api/settings/create_role/testrole", ""),
    POSTED_WORKSPACE,
];
const TEAM: Step = Made("rec-team-558", "/api/pydio/user_team_create/rec%20team", "");
const MANY: Step = Disk(&[
    "/many/+1190",
    "/many/d0/",
    "/many/d1/",
    "/many/d2/",
    "/many/d3/",
    "/many/d4/",
    "/many/d5/",
    "/many/d6/",
    "/many/d7/",
    "/many/d8/",
    "/many/d9/",
]);
/// Two archives that are finished.
const ZIPS: [Step; 6] = [
    // The responses show their entries, which are not files of the disk.
    Call(ALICE, "GET", "/api/common/delete/?file=/zt/t.zip&force_deletion=true", ""),
    Call(ALICE, "GET", "/api/common/delete/?file=/zt2/t.zip&force_deletion=true", ""),
    Disk(&[
        "/zt/timed.txt=20",
        "/zt/odd.txt=3",
        "/zt/folder/",
        "/zt/out/",
        "/zt2/folder/entry.txt=3",
        "/zt2/out/",
    ]),
    Call(
        ALICE,
        "GET",
        "/api/common/compress/?nodes[]=/zt/timed.txt&nodes[]=/zt/odd.txt&nodes[]=/zt/folder\
         &dir=/zt&archive_name=t.zip",
        "",
    ),
    Call(ALICE, "GET", "/api/common/compress/?nodes[]=/zt2/folder&dir=/zt2&archive_name=t.zip", ""),
    Call(ALICE, "GET", "/api/common/ls/zt", ""),
];
const FRESH_TABLE: Step = Within(
    "get_action=edit_table&new_table=fresh&field_name_0=k\
     &tmp_repository_id=aefa7f55bf8793bb59ff648f07f5e939",
);
const EXTRA_COLUMN: Step = Within(
    "get_action=edit_table&current_table=people&add_field_name=extra\
     &tmp_repository_id=aefa7f55bf8793bb59ff648f07f5e939",
);
const BOB_IN_TEAM: Step = Call(ALICE, "GET", "/api/pydio/user_team_add_user/rec-team-558/bob", "");
const FILES: Step = Disk(&[
    "/fx/a.txt=12",
    "/fx/b.txt=12",
    "/fx/some.txt=16",
    "/fx/big.txt=4000",
    "/fx/sub/c.txt=3",
    "/m/a.txt=3",
    "/m/b.txt=3",
    "/m/c.txt=3",
]);
const MEDIA: Step = Disk(&[
    "/media/tone.wav=844",
    "/media/clip.mp4=1048",
    "/media/two.pdf=900",
    "/media/exif.jpg=941",
    "/media/noexif.jpg=633",
]);
const MAIL: Step = File(
    "common",
    "/media/mail.eml",
    b"From: Ada <ada@example.org>\r\nTo: Grace <grace@example.org>\r\nSubject: Hello\r\n\
      Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-Id: <1@example.org>\r\n\
      Mime-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"B1\"\r\n\r\n--B1\r\n\
      Content-Type: multipart/alternative; boundary=\"B2\"\r\n\r\n--B2\r\n\
      Content-Type: text/plain; charset=UTF-8\r\n\r\nPlain body\r\n--B2\r\n\
      Content-Type: text/html; charset=UTF-8\r\n\r\n<p>HTML <b>body</b></p>\r\n--B2--\r\n\
      --B1\r\nContent-Type: text/plain; name=\"note.txt\"\r\n\
      Content-Disposition: attachment; filename=\"note.txt\"\r\n\
      Content-Transfer-Encoding: base64\r\nX-Attachment-Id: att1\r\n\r\n\
      YXR0YWNoZWQgbm90ZQ==\r\n--B1--\r\n",
);
const PLAIN_MAIL: Step = File(
    "common",
    "/media/plain.eml",
    b"From: a@example.org\r\nSubject: plain\r\n\r\njust text\r\n",
);
const TAGGED: Step =
    Call(ALICE, "GET", "/api/common/edit_user_meta/m/a.txt?tags=red,blue,green,x,alpha", "");
const WATCHED: Step =
    Call(ALICE, "GET", "/api/common/toggle_watch/m?watch_action=watch_change", "");
/// The administrator's session, with three scheduled tasks.
const SCHEDULED: [Step; 4] = [
    LogIn(ADMIN),
    Within(
        "get_action=scheduler_addTask&tmp_repository_id=ajxp_conf\
         &task_id=8D51EB68-C3B6-E7A0-1D38-0682701861C1&label=Rec&schedule=*/5+*+*+*+*\
         &action_name=index&repository_id=0&user_id=admin&param_name=verbose&param_value=true",
    ),
    Within(
        "get_action=scheduler_addTask&tmp_repository_id=ajxp_conf\
         &task_id=474299D5-1BDB-13FB-C8E2-15F884A49C81&label=Rec&schedule=0+3+*+*+*\
         &action_name=ls&repository_id=0&repository_id_1=1&user_id=admin&param_name=dir\
         &param_value=/&param_name_1=options&param_value_1=al",
    ),
    Within(
        "get_action=scheduler_addTask&tmp_repository_id=ajxp_conf\
         &task_id=8059922A-B9B1-8427-5259-B595576161B8&label=Fake&schedule=0+3+*+*+*\
         &action_name=ls&repository_id=0&user_id=admin&param_name=dir&param_value=/",
    ),
];
const DUE: Step = Within(
    "get_action=scheduler_addTask&tmp_repository_id=ajxp_conf\
     &task_id=30CED42C-0AF5-033D-E769-F2F4766B7C58&label=Due&schedule=*+*+*+*+*\
     &action_name=ls&repository_id=0&user_id=alice&param_name=dir&param_value=/",
);
/// Alice's session, with a task.
const TASKS: [Step; 3] = [
    FILES,
    LogIn(ALICE),
    Within(
        "get_action=task_create&taskId=F57C784A-1A02-37FF-BA3B-78D09B05A63C\
         &tmp_repository_id=533b41c536584017d6211d1bbe02afc6\
         &task=%7B%22label%22:%22x%22,%22statusMessage%22:%22x%22,%22action%22:%22ls%22,\
         %22parameters%22:%7B%22dir%22:%22/%22%7D%7D",
    ),
];
const NODES_TASK: Step = Within(
    "get_action=task_create&taskId=rec-task-2\
     &tmp_repository_id=533b41c536584017d6211d1bbe02afc6\
     &task=%7B%22label%22:%22x%22,%22statusMessage%22:%22x%22,%22action%22:%22ls%22,\
     %22parameters%22:%7B%22dir%22:%22/%22%7D,%22nodes%22:%5B%22/fx/a.txt%22%5D%7D",
);
/// Alice's session, with an external user.
const GUEST: [Step; 2] = [
    LogIn(ALICE),
    Within(
        "get_action=user_create_user&tmp_repository_id=1&NEW_new_user_id=guest1\
         &NEW_new_password=guest1-Passw0rd",
    ),
];
const BOOKMARKED: [Step; 3] = [
    LogIn(ALICE),
    Within(
        "get_action=get_bookmarks&bm_action=add_bookmark&bm_path=/m/a.txt\
         &tmp_repository_id=533b41c536584017d6211d1bbe02afc6",
    ),
    Call(ALICE, "GET", "/api/common/toggle_watch/m/a.txt?watch_action=watch_both", ""),
];
/// A workspace with a table.
const TABLES: [Step; 2] = [
    made_workspace(
        "aefa7f55bf8793bb59ff648f07f5e939",
        "payload=%7B%22display%22%3A%22mysqlws%22%2C%22accessType%22%3A%22mysql%22%7D",
    ),
    Grant(ALICE, "mysqlws", "rw"),
];
const SENT: Step = Call(
    ALICE,
    "POST",
    "/api/common/share/x/m/c.txt",
    "sub_action=share_node&entry_type_0=user&user_0=bob&right_read_0=true",
);
const LINK: Step = Call(
    ALICE,
    "POST",
    "/api/common/share/public/fx/a.txt",
    "sub_action=create_minisite&custom_handle=1bb2ea",
);
const DELEGATED: Step = Call(
    ALICE,
    "POST",
    "/api/common/share/x/fx/sh_dir2",
    "sub_action=delegate_repo&repo_label=Shared+dir&entry_type_0=user&user_0=bob\
     &right_read_0=true&right_write_0=true",
);

/// Steps by the prefix of the names of exchanges; all that match apply, in this order.
pub(super) static RECIPES: &[(&str, &[Step])] = &[
    ("legacy/admin/people_create_user_exists", &PETER),
    ("legacy/admin/people_delete", &PETER),
    ("legacy/admin/people_patch", &PETER),
    ("legacy/admin/patch_repository", &[POSTED_WORKSPACE]),
    ("legacy/admin/edit_sub_edit_role", &USERS),
    ("legacy/archive/", &[FILES, On("common", &["/fx/sub.tar.gz=10", "/fx/two.tar=10"])]),
    ("legacy/conf/user_create_repository", &[TEMPLATE]),
    ("legacy/conf/get_user_templates_definition_one", &[TEMPLATE]),
    (
        "legacy/conf/user_delete_repository_json",
        &[
            TEMPLATE,
            LogIn(ALICE),
            MadeWithin(
                "b2bcf78c7f67e9e43261996ad3f28b47",
                "get_action=user_create_repository&tmp_repository_id=1&DISPLAY=x\
                 &template_id=c1cbc646a763ce3759122c6082a67030",
            ),
        ],
    ),
    ("legacy/conf/user_create_user_exists", &GUEST),
    ("legacy/conf/user_create_user_update", &GUEST),
    ("legacy/conf/user_delete_user", &[GUEST[0], GUEST[1], Replace("guest2", "guest1")]),
    ("legacy/conf/user_update_user", &GUEST),
    (
        "legacy/conf/webdav_preferences_",
        &[LogIn(ALICE), Within("get_action=webdav_preferences&activate=true&tmp_repository_id=1")],
    ),
    ("legacy/disclaimer/", &[Lock(BOB, "validate_disclaimer")]),
    ("legacy/editor/", &[FILES, MEDIA, MAIL, PLAIN_MAIL]),
    ("legacy/editor/open_file_html", &[On("common", &["/fx/page.html=28"])]),
    ("legacy/editor/fs_create_resource_exists", &[On("common", &["/fx/created2.txt=4"])]),
    ("legacy/git/", &GIT),
    ("legacy/git/", &COMMITS),
    (
        "legacy/git/git_",
        &[Made("1b5a18ab182bb20f8993f27703d05ecd39dbf628", "/api/gitws/git_history/h.txt", "")],
    ),
    ("legacy/libreoffice/", &[FILES]),
    ("legacy/meta/", &[FILES, MEDIA, TAGGED]),
    ("legacy/powerfs/", &[FILES]),
    ("legacy/meta/search_by_keyword", &BOOKMARKED),
    ("legacy/mysql/", &TABLES),
    ("legacy/mysql/delete_table", &[LogIn(ALICE), FRESH_TABLE]),
    ("legacy/mysql/edit_table_delete_column", &[LogIn(ALICE), EXTRA_COLUMN]),
    ("legacy/scheduler/scheduler_", &SCHEDULED),
    ("legacy/scheduler/", &[LogIn(ADMIN), DUE]),
    ("legacy/share/", &[FILES, On("common", &["/fx/sn_g.txt=3", "/fx/sh_dir2/in.txt=2"])]),
    ("legacy/svn/", &SVN),
    ("legacy/svn/copy", &[On("svnws", &["/s.txt=7", "/sub/"])]),
    ("legacy/svn/copy_json", &[On("svnws", &["/sub/s.txt=7"])]),
    ("legacy/svn/delete", &[On("svnws", &["/sub/t.txt=7"])]),
    ("legacy/svn/move", &[On("svnws", &["/t.txt=7", "/sub/"])]),
    ("legacy/svn/put_content", &[On("svnws", &["/s.txt=7"])]),
    ("legacy/svn/rename", &[On("svnws", &["/s.txt=7"])]),
    ("legacy/svn/restore_of", &[On("svnws", &["/recycle_bin/there.txt=7"])]),
    ("legacy/svn/revert_file", &[On("svnws", &["/s.txt=7"])]),
    (
        "legacy/svn/svn",
        &[
            Call(ALICE, "POST", "/api/svnws/mkfile/s.txt", "content=svn+one"),
            Call(ALICE, "POST", "/api/svnws/put_content/", "file=/s.txt&content=svn+two"),
        ],
    ),
    ("legacy/listing/newline", &[On("common", &["/ctl/new\nline.txt=1"])]),
    ("legacy/editor/fs_create_resource_copy", &[On("common", &["/fx/created.txt=4"])]),
    ("legacy/tasks/task_", &TASKS),
    (
        "legacy/tasks/task_info_json",
        &[Replace("A79EF983-C729-8A09-BEF9-1D1F1D3F4B0B", "F57C784A-1A02-37FF-BA3B-78D09B05A63C")],
    ),
    ("legacy/tasks/task_info_nodes", &[NODES_TASK]),
    ("legacy/tasks/tasks_list_running", &TASKS),
    ("legacy/tasks/tasks_list_some", &TASKS),
    ("legacy/tasks/tasks_list_some", &[NODES_TASK]),
    ("legacy/upload/", &[FILES, On("common", &["/fx/part1=1", "/fx/part2=1"])]),
    ("legacy/upload/stop_dl", &[On("common", &["/fx/slow.bin.dlpart=1"])]),
    ("v1/admin/create_role_again", &USERS),
    ("v1/admin/edit_repository", &[WORKSPACE]),
    ("v1/admin/edit_sub_edit_role", &USERS),
    ("v1/admin/change_admin_right", &USERS),
    ("v1/admin/meta_source_add_again", &[WORKSPACE]),
    ("v1/admin/meta_source_add", &[BARE_WORKSPACE]),
    ("v1/admin/meta_source_delete", &[COMMENTED_WORKSPACE]),
    ("v1/admin/meta_source_edit", &[WORKSPACE]),
    ("v1/admin/save_custom_user_params", &USERS),
    ("v1/admin/update_user_pwd", &USERS),
    ("v1/admin/user_", &USERS),
    ("v1/admin/users_", &USERS),
    (
        "v1/admin/after_role_without_applies",
        &[
            USERS[2],
            Call(
                ADMIN,
                "POST",
                "/api/settings/edit/post_json_role",
                "role_id=testrole&json_data=%7B%22ROLE%22%3A%7B%22ACL%22%3A%7B%7D%2C%22ACTIONS%22\
                 %3A%7B%7D%2C%22PARAMETERS%22%3A%7B%7D%7D%2C%22FORMS%22%3A%7B%7D%7D",
            ),
        ],
    ),
    ("v1/conf/user_team_", &[TEAM]),
    ("v1/conf/user_team_delete_user", &[BOB_IN_TEAM]),
    ("v1/conf/user_team_list_users", &[BOB_IN_TEAM]),
    (
        "v1/conf/user_team_list_users_deleted",
        &[Call(ALICE, "GET", "/api/pydio/user_team_delete/rec-team-558", "")],
    ),
    (
        "v1/conf/user_team_list_users_empty",
        &[Call(ALICE, "GET", "/api/pydio/user_team_delete_user/rec-team-558/bob", "")],
    ),
    ("v1/disclaimer/", &[FILES, WATCHED, Lock(ALICE, "validate_disclaimer")]),
    ("v1/editor/", &[FILES, MEDIA]),
    ("v1/encfs/", &ENCFS),
    ("v1/git/", &GIT),
    ("v1/git/git_", &COMMITS),
    ("v1/git/put", &[On("gitws", &["/h.txt=12"])]),
    ("v1/inbox/", &[FILES, SENT]),
    ("v1/libreoffice/", &[FILES]),
    ("v1/listing/many_dir_query", &[FILES, WATCHED]),
    ("v1/listing/many_page_6_json", &[MANY]),
    ("v1/listing/many_page_7_json", &[MANY]),
    ("v1/listing/both_al_json", &[On("common", &["/both/a \u{fffd}.txt=1"])]),
    ("v1/listing/both_json", &[On("common", &["/both/a \u{fffd}.txt=1"])]),
    ("v1/listing/newline_nodes", &[On("common", &["/ctl/new\nline.txt=1"])]),
    ("v1/meta/", &[FILES, MEDIA, TAGGED]),
    ("v1/meta/search_by_keyword", &BOOKMARKED),
    (
        "v1/meta/toggle_watch_missing",
        &[Call(ALICE, "GET", "/api/common/delete/?file=/m/absent.txt&force_deletion=true", "")],
    ),
    ("v1/mtime/copy", &ZIPS),
    ("v1/mtime/ls_in_zip", &ZIPS),
    ("v1/powerfs/", &[FILES]),
    ("v1/quota/", &[Quota(100), FILES]),
    (
        "v1/share/",
        &[
            FILES,
            Disk(&[
                "/fx/sh_a.txt=3",
                "/fx/sh_c.txt=3",
                "/fx/sh_d.txt=3",
                "/fx/sh_e.txt=3",
                "/fx/sn_f.txt=3",
                "/fx/sh_dir/x.txt=1",
                "/fx/sh_dir2/x.txt=1",
            ]),
        ],
    ),
    ("v1/share/update_target_users", &[LINK]),
    ("v1/share/load_shared_folder", &[DELEGATED]),
    (
        "v1/share/unknown_sub_action",
        &[Call(
            ALICE,
            "POST",
            "/api/common/share/public/fx/sh_a.txt",
            "sub_action=create_minisite",
        )],
    ),
    ("v1/scheduler/ls_parameters", &SCHEDULED),
];

const SETTINGS: &str = "the settings of every plugin, which are not bundled";
const TOO_LARGE: &str = "the recorded body was too large to keep";
const CACHED: &str = "a cache that still had every attribute of an earlier listing";
const INSTALLER: &str = "an installation that is not complete";
const REVISIONS: &str = "the revision of every node in a workspace with `meta.svn`";
const MAILER: &str = "a mailer, which is not configured here";
const LOG: &str = "a log with entries, which is empty here";
const PICTURE: &str = "the tags of a real picture";
const RSYNC: &str = "the rsync functions of PHP, which are off here";
const ENCRYPTED: &str = "encrypted folders, which stay as they are here";
const INBOX: &str = "a number among the attributes of a share in the inbox";
const SHARED: &str = "a share with users and a link at once";
const UNSTABLE: &str = "a name that is not UTF-8 and has a control character";
const ZIP_ROOT: &str = "the file of an archive as the root of its listing";
const OTHER_SERVER: &str = "an invitation from another server";
const OWN_KEY: &str = "the key of the server's own WebSocket program";
const UPLOADED: &str = "a picture that an earlier exchange uploaded";
const TIME_STAMPS: &str = "a time stamp service, which is not configured here";
const ARCHIVE_ID: &str = "the id of an archive, which a background message reveals";
const WHOLE_DISK: &str = "the nodes of every other exchange";
const RIGHTS: &str = "workspaces that others shared with the user";

/// Exchanges whose responses differ, by the prefix of their names, and why.
pub(super) const DIFFERENT: &[(&str, &str)] = &[
    ("v1/admin/edit_repository_sub", SETTINGS),
    ("v1/admin/list_all_plugins_parameters", SETTINGS),
    ("v1/encfs/ls_", ENCRYPTED),
    ("v1/inbox/ls_json", INBOX),
    ("v1/listing/both", UNSTABLE),
    ("v1/listing/recursive_with_bad8", WHOLE_DISK),
    ("v1/listing/recursive_", CACHED),
    ("v1/log/analytic_query_", LOG),
    ("v1/mail/", MAILER),
    ("v1/meta/extract_exif_accept_json", PICTURE),
    ("v1/meta/filehasher_", RSYNC),
    ("v1/mq/ws_authenticate", OWN_KEY),
    ("v1/mtime/ls_in_zip", ZIP_ROOT),
    ("v1/ocs/accept_invitation", OTHER_SERVER),
    ("v1/share/share_node_return_json", SHARED),
    ("v1/state/whole_json", TOO_LARGE),
    ("v1/state/xpath_actions_json", SETTINGS),
    ("v1/state/xpath_quotes", SETTINGS),
    ("legacy/admin/edit_sub_get_drivers", SETTINGS),
    ("legacy/boot/", INSTALLER),
    ("legacy/conf/get_binary_param", UPLOADED),
    ("legacy/conf/get_user_templates_definition_one", SETTINGS),
    ("legacy/conf/get_xml_registry_actions", SETTINGS),
    ("legacy/conf/get_xml_registry_whole", TOO_LARGE),
    ("legacy/disclaimer/get_xml_registry_after", RIGHTS),
    ("legacy/editor/get_timestamp", TIME_STAMPS),
    ("legacy/listing/", CACHED),
    ("legacy/meta/extract_exif_session_json", PICTURE),
    ("legacy/powerfs/postcompress_download", ARCHIVE_ID),
    ("legacy/session/get_boot_conf_json", SETTINGS),
    ("legacy/session/get_boot_gui", TOO_LARGE),
    ("legacy/share/share_session_return_json", SHARED),
    ("legacy/svn/", REVISIONS),
    ("legacy/user/user_access_point", TOO_LARGE),
];
