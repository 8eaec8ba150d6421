//! Roles.

use serde_json::{Value, json};

use super::{Answer, Call, done, error};
use crate::{
    Version,
    actions::{json, success},
    people::{User, ancestors},
    php::json_encode,
    roles::Role,
    workspaces::Driver,
};

/// Returns the name of the role: a parameter in v1, part of the path in v2.
fn named(call: &Call<'_>) -> String {
    let name = call.text("role_id").or(call.text("path")).or(call.text("data_id"));
    name.unwrap_or_default().trim_start_matches("/data/roles/").to_owned()
}

/// Creates a role. A taken name is refused, unless that role is still empty.
pub(super) fn create_role(call: Call<'_>) -> Answer {
    let name = named(&call);
    if call.world.people.role(&name).is_some_and(|role| *role != Role::default()) {
        return error("Role already exists, choose another name!");
    }
    call.world.people.roles.insert(name.clone(), Role::default());
    done("Role successfully created", [&*name])
}

pub(super) fn delete_role(mut call: Call<'_>) -> Answer {
    let name = named(&call);
    delete_by_id(&mut call, name.trim_start_matches('/'))
}

/// Deletes the role with an id, and takes it from its users.
pub(super) fn delete_by_id(call: &mut Call<'_>, name: &str) -> Answer {
    if call.world.people.roles.remove(name).is_none() {
        return error(format!("Cannot find role {name}"));
    }
    for user in call.world.people.users.values_mut() {
        user.roles.retain(|role| role != name);
    }
    done("Role successfully deleted", [""])
}

pub(super) fn role_update_right(call: Call<'_>) -> Answer {
    let name = call.text("role_id").filter(|_| call.dialect().changes_single_rights);
    let Some(name) = name.map(str::to_owned) else {
        return error("Missing parameter 'role_id' of type 'AJXP_ROLE'");
    };
    let (id, right) = (call.text("repository_id"), call.text("right").unwrap_or_default());
    let (id, right) = (id.unwrap_or_default().to_owned(), right.to_owned());
    let Some(role) = call.world.people.role_mut(&name) else {
        return error(format!("Cannot find role {name}"));
    };
    role.acl.insert(id, right);
    success(format!("Changed right for user {name}"))
}

/// Replaces a role: from `json_data` in v1, from the body in v2.
pub(super) fn post_json_role(call: Call<'_>) -> Answer {
    let name = named(&call);
    let (data, has_more) = match call.input.is_v2 {
        true => (call.json_body(), true),
        false => {
            let text = call.text("json_data").unwrap_or_default();
            let data = serde_json::from_str::<Value>(text).ok();
            let has = |name| data.as_ref().is_some_and(|data| data.get(name).is_some());
            let has_more = has("METADATA") || has("FORMS");
            (data.map(|mut data| data["ROLE"].take()), has_more)
        }
    };
    let Some(data) = data else { return error("Invalid argument supplied for foreach()") };
    let Some(read) = Role::read(&data) else {
        if call.dialect().saves_partial_roles {
            return error("Invalid argument supplied for foreach()");
        }
        return error(
            "Please post the whole role content, including PARAMETERS, ACTIONS and ACL keys at \
             least",
        );
    };
    let Some(role) = call.world.people.role_mut(&name) else {
        return json(json!({"ERROR": format!("Cannot find role {name}")}).to_string());
    };
    *role = read;
    let role = role.json();
    // From then on, no user can be loaded. Measured with v1 of 8.2.5 and v2 of 7.0.4.
    let is_measured = call.world.settings.version == Version::V8_2 && !call.input.is_v2;
    call.world.people.is_broken |= is_measured && data.get("APPLIES").is_none();
    // A step after saving fails, and the error does not mention that the role was saved.
    let is_whole = data["APPLIES"].is_array() && has_more;
    if !is_whole {
        return error("Invalid argument supplied for foreach()");
    }
    json(match call.input.is_v2 {
        true => json_encode(&role),
        false => json_encode(&json!({"ROLE": role, "SUCCESS": true})),
    })
}

/// Returns a role; in v1 with `load_fill_values=true` also all data that its form needs.
pub(super) fn edit_role(call: Call<'_>) -> Answer {
    let is_json = call.text("format") == Some("json");
    if call.dialect().has_old_administration && !is_json {
        return crate::actions::facts::nothing(call);
    }
    let name = named(&call);
    let Some(role) = call.world.people.role(&name) else { return error("Cant find role! ") };
    if call.input.is_v2 && !call.parameters.is_true("load_fill_values") {
        return json(json_encode(&role.json()));
    }
    let group = name.strip_prefix("AJXP_GRP_");
    let user = name.strip_prefix("AJXP_USR_/");
    let user = user.and_then(|login| call.world.people.users.get(login));
    let mut answer = json!({
        "ROLE": role.json(),
        "ALL": surroundings(&call, user),
        "SCOPE_PARAMS": scope_parameters(user.is_some()),
    });
    if let Some(path) = group {
        let label = call.world.people.groups.get(path).map_or("Root Group", |label| label);
        answer["GROUP"] = json!({"PATH": path, "LABEL": label});
    }
    if let Some(user) = user {
        let groups = ancestors(&user.group).map(|path| format!("AJXP_GRP_{path}"));
        let mut roles: Vec<_> = groups.collect();
        roles.extend(user.roles.clone());
        roles.push(name.clone());
        let lock = user.lock.clone().map_or(Value::Bool(false), Value::String);
        answer["USER"] = json!({"LOCK": lock, "PROFILE": user.profile, "ROLES": roles});
        let parent = call.world.people.roles.get("AJXP_GRP_/");
        answer["PARENT_ROLE"] = parent.map_or(Value::Null, Role::json);
    }
    json(json_encode(&answer))
}

