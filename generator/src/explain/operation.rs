//! What there is to be told of an operation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Correction, Explanation, Form, Kind, Message, Param, Scene,
    action::typed,
    sample::{self, Sample},
};
use crate::{
    correct::overlay::Applied,
    model::{
        Body, Content, MediaType, Operation, OperationParam, OperationPlace, Reply, Shape,
        Spelling, Type,
    },
    openapi::{Anchor, join, tokens},
};

/// As many optional parameters as an example has.
const SHOWN: usize = 2;

/// Explains an operation.
pub(super) fn explain(scene: &Scene<'_>, index: usize) -> Explanation {
    let operation = &scene.api.spec.operations[index];
    let home = Home::of(scene, operation);
    let id = home.as_ref().map_or(&*operation.id, |home| &*home.id);
    let declared = scene.declared.spec.operations.iter().find(|other| other.id == id);
    let example = Example::new(scene, index);
    Explanation {
        kind: Kind::Operation,
        name: operation.id.clone(),
        plugin: None,
        also: Vec::new(),
        summary: operation.docs.summary.clone(),
        place: home.as_ref().map(|home| super::shown(&home.at.place())),
        declared: declared.map(form),
        corrections: corrections(scene, operation, home.as_ref().map(|home| &*home.at.pointer)),
        really: form(operation),
        dead: operation.retired.clone(),
        rust: example.rust(),
        rest: Some(example.message()),
        session: None,
        command_line: None,
    }
}

/// Where an operation is in the published spec.
struct Home {
    at: Anchor,
    /// What it is called there: corrections may give it another id.
    id: String,
}

impl Home {
    fn of(scene: &Scene<'_>, operation: &Operation) -> Option<Self> {
        let source = scene.input.spec_source().ok().flatten()?;
        let mut corrected = source.value.clone();
        for overlay in &scene.input.corrections.overlays {
            overlay.apply(&mut corrected, &scene.input.semantic_version()).ok()?;
        }
        let pointer = pointer(&corrected, &operation.id)?;
        let id = source.value.pointer(&pointer)?.get("operationId").and_then(Value::as_str);
        let id = id.unwrap_or(&operation.id).to_owned();
        Some(Self { at: source.at(pointer), id })
    }
}

fn pointer(spec: &Value, id: &str) -> Option<String> {
    let paths = spec.get("paths")?.as_object()?;
    paths.iter().find_map(|(path, item)| {
        let mut methods = item.as_object()?.iter();
        let (method, _) = methods.find(|(_, operation)| operation["operationId"] == id)?;
        Some(join(&join("/paths", path), method))
    })
}

/// What corrects the operation, then what corrects the models that it exchanges.
fn corrections(scene: &Scene<'_>, operation: &Operation, at: Option<&str>) -> Vec<Correction> {
    let correction =
        |one: &Applied| Correction::new(&one.at, one.description.as_deref(), &one.evidence);
    let is_own = |one: &&Applied| {
        at.is_some_and(|at| one.pointers.iter().any(|pointer| concerns(pointer, at)))
    };
    let own = scene.overlaid().iter().filter(is_own).map(correction);
    let models = models(scene, operation);
    let of_models = scene.overlaid().iter().filter_map(|one| {
        let mut named = one.pointers.iter().filter_map(|pointer| model_of(pointer));
        let model = named.find(|name| models.contains(&**name))?;
        Some(Correction { model: Some(model), ..correction(one) })
    });
    own.chain(of_models).collect()
}

/// Whether what `pointer` points to is the operation at `at`, in it, or shared by its path.
fn concerns(pointer: &str, at: &str) -> bool {
    let is_in = |outer: &str| {
        pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let path = at.rfind('/').map_or(at, |slash| &at[..slash]);
    is_in(at) || pointer == path || is_in(&join(path, "parameters"))
}

/// The model that a pointer leads into.
fn model_of(pointer: &str) -> Option<String> {
    let tokens: Vec<String> = tokens(pointer).collect();
    match tokens.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["definitions", name, ..] | ["components", "schemas", name, ..] => Some(name.to_owned()),
        _ => None,
    }
}

/// The names of the models that an operation sends or receives, and of those they consist of.
fn models<'s>(scene: &Scene<'s>, operation: &'s Operation) -> BTreeSet<&'s str> {
    let mut left: Vec<&Type> = operation.params.iter().map(|param| &param.kind).collect();
    left.extend(operation.answer.kinds());
    left.extend(operation.errors.iter().map(|error| &error.kind));
    left.extend(operation.body.as_ref().and_then(|body| body.content.json()));
    let mut found = BTreeSet::new();
    while let Some(kind) = left.pop() {
        match kind {
            Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Lenient(inner) => {
                left.push(inner);
            }
            Type::Model(name) if found.insert(&**name) => {
                let model = scene.api.spec.models.iter().find(|model| model.name == *name);
                match model.map(|model| &model.shape) {
                    Some(Shape::Struct { fields, .. }) => {
                        left.extend(fields.iter().map(|field| &field.kind));
                    }
                    Some(Shape::Alias(kind)) => left.push(kind),
                    Some(Shape::Choice(_)) | None => {}
                }
            }
            _ => {}
        }
    }
    found
}

