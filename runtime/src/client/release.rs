//! The release of a running server.

use bytes::Bytes;

use super::{Pydio, diagnosis::ask};
use crate::{
    connection::Connection,
    json::Json,
    types::{Error, ErrorKind, Failure, ServerRelease},
};

impl Pydio {
    /// Asks the server for its release, without credentials: it is in the settings of the web
    /// interface. From 8.2.3 on, a server reveals only that it is that release or a newer one.
    ///
    /// The release is then known to all clones of this connection and to its sessions, and named in
    /// the error of an action that the server does not have. [`Session`](crate::Session) learns it
    /// at the login.
    ///
    /// Measured on 6.0.8, 6.4.2, 6.5.5, 7.0.4, 8.0.2 and 8.2.5. Neither the registry nor REST v2
    /// contain a release.
    ///
    /// ```no_run
    /// # async fn demo(pydio: pydio_runtime::Pydio) -> Result<(), pydio_runtime::Error> {
    /// use pydio_runtime::{Release, ServerRelease};
    ///
    /// match pydio.release().await? {
    ///     ServerRelease::Exactly(release) if release < Release::new(7, 0, 0) => {
    ///         println!("{release}: an old server");
    ///     }
    ///     release => println!("{release}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnexpectedContentType`] when there is no web interface of a Pydio at the
    /// address, [`ErrorKind::Malformed`] when it does not tell its release, and
    /// [`ErrorKind::Transport`] when the server cannot be asked.
    pub async fn release(&self) -> Result<ServerRelease, Error> {
        let connection = self.connection();
        if web_settings(connection).await?.is_err() {
            let message = "the response does not contain the settings of a Pydio web interface; \
                           check the URL";
            return Err(Error::new(ErrorKind::UnexpectedContentType, Failure::new(message)));
        }
        connection.release.get().ok_or_else(|| {
            let message = "the settings of the web interface contain no release";
            Error::new(ErrorKind::Malformed, Failure::new(message))
        })
    }
}

/// Requests the settings of the web interface, which are available to everybody, and learns the
/// release from them; returns the response that is sent instead if there is no Pydio.
pub(super) async fn web_settings(connection: &Connection) -> Result<Result<(), Bytes>, Error> {
    let answer = ask(connection, "index.php?get_action=get_boot_conf").await?;
    let (_, bytes) = answer.held().await?;
    let settings: Option<Json> = serde_json::from_slice(&bytes).ok();
    Ok(match settings.filter(|settings| settings["SECURE_TOKEN"].is_string()) {
        Some(settings) => {
            connection.release.learn(&settings);
            Ok(())
        }
        None => Err(bytes),
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        client::Pydio,
        testing::{BINDINGS, Canned, Server, Typed, action, ready},
        types::{Endpoint, Envelope, ErrorKind, Method, Request},
    };

    fn connect<const N: usize>(answers: [Canned; N]) -> Pydio {
        let (server, _) = Server::new(answers);
        Pydio::builder("http://pydio.test/sub").transport(server).build().unwrap()
    }

    fn settings(version: &str) -> Canned {
        Canned::json(&format!(r#"{{"SECURE_TOKEN":"x","ajxpVersion":"{version}"}}"#))
    }

    #[test]
    fn the_settings_of_the_web_interface_tell_the_release() {
        let release = |answer| ready(connect([answer]).release()).map(|one| one.to_string());
        assert_eq!(release(settings("6.4.2")).unwrap(), "6.4.2");
        let hidden = release(settings("82f39674d80f596918cfac6682b40790"));
        assert_eq!(hidden.unwrap(), "8.2.3 or newer");
        for (answer, kind) in [
            (settings("soon"), ErrorKind::Malformed),
            (Canned::json(r#"{"SECURE_TOKEN":"x"}"#), ErrorKind::Malformed),
            (Canned::new("text/html", "<html>"), ErrorKind::UnexpectedContentType),
            (Canned::new("text/html", ""), ErrorKind::UnexpectedContentType),
        ] {
            assert_eq!(release(answer).unwrap_err().kind(), kind);
        }
    }

    static NEW: Endpoint = action(&BINDINGS, "new", Method::Get, &[]).since("8.0.0");
    static OLD: Endpoint = action(&BINDINGS, "old", Method::Get, &[]).until("6.5.5");
    static LS: Endpoint = action(&BINDINGS, "ls", Method::Get, &[]);

    #[test]
    fn an_unknown_action_is_explained_by_the_releases() {
        let refusal = |endpoint: &'static Endpoint, version: Option<&str>| {
            let unknown = Canned::xml(
                r#"<tree ><message type="ERROR">Could not find action x</message></tree>"#,
            );
            let pydio = match version {
                Some(version) => connect([settings(version), unknown]),
                None => connect([unknown]),
            };
            if version.is_some() {
                ready(pydio.release()).unwrap();
            }
            let call = Typed::<Envelope>(Request::new(endpoint), std::marker::PhantomData);
            let error = ready(pydio.workspace("w").call(call)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownAction);
            error.message().trim_start_matches("Could not find action x").to_owned()
        };
        let checksum = Some("82f39674d80f596918cfac6682b40790");
        for (endpoint, version, why) in [
            (&NEW, None, "; bindings 8.2.5: this action is new in 8.0.0"),
            (&NEW, Some("7.0.4"), "; bindings 8.2.5, server 7.0.4: this action is new in 8.0.0"),
            (&NEW, Some("8.2.5"), ""),
            (&NEW, checksum, ""),
            (&OLD, None, ""),
            (
                &OLD,
                checksum,
                "; bindings 8.2.5, server 8.2.3 or newer: 6.5.5 is the last release with this action",
            ),
            (
                &LS,
                Some("7.0.4"),
                "; bindings 8.2.5, server 7.0.4: generate bindings for the release of the server",
            ),
            (&LS, Some("8.2.5"), ""),
        ] {
            assert_eq!(refusal(endpoint, version), why, "{version:?}");
        }
    }
}
