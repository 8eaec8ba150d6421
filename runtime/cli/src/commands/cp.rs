//! `cp`: files up, down, and on the server.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use clap::Args;
use indicatif::ProgressBar;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{
    Body, Files as _, Workspace,
    transfer::{Existing, Progress},
    v1::access_fs,
};
use serde_json::json;

use super::relocate::{self, How};
use crate::{
    context::Context,
    place::{Place, Remote},
    progress,
};

/// Upload or download files, or copy them on the server
///
/// Use `pydio mirror` to transfer folders; on the server, `cp` also copies folders. An interrupted
/// transfer resumes, and is compared with the checksum of the server, if it computes one.
///
/// With `-f`, a copy on the server replaces a file of the same workspace: the copy is made next to it as
/// `NAME.pydio-new` and compared with its source, then the old file is deleted (it moves to the recycle
/// bin, if there is one) and the copy renamed. The links to the old file end with it. A folder, and a
/// file of another workspace, is not replaced.
#[derive(Debug, Args)]
pub(super) struct Cp {
    /// The files, local or on the server
    #[arg(value_name = "FROM", value_parser = Place::parser(), required = true)]
    from: Vec<Place>,
    /// An existing folder, or the new path
    #[arg(value_name = "TO", value_parser = Place::parser())]
    to: Place,
    /// Replace files that exist
    #[arg(long, short)]
    force: bool,
}

impl Cp {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        if self.from.len() > 1 && !is_folder(&self.to) {
            let message = "several files require a folder: end its path with a slash";
            return Err(Failed::usage(message));
        }
        let mut names = BTreeSet::new();
        if let Some(name) = self.from.iter().filter_map(name).find(|name| !names.insert(*name)) {
            let message =
                format!("several sources are called `{name}`: one would replace the other");
            return Err(Failed::usage(message));
        }
        let how = if self.force { How::Replace } else { How::Copy };
        in_runtime(async {
            for from in &self.from {
                match (from, &self.to) {
                    (Place::Local(file), Place::Remote(to)) => self.up(context, file, to).await?,
                    (Place::Remote(from), Place::Local(to)) => self.down(context, from, to).await?,
                    (Place::Remote(from), Place::Remote(to)) => {
                        let path = relocate::relocate(context, from, to, how).await?;
                        let text = pydio_cli::shown(path.as_str()).into_owned();
                        context.output.line(&text, || json!({ "copied": path.as_str() }))?;
                    }
                    (Place::Local(_), Place::Local(_)) => {
                        let message = "neither FROM nor TO is on the server";
                        return Err(Failed::usage(message).tip("a node is `WORKSPACE:/PATH`"));
                    }
                }
            }
            Ok(())
        })
    }

    async fn up(&self, context: &Context, file: &Path, to: &Remote) -> Result<(), Failed> {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Failed::usage(format!("{}: no name", file.display())))?;
        let files = context.workspace(to)?;
        let path = relocate::target(&files, name, to).await?;
        let local = |error| Failed::local(file.display(), &error);
        if std::fs::metadata(file).map_err(local)?.is_dir() {
            return Err(is_a_folder(file.display()));
        }
        let content = Body::file(file).await.map_err(local)?;
        let folder = path.parent().ok_or_else(|| Failed::usage("the root is not a file"))?;
        let bar = progress::bar(context.output.is_json, progress::BYTES);
        bar.set_message(path.to_string());
        let existing = if self.force { Existing::Replace } else { Existing::Refuse };
        let call = access_fs::upload(folder, path.name(), content);
        let upload = files.upload(call).existing(existing).progress(shown_by(&bar));
        let done = upload.await?;
        bar.finish_and_clear();
        if done.node != path {
            return Err(Failed::refused(format!("the server named it {}", done.node)));
        }
        let json = || json!({ "uploaded": path.as_str(), "bytes": done.bytes, "md5": done.md5 });
        context.output.line(&told(path.as_str(), done.bytes, done.md5.as_deref()), json)
    }

    async fn down(&self, context: &Context, from: &Remote, to: &Path) -> Result<(), Failed> {
        let files = context.workspace(from)?;
        match files.stat(&from.path).await? {
            None => return Err(Failed::refused(format!("{} does not exist", from.path))),
            Some(node) if !node.is_file() => return Err(is_a_folder(&from.path)),
            Some(_) => {}
        }
        let to = local_target(from.path.name(), to)?;
        let bar = progress::bar(context.output.is_json, progress::BYTES);
        bar.set_message(from.path.to_string());
        let done = download(&files, from, &to, self.force, &bar).await?;
        bar.finish_and_clear();
        let shown = to.display().to_string();
        let json = || json!({ "downloaded": shown, "bytes": done.bytes, "md5": done.md5 });
        context.output.line(&told(&shown, done.bytes, done.md5.as_deref()), json)
    }
}

async fn download(
    files: &Workspace,
    from: &Remote,
    to: &Path,
    is_forced: bool,
    bar: &ProgressBar,
) -> Result<pydio_client::transfer::Downloaded, Failed> {
    let download = files.download(access_fs::download(&from.path)).replace(is_forced);
    Ok(download.progress(shown_by(bar)).to_file(to).await?)
}

fn shown_by(bar: &ProgressBar) -> impl FnMut(Progress) + Send + 'static {
    let bar = bar.clone();
    move |now| {
        bar.set_length(now.total.unwrap_or_default());
        bar.set_position(now.bytes);
    }
}

fn told(path: &str, bytes: u64, md5: Option<&str>) -> String {
    let compared = md5.map_or("size only".to_owned(), |md5| format!("md5 {md5}"));
    format!("{}\t{bytes} bytes\t{compared}", pydio_cli::shown(path))
}

fn is_a_folder(path: impl std::fmt::Display) -> Failed {
    Failed::usage(format!("{path} is a folder")).tip("`pydio mirror` copies folders")
}

fn name(place: &Place) -> Option<&str> {
    match place {
        Place::Remote(node) => Some(node.path.name()),
        Place::Local(path) => path.file_name()?.to_str(),
    }
}

fn is_folder(place: &Place) -> bool {
    match place {
        Place::Remote(node) => node.is_folder,
        Place::Local(path) => path.is_dir() || ends_with_slash(path),
    }
}

fn ends_with_slash(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(std::path::is_separator))
}

/// Returns the local file that a node is copied to.
fn local_target(name: &str, to: &Path) -> Result<PathBuf, Failed> {
    if !to.is_dir() && !ends_with_slash(to) {
        return Ok(to.to_owned());
    }
    match crate::tree::local_name(name) {
        None => Ok(to.join(name)),
        Some(why) => Err(Failed::usage(format!("`{name}` cannot be the name of a file: {why}"))),
    }
}
