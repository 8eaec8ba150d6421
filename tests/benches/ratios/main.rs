//! Measures the generator and the client against the libraries they use: `cargo bench`.
//!
//! Each figure is the ratio of two tasks that alternate within one run, so that it is comparable
//! across machines and under load.

mod calls;
mod decode;
mod generate;
mod pairs;
mod transfers;

use std::sync::Arc;

use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

fn main() {
    pairs::head();
    generate::bundle();
    generate::cells();
    decode::listings();
    decode::models();
    calls::addresses();
    calls::signatures();
    calls::loopback();
    transfers::files();
}

/// Returns the builder of a bare HTTP client, which needs cryptography even for plain HTTP: the library
/// is built without a default.
fn bare() -> reqwest::ClientBuilder {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls)
}
