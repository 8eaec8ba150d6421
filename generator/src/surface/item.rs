//! The items of a surface: their facts, their types and their parts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ir::{Kind, Response, Type};

/// Something that a program sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its facts; what is absent is false or empty.
    #[serde(flatten)]
    pub facts: BTreeMap<Property, Fact>,
    /// The type that it takes, returns or contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<Held>,
    /// What it consists of, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<Part, BTreeMap<String, Item>>,
}

/// A type, as the model has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// That of a field, or of an alias.
    Type(Type),
    /// That of a parameter. The values of an enumeration are parts of the item.
    Takes(Kind),
    /// That of a response. The responses by status are parts of the item.
    Returns(Response),
}

/// What an item consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The functions of security schemes.
    Scheme,
    /// The functions that build the addresses of servers.
    Server,
    /// The parameters of a call.
    Param,
    /// The responses of a call, by status.
    Status,
    /// The fields of a model.
    Field,
    /// The values of an enumeration.
    Value,
}

/// A value of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// It is true; what is false is absent.
    Flag(bool),
    /// A text.
    Text(String),
    /// Several texts, which are a set for most properties.
    Words(Vec<String>),
    /// Texts by name.
    Pairs(BTreeMap<String, String>),
}

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Property {
    // Of the bindings.
    /// Which conventions the server follows.
    Dialect,
    /// The features of the crate.
    Features,
    /// The modules of the APIs: `v1`, `v2`.
    Apis,
    /// The methods of the module `tasks`.
    Tasks,
    /// The actions that file transfers use.
    Transfer,
    /// The constant with the address of the server.
    ServerAddress,
    /// The constant with the addresses of all servers, in order.
    Addresses,
    /// All servers that operations know, in order.
    Servers,
    /// The path of the server.
    Base,
    /// The module of the security schemes.
    AuthModule,

    // Of modules.
    /// The name of the module in Rust.
    Module,
    /// The features of which any one compiles the module.
    Gate,

    // Of calls.
    /// The plugin that defines an action, or the tag of an operation.
    Home,
    /// The function.
    Function,
    /// The type of the call.
    Call,
    /// The names of the function's arguments, in order.
    Arguments,
    /// The type of the response in Rust.
    ResponseType,
    /// The trait of lists or feeds that the call has.
    PagedAs,
    /// The type of the items of a list, in Rust.
    PageItem,
    /// Whether REST reaches it.
    Rest,
    /// The HTTP method.
    Method,
    /// The path.
    Path,
    /// The server of an operation, where it differs from that of the spec.
    OwnServer,
    /// The name of the action in requests.
    SentName,
    /// Whether it is a command of that action.
    Command,
    /// The action that runs an operation.
    ByAction,
    /// The media type of a form.
    FormType,
    /// The media types that are requested.
    Accept,
    /// The media types that cannot be read.
    Unread,
    /// The bodies of errors, by status.
    Errors,
    /// The security schemes that it needs.
    Security,
    /// Who may call it.
    Rights,
    /// Whether the server continues after it has responded.
    Background,
    /// What its work leaves.
    Outcome,
    /// Whether it is safe to send it twice.
    Repeatable,
    /// How its list comes in pages.
    Paging,
    /// The parameters of which a call needs some.
    Needs,
    /// Whether only the web interface calls it.
    Interface,
    /// Why it is not sent.
    Unsupported,
    /// The hash of its description in the emitted code.
    Wire,

    // Of several.
    /// The name in Rust.
    Name,
    /// The declaration of an argument, a setter or a field in Rust.
    Declared,
    /// Whether it is deprecated.
    Deprecated,
    /// The releases that declare it.
    Releases,
    /// Whether a value is always needed.
    Required,
    /// The declared default.
    Default,
    /// The declared values, where they have no type of their own.
    Values,
    /// Whether it is never shown.
    Secret,
    /// What is refused before it is sent.
    Refused,

    // Of parameters.
    /// Whether it is an argument, a setter or always the same.
    Role,
    /// The name of an argument, which callers do not write.
    Argument,
    /// Where it is sent.
    Location,
    /// How it is encoded.
    Style,
    /// The media type of a body or a part.
    ContentType,
    /// Whether the root of the workspace is refused.
    NotRoot,
    /// The enumeration of its values.
    Enumeration,

    // Of models and fields.
    /// What a model consists of.
    Shape,
    /// The function that creates a value.
    Constructor,
    /// Whether it has a default value.
    HasDefault,
    /// Whether values can be compared exactly.
    HasEq,
    /// The field for undeclared fields.
    OtherFields,
    /// Whether it is sent.
    Sent,
    /// Whether it is received.
    Received,
    /// Whether an empty list is read as an object without fields.
    Lenient,
    /// The values that stand for none.
    Nothing,
}

impl Item {
    /// Sets a text, unless there is none.
    pub fn text(&mut self, property: Property, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.facts.insert(property, Fact::Text(text.into()));
        }
    }

    /// Sets a flag, if it is true.
    pub fn flag(&mut self, property: Property, is_set: bool) {
        if is_set {
            self.facts.insert(property, Fact::Flag(true));
        }
    }

    /// Sets texts, unless there are none.
    pub fn words(&mut self, property: Property, words: impl IntoIterator<Item = String>) {
        let words: Vec<_> = words.into_iter().collect();
        if !words.is_empty() {
            self.facts.insert(property, Fact::Words(words));
        }
    }

    /// Adds a part.
    pub fn part(&mut self, part: Part, name: impl Into<String>, item: Self) {
        self.parts.entry(part).or_default().insert(name.into(), item);
    }

    /// Returns the parts of a kind.
    pub fn all(&self, part: Part) -> impl Iterator<Item = (&str, &Self)> {
        self.parts.get(&part).into_iter().flatten().map(|(name, item)| (&**name, item))
    }

    /// Returns a fact as text.
    pub fn get(&self, property: Property) -> Option<&str> {
        match self.facts.get(&property)? {
            Fact::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether a flag is set.
    pub fn is(&self, property: Property) -> bool {
        self.facts.get(&property) == Some(&Fact::Flag(true))
    }

    /// Returns several texts of a fact.
    pub fn list(&self, property: Property) -> &[String] {
        match self.facts.get(&property) {
            Some(Fact::Words(words)) => words,
            _ => &[],
        }
    }

    /// Returns the models that its type, its errors and those of its parts name.
    pub fn models(&self) -> Vec<&str> {
        let mut found: Vec<&str> = self.holds.iter().flat_map(Held::models).collect();
        let parts = self.parts.values().flat_map(BTreeMap::values);
        found.extend(parts.flat_map(Self::models));
        found
    }
}

impl Held {
    /// Returns the models that it names.
    pub fn models(&self) -> Vec<&str> {
        match self {
            Self::Type(kind) | Self::Takes(Kind::Value(kind)) => kind.model().into_iter().collect(),
            Self::Takes(Kind::MediaType { choice, .. }) => choice.as_deref().into_iter().collect(),
            Self::Takes(_) => Vec::new(),
            Self::Returns(response) => {
                response.types().into_iter().filter_map(Type::model).collect()
            }
        }
    }
}
