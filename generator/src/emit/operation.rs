//! The module of a tag, with its operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    access,
    call::{self, Argument, Call, VALUE},
    doc::{self, Doc, code},
    endpoint, ident, response, types,
};
use crate::{
    docs::sentence,
    model::{
        Body, Content, Dialect, MediaType, Operation, OperationPlace, SpecModel, Spelling, Type,
        Words,
    },
    name::{OperationNames, SpecNames},
};

/// Emits the module of one tag.
pub(super) fn module(spec: &SpecModel, names: &SpecNames, tag: &str) -> TokenStream {
    let mut docs = Doc::default();
    docs.paragraph(&format!("The operations of {}.", code(tag)));
    if let Some(text) = spec.tags.get(tag) {
        docs.foreign(text);
    }
    let docs = docs.inner();
    let operations = spec.operations.iter().zip(&names.operations);
    let operations = operations
        .filter(|(operation, _)| operation.tag == tag)
        .map(|(operation, own)| Emitter { operation, own, names, spec }.emit());
    let has_params = spec
        .operations
        .iter()
        .filter(|one| one.tag == tag)
        .any(|one| !one.params.is_empty() || !one.query.is_empty() || one.body.is_some());
    let uses = call::uses(has_params);
    quote! {
        #docs
        #uses
        #(#operations)*
    }
}

struct Emitter<'m> {
    operation: &'m Operation,
    own: &'m OperationNames,
    names: &'m SpecNames,
    spec: &'m SpecModel,
}

