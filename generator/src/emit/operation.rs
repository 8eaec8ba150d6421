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
    ir::{
        Api, Dialect, Endpoint, EndpointKind, Group, Kind, Location, OpenApiStyle, Param, Style,
        StyleName, Type, sentence,
    },
    names::{EndpointNames, Names},
};

/// Emits the module of one tag.
pub(super) fn module(api: &Api, names: &Names, group: &Group) -> TokenStream {
    let tag = &group.id;
    let mut docs = Doc::default();
    docs.paragraph(&format!("The operations of {}.", code(tag)));
    if let Some(text) = &group.doc {
        docs.external(text);
    }
    let docs = docs.inner();
    let operations = group.endpoints.iter().map(|&index| {
        let (operation, own) = (&api.endpoints[index], &names.endpoints[index]);
        let scope = types::Scope::of_group(names, EndpointKind::Operation);
        Emitter { operation, own, names, api, scope }.emit()
    });
    let is_placed = |param: &Param| param.location != Location::Body && !param.is_constant();
    let place = api
        .members(group)
        .flat_map(|operation| &operation.params)
        .any(|param| is_placed(param) && !param.kind.is_file() || param.not_root)
        .then(|| quote!(, Place as At));
    quote! {
        #docs
        use pydio_runtime::{self as rt, OperationCall as _ #place};
        #(#operations)*
    }
}

struct Emitter<'m> {
    operation: &'m Endpoint,
    own: &'m EndpointNames,
    names: &'m Names,
    api: &'m Api,
    scope: types::Scope<'m>,
}

