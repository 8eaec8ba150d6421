//! Security schemes.

use serde_json::{Value, json};

use super::{Converter, Object, kept, text};

impl Converter<'_> {
    pub(super) fn security_scheme(&mut self, declared: &Value, at: &str) -> Option<Value> {
        let declared = declared.as_object()?;
        let mut new = kept(declared, &["description"]);
        let (kind, required): (_, &[&str]) = match text(declared, "type") {
            Some("basic") => {
                new.insert("scheme".to_owned(), json!("basic"));
                ("http", &[])
            }
            Some("oauth2") => {
                new.insert("flows".to_owned(), flow(declared));
                ("oauth2", &[])
            }
            _ => {
                new.extend(kept(declared, &["name", "in"]));
                ("apiKey", &["name", "in"])
            }
        };
        if let Some(key) = required.iter().find(|key| !declared.contains_key(**key)) {
            let message = format!("a security scheme without `{key}`; it is ignored");
            self.warn("spec-missing", message, at);
            return None;
        }
        new.insert("type".to_owned(), json!(kind));
        Some(Value::Object(new))
    }
}

/// Returns the flow under its name in 3.0. A missing URL becomes empty: it only serves to obtain a
/// token.
fn flow(declared: &Object) -> Value {
    let (name, addresses): (_, &[&str]) = match text(declared, "flow") {
        Some("password") => ("password", &["tokenUrl"]),
        Some("application") => ("clientCredentials", &["tokenUrl"]),
        Some("accessCode") => ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
        _ => ("implicit", &["authorizationUrl"]),
    };
    let mut flow = Object::new();
    for address in addresses {
        let value = declared.get(*address).cloned().unwrap_or_else(|| json!(""));
        flow.insert((*address).to_owned(), value);
    }
    let scopes = declared.get("scopes").cloned().unwrap_or_else(|| json!({}));
    flow.insert("scopes".to_owned(), scopes);
    json!({ name: flow })
}
