//! API keys in a header, in the query or in a cookie.

use std::{borrow::Cow, fmt};

use http::{
    HeaderName, HeaderValue,
    header::{COOKIE, HeaderMap},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{keep_fields, sensitive};

/// The location of an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A header.
    Header,
    /// The query.
    Query,
    /// A cookie.
    Cookie,
}

/// A key that is sent unchanged with every request: `apiKey` of OpenAPI.
#[derive(Clone)]
pub struct ApiKey {
    place: KeyPlace,
    name: Cow<'static, str>,
    value: SecretString,
}

impl ApiKey {
    /// Creates a key, with its location and its name there.
    pub fn new(
        place: KeyPlace,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<SecretString>,
    ) -> Self {
        Self { place, name: name.into(), value: value.into() }
    }

    /// Returns whether both go to the same location, which can hold only one.
    pub(crate) fn replaces(&self, other: &Self) -> bool {
        let is_same_name = match self.place {
            KeyPlace::Header => self.name.eq_ignore_ascii_case(&other.name),
            KeyPlace::Query | KeyPlace::Cookie => self.name == other.name,
        };
        self.place == other.place && is_same_name
    }

    /// Returns why the key cannot be sent, if so.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let value = self.value.expose_secret();
        if value.is_empty() {
            return Some("the key is empty");
        }
        match self.place {
            KeyPlace::Header => {
                let is_sent = HeaderName::try_from(&*self.name).is_ok() && self.header().is_ok();
                (!is_sent || value.trim() != value)
                    .then_some("the key contains a character that a header cannot carry")
            }
            KeyPlace::Cookie => {
                let is_plain = |text: &str| text.bytes().all(is_of_cookie);
                (!is_plain(value) || !is_plain(&self.name) || self.name.contains('='))
                    .then_some("the key contains a character that a cookie cannot carry")
            }
            KeyPlace::Query => None,
        }
    }

    fn header(&self) -> http::Result<HeaderValue> {
        sensitive(self.value.clone())
    }

    /// Adds the key to a request.
    pub(crate) fn attach(&self, url: &mut Url, headers: &mut HeaderMap) -> http::Result<()> {
        match self.place {
            KeyPlace::Query => {
                url.query_pairs_mut().append_pair(&self.name, self.value.expose_secret());
            }
            KeyPlace::Header => {
                headers.insert(HeaderName::try_from(&*self.name)?, self.header()?);
            }
            KeyPlace::Cookie => {
                // A request has only one header of that name.
                let others = headers.get(COOKIE).map(|value| value.as_bytes().to_vec());
                let others = others.and_then(|value| String::from_utf8(value).ok());
                let others = others.map_or_else(String::new, |value| value + "; ");
                let value = format!("{others}{}={}", self.name, self.value.expose_secret());
                headers.insert(COOKIE, sensitive(value)?);
            }
        }
        Ok(())
    }

    /// Removes the key from a URL: a server that redirects repeats the query it was sent.
    pub(crate) fn strip(&self, url: &mut Url) {
        if self.place != KeyPlace::Query {
            return;
        }
        keep_fields(url, |field| {
            let mut pairs = url::form_urlencoded::parse(field.as_bytes());
            pairs.next().is_none_or(|(name, value)| {
                name != self.name || value != self.value.expose_secret()
            })
        });
    }
}

/// Returns whether RFC 6265 allows the byte in the value of a cookie.
fn is_of_cookie(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("place", &self.place)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::HeaderMap};
    use url::Url;

    use super::{ApiKey, KeyPlace};

    #[test]
    fn a_key_that_cannot_be_sent_is_refused() {
        for (place, name, value, is_sent) in [
            (KeyPlace::Header, "X-Key", "a b", true),
            (KeyPlace::Header, "X-Key", "", false),
            (KeyPlace::Header, "X-Key", "a\nb", false),
            (KeyPlace::Header, "X-Key", " a", false),
            (KeyPlace::Header, "X Key", "a", false),
            (KeyPlace::Query, "k", "a b&é", true),
            (KeyPlace::Cookie, "k", "a=", true),
            (KeyPlace::Cookie, "k", "a;b", false),
            (KeyPlace::Cookie, "k=", "a", false),
        ] {
            let key = ApiKey::new(place, name, value);
            assert_eq!(key.fault().is_none(), is_sent, "{name} {value}");
        }
    }

    #[test]
    fn a_cookie_is_added_to_existing_ones() {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", HeaderValue::from_static("a=1"));
        let mut url = Url::parse("https://x.org/").unwrap();
        ApiKey::new(KeyPlace::Cookie, "sid", "2").attach(&mut url, &mut headers).unwrap();
        assert_eq!(headers["cookie"], "a=1; sid=2");
        assert!(headers["cookie"].is_sensitive());
    }

    #[test]
    fn only_the_key_is_removed_from_a_url() {
        let key = ApiKey::new(KeyPlace::Query, "key", "s é");
        for (from, to) in [
            ("https://x.org/?a=1&key=s+%C3%A9&b=%20", "https://x.org/?a=1&b=%20"),
            ("https://x.org/?key=s%20%C3%A9", "https://x.org/"),
            ("https://x.org/?key=other", "https://x.org/?key=other"),
            ("https://x.org/", "https://x.org/"),
        ] {
            let mut url = Url::parse(from).unwrap();
            key.strip(&mut url);
            assert_eq!(url.as_str(), to);
        }
    }
}