/// Returns the context of a role. A form for a user has other roles, and only the workspaces
/// available to users.
fn surroundings(call: &Call<'_>, user: Option<&User>) -> Value {
    let mut all = json!({
        "PLUGINS_SCOPES": {
            "GLOBAL_TYPES": ["conf", "auth", "authfront", "log", "mq", "gui", "sec"],
            "GLOBAL_PLUGINS": ["action.avatar", "action.disclaimer", "action.scheduler"],
        },
        "REPOSITORIES": {},
        "SHARED_REPOSITORIES": [],
        "REPOSITORIES_DETAILS": {},
        "PROFILES": [
            "standard|Standard", "admin|Administrator", "shared|Shared", "guest|Guest",
        ],
    });
    let workspaces = call.world.workspaces.all().filter(|w| !w.is_template && w.part.is_none());
    let has_settings = user.is_none_or(User::is_admin);
    for workspace in workspaces.filter(|w| has_settings || w.driver != Driver::Settings) {
        let is_scoped = workspace.personal || workspace.driver == Driver::Settings;
        let scope = if is_scoped { json!("USER") } else { json!(false) };
        let features: Vec<_> = workspace.features.keys().collect();
        all["REPOSITORIES"][&workspace.id] = workspace.label.as_str().into();
        all["REPOSITORIES_DETAILS"][&workspace.id] = json!({
            "label": workspace.label,
            "driver": workspace.driver.name(),
            "scope": scope,
            "meta": features,
        });
    }
    if user.is_some() {
        let roles = call.world.people.roles.iter();
        let roles = roles.filter(|(name, _)| !name.starts_with("AJXP_GRP_"));
        for (name, role) in roles {
            let label = role.parameter("ROLE_DISPLAY_NAME").unwrap_or(name);
            all["ROLES_DETAILS"][name] = json!({"label": label, "sticky": false});
            match &mut all["ROLES"] {
                Value::Array(names) => names.push(name.as_str().into()),
                other => *other = json!([name]),
            }
        }
    }
    all
}

/// Returns the parameters that a role or a user can set.
fn scope_parameters(is_user: bool) -> Value {
    let parameter = |plugin: &str, name: &str, scope: &str, kind: &str, label: &str| {
        json!({
            "name": format!("AJXP_REPO_SCOPE_ALL/{plugin}/{name}"),
            "scope": scope,
            "description": label,
            "label": label,
            "type": kind,
        })
    };
    let with = |mut parameter: Value, more: &[(&str, &str)]| {
        for (name, value) in more {
            parameter[*name] = (*value).into();
        }
        parameter
    };
    let exposed = ("expose", "true");
    let editable = ("editable", "true");
    let conf = |name, scope, kind, label| parameter("core.conf", name, scope, kind, label);
    let languages = ("choices", "AJXP_AVAILABLE_LANGUAGES");
    let repositories = ("choices", "AJXP_AVAILABLE_REPOSITORIES");
    let language =
        with(conf("lang", "role,user", "select", "Language"), &[languages, exposed, editable]);
    let start = with(
        conf("DEFAULT_START_REPOSITORY", "role,user,group", "select", "First workspace"),
        &[("default", "ajxp_home"), repositories, exposed, editable],
    );
    if !is_user {
        return json!([
            with(conf("ROLE_DISPLAY_NAME", "role", "string", "Name of the role"), &[exposed]),
            with(
                conf("ROLE_FORCE_OVERRIDE", "role", "boolean", "Wins over all others"),
                &[exposed, ("default", "false")]
            ),
            language,
            start,
            with(conf("USER_LOCK_ACTION", "role,group", "string", "Lock"), &[("default", "")]),
        ]);
    }
    let picture = [
        exposed,
        editable,
        ("uploadAction", "store_binary_temp"),
        ("loadAction", "get_binary_param"),
        ("defaultImage", "plugins/core.conf/default_avatar.png"),
    ];
    let mail = |name, kind, label| parameter("core.mailer", name, "user", kind, label);
    let mandatory = ("mandatory", "true");
    json!([
        with(conf("USER_DISPLAY_NAME", "user", "string", "Name"), &[exposed, editable]),
        with(conf("avatar", "user", "image", "Picture"), &picture),
        language,
        start,
        with(
            conf("USER_SHARED_USERS_LIMIT", "user", "integer", "Most shared users"),
            &[("expose", "false"), ("editable", "false")]
        ),
        with(
            mail("NOTIFICATIONS_EMAIL_GET", "select", "Mail"),
            &[("choices", "true|Yes,false|No"), exposed, mandatory, ("default", "true")]
        ),
        with(
            mail("NOTIFICATIONS_EMAIL_FREQUENCY_USER", "string", "How often"),
            &[exposed, mandatory, ("default", "5")]
        ),
        with(
            parameter("core.notifications", "activate_notifications", "user", "button", "Alerts"),
            &[("choices", "run_client_action:activateDesktopNotifications"), exposed, editable]
        ),
    ])
}
