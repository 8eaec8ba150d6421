//! Workspaces and their features.

use serde_json::{Map, Value, json};

use super::{Answer, Call, done, error, people::options, xml};
use crate::{
    actions::{Outcome, facts::users_of, json, success},
    element::Element,
    envelope::{Envelope, Format, json_reply},
    php::{json_encode, json_text},
    workspaces::{DESCRIPTION, Driver, USUAL_FEATURES, Workspace, slug},
};

const CREATED: &str = "Successfully created workspace! You can now add some 'Metadata Sources' to \
                       enrich the data, add automatic indexation, etc";

/// Features that workspaces can have.
const FEATURES: [&str; 16] = [
    "index.elasticsearch",
    "index.lucene",
    "meta.comments",
    "meta.exif",
    "meta.filehasher",
    "meta.git",
    "meta.mount",
    "meta.quota",
    "meta.simple_lock",
    "meta.svn",
    "meta.syncable",
    "meta.user",
    "meta.watch",
    "metastore.s3",
    "metastore.serial",
    "metastore.xattr",
];

/// Creates a workspace from `json_data` or from the fields of a form, in the v1 format.
pub(super) fn create_repository(call: Call<'_>) -> Answer {
    // Over REST the path always has `json_data`, even if it is empty.
    let data = match (call.parameters.raw("json_data"), call.text("DISPLAY")) {
        (Some(text), _) => serde_json::from_str::<Value>(text).ok(),
        (None, Some(label)) => {
            let options: Map<String, Value> =
                options(&call).into_iter().map(|(name, value)| (name, value.into())).collect();
            Some(json!({"DISPLAY": label, "DRIVER_OPTIONS": options}))
        }
        (None, None) => None,
    };
    let Some(Value::Object(data)) = data else {
        return error("array_key_exists() expects parameter 2 to be array, null given");
    };
    let options = data.get("DRIVER_OPTIONS").and_then(Value::as_object).cloned();
    let options = options.unwrap_or_default();
    let label = data.get("DISPLAY").and_then(Value::as_str).unwrap_or("Workspace");
    let wanted = options.get("AJXP_SLUG").and_then(Value::as_str).map(str::to_owned);
    let features = USUAL_FEATURES.iter().map(|id| ((*id).to_owned(), json!({}))).collect();
    let id = add(call.world, label, wanted, options, features);
    if let Some(workspace) = call.world.workspaces.by_id_mut(&id) {
        workspace.is_template = call.parameters.has("sf_checkboxes_active");
    }
    done(CREATED, [&*id])
}

/// Creates a workspace from `payload`, in the v2 format.
pub(super) fn post_repository(call: Call<'_>) -> Answer {
    let Some(payload) = payload(&call) else { return error("Invalid JSON !!") };
    let map = |name: &str| payload.get(name).and_then(Value::as_object).cloned();
    let label = payload.get("display").and_then(Value::as_str).unwrap_or("Workspace");
    let wanted = payload.get("slug").and_then(Value::as_str).map(str::to_owned);
    let parameters = map("parameters").unwrap_or_default();
    let features = map("features").unwrap_or_default();
    let id = add(call.world, label, wanted, parameters, features);
    let is_database = payload.get("accessType").and_then(Value::as_str) == Some("mysql");
    if let Some(workspace) = call.world.workspaces.by_id_mut(&id).filter(|_| is_database) {
        workspace.driver = Driver::Tables;
    }
    done(CREATED, [&*id])
}

fn payload(call: &Call<'_>) -> Option<Map<String, Value>> {
    let payload = serde_json::from_str::<Value>(call.text("payload")?).ok()?;
    payload.as_object().cloned()
}

fn add(
    world: &mut crate::world::World,
    label: &str,
    wanted: Option<String>,
    mut parameters: Map<String, Value>,
    features: Map<String, Value>,
) -> String {
    let id = world.ids.hex(32);
    parameters.insert("CREATION_TIME".to_owned(), world.clock.now().into());
    let slug = wanted.unwrap_or_else(|| slug(label));
    let workspace = Workspace::new(&id, &slug, label);
    world.workspaces.add(Workspace {
        description: DESCRIPTION.to_owned(),
        is_editable: true,
        parameters,
        features,
        ..workspace
    });
    id
}

/// Returns the id of the workspace that a call addresses.
fn id(call: &Call<'_>) -> String {
    let id = call.text("workspaceId").or(call.text("repository_id")).or(call.text("data_id"));
    id.unwrap_or_default().trim_start_matches("/data/repositories").trim_matches('/').to_owned()
}

/// Deletes a workspace by its id. It is looked up by its slug as well, with which nothing is deleted
/// and the message is the same.
pub(super) fn delete_repository(mut call: Call<'_>) -> Answer {
    let id = id(&call);
    delete_by_id(&mut call, &id)
}

