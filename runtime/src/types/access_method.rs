//! The ways to call a server.

use std::fmt;

/// How a server is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccessMethod {
    /// REST v1: `/api/{workspace}/{action}`.
    RestV1,
    /// REST v2, or the API of another server.
    RestV2,
    /// A session on `index.php`.
    Session,
    /// The command line of the server, `cmd.php`.
    CommandLine,
}

impl AccessMethod {
    /// Returns its name: `rest_v1`, `rest_v2`, `session` or `command_line`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RestV1 => "rest_v1",
            Self::RestV2 => "rest_v2",
            Self::Session => "session",
            Self::CommandLine => "command_line",
        }
    }
}

impl fmt::Display for AccessMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
