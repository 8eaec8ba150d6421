//! Why responses of the test server differ from recorded ones.

use pydio_tests::{Version, recordings::Recording};

use crate::replay::address::Address;

/// A recorded exchange, with what tells why the response here is another one.
struct Seen<'r> {
    version: Version,
    recording: &'r Recording,
    action: String,
    /// The response as text.
    text: String,
}

/// A reason, and whether it applies.
type Reason = (&'static str, fn(&Seen<'_>) -> bool);

static REASONS: &[Reason] = &[
    ("the recorded body was too large to keep", |seen| {
        let response = &seen.recording.response;
        response.body.is_empty() && response.length.is_some_and(|length| length > 0)
    }),
    ("the settings of every plugin, which are not bundled", |seen| {
        let marks = ["<param ", "<class_definition ", "\"availableLanguages\"", "<ajxpdriver "];
        marks.iter().any(|mark| seen.text.contains(mark))
    }),
    ("a plugin that is off in the recorded workspace", |seen| {
        seen.text.contains("Could not find action") && seen.action != "nosuch"
    }),
    ("the texts of the web interface, which are not bundled", |seen| {
        seen.action == "get_i18n_messages"
    }),
    ("messages that wait in the queue of the recorded server", |seen| {
        seen.text.contains("<require_registry_reload ")
    }),
    ("another configuration of the web server", |seen| {
        seen.recording.target.starts_with("/index.php/")
    }),
    ("an error of PHP about the disk of the recorded server", |seen| {
        seen.text.contains("unlink(/")
    }),
    ("a number of nodes from other exchanges", |seen| {
        seen.action == "ls" && seen.text.matches("<tree ").count() > 100
    }),
    ("a database in which key pairs cannot be listed", |seen| {
        seen.action == "keystore_list_tokens" && seen.text == "[]"
    }),
    ("an error that the recorded server printed behind its response", |seen| {
        seen.text.ends_with("}Error")
    }),
    ("a role that an earlier request left half written", |seen| {
        seen.recording.target.contains("/admin/roles/") && seen.text.contains("foreach()")
    }),
    ("an event about a change of a file, where a new file is the last event here", |seen| {
        let (_, events) = seen.text.split_once("\"core.notifications\"").unwrap_or_default();
        events.contains("\"original_path\"")
    }),
    ("an index over several workspaces", |seen| seen.action == "multisearch"),
    ("a cache that still had every attribute of an earlier listing", |seen| {
        let asks_all = seen.recording.target.contains("options=al");
        let is_full = !asks_all && seen.text.contains("mimestring");
        // Hashes are missing only in what was listed before without them.
        let is_mixed = seen.recording.target.contains("recursive=true")
            && seen.text.split("is_file=\"true\"").skip(1).any(|file| !file.contains("md5="));
        // Before 6.5, a listing without `options` is full.
        seen.version >= Version::V6_5 && seen.action == "ls" && (is_full || is_mixed)
    }),
    ("what an index finds inside of files", |seen| {
        seen.action == "search" && seen.text.contains("<pagination")
    }),
];

/// Returns why the response to a recorded request differs here; `None` if nothing explains it.
pub(super) fn reason(version: Version, recording: &Recording) -> Option<&'static str> {
    let action = Address::of(recording).map(|address| address.action).unwrap_or_default();
    let text = String::from_utf8_lossy(&recording.response.body).into_owned();
    let seen = Seen { version, recording, action, text };
    REASONS.iter().find(|(_, applies)| applies(&seen)).map(|(reason, _)| *reason)
}
