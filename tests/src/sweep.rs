//! Runs a program repeatedly, and makes each of its requests fail in turn.
//!
//! Each run has to succeed, or to fail and report what it could not do; a second run must then
//! repair what the first left behind.

use std::{collections::BTreeMap, fmt::Write as _, fs, io, path::Path, time::Duration};

use futures_util::{StreamExt as _, stream};
use tempfile::TempDir;

use crate::{
    Server,
    proxy::{Fault, Proxy, Rule, Which},
};

/// The environment of a program: a server, and a local folder.
#[derive(Debug)]
pub struct Place {
    /// The server.
    pub server: Server,
    /// The folder.
    pub folder: TempDir,
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit status.
    pub status: u8,
    /// Its result output.
    pub out: String,
    /// Its error output.
    pub err: String,
}

/// The expectations on a program.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The exit status without a fault.
    pub status: u8,
    /// Words of which every error must contain one: the call, node or user concerned.
    pub names: &'e [&'e str],
    /// What a second run reports instead of repeating the work; `None` if it ends like the first.
    pub is_done: Option<&'e str>,
    /// Words of an error that no second run can repair, since no call reveals the cause.
    pub is_lost: Option<&'e str>,
    /// The status of a failed run after which the server has changed; `None` for any but 0.
    pub unknown: Option<u8>,
    /// Local files that describe the run rather than its result.
    pub ignored: &'e [&'e str],
    /// The maximum number of requests at which each fault is injected. If there are more, they are
    /// spread evenly, and differently for each fault.
    pub positions: usize,
}

impl<'e> Expected<'e> {
    /// Expects every error to contain one of those words.
    pub fn naming(names: &'e [&'e str]) -> Self {
        Self {
            status: 0,
            names,
            is_done: None,
            is_lost: None,
            unknown: None,
            ignored: &[],
            positions: 40,
        }
    }
}

/// Everything that is compared after a run.
#[derive(Debug, PartialEq, Eq)]
struct State {
    server: Vec<String>,
    local: BTreeMap<String, Vec<u8>>,
}

/// All kinds of faults.
const FAULTS: [Fault; 9] = [
    Fault::Cut,
    Fault::CutBefore,
    Fault::Delay(Duration::from_millis(30)),
    Fault::Repeat,
    Fault::Answer(413),
    Fault::Answer(416),
    Fault::Answer(502),
    Fault::Swallow,
    Fault::SwallowAs(504),
];

/// The number of concurrent runs.
const AT_ONCE: usize = 16;

/// Runs the program with each fault at each of its requests, at every third one and at all of them,
/// each time with a new server and folder, and returns the violations. `run` receives the URL that
/// it has to use.
pub async fn sweep(
    expected: Expected<'_>,
    begin: impl AsyncFn() -> Place,
    run: impl AsyncFn(&str, &Place) -> Outcome,
) -> Vec<String> {
    let program = Program { expected, begin, run };
    let (clean, state, requests) = program.clean().await;
    if clean.status != expected.status || requests.is_empty() {
        let count = requests.len();
        return vec![format!("without a fault, it ended with {clean:?} after {count} requests")];
    }
    let rules = FAULTS.into_iter().enumerate().flat_map(|(offset, fault)| {
        let nth = spread(requests.len(), expected.positions, offset).map(Which::Nth);
        let which = nth.chain([Which::Every(3), Which::Every(1)]);
        which.map(move |which| Rule { which, fault }).collect::<Vec<_>>()
    });
    let requests = &requests;
    let (program, clean, state) = (&program, &clean, &state);
    let wrong = stream::iter(rules).map(|rule| async move {
        let place = match rule.which {
            Which::Nth(number) => requests[number].clone(),
            ref which => format!("{which:?}"),
        };
        let text = format!("{:?} at {place}", rule.fault);
        let why = program.spoiled(rule, clean, state).await.err()?;
        Some(format!("{text}: {why}"))
    });
    wrong.buffer_unordered(AT_ONCE).filter_map(async |why| why).collect().await
}

