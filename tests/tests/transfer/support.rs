//! Shared helpers for transfer tests.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use pydio_client::{Error, Pydio, Workspace, transfer::Progress};
use tempfile::TempDir;

use crate::server::Server;

/// A short delay between attempts.
pub(crate) const AT_ONCE: Duration = Duration::from_millis(1);

/// Returns a server, and its workspace.
pub(crate) async fn connect() -> (Server, Workspace) {
    let server = Server::start().await;
    let files = workspace(&server);
    (server, files)
}

pub(crate) fn workspace(server: &Server) -> Workspace {
    pydio(server).workspace("common")
}

pub(crate) fn pydio(server: &Server) -> Pydio {
    let builder = Pydio::builder(server.url()).login("alice", "secret");
    builder.read_timeout(Duration::from_secs(20)).build().unwrap()
}

/// A local folder.
pub(crate) struct Local(TempDir);

impl Local {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    pub(crate) fn read(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.path(name)).ok()
    }

    /// Returns the names in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Returns bytes without repeated sequences.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2019_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Returns a progress callback, and the list of its events.
pub(crate) fn listener() -> (impl FnMut(Progress) + Send + 'static, Arc<Mutex<Vec<Progress>>>) {
    let told = Arc::<Mutex<Vec<Progress>>>::default();
    let listener = Arc::clone(&told);
    (move |progress| listener.lock().unwrap().push(progress), told)
}

/// Returns the name of an error's variant.
pub(crate) fn kind(error: &Error) -> String {
    format!("{:?}", error.kind())
}
