//! User annotations on nodes: metadata, comments, locks and watches.

#[cfg(any(since = "7.0.0", not(since = "6.5.1")))]
use pydio_client::{Json, Timestamp, v1::models::Comment};
use pydio_client::{
    NodePath, Workspace,
    v1::{
        access_fs, meta_comments, meta_simple_lock, meta_user,
        meta_watch::{self, WatchAction},
    },
};

#[cfg(any(since = "7.0.0", not(since = "6.5.1")))]
use super::trouble::ensure;
use super::{
    Need, Scenario, Scene, Trouble,
    scene::updated,
    trouble::{equal, given},
};

const STORE: &str = "the workspace needs a place for metadata (`metastore.serial` or \
                     `metastore.xattr`) that the web server may write to";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "metadata",
        needs: &[Need::Admin, Need::Feature("meta.user")],
        help: STORE,
        run: |scene| Box::pin(metadata(scene)),
    },
    Scenario {
        name: "comments",
        needs: &[Need::Feature("meta.comments")],
        help: STORE,
        run: |scene| Box::pin(comments(scene)),
    },
    Scenario {
        name: "locks",
        needs: &[Need::Feature("meta.simple_lock")],
        help: STORE,
        run: |scene| Box::pin(locks(scene)),
    },
    Scenario {
        name: "watches",
        needs: &[Need::Feature("meta.watch")],
        help: STORE,
        run: |scene| Box::pin(watches(scene)),
    },
];

/// The administrator decides which fields exist: sets the first text field.
async fn metadata(scene: &Scene) -> Result<(), Trouble> {
    let settings = &scene.known()?.features["meta.user"];
    let field = (0..20).find_map(|number| {
        let suffix = if number == 0 { String::new() } else { format!("_{number}") };
        let kind = settings[format!("meta_types{suffix}")].as_str()?;
        let is_text = matches!(kind, "string" | "text" | "textarea" | "tags");
        let name = settings[format!("meta_fields{suffix}")].as_str()?;
        is_text.then(|| name.to_owned())
    });
    let Some(field) = field else {
        return Err(Trouble::Skipped("the workspace has no field that holds text".to_owned()));
    };
    let (files, folder) = (scene.files(), scene.folder().await?);
    let path = folder.join("noted.txt");
    files.call(access_fs::mkfile(&path)).await?;
    // Older servers take what is in brackets for markup and cut it.
    let first = if cfg!(since = "6.5.1") { "50% more & <é>" } else { "50% more & é" };
    for text in [first, "another"] {
        files.call(meta_user::edit_user_meta(&path).any([(&*field, text)])).await?;
        let listing = files.call(access_fs::ls(&folder).options("al")).await?;
        let node = given("the file", listing.nodes.first())?;
        let shown = node.attributes.get(&field.replace('_', "-"));
        equal(&format!("the field {field}"), shown.or(node.attributes.get(&field)), Some(text))?;
    }
    Ok(())
}

async fn comments(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let path = folder.join("discussed.txt");
    files.call(access_fs::mkfile(&path)).await?;
    let feed = || meta_comments::load_comments_feed(&path);
    equal("the number of comments", files.call(feed()).await?.len(), 0)?;
    for text in ["It's 100% é & fine", "second"] {
        // The first servers show one comment of a second.
        #[cfg(not(since = "6.2.0"))]
        tokio::time::sleep(super::roles::A_SECOND_LATER).await;
        let posted = files.call(meta_comments::post_comment(&path, text)).await?;
        equal("the author", &*posted.author, &*scene.target().user.name)?;
    }
    let found = files.call(feed()).await?;
    // Comments by one author with the same displayed time are joined under the first id.
    let said: Vec<_> = found.iter().flat_map(|comment| comment.content.split("<br>")).collect();
    equal("the number of comments", said.len(), 2)?;
    equal("the second comment", said[1], "second")?;
    // 6.5 does nothing when it should delete a comment.
    #[cfg(any(since = "7.0.0", not(since = "6.5.1")))]
    delete_comments(&files, &path, found).await?;
    Ok(())
}

/// Deletes all comments on a node, one after the other.
#[cfg(any(since = "7.0.0", not(since = "6.5.1")))]
async fn delete_comments(
    files: &Workspace,
    path: &NodePath,
    mut left: Vec<Comment>,
) -> Result<(), Trouble> {
    while let Some(comment) = left.first() {
        let is_there = comment.path.as_deref().is_some_and(|path| path.ends_with("discussed.txt"));
        ensure(is_there, "a comment is on another node")?;
        let mut data = comment.other_fields.clone();
        data.insert("uuid".to_owned(), comment.uuid.into());
        data.insert("path".to_owned(), path.as_str().into());
        data.insert("date".to_owned(), comment.date.map(Timestamp::as_secs).into());
        data.insert("author".to_owned(), comment.author.as_str().into());
        data.insert("content".to_owned(), comment.content.as_str().into());
        files.call(meta_comments::delete_comment(path, &Json::Object(data))).await?;
        let rest = files.call(meta_comments::load_comments_feed(path)).await?;
        ensure(rest != left, "a comment that was deleted is still there")?;
        left = rest;
    }
    Ok(())
}

async fn locks(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let path = folder.join("locked.txt");
    files.call(access_fs::mkfile(&path)).await?;
    let locked = files.call(meta_simple_lock::sl_lock(&path)).await?;
    // Older servers only ask for a reload of the list.
    #[cfg(since = "6.5.1")]
    equal("the locked node", updated(locked)?, path.clone())?;
    #[cfg(not(since = "6.5.1"))]
    equal("the number of reloads", locked.reloads.len(), 1)?;
    equal("the lock", lock(&files, &folder).await?.as_deref(), Some("true"))?;
    // The user who holds the lock may still write.
    files.call(access_fs::put_content(&path, "mine")).await?;
    if let Ok(admin) = scene.admin()
        && scene.admin_login()?.name != scene.target().user.name
    {
        let theirs = admin.workspace(scene.workspace());
        let change = theirs.call(access_fs::put_content(&path, "theirs")).await;
        // Older servers say so in a text, as they do when they have saved the file.
        #[cfg(since = "6.5.1")]
        super::trouble::refused("to change a file that another one has locked", change)?;
        #[cfg(not(since = "6.5.1"))]
        change?;
    }
    files.call(meta_simple_lock::sl_lock(&path).unlock(true)).await?;
    equal("the lock that was given back", lock(&files, &folder).await?, None)?;
    let content = files.call(access_fs::get_content(&path)).await?.bytes(100).await?;
    equal("the content", &*content, b"mine")
}

/// Returns what the list of a folder says about a lock of its only file.
async fn lock(files: &Workspace, folder: &NodePath) -> Result<Option<String>, Trouble> {
    let listing = files.call(access_fs::ls(folder).options("al")).await?;
    let node = given("the file", listing.nodes.first())?;
    Ok(node.attributes.get("sl_locked").map(str::to_owned))
}

async fn watches(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    for action in [WatchAction::WatchChange, WatchAction::WatchStop] {
        let report = files.call(meta_watch::toggle_watch(&folder).watch_action(action)).await?;
        equal("the watched node", &updated(report)?, &folder)?;
    }
    Ok(())
}
