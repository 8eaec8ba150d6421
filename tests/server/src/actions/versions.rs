//! Earlier versions of files: `meta.svn`, whose actions replace those of the workspace, and
//! `meta.git`.

use bytes::Bytes;

use super::{Action, Answer, Call, Outcome, Refusal, admin::done, error};
use crate::{
    describe::{Described, Value},
    disk::Kind,
    element::Element,
    envelope::{Envelope, Format, Listing, json_reply},
    names::{base, join, parent},
    reply::Reply,
    world::Revision,
};

/// The actions of a workspace with `meta.svn`, and whether they change anything.
pub(super) static SVN: &[(&str, bool, Action)] = &[
    ("copy", true, copy),
    ("move", true, move_nodes),
    ("rename", true, rename),
    ("delete", true, delete),
    ("restore", true, delete),
    ("revert_file", true, revert_file),
    ("svnswitch", true, svnswitch),
    ("svndownload", false, svndownload),
    ("svnlog", false, svnlog),
];

const COPIED: &str = "The selected files/folders have been copied/moved (by SVN)";
const DELETED: &str = "The selected files/folders have been deleted (by SVN)";

impl Call<'_> {
    /// Returns the revisions of the disk, oldest first.
    fn revisions(&self) -> &[Revision] {
        self.world.revisions.get(self.disk_name).map_or(&[], |revisions| revisions)
    }

    /// Returns the content of a file in a revision: a number that begins with 2, or `HEAD`.
    fn svn_content(&self, path: &str) -> Option<Bytes> {
        let wanted = self.text("revision").unwrap_or("HEAD");
        let index = wanted.parse::<usize>().map(|number| number.checked_sub(2));
        let revision = match index {
            Ok(index) => self.revisions().get(index?)?,
            Err(_) => self.revisions().last()?,
        };
        revision.content(path)
    }
}

fn svn_missing<T>(code: &str, path: &str) -> Result<T, Refusal> {
    error(format!("svn: {code}: Path '{path}' does not exist"))
}

fn copy(call: Call<'_>) -> Answer {
    transfer(call, false)
}

fn move_nodes(call: Call<'_>) -> Answer {
    transfer(call, true)
}

/// Copies or moves nodes. The target must be a folder.
fn transfer(call: Call<'_>, moves: bool) -> Answer {
    let selection = call.selection()?;
    let folder = call.path("dest")?.unwrap_or_else(|| "/".to_owned());
    for path in selection.paths() {
        if call.disk.get(path).is_none() {
            return svn_missing("E155010", path);
        }
        let to = join(&folder, base(path));
        if call.disk.get(&to).is_some() {
            return error(format!("svn: E155010: Path '{to}' is not a directory"));
        }
        let is_done = if moves { call.disk.rename(path, &to) } else { call.disk.copy(path, &to) };
        if !is_done {
            return svn_missing("E155010", &folder);
        }
    }
    done(COPIED, [""])
}

fn rename(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let name = call.text("filename_new").map(base).unwrap_or_default().to_owned();
    if call.disk.get(path).is_none() {
        return svn_missing("E155010", path);
    }
    call.disk.rename(path, &join(parent(path), &name));
    done(COPIED, [""])
}

/// Deletes nodes for good, even those in the recycle bin that are to be restored.
fn delete(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    for path in selection.paths() {
        if call.disk.remove(path).is_none() {
            return error(format!("svn: E125001: '{path}' does not exist"));
        }
    }
    done(DELETED, [""])
}

/// Writes an earlier version, with `compare` next to the file.
fn revert_file(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    if let Some(content) = call.svn_content(path) {
        let to = match call.parameters.is_true("compare") {
            true => call.disk.free(parent(path), base(path)),
            false => path.to_owned(),
        };
        call.disk.write(&to, content);
    }
    super::facts::nothing(call)
}

/// Updates a folder to a revision, which must exist.
fn svnswitch(call: Call<'_>) -> Answer {
    let revision = call.text("revision").unwrap_or_default();
    match revision.parse::<usize>() {
        Ok(number) if number > call.revisions().len() + 1 => {
            error(format!("svn: E160006: No such revision {revision}"))
        }
        _ => super::facts::nothing(call),
    }
}

