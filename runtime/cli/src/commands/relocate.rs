//! Copies and moves on the server, which are compared with their source.

use std::collections::BTreeMap;

use pydio_cli::Failed;
use pydio_client::{
    ActionCall, ErrorKind, Files as _, NodePath, Workspace,
    response::{Background, Envelope},
    v1::access_fs,
};

use crate::{
    context::{self, Context, Named, Names, own_workspaces},
    filter::Filter,
    hashes::{self, Hashes},
    outcome,
    place::Remote,
    reach::Reach,
    tree::{self, Kind},
};

/// What happens to the source, and to a node in the place of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Move,
    Copy,
    /// A copy that replaces a file.
    Replace,
}

/// Copies or moves a node on the server, and returns its new path.
pub(super) async fn relocate(
    context: &Context,
    names: Names,
    (from, to): (&Remote, &Remote),
    how: How,
) -> Result<NodePath, Failed> {
    let tip = match how {
        How::Move => "name what is in it: `pydio ls` lists it",
        How::Copy | How::Replace => {
            "name what is in it: `pydio ls` lists it; `pydio mirror` downloads all of it"
        }
    };
    from.refuse_root("cannot be copied or moved itself", tip)?;
    let (files, others) = (context.workspace(from)?, context.workspace(to)?);
    let source = names.node(&files, &from.path);
    let before = content(&source).await?;
    let before = before.ok_or_else(|| Failed::refused(format!("{source} does not exist")))?;
    let target = target(&others, names, from.path.name(), to).await?;
    let target = names.node(&others, &target);
    if let Some(why) = tree::server_name(target.path.name()) {
        return Err(Failed::refused(format!("{target} cannot be created: {why}")));
    }
    let is_within = files.id() == others.id();
    if is_within && tree::is_in(target.path.as_str(), from.path.as_str()) {
        return Err(Failed::usage(format!("{source} cannot be put into itself")));
    }
    if let Some(old) = others.stat(&target.path).await? {
        let message = format!("{target} exists");
        let remedy = match how {
            _ if is_within && from.path == target.path => "it is the source itself",
            How::Move => "delete it first with `pydio rm`, or give another path",
            How::Copy => "pass `-f` to replace a file, or give another path",
            How::Replace if !is_within => {
                "a file of another workspace is not replaced: delete it first with `pydio rm`"
            }
            How::Replace if !old.is_file() || !matches!(before, Content::File { .. }) => {
                "only a file replaces a file: delete it first with `pydio rm`, or give another path"
            }
            How::Replace => {
                replace(context, &source, &target, &before).await?;
                return Ok(target.path);
            }
        };
        return Err(Failed::refused(message).tip(remedy));
    }
    let is_move = how == How::Move;
    let called = match is_within {
        true => within(context, &source, &target.path, is_move).await,
        false => across(context, &source, &target, is_move).await,
    };
    judge(called, &target, &before, is_move.then_some(&source)).await?;
    Ok(target.path)
}

/// Replaces a file by the copy of another one. The copy has another name until it is complete, so that
/// one of both is there at any time.
async fn replace(
    context: &Context,
    source: &Named<'_>,
    target: &Named<'_>,
    before: &Content,
) -> Result<(), Failed> {
    const SUFFIX: &str = ".pydio-new";
    let files = target.files;
    let new = Named {
        path: NodePath::from(format!("{}{SUFFIX}", target.path)),
        name: format!("{target}{SUFFIX}"),
        ..*target
    };
    let copied = match files.exists(&new.path).await? {
        false => within(context, source, &new.path, false).await,
        // A run that was interrupted has left the whole copy.
        true if problem(&new, before).await?.is_none() => Ok(()),
        true => {
            let message = format!("{new} exists, and is not a copy of {source}");
            return Err(Failed::refused(message).tip("move it away, or delete it with `pydio rm`"));
        }
    };
    let placed = match judge(copied, &new, before, None).await {
        Ok(()) => outcome::delete(target, &Reach::default()).await,
        Err(failed) => Err(failed),
    };
    if let Err(failed) = placed {
        let message = format!("{target} is not replaced: {}", failed.message());
        return Err(match files.delete(&new.path).await {
            // It may never have been there.
            Err(_) if files.exists(&new.path).await.unwrap_or(true) => {
                let tip = format!("the new file may be left as {new}; delete it");
                failed.message_is(message).tip(tip)
            }
            _ => failed.message_is(message),
        });
    }
    let renamed = files.rename(&new.path, target.path.name()).await.map_err(Failed::from);
    let judged = judge(renamed, target, before, Some(&new)).await;
    judged.map_err(|failed| {
        let tip = format!(
            "the old file is deleted, or in the recycle bin if there is one; unless {target} is the \
             new file, {new} is: rename it with `pydio mv`"
        );
        failed.tip(tip)
    })
}

