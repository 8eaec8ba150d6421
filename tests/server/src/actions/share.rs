//! Shares nodes, through a link or with users.

use serde_json::Value as Json;

use super::{Answer, Call, Outcome, Refusal, error, html, json, plain, success};
use crate::{
    envelope::Envelope,
    names::{base, join},
    node::{Node, Notes},
    php::json_encode,
    reply::Reply,
    shares::{DAY, Kind, Share},
    workspaces::{Part, Workspace, slug},
    world::World,
};

/// How PHP writes a share that there is none of.
const NO_SHARE: &str = "[]";

/// Shares a node; returns the URL of a link, or with `return_json` the whole share.
pub(super) fn share(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first().to_owned();
    let returns_json = call.parameters.has("return_json");
    match call.text("sub_action") {
        None | Some("create_minisite" | "public_link" | "share_node") => {}
        Some("delegate_repo") => return delegate(call, &path),
        Some(_) if returns_json => return unchanged(call, &path),
        Some(_) => return plain("unknown sub_action"),
    }
    let Some(is_file) = call.disk.get(&path).map(|node| node.is_file()) else {
        return error(format!("Cannot share a non-existing file: {}", call.internal_url(&path)));
    };
    let is_private = call.text("simple_share_type") == Some("private");
    let password = call.text("guest_user_pass").or(call.text("share_password"));
    let password = password.map(str::to_owned);
    if is_private && password.is_none() {
        return error("Please provide a guest_user_pass for private link");
    }
    if call.text("sub_action") == Some("share_node") {
        if call.parameters.has("user_0") {
            return delegate(call, &path);
        }
        // With nobody to share with, the existing share ends.
        if !call.parameters.has("enable_public_link") {
            unshare(call)?;
            return json(NO_SHARE);
        }
    }
    let has = |name: &str| call.parameters.has(name);
    let is_view_only = has("simple_right_read") && !has("simple_right_download");
    let number = |name: &str| call.text(name).and_then(|n| n.parse::<i64>().ok());
    let days = number("expiration").filter(|days| *days > 0);
    let limit = number("downloadlimit").filter(|limit| *limit > 0);
    let expires = days.map(|days| call.world.clock.now().saturating_add(days.saturating_mul(DAY)));
    let found = existing(&call, &path);
    let named = found.clone().filter(|_| call.parameters.has("hash"));
    let hash = named.unwrap_or_else(|| {
        let handle = call.text("custom_handle").map(str::to_owned);
        let hash = handle.unwrap_or_else(|| call.world.ids.hex(6));
        let share = begin(call.world, &call.user.login, &call.workspace, call.disk_name, &path);
        let owner = &call.user.login;
        let description = format!("Shared by {owner} today at 09:15");
        let guest = call.world.ids.hex(12);
        let entries = vec![(guest, "r".to_owned())];
        let hash_of_share = hash.clone();
        call.world.shares.add(Share {
            hash: hash_of_share,
            is_file,
            description,
            entries,
            // A second link works, but no list contains it.
            is_listed: found.is_none(),
            ..share
        });
        hash
    });
    let now = call.world.clock.now();
    let Some(share) = call.world.shares.by_hash_mut(&hash) else { return error("Cannot share") };
    share.is_view_only = is_view_only;
    share.password = password.or(share.password.take());
    share.expires = expires.or(share.expires);
    share.download_limit = limit.and_then(|n| n.try_into().ok()).or(share.download_limit);
    let share = share.clone();
    match call.parameters.has("return_json") {
        true => {
            // That of the node, even if the new link is another one.
            let mut shares = call.world.shares.of(call.disk_name, &path);
            let shown = shares.find(|share| share.is_listed).unwrap_or(&share);
            json(json_encode(&shown.json(&call.world.url, now)))
        }
        false => plain(share.link(&call.world.url)),
    }
}

/// Returns the share of a node that an unknown command leaves as it is.
fn unchanged(call: Call<'_>, path: &str) -> Answer {
    let is_listed = |share: &Share| share.is_listed;
    let is_shared = call.world.shares.of(call.disk_name, path).any(is_listed);
    match is_shared {
        true => load_shared_element_data(call),
        false => json(NO_SHARE),
    }
}