/// Deletes the workspace with an id.
pub(super) fn delete_by_id(call: &mut Call<'_>, id: &str) -> Answer {
    let found = call.world.workspaces.named(id);
    let is_slug = found.is_some_and(|found| found.id != id && found.is_editable);
    if !is_slug && !call.world.workspaces.remove(id) {
        return error("There was an error while deleting the workspace");
    }
    let reloads_workspaces = call.dialect().has_old_administration;
    let envelope = Envelope::success("Successfully deleted workspace");
    Ok(Envelope { reload: vec![String::new()], reloads_workspaces, ..envelope }.into())
}

pub(super) fn edit_repository_label(call: Call<'_>) -> Answer {
    let (id, label) = (id(&call), call.text("newLabel").unwrap_or_default().to_owned());
    let Some(workspace) = call.world.workspaces.by_id_mut(&id) else {
        return error("Call to a member function getDefaultRight() on null");
    };
    if !workspace.is_editable {
        return error(
            "This workspace is not writeable. Please edit directly the \
             conf/bootstrap_repositories.php file.",
        );
    }
    workspace.label = label;
    done("Successfully edited workspace", [&*id])
}

/// Changes the settings of a workspace.
pub(super) fn edit_repository_data(call: Call<'_>) -> Answer {
    let (id, options) = (id(&call), options(&call));
    let Some(workspace) = call.world.workspaces.by_id_mut(&id).filter(|w| w.is_editable) else {
        return error("Call to a member function getDefaultRight() on null");
    };
    let options = options.into_iter().map(|(name, value)| (name, value.into()));
    workspace.parameters.extend(options);
    success("Successfully edited workspace")
}

/// Changes a workspace by `payload`; omitted settings keep their values.
pub(super) fn patch_repository(call: Call<'_>) -> Answer {
    let Some(payload) = payload(&call) else { return error("Invalid JSON !!") };
    if call.dialect().needs_whole_workspaces
        && !payload.get("parameters").is_some_and(Value::is_object)
    {
        return error("Invalid argument supplied for foreach()");
    }
    let id = id(&call);
    let Some(workspace) = call.world.workspaces.by_id_mut(&id).filter(|w| w.is_editable) else {
        return error("Workspace not found !!");
    };
    if let Some(label) = payload.get("display").and_then(Value::as_str) {
        label.clone_into(&mut workspace.label);
    }
    let map = |name: &str| payload.get(name).and_then(Value::as_object).cloned();
    workspace.parameters.extend(map("parameters").unwrap_or_default());
    if let Some(features) = map("features") {
        workspace.features = features;
    }
    if !call.input.is_v2 {
        return done("Workspace successfully edited !!", [&*id]);
    }
    json(json_encode(&described(&call, &id)))
}

/// Returns a workspace by its id or slug, in XML unless `format=json` is set; with only the
/// `Accept` header the response is empty.
pub(super) fn edit_repository(call: Call<'_>) -> Answer {
    let name = id(&call);
    let Some(workspace) = call.world.workspaces.named(&name) else {
        return error(format!("Cannot find workspace with id {name}"));
    };
    match (call.format, call.text("format")) {
        (Format::Json, Some("json")) => json(json_encode(&described(&call, &workspace.id))),
        (Format::Json, _) => Ok(Outcome::Reply(json_reply("{}".to_owned()))),
        (Format::Xml, _) => xml(&Element::new("admin_data").children(forms(&call, workspace))),
    }
}

fn described(call: &Call<'_>, id: &str) -> Value {
    let Some(workspace) = call.world.workspaces.by_id(id) else { return Value::Null };
    let shares = call.world.shares.all().filter(|share| share.workspace == workspace.id).count();
    json!({
        "id": workspace.id,
        "securityScope": if workspace.personal { json!("USER") } else { json!(false) },
        "slug": workspace.slug,
        "display": workspace.label,
        "displayStringId": null,
        "accessType": workspace.driver.name(),
        "writeable": workspace.is_editable,
        "isTemplate": workspace.is_template,
        "parameters": workspace.parameters,
        "features": workspace.features,
        "info": {"users": users_of(call.world, workspace), "shares": shares},
    })
}

