//! The expected result of a recorded output, determined without the client.

use std::fmt::Debug;

use pydio_client::Error;

use super::{Recording, calls::Asked, kind};

/// The expected result.
#[derive(Debug)]
pub(super) enum Expected {
    /// A response that contains these texts.
    Answer(Vec<String>),
    /// One of these errors, with that text in its message.
    Error(&'static [&'static str], String),
}

/// Returns the expected result of a run with one response.
pub(super) fn of(recording: &Recording, asked: &Asked) -> Expected {
    let error = |kinds, text: &str| Expected::Error(kinds, text.to_owned());
    if matches!(&*asked.action, "download" | "get_content") {
        return error(&["InvalidRequest"], "cannot transfer files");
    }
    let printed = recording.stdout.trim_end();
    let lines: Vec<&str> = printed.lines().collect();
    match &lines[..] {
        _ if recording.status != 0 => error(&["Status"], "exit status: 1"),
        [] => error(&["Empty"], "nothing was printed"),
        ["Authentication Failed"] => error(&["BadCredentials"], ""),
        [_, user, ..] if !user.starts_with("Current User is '") => {
            error(&["UnexpectedContentType"], "")
        }
        [_] => error(&["UnexpectedContentType"], ""),
        [_, _, _, failed] if failed.starts_with("USER: ") => {
            let message = &failed["USER: ".len()..];
            let is_unknown = message.starts_with("Could not find workspace");
            error(if is_unknown { &["UnknownWorkspace"] } else { &["Server"] }, message)
        }
        // The banner of another action does not belong to this one.
        [_, _, _, applying, ..] if !applying.contains(&format!("'{}'", asked.action)) => {
            error(&["Malformed"], "names no workspace")
        }
        [_, _, _, _, payload @ ..] => of_payload(&payload.join("\n")),
        _ => error(&["UnexpectedContentType"], ""),
    }
}

/// Returns the expected result of a run of a console that prints bare responses, or nothing for
/// some successes.
pub(super) fn of_bare(recording: &Recording, asked: &Asked, may_be_nothing: bool) -> Expected {
    let error = |kinds, text: &str| Expected::Error(kinds, text.to_owned());
    if matches!(&*asked.action, "download" | "get_content") {
        return error(&["InvalidRequest"], "cannot transfer files");
    }
    if let Some((_, fatal)) = recording.stderr.split_once("Exception: ") {
        let message = fatal.split(" in /").next().unwrap_or_default();
        let is_workspace = message == "Trying to switch to an unauthorized repository";
        return error(if is_workspace { &["UnknownWorkspace"] } else { &["Server"] }, message);
    }
    let printed = &*recording.stdout;
    if printed.contains("<logging_result value=\"-1\"/>") {
        return error(&["BadCredentials"], "");
    }
    if let Some((_, message)) = printed.split_once("<message type=\"ERROR\">") {
        let is_login = message.contains("<require_auth/>");
        let kinds: &[_] = if is_login { &["Forbidden"] } else { &["Server"] };
        return error(kinds, message.split('<').next().unwrap_or_default());
    }
    match printed.is_empty() && !may_be_nothing {
        true => error(&["UnknownAction"], ""),
        false if printed.is_empty() => Expected::Answer(Vec::new()),
        false => of_payload(printed),
    }
}

fn of_payload(payload: &str) -> Expected {
    let error = |kinds, text: &str| Expected::Error(kinds, text.to_owned());
    if payload.trim().is_empty() {
        return error(&["Empty"], "");
    }
    if let Some(message) = payload.strip_prefix(':') {
        let message = message.trim();
        let is_unknown = message.starts_with("Could not find action");
        return error(if is_unknown { &["UnknownAction"] } else { &["Server"] }, message);
    }
    if payload.starts_with('+') {
        return error(&["Server"], "+--");
    }
    let attribute = if payload.starts_with('<') { "filename=\"" } else { "\"path\": \"" };
    let names = payload.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |name: &str| {
        let name = name.replace("\\/", "/").replace("&lt;", "<").replace("&gt;", ">");
        name.replace("\\u00e9", "é").replace("&amp;", "&")
    };
    Expected::Answer(names.map(plain).collect())
}

/// Compares a response with the expected one; returns its row in the table.
pub(super) fn check<A: Debug>(
    name: &str,
    result: &Result<A, Error>,
    expected: &Expected,
) -> Result<String, String> {
    match (result, expected) {
        (Ok(answer), Expected::Answer(texts)) => {
            let shown = format!("{answer:?}");
            match texts.iter().find(|text| !shown.contains(&**text)) {
                Some(text) => Err(format!("{text:?} is missing in {shown}")),
                None => Ok(format!("read: {name}")),
            }
        }
        (Err(error), Expected::Error(kinds, message)) => {
            let kind = kind(error);
            if !kinds.contains(&&*kind) || !error.message().contains(&**message) {
                return Err(format!("{error:?} where {kinds:?} with {message:?} was expected"));
            }
            Ok(format!("error: {kind}"))
        }
        (result, expected) => Err(format!("{result:?} where {expected:?} was expected")),
    }
}
