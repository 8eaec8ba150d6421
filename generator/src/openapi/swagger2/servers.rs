//! Converts `host`, `basePath` and `schemes` to servers.

use serde_json::{Value, json};

use super::{Object, text};

/// Writes the servers of the document, or of an operation with its own schemes.
pub(super) fn write(root: &Object, owner: &Object, new: &mut Object) {
    let schemes = owner.get("schemes");
    let path = text(root, "basePath").unwrap_or("/");
    let Some(host) = text(root, "host") else {
        if let Some(schemes) = schemes {
            new.insert("x-schemes".to_owned(), schemes.clone());
        }
        if std::ptr::eq(root, owner) {
            new.insert("servers".to_owned(), json!([{ "url": path }]));
        }
        return;
    };
    let schemes = schemes.and_then(Value::as_array).filter(|schemes| !schemes.is_empty());
    let servers = match schemes {
        Some(schemes) => {
            let schemes = schemes.iter().filter_map(Value::as_str);
            schemes.map(|scheme| json!({ "url": format!("{scheme}://{host}{path}") })).collect()
        }
        None => vec![json!({ "url": format!("//{host}{path}") })],
    };
    new.insert("servers".to_owned(), Value::Array(servers));
}
