//! The body of an operation: which of the declared media types is sent, and how.

use openapiv3::{
    MediaType as Declared, ReferenceOr, RequestBody, Schema, SchemaKind,
    Type::{Array, Boolean, Integer, Number, Object, String as Text},
};
use serde_json::Value;

use super::{
    Builder,
    content::{FORM, essence, is_json},
    operations::Place,
    schemas::Context,
};
use crate::{
    ir::{Dialect, Docs, Kind, Location, Param, Shape, Style, Text as Doc, Type},
    openapi::join,
};

const JSON: &str = "application/json";
const FORM_DATA: &str = "multipart/form-data";
const BYTES: &str = "application/octet-stream";

/// The name of the parameter that sets the media type of a body.
const CONTENT_TYPE: &str = "content_type";

/// How a body is sent, from the most to the least preferred.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Json,
    Form,
    FormData,
    /// Text, or bytes.
    Plain,
}

/// One of the declared media types of a body.
#[derive(Clone, Copy)]
struct Offer<'s> {
    media: &'s str,
    declared: &'s Declared,
    family: Family,
}

impl Offer<'_> {
    fn is_range(&self) -> bool {
        self.media.contains('*')
    }

    fn is_plain_json(&self) -> bool {
        essence(self.media) == JSON
    }
}

/// A media type that gets a function of its own.
pub(super) struct Variant<'s> {
    /// Its media types.
    pub(super) media: Vec<&'s str>,
    /// The suffix after the name of the operation.
    pub(super) suffix: Option<String>,
}