fn form(operation: &Operation) -> Form {
    let mut params: Vec<_> = operation.params.iter().map(param).collect();
    params.extend(operation.body.as_ref().map(|body| Param {
        name: body.name.clone(),
        place: "body",
        kind: body_text(body),
        required: body.required,
        default: None,
    }));
    let answer = match &operation.answer {
        Reply::Json(kind) => format!("JSON: {}", typed(kind)),
        Reply::Envelope => "the XML envelope".to_owned(),
        Reply::Stream => "bytes".to_owned(),
        Reply::Text => "text".to_owned(),
        Reply::Nothing => "nothing".to_owned(),
        Reply::Head => "headers".to_owned(),
        Reply::ByStatus(_) => "what depends on the status".to_owned(),
    };
    let path = operation.full_path().replace("+}", "…}");
    Form {
        address: Some(format!("{} {path}", operation.method)),
        params,
        answer,
        background: None,
        repeatable: None,
    }
}

/// What a body is, with its media type where that is not what it usually is.
fn body_text(body: &Body) -> String {
    let content = match &body.content {
        Content::Json(kind) => format!("JSON: {}", typed(kind)),
        Content::Text => "text".to_owned(),
        Content::Raw => "bytes".to_owned(),
    };
    match &body.media_type {
        MediaType::Fixed(one) if one == body.content.usual() => content,
        MediaType::Fixed(one) => format!("{content}, as {one}"),
        MediaType::Default { media_type, .. } => {
            format!("{content}, as {media_type} unless another type is chosen")
        }
        MediaType::Chosen(_) | MediaType::Any => format!("{content}, of a type to be chosen"),
    }
}

fn param(param: &OperationParam) -> Param {
    let kind = match &param.spelling {
        Spelling::Flag => "`true`, or not sent".to_owned(),
        Spelling::Node if param.not_root => "the path of a node, not the root".to_owned(),
        Spelling::Node => "the path of a node".to_owned(),
        Spelling::Json => format!("JSON, as text: {}", typed(&param.kind)),
        Spelling::Styled(style) | Spelling::Nested(style, _) | Spelling::Flattened(style) => {
            let exploded = if style.explode { ", exploded" } else { "" };
            format!("{}, in the style {}{exploded}", typed(&param.kind), style.kind.text())
        }
        Spelling::File => "a file".to_owned(),
        Spelling::Files => "any number of files".to_owned(),
        Spelling::Fields => "any number of other fields".to_owned(),
        Spelling::FileFields => "any number of other files".to_owned(),
        Spelling::Plain | Spelling::Repeated | Spelling::Brackets | Spelling::Joined(_) => {
            typed(&param.kind)
        }
    };
    let (name, default) = (param.name.clone(), param.default.clone());
    Param { name, place: param.place.text(), kind, required: param.required, default }
}

/// A call with what is required, and some of what is not.
struct Example<'e> {
    operation: &'e Operation,
    call: String,
    samples: Vec<(&'e OperationParam, Sample)>,
    has_body: bool,
}

impl<'e> Example<'e> {
    fn new(scene: &Scene<'e>, index: usize) -> Self {
        let operation = &scene.api.spec.operations[index];
        let names = &scene.names.spec.operations[index];
        let module = &scene.names.spec.modules[&operation.tag];
        let (mut arguments, mut setters, mut samples) = (Vec::new(), String::new(), Vec::new());
        let mut optional = 0;
        for (param, name) in operation.params.iter().zip(&names.params) {
            let value = sample(scene, param);
            if param.required || param.place == OperationPlace::Path {
                arguments.push(value.rust.clone());
            } else if optional < SHOWN {
                optional += 1;
                setters.push_str(&format!(".{name}({})", value.rust));
            } else {
                continue;
            }
            samples.push((param, value));
        }
        let mut has_body = false;
        if let (Some(body), Some(name)) = (&operation.body, &names.body) {
            has_body = body.required;
            if has_body {
                arguments.extend(media_type(scene, body).map(|sample| sample.rust));
                arguments.push(match body.content {
                    Content::Json(_) => format!("&{name}"),
                    Content::Text | Content::Raw => "\"content\"".to_owned(),
                });
            }
        }
        let call = format!("v2::{module}::{}({}){setters}", names.function, arguments.join(", "));
        Self { operation, call, samples, has_body }
    }

