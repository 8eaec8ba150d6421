//! Output of responses.

mod bytes;
mod text;

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use pydio_runtime::{
    Json, ResponseKind,
    response::{Download, Element, Envelope, Listing, Message, Node},
    transfer::Uploaded,
};
use serde_json::json;
use tempfile::NamedTempFile;

pub use self::text::{shown, shown_lines};
pub(super) use self::{
    bytes::Bytes,
    text::{Row, envelope_lines, severity},
};
use super::{Failed, args, interrupted, is_plain, say, shape};

/// The destination of a response.
pub(super) struct Output {
    pub(super) is_json: bool,
    /// A file, unless it is standard output.
    file: Option<PathBuf>,
    /// Whether standard output was requested explicitly.
    is_stdout: bool,
    is_forced: bool,
}

/// A response to print.
pub(super) enum Reply {
    Nothing,
    Listing(Listing),
    Envelope(Envelope),
    Xml(Element),
    Json(Json),
    Text(String),
    Bytes(Download),
}

/// Describes how a transferred file was compared with the other side.
/// Returns a warning if a file was renamed to make room for the parts of an upload.
pub fn set_aside(uploaded: &Uploaded) -> Option<String> {
    let Uploaded { node, set_aside, .. } = uploaded;
    let renamed = set_aside.as_ref()?;
    Some(format!(
        "{node}: its parts were collected in `{}.dlpart`; the file that had this name, of another \
         upload or of somebody, is {renamed} now",
        node.name()
    ))
}

fn compared(md5: Option<&str>) -> &'static str {
    match md5 {
        Some(_) => "with the checksum that the server has",
        None => "NOT compared by checksum: the server provides none",
    }
}

impl Output {
    pub(super) fn of(top: &ArgMatches, leaf: &ArgMatches) -> Result<Self, Failed> {
        let file = args::either::<PathBuf>(top, leaf, args::OUTPUT);
        let is_stdout = file.as_deref() == Some(Path::new("-"));
        let output = Self {
            is_json: args::is_on(top, leaf, args::JSON),
            file: file.filter(|_| !is_stdout),
            is_stdout,
            is_forced: args::is_on(top, leaf, args::FORCE),
        };
        match &output.file {
            Some(file) if !output.is_forced && fs::symlink_metadata(file).is_ok() => {
                let message = format!("{} already exists", file.display());
                Err(Failed::refused(message).tip("pass `--force` before the call to replace it"))
            }
            _ => Ok(output),
        }
    }

    /// Refuses before the call what could not be printed after it.
    pub(super) fn check(&self, kind: ResponseKind) -> Result<(), Failed> {
        match kind == ResponseKind::Bytes {
            true if self.is_json && self.file.is_none() => {
                let message = "the response is bytes, not JSON";
                Err(Failed::usage(message).tip("`-o FILE` writes them to a file, and reports it"))
            }
            true if self.is_refused_by_terminal() => Err(to_terminal()),
            _ => Ok(()),
        }
    }

    /// Returns whether bytes would go to a terminal without an explicit request.
    fn is_refused_by_terminal(&self) -> bool {
        self.file.is_none() && !self.is_stdout && io::stdout().is_terminal()
    }

    /// Returns whether people read the output.
    fn is_for_people(&self) -> bool {
        self.file.is_none() && io::stdout().is_terminal()
    }

    pub(super) async fn reply(&self, reply: Reply) -> Result<(), Failed> {
        if let Reply::Bytes(download) = reply {
            return self.bytes(Bytes::Answer(Box::new(download))).await;
        }
        for message in reply.messages() {
            say(shown_lines(&message.text));
        }
        if self.is_json {
            return self.json(&reply.json());
        }
        match reply {
            Reply::Nothing | Reply::Bytes(_) => self.text(""),
            Reply::Listing(listing) => {
                if let Some(page) = listing.pagination.filter(|page| page.total > 1) {
                    say(format_args!(
                        "page {} of {}, of {} nodes in all",
                        page.current, page.total, page.count
                    ));
                }
                for folder in listing.incomplete_folders() {
                    let count = folder.pagination.map_or(0, |page| page.count);
                    say(format_args!(
                        "{} of {count} nodes of {}: the server sends no more of a folder inside \
                         another, so list that one separately",
                        folder.children.len(),
                        text::shown(folder.path().as_str())
                    ));
                }
                let rest: String = listing.elements.iter().map(text::xml).collect();
                let rest = shown_lines(&rest);
                let rows = text::rows(&listing.nodes, self.is_for_people());
                self.text(&(self.tabular(&text::COLUMNS, rows) + &rest))
            }
            Reply::Envelope(envelope) => {
                if envelope.background {
                    say("the server may continue the work");
                }
                let rows = text::rows(&envelope.root.children, self.is_for_people());
                let listed = match envelope.root.children.is_empty() {
                    true => String::new(),
                    false => self.tabular(&text::COLUMNS, rows),
                };
                self.text(&(listed + &envelope_lines(&envelope)))
            }
            Reply::Xml(element) => self.server_text(&text::xml(&element)),
            Reply::Json(json) => self.json(&json),
            Reply::Text(text) if text.is_empty() || text.ends_with('\n') => self.server_text(&text),
            Reply::Text(text) => self.server_text(&(text + "\n")),
        }
    }

