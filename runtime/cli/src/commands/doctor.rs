//! `doctor`: what works on a server.

use clap::Args;
use pydio_cli::{Failed, Settings, in_runtime};
use pydio_client::Json;
use pydio_live::{Line, Login, Outcome, Target};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::context::Output;

/// Try what clients usually do on the server, and report how to fix what fails
///
/// Runs end-to-end scenarios as the user, in the workspace. Everything they create has a name that
/// begins with `pydio-live-`, and is removed again. Requires a password, since key pairs cannot do
/// all of it.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The login of an administrator, for users, roles and workspaces; the password comes
    /// from PYDIO_ADMIN_PASSWORD or a prompt
    #[arg(long, value_name = "LOGIN")]
    admin: Option<String>,
    /// Run only scenarios whose name contains one of these words
    #[arg(long, value_name = "WORD")]
    only: Vec<String>,
    /// List the scenarios without running them
    #[arg(long)]
    list: bool,
}

impl Doctor {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failed> {
        let output = Output { is_json: settings.is_json() };
        if self.list {
            return pydio_live::scenarios().try_for_each(|scenario| {
                output.entry(scenario.name, || json!({ "scenario": scenario.name }))
            });
        }
        let is_known = |word: &str| pydio_live::scenarios().any(|s| s.name.contains(word));
        if let Some(word) = self.only.iter().find(|word| !is_known(word)) {
            let message = format!("no scenario has a name that contains `{word}`");
            return Err(Failed::usage(message).tip("`pydio doctor --list` shows them"));
        }
        let (login, password) = settings.login_and_password()?;
        let user = Login::new(login, password.expose_secret());
        let mut target = Target::new(settings.url()?, user).workspace(settings.workspace()?);
        if let Some(admin) = &self.admin {
            target = target.admin(self.password_of(admin)?);
        }
        in_runtime(async {
            let print = |line: &Line| {
                // A closed reader does not stop the scenarios, which clean up after themselves.
                let _ = output.line(&line.to_string(), || described(line));
            };
            let report = pydio_live::run(&target, &self.only, print).await;
            output.line(
                &report.to_string(),
                || json!({ "summary": report.to_string(), "complete": report.is_complete() }),
            )?;
            match report.has_failed() {
                true => Err(Failed::reported(1)),
                false => Ok(()),
            }
        })
    }

    fn password_of(&self, admin: &str) -> Result<Login, Failed> {
        if let Some(password) = pydio_cli::variable("PYDIO_ADMIN_PASSWORD")? {
            return Ok(Login::new(admin, password));
        }
        let password = pydio_cli::ask(&format!("Password of {admin}"))?;
        let password = password.ok_or_else(|| {
            Failed::usage(format!("no password of {admin}")).tip("set PYDIO_ADMIN_PASSWORD")
        })?;
        Ok(Login::new(admin, password.expose_secret()))
    }
}

fn described(line: &Line) -> Json {
    let Line { scenario, outcome, advice } = line;
    let (outcome, seconds, why) = match outcome {
        Outcome::Ok(time) => ("ok", Some(time.as_secs_f64()), None),
        Outcome::Failed(why) => ("failed", None, Some(why)),
        Outcome::Skipped(why) => ("skipped", None, Some(why)),
        Outcome::Warned(what) => ("warning", None, Some(what)),
    };
    json!({
        "scenario": scenario, "outcome": outcome, "seconds": seconds, "why": why, "advice": advice,
    })
}
