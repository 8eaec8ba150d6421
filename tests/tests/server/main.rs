//! The test server against the recordings of a real one: the requests as they were recorded, and
//! answers that are the same but for times and numbers.

mod cases;
mod comparison;
mod raw;
mod recipes;
mod replay;
mod seeds;
mod session;
mod shape;
mod world;

use comparison::{TELLING_HEADERS, comparable, header, normal, path_of_node};
use pydio_tests::{
    Server, Version,
    recordings::{self, Recorded, Recording, below, read},
};

/// Sends a recorded request to a server and compares the answers.
async fn compare(server: &Server, recording: &Recording) -> Result<(), String> {
    let request = raw::Request::of(recording);
    let answer = raw::send(server, &request).await.map_err(|error| error.to_string())?;
    let problems = problems(&answer, recording);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("{}: {}", recording.name, problems.join("; "))),
    }
}

/// Where an answer differs from the one that was recorded, to the word.
pub(crate) fn problems(answer: &Recorded, recording: &Recording) -> Vec<String> {
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

fn assert_none(problems: &[String], count: usize) {
    println!("{count} recorded exchanges compared");
    assert!(problems.is_empty(), "{} differ:\n{}", problems.len(), problems.join("\n"));
}

pub(crate) fn skip() {
    println!("skipped: no recordings at {}", recordings::root().display());
}

#[tokio::test]
async fn answers_are_those_that_were_recorded() {
    let mut problems = Vec::new();
    let mut count = 0;
    for case in cases::ALL {
        for name in case.recordings {
            let Some(recording) = read(name).unwrap() else { return skip() };
            let server = Server::start(Version::V8_2).await.unwrap();
            case.prepare(&server);
            count += 1;
            problems.extend(compare(&server, &recording).await.err());
        }
    }
    assert_none(&problems, count);
}

#[tokio::test]
async fn names_in_paths_and_forms_are_read_as_recorded() {
    let recordings = below("v1/encoding").unwrap();
    if recordings.is_empty() {
        return skip();
    }
    let mut problems = Vec::new();
    for recording in &recordings {
        let server = Server::start(Version::V8_2).await.unwrap();
        server.folder("common", "/dir");
        if let Some(path) = path_of_node(recording) {
            server.put("common", &path, "");
        }
        problems.extend(compare(&server, recording).await.err());
    }
    assert_none(&problems, recordings.len());
}

#[tokio::test]
async fn files_are_sent_as_recorded() {
    let Some(file) = read("v1/download/file").unwrap() else { return skip() };
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/up/appended.bin", &file.response.body);
    server.put("common", "/up/plain file.txt", "hello upload again");
    let mut problems = Vec::new();
    for name in cases::DOWNLOADS {
        let recording = read(&format!("v1/download/{name}")).unwrap().unwrap();
        problems.extend(compare(&server, &recording).await.err());
    }
    assert_none(&problems, cases::DOWNLOADS.len());
}

#[tokio::test]
async fn the_lock_out_hides_what_is_wrong_and_lets_the_right_password_pass() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let ask = async |password: &str| {
        let request = raw::Request::get("/api/common/ls").basic("alice", password);
        let answer = raw::send(&server, &request).await.unwrap();
        (answer.status, header(&answer, "www-authenticate").is_some(), answer.body.len())
    };
    for _ in 0..3 {
        assert_eq!(ask("wrong").await, (401, true, 0));
    }
    assert_eq!(ask("wrong").await, (401, false, 42));
    assert_eq!(ask("alice-secret").await.0, 200);
}

#[tokio::test]
async fn methods_depend_on_the_version() {
    for (version, found) in [(Version::V6_4, true), (Version::V7_0, false), (Version::V8_2, false)]
    {
        let server = Server::start(version).await.unwrap();
        let mut request = raw::Request::get("/api/common/ls").basic("alice", "alice-secret");
        "PUT".clone_into(&mut request.method);
        let answer = raw::send(&server, &request).await.unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(text.contains("filename=\"/\""), found, "{version:?}: {text}");
        assert_eq!(text.contains("Could not find any endpoint"), !found);
    }
}
