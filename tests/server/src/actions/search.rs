//! Searches for nodes by name.

use super::{Answer, Call, Outcome, error};
use crate::{
    describe::{Described, Role},
    disk::is_recycled,
    element::Element,
    envelope::{Envelope, Listing},
    names::base,
};

/// Returns the nodes whose name begins with or contains the query.
pub(super) fn search(call: Call<'_>) -> Answer {
    let query = call.text("query").unwrap_or_default();
    // Over REST the path overrides the query.
    if query.is_empty() || query.starts_with("keyword:") {
        return Ok(Outcome::Listing(Listing::of(call.root(None), Vec::new())));
    }
    let pattern = query.rsplit_once(':').map_or(query, |(_, pattern)| pattern);
    let (beginning, is_wild) = match pattern.split_once(['*', '?']) {
        Some((beginning, _)) => (beginning, true),
        None => (pattern, false),
    };
    if is_wild && beginning.chars().count() < 3 {
        return error(
            "At least 3 non-wildcard characters are required at the beginning of pattern.",
        );
    }
    let wanted = beginning.to_lowercase();
    let mut found = Vec::new();
    if let Some(root) = call.disk.get("/") {
        root.walk("/", &mut |path, node| {
            let is_found = base(path).to_lowercase().contains(&wanted);
            if is_found && path != "/" && !is_recycled(path) && !path.contains("/.") {
                found.push(Described::new(path, node, Role::Found, call.detail(true)));
            }
        });
    }
    let limit = call.text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(100);
    let found = found.into_iter().take(limit).map(Listing::leaf).collect();
    Ok(Outcome::Listing(Listing::of(call.root(None), found)))
}

/// Returns the nodes with a keyword: the name of a metadata field, or `ajxp_bookmarked`.
pub(super) fn by_keyword(call: Call<'_>) -> Answer {
    let field = call.text("field").unwrap_or_default();
    let is_bookmarked = |path: &str| {
        let own = &call.user.bookmarks;
        own.iter().any(|mark| mark.workspace == call.workspace.id && mark.path == path)
    };
    let mut found = Vec::new();
    if let Some(root) = call.disk.get("/") {
        root.walk("/", &mut |path, node| {
            let has_keyword = match field {
                "ajxp_bookmarked" => is_bookmarked(path),
                field => node.notes.metadata.contains_key(field),
            };
            if has_keyword && !is_recycled(path) {
                let described = Described::new(path, node, Role::Found, call.detail(true));
                let described = match is_bookmarked(path) {
                    true => described.bookmarked(),
                    false => described,
                };
                found.push(described.unlabelled());
            }
        });
    }
    let limit = call.text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(50);
    let found = found.into_iter().take(limit).map(Listing::leaf).collect();
    Ok(Outcome::Listing(Listing::of(call.root(None), found)))
}

/// Returns nothing: no workspace has the plugin that searches several workspaces at once.
pub(super) fn multisearch(_: Call<'_>) -> Answer {
    Ok(Outcome::Listing(Listing::of(Described::nowhere(), Vec::new())))
}

/// Rebuilds the index in the background.
pub(super) fn index(call: Call<'_>) -> Answer {
    if !call.dialect().works_in_background {
        let selection = call.selection()?;
        let message = format!("Indexing {} in background", selection.first());
        let id = Element::new("param").attribute("name", "repository_id");
        let check = Element::new("trigger_bg_action")
            .attributes(&[("name", "check_index_status"), ("delay", "2")])
            .attribute("messageId", message)
            .child(id.attribute("value", &call.workspace.id));
        return Ok(Envelope { elements: vec![check], ..Envelope::default() }.into());
    }
    Ok(Envelope { background: true, ..Envelope::success("Indexation launched") }.into())
}
