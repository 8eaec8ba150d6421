//! `cp`: files up, down, and on the server.

use std::{
    collections::BTreeSet,
    io::IsTerminal as _,
    path::{Path, PathBuf},
};

use clap::Args;
use indicatif::ProgressBar;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{
    Body, ErrorKind, Files as _, NodePath, Workspace,
    transfer::{Existing, Progress},
    v1::access_fs,
};
use serde_json::json;

use super::relocate::{self, How};
use crate::{
    context::{Context, Names},
    mirror,
    place::{Place, Remote},
    progress, tree,
};

/// Upload or download files, or copy them on the server
///
/// Use `pydio mirror` to transfer folders; on the server, `cp` also copies folders. An interrupted
/// transfer resumes (not a download from a server that sends no date of a file, such as 7.0.4, where it
/// begins again), and is compared with the checksum of the server, if it computes one. A local `-`
/// is standard input or output, and `./-` a file of that name; what is written to standard output is
/// complete only if the exit status is 0.
///
/// With `-f`, a copy on the server replaces a file of the same workspace: the copy is made next to it as
/// `NAME.pydio-new` and compared with its source, then the old file is deleted (it moves to the recycle
/// bin, if there is one) and the copy renamed. The links to the old file end with it. A folder, and a
/// file of another workspace, is not replaced.
#[derive(Debug, Args)]
pub(super) struct Cp {
    /// The files, local or on the server; `-` for standard input
    #[arg(value_name = "FROM", value_parser = Place::parser(), required = true)]
    from: Vec<Place>,
    /// An existing folder, or the new path; `-` for standard output
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
        let mut taken = BTreeSet::new();
        if let Some(name) = self.from.iter().filter_map(name).find(|name| !taken.insert(*name)) {
            let message =
                format!("several sources are called `{name}`: one would replace the other");
            return Err(Failed::usage(message));
        }
        let places = self.from.iter().chain([&self.to]);
        let names = context.names(places.filter_map(Place::remote))?;
        in_runtime(async {
            for from in &self.from {
                self.copy(context, names, from).await?;
            }
            Ok(())
        })
    }

    async fn copy(&self, context: &Context, names: Names, from: &Place) -> Result<(), Failed> {
        match (from, &self.to) {
            (Place::Local(file), Place::Remote(to)) => self.up(context, names, file, to).await,
            (Place::Standard, Place::Remote(to)) => self.up_stdin(context, names, to).await,
            (Place::Remote(from), Place::Local(to)) => self.down(context, names, from, to).await,
            (Place::Remote(from), Place::Standard) => to_stdout(context, names, from).await,
            (Place::Remote(from), Place::Remote(to)) => {
                let how = if self.force { How::Replace } else { How::Copy };
                let path = relocate::relocate(context, names, (from, to), how).await?;
                let files = context.workspace(to)?;
                let text = pydio_cli::shown(&names.of(&files, &path)).into_owned();
                context
                    .output
                    .line(&text, || json!({ "copied": path.as_str(), "workspace": files.id() }))
            }
            (Place::Local(_) | Place::Standard, Place::Local(_) | Place::Standard) => {
                let message = "neither FROM nor TO is on the server";
                Err(Failed::usage(message).tip("a node is `WORKSPACE:/PATH`"))
            }
        }
    }

    async fn up(
        &self,
        context: &Context,
        names: Names,
        file: &Path,
        to: &Remote,
    ) -> Result<(), Failed> {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Failed::usage(format!("{}: no name", file.display())))?;
        let files = context.workspace(to)?;
        let path = relocate::target(&files, names, name, to).await?;
        let local = |error| Failed::local(file.display(), &error);
        if std::fs::metadata(file).map_err(local)?.is_dir() {
            return Err(is_a_folder(file.display()));
        }
        let content = Body::file(file).await.map_err(local)?;
        self.send(context, names, (&files, path), content).await
    }

    /// Uploads standard input, which is kept in a file first: the server requires its length.
    async fn up_stdin(&self, context: &Context, names: Names, to: &Remote) -> Result<(), Failed> {
        let files = context.workspace(to)?;
        let is_folder = match to.is_folder {
            true => true,
            false => files.stat(&to.path).await?.is_some_and(|node| !node.is_file()),
        };
        if is_folder {
            let folder = names.of(&files, &to.path);
            let message = format!("standard input has no name, and {folder} is a folder");
            return Err(Failed::usage(message).tip("add the name that the file gets"));
        }
        let kept = pydio_cli::standard_input()?;
        let local = |error| Failed::local("standard input", &error);
        let content = Body::file(kept.path()).await.map_err(local)?;
        self.send(context, names, (&files, to.path.clone()), content).await
    }

    async fn send(
        &self,
        context: &Context,
        names: Names,
        (files, path): (&Workspace, NodePath),
        content: Body,
    ) -> Result<(), Failed> {
        let folder = path.parent().ok_or_else(|| Failed::usage("the root is not a file"))?;
        let name = names.of(files, &path);
        if let Some(why) = tree::server_file_name(path.name()) {
            return Err(Failed::refused(format!("{name} cannot be created: {why}")));
        }
        let bar = progress::bar(context.output.is_json, progress::BYTES);
        bar.set_message(name.clone());
        let existing = if self.force { Existing::Replace } else { Existing::Refuse };
        let call = access_fs::upload(folder, path.name(), content);
        let upload = files.upload(call).existing(existing).progress(shown_by(&bar));
        let done = upload.in_one_request(mirror::AT_ONCE).await;
        let done = done.map_err(|error| {
            let is_taken = error.kind() == ErrorKind::Precondition;
            let failed = Failed::from(error).about(&name);
            if is_taken { failed.tip("pass `-f` to replace it") } else { failed }
        })?;
        bar.finish_and_clear();
        if done.node != path {
            return Err(Failed::refused(format!("the server named it {}", done.node)));
        }
        if let Some(warning) = pydio_cli::set_aside(&done) {
            pydio_cli::say(format_args!("warning: {}", pydio_cli::shown(&warning)));
        }
        let text = told(&name, done.bytes, done.md5.as_deref());
        context.output.line(&text, || {
            json!({
                "uploaded": path.as_str(), "workspace": files.id(), "bytes": done.bytes,
                "md5": done.md5,
            })
        })
    }

    async fn down(
        &self,
        context: &Context,
        names: Names,
        from: &Remote,
        to: &Path,
    ) -> Result<(), Failed> {
        let files = context.workspace(from)?;
        let name = file_on_server(names, &files, from).await?;
        let to = local_target(from.path.name(), to)?;
        let bar = progress::bar(context.output.is_json, progress::BYTES);
        bar.set_message(name.clone());
        let download = files.download(access_fs::download(&from.path)).replace(self.force);
        let done = download.progress(shown_by(&bar)).to_file(&to).await;
        let done = done.map_err(|error| Failed::from(error).about(&name))?;
        bar.finish_and_clear();
        let shown = to.display().to_string();
        let mut text = told(&shown, done.bytes, done.md5.as_deref());
        if names.workspace(&files).is_some() {
            text = format!("{text}\tfrom {}", pydio_cli::shown(&name));
        }
        context.output.line(&text, || {
            json!({
                "downloaded": shown, "workspace": files.id(), "path": from.path.as_str(),
                "bytes": done.bytes, "md5": done.md5,
            })
        })
    }
}

