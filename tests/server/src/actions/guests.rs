//! External users, whom a user creates to share with, and forgotten passwords.

use serde_json::{Map, json};

use super::{Answer, Call, error, json, plain};
use crate::{parameters::Parameters, people::User, php::json_encode, reply::Reply, world::World};

/// The parameters of an external user that its creator can read.
const PARAMETERS: [&str; 3] = ["email", "USER_DISPLAY_NAME", "lang"];

/// Creates an external user from the parameters `NEW_…`, or changes the one that
/// `NEW_existing_user_id` names. Without a name it succeeds, and does nothing.
pub(super) fn create(call: Call<'_>) -> Answer {
    let existing = call.text("NEW_existing_user_id").map(str::to_owned);
    let new = call.text("NEW_new_user_id").map(str::to_owned);
    let password = call.text("NEW_new_password").unwrap_or_default().to_owned();
    let id = match (existing, new) {
        (Some(id), _) => {
            let is_own = is_own(&call, &id);
            let Some(user) = call.world.people.users.get_mut(&id).filter(|_| is_own) else {
                return error(format!("Cannot find user {id}"));
            };
            if !password.is_empty() {
                user.password = password;
            }
            id
        }
        (None, Some(id)) => {
            if call.world.people.users.contains_key(&id) {
                return error("User already exists, please choose another login!");
            }
            let user = User {
                profile: "shared".to_owned(),
                parent: Some(call.user.login.clone()),
                ..User::new(&id, &password)
            };
            call.world.people.users.insert(id.clone(), user);
            id
        }
        (None, None) => return json(r#"{"result":"SUCCESS","createdUserId":null}"#),
    };
    if let Some(user) = call.world.people.users.get_mut(&id) {
        for name in PARAMETERS {
            if let Some(value) = call.parameters.text(&format!("NEW_{name}")) {
                user.own.set_parameter("core.conf", name, value.into());
            }
        }
    }
    json(json_encode(&json!({"result": "SUCCESS", "createdUserId": id})))
}

fn is_own(call: &Call<'_>, login: &str) -> bool {
    let user = call.world.people.users.get(login);
    user.is_some_and(|user| user.parent.as_ref() == Some(&call.user.login))
}

/// Deletes an external user of the caller.
pub(super) fn delete(call: Call<'_>) -> Answer {
    let login = call.text("user_id").unwrap_or_default().to_owned();
    if !call.world.people.users.contains_key(&login) {
        return error(format!("Cannot find user {login}"));
    }
    if !is_own(&call, &login) {
        return error("You are not allowed to edit this user");
    }
    call.world.people.users.remove(&login);
    call.world.people.forget(&login);
    call.world.keystore.revoke(&login, None);
    plain("SUCCESS")
}

/// Returns the parameters of an external user of the caller, and changes nothing.
pub(super) fn update(call: Call<'_>) -> Answer {
    let login = call.text("user_id").unwrap_or_default();
    let user = call.world.people.users.get(login).filter(|_| is_own(&call, login));
    let Some(user) = user else { return error("Cannot find user") };
    let values = PARAMETERS.map(|name| {
        let value = user.own.parameter(name).unwrap_or_default();
        (name.to_owned(), value.into())
    });
    json(json_encode(&Map::from_iter(values).into()))
}

/// Issues a key for a new password, and succeeds for unknown users too. The key is not sent.
pub(crate) fn reset_password_ask(world: &mut World, parameters: &Parameters) -> Reply {
    let login = parameters.text("email").unwrap_or_default().to_owned();
    if world.people.users.contains_key(&login) {
        let key = world.ids.hex(32);
        world.people.reset_keys.insert(key, login);
    }
    Reply::html("SUCCESS")
}

/// Sets the password of the user to whom a key was issued. The key is used up in any case.
pub(crate) fn reset_password(world: &mut World, parameters: &Parameters) -> Reply {
    let (Some(key), Some(login)) = (parameters.text("key"), parameters.text("user_id")) else {
        return Reply::html("ERROR");
    };
    let password = parameters.text("new_pass").unwrap_or_default().to_owned();
    if world.people.reset_keys.remove(key).as_deref() != Some(login) {
        return Reply::html("PASS_ERROR");
    }
    if let Some(user) = world.people.users.get_mut(login) {
        user.password = password;
    }
    world.keystore.revoke(login, None);
    Reply::html("SUCCESS")
}
