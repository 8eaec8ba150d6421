//! `users`: who there is, and who there should be.

use std::{fs::File, path::PathBuf};

use clap::{Args, Subcommand};
use pydio_cli::{Failed, in_runtime};
use serde_json::json;

use crate::{
    context::Context,
    summary::Summary,
    tasks::{from_task, people, provision},
    tree::Problem,
};

#[derive(Debug, Subcommand)]
pub(super) enum Users {
    Export(Export),
    Provision(Provision),
}

impl Users {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        match self {
            Self::Export(task) => task.run(context),
            Self::Provision(task) => task.run(context),
        }
    }
}

/// Print all users with their groups, as CSV or with `--json` as JSON lines
///
/// The columns are those that `provision` reads. Passwords are not included: the server does not
/// return them.
#[derive(Debug, Args)]
pub(super) struct Export {}

impl Export {
    fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            let people = people::everybody(&context.pydio).await;
            let mut summary = Summary::default();
            summary.add("users", people.users.len() as u64);
            match context.output.is_json {
                true => people
                    .users
                    .iter()
                    .try_for_each(|user| context.output.line("", || user.clone()))?,
                false => pydio_cli::to_stdout(&table(&people.users)?)?,
            }
            for (group, why) in people.unread {
                summary.problem(Problem::new(group, &from_task(why).about("not listed")));
            }
            for (login, why) in people.unclear {
                summary.problem(Problem::refused(login, format!("the group is not known: {why}")));
            }
            summary.finish(context.output)
        })
    }
}

/// Returns users as CSV.
fn table(users: &[serde_json::Value]) -> Result<Vec<u8>, Failed> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| Failed::usage(format!("no CSV: {error}"));
    writer.write_record(provision::COLUMNS).map_err(|error| failed(&error))?;
    for user in users {
        let text = |name: &str| user[name].as_str().unwrap_or_default();
        let parameter = |name| provision::parameter(user, name);
        let group = if text("group") == "/" { "" } else { text("group") };
        let row =
            [text("object_id"), "", group, parameter("USER_DISPLAY_NAME"), parameter("email")];
        writer.write_record(row).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// Create the users of a CSV file, and the groups that they need
///
/// The file begins with the line `login,password,group,display_name,email`; `group` is a path such as
/// `/staff/paris`, or empty for none. Existing users keep their data, and get a name or address if
/// they have none. The whole file is checked before anything is sent, and all users are read back.
/// Keep the file private, and make users change their passwords.
#[derive(Debug, Args)]
pub(super) struct Provision {
    /// The CSV file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only show what would be done
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Provision {
    fn run(self, context: &Context) -> Result<(), Failed> {
        let opened = File::open(&self.file);
        let opened = opened.map_err(|error| Failed::local(self.file.display(), &error))?;
        in_runtime(async {
            let report = provision::run(&context.pydio, opened, self.dry_run).await;
            let report = report.map_err(|error| from_task(error).about("nothing was done"))?;
            let mut summary = Summary::default().dry(self.dry_run);
            let made = if self.dry_run { "would create" } else { "created" };
            let lines = [(made, "group", &report.groups), (made, "user", &report.made)];
            for (what, kind, names) in lines.into_iter().chain([("kept", "user", &report.kept)]) {
                for name in names {
                    let text = format!("{what}\t{kind}\t{name}");
                    context
                        .output
                        .line(&text, || json!({ "done": what, "kind": kind, "name": name }))?;
                }
            }
            summary.add("users", (report.made.len() + report.kept.len()) as u64);
            for (who, failed) in report.failed {
                summary.problem(Problem::new(who, &failed));
            }
            summary.finish(context.output)
        })
    }
}
