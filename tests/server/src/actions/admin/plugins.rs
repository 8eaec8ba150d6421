//! Administration of plugins and of the server itself.

use serde_json::{Value, json};

use super::{Answer, Call, xml};
use crate::{
    actions::{Outcome, error, json, plain},
    cache::Cache,
    catalog,
    element::Element,
    envelope::Envelope,
    php::json_encode,
    reply::Reply,
};

pub(super) fn get_version_info(call: Call<'_>) -> Answer {
    let version = call.world.settings.version.number();
    json(json!({"version": version, "versionDate": "2020-02-11"}).to_string())
}

pub(super) fn clear_cache(call: Call<'_>) -> Answer {
    if call.text("namespace") == Some("shared")
        && let Some(cache) = &mut call.world.people.cache
    {
        *cache = Cache::default();
    }
    json(r#"{"result":"ok"}"#)
}

pub(super) fn export_acl_list(_: Call<'_>) -> Answer {
    Ok(Envelope::default().into())
}

pub(super) fn generate_api_docs(_: Call<'_>) -> Answer {
    let text = "Please switch the server to debug mode to use this API.";
    Ok(Outcome::Reply(Reply::new(200, "text/html; charset=UTF-8", text)))
}

/// Actions of plugins cannot be run over the API.
pub(super) fn run_plugin_action(call: Call<'_>) -> Answer {
    let method = call.text("action_plugin_method").unwrap_or_default();
    error(format!("Argument 1 passed to {method}() must implement ContextInterface, array given"))
}

/// Log queries, and whether the result is a number rather than a chart.
static QUERIES: [(&str, &str, bool); 2] =
    [("cumulated_users", "Users", true), ("uploads_per_day", "Uploads", false)];

pub(super) fn analytic_list_queries(_: Call<'_>) -> Answer {
    let separator = json!({"SEPARATOR": true, "LABEL": "Figures"});
    let queries = QUERIES.iter().map(|(name, label, is_figure)| {
        let mut query = json!({"NAME": name, "LABEL": label, "SQL": "SELECT 0"});
        match is_figure {
            true => query["FIGURE"] = "total".into(),
            false => {
                query["AXIS"] = json!({"x": "Date", "y": "total", "order": "asc"});
                query["DIAGRAM"] = "line".into();
            }
        }
        query
    });
    json(json_encode(&std::iter::once(separator).chain(queries).collect()))
}

pub(super) fn analytic_query(call: Call<'_>) -> Answer {
    let name = call.text("query_name").unwrap_or_default();
    let Some((_, label, is_figure)) = QUERIES.iter().find(|(known, ..)| *known == name) else {
        return error(format!("Cannot find query {name}"));
    };
    let count: i64 = call.text("count").and_then(|count| count.parse().ok()).unwrap_or(30);
    let start: i64 = call.text("start").and_then(|start| start.parse().ok()).unwrap_or(0);
    let (data, meta) = match is_figure {
        true => (json!([{"total": call.world.people.users.len()}]), json!([])),
        false => {
            let axis = json!({"x": "Date", "y": label, "order": "Date_sortable"});
            let query = json!({"NAME": name, "LABEL": label, "AXIS": axis, "DIAGRAM": "bar"});
            (
                json!([{"Date": "January, 1st 2026", "Date_sortable": 1767225600}]),
                json!({ name: query }),
            )
        }
    };
    let next = json!({"rel": "next", "cursor": start + count, "count": count});
    json(json_encode(&json!({"links": [next], "data": data, "meta": meta})))
}

/// Returns all actions that the manifests declare.
pub(super) fn list_all_plugins_actions(call: Call<'_>) -> Answer {
    let mut list = json!({});
    for (plugin, action, parameters) in catalog::all(call.world.settings.version) {
        let mut entry = json!({"action": action, "label": "", "server_processing": true});
        if !parameters.is_empty() {
            let parameters = parameters
                .iter()
                .map(|[name, kind]| json!({"type": kind, "name": name, "description": ""}));
            entry["parameters"] = parameters.collect();
        }
        match &mut list[plugin] {
            Value::Array(entries) => entries.push(entry),
            other => *other = json!([entry]),
        }
    }
    json(json_encode(&json!({"LIST": list, "HAS_GROUPS": true})))
}

/// Returns the manifest of a plugin, of which only the id is bundled.
pub(super) fn get_plugin_manifest(call: Call<'_>) -> Answer {
    let id = call.text("plugin_id").unwrap_or_default();
    let data = Element::new("admin_data").child(Element::new("plugin").attribute("id", id));
    Ok(Outcome::Reply(Reply::new(200, "text/xml;charset=UTF-8", data.xml())))
}

/// Returns the settings of the only driver that workspaces can be created with.
pub(super) fn get_drivers_definition(_: Call<'_>) -> Answer {
    let path = Element::new("param").attributes(&[
        ("name", "PATH"),
        ("type", "string"),
        ("label", "Path"),
        ("description", "The folder on the server"),
        ("mandatory", "true"),
    ]);
    let driver = Element::new("ajxpdriver")
        .attributes(&[("name", "fs"), ("label", "File System (Standard)")])
        .child(path);
    xml(&Element::new("drivers").attribute("allowed", "true").child(driver))
}

pub(super) fn get_templates_definition(call: Call<'_>) -> Answer {
    let templates = call.world.workspaces.all().filter(|workspace| workspace.is_template);
    let templates = templates.map(|workspace| {
        let options = ["CREATION_TIME", "CREATE", "RECYCLE_BIN", "META_SOURCES"];
        Element::new("template")
            .attribute("repository_id", &workspace.id)
            .attribute("repository_label", &workspace.label)
            .attribute("repository_type", workspace.driver.name())
            .children(options.map(|name| Element::new("option").attribute("name", name)))
    });
    xml(&Element::new("repository_templates").children(templates))
}

/// Returns the form for editing parameters.
pub(super) fn parameters_to_form_definitions(call: Call<'_>) -> Answer {
    let text = call.text("json_parameters").unwrap_or_default();
    let Ok(Value::Object(scopes)) = serde_json::from_str(text) else { return plain("") };
    let scopes = scopes.iter().map(|(scope, plugins)| {
        let plugins = plugins.as_object().into_iter().flatten();
        let parameters = plugins.flat_map(|(plugin, fields)| {
            let fields = fields.as_object().into_iter().flatten();
            fields.map(move |(name, value)| {
                let value = value.as_str().unwrap_or_default();
                Element::new("param").attributes(&[
                    ("name", name),
                    ("scope", "user"),
                    ("description", name),
                    ("label", name),
                    ("type", "string"),
                    ("expose", "true"),
                    ("editable", "true"),
                    ("group", plugin),
                    ("default", value),
                ])
            })
        });
        Element::new("repoScope").attribute("id", scope).children(parameters)
    });
    xml(&Element::new("standard_form").children(scopes))
}
