//! Calls an action of a plugin of one's own, with bindings that the build script makes.

use std::env;

use pydio_runtime::{Error, Pydio};

/// The bindings, which are in no repository: they are made with the program.
#[allow(dead_code, unused_imports, reason = "a program needs a part of them")]
mod pydio {
    include!(concat!(env!("OUT_DIR"), "/pydio/mod.rs"));
}

use pydio::v1::acme_stamp;

/// The call that this program is for.
fn stamp(node: &str) -> acme_stamp::Stamp {
    acme_stamp::stamp(node).text("seen")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (url, node) = (env::var("PYDIO_URL"), env::args().nth(1));
    let (Ok(url), Some(node)) = (url, node) else {
        println!("usage: PYDIO_URL=… PYDIO_USER=… PYDIO_PASSWORD=… example-build-script NODE");
        return Ok(());
    };
    let [user, password] =
        ["PYDIO_USER", "PYDIO_PASSWORD"].map(|name| env::var(name).unwrap_or_default());
    let server = Pydio::builder(&url).login(&user, password).build()?;
    let answer = server.workspace("my-files").call(stamp(&node)).await?;
    println!("{answer:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use pydio_runtime::Call as _;

    use super::{acme_stamp::Stamp, stamp};

    #[test]
    fn the_bindings_are_those_of_the_plugin() {
        assert_eq!(Stamp::ENDPOINT.plugin(), "acme.stamp");
        assert_eq!(Stamp::ENDPOINT.id(), "stamp");
        assert_eq!(super::pydio::v1::BINDINGS.version(), "8.2.5");
        let call = format!("{:?}", stamp("/a.txt"));
        assert!(call.contains("stamp"), "{call}");
    }
}
