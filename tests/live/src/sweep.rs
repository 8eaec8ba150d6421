//! Makes every read-only call, typed, on everything that a server has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use pydio_client::{
    ActionCall, Error, ErrorKind, Method, NodePath, OperationCall, Pydio, RestCall,
    SessionWorkspace, Workspace,
    cli::TABLE,
    json::Object,
    response::Node,
    v1::{
        access_ajxp_conf::{self, DataType, UpdateRoleAction},
        access_fs, action_disclaimer,
        action_share::{self, SimpleShareType, UserContext},
        action_updater, authfront_keystore, conf_sql, core_access, core_cache, core_mq,
        core_notifications::{self, FeedFeedType, MyFeedFeedType},
        editor_audio, editor_diaporama, editor_imagick, editor_video, gui_ajax,
        index_elasticsearch, index_lucene, log_sql, meta_comments, meta_exif, meta_filehasher,
        meta_git, meta_quota, meta_syncable,
    },
    v2::{
        file,
        models::{GetNodeInfosChildren, GetNodeInfosMeta, Person, PersonList},
        provisioning, task, user_account, workspace,
    },
};

use super::{
    Need, Scenario, Scene, Trouble,
    people::add_user,
    trouble::{ensure, given},
};

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "every read call decodes",
    needs: &[Need::Admin],
    help: "the server answers otherwise than the bindings say: generate them for your server, or \
           report what was asked and what came",
    run: |scene| Box::pin(sweep(scene)),
}];

/// The maximum number of administration folders to list, since logs grow daily.
const FOLDERS: usize = 300;

/// The results of the calls.
#[derive(Default)]
struct Sweep {
    /// The attempted calls, as `access.fs/ls` or `userInfo`.
    tried: BTreeSet<String>,
    /// The calls that succeeded at least once.
    answered: BTreeSet<String>,
    /// The calls that could not be read, with their target and the error.
    unread: Vec<String>,
    /// The errors of refused calls.
    refusals: BTreeMap<String, String>,
}

impl Sweep {
    /// Makes a call over REST v1. A call that the server refuses because of the user's rights or a
    /// missing feature has no response to decode.
    async fn act<C: RestCall>(
        &mut self,
        files: &Workspace,
        on: impl fmt::Display,
        call: C,
    ) -> Option<C::Response> {
        let name = C::ENDPOINT.to_string();
        let on = format!("`{on}` in {}", files.id());
        self.note(name, &on, files.call(call).await)
    }

    /// Makes a call over v2.
    async fn operate<C: OperationCall>(
        &mut self,
        pydio: &Pydio,
        on: impl fmt::Display,
        call: C,
    ) -> Option<C::Response> {
        let on = format!("`{on}`");
        self.note(C::ENDPOINT.id().to_owned(), &on, pydio.call(call).await)
    }

    /// Makes a call on a session.
    async fn ask<C: ActionCall>(
        &mut self,
        files: &SessionWorkspace,
        call: C,
    ) -> Option<C::Response> {
        let name = C::ENDPOINT.to_string();
        self.note(name, "a session", files.call(call).await)
    }

    fn note<T>(&mut self, call: String, on: &str, answer: Result<T, Error>) -> Option<T> {
        self.tried.insert(call.clone());
        match answer {
            Ok(answer) => {
                self.answered.insert(call);
                return Some(answer);
            }
            Err(failure)
                if matches!(
                    failure.kind(),
                    ErrorKind::Malformed | ErrorKind::UnexpectedContentType | ErrorKind::Empty
                ) =>
            {
                self.unread.push(format!("{call} on {on}: {failure}"));
            }
            // A broken connection, for example, says nothing about the response.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Transport | ErrorKind::InvalidRequest | ErrorKind::TooLarge
                ) =>
            {
                self.unread.push(format!("{call} on {on} was not tried: {error}"));
            }
            Err(error) => {
                self.refusals.entry(call).or_insert_with(|| format!("on {on}: {error}"));
            }
        }
        None
    }

    /// Reports unreadable, forgotten and never successful calls.
    fn end(self) -> Result<(), Trouble> {
        let count = self.unread.len();
        let unread = format!("{count} answers were not read:\n{}", self.unread.join("\n"));
        ensure(self.unread.is_empty(), unread)?;
        let forgotten: Vec<_> = reads().filter(|name| !self.tried.contains(name)).collect();
        ensure(forgotten.is_empty(), format!("not tried: {}", forgotten.join(", ")))?;
        let is_optional = |name: &String| OPTIONAL.iter().any(|plugin| name.starts_with(plugin));
        let never = reads().filter(|name| !self.answered.contains(name) && !is_optional(name));
        let why = |name: &String| self.refusals.get(name).cloned().unwrap_or_default();
        let never: Vec<_> = never.map(|name| format!("{name} {}", why(&name))).collect();
        ensure(never.is_empty(), format!("never answered:\n{}", never.join("\n")))
    }
}