    pub(super) fn json(&self, json: &Json) -> Result<(), Failed> {
        self.server_text(&format!("{json:#}\n"))
    }

    /// Writes text from the server. On a terminal, escapes the control characters in it.
    fn server_text(&self, text: &str) -> Result<(), Failed> {
        match self.is_for_people() {
            true => self.text(&shown_lines(text)),
            false => self.text(text),
        }
    }

    pub(super) fn table(
        &self,
        columns: &[&str],
        rows: impl Iterator<Item = Row>,
    ) -> Result<(), Failed> {
        self.text(&self.tabular(columns, rows.collect()))
    }

    fn tabular(&self, columns: &[&str], rows: Vec<Row>) -> String {
        match self.is_for_people() {
            true => text::table(columns, &rows, !is_plain(&io::stdout())),
            false => text::lines(&rows),
        }
    }

    /// Prints the result of an upload.
    pub(super) fn uploaded(&self, uploaded: &Uploaded) -> Result<(), Failed> {
        let Uploaded { node, bytes, resumed, md5, .. } = uploaded;
        if let Some(warning) = set_aside(uploaded) {
            say(format_args!("warning: {}", text::shown(&warning)));
        }
        if self.is_json {
            let node = node.as_str();
            let json = json!({ "node": node, "bytes": bytes, "resumed": resumed, "md5": md5 });
            return self.json(&json);
        }
        say(format_args!("{bytes} bytes have arrived, {}", compared(md5.as_deref())));
        self.text(&format!("{}\n", text::shown(node.as_str())))
    }

    /// Writes text to the destination: a file is complete or does not exist.
    fn text(&self, text: &str) -> Result<(), Failed> {
        let Some(path) = &self.file else { return to_stdout(text.as_bytes()) };
        let write = || -> io::Result<()> {
            let mut file = beside(path)?;
            file.write_all(text.as_bytes())?;
            self.keep(file, path)
        };
        write().map_err(|error| Failed::local(path.display(), &error))
    }

    /// Gives a complete file its name.
    fn keep(&self, file: NamedTempFile, path: &Path) -> io::Result<()> {
        match self.is_forced {
            true => file.persist(path).map(drop).map_err(|error| error.error),
            false => file.persist_noclobber(path).map(drop).map_err(|error| error.error),
        }
    }
}

/// Creates a file in the same folder, which is removed unless it gets a name.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        let message = "not a regular file, and only those can be replaced";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(interrupted::guarded(NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?))
}

fn to_terminal() -> Failed {
    Failed::usage("the response is bytes, which do not belong on a terminal")
        .tip("`-o FILE` writes them to a file, `-o -` to the terminal anyway")
}

/// Returns nodes as text: a table for people, and otherwise lines with the path, the kind, the size
/// and the time of the last change, separated by tabs. With a workspace, each begins with
/// `WORKSPACE:/PATH`.
pub fn nodes(nodes: &[Node], workspace: Option<&str>) -> String {
    let is_for_people = io::stdout().is_terminal();
    let rows = match workspace {
        None => text::rows(nodes, is_for_people),
        Some(workspace) => text::rows_of(workspace, nodes),
    };
    match is_for_people {
        true => text::table(&text::COLUMNS, &rows, !is_plain(&io::stdout())),
        false => text::lines(&rows),
    }
}

/// Writes text to standard output. A closed reader is not an error.
///
/// # Errors
///
/// Returns an error if standard output cannot be written.
pub fn to_stdout(bytes: &[u8]) -> Result<(), Failed> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.map_err(|error| not_written(&error))
}

/// Returns the error for a failed write to standard output.
fn not_written(error: &io::Error) -> Failed {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failed::closed(),
        _ => Failed::local("standard output", error),
    }
}

impl Reply {
    fn messages(&self) -> &[Message] {
        match self {
            Self::Listing(listing) => &listing.messages,
            Self::Envelope(envelope) => &envelope.messages,
            _ => &[],
        }
    }

    fn json(&self) -> Json {
        match self {
            Self::Nothing | Self::Bytes(_) => Json::Null,
            Self::Listing(listing) => shape::listing(listing),
            Self::Envelope(envelope) => shape::envelope(envelope),
            Self::Xml(element) => shape::element(element),
            Self::Json(json) => json.clone(),
            Self::Text(text) => Json::from(&**text),
        }
    }
}
