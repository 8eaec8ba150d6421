//! Reads what users see.

#[cfg(since = "8.0.0")]
use pydio_client::Workspace;
use pydio_client::{
    NodePath, Pydio,
    response::Node,
    v1::{
        access_fs, action_disclaimer, action_share, authfront_keystore, conf_sql,
        core_notifications, editor_audio, editor_diaporama, editor_imagick, editor_video, gui_ajax,
        index_lucene, meta_comments, meta_exif, meta_filehasher, meta_git, meta_quota,
        meta_syncable,
    },
};

use super::Sweep;
#[cfg(since = "6.5.1")]
use super::v2;
use crate::{Scene, Trouble};

/// Reads the user's data and that of others.
pub(super) async fn account(sweep: &mut Sweep, pydio: &Pydio) {
    #[cfg(since = "6.5.1")]
    v2::account(sweep, pydio).await;
    let home = pydio.workspace("pydio");
    for part in ["", "user", "user/active_repo", "user/repositories", "user/preferences", "plugins"]
    {
        sweep.act(&home, part, conf_sql::state(part)).await;
    }
    #[cfg(not(since = "6.5.1"))]
    sweep.act(&home, "user, in XML", conf_sql::state_xml("user")).await;
    #[cfg(since = "8.0.0")]
    directory(sweep, &home).await;
    let offered = conf_sql::user_list_authorized_users("nobody.yet");
    sweep.act(&home, "nobody.yet", offered).await;
    sweep.act(&home, "", authfront_keystore::keystore_list_tokens()).await;
    #[cfg(since = "6.5.1")]
    {
        use pydio_client::v1::{core_access, core_mq};
        sweep.act(&home, "note", core_access::multisearch("note")).await;
        sweep.act(&home, "", gui_ajax::serve_favicon()).await;
        sweep.act(&home, "", core_mq::ws_authenticate("none")).await;
    }
    sweep.act(&home, "CREDITS", gui_ajax::display_doc("CREDITS")).await;
    sweep.act(&home, "", gui_ajax::get_i18n_messages()).await;
    sweep.act(&home, "", action_disclaimer::load_disclaimer()).await;
}

/// Reads what others may know about users and teams.
#[cfg(since = "8.0.0")]
async fn directory(sweep: &mut Sweep, home: &Workspace) {
    let all = conf_sql::user_list_authorized_users("").existing_only(true);
    let mut people = sweep.act(home, "", all).await.unwrap_or_default();
    let users = conf_sql::user_list_authorized_users("").users_only(true);
    people.extend(sweep.act(home, "", users).await.unwrap_or_default());
    for user in people.iter().filter(|person| person.kind == "user").map(|user| &*user.id) {
        sweep.act(home, user, conf_sql::user_public_data(user).graph(true)).await;
    }
    let teams = people.iter().filter(|person| person.kind == "team").map(|team| &*team.id);
    for team in teams.chain(["none"]) {
        sweep.act(home, team, conf_sql::user_team_list_users(team)).await;
    }
}

/// Returns the ids of a user's workspaces.
pub(super) async fn workspaces(sweep: &mut Sweep, pydio: &Pydio) -> Vec<String> {
    let all = sweep.act(&pydio.workspace("pydio"), "", conf_sql::state("user/repositories")).await;
    let all = all.and_then(|all| all.repositories?.repo).unwrap_or_default();
    all.into_iter().map(|repo| repo.id).collect()
}

/// Reads the data of a workspace and its root.
pub(super) async fn inside(sweep: &mut Sweep, pydio: &Pydio, id: &str) {
    let files = pydio.workspace(id);
    // A workspace of the interface alone has no nodes.
    if sweep.act(&files, "/", access_fs::ls("/")).await.is_some() {
        #[cfg(since = "6.5.1")]
        v2::root(sweep, pydio, id).await;
    }
    for collect in [false, true] {
        let call = conf_sql::load_repository_info().collect(collect);
        sweep.act(&files, "", call).await;
    }
    #[cfg(since = "6.2.0")]
    sweep.act(&files, "", conf_sql::get_permissions_mask()).await;
    #[cfg(since = "6.2.0")]
    sweep.act(&files, "", action_share::sharelist_load()).await;
    for kind in ["all", "notif", "alert"] {
        let call = feed(kind, "/").merge_description(true);
        sweep.act(&files, "/", call).await;
    }
    #[cfg(since = "8.0.0")]
    {
        sweep.act(&files, "", action_share::sharelist_load_data()).await;
        sweep.act(&files, "", core_notifications::load_user_recent_items()).await;
    }
    sweep.act(&files, "note*", index_lucene::search("note*")).await;
    sweep.act(&files, "basename", index_lucene::search_by_keyword("basename")).await;
    #[cfg(since = "6.5.1")]
    {
        use pydio_client::v1::index_elasticsearch;
        sweep.act(&files, "note*", index_elasticsearch::search("note*")).await;
        let call = index_elasticsearch::search_by_keyword("basename");
        sweep.act(&files, "basename", call).await;
    }
    sweep.act(&files, "", meta_quota::monitor_quota()).await;
    sweep.act(&files, "0", meta_syncable::changes(0)).await;
    sweep.act(&files, "0, flat", meta_syncable::changes(0).flatten(true)).await;
    sweep.act(&files, "/", access_fs::stat("/")).await;
    sweep.act(&files, "/", meta_filehasher::stat_hash("/")).await;
    #[cfg(since = "6.5.1")]
    v2::inside(sweep, pydio, id).await;
}

