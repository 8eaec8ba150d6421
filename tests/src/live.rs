//! The live suite: end-to-end scenarios with the client against any server.
//!
//! `cargo test -p pydio-tests --test live` runs them against the [`Server`](crate::Server) in
//! memory, or against the one that the environment names (see [`Target::from_env`]); the program
//! `pydio-doctor` runs the same list for an administrator, and says what to do about what fails.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use pydio_tests::{ALICE, Server, Version, live::{self, Login, Target}};
//!
//! let server = Server::start(Version::V8_2).await?;
//! let target = Target::new(server.url(), Login::new(ALICE.login, ALICE.password));
//! let report = live::run(&target, &["a link".into()], |line| println!("{line}")).await;
//! assert!(!report.has_failed());
//! # Ok(()) }
//! ```
//!
//! # What a scenario does to a server
//!
//! Everything that a scenario makes has a name that begins with `pydio-live-` and a random word,
//! and is removed when the scenario ends, however it ends. What could not be removed is said, and
//! is a failure. A run that is killed leaves its things behind: they are safe to delete.
//!
//! # Rights
//!
//! * The user needs to read and write the workspace, and to be allowed to share.
//! * The administrator, without whom some scenarios are skipped, needs the workspace `settings`.
//!   Scenarios then make and remove users, groups, roles and workspaces; a new workspace has the
//!   folder of the one that was named, so that no folder is left on the server.
//! * The command line needs a command that may run `cmd.php` as the web server's user.

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
mod provisioning;
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
mod workspaces;

use std::pin::Pin;

pub use names::NAMES;
pub use run::{Line, Outcome, Report, run};
pub use scene::Scene;
pub use target::{Login, Target};
pub use trouble::Trouble;

/// Something that a server has to do for a user from beginning to end.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it is about, in a few words.
    pub name: &'static str,
    /// What it cannot do without.
    pub needs: &'static [Need],
    /// Where an administrator has to look when it fails.
    pub help: &'static str,
    /// Does it.
    pub run: fn(&Scene) -> Steps<'_>,
}

/// The steps of a scenario under way.
pub type Steps<'s> = Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 's>>;

/// What a scenario cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The login of an administrator.
    Admin,
    /// A command that leads to `cmd.php`.
    CommandLine,
    /// A plugin that the workspace has as a feature, by its id.
    ///
    /// An administrator's login tells which features there are; without one, a scenario is
    /// skipped when the server knows no action of the plugin.
    Feature(&'static str),
}

/// All scenarios, in the order in which they run.
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
        provisioning::SCENARIOS,
        console::SCENARIOS,
        sweep::SCENARIOS,
    ];
    lists.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_scenario_has_a_name_of_its_own_and_a_hint() {
        let names: BTreeSet<_> = super::scenarios().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), super::scenarios().count());
        assert!(super::scenarios().all(|scenario| scenario.help.len() > 20));
    }
}