impl Emitter<'_> {
    fn emit(&self) -> TokenStream {
        let params = &self.operation.params;
        let (arguments, setters): (Vec<_>, Vec<_>) = (0..params.len())
            .partition(|&i| params[i].required || params[i].place == OperationPlace::Path);
        let names = &self.own.params;
        let mut arguments: Vec<_> =
            arguments.into_iter().map(|index| self.param(index, &names[index])).collect();
        let mut setters: Vec<_> =
            setters.into_iter().map(|index| self.param(index, VALUE)).collect();
        if let (Some(body), Some(name)) = (&self.operation.body, &self.own.body) {
            self.body(body, name, &mut arguments, &mut setters);
        }
        let call = ident(&self.own.call);
        Call {
            docs: self.docs(),
            function: ident(&self.own.function),
            arguments,
            setters,
            is_clone: !self.operation.has_stream(),
            deprecated: self.note(),
            traits: self.traits(),
            call,
        }
        .emit()
    }

    /// What else there is to know.
    fn facts(&self) -> Vec<String> {
        let Self { operation, own, names, spec } = self;
        let mut facts = facts(operation).to_vec();
        if let Some(response) = &own.response {
            facts.pop();
            facts.push(format!("Answers by status: {}.", doc::type_link(&response.name)));
        }
        facts.extend(response::error_text(&operation.errors, names));
        if let (Some(wanted), Some(auth)) = (&operation.security, &names.auth) {
            facts.push(access::wanted(wanted, spec, names, &format!("super::{auth}::")));
        }
        if let Some(server) = operation.own_server.as_ref().filter(|own| own.contains("://")) {
            facts.push(format!(
                "Sent to the server {}, or to what is registered for it with \
                 [`Builder::server`](super::Builder::server).",
                code(server)
            ));
        }
        facts
    }

    fn docs(&self) -> Doc {
        let operation = self.operation;
        let mut docs = Doc::default();
        docs.summary(&operation.docs, &format!("Calls the operation {}.", code(&operation.id)));
        if let Some(note) = &operation.retired {
            let note = match self.spec.dialect {
                Dialect::Php => sentence(note),
                Dialect::Plain => sentence(&doc::escape(note)),
            };
            docs.paragraph(&format!(
                "**The server cannot do this.** {note} The call fails before it is sent."
            ));
        }
        docs.list(self.facts().iter().map(String::as_str));
        docs
    }

    /// Why it should not be called.
    fn note(&self) -> Option<String> {
        let advice = || "the spec says that it is deprecated".to_owned();
        let own = self.operation.retired.as_ref().map(|note| match self.spec.dialect {
            Dialect::Php => doc::one_line(note),
            // Shown as it stands by rustc and as Markdown by rustdoc: no escaping is right for both.
            Dialect::Plain => "the server cannot do this".to_owned(),
        });
        own.or_else(|| self.operation.deprecated.then(advice))
    }

    fn param(&self, index: usize, value: &str) -> Argument {
        let param = &self.operation.params[index];
        let name = ident(value);
        let key = endpoint::key(self.operation, index);
        let (input, step) = match &param.spelling {
            Spelling::Flag => (quote!(bool), quote!(.flag(#key, #name))),
            Spelling::Node => (quote!(impl Into<rt::NodePath>), quote!(.node(#key, #name))),
            Spelling::Json | Spelling::Flattened(_) => {
                let kind = types::owned(&param.kind, self.names, types::From::Tag);
                (quote!(&#kind), quote!(.json(#key, #name)))
            }
            Spelling::Repeated | Spelling::Brackets | Spelling::Joined(_) => {
                self.list(&param.kind, &key, &name)
            }
            Spelling::Nested(..) => {
                let (input, method) = self.lists(&param.kind);
                (input, quote!(.#method(#key, #name)))
            }
            Spelling::Styled(_) if matches!(param.kind, Type::List(_)) => {
                self.list(&param.kind, &key, &name)
            }
            Spelling::Styled(_) | Spelling::Plain => self.plain(&param.kind, &key, &name),
            Spelling::File => (quote!(impl Into<rt::FilePart>), quote!(.file(#key, #name))),
            Spelling::Files => {
                let files = quote!(impl IntoIterator<Item = impl Into<rt::FilePart>>);
                (files, quote!(.files(#key, #name)))
            }
            Spelling::Fields => (quote!(impl Into<String>), quote!(.field(#key, name, #name))),
            Spelling::FileFields => {
                (quote!(impl Into<rt::FilePart>), quote!(.file_field(#key, name, #name)))
            }
        };
        let by_name = matches!(param.spelling, Spelling::Fields | Spelling::FileFields);
        let by_name = by_name.then(|| quote!(name: impl Into<String>,));
        Argument {
            text: doc::Member {
                default: param.default.as_deref(),
                values: &param.values,
                deprecated: param.deprecated,
                ..member(&param.name, &param.doc)
            }
            .docs(),
            input: quote!(#by_name #name: #input),
            step,
            name: ident(&self.own.params[index]),
        }
    }

    /// One value that is text on the wire.
    fn plain(
        &self,
        kind: &Type,
        key: &str,
        name: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        let number = |kind| (kind, quote!(.number(#key, #name)));
        match kind {
            Type::Integer | Type::IntegerText => number(quote!(i64)),
            Type::Unsigned | Type::UnsignedText => number(quote!(u64)),
            Type::Float => number(quote!(f64)),
            Type::Boolean => number(quote!(bool)),
            Type::Model(model) => {
                let model = ident(&self.names.models[model].name);
                (quote!(super::models::#model), quote!(.text(#key, #name)))
            }
            _ => (quote!(impl Into<String>), quote!(.text(#key, #name))),
        }
    }

    fn list(
        &self,
        kind: &Type,
        key: &str,
        name: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        let items = match kind {
            Type::List(items) => items,
            other => other,
        };
        let (item, step) = match items {
            Type::Text | Type::Model(_) => (quote!(impl Into<String>), quote!(.texts(#key, #name))),
            kind => {
                let item = types::owned(kind, self.names, types::From::Tag);
                (item, quote!(.numbers(#key, #name)))
            }
        };
        (quote!(impl IntoIterator<Item = #item>), step)
    }

    /// A list of lists, and the method that takes it.
    fn lists(&self, kind: &Type) -> (TokenStream, proc_macro2::Ident) {
        let mut items = kind;
        while let Type::List(inner) = items {
            items = inner;
        }
        let (item, method) = match items {
            Type::Text | Type::Model(_) => (quote!(impl Into<String>), "lists"),
            kind => (types::owned(kind, self.names, types::From::Tag), "number_lists"),
        };
        (quote!(impl IntoIterator<Item = impl IntoIterator<Item = #item>>), ident(method))
    }

    /// Adds what the body takes: its value, and its media type where there is a choice.
    fn body(
        &self,
        body: &Body,
        name: &str,
        arguments: &mut Vec<Argument>,
        setters: &mut Vec<Argument>,
    ) {
        let value = ident(if body.required { name } else { VALUE });
        let key = endpoint::body_key(self.operation, body);
        let (input, step) = match &body.content {
            Content::Json(kind) => {
                let kind = types::owned(kind, self.names, types::From::Tag);
                (quote!(&#kind), quote!(.json(#key, #value)))
            }
            Content::Text => (quote!(impl Into<String>), quote!(.text(#key, #value))),
            Content::Raw => (quote!(impl Into<rt::Body>), quote!(.bytes(#key, #value))),
        };
        let mut value = Argument {
            text: member(&body.name, &body.doc).docs(),
            input: quote!(#value: #input),
            step,
            name: ident(name),
        };
        let media_type = self.own.media_type.as_ref().map(|name| self.media_type(body, name));
        match (media_type, &body.media_type) {
            (Some(media_type), MediaType::Default { .. }) => setters.push(media_type),
            (Some(media_type), _) if body.required => arguments.push(media_type),
            // What is left out has no media type either: both are set together.
            (Some(Argument { input, step, .. }), _) => {
                let (own, set) = (&value.input, &value.step);
                (value.input, value.step) = (quote!(#input, #own), quote!(#set #step));
            }
            (None, _) => {}
        }
        if body.required { arguments.push(value) } else { setters.push(value) }
    }

    fn media_type(&self, body: &Body, name: &str) -> Argument {
        let is_setter = matches!(body.media_type, MediaType::Default { .. });
        let value = ident(if is_setter { VALUE } else { name });
        let input = match body.media_type.choice() {
            Some(choice) => {
                let model = ident(&self.names.models[choice].name);
                quote!(super::models::#model)
            }
            None => quote!(impl Into<String>),
        };
        let text_of = match &body.media_type {
            MediaType::Default { media_type, .. } => {
                format!("The media type of the body: {} unless set.", code(media_type))
            }
            _ => "The media type of the body.".to_owned(),
        };
        Argument {
            text: text_of,
            input: quote!(#value: #input),
            step: quote!(.media_type(#value)),
            name: ident(name),
        }
    }

    fn traits(&self) -> TokenStream {
        let operation = self.operation;
        let call = ident(&self.own.call);
        let response = response::kind(&operation.answer, self.own, self.names);
        let by_status = response::by_status(operation, self.own, self.names);
        let endpoint = endpoint::operation(operation, &self.spec.models, "super::BINDINGS");
        let markers = quote!(impl rt::OperationCall for #call {} #by_status);
        call::traits(&call, &endpoint, &response, &markers)
    }
}

/// What is said of a parameter or body.
fn member<'t>(name: &'t str, doc: &'t Option<Words>) -> doc::Member<'t> {
    doc::Member {
        name,
        text: doc.as_ref().map(|words| &*words.text),
        foreign: doc.as_ref().is_some_and(|words| words.foreign),
        default: None,
        values: &[],
        deprecated: false,
    }
}

/// What else there is to know: its address, and what it answers.
pub(super) fn facts(operation: &Operation) -> [String; 2] {
    let address = format!("{} {}", operation.method, operation.full_path()).replace("+}", "…}");
    let by = match &operation.action {
        Some(action) => format!(", by the action {}", code(action)),
        None => String::new(),
    };
    let address = format!("Operation {}: {}{by}.", code(&operation.id), code(&address));
    [address, response::text(operation)]
}
