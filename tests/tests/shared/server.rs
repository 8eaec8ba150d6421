//! Compares the test server with recordings of a real one: for the recorded requests, its responses
//! must be equal except for times and numbers.

mod annotations;
mod asked;
mod cases;
mod comparison;
mod exchange_recipes;
pub(crate) mod exchanges;
mod recipes;
mod release_recipes;
pub(crate) mod releases;
pub(crate) mod replay;
mod seeds;
pub(crate) mod shape;
mod unlike;

use self::comparison::{TELLING_HEADERS, comparable, header, normal, path_of_node};
use crate::raw;
use pydio_tests::{
    Server, Version,
    recordings::{Recorded, Recording, below, read},
};

/// Sends a recorded request to a server and compares the responses.
async fn compare(server: &Server, recording: &Recording) -> Result<(), String> {
    let request = asked::request_of(recording);
    let answer = raw::send(server, &request).await.map_err(|error| error.to_string())?;
    let problems = problems(&answer, recording);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("{}: {}", recording.name, problems.join("; "))),
    }
}

/// Returns the exact differences between a response and the recorded one.
fn problems(answer: &Recorded, recording: &Recording) -> Vec<String> {
    let expected = &recording.response;
    let mut problems = Vec::new();
    if answer.status != expected.status {
        problems.push(format!("status {} for {}", answer.status, expected.status));
    }
    for name in TELLING_HEADERS {
        let (ours, theirs) = (header(answer, name), header(expected, name));
        if ours.map(normal) != theirs.map(normal) {
            problems.push(format!("{name}: {ours:?} for {theirs:?}"));
        }
    }
    let (ours, theirs) = (comparable(&answer.body), comparable(&expected.body));
    if recording.method != "HEAD" && ours != theirs {
        problems.push(format!("body\n  ours:   {ours}\n  theirs: {theirs}"));
    }
    problems
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} differ:\n{}", problems.len(), problems.join("\n"));
}

pub(crate) async fn responses_match_the_recordings() {
    let mut problems = Vec::new();
    for case in cases::ALL {
        for name in case.recordings {
            let recording = read(name).unwrap();
            let server = Server::start(Version::V8_2).await.unwrap();
            case.prepare(&server);
            problems.extend(compare(&server, &recording).await.err());
        }
    }
    assert_none(&problems);
}

pub(crate) async fn names_in_paths_and_forms_are_read_as_recorded() {
    let recordings = below("v1/encoding").unwrap();
    let mut problems = Vec::new();
    for recording in &recordings {
        let server = Server::start(Version::V8_2).await.unwrap();
        server.folder("common", "/dir");
        if let Some(path) = path_of_node(recording) {
            server.put("common", &path, "");
        }
        problems.extend(compare(&server, recording).await.err());
    }
    assert_none(&problems);
}

pub(crate) async fn files_are_sent_as_recorded() {
    let file = read("v1/download/file").unwrap();
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/up/appended.bin", &file.response.body);
    server.put("common", "/up/plain file.txt", "hello upload again");
    let mut problems = Vec::new();
    for name in cases::DOWNLOADS {
        let recording = read(&format!("v1/download/{name}")).unwrap();
        problems.extend(compare(&server, &recording).await.err());
    }
    assert_none(&problems);
}