/// Downloads to standard output, and reports on standard error.
async fn to_stdout(context: &Context, names: Names, from: &Remote) -> Result<(), Failed> {
    if context.output.is_json {
        let message = "the content goes to standard output, and so does `--json`";
        return Err(Failed::usage(message).tip("name a file in place of `-`"));
    }
    let files = context.workspace(from)?;
    let name = file_on_server(names, &files, from).await?;
    let is_in_the_way = std::io::stdout().is_terminal();
    let bar = progress::bar(is_in_the_way, progress::BYTES);
    bar.set_message(name.clone());
    let download = files.download(access_fs::download(&from.path)).progress(shown_by(&bar));
    let done = download.to_writer(tokio::io::stdout()).await;
    let done = done.map_err(|error| Failed::from(error).about(&name))?;
    bar.finish_and_clear();
    pydio_cli::say(told(&name, done.bytes, done.md5.as_deref()));
    Ok(())
}

/// Returns the name of a file to download.
async fn file_on_server(names: Names, files: &Workspace, from: &Remote) -> Result<String, Failed> {
    let node = names.node(files, &from.path);
    match node.found().await?.is_file() {
        true => Ok(node.name),
        false => Err(is_a_folder(&node)),
    }
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
    Failed::refused(format!("{path} is a folder")).tip("`pydio mirror` copies folders")
}

fn name(place: &Place) -> Option<&str> {
    match place {
        Place::Remote(node) => Some(node.path.name()),
        Place::Local(path) => path.file_name()?.to_str(),
        Place::Standard => None,
    }
}

fn is_folder(place: &Place) -> bool {
    match place {
        Place::Remote(node) => node.is_folder,
        Place::Local(path) => path.is_dir() || ends_with_slash(path),
        Place::Standard => false,
    }
}

fn ends_with_slash(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(std::path::is_separator))
}

/// Returns the local file that a node is copied to.
fn local_target(name: &str, to: &Path) -> Result<PathBuf, Failed> {
    if !to.is_dir() {
        return match ends_with_slash(to) {
            true => Err(Failed::refused(format!("there is no folder {}", to.display()))),
            false => Ok(to.to_owned()),
        };
    }
    match crate::tree::local_name(name) {
        None => Ok(to.join(name)),
        Some(why) => Err(Failed::usage(format!("`{name}` cannot be the name of a file: {why}"))),
    }
}
