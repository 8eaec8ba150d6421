//! Where the operations of a spec are, and what they want of a caller.

use serde::Serialize;

/// The servers that a spec declares for all of its operations.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Site {
    /// The path of the first one; empty where there is none. It never ends in a slash.
    pub base: String,
    /// The servers, as declared.
    pub servers: Vec<Server>,
}

/// A server that a spec declares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Server {
    /// Its address, with `{name}` for a variable; without a host it is a path on any host.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// The variables in the address, in their order there.
    pub variables: Vec<ServerVariable>,
}

impl Server {
    /// Whether the address names its host.
    pub fn has_host(&self) -> bool {
        self.url.starts_with("http://") || self.url.starts_with("https://")
    }

    /// The address with the defaults of its variables; `None` where one has none.
    pub fn address(&self) -> Option<String> {
        let mut url = self.url.clone();
        for ServerVariable { name, default, .. } in &self.variables {
            url = url.replace(&format!("{{{name}}}"), default.as_deref()?);
        }
        Some(url)
    }
}

/// A variable in the address of a server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// Its value unless another is chosen.
    pub default: Option<String>,
    /// The values it may have; any where there are none.
    pub values: Vec<String>,
    /// What it stands for.
    pub description: Option<String>,
}

/// A way in which callers say who they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SecurityScheme {
    /// Its name in the spec.
    pub name: String,
    /// What is sent.
    pub kind: SchemeKind,
    /// What it is.
    pub description: Option<String>,
    /// Where credentials are obtained, as far as that is declared.
    pub urls: Vec<String>,
}

/// What a security scheme sends.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeKind {
    /// A key.
    Key {
        /// Where it goes.
        location: KeyLocation,
        /// What it is called there.
        name: String,
    },
    /// A login and its password, as HTTP Basic.
    Basic,
    /// A token, as HTTP Bearer.
    Bearer,
}

/// Where a key goes.
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

/// Security schemes that are wanted together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Requirement(pub Vec<RequiredScheme>);

/// A security scheme that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiredScheme {
    /// Its name in the spec.
    pub name: String,
    /// The scopes that a token needs.
    pub scopes: Vec<String>,
}
