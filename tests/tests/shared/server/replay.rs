//! Sends every recorded request to a server in the state at the time of the recording.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use pydio_tests::{
    ADMIN, ALICE, BOB, Front, Server, Version,
    recordings::{Recorded, Recording, below},
};
use sha2::Sha256;

use super::{
    asked::{COLON, request_of},
    comparison::decode,
    problems,
    recipes::{ABOUT_NO_WORKSPACE, MADE_WORKSPACES, RECIPES, Session, Signing, Step},
    seeds,
    shape::{difference, shape},
};
use crate::raw;

/// The minimum number of matching responses by folder, which must not decrease.
const FLOORS: [(&str, usize); 3] = [("v1", 494), ("v2", 235), ("legacy", 37)];

/// A server, with the data that a request needs.
pub(super) struct Replay {
    server: Server,
    /// Texts of the recording, and their replacements in the request.
    replacements: Vec<(String, String)>,
    cookie: Option<String>,
    token: String,
    signing: Option<Signing>,
}

impl Replay {
    /// Starts a server in which these steps were taken.
    pub(super) async fn prepare(version: Version, recording: &Recording, steps: Vec<Step>) -> Self {
        let builder = Server::builder(version);
        let quota = steps.iter().find_map(|step| match step {
            Step::Quota(bytes) => Some(*bytes),
            _ => None,
        });
        let builder = if let Some(bytes) = quota { builder.quota(bytes) } else { builder };
        let is_small = steps.iter().any(|step| matches!(step, Step::SmallBodies));
        let builder = if is_small { builder.front(Front::BodyLimit(10)) } else { builder };
        let hashes = steps.iter().any(|step| matches!(step, Step::Hashes));
        let server = builder.hashes_passwords(hashes).start().await.unwrap();
        seeds::prepare(version, &server, recording);
        let mut replay = Self {
            server,
            replacements: Vec::new(),
            cookie: None,
            token: String::new(),
            signing: None,
        };
        replay.make_workspaces(recording).await;
        for step in steps {
            replay.take(step, recording).await;
        }
        replay
    }

    /// Takes a step before a recorded request.
    async fn take(&mut self, step: Step, recording: &Recording) {
        let server = &self.server;
        match step {
            Step::Again => {
                let request = self.request(recording).await;
                self.send(&request).await;
            }
            Step::Disk(entries) => put(server, "common", entries),
            Step::Call(user, method, target, body) => {
                let (target, body) = (self.ours(target), self.ours(body));
                self.call(user, raw::Request::new(method, &target, &body)).await;
            }
            Step::Untouched(disk) => server.untouched(disk),
            Step::Lock(login, kind) => server.lock_user(login, kind),
            Step::SmallBodies | Step::Quota(_) | Step::Hashes => {}
            Step::On(disk, entries) => put(server, disk, entries),
            Step::File(disk, path, content) => server.put(disk, path, content),
            Step::Grant(login, slug, right) => server.grant(login, slug, right),
            Step::Replace(recorded, ours) => self.replace(recorded, ours),
            Step::Made(recorded, target, body) => self.make(recorded, target, body).await,
            Step::LogIn(login) => self.log_in(login).await,
            Step::MadeWithin(recorded, query) => {
                let answer = self.within(query).await;
                let made = answer.split("file=\"").nth(1).unwrap_or_else(|| panic!("{answer}"));
                let made = made.split('"').next().unwrap().to_owned();
                self.replace(recorded, &made);
            }
            Step::Colon => server.add_user(COLON.login, COLON.password),
            Step::Session(session) => self.begin(session).await,
            Step::Within(query) => drop(self.within(query).await),
            Step::Prepared(file) => {
                let file = file.replace(' ', "+");
                let query = format!("get_action=prepare_chunk_dl&chunk_count=2&file={file}");
                let answer = self.within(&query).await;
                if let (Some(id), Some(recorded)) = (
                    after(&answer, "chunk_file_", '"'),
                    after(&recording.target, "chunk_file_", '&'),
                ) {
                    self.replace(&recorded, &id);
                }
            }
            Step::Signed(signing) => self.signing = Some(signing),
        }
    }

    fn replace(&mut self, recorded: &str, ours: &str) {
        self.replacements.push((recorded.to_owned(), ours.to_owned()));
    }

    async fn send(&self, request: &raw::Request) -> Recorded {
        raw::send(&self.server, request).await.unwrap()
    }

    async fn call(&self, login: &str, request: raw::Request) -> Recorded {
        let password = [ADMIN, ALICE, BOB].into_iter().find(|account| account.login == login);
        let password = match (password, login) {
            (Some(account), _) => account.password,
            (None, "grpuser") => "grpuserpass1",
            (None, "v2ing") => "v2ing-Pass1",
            (None, "carol" | "gina") => "new-Pass1234",
            (None, _) => "wrong",
        };
        self.send(&request.basic(login, password)).await
    }

