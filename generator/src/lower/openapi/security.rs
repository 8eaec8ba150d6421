//! Security schemes, and which of them operations require.

use openapiv3::{APIKeyLocation, OAuth2Flows, SecurityRequirement, SecurityScheme as Declared};

use super::{Builder, params::is_header};
use crate::{
    ir::{
        Dialect, KeyLocation, RequiredScheme, Requirement, SchemeKind, SecurityScheme, non_empty,
    },
    openapi::{MUTUAL_TLS, join},
};

impl Builder<'_> {
    /// Converts the security schemes that requests can carry, with a finding for each other one, and
    /// returns the names of those that want a client certificate as well. Pydio has its own
    /// credentials, whatever its spec declares.
    pub(super) fn security_schemes(&mut self) -> (Vec<SecurityScheme>, Vec<String>) {
        let spec = self.spec;
        if self.dialect == Dialect::Pydio {
            return Default::default();
        }
        let declared = spec.api.components.iter().flat_map(|all| &all.security_schemes);
        let (mut schemes, mut certificates) = (Vec::new(), Vec::new());
        for (name, scheme) in declared {
            let pointer = join("/components/securitySchemes", name);
            let Some(scheme) = scheme.as_item() else {
                self.unsupported_scheme(&pointer, "a security scheme that is declared elsewhere");
                continue;
            };
            if matches!(scheme, Declared::HTTP { scheme, .. } if scheme == MUTUAL_TLS) {
                certificates.push(name.clone());
                continue;
            }
            let (kind, description) = match kind(scheme) {
                Ok(found) => found,
                Err(message) => {
                    self.unsupported_scheme(&pointer, &message);
                    continue;
                }
            };
            let (name, urls) = (name.clone(), urls(scheme));
            schemes.push(SecurityScheme { name, kind, description: non_empty(description), urls });
        }
        schemes.sort_by(|a, b| a.name.cmp(&b.name));
        certificates.sort();
        (schemes, certificates)
    }

    fn unsupported_scheme(&mut self, pointer: &str, message: &str) {
        let message = format!("{message} is not supported; its credentials are not sent");
        self.findings.push(self.spec.warning("security-unsupported", message, pointer));
    }
}

/// The HTTP authentication schemes that respond to a challenge or sign each request, in lower case:
/// of those that IANA lists, all but `Basic` and `Bearer`, and the usual others. Any other one is
/// taken for a name before a fixed value.
const IN_STEPS: [&str; 16] = [
    "aws4-hmac-sha256",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hawk",
    "hoba",
    "kerberos",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "vapid",
];

/// Returns what a scheme sends, with its description; or what is not supported.
fn kind(scheme: &Declared) -> Result<(SchemeKind, Option<&str>), String> {
    Ok(match scheme {
        Declared::APIKey { location, name, description, .. } => {
            let location = match location {
                APIKeyLocation::Header if !is_header(name) => {
                    return Err(format!("a key in a header called `{name}`"));
                }
                APIKeyLocation::Header => KeyLocation::Header,
                APIKeyLocation::Query => KeyLocation::Query,
                APIKeyLocation::Cookie => KeyLocation::Cookie,
            };
            (SchemeKind::Key { location, name: name.clone() }, description.as_deref())
        }
        Declared::HTTP { scheme, description, .. } => {
            let kind = match scheme.to_ascii_lowercase().as_str() {
                "basic" => SchemeKind::Basic,
                "bearer" => SchemeKind::Bearer,
                other if is_header(scheme) && !IN_STEPS.contains(&other) => {
                    SchemeKind::Http { scheme: scheme.clone() }
                }
                _ => return Err(format!("the HTTP authentication scheme `{scheme}`")),
            };
            (kind, description.as_deref())
        }
        Declared::OAuth2 { description, .. } | Declared::OpenIDConnect { description, .. } => {
            (SchemeKind::Bearer, description.as_deref())
        }
    })
}

/// Returns the URLs where credentials are obtained.
fn urls(scheme: &Declared) -> Vec<String> {
    let mut urls = match scheme {
        Declared::OAuth2 { flows, .. } => flow_urls(flows),
        Declared::OpenIDConnect { open_id_connect_url, .. } => vec![open_id_connect_url.clone()],
        Declared::APIKey { .. } | Declared::HTTP { .. } => Vec::new(),
    };
    urls.dedup();
    urls.retain(|url| !url.is_empty());
    urls
}

fn flow_urls(flows: &OAuth2Flows) -> Vec<String> {
    let code = flows.authorization_code.iter();
    let code = code.flat_map(|flow| [&flow.authorization_url, &flow.token_url]);
    let implicit = flows.implicit.iter().map(|flow| &flow.authorization_url);
    let password = flows.password.iter().map(|flow| &flow.token_url);
    let client = flows.client_credentials.iter().map(|flow| &flow.token_url);
    code.chain(implicit).chain(password).chain(client).cloned().collect()
}

/// Converts requirements of which any one is enough. An empty one requires nothing.
pub(super) fn requirements(declared: &[SecurityRequirement]) -> Vec<Requirement> {
    let scheme = |(name, scopes): (&String, &Vec<String>)| RequiredScheme {
        name: name.clone(),
        scopes: scopes.clone(),
    };
    declared.iter().map(|one| Requirement(one.iter().map(scheme).collect())).collect()
}
