//! Responses as JSON, with all their content.

use pydio_runtime::{
    Json,
    json::Object,
    response::{Attributes, Element, Envelope, Listing, Message, Node, NodesDiff, Pagination},
};
use serde_json::json;

use super::print::severity;

pub(super) fn listing(listing: &Listing) -> Json {
    let mut fields = Object::new();
    fields.insert("folder".to_owned(), node(&listing.folder));
    fields.insert("nodes".to_owned(), listing.nodes.iter().map(node).collect());
    put(&mut fields, "pagination", listing.pagination.map(pagination));
    put(&mut fields, "messages", list(&listing.messages, message));
    put(&mut fields, "elements", list(&listing.elements, element));
    fields.into()
}

pub(super) fn envelope(envelope: &Envelope) -> Json {
    let mut fields = Object::new();
    put(&mut fields, "messages", list(&envelope.messages, message));
    let NodesDiff { added, updated, removed, .. } = &envelope.diff;
    put(&mut fields, "added", list(added, node));
    put(&mut fields, "updated", list(updated, node));
    put(&mut fields, "removed", list(removed, node));
    let root = Some(&envelope.root).filter(|root| **root != Node::default());
    put(&mut fields, "root", root.map(node));
    put(
        &mut fields,
        "reloads",
        list(&envelope.reloads, |reload| {
            json!({
                "object": reload.object,
                "node": reload.node.as_ref().map(ToString::to_string),
                "file": reload.file.as_ref().map(ToString::to_string),
            })
        }),
    );
    fields.insert("background".to_owned(), envelope.background.into());
    fields.into()
}

fn node(node: &Node) -> Json {
    let mut fields = Object::new();
    fields.insert("path".to_owned(), node.path().as_str().into());
    fields.insert("attributes".to_owned(), attributes(&node.attributes));
    put(&mut fields, "children", list(&node.children, self::node));
    put(&mut fields, "pagination", node.pagination.map(pagination));
    put(&mut fields, "elements", list(&node.elements, element));
    fields.into()
}

pub(super) fn element(element: &Element) -> Json {
    let mut fields = Object::new();
    fields.insert("name".to_owned(), (&*element.name).into());
    let all = Some(&element.attributes).filter(|all| !all.is_empty());
    put(&mut fields, "attributes", all.map(attributes));
    put(&mut fields, "children", list(&element.children, self::element));
    put(&mut fields, "text", Some(&*element.text).filter(|text| !text.is_empty()).map(Json::from));
    fields.into()
}

/// By name. XML allows each of them only once.
fn attributes(attributes: &Attributes) -> Json {
    let fields = attributes.iter().map(|(name, value)| (name.to_owned(), Json::from(value)));
    fields.collect::<Object>().into()
}

fn pagination(pagination: Pagination) -> Json {
    let Pagination { count, total, current, .. } = pagination;
    json!({ "count": count, "total": total, "current": current })
}

fn message(message: &Message) -> Json {
    json!({ "type": severity(&message.severity), "text": message.text })
}

fn list<T>(items: &[T], shape: impl Fn(&T) -> Json) -> Option<Json> {
    (!items.is_empty()).then(|| items.iter().map(shape).collect())
}

fn put(fields: &mut Object, name: &str, value: Option<Json>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), value);
    }
}
