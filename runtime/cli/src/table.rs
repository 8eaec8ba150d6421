//! What a command line is made of: the calls of bindings as data.

use pydio_runtime::{Action, Operation, Style};

/// Everything that can be called, as bindings write it down.
#[derive(Debug)]
pub struct Table {
    /// What it is of, such as `Pydio 8.2.5`.
    pub title: &'static str,
    /// The plugins, ordered by id.
    pub plugins: &'static [Plugin],
    /// The definitions of their actions, which plugins share.
    pub actions: &'static [ActionEntry],
    /// The tags of the spec, ordered by name.
    pub tags: &'static [Tag],
}

/// A plugin.
#[derive(Debug)]
pub struct Plugin {
    /// Its id, such as `access.fs`.
    pub id: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its actions, ordered by name: indices into [`Table::actions`].
    pub actions: &'static [u16],
}

/// An action, as it is called by its own name.
#[derive(Debug)]
pub struct ActionEntry {
    /// Its name. What is sent is that of [`Self::call`], which may be another one.
    pub name: &'static str,
    /// What it is on the wire.
    pub call: Action,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// What else is to be known of it.
    pub details: &'static str,
    /// What it answers.
    pub answer: Answered,
    /// Why the server cannot do it, and what to use instead.
    pub retired: Option<&'static str>,
    /// Its parameters: those of the path first.
    pub params: &'static [Param],
}

/// The operations of a spec that have a tag.
#[derive(Debug)]
pub struct Tag {
    /// Its name as a command: `user-account`.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Its operations, ordered by id.
    pub operations: &'static [OperationEntry],
}

/// An operation.
#[derive(Debug)]
pub struct OperationEntry {
    /// What it is on the wire.
    pub call: Operation,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// What else is to be known of it.
    pub details: &'static str,
    /// What it answers.
    pub answer: Answered,
    /// Its parameters: those of the path first, its body last.
    pub params: &'static [Param],
}

/// A parameter of an action or an operation.
#[derive(Debug)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it goes.
    pub at: At,
    /// What it takes.
    pub kind: Kind,
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// Whether it is a secret, which is never an argument of a command.
    pub secret: bool,
    /// Whether the root is refused.
    pub not_root: bool,
    /// What it means.
    pub doc: &'static str,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A segment of the path.
    Path,
    /// The rest of the path, slashes included.
    CatchAll,
    /// The query or the form of an action, as its method has it.
    Field,
    /// The query of an operation.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// The form of an operation.
    Form,
    /// A part of the form of an operation, which may hold files.
    Part,
    /// The body.
    Body,
}

/// What a parameter takes, and how it is spelt.
#[derive(Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// Text that is sent percent-encoded once more than others.
    Encoded,
    /// A whole number.
    Integer,
    /// A whole number from 0.
    Unsigned,
    /// A number.
    Float,
    /// Sent as `true` or `false`.
    Boolean,
    /// Sent as `true`, or not at all.
    Flag,
    /// Sent as `on`, or not at all.
    On,
    /// One of several words, others not excluded.
    Choice(&'static [&'static str]),
    /// The path of a node.
    Node,
    /// The paths of several nodes.
    Nodes,
    /// The paths of nodes: one as it is, several as a numbered family.
    Selection,
    /// Any number of texts.
    Texts,
    /// The number of a page of the folder in the path.
    Page,
    /// A JSON document, sent as its text.
    Json,
    /// A JSON document with fields that are known, sent as its text or as the body.
    Document(&'static [Field]),
    /// Any number of fields whose names are not declared.
    Fields,
    /// A family `prefix0`, `prefix1` …
    Numbered(&'static str),
    /// A file in a form.
    File,
    /// Any number of files in a form, all under one name.
    Files,
    /// A file in a form that is of this media type, unless something else is said.
    FileOf(&'static str),
    /// Bytes, which are the body.
    Bytes,
    /// Any number of texts, each by itself under that name.
    Repeated(&'static str),
    /// Any number of texts in one, with that between them.
    Joined(&'static str),
    /// Text that is encoded by a style.
    Word(Style),
    /// Any number of texts that are encoded by a style.
    Items(Style),
    /// A JSON document that is encoded by a style, with the fields that are known of it.
    Styled(Style, &'static [Field]),
    /// The media type of the body: one of several, others not excluded.
    MediaType(&'static [&'static str]),
    /// Always sent, and always this.
    Constant(&'static str),
}

/// A field of a document.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds; `None` where that takes more than a few words to write.
    pub kind: Option<Simple>,
    /// Whether it has to be there.
    pub required: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// What it means.
    pub doc: &'static str,
}

/// What a field holds that is written in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simple {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// `true` or `false`.
    Boolean,
    /// One of several words, others not excluded.
    Choice(&'static [&'static str]),
}

/// What comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Not declared.
    Any,
    /// A list of nodes.
    Listing,
    /// The XML envelope.
    Envelope,
    /// The XML envelope, or nothing.
    Report,
    /// XML of no declared shape.
    Xml,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Nothing, from an action.
    Nothing,
    /// JSON.
    Json,
    /// JSON, or nothing.
    MaybeJson,
    /// JSON about one node, or about several by their paths.
    OneOrMany,
    /// Nothing, from an operation.
    Silence,
    /// What depends on the status, from an operation.
    ByStatus,
}
