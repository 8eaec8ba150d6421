//! Items for the other crates of this project. Nobody else may rely on them.

use url::Url;

use crate::{
    client::{Diagnosis, Pydio, Workspace},
    connection::base_url,
    types::{Endpoint, Error},
};

/// Returns the address of a server, under which key pairs are stored.
///
/// # Errors
///
/// Those of connecting to an address that is none.
pub fn base(url: &str) -> Result<Url, Error> {
    base_url(url)
}

/// Returns what to do about a certificate that is not accepted; `None` where a connection was not
/// made for another reason.
pub fn certificate_advice(error: &Error) -> Option<&'static str> {
    match Diagnosis::of_connection(error) {
        Diagnosis::NotReached => None,
        certificate => Some(certificate.advice()),
    }
}

/// Returns whether an HTTP call failed because no connection was made, so that nothing was sent.
#[cfg(feature = "http")]
pub fn is_not_connected(error: &Error) -> bool {
    let first: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut causes = std::iter::successors(first, |error| (*error).source());
    causes.any(|cause| cause.downcast_ref().is_some_and(reqwest::Error::is_connect))
}

/// Returns the connection of a workspace.
pub fn pydio(workspace: &Workspace) -> &Pydio {
    workspace.pydio()
}

/// Returns the parameter for the name of the file, if the endpoint is the action that uploads one.
pub fn upload_name(endpoint: &Endpoint) -> Option<&'static str> {
    let upload = endpoint.transfer()?.upload;
    upload.endpoint.is(endpoint).then_some(upload.name)
}
