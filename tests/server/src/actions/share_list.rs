//! Lists the shares of a user, or of all.

use serde_json::{Value as Json, json};

use super::{Answer, Call, Outcome, json};
use crate::{
    describe::{Described, Value},
    envelope::{Columns, Listing, Page},
    php::json_encode,
    shares::{Kind, Share},
};

static COLUMNS: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "list",
    template: "ajxp_conf.repositories",
    columns: &[
        ["ajxp_conf.8", "ajxp_label", ""],
        ["share_center.159", "owner", ""],
        ["3", "share_type_readable", ""],
        ["share_center.52", "share_data", ""],
    ],
};

/// Returns the shares of the user, or with `user_context=global` of all users.
pub(super) fn list(mut call: Call<'_>) -> Answer {
    let is_global = call.text("user_context") == Some("global") && call.user.is_admin();
    let parent = call.text("parent_repository_id");
    let shown = call.world.shares.all().filter(|share| share.is_listed).filter(|share| {
        (is_global || share.owner == call.user.login)
            && parent.is_none_or(|id| id == share.workspace)
    });
    let mut all: Vec<_> = shown.cloned().collect();
    if call.parameters.is_true("clear_broken_links") && !call.dialect().has_old_administration {
        return clear(call, &all);
    }
    let asked = page(&call);
    let (skipped, size) = match call.dialect().has_old_administration {
        true => (0, all.len()),
        false => ((asked.unwrap_or(1).max(1) - 1).saturating_mul(PAGE), PAGE),
    };
    let mut count = all.len();
    let mut shown: Vec<_> = all.iter().skip(skipped).take(size).cloned().collect();
    if call.text("format") == Some("json") {
        return json(json_encode(&records(&call, &shown, skipped, count)));
    }
    if call.dialect().echoes_shares {
        // The workspaces of the shares that are not on the page are taken for old shares.
        all.retain(|share| shown.iter().all(|other| other.repository != share.repository));
        all.sort_by(|one, other| one.label.cmp(&other.label));
        let (position, room) = (skipped.saturating_sub(count), PAGE - shown.len());
        count += all.len();
        shown.extend(all.into_iter().skip(position).take(room).map(as_old));
    }
    let is_broken: Vec<_> = shown.iter().map(|share| is_broken(&mut call, share)).collect();
    let children = shown.iter().zip(is_broken);
    let children = children.map(|(share, is_broken)| described(&call, share, is_broken));
    let children = children.map(Listing::leaf).collect();
    let root = call.root(None);
    // The number of pages is rounded: a last page of less than a half is not counted.
    let total = (count + PAGE / 2) / PAGE;
    let page = Page { count, total, asked, folders: None, is_descending: false, has_order: false };
    let page = (count > size).then_some(page);
    let listing = Listing { columns: Some(&COLUMNS), page, ..Listing::of(root, children) };
    Ok(Outcome::Listing(listing))
}

/// Returns whether the node of a share is gone.
fn is_broken(call: &mut Call<'_>, share: &Share) -> bool {
    match share.disk == call.disk_name {
        true => call.disk.get(&share.path).is_none(),
        false => call.world.disk(&share.disk).get(&share.path).is_none(),
    }
}

/// Deletes the shares whose node is gone, and returns their number.
fn clear(mut call: Call<'_>, shares: &[Share]) -> Answer {
    let broken: Vec<_> = shares.iter().filter(|share| is_broken(&mut call, share)).collect();
    let count = broken.len();
    let hashes: Vec<_> = broken.into_iter().map(|share| share.hash.clone()).collect();
    call.world.shares.take(|share| hashes.contains(&share.hash));
    json(json!({ "cleared_count": count }).to_string())
}

/// Returns a share as releases before 6.2 had them: a workspace without a record of its own.
fn as_old(share: Share) -> Share {
    Share { hash: format!("repo-{}", share.repository), kind: Kind::Users, ..share }
}

