//! The registry of a user: their data, workspaces, and the settings of plugins.

use crate::{
    element::Element,
    people::User,
    workspaces::{Driver, Workspace},
    world::World,
};

/// Returns the registry of a user in a workspace.
pub(crate) fn registry(world: &World, user: &User, active: &Workspace) -> Element {
    Element::new("ajxp_registry").child(user_of(world, user, active)).child(plugins(world))
}

fn user_of(world: &World, user: &User, active: &Workspace) -> Element {
    let right = world.people.right(user, active);
    let has = |letter| if right.contains(letter) { "1" } else { "0" };
    let active_repo = Element::new("active_repo")
        .attribute("id", &active.id)
        .attribute("write", has('w'))
        .attribute("read", has('r'));
    let is_admin = if user.is_admin() { "1" } else { "0" };
    Element::new("user")
        .attribute("id", &user.login)
        .child(active_repo)
        .child(repositories(world, user, active))
        .child(preferences(world, user))
        .child(Element::new("special_rights").attribute("is_admin", is_admin))
}

/// Returns the workspaces that a user may enter, except templates.
fn repositories(world: &World, user: &User, active: &Workspace) -> Element {
    let workspaces = world.workspaces.all().filter(|workspace| !workspace.is_template);
    let mut repos = Vec::new();
    for workspace in workspaces {
        let right = world.people.right(user, workspace);
        if !right.is_empty() {
            let visited = user.visited.get(&workspace.id).copied();
            let is_shown =
                workspace.id == active.id || world.settings.version.dialect().shows_all_settings;
            repos.push(repository(workspace, &right, is_shown, visited));
        }
    }
    Element::new("repositories").children(repos)
}

fn repository(workspace: &Workspace, right: &str, is_shown: bool, visited: Option<i64>) -> Element {
    let is_files = workspace.driver == Driver::Fs;
    let mut repo = Element::new("repo")
        .attribute("access_type", workspace.driver.name())
        .attribute("id", &workspace.id)
        .attribute("repository_type", "local");
    if let Some(visited) = visited {
        repo = repo.attribute("last_connection", visited.to_string());
    }
    if is_files || workspace.driver == Driver::Inbox {
        repo = repo.attribute("allowCrossRepositoryCopy", "true");
    }
    if workspace.personal || workspace.driver == Driver::Settings {
        repo = repo.attribute("userScope", "true");
    }
    repo = repo.attribute("repositorySlug", &workspace.slug);
    if let Some(part) = &workspace.part {
        repo = repo.attribute("owner", &part.owner);
    }
    if is_files {
        repo = repo.attribute("meta_syncable_REPO_SYNCABLE", "true");
    }
    repo = repo
        .attribute("acl", right)
        .child(Element::new("label").text(&workspace.label))
        .child(Element::new("description").text(&workspace.description));
    match workspace.driver {
        Driver::Fs if is_shown => repo.child(client_settings()),
        Driver::Home if is_shown => repo.child(home_settings()),
        Driver::Inbox if is_shown => repo.child(Element::new("client_settings")),
        _ => repo,
    }
}

fn home_settings() -> Element {
    let style = [("file", "plugins/access.ajxp_home/res/home.css"), ("autoload", "true")];
    let script = [
        ("className", "WelcomeComponents"),
        ("file", "plugins/access.ajxp_home/res/build/WelcomeComponents.js"),
        ("depends", "PydioComponents"),
    ];
    let space = [("namespace", "user_home"), ("path", "plugins/access.ajxp_home/res/i18n")];
    let resources = Element::new("resources")
        .child(Element::new("i18n").attributes(&space))
        .child(Element::new("js").attributes(&script))
        .child(Element::new("css").attributes(&style));
    let provider = [("ajxpClass", "EmptyNodeProvider"), ("ajxpOptions", "{}")];
    Element::new("client_settings")
        .attribute("icon", "plugins/access.ajxp_home/share.png")
        .child(resources)
        .child(Element::new("node_provider").attributes(&provider))
}

fn client_settings() -> Element {
    let space = |name: &str, path: &str| {
        Element::new("i18n").attribute("namespace", name).attribute("path", path)
    };
    let script = Element::new("js").attributes(&[
        ("className", "FSActions"),
        ("file", "plugins/access.fs/res/build/FSActions.js"),
        ("depends", "PydioComponents"),
    ]);
    let resources = Element::new("resources")
        .child(space("access_fs", "plugins/access.fs/i18n"))
        .child(space("openother", "plugins/access.fs/res/editor.picker"))
        .child(script);
    Element::new("client_settings")
        .attribute("icon", "plugins/access.fs/icon.png")
        .attribute("description_template", "{PATH}")
        .attribute("iconClass", "icon-hdd")
        .child(resources)
}

