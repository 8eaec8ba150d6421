//! Removes everything from which nothing is generated, before any checks.

use serde_json::Value;

use super::{
    UNSUPPORTED,
    pointer::At,
    shape::{Kind, Shape, Violation, walk_mut},
};

/// Removes callbacks, webhooks and links.
pub(super) fn strip(document: &mut Value, shape: &Shape) -> Vec<Violation> {
    let mut found = Vec::new();
    walk_mut(document, shape, &At::ROOT, &mut |kind, value, at| {
        let Some(map) = value.as_object_mut() else { return };
        let keys: &[&str] = match kind {
            Kind::Root => &["webhooks"],
            Kind::Operation => {
                // Only this module may set the mark.
                map.remove(UNSUPPORTED);
                &["callbacks"]
            }
            Kind::Response => &["links"],
            Kind::Components => &["callbacks", "links", "examples"],
            Kind::MediaType | Kind::Parameter | Kind::Header => {
                return without_shared_examples(map.get_mut("examples"));
            }
            _ => return,
        };
        for key in keys {
            let Some(gone) = map.remove(*key) else { continue };
            let is_empty = gone.as_object().is_none_or(serde_json::Map::is_empty);
            let is_called = !is_empty && matches!(*key, "webhooks" | "callbacks");
            if is_called && kind != Kind::Components {
                let message =
                    format!("`{key}` are called by the server; nothing is generated from them");
                found.push(Violation::note("spec-ignored", message, &at.key(key).pointer()));
            }
        }
    });
    found
}

/// Removes shared examples, which are many and large, and not checked.
fn without_shared_examples(examples: Option<&mut Value>) {
    if let Some(Value::Object(examples)) = examples {
        examples.retain(|_, example| example.get("$ref").is_none());
    }
}
