//! Public links: `/public/{hash}`.

use super::{parameters_of, query_of};
use crate::{
    Seen,
    php::{lossy, raw_url_decode},
    reply::Reply,
    world::World,
};

/// Returns the page of a link, or with `dl=true` the file. For a wrong password, an expired link or
/// one used too often, returns a page that says so.
pub(super) fn enter(world: &mut World, seen: &Seen) -> Reply {
    let path = seen.target.split('?').next().unwrap_or_default();
    let path = lossy(raw_url_decode(path.as_bytes()));
    let below = path.strip_prefix(&world.settings.prefix).and_then(|p| p.strip_prefix("/public/"));
    let hash = below.unwrap_or_default().trim_end_matches('/').to_owned();
    let (parameters, _) = parameters_of(seen, &query_of(seen));
    let now = world.clock.now();
    let Some(share) = world.shares.by_hash_mut(&hash) else {
        return page(404, "This link does not exist");
    };
    if share.is_expired(now) {
        return page(200, "This link has expired");
    }
    if share.password.is_some() && share.password.as_deref() != parameters.text("password") {
        return page(200, "Please enter the password");
    }
    if !parameters.is_true("dl") {
        return page(200, &share.label.clone());
    }
    share.downloads += 1;
    let (disk, path) = (share.disk.clone(), share.path.clone());
    match world.disk(&disk).get(&path).and_then(|node| node.bytes()).cloned() {
        Some(content) => Reply::new(200, "application/force-download", content),
        None => page(404, "There is nothing to download"),
    }
}

fn page(status: u16, text: &str) -> Reply {
    let text = crate::php::html_special_chars(text);
    let html = format!("<html><title>Pydio</title><body>{text}</body></html>");
    Reply::new(status, "text/html; charset=UTF-8", html)
}
