//! Transfers by the client, which resume where they broke off.

use std::{
    io,
    path::PathBuf,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::{Either, select};
use pydio_client::{
    Error, ErrorKind, NodePath, Pydio, Workspace,
    transfer::{Check, FileDownload, FileUpload, Progress, Resume},
    v1::access_fs,
};
use tempfile::TempDir;
use tokio::sync::Notify;

use super::{
    Scenario, Scene, Trouble,
    content::{LIMITS, bytes, is_listed, size, unpacked},
    cut::{Cuts, Cutting},
    trouble::{ensure, equal, refused},
};

const RANGES: &str = "nothing in front of the server may take `Range` headers away, keep a broken \
                      request's body or pack answers";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "transfers of nothing, one byte and 50 MB, with checksums",
        needs: &[],
        help: LIMITS,
        run: |scene| Box::pin(whole(scene)),
    },
    Scenario {
        name: "an upload that breaks off goes on, and so does one that was given up",
        needs: &[],
        help: LIMITS,
        run: |scene| Box::pin(broken_upload(scene)),
    },
    Scenario {
        name: "a download that breaks off goes on, and so does one that was given up",
        needs: &[],
        help: RANGES,
        run: |scene| Box::pin(broken_download(scene)),
    },
    Scenario {
        name: "a folder is downloaded as a zip, which starts over when it breaks off",
        needs: &[],
        help: "PHP needs its extension zip, and room in its folder for temporary files",
        run: |scene| Box::pin(folder_as_zip(scene)),
    },
];

/// The length of interrupted transfers, and of the part sent per request.
const LENGTH: usize = 4_000_000;
const PART: u64 = 1_000_000;

/// The bytes of a download that broke off after a part which need not be received again. Older
/// servers do not say when the file was changed last: it could be another one by then.
const KEPT: u64 = if cfg!(since = "8.0.0") { PART } else { 0 };

/// A short delay between attempts.
const AT_ONCE: Duration = Duration::from_millis(10);

/// A local folder.
struct Local(TempDir);

impl Local {
    fn new() -> Result<Self, Trouble> {
        Ok(Self(TempDir::new().map_err(|error| local(&error))?))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Asserts that a file exists with this content.
    fn holds(&self, name: &str, content: &[u8]) -> Result<(), Trouble> {
        let found = std::fs::read(self.path(name)).map_err(|error| local(&error))?;
        ensure(found == content, format!("other bytes came back: {} of them", found.len()))
    }

    /// Returns how many bytes of a file have been received so far.
    fn begun(&self, name: &str) -> u64 {
        let metadata = std::fs::metadata(self.path(&format!("{name}.part")));
        metadata.map_or(0, |metadata| metadata.len())
    }
}

fn local(error: &io::Error) -> Trouble {
    Trouble::Unmet(format!("the folder for temporary files: {error}"))
}

/// Returns the user's files through a transport that can break off.
fn cutting(scene: &Scene) -> Result<(Workspace, Arc<Cuts>), Trouble> {
    let (transport, cuts) = Cutting::new()?;
    let user = &scene.target().user;
    let builder = Pydio::builder(&scene.target().url).transport(transport);
    let pydio = builder.login(&user.name, &*user.password).build()?;
    Ok((pydio.workspace(scene.workspace()), cuts))
}

fn up(files: &Workspace, folder: &NodePath, name: &str, content: &Bytes) -> FileUpload {
    let upload = files.upload(access_fs::upload(folder, name, content.clone()));
    upload.check(Check::HashIfKnown)
}

fn down(files: &Workspace, path: &NodePath) -> FileDownload {
    files.download(access_fs::download(path)).check(Check::HashIfKnown)
}

async fn whole(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder, here) = (scene.files(), scene.folder().await?, Local::new()?);
    for (name, length) in [("empty é.bin", 0), ("one + 1.bin", 1), ("50 MB.bin", 50_000_000)] {
        let (content, path) = (Bytes::from(bytes(length)), folder.join(name));
        let sent = up(&files, &folder, name, &content).await?;
        equal("the new file", (&sent.node, sent.bytes), (&path, length as u64))?;
        let came = down(&files, &path).to_file(here.path(name)).await?;
        equal("what came", (came.bytes, came.md5), (length as u64, sent.md5))?;
        here.holds(name, &content)?;
    }
    Ok(())
}

async fn broken_upload(scene: &Scene) -> Result<(), Trouble> {
    let (files, cuts) = cutting(scene)?;
    let (folder, here) = (scene.folder().await?, Local::new()?);
    let content = Bytes::from(bytes(LENGTH));
    cuts.request.store(PART / 2, Ordering::SeqCst);
    let sent = up(&files, &folder, "cut.bin", &content).part_size(PART).retries(4, AT_ONCE).await?;
    equal("the cut that was meant", cuts.request.load(Ordering::SeqCst), 0)?;
    equal("the size of what was cut", sent.bytes, LENGTH as u64)?;

    let path = folder.join("given up.bin");
    let begun = up(&files, &folder, path.name(), &content).part_size(PART);
    // By then two parts have arrived, and the third is being sent.
    let (tell, enough) = through(2 * PART + PART / 2);
    give_up(begun.progress(tell).into_future(), &enough).await?;
    ensure(size(&files, &path).await?.is_none(), "the file is there before it is whole")?;
    let again = up(&files, &folder, path.name(), &content).part_size(PART);
    let sent = again.resume(Resume::Always).await?;
    ensure(sent.resumed >= 2 * PART, format!("only {} bytes were left", sent.resumed))?;
    let is_left = is_listed(&files, &folder, &format!("{}.dlpart", path.name())).await?;
    ensure(!is_left, "the part is still there")?;
    for name in ["cut.bin", path.name()] {
        down(&files, &folder.join(name)).to_file(here.path(name)).await?;
        here.holds(name, &content)?;
    }
    Ok(())
}

