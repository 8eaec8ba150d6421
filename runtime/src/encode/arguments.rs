//! The values of a request, resolved by the parameters of its endpoint.

use std::borrow::Cow;

use http::HeaderValue;
use secrecy::ExposeSecret as _;

use super::path::encode_segment;
use crate::{
    json::Json,
    types::{
        Body, Endpoint, FilePart, Given, Location, Method, Param, ParamEncoding, Request, Span,
        Style, Value,
    },
};

/// The values of a request by their names on the wire, ready to be put where they go.
pub(crate) struct Arguments {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) method: Method,
    pub(crate) list: Vec<Argument>,
    pub(crate) content: Content,
    /// The media type of the body, where it is not the usual one.
    pub(crate) media_type: Option<Cow<'static, str>>,
    pub(crate) span: Option<Span>,
    pub(crate) if_range: Option<HeaderValue>,
}

/// A value with its name and its place.
pub(crate) struct Argument {
    pub(crate) location: Location,
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: Wire,
    /// The media type of a part of a form, where it is declared.
    pub(crate) content_type: Option<&'static str>,
}

/// A value as it is sent.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Text {
    Plain(String),
    /// The path of a node, which begins with a slash.
    Node(String),
    /// The text of a JSON document.
    Json(String),
}

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Node(text) | Self::Json(text) => text,
        }
    }
}

/// What an argument holds.
pub(crate) enum Wire {
    Text(Text),
    /// `name[]=a&name[]=b` over HTTP.
    List(Vec<String>),
    /// What is encoded by a style.
    Styled(Style, Json),
    File(FilePart),
}

/// The body of a call, apart from a form.
pub(crate) enum Content {
    None,
    Json(String),
    Text(String),
    Bytes(Body),
}

impl Arguments {
    /// Resolves a request, or says why it cannot be sent over any transport.
    pub(crate) fn of(mut request: Request) -> Result<Self, String> {
        request.check()?;
        let endpoint = request.endpoint();
        let mut arguments = Self {
            endpoint,
            method: request.sent_method(),
            list: Vec::new(),
            content: Content::None,
            media_type: request.take_media_type().map(Cow::Owned),
            span: request.span,
            if_range: request.if_range.take(),
        };
        for param in endpoint.params {
            let ParamEncoding::Constant(value) = param.encoding else { continue };
            // PHP would keep one of the two only.
            if !endpoint.is_operation() && request.values.iter().any(|own| own.name == param.name) {
                continue;
            }
            arguments.add_text(param, param.name.into(), Text::Plain(value.to_owned()));
        }
        let page = request.page_number();
        for given in request.values {
            arguments.resolve(given)?;
        }
        if let Some(page) = page {
            arguments.set_page(page)?;
        }
        Ok(arguments)
    }

    fn resolve(&mut self, given: Given) -> Result<(), String> {
        const FIELD: Param = Param::form("");
        const FILE: Param = Param::part("");
        let Given { name, param, value } = given;
        let value = match value {
            Value::Secret(text) => Value::Text(text.expose_secret().to_owned()),
            value => value,
        };
        let param = param.unwrap_or(if value.is_file() { &FILE } else { &FIELD });
        if param.location == Location::Body {
            return self.set_body(param, value);
        }
        match (value, param.encoding) {
            (Value::Texts(texts), encoding) => self.resolve_texts(param, name, texts, encoding)?,
            (Value::Lists(lists), encoding) => self.resolve_lists(param, name, lists, encoding)?,
            (Value::Nodes(nodes), _) if nodes.is_empty() => {
                return Err(format!("`{name}` selects nothing; the server would use the root"));
            }
            (Value::Nodes(nodes), ParamEncoding::Numbered) => self.number(param, name, nodes),
            (Value::Nodes(nodes), _) => self.add(param, name, Wire::List(nodes)),
            (Value::Text(text), ParamEncoding::EncodedTwice) => {
                self.add_text(param, name, Text::Plain(encode_segment(&text)));
            }
            (Value::Text(text), ParamEncoding::Styled(style)) => {
                self.add(param, name, Wire::Styled(style, Json::String(text)));
            }
            (Value::Json(json), ParamEncoding::Styled(style)) => {
                self.add(param, name, Wire::Styled(style, json));
            }
            (Value::Text(text), _) => self.add_text(param, name, Text::Plain(text)),
            (Value::Node(path), _) => self.add_text(param, name, Text::Node(path)),
            (Value::Json(json), _) => self.add_text(param, name, Text::Json(json.to_string())),
            (Value::File(file), _) => self.add(param, name, Wire::File(file)),
            (Value::Files(files), _) => {
                files.into_iter().for_each(|file| self.add(param, name.clone(), Wire::File(file)));
            }
            (Value::Secret(_) | Value::Bytes(_), _) => {
                return Err(format!("`{name}` does not accept bytes"));
            }
        }
        Ok(())
    }

