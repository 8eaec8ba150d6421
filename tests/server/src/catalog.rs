//! The actions of each generation, and how REST reaches them.
//!
//! The actions are listed in `catalog/*.txt`, one file per release, so that the server runs without
//! the manifests. A test in the workspace compares them with the manifests.
//!
//! A line without a tab is the id of a plugin. A line with one tab is an action of it: its name,
//! its `restParams` (`-` if REST does not reach it), and `admin` if it is only for administrators.
//! A line with two tabs is a parameter of that action: its name and its type.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    Version,
    workspaces::{Driver, Workspace},
};

/// An action, for routing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Available over REST, with these `restParams`.
    Rest(&'static str),
    /// Known, but not available over REST.
    Elsewhere,
}

/// A declared action.
#[derive(Debug, Default)]
struct Declared {
    rest_params: Option<&'static str>,
    is_for_admins: bool,
    /// Names and types.
    parameters: Vec<[&'static str; 2]>,
}

/// Actions by plugin and name.
type Catalog = BTreeMap<&'static str, BTreeMap<&'static str, Declared>>;

static CATALOGS: [LazyLock<Catalog>; 5] = [
    LazyLock::new(|| read(include_str!("catalog/6.0.8.txt"))),
    LazyLock::new(|| read(include_str!("catalog/6.4.2.txt"))),
    LazyLock::new(|| read(include_str!("catalog/6.5.5.txt"))),
    LazyLock::new(|| read(include_str!("catalog/7.0.4.txt"))),
    LazyLock::new(|| read(include_str!("catalog/8.2.5.txt"))),
];

/// Returns the catalog of a generation, parsed on first use. 7.0.4 declares practically the same as
/// 7.0.3.
fn catalog(version: Version) -> &'static Catalog {
    match version {
        Version::V6_0 => &CATALOGS[0],
        Version::V6_4 => &CATALOGS[1],
        Version::V6_5 => &CATALOGS[2],
        Version::V7_0_3 | Version::V7_0 => &CATALOGS[3],
        Version::V8_2 => &CATALOGS[4],
    }
}

fn read(text: &'static str) -> Catalog {
    let mut catalog = Catalog::new();
    let (mut plugin, mut action) = ("", "");
    for line in text.lines() {
        let cells: Vec<_> = line.split('\t').collect();
        match cells[..] {
            [id] => {
                plugin = id;
                catalog.entry(plugin).or_default();
            }
            ["", "", name, kind] => {
                let actions = catalog.entry(plugin).or_default();
                actions.entry(action).or_default().parameters.push([name, kind]);
            }
            ["", name, rest_params, ref others @ ..] => {
                action = name;
                let declared = Declared {
                    rest_params: Some(rest_params).filter(|params| *params != "-"),
                    is_for_admins: others.contains(&"admin"),
                    parameters: Vec::new(),
                };
                catalog.entry(plugin).or_default().insert(action, declared);
            }
            _ => {}
        }
    }
    catalog
}

/// Actions of plugins that turn themselves off if a program or an extension is missing, and one of
/// a plugin without code.
const SWITCHED_OFF: [&str; 4] =
    ["filehasher_signature", "filehasher_delta", "filehasher_patch", "dir_infopanel"];

/// A plugin that is off where `index.lucene` is on.
const OTHER_INDEX: &str = "index.elasticsearch";

/// Looks up an action in the driver of a workspace, then in the plugins that are not drivers.
pub(crate) fn find(
    version: Version,
    workspace: &Workspace,
    action: &str,
    is_admin: bool,
) -> Option<Known> {
    let driver = format!("access.{}", workspace.driver.name());
    if SWITCHED_OFF.contains(&action) {
        return None;
    }
    if action == "cross_copy" && version <= Version::V6_4 && workspace.driver == Driver::Fs {
        // The controller itself has it, so that no manifest declares it.
        return Some(Known::Elsewhere);
    }
    let catalog = catalog(version);
    let is_on = |id: &str| !id.starts_with("access.") && id != OTHER_INDEX;
    let others = catalog.iter().filter(|(id, _)| is_on(id));
    let plugins = catalog.get(&*driver).into_iter().chain(others.map(|(_, actions)| actions));
    let found = plugins.filter_map(|actions| actions.get(action));
    let found: Vec<_> = found.filter(|declared| is_admin || !declared.is_for_admins).collect();
    let rest_params = found.iter().find_map(|declared| declared.rest_params);
    match rest_params {
        Some(rest_params) => Some(Known::Rest(rest_params)),
        None => (!found.is_empty()).then_some(Known::Elsewhere),
    }
}

/// Returns whether a release has a plugin.
pub(crate) fn has_plugin(version: Version, id: &str) -> bool {
    catalog(version).contains_key(id)
}

/// Returns all actions by plugin, with the names and types of their parameters.
pub(crate) fn all(
    version: Version,
) -> impl Iterator<Item = (&'static str, &'static str, &'static [[&'static str; 2]])> {
    catalog(version).iter().flat_map(|(plugin, actions)| {
        let actions = actions.iter();
        actions.map(move |(name, declared)| (*plugin, *name, &declared.parameters[..]))
    })
}

#[cfg(test)]
mod tests {
    use super::Known;
    use crate::{Version, workspaces::Workspaces};

    #[test]
    fn a_workspace_has_the_actions_of_its_driver() {
        let workspaces = Workspaces::new(Version::V8_2.dialect());
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
        let workspaces = Workspaces::new(Version::V8_2.dialect());
        let common = workspaces.named("common").unwrap();
        let found = |action| Version::ALL.map(|version| super::find(version, common, action, true));
        assert_eq!(found("ls"), [Some(Known::Rest("/dir+")); 6]);
        let is_known = |action| found(action).map(|known| known.is_some());
        assert_eq!(is_known("update_shared_element_data"), [true, true, true, true, true, false]);
        assert_eq!(is_known("task_create"), [false, false, true, true, true, true]);
        assert_eq!(is_known("user_public_data"), [false, false, false, false, false, true]);
    }
}
