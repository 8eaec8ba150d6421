//! What a change did although its call failed.

use pydio_cli::Failed;
use pydio_client::Files as _;

use crate::{context::Named, reach::Reach, tree};

/// Returns the outcome of a change: a call that failed may have done its work all the same, and then
/// the failure is a warning. `is_done` looks for it.
///
/// # Errors
///
/// The failure of the call, unless the change is done.
pub(crate) async fn of_change(
    called: Result<(), Failed>,
    name: &str,
    is_done: impl Future<Output = Result<bool, Failed>>,
) -> Result<(), Failed> {
    let Err(failed) = called else { return Ok(()) };
    if !failed.may_have_changed_something() || !matches!(is_done.await, Ok(true)) {
        return Err(failed);
    }
    warn(name, &failed);
    Ok(())
}

/// Prints that a change is done although its call failed.
pub(crate) fn warn(name: &str, failed: &Failed) {
    let name = pydio_cli::shown(name);
    let message = pydio_cli::shown_lines(failed.message());
    pydio_cli::say(format_args!("warning: {name}: done, although the call failed: {message}"));
}

/// Deletes a node of the server, and records how the call went.
///
/// # Errors
///
/// Returns an error if it exists afterwards, with what is left in it if it is a folder.
pub(crate) async fn delete(node: &Named<'_>, reach: &Reach) -> Result<(), Failed> {
    let Named { files, path, name } = node;
    let deleted = files.delete(path).await;
    reach.saw(&deleted);
    let is_gone = async { Ok(!files.exists(path).await?) };
    match of_change(deleted.map_err(Failed::from), name, is_gone).await {
        Err(failed) if failed.may_have_changed_something() => Err(with_rest(node, failed).await),
        outcome => outcome,
    }
}

/// Adds what is left in a folder that was to be deleted: the server may have deleted the rest.
async fn with_rest(node: &Named<'_>, failed: Failed) -> Failed {
    let Named { files, path, name } = node;
    match files.stat(path).await {
        Ok(Some(node)) if !node.is_file() => {}
        // It is a file, or nothing is known.
        _ => return failed,
    }
    if failed.message().contains("origin and destination folders are the same") {
        return failed.tip(BIN);
    }
    let (nodes, Ok(())) = tree::list(files, &Reach::default(), path).await else { return failed };
    let names = nodes.iter().map(|node| node.path().name().to_owned());
    let left = match nodes.is_empty() {
        true => "it is empty now".to_owned(),
        false => format!("left in it: {}", tree::few(names)),
    };
    let message = format!("{name} is not deleted, or only in part ({left}): {}", failed.message());
    let failed = failed.message_is(message);
    match nodes.iter().all(|node| !node.is_file()) {
        true => failed.tip(LINKS),
        false => failed,
    }
}

const BIN: &str = "the server does not delete the recycle bin itself; delete what is in it";

const LINKS: &str = "a folder that stays may be a symbolic link on the server's disk: the server \
                     deletes what it leads to, and cannot delete the link; ask the administrator to \
                     remove it";
