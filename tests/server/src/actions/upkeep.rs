//! What administrators and the server itself run: caches, queues, upgrades.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome, error, html, json};
use crate::{envelope::json_reply, php::json_encode, reply::Reply};

/// Returns whether the database has a table.
pub(super) fn table_exists(call: Call<'_>) -> Answer {
    let exists = call.text("table_name").is_some_and(|name| name.starts_with("ajxp_"));
    Ok(Outcome::Reply(json_reply(json!({"result": exists}).to_string())))
}

/// Returns the figures of the two caches.
pub(super) fn expose_stats(_: Call<'_>) -> Answer {
    let figures = json!({
        "hits": 1797,
        "misses": 350,
        "uptime": 1_795_892_360,
        "memory_usage": 5_835_488,
        "memory_available": 27_683_560,
    });
    let empty = json!({
        "hits": 0, "misses": 0, "uptime": 1_795_892_524, "memory_usage": null,
        "memory_available": null,
    });
    let mut shared = figures.clone();
    shared["namespace"] = "shared".into();
    let nodes = json!({"0": empty, "1": figures, "namespace": "nodes"});
    json(json_encode(&json!([shared, nodes])))
}

/// Removes entries from the caches; `data` is required.
pub(super) fn clear_cache_key(call: Call<'_>) -> Answer {
    let data = call.text("data").and_then(|text| serde_json::from_str::<Value>(text).ok());
    match data {
        Some(Value::Object(_) | Value::Array(_)) => json(r#"{"result":"SUCCESS"}"#),
        _ => error("Invalid argument supplied for foreach()"),
    }
}

/// Sends the waiting mails: there are none without a mailer.
pub(super) fn consume_mail_queue(_: Call<'_>) -> Answer {
    json(r#"{"report":"Sent 0 emails","detail":""}"#)
}

/// Authenticates the server's WebSocket program, whose key no client has.
pub(super) fn ws_authenticate(_: Call<'_>) -> Answer {
    error("Cannot authentify admin key")
}

/// Accepts or rejects a share of another server, of which there are none.
pub(super) fn invitation(call: Call<'_>) -> Answer {
    let id = call.text("remote_share_id").unwrap_or_default();
    error(format!("Cannot find remote share with ID {id}"))
}

pub(super) fn get_upgrade_path(call: Call<'_>) -> Answer {
    let note = format!("{}/note.html", call.world.url);
    json(
        json!({"packages": [], "hashes": [], "hash_method": "md5", "latest_note": note})
            .to_string(),
    )
}

pub(super) fn display_upgrade_note(_: Call<'_>) -> Answer {
    html("<h1>Upgrade note</h1>")
}

pub(super) fn perform_upgrade(_: Call<'_>) -> Answer {
    html("No update is necessary!")
}

/// Runs the changes of the database that an upgrade needs: none.
pub(super) fn packages_upgrade_script(_: Call<'_>) -> Answer {
    json(r#"{"success":true,"result":null}"#)
}

/// Returns a page of the web interface.
pub(super) fn page(_: Call<'_>) -> Answer {
    html("<html><body></body></html>")
}

pub(super) fn serve_favicon(_: Call<'_>) -> Answer {
    let kind = "image/png; name=\"html-folder.png\"";
    let reply = Reply::new(200, kind, &b"\x89PNG\r\n\x1a\n"[..]);
    Ok(Outcome::Reply(reply.header("Cache-Control", "public")))
}

/// Fails: the picture is missing in the release.
pub(super) fn get_drop_bg(_: Call<'_>) -> Answer {
    error("filesize(): stat failed for plugins/uploader.html/i18n/en-dropzone.png")
}

/// Passes a change on to shares, which need none here.
pub(super) fn forward_change_event(call: Call<'_>) -> Answer {
    match call.parameters.has("from") || call.parameters.has("to") {
        true => Ok(Outcome::Reply(Reply::empty())),
        false => error("Invalid argument supplied for foreach()"),
    }
}