impl<'s> Variant<'s> {
    fn of(offers: &[Offer<'s>], has_suffix: bool) -> Self {
        let media: Vec<_> = offers.iter().map(|offer| offer.media).collect();
        let first = media.first().filter(|_| has_suffix);
        let suffix = first.and_then(|media| suffix(media));
        Self { media, suffix }
    }
}

/// The body or form of an operation.
#[derive(Default)]
pub(super) struct Sent {
    /// The media type of a form, if it is not the usual one.
    pub(super) content_type: Option<String>,
    /// The body, or the fields of a form.
    pub(super) params: Vec<Param>,
}

impl Builder<'_> {
    /// Returns the media types that get functions of their own: JSON of another schema, and media
    /// types other than JSON that are not the same value in another format. Empty if there is only
    /// one.
    pub(super) fn variants<'p>(&self, place: Place<'p>) -> Vec<Variant<'p>> {
        let Some(ReferenceOr::Item(body)) = place.declared.request_body.as_ref() else {
            return Vec::new();
        };
        let all = self.offers(body, None);
        let best = self.best(all.clone());
        let Some(first) = best.first().copied() else { return Vec::new() };
        let differs = |offer: &Offer<'_>| offer.declared.schema != first.declared.schema;
        let is_each = first.family == Family::Json && best.iter().any(differs);
        let mut variants: Vec<_> = match is_each {
            true => best.iter().map(|offer| Variant::of(&[*offer], true)).collect(),
            false => vec![Variant::of(&best, false)],
        };
        for family in [Family::Form, Family::FormData, Family::Plain] {
            let is_own = |offer: &&Offer<'_>| {
                offer.family == family && (differs(offer) || self.has_file(offer))
            };
            let own: Vec<_> = all.iter().filter(is_own).copied().collect();
            if family != first.family && !own.is_empty() {
                variants.push(Variant::of(&self.best(own), true));
            }
        }
        if variants.len() < 2 {
            return Vec::new();
        }
        // Media types without their own function are reported with the first one.
        let is_left = |offer: &&Offer<'_>| !variants.iter().any(|v| v.media.contains(&offer.media));
        let left: Vec<_> = all.iter().filter(is_left).map(|offer| offer.media).collect();
        variants[0].media.extend(left);
        variants
    }

    /// Returns whether a form has files, which the same schema in JSON cannot send.
    fn has_file(&self, offer: &Offer<'_>) -> bool {
        let schema = offer.declared.schema.as_ref().and_then(|schema| self.resolve(schema));
        let Some(SchemaKind::Type(Object(object))) = schema.map(|schema| &schema.schema_kind)
        else {
            return false;
        };
        let is_file = |schema: &ReferenceOr<Box<Schema>>| {
            let items = match self.resolve(schema).map(|schema| &schema.schema_kind) {
                Some(SchemaKind::Type(Array(list))) => list.items.as_ref(),
                _ => None,
            };
            self.is_bytes(schema) || items.is_some_and(|items| self.is_bytes(items))
        };
        offer.family == Family::FormData && object.properties.values().any(is_file)
    }

    /// Returns the body; the fields of a form are parameters.
    pub(super) fn body(&mut self, place: Place<'_>) -> Sent {
        let pointer = format!("{}/requestBody", place.pointer);
        let body = match place.declared.request_body.as_ref() {
            None => return Sent::default(),
            Some(ReferenceOr::Item(body)) => body,
            Some(ReferenceOr::Reference { reference }) => {
                self.refuse(&pointer, format!("`{reference}` does not refer to a body"));
                return Sent::default();
            }
        };
        let all = self.offers(body, place.media);
        let offers = self.best(all.clone());
        let Some(first) = offers.first().copied() else {
            self.note("body-ignored", "a body without a media type is not sent", &pointer);
            return Sent::default();
        };
        let pointer = format!("{pointer}/content");
        for offer in all.iter().filter(|offer| !offers.iter().any(|o| o.media == offer.media)) {
            let message =
                format!("the body is sent as `{}`, never as `{}`", first.media, offer.media);
            self.note("media-type-ignored", message, &join(&pointer, offer.media));
        }
        let pointer = join(&pointer, first.media);
        let to = match first.family {
            Family::Form => Location::Form,
            Family::FormData => Location::Part,
            Family::Json | Family::Plain => return self.whole(body, &offers, place, &pointer),
        };
        if first.family == Family::Form && self.is_text_form(first.declared) {
            return self.whole(body, &offers, place, &pointer);
        }
        let is_usual = first.media == FORM || first.family == Family::FormData;
        Sent {
            content_type: (!is_usual).then(|| first.media.to_owned()),
            params: self.form(first.declared, to, place, &pointer),
        }
    }

    fn offers<'p>(&self, body: &'p RequestBody, only: Option<&[&str]>) -> Vec<Offer<'p>> {
        let all = body
            .content
            .iter()
            .filter(|(media, _)| only.is_none_or(|only| only.contains(&&***media)));
        let offers = all.map(|(media, declared)| Offer {
            media,
            declared,
            family: self.family(media, declared),
        });
        let mut offers: Vec<_> = offers.collect();
        // JSON is also YAML: where both are declared for one schema, both are JSON.
        let json = offers.iter().find(|offer| offer.family == Family::Json).copied();
        for offer in offers.iter_mut().filter(|offer| is_yaml(offer.media)) {
            if json.is_some_and(|json| json.declared.schema == offer.declared.schema) {
                offer.family = Family::Json;
            }
        }
        offers.sort_by(|a, b| {
            let order = |offer: &Offer<'_>| {
                (offer.family, !offer.is_plain_json(), offer.media != "application/octet-stream")
            };
            order(a).cmp(&order(b)).then_with(|| a.media.cmp(b.media))
        });
        offers
    }

    /// Returns the most preferred kind of media types, without ranges that accompany a media type.
    fn best<'p>(&self, mut offers: Vec<Offer<'p>>) -> Vec<Offer<'p>> {
        let Some(best) = offers.iter().map(|offer| offer.family).min() else { return offers };
        offers.retain(|offer| offer.family == best);
        if matches!(best, Family::Form | Family::FormData) {
            offers.truncate(1);
        }
        if offers.iter().any(|offer| !offer.is_range()) {
            offers.retain(|offer| !offer.is_range());
        }
        offers
    }

    fn family(&self, media: &str, declared: &Declared) -> Family {
        let schema = declared.schema.as_ref();
        let is_bytes = schema.is_some_and(|schema| self.is_bytes(schema));
        let is_nested = schema.is_some_and(|schema| self.has_nested(schema));
        match &*essence(media) {
            FORM => Family::Form,
            FORM_DATA => Family::FormData,
            _ if is_bytes => Family::Plain,
            range if range.ends_with("/*") => match is_nested && !range.starts_with("text/") {
                true => Family::Json,
                false => Family::Plain,
            },
            _ if is_json(media) => Family::Json,
            _ => Family::Plain,
        }
    }

    /// Returns whether a form is declared as text that is already encoded.
    fn is_text_form(&self, declared: &Declared) -> bool {
        let schema = declared.schema.as_ref().and_then(|schema| self.resolve(schema));
        matches!(
            schema.map(|schema| &schema.schema_kind),
            Some(SchemaKind::Type(Array(_) | Boolean(_) | Integer(_) | Number(_) | Text(_)))
        )
    }

    fn whole(
        &mut self,
        body: &RequestBody,
        offers: &[Offer<'_>],
        place: Place<'_>,
        pointer: &str,
    ) -> Sent {
        let name = body.extensions.get("x-declared-name").and_then(Value::as_str).unwrap_or("body");
        let (kind, style) = self.content(offers, name, place, pointer);
        // The bytes of a Pydio are never optional, and nor is what an older binding calls required.
        let is_argument = self.dialect == Dialect::Pydio && kind == Kind::Bytes;
        let required = body.required || is_argument;
        let (content_type, media_type) = self.media_type(offers, &kind, &style);
        let is_any = matches!(media_type, Some(Kind::MediaType { choice: None, .. }));
        if is_any && offers.iter().any(|o| is_multipart(o.media)) {
            let message = "callers have to assemble the parts of such a body themselves";
            self.note("multipart-raw", message, pointer);
        }
        let is_chosen = content_type.is_none();
        let media_type = media_type.map(|kind| Param {
            required: required && is_chosen,
            ..Param::new(CONTENT_TYPE, Location::Body, kind, Style::Plain)
        });
        let body = Param {
            content_type,
            required,
            doc: Doc::external(body.description.as_deref()),
            ..Param::new(name, Location::Body, kind, style)
        };
        Sent { content_type: None, params: media_type.into_iter().chain([body]).collect() }
    }

    fn content(
        &mut self,
        offers: &[Offer<'_>],
        name: &str,
        place: Place<'_>,
        pointer: &str,
    ) -> (Kind, Style) {
        let Some(first) = offers.first() else { return (Kind::Bytes, Style::Plain) };
        if first.family != Family::Json {
            if first.declared.schema.as_ref().is_some_and(|schema| self.has_nested(schema)) {
                self.untyped.push(format!("{pointer}/schema"));
            }
            let is_text = offers.iter().all(|offer| self.is_text(offer));
            return (if is_text { Kind::TEXT } else { Kind::Bytes }, Style::Plain);
        }
        let kind = match &first.declared.schema {
            None => self.untyped(pointer, Type::Any),
            Some(schema) => {
                let pointer = format!("{pointer}/schema");
                let kind = self.kind(schema, &Context::new(place.id, name), &pointer);
                // A patch of that type is a list, whatever the schema that it shares with others
                // declares.
                let is_patch =
                    |offer: &Offer<'_>| essence(offer.media) == "application/json-patch+json";
                match offers.iter().any(is_patch) && self.followed(&kind) == Type::Object {
                    true => self.untyped(&pointer, Type::Any),
                    false => kind,
                }
            }
        };
        (Kind::Value(kind), Style::Json)
    }

    fn is_text(&self, offer: &Offer<'_>) -> bool {
        let schema = offer.declared.schema.as_ref();
        schema.is_some_and(|schema| !self.is_bytes(schema)) && is_text_type(offer.media)
    }

    /// Returns the media type of a body, or the parameter that chooses it where there are several.
    fn media_type(
        &mut self,
        offers: &[Offer<'_>],
        kind: &Kind,
        style: &Style,
    ) -> (Option<String>, Option<Kind>) {
        let is_json = *style == Style::Json;
        let any = (None, Some(Kind::MediaType { default: None, choice: None }));
        if self.dialect == Dialect::Pydio && (is_json || *kind == Kind::Bytes) {
            let usual = if is_json { JSON } else { BYTES };
            return (Some(usual.to_owned()), None);
        }
        match offers {
            [one] if is_json && one.media == "*/*" => (Some(JSON.to_owned()), None),
            [one] if one.is_range() || is_multipart(one.media) => any,
            [one] => (Some(one.media.to_owned()), None),
            [first, ..] => {
                let types = offers.iter().map(|offer| offer.media.to_owned()).collect();
                let choice = Some(self.choice_of(types));
                let default = Some(first.media.to_owned());
                match first.is_plain_json() && is_json {
                    true => (default.clone(), Some(Kind::MediaType { default, choice })),
                    false if offers.iter().any(Offer::is_range) => any,
                    false => (None, Some(Kind::MediaType { default: None, choice })),
                }
            }
            [] => any,
        }
    }

    /// Returns the model that lists these media types: one for all operations with the same list.
    fn choice_of(&mut self, types: Vec<String>) -> String {
        let wanted = choice_name(&types);
        let shape = Shape::Choice(types);
        let named = self.models.range(wanted.clone()..);
        let mut named = named.take_while(|(name, _)| name.starts_with(&wanted));
        if let Some((name, _)) = named.find(|(_, model)| model.shape == shape) {
            return name.clone();
        }
        let name = self.free_name(&wanted);
        let summary = Some("The media types that a body can be sent as.".to_owned());
        let docs = Docs { summary, ..Docs::default() };
        self.add(&name, shape, docs);
        name
    }
}

/// Names a list of media types after its content, unless that is too long.
fn choice_name(types: &[String]) -> String {
    const LONGEST: usize = 60;
    let word = |media: &String| {
        let media = suffix(media).unwrap_or_else(|| "json".to_owned());
        media.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    };
    let name = types.iter().map(word).collect::<Vec<_>>().join("_or_");
    if name.len() > LONGEST { "ContentType".to_owned() } else { name }
}

fn is_yaml(media: &str) -> bool {
    let media = essence(media);
    media.ends_with("+yaml")
        || matches!(
            &*media,
            "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml"
        )
}

fn is_multipart(media: &str) -> bool {
    let media = essence(media);
    media.starts_with("multipart/") && media != FORM_DATA
}

/// Returns whether content of that media type is text.
fn is_text_type(media: &str) -> bool {
    const TEXTS: [&str; 7] = [
        "application/xml",
        "application/graphql",
        "application/javascript",
        "application/sql",
        "application/x-ndjson",
        "application/toml",
        FORM,
    ];
    let kind = essence(media);
    let is_range = kind.ends_with("/*");
    let is_plain = kind.starts_with("text/") || kind.ends_with("+xml") || is_yaml(&kind);
    !is_range && (is_plain || TEXTS.contains(&&*kind))
}

/// Returns the suffix in the name of the function for one media type.
fn suffix(media: &str) -> Option<String> {
    let media = essence(media);
    (media != JSON).then(|| media.strip_prefix("application/").unwrap_or(&media).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{choice_name, suffix};

    #[test]
    fn a_list_of_media_types_is_named_after_them() {
        let name = |types: &[&str]| {
            choice_name(&types.iter().map(|&one| one.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(name(&["image/jpeg", "image/png"]), "image_jpeg_or_image_png");
        assert_eq!(name(&["application/json", "application/a+json"]), "json_or_a_json");
        assert_eq!(name(&["application/vnd.a"; 8]), "ContentType");
    }

    #[test]
    fn a_media_type_names_a_function() {
        assert_eq!(suffix("application/json"), None);
        assert_eq!(suffix("application/json; charset=utf-8"), None);
        assert_eq!(suffix("application/merge-patch+json").as_deref(), Some("merge-patch+json"));
        assert_eq!(suffix("text/json").as_deref(), Some("text/json"));
    }
}