/// The plugins that a server may have disabled, or a workspace may lack.
const OPTIONAL: &[&str] = &[
    "action.disclaimer/",
    "action.share/",
    "action.updater/",
    "authfront.keystore/",
    // Needs a team.
    "conf.sql/user_team_list_users",
    "core.mq/",
    "core.notifications/",
    "editor.",
    "index.",
    "log.sql/",
    "meta.",
];

/// Returns all calls made with `GET`, except those unsupported by the server and those of drivers
/// and plugins that the installer's workspaces lack.
fn reads() -> impl Iterator<Item = String> {
    let reads = TABLE.endpoints().filter(|endpoint| {
        endpoint.method() == Method::Get && endpoint.why_unsupported().is_none()
    });
    reads.map(ToString::to_string)
}

async fn sweep(scene: &Scene) -> Result<(), Trouble> {
    let mut sweep = Sweep::default();
    let folder = furnish(scene).await?;
    populate(scene).await?;
    for pydio in [scene.user(), scene.admin()?] {
        account(&mut sweep, pydio).await;
        for id in workspaces(&mut sweep, pydio).await {
            inside(&mut sweep, pydio, &id).await;
        }
    }
    nodes(&mut sweep, scene, &folder).await;
    over_a_session(&mut sweep, scene, &folder).await?;
    let seen = administration(&mut sweep, scene).await?;
    roles(&mut sweep, scene, &seen).await?;
    sweep.end()
}

/// Creates a user with a role in a group, since the administration lists all three.
async fn populate(scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let (group, login) = (scene.name("group"), scene.name("user"));
    let (own, name) = (settings.clone(), group.clone());
    scene.later(format!("the group {group}"), async move {
        own.call(access_ajxp_conf::delete(DataType::Group, name)).await.map(|_| ())
    });
    settings.call(access_ajxp_conf::create_group("Live group", &group)).await?;
    add_user(scene, &login, &scene.password()).await?;
    settings.call(access_ajxp_conf::user_update_group(&login, &group)).await?;
    let give = access_ajxp_conf::user_update_role(&login, UpdateRoleAction::Add, "GUEST");
    settings.call(give).await?;
    Ok(())
}

/// A picture of one pixel.
const DOT: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\
                     \x01\0\0\x02\x02D\x01\0;";

/// Creates a folder with one item of each kind, as far as the server permits.
async fn furnish(scene: &Scene) -> Result<NodePath, Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let (text, inner) = (folder.join("note é.txt"), folder.join("inner"));
    files.call(access_fs::mkfile(&text).content("some words")).await?;
    files.call(access_fs::mkdir(&inner)).await?;
    let dot = file::upload_stream(scene.workspace(), folder.join("dot.gif"), DOT);
    scene.user().call(dot).await?;
    // Without the comment or share features, there is nothing to read.
    let _ = files.call(meta_comments::post_comment(&text, "a comment")).await;
    let (own, shared) = (files.clone(), text.clone());
    let share = action_share::share(SimpleShareType::Public, &text);
    if files.call(share).await.is_ok() {
        scene.later(format!("the link to {text}"), async move {
            own.call(action_share::unshare(shared)).await.map(|_| ())
        });
    }
    Ok(folder)
}

/// Reads the user's data and that of others.
async fn account(sweep: &mut Sweep, pydio: &Pydio) {
    sweep.operate(pydio, "", user_account::user_info()).await;
    sweep.operate(pydio, "", user_account::user_preferences()).await;
    let home = pydio.workspace("pydio");
    for part in ["", "user", "user/active_repo", "user/repositories", "user/preferences", "plugins"]
    {
        sweep.act(&home, part, conf_sql::state(part)).await;
    }
    let all = conf_sql::user_list_authorized_users("").existing_only(true);
    let mut people = sweep.act(&home, "", all).await.unwrap_or_default();
    let users = conf_sql::user_list_authorized_users("").users_only(true);
    people.extend(sweep.act(&home, "", users).await.unwrap_or_default());
    let offered = conf_sql::user_list_authorized_users("nobody.yet");
    sweep.act(&home, "nobody.yet", offered).await;
    for person in people.iter().filter(|person| person.type_ == "user") {
        let call = conf_sql::user_public_data(&person.id).graph(true);
        sweep.act(&home, &person.id, call).await;
    }
    sweep.act(&home, "", authfront_keystore::keystore_list_tokens()).await;
    sweep.act(&home, "note", core_access::multisearch("note")).await;
    sweep.act(&home, "CREDITS", gui_ajax::display_doc("CREDITS")).await;
    sweep.act(&home, "", gui_ajax::get_i18n_messages()).await;
    sweep.act(&home, "", gui_ajax::serve_favicon()).await;
    sweep.act(&home, "", action_disclaimer::load_disclaimer()).await;
    sweep.act(&home, "", core_mq::ws_authenticate("none")).await;
    let teams = people.iter().filter(|person| person.type_ == "team").map(|team| &*team.id);
    for team in teams.chain(["none"]) {
        sweep.act(&home, team, conf_sql::user_team_list_users(team)).await;
    }
}

