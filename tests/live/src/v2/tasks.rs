//! Tasks and their list.

use pydio_client::v2::{
    models::{TaskDefinition, TaskPatch},
    task,
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, given},
};

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
