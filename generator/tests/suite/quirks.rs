//! Every quirk in manifests of Pydio 6 to 8: how it is read, and what is emitted.

use insta::assert_snapshot;

use crate::installation::{Installation, action, names_in};

#[test]
fn path_parameters_need_no_declaration() {
    let upload = action(
        "upload",
        "restParams=\"/input_stream/dir+\" preferredHttp=\"PUT\"",
        "<input_param name=\"auto_rename\" type=\"boolean\"/>",
    );
    let ordered = action(
        "copy",
        "restParams=\"/file/dest+\" preferredHttp=\"GET\"",
        "<input_param name=\"dest\" type=\"AJXP_NODE\" mandatory=\"true\"/>\
         <input_param name=\"force\" type=\"integer\"/>\
         <input_param name=\"file\" type=\"AJXP_NODE\"/>",
    );
    let download = action("download", "restParams=\"/file+\"", "<output type=\"stream\"/>");
    let none = action("stats", "restParams=\"\"", "<output type=\"json\"/>");
    let installation = Installation::of("a.b", &[upload, ordered, download, none].concat());
    assert_snapshot!(installation.picture("a.b", "a_b"));
}

#[test]
fn names_may_be_patterns_or_stand_for_anything() {
    let share = action(
        "share",
        "",
        "<input_param name=\"user_[n]\" type=\"string\"/>\
         <input_param name=\"file_0...N\" type=\"string\" mandatory=\"true\"/>\
         <input_param name=\"ANY\" type=\"ANY\"/>\
         <input_param name=\"PLUGINS_DATA\" type=\"FORM_DATA\" mandatory=\"true\"/>",
    );
    let path = action(
        "pick",
        "restParams=\"/user_[n]/files\"",
        "\
        <input_param name=\"user_[n]\" type=\"string\"/>\
        <input_param name=\"files\" type=\"AJXP_NODE[]\"/>",
    );
    assert_snapshot!(Installation::of("a.b", &(share + &path)).picture("a.b", "a_b"));
}

#[test]
fn types_are_many() {
    let params = "<input_param name=\"scope\" type=\"public|private\" mandatory=\"true\"/>\
        <input_param name=\"odd\" type=\"other|self|Other|a|a| |3d|A B|漢\"/>\
        <input_param name=\"on\" type=\"boolen\"/>\
        <input_param name=\"off\" type=\"boolean\" default=\"true\"/>\
        <input_param name=\"seed\" type=\"string\" default=\"-1\"/>\
        <input_param name=\"count\" type=\"integer\" default=\"25\"/>\
        <input_param name=\"node\" type=\"AJXP_NODE\"/>\
        <input_param name=\"nodes\" type=\"AJXP_NODE[]\"/>\
        <input_param name=\"data\" type=\"JSON\"/>\
        <input_param name=\"user\" type=\"AJXP_USER\"/>\
        <input_param name=\"untyped\"/>";
    assert_snapshot!(Installation::of("a.b", &action("all", "", params)).picture("a.b", "a_b"));
}

