//! Malicious inputs are refused or given safe names; no part of them becomes code.

use std::time::Instant;

use insta::assert_snapshot;
use pydio_codegen::write::Files;

use crate::installation::{Installation, action, names_in};

/// Text that attempts to become code, the end of a comment, or markup.
const HOSTILE: [&str; 16] = [
    "x\"; pub fn injected() {} //",
    "x&#10;pub fn injected() {}",
    "*/ pub fn injected() {} /*",
    "//! injected",
    "/// injected",
    "#![injected]",
    "`injected` ``` injected",
    "&lt;script&gt;injected&lt;/script&gt;",
    "[injected](javascript:injected)",
    "{injected} {0} {{",
    "\\u{202e}\u{202e}injected\u{2066}",
    "漢字",
    "",
    "self",
    "\\\" r#\"injected\"#",
    "&#13;&#10;&#9;injected&#133;&#8232;injected",
];

/// Escapes text for an attribute's value.
fn attribute(text: &str) -> String {
    text.replace('"', "&quot;")
}

/// Returns all items of all files: their kind, and their name if they have one.
fn items(files: &Files) -> Vec<String> {
    let sources = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let parsed =
        sources.map(|(path, text)| syn::parse_file(text).map_err(|e| format!("{path}: {e}")));
    let items = parsed.flat_map(|file| file.expect("Rust").items);
    items
        .map(|item| match item {
            // Emitted functions return their call; injected ones return nothing.
            syn::Item::Fn(item) if matches!(item.sig.output, syn::ReturnType::Type(..)) => {
                format!("fn {}", item.sig.ident)
            }
            syn::Item::Struct(item) => format!("struct {}", item.ident),
            syn::Item::Enum(item) => format!("enum {}", item.ident),
            syn::Item::Mod(item) => format!("mod {}", item.ident),
            syn::Item::Static(item) => format!("static {}", item.ident),
            syn::Item::Use(_) => "use".to_owned(),
            syn::Item::Impl(_) => "impl".to_owned(),
            syn::Item::Macro(item) if names_only(&item.mac) => "macro".to_owned(),
            _ => "something else".to_owned(),
        })
        .collect()
}

/// Returns whether a macro of the runtime gets names alone.
fn names_only(mac: &syn::Macro) -> bool {
    let is_name = |char: char| char.is_alphanumeric() || "_, \n".contains(char);
    mac.path.segments.last().is_some_and(|name| name.ident == "serde_enums")
        && mac.tokens.to_string().chars().all(is_name)
}

fn hostile_actions() -> String {
    let each = HOSTILE.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(|(n, text)| {
        let text = attribute(text);
        format!(
            "<action name=\"{text}\"><rightsContext {}/><processing>\
             <serverCallback methodName=\"{text}\" restParams=\"/{text}/b+\" developerComment=\"{text}\">\
             <input_param name=\"p{text}\" type=\"{text}|y{text}|{text}\" default=\"{text}\" description=\"{text}\"/>\
             <input_param name=\"q{text}\" type=\"string\" mandatory=\"true\"/>\
             <input_param name=\"{text}[n]\" type=\"string\"/>\
             <output type=\"{text}\"/></serverCallback></processing></action>",
            format_args!("adminOnly=\"{}\"", if n % 2 == 0 { "true" } else { &text })
        )
    });
    each.collect()
}

#[test]
fn no_text_becomes_code() {
    let installation = Installation::of("a.b", &hostile_actions());
    let files = installation.emit();
    let items = items(&files);
    assert!(!items.iter().any(|item| item == "something else"), "{items:?}");
    let functions = items.iter().filter(|item| item.starts_with("fn ") && *item != "fn main");
    assert_eq!(functions.count(), HOSTILE.len() - 1);
    for text in files.values() {
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{85}', '\r']));
    }
    assert_snapshot!(names_in(&files["src/v1/a_b.rs"]));
}

#[test]
fn foreign_words_are_no_markup() {
    let words = "1. one [link](http://x.y) `code` *b* _i_ <b>bold</b> &lt;b&gt; # head &amp;amp; | - ~~s~~ $m$ \
        https://example.org [^1]: x <!-- c -->";
    let words = words.replace('<', "&lt;").replace("&lt;b&gt;", "&lt;b>");
    let said = format!(
        "<action name=\"say\"><processing><serverCallback developerComment=\"{words} {}\">\
         <input_param name=\"p\" description=\"- {words}\"/></serverCallback></processing></action>",
        "2) two + three = four ".repeat(9)
    );
    let files = Installation::of("a.b", &said).emit();
    let docs = files["src/v1/a_b.rs"].lines().filter(|line| line.trim_start().starts_with("///"));
    let docs: Vec<_> = docs.collect();
    assert_snapshot!(docs.join("\n"));
}

