//! Uploads files, and verifies them.

use futures_util::{StreamExt as _, future, stream};
use indicatif::ProgressBar;
use pydio_cli::Failed;
use pydio_client::{
    Body, FilePart, Files as _,
    response::Node,
    transfer::{Existing, FileUpload, Uploaded},
    v1::access_fs,
};
use pydio_runtime::NodePaths;
use serde_json::json;

use super::Up;
use crate::{
    hashes,
    mirror::{AT_ONCE, Job, SMALL, hashes_of},
    progress, reach,
    summary::Summary,
    tree::{Problem, node},
};

/// The state of all uploads of a run.
struct Send<'u> {
    up: &'u Up,
    bar: ProgressBar,
}

/// A file that the server has accepted, with the checksum that it should have.
struct Sent<'j> {
    job: &'j Job,
    md5: String,
}

/// What the server has of a file that it has accepted.
enum Found {
    /// The file as it was sent, by its checksum if the server computes one.
    Same(Option<String>),
    Other,
    /// The server did not tell.
    Unknown,
}

/// A file that is still to be uploaded or verified.
struct Left {
    job: Job,
    before: Before,
}

/// What was done before about a file that is still to be uploaded or verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nothing is known to have reached the server.
    Nothing,
    /// It was sent, and the response is lost.
    Sent,
    /// The server has accepted it.
    Accepted,
}

impl Up {
    /// Uploads files: small ones in one request each, and many are verified in one call; for large
    /// ones, and for whatever went wrong with a small one, by uploads that resume.
    pub(super) async fn send_all(
        &self,
        jobs: Vec<Job>,
        summary: &mut Summary,
    ) -> Result<(), Failed> {
        let bar = progress::bar(self.options.output.is_json, progress::BYTES);
        bar.set_length(jobs.iter().map(|job| job.size).sum());
        let send = Send { up: self, bar };
        let is_small = |job: &Job| (1..=SMALL).contains(&job.size);
        let (small, others): (Vec<_>, Vec<_>) = jobs.into_iter().partition(is_small);
        let mut left: Vec<Left> =
            others.into_iter().map(|job| Left { job, before: Before::Nothing }).collect();
        let mut unverified: Vec<Sent<'_>> = Vec::new();
        for window in small.chunks(hashes::MOST) {
            // Verifies the files before while these are sent.
            let ((sent, failed), verified) =
                future::join(send.window(window), send.verify(&unverified)).await;
            left.extend(failed);
            left.extend(send.record(verified, summary)?);
            unverified = sent;
        }
        let verified = send.verify(&unverified).await;
        left.extend(send.record(verified, summary)?);
        send.with_resuming(&left, summary).await?;
        send.bar.finish_and_clear();
        Ok(())
    }
}

impl Before {
    /// Returns the failure of the upload that tries again, with what was done before.
    fn of(self, failed: Failed) -> Failed {
        let sent = match self {
            Self::Nothing => return failed,
            Self::Sent => "sent, not verified (the response is lost)",
            Self::Accepted => "sent, not verified",
        };
        match failed.message() == reach::NOT_TRIED {
            true => failed.message_is(format!("{sent}: {}", reach::LOST)),
            false => failed.about(sent),
        }
    }
}

