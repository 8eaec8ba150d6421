//! Certificates: of a private authority, and of the client.

use std::{net::Ipv4Addr, sync::Arc};

use pydio_client::{ErrorKind, Pydio, transport::HttpClient, v1::access_fs};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose,
    IsCa, KeyPair,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WebPkiClientVerifier,
    },
};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn issued(by: &Authority, name: &str, purpose: ExtendedKeyUsagePurpose) -> (Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.extended_key_usages = vec![purpose];
    (params.signed_by(&key, by).unwrap(), key)
}

/// Starts a server with a certificate of that authority, which requires one of `clients` if given,
/// and returns its address.
async fn serve(authority: &Authority, clients: Option<&Authority>) -> String {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = match clients {
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.der().clone()).unwrap();
            let provider = Arc::new(ring::default_provider());
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let (own, key) = issued(authority, "localhost", ExtendedKeyUsagePurpose::ServerAuth);
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = builder.with_single_cert(vec![own.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // A client that does not accept the certificate ends the connection here.
            let Ok(mut connection) = acceptor.accept(connection).await else { continue };
            let mut head = [0; 4096];
            let Ok(1..) = connection.read(&mut head).await else { continue };
            let tree = "<tree filename=\"/\"></tree>";
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{tree}",
                tree.len()
            );
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    format!("https://localhost:{port}")
}

async fn list(pydio: Pydio) -> Result<(), pydio_client::Error> {
    pydio.workspace("common").call(access_fs::ls("/")).await.map(drop)
}

#[tokio::test]
async fn a_private_authority_is_accepted_when_it_is_named() {
    let (ours, other) = (authority(), authority());
    let url = serve(&ours, None).await;
    let error = list(Pydio::builder(&url).build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.message().contains("certificate"), "{error}");
    let wrong = Pydio::builder(&url).root_certificates(other.pem());
    assert!(list(wrong.build().unwrap()).await.is_err());
    let both = Pydio::builder(&url).root_certificates(other.pem()).root_certificates(ours.pem());
    list(both.build().unwrap()).await.unwrap();
    let bundle = Pydio::builder(&url).root_certificates(other.pem() + &ours.pem());
    list(bundle.build().unwrap()).await.unwrap();
}

#[tokio::test]
async fn the_client_shows_its_certificate() {
    let (servers, clients) = (authority(), authority());
    let url = serve(&servers, Some(&clients)).await;
    let builder = || Pydio::builder(&url).root_certificates(servers.pem());
    assert!(list(builder().build().unwrap()).await.is_err());
    let purpose = ExtendedKeyUsagePurpose::ClientAuth;
    let (own, key) = issued(&clients, "alice", purpose.clone());
    let known = builder().client_certificate(own.pem(), key.serialize_pem());
    list(known.build().unwrap()).await.unwrap();
    let (own, key) = issued(&servers, "alice", purpose);
    let unknown = builder().client_certificate(own.pem(), key.serialize_pem());
    assert!(list(unknown.build().unwrap()).await.is_err());
}

/// Returns settings that accept the certificates of these authorities alone.
pub(crate) fn trusting(
    authorities: impl IntoIterator<Item = CertificateDer<'static>>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    authorities.into_iter().for_each(|authority| roots.add(authority).unwrap());
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[tokio::test]
async fn settings_of_rustls_are_used() {
    let ours = authority();
    let url = serve(&ours, None).await;
    let config = trusting([ours.der().clone()]);
    let client = HttpClient::builder().rustls(config.clone()).build().unwrap();
    list(Pydio::builder(&url).transport(client).build().unwrap()).await.unwrap();
    let both = HttpClient::builder().rustls(config).root_certificates(ours.pem()).build();
    assert_eq!(both.unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_certificate_that_cannot_be_read_is_refused_without_the_key() {
    let ours = authority();
    let builder = || Pydio::builder("https://pydio.test");
    let (own, key) = issued(&ours, "alice", ExtendedKeyUsagePurpose::ClientAuth);
    let (_, others) = issued(&ours, "bob", ExtendedKeyUsagePurpose::ClientAuth);
    for builder in [
        builder().root_certificates(""),
        builder().root_certificates("no certificate"),
        builder().root_certificates(own.pem().replace("M", "?")),
        builder().client_certificate("", key.serialize_pem()),
        builder().client_certificate(own.pem(), "s3cr3t-key"),
        builder().client_certificate(own.pem(), others.serialize_pem()),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error:?}");
    }
}