#[test]
fn plugin_directories_of_any_name() {
    let ids = [
        "..x",
        "...",
        "a b",
        "a'b\"c",
        "a\nb",
        "*",
        "é",
        "漢",
        "crate",
        "super",
        "CON",
        "lib",
        "v1",
        "-",
        "_",
        "a\u{202e}b",
        "$(id)",
        "x;y",
    ];

    let installation = ids.iter().fold(Installation::new(), |all, id| {
        let param = format!("<input_param name=\"p{}\"/>", id.len());
        all.plugin(&format!("x.{id}"), &action("ls", "", &param))
    });
    let files = installation.emit();
    for path in files.keys() {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/');
        assert!(path.chars().all(is_plain) && !path.contains(".."), "{path}");
    }
    assert_eq!(files.len(), 4 + ids.len());
    assert!(!items(&files).contains(&"something else".to_owned()));
    let paths: Vec<_> = files.keys().map(|path| &**path).collect();
    assert_snapshot!(paths.join("\n"));
}

#[test]
fn names_of_any_length_fit_a_file() {
    let id = "aB".repeat(126) + ".x";
    let name = "Action_".repeat(1500);
    let twin = format!("{name}x");
    let param =
        format!("<input_param name=\"{name}\" type=\"{name}|b\"/><input_param name=\"{twin}\"/>");
    let actions =
        action(&name, &format!("restParams=\"/{name}\""), &param) + &action(&twin, "", &param);
    let files = Installation::of(&id, &actions).emit();
    assert!(files.keys().all(|path| path.len() < 140), "{:?}", files.keys());
    let source = files.iter().find(|(path, _)| path.starts_with("src/v1/")).expect("a module").1;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let code = source.lines().filter(|line| !line.contains("//") && !line.contains('"'));
    let longest = code.flat_map(|line| line.split(|c| !is_word(c))).map(str::len).max();
    assert!(longest.is_some_and(|length| length <= 125), "{longest:?}");
    // The name is sent unchanged.
    assert!(source.contains(&format!("\"{name}\",")));
}

/// The largest accepted input, of the most expensive kind.
#[test]
fn time_grows_linearly_with_size() {
    let took = |size: usize| {
        let start = Instant::now();
        let twins: String = (0..size)
            .map(|n| action(&format!("é{}", "ü".repeat(n % 90) + &n.to_string()), "", ""))
            .collect();
        let words = "a|".repeat(size * 4);
        let choice = action("choose", "", &format!("<input_param name=\"p\" type=\"{words}\"/>"));
        let includes =
            "<external_file filename=\"plugins/a.b/x.xml\" include=\"actions/*\"/>".repeat(100);
        let installation = Installation::of("a.b", &(twins.clone() + &choice))
            .file("plugins/a.b/x.xml", format!("<driver><actions>{twins}</actions></driver>"))
            .manifest("c.d", &includes);
        assert_eq!(installation.read().failed, [""; 0]);
        start.elapsed()
    };
    // Compared with itself, because a machine may be slow or busy: quadratic time would be 16 times
    // as much.
    let (small, large) = (took(2_000), took(8_000));
    assert!(large < 12 * small, "{small:?} for a quarter of what took {large:?}");
}

#[test]
fn an_escaping_plugin_is_not_followed() {
    // `../../x` cannot be a directory name; in an id or an include it is only text.
    let manifest = format!(
        "<ajxp_plugin id=\"../../x\"><registry_contributions><actions>{}</actions>\
         </registry_contributions></ajxp_plugin>",
        action("../../x", "restParams=\"/../..+\"", "")
    );
    let files = Installation::new().file("plugins/a.b/manifest.xml", manifest).emit();
    let paths: Vec<_> = files.keys().collect();
    let expected = ["api.json", "rustfmt.toml", "src/lib.rs", "src/v1.rs", "src/v1/a_b.rs"];
    assert_eq!(paths, expected);
    assert!(files["src/v1/a_b.rs"].contains("pub fn x("));
}