/// Returns the call of a feed, whose kinds have a type of their own from 6.5.1 on.
fn feed(kind: &str, path: impl Into<NodePath>) -> core_notifications::Feed {
    #[cfg(since = "6.5.1")]
    let kind = match kind {
        "notif" => core_notifications::FeedFeedType::Notif,
        "alert" => core_notifications::FeedFeedType::Alert,
        _ => core_notifications::FeedFeedType::All,
    };
    core_notifications::feed(kind, path)
}

/// Reads the data of single nodes.
pub(super) async fn nodes(sweep: &mut Sweep, scene: &Scene, folder: &NodePath) {
    let files = scene.files();
    let recursive = access_fs::ls(folder).recursive(true);
    sweep.act(&files, folder, recursive).await;
    let listed = sweep.act(&files, folder, access_fs::ls(folder)).await;
    let mut paths = vec![folder.clone()];
    paths.extend(listed.iter().flat_map(|listing| &listing.nodes).map(Node::path));
    for path in &paths {
        sweep.act(&files, path, access_fs::stat(path)).await;
        sweep.act(&files, path, meta_filehasher::stat_hash(path)).await;
        sweep.act(&files, path, meta_comments::load_comments_feed(path)).await;
        #[cfg(since = "8.0.0")]
        {
            let legacy = action_share::load_legacy_link(path, "no-such-link");
            sweep.act(&files, path, legacy).await;
        }
        #[cfg(since = "6.2.0")]
        sweep.act(&files, path, action_share::load_shared_element_data(path)).await;
        sweep.act(&files, path, feed("all", path)).await;
        sweep.act(&files, path, meta_exif::extract_exif(path)).await;
    }
    sweep.act(&files, "all", access_fs::stat(folder).nodes(&paths)).await;
    for thumbnail in [true, false] {
        let dot = folder.join("dot.gif");
        let call = editor_diaporama::preview_data_proxy(&dot).get_thumb(thumbnail);
        sweep.act(&files, &dot, call).await;
        sweep.act(&files, &dot, editor_imagick::imagick_data_proxy(&dot)).await;
        sweep.act(&files, &dot, editor_imagick::imagick_data_proxy_pages(&dot)).await;
        sweep.act(&files, &dot, editor_imagick::get_extracted_page("none.jpg", &dot)).await;
    }
    if let Some(text) = paths.iter().find(|path| path.as_str().ends_with(".txt")) {
        sweep.act(&files, text, access_fs::get_content(text)).await;
        sweep.act(&files, text, editor_audio::audio_proxy(text)).await;
        sweep.act(&files, text, editor_video::read_video_data(text)).await;
        sweep.act(&files, text, meta_filehasher::filehasher_signature(text)).await;
        sweep.act(&files, text, meta_git::git_history(text)).await;
        sweep.act(&files, text, access_fs::download(text)).await;
        sweep.act(&files, text, access_fs::prepare_chunk_dl(2, text)).await;
    }
    #[cfg(since = "6.5.1")]
    v2::nodes(sweep, scene, &paths).await;
}

/// Makes calls that REST does not support, or whose response may differ there.
pub(super) async fn over_a_session(
    sweep: &mut Sweep,
    scene: &Scene,
    folder: &NodePath,
) -> Result<(), Trouble> {
    let user = &scene.target().user;
    let session = scene.user().session().login(&user.name, &*user.password).await?;
    let last = session.clone();
    scene.later("the session", async move { last.logout().await });
    let files = session.workspace(scene.workspace());
    sweep.ask(&files, gui_ajax::get_boot_conf()).await;
    sweep.ask(&files, conf_sql::get_bookmarks()).await;
    sweep.ask(&files, core_notifications::get_my_feed()).await;
    sweep.ask(&files, access_fs::ls(folder)).await;
    sweep.ask(&files, access_fs::stat(folder)).await;
    sweep.ask(&files, conf_sql::state("user")).await;
    sweep.ask(&files, conf_sql::load_repository_info().collect(true)).await;
    #[cfg(since = "6.2.0")]
    sweep.ask(&files, conf_sql::get_permissions_mask()).await;
    sweep.ask(&files, conf_sql::user_list_authorized_users("").existing_only(true)).await;
    sweep.ask(&files, action_share::sharelist_load()).await;
    #[cfg(since = "8.0.0")]
    sweep.ask(&files, core_notifications::load_user_recent_items()).await;
    sweep.ask(&files, meta_syncable::changes(0)).await;
    Ok(())
}