impl Send<'_> {
    /// Sends small files. Returns those that the server has accepted, and the others.
    async fn window<'j>(&self, window: &'j [Job]) -> (Vec<Sent<'j>>, Vec<Left>) {
        let sending = window.iter().map(|job| async move { (job, self.at_once(job).await) });
        let mut sending = stream::iter(sending).buffer_unordered(self.up.options.transfers);
        let (mut sent, mut failed) = (Vec::new(), Vec::new());
        while let Some((job, outcome)) = sending.next().await {
            match outcome {
                Ok(md5) => sent.push(Sent { job, md5 }),
                Err(before) => failed.push(Left { job: job.clone(), before }),
            }
        }
        (sent, failed)
    }

    /// Sends a small file in one request, and returns its checksum. If that fails, the upload that
    /// tries again finds out what is wrong.
    async fn at_once(&self, job: &Job) -> Result<String, Before> {
        if self.up.reach.is_lost() {
            return Err(Before::Nothing);
        }
        let (path, target) = (self.up.from.join(&job.path), node(&self.up.to, &job.path));
        self.bar.set_message(pydio_cli::shown(&job.path).into_owned());
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        let bytes = read.ok().and_then(Result::ok);
        let bytes = bytes.filter(|bytes| bytes.len() as u64 == job.size).ok_or(Before::Nothing)?;
        let md5 = hashes::of_bytes(&bytes);
        let content = FilePart::new(target.name(), bytes);
        let folder = target.parent().ok_or(Before::Nothing)?;
        let call = access_fs::upload(folder, target.name(), content);
        let answer = self.up.files.call(call).await;
        self.up.reach.saw(&answer);
        let answer = answer.map_err(|error| match reach::may_have_arrived(&error) {
            true => Before::Sent,
            false => Before::Nothing,
        })?;
        let mut nodes = answer.diff.added.iter().chain(&answer.diff.updated);
        if nodes.any(|node| node.path() == target) { Ok(md5) } else { Err(Before::Sent) }
    }

    /// Compares what the server has with what was sent.
    async fn verify<'j>(&self, sent: &[Sent<'j>]) -> Vec<(&'j Job, Found)> {
        let jobs: Vec<Job> = sent.iter().map(|sent| sent.job.clone()).collect();
        if jobs.is_empty() {
            return Vec::new();
        }
        match hashes_of(&self.up.files, &self.up.reach, &self.up.to, &jobs).await {
            Ok(Some(known)) => {
                let found = |sent: &Sent<'j>| match known.get(&sent.job.path) == Some(&sent.md5) {
                    true => Found::Same(Some(sent.md5.clone())),
                    false => Found::Other,
                };
                sent.iter().map(|sent| (sent.job, found(sent))).collect()
            }
            Ok(None) => self.verify_sizes(sent).await,
            // Each file is looked at by the upload that tries again.
            Err(_) => sent.iter().map(|sent| (sent.job, Found::Unknown)).collect(),
        }
    }

    /// Compares sizes, where the server computes no checksums.
    async fn verify_sizes<'j>(&self, sent: &[Sent<'j>]) -> Vec<(&'j Job, Found)> {
        let nodes = sent.iter().map(|sent| node(&self.up.to, &sent.job.path));
        let Ok(nodes) = self.up.files.stat_many(nodes.collect::<NodePaths>()).await else {
            return sent.iter().map(|sent| (sent.job, Found::Unknown)).collect();
        };
        let found = |(sent, node): (&Sent<'j>, Option<Node>)| {
            let size = node.and_then(|node| node.size());
            (sent.job, if size == Some(sent.job.size) { Found::Same(None) } else { Found::Other })
        };
        sent.iter().zip(nodes).map(found).collect()
    }

    /// Records the files that are verified, and returns the others.
    fn record(
        &self,
        verified: Vec<(&Job, Found)>,
        summary: &mut Summary,
    ) -> Result<Vec<Left>, Failed> {
        let mut left = Vec::new();
        for (job, found) in verified {
            let before = match found {
                Found::Same(md5) => {
                    self.bar.inc(job.size);
                    self.done(job, md5.as_deref(), summary)?;
                    continue;
                }
                Found::Other => Before::Nothing,
                Found::Unknown => Before::Accepted,
            };
            left.push(Left { job: job.clone(), before });
        }
        Ok(left)
    }

    fn done(&self, job: &Job, md5: Option<&str>, summary: &mut Summary) -> Result<(), Failed> {
        summary.add("files", 1);
        summary.add("bytes", job.size);
        summary.add("files compared by size alone", md5.is_none().into());
        let output = self.up.options.output;
        if output.is_json {
            output.line("", || json!({ "file": job.path, "bytes": job.size, "md5": md5 }))?;
        }
        Ok(())
    }

    /// Uploads files by uploads that resume.
    async fn with_resuming(&self, left: &[Left], summary: &mut Summary) -> Result<(), Failed> {
        let uploads = left.iter().map(|left| async move { (left, self.resuming(&left.job).await) });
        let mut uploads = stream::iter(uploads).buffer_unordered(self.up.options.transfers);
        while let Some((Left { job, before }, outcome)) = uploads.next().await {
            match outcome {
                Ok(uploaded) => {
                    summary.warn(pydio_cli::set_aside(&uploaded));
                    self.done(job, uploaded.md5.as_deref(), summary)?;
                }
                Err(failed) => {
                    let is_sent = *before != Before::Nothing;
                    summary.add("files sent, not verified", is_sent.into());
                    summary.problem(Problem::new(&*job.path, &before.of(failed)));
                }
            }
        }
        Ok(())
    }

    async fn resuming(&self, job: &Job) -> Result<Uploaded, Failed> {
        self.up.reach.check()?;
        let (path, target) = (self.up.from.join(&job.path), node(&self.up.to, &job.path));
        self.bar.set_message(pydio_cli::shown(&job.path).into_owned());
        let folder = target.parent().ok_or_else(|| Failed::usage("the root is not a file"))?;
        let mut smaller = part_sizes(job.size, self.up.options.part_size).into_iter();
        let mut size = smaller.next().unwrap_or(job.size);
        let done = loop {
            let content = Body::file(&path).await;
            let content = content.map_err(|error| Failed::local("not read", &error))?;
            let call = access_fs::upload(folder.clone(), target.name(), content);
            let upload = shown(self.up.files.upload(call), &self.bar);
            let upload = upload.existing(Existing::Replace).part_size(size);
            let done = match self.up.options.part_size {
                Some(_) => upload.await,
                None => upload.in_one_request(AT_ONCE).await,
            };
            let is_too_large = done.as_ref().is_err_and(|error| error.status() == Some(TOO_LARGE));
            match smaller.next() {
                Some(next) if is_too_large => size = next,
                _ => break done,
            }
        };
        self.up.reach.saw(&done);
        let done = done?;
        if done.node != target {
            return Err(Failed::refused(format!("the server named it {}", done.node)));
        }
        Ok(done)
    }
}

