//! What the service declares.

use std::{collections::BTreeMap, time::Duration};

use opendal_core::ErrorKind;
use serde_json::Value;

use crate::server::{kind, put, start};

/// Each declared capability, with a test of it. `shared` says that others see the same files, as the
/// tests with two users do.
const TESTED: [(&str, &str); 15] = [
    ("copy", "a_copied_file_replaces_the_target"),
    ("create_dir", "folders_are_created_with_those_above_them"),
    ("delete", "a_deleted_file_is_in_the_recycle_bin"),
    ("delete_max_size", "many_are_deleted_in_one_request"),
    ("delete_with_recursive", "a_folder_is_deleted_with_its_content_only_if_asked"),
    ("list", "a_folder_is_listed_with_itself_and_its_children"),
    ("read", "a_file_is_read_whole_and_in_ranges"),
    ("read_with_suffix", "a_suffix_is_the_end_of_the_file"),
    ("rename", "a_renamed_file_replaces_the_target"),
    ("shared", "a_user_who_may_only_read_cannot_write"),
    ("stat", "a_stat_has_the_mode_the_size_and_the_time"),
    ("write", "a_file_is_written_with_its_folders_and_replaced"),
    ("write_can_append", "a_file_is_appended_to_or_created"),
    ("write_can_empty", "an_empty_file_is_written_and_replaces_another"),
    ("write_can_multi", "a_large_file_arrives_in_parts_and_appears_when_it_is_complete"),
];

const SOURCES: [&str; 6] = [
    include_str!("arrange.rs"),
    include_str!("delete.rs"),
    include_str!("errors.rs"),
    include_str!("list.rs"),
    include_str!("read.rs"),
    include_str!("write.rs"),
];

#[tokio::test]
async fn every_declared_capability_is_tested() {
    let (_server, files) = start().await;
    let all = serde_json::to_value(files.info().capability()).unwrap();
    let all: BTreeMap<String, Value> = serde_json::from_value(all).unwrap();
    let declared: Vec<_> = all
        .into_iter()
        .filter(|(_, value)| !matches!(value, Value::Bool(false) | Value::Null))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(declared, TESTED.map(|(name, _)| name));
    for (name, test) in TESTED {
        let begins = format!("#[tokio::test]\nasync fn {test}() {{");
        let count = SOURCES.iter().filter(|source| source.contains(&begins)).count();
        assert_eq!(count, 1, "the test of {name}");
    }
}

#[tokio::test]
async fn what_is_not_declared_is_refused_and_not_sent() {
    let (server, files) = start().await;
    put(&server, "f", "1");
    server.clear();
    let minute = Duration::from_secs(60);
    let errors = [
        kind(files.write_with("f", "2").if_not_exists(true).await),
        kind(files.write_with("f", "2").if_match("x").await),
        kind(files.copy_with("f", "g").if_not_exists(true).await),
        kind(files.rename_with("f", "g").if_not_exists(true).await),
        kind(files.read_with("f").if_match("x").await),
        kind(files.stat_with("f").version("1").await),
        kind(files.delete_with("f").version("1").await),
        kind(files.presign_read("f", minute).await),
    ];
    assert_eq!(errors, [ErrorKind::Unsupported; 8]);
    assert!(server.seen().is_empty());
}
