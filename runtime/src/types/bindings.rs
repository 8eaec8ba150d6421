//! The source of a set of bindings.

use super::{Dialect, Release, Site, TransferActions};

/// The source that a set of bindings was generated from.
///
/// Every [`Endpoint`](crate::Endpoint) refers to one, so that a call is encoded for the server its
/// bindings were generated for.
#[derive(Debug)]
pub struct Bindings {
    pub(crate) version: &'static str,
    /// The release; `None` if there is none, or for any release.
    pub(crate) release: Option<Release>,
    pub(crate) dialect: Dialect,
    pub(crate) server: Server,
    pub(crate) site: &'static Site,
    pub(crate) transfer: Option<fn() -> &'static TransferActions>,
}

impl Bindings {
    /// Creates the bindings of a Pydio 6–8 of that release, such as `8.2.5`. The release decides
    /// how a call is encoded and what is refused before it is sent.
    pub const fn pydio(version: &'static str) -> Self {
        let release = Release::lenient(version);
        Self {
            version,
            release: Some(release),
            dialect: Dialect::of(release),
            ..Self::of_any_release()
        }
    }

    /// Creates the bindings of another kind of server, which has only a spec.
    pub const fn other() -> Self {
        Self { server: Server::Other, ..Self::of_any_release() }
    }

    const fn of_any_release() -> Self {
        Self {
            version: "",
            release: None,
            dialect: Dialect::NEWEST,
            server: Server::Pydio,
            site: &Site::NONE,
            transfer: None,
        }
    }

    /// Sets the servers that the spec declares.
    #[must_use]
    pub const fn site(mut self, site: &'static Site) -> Self {
        self.site = site;
        self
    }

    /// Sets the actions that transfers of files use. Takes a function, since these actions refer
    /// back to the bindings.
    #[must_use]
    pub const fn transfer(mut self, transfer: Option<fn() -> &'static TransferActions>) -> Self {
        self.transfer = transfer;
        self
    }

    /// Returns the release of the server, such as `8.2.5`; empty for a server of another kind.
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// Returns the release of the server that they were generated from; `None` for a server of
    /// another kind.
    pub const fn release(&self) -> Option<Release> {
        self.release
    }
}

/// The bindings of calls that the client makes for itself, which are the same for all releases.
pub(crate) static ANY_RELEASE: Bindings = Bindings::of_any_release();

/// The kind of server that bindings are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// A Pydio 6–8, which reports failures with status 200.
    Pydio,
    /// Any other server, which reports failures by status.
    Other,
}

impl Server {
    /// Returns whether a success may contain the report of a failure.
    pub(crate) fn reports_in_success(self) -> bool {
        self == Self::Pydio
    }
}