/// The status of a request that something in front of Pydio does not accept for its size.
const TOO_LARGE: u16 = 413;

/// Returns the sizes of parts to try: what is in front of Pydio may accept less than Pydio.
fn part_sizes(length: u64, wanted: Option<u64>) -> Vec<u64> {
    /// Each part costs the time of two requests, and is what a broken connection loses.
    const PARTS: u64 = 32;
    const USUAL: u64 = 16 << 20;
    const MOST: u64 = 64 << 20;
    /// Less than what nginx accepts by default.
    const LEAST: u64 = 512 << 10;
    if let Some(size) = wanted {
        return vec![size];
    }
    let mut sizes = vec![(length / PARTS).clamp(USUAL, MOST), USUAL, LEAST];
    sizes.dedup();
    sizes
}

/// Shows the progress of an upload, in a bar that may belong to several.
fn shown(upload: FileUpload, bar: &ProgressBar) -> FileUpload {
    let bar = bar.clone();
    let mut last = 0;
    upload.progress(move |now| {
        // What has to be sent again was not sent.
        bar.dec(u64::saturating_sub(last, now.bytes));
        bar.inc(now.bytes.saturating_sub(last));
        last = now.bytes;
    })
}

#[cfg(test)]
mod tests {
    use super::part_sizes;

    #[test]
    fn parts_of_large_files_are_larger_unless_they_are_set() {
        let sizes = |length: u64| part_sizes(length, None).into_iter().map(|size| size >> 10);
        assert_eq!(sizes(5 << 20).collect::<Vec<_>>(), [16 << 10, 512]);
        assert_eq!(sizes(1 << 30).collect::<Vec<_>>(), [32 << 10, 16 << 10, 512]);
        assert_eq!(sizes(9 << 30).collect::<Vec<_>>(), [64 << 10, 16 << 10, 512]);
        assert_eq!(part_sizes(9 << 30, Some(7)), [7]);
    }
}
