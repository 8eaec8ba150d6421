//! User annotations on nodes: metadata, locks, comments, watches and bookmarks.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome, Refusal, error, json};
use crate::{
    describe::Described,
    dialect::Dialect,
    element::Element,
    envelope::{Envelope, Format, Listing, json_reply},
    names::{base, strip_tags},
    node::{Comment, Node},
    people::Bookmark,
    php::json_encode,
    reply::Reply,
};

/// The fixed time of all events, as text.
const WHEN: &str = "today at 09:15";

/// Sets the metadata fields of the workspace; ignores others. Nodes store them under their slug.
pub(super) fn edit_user_meta(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let settings = call.workspace.features.get("meta.user").and_then(Value::as_object).cloned();
    let settings = settings.unwrap_or_default();
    let fields = settings.iter().filter(|(name, _)| name.starts_with("meta_fields"));
    let fields = fields.filter_map(|(_, field)| field.as_str());
    let values: Vec<_> =
        fields.filter_map(|field| Some((field, call.parameters.raw(field)?.to_owned()))).collect();
    for path in selection.paths() {
        call.unlocked(path)?;
        let Some(node) = call.disk.get_mut(path) else {
            return error("You are not allowed to perform this action");
        };
        for (field, value) in &values {
            node.notes.metadata.insert(field.replace('_', "-"), value.clone());
        }
    }
    let updated = selection.paths().iter().flat_map(|path| call.changed(path, Some(path)));
    // In XML, only this response omits slugified fields.
    let is_left_out = |name: &str| call.format == Format::Xml && name.contains('-');
    let updated = updated.map(|node| node.without(is_left_out)).collect();
    Ok(Envelope { updated, ..Envelope::default() }.into())
}

/// Locks a node, or with any value of `unlock` unlocks it, even if another user holds the lock.
pub(super) fn sl_lock(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let holder = (!call.parameters.has("unlock")).then(|| call.user.login.clone());
    let Some(node) = call.disk.get_mut(path) else { return error("Cannot find file!") };
    node.notes.lock = holder;
    let updated = call.changed(path, Some(path));
    if call.dialect().has_old_nodes {
        return Ok(Envelope { reload: vec![String::new()], ..Envelope::default() }.into());
    }
    Ok(Envelope { updated, ..Envelope::default() }.into())
}

/// Starts or stops watching a node: for changes, for reads, or for both. A node that does not exist
/// is described like an empty folder, and not watched.
pub(super) fn toggle_watch(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let login = call.user.login.clone();
    let kind = match call.text("watch_action") {
        Some("watch_stop") => None,
        Some("watch_change") => Some("META_WATCH_CHANGE"),
        Some("watch_read") => Some("META_WATCH_READ"),
        _ => Some("META_WATCH_BOTH"),
    };
    let watch = |node: &mut Node| match kind {
        Some(kind) => drop(node.notes.watchers.insert(login.clone(), kind.to_owned())),
        None => drop(node.notes.watchers.remove(&login)),
    };
    let updated = match call.disk.get_mut(path) {
        Some(node) => {
            watch(node);
            call.changed(path, Some(path))
        }
        None => {
            let mut node = Node { mode: 0, ..Node::folder(0) };
            watch(&mut node);
            vec![call.missing(path, &node)]
        }
    };
    Ok(Envelope { updated, ..Envelope::default() }.into())
}

/// Lists the tags of all nodes, whatever field is asked for.
pub(super) fn list_tags(call: Call<'_>) -> Answer {
    let mut tags: Vec<String> = Vec::new();
    if let Some(root) = call.disk.get("/") {
        root.walk("/", &mut |_, node| {
            let own = node.notes.metadata.get("tags").map_or("", |tags| tags).split(',');
            for tag in own.filter(|tag| !tag.is_empty()) {
                if !tags.iter().any(|known| known == tag) {
                    tags.push(tag.to_owned());
                }
            }
        });
    }
    json(json_encode(&json!(tags)))
}

/// Comments on a node. Refuses markup.
pub(super) fn post_comment(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let content = call.text("content").unwrap_or_default();
    let content = match call.dialect().strips_tags {
        true => strip_tags(content),
        false => content.to_owned(),
    };
    let is_refused = call.dialect().refuses_marked_comments;
    if is_refused && content.contains('<') && content.contains('>') {
        return error(format!("{content} contains forbidden characters"));
    }
    let (author, date) = (call.user.login.clone(), call.world.clock.tick());
    let numbers = call.dialect().numbers_new_comments;
    let all = comments(&call, "/");
    let id = all.iter().map(|(_, comment)| comment.id).max().unwrap_or_default() + 1;
    let Some(node) = call.disk.get_mut(path) else { return error("Cannot find file!") };
    let mut answer = json!({
        "date": date,
        "author": author,
        "content": content,
        "hdate": WHEN,
        "path": path,
    });
    if numbers {
        answer["uuid"] = id.into();
    }
    node.notes.comments.push(Comment { id, date, author, content });
    reply(&answer)
}

fn reply(answer: &Value) -> Answer {
    Ok(Outcome::Reply(json_reply(json_encode(answer))))
}

