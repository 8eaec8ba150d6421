//! What may not leave the traffic: credentials, and values that are about somebody.

use std::{collections::BTreeSet, net::IpAddr};

use serde_json::Value;

use super::exchange::Exchange;

/// Parts of names whose values are never shown.
const SECRET: [&str; 20] = [
    "pass", "pwd", "token", "key", "hash", "secret", "auth", "cookie", "otp", "mail", "sess",
    "seed", "salt", "sign", "cred", "private", "uuid", "phone", "captcha", "pin",
];

/// Parts of names of parameters that take a secret, such as a password.
const PASSWORD: [&str; 7] = ["passw", "pwd", "secret", "token", "session_key", "api_key", "apikey"];

/// The last words of names whose values are a category.
const CATEGORY: [&str; 18] = [
    "type",
    "kind",
    "status",
    "state",
    "mode",
    "level",
    "scope",
    "format",
    "order",
    "direction",
    "method",
    "category",
    "encoding",
    "position",
    "visibility",
    "phase",
    "severity",
    "operation",
];

/// The longest value of an enumeration.
const LONGEST: usize = 32;

/// Returns whether the values of a field of that name are never shown.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Returns whether a parameter of that name takes a secret, such as a password.
pub(super) fn is_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("pass")
        || name.contains("_pass")
        || PASSWORD.iter().any(|part| name.contains(part))
}

/// Returns whether the values of a field of that name say what category something is of.
pub(super) fn is_category_name(name: &str) -> bool {
    let word = name.trim_end_matches(|c: char| c == ']' || c.is_ascii_digit());
    let start = word.rfind(['_', '-', '.', '[']).map_or(0, |at| at + 1);
    let last = &word[start..];
    CATEGORY.iter().any(|known| last.eq_ignore_ascii_case(known) || ends_with_word(last, known))
}

/// Returns whether a name in camel case ends with the word.
fn ends_with_word(name: &str, word: &str) -> bool {
    let (head, tail) = word.split_at(1);
    name.ends_with(&format!("{}{tail}", head.to_ascii_uppercase()))
}

/// Returns whether text could be about somebody or open something: an address, a path, an id.
pub(super) fn is_identifying(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    // PHP's XML in JSON has names such as `@attributes`.
    text.contains(['/', '\\', ' ', '\n', '*', '%'])
        || text.find('@').is_some_and(|at| at > 0)
        || !text.is_ascii()
        || text.len() > 40
        || text.parse::<IpAddr>().is_ok()
        || is_hex && text.len() >= 8 && digits > 0
        || digits >= 5
        || text.len() >= 14 && digits >= 2 && letters > 0 && !text.contains(['_', '-', '.'])
        || text.contains('.') && digits > letters
}

/// The logins in the traffic: they are not field names and not values of enumerations.
#[derive(Debug, Default)]
pub(super) struct People(BTreeSet<String>);

impl People {
    /// Collects the users that sent the exchanges, and those that requests and responses name.
    pub(super) fn of(exchanges: &[Exchange]) -> Self {
        let mut people = BTreeSet::new();
        for exchange in exchanges {
            people.extend(exchange.user.clone());
            let named = exchange.sent.iter().filter(|sent| is_login_name(&sent.name));
            people.extend(named.map(|sent| sent.value.clone()));
            let body = exchange.response.body.as_deref().unwrap_or_default();
            if let Ok(json) = serde_json::from_slice(body) {
                logins(&json, &mut people);
            } else if let Ok(text) = std::str::from_utf8(body) {
                let starts = text.split("<user id=\"").skip(1);
                people.extend(starts.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
        people.retain(|value| value.len() > 1 && !matches!(&**value, "true" | "false"));
        Self(people)
    }

    /// Returns whether a name is data: a login, or text that could be about somebody.
    pub(super) fn is_data(&self, name: &str) -> bool {
        self.0.contains(name) || is_identifying(name)
    }

    /// Returns the values to declare for a field, if they are values of an enumeration: few words
    /// that recur, of a field that says what category something is of.
    pub(super) fn choice(&self, name: &str, texts: &super::shape::Texts) -> Option<Vec<String>> {
        let is_word = |value: &str| {
            let mut bytes = value.bytes();
            value.len() <= LONGEST
                && bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
                && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        let is_constant = |value: &str| {
            value.len() > 2 && value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        };
        let values = texts.values()?;
        let is_few = (2..=8).contains(&values.len()) && texts.count >= 3 * values.len();
        let is_category = is_category_name(name) || values.iter().all(|value| is_constant(value));
        let is_plain = |value: &&String| is_word(value) && !self.is_data(value);
        let fits = is_few
            && is_category
            && !is_secret_name(name)
            && values.iter().all(|value| is_plain(&value));
        fits.then_some(values)
    }
}

/// Returns whether the values of a field of that name are logins.
fn is_login_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["user", "user_id", "userid", "username", "login", "owner", "author"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Collects the logins in a document.
fn logins(json: &Value, people: &mut BTreeSet<String>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| logins(item, people)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_login_name(name) => drop(people.insert(text.clone())),
                    value => logins(value, people),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{is_category_name, is_identifying, is_secret_name};

    #[test]
    fn values_about_somebody_are_recognised() {
        for text in [
            "mara@example.org",
            "/home/mara",
            "10.0.0.7",
            "::1",
            "8059922A-B9B1-8427-5259-B595576161B8",
            "d41d8cd98f00b204e9800998ecf8427e",
            "c79c4ed7b57e",
            "Ab3dEf9hIjk2LmN",
            "0170123456",
            "Mara Muster",
            "müller",
        ] {
            assert!(is_identifying(text), "{text}");
        }
        for text in ["running", "PENDING", "read_only", "access.fs", "AJXP_ROLE", "md5", "a1"] {
            assert!(!is_identifying(text), "{text}");
        }
    }

    #[test]
    fn names_tell_what_their_values_are() {
        assert!(["user_pwd", "AUTH", "apiKey", "email", "cookie"].map(is_secret_name) == [true; 5]);
        assert!(["label", "size"].map(is_secret_name) == [false; 2]);
        for name in ["type", "entry_type", "filter[kind]", "shareScope"] {
            assert!(is_category_name(name), "{name}");
        }
        for name in ["label", "prototype", "login", "owner"] {
            assert!(!is_category_name(name), "{name}");
        }
    }
}
