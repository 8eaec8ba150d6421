//! `share` and `shares`: links for others.

use std::path::PathBuf;

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Files as _, Json};
use serde_json::json;

use crate::{
    context::{Context, Names},
    place::Remote,
    summary::Summary,
    tasks::{
        from_task,
        shares::{self, Finding, Link},
    },
    tree::Problem,
};

/// The longest lifetime of a link; anything longer is as good as unlimited.
const MOST_DAYS: i64 = 3650;

/// Create a link to a file or a folder, with which others can see and download it
///
/// The link is read back, and removed again if it is weaker than requested. A node that is
/// already shared stays as it is: the server would create a second link, and list only one of them.
/// Do not create links in two programs at the same time: the server may give both links the same
/// password.
#[derive(Debug, Args)]
pub(super) struct Share {
    /// The file or the folder
    #[arg(value_name = "NODE", value_parser = Remote::parser())]
    node: Remote,
    /// Let the link expire after this number of days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=MOST_DAYS))]
    days: Option<u32>,
    /// Let the link expire after this number of downloads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    downloads: Option<u32>,
    /// File whose first line is the password of the link; otherwise, the
    /// password comes from PYDIO_LINK_PASSWORD or a prompt
    #[arg(long, value_name = "FILE")]
    link_password_file: Option<PathBuf>,
    /// Let everybody in who knows the link, without a password
    #[arg(long, conflicts_with = "link_password_file")]
    open: bool,
}

impl Share {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        let tip = "create links to what is in it: `pydio ls` lists it";
        self.node.refuse_root("cannot have a link", tip)?;
        let files = context.workspace(&self.node)?;
        let mut link = files.share_link(&self.node.path);
        if !self.open {
            link = link.password(self.password()?);
        }
        if let Some(days) = self.days {
            link = link.expires_after_days(days);
        }
        if let Some(downloads) = self.downloads {
            link = link.max_downloads(downloads);
        }
        in_runtime(async {
            Names::default().node(&files, &self.node.path).found().await?;
            let link = link.create().await?;
            context.output.line(&pydio_cli::shown(&link.public_link), || {
                json!({
                    "workspace": files.id(), "path": self.node.path.as_str(),
                    "link": link.public_link,
                    "expires_after_days": (link.expire_after > 0).then_some(link.expire_after),
                    "has_password": link.has_password == Some(true),
                })
            })
        })
    }

    fn password(&self) -> Result<secrecy::SecretString, Failed> {
        if let Some(path) = &self.link_password_file {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| Failed::local(path.display(), &error))?;
            return Ok(text.lines().next().unwrap_or_default().into());
        }
        if let Some(password) = pydio_cli::variable("PYDIO_LINK_PASSWORD")? {
            return Ok(password.into());
        }
        pydio_cli::ask("Password of the link")?.ok_or_else(|| {
            let tip = "pass `--link-password-file` or set PYDIO_LINK_PASSWORD; `--open` is for links \
                       without a password";
            Failed::usage("no password of the link").tip(tip)
        })
    }
}

/// Find links of all users that have expired, never expire, have no password or lead to nothing
///
/// Requires an administrator. A link whose downloads are used up counts as expired, and one with a
/// limit of downloads does not count as one that never expires. Prints the owner, the node, the
/// address and what was found, with the downloads if they are limited. Of a link whose target or owner
/// does not exist, the server reports nothing more. The exit status is 0 if there are none, and 1 if
/// there are or if a share could not be read.
#[derive(Debug, Args)]
pub(super) struct Shares {
    /// Make the server remove links first that have expired or are used up
    #[arg(long)]
    clear_expired: bool,
}

impl Shares {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            let own = context.administrator().await?;
            if self.clear_expired {
                shares::clear_expired(&context.pydio).await.map_err(from_task)?;
            }
            let audit = shares::run(&context.pydio).await.map_err(from_task)?;
            let mut summary = Summary::default();
            summary.add("shares", audit.shares as u64);
            for mut link in audit.links {
                summary.finds();
                // The share has the id of its workspace; everything else is called by slugs.
                if let Some(one) = own.iter().find(|one| Some(&one.id) == link.workspace.as_ref()) {
                    link.workspace = one.repository_slug.clone().or(link.workspace);
                }
                let text = pydio_cli::shown_lines(&link.to_string()).into_owned();
                context.output.line(&text, || described(&link))?;
            }
            for (share, why) in audit.unknown {
                let why = format!("the share could not be read: {why}");
                summary.problem(Problem::refused(share, why));
            }
            summary.finish(context.output)
        })
    }
}

fn described(link: &Link) -> Json {
    let Link { owner, workspace, path, address, downloads, download_limit, findings } = link;
    let findings = findings.iter().map(name).collect::<Vec<_>>();
    json!({
        "owner": owner, "workspace": workspace, "path": path, "link": address,
        "downloads": downloads, "download_limit": download_limit, "findings": findings,
    })
}

fn name(finding: &Finding) -> &'static str {
    match finding {
        Finding::Expired => "expired",
        Finding::UsedUp => "used_up",
        Finding::Endless => "never_expires",
        Finding::Open => "no_password",
        Finding::Gone => "target_gone",
        Finding::Ownerless => "owner_gone",
    }
}