    /// Creates the workspaces that a request names by their id.
    async fn make_workspaces(&mut self, recording: &Recording) {
        for id in MADE_WORKSPACES {
            if !recording.target.contains(id) || ABOUT_NO_WORKSPACE.contains(&&*recording.name) {
                continue;
            }
            let feature = match recording.name.contains("_exists") || id.starts_with('4') {
                true => "%22meta.quota%22%3A%7B%7D",
                false => "",
            };
            let target = format!(
                "/api/v2/admin/workspaces?format=json&payload=%7B%22display%22%3A%22W%22%2C\
                 %22features%22%3A%7B{feature}%7D%7D"
            );
            self.make(id, &target, "").await;
        }
    }

    /// Sends an administrator's request for something that a recording names by its id.
    async fn make(&mut self, recorded: &str, target: &str, body: &str) {
        let login = if target.contains("team") { "alice" } else { "admin" };
        let answer = self.call(login, raw::Request::new("POST", target, body)).await;
        let answer = String::from_utf8(answer.body).unwrap();
        let made = ["pendingSelection\":\"", "insertId\":\"", " file=\"", " ID=\""];
        let made = made.iter().find_map(|before| answer.split(before).nth(1));
        let made = made.unwrap_or_else(|| panic!("{target}: {answer}"));
        let made = made.split('"').next().unwrap().to_owned();
        self.replace(recorded, &made);
    }

    /// Logs a user in, in a new session.
    async fn log_in(&mut self, login: &str) {
        self.begin(Session::Begun).await;
        let account = [ADMIN, ALICE, BOB].into_iter().find(|account| account.login == login);
        let password = url::form_urlencoded::byte_serialize(account.unwrap().password.as_bytes());
        let password: String = password.collect();
        self.within(&format!("get_action=login&userid={login}&password={password}")).await;
    }

    async fn begin(&mut self, session: Session) {
        let answer = self.send(&raw::Request::get("/index.php?get_action=get_boot_conf")).await;
        self.adopt(&answer);
        if session == Session::Begun {
            return;
        }
        if matches!(session, Session::Suspected | Session::Forgiven) {
            for _ in 0..3 {
                self.within("get_action=login&userid=alice&password=bad&login_seed=-1").await;
            }
            if session == Session::Forgiven {
                self.call("alice", raw::Request::get("/api/common/ls")).await;
            }
            return;
        }
        let login = format!("get_action=login&userid=alice&password={}", ALICE.password);
        self.within(&login).await;
        if session == Session::Arrived {
            return;
        }
        self.within("get_action=switch_repository&repository_id=413dafb20ca535193e9e024464a577fa")
            .await;
        match session {
            Session::LoggedOut => drop(self.within("get_action=logout").await),
            Session::Expired => self.server.expire_sessions(),
            _ => {}
        }
    }

    /// Returns a query with the ids of this server.
    fn ours(&self, query: &str) -> String {
        let replacements = self.replacements.iter();
        replacements.fold(query.to_owned(), |query, (recorded, ours)| query.replace(recorded, ours))
    }

    /// Sends a request within the session, with its latest cookie and token.
    async fn within(&mut self, query: &str) -> String {
        let target = format!("/index.php?{}&secure_token={}", self.ours(query), self.token);
        let mut request = raw::Request::get(&target);
        request.headers.push(("Cookie".to_owned(), self.cookie.clone().unwrap()));
        let answer = self.send(&request).await;
        self.adopt(&answer)
    }

