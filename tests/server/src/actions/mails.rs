//! Mails in files: their structure, bodies and attachments.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Answer, Call, Outcome, admin::document, content::attachment, error};
use crate::{
    element::Element,
    envelope::{Envelope, Format, json_reply},
    names::join,
    reply::Reply,
};

/// A header: its name, capitalized like `Message-Id`, its value and its parameters.
type Header = (String, String, Vec<(String, String)>);

/// A part of a mail, or the whole of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Part {
    headers: Vec<Header>,
    parts: Vec<Part>,
    body: String,
}

impl Part {
    fn read(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let headers = head.lines().filter_map(|line| line.split_once(':'));
        let headers: Vec<_> = headers.map(|(name, value)| header(name, value)).collect();
        let mut part = Self { headers, parts: Vec::new(), body: body.to_owned() };
        if let Some(boundary) = part.parameter("Content-Type", "boundary") {
            let boundary = format!("--{boundary}");
            let pieces = body.split(&*boundary).skip(1);
            let pieces = pieces.take_while(|piece| !piece.starts_with("--"));
            part.parts = pieces.map(|piece| Self::read(piece.trim_start_matches('\n'))).collect();
        }
        part
    }

    fn value(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, ..)| known == name);
        found.map_or("", |(_, value, _)| value)
    }

    fn parameter(&self, name: &str, parameter: &str) -> Option<String> {
        let (_, _, parameters) = self.headers.iter().find(|(known, ..)| known == name)?;
        let found = parameters.iter().find(|(known, _)| known == parameter);
        found.map(|(_, value)| value.clone())
    }

    fn content(&self) -> Vec<u8> {
        let body = self.body.replace('\n', "");
        match self.value("Content-Transfer-Encoding") {
            "base64" => STANDARD.decode(body).unwrap_or_default(),
            _ => self.body.clone().into_bytes(),
        }
    }

    /// Returns all parts that have none themselves.
    fn leaves(&self) -> Vec<&Self> {
        match &self.parts[..] {
            [] => vec![self],
            parts => parts.iter().flat_map(Self::leaves).collect(),
        }
    }

    fn element(&self, name: &str) -> Element {
        let headers = self.headers.iter().map(|(name, value, parameters)| {
            let parameters = parameters.iter().map(|(name, value)| {
                Element::new("parameter")
                    .child(Element::new("paramname").text(name))
                    .child(Element::new("paramvalue").text(value))
            });
            Element::new("header")
                .child(Element::new("headername").text(name))
                .child(Element::new("headervalue").text(value))
                .children(parameters)
        });
        let parts = self.parts.iter().map(|part| part.element("mimepart"));
        Element::new(name).children(headers).children(parts)
    }
}

fn header(name: &str, value: &str) -> Header {
    let words = name.trim().split('-').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        format!("{}{}", first.to_uppercase(), rest.to_lowercase())
    });
    let name = words.collect::<Vec<_>>().join("-");
    if !name.starts_with("Content-") {
        return (name, value.trim().to_owned(), Vec::new());
    }
    let mut pieces = value.split(';').map(str::trim);
    let value = pieces.next().unwrap_or_default().to_owned();
    let parameters = pieces.filter_map(|piece| piece.split_once('='));
    let parameters =
        parameters.map(|(name, value)| (name.to_lowercase(), value.trim_matches('"').to_owned()));
    (name, value, parameters.collect())
}

fn mail(call: &Call<'_>) -> Option<Part> {
    let path = call.path("file").ok()??;
    let content = call.disk.content(&path)?;
    Some(Part::read(&String::from_utf8_lossy(content)))
}

fn nothing() -> Answer {
    Ok(Outcome::Reply(Reply::empty()))
}

/// Returns the headers of a mail and of its parts.
pub(super) fn structure(call: Call<'_>) -> Answer {
    let Some(mail) = mail(&call) else { return nothing() };
    document(&call, &mail.element("email"))
}

/// Returns the texts of a mail, HTML first.
pub(super) fn bodies(call: Call<'_>) -> Answer {
    let Some(mail) = mail(&call) else { return nothing() };
    if call.format == Format::Json {
        return Ok(Outcome::Reply(json_reply("{}".to_owned())));
    }
    let of_kind = |kind: &str| {
        let wanted = format!("text/{kind}");
        let leaves = mail.leaves().into_iter();
        let mut leaves = leaves.filter(|part| part.value("Content-Disposition") != "attachment");
        let found = leaves.find(|part| {
            let known = part.value("Content-Type");
            known == wanted || (known.is_empty() && kind == "plain")
        })?;
        Some(Element::new("mimepart").attribute("type", kind).cdata(found.body.clone()))
    };
    let bodies = ["html", "plain"].into_iter().filter_map(of_kind);
    let document = Element::new("email_body").children(bodies).xml();
    Ok(Outcome::Reply(Reply::new(200, "text/xml; charset=UTF-8", document)))
}

/// Returns the name and the content of the attachment that a call names.
fn attached(call: &Call<'_>, mail: &Part) -> Option<(String, Vec<u8>)> {
    let id = call.text("attachment_id")?;
    let leaves = mail.leaves();
    let part = leaves.into_iter().find(|part| part.value("X-Attachment-Id") == id)?;
    Some((part.parameter("Content-Disposition", "filename")?, part.content()))
}

/// Sends an attachment; an unknown one is empty.
pub(super) fn download_attachment(call: Call<'_>) -> Answer {
    let Some(mail) = mail(&call) else { return nothing() };
    match attached(&call, &mail) {
        Some((name, content)) => {
            let reply = attachment(call.dialect(), &name, content.into()).without("Content-Range");
            Ok(Outcome::Reply(reply))
        }
        None => nothing(),
    }
}

/// Writes an attachment to a folder.
pub(super) fn copy_attachment(call: Call<'_>) -> Answer {
    let folder = call.path("destination")?;
    let (Some(folder), Some(_), Some(mail)) = (folder, call.text("attachment_id"), mail(&call))
    else {
        return error("Wrong Parameters");
    };
    let Some((name, content)) = attached(&call, &mail) else {
        return error("Could not find attachment!");
    };
    call.disk.write(&join(&folder, &name), content);
    let message = format!("Attachment {name} was successfully copied to {folder}");
    Ok(Envelope::success(message).into())
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn a_mail_has_nested_parts() {
        let mail = Part::read(
            "From: a@example.org\r\nmessage-id: <1>\r\nContent-Type: multipart/mixed;\r\n \
             boundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B\r\n\
             Content-Transfer-Encoding: base64\r\nX-Attachment-Id: a\r\n\r\nYmM=\r\n--B--\r\n",
        );
        assert_eq!((mail.value("From"), mail.value("Message-Id")), ("a@example.org", "<1>"));
        let leaves = mail.leaves();
        assert_eq!((leaves.len(), &*leaves[0].body), (2, "hello\n"));
        assert_eq!(leaves[1].content(), b"bc");
    }
}
