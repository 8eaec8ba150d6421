//! Security schemes that are required but not declared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Dialect,
    pointer::join,
    shape::{Kind, Violation, walk},
    shape_of,
};

/// Returns the names of the security schemes that a document declares.
pub(super) fn declared(document: &Value, dialect: Dialect) -> BTreeSet<String> {
    let home = match dialect {
        Dialect::Swagger2 => "/securityDefinitions",
        _ => "/components/securitySchemes",
    };
    let schemes = document.pointer(home).and_then(Value::as_object);
    schemes.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Reports requirements of schemes that are not `declared`.
pub(super) fn undeclared(
    document: &Value,
    dialect: Dialect,
    declared: &BTreeSet<String>,
) -> Vec<Violation> {
    let mut found = Vec::new();
    walk(document, shape_of(dialect), &mut |kind, value, at| {
        if !matches!(kind, Kind::Root | Kind::Operation) {
            return;
        }
        let list = value.get("security").and_then(Value::as_array);
        for (index, requirement) in list.into_iter().flatten().enumerate() {
            let names = requirement.as_object().into_iter().flat_map(|one| one.keys());
            for name in names.filter(|name| !declared.contains(*name)) {
                let message = format!(
                    "`{name}` is not a security scheme of this spec; nothing is sent for it"
                );
                let at = at.key("security");
                let pointer = join(&at.index(index).pointer(), name);
                found.push(Violation::note("security-undeclared", message, &pointer));
            }
        }
    });
    found
}