/// Returns at most `most` numbers below `count`, evenly spread and shifted by `offset`.
fn spread(count: usize, most: usize, offset: usize) -> impl Iterator<Item = usize> {
    let kept = count.min(most).max(1);
    (0..count.min(most)).map(move |index| (index * count + offset * count / FAULTS.len()) / kept)
}

struct Program<'e, B, R> {
    expected: Expected<'e>,
    begin: B,
    run: R,
}

impl<B: AsyncFn() -> Place, R: AsyncFn(&str, &Place) -> Outcome> Program<'_, B, R> {
    /// Runs without a fault, and returns the requests.
    async fn clean(&self) -> (Outcome, State, Vec<String>) {
        let (place, proxy) = self.place().await;
        let outcome = self.outcome(&place, &proxy).await;
        let state = self.state(&place, &proxy);
        (outcome, state, proxy.seen())
    }

    /// Runs with a fault, and returns the violation.
    async fn spoiled(&self, rule: Rule, clean: &Outcome, state: &State) -> Result<(), String> {
        let (place, proxy) = self.place().await;
        let before = place.server.state();
        let is_harmless = matches!(rule.fault, Fault::Delay(_));
        // The server's response to the second of two identical requests is its answer.
        let is_told = rule.fault == Fault::Repeat;
        proxy.plan(vec![rule]);
        let outcome = self.outcome(&place, &proxy).await;
        if outcome.status == clean.status {
            self.state(&place, &proxy)
                .compare(state)
                .map_err(|w| format!("said to be done: {w}"))?;
            if outcome.out != clean.out {
                return Err(format!("told {:?} instead of {:?}", outcome.out, clean.out));
            }
            return Ok(());
        }
        let Outcome { status, err, .. } = &outcome;
        if *status == 0 || is_harmless || !self.expected.names.iter().any(|n| err.contains(n)) {
            return Err(format!("ended with {outcome:?}"));
        }
        if self.expected.unknown.is_some_and(|unknown| unknown != *status)
            && !is_told
            && place.server.state() != before
        {
            return Err(format!("the server has changed, and it ended with {outcome:?}"));
        }
        if self.expected.is_lost.is_some_and(|words| err.contains(words)) {
            return Ok(());
        }
        proxy.plan(Vec::new());
        let again = self.outcome(&place, &proxy).await;
        let is_done = |text: &str| again.status != 0 && again.err.contains(text);
        if again.status != clean.status && !self.expected.is_done.is_some_and(is_done) {
            return Err(format!("after {err:?}, another run ended with {again:?}"));
        }
        let left = self.state(&place, &proxy).compare(state);
        left.map_err(|why| format!("after {err:?} and another run: {why}"))
    }

    async fn place(&self) -> (Place, Proxy) {
        let place = (self.begin)().await;
        let proxy = Proxy::start(&place.server.url()).await.expect("a free port");
        (place, proxy)
    }

    async fn outcome(&self, place: &Place, proxy: &Proxy) -> Outcome {
        let outcome = (self.run)(proxy.url(), place).await;
        Outcome { out: plain(&outcome.out, place, proxy), ..outcome }
    }

    fn state(&self, place: &Place, proxy: &Proxy) -> State {
        let mut local = BTreeMap::new();
        files(place.folder.path(), "", &mut local).expect("a folder that can be read");
        local.retain(|path, _| !self.expected.ignored.contains(&&**path));
        for content in local.values_mut() {
            if let Ok(text) = str::from_utf8(content) {
                *content = plain(text, place, proxy).into_bytes();
            }
        }
        place.server.finish_tasks();
        State { server: place.server.state(), local }
    }
}