/// Returns the outcome of a copy or move, by what the server has afterwards. What was moved is to be
/// `gone`.
async fn judge(
    called: Result<(), Failed>,
    target: &Named<'_>,
    before: &Content,
    gone: Option<&Named<'_>>,
) -> Result<(), Failed> {
    match &called {
        Err(failed) if !failed.may_have_changed_something() => return called,
        _ => {}
    }
    let look = async {
        match (problem(target, before).await?, gone) {
            (None, Some(from)) if from.files.exists(&from.path).await? => {
                Ok(Some(format!("{target} was created, but {from} still exists")))
            }
            (problem, _) => Ok(problem),
        }
    };
    let problem: Result<_, Failed> = look.await;
    match (called, problem) {
        (Ok(()), Ok(None)) => Ok(()),
        (Ok(()), Ok(Some(problem))) => {
            Err(Failed::refused(format!("the server reports success, but {problem}")))
        }
        (Err(failed), Ok(None)) => {
            outcome::warn(&target.name, &failed);
            Ok(())
        }
        (Err(failed), Ok(Some(problem))) if target.files.exists(&target.path).await? => {
            Err(failed.about(problem))
        }
        (Err(failed), Ok(Some(_))) => Err(failed),
        (Err(failed), Err(_)) | (Ok(()), Err(failed)) => Err(failed),
    }
}

/// Copies, moves or renames in one workspace.
async fn within(
    context: &Context,
    source: &Named<'_>,
    target: &NodePath,
    is_move: bool,
) -> Result<(), Failed> {
    let Named { files, path: from, .. } = source;
    if is_move {
        // Before 8.0.2, `move` of more than 10 MB does nothing over REST.
        return Ok(files.call(access_fs::rename_to_path(target, from)).await.map(drop)?);
    }
    let folder = target.parent().unwrap_or_else(NodePath::root);
    let call = access_fs::copy(from, folder).target_base_name(target.name());
    match files.call(call.clone()).await?.wait().await {
        // Nor does `copy`, but in a session.
        Err(error) if error.kind() == ErrorKind::NotDone => {
            let why = "this release copies more than 10 MB in a session";
            in_session(context, files.id(), call, why).await
        }
        done => Ok(done.map(drop)?),
    }
}

/// Returns the path that a node gets: in an existing folder, or the given one.
pub(super) async fn target(
    files: &Workspace,
    names: Names,
    name: &str,
    to: &Remote,
) -> Result<NodePath, Failed> {
    let shown = names.of(files, &to.path);
    match files.stat(&to.path).await? {
        Some(node) if !node.is_file() => Ok(to.path.join(name)),
        Some(_) if to.is_folder => Err(Failed::refused(format!("{shown} is a file"))),
        None if to.is_folder => {
            let tip = "`pydio mkdir` creates it";
            Err(Failed::refused(format!("there is no folder {shown}")).tip(tip))
        }
        Some(_) => Ok(to.path.clone()),
        None => {
            let folder = to.path.parent().unwrap_or_else(NodePath::root);
            if files.exists(&folder).await? {
                return Ok(to.path.clone());
            }
            let message = format!("there is no folder {}", names.of(files, &folder));
            Err(Failed::refused(message).tip("`pydio mkdir` creates it"))
        }
    }
}

