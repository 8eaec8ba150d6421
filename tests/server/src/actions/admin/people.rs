//! Users and groups.

use serde_json::Value;

use super::{Answer, Call, created, done, error, refused_and_done, tree, wrong_arguments, xml};
use crate::{
    actions::{Outcome, success},
    describe::{Described, Value as Attribute},
    element::Element,
    envelope::{Envelope, Listing},
    names::{base, join, parent},
    people::User,
    php::json_text,
    roles::Role,
};

/// Creates a user. It does not check the length of the password.
pub(super) fn create_user(call: Call<'_>) -> Answer {
    let (login, password) = (call.text("new_user_login"), call.text("new_user_pwd"));
    let (Some(login), Some(password)) = (login, password) else { return wrong_arguments() };
    let group = call.text("group_path").unwrap_or("/").to_owned();
    let (login, password) = (login.to_owned(), password.to_owned());
    add_user(call, &login, &password, &group)
}

fn add_user(call: Call<'_>, login: &str, password: &str, group: &str) -> Answer {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    let plain: String = login.chars().filter(|c| is_plain(*c)).collect();
    if plain != login {
        return error(format!(
            "Warning, please do not use special characters, user would be created with login id \
             '{plain}'"
        ));
    }
    // By default, the case of logins is ignored.
    let stored = login.to_lowercase();
    if call.world.people.users.contains_key(&stored) {
        return error("User already exists, please choose another login!");
    }
    let group = if group.is_empty() { "/" } else { group };
    let user = User { group: group.to_owned(), ..User::new(&stored, password) };
    call.world.people.users.insert(stored, user);
    created("User created successfully", login)
}

/// Creates a group in the group `group_path`, or at that path if its last name is new.
pub(super) fn create_group(call: Call<'_>) -> Answer {
    let label = call.text("group_label").unwrap_or_default().to_owned();
    let path = call.text("group_path").unwrap_or_default().to_owned();
    if label.is_empty() || base(&path).is_empty() {
        return wrong_arguments();
    }
    add_group(call, &path, &label)
}

/// Creates a group. The server strips unsupported characters from its name.
fn add_group(call: Call<'_>, path: &str, label: &str) -> Answer {
    let is_kept = |c: &char| c.is_ascii_alphanumeric() || "_-.".contains(*c);
    let path = &join(parent(path), &base(path).chars().filter(is_kept).collect::<String>());
    if call.world.people.groups.contains_key(path) {
        return error("Group with this name already exists, please pick another name!");
    }
    call.world.people.groups.insert(path.to_owned(), label.to_owned());
    call.world.people.roles.insert(format!("AJXP_GRP_{path}"), Role::default());
    created("Group was successfully created", "")
}

/// Deletes a user, and succeeds even if the user does not exist.
pub(super) fn delete_user(mut call: Call<'_>) -> Answer {
    let login = call.id("data_id");
    if login == call.user.login && call.dialect().goes_on_after_errors {
        remove_user(&mut call, &login);
        return Ok(refused_and_done());
    }
    if login.is_empty() {
        return wrong_arguments();
    }
    delete_by_login(&mut call, &login)
}

/// Deletes a user who is not the caller.
pub(super) fn delete_by_login(call: &mut Call<'_>, login: &str) -> Answer {
    if login == call.user.login {
        return wrong_arguments();
    }
    remove_user(call, login);
    done("User successfully erased (1)", [""])
}

fn remove_user(call: &mut Call<'_>, login: &str) {
    call.world.people.users.remove(login);
    call.world.people.forget(login);
    call.world.keystore.revoke(login, None);
}

pub(super) fn delete_group(mut call: Call<'_>) -> Answer {
    let path = format!("/{}", call.id("data_id"));
    delete_group_at(&mut call, &path)
}

/// Deletes the group at a path, which may begin with `/data/users`.
pub(super) fn delete_group_at(call: &mut Call<'_>, path: &str) -> Answer {
    let path = path.strip_prefix("/data/users").unwrap_or(path);
    if path.is_empty() {
        return error("Trying to delete top-level role, there must be something wrong!");
    }
    call.world.people.remove_group(path);
    done("Successfully deleted group (1)", [""])
}

/// Returns the user that a parameter names.
fn named<'c>(call: &'c mut Call<'_>, parameter: &str) -> Option<&'c mut User> {
    let login = base(call.text(parameter)?).to_owned();
    call.world.people.users.get_mut(&login)
}

pub(super) fn update_user_pwd(mut call: Call<'_>) -> Answer {
    let password = call.text("user_pwd").unwrap_or_default().to_owned();
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.password = password;
    let login = user.login.clone();
    // A changed password revokes the user's key pairs.
    call.world.keystore.revoke(&login, None);
    success(format!("Password changed successfully for user {login}"))
}