/// Returns the user's existing link on the node, or the named one.
fn existing(call: &Call<'_>, path: &str) -> Option<String> {
    let named = call.text("hash");
    let is_own = |share: &&Share| share.kind == Kind::Link && share.owner == call.user.login;
    let mut links = call.world.shares.of(call.disk_name, path).filter(is_own);
    links.find(|share| named.is_none_or(|hash| hash == share.hash)).map(|share| share.hash.clone())
}

/// Returns a share with default settings.
fn begin(world: &mut World, owner: &str, workspace: &Workspace, disk: &str, path: &str) -> Share {
    Share {
        hash: world.ids.hex(6),
        kind: Kind::Link,
        owner: owner.to_owned(),
        workspace: workspace.id.clone(),
        disk: disk.to_owned(),
        path: path.to_owned(),
        is_file: false,
        repository: world.ids.hex(32),
        label: base(path).to_owned(),
        description: String::new(),
        password: None,
        expires: None,
        download_limit: None,
        downloads: 0,
        entries: Vec::new(),
        is_view_only: false,
        targets: Vec::new(),
        is_watched: false,
        is_listed: true,
    }
}

/// Shares a node with users: a folder as a separate workspace, a file through their inbox.
fn delegate(call: Call<'_>, path: &str) -> Answer {
    let Some(is_file) = call.disk.get(path).map(|node| node.is_file()) else {
        return error(format!("Cannot share a non-existing file: {}", call.internal_url(path)));
    };
    let users = (0..).map_while(|n| {
        let login = call.text(&format!("user_{n}"))?;
        let is = |right: &str| call.parameters.is_true(&format!("right_{right}_{n}"));
        let right =
            format!("{}{}", if is("read") { "r" } else { "" }, if is("write") { "w" } else { "" });
        Some((login.to_owned(), right))
    });
    let entries: Vec<_> = users.filter(|(_, right)| !right.is_empty()).collect();
    let label = call.text("repo_label").unwrap_or(base(path)).to_owned();
    let owner = call.user.login.clone();
    let described = call.text("repo_description").map(str::to_owned);
    let description = described.unwrap_or_else(|| format!("Shared by {owner} today at 09:15"));
    let share = begin(call.world, &owner, &call.workspace, call.disk_name, path);
    let share = Share { kind: Kind::Users, is_file, label, description, entries, ..share };
    match call.disk.get(path).filter(|node| node.is_file()).cloned() {
        Some(node) => send(call.world, &share, &node),
        None => {
            let part = Part { owner, disk: call.disk_name.to_owned(), path: path.to_owned() };
            call.world.workspaces.add(Workspace {
                description: share.description.clone(),
                features: call.workspace.features.clone(),
                part: Some(part),
                ..Workspace::new(&share.repository, &slug(&share.label), &share.label)
            });
            for (login, right) in &share.entries {
                if let Some(user) = call.world.people.users.get_mut(login) {
                    user.own.acl.insert(share.repository.clone(), right.clone());
                }
            }
        }
    }
    let answer = share.json(&call.world.url, call.world.clock.now());
    call.world.shares.add(share);
    match call.parameters.has("return_json") {
        true => json(json_encode(&answer)),
        false => plain("200"),
    }
}

/// Puts a shared file into the inboxes of its users.
fn send(world: &mut World, share: &Share, node: &Node) {
    let mut node = Node { mode: 0o555, ..node.clone() };
    node.notes = Notes::default();
    let facts = [("share_meta_type", "1"), ("shared_repository_id", &*share.repository)];
    node.notes.metadata = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    for (login, _) in &share.entries {
        world.disk(&inbox(login)).place(&join("/", base(&share.path)), node.clone());
    }
}

fn inbox(login: &str) -> String {
    format!("inbox/{login}")
}

