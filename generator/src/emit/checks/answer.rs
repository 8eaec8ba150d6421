//! The response that a test answers a call with, and what its caller has to read.

use serde_json::Value as Json;

use crate::{
    example::Values,
    ir::{Endpoint, ErrorBody, Method, Response, StatusResponse, Type},
    names::EndpointNames,
};

/// A response, and what is read.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: u16,
    media_type: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
    /// What `reader` makes of it.
    pub(super) shown: String,
    /// The function of the harness that shows the value.
    pub(super) reader: &'static str,
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

impl Answer {
    fn new(media_type: &'static str, body: impl Into<String>, shown: impl Into<String>) -> Self {
        Self {
            status: 200,
            media_type,
            headers: Vec::new(),
            body: body.into(),
            shown: shown.into(),
            reader: "debug",
        }
    }

    fn read_by(self, reader: &'static str) -> Self {
        Self { reader, ..self }
    }

    fn json(body: &Json, shown: impl Into<String>) -> Self {
        Self::new("application/json", body.to_string(), shown)
    }

    /// Returns the methods of the case that set it.
    pub(super) fn steps(&self) -> String {
        let Self { status, media_type, headers, body, shown, .. } = self;
        let mut text = format!(".answers({status}, {media_type:?}, {body:?})");
        if !headers.is_empty() {
            text += &format!(".answer_headers(&{headers:?})");
        }
        text + &format!(".reads({shown:?})")
    }

    /// Returns the response of a call, which is about a folder if it is a listing; `None` if there is
    /// no example of its type.
    pub(super) fn of(
        endpoint: &Endpoint,
        own: &EndpointNames,
        values: &Values<'_>,
        folder: &str,
    ) -> Option<Self> {
        match &endpoint.response {
            Response::ByStatus(all) => {
                let variants = &own.response.as_ref()?.variants;
                // The full value is that of the last status.
                let index = if values.is_full { all.len().checked_sub(1)? } else { 0 };
                by_status(all.get(index)?, variants.get(index)?, endpoint, values)
            }
            response => one(response, endpoint, values, folder),
        }
    }

    /// Returns the response of an error with a declared body, and the status that tells it.
    pub(super) fn of_error(error: &ErrorBody, values: &Values<'_>) -> Option<Self> {
        let status = match error.statuses.first()?.as_str() {
            "default" => 500,
            class if class.ends_with("XX") => 100 * class.get(..1)?.parse::<u16>().ok()? + 18,
            code => code.parse().ok()?,
        };
        // The client reads anything below 400 as a success, and these are about the credentials.
        if status < 400 || matches!(status, 401 | 407) {
            return None;
        }
        let value = values.of(&error.kind, "text", 7)?;
        Some(Self { status, ..Self::json(&value.json, format!("{status} {}", value.shown)) })
    }
}

fn one(
    response: &Response,
    endpoint: &Endpoint,
    values: &Values<'_>,
    folder: &str,
) -> Option<Answer> {
    let xml = |body: &str| format!("{XML}{body}");
    let is_full = values.is_full;
    Some(match response {
        Response::Listing => {
            let body = xml(&format!(
                "<tree filename=\"{folder}\" text=\"x\"><tree filename=\"/a/b.txt\" \
                 text=\"b.txt\" is_file=\"true\"/></tree>"
            ));
            Answer::new("text/xml", body, "[\"/a/b.txt\"]").read_by("listing")
        }
        Response::Json(kind) => match kind {
            Type::Nullable(_) if !is_full => Answer::json(&Json::Null, "None"),
            kind => {
                let value = values.of(kind, "text", 7)?;
                Answer::json(&value.json, value.shown)
            }
        },
        Response::OneOrMany(kind) => {
            let value = values.of(kind, "text", 7)?;
            let has_scalar = value.json.as_object().is_some_and(|fields| {
                fields.values().any(|value| !value.is_object() && !value.is_array())
            });
            match has_scalar {
                true => Answer::json(&value.json, format!("One({})", value.shown)),
                false => Answer::json(&Json::Object(Default::default()), "Missing"),
            }
        }
        Response::Xml => {
            let body = xml("<item key=\"value\">text</item>");
            Answer::new("text/xml", body, "item {\"key\": \"value\"} text").read_by("element")
        }
        Response::Text => Answer::new("text/plain", "text", "Text(\"text\")"),
        Response::Bytes => {
            Answer::new("application/octet-stream", "content", "content").read_by("bytes")
        }
        Response::Envelope | Response::EnvelopeOrNothing => {
            let is_optional = *response == Response::EnvelopeOrNothing;
            let reader = if is_optional { "optional_envelope" } else { "envelope" };
            let body = xml("<tree><message type=\"SUCCESS\">done</message></tree>");
            match is_optional && !is_full {
                true => Answer::new("text/html", "", "None").read_by(reader),
                false => Answer::new("text/xml", body, "[\"done\"]").read_by(reader),
            }
        }
        Response::Nothing if endpoint.is_action() => Answer::new("text/html", "", "Nothing"),
        Response::Nothing => Answer { status: 204, ..Answer::new("", "", "()") },
        Response::Head => {
            let status = if endpoint.method == Method::Head { 200 } else { 302 };
            let headers = vec![("location", "/elsewhere")];
            let answer = Answer::new("", "", format!("{status} Some(\"/elsewhere\")"));
            Answer { status, headers, ..answer }.read_by("head")
        }
        Response::Undeclared => Answer::new("text/plain", "text", "Text(\"text\")"),
        Response::ByStatus(_) => return None,
    })
}

fn by_status(
    one: &StatusResponse,
    variant: &str,
    endpoint: &Endpoint,
    values: &Values<'_>,
) -> Option<Answer> {
    let status = match one.status.as_str() {
        "default" => 299,
        class if class.ends_with("XX") => 100 * class.get(..1)?.parse::<u16>().ok()? + 98,
        code => code.parse().ok()?,
    };
    let answer = match &one.response {
        Response::Nothing => Answer::new("", "", variant),
        Response::Bytes => {
            Answer::new("application/octet-stream", "content", format!("{variant}(Download…"))
        }
        response => {
            let answer = self::one(response, endpoint, values, "/")?;
            let shown = format!("{variant}({})", answer.shown);
            (answer.reader == "debug").then_some(Answer { shown, ..answer })?
        }
    };
    Some(Answer { status, ..answer })
}
