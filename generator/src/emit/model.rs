//! The module of a spec's models.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    allow_arguments, choice,
    doc::{self, Doc, code},
    facts, ident, types,
};
use crate::{
    ir::{Field, Model, Shape, Type, is_nullable, is_optional},
    names::{ChoiceNames, ModelNames, Names},
};

/// The nesting depth of types at which clippy reports a field as too complex.
const DEEP: usize = 4;

/// Emits the imports of a module of models: only those that they need.
pub(super) fn head(text: &str, models: &[&Model]) -> TokenStream {
    let docs = doc::inner_paragraph(text);
    let is_impl = |model: &&&Model| !matches!(model.shape, Shape::Alias(_));
    let impls = || models.iter().filter(is_impl);
    let runtime = models.iter().any(|model| needs_runtime(model)).then(|| {
        quote!(
            use pydio_runtime as rt;
        )
    });
    let from = impls().any(|model| model.received).then(|| quote!(FromJson,));
    let to = impls().any(|model| model.sent).then(|| quote!(ToJson,));
    let json = match (&from, &to) {
        (None, None) => None,
        _ => Some(quote!(use pydio_runtime::json::{#from #to};)),
    };
    let serde = impls().next().map(|_| quote!(rt::with_serde! { mod serde; }));
    quote!(#docs #runtime #json #serde)
}

/// Emits the re-exports of the models of actions that operations share.
pub(super) fn shared(models: &[&Model], names: &Names) -> TokenStream {
    let own = models.iter().filter_map(|model| names.model(model.kind, &model.name));
    let types: Vec<_> = own.map(|own| ident(&own.name)).collect();
    match &types[..] {
        [] => TokenStream::new(),
        [one] => quote!(pub use super::super::v1::models::#one;),
        types => quote!(pub use super::super::v1::models::{#(#types),*};),
    }
}

/// Emits the head of the module that the feature `serde` of the runtime adds to one of models:
/// for these crates alone, what every model can do is too much to compile.
pub(super) fn serde_head(models: &[&Model], names: &Names) -> TokenStream {
    let docs = doc::inner_paragraph(
        "What the feature `serde` adds: models that are only sent can be read, those that are only \
         received can be written, and all have the traits of serde.",
    );
    let all = models.iter().filter(|model| !matches!(model.shape, Shape::Alias(_)));
    let all: Vec<_> = all.filter_map(|model| names.model(model.kind, &model.name)).collect();
    let types: BTreeSet<_> = all.iter().map(|own| &*own.name).collect();
    let types: Vec<_> = types.into_iter().map(ident).collect();
    let is_missing = |is: fn(&Model) -> bool| {
        models.iter().any(|model| !matches!(model.shape, Shape::Alias(_)) && !is(model))
    };
    let from = is_missing(|model| model.received).then(|| quote!(FromJson,));
    let to = is_missing(|model| model.sent).then(|| quote!(ToJson,));
    let json =
        (from.is_some() || to.is_some()).then(|| quote!(use pydio_runtime::json::{#from #to};));
    quote! {
        #docs
        use pydio_runtime as rt;
        #json
        use super::{#(#types),*};
        rt::serde_models! { #(#types),* }
    }
}

/// Emits what [`items`] leaves out of some models, since no call needs it.
pub(super) fn serde_items(models: &[&Model], names: &Names) -> TokenStream {
    let missing = models.iter().map(|model| {
        let Some(own) = names.model(model.kind, &model.name) else { return TokenStream::new() };
        let scope = types::Scope::of_models(names, model.kind);
        let (read, write) = match (&model.shape, &own.choice) {
            (Shape::Choice(_), Some(choice)) => (read_word(choice), write_word(choice)),
            (Shape::Codes(_), Some(choice)) => (read_code(choice), write_code(choice)),
            (Shape::Struct { fields, open }, _) => {
                let one = Struct { model, own, scope, fields, open: *open, is_eq: false };
                (one.read(), one.write())
            }
            _ => return TokenStream::new(),
        };
        let read = (!model.received).then_some(read);
        let write = (!model.sent).then_some(write);
        quote!(#read #write)
    });
    missing.collect()
}

fn needs_runtime(model: &Model) -> bool {
    match &model.shape {
        Shape::Struct { .. } | Shape::Choice(_) | Shape::Codes(_) => true,
        Shape::Alias(kind) => types::is_of_runtime(kind),
    }
}

/// Emits some models.
///
/// Those in `inexact` contain floating-point numbers, which are not always equal to themselves.
pub(super) fn items(models: &[&Model], names: &Names, inexact: &BTreeSet<&str>) -> TokenStream {
    models.iter().map(|model| emit(model, names, !inexact.contains(&*model.name))).collect()
}

/// Returns the names of the models that contain floating-point numbers, at any depth.
pub(super) fn inexact<'m>(models: &[&'m Model]) -> BTreeSet<&'m str> {
    let mut inexact: BTreeSet<&str> = BTreeSet::new();
    loop {
        let is_float = |kind: &Type| has_float(kind, &inexact);
        let is_inexact = |model: &&&Model| match &model.shape {
            Shape::Struct { fields, .. } => fields.iter().any(|field| is_float(&field.kind)),
            Shape::Alias(kind) => is_float(kind),
            Shape::Choice(_) | Shape::Codes(_) => false,
        };
        let found: BTreeSet<_> =
            models.iter().filter(is_inexact).map(|model| &*model.name).collect();
        if found.len() == inexact.len() {
            return inexact;
        }
        inexact = found;
    }
}

fn has_float(kind: &Type, inexact: &BTreeSet<&str>) -> bool {
    match kind {
        Type::Float => true,
        Type::Model(name) => inexact.contains(&**name),
        kind => kind.inner().is_some_and(|inner| has_float(inner, inexact)),
    }
}

fn emit(model: &Model, names: &Names, is_eq: bool) -> TokenStream {
    let Some(own) = names.model(model.kind, &model.name) else { return TokenStream::new() };
    let scope = types::Scope::of_models(names, model.kind);
    let mut docs = Doc::default();
    docs.summary(&model.docs, &format!("The model {}.", code(&model.name)));
    docs.details(&model.docs);
    let docs = docs.outer();
    match (&model.shape, &own.choice) {
        (Shape::Choice(words), Some(choice)) => {
            let enumeration = choice::enumeration(&docs, words, choice);
            listed(model, &enumeration, read_word(choice), write_word(choice))
        }
        (Shape::Alias(kind), _) => {
            let name = ident(&own.name);
            let kind = types::owned(kind, scope);
            quote!(#docs pub type #name = #kind;)
        }
        (Shape::Struct { fields, open }, _) => {
            Struct { model, own, scope, fields, open: *open, is_eq }.emit(&docs)
        }
        (Shape::Codes(codes), Some(choice)) => {
            let enumeration = choice::codes(&docs, codes, choice);
            listed(model, &enumeration, read_code(choice), write_code(choice))
        }
        (Shape::Choice(_) | Shape::Codes(_), None) => quote!(),
    }
}

/// Emits an enumeration with how it is read and written, where it is received and sent.
fn listed(
    model: &Model,
    enumeration: &TokenStream,
    read: TokenStream,
    write: TokenStream,
) -> TokenStream {
    let read = model.received.then_some(read);
    let write = model.sent.then_some(write);
    quote!(#enumeration #read #write)
}

fn read_word(choice: &ChoiceNames) -> TokenStream {
    let name = ident(&choice.name);
    quote! {
        impl FromJson for #name {
            fn from_json(json: rt::json::Value<'_>) -> Result<Self, rt::json::JsonError> {
                String::from_json(json).map(|word| Self::from(&*word))
            }
        }
    }
}

fn write_word(choice: &ChoiceNames) -> TokenStream {
    let name = ident(&choice.name);
    quote! {
        impl ToJson for #name {
            fn write(&self, _: rt::json::Secrets) -> Option<rt::Json> {
                Some(rt::Json::from(self.as_str()))
            }
        }
    }
}

fn read_code(choice: &ChoiceNames) -> TokenStream {
    let name = ident(&choice.name);
    quote! {
        impl FromJson for #name {
            fn from_json(json: rt::json::Value<'_>) -> Result<Self, rt::json::JsonError> {
                i64::from_json(json).map(Self::from)
            }
        }
    }
}

fn write_code(choice: &ChoiceNames) -> TokenStream {
    let name = ident(&choice.name);
    quote! {
        impl ToJson for #name {
            fn write(&self, _: rt::json::Secrets) -> Option<rt::Json> {
                Some(rt::Json::from(self.as_i64()))
            }
        }
    }
}

/// Emits an object and how it is read and written.
pub(super) struct Struct<'m> {
    pub(super) model: &'m Model,
    pub(super) own: &'m ModelNames,
    pub(super) scope: types::Scope<'m>,
    pub(super) fields: &'m [Field],
    pub(super) open: bool,
    /// Whether each value equals itself.
    pub(super) is_eq: bool,
}

impl Struct<'_> {
    fn emit(&self, docs: &TokenStream) -> TokenStream {
        let name = ident(&self.own.name);
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let docs = doc::paragraph(&field_text(field));
            let aliases = doc::aliases(doc::alias(&self.own.fields[index], &field.name));
            let name = ident(&self.own.fields[index]);
            let kind = self.field_type(field);
            let is_deep = types::depth(&field.kind) > DEEP;
            let deep = is_deep.then(|| quote!(#[allow(clippy::type_complexity)]));
            quote!(#docs #aliases #deep pub #name: #kind,)
        });
        let rest = self.open.then(|| {
            let may_be_null = |field: &Field| !field.required && is_nullable(&field.kind);
            let text = match self.model.sent && self.fields.iter().any(may_be_null) {
                true => "Undeclared fields, and `null` for optional ones.",
                false => "Undeclared fields.",
            };
            let docs = doc::paragraph(text);
            let name = ident(&self.own.rest);
            quote!(#docs pub #name: rt::json::Object,)
        });
        let default = self.has_default().then(|| quote!(, Default));
        let eq = self.is_eq.then(|| quote!(, Eq));
        let new = default.is_none().then(|| self.constructor());
        let read = self.model.received.then(|| self.read());
        let write = self.model.sent.then(|| self.write());
        quote! {
            #docs
            #[derive(Clone, Debug, PartialEq #eq #default)]
            #[non_exhaustive]
            pub struct #name {
                #(#fields)*
                #rest
            }
            #new
            #read
            #write
        }
    }

    /// Returns whether a value needs no field: it then has a default instead of a constructor.
    pub(super) fn has_default(&self) -> bool {
        self.fields.iter().all(is_optional)
    }

    /// Returns the type of a field.
    pub(super) fn field_type(&self, field: &Field) -> TokenStream {
        let kind = match (field.secret, &field.kind) {
            (true, Type::Any) => quote!(rt::json::SecretJson),
            (true, _) => quote!(rt::json::Secret),
            (false, kind) => self.plain_type(kind),
        };
        let kind = if field.boxed { quote!(Box<#kind>) } else { kind };
        if is_optional(field) { quote!(Option<#kind>) } else { kind }
    }

    /// Returns the type of a field, without wrappers that matter only for reading and writing it.
    fn plain_type(&self, kind: &Type) -> TokenStream {
        match kind {
            Type::Nullable(inner) | Type::Lenient(inner) => self.plain_type(inner),
            Type::IntegerText => quote!(i64),
            Type::UnsignedText => quote!(u64),
            kind => types::owned(kind, self.scope),
        }
    }

    /// Returns the arguments of the function that creates a value.
    pub(super) fn inputs(&self) -> impl Iterator<Item = TokenStream> {
        let required = self.fields.iter().enumerate().filter(|(_, field)| !is_optional(field));
        required.map(|(index, field)| {
            let name = ident(&self.own.fields[index]);
            match field.kind {
                Type::Text | Type::Any if field.secret => {
                    let kind = self.field_type(field);
                    quote!(#name: impl Into<#kind>)
                }
                Type::Text => quote!(#name: impl Into<String>),
                _ => {
                    let kind = self.field_type(field);
                    quote!(#name: #kind)
                }
            }
        })
    }

    fn constructor(&self) -> TokenStream {
        let name = ident(&self.own.name);
        let inputs = self.inputs();
        let values = self.fields.iter().enumerate().map(|(index, field)| {
            let name = ident(&self.own.fields[index]);
            match (is_optional(field), &field.kind) {
                (true, _) => quote!(#name: None,),
                (false, Type::Text) => quote!(#name: #name.into(),),
                (false, Type::Any) if field.secret => quote!(#name: #name.into(),),
                (false, _) => quote!(#name,),
            }
        });
        let rest = self.open.then(|| {
            let rest = ident(&self.own.rest);
            quote!(#rest: rt::json::Object::new(),)
        });
        let many = allow_arguments(self.fields.iter().filter(|field| !is_optional(field)).count());
        let docs =
            doc::paragraph("Creates a value with the required fields; all others are unset.");
        quote! {
            impl #name {
                #docs
                #many
                pub fn new(#(#inputs),*) -> Self {
                    Self { #(#values)* #rest }
                }
            }
        }
    }

    fn read(&self) -> TokenStream {
        let name = ident(&self.own.name);
        let values = self.fields.iter().enumerate().map(|(index, field)| {
            let name = ident(&self.own.fields[index]);
            let wire = &field.name;
            let manner = if field.secret { "" } else { manner(&field.kind) };
            let method = ident(&format!("{}{manner}", presence(field)));
            quote!(#name: f.#method(#wire)?,)
        });
        let nothing = self.fields.iter().filter(|field| !field.nothing.is_empty()).map(|field| {
            let (wire, values) = (&field.name, &field.nothing);
            quote!(f.unset(#wire, &[#(#values),*]);)
        });
        let rest = self.open.then(|| {
            let rest = ident(&self.own.rest);
            quote!(#rest: f.rest(),)
        });
        let reads_nothing = self.fields.is_empty() && !self.open;
        let fields = ident(if self.model.lenient { "of_lenient" } else { "of" });
        let mutable = (!self.fields.is_empty()).then(|| quote!(mut));
        let binding = match reads_nothing {
            true => quote!(_),
            false => quote!(#mutable f),
        };
        quote! {
            impl FromJson for #name {
                fn from_json(json: rt::json::Value<'_>) -> Result<Self, rt::json::JsonError> {
                    let #binding = rt::json::Fields::#fields(json)?;
                    #(#nothing)*
                    let value = Self { #(#values)* #rest };
                    Ok(value)
                }
            }
        }
    }

    fn write(&self) -> TokenStream {
        let name = ident(&self.own.name);
        let start = match self.open {
            true => {
                let rest = ident(&self.own.rest);
                quote!(with(secrets, &self.#rest))
            }
            false => quote!(new(secrets)),
        };
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let name = ident(&self.own.fields[index]);
            let wire = &field.name;
            let manner = match manner(&field.kind) {
                "_quoted" => "_quoted",
                _ => "",
            };
            let presence = if field.required { written(field) } else { "optional" };
            let method = ident(&format!("{presence}{manner}"));
            quote!(.#method(#wire, &self.#name))
        });
        quote! {
            impl ToJson for #name {
                fn write(&self, secrets: rt::json::Secrets) -> Option<rt::Json> {
                    let value = rt::json::Written::#start #(#fields)*;
                    Some(value.json())
                }
            }
        }
    }
}

fn field_text(field: &Field) -> String {
    let Field { name, doc, default, values, deprecated, .. } = field;
    let member = facts::Member {
        name,
        text: doc.as_ref(),
        default: default.as_deref(),
        values,
        deprecated: *deprecated,
    };
    member.docs()
}

/// Returns how a required field is written: as `null` where it is unset.
fn written(field: &Field) -> &'static str {
    if is_optional(field) { "nullable" } else { "required" }
}

fn presence(field: &Field) -> &'static str {
    if is_optional(field) { "optional" } else { "required" }
}

/// Returns how the value of a field is read.
fn manner(kind: &Type) -> &'static str {
    match kind {
        Type::Nullable(inner) => manner(inner),
        Type::Lenient(inner) if matches!(**inner, Type::Time | Type::Rights) => "",
        Type::Lenient(_) => "_lenient",
        Type::IntegerText | Type::UnsignedText => "_quoted",
        _ => "",
    }
}