/// Sends an earlier version; an unknown one is empty.
fn svndownload(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    match call.svn_content(selection.first()) {
        Some(content) => attachment(base(selection.first()), content),
        None => super::facts::nothing(call),
    }
}

fn attachment(name: &str, content: Bytes) -> Answer {
    let reply = Reply::new(200, &format!("application/force-download; name=\"{name}\""), content)
        .header("Content-Disposition", format!("attachment; filename=\"{name}\""))
        .header("Cache-Control", "no-cache, must-revalidate");
    Ok(Outcome::Reply(reply))
}

/// Returns the log of a file. In JSON its elements are empty.
fn svnlog(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    if call.disk.get(path).is_none() {
        return error(format!("svn: E155010: The node '{path}' was not found."));
    }
    if call.format == Format::Json {
        return Ok(Outcome::Reply(json_reply("[{},{}]".to_owned())));
    }
    let last = (call.revisions().len() + 1).to_string();
    let current = Element::new("current_revision").text(&last);
    let entries = call.revisions().iter().enumerate().map(|(n, revision)| {
        Element::new("logentry")
            .attribute("revision", (n + 2).to_string())
            .child(Element::new("author").text(&revision.login))
            .child(Element::new("msg"))
    });
    let log = Element::new("log").children(entries);
    Ok(Envelope { elements: vec![current, log], ..Envelope::default() }.into())
}

/// Lists the commits of a file, newest first.
pub(super) fn git_history(call: Call<'_>) -> Answer {
    let path = call.path("file")?.unwrap_or_else(|| "/".to_owned());
    let is_about = |revision: &&Revision| {
        revision.changes.iter().any(|change| change.to.as_deref() == Some(&*path))
    };
    let commits: Vec<_> = call.revisions().iter().filter(is_about).collect();
    let commits = commits.iter().enumerate().rev().map(|(n, revision)| {
        let is_new = revision.changes.iter().any(|change| change.kind == Kind::Create);
        let event = if is_new { "File created" } else { "Content modified" };
        let attributes = vec![
            ("ID", Value::from(&*revision.id)),
            ("DATE", "Sat Nov 28 18:59:34 2026 +0000".into()),
            ("ajxp_modiftime", Value::Number(revision.time)),
            ("MESSAGE", revision.login.as_str().into()),
            ("FILE", path.trim_start_matches('/').into()),
            ("EVENT", event.into()),
            ("icon", "txt2.png".into()),
            ("index", Value::Number(i64::try_from(n + 1).unwrap_or(i64::MAX))),
        ];
        let at = format!("/{}", revision.id);
        Listing::leaf(Described::other(Some(&at), base(&path), attributes).typed(true))
    });
    let children = commits.collect();
    let root = Described::root();
    Ok(Outcome::Listing(Listing::of(root, children)))
}

/// Returns a file of a commit. Its path must not begin with a slash, as it does over REST.
fn git_content(call: &Call<'_>) -> Result<(String, Bytes), Refusal> {
    let file = call.text("file").unwrap_or("/").to_owned();
    let id = call.text("commit_id").unwrap_or_default();
    let commit = call.revisions().iter().find(|revision| revision.id == id);
    let found = commit.filter(|_| !file.starts_with('/'));
    match found.and_then(|commit| commit.content(&join("/", &file))) {
        Some(content) => Ok((file, content)),
        None => error(format!(
            "Some errors in executing git command\n\nOutput:\n\nError:\nfatal: Not a valid object \
             name {id}:{file}\n"
        )),
    }
}

/// Sends a file of a commit as an attachment; anything else fails.
pub(super) fn git_getfile(call: Call<'_>) -> Answer {
    let (file, content) = git_content(&call)?;
    match call.text("attach") {
        Some("inline") => error("Undefined index: original_file"),
        _ => attachment(base(&file), content),
    }
}

/// Writes the version of a commit.
pub(super) fn git_revertfile(call: Call<'_>) -> Answer {
    let (file, content) = git_content(&call)?;
    let path = join("/", &file);
    call.disk.write(&path, content);
    let updated = call.changed(&path, Some(&path));
    Ok(Envelope { updated, background: true, ..Envelope::default() }.into())
}
