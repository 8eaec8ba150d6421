//! The tree of `settings`, which clients list like files.

use super::{Answer, Call, pages};
use crate::{
    actions::{Outcome, json},
    describe::{Described, Value},
    envelope::{Columns, Format, Listing, Page},
    names::join,
    people::User,
    php::json_encode,
    reply::Reply,
    roles::Role,
    workspaces::Workspace,
};

/// The number of users per page.
const PAGE: usize = 50;

/// A page of the administration: its path, name, kind, and the component that displays it.
struct Entry {
    path: &'static str,
    label: &'static str,
    mime: &'static str,
    component: &'static str,
}

const fn entry(
    path: &'static str,
    label: &'static str,
    mime: &'static str,
    component: &'static str,
) -> Entry {
    Entry { path, label, mime, component }
}

/// The pages, below their four groups.
static ENTRIES: &[Entry] = &[
    entry("/data", "Workspaces & Users", "", ""),
    entry("/data/users", "People", "users_zone", "AdminPeople.Dashboard"),
    entry("/data/repositories", "Workspaces", "workspaces_zone", "AdminWorkspaces.Dashboard"),
    entry("/admin", "Logs & Other Data", "", ""),
    entry("/admin/logs", "Logs", "", "AdminLogs.Dashboard"),
    entry("/admin/diagnostic", "Diagnostic", "", "AdminPlugins.DiagnosticDashboard"),
    entry("/admin/action.updater", "Upgrade", "plugins_zone", "AdminPlugins.UpdaterDashboard"),
    entry("/parameters", "Application Parameters", "plugins_zone", ""),
    entry("/parameters/core", "Application Core", "plugins_zone", "AdminPlugins.PluginEditor"),
    entry(
        "/parameters/core.auth",
        "Authentication",
        "plugins_zone",
        "AdminPlugins.AuthenticationPluginsDashboard",
    ),
    entry("/parameters/core.mailer", "Mailers", "plugins_zone", "AdminPlugins.PluginEditor"),
    entry("/parameters/scheduler", "Scheduler", "scheduler_zone", "AdminScheduler.Dashboard"),
    entry("/plugins", "All Plugins", "plugins_zone", ""),
    entry("/plugins/manager", "Available Plugins", "plugins_zone", "AdminPlugins.PluginsManager"),
    entry("/plugins/jsdocs", "Developer Docs", "plugins_zone", "AdminPlugins.JSDocsDashboard"),
];

static DETAIL: Columns = Columns {
    grid_mode: "",
    display_mode: "detail",
    template: "",
    columns: &[["ajxp_conf.1", "ajxp_label", ""], ["ajxp_conf.102", "description", ""]],
};

static USERS: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "list",
    template: "ajxp_conf.users",
    columns: &[
        ["ajxp_conf.6", "ajxp_label", "40%"],
        ["ajxp_conf.102", "object_id", "10%"],
        ["ajxp_conf.7", "isAdmin", "10%"],
        ["ajxp_conf.70", "ajxp_roles", "15%"],
        ["ajxp_conf.62", "rights_summary", "15%"],
    ],
};

static ROLES: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "list",
    template: "ajxp_conf.roles",
    columns: &[
        ["ajxp_conf.76", "ajxp_label", ""],
        ["ajxp_conf.114", "is_default", ""],
        ["ajxp_conf.62", "rights_summary", ""],
    ],
};

static REPOSITORIES: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "list",
    template: "ajxp_conf.repositories",
    columns: &[
        ["ajxp_conf.8", "ajxp_label", ""],
        ["ajxp_conf.9", "accessType", ""],
        ["ajxp_conf.125", "slug", ""],
    ],
};

static NEW_LOGS: Columns = LOGS;

const LOGS: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "list",
    template: "ajxp_conf.logs",
    columns: &[["ajxp_conf.16", "ajxp_label", ""]],
};

static OLD_LOGS: Columns = Columns { display_mode: "", template: "", ..LOGS };

