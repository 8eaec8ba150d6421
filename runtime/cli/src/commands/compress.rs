//! `compress`: an archive that the server creates.

use std::time::Duration;

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::NodePath;
use serde_json::json;

use crate::{
    context::Context,
    place::Remote,
    tasks::{
        compress::{self, Options},
        from_task,
    },
};

/// Pack a folder into an archive on the server, and wait for it
///
/// The archive is created next to the folder. Then its list is compared with the content of the
/// folder.
#[derive(Debug, Args)]
pub(super) struct Compress {
    /// The folder
    #[arg(value_name = "NODE", value_parser = Remote::parser())]
    node: Remote,
    /// The name of the archive, such as `photos.zip`; by default, that of the folder
    #[arg(value_name = "NAME")]
    archive: Option<String>,
    /// Stop waiting after this number of seconds; the server continues
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(u64).range(1..))]
    wait: u64,
}

impl Compress {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        self.node.refuse_root("cannot be packed as a whole", "pack the folders in it")?;
        let workspace = context.workspace(&self.node)?.id().to_owned();
        let archive = self.archive.unwrap_or_else(|| format!("{}.zip", self.node.path.name()));
        let path = self.node.path.parent().map(|folder| folder.join(&archive));
        let options = Options {
            pydio: context.pydio.clone(),
            workspace: workspace.clone(),
            archive,
            folder: self.node.path,
            limit: Duration::from_secs(self.wait),
        };
        in_runtime(async {
            let packed = compress::run(options).await.map_err(from_task)?;
            for path in &packed.unseen {
                let path = pydio_cli::shown(path);
                pydio_cli::say(format_args!("not checked, since archives do not list it: {path}"));
            }
            context.output.line(&format!("{} bytes", packed.bytes), || {
                json!({
                    "workspace": workspace, "path": path.as_ref().map(NodePath::as_str),
                    "bytes": packed.bytes, "not_checked": packed.unseen,
                })
            })
        })
    }
}
