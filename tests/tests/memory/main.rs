//! How much memory a process takes that moves a large file, the server being another process.
//!
//! The file has 256 MiB, eight times what the process may take, and goes down once and up three
//! times; `PYDIO_TRANSFER_MIB=2048` makes it larger.
#![cfg(target_os = "linux")]

#[path = "../transfer/form.rs"]
mod form;
#[path = "../transfer/server.rs"]
#[allow(dead_code, reason = "nothing goes wrong here")]
mod server;
#[path = "../transfer/store.rs"]
#[allow(dead_code, reason = "nothing goes wrong here")]
mod store;

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    time::Instant,
};

use pydio_client::{Body, Pydio, v1::access_fs};

use crate::{server::Server, store::Content};

/// The most memory that the process may ever take, in KiB.
const MOST: u64 = 32 * 1024;

/// Tells the other process that it is the server, and how long the file is.
const SERVE: &str = "PYDIO_TRANSFER_SERVE";

#[tokio::test]
async fn a_large_file_takes_little_memory() {
    let mib = env::var("PYDIO_TRANSFER_MIB").map_or(256, |mib| mib.parse().unwrap());
    let size: u64 = mib << 20;
    let (mut child, url) = serve(size);
    let pydio = Pydio::builder(url).login("alice", "secret").build().unwrap();
    let files = pydio.workspace("common");
    let local = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = local.path().join("big.iso");

    let begin = Instant::now();
    let download = files.download(access_fs::download("/big.iso"));
    assert_eq!(download.to_file(&path).await.unwrap().bytes, size);
    println!("{mib} MiB down: {:.1?}, peak {} KiB", begin.elapsed(), peak());
    let down = peak();

    for (name, part_size, is_raw) in [
        ("parts.iso", 16 << 20, false),
        ("whole.iso", u64::MAX, false),
        ("raw.iso", u64::MAX, true),
    ] {
        let begin = Instant::now();
        let body = Body::file(&path).await.unwrap();
        let upload = files.upload(access_fs::upload("/", name, body)).part_size(part_size);
        let upload = if is_raw { upload.raw() } else { upload };
        assert_eq!(upload.await.unwrap().bytes, size);
        println!("{mib} MiB up as {name}: {:.1?}, peak {} KiB", begin.elapsed(), peak());
    }
    let up = peak();
    drop(child.stdin.take());
    child.wait().unwrap();
    assert!(down < MOST && up < MOST, "{down} KiB down, {up} KiB up");
}

/// The most memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Starts the server, and tells its address.
fn serve(size: u64) -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_server", "--ignored", "--nocapture"])
        .env(SERVE, size.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut lines = lines.map(Result::unwrap);
    let url =
        lines.find_map(|line| line.split_once("listening at ").map(|(_, url)| url.to_owned()));
    // Whatever else it says has to go somewhere.
    std::thread::spawn(move || lines.for_each(drop));
    (child, url.unwrap())
}

/// Has no file in memory, neither the one it sends nor those it takes, and serves until the other
/// process lets go of its input.
#[tokio::test]
#[ignore = "the other test starts it, in a process of its own"]
async fn the_server() {
    let Ok(size) = env::var(SERVE) else { return };
    let server = Server::start().await;
    {
        let mut state = server.state();
        state.is_kept = false;
        state.limit = "0".to_owned();
        state.store.put("/big.iso", Content::Pattern(size.parse().unwrap()));
    }
    println!("listening at {}", server.url());
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    ended.await.unwrap().unwrap();
}
