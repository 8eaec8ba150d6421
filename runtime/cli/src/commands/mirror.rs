//! `mirror` and `check`: a folder here and one on the server.

use std::path::PathBuf;

use clap::{ArgMatches, Args};
use pydio_cli::{Failed, in_runtime};
use pydio_client::transport::HttpClient;

use crate::{
    context::{self, Context},
    filter::Choice,
    mirror::{self, Compare, Down, Options, Up},
    place::{Place, Remote},
    reach::Reach,
    throttle::{self, Throttle},
};

/// Update a folder to match another one, by downloads or uploads
///
/// Only what differs is transferred, and whatever is transferred is compared with the checksum of the
/// server, if it computes one. Interrupt it at any time, and run it again to continue. Nothing is
/// deleted without `--delete`, or if anything failed. Local symbolic links, and names that one side
/// cannot store, are reported and fail the run.
///
/// A file of up to 4 MiB is transferred in one request, and begins again if that is interrupted; a
/// larger one continues where it stopped, unless it was sent in one request (see `--part-size`), or comes
/// from a server that sends no date of a file, such as 7.0.4.
///
/// A downloaded file gets its name once it is complete and verified. Until then it is in the folder
/// `.pydio-partial` in TO, of which only such files are removed, and which an upload skips. Only one
/// run at a time can download to a local folder; the second one fails at once. A file that changes while
/// it is uploaded fails, and the one on the server stays as it is; the next run uploads it. Two uploads
/// to the same file at the same time mix their bytes: both fail, and the file has to be uploaded again.
///
/// What `--include` and `--exclude` leave out stays as it is on both sides. With either of them,
/// `--delete` deletes files, but no folders. A recycle bin keeps only the last node of each name.
///
/// On a download, a file with the same size and time as the one on the server counts as unchanged.
/// The server does not keep the times of uploads, so on an upload, files of the same size are
/// compared by checksum.
#[derive(Debug, Args)]
pub(super) struct Mirror {
    /// The folder to read
    #[arg(value_name = "FROM", value_parser = Place::parser())]
    from: Place,
    /// The folder to change; it is created if it does not exist
    #[arg(value_name = "TO", value_parser = Place::parser())]
    to: Place,
    /// Only show what would be done
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Compare files of the same size by checksum, even if their times are equal
    #[arg(long, short = 'c')]
    checksum: bool,
    /// Delete what FROM does not have; on the server, move it to the recycle bin, if there is one
    #[arg(long)]
    delete: bool,
    #[command(flatten)]
    choice: Choice,
    /// How many files are transferred at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    transfers: u16,
    /// Send and receive at most this many bytes per second: `500k`, `10M`
    #[arg(long, value_name = "RATE", value_parser = throttle::bytes)]
    bwlimit: Option<u64>,
    /// Upload files of over 4M in parts of this size. By default, a file is sent in one request if the
    /// server accepts that and it takes less than a minute, and otherwise in parts of 16M to 64M, or
    /// less if a proxy or web server in front of Pydio refuses that
    #[arg(long, value_name = "SIZE", value_parser = throttle::bytes)]
    part_size: Option<u64>,
}

impl Mirror {
    pub(super) fn run(self, top: &ArgMatches) -> Result<(), Failed> {
        let limit = self.bwlimit;
        let context = Context::adjusted(context::settings(top)?, |builder| match limit {
            None => Ok(builder),
            Some(limit) => {
                let client = HttpClient::builder().build()?;
                Ok(builder.transport(Throttle::new(client, limit)))
            }
        })?;
        let options = Options {
            is_dry: self.dry_run,
            compare: if self.checksum { Compare::Checksums } else { Compare::Times },
            deletes: self.delete,
            filter: self.choice.filter()?,
            transfers: self.transfers.into(),
            part_size: self.part_size,
            output: context.output,
        };
        match (self.from, self.to) {
            (Place::Remote(from), Place::Local(to)) => {
                let files = context.workspace(&from)?;
                let down = Down { files, from: from.path, to, options, reach: Reach::default() };
                in_runtime(async { down.run().await?.finish(context.output) })
            }
            (Place::Local(from), Place::Remote(to)) => {
                let files = context.workspace(&to)?;
                let up = Up { files, from, to: to.path, options, reach: Reach::default() };
                in_runtime(async { up.run().await?.finish(context.output) })
            }
            _ => {
                let message =
                    "one of FROM and TO has to be a local folder, the other one on the server";
                Err(Failed::usage(message).tip("a node is `WORKSPACE:/PATH`"))
            }
        }
    }
}

/// Compare a local folder with one on the server, and change nothing
///
/// Prints a line for each difference: `only here`, `only there`, `differs`. Files are compared by
/// size, and by checksum if the server computes one. The exit status is 0 if both are the same and 1
/// if they differ; if either could not be read completely, it is that of the failure.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The local folder
    #[arg(value_name = "FOLDER")]
    here: PathBuf,
    /// The folder on the server
    #[arg(value_name = "NODE", value_parser = Remote::parser())]
    there: Remote,
    #[command(flatten)]
    choice: Choice,
    /// How many folders are read at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    transfers: u16,
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        let files = context.workspace(&self.there)?;
        let check = mirror::Check {
            files,
            here: self.here,
            there: self.there.path,
            filter: self.choice.filter()?,
            at_once: self.transfers.into(),
            output: context.output,
            reach: Reach::default(),
        };
        in_runtime(async { check.run().await?.finish(context.output) })
    }
}
