//! The explanations of actions and operations.

use std::path::Path;

use insta::assert_snapshot;
use pydio_codegen::{
    explain::{explain_all, human},
    ir::EndpointKind,
    pipeline::{self, Request},
};
use serde_json::Value;

use crate::cli::Place;

/// Returns an installation with an action for every access method, and corrections for some of
/// them.
fn place() -> Place {
    let place = Place::new();
    place.write(
        "pydio/plugins/access.fs/manifest.xml",
        r#"<ajxpdriver><registry_contributions><actions>
  <action name="delete"><processing><serverCallback methodName="m" restParams="/nodes+">
    <input_param name="nodes" type="AJXP_NODE[]" mandatory="true"/>
    <input_param name="force" type="boolean"/>
    <input_param name="label" type="string" default="a b"/>
  </serverCallback></processing></action>
  <action name="download"><processing><serverCallback methodName="m" restParams="/file+">
    <output type="stream"/>
  </serverCallback></processing></action>
  <action name="only_shown"><processing><clientCallback/></processing></action>
</actions></registry_contributions></ajxpdriver>"#,
    );
    place.write(
        "pydio/plugins/access.ftp/manifest.xml",
        r#"<ajxpdriver><registry_contributions>
  <external_file filename="plugins/access.fs/manifest.xml" include="registry_contributions/actions/action[@name='download']"/>
  <actions><action name="delete"><processing><serverCallback methodName="m"/></processing></action></actions>
</registry_contributions></ajxpdriver>"#,
    );
    place.write("pydio/openapi.json", SPEC);
    place.write("c.yaml", CORRECTIONS);
    place.write("o.yaml", OVERLAY);
    place
}

const SPEC: &str = r##"{"swagger": "2.0", "info": {"title": "t", "version": "1"}, "basePath": "/api/v2",
 "paths": {"/fs/{path}": {"post": {"operationId": "makeNode", "tags": ["File"], "x-pydio-action": "delete",
   "parameters": [
     {"name": "path", "in": "path", "required": true, "type": "string"},
     {"name": "recursive", "in": "query", "type": "string"},
     {"name": "X-Part", "in": "header", "required": true, "type": "integer"},
     {"name": "content", "in": "formData", "required": true, "type": "string"}],
   "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Node"}}}}}},
 "definitions": {"Node": {"type": "object", "properties": {"id": {"type": "string"}}}}}"##;

const OVERLAY: &str = "\
overlay: 1.0.0
info: {title: t, version: '1'}
actions:
  - target: $.paths['/fs/{path}'].post.parameters[?@.name=='recursive']
    description: Only true counts.
    update: {x-pydio-flag: true}
    x-evidence: v2/a.json
  - target: $.paths['/fs/{path}'].post
    description: The path spans slashes.
    update: {x-pydio-path: '/fs/{path+}'}
    x-evidence: v2/a.json
  - target: $.definitions.Node.properties
    description: Nodes have a size.
    update: {size: {type: integer}}
    x-evidence: v2/b.json
";

const CORRECTIONS: &str = "\
corrections: 1
title: Mine
actions:
  - action: delete
    plugin: access.fs
    versions: '>=8'
    evidence: v1/ops/delete_file_0.json
    description: The path is plain text.
    change: { rest_params: '/', answer: envelope }
    params:
      remove: [nodes]
      add: [{ name: file, type: selection, required: true }]
  - action: download
    versions: '>=8'
    evidence: seen
    description: It does no harm.
    change: { repeatable: true }
";

fn explained(name: &str) -> String {
    place().done(&format!("explain {name} --pydio pydio --corrections c.yaml --corrections o.yaml"))
}

#[test]
fn an_action_of_several_plugins() {
    assert_snapshot!(explained("delete"));
}

#[test]
fn an_action_as_a_plugin_has_it() {
    assert_snapshot!(explained("access.ftp/download"));
}

#[test]
fn an_operation() {
    assert_snapshot!(explained("makeNode"));
}

#[test]
fn as_json() {
    let out = explained("access.fs/delete --format json");
    let value: Value = serde_json::from_str(&out).expect("JSON");
    assert_snapshot!(serde_json::to_string_pretty(&value).expect("JSON"));
}

#[test]
fn what_is_not_there_is_asked_after() {
    let place = place();
    let names = ["delte", "acces.fs/delete", "share/delete", "makenode", "only_shown", "nothing"];
    let said = names.map(|name| place.failed(&format!("explain {name} --pydio pydio")));
    assert_snapshot!(said.join("=====\n"));
}

/// Compiles separately: the examples of the newest bundle are compiled by another test.
#[test]
fn everything_in_an_older_bundle_has_an_example() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let request = Request { version: Some("7.0.4".to_owned()), from, ..Request::default() };
    let input = pipeline::read(&request).expect("the bundle");
    let api = input.api().expect("corrections that fit");
    let all = explain_all(&input).expect("corrections that fit");
    assert_eq!(all.len(), api.endpoints.len());
    for one in &all {
        let function = format!("async fn example() {{ {} }}", one.rust);
        assert!(syn::parse_str::<syn::ItemFn>(&function).is_ok(), "{}", one.rust);
        assert_eq!(one.rest.is_some(), one.really.address.is_some(), "{}", one.name);
        if let Some(message) = &one.rest {
            let is_spelt = message.url.bytes().all(|byte| byte.is_ascii_graphic());
            assert!(is_spelt && message.url.starts_with("/api/"), "{}", message.url);
        }
        let is_action = one.kind == EndpointKind::Action;
        if let (true, Some(address), Some(message)) = (is_action, &one.really.address, &one.rest) {
            let called = message.url.split(['/', '?']).nth(3);
            assert_eq!(address.split('/').nth(3), called, "{}", one.name);
        }
        assert_eq!((one.session.is_some(), one.command_line.is_some()), (is_action, is_action));
    }
    let text = human(&all);
    let mut lines = all.iter().flat_map(|one| one.rust.lines());
    assert!(lines.all(|line| text.contains(line)));
}
