//! The user's own settings: preferences, pictures, WebDAV and the disclaimer.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Outcome, Refusal, html, json, plain, success};
use crate::{
    php::json_encode,
    reply::Reply,
    workspaces::{Driver, Workspace},
};

/// Stores preferences.
pub(super) fn save_user_pref(call: Call<'_>) -> Answer {
    let pairs = call.preferences()?;
    if let Some(user) = call.world.people.users.get_mut(&call.user.login) {
        user.preferences.extend(pairs);
    }
    plain("SUCCESS")
}

/// Stores the parameters `PREFERENCES_…`; a picture is named by its temporary id.
pub(super) fn custom_data_edit(call: Call<'_>) -> Answer {
    let fields = call.parameters.prefixed("PREFERENCES_");
    let fields = fields.filter(|(name, _)| !name.ends_with("_ajxptype"));
    let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, mut value) in fields {
        if let Some(picture) = call.world.pictures.temporary.remove(&value) {
            let extension = value.rsplit('.').next().unwrap_or_default().to_owned();
            value = format!("{}.{extension}", call.world.ids.hex(12));
            call.world.pictures.stored.insert(value.clone(), picture);
        }
        let Some(user) = call.world.people.users.get_mut(&call.user.login) else { continue };
        user.own.set_parameter("core.conf", &name, value.into());
    }
    success("Your preferences have been saved successfully!")
}

/// Returns a picture of a user: an empty response if there is none, 401 for a temporary one that
/// does not exist.
pub(super) fn get_binary_param(call: Call<'_>) -> Answer {
    let id = call.text("binary_id").unwrap_or_default();
    picture(&call, call.world.pictures.stored.get(id).map(|picture| (id, picture.clone())))
}

/// Returns a picture of the server, of which this one has none: nothing, but as the type that its
/// name ends in.
pub(super) fn get_global_binary_param(call: Call<'_>) -> Answer {
    let id = call.text("binary_id").filter(|id| id.contains('.'));
    picture(&call, id.map(|id| (id, bytes::Bytes::new())))
}

fn picture(call: &Call<'_>, found: Option<(&str, bytes::Bytes)>) -> Answer {
    let temporary = call.text("tmp_file");
    let uploaded = temporary.map(|id| (id, call.world.pictures.temporary.get(id).cloned()));
    let reply = match (uploaded, found) {
        (Some((_, None)), _) => Reply::new(401, "text/html; charset=UTF-8", ""),
        (Some((id, Some(picture))), _) | (None, Some((id, picture))) => {
            let extension = id.rsplit('.').next().unwrap_or_default();
            Reply::new(200, &format!("image/{extension}"), picture)
        }
        (None, None) => Reply::empty(),
    };
    Ok(Outcome::Reply(reply))
}

/// Keeps an uploaded picture until it is chosen, and tells the web page its id.
pub(super) fn store_binary_temp(call: Call<'_>) -> Answer {
    let Some(upload) = call.uploads.first() else { return Ok(Outcome::Reply(Reply::empty())) };
    let id = format!("{}-{}", call.world.ids.hex(6), upload.name);
    call.world.pictures.temporary.insert(id.clone(), upload.content.clone());
    let script = format!(
        "<script type=\"text/javascript\">parent.formManagerHiddenIFrameSubmission(\"{id}\");\
         </script>"
    );
    html(script)
}

/// Returns the state of the user's access over WebDAV, after an optional change.
pub(super) fn webdav(call: Call<'_>) -> Answer {
    let is_active = call.text("activate").map(|text| text == "true");
    let has_password = call.parameters.has("webdav_pass");
    let mut state = call.user.webdav;
    if let Some(user) = call.world.people.users.get_mut(&call.user.login) {
        user.webdav.is_active = is_active.or(user.webdav.is_active);
        user.webdav.has_password |= has_password;
        state = user.webdav;
    }
    let base = format!("{}/shares/", call.world.url);
    let is_offered = |workspace: &&Workspace| {
        matches!(workspace.driver, Driver::Fs | Driver::Inbox)
            && !workspace.is_template
            && call.world.people.may_enter(&call.user, workspace)
    };
    let offered = call.world.workspaces.all().filter(is_offered);
    let offered: Map<String, Value> =
        offered.map(|w| (w.id.clone(), format!("{base}{}", w.slug).into())).collect();
    json(json_encode(&json!({
        "webdav_active": state.is_active,
        "password_set": state.has_password,
        "digest_set": true,
        "webdav_force_basic": true,
        "webdav_base_url": base,
        "webdav_repositories": offered,
    })))
}

/// Returns the disclaimer, after whether the user has accepted it.
pub(super) fn load_disclaimer(call: Call<'_>) -> Answer {
    let is_pending = call.user.lock.as_deref() == Some("validate_disclaimer");
    plain(if is_pending { "no:Be nice" } else { "yes:Be nice" })
}

/// Accepts the disclaimer; anything but `true` locks the account and ends the session.
pub(super) fn validate_disclaimer(call: Call<'_>) -> Answer {
    let accepts = call.parameters.is_true("validate");
    if let Some(user) = call.world.people.users.get_mut(&call.user.login) {
        user.lock = (!accepts).then(|| "validate_disclaimer".to_owned());
    }
    if accepts {
        return Ok(Outcome::Reply(Reply::empty()));
    }
    if let Some(session) = &call.input.session {
        call.world.sessions.end(session);
    }
    Err(Refusal::NoLogin)
}
