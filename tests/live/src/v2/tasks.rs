//! Tasks and their list.

use std::time::Duration;

use pydio_client::v2::{
    models::{TaskDefinition, TaskPatch},
    task,
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, given},
};

/// How long the server may take to run the task, which has nothing to do.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
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
    let listed = scene.operation(pydio, task::list_tasks(scene.workspace())).await?;
    // A server that runs tasks may have ended it already.
    let own = listed.iter().find(|task| *task.id == *id);
    if let Some(own) = own {
        equal("its action in the list", own.action.as_deref(), Some("compress"))?;
    }
    let mut patch = TaskPatch::default();
    patch.status_message = Some("half done é".to_owned());
    let mut waited = Duration::ZERO;
    let found = loop {
        scene.operation(pydio, task::update_task(&id, &patch)).await?;
        let found = given("the task", scene.operation(pydio, task::get_task_info(&id)).await?)?;
        // A server that runs the task meanwhile writes messages of its own.
        if found.status_message == patch.status_message || waited == PATIENCE {
            break found;
        }
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE;
    };
    equal("its message", found.status_message.as_deref(), Some("half done é"))?;
    equal("its label", found.label.as_deref(), Some("a task of the live suite"))?;
    scene.operation(pydio, task::delete_task(&id)).await?;
    let gone = scene.operation(pydio, task::get_task_info(&id)).await?;
    ensure(gone.is_none(), "the task is still there")?;
    scene.removed(&format!("the task {id}"));
    Ok(())
}
