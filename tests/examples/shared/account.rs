//! Who calls, and where.

use std::io;

use console::Term;
use pydio_client::{Error, Pydio};

#[path = "ask.rs"]
pub mod ask;

use ask::value;

/// A server and somebody who may log in there.
pub struct Account {
    /// The address of the web interface: `PYDIO_URL`.
    pub url: String,
    /// The login: `PYDIO_USER`.
    pub login: String,
    /// The password: `PYDIO_PASSWORD`.
    pub password: String,
}

impl Account {
    /// Takes what the environment says, and asks for the rest.
    ///
    /// # Errors
    ///
    /// When something is missing and there is no terminal to ask on.
    pub fn ask() -> io::Result<Self> {
        Ok(Self {
            url: value("PYDIO_URL", "Address", Term::read_line)?,
            login: value("PYDIO_USER", "Login", Term::read_line)?,
            password: value("PYDIO_PASSWORD", "Password", Term::read_secure_line)?,
        })
    }

    /// A connection that sends login and password with every request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the address or the login cannot work.
    pub fn connect(&self) -> Result<Pydio, Error> {
        Pydio::builder(&self.url).login(&self.login, self.password.as_str()).build()
    }
}
