//! Runs an in-memory Pydio for any client until it is interrupted.

use std::{error::Error, future::pending};

use clap::Parser;
use pydio_test_server::{ADMIN, ALICE, BOB, Server, Version};

/// Starts an in-memory Pydio on 127.0.0.1, with three users and a few workspaces.
#[derive(Debug, Parser)]
#[command(name = "pydio-test-server", disable_version_flag = true)]
struct Arguments {
    /// The port to listen on; by default a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The release to simulate, such as `6.4.2`
    #[arg(long, value_parser = version, default_value = "8.2.5")]
    version: Version,
    /// The path that Pydio is installed at, such as `/pydio`
    #[arg(long, default_value = "")]
    prefix: String,
}

/// Parses the number of a release.
fn version(release: &str) -> Result<Version, String> {
    Version::of_release(release).ok_or_else(|| "no release of Pydio 6 to 8".to_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(&arguments))
}

async fn serve(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let builder = Server::builder(arguments.version).prefix(&arguments.prefix);
    let server = builder.port(arguments.port).start().await?;
    println!("{}", server.url());
    for account in [ADMIN, ALICE, BOB] {
        println!("user {} with the password {:?}", account.login, account.password);
    }
    println!("workspaces {}", server.workspaces().join(" "));
    pending().await
}
