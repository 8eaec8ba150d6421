//! Compares the test server's catalogs of actions with the manifests they come from.
//!
//! Two parsers have to agree: the one below, and the generator's. If they differ, one of them is
//! wrong. `UPDATE_CATALOG=1 cargo test -p pydio-tests --test server catalog` regenerates the
//! catalogs with the parser below.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use pydio_codegen::{input::Installation, manifest};
use roxmltree::{Document, Node};

/// The releases with a catalog.
const RELEASES: [&str; 5] = ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.2.5"];

/// A declared action.
#[derive(Debug, Default, PartialEq, Eq)]
struct Declared {
    rest_params: Option<String>,
    is_for_admins: bool,
    /// Names and types.
    parameters: Vec<[String; 2]>,
}

/// Actions by plugin and name.
type Catalog = BTreeMap<String, BTreeMap<String, Declared>>;

fn bundle(release: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests").join(release)
}

#[test]
fn catalogs_list_what_the_manifests_declare() {
    for release in RELEASES {
        let expected = text_of(&read(&bundle(release)));
        let file = format!("server/src/catalog/{release}.txt");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if env::var_os("UPDATE_CATALOG").is_some() {
            fs::write(&file, &expected).unwrap();
        }
        let there = fs::read_to_string(&file).unwrap();
        let lines = || there.lines().zip(expected.lines());
        let differs = lines().position(|(there, expected)| there != expected);
        assert_eq!(differs.and_then(|line| lines().nth(line)), None, "{release}");
        assert!(there == expected, "{release}: {} and {} bytes", there.len(), expected.len());
    }
}

#[test]
fn the_generator_reads_the_same() {
    for release in RELEASES {
        let installation = Installation::open(&bundle(release)).unwrap();
        let plugins = manifest::read(&installation).unwrap().plugins.into_iter().map(|plugin| {
            let actions = plugin.actions.into_iter().filter_map(|action| {
                let mut rights = action.rights.into_iter().flatten();
                let callback = action.callback?;
                let parameters = callback.params.into_iter();
                let declared = Declared {
                    rest_params: callback.rest_params,
                    is_for_admins: rights
                        .any(|(name, value)| name == "adminOnly" && value == "true"),
                    parameters: parameters.map(|param| [param.name, param.kind]).collect(),
                };
                Some((action.name, declared))
            });
            (plugin.id, actions.collect())
        });
        let theirs: Catalog = plugins.collect();
        let ours = read(&bundle(release));
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (plugin, actions) in &ours {
            assert_eq!(actions, &theirs[plugin], "{release} {plugin}");
        }
    }
}

/// Formats a catalog for the test server.
fn text_of(catalog: &Catalog) -> String {
    let mut text = String::new();
    let mut line = |cells: &[&str]| {
        assert!(cells.iter().all(|cell| !cell.contains(['\t', '\n', '\r'])), "{cells:?}");
        text += &cells.join("\t");
        text.push('\n');
    };
    for (plugin, actions) in catalog {
        line(&[plugin]);
        for (name, Declared { rest_params, is_for_admins, parameters }) in actions {
            let rest_params = rest_params.as_deref();
            assert!(rest_params.is_none_or(|params| params != "-"), "{plugin}/{name}");
            let action = ["", name, rest_params.unwrap_or("-"), "admin"];
            line(if *is_for_admins { &action } else { &action[..3] });
            for [name, kind] in parameters {
                line(&["", "", name, kind]);
            }
        }
    }
    text
}

fn read(bundle: &Path) -> Catalog {
    let entries = fs::read_dir(bundle.join("plugins")).unwrap();
    let manifests = entries.flatten().map(|entry| entry.path().join("manifest.xml"));
    manifests.filter(|manifest| manifest.is_file()).map(|file| plugin(bundle, &file)).collect()
}

/// Returns a plugin's id, which is the name of its folder, and the actions that the server handles.
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
        // A plugin's own declarations replace included ones; an empty action removes the included
        // one.
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

/// Returns whether one of the paths of an `include` or `exclude` selects the action: the bundles
/// use `actions/*` and `actions/action[@name='…']`, and others that select no action.
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