/// Returns the comments on a node and its descendants, with their paths.
fn comments(call: &Call<'_>, path: &str) -> Vec<(String, Comment)> {
    let mut found = Vec::new();
    if let Some(node) = call.disk.get(path) {
        node.walk(path, &mut |path, node| {
            let comments = node.notes.comments.iter().cloned();
            found.extend(comments.map(|comment| (path.to_owned(), comment)));
        });
    }
    found
}

/// Joins comments by one author on one node with the same displayed time into one, which keeps the
/// first number.
fn joined(comments: Vec<(String, Comment)>) -> Vec<(String, Comment)> {
    let mut joined: Vec<(String, Comment)> = Vec::new();
    for (path, comment) in comments {
        match joined.last_mut() {
            Some((at, last))
                if *at == path
                    && last.author == comment.author
                    && last.date / 60 == comment.date / 60 =>
            {
                last.content = format!("{}\n{}", last.content, comment.content);
            }
            _ => joined.push((path, comment)),
        }
    }
    joined
}

/// Returns the comments on a node and its descendants; none if it does not exist.
pub(super) fn load_comments_feed(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let mut found = comments(&call, path);
    found.sort_by_key(|(_, comment)| (comment.date, comment.id));
    if call.text("sort_dir") == Some("desc") {
        found.reverse();
    }
    let number = |name: &str| call.text(name).and_then(|n| n.parse::<usize>().ok());
    let found = found.into_iter().skip(number("offset").unwrap_or(0));
    let found = joined(found.take(number("limit").unwrap_or(100)).collect());
    let found = found.iter().map(|(at, comment)| {
        json!({
            "date": comment.date,
            "hdate": WHEN,
            "author": comment.author,
            "content": comment.content.replace('\n', "<br>"),
            "path": at,
            "rpath": at.strip_prefix(path).unwrap_or_default().trim_start_matches('/'),
            "uuid": comment.id,
        })
    });
    reply(&found.collect())
}

/// Removes the comment that `comment_data` describes; does not report whether it existed.
pub(super) fn delete_comment(call: Call<'_>) -> Answer {
    let data = call.text("comment_data").and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some(data) = data {
        let path = call.secure(data["path"].as_str().unwrap_or("/"))?;
        let (id, is_admin) = (data["uuid"].as_u64(), call.user.is_admin());
        let login = call.user.login.clone();
        if let Some(node) = call.disk.get_mut(&path) {
            node.notes
                .comments
                .retain(|comment| Some(comment.id) != id || !(is_admin || comment.author == login));
        }
    }
    match call.dialect().deletes_comments_silently {
        true => Ok(Outcome::Reply(Reply::empty())),
        false => Ok(Envelope { background: true, ..Envelope::default() }.into()),
    }
}

/// Lists, adds, renames and removes the user's bookmarks in the workspace.
pub(super) fn get_bookmarks(mut call: Call<'_>) -> Answer {
    let action = call.text("bm_action").map(str::to_owned);
    if let Some(action) = &action {
        change_bookmarks(&mut call, action)?;
    }
    let workspace = &call.workspace.id;
    let own = &call.world.people.users.get(&call.user.login).unwrap_or(&call.user).bookmarks;
    let own = own.iter().filter(|bookmark| bookmark.workspace == *workspace);
    if call.text("format") == Some("node_list") {
        let nodes = own.map(|bookmark| {
            let (path, title) = (bookmark.path.as_str(), base(&bookmark.path));
            Listing::leaf(Described::other(Some(path), title, Vec::new()).typed(true))
        });
        let list = Listing::of(Described::bare(), nodes.collect());
        let dialect = call.dialect();
        return Ok(Outcome::Reply(bare_list(dialect, &list, call.format)));
    }
    let elements = own.map(|bookmark| {
        let element = Element::new("bookmark").attribute("path", &bookmark.path);
        element.attribute("title", &bookmark.title)
    });
    let elements = elements.collect();
    Ok(Envelope { elements, background: action.is_some(), ..Envelope::default() }.into())
}

/// Returns a list whose root has no attributes.
fn bare_list(dialect: &Dialect, listing: &Listing, format: Format) -> Reply {
    match format {
        Format::Json => listing.reply(dialect, format),
        Format::Xml => {
            let children = listing.children.iter().flatten();
            let children = children.map(|child| format!("<tree{}/>", child.node.xml()));
            let children: String = children.collect();
            crate::envelope::xml_reply(&format!("<tree >{children}</tree>"))
        }
    }
}

fn change_bookmarks(call: &mut Call<'_>, action: &str) -> Result<(), Refusal> {
    let path = call.secure(call.text("bm_path").unwrap_or("/"))?;
    let title = call.text("bm_title").unwrap_or(base(&path)).to_owned();
    let workspace = call.workspace.id.clone();
    let Some(user) = call.world.people.users.get_mut(&call.user.login) else { return Ok(()) };
    let is_this = |bookmark: &Bookmark| bookmark.workspace == workspace && bookmark.path == path;
    match action {
        "add_bookmark" => user.bookmarks.push(Bookmark { workspace, path, title }),
        "delete_bookmark" => user.bookmarks.retain(|bookmark| !is_this(bookmark)),
        "rename_bookmark" => {
            for bookmark in user.bookmarks.iter_mut().filter(|bookmark| is_this(bookmark)) {
                bookmark.title.clone_from(&title);
            }
        }
        _ => {}
    }
    Ok(())
}