pub(super) fn user_set_lock(mut call: Call<'_>) -> Answer {
    let kind = call.text("lock_type").unwrap_or("logout").to_owned();
    let is_on = call.parameters.is_true("lock");
    let login = call.text("user_id").unwrap_or_default().to_owned();
    let Some(user) = named(&mut call, "user_id") else {
        return error(format!("Cannot find user {login}"));
    };
    user.lock = is_on.then(|| kind.clone());
    let verb = if is_on { "set" } else { "removed" };
    success(format!("Successfully {verb} lock ({kind}) on user ({})", user.login))
}

pub(super) fn save_user_preference(mut call: Call<'_>) -> Answer {
    let pairs = call.preferences()?;
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.preferences.extend(pairs);
    success("Successfully saved user preferences")
}

pub(super) fn user_update_group(call: Call<'_>) -> Answer {
    let login = call.id("file");
    let group = format!("/{}", call.id("group_path"));
    move_user(call, &login, group, [&*login, ""])
}

fn move_user<const N: usize>(
    call: Call<'_>,
    login: &str,
    group: String,
    pending: [&str; N],
) -> Answer {
    let message = format!("1 users were moved to group {group}");
    let Some(user) = call.world.people.users.get_mut(login) else { return wrong_arguments() };
    user.group = group;
    call.world.people.forget(login);
    done(message, pending)
}

/// Grants a user a right on a workspace, which must be named by its id: a slug is stored without
/// effect.
pub(super) fn user_update_right(mut call: Call<'_>) -> Answer {
    if !call.dialect().changes_single_rights {
        return error("Missing parameter 'user_id' of type 'AJXP_USER'");
    }
    let Some(right) = call.text("right").map(str::to_owned) else {
        return error("Missing parameter 'right' of type 'string'");
    };
    let workspace = call.text("repository_id").unwrap_or_default().to_owned();
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.own.acl.insert(workspace.clone(), right.clone());
    let login = user.login.clone();
    call.world.people.saved(&login);
    let has = |letter| if right.contains(letter) { "1" } else { "0" };
    let boxes = Element::new("update_checkboxes")
        .attribute("user_id", &login)
        .attribute("repository_id", &workspace)
        .attribute("read", has('r'))
        .attribute("write", has('w'));
    let message = format!("Changed right for user {login}");
    Ok(Envelope { elements: vec![boxes], ..Envelope::success(message) }.into())
}

/// Adds or removes a role of a user, and returns all roles.
pub(super) fn user_update_role(call: Call<'_>) -> Answer {
    let Some(role) = call.text("role_id").map(str::to_owned) else {
        let login = call.id("file");
        return roles_of(&call, &login);
    };
    if !call.world.people.roles.contains_key(&role) {
        return error("Invalid role id");
    }
    let adds = call.text("update_role_action") == Some("add");
    let login = call.id("file");
    let Some(user) = call.world.people.users.get_mut(&login) else { return wrong_arguments() };
    user.set_role(role, adds);
    call.world.people.saved(&login);
    roles_of(&call, &login)
}

fn roles_of(call: &Call<'_>, login: &str) -> Answer {
    let names = call.world.people.roles.keys().filter(|name| !name.starts_with("AJXP_GRP_"));
    let roles = names.map(|name| Element::new("role").attribute("id", name));
    // Only 6.0 to 6.4 list those of the user.
    let own = call.world.people.users.get(login);
    let own = own.into_iter().flat_map(|user| user.roles.iter().map(String::as_str));
    let own = std::iter::once("AJXP_GRP_/").chain(own);
    let own = own.filter(|_| call.dialect().has_old_administration);
    let own = own.map(|name| Element::new("role").attribute("id", name));
    let user = Element::new("user").child(Element::new("ajxp_roles").children(own));
    let all = Element::new("ajxp_roles").children(roles);
    xml(&Element::new("admin_data").child(user).child(all))
}

pub(super) fn user_add_role(call: Call<'_>) -> Answer {
    change_role(call, true, |login| format!("Role added to user {login}"))
}

pub(super) fn user_delete_role(call: Call<'_>) -> Answer {
    change_role(call, false, |login| format!("Role deleted from user {login}"))
}

fn change_role(mut call: Call<'_>, adds: bool, message: fn(&str) -> String) -> Answer {
    let role = call.text("role_id").unwrap_or_default().to_owned();
    if !call.world.people.roles.contains_key(&role) {
        return wrong_arguments();
    }
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.set_role(role, adds);
    let login = user.login.clone();
    call.world.people.saved(&login);
    success(message(&login))
}

