//! Entities that a document type declaration declares.

use std::{borrow::Cow, collections::BTreeMap};

use quick_xml::{escape::escape, events::attributes::Attribute};

/// The longest text of an entity.
const MAX_TEXT: usize = 1024;

/// The maximum total length of text that the entities of a file may expand to.
const MAX_ALL: usize = 256 * 1024;

/// Entities that expand to plain text. Others, such as those that expand to the content of another
/// file, are not read: the server does not read them either.
#[derive(Debug, Default)]
pub(super) struct Entities {
    texts: BTreeMap<String, String>,
    brought: usize,
}

impl Entities {
    /// Reads the entities of a document type declaration. The first declaration of a name counts.
    pub(super) fn declared(declaration: &str) -> Self {
        let mut texts = BTreeMap::new();
        for entity in declaration.split("<!ENTITY").skip(1) {
            if let Some((name, text)) = plain(entity) {
                texts.entry(name.to_owned()).or_insert_with(|| text.to_owned());
            }
        }
        Self { texts, brought: 0 }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// Resolves references to these entities in the attribute, unless that would be endless.
    pub(super) fn resolved<'a>(&mut self, attribute: Attribute<'a>) -> Attribute<'a> {
        if self.texts.is_empty() || !attribute.value.contains('&') {
            return attribute;
        }
        let mut value = String::new();
        let mut rest = &*attribute.value;
        while let Some((before, after)) = rest.split_once('&') {
            value.push_str(before);
            let named = after.split_once(';');
            match named.and_then(|(name, after)| Some((self.texts.get(name)?, after))) {
                Some((text, after)) if self.brought + text.len() <= MAX_ALL => {
                    self.brought += text.len();
                    value.push_str(&escape(text));
                    rest = after;
                }
                _ => {
                    value.push('&');
                    rest = after;
                }
            }
        }
        value.push_str(rest);
        Attribute { key: attribute.key, value: Cow::Owned(value) }
    }
}

/// Returns the name and the text of ` name "text">…`.
fn plain(entity: &str) -> Option<(&str, &str)> {
    let entity = entity.strip_prefix(char::is_whitespace)?.trim_start();
    let (name, rest) = entity.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let (text, _) = rest[1..].split_once(quote)?;
    (text.len() <= MAX_TEXT && !text.contains(['&', '%', '<'])).then_some((name, text))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use quick_xml::{events::attributes::Attribute, name::QName};

    use super::{Entities, MAX_ALL};

    fn resolved(entities: &mut Entities, value: &str) -> String {
        let attribute = Attribute { key: QName("a"), value: Cow::Borrowed(value) };
        entities.resolved(attribute).value.into_owned()
    }

    #[test]
    fn only_plain_text_entities_are_resolved() {
        let mut entities = Entities::declared(
            "x SYSTEM \"x.dtd\" [<!ENTITY a 'one'>\n<!ENTITY a \"two\"><!ENTITY b SYSTEM \"/etc/passwd\">\
             <!ENTITY % c 'c'><!ENTITY d '&a;&a;'><!ENTITYe 'e'><!ENTITY q \"'\">]",
        );
        let names = ["a", "b", "c", "d", "e", "q"].map(|name| entities.has(name));
        assert_eq!(names, [true, false, false, false, false, true]);
        let value = resolved(&mut entities, "1 &a; &b; &amp; & &q;");
        assert_eq!(value, "1 one &b; &amp; & &apos;");
    }

    #[test]
    fn the_expansion_of_entities_is_limited() {
        let mut entities = Entities::declared(&format!("x [<!ENTITY a '{}'>]", "x".repeat(1000)));
        let value = resolved(&mut entities, &"&a;".repeat(1000));
        assert!((MAX_ALL - 1000..MAX_ALL + 3000).contains(&value.len()), "{}", value.len());
        assert!(value.ends_with("&a;"));
    }
}
