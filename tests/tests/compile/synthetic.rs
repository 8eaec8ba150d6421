//! An installation that combines every known quirk of manifests, and some new ones.

use std::{fs, path::Path};

/// Writes the installation.
pub(crate) fn write(root: &Path) {
    for (plugin, manifest) in [
        ("access.quirks", QUIRKS),
        ("access.more-quirks", MORE),
        ("access.more_quirks", MORE),
        ("core.self", SHARED),
        ("pydio_runtime", SHARED),
        ("v1", NOTHING),
        ("access.chosen", CHOSEN),
    ] {
        let directory = root.join("plugins").join(plugin);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("manifest.xml"), manifest).unwrap();
    }
    fs::write(root.join("plugins/access.quirks/included.xml"), INCLUDED).unwrap();
    fs::write(root.join("plugins/access.chosen/base.xml"), BASE).unwrap();
    fs::write(root.join("openapi.json"), SPEC).unwrap();
}

/// Names: keywords, quotes, collisions with each other and with names that the bindings use.
const QUIRKS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- A comment before the root. -->
<ajxpdriver name="quirks" label="CONF_MESSAGE[Quirks]" description="CONF_MESSAGE[*/ &lt;b&gt; `tick [link](x) [`Broken`] &amp;amp;]">
  <registry_contributions>
    <external_file filename="plugins/access.quirks/included.xml" include="actions/*" exclude="actions/action[@name='dropped']"/>
    <actions>
      <!-- <action name="commented"><processing><serverCallback methodName="x"/></processing></action> -->
      <action name="move"><processing><serverCallback methodName="run" restParams="/type/self/crate+">
        <input_param name="type" type="string" mandatory="true" description="A [link], a &lt;tag&gt;, a *star_ and a `tick"/>
        <input_param name="self" type="integer" mandatory="true"/>
        <input_param name="crate" type="AJXP_NODE" mandatory="true"/>
        <input_param name="fn" type="boolean"/>
        <input_param name="async" type="boolean" default="true"/>
        <input_param name="request" type="string"/>
        <input_param name="into_request" type="string"/>
        <input_param name="rt" type="JSON"/>
        <input_param name="_" type="string"/>
        <input_param name="2fa" type="string" default="&quot;\"/>
      </serverCallback></processing></action>
      <action name="self"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="a_b"><processing><serverCallback methodName="one" restParams="/file+"/></processing></action>
      <action name="a-b"><processing><serverCallback methodName="two" restParams="/file+"/></processing></action>
      <action name="aB"><processing><serverCallback methodName="three" restParams="/file+"/></processing></action>
      <action name="a.b"><processing><serverCallback methodName="four"/></processing></action>
      <action name="9lives"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="h&#233;t&#233;rog&#232;ne"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="say &quot;hi&quot;\n"><processing><serverCallback methodName="quo&quot;te" restParams="/a&quot;b/c\d+">
        <input_param name="with &quot;quotes&quot;" type="string" mandatory="true" description="&quot;quoted&quot; \ and */ and &#123;&#125;"/>
        <input_param name="with-dash" type="string"/>
        <input_param name="with_dash" type="string"/>
        <input_param name="withDash" type="string"/>
      </serverCallback></processing></action>
      <action name="string"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="option"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="into"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="Some"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="clone"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="debug"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="call"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="request"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="erased"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
      <action name="client_only"><gui text="1" title="1"/><processing><clientCallback>x();</clientCallback></processing></action>
    </actions>
  </registry_contributions>
</ajxpdriver>
"#;