/// Lists a page of the administration; a missing page is empty.
pub(super) fn ls(call: Call<'_>) -> Answer {
    let dir = call.text("dir").unwrap_or("/").trim_end_matches('/');
    let (dir, page) = dir.split_once("%23").unwrap_or((dir, ""));
    let page = own_page(&call).or_else(|| page.parse().ok());
    if call.dialect().has_old_pages
        && let Some(listing) = old_page(&call, dir)
    {
        return Ok(Outcome::Listing(listing));
    }
    let listing = match dir {
        "" => overview(),
        "/data/repositories" => repositories(&call, page),
        "/data/roles" => roles(&call),
        "/data/users" => members(&call, "/", page),
        "/admin/logs" => logs(&call),
        "/parameters/scheduler" => super::scheduler::list(&call),
        "/parameters/core" => empty(&call, Some("/parameters/core")),
        _ => match dir.strip_prefix("/data/users") {
            Some(group) if call.world.people.lists_group(group) => members(&call, group, page),
            _ if ENTRIES.iter().any(|e| e.path == dir && e.component.is_empty()) => group(dir),
            _ => match call.dialect().has_bare_roots {
                // An unknown page is not a list.
                true => return Ok(Outcome::Reply(Reply::empty())),
                false => empty(&call, None),
            },
        },
    };
    Ok(Outcome::Listing(listing))
}

/// Returns the page in a parameter of its own, which releases before 8 do not read.
pub(super) fn own_page(call: &Call<'_>) -> Option<usize> {
    let is_read = !call.dialect().has_old_pages;
    call.text("page").filter(|_| is_read)?.parse().ok()
}