impl State {
    /// Returns what differs from the expected state.
    fn compare(&self, wanted: &Self) -> Result<(), String> {
        let mut text = String::new();
        let differs = |a: &[String], b: &[String]| {
            let mut left = b.to_vec();
            let is_new = |line: &&String| match left.iter().position(|other| other == *line) {
                Some(index) => {
                    left.swap_remove(index);
                    false
                }
                None => true,
            };
            a.iter().filter(is_new).cloned().collect::<Vec<_>>()
        };
        for line in differs(&self.server, &wanted.server) {
            let _ = write!(text, "\n    there is {line}");
        }
        for line in differs(&wanted.server, &self.server) {
            let _ = write!(text, "\n    there is no {line}");
        }
        for path in self.local.keys().chain(wanted.local.keys()) {
            if self.local.get(path) != wanted.local.get(path) {
                let _ = write!(text, "\n    the local file {path} differs");
            }
        }
        if text.is_empty() { Ok(()) } else { Err(text) }
    }
}

/// Replaces the addresses and the folder in a text, which differ in each run.
fn plain(text: &str, place: &Place, proxy: &Proxy) -> String {
    let folder = place.folder.path().display().to_string();
    text.replace(&place.server.url(), "SERVER")
        .replace(proxy.url(), "SERVER")
        .replace(&folder, "FOLDER")
}

/// Collects the files and folders below a folder, with the content of files.
fn files(folder: &Path, below: &str, found: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{below}{}", entry.file_name().display());
        if entry.file_type()?.is_dir() {
            files(&entry.path(), &format!("{path}/"), found)?;
            found.insert(path + "/", Vec::new());
        } else {
            found.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pydio_client::{Pydio, v1::access_fs};

    use super::{Expected, Outcome, Place, sweep};
    use crate::{ALICE, Server, Version};

    async fn place() -> Place {
        let server = Server::start(Version::V8_2).await.unwrap();
        Place { server, folder: tempfile::tempdir().unwrap() }
    }

    async fn make(url: &str) -> Result<(), pydio_client::Error> {
        let pydio = Pydio::builder(url).login(ALICE.login, ALICE.password).build()?;
        pydio.workspace("common").call(access_fs::mkdir("/new")).await.map(drop)
    }

    fn outcome(status: u8, err: &str) -> Outcome {
        Outcome { status, out: String::new(), err: err.to_owned() }
    }

    async fn wrong(expected: Expected<'_>, run: impl AsyncFn(&str) -> Outcome) -> String {
        sweep(expected, place, async |url: &str, _: &Place| run(url).await).await.join("\n")
    }

    #[tokio::test]
    async fn wrong_program_output_is_detected() {
        let expected = Expected { is_done: Some("already"), ..Expected::naming(&["mkdir"]) };
        let honest = async |url: &str| match make(url).await {
            Ok(()) => outcome(0, ""),
            Err(error) => outcome(1, &error.to_string()),
        };
        assert_eq!(wrong(expected, honest).await, "");
        let unknown = wrong(Expected { unknown: Some(3), ..expected }, honest).await;
        assert!(unknown.contains("Swallow at POST /api/common/mkdir/"), "{unknown}");
        assert!(unknown.contains("the server has changed, and it ended with"), "{unknown}");
        assert!(!unknown.contains("CutBefore") && !unknown.contains("Repeat"), "{unknown}");

        let bold = wrong(expected, async |url| {
            let _ = make(url).await;
            outcome(0, "")
        });
        let bold = bold.await;
        assert!(bold.contains("CutBefore at Every(1): said to be done: \n    there is no node "));
        assert!(!bold.contains("Swallow"), "{bold}");

        let silent = wrong(expected, async |url| outcome(make(url).await.is_err().into(), ""));
        assert!(silent.await.contains("Answer(502) at Every(1): ended with Outcome { status: 1"));
        let other = wrong(Expected { status: 1, ..expected }, honest).await;
        assert!(other.starts_with("without a fault, it ended with Outcome { status: 0"), "{other}");
        let idle = wrong(expected, async |_| outcome(0, "")).await;
        assert!(idle.ends_with("after 0 requests"), "{idle}");
        let again = Expected { is_done: None, ..expected };
        assert!(wrong(again, honest).await.contains("another run ended with Outcome { status: 1"));
    }
}
