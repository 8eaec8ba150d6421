//! Background tasks.

use std::time::Duration;

use pydio_client::{NodePath, v1::access_fs};

use super::{
    Scenario, Scene, Trouble,
    content::unpacked,
    trouble::{ensure, equal},
};

const BACKGROUND: &str = "the server starts `cmd.php` by itself: `COMMAND_LINE_ACTIVE` of \
                          `core.ajaxplorer`, the path of the PHP binary and the web server's rights";

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "the task of a compress is awaited",
    needs: &[],
    help: BACKGROUND,
    run: |scene| Box::pin(compress(scene)),
}];

/// How long to wait for background tasks.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

async fn compress(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let nodes = [folder.join("a.txt"), folder.join("b.txt")];
    for path in &nodes {
        files.call(access_fs::mkfile(path).content(path.name())).await?;
    }
    let call = access_fs::compress(&nodes).dir(&folder).archive_name("both.zip");
    files.call(call).await?;
    let archive = folder.join("both.zip");
    let mut waited = Duration::ZERO;
    loop {
        let is_there = files.call(access_fs::stat(&archive)).await?.one().is_some();
        if is_there && !is_running(scene, &folder).await? {
            break;
        }
        ensure(waited < PATIENCE, format!("no archive after {} s", PATIENCE.as_secs()))?;
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE;
    }
    let mut found =
        unpacked(files.call(access_fs::download(&archive)).await?.bytes(1 << 20).await?)?;
    found.sort();
    let texts: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
    equal("the archive", texts, ["a.txt", "b.txt"])
}

/// Returns whether the server has a task that packs nodes of the folder.
#[cfg(since = "6.5.1")]
async fn is_running(scene: &Scene, folder: &NodePath) -> Result<bool, Trouble> {
    let call = pydio_client::v2::task::list_tasks(scene.workspace());
    let tasks = scene.operation(scene.user(), call).await?;
    Ok(tasks.iter().any(|task| {
        let parameters = task.parameters.as_ref();
        let dir = parameters.and_then(|parameters| parameters.get("dir")?.as_str());
        task.action.as_deref() == Some("compress") && dir == Some(folder.as_str())
    }))
}

/// Older releases pack before they answer.
#[cfg(not(since = "6.5.1"))]
async fn is_running(_: &Scene, _: &NodePath) -> Result<bool, Trouble> {
    Ok(false)
}
