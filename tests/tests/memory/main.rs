//! Measures the memory of a process that transfers a large file, with the server in another
//! process.
//!
//! The file has 256 MiB, eight times the permitted memory, and is downloaded once and uploaded
//! three times; `PYDIO_TRANSFER_MIB=2048` makes it larger.
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

/// The maximum memory of the process, in KiB.
const MOST: u64 = 32 * 1024;

/// The variable that makes the other process the server, and holds the length of the file.
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

/// Returns the peak memory of this process, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Starts the server, and returns its URL.
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
    // Drain the rest of its output.
    std::thread::spawn(move || lines.for_each(drop));
    (child, url.unwrap())
}

/// Serves files without holding them in memory, until the other process closes its input.
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
