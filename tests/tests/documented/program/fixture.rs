//! The server of the examples: users, and some of everything that the examples name.
//!
//! Ids that the server makes are the same each time, in the order in which they are made: add new
//! things at the end.

use pydio_client::{
    Error, FilePart, Pydio, SessionWorkspace,
    v1::{
        access_ajxp_conf, access_fs, action_powerfs, action_compression, action_compression::TypeArchive, action_share,
        action_share::{SimpleShareType, SubAction},
        conf_sql, conf_sql::BmAction, core_tasks, meta_comments, meta_simple_lock, meta_watch,
        meta_watch::WatchAction, models::{NewWorkspace, TaskDefinition, WorkspaceDefinition},
    },
};
use pydio_test_server::Server;

/// The password of every user.
pub const PASSWORD: &str = "secret";

/// The disks with the files below: those that alice and the administrator see.
const DISKS: [&str; 3] = ["my-files/alice", "my-files/admin", "common"];

/// The id of the template for workspaces.
const TEMPLATE: &str = "e4e3ed98b2873fbefb6b231e16c415fb";

/// The beginning and the end of a JPEG file.
const PHOTO: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0x00, 0x02, 0xff, 0xd9];

const MAIL: &str = "From: bob@example.org\nTo: alice@example.org\nSubject: The trip\n\
    MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"part\"\n\n\
    --part\nContent-Type: text/plain; charset=UTF-8\n\nThe map is attached.\n\
    --part\nContent-Type: text/plain; name=\"map.txt\"\nContent-Disposition: attachment; \
    filename=\"map.txt\"\nContent-Transfer-Encoding: base64\nX-Attachment-Id: map\n\nTm9ydGgK\n--part--\n";

/// Fills a new server.
pub async fn fill(server: &Server, pydio: &Pydio) {
    for login in ["admin", "alice", "bob"] {
        server.set_password(login, PASSWORD);
    }
    for disk in DISKS {
        server.put(disk, "/photos/beach.jpg", PHOTO);
        server.put(disk, "/photos/forest.jpg", PHOTO);
        server.put(disk, "/notes.txt", "Call the lighthouse on Monday.\n");
        server.put(disk, "/old.txt", "Nothing to keep.\n");
        server.put(disk, "/mails/trip.eml", MAIL);
        server.folder(disk, "/archive");
    }
    server.add_group("/staff", "Staff");
    server.add_user("carol", PASSWORD);
    server.set_group("carol", "/staff");
    server.add_role("editors", &[("common", "rw")]);
    server.assign_role("carol", "editors");
    server.add_workspace("projects");
    server.add_pair("alice", "laptop", "TOKEN", "PRIVATE");
    work(pydio).await.expect("the work before the examples");
    for workspace in ["database", "code"] {
        server.grant("alice", workspace, "rw");
    }
    versions(pydio).await.expect("a file with versions");
    server.finish_tasks();
}

/// A file with two versions.
async fn versions(pydio: &Pydio) -> Result<(), Error> {
    let alice = pydio.session().login("alice", PASSWORD).await?;
    let code = alice.workspace("code");
    code.call(access_fs::mkdir("/archive")).await?;
    code.call(access_fs::mkfile("/readme.txt").content("First version.\n")).await?;
    code.call(access_fs::put_content("/readme.txt", "Second version.\n")).await?;
    Ok(())
}

/// What the users did before.
async fn work(pydio: &Pydio) -> Result<(), Error> {
    let admin = pydio.session().login("admin", PASSWORD).await?;
    admin.workspace("my-files").call(access_fs::delete(["/old.txt"])).await?;
    let alice = pydio.session().login("alice", PASSWORD).await?;
    let files = alice.workspace("my-files");
    files.call(access_fs::delete(["/old.txt"])).await?;
    let link = action_share::share(SimpleShareType::Public, "/photos/beach.jpg");
    let link = link.sub_action(SubAction::CreateMinisite).create_guest_user(true);
    files.call(link.simple_right_read(true).custom_handle("beach")).await?;
    let bookmark = conf_sql::get_bookmarks().bm_action(BmAction::AddBookmark).bm_path("/photos");
    files.call(bookmark).await?;
    files.call(meta_watch::toggle_watch("/photos").watch_action(WatchAction::WatchBoth)).await?;
    files.call(conf_sql::user_team_create("Travel").user_ids(["bob"])).await?;
    files.call(conf_sql::user_create_user("dave").password("dave-secret")).await?;
    let archive = action_compression::compression(["/photos"], "photos.tar.gz", TypeArchive::TarGz);
    files.call(archive).await?;
    for session in [&alice, &admin] {
        let task = TaskDefinition::new("index", "Index the notes", "waiting");
        session.workspace("my-files").call(core_tasks::task_create(&task).task_id("42")).await?;
    }
    let common = alice.workspace("common");
    common.call(meta_comments::post_comment("/notes.txt", "Tuesday is better.")).await?;
    common.call(meta_simple_lock::sl_lock("/notes.txt")).await?;
    let picture = FilePart::new("logo.png", "bytes of the picture");
    files.call(conf_sql::store_binary_temp(picture)).await?;
    files.call(action_powerfs::precompress(["/photos"], "photos.zip")).await?;
    workspaces(&admin.workspace("settings"), &files).await?;
    Ok(())
}

/// Creates workspaces: of a database, of Subversion, a template, and what a user makes of it.
async fn workspaces(
    settings: &SessionWorkspace,
    files: &SessionWorkspace,
) -> Result<(), Error> {
    let database = NewWorkspace::new("mysql", "Database");
    settings.call(access_ajxp_conf::post_repository(&database)).await?;
    let code = WorkspaceDefinition::new("Code", "fs");
    let code = settings.call(access_ajxp_conf::edit_create_repository(&code)).await?;
    let id = code.reloads.into_iter().find_map(|reload| reload.file);
    let id = id.map(|path| path.to_string()).unwrap_or_default();
    let subversion = access_ajxp_conf::edit_meta_source_add(id.trim_start_matches('/'), "meta.svn");
    settings.call(subversion).await?;
    let template = WorkspaceDefinition::new("Project", "fs");
    let template = access_ajxp_conf::edit_create_repository(&template).as_template(true);
    settings.call(template).await?;
    let own = conf_sql::user_create_repository(TEMPLATE, "My trips");
    files.call(own).await?;
    Ok(())
}
