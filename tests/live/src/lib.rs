//! The live suite: end-to-end scenarios with the client against any server.
//!
//! `cargo test -p pydio-tests --test live` runs them against the in-memory test server, or against
//! the one configured in the environment (see [`Target::from_env`]); the program `pydio-doctor`
//! runs the same list for an administrator, and explains how to fix failures.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use pydio_live::{Login, Target};
//! use pydio_test_server::{ALICE, Server, Version};
//!
//! let server = Server::start(Version::V8_2).await?;
//! let target = Target::new(server.url(), Login::new(ALICE.login, ALICE.password));
//! let report = pydio_live::run(&target, &["a link".into()], |line| println!("{line}")).await;
//! assert!(!report.has_failed());
//! # Ok(()) }
//! ```
//!
//! # Releases
//!
//! The suite compiles with the bindings of every bundled release, and uses those that it is
//! compiled with. Where a call, its parameters or its answer differ, the code depends on the
//! condition `since = "…"`, which the build script sets from the release of the bindings. A
//! scenario that needs a call which this release does not have is reported as skipped. If the
//! server says that it is of another release, the report begins with a warning.
//!
//! # Effects on the server
//!
//! Everything that a scenario creates has a name that begins with `pydio-live-` and a random word,
//! and is removed when the scenario ends, even if it fails. Anything that cannot be removed is
//! reported as a failure. A run that is killed leaves its objects behind: they are safe to delete.
//!
//! # Rights
//!
//! * The user needs read and write access to the workspace, and permission to share.
//! * The administrator, without whom some scenarios are skipped, needs access to the workspace
//!   `settings`. Scenarios then create and remove users, groups, roles and workspaces; a new
//!   workspace uses the folder of the given one, so that no folder is left on the server.
//! * The command line needs a command that may run `cmd.php` as the web server's user.

#[cfg(not(since = "8.2.2"))]
mod absent;
mod account;
mod console;
mod content;
mod cut;
mod feed;
mod files;
mod keystore;
mod names;
mod notes;
mod people;
mod roles;
mod run;
mod scene;
mod session;
mod shares;
mod spoil;
mod stage;
mod sweep;
mod target;
mod tasks;
mod transfers;
mod trouble;
mod v2;
mod workspaces;

use std::pin::Pin;

pub use names::NAMES;
pub use run::{Line, Outcome, Report, run};
pub use scene::Scene;
pub use target::{Login, Target};
pub use trouble::Trouble;

/// An end-to-end task that a server has to perform for a user.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// A short name.
    pub name: &'static str,
    /// The requirements of the scenario.
    pub needs: &'static [Need],
    /// What an administrator should check if it fails.
    pub help: &'static str,
    /// Runs the scenario.
    pub run: fn(&Scene) -> Steps<'_>,
}

/// A running scenario.
pub type Steps<'s> = Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 's>>;

/// A requirement of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The login of an administrator.
    Admin,
    /// A command that runs `cmd.php`.
    CommandLine,
    /// An action over REST or an operation that only some releases have, as `action.share/unshare`
    /// or `createNode`: the bindings have it if their release has it.
    Call(&'static str),
    /// A plugin enabled as a feature of the workspace, by its id.
    ///
    /// The administration lists the features; without an administrator, a scenario is skipped if
    /// the server knows no action of the plugin.
    Feature(&'static str),
}

/// Returns all scenarios, in execution order.
pub fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    let lists = [
        account::SCENARIOS,
        files::SCENARIOS,
        names::SCENARIOS,
        content::SCENARIOS,
        transfers::SCENARIOS,
        tasks::SCENARIOS,
        notes::SCENARIOS,
        feed::SCENARIOS,
        shares::SCENARIOS,
        keystore::SCENARIOS,
        session::SCENARIOS,
        people::SCENARIOS,
        roles::SCENARIOS,
        workspaces::SCENARIOS,
        v2::SCENARIOS,
        console::SCENARIOS,
        sweep::SCENARIOS,
    ];
    lists.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_scenario_has_a_unique_name_and_a_hint() {
        let names: BTreeSet<_> = super::scenarios().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), super::scenarios().count());
        assert!(super::scenarios().all(|scenario| scenario.help.len() > 20));
    }
}