/// Copies or moves to another workspace, under the same name.
async fn across(
    context: &Context,
    source: &Named<'_>,
    target: &Named<'_>,
    is_move: bool,
) -> Result<(), Failed> {
    let (from, others, target) = (&source.path, target.files, &target.path);
    if target.name() != from.name() {
        let message = "a node keeps its name when it goes to another workspace";
        return Err(Failed::usage(message).tip("rename it there afterwards with `pydio mv`"));
    }
    let folder = target.parent().unwrap_or_else(NodePath::root);
    let id = workspace_id(context, others.id()).await?;
    let call = access_fs::cross_copy(from, id, folder).moving_files(is_move);
    in_session(context, source.files.id(), call, "another workspace is reached in a session").await
}

/// Sends a call in a session, and waits until its work is done. REST does not reach every action, and
/// a session needs the password.
async fn in_session<C>(context: &Context, workspace: &str, call: C, why: &str) -> Result<(), Failed>
where
    C: ActionCall<Response = Background<Option<Envelope>>>,
{
    let needed = |failed: Failed| failed.about(format!("{why}, which no key pair opens"));
    let (login, password) = context.settings.login_and_password().map_err(needed)?;
    let session = context.pydio.session().keep_password(false).login(login, password).await?;
    let done = match session.workspace(workspace).call(call).await {
        Ok(work) => work.wait().await.map(drop),
        Err(error) => Err(error),
    };
    // A session that cannot be closed expires on the server.
    let _ = session.logout().await;
    Ok(done?)
}

/// Returns the id of a workspace; the server takes a slug for an id that does not exist.
async fn workspace_id(context: &Context, slug: &str) -> Result<String, Failed> {
    let all = own_workspaces(&context.pydio).await?;
    context::find(&all, slug)
        .map(|workspace| workspace.id.clone())
        .ok_or_else(|| Failed::refused(format!("there is no workspace `{slug}` for this user")))
}

/// What a node contains, to be found again in its copy.
#[derive(Debug, PartialEq, Eq)]
enum Content {
    /// The size of a file, and its checksum if the server computes one.
    File { size: Option<u64>, md5: Option<String> },
    /// The sizes of the files below a folder, by path; a folder has none.
    Folder(BTreeMap<String, Option<u64>>),
}

/// Reads what a node contains; `None` if it does not exist.
async fn content(node: &Named<'_>) -> Result<Option<Content>, Failed> {
    /// How many folders are read at a time.
    const FOLDERS: usize = 4;
    let Named { files, path, name } = node;
    let Some(node) = files.stat(path).await? else { return Ok(None) };
    if node.is_file() {
        let md5 = match hashes::of(files, std::slice::from_ref(path)).await? {
            Hashes::Unknown => None,
            Hashes::Known(mut known) => known.remove(path.as_str()),
        };
        return Ok(Some(Content::File { size: node.size(), md5 }));
    }
    let (reach, filter) = (Reach::default(), Filter::default());
    let tree = tree::remote(files, &reach, path, &filter, FOLDERS, |_| {}).await;
    if let Some(problem) = tree.problems.first() {
        return Err(Failed::refused(format!("{name} cannot be read completely: {problem}")));
    }
    let sizes = tree.entries.into_iter().map(|(path, kind)| match kind {
        Kind::File { size, .. } => (path, Some(size)),
        Kind::Folder => (path, None),
    });
    Ok(Some(Content::Folder(sizes.collect())))
}

/// Compares the copy with what the source contained, and returns how it differs.
async fn problem(target: &Named<'_>, before: &Content) -> Result<Option<String>, Failed> {
    Ok(match (before, content(target).await?) {
        (_, None) => Some(format!("{target} does not exist")),
        (_, Some(copy)) if copy == *before => None,
        // One of the workspaces may have no checksums.
        (Content::File { size, md5 }, Some(Content::File { size: copied, md5: other }))
            if *size == copied && (md5.is_none() || other.is_none()) =>
        {
            None
        }
        (Content::Folder(all), Some(Content::Folder(copied))) => {
            let differs = |path: &&String| all.get(*path) != copied.get(*path);
            let path = all.keys().chain(copied.keys()).find(differs);
            let path = path.map(String::as_str).unwrap_or_default();
            Some(format!("`{path}` in {target} is not as in the source"))
        }
        _ => Some(format!("{target} differs from the source")),
    })
}
