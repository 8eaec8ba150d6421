//! The expected result of decoding a recorded response, determined without the client.

use pydio_codegen::ir::{Response, Type};
use pydio_tests::recordings::{Recorded, Recording};

use crate::replay::{
    address::Address,
    canned::{self, is_json},
};

/// Expects success, or one of these errors.
pub(crate) fn of(kind: &Response, recording: &Recording) -> Result<(), &'static [&'static str]> {
    let response = &recording.response;
    if let Some(error) = by_status(response) {
        return Err(error);
    }
    let is_silent_refusal = match &*text(response) {
        "{\"message\":\"\"}" => true,
        text => text.contains("<require_auth/>") && message(recording).is_none(),
    };
    if is_silent_refusal {
        let is_session = recording.is_session();
        return Err(if is_session { &["SessionExpired"] } else { &["AuthenticationRequired"] });
    }
    if *kind != Response::Bytes && is_page(response) {
        return Err(&["UnexpectedContentType"]);
    }
    if recording.is_session() && response.status == 204 {
        return Err(&["UnknownAction"]);
    }
    if response.is_cut {
        return Err(&["Transport"]);
    }
    if reports_before_more(response) {
        return Err(&["Server"]);
    }
    if is_broken(response) {
        return Err(&["Malformed"]);
    }
    if *kind == Response::Bytes && is_short(response) {
        return Err(&["Transport"]);
    }
    if let Some(message) = message(recording) {
        let is_token = message == "You are not allowed to access this resource.";
        return Err(match is_token && recording.is_session() {
            true => &["InvalidToken"],
            false => by_message(response, &message),
        });
    }
    if canned::is_xml(recording) && is_ill_formed(response) {
        return Err(&["Malformed"]);
    }
    let is_empty = response.body.is_empty();
    let is_xml = canned::is_xml(recording);
    match kind {
        Response::Json(Type::Nullable(_)) if is_empty => Ok(()),
        Response::Json(_) | Response::OneOrMany(_) => match is_xml {
            _ if is_empty => Err(&["Empty"]),
            true => Err(&["Malformed"]),
            false => Ok(()),
        },
        Response::EnvelopeOrNothing if is_empty => Ok(()),
        Response::Listing | Response::Xml | Response::Envelope if is_empty => {
            Err(&["Empty", "Malformed"])
        }
        Response::Text if is_failure(recording) => Err(&["Server"]),
        Response::Envelope | Response::EnvelopeOrNothing if text_report(recording).is_some() => {
            Err(&["Server"])
        }
        Response::Listing | Response::Xml | Response::Envelope | Response::EnvelopeOrNothing
            if !is_xml && !text(response).starts_with("<tree") =>
        {
            Err(&["Malformed", "UnexpectedContentType"])
        }
        // A session looks no different when it has ended.
        Response::Bytes if is_silent(response) && is_empty && recording.is_session() => {
            Err(&["SessionExpired"])
        }
        Response::Bytes if is_silent(response) && is_empty => Err(&["Empty"]),
        Response::Bytes if is_silent(response) => Err(&["UnexpectedContentType"]),
        _ => Ok(()),
    }
}

/// Returns whether names that are not UTF-8, or the quotes of an XPath that the outermost element
/// repeats, make the XML ill-formed.
fn is_ill_formed(response: &Recorded) -> bool {
    let text = text(response);
    let root = text.split_once("<ajxp_registry_part ").and_then(|(_, rest)| rest.split_once('>'));
    text.contains(char::REPLACEMENT_CHARACTER)
        || root.is_some_and(|(attributes, _)| attributes.matches('"').count() > 2)
}

/// Returns whether an XML document goes on after its end, or does not end: releases before 6.5 write
/// a failure into what they have begun.
fn is_broken(response: &Recorded) -> bool {
    let text = text(response);
    let Some((_, text)) = text.split_once("?><") else { return false };
    let text = text.replace("<consume_channel/>", "");
    let is_document = text.starts_with("tree") || text.starts_with("standard_form");
    let errors = text.contains("<message type=\"ERROR\">");
    let document = format!("<{text}");
    let opened = document.split("<tree").skip(1).filter(|tag| {
        tag.split_once('>').is_some_and(|(attributes, _)| !attributes.ends_with('/'))
    });
    is_document && errors && opened.count() != text.matches("</tree>").count()
}

/// Returns whether more follows a whole document that reports a failure: releases before 6.5 go on
/// after it.
fn reports_before_more(response: &Recorded) -> bool {
    let text = text(response);
    let Some((document, rest)) = text.split_once("</tree>") else { return false };
    let opened = document.matches("<tree").count();
    opened == 1 && document.contains("<message type=\"ERROR\">") && !rest.trim().is_empty()
}

/// Returns whether the body is shorter than the range that it claims to be: releases before 8 leave
/// out the last byte.
fn is_short(response: &Recorded) -> bool {
    let range = response.header("content-range").and_then(|range| range.strip_prefix("bytes "));
    let ends = range.and_then(|range| range.split_once('/')?.0.split_once('-'));
    let [Some(first), Some(last)] = [ends.map(|ends| ends.0), ends.map(|ends| ends.1)]
        .map(|end| end.and_then(|end| end.parse::<u64>().ok()))
    else {
        return false;
    };
    let total = range.and_then(|range| range.rsplit_once('/')?.1.parse::<u64>().ok());
    let end = total.map_or(last + 1, |total| total.min(last + 1));
    (response.body.len() as u64) < end.saturating_sub(first)
}