    fn add(&mut self, param: &Param, name: Cow<'static, str>, value: Wire) {
        let Param { location, content_type, .. } = *param;
        self.list.push(Argument { location, name, value, content_type });
    }

    fn add_text(&mut self, param: &Param, name: Cow<'static, str>, text: Text) {
        self.add(param, name, Wire::Text(text));
    }

    fn resolve_texts(
        &mut self,
        param: &Param,
        name: Cow<'static, str>,
        texts: Vec<String>,
        encoding: ParamEncoding,
    ) -> Result<(), String> {
        match encoding {
            ParamEncoding::Joined(separator) => {
                refuse_separator(&name, separator, &texts)?;
                let joined = texts.join(separator.encode_utf8(&mut [0; 4]));
                self.add_text(param, name, Text::Plain(joined));
            }
            ParamEncoding::Styled(style) | ParamEncoding::Nested(style, _) => {
                self.add(param, name, Wire::Styled(style, texts.into_iter().collect()));
            }
            ParamEncoding::Repeated => {
                for text in texts {
                    self.add_text(param, name.clone(), Text::Plain(text));
                }
            }
            _ if texts.is_empty() => {}
            ParamEncoding::Series => {
                for (index, text) in texts.into_iter().enumerate() {
                    let member = match index {
                        0 => name.clone(),
                        _ => format!("{name}_{index}").into(),
                    };
                    self.add_text(param, member, Text::Plain(text));
                }
            }
            ParamEncoding::Sum => {
                let sum = sum(&name, &texts)?;
                self.add_text(param, name, Text::Plain(sum.to_string()));
            }
            _ => self.add(param, name, Wire::List(texts)),
        }
        Ok(())
    }

    fn resolve_lists(
        &mut self,
        param: &Param,
        name: Cow<'static, str>,
        lists: Vec<Vec<String>>,
        encoding: ParamEncoding,
    ) -> Result<(), String> {
        let ParamEncoding::Nested(style, separator) = encoding else {
            return Err(format!("`{name}` does not accept a list of lists"));
        };
        let mut texts = Vec::new();
        for list in lists {
            refuse_separator(&name, separator, &list)?;
            texts.push(list.join(separator.encode_utf8(&mut [0; 4])));
        }
        self.resolve_texts(param, name, texts, ParamEncoding::Styled(style))
    }

    /// Adds nodes that the server reads from `name`, or from `name_0`, `name_1` … when they are
    /// several. A path takes the first, and the server adds the numbered ones to it.
    fn number(&mut self, param: &Param, name: Cow<'static, str>, mut nodes: Vec<String>) {
        if param.is_in_path() || nodes.len() == 1 {
            self.add_text(param, name.clone(), Text::Node(nodes.remove(0)));
        }
        let field = Param { location: Location::Form, ..*param };
        for (index, node) in nodes.into_iter().enumerate() {
            self.add_text(&field, format!("{name}_{index}").into(), Text::Node(node));
        }
    }

    fn set_body(&mut self, param: &Param, value: Value) -> Result<(), String> {
        self.content = match value {
            Value::Json(json) => Content::Json(json.to_string()),
            Value::Text(text) => Content::Text(text),
            Value::Bytes(body) => Content::Bytes(body),
            _ => {
                return Err(format!(
                    "`{}` is the body, which does not accept such a value",
                    param.name
                ));
            }
        };
        let declared = param.content_type.map(Cow::Borrowed);
        self.media_type = self.media_type.take().or(declared);
        Ok(())
    }

