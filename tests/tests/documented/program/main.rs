//! Runs the examples in the documentation of the calls, each against a server of its own, and prints
//! the result of each as a line of JSON: the name, whether it succeeded, and the result.
//!
//! A part of the scratch program that the suite compiles: `examples.rs` is generated.

use std::{env, error::Error as _, future::Future, pin::Pin, time::Duration};

use pydio_client::{Error, Json, Pydio, transport::HttpClient};
use pydio_test_server::{Server, Version};

mod examples;
mod fixture;

/// The time after which an example is taken for stuck.
const LIMIT: Duration = Duration::from_secs(8);

/// An example: its name, the login of its user, and its code.
type Example = (&'static str, &'static str, fn(Pydio) -> Running);

type Running = Pin<Box<dyn Future<Output = Result<String, Error>>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let http = HttpClient::builder().build().expect("an HTTP client");
    let wanted: Vec<_> = env::args().skip(1).collect();
    for (name, user, code) in examples::ALL {
        if !wanted.is_empty() && !wanted.iter().any(|one| name.contains(&**one)) {
            continue;
        }
        let server = Server::start(Version::V8_2).await.expect("a free port");
        let builder = Pydio::builder(server.url()).transport(http.clone());
        let pydio = builder.login(*user, fixture::PASSWORD).build().expect("a connection");
        fixture::fill(&server, &pydio).await;
        let (succeeded, text) = match tokio::time::timeout(LIMIT, code(pydio)).await {
            Ok(Ok(text)) => (true, text),
            Ok(Err(error)) => (false, with_sources(&error)),
            Err(_) => (false, "no result in time".to_owned()),
        };
        let text = text.replace(&server.url(), "https://files.example.org");
        let text = text.replace(&server.address().to_string(), "files.example.org");
        println!("{}", Json::from(vec![Json::from(*name), succeeded.into(), text.into()]));
    }
}

fn with_sources(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