/// Parameters: many, enumerated, numbered, open.
const INCLUDED: &str = r#"<registry_contributions>
  <actions>
    <action name="dropped"><processing><serverCallback methodName="run" restParams="/"/></processing></action>
    <action name="many">
      <rightsContext adminOnly="true" read="true" write="false" userLogged="only" noUser="hidden" odd="&quot;"/>
      <processing><serverCallback methodName="many" restParams="/one/two/three+" preferredHttp="PUT" checkParams="true"
          developerComment="Takes

            a lot: &lt;script&gt; [x](http://example.org/a_b) http://bare.example.org/?a=1&amp;b=2 #[deny] //! // ``` and &#8220;more&#8221;.">
        <input_param name="one" type="string" mandatory="true"/>
        <input_param name="two" type="integer" mandatory="true"/>
        <input_param name="three" type="AJXP_NODE" mandatory="true"/>
        <input_param name="four" type="AJXP_NODE[]" mandatory="true"/>
        <input_param name="five" type="boolean" mandatory="true"/>
        <input_param name="six" type="JSON" mandatory="true"/>
        <input_param name="seven" type="a|b" mandatory="true"/>
        <input_param name="eight" type="ANY" mandatory="true"/>
        <input_param name="nine" type="FORM_DATA" mandatory="true"/>
        <input_param name="ten_[n]" type="string" mandatory="true"/>
        <input_param name="eleven" type="no such type" mandatory="true"/>
        <input_param name="twelve" type="" mandatory="true"/>
        <output type="JSON|XML"/>
      </serverCallback></processing>
    </action>
    <action name="choices"><processing><serverCallback methodName="choices" restParams="/other">
      <input_param name="other" type="other|Other|self|Self|2d|3-d|a b| |&#233;t&#233;|&quot;|+|-" mandatory="true" default="&quot;"/>
      <input_param name="choice" type="public|private|Public" default="none|of|these"/>
      <input_param name="choices" type="x|y"/>
      <output type="AJXP_NODE[]"/>
    </serverCallback></processing></action>
    <action name="choice"><processing><serverCallback methodName="choice" restParams="/">
      <input_param name="choice" type="public|private"/>
      <input_param name="call" type="on|off"/>
      <output type="stream"/>
    </serverCallback></processing></action>
    <action name="numbered"><processing><serverCallback methodName="numbered" restParams="/">
      <input_param name="user_[n]" type="string"/>
      <input_param name="user" type="string"/>
      <input_param name="right_read_[n]" type="boolean"/>
      <input_param name="file_0...N" type="AJXP_NODE"/>
      <input_param name="fields" type="FORM_DATA"/>
      <input_param name="ANY" type="ANY"/>
      <output type="XML"/>
    </serverCallback></processing></action>
    <action name="twice"><processing><clientCallback>x();</clientCallback></processing><processing><serverCallback methodName="twice" restParams="/"><output type="HTML"/></serverCallback></processing></action>
    <action name="misnamed"><processing><serverCallback methodName="misnamed" restParams="/"><input_param name="stream" type="boolen"/><output type="json|jpg"/></serverCallback></processing></action>
    <action name="no-rest"><processing><serverCallback methodName="no" developerComment="Not over REST."/></processing></action>
  </actions>
</registry_contributions>
"#;

/// Two plugins whose ids map to one Rust name, an inclusion, and an erased action.
const MORE: &str = r#"<ajxp_plugin id="not.this" label="More">
  <registry_contributions>
    <external_file filename="plugins/access.quirks/included.xml" include="actions/*"/>
    <actions>
      <action name="choices" forbidOverride="true"/>
      <action name="own-one"><processing><serverCallback methodName="own" restParams="/"/></processing></action>
    </actions>
  </registry_contributions>
</ajxp_plugin>
"#;

/// The same action in two plugins whose ids are names that the bindings use.
const SHARED: &str = r#"<ajxpcore label="Shared"><registry_contributions><actions>
  <action name="shared"><processing><serverCallback methodName="shared" restParams="/"><input_param name="mode" type="fast|slow" mandatory="true"/></serverCallback></processing></action>
</actions></registry_contributions></ajxpcore>
"#;

/// A manifest without actions.
const NOTHING: &str = "<editor/>\n";

/// A byte order mark, and selections in every supported form, some of which select nothing.
const CHOSEN: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
<meta id=\"\"><registry_contributions>\r\n\
<external_file filename=\"plugins/access.chosen/base.xml\" include=\"actions/action[@name='ls'] | \
actions/action[@name='both'],client_configs/*,registry_contributions/hooks/*\" exclude=\"\"/>\r\n\
<external_file filename=\"plugins/access.chosen/base.xml\" include=\"actions/action[@name='types']|\
actions/action[@name='unreached']\" exclude=\"actions/action[@name='x']|registry_contributions/actions[id='never']\"/>\r\n\
<external_file filename=\"plugins/access.chosen/base.xml\" include=\"actions/action[@name='absent']\"/>\r\n\
<actions><action name=\"both\"><processing><serverCallback methodName=\"own\" restParams=\"/mine\"/>\
</processing></action></actions></registry_contributions></meta>\r\n";

/// The source of the selections: rare types, and an action that looks available over REST but is
/// not.
const BASE: &str = r#"<driver>
  <actions>
    <action name="ls"><gui text="1"><![CDATA[ <action name="no"/> ]]></gui><processing>
      <clientCallback><![CDATA[ if (a && b < c) { x("]>"); } ]]></clientCallback>
      <serverCallback methodName="list" restParams="/input_stream/dir+" preferredHttp="GET"><output type="AJXP_NODE[]"/></serverCallback>
    </processing><post_processing><serverCallback methodName="later"/></post_processing></action>
    <action name="both"><processing><serverCallback methodName="theirs" restParams="/theirs"/></processing></action>
    <action name="types"><processing><serverCallback methodName="types" restParams="/path+">
      <input_param name="path" type="path" mandatory="true"/>
      <input_param name="text" type="String" default=""/>
      <input_param name="pass_seed" type="string" default="-1"/>
      <input_param name="workspace" type="AJXP_REPOSITORY" mandatory="true"/>
      <input_param name="role" type="AJXP_ROLE"/>
      <input_param name="user" type="AJXP_USER"/>
      <input_param name="kind" type="file|repository" mandatory="true"/>
      <input_param name="sub_action" type="delegate_repo|create_minisite|public_link"/>
      <input_param name="count" type="integer" default="ten"/>
      <output type="application/json"/>
    </serverCallback></processing></action>
    <action name="unreached"><processing><serverCallback methodName="no" restPath="/query"><output type="nothing known"/></serverCallback></processing></action>
    <action name="left"><processing><serverCallback methodName="no"/></processing></action>
  </actions>
</driver>
"#;

/// A spec with the irregularities of the v2 API's spec, and names that collide with actions.
const SPEC: &str = r##"{
  "swagger": "2.0",
  "info": { "title": "Odd */ \"[spec]\"", "version": "2" },
  "basePath": "/api/v2",
  "paths": {
    "/odd/{path}": {
      "parameters": [{ "$ref": "#/parameters/path" }],
      "get": {
        "operationId": "move", "tags": ["access_quirks"], "description": "Takes <b> `fields` [of a] form.",
        "parameters": [
          { "name": "meta", "in": "formData", "type": "array", "items": { "type": "string" }, "collectionFormat": "multi", "required": true, "default": "standard" },
          { "name": "type", "in": "query", "type": "string", "enum": ["a", "", "self", "A"] }
        ],
        "responses": { "200": { "description": "Nodes", "schema": { "$ref": "#/definitions/Leaf" } } }
      },
      "patch": {
        "operationId": "self", "tags": ["access_quirks"],
        "parameters": [{ "name": "body", "in": "body", "schema": { "type": "object", "properties": {} } }],
        "responses": { "200": { "description": "Whatever", "schema": { "type": "object", "properties": { "@context": { "type": "string" }, "context": { "type": "string" } } } } }
      }
    },
    "/raw/{path}": {
      "parameters": [{ "$ref": "#/parameters/path" }],
      "get": { "operationId": "request", "tags": ["io"], "responses": { "200": { "description": "Bytes", "schema": { "type": "file" } } } },
      "put": {
        "operationId": "put", "tags": ["io"], "consumes": ["application/octet-stream"],
        "parameters": [{ "name": "stream", "in": "body", "schema": { "type": "string", "format": "binary" } }, { "name": "X-Odd-Header", "in": "header", "type": "boolean" }],
        "responses": { "200": { "description": "Done", "examples": { "plain": "x" } } }
      }
    }
  },
  "parameters": { "path": { "name": "path", "in": "path", "type": "string", "required": true } },
  "definitions": {
    "Leaf": { "properties": { "children": { "$ref": "#/definitions/Leaves" }, "type": { "type": "string", "enum": ["leaf", "collection"], "default": "leaf" }, "size": { "type": "string", "format": "int64" } } },
    "Leaves": { "type": "object", "additionalProperties": { "$ref": "#/definitions/Leaf" } },
    "odd-tuple": { "type": "array", "items": { "type": "string" } },
    "inline_response_200": { "type": "object", "properties": { "self": { "type": "boolean" }, "2nd": { "type": "integer" } } }
  }
}
"##;