/// Returns the ids of a user's workspaces.
async fn workspaces(sweep: &mut Sweep, pydio: &Pydio) -> Vec<String> {
    let all = sweep.operate(pydio, "", user_account::user_workspaces()).await;
    let all = all.and_then(|all| all.repositories.repo).unwrap_or_default();
    all.into_iter().map(|repo| repo.id).collect()
}

/// Reads the data of a workspace and its root.
async fn inside(sweep: &mut Sweep, pydio: &Pydio, id: &str) {
    let files = pydio.workspace(id);
    sweep.act(&files, "/", access_fs::ls("/")).await;
    for collect in [false, true] {
        let call = conf_sql::load_repository_info().collect(collect);
        sweep.act(&files, "", call).await;
        let call = workspace::get_workspace_info(id).collect(collect);
        sweep.operate(pydio, id, call).await;
    }
    sweep.act(&files, "", conf_sql::get_permissions_mask()).await;
    sweep.act(&files, "", action_share::sharelist_load()).await;
    sweep.act(&files, "", action_share::sharelist_load_data()).await;
    for kind in [FeedFeedType::All, FeedFeedType::Notif, FeedFeedType::Alert] {
        let call = core_notifications::feed(kind, "/").merge_description(true);
        sweep.act(&files, "/", call).await;
    }
    sweep.act(&files, "", core_notifications::load_user_recent_items()).await;
    sweep.act(&files, "note*", index_lucene::search("note*")).await;
    sweep.act(&files, "basename", index_lucene::search_by_keyword("basename")).await;
    sweep.act(&files, "note*", index_elasticsearch::search("note*")).await;
    sweep.act(&files, "basename", index_elasticsearch::search_by_keyword("basename")).await;
    sweep.act(&files, "", meta_quota::monitor_quota()).await;
    sweep.act(&files, "0", meta_syncable::changes(0)).await;
    sweep.act(&files, "0, flat", meta_syncable::changes(0).flatten(true)).await;
    sweep.operate(pydio, id, workspace::changes(id, 0, 0)).await;
    sweep.act(&files, "/", access_fs::stat("/")).await;
    sweep.act(&files, "/", meta_filehasher::stat_hash("/")).await;
    for meta in [GetNodeInfosMeta::Minimal, GetNodeInfosMeta::Standard, GetNodeInfosMeta::Extended]
    {
        let call = file::get_node_infos(id, "/").meta(meta);
        sweep.operate(pydio, id, call.children(GetNodeInfosChildren::Dfz)).await;
    }
    for known in sweep.operate(pydio, id, task::list_tasks(id)).await.unwrap_or_default() {
        sweep.operate(pydio, &known.id, task::get_task_info(&known.id)).await;
    }
    // For an unknown task, the server returns an error or nothing.
    sweep.operate(pydio, "none", task::get_task_info("none")).await;
}

/// Reads the data of single nodes.
async fn nodes(sweep: &mut Sweep, scene: &Scene, folder: &NodePath) {
    let (pydio, files, id) = (scene.user(), scene.files(), scene.workspace());
    let recursive = access_fs::ls(folder).recursive(true);
    sweep.act(&files, folder, recursive).await;
    let listed = sweep.act(&files, folder, access_fs::ls(folder)).await;
    let mut paths = vec![folder.clone()];
    paths.extend(listed.iter().flat_map(|listing| &listing.nodes).map(Node::path));
    for path in &paths {
        sweep.act(&files, path, access_fs::stat(path)).await;
        sweep.act(&files, path, meta_filehasher::stat_hash(path)).await;
        sweep.act(&files, path, meta_comments::load_comments_feed(path)).await;
        let legacy = action_share::load_legacy_link(path, "no-such-link");
        sweep.act(&files, path, legacy).await;
        let shared = action_share::load_shared_element_data(path);
        sweep.act(&files, path, shared).await;
        let call = core_notifications::feed(FeedFeedType::All, path);
        sweep.act(&files, path, call).await;
        sweep.act(&files, path, meta_exif::extract_exif(path)).await;
        sweep.operate(pydio, path, file::get_node_infos(id, path)).await;
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
        sweep.operate(pydio, text, file::download(id, text)).await;
    }
}

