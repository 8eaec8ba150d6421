//! The v2 API, which began with 6.5.1.

use super::{Need, Scenario};

#[cfg(since = "6.5.1")]
mod nodes;
#[cfg(since = "6.5.1")]
mod people;
#[cfg(since = "6.5.1")]
mod roles;
#[cfg(since = "8.2.2")]
mod shares;
#[cfg(since = "6.5.1")]
mod tasks;
#[cfg(since = "6.5.1")]
mod workspaces;

#[cfg(not(since = "8.2.2"))]
use super::absent as shares;
#[cfg(not(since = "6.5.1"))]
use super::absent::{
    self as nodes, self as people, self as roles, self as tasks, self as workspaces,
};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "nodes over v2",
        needs: &[Need::Call("createNode")],
        help: "the web server has to let PUT, PATCH and DELETE through to /api/v2",
        run: |scene| Box::pin(nodes::run(scene)),
    },
    Scenario {
        name: "tasks over v2: made, changed and removed",
        needs: &[Need::Call("createTask")],
        help: "the tables of `core.tasks` have to be in the database: update the installation",
        run: |scene| Box::pin(tasks::run(scene)),
    },
    Scenario {
        name: "operations on shares that v2 only declares",
        needs: &[Need::Call("adminLoadShareList")],
        help: "the bindings are of another release than the server: generate them for yours",
        run: |scene| Box::pin(shares::run(scene)),
    },
    Scenario {
        name: "users over v2, in pages",
        needs: &[Need::Admin, Need::Call("createPeople")],
        help: "the administrator needs the workspace `settings`, and the source of users has to be \
               one that Pydio may write to (`auth.sql`)",
        run: |scene| Box::pin(people::run(scene)),
    },
    Scenario {
        name: "roles over v2",
        needs: &[Need::Admin, Need::Call("createRole")],
        help: "the administrator needs the workspace `settings`, and the right to change roles",
        run: |scene| Box::pin(roles::run(scene)),
    },
    Scenario {
        name: "a workspace with features over v2",
        needs: &[Need::Admin, Need::Call("adminCreateWorkspace")],
        help: "the administrator needs the workspace `settings`, and PUT, PATCH and DELETE have to \
               come through to /api/v2",
        run: |scene| Box::pin(workspaces::run(scene)),
    },
];
