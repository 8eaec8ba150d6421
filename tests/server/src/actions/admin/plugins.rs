//! Administration of plugins and of the server itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{super::html, Answer, Call, document, done, xml};
use crate::{
    actions::{Outcome, error, json, plain, success},
    cache::Cache,
    catalog,
    element::Element,
    envelope::{Envelope, json_reply, xml_reply},
    people::User,
    php::json_encode,
    reply::Reply,
    workspaces::Workspace,
};

pub(super) fn get_version_info(call: Call<'_>) -> Answer {
    let version = call.world.settings.version.dialect().number;
    json(json!({"version": version, "versionDate": "2020-02-11"}).to_string())
}

pub(super) fn clear_cache(call: Call<'_>) -> Answer {
    if call.text("namespace") == Some("shared")
        && let Some(cache) = &mut call.world.people.cache
    {
        *cache = Cache::default();
    }
    let result = r#"{"result":"ok"}"#;
    match call.dialect().has_old_administration {
        true => Ok(Outcome::Reply(Reply::new(200, "text/json; charset=UTF-8", result))),
        false => json(result),
    }
}

/// Returns the rights of all users: as CSV, as JSON, or as XML, which cannot hold them.
pub(super) fn export_acl_list(call: Call<'_>) -> Answer {
    let named = |workspace: &Workspace| format!("{}[{}]", workspace.slug, workspace.label);
    let users = call.world.people.users.values();
    let rights = |user: &User| {
        let all = call.world.workspaces.all();
        all.map(|one| (named(one), call.world.people.right(user, one))).collect::<Vec<_>>()
    };
    if call.text("format") == Some("csv") {
        let head = call.world.workspaces.all().map(|one| format!(",{}", named(one)));
        let line = |user: &User| {
            let cells = rights(user).into_iter().map(|(_, right)| format!(",{right},"));
            let line = format!("{},{}", user.login, cells.collect::<String>());
            format!("{}\r\n", line.trim_end_matches(','))
        };
        return html(format!(
            "{}\r\n{}",
            head.collect::<String>(),
            users.map(line).collect::<String>()
        ));
    }
    if !call.asks_json() {
        return Ok(Envelope::default().into());
    }
    let entry = |user: &User| {
        let rights = rights(user).into_iter().filter(|(_, right)| !right.is_empty());
        json!({ &user.login: rights.collect::<BTreeMap<_, _>>() })
    };
    Ok(Outcome::Reply(json_reply(json_encode(&users.map(entry).collect()))))
}

pub(super) fn generate_api_docs(_: Call<'_>) -> Answer {
    let text = "Please switch the server to debug mode to use this API.";
    html(text)
}

/// Methods of plugins that administrators can run, with the plugin and the result.
static METHODS: [(&str, &str, &str); 2] = [
    ("core.mq", "getWorkerStatus", "OFF"),
    ("feed.sql", "installSQLTables", "ERROR!, DB driver  not supported yet in __FUNCTION__"),
];

/// Runs a method of a plugin; few have one that takes these arguments.
pub(super) fn run_plugin_action(call: Call<'_>) -> Answer {
    let plugin = call.text("action_plugin_id").unwrap_or_default();
    let method = call.text("action_plugin_method").unwrap_or_default();
    let found = METHODS.iter().find(|(id, name, _)| (*id, *name) == (plugin, method));
    match found {
        Some((.., result)) => plain(*result),
        None if (plugin, method) == ("core.mailer", "sendMail") => error(format!(
            "Argument 1 passed to {method}() must implement ContextInterface, array given"
        )),
        None if catalog::has_plugin(call.world.settings.version, plugin) => {
            let text = format!("ERROR: Plugin {plugin} does not implement {method} method!");
            match call.dialect().has_old_administration {
                true => html(text),
                false => plain(text),
            }
        }
        None => error(format!("Cannot find plugin {plugin}")),
    }
}

/// Empties the caches.
pub(super) fn clear_plugins_cache(_: Call<'_>) -> Answer {
    done("Plugins cache files were deleted succesfully!", [""])
}

/// Stores settings of a plugin, which this server does not read.
pub(super) fn edit_plugin_options(_: Call<'_>) -> Answer {
    success("Plugin options successfully updated")
}

/// Returns the settings of every plugin, of which only the switch of each is bundled.
pub(super) fn list_all_plugins_parameters(call: Call<'_>) -> Answer {
    let mut list = json!({});
    for (plugin, ..) in catalog::all(call.world.settings.version) {
        list[plugin] = json!([{
            "parameter": "AJXP_PLUGIN_ENABLED",
            "label": "Enabled",
            "attributes": {"name": "AJXP_PLUGIN_ENABLED", "type": "boolean", "label": "Enabled"},
        }]);
    }
    json(json_encode(&json!({"LIST": list, "HAS_GROUPS": true})))
}

/// Log queries, and whether the result is a number rather than a chart.
static QUERIES: [(&str, &str, bool); 9] = [
    ("cumulated_users", "Users", true),
    ("cumulated_uploads", "# Files Uploaded", true),
    ("cumulated_downloads", "# Files Downloaded", true),
    ("cumulated_shares", "# Files Shared", true),
    ("api_cumulated_logins", "# Connections", true),
    ("uploads_per_day", "Uploads", false),
    ("downloads_per_day", "Downloads", false),
    ("sharedfiles_per_day", "Shares", false),
    ("unique_users_per_day", "Connections", false),
];

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
        let mut entry = json!({"action": action, "label": ""});
        let is_old = call.dialect().has_old_administration;
        if !is_old {
            entry["server_processing"] = true.into();
        }
        if !parameters.is_empty() && !is_old {
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
pub(super) fn get_drivers_definition(call: Call<'_>) -> Answer {
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
    document(&call, &Element::new("drivers").attribute("allowed", "true").child(driver))
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
    document(&call, &Element::new("repository_templates").children(templates))
}

/// Returns the form for editing parameters.
pub(super) fn parameters_to_form_definitions(call: Call<'_>) -> Answer {
    let text = call.text("json_parameters").unwrap_or_default();
    let scopes = match serde_json::from_str(text) {
        Ok(Value::Object(scopes)) => scopes,
        // The error comes within a document that has begun.
        _ if call.dialect().has_old_administration => {
            return Ok(Outcome::Reply(xml_reply(
                "<standard_form ><repoScope id='0'><message type=\"ERROR\">Invalid argument \
                 supplied for foreach()</message></tree>",
            )));
        }
        _ => return error("Invalid argument supplied for foreach()"),
    };
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
