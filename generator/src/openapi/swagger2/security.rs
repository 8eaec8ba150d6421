//! Ways to authenticate.

use serde_json::{Value, json};

use super::{Converter, Object, kept, text};

impl Converter<'_> {
    pub(super) fn security_scheme(&mut self, declared: &Value, at: &str) -> Value {
        let Some(declared) = declared.as_object() else { return declared.clone() };
        let mut new = kept(declared, &["description"]);
        let (kind, required): (_, &[&str]) = match text(declared, "type") {
            Some("basic") => {
                new.insert("scheme".to_owned(), json!("basic"));
                ("http", &[])
            }
            Some("oauth2") => {
                let (flow, required) = flow(declared);
                new.insert("flows".to_owned(), flow);
                ("oauth2", required)
            }
            _ => {
                new.extend(kept(declared, &["name", "in"]));
                ("apiKey", &["name", "in"])
            }
        };
        for key in required.iter().filter(|key| !declared.contains_key(**key)) {
            self.misfit("spec-missing", format!("a security scheme without `{key}`"), at);
        }
        new.insert("type".to_owned(), json!(kind));
        Value::Object(new)
    }
}

/// The flow by its name in 3.0, and what it needs.
fn flow(declared: &Object) -> (Value, &'static [&'static str]) {
    let (name, required): (_, &[&str]) = match text(declared, "flow") {
        Some("implicit") => ("implicit", &["authorizationUrl"]),
        Some("password") => ("password", &["tokenUrl"]),
        Some("application") => ("clientCredentials", &["tokenUrl"]),
        Some("accessCode") => ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
        _ => ("implicit", &["flow"]),
    };
    let mut flow: Object =
        declared.iter().filter(|(key, _)| required.contains(&&***key)).map(cloned).collect();
    let scopes = declared.get("scopes").cloned().unwrap_or_else(|| json!({}));
    flow.insert("scopes".to_owned(), scopes);
    (json!({ name: flow }), required)
}

fn cloned((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}
