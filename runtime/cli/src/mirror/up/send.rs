//! Uploads files, and verifies them.

use futures_util::{StreamExt as _, future, stream};
use indicatif::ProgressBar;
use pydio_cli::Failed;
use pydio_client::{
    Body, FilePart, Files as _,
    transfer::{Existing, FileUpload, Uploaded},
    v1::access_fs,
};
use pydio_runtime::NodePaths;
use serde_json::json;

use super::Up;
use crate::{
    hashes,
    mirror::{AT_ONCE, Job, SMALL, hashes_of},
    progress,
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

/// A file is on the server as it was sent, by its checksum if the server computes one.
struct Verified(Option<String>);

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
        let (small, mut others): (Vec<_>, Vec<_>) = jobs.into_iter().partition(is_small);
        let mut unverified: Vec<Sent<'_>> = Vec::new();
        for window in small.chunks(hashes::MOST) {
            // Verifies the files before while these are sent.
            let ((sent, failed), verified) =
                future::join(send.window(window), send.verify(&unverified)).await;
            others.extend(failed);
            others.extend(send.record(verified, summary)?);
            unverified = sent;
        }
        let verified = send.verify(&unverified).await;
        others.extend(send.record(verified, summary)?);
        send.with_resuming(&others, summary).await?;
        send.bar.finish_and_clear();
        Ok(())
    }
}

impl Send<'_> {
    /// Sends small files. Returns those that the server has accepted, and the others.
    async fn window<'j>(&self, window: &'j [Job]) -> (Vec<Sent<'j>>, Vec<Job>) {
        let sending = window.iter().map(|job| async move { (job, self.at_once(job).await) });
        let mut sending = stream::iter(sending).buffer_unordered(self.up.options.transfers);
        let (mut sent, mut failed) = (Vec::new(), Vec::new());
        while let Some((job, md5)) = sending.next().await {
            match md5 {
                Some(md5) => sent.push(Sent { job, md5 }),
                None => failed.push(job.clone()),
            }
        }
        (sent, failed)
    }

    /// Sends a small file in one request. `None` if that fails: the upload that tries again finds out
    /// what is wrong.
    async fn at_once(&self, job: &Job) -> Option<String> {
        if self.up.reach.is_lost() {
            return None;
        }
        let (path, target) = (self.up.from.join(&job.path), node(&self.up.to, &job.path));
        self.bar.set_message(pydio_cli::shown(&job.path).into_owned());
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        let bytes = read.ok()?.ok().filter(|bytes| bytes.len() as u64 == job.size)?;
        let md5 = hashes::of_bytes(&bytes);
        let content = FilePart::new(target.name(), bytes);
        let call = access_fs::upload(target.parent()?, target.name(), content);
        let answer = self.up.files.call(call).await.ok()?;
        self.up.reach.saw(&Ok(()));
        let mut nodes = answer.diff.added.iter().chain(&answer.diff.updated);
        nodes.any(|node| node.path() == target).then_some(md5)
    }

    /// Compares what the server has with what was sent. Returns each file with how it was found to be
    /// the same, if it is.
    async fn verify<'j>(&self, sent: &[Sent<'j>]) -> Vec<(&'j Job, Option<Verified>)> {
        let jobs: Vec<Job> = sent.iter().map(|sent| sent.job.clone()).collect();
        if jobs.is_empty() {
            return Vec::new();
        }
        match hashes_of(&self.up.files, &self.up.reach, &self.up.to, &jobs).await {
            Ok(Some(known)) => {
                let is_same = |sent: &Sent<'j>| known.get(&sent.job.path) == Some(&sent.md5);
                let verified = |sent: &Sent<'j>| Verified(Some(sent.md5.clone()));
                sent.iter().map(|sent| (sent.job, is_same(sent).then(|| verified(sent)))).collect()
            }
            Ok(None) => self.verify_sizes(sent).await,
            // Each file is looked at by the upload that tries again.
            Err(_) => sent.iter().map(|sent| (sent.job, None)).collect(),
        }
    }

    /// Compares sizes, where the server computes no checksums.
    async fn verify_sizes<'j>(&self, sent: &[Sent<'j>]) -> Vec<(&'j Job, Option<Verified>)> {
        let nodes = sent.iter().map(|sent| node(&self.up.to, &sent.job.path));
        let found = self.up.files.stat_many(nodes.collect::<NodePaths>()).await.unwrap_or_default();
        let mut found = found.into_iter();
        let verified = |sent: &Sent<'j>| {
            let there = found.next().flatten().and_then(|node| node.size());
            (sent.job, (there == Some(sent.job.size)).then_some(Verified(None)))
        };
        sent.iter().map(verified).collect()
    }

    /// Records the files that are verified, and returns the others.
    fn record(
        &self,
        verified: Vec<(&Job, Option<Verified>)>,
        summary: &mut Summary,
    ) -> Result<Vec<Job>, Failed> {
        let mut others = Vec::new();
        for (job, verified) in verified {
            match verified {
                Some(Verified(md5)) => {
                    self.bar.inc(job.size);
                    self.done(job, md5.as_deref(), summary)?;
                }
                None => others.push(job.clone()),
            }
        }
        Ok(others)
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
    async fn with_resuming(&self, jobs: &[Job], summary: &mut Summary) -> Result<(), Failed> {
        let uploads = jobs.iter().map(|job| async move { (job, self.resuming(job).await) });
        let mut uploads = stream::iter(uploads).buffer_unordered(self.up.options.transfers);
        while let Some((job, outcome)) = uploads.next().await {
            match outcome {
                Ok(uploaded) => self.done(job, uploaded.md5.as_deref(), summary)?,
                Err(failed) => summary.problem(Problem::new(&*job.path, &failed)),
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