#[test]
fn responses_are_declared_in_many_ways() {
    let outputs = [
        "AJXP_NODE[]",
        "JSON",
        "application/json",
        "JSON|XML",
        "XML",
        "HTML",
        "stream",
        "json|jpg",
    ];
    let actions = outputs.iter().enumerate().map(|(index, output)| {
        action(&format!("a{index}"), "", &format!("<output type=\"{output}\"/>"))
    });
    let api = Installation::of("a.b", &actions.collect::<String>()).api();
    let answers = api.actions().map(|action| {
        format!("{}: {:?}", action.declared.output.as_deref().unwrap_or_default(), action.response)
    });
    assert_snapshot!(answers.collect::<Vec<_>>().join("\n"), @r"
    AJXP_NODE[]: Listing
    JSON: Json(Any)
    application/json: Json(Any)
    JSON|XML: Json(Any)
    XML: Xml
    HTML: Text
    stream: Bytes
    json|jpg: Undeclared
    ");
}

#[test]
fn the_callback_may_be_in_the_second_processing() {
    let action = "<action name=\"sharelist-load\">\
        <processing><clientCallback/></processing>\
        <processing><serverCallback methodName=\"load\" restParams=\"/type\"/></processing>\
        </action><action name=\"only_client\"><processing><clientCallback/></processing></action>";
    assert_snapshot!(Installation::of("a.b", action).picture("a.b", "a_b"));
}

#[test]
fn rights_are_said_in_words() {
    let rights = [
        "<rightsContext noUser=\"true\" userLogged=\"only\" read=\"true\" write=\"false\" adminOnly=\"false\"/>",
        "<rightsContext userLogged=\"hidden\" read=\"true\" write=\"true\"/>",
        "<rightsContext adminOnly=\"true\"/>",
        "<rightsContext write=\"true\" somethingNew=\"yes\"/>",
        "",
    ];
    let actions = rights.iter().enumerate().map(|(index, rights)| {
        format!(
            "<action name=\"a{index}\">{rights}<processing><serverCallback methodName=\"m\" \
             checkParams=\"true\"/></processing></action>"
        )
    });
    let installation = Installation::of("a.b", &actions.collect::<String>());
    assert_snapshot!(installation.picture("a.b", "a_b"));
}

#[test]
fn words_are_taken_from_comments_and_not_from_commented_out_actions() {
    let action = "<!-- <action name=\"gone\"><processing><serverCallback/></processing></action> -->\n\
        <action name=\"say\"><!-- inside --><gui text=\"1\"><![CDATA[ <action name=\"no\"/> ]]></gui>\n\
        <processing><serverCallback methodName=\"say\" developerComment=\"Says\n     it, in\tas many\n\
        words as 1 &lt; 2 &amp; [so] on: *always* <!-- not a comment\">\n</serverCallback></processing>\n\
        <!-- <input_param name=\"no\"/> --></action>";
    let action = action.replace("<!-- not a comment", "`x`");
    let bom = format!(
        "\u{feff}<?xml version=\"1.0\"?>\r\n<!-- before -->\r\n<ajxpdriver>\r\n\
         <registry_contributions><actions>{action}</actions></registry_contributions>\r\n\
         </ajxpdriver>\r\n<!-- after -->\r\n"
    );
    let installation = Installation::new().file("plugins/a.b/manifest.xml", bom);
    assert_snapshot!(installation.picture("a.b", "a_b"));
}

#[test]
fn names_become_rust() {
    let names = [
        "move",
        "reset-password",
        "encfs.cypher_folder",
        "scheduler_runAll",
        "3d",
        "get_x",
        "get-x",
        "GetX",
        "Option",
        "String",
        "crate",
        "union",
        "ls",
    ];
    let actions: String = names.iter().map(|name| action(name, "", "")).collect();
    let params =
        ["self", "type", "index", "request", "clone", "into_request", "Self", "a-b", "a_b", "rt"];
    let required = params.map(|name| format!("<input_param name=\"{name}\" mandatory=\"true\"/>"));
    let optional = params.map(|name| format!("<input_param name=\"{name}\"/>"));
    let taking =
        action("required", "", &required.concat()) + &action("optional", "", &optional.concat());
    let numbered = action(
        "numbered",
        "",
        "<input_param name=\"index[n]\"/><input_param name=\"request[n]\"/>",
    );
    let installation = Installation::of("a.b", &(actions + &taking + &numbered));
    assert_snapshot!(names_in(&installation.emit()["src/v1/a_b.rs"]));
}

#[test]
fn plugins_become_modules() {
    let installation = [
        "mailer.phpmailer-lite",
        "mailer_phpmailer.lite",
        "self.x",
        "pydio.runtime",
        "mod.x",
        "é.x",
    ]
    .iter()
    .fold(Installation::new(), |all, id| {
        all.plugin(id, &action("ls", &format!("restParams=\"/{id}\""), ""))
    });
    assert_snapshot!(installation.emit()["src/v1.rs"]);
}

#[test]
fn includes_take_every_published_form() {
    let forms = [
        ("all", "include=\"actions/*\""),
        ("empty_exclude", "include=\"actions/*,client_configs/*\" exclude=\"\""),
        ("one", "include=\"actions/action[@name='ls']\" exclude=\"actions/action[@name='rm']\""),
        ("union", "include=\"actions/action[@name='ls'] | actions/action[@name='rm']\""),
        (
            "tight_union",
            "include=\"actions/*\" exclude=\"actions/action[@name='ls']|actions/action[@name='rm']\"",
        ),
        (
            "list",
            "include=\"client_configs/*,actions/action[@name='ls'],actions/action[@name='ls']\"",
        ),
        ("interface", "include=\"client_configs/*\""),
        ("nested", "include=\"registry_contributions/actions/*\""),
        ("never", "include=\"registry_contributions/actions[id='audio_proxy']\""),
        ("unmatched", "include=\"actions/action[@name='login']\""),
        ("no_include", ""),
        ("here", "include=\"actions/*\" filename=\"./plugins//base/./actions.xml\""),
    ];
    let file = format!(
        "<registry_contributions><external_file filename=\"nowhere.xml\" include=\"actions/*\"/>\
         <actions><!-- --><other name=\"ls\"/>{}</actions><client_configs><x/></client_configs>\
         </registry_contributions>",
        ["ls", "mv", "rm"].map(|name| action(name, "restParams=\"/dir+\"", "")).concat()
    );
    let installation = forms.iter().fold(
        Installation::new().file("plugins/base/actions.xml", file),
        |all, (id, attributes)| {
            let filename = match attributes.contains("filename") {
                true => "",
                false => "filename=\"plugins/base/actions.xml\"",
            };
            all.manifest(&format!("x.{id}"), &format!("<external_file {filename} {attributes}/>"))
        },
    );
    let api = installation.api();
    let lines = api.plugins().map(|plugin| {
        let names: Vec<_> = api.members(plugin).map(|action| &*action.id).collect();
        format!("{}: {names:?}", plugin.id.trim_start_matches("x."))
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    all: ["ls", "mv", "rm"]
    empty_exclude: ["ls", "mv", "rm"]
    here: ["ls", "mv", "rm"]
    interface: []
    list: ["ls"]
    nested: []
    never: []
    no_include: []
    one: ["ls"]
    tight_union: ["mv"]
    union: ["ls", "rm"]
    unmatched: []
    "#);
}

#[test]
fn the_nested_form_reads_another_manifest() {
    let installation = Installation::of("base.x", &action("ls", "", ""))
        .manifest("user.x", "<external_file filename=\"plugins/base.x/manifest.xml\" include=\"registry_contributions/actions/*\"/>");
    assert_snapshot!(installation.emit()["src/v1/user_x.rs"]);
}

#[test]
fn own_actions_meet_included_ones() {
    let base = "<registry_contributions><actions>\
        <action name=\"mkdir\"><processing><serverCallback methodName=\"base\" restParams=\"/dir+\"/></processing></action>\
        <action name=\"ls\"><rightsContext read=\"true\"/><processing><serverCallback methodName=\"base\" \
            developerComment=\"Base.\"><input_param name=\"dir\" type=\"AJXP_NODE\"/></serverCallback></processing></action>\
        <action name=\"rm\"><processing><serverCallback methodName=\"base\"/></processing></action>\
        <action name=\"mv\"><processing><serverCallback methodName=\"base\"/></processing></action>\
        </actions></registry_contributions>";
    let include = "<external_file filename=\"plugins/base/actions.xml\" include=\"actions/*\"/>";
    let own = "<actions>\
        <action name=\"mkdir\" forbidOverride=\"true\"/>\
        <action name=\"ls\"><rightsContext write=\"true\"/><processing><serverCallback methodName=\"own\">\
            <input_param name=\"file\" mandatory=\"true\"/><output type=\"XML\"/></serverCallback></processing></action>\
        <action name=\"rm\"/>\
        <action name=\"touch\"><processing><serverCallback methodName=\"own\"/></processing></action>\
        </actions>";
    let installation = Installation::new()
        .file("plugins/base/actions.xml", base)
        .manifest("own.first", &format!("{own}{include}"))
        .manifest("own.last", &format!("{include}{own}"));
    let text = [("own.first", "own_first"), ("own.last", "own_last")]
        .map(|(id, module)| installation.picture(id, module));
    assert_snapshot!(text.join("\n\n=====\n\n"));
}

#[test]
fn a_shared_choice_keeps_out_of_the_way_of_own_names() {
    let include = "<external_file filename=\"plugins/%/manifest.xml\" include=\"registry_contributions/actions/*\"/>";
    let choice = |name| action(name, "", "<input_param name=\"mode\" type=\"a|b\"/>");
    let installation = Installation::new()
        .plugin("first.x", &choice("one"))
        .plugin("second.x", &choice("two"))
        .manifest(
            "user.x",
            &format!(
                "{}{}<actions>{}</actions>",
                include.replace('%', "first.x"),
                include.replace('%', "second.x"),
                action("mode", "", "")
            ),
        );
    assert_snapshot!(installation.emit()["src/v1/user_x.rs"]);
}

#[test]
fn a_path_beside_rest_params_is_not_reachable_over_rest() {
    let search = action(
        "search",
        "restPath=\"/query\" preferredHttp=\"GET\"",
        "<input_param name=\"query\"/>",
    );
    assert_snapshot!(
        Installation::of("index.elasticsearch", &search)
            .picture("index.elasticsearch", "index_elasticsearch")
    );
}

#[test]
fn plugins_without_actions_have_no_module() {
    let installation = Installation::new()
        .file(
            "plugins/core.x/manifest.xml",
            "<ajxpcore mixins=\"slug_provider\"><server_settings/></ajxpcore>",
        )
        .file("plugins/core.x/ajxp_mixins.xml", "<ajxp_mixins><slug_provider/></ajxp_mixins>")
        .file("plugins/no.manifest/readme.txt", "")
        .file("plugins/file.txt", "")
        .plugin("a.b", &action("ls", "", ""));
    let api = installation.api();
    assert_eq!(api.plugins().map(|plugin| &*plugin.id).collect::<Vec<_>>(), ["a.b", "core.x"]);
    let files = installation.emit();
    let paths: Vec<_> = files.keys().collect();
    let expected = ["api.json", "rustfmt.toml", "src/lib.rs", "src/v1.rs", "src/v1/a_b.rs"];
    assert_eq!(paths, expected);
}

#[test]
fn the_root_element_may_have_any_name() {
    let roots = [
        "ajxp_plugin",
        "ajxpcore",
        "ajxpdriver",
        "authdriver",
        "confdriver",
        "editor",
        "guidriver",
        "indexer",
        "logdriver",
        "meta",
        "metastore",
        "uploader",
        "notify",
        "x-anything",
    ];
    let installation = roots.iter().fold(Installation::new(), |all, root| {
        let xmlns = "xmlns:xsi=\"urn:y\"";
        let text = format!(
            "<{root} {xmlns}><registry_contributions><actions>{}</actions></registry_contributions></{root}>",
            action("ls", "", "")
        );
        all.file(&format!("plugins/{root}.x/manifest.xml"), text)
    });
    assert_eq!(installation.api().groups.len(), 14);
    assert_eq!(installation.api().endpoints.len(), 1);
}
