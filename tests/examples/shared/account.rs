//! The server and the credentials.

use std::io;

use console::Term;
use pydio_client::{Error, Pydio};

#[path = "ask.rs"]
pub mod ask;

use ask::value;

/// A server and the login of a user.
pub struct Account {
    /// The URL of the web interface: `PYDIO_URL`.
    pub url: String,
    /// The login: `PYDIO_USER`.
    pub login: String,
    /// The password: `PYDIO_PASSWORD`.
    pub password: String,
}

impl Account {
    /// Reads the environment, and prompts for missing values.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is missing and there is no terminal to prompt on.
    pub fn ask() -> io::Result<Self> {
        Ok(Self {
            url: value("PYDIO_URL", "Address", Term::read_line)?,
            login: value("PYDIO_USER", "Login", Term::read_line)?,
            password: value("PYDIO_PASSWORD", "Password", Term::read_secure_line)?,
        })
    }

    /// Returns a client that sends login and password with every request.
    ///
    /// # Errors
    ///
    /// Returns [`pydio_client::ErrorKind::Config`] if the URL or the login is invalid.
    pub fn connect(&self) -> Result<Pydio, Error> {
        Pydio::builder(&self.url).login(&self.login, self.password.as_str()).build()
    }
}