async fn broken_download(scene: &Scene) -> Result<(), Trouble> {
    let (files, cuts) = cutting(scene)?;
    let (folder, here) = (scene.folder().await?, Local::new()?);
    let (content, path) = (Bytes::from(bytes(LENGTH)), folder.join("down é.bin"));
    up(&scene.files(), &folder, path.name(), &content).await?;
    let download = || down(&files, &path).retries(0, AT_ONCE);

    cuts.answer.store(PART, Ordering::SeqCst);
    let error = refused("half a file", download().to_file(here.path("cut")).await)?;
    ensure(error.kind() == ErrorKind::Transport, format!("no broken connection: {error}"))?;
    ensure(!here.path("cut").exists(), "the file is there before it is whole")?;
    equal("what is kept", here.begun("cut"), PART)?;
    let came = download().to_file(here.path("cut")).await?;
    equal("what was there from before", came.resumed, KEPT)?;
    here.holds("cut", &content)?;

    let (tell, enough) = through(2 * PART);
    give_up(download().progress(tell).to_file(here.path("given up")), &enough).await?;
    let came = download().to_file(here.path("given up")).await?;
    // Bytes that were not yet written when the first run was dropped are received again.
    ensure(came.resumed > 0 || KEPT == 0, "a download that was given up started over")?;
    here.holds("given up", &content)?;

    cuts.answer.store(PART, Ordering::SeqCst);
    let mut writer = Vec::new();
    let came = down(&files, &path).retries(4, AT_ONCE).to_writer(&mut writer).await;
    equal("the cut that was meant", cuts.answer.load(Ordering::SeqCst), 0)?;
    if KEPT > 0 {
        came?;
        return ensure(writer == *content, "other bytes came back into a writer");
    }
    let error = refused("to go on with what may be another file", came)?;
    ensure(error.kind() == ErrorKind::Incomplete, format!("the download is not over: {error}"))
}

/// Returns a progress callback that reports when this many bytes have been transferred.
fn through(bytes: u64) -> (impl FnMut(Progress) + Send + 'static, Arc<Notify>) {
    let enough = Arc::new(Notify::new());
    let told = Arc::clone(&enough);
    let tell = move |progress: Progress| {
        if progress.bytes >= bytes {
            told.notify_one();
        }
    };
    (tell, enough)
}

/// Starts a transfer, and drops it once enough bytes have been transferred.
async fn give_up<T>(
    transfer: impl Future<Output = Result<T, Error>>,
    enough: &Notify,
) -> Result<(), Trouble> {
    match select(pin!(transfer), pin!(enough.notified())).await {
        Either::Left((Ok(_), _)) => {
            Err(Trouble::Unmet("the transfer was through before it was given up".to_owned()))
        }
        Either::Left((Err(error), _)) => Err(error.into()),
        Either::Right(_) => Ok(()),
    }
}

async fn folder_as_zip(scene: &Scene) -> Result<(), Trouble> {
    let (files, cuts) = cutting(scene)?;
    let (folder, here) = (scene.folder().await?, Local::new()?);
    let below = folder.join("packed/below é");
    files.call(access_fs::mkdir(folder.join("packed"))).await?;
    files.call(access_fs::mkdir(&below)).await?;
    let text: String = bytes(500_000).iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    up(&files, &below, "long.txt", &Bytes::from(text.clone())).await?;
    files.call(access_fs::mkfile(folder.join("packed/short.txt")).content("short")).await?;

    cuts.answer.store(100_000, Ordering::SeqCst);
    let download = files.download(access_fs::download(folder.join("packed")));
    let came = download.retries(4, AT_ONCE).to_file(here.path("zip")).await?;
    equal("the cut that was meant", cuts.answer.load(Ordering::SeqCst), 0)?;
    let archive = std::fs::read(here.path("zip")).map_err(|error| local(&error))?;
    equal("the size of the archive", came.bytes, archive.len() as u64)?;
    let mut found = unpacked(archive)?;
    found.sort_by_key(|(_, text)| text.len());
    let is_whole = matches!(
        &found[..],
        [(a, short), (b, long)]
            if a.ends_with("short.txt") && short == "short"
                && b.ends_with("below é/long.txt") && *long == text
    );
    let names: Vec<_> = found.iter().map(|(name, text)| (name, text.len())).collect();
    ensure(is_whole, format!("the archive holds {names:?}"))
}