/// Returns a workspace in XML, with the essential parts of its edit forms.
fn forms(call: &Call<'_>, workspace: &Workspace) -> Vec<Element> {
    let parameter = |(name, value): (&String, &Value)| {
        Element::new("param").attribute("name", name).attribute("value", json_text(value))
    };
    let path = workspace.parameters.get("PATH").map(json_text).unwrap_or_default();
    let features = json_encode(&Value::Object(workspace.features.clone()));
    let sources = Element::new("param").attribute("name", "META_SOURCES").cdata(features);
    let editable = if workspace.is_editable { "true" } else { "false" };
    let template = if workspace.is_template { "true" } else { "false" };
    let repository = Element::new("repository")
        .attribute("index", &workspace.id)
        .attribute("securityScope", if workspace.personal { "USER" } else { "" })
        .attribute("uuid", &workspace.id)
        .attribute("id", "")
        .attribute("path", path)
        .attribute("display", &workspace.label)
        .attribute("displayStringId", "")
        .attribute("accessType", workspace.driver.name())
        .attribute("recycle", "")
        .attribute("create", "true")
        .attribute("writeable", editable)
        .attribute("enabled", "false")
        .attribute("slug", &workspace.slug)
        .attribute("isTemplate", template)
        .children(workspace.parameters.iter().map(parameter))
        .child(sources);
    let users = users_of(call.world, workspace).to_string();
    let info = Element::new("additional_info")
        .child(Element::new("users").attribute("total", users))
        .child(Element::new("shares").attribute("total", "0"));
    let driver = Element::new("ajxpdriver")
        .attribute("name", workspace.driver.name())
        .attribute("label", workspace.driver.label());
    let metas = FEATURES.iter().map(|id| Element::new("meta").attribute("id", *id));
    vec![repository, info, driver, Element::new("metasources").children(metas)]
}

pub(super) fn list_all_repositories_json(call: Call<'_>) -> Answer {
    let all = call.world.workspaces.all().filter(|workspace| workspace.part.is_none());
    let list: Map<String, Value> = all.map(|w| (w.id.clone(), w.label.as_str().into())).collect();
    json(json_encode(&json!({"LEGEND": "Select a repository", "LIST": list})))
}

/// Returns the workspaces that a scheduled task can run in.
pub(super) fn scheduler_list(call: Call<'_>) -> Answer {
    let all = call.world.workspaces.all().filter(|workspace| workspace.part.is_none());
    let every = ("*".to_owned(), "Apply on all repositories".into());
    let named = all.map(|w| (w.id.clone(), w.label.as_str().into()));
    let list: Map<String, Value> = std::iter::once(every).chain(named).collect();
    json(json_encode(&json!({"LEGEND": "Select a repository", "LIST": list})))
}

/// Returns the feature that a call addresses, with its settings.
fn feature(call: &Call<'_>) -> (String, Value) {
    let id = ["new_meta_source", "metaId", "plugId"].iter().find_map(|name| call.text(name));
    let settings = call.text("json_data").and_then(|text| serde_json::from_str(text).ok());
    let settings = call.json_body().or(settings).unwrap_or_else(|| json!({}));
    (id.unwrap_or_default().to_owned(), settings)
}

pub(super) fn meta_source_add(call: Call<'_>) -> Answer {
    let (feature, settings) = feature(&call);
    if !FEATURES.contains(&&*feature) {
        return error(format!("Cannot find plugin with id {feature}"));
    }
    with_features(call, |features| {
        if features.contains_key(&feature) {
            return Err(
                "Warning, at the moment, you can only add one instance of each meta plugin.",
            );
        }
        features.insert(feature.clone(), settings.clone());
        Ok("Successfully added meta source")
    })
}

pub(super) fn meta_source_edit(call: Call<'_>) -> Answer {
    let bulk = call.text("bulk_data").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let (feature, settings) = feature(&call);
    with_features(call, |features| {
        let Some(bulk) = &bulk else {
            features.insert(feature.clone(), settings.clone());
            return Ok("Successfully edited meta source");
        };
        let deleted = bulk["delete"].as_array().into_iter().flatten();
        deleted.filter_map(Value::as_str).for_each(|id| drop(features.remove(id)));
        for part in ["add", "edit"] {
            features.extend(bulk[part].as_object().cloned().unwrap_or_default());
        }
        Ok("Successfully edited meta source")
    })
}

pub(super) fn meta_source_delete(call: Call<'_>) -> Answer {
    let (feature, _) = feature(&call);
    with_features(call, |features| match features.remove(&feature) {
        Some(_) => Ok("Successfully deleted meta source"),
        None => Err("Cannot find meta source"),
    })
}

fn with_features(
    call: Call<'_>,
    change: impl Fn(&mut Map<String, Value>) -> Result<&'static str, &'static str>,
) -> Answer {
    let id = id(&call);
    let Some(workspace) = call.world.workspaces.by_id_mut(&id) else {
        return error(format!("Invalid workspace id! {id}"));
    };
    match change(&mut workspace.features) {
        Ok(message) => success(message),
        Err(message) => error(message),
    }
}
