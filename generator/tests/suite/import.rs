//! Reducing an installation to facts: the generated code stays the same, and no prose remains.

use insta::assert_snapshot;
use pydio_codegen::{import::import, write::Files};

use crate::installation::{Installation, action};

/// Returns an installation with parts that an import has to keep, and parts that it has to drop.
fn installation() -> Installation {
    let own = "<actions><!-- gone -->\n\
        <action name=\"ls\" fileDefault=\"false\"><gui text=\"1\" src=\"x.png\" iconClass=\"y\"><context dir=\"true\"/></gui>\
        <rightsContext noUser=\"true\" userLogged=\"only\" read=\"true\" somethingNew=\"1\"/>\
        <processing><clientCallback><![CDATA[ alert('x') ]]></clientCallback></processing>\
        <processing><serverCallback methodName=\"switchAction\" restParams=\"/dir+\" preferredHttp=\"GET\"\
        \x20checkParams=\"true\" developerComment=\"The vendor's words\">\
        <input_param name=\"dir\" type=\"path\" mandatory=\"true\" default=\"/ &lt;&#10;&quot;\" description=\"Their words\"><x/></input_param>\
        <output type=\"AJXP_NODE[]\" description=\"Their words\"/><other/></serverCallback></processing>\
        <post_processing><serverCallback methodName=\"later\"/></post_processing></action>\
        <action name=\"mkdir\" forbidOverride=\"true\"/>\
        <action name=\"odd&#10;&#9;name &amp;\"><processing><serverCallback methodName=\"m\"/></processing></action>\
        </actions>\
        <external_file filename=\"./plugins//base/actions.xml\" include=\"actions/*\" exclude=\"actions/action[@name='rm']\"/>\
        <external_file filename=\"plugins/base/interface.xml\" include=\"client_configs/*\"/>\
        <client_configs><component_config/></client_configs>";
    let base = format!(
        "<?xml version=\"1.0\"?>\n<!-- The vendor's licence -->\n<driver><actions>{}</actions><client_configs/></driver>",
        ["ls", "mkdir", "mv", "rm"]
            .map(|name| action(
                name,
                "restParams=\"/file+\"",
                "<input_param name=\"file\" description=\"Words\"/>"
            ))
            .concat()
    );
    Installation::new()
        .file("plugins/base/actions.xml", base)
        .file("plugins/base/interface.xml", "<driver><client_configs/></driver>")
        .file("plugins/base/class.BaseDriver.php", "<?php // theirs")
        .manifest("a.b", own)
        .manifest(
            "c.d",
            "<external_file filename=\"plugins/base/actions.xml\" include=\"actions/*\"/>",
        )
        .file(
            "plugins/e.f/manifest.xml",
            "<ajxpcore name=\"e\" label=\"Words\" enabled=\"always\"><server_settings/></ajxpcore>",
        )
}

/// Returns an installation that contains the files of an import.
fn of(files: &Files) -> Installation {
    files.iter().fold(Installation::new(), |all, (path, text)| all.file(path, text))
}

fn imported(installation: &Installation, keep_docs: bool) -> Files {
    let import = import(&installation.open(), keep_docs).expect("an import");
    assert_eq!(import.failed, [""; 0]);
    import.files
}

/// Returns the emitted files without their documentation.
fn code(files: &Files) -> Vec<String> {
    let lines = files.values().flat_map(|text| text.lines());
    let is_code = |line: &&str| {
        let words = ["//", "about: ", "details: ", "doc: "];
        !words.iter().any(|start| line.trim_start().starts_with(start))
    };
    let code = lines.filter(is_code);
    code.map(str::to_owned).collect()
}

#[test]
fn only_facts_are_kept() {
    let files = imported(&installation(), false);
    let paths: Vec<_> = files.keys().map(|path| &**path).collect();
    assert_eq!(
        paths,
        [
            "plugins/a.b/manifest.xml",
            "plugins/base/actions.xml",
            "plugins/c.d/manifest.xml",
            "plugins/e.f/manifest.xml",
        ]
    );
    let all: String = files.values().map(|text| &**text).collect();
    for theirs in ["words", "Words", "alert", "licence", "png", "gone"] {
        assert!(!all.contains(theirs), "{theirs}");
    }
    assert_snapshot!(all);
}

#[test]
fn descriptions_are_kept_on_request() {
    let files = imported(&installation(), true);
    let all: String = files.values().map(|text| &**text).collect();
    for theirs in ["The vendor's words", "Their words"] {
        assert!(all.contains(&theirs.replace('\'', "&apos;")), "{theirs}");
    }
    for theirs in ["alert", "licence", "png", "gone"] {
        assert!(!all.contains(theirs), "{theirs}");
    }
    assert_eq!(of(&files).emit(), installation().emit());
}

#[test]
fn an_import_generates_the_same_code_as_the_original() {
    let original = installation();
    let copy = of(&imported(&original, false));
    assert_eq!(code(&copy.emit()), code(&original.emit()));
    assert!(code(&copy.emit()).iter().any(|line| line.contains(r#""odd\n\tname &""#)));
}

#[test]
fn importing_again_gives_the_same_bytes() {
    let first = imported(&installation(), false);
    assert_eq!(imported(&installation(), false), first);
    assert_eq!(imported(&of(&first), false), first);
    assert_eq!(imported(&of(&first), true), first);
}

#[test]
fn unusable_plugins_are_not_imported() {
    let installation = installation()
        .manifest("ill.formed", "<actions>")
        .manifest("nameless.x", "<actions><action/></actions>")
        .manifest("missing.x", "<external_file filename=\"gone.xml\" include=\"actions/*\"/>")
        .file("plugins/root.x/manifest.xml", "<div/>");
    let import = import(&installation.open(), false).expect("an import");
    assert_eq!(import.failed, ["ill.formed"]);
    assert_eq!(import.skipped, ["nameless.x/"]);
    assert_eq!(import.diagnostics.len(), 3);
    assert_eq!(import.files.len(), 7);
}

#[test]
fn included_files_are_imported_for_any_expression() {
    let deep = format!(
        "<x><y><actions>{}</actions></y><actions>{}</actions></x>",
        action("one", "", ""),
        action("two", "", "")
    );
    let original = Installation::new()
        .file("plugins/base/deep.xml", deep)
        .manifest(
            "all.x",
            "<external_file filename=\"/plugins/base/deep.xml\" include=\"//action\"/>",
        )
        .manifest(
            "one.x",
            "<external_file filename=\"plugins/base/../base/deep.xml\" include=\"y/actions/*\"/>",
        );
    let copy = of(&imported(&original, false));
    assert_eq!(copy.emit(), original.emit());
    assert!(copy.emit().contains_key("src/v1/one_x.rs"));
}
