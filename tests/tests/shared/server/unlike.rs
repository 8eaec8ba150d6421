//! Why responses of the test server differ from recorded ones.

use pydio_tests::recordings::Recording;

use crate::replay::address::Address;

/// A recorded exchange, with what tells why the response here is another one.
struct Seen<'r> {
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
    ("a cache that still had every attribute of an earlier listing", |seen| {
        let asks_all = seen.recording.target.contains("options=al");
        seen.action == "ls" && !asks_all && seen.text.contains("mimestring")
    }),
    ("what an index finds inside of files", |seen| {
        seen.action == "search" && seen.text.contains("<pagination")
    }),
];

/// Returns why the response to a recorded request differs here; `None` if nothing explains it.
pub(super) fn reason(recording: &Recording) -> Option<&'static str> {
    let action = Address::of(recording).map(|address| address.action).unwrap_or_default();
    let text = String::from_utf8_lossy(&recording.response.body).into_owned();
    let seen = Seen { recording, action, text };
    REASONS.iter().find(|(_, applies)| applies(&seen)).map(|(reason, _)| *reason)
}