/// Returns the expected result of a v2 operation.
pub(crate) fn of_operation(
    declared: &Response,
    recording: &Recording,
) -> Result<(), &'static [&'static str]> {
    let response = &recording.response;
    let kind = match declared {
        Response::Json(_) | Response::Nothing => Response::Json(Type::Any),
        Response::Envelope => Response::Listing,
        Response::Bytes | Response::Text => declared.clone(),
        // The spec of a Pydio declares no others.
        _ => Response::Undeclared,
    };
    let json: Option<serde_json::Value> = serde_json::from_str(&document(response)).ok();
    let parts = json.as_ref().and_then(|json| json.as_object());
    let may_be_nothing = matches!(declared, Response::Json(Type::Nullable(_)) | Response::Nothing);
    match json.as_ref() {
        _ if response.status >= 400 || message(recording).is_some() => of(&kind, recording),
        Some(json) if json.is_null() => may_be_nothing.then_some(()).ok_or(&["Empty"]),
        // A bare message reports a missing right.
        Some(json)
            if parts.is_some_and(|parts| parts.len() == 1) && json["message"].is_string() =>
        {
            let is_silent = json["message"].as_str().is_some_and(str::is_empty);
            Err(if is_silent { &["AuthenticationRequired"] } else { &["Forbidden"] })
        }
        // Sent only without `format=json`, which the client always sets.
        Some(_) if parts.is_some_and(serde_json::Map::is_empty) && !may_be_nothing => {
            Err(&["Malformed"])
        }
        None if response.body.is_empty() && may_be_nothing => Ok(()),
        None if is_refused_upload(response) => Err(&["Server"]),
        _ => of(&kind, recording),
    }
}

/// Returns whether it is the text of a refused upload.
fn is_refused_upload(response: &Recorded) -> bool {
    response.header("content-type").is_some_and(|kind| kind.starts_with("text/plain"))
}

/// Returns whether it is a page of HTML.
fn is_page(response: &Recorded) -> bool {
    let head = text(response).trim_start().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// Returns whether there is nothing but PHP's default type to say what the body is.
fn is_silent(response: &Recorded) -> bool {
    let kind = response.header("content-type");
    let is_page = kind.is_none_or(|kind| kind.starts_with("text/html"));
    let is_file = ["content-disposition", "content-range"].map(|name| response.header(name));
    is_page && is_file == [None, None]
}

fn by_status(response: &Recorded) -> Option<&'static [&'static str]> {
    match response.status {
        401 if response.header("www-authenticate").is_some() => Some(&["BadCredentials"]),
        401 => Some(&["Forbidden"]),
        404 => Some(&["UnexpectedContentType"]),
        411 => Some(&["Server"]),
        400.. => Some(&["Status"]),
        _ => None,
    }
}

fn by_message(response: &Recorded, message: &str) -> &'static [&'static str] {
    let text = text(response);
    if text.contains("<require_auth/>") {
        &["Forbidden"]
    } else if message.starts_with("Could not find workspace with id") {
        &["UnknownWorkspace"]
    } else if message.starts_with("Could not find action ")
        || message == "Could not find any endpoint for this URI"
    {
        &["UnknownAction"]
    } else {
        &["Server"]
    }
}

/// Returns the text of an `ERROR` response, in XML or JSON.
pub(crate) fn message(recording: &Recording) -> Option<String> {
    let text = text(&recording.response);
    if is_json(recording) {
        let json: serde_json::Value = serde_json::from_str(&document(&recording.response)).ok()?;
        // A role that could not be saved.
        if let (Some(text), 1) = (json["ERROR"].as_str(), json.as_object().map_or(0, |o| o.len())) {
            return Some(text.to_owned());
        }
        let report = [&json, &json["message"]].into_iter().find(|part| part["level"] == "Error")?;
        return report["message"].as_str().map(str::to_owned);
    }
    let report = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let (_, rest) = report.strip_prefix("<tree ")?.split_once("<message type=\"ERROR\">")?;
    let (message, _) = rest.split_once("</message>")?;
    let message = message.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(message.replace("&#039;", "'").replace("&amp;", "&"))
}

/// Returns whether a text is what an action says of a failure.
fn is_failure(recording: &Recording) -> bool {
    let action = Address::of(recording).map_or_else(String::new, |address| address.action);
    match &*text(&recording.response) {
        "PASS_ERROR" => ["pass_change", "reset-password"].contains(&&*action),
        "1001" | "1002" => action == "put_content",
        _ => false,
    }
}

/// Returns the text of a reported failure.
pub(crate) fn text_report(recording: &Recording) -> Option<String> {
    Some(text(&recording.response)).filter(|text| is_report(text))
}

/// Returns whether a text is a failure report of `upload` or `pass_change`: only its wording
/// reveals that.
pub(crate) fn is_report(text: &str) -> bool {
    let code = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).map(|(_, code)| code);
    code.is_some_and(|code| code.parse::<u16>().is_ok()) || text == "PASS_ERROR"
}

/// Returns a text without what 6.5 prints behind it if PHP fails then.
fn document(response: &Recorded) -> String {
    let text = text(response);
    text.strip_suffix("Error").filter(|text| text.ends_with('}')).unwrap_or(&text).to_owned()
}

fn text(response: &Recorded) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}
