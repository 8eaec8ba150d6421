//! Calls on the command line, for users and workspaces.

use std::{fmt, sync::Arc};

use super::{
    Builder,
    builder::Settings,
    run::{self, Found},
    target::{As, On, Target},
};
use crate::{
    call::ActionCall,
    hook::AccessMethod,
    json::Json,
    response::{Accept, Begun, Called, Caller, FromResponse, Listing},
    types::{Error, Request},
};

/// The command line of a server. Cheap to clone.
#[derive(Clone)]
pub struct CommandLine {
    pub(crate) settings: Arc<Settings>,
    user: Option<String>,
    pub(crate) status_file: Option<String>,
    pub(crate) task: Option<String>,
}

impl CommandLine {
    /// Returns a builder for a command line of the server whose `cmd.php` is at this path, on the
    /// machine that the prefix leads to.
    pub fn builder(script: impl Into<String>) -> Builder {
        Builder::new(script.into())
    }

    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), user: None, status_file: None, task: None }
    }

    /// Makes later calls as another user, which only an administrator may (`-i`).
    ///
    /// If the caller is not an administrator, the console silently runs the action as the caller.
    /// The call is then [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden), after the fact.
    pub fn as_user(mut self, login: impl Into<String>) -> Self {
        self.user = Some(login.into());
        self
    }

    /// Calls as each of several users in turn.
    pub fn as_users<S: Into<String>>(self, logins: impl IntoIterator<Item = S>) -> Users {
        Users { line: self, users: As::Users(logins.into_iter().map(Into::into).collect()) }
    }

    /// Calls as each user of the caller's own group in turn (`-i=*`). If the caller is not
    /// an administrator, calls only as the caller: see [`CommandResult::user`].
    pub fn as_group(self) -> Users {
        Users { line: self, users: As::Group }
    }

    /// Calls as each user of the caller's group and of all groups below it (`-i=**/*`). If
    /// the caller is not an administrator, calls only as the caller: see [`CommandResult::user`].
    pub fn for_all_users(self) -> Users {
        Users { line: self, users: As::Everyone }
    }

    /// Makes the console write to this file, on the server, that a call failed at its login or
    /// before its action ran (`-s`).
    pub fn status_file(mut self, path: impl Into<String>) -> Self {
        self.status_file = Some(path.into());
        self
    }

    /// Makes the console keep the status of calls in the task with this id, which has to exist
    /// (`-k`).
    pub fn task(mut self, id: impl Into<String>) -> Self {
        self.task = Some(id.into());
        self
    }

    /// Returns the workspace with this slug or id, which are case-sensitive.
    pub fn workspace(&self, id: impl Into<String>) -> Workspace {
        let target = Target { users: self.own(), on: On::Workspaces(vec![id.into()]) };
        Workspace { line: self.clone(), target }
    }

    /// Returns several workspaces by slug or id, in that order. The console runs nothing for a
    /// user who lacks one of them.
    pub fn workspaces<S: Into<String>>(&self, ids: impl IntoIterator<Item = S>) -> Workspaces {
        let on = On::Workspaces(ids.into_iter().map(Into::into).collect());
        Workspaces { line: self.clone(), target: Target { users: self.own(), on } }
    }

    /// Returns every workspace of the user, except those that others share with them, the inbox,
    /// and those of Pydio itself, such as the settings.
    pub fn every_workspace(&self) -> Workspaces {
        let target = Target { users: self.own(), on: On::Every };
        Workspaces { line: self.clone(), target }
    }

    fn own(&self) -> As {
        self.user.as_ref().map_or(As::Caller, |user| As::Users(vec![user.clone()]))
    }
}

impl fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandLine")
            .field("settings", &self.settings)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Several users of a command line. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Users {
    line: CommandLine,
    users: As,
}

impl Users {
    /// Returns the workspace of each user with this slug or id.
    pub fn workspace(&self, id: impl Into<String>) -> Workspaces {
        self.workspaces([id])
    }

    /// Returns several workspaces of each user, as in [`CommandLine::workspaces`].
    pub fn workspaces<S: Into<String>>(&self, ids: impl IntoIterator<Item = S>) -> Workspaces {
        self.on(On::Workspaces(ids.into_iter().map(Into::into).collect()))
    }

    /// Returns every workspace of each user, as in [`CommandLine::every_workspace`].
    pub fn every_workspace(&self) -> Workspaces {
        self.on(On::Every)
    }

    fn on(&self, on: On) -> Workspaces {
        Workspaces { line: self.line.clone(), target: Target { users: self.users.clone(), on } }
    }
}

