//! How a list comes in pages.

use serde::{Deserialize, Serialize};

use super::{Api, Endpoint, Response, Shape, Type};

/// How a list comes in pages, or that it never does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Paging {
    /// How the next page is asked for.
    pub by: PagedBy,
    /// The parameter for the number of entries per page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The number of entries per page: the one to ask for where `limit` names a parameter, or else
    /// the fixed one of a server that does not say where its pages end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// JSON pointers to the items, of which the first that is there has them; not of a list of
    /// nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// The JSON pointer to the number of all items; of a feed, to the number of its last entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// The JSON pointer to the number of pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// The JSON pointer to the number of the page that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The attributes or fields that identify an item; of a feed, the field with its number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identity: Vec<String>,
    /// Whether the server leaves out entries after it has counted them, so that an empty page is not
    /// the last one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sparse: bool,
    /// Items that the server lists again, as others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub echoes: Option<Echoes>,
    /// The parameter that makes the server merge the entries of a feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_by: Option<String>,
}

/// Items that the server lists again under another identity. Its count of items is then wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Echoes {
    /// The attribute or field by which they are known.
    pub field: String,
    /// What it begins with.
    pub prefix: String,
    /// What they have in common with the item that they repeat.
    pub alike: Vec<String>,
}

/// How the next page is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum PagedBy {
    /// Not at all: the server sends the whole list.
    Whole,
    /// By its number in this parameter, from 1.
    Page(String),
    /// By its number behind `%23` at the end of this text.
    Suffix(String),
    /// By the number of entries before it, in this parameter.
    Offset(String),
    /// A feed, not a list: everything after the number in this parameter comes in one response.
    Sequence(String),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageItem<'a> {
    /// A node.
    Node,
    /// An item of a list in JSON.
    Value(&'a Type),
    /// An item of an object in JSON, with its key.
    Entry(&'a Type),
}

impl Paging {
    /// Returns whether it is a feed rather than a list.
    pub fn is_feed(&self) -> bool {
        matches!(self.by, PagedBy::Sequence(_))
    }

    /// Returns the parameters that it names.
    pub fn params(&self) -> impl Iterator<Item = &String> {
        let by = match &self.by {
            PagedBy::Whole => None,
            PagedBy::Page(name)
            | PagedBy::Suffix(name)
            | PagedBy::Offset(name)
            | PagedBy::Sequence(name) => Some(name),
        };
        by.into_iter().chain(&self.limit).chain(&self.merged_by)
    }

    /// Describes how the list is returned, in one sentence.
    pub fn text(&self) -> String {
        let by = |what: &str, name: &str| {
            format!("Returned in pages, selected by the {what} in `{name}`.")
        };
        match &self.by {
            PagedBy::Whole => "Returned as a whole, never in pages.".to_owned(),
            PagedBy::Page(name) => by("page number", name),
            PagedBy::Suffix(name) => by("page number at the end", name),
            PagedBy::Offset(name) => by("offset", name),
            PagedBy::Sequence(name) => format!("Contains everything after the number in `{name}`."),
        }
    }
}

impl Endpoint {
    /// Returns what the items of its list are.
    ///
    /// # Errors
    ///
    /// Returns why its paging does not fit it.
    pub fn page_item<'a>(&'a self, paging: &Paging, api: &'a Api) -> Result<PageItem<'a>, String> {
        if let Some(name) = paging.params().find(|name| self.param(name).is_none()) {
            return Err(format!("`{}` has no parameter `{name}`", self.id));
        }
        let kind = match &self.response {
            Response::Listing => return Ok(PageItem::Node),
            Response::Json(kind) => kind,
            _ => return Err(format!("`{}` returns neither nodes nor JSON", self.id)),
        };
        let mut found = None;
        for pointer in &paging.items {
            let item = item_at(kind, pointer, self, api)
                .ok_or_else(|| format!("no list at `{pointer}` in what `{}` returns", self.id))?;
            if found.as_ref().is_some_and(|found| *found != item) {
                return Err(format!("the lists of `{}` are of different types", self.id));
            }
            found = Some(item);
        }
        found.ok_or_else(|| format!("`{}` returns JSON; declare where its `items` are", self.id))
    }
}

/// Returns the item of the list at a JSON pointer into a type.
fn item_at<'a>(
    kind: &'a Type,
    pointer: &str,
    endpoint: &Endpoint,
    api: &'a Api,
) -> Option<PageItem<'a>> {
    match (kind, pointer) {
        (Type::Nullable(inner) | Type::Lenient(inner), _) => item_at(inner, pointer, endpoint, api),
        (Type::List(item), "") => Some(PageItem::Value(item)),
        (Type::Map(item), "") => Some(PageItem::Entry(item)),
        (Type::Object, "") => Some(PageItem::Entry(&Type::Any)),
        (Type::Model(name), _) => match &api.model(endpoint.kind, name)?.shape {
            Shape::Alias(kind) => item_at(kind, pointer, endpoint, api),
            Shape::Struct { fields, .. } => {
                let rest = pointer.strip_prefix('/')?;
                let (name, rest) = match rest.find('/') {
                    Some(index) => rest.split_at(index),
                    None => (rest, ""),
                };
                let field = fields.iter().find(|field| field.name == name)?;
                item_at(&field.kind, rest, endpoint, api)
            }
            Shape::Choice(_) | Shape::Codes(_) => None,
        },
        _ => None,
    }
}