/// Makes calls that REST does not support, or whose response may differ there.
async fn over_a_session(
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
    for kind in [MyFeedFeedType::All, MyFeedFeedType::Notif, MyFeedFeedType::Alert] {
        let call = core_notifications::get_my_feed().feed_type(kind);
        sweep.ask(&files, call).await;
    }
    sweep.ask(&files, access_fs::ls(folder)).await;
    sweep.ask(&files, access_fs::stat(folder)).await;
    sweep.ask(&files, conf_sql::state("user")).await;
    sweep.ask(&files, conf_sql::load_repository_info().collect(true)).await;
    sweep.ask(&files, conf_sql::get_permissions_mask()).await;
    sweep.ask(&files, conf_sql::user_list_authorized_users("").existing_only(true)).await;
    sweep.ask(&files, action_share::sharelist_load()).await;
    sweep.ask(&files, core_notifications::load_user_recent_items()).await;
    sweep.ask(&files, meta_syncable::changes(0)).await;
    Ok(())
}

/// What the administration lists.
#[derive(Default)]
struct Seen {
    roles: BTreeSet<String>,
    workspaces: BTreeSet<String>,
    plugins: BTreeSet<String>,
}

/// Reads the administration, from its root down.
async fn administration(sweep: &mut Sweep, scene: &Scene) -> Result<Seen, Trouble> {
    let (admin, settings) = (scene.admin()?, scene.settings()?);
    let mut seen = Seen::default();
    let mut left = vec![NodePath::root()];
    let mut count = 0;
    while let Some(folder) = left.pop() {
        count += 1;
        let Some(listing) = sweep.act(&settings, &folder, access_ajxp_conf::ls(&folder)).await
        else {
            continue;
        };
        for node in &listing.nodes {
            seen.note(node);
            if !node.is_file() && node.path() != folder && count + left.len() < FOLDERS {
                left.push(node.path());
            }
        }
    }
    let actions = sweep.act(&settings, "", access_ajxp_conf::list_all_plugins_actions()).await;
    seen.plugins.extend(actions.map(|all| all.list).unwrap_or_default().into_keys());
    let names = sweep.act(&settings, "", access_ajxp_conf::list_all_repositories_json()).await;
    seen.workspaces.extend(names.map(|all| all.list).unwrap_or_default().into_keys());
    sweep.operate(admin, "", provisioning::admin_list_workspaces()).await;
    for id in &seen.workspaces {
        sweep.act(&settings, id, access_ajxp_conf::edit_repository(id)).await;
        sweep.operate(admin, id, provisioning::admin_get_workspace(id)).await;
        let filled = provisioning::admin_get_workspace(id).load_fill_values(true);
        sweep.operate(admin, id, filled).await;
    }
    for id in &seen.plugins {
        sweep.act(&settings, id, access_ajxp_conf::get_plugin_manifest(id)).await;
    }
    sweep.act(&settings, "", access_ajxp_conf::list_all_plugins_parameters()).await;
    sweep.act(&settings, "", access_ajxp_conf::edit_get_drivers_definition()).await;
    sweep.act(&settings, "", access_ajxp_conf::edit_get_templates_definition()).await;
    sweep.act(&settings, "", action_updater::get_version_info()).await;
    sweep.act(&settings, "", action_updater::display_upgrade_note()).await;
    sweep.act(&settings, "a", access_ajxp_conf::admin_search_users("a")).await;
    sweep.act(&settings, "", access_ajxp_conf::export_acl_list("")).await;
    sweep.act(&settings, "", access_ajxp_conf::export_acl_list_csv("")).await;
    sweep.act(&settings, "ajxp_users", conf_sql::ajxp_table_exists("ajxp_users")).await;
    let form = Object::new().into();
    sweep.act(&settings, "", access_ajxp_conf::parameters_to_form_definitions(&form)).await;
    let global = action_share::sharelist_load().user_context(UserContext::Global);
    sweep.act(&settings, "global", global).await;
    sweep.act(&settings, "", core_cache::cache_service_expose_stats()).await;
    let all = sweep.act(&settings, "", log_sql::analytic_list_queries()).await;
    let names = all.unwrap_or_default().into_iter().filter_map(|statistic| statistic.name);
    let names: Vec<_> = names.collect();
    for name in &names {
        sweep.act(&settings, name, log_sql::analytic_query(name, 0, 30)).await;
    }
    let names = names.join(",");
    sweep.act(&settings, &names, log_sql::analytic_queries(&*names, 0, 30)).await;
    Ok(seen)
}