    fn adopt(&mut self, answer: &Recorded) -> String {
        let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        let mut cookies = cookies.filter(|(_, value)| value.starts_with("AjaXplorer="));
        if let Some((_, cookie)) = cookies.next() {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        for before in ["SECURE_TOKEN\":\"", "secure_token=\""] {
            if let Some((_, rest)) = text.split_once(before) {
                rest.split('"').next().unwrap().clone_into(&mut self.token);
            }
        }
        text
    }

    /// Returns the recorded request, with masked values replaced by ours.
    async fn request(&mut self, recording: &Recording) -> raw::Request {
        let mut request = request_of(recording);
        if let Some(cookie) = self.cookie.clone() {
            let session = cookie.split_once('=').unwrap().1.to_owned();
            self.replace("*session*", &session);
        }
        let token = self.token.clone();
        self.replace("*secure-token*", &token);
        for account in [ALICE, ADMIN] {
            let password = url::form_urlencoded::byte_serialize(account.password.as_bytes());
            let masked = format!("*{}-password*", account.login);
            self.replace(&masked, &password.collect::<String>());
        }
        if let Some(signing) = self.signing {
            self.sign(&mut request, signing).await;
        }
        if request.body.is_empty() {
            rebuild(&mut request, recording);
        }
        let mut body = String::from_utf8(request.body.clone()).ok();
        for (recorded, ours) in &self.replacements {
            request.target = request.target.replace(recorded, ours);
            for (_, value) in &mut request.headers {
                *value = value.replace(recorded, ours);
            }
            body = body.map(|body| body.replace(recorded, ours));
        }
        match body {
            Some(body) => request.body = body.into_bytes(),
            // A form with a picture has the token in its text.
            None => request.body = with_token(&request.body, &token),
        }
        request
    }

    async fn sign(&mut self, request: &mut raw::Request, signing: Signing) {
        let generate = raw::Request::get("/api/pydio/keystore_generate_auth_token/replay");
        let answer = self.call("alice", generate).await;
        let pair: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let (token, secret) = (pair["t"].as_str().unwrap(), pair["p"].as_str().unwrap());
        let hash = match signing {
            Signing::Badly => format!("n0:{}", "0".repeat(64)),
            Signing::WithoutNonce => "0".repeat(64),
            signing => {
                let is_plus = signing == Signing::PlusAsItIs;
                let uri = signed_uri(&request.target, is_plus);
                format!("n0:{}", hmac(token, &format!("{uri}:n0:{secret}")))
            }
        };
        let revoke = "/api/pydio/keystore_revoke_tokens";
        let revoke = match signing {
            Signing::Revoked => Some(format!("{revoke}/")),
            Signing::RevokedByQuery => Some(format!("{revoke}?key_id={token}")),
            Signing::RevokedByPath => Some(format!("{revoke}/{token}")),
            _ => None,
        };
        if let Some(revoke) = revoke {
            self.call("alice", raw::Request::get(&revoke)).await;
        }
        let text = String::from_utf8_lossy(&request.body).into_owned();
        if let Some(recorded) = after(&text, "name=\"auth_hash\"\r\n\r\n", '\r') {
            self.replace(&recorded, &hash);
        }
        self.replace("*keystore-t*", token);
        self.replace("*hash*", &hash);
    }
}

/// Puts the token into a form that is not text, in place of the recorded one.
fn with_token(body: &[u8], token: &str) -> Vec<u8> {
    let mark = b"name=\"secure_token\"\r\n\r\n";
    let Some(at) = body.windows(mark.len()).position(|window| window == mark) else {
        return body.to_vec();
    };
    let (before, rest) = body.split_at(at + mark.len());
    let end = rest.iter().position(|byte| *byte == b'\r').unwrap_or(rest.len());
    [before, token.as_bytes(), &rest[end..]].concat()
}

fn hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the path as it is signed; `+` is a space in it.
fn signed_uri(target: &str, plus_is_itself: bool) -> String {
    let path = target.split('?').next().unwrap().trim_end_matches('/');
    let segments = path.split('/').map(|segment| {
        let spaced = if plus_is_itself { segment.to_owned() } else { segment.replace('+', "%20") };
        let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let bytes = decode(&spaced).into_bytes().into_iter();
        let encoded = bytes.map(|byte| match is_kept(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        });
        encoded.collect::<String>()
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Returns the text between a mark and an end.
fn after(text: &str, mark: &str, end: char) -> Option<String> {
    text.split(mark).nth(1)?.split(end).next().map(str::to_owned)
}

/// Rebuilds a form whose body was too large to record.
fn rebuild(request: &mut raw::Request, recording: &Recording) {
    let kind = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let Some((_, boundary)) = kind.and_then(|(_, kind)| kind.split_once("boundary=")) else {
        return;
    };
    let answer = String::from_utf8_lossy(&recording.response.body).into_owned();
    let name = after(&answer, " text=\"", '"').unwrap_or_else(|| "big.bin".to_owned());
    let size = after(&answer, " bytesize=\"", '"').and_then(|size| size.parse().ok()).unwrap_or(20);
    let content = "x".repeat(size);
    request.body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"force_post\"\r\n\r\ntrue\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"userfile_0\"; \
         filename=\"{name}\"\r\n\r\n{content}\r\n--{boundary}--\r\n"
    )
    .into_bytes();
}

/// Puts entries that are not there on a disk: `+N` after a folder fills it with that many files.
fn put(server: &Server, disk: &str, entries: &[&str]) {
    for entry in entries {
        if let Some((path, size)) = entry.split_once('=') {
            if !server.has(disk, path) {
                server.put(disk, path, "x".repeat(size.parse().unwrap()));
            }
        } else if let Some((folder, Ok(count))) =
            entry.rsplit_once('+').map(|(folder, count)| (folder, count.parse::<usize>()))
        {
            for n in 0..count {
                server.put(disk, &format!("{folder}f{n:04}.txt"), "x");
            }
        } else {
            server.folder(disk, entry);
        }
    }
}

/// The result for the recordings of a folder.
#[derive(Default)]
struct Row {
    alike: usize,
    to_the_word: usize,
    all: usize,
    others: BTreeMap<&'static str, Vec<String>>,
}

/// The comparison of two responses.
pub(super) enum Verdict {
    ToTheWord,
    /// Equal structure, but different texts.
    Alike,
    Other(&'static str, String),
}

/// Recordings whose responses differ, by the prefix of their names, and why.
const REASONS: [(&str, &str); 6] = [
    ("v1/admin/edit_repository", SETTINGS_OF_PLUGINS),
    ("v1/admin/get_drivers_definition", SETTINGS_OF_PLUGINS),
    ("v1/admin/get_plugin_manifest", SETTINGS_OF_PLUGINS),
    ("v1/state/xpath_query_param", SETTINGS_OF_PLUGINS),
    ("v2/admin/ws_get_", SETTINGS_OF_PLUGINS),
    ("v1/big/head_5G", "a file of 5 GB, which no test makes"),
];

const SETTINGS_OF_PLUGINS: &str = "the settings of every plugin, which are not bundled";

pub(crate) async fn recorded_requests_get_equivalent_responses() {
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let (mut details, mut unexplained) = (Vec::new(), Vec::new());
    for root in ["v1", "v2", "legacy"] {
        for recording in below(root).unwrap() {
            let (folder, name) = recording.name.rsplit_once('/').unwrap();
            let row = table.entry(folder.to_owned()).or_default();
            row.all += 1;
            let steps = steps_before(RECIPES, &recording.name);
            let (class, what) = match judge(Version::V8_2, &recording, steps).await {
                Verdict::ToTheWord => {
                    row.alike += 1;
                    row.to_the_word += 1;
                    continue;
                }
                Verdict::Alike => {
                    row.alike += 1;
                    continue;
                }
                Verdict::Other(class, what) => (class, what),
            };
            let reason = REASONS.iter().find(|(known, _)| recording.name.starts_with(known));
            if reason.is_none() {
                unexplained.push(recording.name.clone());
            }
            let class = reason.map_or(class, |(_, reason)| reason);
            row.others.entry(class).or_default().push(name.to_owned());
            details.push(format!("{}: {class}: {what}", recording.name));
        }
    }
    print(&table);
    assert!(unexplained.is_empty(), "{unexplained:?} differ\n{}", details.join("\n"));
    for (root, floor) in FLOORS {
        let rows = table.iter().filter(|(folder, _)| folder.split('/').next() == Some(root));
        let alike: usize = rows.map(|(_, row)| row.alike).sum();
        assert!(alike >= floor, "{root}: {alike} are alike, {floor} were\n{}", details.join("\n"));
    }
}

/// Returns the steps before a recording.
pub(super) fn steps_before(recipes: &[(&str, &[Step])], name: &str) -> Vec<Step> {
    let recipes = recipes.iter().filter(|(start, _)| name.starts_with(start));
    recipes.flat_map(|(_, steps)| *steps).copied().collect()
}

pub(super) async fn judge(version: Version, recording: &Recording, steps: Vec<Step>) -> Verdict {
    let mut replay = Replay::prepare(version, recording, steps).await;
    let request = replay.request(recording).await;
    let answer = replay.send(&request).await;
    let text = String::from_utf8_lossy(&answer.body);
    if text.contains("The test server does not") {
        return Verdict::Other("not done", text.into_owned());
    }
    let is_head = recording.method == "HEAD";
    match difference(&shape(&answer, is_head), &shape(&recording.response, is_head)) {
        Some((class, what)) => Verdict::Other(class, what),
        None if problems(&answer, recording).is_empty() => Verdict::ToTheWord,
        None => Verdict::Alike,
    }
}

fn print(table: &BTreeMap<String, Row>) {
    let mut sum = Row::default();
    let line = |name: &str, row: &Row| {
        let Row { alike, to_the_word, all, .. } = row;
        format!("{name:18} {alike:4} of {all:4}, {to_the_word:4} to the word")
    };
    for (folder, row) in table {
        let others =
            row.others.iter().map(|(class, names)| format!("  {class}: {}", names.join(" ")));
        println!("{}{}", line(folder, row), others.collect::<String>());
        sum.alike += row.alike;
        sum.all += row.all;
        sum.to_the_word += row.to_the_word;
    }
    println!("{}", line("together", &sum));
}
