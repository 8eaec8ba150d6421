//! The environment of a scenario.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pydio_client::{
    Error, ErrorKind, NodePath, Pydio, Workspace,
    response::{Envelope, Node, OneOrMany},
    v1::access_fs,
};

#[cfg(since = "6.5.1")]
use pydio_client::OperationCall;

use super::{
    Login, Target, Trouble,
    stage::{Known, Stage, connect},
    trouble::given,
};

/// The environment of a scenario: clients, names, and a list of objects to remove.
pub struct Scene {
    stage: Arc<Stage>,
    removals: Mutex<Vec<Removal>>,
}

type Removing = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// An object to remove when the scenario ends.
struct Removal {
    what: String,
    remove: Removing,
}

impl Scene {
    pub(super) fn new(stage: &Arc<Stage>) -> Self {
        Self { stage: Arc::clone(stage), removals: Mutex::default() }
    }

    pub(super) fn target(&self) -> &Target {
        &self.stage.target
    }

    /// Returns the user's client.
    pub(super) fn user(&self) -> &Pydio {
        &self.stage.user
    }

    /// Returns the slug or id of the workspace.
    pub(super) fn workspace(&self) -> &str {
        &self.stage.target.workspace
    }

    /// Returns the user's workspace.
    pub(super) fn files(&self) -> Workspace {
        self.user().workspace(self.workspace())
    }

    /// Returns the administrator's client.
    pub(super) fn admin(&self) -> Result<&Pydio, Trouble> {
        let none = || Trouble::Skipped("no administrator was given".to_owned());
        self.stage.admin.as_ref().ok_or_else(none)
    }

    /// Returns the administration workspace.
    pub(super) fn settings(&self) -> Result<Workspace, Trouble> {
        Ok(self.admin()?.workspace("settings"))
    }

    /// Returns the workspace as the administration shows it.
    pub(super) fn known(&self) -> Result<&Known, Trouble> {
        self.admin()?;
        match given("the workspace in the administration", self.stage.workspace.as_ref())? {
            Ok(known) => Ok(known),
            Err(failure) if failure.kind() == ErrorKind::Server => Err(Trouble::Skipped(format!(
                "the administration does not show the workspace: {}",
                failure.message()
            ))),
            Err(error) => Err(error.clone().into()),
        }
    }

    /// Returns the administrator's login.
    pub(super) fn admin_login(&self) -> Result<&Login, Trouble> {
        given("the administrator's login", self.stage.admin_login.as_ref())
    }

    /// Returns a client for another user.
    pub(super) fn connect(&self, name: &str, password: &str) -> Result<Pydio, Error> {
        connect(self.target(), &Login::new(name, password))
    }

    /// Returns a unique name.
    pub(super) fn name(&self, what: &str) -> String {
        format!("pydio-live-{}-{}-{what}", self.stage.tag, self.stage.number())
    }

    /// Returns a unique password.
    pub(super) fn password(&self) -> String {
        format!("Pw-{}-{}", self.stage.tag, self.stage.number())
    }

    /// Creates a new folder, and schedules the removal of it and its content.
    pub(super) async fn folder(&self) -> Result<NodePath, Trouble> {
        let folder = NodePath::root().join(&self.name("files"));
        self.remove_node(&folder);
        self.files().call(access_fs::mkdir(&folder)).await?;
        Ok(folder)
    }

    /// Schedules the removal of a user's node, if it still exists by then.
    pub(super) fn remove_node(&self, path: &NodePath) {
        self.remove_from(&self.files(), path);
    }

    /// Schedules the removal of a node, if it still exists by then, and returns its description.
    pub(super) fn remove_from(&self, files: &Workspace, path: &NodePath) -> String {
        let what = format!("{path} in the workspace {}", files.id());
        let (files, path) = (files.clone(), path.clone());
        self.later(&*what, async move {
            match files.call(access_fs::stat(&path)).await? {
                OneOrMany::Missing => Ok(()),
                _ => files.call(delete(&path)).await.map(|_| ()),
            }
        });
        what
    }

    /// Schedules a removal.
    pub(super) fn later(
        &self,
        what: impl Into<String>,
        remove: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) {
        let removal = Removal { what: what.into(), remove: Box::pin(remove) };
        self.removals().push(removal);
    }

    /// Cancels the removal of something that the scenario has removed itself.
    pub(super) fn removed(&self, what: &str) {
        self.removals().retain(|removal| removal.what != what);
    }

    fn removals(&self) -> MutexGuard<'_, Vec<Removal>> {
        self.removals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes everything, newest first, and returns what could not be removed.
    pub(super) async fn clear(&self) -> Vec<String> {
        let removals = std::mem::take(&mut *self.removals());
        let mut left = Vec::new();
        for Removal { what, remove } in removals.into_iter().rev() {
            if let Err(error) = remove.await {
                left.push(format!("could not remove {what}: {error}"));
            }
        }
        left
    }

    /// Calls a v2 operation, and records it.
    #[cfg(since = "6.5.1")]
    pub(super) async fn operation<C: OperationCall>(
        &self,
        pydio: &Pydio,
        call: C,
    ) -> Result<C::Response, Trouble> {
        let answer = pydio.call(call).await?;
        self.stage.called(C::ENDPOINT.id());
        Ok(answer)
    }

    /// Asserts that an operation unsupported by the server is not sent.
    #[cfg(since = "6.5.1")]
    pub(super) async fn unsupported<C: OperationCall>(&self, call: C) -> Result<(), Trouble> {
        let answer = self.user().call(call).await;
        let is_refused =
            answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidRequest);
        super::trouble::ensure(is_refused, format!("{} was sent", C::ENDPOINT.id()))?;
        self.stage.called(C::ENDPOINT.id());
        Ok(())
    }
}

/// Returns the path of the only added node.
pub(super) fn added(envelope: &Envelope) -> Result<NodePath, Trouble> {
    given("the new node in the answer", envelope.diff.added.first().map(|node| node.path()))
}

/// Returns the only changed node; `None` if the server reports none.
///
/// Before 6.5.1, servers report a node that was moved or recycled as removed and added.
pub(super) fn moved(report: impl Into<Option<Envelope>>) -> Result<Option<Node>, Trouble> {
    let mut diff = given("the report of what was done", report.into())?.diff;
    Ok(diff.updated.pop().or_else(|| diff.added.pop()))
}

/// Returns the new path of the only changed node.
pub(super) fn updated(report: impl Into<Option<Envelope>>) -> Result<NodePath, Trouble> {
    Ok(given("the changed node in the answer", moved(report)?)?.path())
}

/// Returns the call that restores a node.
pub(super) fn restore(recycled: &NodePath) -> access_fs::Restore {
    #[cfg(since = "6.5.1")]
    return access_fs::restore(recycled);
    // Without the folder, the server does nothing and reports nothing.
    #[cfg(not(since = "6.5.1"))]
    access_fs::restore(BIN, recycled)
}

/// Returns the call that removes a node for good, wherever it is.
pub(super) fn delete(path: &NodePath) -> access_fs::Delete {
    let call = access_fs::delete([path]).force_deletion(true);
    #[cfg(not(since = "6.5.1"))]
    if path.parent() == Some(BIN.into()) {
        // Without the folder, the server would move the node to where it is.
        return call.dir(BIN);
    }
    call
}

/// The recycle bin of a workspace, unless its configuration names another.
#[cfg(not(since = "6.5.1"))]
const BIN: &str = "/recycle_bin";
