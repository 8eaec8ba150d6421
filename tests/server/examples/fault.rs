//! Tests a client against a slow server, here over a bare socket.
//!
//! ```sh
//! cargo run -p pydio-test-server --example fault
//! ```

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use pydio_test_server::{Canned, Fault, Server, Version};

/// The client under test: lists a workspace, and returns the first line of the response.
fn list(server: &Server) -> io::Result<String> {
    let mut stream = TcpStream::connect(server.address())?;
    let credentials = "YWxpY2U6YWxpY2Utc2VjcmV0"; // alice:alice-secret
    write!(
        stream,
        "GET /api/projects/ls HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {credentials}\r\n\
         Connection: close\r\n\r\n",
        server.address()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

fn main() -> io::Result<()> {
    let server = Server::builder(Version::V8_2).start_blocking()?;
    server.add_workspace("projects");
    println!("without rights: {}", list(&server)?);

    server.grant("alice", "projects", "r");
    println!("with rights: {}", list(&server)?);

    server.fail(Fault::Answer(Canned::new(503, "text/html", "<html>later</html>")));
    println!("behind a proxy that gave up: {}", list(&server)?);

    server.fail(Fault::Delay(Duration::from_millis(200)));
    let start = Instant::now();
    println!("late: {} after {} ms", list(&server)?, start.elapsed().as_millis());

    println!("{} requests, the last one for {}", server.seen().len(), server.seen()[3].target);
    Ok(())
}
