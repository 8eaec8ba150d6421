//! Which actions a generation has, and how REST reaches them: read from the bundled manifests, with
//! a reader of its own, so that a mistake of the generator's does not become the server's as well.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use roxmltree::{Document, Node};

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
#[derive(Debug, Default, PartialEq, Eq)]
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

/// # Panics
///
/// When a bundle cannot be read: a server without actions would answer everything with 404.
fn read(version: Version) -> Catalog {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests").join(version.bundle());
    let plugins = bundle.join("plugins");
    let entries = fs::read_dir(&plugins);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", plugins.display()));
    let manifests = entries.flatten().map(|entry| entry.path().join("manifest.xml"));
    manifests.filter(|manifest| manifest.is_file()).map(|file| plugin(&bundle, &file)).collect()
}

/// A plugin's id, which is the name of its folder, and the actions that the server handles.
fn plugin(bundle: &Path, manifest: &Path) -> (String, BTreeMap<String, Declared>) {
    let text = text(manifest);
    let document = parse(manifest, &text);
    let root = document.root_element();
    let mut actions = BTreeMap::new();
    for contributions in children(root, "registry_contributions") {
        for external in children(contributions, "external_file") {
            let file = bundle.join(attribute(external, "filename"));
            let text = self::text(&file);
            let document = parse(&file, &text);
            for action in
                children(document.root_element(), "actions").flat_map(|a| children(a, "action"))
            {
                let selects = |list| selects(attribute(external, list), attribute(action, "name"));
                if selects("include") && !selects("exclude") {
                    add(&mut actions, action);
                }
            }
        }
        // What a plugin declares itself takes the place of what it includes; an action without
        // anything in it erases that.
        for action in children(contributions, "actions").flat_map(|all| children(all, "action")) {
            actions.remove(attribute(action, "name"));
            add(&mut actions, action);
        }
    }
    let folder = manifest.parent().and_then(Path::file_name).unwrap_or_default();
    (folder.to_string_lossy().into_owned(), actions)
}

fn add(actions: &mut BTreeMap<String, Declared>, action: Node<'_, '_>) {
    let mut callbacks = children(action, "processing").flat_map(|p| children(p, "serverCallback"));
    let Some(callback) = callbacks.next() else { return };
    let rights = children(action, "rightsContext");
    let declared = Declared {
        rest_params: callback.attribute("restParams").map(str::to_owned),
        is_for_admins: rights.into_iter().any(|rights| attribute(rights, "adminOnly") == "true"),
        parameters: children(callback, "input_param")
            .map(|param| ["name", "type"].map(|name| attribute(param, name).to_owned()))
            .collect(),
    };
    actions.insert(attribute(action, "name").to_owned(), declared);
}

/// Whether one of the paths of an `include` or `exclude` selects the action: the bundles have
/// `actions/*` and `actions/action[@name='…']`, and others that select no action.
fn selects(paths: &str, name: &str) -> bool {
    paths
        .split([',', '|'])
        .map(str::trim)
        .any(|path| path == "actions/*" || path == format!("actions/action[@name='{name}']"))
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn parse<'t>(file: &Path, text: &'t str) -> Document<'t> {
    Document::parse(text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_default()
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
    use std::path::Path;

    use pydio_codegen::manifest::{self, Installation};

    use super::{Catalog, Declared, Known};
    use crate::{Version, workspaces::Workspaces};

    /// The generator has a reader of its own: where the two differ, one of them is wrong.
    #[test]
    fn the_generator_reads_the_same() {
        for version in Version::ALL {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests");
            let bundle = Installation::open(&root.join(version.bundle())).unwrap();
            let plugins = manifest::read(&bundle).unwrap().plugins.into_iter().map(|plugin| {
                let actions = plugin.actions.into_iter().filter_map(|action| {
                    let rights = action.rights.into_iter().flatten();
                    let callback = action.callback?;
                    let parameters = callback.params.into_iter();
                    let declared = Declared {
                        rest_params: callback.rest_params,
                        is_for_admins: rights
                            .into_iter()
                            .any(|(name, value)| name == "adminOnly" && value == "true"),
                        parameters: parameters.map(|param| [param.name, param.kind]).collect(),
                    };
                    Some((action.name, declared))
                });
                (plugin.id, actions.collect())
            });
            let theirs: Catalog = plugins.collect();
            let ours = super::catalog(version);
            assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
            for (plugin, actions) in ours {
                assert_eq!(actions, &theirs[plugin], "{version:?} {plugin}");
            }
        }
    }

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
