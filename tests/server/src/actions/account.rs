//! Actions about the user and others: the registry, key pairs, passwords and public data.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Outcome, error, json};
use crate::{
    element::Element,
    envelope::{Envelope, Format, json_reply, xml_reply},
    keystore::Pair,
    people::User,
    php::{html_special_chars, json_encode},
    registry::registry,
    reply::Reply,
    xpath::{self, Unanswered},
};

/// Returns the registry, or a part of it.
pub(super) fn state(call: Call<'_>) -> Answer {
    let path = call.text("xPath").unwrap_or_default().trim_matches('/').to_owned();
    // 6.0 to 6.4 look only at the parameter.
    let asks_json = !call.dialect().lists_in_json && call.text("format") == Some("json");
    match asks_json {
        true => part(&Call { format: Format::Json, ..call }, &path),
        false => part(&call, &path),
    }
}

/// Returns the user's part of the registry, whatever part is asked for.
pub(super) fn user_state(call: Call<'_>) -> Answer {
    match call.input.is_v2 {
        true => state(call),
        false => part(&call, "user"),
    }
}

fn part(call: &Call<'_>, path: &str) -> Answer {
    let registry = registry(call.world, &call.user, &call.workspace);
    let found = match xpath::find(&registry, path) {
        Ok(found) => Some(found),
        Err(Unanswered::Nothing) => None,
        Err(Unanswered::Invalid) => return error("DOMXPath::query(): Invalid expression"),
    };
    let xml = found.map(Element::xml).unwrap_or_default();
    Ok(Outcome::Reply(match call.format {
        Format::Xml if path.is_empty() && !call.dialect().has_old_nodes => xml_reply(&xml),
        Format::Xml if path.is_empty() => Reply::new(200, "application/xml; charset=UTF-8", xml),
        Format::Xml => {
            // The path is not escaped.
            let part = format!("<ajxp_registry_part xPath=\"{path}\" >{xml}");
            xml_reply(&format!("{part}</ajxp_registry_part>"))
        }
        Format::Json => {
            let body = match found {
                Some(found) => Value::Object(Map::from_iter([(found.name.clone(), found.json())])),
                None => Value::Array(Vec::new()),
            };
            json_reply(body.to_string())
        }
    }))
}

/// Issues a key pair, or returns nothing if the server has none.
pub(super) fn keystore_generate(call: Call<'_>) -> Answer {
    if !call.world.settings.grants_pairs {
        return Ok(Outcome::Reply(Reply::empty()));
    }
    let login = owner(&call).to_owned();
    let (token, secret) = (call.world.ids.token(24), call.world.ids.token(24));
    let answer = json!({"t": token, "p": secret});
    let agent = call.input.seen.header("user-agent").unwrap_or_default().to_owned();
    let pair = Pair {
        secret,
        device: call.text("device").map(str::to_owned),
        agent,
        address: call.input.peer.to_string(),
        login,
    };
    match call.world.settings.finds_pairs {
        true => call.world.keystore.add(token, pair),
        false => drop(call.world.keystore.pairs.insert(token, pair)),
    }
    json(answer.to_string())
}

/// Returns the owner of the pairs; administrators may name another user.
fn owner<'c>(call: &'c Call<'_>) -> &'c str {
    let named = call.text("user_id").filter(|_| call.user.is_admin());
    named.unwrap_or(&call.user.login)
}

pub(super) fn keystore_list(call: Call<'_>) -> Answer {
    let owner = owner(&call);
    let is_found = call.world.settings.finds_pairs;
    let is_shown = |pair: &Pair| is_found && pair.login == owner;
    let pairs = call.world.keystore.pairs.iter().filter(|(_, pair)| is_shown(pair));
    let pairs = pairs.map(|(token, pair)| {
        let what = format!("Not automatically detected.{}", pair.agent);
        let mut json = json!({
            "DEVICE_UA": pair.agent,
            "DEVICE_IP": pair.address,
            "DEVICE_DESC": what,
            "DEVICE_OS": what,
        });
        if let Some(device) = &pair.device {
            json["DEVICE_ID"] = device.as_str().into();
        }
        (token.clone(), json)
    });
    json(json_encode(&Value::Object(pairs.collect())))
}

