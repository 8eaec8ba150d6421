//! The servers of the operations of a spec, and their security schemes.

use serde::Serialize;

/// The servers that a spec declares for all of its operations.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Site {
    /// The path of the first one; empty if there is none. It never ends in a slash.
    pub base: String,
    /// The servers, as declared.
    pub servers: Vec<Server>,
}

/// A server that a spec declares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Server {
    /// Its URL, with `{name}` for a variable; without a host it is a path on any host.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The variables in the URL, in their order there.
    pub variables: Vec<ServerVariable>,
}

impl Server {
    /// Returns whether the URL names its host.
    pub fn has_host(&self) -> bool {
        self.url.starts_with("http://") || self.url.starts_with("https://")
    }

    /// Returns the URL with the defaults of its variables; `None` if one has no default.
    pub fn address(&self) -> Option<String> {
        let mut url = self.url.clone();
        for ServerVariable { name, default, .. } in &self.variables {
            url = url.replace(&format!("{{{name}}}"), default.as_deref()?);
        }
        Some(url)
    }
}

/// A variable in the URL of a server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// Its default value.
    pub default: Option<String>,
    /// The allowed values; any value if empty.
    pub values: Vec<String>,
    /// What it means.
    pub description: Option<String>,
}

/// A security scheme: how callers authenticate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SecurityScheme {
    /// Its name in the spec.
    pub name: String,
    /// What is sent.
    pub kind: SchemeKind,
    /// What it is.
    pub description: Option<String>,
    /// The URLs where credentials are obtained, as far as declared.
    pub urls: Vec<String>,
}

/// What a security scheme sends.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeKind {
    /// A key.
    Key {
        /// Where it is sent.
        location: KeyLocation,
        /// Its name there.
        name: String,
    },
    /// A login and its password, as HTTP Basic.
    Basic,
    /// A token, as HTTP Bearer.
    Bearer,
    /// A fixed value behind the name of another HTTP authentication scheme.
    Http {
        /// The name, as it is sent.
        scheme: String,
    },
}

/// Where a key is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyLocation {
    /// A header.
    Header,
    /// The query.
    Query,
    /// A cookie.
    Cookie,
}

/// Security schemes that are required together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Requirement(pub Vec<RequiredScheme>);

/// A security scheme that is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiredScheme {
    /// Its name in the spec.
    pub name: String,
    /// The scopes that a token needs.
    pub scopes: Vec<String>,
}
