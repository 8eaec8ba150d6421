//! Small answers about a workspace, a user or a node.

use super::{Answer, Call, Outcome, error};
use crate::{
    describe::{object, quote},
    envelope::{Envelope, Format, xml_reply},
    reply::Reply,
    workspaces::{self, Workspace},
};

/// What a user may store, in bytes.
const QUOTA: usize = 524_288_000;

/// How much the workspace holds, and how much it may.
pub(super) fn monitor_quota(call: Call<'_>) -> Answer {
    let usage = call.disk.get("/").map_or(0, |root| root.usage());
    json(format!("{{\"USAGE\":{usage},\"TOTAL\":{QUOTA}}}"))
}

/// How many users share the workspace.
pub(super) fn load_repository_info(_: Call<'_>) -> Answer {
    json(r#"{"core.users":{"users":3,"groups":0}}"#.to_owned())
}

fn json(body: String) -> Answer {
    Ok(Outcome::Reply(Reply::json(body)))
}

/// An action that is done without a word.
pub(super) fn nothing(_: Call<'_>) -> Answer {
    Ok(Outcome::Reply(Reply::empty()))
}

/// Takes note of a change that went past the server.
pub(super) fn lsync(call: Call<'_>) -> Answer {
    if call.parameters.text("from").or(call.parameters.text("to")).is_some() {
        return nothing(call);
    }
    error(
        "No context found for hook node.change: please make sure to pass at list one \
         ContextInterface or Context Provider object",
    )
}

/// Packs nodes in the background, which nothing comes of here.
pub(super) fn compress(call: Call<'_>) -> Answer {
    call.selection()?;
    Ok(Envelope { background: true, ..Envelope::default() }.into())
}

/// Shares a node by a link, and answers its address.
pub(super) fn share(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    if call.disk.get(path).is_none() {
        return error(format!("Cannot share a non-existing file: {}", call.internal_url(path)));
    }
    let is_private = call.parameters.text("simple_share_type") == Some("private");
    if is_private && call.parameters.text("guest_user_pass").is_none() {
        return error("Please provide a guest_user_pass for private link");
    }
    let hash = path.bytes().fold(0x74_c196_u32, |hash, byte| hash.rotate_left(5) ^ u32::from(byte));
    let link = format!("{}/public/{:06x}", call.url, hash & 0xff_ffff);
    Ok(Outcome::Reply(Reply::new(200, "text/plain;charset=UTF-8", link)))
}

/// Answers a part of the registry; only what is asked for most is known here.
pub(super) fn state(call: Call<'_>) -> Answer {
    let path = call.parameters.text("xPath").unwrap_or_default();
    let part = match path {
        "user/active_repo" => active_repo(&call),
        "user/repositories" => repositories(&call),
        _ => return error(format!("The test server does not know the registry's {path}")),
    };
    let [xml, json] = part;
    Ok(Outcome::Reply(match call.format {
        Format::Xml => {
            xml_reply(&format!("<ajxp_registry_part xPath=\"{path}\" >{xml}</ajxp_registry_part>"))
        }
        Format::Json => Reply::new(200, "application/json; charset=UTF-8", json),
    }))
}

/// The workspace that is called on, in XML and in JSON.
fn active_repo(call: &Call<'_>) -> [String; 2] {
    let id = call.workspace.id;
    let write = u8::from(call.user.may_write(call.workspace));
    [
        format!("<active_repo id=\"{id}\" write=\"{write}\" read=\"1\"/>"),
        format!("{{\"active_repo\":{{\"@id\":\"{id}\",\"@write\":\"{write}\",\"@read\":\"1\"}}}}"),
    ]
}

/// The workspaces of the user, in XML and in JSON.
fn repositories(call: &Call<'_>) -> [String; 2] {
    let (mut xml, mut json) = (String::new(), Vec::new());
    for workspace in workspaces::with_files() {
        let Workspace { id, slug, label, .. } = workspace;
        let acl = if call.user.may_write(workspace) { "rw" } else { "r" };
        xml += &format!(
            "<repo access_type=\"fs\" id=\"{id}\" repositorySlug=\"{slug}\" acl=\"{acl}\">\
             <label>{label}</label></repo>"
        );
        json.push(object([
            ("@access_type", quote("fs")),
            ("@id", quote(id)),
            ("@repositorySlug", quote(slug)),
            ("@acl", quote(acl)),
            ("label", quote(label)),
        ]));
    }
    let json = format!("{{\"repositories\":{{\"repo\":[{}]}}}}", json.join(","));
    [format!("<repositories>{xml}</repositories>"), json]
}