/// Returns that a page exists, whatever it is.
pub(super) fn stat(_: Call<'_>) -> Answer {
    json(r#"{"mode":true}"#)
}

/// Returns a page that only Pydio 6 and 7 have, if it is one.
fn old_page(call: &Call<'_>, dir: &str) -> Option<Listing> {
    let is_hidden = |path: &str| path == pages::SCHEDULER && call.dialect().has_bare_roots;
    let root = match call.dialect().has_bare_roots {
        true => Described::bare(),
        false => Described::other(None, "", Vec::new()),
    };
    let group = if dir.is_empty() { "/" } else { dir };
    if group == "/" || pages::is_group(group) {
        let pages = pages::below(group, &is_hidden);
        return Some(Listing { columns: Some(&DETAIL), ..Listing::of(root, pages) });
    }
    match dir {
        "/config/plugins" => {
            let root = call.root(Some(dir));
            let columns = Some(&pages::PLUGIN_COLUMNS);
            Some(Listing { columns, ..Listing::of(root, pages::plugins()) })
        }
        pages::SCHEDULER if !is_hidden(dir) => Some(super::scheduler::list(call)),
        _ => None,
    }
}

fn empty(call: &Call<'_>, path: Option<&str>) -> Listing {
    Listing::of(call.root(path), Vec::new())
}

fn dashboard() -> Described {
    let attributes = vec![
        ("icon_class", Value::from("mdi mdi-view-dashboard")),
        ("component", Value::from("AdminComponents.SimpleDashboard")),
    ];
    Described::other(None, "", attributes)
}

fn described(entry: &Entry) -> Described {
    let is_group = entry.component.is_empty();
    // Plugins that display their own page have no picture.
    let is_plugin = matches!(entry.path, "/admin/action.updater" | "/plugins/jsdocs");
    let icon = if is_plugin { Value::Null } else { Value::from("preferences_desktop.png") };
    let mut attributes = vec![("description", Value::from(entry.label)), ("icon", icon)];
    if entry.path == "/data/users" {
        attributes.push(("remote_indexation", "admin_search_users".into()));
    }
    if !entry.mime.is_empty() {
        attributes.push(("ajxp_mime", entry.mime.into()));
    }
    if !is_group {
        attributes.push(("icon_class", "mdi mdi-view-dashboard".into()));
        attributes.push(("component", entry.component.into()));
    }
    Described::other(Some(entry.path), entry.label, attributes).typed(false)
}

fn below(group: &str) -> Vec<Listing> {
    let is_below = |entry: &&Entry| crate::names::parent(entry.path) == group;
    ENTRIES.iter().filter(is_below).map(|entry| Listing::leaf(described(entry))).collect()
}

fn overview() -> Listing {
    let groups = ENTRIES.iter().filter(|entry| entry.component.is_empty());
    let groups = groups.map(|group| Listing::of(described(group), below(group.path)));
    Listing { columns: Some(&DETAIL), ..Listing::of(dashboard(), groups.collect()) }
}

fn group(path: &str) -> Listing {
    Listing { columns: Some(&DETAIL), ..Listing::of(dashboard(), below(path)) }
}

fn logs(call: &Call<'_>) -> Listing {
    let analytics = vec![
        ("icon", Value::from("graphs_viewer/ICON_SIZE/analytics.png")),
        ("ajxp_mime", Value::from("ajxp_graphs")),
    ];
    let analytics =
        Described::other(Some("/admin/logs/0000_all_analytics"), "Analytics Dashboard", analytics);
    let year = vec![
        ("icon", Value::from("x-office-calendar.png")),
        ("date", Value::from("2026")),
        ("display", Value::from("2026")),
    ];
    let year = Described::other(Some("/admin/logs/2026"), "2026", year).typed(false);
    let year = match call.dialect().has_old_administration {
        true => ["icon", "date", "display", "text"]
            .into_iter()
            .fold(Described::bare(), |year, name| year.with(name, "2026"))
            .with("is_file", "0")
            .with("filename", "/admin/logs/2026"),
        false => year,
    };
    let children = vec![Listing::leaf(analytics.typed(true)), Listing::leaf(year)];
    let root = call.root(Some("/admin/logs"));
    let columns = if call.dialect().has_old_administration { &OLD_LOGS } else { &NEW_LOGS };
    Listing { columns: Some(columns), ..Listing::of(root, children) }
}

/// Returns a list of users and groups.
pub(super) fn people_list(call: &Call<'_>, path: &str, children: Vec<Listing>) -> Listing {
    let root = call.root(Some(path)).with("remote_indexation", "admin_search_users");
    Listing { columns: Some(&USERS), ..Listing::of(root, children) }
}

/// Returns the members of a group: from 50 users on in pages, with the groups on the first one.
pub(super) fn members(call: &Call<'_>, group: &str, asked: Option<usize>) -> Listing {
    let people = &call.world.people;
    let users = people.users.values();
    let users: Vec<_> = users
        .filter(|user| user.group.eq_ignore_ascii_case(group) && user.parent.is_none())
        .collect();
    let path = if group == "/" { "/data/users".to_owned() } else { join("/data/users", group) };
    let (count, number) = (users.len(), asked.unwrap_or(1).max(1));
    let is_paged = count >= PAGE;
    let shown = match is_paged {
        true => users.into_iter().skip((number - 1).saturating_mul(PAGE)).take(PAGE).collect(),
        false => users,
    };
    let groups = if is_paged && number > 1 { Vec::new() } else { groups(call, group) };
    let users = shown.into_iter().map(|user| Listing::leaf(self::user(call, user)));
    let listing = people_list(call, &path, groups.into_iter().chain(users).collect());
    let total = count.div_ceil(PAGE);
    let page = Page { count, total, asked, folders: None, is_descending: false, has_order: false };
    Listing { page: is_paged.then_some(page), ..listing }
}

/// Returns the groups in a group.
fn groups(call: &Call<'_>, group: &str) -> Vec<Listing> {
    let groups = call.world.people.groups_in(group).into_iter().map(|(name, label)| {
        let path = join(group, name);
        let mut attributes = vec![
            ("icon", Value::from("users-folder.png")),
            ("icon_class", Value::from("icon-folder-close")),
            ("ajxp_mime", Value::from("group")),
            // Only the last name, so that only the path identifies the group.
            ("object_id", Value::from(join("/", name))),
        ];
        if !call.dialect().has_old_pages {
            attributes.push(("group_role_id", Value::from(format!("/AJXP_GRP_{path}"))));
        }
        let shown = if call.input.is_v2 { path.clone() } else { join("/data/users", &path) };
        Listing::leaf(Described::other(Some(&shown), label, attributes).typed(false))
    });
    groups.collect()
}

/// Describes a user: v1 returns every value as text, v2 uses JSON types.
pub(super) fn user(call: &Call<'_>, user: &User) -> Described {
    let is_v2 =
        call.input.is_v2 || call.dialect().lists_in_json && call.text("format") == Some("json");
    let is_admin = user.is_admin();
    let merged = merged(call, user);
    let roles = user.roles.clone();
    let flag = |flag: bool| match is_v2 {
        true => Value::Flag(flag),
        false => Value::from(if flag { "True" } else { "False" }),
    };
    let mut attributes = Vec::new();
    if is_v2 {
        let lock = user.lock.as_deref().map_or(Value::Flag(false), Value::from);
        let role = format!("/AJXP_USR_/{}", user.login);
        attributes.extend([("personal_role_id", Value::from(role)), ("lock", lock)]);
        attributes.push(("profile", user.profile.as_str().into()));
    }
    let summary = if is_admin { "All".to_owned() } else { summary(call, &user.own, false) };
    attributes.extend([
        ("isAdmin", flag(is_admin)),
        ("icon", Value::from(if is_admin { "user_admin.png" } else { "user.png" })),
        ("icon_class", Value::from("icon-user")),
        ("object_id", Value::from(&*user.login)),
        ("auth_scheme", Value::from("")),
        ("rights_summary", Value::from(summary)),
        (
            "ajxp_roles",
            if is_v2 { Value::Array(roles.into()) } else { Value::from(roles.join(", ")) },
        ),
        ("ajxp_mime", Value::from(if is_admin { "user" } else { "user_editable" })),
        (
            "json_merged_role",
            if is_v2 { Value::Array(merged) } else { Value::from(json_encode(&merged)) },
        ),
    ]);
    if let Some(time) = user.last_connection {
        attributes.push(("last_connection", Value::Number(time)));
        attributes.push(("last_connection_readable", "today at 09:15".into()));
    }
    let path = match is_v2 {
        true => user.login.clone(),
        false => join("/data/users", &join(&user.group, &user.login)),
    };
    Described::other(Some(&path), user.label(), attributes).typed(true)
}

fn merged(call: &Call<'_>, user: &User) -> serde_json::Value {
    let mut role = call.world.people.merged(user);
    if user.is_admin() {
        let all = call.world.workspaces.all().map(|w| (w.id.clone(), "rw".to_owned()));
        role.acl.extend(all);
    }
    role.json()
}

/// Returns a single user: without children in JSON, and with columns in XML.
pub(super) fn user_reply(call: &Call<'_>, listing: Listing) -> Reply {
    match call.format {
        Format::Xml => {
            Listing { columns: Some(&USERS), ..listing }.reply(call.dialect(), Format::Xml)
        }
        Format::Json => listing.reply(call.dialect(), Format::Json),
    }
}

/// Summarizes rights: on all workspaces, or only on those that an administrator created.
fn summary(call: &Call<'_>, role: &Role, all: bool) -> String {
    let rights = role.acl.iter().filter_map(|(id, right)| {
        let workspace = call.world.workspaces.by_id(id)?;
        let is_told = all || workspace.is_editable;
        is_told.then(|| format!("{} ({right})", workspace.label))
    });
    rights.collect::<Vec<_>>().join(", ")
}

pub(super) fn list_roles(call: Call<'_>) -> Answer {
    Ok(Outcome::Listing(roles(&call)))
}

fn roles(call: &Call<'_>) -> Listing {
    let is_v2 = call.input.is_v2;
    let roles = call.world.people.roles.iter();
    // Group roles are not listed, except for that of the root group.
    let is_listed = |name: &str| name == "AJXP_GRP_/" || !name.starts_with("AJXP_GRP_/");
    let roles = roles.filter(|(name, _)| is_listed(name)).map(|(name, role)| {
        let applies = match &**name {
            "AJXP_GRP_/" => "Applies to the whole hierarchy of users".to_owned(),
            _ => role.applies.join(", "),
        };
        let mut attributes = vec![
            ("icon", Value::from("user-acl.png")),
            ("rights_summary", Value::from(summary(call, role, true))),
            ("is_default", Value::from(applies)),
            ("ajxp_mime", Value::from("role")),
            ("role_id", Value::from(&**name)),
        ];
        if is_v2 {
            attributes.push(("role", Value::Array(role.json())));
        }
        let id = name.trim_end_matches('/');
        let path = if is_v2 { id.to_owned() } else { format!("/data/roles/{id}") };
        let label = role.parameter("ROLE_DISPLAY_NAME").unwrap_or(name);
        Listing::leaf(Described::other(Some(&path), label, attributes))
    });
    let root = call.root(Some("/data/roles"));
    Listing { columns: Some(&ROLES), ..Listing::of(root, roles.collect()) }
}

pub(super) fn list_repositories(call: Call<'_>) -> Answer {
    let page = own_page(&call);
    Ok(Outcome::Listing(repositories(&call, page)))
}

/// Returns the workspaces, in pages of 50 before version 8. Those of the installation are on every
/// page.
fn repositories(call: &Call<'_>, asked: Option<usize>) -> Listing {
    let listed = call.world.workspaces.all().filter(|w| w.part.is_none() && w.id != "ajxp_conf");
    let size = if call.dialect().has_old_pages { PAGE } else { 10_000 };
    let (own, installed): (Vec<_>, Vec<_>) = listed.partition(|workspace| workspace.is_editable);
    // The total is one more than the length of the list.
    let count = own.len() + installed.len() + 1;
    let start = (asked.unwrap_or(1).max(1) - 1).saturating_mul(size);
    let shown = installed.into_iter().chain(own.into_iter().skip(start).take(size));
    let children: Vec<_> =
        shown.map(|workspace| Listing::leaf(repository(workspace, call.input.is_v2))).collect();
    let page = Page {
        count,
        total: count.div_ceil(size),
        asked,
        folders: None,
        is_descending: false,
        has_order: false,
    };
    let root = call.root(Some("/data/repositories"));
    Listing { columns: Some(&REPOSITORIES), page: Some(page), ..Listing::of(root, children) }
}

fn repository(workspace: &Workspace, is_v2: bool) -> Described {
    let is_template = workspace.is_template;
    let icon = if is_template { "hdd_external_mount.png" } else { "hdd_external_unmount.png" };
    let kind = match is_template {
        true => format!("Template for {}", workspace.driver.name()),
        false => workspace.driver.name().to_owned(),
    };
    let mime = if workspace.is_editable { "repository_editable" } else { "repository" };
    let attributes = vec![
        ("repository_id", Value::from(&*workspace.id)),
        ("accessType", Value::from(kind)),
        ("accessLabel", Value::from(workspace.driver.label())),
        ("icon", Value::from(icon)),
        ("owner", Value::from("")),
        ("openicon", Value::from(icon)),
        ("slug", Value::from(&*workspace.slug)),
        ("parentname", Value::from("/repositories")),
        ("ajxp_mime", Value::from(mime)),
        ("is_template", Value::from(if is_template { "true" } else { "false" })),
    ];
    let path = format!("/data/repositories/{}", workspace.id);
    // PHP treats the id 0 as empty.
    let path = match is_v2 {
        false => Some(&*path),
        true => Some(&*workspace.id).filter(|id| *id != "0"),
    };
    Described::other(path, &workspace.label, attributes).labelled()
}
