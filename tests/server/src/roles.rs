//! Roles: rights on workspaces, disabled actions, and parameters.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A role; every user and every group has its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Role {
    /// `r`, `w` or `rw` by workspace id.
    pub(crate) acl: BTreeMap<String, String>,
    pub(crate) masks: Map<String, Value>,
    pub(crate) actions: Map<String, Value>,
    /// By scope, plugin and name.
    pub(crate) parameters: Map<String, Value>,
    /// The profiles that it applies to automatically.
    pub(crate) applies: Vec<String>,
}

/// The scope of parameters that apply in every workspace.
const EVERYWHERE: &str = "AJXP_REPO_SCOPE_ALL";

impl Role {
    /// Creates a role with rights and with parameters of `core.conf`.
    pub(crate) fn new(acl: &[(&str, &str)], parameters: &[(&str, &str)]) -> Self {
        let acl = acl.iter().map(|(id, right)| ((*id).to_owned(), (*right).to_owned()));
        let mut role = Self { acl: acl.collect(), ..Self::default() };
        for (name, value) in parameters {
            role.set_parameter("core.conf", name, (*value).into());
        }
        role
    }

    pub(crate) fn set_parameter(&mut self, plugin: &str, name: &str, value: Value) {
        let scope = self.parameters.entry(EVERYWHERE).or_insert_with(|| json!({}));
        scope[plugin][name] = value;
    }

    /// Returns a parameter of `core.conf`.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(EVERYWHERE)?["core.conf"][name].as_str()
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "ACL": self.acl,
            "MASKS": self.masks,
            "ACTIONS": self.actions,
            "PARAMETERS": self.parameters,
            "APPLIES": self.applies,
        })
    }

    /// Parses the three required parts of a role, and the optional ones.
    pub(crate) fn read(json: &Value) -> Option<Self> {
        let map = |name: &str| match json.get(name)? {
            Value::Object(fields) => Some(fields.clone()),
            Value::Array(values) => {
                let fields = values.iter().enumerate();
                Some(fields.map(|(n, value)| (n.to_string(), value.clone())).collect())
            }
            _ => None,
        };
        let acl = map("ACL")?.into_iter();
        let acl = acl.filter_map(|(id, right)| Some((id, right.as_str()?.to_owned())));
        let applies = json["APPLIES"].as_array().into_iter().flatten();
        Some(Self {
            acl: acl.collect(),
            masks: map("MASKS").unwrap_or_default(),
            actions: map("ACTIONS")?,
            parameters: map("PARAMETERS")?,
            applies: applies.filter_map(|value| Some(value.as_str()?.to_owned())).collect(),
        })
    }

    /// Overrides this role with another one.
    pub(crate) fn overlay(&mut self, other: &Self) {
        self.acl.extend(other.acl.clone());
        merge(&mut self.actions, &other.actions);
        merge(&mut self.parameters, &other.parameters);
    }
}

fn merge(under: &mut Map<String, Value>, over: &Map<String, Value>) {
    for (name, value) in over {
        match (under.get_mut(name), value) {
            (Some(Value::Object(under)), Value::Object(over)) => merge(under, over),
            _ => drop(under.insert(name.clone(), value.clone())),
        }
    }
}

/// Returns the built-in roles by name, that of all users first.
pub(crate) fn seeds() -> BTreeMap<String, Role> {
    let labelled = |label| Role::new(&[], &[("ROLE_DISPLAY_NAME", label)]);
    let off = |scope: &str, actions: Value| Map::from_iter([(scope.to_owned(), actions)]);
    let (everywhere, shared) = (EVERYWHERE, "AJXP_REPO_SCOPE_SHARED");
    let minisite = json!({
        "access.fs": {"chmod": false, "purge": false},
        "action.share": {"share": false},
        "action.user": {"open_address_book": false},
    });
    let no_download = json!({"access.fs": {"download": false, "download_chunk": false}});
    let external = json!({"action.user": {"open_address_book": false}});
    let guest = json!({"access.fs": {"purge": "disabled"}});
    let seeds = [
        ("AJXP_GRP_/", everyone()),
        (
            "EXTERNAL_USERS",
            Role {
                actions: off(everywhere, external),
                applies: vec!["shared".to_owned()],
                ..labelled("External users")
            },
        ),
        (
            "GUEST",
            Role {
                actions: off(everywhere, guest),
                applies: vec!["guest".to_owned()],
                ..labelled("Guest user role")
            },
        ),
        ("MINISITE", Role { actions: off(shared, minisite), ..labelled("Minisite Users") }),
        (
            "MINISITE_NODOWNLOAD",
            Role { actions: off(shared, no_download), ..labelled("Minisite Users - No Download") },
        ),
    ];
    seeds.into_iter().map(|(name, role)| (name.to_owned(), role)).collect()
}

/// Returns the role of the root group, which applies to all users.
fn everyone() -> Role {
    let acl = [("1", "rw"), ("ajxp_home", "rw"), ("inbox", "r")];
    let conf = [
        ("ROLE_DISPLAY_NAME", "Root Group"),
        ("ROLE_FORCE_OVERRIDE", "false"),
        ("DEFAULT_START_REPOSITORY", "ajxp_home"),
    ];
    let mut role = Role::new(&acl, &conf);
    for (plugin, name, value) in [
        ("action.disclaimer", "DISCLAIMER_ACCEPTED", "no"),
        ("meta.syncable", "REPO_SYNCABLE", "true"),
        ("core.mailer", "NOTIFICATIONS_EMAIL_GET", "true"),
        ("core.mailer", "NOTIFICATIONS_EMAIL_FREQUENCY", "M"),
        ("core.mailer", "NOTIFICATIONS_EMAIL_FREQUENCY_USER", "5"),
        ("core.mailer", "NOTIFICATIONS_EMAIL_SEND_HTML", "true"),
        ("authfront.otp", "yubikey_enabled", "false"),
        ("authfront.otp", "google_enabled_admin", "false"),
        ("authfront.otp", "google_enabled", "false"),
    ] {
        role.set_parameter(plugin, name, value.into());
    }
    role
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Role;

    #[test]
    fn a_role_needs_three_parts() {
        let whole = json!({"ACL": {"0": "r"}, "ACTIONS": {}, "PARAMETERS": [], "LABEL": "x"});
        let role = Role::read(&whole).unwrap();
        assert_eq!(role.acl["0"], "r");
        assert_eq!(Role::read(&role.json()), Some(role));
        assert_eq!(Role::read(&json!({"ACL": ["rw"], "ACTIONS": {}})), None);
    }

    #[test]
    fn the_upper_role_wins() {
        let mut role = Role::new(&[("0", "r"), ("1", "rw")], &[("lang", "fr"), ("email", "a")]);
        role.overlay(&Role::new(&[("0", "rw")], &[("lang", "en")]));
        assert_eq!((&*role.acl["0"], &*role.acl["1"]), ("rw", "rw"));
        assert_eq!((role.parameter("lang"), role.parameter("email")), (Some("en"), Some("a")));
    }
}
