//! `export`: everything, before you leave.

use std::path::PathBuf;

use clap::Args;
use pydio_cli::{Failed, in_runtime};

use crate::{
    context::Context,
    mirror::Lock,
    progress,
    tasks::{
        export::{self, Options, Report},
        from_task,
    },
};

/// Export everything on the server: users, groups, roles, workspaces, shares, comments, files
///
/// Requires an administrator, and stops at once without one: as another user, download the files of
/// each workspace with `pydio mirror`. Writes JSON lines, and the files below `files/WORKSPACE`,
/// all of them verified. If the folder does not exist, it is created for you alone. Run it again after
/// an interruption: unchanged files are not fetched twice. What could not be read is listed, also in
/// `summary.json`, and the exit status is 0 only if nothing is missing. An administrator cannot reach
/// the personal files of other users; they count as missing without `--without-others`. Files of an
/// earlier run that the server has no more are kept, and named.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The folder to write to
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// State that the personal files of other users are exported separately
    #[arg(long)]
    without_others: bool,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        let options = Options {
            pydio: context.pydio.clone(),
            folder: self.folder,
            without_others: self.without_others,
            progress: progress::bar(context.output.is_json, progress::COUNT),
        };
        in_runtime(async {
            context.administrator().await?;
            // It is about everybody, and has the addresses of links without a password.
            let created = pydio_cli::create_private(&options.folder);
            created.map_err(|error| Failed::local(options.folder.display(), &error))?;
            let lock = Lock::new(&options.folder)?;
            let report = export::run(options).await.map_err(from_task)?;
            if let Some(note) = lock.end()? {
                pydio_cli::say(format_args!("skipped: {}", pydio_cli::shown(&note)));
            }
            if context.output.is_json {
                context.output.line("", || report.json())?;
            } else {
                tell(&report);
            }
            report.status().map_or(Ok(()), |status| Err(Failed::reported(status)))
        })
    }
}

fn tell(report: &Report) {
    let shown = |text: &str| pydio_cli::shown(text).into_owned();
    for finding in &report.findings {
        pydio_cli::say(format_args!("found: {}", shown(finding)));
    }
    for note in &report.notes {
        pydio_cli::say(format_args!("skipped: {}", shown(note)));
    }
    for missing in &report.missing {
        pydio_cli::say(format_args!("MISSING: {}", shown(missing)));
    }
    let counts: Vec<_> =
        report.counts.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
    let counts = counts.join(", ");
    match report.missing.len() {
        0 => pydio_cli::say(format_args!("complete; {counts}")),
        many => pydio_cli::say(format_args!("NOT COMPLETE: {many} missing; {counts}")),
    }
}
