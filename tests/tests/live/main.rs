//! The live suite: runs the scenarios of [`pydio_tests::live`] with the bindings in `generated`,
//! and prints one line each.
//!
//! ```text
//! cargo test -p pydio-tests --test live                 # against the test server
//! cargo test -p pydio-tests --test live -- names link   # only scenarios with these words
//! PYDIO_URL=https://files.example.org PYDIO_USER=alice PYDIO_USER_PASSWORD=… \
//! PYDIO_ADMIN=admin PYDIO_ADMIN_PASSWORD=… PYDIO_WORKSPACE=my-files \
//! PYDIO_CMD='sudo -n -u www-data php /var/www/pydio/cmd.php' \
//!     cargo test -p pydio-tests --test live             # against a server
//! ```
//!
//! [`Target::from_env`] describes the variables, and [`pydio_tests::live`] the effects on the
//! server and the required rights. The test server stands for the release of the bindings. Against
//! it the suite must skip nothing that this release has, call every v2 operation, and leave
//! nothing behind.

use std::{collections::BTreeSet, env, path::Path, process::ExitCode};

use pydio_client::v1::BINDINGS;
use pydio_codegen::{input::Library, pipeline};
use pydio_tests::{
    ADMIN, ALICE, Server, Version,
    live::{self, Login, Report, Target},
};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Failed> {
    // Arguments that begin with a dash belong to the standard test harness.
    let wanted: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if env::args().any(|word| word == "--list") {
        live::scenarios().for_each(|scenario| println!("{}: test", scenario.name));
        return Ok(ExitCode::SUCCESS);
    }
    let is_good = tokio::runtime::Runtime::new()?.block_on(suite(&wanted))?;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn suite(wanted: &[String]) -> Result<bool, Failed> {
    match Target::from_env()? {
        Some(target) => {
            println!("the live suite against {}, as the environment says", target.url);
            let report = run(&target, wanted).await;
            Ok(!report.has_failed())
        }
        None => {
            println!("the live suite against the test server: `PYDIO_URL` names no other");
            in_memory(wanted).await
        }
    }
}

async fn run(target: &Target, wanted: &[String]) -> Report {
    let report = live::run(target, wanted, |line| println!("{line}")).await;
    println!("{report}");
    report
}

async fn in_memory(wanted: &[String]) -> Result<bool, Failed> {
    let release = BINDINGS.version();
    let version = Version::of_release(release).ok_or("no server stands for this release")?;
    let server = Server::builder(version).prefix("/sub/pydio").start().await?;
    let php = env!("CARGO_BIN_EXE_php-stand-in");
    let command = [php, "--server", &server.url(), "/srv/pydio/cmd.php"];
    let mut target = Target::new(server.url(), Login::new(ALICE.login, ALICE.password));
    target.admin = Some(Login::new(ADMIN.login, ADMIN.password));
    "common".clone_into(&mut target.workspace);
    target.command = Some(command.map(str::to_owned).to_vec());
    let before = server.inventory();
    let report = run(&target, wanted).await;
    // Older releases lack some of what scenarios need.
    let newest = Library::above(env!("CARGO_MANIFEST_DIR").as_ref()).versions().pop();
    let mut is_good = match newest.as_deref() == Some(release) {
        true => report.is_complete(),
        false => !report.has_failed(),
    };
    let left: Vec<_> = server.inventory().difference(&before).cloned().collect();
    if !left.is_empty() {
        println!("FAILED  nothing is left behind: {}", left.join(", "));
        is_good = false;
    }
    if wanted.is_empty() {
        let forgotten: Vec<_> = declared(release)?
            .into_iter()
            .filter(|id| !report.operations.contains(&**id))
            .collect();
        println!("{} operations of v2 were called", report.operations.len());
        if !forgotten.is_empty() {
            println!("FAILED  every operation of v2: not called were {}", forgotten.join(", "));
            is_good = false;
        }
    }
    Ok(is_good)
}

/// Returns the operations of the spec of a bundled release.
fn declared(release: &str) -> Result<BTreeSet<String>, Failed> {
    let request = pipeline::Request {
        version: Some(release.to_owned()),
        from: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
        ..pipeline::Request::default()
    };
    let spec = pipeline::read(&request).map_err(|error| format!("the spec: {error:?}"))?.spec;
    Ok(spec.endpoints.into_iter().map(|operation| operation.id).collect())
}
