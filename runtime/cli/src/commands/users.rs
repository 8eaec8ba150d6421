//! `users`: who there is, and who there should be.

use std::{fs::File, path::PathBuf};

use clap::{Args, Subcommand};
use pydio_cli::{Failed, in_runtime};
use serde_json::json;

use crate::{
    context::Context,
    summary::Summary,
    tasks::{
        from_task, people,
        provision::{self, Report},
    },
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
/// Requires an administrator. The columns are those that `provision` reads. Passwords are not
/// included, because the server does not return them: write those of users whom `provision` is to
/// create. A user whose group no longer exists is reported, and fails the command.
#[derive(Debug, Args)]
pub(super) struct Export {}

impl Export {
    fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            context.administrator().await?;
            let people = people::everybody(&context.pydio).await;
            let (strays, why_stray) = (people.strays(&context.pydio).await, people.why_stray());
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
            match strays {
                Ok(strays) => {
                    for login in strays {
                        summary.problem(Problem::refused(login, why_stray));
                    }
                }
                Err(error) => {
                    let failed = Failed::from(error).about("not known");
                    summary.problem(Problem::new(people::WHETHER_STRAYS, &failed));
                }
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
/// Requires an administrator. The file begins with the line
/// `login,password,group,display_name,email`; `group` is a path such as `/staff/paris`, or empty for
/// none. Existing users keep their data, and get a name or address if they have none; those whose
/// data differs from the file have failed, and are not changed. The whole file is checked before
/// anything is sent, and what was changed is read back. A password has at least 8 characters, and may
/// be empty for a user who exists, whose password stays as it is. Keep the file private, and make users
/// change their passwords.
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
            context.administrator().await?;
            let report = provision::run(&context.pydio, opened, self.dry_run).await;
            let report = report.map_err(|error| from_task(error).about("nothing was done"))?;
            let mut summary = Summary::default().dry(self.dry_run);
            let Report { groups, made, updated, kept, failed } = report;
            self.tell(context, &mut summary, CREATED, ("group", "groups"), &groups)?;
            for (done, logins) in [(CREATED, made), (UPDATED, updated), (KEPT, kept)] {
                self.tell(context, &mut summary, done, ("user", "users"), &logins)?;
            }
            for (who, failed) in failed {
                summary.problem(Problem::new(who, &failed));
            }
            summary.finish(context.output)
        })
    }

    /// Prints what was done, or would be, to users or groups.
    fn tell(
        &self,
        context: &Context,
        summary: &mut Summary,
        done: Done,
        (kind, kinds): (&str, &str),
        names: &[String],
    ) -> Result<(), Failed> {
        let (before, key, verb) = match self.dry_run {
            true => ("would ", "would", done.would),
            false => ("", "done", done.past),
        };
        for name in names {
            let text = format!("{before}{verb}\t{kind}\t{}", pydio_cli::shown(name));
            let json = || json!({ key: verb, "kind": kind, "name": name });
            context.output.line(&text, json)?;
        }
        summary.add(format!("{kinds} {}", done.past), names.len() as u64);
        Ok(())
    }
}

/// A verb in the two forms that output needs.
#[derive(Clone, Copy)]
struct Done {
    past: &'static str,
    would: &'static str,
}

const CREATED: Done = Done { past: "created", would: "create" };
const UPDATED: Done = Done { past: "updated", would: "update" };
const KEPT: Done = Done { past: "kept", would: "keep" };
