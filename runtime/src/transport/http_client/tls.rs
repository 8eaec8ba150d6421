//! TLS for this client only: the provider of the process, if any, is unchanged.

use std::sync::Arc;

use rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};
use secrecy::ExposeSecret as _;

use super::builder::{Certificates, config as refused};
use crate::types::Error;

/// Certificates are verified like the platform does, and those of the given authorities accepted.
pub(super) fn config(certificates: &Certificates) -> Result<ClientConfig, Error> {
    let unusable = |error: rustls::Error| refused(format!("TLS cannot be set up: {error}"));
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let builder = if certificates.roots.is_empty() {
        builder.with_platform_verifier().map_err(unusable)?
    } else {
        let mut roots = Vec::new();
        for pem in &certificates.roots {
            roots.extend(chain(pem, "the root certificates")?);
        }
        let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(unusable)?;
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    };
    let Some((own, key)) = &certificates.own else { return Ok(builder.with_no_client_auth()) };
    let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes())
        // The error may quote the text.
        .map_err(|_| refused("the client's private key is not a private key in PEM"))?;
    let own = chain(own, "the client's certificate")?;
    builder.with_client_auth_cert(own, key).map_err(unusable)
}

/// Reads the certificates of a PEM text, of which there has to be one.
fn chain(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if chain.is_empty() => Err(refused(format!("{what}: no certificate as PEM"))),
        Ok(chain) => Ok(chain),
        Err(error) => Err(refused(format!("{what}: no valid PEM: {error}"))),
    }
}
