//! Background tasks, and their list.

use std::time::Duration;

use pydio_client::{
    v1::access_fs,
    v2::{
        models::{TaskDefinition, TaskPatch},
        task,
    },
};

use super::{
    Scenario, Scene, Trouble,
    content::unpacked,
    trouble::{ensure, equal, given},
};

const BACKGROUND: &str = "the server starts `cmd.php` by itself: `COMMAND_LINE_ACTIVE` of \
                          `core.ajaxplorer`, the path of the PHP binary and the web server's rights";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "the task of a compress is awaited",
        needs: &[],
        help: BACKGROUND,
        run: |scene| Box::pin(compress(scene)),
    },
    Scenario {
        name: "tasks are made, changed and removed",
        needs: &[],
        help: "the tables of `core.tasks` have to be in the database: update the installation",
        run: |scene| Box::pin(own_task(scene)),
    },
];

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
        let tasks = scene.operation(scene.user(), task::list_tasks(scene.workspace())).await?;
        let is_running = tasks.iter().any(|task| {
            let is_own = task.parameters.as_ref().is_some_and(|parameters| {
                parameters.get("dir").and_then(|dir| dir.as_str()) == Some(folder.as_str())
            });
            task.action.as_deref() == Some("compress") && is_own
        });
        if is_there && !is_running {
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

async fn own_task(scene: &Scene) -> Result<(), Trouble> {
    let (pydio, id) = (scene.user(), scene.name("task"));
    let missing = scene.operation(pydio, task::get_task_info(&id)).await?;
    ensure(missing.is_none(), "there is a task that nobody has made")?;
    let definition = TaskDefinition::new("compress", "a task of the live suite", "waiting");
    let (connection, own) = (pydio.clone(), id.clone());
    scene.later(
        format!("the task {id}"),
        async move { connection.call(task::delete_task(own)).await },
    );
    let made = task::create_task(&id, scene.workspace(), &definition);
    equal("the new task", &*scene.operation(pydio, made).await?.id, &*id)?;
    let mut patch = TaskPatch::default();
    patch.status_message = Some("half done é".to_owned());
    scene.operation(pydio, task::update_task(&id, &patch)).await?;
    let found = given("the task", scene.operation(pydio, task::get_task_info(&id)).await?)?;
    equal("its message", found.status_message.as_deref(), Some("half done é"))?;
    equal("its label", found.label.as_deref(), Some("a task of the live suite"))?;
    scene.operation(pydio, task::delete_task(&id)).await?;
    let gone = scene.operation(pydio, task::get_task_info(&id)).await?;
    ensure(gone.is_none(), "the task is still there")?;
    scene.removed(&format!("the task {id}"));
    Ok(())
}
