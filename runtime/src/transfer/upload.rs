//! Uploads of any size, in one request or in parts.

use std::{pin::Pin, time::Duration};

use super::{
    Check, Progress,
    files::Files,
    progress::Listener,
    retry::{Retries, Retry},
    stat,
};
use crate::{
    call::{ActionCall, RestCall},
    client::Workspace,
    session::SessionWorkspace,
    types::{BYTES, Error, ErrorKind, Failure, FilePart, NodePath, Request, TransferActions},
};

mod one_request;
mod piece;
mod run;
mod source;

use source::Source;

/// An upload that has not started; awaiting it runs it.
///
/// A file of up to [`Self::part_size`] is sent in one request, a larger one in parts, unless
/// [`Self::in_one_request`] is set. The server collects parts in a file whose name ends with
/// `.dlpart`; a file of this name that is not continued is renamed first, because it may be
/// somebody's. Before a part is sent again, or appended to what an earlier run left, the
/// server is asked what it has. At the end it is asked for the size and the checksum of the file, as
/// set by [`Self::check`]. Parts that another run cannot resume are removed; others stay on the
/// server.
///
/// The server stores names in Unicode normalization form C: a name with separate accents (form D, as
/// from old macOS file systems) replaces the file with the composed name, even with
/// [`Existing::Refuse`], which does not find it. Measured on 7.0.4 and 8.2.5; normalize names first.
#[must_use = "an upload does nothing until it is awaited"]
pub struct FileUpload {
    files: Files,
    call: Result<Planned, Error>,
    options: Options,
}

/// A planned upload.
struct Planned {
    actions: &'static TransferActions,
    /// The call as the caller made it, without the file.
    request: Request,
    file_name: String,
    media_type: String,
    source: Source,
    node: NodePath,
    keeps_both: bool,
}

#[derive(Clone)]
struct Options {
    existing: Option<Existing>,
    resume: Resume,
    check: Check,
    retries: Retries,
    part_size: u64,
    one_request: Option<Duration>,
    limit: Option<u64>,
    is_raw: bool,
    listener: Listener,
}

/// What to do with an existing file of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Existing {
    /// It is replaced.
    Replace,
    /// It is kept, and a number is added to the name of the new file: `a-1.txt`.
    KeepBoth,
    /// It is kept, and the upload is an error. This is checked before the upload: a file that is
    /// created in the meantime is overwritten.
    Refuse,
    /// It is kept, and the bytes are appended to it; a missing file is created. Each part is appended
    /// in place, so others see the file grow. The size is verified after each part, and the checksum
    /// is not, because the beginning of the file is not known here: [`Check::Hash`] is an error.
    Append,
}

/// Whether an upload in parts appends to what an earlier run left on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resume {
    /// Only if it has the checksum of the beginning of this file, which the server has to compute
    /// (`meta.filehasher`); otherwise the upload starts over.
    #[default]
    Proven,
    /// The same, and if the server computes no checksum, whenever there is something shorter than
    /// the file. If that is the beginning of another file, nothing detects this.
    Always,
    /// Never.
    Never,
}

/// The result of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// The file, under the name the server gave it.
    pub node: NodePath,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Number of bytes that were on the server before: from an earlier run, or in the file that was
    /// appended to.
    pub resumed: u64,
    /// The MD5 checksum, which is the same on both sides. `None` if the server returns none, as
    /// without the plugin `meta.filehasher`: the content is then unverified, and only its size
    /// matches the server.
    pub md5: Option<String>,
    /// The new path of a file that had the name under which the server collects parts, and was
    /// renamed: the rest of another upload, or somebody's file.
    pub set_aside: Option<NodePath>,
}

/// Default size of one request, in bytes.
const PART_SIZE: u64 = 16 * 1024 * 1024;

impl Workspace {
    /// Returns an upload by the call that sends a file.
    ///
    /// Its file may be bytes, a [`Body::file`](crate::Body::file), or a
    /// [`Body::reader`](crate::Body::reader); only the last cannot be sent again when a connection
    /// breaks. The call determines whether a file of the same name is replaced, unless
    /// [`FileUpload::existing`] is set.
    pub fn upload<C: RestCall>(&self, call: C) -> FileUpload {
        FileUpload::new(Files::Rest(self.clone()), call.into_request())
    }
}

impl SessionWorkspace {
    /// Like [`Workspace::upload`], on the session: in parts that the server accepts.
    ///
    /// # Errors
    ///
    /// In addition to the errors of [`FileUpload`], [`ErrorKind::InvalidToken`] when a part is
    /// larger than PHP's `post_max_size`: PHP then drops the whole form, with the secure token in
    /// it.
    pub fn upload<C: ActionCall>(&self, call: C) -> FileUpload {
        FileUpload::new(Files::Session(self.clone()), call.into_request())
    }
}