/// Returns the whole share of a node.
pub(super) fn load_shared_element_data(call: Call<'_>) -> Answer {
    // Links of old releases, of which there are none here.
    if call.parameters.has("hash") && call.text("element_type") == Some("file") {
        return json("[false]");
    }
    let selection = call.selection()?;
    let path = selection.first();
    let failed = |why: String| error(format!("Error while loading share. Error was ({why})."));
    if call.disk.get(path).is_none() {
        return failed(format!("Cannot find file {path}"));
    }
    let owner = call.text("owner").filter(|_| call.user.is_admin()).unwrap_or(&call.user.login);
    let mut shares = call.world.shares.of(call.disk_name, path).filter(|share| share.is_listed);
    let Some(share) = shares.find(|share| share.owner == owner || call.user.is_admin()) else {
        return failed(format!("Cannot find share for node {path}"));
    };
    let share: Json = share.json(&call.world.url, call.world.clock.now());
    json(json_encode(&share))
}

/// Removes the shares of a node, or the named one.
pub(super) fn unshare(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let named = call.text("element_id").or(call.text("hash")).map(str::to_owned);
    let (disk, login, is_admin) = (call.disk_name, &call.user.login, call.user.is_admin());
    let taken = call.world.shares.take(|share| {
        let is_named = named.as_ref().is_none_or(|id| *id == share.hash || *id == share.repository);
        let may = is_admin || share.owner == *login;
        share.disk == disk && share.path == path && is_named && may
    });
    if taken.is_empty() {
        return Ok(Outcome::Reply(Reply::empty()));
    }
    forget(call.world, &taken);
    let message = "Successfully unshared element";
    Ok(Envelope { background: true, ..Envelope::success(message) }.into())
}

/// Removes the workspaces of shares, and the rights on them.
fn forget(world: &mut World, shares: &[Share]) {
    for share in shares {
        world.workspaces.remove(&share.repository);
        if share.kind == Kind::Users && share.is_file {
            for (login, _) in &share.entries {
                world.disk(&inbox(login)).remove(&join("/", base(&share.path)));
            }
        }
        for user in world.people.users.values_mut() {
            user.own.acl.remove(&share.repository);
        }
    }
}

/// Resets the download counter of a link to 0.
pub(super) fn reset_counter(call: Call<'_>) -> Answer {
    with_link(call, |share, _| share.downloads = 0)?;
    Ok(Outcome::Reply(Reply::empty()))
}

/// Turns the owner's notification of downloads on or off.
pub(super) fn toggle_link_watch(call: Call<'_>) -> Answer {
    with_link(call, |share, set_watch| {
        share.is_watched = set_watch.map_or(!share.is_watched, |set| set == "true");
    })?;
    success("The link was changed")
}

fn with_link(call: Call<'_>, change: fn(&mut Share, Option<&str>)) -> Result<(), Refusal> {
    let selection = call.selection()?;
    let hash = call.text("element_id").or(call.text("hash")).map(str::to_owned);
    let hash = hash.or_else(|| existing(&call, selection.first())).unwrap_or_default();
    if let Some(share) = call.world.shares.by_hash_mut(&hash) {
        change(share, call.parameters.text("set_watch"));
    }
    Ok(())
}

/// Adds the people that a link is meant for, or with `restrict=true` replaces them.
pub(super) fn update_targets(call: Call<'_>) -> Answer {
    let hash = call.text("hash").unwrap_or_default().to_owned();
    let users = call.text("json_users");
    let users = users.and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
    let Some(users) = users.filter(|users| !users.is_empty()) else {
        return json(r#"{"success":false}"#);
    };
    let restricts = call.parameters.is_true("restrict");
    let Some(share) = call.world.shares.by_hash_mut(&hash) else {
        return error("Error while loading share. Error was (No repository attached to link).");
    };
    if restricts {
        share.targets.clear();
    }
    share.targets.extend(users);
    json(json_encode(&serde_json::json!({"success": true, "users": share.targets})))
}

/// Removes expired links.
pub(super) fn clear_expired(call: Call<'_>) -> Answer {
    let now = call.world.clock.now();
    let taken = call.world.shares.take(|share| share.is_expired(now));
    let count = taken.len();
    forget(call.world, &taken);
    success(if count == 0 { "Nothing to do".to_owned() } else { format!("Removed {count} links") })
}

/// Does nothing: there are no legacy shares.
pub(super) fn migrate_legacy_shares(_: Call<'_>) -> Answer {
    let text = "There are no shares of older versions\n";
    html(text)
}