/// Finds users by the beginning of their login or label, and groups by a part of their label.
pub(super) fn search(call: Call<'_>) -> Answer {
    let query = call.text("query").unwrap_or_default().to_lowercase();
    let people = &call.world.people;
    let groups = people.groups.iter().filter(|(_, label)| label.to_lowercase().contains(&query));
    let groups = groups.map(|(path, label)| {
        let path = join("/data/users", path);
        found(&path, label, "users-folder.png", "group_editable").typed(false)
    });
    let is_found = |user: &&User| {
        let starts = |text: &str| text.to_lowercase().starts_with(&query);
        user.parent.is_none() && (starts(&user.login) || starts(user.label()))
    };
    let users = people.users.values().filter(is_found).map(|user| {
        let path = join("/data/users", &join(&user.group, &user.login));
        found(&path, user.label(), "user.png", "user_editable").typed(true)
    });
    let children = groups.chain(users).map(Listing::leaf).collect();
    Ok(Outcome::Listing(Listing::of(call.root(None), children)))
}

fn found(path: &str, label: &str, icon: &str, mime: &str) -> Described {
    let attributes = vec![("icon", Attribute::from(icon)), ("ajxp_mime", Attribute::from(mime))];
    Described::other(Some(path), label, attributes)
}

/// Makes a user an administrator, or a standard user.
pub(super) fn change_admin_right(mut call: Call<'_>) -> Answer {
    let is_admin = call.text("right_value") == Some("1");
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.profile = if is_admin { "admin" } else { "standard" }.to_owned();
    let message = format!("Changed admin right for user {}", user.login);
    created(&message, "")
}

/// Stores the parameters `DRIVER_OPTION_…` as a user's preferences.
pub(super) fn save_custom_user_params(mut call: Call<'_>) -> Answer {
    let options = options(&call);
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.preferences.extend(options);
    success(format!("Saved data for user {}", user.login))
}

