//! Names for unnamed things, derived from their locations.

use crate::openapi::{files, pointer::tokens};

/// Tokens of pointers that are too common to distinguish anything.
const COMMON: [&str; 24] = [
    "components",
    "schemas",
    "definitions",
    "$defs",
    "properties",
    "items",
    "additionalProperties",
    "allOf",
    "oneOf",
    "anyOf",
    "paths",
    "responses",
    "parameters",
    "requestBody",
    "requestBodies",
    "headers",
    "content",
    "schema",
    "application/json",
    "examples",
    "pathItems",
    "securitySchemes",
    "index",
    "_index",
];

/// The maximum length of a name in characters.
const MAX_LENGTH: usize = 80;

/// Returns a name for the target of `pointer`, with a number if the name is in use.
pub(super) fn free(pointer: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    let wanted = wanted(pointer);
    if !is_taken(&wanted) {
        return wanted;
    }
    let numbered = (2_u32..).map(|number| format!("{wanted}{number}"));
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(wanted)
}

fn wanted(pointer: &str) -> String {
    let is_other = pointer.starts_with(files::ROOT);
    let mut all: Vec<String> = tokens(pointer).skip(usize::from(is_other)).collect();
    if is_other && let Some(file) = all.first_mut() {
        let stem = file.rsplit_once('.').map_or(&**file, |(stem, _)| stem);
        let name = stem.rsplit('/').find(|part| !COMMON.contains(part)).unwrap_or(stem).to_owned();
        *file = name;
    }
    let mut telling: Vec<&String> =
        all.iter().filter(|token| !COMMON.contains(&&***token)).collect();
    if is_other && telling.len() > 1 {
        telling.remove(0);
    }
    let mut name = String::new();
    for token in telling {
        let parts = token.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for part in parts.filter(|part| !part.is_empty()) {
            if name.is_empty() {
                name.push_str(part);
                continue;
            }
            let mut rest = part.chars();
            name.extend(rest.next().map(|first| first.to_ascii_uppercase()));
            name.push_str(rest.as_str());
        }
    }
    name.truncate(MAX_LENGTH);
    if name.is_empty() { "Shared".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::free;

    #[test]
    fn names_are_made_of_distinctive_words() {
        let cases = [
            ("/components/schemas/A/properties/b", "AB"),
            ("/components/schemas/A/properties/list/items", "AList"),
            ("/components/schemas/A/allOf/0", "A0"),
            ("/definitions/Pet", "Pet"),
            ("/paths/~1a~1{id}/get/responses/200/content/application~1json/schema", "aIdGet200"),
            ("/x-other-files/schemas~1pet.yaml", "pet"),
            ("/x-other-files/common.yaml/definitions/Error", "Error"),
            ("", "Shared"),
        ];
        for (pointer, name) in cases {
            assert_eq!(free(pointer, &|_| false), name, "{pointer}");
        }
        assert_eq!(free("/definitions/Pet", &|name| name == "Pet"), "Pet2");
    }
}
