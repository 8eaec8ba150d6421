//! Teams: named sets of users in a user's address book.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome, error, json};
use crate::{parameters::Parameters, people::Team, php::json_encode, reply::Reply};

pub(super) fn create(call: Call<'_>) -> Answer {
    let label = call.text("team_label").unwrap_or_default().to_owned();
    if label.is_empty() {
        return error("Please give the team a name");
    }
    let number = u32::from_str_radix(&call.world.ids.hex(3), 16).unwrap_or_default() % 100;
    let id = format!("{}-{number}", crate::workspaces::slug(&label));
    let users = call.parameters.list("user_ids").unwrap_or_default().to_vec();
    let team = Team { owner: call.user.login.clone(), label, users };
    call.world.people.teams.insert(id.clone(), team);
    let message = format!("Created Team with id {id}");
    json(json!({"message": message, "insertId": id}).to_string())
}

/// Changes one of the user's teams.
fn with_team(call: Call<'_>, change: fn(&mut Team, &Parameters, &str) -> String) -> Answer {
    let id = call.parameters.text("team_id").unwrap_or_default();
    let team = call.world.people.teams.get_mut(id).filter(|team| team.owner == call.user.login);
    let Some(team) = team else { return error("Cannot find team!") };
    let message = change(team, call.parameters, id);
    json(json!({"message": message}).to_string())
}

pub(super) fn add_user(call: Call<'_>) -> Answer {
    with_team(call, |team, parameters, id| {
        let login = parameters.text("user_id").unwrap_or_default();
        team.users.push(login.to_owned());
        format!("User {login} added to team {id}")
    })
}

pub(super) fn delete_user(call: Call<'_>) -> Answer {
    with_team(call, |team, parameters, id| {
        let login = parameters.text("user_id").unwrap_or_default();
        team.users.retain(|user| user != login);
        format!("User {login} deleted from team {id}")
    })
}

pub(super) fn update_label(call: Call<'_>) -> Answer {
    if call.text("team_label").is_none() {
        return error("Empty Team Label!");
    }
    with_team(call, |team, parameters, id| {
        parameters.text("team_label").unwrap_or_default().clone_into(&mut team.label);
        format!("Team {id} was updated")
    })
}

pub(super) fn delete(call: Call<'_>) -> Answer {
    let id = call.parameters.text("team_id").unwrap_or_default();
    let team = call.world.people.teams.get(id);
    if team.is_none_or(|team| team.owner != call.user.login) {
        return error("Cannot delete this role");
    }
    call.world.people.teams.remove(id);
    Ok(Outcome::Reply(Reply::empty()))
}

/// Fails always: the server has no longer this action.
pub(super) fn edit_users(_: Call<'_>) -> Answer {
    error("Deprecated user_team_edit_users. Please use add / remove instead")
}

/// Returns the users in a team, by their logins.
pub(super) fn list_users(call: Call<'_>) -> Answer {
    let id = call.text("team_id").unwrap_or_default();
    let team = call.world.people.teams.get(id).filter(|team| team.owner == call.user.login);
    let Some(team) = team else { return error("Cannot find team!") };
    let users = team.users.iter().map(|login| {
        let user = call.world.people.users.get(login);
        let label = user.map_or(login.as_str(), |user| user.label());
        (login.clone(), json!({"label": label, "avatar": ""}))
    });
    json(json_encode(&Value::Object(users.collect())))
}