/// Returns the parameters `DRIVER_OPTION_…` without their types.
pub(in crate::actions) fn options(call: &Call<'_>) -> Vec<(String, String)> {
    let options = call.parameters.prefixed("DRIVER_OPTION_");
    let options = options.filter(|(name, _)| !name.ends_with("_ajxptype"));
    options.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Replaces the roles of a user by the list `roles`.
pub(super) fn user_reorder_roles(mut call: Call<'_>) -> Answer {
    let roles = call.text("roles").and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
    let Some(roles) = roles else { return wrong_arguments() };
    let Some(user) = named(&mut call, "user_id") else { return wrong_arguments() };
    user.roles = roles;
    let login = user.login.clone();
    call.world.people.saved(&login);
    success(format!("Roles reordered for user {login}"))
}

/// Adds and removes roles of several users.
pub(super) fn users_bulk_update_roles(call: Call<'_>) -> Answer {
    let data = call.text("json_data").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(data) = data else { return wrong_arguments() };
    let texts = |value: &Value| {
        let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    let (added, removed) = (texts(&data["roles"]["add"]), texts(&data["roles"]["remove"]));
    for login in texts(&data["users"]) {
        let Some(user) = call.world.people.users.get_mut(&login) else { continue };
        for (roles, adds) in [(&removed, false), (&added, true)] {
            roles.iter().for_each(|role| user.set_role(role.clone(), adds));
        }
        call.world.people.saved(&login);
    }
    success("Successfully updated roles")
}

/// REST v2: returns the path of a user or group, with a slash only at its beginning.
fn resource_path(call: &Call<'_>) -> String {
    format!("/{}", call.parameters.raw("path").unwrap_or_default().trim_matches('/'))
}

/// REST v2: returns the group of a new user.
fn group_of_new(call: &Call<'_>, path: &str) -> String {
    let raw = call.parameters.raw("path").unwrap_or_default();
    match call.dialect().takes_paths_literally && !raw.contains('/') {
        true => "/.".to_owned(),
        false => parent(path).to_owned(),
    }
}

/// REST v2: creates the resource of type `resourceType`, from a JSON body in 8.0.2 and later.
/// Without that type it is a group, whatever the fields.
pub(super) fn create_resource(call: Call<'_>) -> Answer {
    let by_json = call.world.settings.version.dialect().makes_people_by_json;
    let body = if by_json { call.request_body() } else { Some(call.parameters.json()) };
    let text = |name: &str| {
        let value = body.as_ref().and_then(|body| body[name].as_str());
        value.map(str::to_owned)
    };
    let path = resource_path(&call);
    if text("resourceType").as_deref() != Some("user") {
        let label = text("groupLabel").unwrap_or_else(|| base(&path).to_owned());
        return add_group(call, &path, &label);
    }
    let Some(password) = text("userPass") else { return wrong_arguments() };
    let group = group_of_new(&call, &path);
    add_user(call, base(&path), &password, &group)
}

/// REST v2: returns a user, a group with its members, or all users.
pub(super) fn list_people(call: Call<'_>) -> Answer {
    let path = resource_path(&call);
    let people = &call.world.people;
    if let Some(user) = people.users.get(base(&path)).filter(|user| user.group == parent(&path)) {
        let listing =
            Listing { children: Some(Vec::new()), ..Listing::leaf(tree::user(&call, user)) };
        return Ok(Outcome::Reply(tree::user_reply(&call, listing)));
    }
    let group = people.groups_in(parent(&path)).remove(base(&path));
    let mut listing = tree::members(&call, &path, tree::own_page(&call));
    // A path without a slash at its beginning is then one of another group.
    let is_literal = call.dialect().takes_paths_literally;
    let is_whole = call.parameters.raw("path").is_some_and(|raw| raw.starts_with('/'));
    if let Some(label) = group.filter(|_| !is_literal || is_whole) {
        let attributes = vec![
            ("icon", Attribute::from("users-folder.png")),
            ("icon_class", Attribute::from("icon-folder-close")),
            ("ajxp_mime", Attribute::from("group")),
            ("object_id", Attribute::from(&*path)),
        ];
        listing.node = Described::other(Some(&path), label, attributes).typed(false);
    }
    Ok(Outcome::Listing(listing))
}

/// REST v2: deletes a user, or else a group, even one that does not exist.
pub(super) fn delete_resource(mut call: Call<'_>) -> Answer {
    let path = resource_path(&call);
    let login = base(&path).to_owned();
    if login == call.user.login {
        return wrong_arguments();
    }
    if call.world.people.users.contains_key(&login) {
        remove_user(&mut call, &login);
        return done("User successfully erased (1)", [""]);
    }
    call.world.people.remove_group(&path);
    done("Successfully deleted group (1)", [""])
}

/// REST v2: changes one property of a user, from a JSON body.
pub(super) fn patch_resource(call: Call<'_>) -> Answer {
    let mismatch = || error("Arguments mismatch");
    let moves = !call.dialect().takes_paths_literally;
    let Some(body) = call.request_body() else { return mismatch() };
    let login = call.text("path").map(base).unwrap_or_default().to_owned();
    let (name, value) = (body["parameterName"].as_str(), &body["parameterValue"]);
    let text = value.as_str().unwrap_or_default().to_owned();
    match (body["resourceType"].as_str(), name) {
        (Some("user"), _) => {}
        (Some("group"), Some("groupLabel")) => {
            let path = resource_path(&call);
            let message = format!("Updated label for group {path}");
            call.world.people.groups.insert(path, text);
            return success(message);
        }
        _ => return mismatch(),
    }
    let Some(user) = call.world.people.users.get_mut(&login) else {
        return error(format!("Cannot find user {login}"));
    };
    match name {
        Some("userPass") => {
            user.password = text;
            call.world.keystore.revoke(&login, None);
            success(format!("Password changed successfully for user {login}"))
        }
        Some("userProfile") => {
            user.profile = text;
            success(format!("Updated profile for user {login}"))
        }
        Some("userLock") => {
            let (kind, is_on) = text.split_once(':').unwrap_or((&text, ""));
            user.lock = (is_on == "true").then(|| kind.to_owned());
            success(format!("Successfully set lock ({kind}) on user ({login})"))
        }
        Some("userGroupPath") if moves => move_user(call, &login, text, [""]),
        Some("userPreferences") => preferences(user, value),
        Some(name @ ("userRoles" | "userAddRole" | "userRemoveRole")) => {
            let known = &call.world.people.roles;
            let named = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            if named.chain(value.as_str()).any(|role| !known.contains_key(role)) {
                return error("Call to a member function getId() on bool");
            }
            let Some(user) = call.world.people.users.get_mut(&login) else { return mismatch() };
            let answer = roles(user, name, value);
            call.world.people.saved(&login);
            answer
        }
        _ => mismatch(),
    }
}

fn preferences(user: &mut User, value: &Value) -> Answer {
    let Value::Object(fields) = value else {
        return error("Invalid argument supplied for foreach()");
    };
    user.preferences.extend(fields.iter().map(|(name, value)| (name.clone(), json_text(value))));
    success("Successfully saved user preferences")
}

fn roles(user: &mut User, name: &str, value: &Value) -> Answer {
    let login = user.login.clone();
    let role = value.as_str().unwrap_or_default().to_owned();
    match (name, value) {
        ("userRoles", Value::Array(roles)) => {
            let roles = roles.iter().filter_map(|role| role.as_str());
            user.roles = roles.map(str::to_owned).collect();
            success(format!("Roles reordered for user {login}"))
        }
        ("userRoles", _) => {
            error("array_diff(): Expected parameter 1 to be an array, string given")
        }
        ("userAddRole", _) => {
            user.roles.push(role);
            success(format!("Role added to user {login}"))
        }
        _ => {
            user.roles.retain(|known| *known != role);
            success(format!("Role deleted from user {login}"))
        }
    }
}
