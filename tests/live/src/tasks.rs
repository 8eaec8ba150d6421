//! Background tasks.

use std::time::Duration;

use pydio_client::{background::Evidence, v1::access_fs};

use super::{Scenario, Scene, Trouble, content::unpacked, trouble::equal};

const BACKGROUND: &str = "the server has to start `cmd.php`: `COMMAND_LINE_ACTIVE` of \
                          `core.ajaxplorer`, the path of the PHP binary and the web server's rights";

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "the task of a compress is awaited",
    needs: &[],
    help: BACKGROUND,
    run: |scene| Box::pin(compress(scene)),
}];

/// How long to wait for background tasks.
const PATIENCE: Duration = Duration::from_secs(60);

async fn compress(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let nodes = [folder.join("a.txt"), folder.join("b.txt")];
    for path in &nodes {
        files.call(access_fs::mkfile(path).content(path.name())).await?;
    }
    let call = access_fs::compress(&nodes).dir(&folder).archive_name("both.zip");
    let finished = files.call(call).await?.wait().deadline(PATIENCE).await?;
    equal("the evidence", finished.evidence, Evidence::Outcome)?;
    let archive = folder.join("both.zip");
    let mut found =
        unpacked(files.call(access_fs::download(&archive)).await?.bytes(1 << 20).await?)?;
    found.sort();
    let texts: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
    equal("the archive", texts, ["a.txt", "b.txt"])
}