    fn rust(&self) -> String {
        format!("pydio.call({}).await?", self.call)
    }

    /// What is sent in a place.
    fn pairs(&self, place: OperationPlace) -> Vec<(String, String)> {
        let there = self.samples.iter().filter(|(param, _)| param.place == place);
        there.flat_map(|(_, sample)| sample.wire.clone()).collect()
    }

    fn message(&self) -> Message {
        let mut url = self.operation.full_path();
        for (param, sample) in &self.samples {
            if param.place != OperationPlace::Path {
                continue;
            }
            let value = sample.wire.first().map_or("", |(_, value)| value);
            let spanning = format!("{{{}+}}", param.name);
            let plain = format!("{{{}}}", param.name);
            url = url.replace(&spanning, &sample::segments(value, true));
            url = url.replace(&plain, &sample::segments(value, false));
        }
        let query: Vec<_> =
            self.operation.query.iter().cloned().chain(self.pairs(OperationPlace::Query)).collect();
        if !query.is_empty() {
            url = format!("{url}?{}", sample::fields(&query));
        }
        let form = [OperationPlace::Form, OperationPlace::Part].map(|place| self.pairs(place));
        let form = sample::fields(&form.concat());
        let mut headers = self.pairs(OperationPlace::Header);
        let cookies = self.pairs(OperationPlace::Cookie);
        let cookies = cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies));
        }
        let body = self.operation.body.as_ref().filter(|_| self.has_body).map(body_text);
        Message {
            method: self.operation.method.to_owned(),
            url,
            headers: headers.iter().map(|(name, value)| format!("{name}: {value}")).collect(),
            form: Some(form).filter(|form| !form.is_empty()),
            body,
        }
    }
}

/// A value for a parameter.
fn sample(scene: &Scene<'_>, param: &OperationParam) -> Sample {
    let name = &*param.name;
    match &param.spelling {
        Spelling::Flag => Sample::new("true", name, "true"),
        Spelling::Node => Sample::text(name, sample::NODE),
        Spelling::Json => Sample::new(format!("&{}", crate::name::snake(name)), name, "{}"),
        Spelling::Flattened(_) => {
            Sample::new(format!("&{}", crate::name::snake(name)), name, "value")
        }
        Spelling::Nested(..) => Sample::new("[[\"value\"]]", name, "value"),
        Spelling::File => Sample::new("\"content\"", name, "content"),
        Spelling::Files => Sample::new("[\"content\"]", name, "content"),
        Spelling::Fields => Sample::new("\"name\", \"value\"", "name", "value"),
        Spelling::FileFields => Sample::new("\"name\", \"content\"", "name", "content"),
        Spelling::Styled(_) if matches!(param.kind, Type::List(_)) => {
            Sample::new("[\"value\"]", name, "value")
        }
        Spelling::Repeated | Spelling::Joined(_) => Sample::new("[\"value\"]", name, "value"),
        Spelling::Brackets => Sample::new("[\"value\"]", &format!("{name}[]"), "value"),
        Spelling::Plain | Spelling::Styled(_) => match &param.kind {
            Type::Integer | Type::Unsigned | Type::IntegerText | Type::UnsignedText => {
                Sample::new("1", name, "1")
            }
            Type::Float => Sample::new("1.0", name, "1"),
            Type::Boolean => Sample::new("true", name, "true"),
            Type::Model(model) => choice(scene, name, model),
            _ => Sample::text(name, sample::text(name)),
        },
    }
}

/// The media type of a body, where it is an argument.
fn media_type(scene: &Scene<'_>, body: &Body) -> Option<Sample> {
    match &body.media_type {
        MediaType::Fixed(_) | MediaType::Default { .. } => None,
        MediaType::Chosen(model) => Some(choice(scene, "Content-Type", model)),
        MediaType::Any => Some(Sample::text("Content-Type", body.content.usual())),
    }
}

/// The first word of a model that is a choice.
fn choice(scene: &Scene<'_>, name: &str, model: &str) -> Sample {
    let models = &scene.api.spec.models;
    let words = models.iter().find(|known| known.name == model).map(|known| &known.shape);
    let choice = scene.names.spec.models.get(model).and_then(|names| names.choice.as_ref());
    match (words, choice) {
        (Some(Shape::Choice(words)), Some(choice)) => {
            let variant = choice.variants.first().unwrap_or(&choice.other);
            let word = words.first().map_or("", String::as_str);
            Sample::new(format!("v2::models::{}::{variant}", choice.name), name, word)
        }
        _ => Sample::text(name, sample::text(name)),
    }
}
