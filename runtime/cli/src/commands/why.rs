//! `why`: why a server refuses a user.

use clap::Args;
use pydio_cli::{Failed, Settings, in_runtime};
use pydio_client::{Diagnosis, Error, ErrorKind, Json, v1::access_fs};
use serde_json::json;

use crate::context::{Context, own_workspaces, slugs};

/// Find out why the server refuses a user, a workspace or a call
///
/// Lists the root of the workspace, or without `-w` the workspaces of the user, and if that fails, asks
/// the server further questions: a wrong password, a header that is lost on the way, a locked address, a
/// missing right, URL rewriting that is off, a server in front and a certificate that is not accepted
/// mostly look the same. To distinguish a wrong password from a lost header, it logs in on a session: a
/// wrong password then counts as two failed logins, and the third locks out the address.
#[derive(Debug, Args)]
pub(super) struct Why {}

impl Why {
    pub(super) fn run(self, settings: Settings) -> Result<(), Failed> {
        let workspace = settings.workspace().ok().map(str::to_owned);
        let context = Context::new(settings)?;
        in_runtime(async {
            let tried = match &workspace {
                Some(workspace) => list(&context, workspace).await,
                None => list_workspaces(&context).await,
            };
            let error = match tried {
                Ok((text, json)) => return context.output.line(&pydio_cli::shown(&text), || json),
                Err(error) => error,
            };
            if let Some(workspace) = &workspace
                && error.kind() == ErrorKind::UnknownWorkspace
            {
                return no_workspace(&context, workspace, &error).await;
            }
            let diagnosis = context.pydio.diagnose_by_login(&error).await?;
            let text = format!("{}\n{diagnosis}", pydio_cli::shown_lines(&error.to_string()));
            context.output.line(&text, || {
                json!({ "works": false, "error": error.to_string(), "diagnosis": told(&diagnosis) })
            })?;
            // The failure may have nothing to do with the user: whether they are let in is not known.
            let is_open = error.may_be_done() || error.kind() == ErrorKind::Status;
            Err(Failed::reported(if is_open { 3 } else { 1 }))
        })
    }
}

/// Lists the root of a workspace, and returns what to print.
async fn list(context: &Context, workspace: &str) -> Result<(String, Json), Error> {
    let listing = context.pydio.workspace(workspace).call(access_fs::ls("/")).await?;
    let nodes = listing.nodes.len();
    let text = format!("it works; nodes on the first page of {workspace}: {nodes}");
    Ok((text, json!({ "works": true, "nodes": nodes })))
}

/// Lists the workspaces of the user, and returns what to print.
async fn list_workspaces(context: &Context) -> Result<(String, Json), Error> {
    let own = own_workspaces(&context.pydio).await?;
    let names = slugs(&own);
    let text = format!("it works; workspaces of this user: {}", names.join(", "));
    Ok((text, json!({ "works": true, "workspaces": names })))
}

/// Reports that the server knows the user, but not the workspace.
async fn no_workspace(context: &Context, wrong: &str, error: &Error) -> Result<(), Failed> {
    let own = own_workspaces(&context.pydio).await?;
    let advice =
        format!("there is no workspace `{wrong}`; those of this user: {}", slugs(&own).join(", "));
    let text =
        format!("{}\n{}", pydio_cli::shown_lines(&error.to_string()), pydio_cli::shown(&advice));
    context.output.line(&text, || {
        let diagnosis = json!({ "kind": "UnknownWorkspace", "advice": advice });
        json!({ "works": false, "error": error.to_string(), "diagnosis": diagnosis })
    })?;
    Err(Failed::reported(1))
}

fn told(diagnosis: &Diagnosis) -> Json {
    json!({ "kind": format!("{diagnosis:?}"), "advice": diagnosis.to_string() })
}