impl Seen {
    fn note(&mut self, node: &Node) {
        let attribute = |name: &str| node.attributes.get(name).map(str::to_owned);
        self.roles.extend(attribute("role_id"));
        self.workspaces.extend(attribute("repository_id"));
        self.plugins.extend(attribute("plugin_id"));
    }
}

/// Reads users and roles: of groups, of users, and named ones.
async fn roles(sweep: &mut Sweep, scene: &Scene, seen: &Seen) -> Result<(), Trouble> {
    let (admin, settings) = (scene.admin()?, scene.settings()?);
    let mut roles = seen.roles.clone();
    let all = sweep.operate(admin, "", provisioning::get_roles()).await;
    let all = all.and_then(|all| all.children).unwrap_or_default();
    roles.extend(all.into_values().map(|role| role.role_id));
    let (mut left, mut people) = (vec!["/".to_owned()], Vec::new());
    while let Some(group) = left.pop() {
        let listed = sweep.operate(admin, &group, provisioning::get_people(&group)).await;
        for member in listed.map(members).unwrap_or_default() {
            let ids = [&member.personal_role_id, &member.group_role_id].into_iter().flatten();
            roles.extend(ids.map(|id| id.trim_start_matches('/').to_owned()));
            match (member.ajxp_mime.as_deref(), member.path) {
                (Some("group"), Some(path)) => left.push(path),
                (_, path) => people.extend(path),
            }
        }
    }
    for path in &people {
        sweep.operate(admin, path, provisioning::get_people(path)).await;
    }
    ensure(!people.is_empty(), "v2 lists no users")?;
    for id in &roles {
        sweep.act(&settings, id, access_ajxp_conf::edit_role(id)).await;
        sweep.operate(admin, id, provisioning::get_role(id)).await;
        let filled = provisioning::get_role(id).load_fill_values(true);
        sweep.operate(admin, id, filled).await;
    }
    given("a role", roles.first()).map(|_| ())
}

fn members(list: PersonList) -> Vec<Person> {
    let of_page = list.data.and_then(|page| page.children);
    list.children.or(of_page).unwrap_or_default().into_values().collect()
}

#[cfg(test)]
mod tests {
    use pydio_client::{Pydio, v2::user_account};

    use super::{OPTIONAL, Sweep, reads};
    use pydio_test_server::{ALICE, Canned, Fault, Server, Version};

    async fn swept(canned: Option<Canned>) -> Sweep {
        let server = Server::start(Version::V8_2).await.unwrap();
        if let Some(canned) = canned {
            server.fail(Fault::Answer(canned));
        }
        let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
        let mut sweep = Sweep::default();
        sweep.operate(&builder.build().unwrap(), "all", user_account::user_info()).await;
        sweep
    }

    #[tokio::test]
    async fn an_unreadable_response_is_reported_with_its_call() {
        let canned = Canned::new(200, "application/json", r#"{"user": []}"#);
        let told = swept(Some(canned)).await.end().unwrap_err().to_string();
        assert!(told.starts_with("1 answers were not read:\nuserInfo on `all`: "), "{told}");
        assert!(told.contains("user"), "{told}");
    }

    #[tokio::test]
    async fn a_forgotten_call_is_reported() {
        let told = swept(None).await.end().unwrap_err().to_string();
        assert!(told.starts_with("not tried: "), "{told}");
        assert!(told.contains("access.fs/ls, ") && !told.contains("userInfo"), "{told}");
    }

    #[tokio::test]
    async fn a_call_that_is_always_refused_is_reported() {
        let canned = Canned::new(200, "application/json", r#"{"level":"Error","message":"no"}"#);
        let mut sweep = swept(Some(canned)).await;
        sweep.tried.extend(reads());
        sweep.answered.extend(reads().filter(|name| name != "userInfo"));
        let told = sweep.end().unwrap_err().to_string();
        assert!(told.starts_with("never answered:\nuserInfo on `all`: "), "{told}");
        assert!(OPTIONAL.iter().all(|plugin| reads().any(|name| name.starts_with(plugin))));
    }
}
