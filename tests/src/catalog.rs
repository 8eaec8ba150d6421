//! Which actions a generation has, and how REST reaches them: read from the bundled manifests.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use pydio_codegen::manifest::{self, Installation, ManifestSet};

use crate::{Version, workspaces::Workspace};

/// An action, as far as routing is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Reached over REST, with these `restParams`.
    Rest(&'static str),
    /// Known, but not over REST.
    Elsewhere,
}

/// An action as it is declared.
#[derive(Debug)]
struct Declared {
    rest_params: Option<String>,
    is_for_admins: bool,
    /// Names and types.
    parameters: Vec<[String; 2]>,
}

/// Actions by plugin and name.
type Catalog = BTreeMap<String, BTreeMap<String, Declared>>;

static CATALOGS: [LazyLock<Catalog>; 3] = [
    LazyLock::new(|| read(Version::V6_4)),
    LazyLock::new(|| read(Version::V7_0)),
    LazyLock::new(|| read(Version::V8_2)),
];

/// The catalog of a generation, which is read when it is asked for.
fn catalog(version: Version) -> &'static Catalog {
    match version {
        Version::V6_4 => &CATALOGS[0],
        Version::V7_0 => &CATALOGS[1],
        Version::V8_2 => &CATALOGS[2],
    }
}

fn read(version: Version) -> Catalog {
    let bundles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests");
    let installation = Installation::open(&bundles.join(version.bundle()));
    let set = installation.and_then(|installation| manifest::read(&installation));
    set.map(by_plugin).unwrap_or_default()
}

fn by_plugin(set: ManifestSet) -> Catalog {
    let plugins = set.plugins.into_iter().map(|plugin| {
        let actions = plugin.actions.into_iter();
        let actions = actions.filter_map(|action| {
            let rights = action.rights.into_iter().flatten();
            let is_for_admins = rights.into_iter().any(|(n, v)| n == "adminOnly" && v == "true");
            let callback = action.callback?;
            let parameters = callback.params.into_iter().map(|param| [param.name, param.kind]);
            let parameters = parameters.collect();
            let rest_params = callback.rest_params;
            Some((action.name, Declared { rest_params, is_for_admins, parameters }))
        });
        (plugin.id, actions.collect())
    });
    plugins.collect()
}

/// Actions of plugins that switch themselves off where a program or an extension is missing.
const SWITCHED_OFF: [&str; 3] = ["filehasher_signature", "filehasher_delta", "filehasher_patch"];

/// Looks an action up in the driver of a workspace, then in the plugins that are no drivers.
pub(crate) fn find(
    version: Version,
    workspace: &Workspace,
    action: &str,
    is_admin: bool,
) -> Option<Known> {
    let driver = format!("access.{}", workspace.driver.name());
    let driver = driver.as_str();
    if SWITCHED_OFF.contains(&action) {
        return None;
    }
    let catalog = catalog(version);
    let others = catalog.iter().filter(|(id, _)| !id.starts_with("access."));
    let plugins = catalog.get(driver).into_iter().chain(others.map(|(_, actions)| actions));
    let found = plugins.filter_map(|actions| actions.get(action));
    let found: Vec<_> = found.filter(|declared| is_admin || !declared.is_for_admins).collect();
    let rest_params = found.iter().find_map(|declared| declared.rest_params.as_deref());
    match rest_params {
        Some(rest_params) => Some(Known::Rest(rest_params)),
        None => (!found.is_empty()).then_some(Known::Elsewhere),
    }
}

/// All actions by plugin, with the names and types of their parameters.
pub(crate) fn all(
    version: Version,
) -> impl Iterator<Item = (&'static str, &'static str, &'static [[String; 2]])> {
    catalog(version).iter().flat_map(|(plugin, actions)| {
        let actions = actions.iter();
        actions.map(move |(name, declared)| (&**plugin, &**name, &declared.parameters[..]))
    })
}

#[cfg(test)]
mod tests {
    use super::Known;
    use crate::{Version, workspaces::Workspaces};

    #[test]
    fn a_workspace_has_the_actions_of_its_driver() {
        let workspaces = Workspaces::default();
        let common = workspaces.named("common").unwrap();
        let settings = workspaces.named("settings").unwrap();
        let find = |workspace, action| {
            super::find(Version::V8_2, workspace, action, workspace == settings)
        };
        assert_eq!(find(common, "ls"), Some(Known::Rest("/dir+")));
        assert_eq!(find(common, "delete"), Some(Known::Rest("/nodes+")));
        assert_eq!(find(common, "monitor_quota"), Some(Known::Rest("/")));
        assert_eq!(find(common, "get_xml_registry"), Some(Known::Elsewhere));
        assert_eq!(find(common, "create_user"), None);
        assert!(matches!(find(settings, "create_user"), Some(Known::Rest(_))));
        assert_ne!(find(settings, "delete"), find(common, "delete"));
        assert_eq!(find(common, "no_such_action"), None);
        assert_eq!(super::find(Version::V8_2, settings, "create_user", false), None);
    }

    #[test]
    fn a_generation_has_the_actions_of_its_own() {
        let workspaces = Workspaces::default();
        let common = workspaces.named("common").unwrap();
        let found = |action| Version::ALL.map(|version| super::find(version, common, action, true));
        assert_eq!(found("ls"), [Some(Known::Rest("/dir+")); 3]);
        let is_known = |action| found(action).map(|known| known.is_some());
        assert_eq!(is_known("update_shared_element_data"), [true, true, false]);
        assert_eq!(is_known("task_create"), [false, true, true]);
        assert_eq!(is_known("user_public_data"), [false, false, true]);
    }
}
