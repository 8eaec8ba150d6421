//! Event feeds: the one that clients synchronize with, and those for people.

use serde_json::json;

use super::{Answer, Call, Outcome, facts, html};
use crate::{
    changes::Query,
    describe::{Described, Value},
    envelope::{Listing, json_reply},
    php::{json_encode, json_text},
    reply::Reply,
};

/// Returns the changes after a sequence number; with any value of `stream`, one per line.
pub(super) fn changes(call: Call<'_>) -> Answer {
    let Some(after) = call.parameters.raw("seq_id") else {
        return Ok(Outcome::Reply(Reply::empty()));
    };
    let folder = call.secure(call.text("filter").unwrap_or("/"))?;
    let query = Query {
        // PHP converts invalid numbers to 0.
        after: after.parse().unwrap_or(0),
        folder: if folder == "/" { "" } else { &folder },
        flatten: call.parameters.is_true("flatten"),
    };
    let told = call.world.journal.tell(call.disk_name, call.disk, &call.workspace.id, query);
    let changes: Vec<_> = told.changes.iter().map(json_encode).collect();
    let last = told.last;
    let body = match (call.parameters.has("stream"), told.is_ahead) {
        (true, _) => {
            let lines: String = changes.iter().map(|change| format!("{change}\n")).collect();
            format!("{lines}LAST_SEQ:{last}")
        }
        (false, true) => format!("{{\"changes\":[],\"last_seq\":{last}}}"),
        (false, false) => {
            format!("{{\"changes\":[{}], \"last_seq\":{last}}}", changes.join(","))
        }
    };
    Ok(Outcome::Reply(json_reply(body)))
}

/// Returns the feed for people: as XML with the last event in each workspace; `array` omits the
/// events. Without a format it is the end of an HTML list.
pub(super) fn feed(call: Call<'_>) -> Answer {
    if !call.dialect().lists_in_json && call.text("format") == Some("array") {
        return Ok(Outcome::Reply(Reply::empty()));
    }
    if call.text("format").is_none() || !call.dialect().lists_in_json {
        return html("</ul>");
    }
    let path = call.text("path").filter(|path| *path != "/");
    let root = Described::other(path, "", Vec::new()).typed(false);
    let has_events =
        !matches!(call.text("format"), Some("array")) && call.text("feed_type") != Some("alert");
    let events = if has_events { page_of_events(&call) } else { Vec::new() };
    let nodes = events.iter().enumerate().map(|(index, event)| {
        let fields = event.as_object().into_iter().flatten();
        let fields = fields.filter(|(name, _)| !["filename", "text"].contains(&&***name));
        let attributes = fields.map(|(name, value)| (&**name, Value::from(json_text(value))));
        let (label, path) = (json_text(&event["text"]), format!("/notification_{}", index + 1));
        Listing::leaf(Described::other(Some(&path), &label, attributes.collect()))
    });
    Ok(Outcome::Listing(Listing::of(root, nodes.collect())))
}

/// Returns the events from a position on, the newest first. Those of deleted nodes are counted and
/// left out.
fn page_of_events(call: &Call<'_>) -> Vec<serde_json::Value> {
    let number = |name: &str| call.text(name).and_then(|n| n.parse::<usize>().ok());
    let gone = call.world.journal.deleted(call.disk_name);
    let rows = std::iter::repeat_n(None, gone).chain(facts::events(call).into_iter().map(Some));
    let rows = rows.skip(number("offset").unwrap_or(0)).take(number("limit").unwrap_or(15));
    rows.flatten().filter_map(|(path, modified)| facts::event(call, &path, modified)).collect()
}

/// Clears a feed, and returns the number of its rows.
pub(super) fn clear_feed(_: Call<'_>) -> Answer {
    super::json(json!({"cleared_rows": 0}).to_string())
}

/// Returns the user's most recent workspaces.
pub(super) fn recent_items(call: Call<'_>) -> Answer {
    let time = call.user.last_connection.unwrap_or_else(|| call.world.clock.now());
    let visible = call.world.workspaces.all().filter(|w| w.part.is_none() && w.is_editable);
    let visible = visible.filter(|w| call.world.people.may_enter(&call.user, w));
    let items = visible.map(|workspace| {
        let attributes = vec![
            ("recent_access_time", Value::Number(time)),
            ("recent_access_readable", "today at 09:15".into()),
            ("recent_access_group", "today".into()),
            ("repository_id", workspace.id.as_str().into()),
            ("repository_label", workspace.label.as_str().into()),
            ("original_path", "/".into()),
        ];
        let path = format!("/{}", workspace.id);
        Listing::leaf(Described::other(Some(&path), &workspace.id, attributes).typed(false))
    });
    let root = Described::root();
    Ok(Outcome::Listing(Listing::of(root, items.collect())))
}