pub(super) fn keystore_revoke(call: Call<'_>) -> Answer {
    let owner = owner(&call).to_owned();
    if call.world.settings.finds_pairs {
        call.world.keystore.revoke(&owner, call.parameters.text("key_id"));
    }
    json(r#"{"result":"SUCCESS","message":"Key(s) removed successfully!"}"#)
}

/// Changes the user's password, which invalidates their key pairs.
pub(super) fn pass_change(call: Call<'_>) -> Answer {
    let text = |text: &str| {
        let body = text.to_owned();
        Ok(Outcome::Reply(Reply::new(200, "text/plain; charset=utf-8", body)))
    };
    let (old, new) = (call.text("old_pass"), call.text("new_pass").unwrap_or_default());
    if old != Some(&call.user.password) || new.is_empty() {
        return text("PASS_ERROR");
    }
    let (login, new) = (call.user.login.clone(), new.to_owned());
    if let Some(user) = call.world.people.users.get_mut(&login) {
        user.password = new;
        user.lock = None;
    }
    call.world.keystore.revoke(&login, None);
    text("SUCCESS")
}

/// Lists users whose login begins with the value. An unknown login comes first, as a user who could
/// be created.
pub(super) fn list_users(call: Call<'_>) -> Answer {
    let value = call.text("value").unwrap_or_default();
    let has_caller = call.text("exclude_current") == Some("false");
    let users = call.world.people.users.values();
    let found = users.filter(|user| {
        let is_visible = user.parent.as_ref().is_none_or(|parent| *parent == call.user.login);
        is_visible && user.login.starts_with(value)
    });
    // The server removes the caller after cutting the list to the range.
    let (start, length) = range(call.text("range"));
    let found = found.skip(start).take(length);
    let found: Vec<&User> =
        found.filter(|user| has_caller || user.login != call.user.login).collect();
    let is_known = found.iter().any(|user| user.login == value);
    let may_make = !call.parameters.is_true("existing_only") && !is_known && !value.is_empty();
    if call.format == Format::Json && !call.dialect().lists_users_as_html {
        let made = may_make.then(|| {
            json!({"type": "user", "id": "", "label": value, "temporary": true, "external": false,
                "avatar": null})
        });
        let found = found.iter().map(|user| {
            json!({"type": "user", "id": user.login, "label": user.label(), "temporary": false,
                "external": "false", "avatar": "", "hasEmail": false})
        });
        let body = json_encode(&made.into_iter().chain(found).collect());
        return Ok(Outcome::Reply(json_reply(body)));
    }
    let entry = |label: &str, id: &str, kind: &str| {
        let name = Element::new("span").attribute("class", "user_entry_label").text(label);
        Element::new("li")
            .attributes(&[("class", "complete_user_entry"), ("data-label", label)])
            .attribute("data-entry_id", id)
            .attribute(kind, "true")
            .child(name)
    };
    if call.dialect().lists_users_as_html {
        return list_as_html(&call, may_make.then_some(value), &found);
    }
    let made = may_make.then(|| entry(value, "", "data-temporary"));
    let found = found.iter().map(|user| entry(user.label(), &user.login, "data-external"));
    let elements = made.into_iter().chain(found).collect();
    Ok(Envelope { elements, ..Envelope::default() }.into())
}

/// Lists users as items of HTML: first one who could be created, or is named exactly. Quotes as real
/// servers do, which matters to who reads it by its text.
fn list_as_html(call: &Call<'_>, made: Option<&str>, found: &[&User]) -> Answer {
    let only = call.parameters.is_true("existing_only");
    let value = made.or(call.text("value").filter(|_| only));
    let mut list = "<ul>".to_owned();
    if let Some(value) = value.map(html_special_chars) {
        let (id, label) = match only {
            true => (format!(" data-entry_id='{value}'"), value.clone()),
            false => (String::new(), format!("{value} (create user)")),
        };
        list += &format!(
            "<li class='complete_user_entry_temp' data-temporary='true' data-label='{value}'{id}>\
             <span class='user_entry_label'>{label}</span></li>"
        );
    }
    for user in found {
        let (label, login) = (html_special_chars(user.label()), &user.login);
        list += &format!(
            "<li class='complete_user_entry' data-external=\"false\" data-label=\"{label}\" \
             data-avatar='' data-entry_id='{login}'>\
             <span class='user_entry_label'>{label} ({login})</span></li>"
        );
    }
    list += "</ul>";
    match call.text("format") {
        Some("xml") => Ok(Outcome::Reply(xml_reply(&list))),
        _ => super::html(list),
    }
}

/// Returns the messages of the web interface: a script, or with `format=json` a map.
pub(super) fn messages(call: Call<'_>) -> Answer {
    if call.text("format") == Some("json") || call.dialect().lists_in_json {
        return Ok(Outcome::Reply(json_reply(json_encode(&json!({"1": "a message"})))));
    }
    let script = "if(!MessageHash) window.MessageHash = {};\nMessageHash['1']='a message';\n";
    Ok(Outcome::Reply(Reply::new(200, "text/javascript; charset=UTF-8", script)))
}

/// Returns the start and the maximum length of a list of users.
fn range(text: Option<&str>) -> (usize, usize) {
    const MOST: usize = 20;
    let read = |(start, end): (&str, &str)| Some((start.parse().ok()?, end.parse().ok()?));
    match text.and_then(|text| text.split_once('-')).and_then(read) {
        Some((start, end)) => (start, MOST.min(usize::saturating_sub(end, start))),
        None => (0, MOST),
    }
}

/// Returns the public data of a user.
pub(super) fn user_public_data(call: Call<'_>) -> Answer {
    let listed = call.parameters.list("user_ids").unwrap_or_default().to_vec();
    let one = call.text("user_id").map(str::to_owned);
    let known = |login: &String| {
        let user = call.world.people.users.get(login)?;
        Some((login.clone(), json!({"id": login, "label": user.label(), "type": "user"})))
    };
    let logins: Vec<String> = listed.into_iter().chain(one).collect();
    match &logins[..] {
        [one] => match known(one) {
            Some((_, data)) => json(json_encode(&data)),
            None => error("Cannot find user"),
        },
        many => {
            let many: Map<String, Value> = many.iter().filter_map(known).collect();
            json(json_encode(&Value::Object(many)))
        }
    }
}
