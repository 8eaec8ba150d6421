//! The module of a tag, with its operations.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    access,
    call::{Argument, Call, VALUE},
    doc::{self, Doc, code},
    ident, response, types,
};
use crate::{
    docs::sentence,
    model::{
        Body, Content, Dialect, MediaType, Operation, OperationParam, OperationPlace, SpecModel,
        Spelling, Style, StyleKind, Type, Words,
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
    let place = spec
        .operations
        .iter()
        .filter(|operation| operation.tag == tag)
        .flat_map(|operation| &operation.params)
        .any(|param| !param.spelling.is_file() || param.not_root)
        .then(|| quote!(, Place as At));
    quote! {
        #docs
        use pydio_runtime::{self as rt, OperationCall as _ #place};
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
        let form_type = self.operation.form_type.iter().map(|kind| quote!(.media_type(#kind)));
        Call {
            docs: self.docs(),
            function: ident(&self.own.function),
            request: quote!(rt::OperationRequest),
            made_from: quote!(#call::OPERATION),
            arguments,
            setters,
            is_clone: !self.operation.has_stream(),
            deprecated: self.note(),
            constants: form_type.collect(),
            begin: TokenStream::new(),
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
        let wire = &param.name;
        let place = place(param.place);
        let not_root = param.not_root.then(|| quote!(.not_root(#wire)));
        let part_type = param.part_type.as_ref().map(|kind| quote!(.part_type(#wire, #kind)));
        let mut first = TokenStream::new();
        let (input, step) = match &param.spelling {
            Spelling::Flag => (quote!(bool), quote!(.flag(#place, #wire, #name))),
            Spelling::Node => {
                (quote!(impl Into<rt::NodePath>), quote!(.node(#place, #wire, #name)))
            }
            Spelling::Json => {
                let kind = types::owned(&param.kind, self.names, types::From::Tag);
                (quote!(&#kind), quote!(.json(#place, #wire, #name)))
            }
            Spelling::Flattened(style) => {
                let kind = types::owned(&param.kind, self.names, types::From::Tag);
                let style = style_of(*style);
                (quote!(&#kind), quote!(.styled(#place, #wire, #style, #name)))
            }
            Spelling::Repeated | Spelling::Brackets | Spelling::Joined(_) => {
                self.list(param, &place, &name, &mut first)
            }
            Spelling::Nested(style, between) => {
                let (input, method) = self.lists(&param.kind);
                let (style, between) = (style_of(*style), between.to_string());
                (input, quote!(.#method(#place, #wire, #style, #between, #name)))
            }
            Spelling::Styled(style) => match &param.kind {
                Type::List(_) => self.list(param, &place, &name, &mut first),
                kind => self.word(kind, quote!(#place, #wire), *style, &name, &mut first),
            },
            Spelling::Plain => self.plain(param, &place, &name),
            Spelling::File => (quote!(impl Into<rt::FilePart>), quote!(.file(#wire, #name))),
            Spelling::Files => {
                let files = quote!(impl IntoIterator<Item = impl Into<rt::FilePart>>);
                (files, quote!(.files(#wire, #name)))
            }
            Spelling::Fields => (quote!(impl Into<String>), quote!(.field(#place, name, #name))),
            Spelling::FileFields => {
                (quote!(impl Into<rt::FilePart>), quote!(.file_field(name, #name)))
            }
        };
        let by_name = matches!(param.spelling, Spelling::Fields | Spelling::FileFields);
        let by_name = by_name.then(|| quote!(name: impl Into<String>,));
        Argument {
            text: doc::Member {
                default: param.default.as_deref(),
                values: &param.values,
                deprecated: param.deprecated,
                ..member(wire, &param.doc)
            }
            .docs(),
            input: quote!(#by_name #name: #input),
            first,
            step: quote!(#step #not_root #part_type),
            name: ident(&self.own.params[index]),
        }
    }

    fn plain(
        &self,
        param: &OperationParam,
        place: &TokenStream,
        name: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        let wire = &param.name;
        let number = |kind| (kind, quote!(.set(#place, #wire, #name.to_string())));
        match &param.kind {
            Type::Integer | Type::IntegerText => number(quote!(i64)),
            Type::Unsigned | Type::UnsignedText => number(quote!(u64)),
            Type::Float => number(quote!(f64)),
            Type::Boolean => number(quote!(bool)),
            Type::Model(model) => {
                let model = ident(&self.names.models[model].name);
                (quote!(super::models::#model), quote!(.set(#place, #wire, #name)))
            }
            _ => (quote!(impl Into<String>), quote!(.set(#place, #wire, #name))),
        }
    }

    /// One value that is encoded by a style: `at` is its place and its name.
    fn word(
        &self,
        kind: &Type,
        at: TokenStream,
        style: Style,
        name: &proc_macro2::Ident,
        first: &mut TokenStream,
    ) -> (TokenStream, TokenStream) {
        let style = style_of(style);
        let as_text = quote!(let #name: String = #name.into(););
        let input = match kind {
            Type::Text => quote!(impl Into<String>),
            kind => types::owned(kind, self.names, types::From::Tag),
        };
        if matches!(kind, Type::Text | Type::Model(_)) {
            *first = as_text;
        }
        (input, quote!(.styled(#at, #style, &#name)))
    }

    fn list(
        &self,
        param: &OperationParam,
        place: &TokenStream,
        name: &proc_macro2::Ident,
        first: &mut TokenStream,
    ) -> (TokenStream, TokenStream) {
        let wire = &param.name;
        let items = match &param.kind {
            Type::List(items) => &**items,
            other => other,
        };
        let item = match items {
            Type::Text | Type::Model(_) => quote!(impl Into<String>),
            kind => {
                *first = quote!(let #name = #name.into_iter().map(|item| item.to_string()););
                types::owned(kind, self.names, types::From::Tag)
            }
        };
        let step = match param.spelling {
            Spelling::Brackets => {
                let wire = format!("{wire}[]");
                quote!(.list(#place, #wire, #name))
            }
            Spelling::Joined(separator) => {
                let separator = separator.to_string();
                quote!(.joined(#place, #wire, #separator, #name))
            }
            Spelling::Styled(style) => {
                let style = style_of(style);
                quote!(.items(#place, #wire, #style, #name))
            }
            _ => quote!(.list(#place, #wire, #name)),
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
            Type::Text | Type::Model(_) => (quote!(impl Into<String>), "nested"),
            kind => (types::owned(kind, self.names, types::From::Tag), "nested_numbers"),
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
        let (input, step) = match &body.content {
            Content::Json(kind) => {
                let kind = types::owned(kind, self.names, types::From::Tag);
                (quote!(&#kind), quote!(.body(#value)))
            }
            Content::Text => (quote!(impl Into<String>), quote!(.text_body(#value))),
            Content::Raw => (quote!(impl Into<rt::Body>), quote!(.upload(#value))),
        };
        let fixed = match &body.media_type {
            MediaType::Fixed(kind) | MediaType::Default { media_type: kind, .. }
                if *kind != body.content.usual() =>
            {
                Some(quote!(.media_type(#kind)))
            }
            _ => None,
        };
        let mut value = Argument {
            text: member(&body.name, &body.doc).docs(),
            input: quote!(#value: #input),
            first: TokenStream::new(),
            step: quote!(#step #fixed),
            name: ident(name),
        };
        let media_type = self.own.media_type.as_ref().map(|name| self.media_type(body, name));
        match (media_type, &body.media_type) {
            (Some(media_type), MediaType::Default { .. }) => setters.push(media_type),
            (Some(media_type), _) if body.required => arguments.push(media_type),
            // What is left out has no media type either: both are set together.
            (Some(Argument { input, first, step, .. }), _) => {
                let (own, set) = (&value.input, &value.step);
                (value.input, value.step) = (quote!(#input, #own), quote!(#set #step));
                value.first = first;
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
            first: quote!(let #value: String = #value.into();),
            step: quote!(.media_type(#value)),
            name: ident(name),
        }
    }

    fn traits(&self) -> TokenStream {
        let operation = self.operation;
        let call = ident(&self.own.call);
        let (id, path) = (&operation.id, &operation.path);
        let site = (self.spec.is_foreign() && access::is_needed(self.spec))
            .then(|| quote!(site: &super::SITE,));
        let own_server = operation.own_server.iter().map(|own| quote!(own_server: Some(#own),));
        let accept = operation.accept.iter().map(|accept| quote!(accept: Some(#accept),));
        let unread = &operation.unread;
        let unread = (!unread.is_empty()).then(|| quote!(unread: &[#(#unread),*],));
        let redirect = operation.returns_redirect().then(|| quote!(returns_redirect: true,));
        let method = format_ident!("{}", crate::name::pascal(&operation.method.to_lowercase()));
        let query = operation.query.iter().map(|(name, value)| quote!((#name, #value)));
        let query = (!operation.query.is_empty()).then(|| quote!(query: &[#(#query),*],));
        let retired = operation.retired.iter().map(|note| quote!(retired: Some(#note),));
        let server = match self.spec.dialect {
            Dialect::Php => quote!(Pydio),
            Dialect::Plain => quote!(Other),
        };
        let answer = response::kind(&operation.answer, self.own, self.names);
        let by_status = response::by_status(operation, self.own, self.names);
        quote! {
            impl rt::OperationCall for #call {
                const OPERATION: &'static rt::Operation = &rt::Operation {
                    id: #id,
                    server: rt::Server::#server,
                    #site
                    #(#own_server)*
                    method: rt::Method::#method,
                    path: #path,
                    #query
                    #(#accept)*
                    #unread
                    #redirect
                    #(#retired)*
                    ..rt::Operation::UNSET
                };
                type Answer = #answer;
                fn into_request(self) -> rt::OperationRequest {
                    self.0
                }
            }
            #by_status
        }
    }
}

/// The place of a parameter.
fn place(place: OperationPlace) -> TokenStream {
    match place {
        OperationPlace::Path => quote!(At::Path),
        OperationPlace::Query => quote!(At::Query),
        OperationPlace::Header => quote!(At::Header),
        OperationPlace::Cookie => quote!(At::Cookie),
        OperationPlace::Form => quote!(At::Form),
        OperationPlace::Part => quote!(At::Part),
    }
}

/// A style as the runtime makes it.
fn style_of(style: Style) -> TokenStream {
    text_of_style(style).parse().unwrap_or_default()
}

/// The expression that makes a style.
pub(super) fn text_of_style(style: Style) -> String {
    let kind = match style.kind {
        StyleKind::Simple => "simple",
        StyleKind::Label => "label",
        StyleKind::Matrix => "matrix",
        StyleKind::Form => "form",
        StyleKind::SpaceDelimited => "space_delimited",
        StyleKind::PipeDelimited => "pipe_delimited",
        StyleKind::TabDelimited => "tab_delimited",
        StyleKind::DeepObject => "deep_object",
    };
    let mut text = format!("rt::Style::{kind}()");
    for (is_on, method) in [
        (style.explode, ".exploded()"),
        (style.reserved, ".reserved()"),
        (style.empty, ".with_empty()"),
    ] {
        if is_on {
            text.push_str(method);
        }
    }
    text
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