/// A workspace, reached over the command line. Cheap to clone.
///
/// All actions run here, whether REST reaches them or not. Operations of the v2 API do not:
///
/// ```compile_fail,E0277
/// # use pydio_runtime::{OperationCall, cmd::Workspace};
/// async fn no_operation(workspace: Workspace, call: impl OperationCall) {
///     let _ = workspace.call(call).await;
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Workspace {
    line: CommandLine,
    target: Target,
}

impl Workspace {
    /// Runs a call and reads its response.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything runs for a call that answers a file, and for a value
    /// that the console would not read back; [`ErrorKind::Transport`](crate::ErrorKind::Transport)
    /// when the command could not be started or timed out, which may leave work done or still
    /// running; [`ErrorKind::Status`](crate::ErrorKind::Status) when it ended with a status other
    /// than 0; [`ErrorKind::Empty`](crate::ErrorKind::Empty) when it printed nothing although the
    /// action returns something; any other [`Error`] of the action.
    pub async fn call<C: ActionCall>(&self, call: C) -> Result<C::Response, Error> {
        let accept = <C::Response as FromResponse>::ACCEPT;
        let request = call.into_request();
        let response = run::one(&self.line, &self.target, &request, accept).await?;
        let mut response = C::Response::decode(response).await?;
        if request.endpoint().is_awaitable() {
            let workspace = self.target.workspaces();
            response.begun(Begun::new(Arc::new(self.clone()), &workspace, &request));
        }
        Ok(response)
    }
}

impl Workspace {
    /// Runs a call on a workspace as the same user, with any type of response.
    async fn ask<A: FromResponse>(&self, workspace: &str, request: &Request) -> Result<A, Error> {
        let on = On::Workspaces(vec![workspace.to_owned()]);
        let target = Target { users: self.target.users.clone(), on };
        A::decode(run::one(&self.line, &target, request, A::ACCEPT).await?).await
    }
}

impl Caller for Workspace {
    fn access_method(&self) -> AccessMethod {
        AccessMethod::CommandLine
    }

    fn json<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Json> {
        Box::pin(async move { self.ask(workspace, &request).await })
    }

    fn listing<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Listing> {
        Box::pin(async move { self.ask(workspace, &request).await })
    }
}

/// Several workspaces, of one user or of several, for which an action is run in turn. Cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct Workspaces {
    line: CommandLine,
    target: Target,
}

impl Workspaces {
    /// Runs a call for each, in a separate run, and reads each response. A workspace that is named
    /// twice is called once.
    ///
    /// The console could run the call for all of them at once, but it then silently skips the one
    /// after a failure, and prints a failure in place of reports (measured on 8.2.5). A first run
    /// finds out which users and workspaces there are; it does nothing else.
    ///
    /// # Errors
    /// Returns the errors of [`Workspace::call`] that concern the first run; errors of an action, or of a user,
    /// are in its [`CommandResult`].
    pub async fn call<C: ActionCall>(
        &self,
        call: C,
    ) -> Result<Vec<CommandResult<C::Response>>, Error> {
        let accept: Accept = <C::Response as FromResponse>::ACCEPT;
        let request = call.into_request();
        let mut results = Vec::new();
        for found in run::many(&self.line, &self.target, &request, accept).await? {
            let Found { user, workspace, response } = found;
            let mut result = match response {
                Ok(response) => C::Response::decode(response).await,
                Err(error) => Err(error),
            };
            if let (Ok(response), Some((_, id))) = (&mut result, &workspace)
                && request.endpoint().is_awaitable()
            {
                let caller = Arc::new(self.of(&user, id));
                response.begun(Begun::new(caller, id, &request));
            }
            let (workspace_label, workspace_id) = workspace.unzip();
            results.push(CommandResult { user, workspace_id, workspace_label, result });
        }
        Ok(results)
    }
}

impl Workspaces {
    /// Returns one of the workspaces, for one of the users.
    fn of(&self, user: &str, id: &str) -> Workspace {
        let users = match self.target.users {
            As::Caller => As::Caller,
            _ => As::Users(vec![user.to_owned()]),
        };
        let target = Target { users, on: On::Workspaces(vec![id.to_owned()]) };
        Workspace { line: self.line.clone(), target }
    }
}

/// The result of a call for one user on one workspace.
#[derive(Debug)]
#[non_exhaustive]
pub struct CommandResult<A> {
    /// The login of the user it ran as.
    pub user: String,
    /// The id of the workspace, or its name as it was given on 6.0 to 6.4; `None` when the user
    /// failed before any workspace was reached.
    pub workspace_id: Option<String>,
    /// The label of the workspace, or its name as it was given on 6.0 to 6.4; `None` when the user
    /// failed before any was reached.
    pub workspace_label: Option<String>,
    /// The response.
    pub result: Result<A, Error>,
}
