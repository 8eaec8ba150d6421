//! Responses of the operations on tasks, checked field by field.

use pydio_client::Timestamp;
use pydio_client::v2::{
    models::{Task, TaskDefinition, TaskPatch, TaskScheduleType, TaskStatus},
    task,
};

use super::Answers;
use crate::canned::{json, read};

const TASK: &str = r#"{"id":"mytask10","flags":0,"label":"rec task","userId":"alice","wsId":"413d",
    "wsIdentifier":null,"status":2,"statusMessage":"created by client","progress":-1,
    "schedule":{"type":2,"value":""},"action":"compress","parameters":{"dir":"/","file":"/big",
    "archive_name":"fromtask.zip"},"type":1,"parentId":null,"statusChangeDate":1795425334,
    "creationDate":1795425334,"nodes":[]}"#;

fn check(task: &Task) {
    assert_eq!((&*task.id, task.status, task.progress), ("mytask10", TaskStatus::Running, None));
    assert_eq!(task.action.as_deref(), Some("compress"));
    assert_eq!(task.status_message.as_deref(), Some("created by client"));
    assert_eq!(task.parameters.as_ref().unwrap()["archive_name"], "fromtask.zip");
    let schedule = task.schedule.as_ref().unwrap();
    assert_eq!((schedule.kind, schedule.value.as_deref()), (TaskScheduleType::Now, Some("")));
    assert_eq!((&task.parent_id, &task.ws_identifier), (&None, &None));
    assert_eq!(
        (task.creation_date, task.nodes.as_deref()),
        (Timestamp::from_secs(1_795_425_334), Some(&[][..]))
    );
    assert!(task.other_fields.is_empty());
}

pub(crate) async fn a_task_is_described(answers: Answers) {
    let answer = answers.of("tasks/create_full_get", TASK);
    check(&read(task::get_task_info("mytask10"), answer).await.unwrap().unwrap());
    let answer = answers.of("tasks/create_full_list", &format!("[{TASK}]"));
    check(&read(task::list_tasks("413d"), answer).await.unwrap()[0]);
    let definition = TaskDefinition::new("compress", "rec task", "created by client");
    check(&read(task::create_task("mytask10", "413d", &definition), json(TASK)).await.unwrap());
    let patch = TaskPatch::default();
    check(&read(task::update_task("mytask10", &patch), json(TASK)).await.unwrap());
}

pub(crate) async fn parameters_without_fields_are_a_list() {
    let bare = json("{\"id\":\"t\",\"status\":1,\"parameters\":[]}");
    let task = read(task::get_task_info("t"), bare).await.unwrap().unwrap();
    assert!(task.parameters.unwrap().is_empty());
}

pub(crate) async fn no_task_is_none(answers: Answers) {
    let answer = answers.of("tasks/get_missing", "null");
    assert_eq!(read(task::get_task_info("nope"), answer).await.unwrap(), None);
    let answer = answers.of("tasks/list_after", "[]");
    assert!(read(task::list_tasks("common"), answer).await.unwrap().is_empty());
    let answer = answers.of("tasks/delete_running", "");
    read(task::delete_task("9531"), answer).await.unwrap();
}

pub(crate) async fn a_task_that_is_not_there_cannot_be_changed(answers: Answers) {
    let report = r#"{"level":"Error","message":"ReflectionObject::__construct() expects"}"#;
    let answer = answers.of("tasks/patch_valid", report);
    let patch = TaskPatch::default();
    let error = read(task::update_task("mytask9", &patch), answer).await.unwrap_err();
    assert!(error.message().starts_with("ReflectionObject"), "{error}");
}