/// Preferences with their plugin; those without one belong to the user's state.
const PREFERENCES: [(&str, &str); 20] = [
    ("SKIP_USER_HISTORY", ""),
    ("lang", "core.conf"),
    ("pending_folder", ""),
    ("plugins_preferences", ""),
    ("gui_preferences", ""),
    ("USER_DISPLAY_NAME", "core.conf"),
    ("avatar", "core.conf"),
    ("email", "core.conf"),
    ("country", "core.conf"),
    ("DEFAULT_START_REPOSITORY", "core.conf"),
    ("activate_notifications", "core.notifications"),
    ("NOTIFICATIONS_EMAIL_GET", "core.mailer"),
    ("NOTIFICATIONS_EMAIL_FREQUENCY", "core.mailer"),
    ("NOTIFICATIONS_EMAIL_FREQUENCY_USER", "core.mailer"),
    ("NOTIFICATIONS_EMAIL", "core.mailer"),
    ("NOTIFICATIONS_EMAIL_SEND_HTML", "core.mailer"),
    ("yubikey_enabled", "authfront.otp"),
    ("yubikey1", "authfront.otp"),
    ("yubikey2", "authfront.otp"),
    ("google_enabled", "authfront.otp"),
];

fn preferences(world: &World, user: &User) -> Element {
    let role = world.people.merged(user);
    let value = |name: &str, plugin: &str| {
        let scoped = role.parameters.get("AJXP_REPO_SCOPE_ALL");
        let inherited = scoped.and_then(|scope| scope[plugin][name].as_str()).map(str::to_owned);
        let own = user.preferences.get(name).cloned();
        own.or(inherited).unwrap_or_default()
    };
    let prefs = PREFERENCES.into_iter().map(|(name, plugin)| {
        let pref = Element::new("pref").attribute("name", name);
        match name {
            "gui_preferences" => pref.cdata(value(name, plugin)),
            "SKIP_USER_HISTORY" => pref.attribute("value", "true"),
            _ if plugin.is_empty() => pref.attribute("value", value(name, plugin)),
            _ => pref.attribute("value", value(name, plugin)).attribute("pluginId", plugin),
        }
    });
    Element::new("preferences").children(prefs)
}

/// Returns the plugins whose settings clients read.
fn plugins(world: &World) -> Element {
    let limit = world.settings.upload_limit.to_string();
    let settings = [
        ("Allowed Extensions", "ALLOWED_EXTENSIONS", "string", "Extensions", "", "\"\""),
        ("Allowed Extensions", "ALLOWED_EXTENSIONS_READABLE", "string", "Their label", "", "\"\""),
        ("Limitations", "UPLOAD_MAX_NUMBER", "integer", "Files at once", "0", "0"),
        ("Limitations", "UPLOAD_MAX_SIZE", "string", "Bytes of a file", "0", &limit),
        ("Limitations", "UPLOAD_MAX_SIZE_TOTAL", "string", "Bytes at once", "0", "\"0\""),
    ];
    let forms = settings.iter().map(|(group, name, kind, label, default, _)| {
        Element::new("global_param").attributes(&[
            ("expose", "true"),
            ("group", group),
            ("name", name),
            ("type", kind),
            ("label", label),
            ("description", label),
            ("mandatory", "false"),
            ("default", default),
        ])
    });
    let values = settings.iter().map(|(_, name, .., value)| {
        Element::new("property").attribute("name", *name).cdata(*value)
    });
    let class = Element::new("class_definition")
        .attribute("filename", "plugins/core.uploader/CoreUploaderLoader.php")
        .attribute("classname", "Pydio\\Uploader\\Core\\CoreUploaderLoader");
    let space = Element::new("i18n")
        .attribute("namespace", "core_uploader")
        .attribute("path", "plugins/core.uploader/i18n");
    let resources = Element::new("resources").child(space);
    let uploader = Element::new("ajxpcore")
        .attribute("id", "core.uploader")
        .attribute("label", "Uploaders")
        .attribute("description", "What all uploaders have in common")
        .child(class)
        .child(Element::new("client_settings").child(resources))
        .child(Element::new("server_settings").children(forms))
        .child(Element::new("plugin_configs").children(values));
    Element::new("plugins").child(uploader)
}
