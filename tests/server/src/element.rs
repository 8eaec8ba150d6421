//! XML elements other than nodes: the registry, forms, and responses of the administration.

use serde_json::{Map, Value};

use crate::php::{attribute, html_special_chars};

/// An element with ordered attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    pub(crate) text: Option<String>,
    /// Whether to write the text as CDATA.
    cdata: bool,
}

impl Element {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(crate) fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn attributes(mut self, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        self.attributes.extend(attributes);
        self
    }

    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    pub(crate) fn cdata(mut self, text: impl Into<String>) -> Self {
        self.cdata = true;
        self.text(text)
    }

    pub(crate) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name == attribute);
        found.map(|(_, value)| &**value)
    }

    pub(crate) fn xml(&self) -> String {
        let name = &self.name;
        let attributes = self.attributes.iter();
        let attributes: String =
            attributes.map(|(n, v)| format!(" {n}=\"{}\"", attribute(v))).collect();
        let text = self.text.as_deref().map(|text| match self.cdata {
            true => format!("<![CDATA[{text}]]>"),
            false => html_special_chars(text),
        });
        let children: String = self.children.iter().map(Self::xml).collect();
        match (text, children) {
            (None, children) if children.is_empty() => format!("<{name}{attributes}/>"),
            (text, children) => {
                format!("<{name}{attributes}>{}{children}</{name}>", text.unwrap_or_default())
            }
        }
    }

    /// Returns the content as the server's JSON: attributes with an `@`, a single child as an
    /// object, several as an array, text alone as text and next to attributes as `$`.
    pub(crate) fn json(&self) -> Value {
        let text = self.text.as_deref().filter(|text| !text.is_empty());
        if let (Some(text), true, true) =
            (text, self.attributes.is_empty(), self.children.is_empty())
        {
            return text.into();
        }
        let attributes = self.attributes.iter();
        let mut json: Map<String, Value> =
            attributes.map(|(name, value)| (format!("@{name}"), value.as_str().into())).collect();
        if let Some(text) = text {
            json.insert("$".to_owned(), text.into());
        }
        for child in &self.children {
            match json.get_mut(&child.name) {
                None => drop(json.insert(child.name.clone(), child.json())),
                Some(Value::Array(several)) => several.push(child.json()),
                Some(one) => *one = Value::Array(vec![one.take(), child.json()]),
            }
        }
        Value::Object(json)
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn json_has_one_child_as_an_object_and_several_as_an_array() {
        let pref = |name| Element::new("pref").attribute("name", name);
        let prefs = Element::new("prefs").child(pref("a")).child(pref("b").cdata("1"));
        let user = Element::new("user").child(Element::new("label").text("A & B")).child(prefs);
        assert_eq!(
            user.xml(),
            "<user><label>A &amp; B</label><prefs><pref name=\"a\"/><pref name=\"b\">\
             <![CDATA[1]]></pref></prefs></user>"
        );
        assert_eq!(
            user.json().to_string(),
            r#"{"label":"A & B","prefs":{"pref":[{"@name":"a"},{"$":"1","@name":"b"}]}}"#
        );
    }
}
