//! Models that a program creates, saves and reads again.

use std::fmt::Debug;

use pydio_client::{
    Timestamp,
    json::{Secret, from_slice},
    response::{Envelope, Listing},
    v1::{
        access_fs::{self, RecurApplyTo},
        models as v1,
    },
    v2::models::{NewPerson, NewPersonResourceType, Node, RoleList, Task, TaskStatus},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_value, json, to_value};

use crate::support::connect;

/// Asserts that a value is saved like this, and is the same when it is read again.
#[track_caller]
fn assert_saved<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, saved: Value) {
    assert_eq!(to_value(value).unwrap(), saved);
    assert_eq!(&from_value::<T>(saved).unwrap(), value);
    assert_eq!(&serde_json::from_str::<T>(&serde_json::to_string(value).unwrap()).unwrap(), value);
}

#[test]
fn a_received_model_can_be_created_and_saved() {
    let mut task = Task::new("0f3c", TaskStatus::Running);
    task.creation_date = Timestamp::from_secs(1_795_424_766);
    task.nodes = Some(vec!["pydio://alice@my-files/a".to_owned()]);
    task.other_fields.insert("added".to_owned(), json!("my-files"));
    let saved = json!({
        "id": "0f3c", "status": 2, "creationDate": 1_795_424_766,
        "nodes": ["pydio://alice@my-files/a"], "added": "my-files",
    });
    assert_saved(&task, saved);
    assert_saved(&Node::default(), json!({}));
    assert_saved(&vec![v1::TableExists::new(true)], json!([{ "result": true }]));
}

#[test]
fn a_time_that_is_none_is_unset() {
    let task = |changed: Value| {
        let text = json!({ "id": "a", "status": 1, "statusChangeDate": changed }).to_string();
        from_slice::<Task>(text.as_bytes()).unwrap().status_change_date
    };
    assert_eq!(task(json!(1_795_424_766)), Timestamp::from_secs(1_795_424_766));
    for none in [json!(0), json!(null), json!(false), json!(""), json!(1e300)] {
        assert_eq!(task(none.clone()), None, "{none}");
    }
}

#[test]
fn a_sent_model_can_be_read() {
    let saved = json!({ "namespace": "shared", "all": true, "more": [1] });
    let selection: v1::CacheSelection = from_value(saved.clone()).unwrap();
    assert_eq!((selection.namespace.as_str(), selection.all), ("shared", Some(true)));
    assert_saved(&selection, saved);
    let error = from_value::<v1::CacheSelection>(json!({ "namespace": [] })).unwrap_err();
    assert_eq!(error.to_string(), "namespace: expected text, found a list of 0");
}

#[test]
fn enumerations_are_saved_as_their_text() {
    assert_saved(&RecurApplyTo::File, json!("file"));
    assert_saved(&RecurApplyTo::from("sideways"), json!("sideways"));
    assert_eq!(RecurApplyTo::from("dir"), RecurApplyTo::Dir);
    let read: v1::CacheEntriesClearedResult = from_value(json!("SUCCESS")).unwrap();
    assert_saved(&read, json!("SUCCESS"));
}

#[test]
fn secrets_are_not_saved() {
    let mut person = NewPerson::new(NewPersonResourceType::User);
    person.user_pass = Some(Secret::from("hunter2"));
    let saved = serde_json::to_string(&[&person]).unwrap();
    assert!(!saved.contains("hunter2"), "{saved}");
    assert_eq!(serde_json::from_str::<Vec<NewPerson>>(&saved).unwrap()[0].user_pass, None);
    let with_secret = json!({ "resourceType": "user", "userPass": "hunter2" });
    let read: NewPerson = from_value(with_secret).unwrap();
    assert_eq!(read.user_pass, Some(Secret::from("hunter2")));
    let secret = v1::OtpSecret::new("hunter2", "otpauth://hunter2");
    assert_eq!(to_value(&secret).unwrap(), json!({}));
    let error = from_value::<v1::OtpSecret>(json!({})).unwrap_err().to_string();
    assert_eq!(error, "key: missing");
}

#[tokio::test]
async fn a_listing_of_a_server_is_the_same_when_it_is_read_again() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("common");
    server.folder("common", "/docs/sub");
    server.put("common", "/docs/a <&> \"b.txt", "hello");
    let listing: Listing = files.call(access_fs::ls("/docs").options("al")).await.unwrap();
    assert_eq!(listing.nodes.len(), 2);
    let saved = serde_json::to_string(&listing).unwrap();
    assert_eq!(serde_json::from_str::<Listing>(&saved).unwrap(), listing);
    let report = files.call(access_fs::delete(["/docs/sub"])).await.unwrap().into_response();
    let saved = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Option<Envelope>>(&saved).unwrap(), report);
}

#[test]
fn models_without_floating_point_numbers_are_equal_to_themselves() {
    fn is_eq<T: Eq>() {}
    is_eq::<Task>();
    is_eq::<Node>();
    is_eq::<RoleList>();
}