/// The number of shares per page.
const PAGE: usize = 50;

/// Returns the requested page: at the end of a folder, or since version 8 in a parameter of its own.
fn page(call: &Call<'_>) -> Option<usize> {
    let folder = call.text("dir").and_then(|dir| dir.split_once("%23"));
    match folder {
        Some((_, page)) => page.parse().ok(),
        None if call.dialect().has_old_pages => None,
        None => call.text("page")?.parse().ok(),
    }
}

/// The shares with their metadata by hash; PHP writes no shares as a list.
fn records(call: &Call<'_>, shares: &[Share], skipped: usize, total: usize) -> Json {
    let record = |share: &Share| {
        let is_link = share.kind == Kind::Link;
        let kind = if is_link { "minisite" } else { "repository" };
        let record = json!({
            "OWNER_ID": share.owner,
            "DOWNLOAD_DISABLED": share.is_view_only,
            "REPOSITORY": share.repository,
            "SHARE_TYPE": kind,
            "metadata": {
                "share_type": kind,
                "ajxp_shared": true,
                "text": share.label,
                "share_type_readable": if is_link { "Public Link" } else { "Internal Users" },
                "share_data": data(call, share),
                "shared_element_hash": share.hash,
                "owner": share.owner,
                "shared_element_parent_repository": share.workspace,
                "shared_element_parent_repository_label": parent(call, share),
                "ajxp_shared_minisite": if share.is_file { "file" } else { "public" },
                "original_path": share.path,
            },
        });
        (share.hash.clone(), record)
    };
    let data = match shares.is_empty() {
        true => json!([]),
        false => Json::Object(shares.iter().map(record).collect()),
    };
    json!({"data": data, "cursor": {"0": skipped, "1": PAGE, "total": total}})
}

fn data(call: &Call<'_>, share: &Share) -> String {
    match share.kind == Kind::Link {
        true => share.link(&call.world.url),
        false => format!("Shared as workspace: {}", share.label),
    }
}

fn parent(call: &Call<'_>, share: &Share) -> String {
    let parent = call.world.workspaces.by_id(&share.workspace);
    parent.map_or_else(String::new, |workspace| workspace.label.clone())
}

fn described(call: &Call<'_>, share: &Share, is_broken: bool) -> Described {
    let is_link = share.kind == Kind::Link;
    let (data, parent) = (data(call, share), parent(call, share));
    let text = |value: &str| Value::from(value);
    let path = format!("/data/repositories//shares/{}", share.hash);
    if share.repository.is_empty() {
        let attributes = vec![
            ("icon", text("folder")),
            ("openicon", text("folder")),
            ("ajxp_mime", text("repository_editable")),
        ];
        return Described::other(Some(&path), &share.hash, attributes);
    }
    let mark = if is_broken { " (BROKEN)" } else { "" };
    let attributes = vec![
        ("share_type", text(if is_link { "minisite" } else { "repository" })),
        ("ajxp_shared", text("1")),
        ("share_type_readable", text(if is_link { "Public Link" } else { "Internal Users" })),
        ("share_data", Value::from(data)),
        ("shared_element_hash", text(&share.hash)),
        ("owner", text(&share.owner)),
        ("shared_element_parent_repository", text(&share.workspace)),
        ("shared_element_parent_repository_label", Value::from(parent)),
        ("ajxp_shared_minisite", text(if share.is_file { "file" } else { "public" })),
        ("icon", text("folder")),
        ("original_path", Value::from(format!("{}{mark}", share.path))),
        ("openicon", text("folder")),
        ("ajxp_mime", text("repository_editable")),
    ];
    let mut attributes = attributes;
    if !call.dialect().has_old_nodes {
        attributes.push(("fonticon", text(if share.is_file { "file" } else { "folder" })));
    }
    let described = Described::other(Some(&path), &share.label, attributes);
    match is_broken {
        true => described.with("broken_link", "1"),
        false => described,
    }
}
