//! Runs an in-memory Pydio for any client until it is interrupted.

use std::{error::Error, future::pending};

use clap::{Parser, ValueEnum};
use pydio_test_server::{ADMIN, ALICE, BOB, Server, Version};

/// Starts an in-memory Pydio on 127.0.0.1, with three users and a few workspaces.
#[derive(Debug, Parser)]
#[command(name = "pydio-test-server", disable_version_flag = true)]
struct Arguments {
    /// The port to listen on; by default a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The generation of servers to simulate
    #[arg(long, value_enum, default_value_t = Generation::V8_2)]
    version: Generation,
    /// The path that Pydio is installed at, such as `/pydio`
    #[arg(long, default_value = "")]
    prefix: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Generation {
    #[value(name = "6.4")]
    V6_4,
    #[value(name = "7.0")]
    V7_0,
    #[value(name = "8.2")]
    V8_2,
}

impl From<Generation> for Version {
    fn from(generation: Generation) -> Self {
        match generation {
            Generation::V6_4 => Self::V6_4,
            Generation::V7_0 => Self::V7_0,
            Generation::V8_2 => Self::V8_2,
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(&arguments))
}

async fn serve(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let builder = Server::builder(arguments.version.into()).prefix(&arguments.prefix);
    let server = builder.port(arguments.port).start().await?;
    println!("{}", server.url());
    for account in [ADMIN, ALICE, BOB] {
        println!("user {} with the password {:?}", account.login, account.password);
    }
    println!("workspaces {}", server.workspaces().join(" "));
    pending().await
}