    /// Puts the number of a page at the end of the folder that is listed.
    fn set_page(&mut self, page: u32) -> Result<(), String> {
        let folder = self.endpoint.rest_of_path().map(|param| param.name);
        let mut arguments = self.list.iter_mut();
        let argument = arguments.find(|argument| folder.is_some_and(|name| argument.name == name));
        match argument.map(|argument| &mut argument.value) {
            Some(Wire::Text(Text::Node(path) | Text::Plain(path))) => {
                path.truncate(path.trim_end_matches('/').len());
                if path.is_empty() {
                    path.push('/');
                }
                path.push_str(&format!("%23{page}"));
                Ok(())
            }
            _ => Err("there is no folder whose page to request".to_owned()),
        }
    }

    /// Returns the arguments that go to one place.
    pub(crate) fn at(&self, location: Location) -> impl Iterator<Item = &Argument> {
        self.list.iter().filter(move |argument| argument.location == location)
    }
}

/// Adds up numbers of which each is a bit: one that is given twice counts once.
fn sum(name: &str, numbers: &[String]) -> Result<u64, String> {
    numbers.iter().try_fold(0, |sum, text| match text.parse::<u64>() {
        Ok(number) => Ok(sum | number),
        Err(_) => Err(format!("`{name}` cannot be sent: `{text}` is not a whole number")),
    })
}

/// Refuses a list with an item that holds what stands between the items.
fn refuse_separator(name: &str, separator: char, items: &[String]) -> Result<(), String> {
    match items.iter().any(|item| item.contains(separator)) {
        true => Err(format!(
            "`{name}` cannot be sent: an item contains {:?}, which separates the items",
            separator.to_string()
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Wire};
    use crate::{
        testing::{BINDINGS, action},
        types::{Endpoint, Location, Method, Param, Request},
    };

    #[test]
    fn series_sums_and_secrets_are_fields() {
        static TASK: Endpoint = action(
            &BINDINGS,
            "task",
            Method::Post,
            &[
                Param::form("repository_id").series(),
                Param::form("filter").choice(&["1", "4"]).sum(),
                Param::form("password").secret(),
            ],
        );
        let request = Request::new(&TASK)
            .texts("repository_id", ["a", "b", "c"])
            .texts("filter", ["1", "4", "4"])
            .secret("password", "p");
        let list = Arguments::of(request).unwrap().list;
        let sent: Vec<_> = list
            .iter()
            .map(|argument| match &argument.value {
                Wire::Text(text) => (&*argument.name, text.as_str()),
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(
            sent,
            [
                ("repository_id", "a"),
                ("repository_id_1", "b"),
                ("repository_id_2", "c"),
                ("filter", "5"),
                ("password", "p"),
            ]
        );
        let odd = Request::new(&TASK).texts("filter", ["users"]);
        assert!(Arguments::of(odd).err().unwrap().contains("`users` is not a whole number"));
    }

    /// PHP reads one value of a name, so REST and a session must send the same one.
    #[test]
    fn a_free_field_replaces_the_declared_parameter_of_its_name() {
        static EDIT: Endpoint = action(
            &BINDINGS,
            "edit",
            Method::Post,
            &[
                Param::path("sub_action"),
                Param::rest_of_path("file"),
                Param::form("format").constant("json"),
                Param::form("ANY").fields(),
            ],
        );
        let request = || Request::new(&EDIT).text("sub_action", "a").node("file", "/f");
        let fields = [("sub_action", "b"), ("format", "xml"), ("other", "1"), ("other", "2")];
        let list = Arguments::of(request().fields("ANY", fields)).unwrap().list;
        let sent: Vec<_> = list
            .iter()
            .map(|argument| match &argument.value {
                Wire::Text(text) => (argument.location, &*argument.name, text.as_str()),
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(
            sent,
            [
                (Location::Path, "sub_action", "b"),
                (Location::RestOfPath, "file", "/f"),
                (Location::Form, "format", "xml"),
                (Location::Form, "other", "2"),
            ]
        );
        let hidden = request().fields("ANY", [("file", "/a/../b")]);
        assert!(hidden.check().unwrap_err().contains("blanks"));
        assert!(request().fields("ANY", [("file", "/f")]).node_in_path() == Some("/f"));
    }
}