impl FileUpload {
    fn new(files: Files, request: Request) -> Self {
        let call = plan(request, &files);
        let options = Options {
            existing: None,
            resume: Resume::default(),
            check: Check::default(),
            retries: Retries::default(),
            part_size: PART_SIZE,
            one_request: None,
            limit: None,
            is_raw: false,
            listener: Listener::default(),
        };
        Self { files, call, options }
    }

    /// Sets a function to call whenever bytes have been sent.
    pub fn progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.options.listener = Listener::new(tell);
        self
    }

    /// Sets what to do with an existing file of the same name.
    pub fn existing(mut self, existing: Existing) -> Self {
        self.options.existing = Some(existing);
        self
    }

    /// Sets whether the upload resumes where an earlier run stopped.
    pub fn resume(mut self, resume: Resume) -> Self {
        self.options.resume = resume;
        self
    }

    /// Sets how the file on the server is compared with this one: by its checksum, if the server
    /// can compute one, unless set.
    pub fn check(mut self, check: Check) -> Self {
        self.options.check = check;
        self
    }

    /// Sets how often the upload is resumed without progress, and the pause before the first time,
    /// which doubles each time: 4 times and half a second unless set.
    pub fn retries(mut self, most: u32, pause: Duration) -> Self {
        self.options.retries = Retries { most, pause };
        self
    }

    /// Sets the size of one request, in bytes, if the server accepts as much: 16 MiB unless set.
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.options.part_size = bytes.max(1);
        self
    }

    /// Sends a file of more than [`Self::part_size`] in one request too, if the server accepts as
    /// much, nothing of it is there from an earlier run, it can be sent again, and not
    /// [`Self::raw`]. When the request fails, or its first ten seconds let expect that it takes
    /// longer than `most`, the file is sent in parts. Unless set, it is sent in parts at once.
    ///
    /// A server copies parts to assemble them: on an 8.2.5 that was reached without a network, 2 GB
    /// took 17 seconds in one request, and 28 in parts of 64 MiB.
    pub fn in_one_request(mut self, most: Duration) -> Self {
        self.options.one_request = Some(most);
        self
    }

    /// Sets how much the server accepts in one request, in bytes. Unless set, the server is asked
    /// if a request is to be larger than 1 MiB.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.options.limit = Some(bytes.max(1));
        self
    }

    /// Sends the bytes as a raw body, by the operation of REST v2, instead of in a form.
    pub fn raw(mut self) -> Self {
        self.options.is_raw = true;
        self
    }

    /// # Errors
    ///
    /// Returns the errors of the calls; [`ErrorKind::InvalidRequest`] when the call is not the one
    /// that sends a file; [`ErrorKind::Incomplete`] when the server does not have what was sent;
    /// [`ErrorKind::LocalFile`] when the file cannot be read, or changes meanwhile.
    async fn run(self) -> Result<Uploaded, Error> {
        run::Run::new(self.files, self.call?, self.options).run().await
    }
}

impl IntoFuture for FileUpload {
    type Output = Result<Uploaded, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Takes the call apart, if it is the one that sends a file.
fn plan(mut request: Request, files: &Files) -> Result<Planned, Error> {
    let endpoint = request.endpoint();
    let unsendable = |message: &str| {
        Error::new(
            ErrorKind::InvalidRequest,
            Failure::new(message).call(endpoint.to_string(), files.id()),
        )
    };
    let actions = endpoint.transfer().filter(|actions| actions.upload.endpoint.is(endpoint));
    let Some(actions) = actions else {
        let message = "these bindings do not declare this action as the one for uploads; send it \
                       with `call`";
        return Err(unsendable(message));
    };
    request.check().map_err(|why| unsendable(&why))?;
    let mut attached = request.take_files();
    let (Some(file), true) = (attached.pop(), attached.is_empty()) else {
        return Err(unsendable("one file is uploaded at a time"));
    };
    let FilePart { file_name, media_type, body } = file;
    let name = request.text_of(actions.upload.name).unwrap_or(&file_name).to_owned();
    if matches!(&*name, "" | "." | "..") || name.contains('/') {
        return Err(unsendable(
            "the name of the file is empty, is `.` or `..`, or contains a \
                               slash",
        ));
    }
    let folder = NodePath::from(request.text_of(actions.upload.folder).unwrap_or("/"));
    Ok(Planned {
        actions,
        node: folder.join(&name),
        keeps_both: request.text_of(actions.upload.keep_both).is_some(),
        request: request.without(actions.upload.keep_both),
        file_name,
        media_type: media_type.unwrap_or_else(|| BYTES.to_owned()),
        source: Source::new(body),
    })
}
