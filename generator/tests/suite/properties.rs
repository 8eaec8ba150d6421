//! Properties of every input.

use proptest::{collection::vec, prelude::*, sample::Index, test_runner::FileFailurePersistence};
use pydio_codegen::{
    diagnostic::{Diagnostic, SourceFile},
    emit::{Options, emit},
    lower,
    manifest::{self, Element},
    names::{pascal, snake},
};

use crate::installation::{Installation, action};

/// Returns the configuration for a number of cases, without files of failures.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let failure_persistence = Some(Box::new(FileFailurePersistence::Off) as _);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

/// A manifest that contains every construct.
const MANIFEST: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- é -->\n\
    <ajxpdriver id=\"a.b\" xmlns:x=\"y\">\r\n<registry_contributions>\n\
    <external_file filename=\"plugins/base/x.xml\" include=\"actions/*,client_configs/*\" \
    exclude=\"actions/action[@name='rm'] | actions/action[@name='ls']\"/>\n\
    <actions><action name=\"ls\" forbidOverride='true'><![CDATA[ <x> ]]><rightsContext read=\"true\"/>\n\
    <processing><serverCallback methodName=\"m\" restParams=\"/dir+\" developerComment=\"é &lt;\n b\">\
    <input_param name=\"user_[n]\" type=\"a|b\" default=\"-1\"/><output type=\"JSON\"/>\
    </serverCallback></processing></action></actions>é &amp; </registry_contributions>\n</ajxpdriver>\n";

/// Strings that are difficult for a parser.
const PIECES: [&str; 22] = [
    "<",
    ">",
    "&",
    "\"",
    "'",
    "=",
    "/",
    "/>",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a>",
    "<?x",
    "?>",
    "&#x41;",
    "&é;",
    "é",
    "\u{feff}",
    "\0",
    "<é a='1' a=\"2\">",
];

#[derive(Clone, Debug)]
enum Change {
    Remove(Index, usize),
    Insert(Index, usize),
    Cut(Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        (any::<Index>(), 1..20_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<Index>(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        any::<Index>().prop_map(Change::Cut),
    ];
    vec(change, 1..4)
}

fn changed(changes: &[Change]) -> String {
    let mut chars: Vec<char> = MANIFEST.chars().collect();
    for change in changes {
        match change {
            Change::Remove(at, length) if !chars.is_empty() => {
                let at = at.index(chars.len());
                chars.drain(at..chars.len().min(at + length));
            }
            Change::Insert(at, piece) => {
                let at = at.index(chars.len() + 1);
                chars.splice(at..at, PIECES[*piece].chars());
            }
            Change::Cut(at) => chars.truncate(at.index(chars.len() + 1)),
            Change::Remove(..) => {}
        }
    }
    chars.into_iter().collect()
}

/// Asserts that the location is in its file, and can be shown.
fn assert_placed(found: &Diagnostic) {
    let place = found.place.as_ref().expect("a place");
    assert!(place.file.text.get(place.span.clone()).is_some(), "{:?} {found:?}", place.span);
    assert!(!found.render(false).is_empty());
    assert!(!found.render(true).is_empty());
}

fn assert_spans(element: &Element) {
    let tag = element.file.text.get(element.span.clone()).expect("a span of the file");
    assert!(tag.starts_with(&format!("<{}", element.name)) && tag.ends_with('>'), "{tag}");
    element.children.iter().for_each(assert_spans);
}

fn assert_parses_or_says_why(text: &str) {
    match manifest::parse(&SourceFile::new("x.xml", text)) {
        Ok(document) => assert_spans(&document.root),
        Err(found) => assert_placed(&found),
    }
}

fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
        || syn::parse_str::<syn::Ident>(&format!("{name}_")).is_ok()
}

#[test]
fn the_manifest_that_is_changed_is_read() {
    let installation = Installation::new()
        .file("plugins/a.b/manifest.xml", MANIFEST)
        .file("plugins/base/x.xml", "<driver/>");
    assert_eq!(installation.api().endpoints.len(), 1);
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn any_text_parses_or_has_a_located_error(text in any::<String>()) {
        assert_parses_or_says_why(&text);
    }

    #[test]
    fn any_markup_parses_or_has_a_located_error(pieces in vec(0..PIECES.len(), 0..20)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        assert_parses_or_says_why(&text);
    }

    #[test]
    fn any_change_parses_or_has_a_located_error(changes in changes()) {
        assert_parses_or_says_why(&changed(&changes));
    }

    #[test]
    fn any_name_becomes_an_identifier(name in any::<String>()) {
        prop_assert!(is_identifier(&snake(&name)), "{}", snake(&name));
        prop_assert!(is_identifier(&pascal(&name)), "{}", pascal(&name));
    }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn any_file_is_read_or_reported(bytes in vec(any::<u8>(), 0..200)) {
        let installation = Installation::new().file("plugins/a.b/manifest.xml", bytes);
        prop_assert_eq!(installation.read().failed, ["a.b"]);
        prop_assert!(!installation.findings().is_empty());
    }

    #[test]
    fn any_changed_manifest_is_read_or_reported(changes in changes()) {
        let installation = Installation::new()
            .file("plugins/a.b/manifest.xml", changed(&changes))
            .file("plugins/base/x.xml", "<driver><actions><action name=\"rm\"/></actions></driver>");
        let set = installation.read();
        prop_assert_eq!(set.plugins.len() + set.failed.len(), 1);
        set.diagnostics.iter().for_each(assert_placed);
        let api = lower::manifests("8.2.5", &set);
        emit(&api, &Options { crate_name: "x".to_owned() }).expect("Rust");
    }

    #[test]
    fn any_selection_is_read_or_reported(form in "[a-z/*@\\[\\]=' |,]{0,30}") {
        let include = format!("<external_file filename=\"plugins/base/x.xml\" include=\"{form}\"/>");
        let installation = Installation::new()
            .manifest("a.b", &include)
            .file("plugins/base/x.xml", "<driver/>");
        let set = installation.read();
        prop_assert_eq!(set.plugins.len(), 1);
        set.diagnostics.iter().for_each(assert_placed);
    }

    #[test]
    fn any_names_emit_rust(names in vec("[^\\x00-\\x1f\\x7f\"<&]{1,12}", 1..6), word in "[^\\x00-\\x1f\\x7f\"<&]{1,12}") {
        let params: String = names
            .iter()
            .enumerate()
            .map(|(n, name)| format!(
                "<input_param name=\"{name}\" type=\"{word}|{name}\" mandatory=\"{}\" description=\"{word}\"/>",
                n % 2 == 0
            ))
            .collect();
        let actions: String = names
            .iter()
            .map(|name| action(name, &format!("restParams=\"/{word}\" developerComment=\"{word}\""), &params))
            .collect();
        let installation = Installation::of("a.b", &actions);
        let api = lower::manifests("8.2.5", &installation.read());
        let files = emit(&api, &Options { crate_name: "x".to_owned() }).expect("Rust");
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            prop_assert!(syn::parse_file(text).is_ok(), "{}:\n{}", path, text);
        }
    }
}