impl Emitter<'_> {
    fn emit(&self) -> TokenStream {
        let params = &self.operation.params;
        let (arguments, setters): (Vec<_>, Vec<_>) = (0..params.len())
            .filter(|&i| params[i].location != Location::Body && !params[i].is_constant())
            .partition(|&i| params[i].is_argument());
        let names = &self.own.params;
        let mut arguments: Vec<_> =
            arguments.into_iter().map(|index| self.param(index, &names[index])).collect();
        let mut setters: Vec<_> =
            setters.into_iter().map(|index| self.param(index, VALUE)).collect();
        if let Some(index) = params.iter().position(Param::is_body) {
            self.body(index, &mut arguments, &mut setters);
        }
        let call = ident(&self.own.call);
        let form_type = self.operation.content_type.iter().map(|kind| quote!(.media_type(#kind)));
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
        let Self { operation, own, names, api, scope } = self;
        let mut facts = facts(operation).to_vec();
        if let Some(response) = &own.response {
            facts.pop();
            facts.push(format!("Answers by status: {}.", doc::type_link(&response.name)));
        }
        facts.extend(response::error_text(&operation.errors, *scope));
        if let (Some(wanted), Some(auth)) = (&operation.security, &names.auth) {
            facts.push(access::wanted(wanted, api, names, &format!("super::{auth}::")));
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
        if let Some(note) = &operation.unsupported {
            let note = match self.api.dialect {
                Dialect::Pydio => sentence(note),
                Dialect::Other => sentence(&doc::escape(note)),
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
        let own = self.operation.unsupported.as_ref().map(|note| match self.api.dialect {
            Dialect::Pydio => doc::one_line(note),
            // Shown as it stands by rustc and as Markdown by rustdoc: no escaping is right for both.
            Dialect::Other => "the server cannot do this".to_owned(),
        });
        own.or_else(|| self.operation.deprecated.then(advice))
    }

    fn param(&self, index: usize, value: &str) -> Argument {
        let param = &self.operation.params[index];
        let name = ident(value);
        let wire = &param.name;
        let place = place(param.location);
        let not_root = param.not_root.then(|| quote!(.not_root(#wire)));
        let part_type = param.content_type.as_ref().map(|kind| quote!(.part_type(#wire, #kind)));
        let mut first = TokenStream::new();
        let (input, step) = match (&param.kind, &param.style) {
            (Kind::Flag, _) => (quote!(bool), quote!(.flag(#place, #wire, #name))),
            (Kind::Node, _) => {
                (quote!(impl Into<rt::NodePath>), quote!(.node(#place, #wire, #name)))
            }
            (_, Style::Json) => {
                let kind = self.owned(param);
                (quote!(&#kind), quote!(.json(#place, #wire, #name)))
            }
            (_, Style::Flattened(style)) => {
                let kind = self.owned(param);
                let style = style_of(*style);
                (quote!(&#kind), quote!(.styled(#place, #wire, #style, #name)))
            }
            (_, Style::Repeated | Style::Brackets | Style::Joined(_)) => {
                self.list(param, &place, &name, &mut first)
            }
            (Kind::Value(kind), Style::Nested(style, between)) => {
                let (input, method) = self.lists(kind);
                let (style, between) = (style_of(*style), between.to_string());
                (input, quote!(.#method(#place, #wire, #style, #between, #name)))
            }
            (Kind::Value(kind), Style::Styled(style)) => match kind {
                Type::List(_) => self.list(param, &place, &name, &mut first),
                kind => self.word(kind, quote!(#place, #wire), *style, &name, &mut first),
            },
            (Kind::File, _) => (quote!(impl Into<rt::FilePart>), quote!(.file(#wire, #name))),
            (Kind::Files, _) => {
                let files = quote!(impl IntoIterator<Item = impl Into<rt::FilePart>>);
                (files, quote!(.files(#wire, #name)))
            }
            (Kind::Fields, _) => (quote!(impl Into<String>), quote!(.field(#place, name, #name))),
            (Kind::FileFields, _) => {
                (quote!(impl Into<rt::FilePart>), quote!(.file_field(name, #name)))
            }
            _ => self.plain(param, &place, &name),
        };
        let by_name = matches!(param.kind, Kind::Fields | Kind::FileFields);
        let by_name = by_name.then(|| quote!(name: impl Into<String>,));
        Argument {
            text: doc::Member {
                default: param.default.as_deref(),
                values: &param.values,
                deprecated: param.deprecated,
                ..member(param)
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
        param: &Param,
        place: &TokenStream,
        name: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        let wire = &param.name;
        let number = |kind| (kind, quote!(.set(#place, #wire, #name.to_string())));
        match param.value_type().unwrap_or(&Type::Text) {
            Type::Integer | Type::IntegerText => number(quote!(i64)),
            Type::Unsigned | Type::UnsignedText => number(quote!(u64)),
            Type::Float => number(quote!(f64)),
            Type::Boolean => number(quote!(bool)),
            Type::Model(model) => {
                let model = self.scope.model(model);
                (quote!(#model), quote!(.set(#place, #wire, #name)))
            }
            _ => (quote!(impl Into<String>), quote!(.set(#place, #wire, #name))),
        }
    }

    /// One value that is encoded by a style: `at` is its place and its name.
    fn word(
        &self,
        kind: &Type,
        at: TokenStream,
        style: OpenApiStyle,
        name: &proc_macro2::Ident,
        first: &mut TokenStream,
    ) -> (TokenStream, TokenStream) {
        let style = style_of(style);
        let as_text = quote!(let #name: String = #name.into(););
        let input = match kind {
            Type::Text => quote!(impl Into<String>),
            kind => types::owned(kind, self.scope),
        };
        if matches!(kind, Type::Text | Type::Model(_)) {
            *first = as_text;
        }
        (input, quote!(.styled(#at, #style, &#name)))
    }

    fn list(
        &self,
        param: &Param,
        place: &TokenStream,
        name: &proc_macro2::Ident,
        first: &mut TokenStream,
    ) -> (TokenStream, TokenStream) {
        let wire = &param.name;
        let items = match param.value_type() {
            Some(Type::List(items)) => &**items,
            other => other.unwrap_or(&Type::Text),
        };
        let item = match items {
            Type::Text | Type::Model(_) => quote!(impl Into<String>),
            kind => {
                *first = quote!(let #name = #name.into_iter().map(|item| item.to_string()););
                types::owned(kind, self.scope)
            }
        };
        let step = match param.style {
            Style::Brackets => {
                let wire = format!("{wire}[]");
                quote!(.list(#place, #wire, #name))
            }
            Style::Joined(separator) => {
                let separator = separator.to_string();
                quote!(.joined(#place, #wire, #separator, #name))
            }
            Style::Styled(style) => {
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
            kind => (types::owned(kind, self.scope), "nested_numbers"),
        };
        (quote!(impl IntoIterator<Item = impl IntoIterator<Item = #item>>), ident(method))
    }

    /// The type of the value.
    fn owned(&self, param: &Param) -> TokenStream {
        types::owned(param.value_type().unwrap_or(&Type::Text), self.scope)
    }

    /// Adds what the body takes: its value, and its media type where there is a choice.
    fn body(&self, index: usize, arguments: &mut Vec<Argument>, setters: &mut Vec<Argument>) {
        let body = &self.operation.params[index];
        let name = &self.own.params[index];
        let value = ident(if body.required { name } else { VALUE });
        let (input, step, usual) = match (&body.kind, &body.style) {
            (_, Style::Json) => {
                let kind = self.owned(body);
                (quote!(&#kind), quote!(.body(#value)), "application/json")
            }
            (Kind::Bytes, _) => {
                (quote!(impl Into<rt::Body>), quote!(.upload(#value)), "application/octet-stream")
            }
            _ => (quote!(impl Into<String>), quote!(.text_body(#value)), "text/plain"),
        };
        let fixed = body.content_type.iter().filter(|kind| *kind != usual);
        let fixed = fixed.map(|kind| quote!(.media_type(#kind)));
        let mut value = Argument {
            text: member(body).docs(),
            input: quote!(#value: #input),
            first: TokenStream::new(),
            step: quote!(#step #(#fixed)*),
            name: ident(name),
        };
        let is_media_type = |param: &Param| matches!(param.kind, Kind::MediaType { .. });
        let media_type = self.operation.params.iter().position(is_media_type);
        let media_type = media_type.map(|index| self.media_type(index));
        match (media_type, &body.content_type) {
            (Some(media_type), Some(_)) => setters.push(media_type),
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

    fn media_type(&self, index: usize) -> Argument {
        let name = &self.own.params[index];
        let Kind::MediaType { default, choice } = &self.operation.params[index].kind else {
            unreachable!()
        };
        let value = ident(if default.is_some() { VALUE } else { name });
        let input = match choice {
            Some(choice) => self.scope.model(choice),
            None => quote!(impl Into<String>),
        };
        let text_of = match default {
            Some(media_type) => {
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
        let site = (self.api.is_external() && access::is_needed(self.api))
            .then(|| quote!(site: &super::SITE,));
        let own_server = operation.own_server.iter().map(|own| quote!(own_server: Some(#own),));
        let accept = operation.accept.iter().map(|accept| quote!(accept: Some(#accept),));
        let unread = &operation.unread;
        let unread = (!unread.is_empty()).then(|| quote!(unread: &[#(#unread),*],));
        let redirect = operation.returns_redirect().then(|| quote!(returns_redirect: true,));
        let method =
            format_ident!("{}", crate::names::pascal(&operation.method.as_str().to_lowercase()));
        let query: Vec<_> = operation
            .params
            .iter()
            .filter_map(|param| match &param.kind {
                Kind::Constant(value) => {
                    let name = &param.name;
                    Some(quote!((#name, #value)))
                }
                _ => None,
            })
            .collect();
        let query = (!query.is_empty()).then(|| quote!(query: &[#(#query),*],));
        let retired = operation.unsupported.iter().map(|note| quote!(retired: Some(#note),));
        let server = match self.api.dialect {
            Dialect::Pydio => quote!(Pydio),
            Dialect::Other => quote!(Other),
        };
        let answer = response::kind(&operation.response, self.own, self.scope);
        let by_status = response::by_status(operation, self.own, self.scope);
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
fn place(place: Location) -> TokenStream {
    match place {
        Location::Path | Location::RestOfPath => quote!(At::Path),
        Location::Query => quote!(At::Query),
        Location::Header => quote!(At::Header),
        Location::Cookie => quote!(At::Cookie),
        Location::Form => quote!(At::Form),
        Location::Part | Location::Body => quote!(At::Part),
    }
}

/// A style as the runtime makes it.
fn style_of(style: OpenApiStyle) -> TokenStream {
    text_of_style(style).parse().unwrap_or_default()
}

/// The expression that makes a style.
pub(super) fn text_of_style(style: OpenApiStyle) -> String {
    let kind = match style.name {
        StyleName::Simple => "simple",
        StyleName::Label => "label",
        StyleName::Matrix => "matrix",
        StyleName::Form => "form",
        StyleName::SpaceDelimited => "space_delimited",
        StyleName::PipeDelimited => "pipe_delimited",
        StyleName::TabDelimited => "tab_delimited",
        StyleName::DeepObject => "deep_object",
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
fn member(param: &Param) -> doc::Member<'_> {
    doc::Member {
        name: &param.name,
        text: param.doc.as_ref(),
        default: None,
        values: &[],
        deprecated: false,
    }
}

/// What else there is to know: its address, and what it answers.
pub(super) fn facts(operation: &Endpoint) -> [String; 2] {
    let address = operation.address().unwrap_or_default();
    let by = match &operation.action {
        Some(action) => format!(", by the action {}", code(action)),
        None => String::new(),
    };
    let address = format!("Operation {}: {}{by}.", code(&operation.id), code(&address));
    [address, response::text(operation)]
}
