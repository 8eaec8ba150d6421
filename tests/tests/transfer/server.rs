//! A server with one workspace for transfers: its responses, and its faults.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    form::{Broken, Form, Reader},
    store::{Content, Store},
};

pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// A fault of the next call of an action.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The request is read up to this many bytes, and the connection is closed.
    BreakRequest(usize),
    /// The action is done, and no response is sent.
    LoseAnswer,
    /// This many bytes of the file are sent, and the connection is closed.
    BreakAnswer(usize),
    /// The response pauses after this many bytes of the file.
    Pause(usize, Duration),
    /// This many bytes fewer are announced and sent than the file has.
    SendLess(u64),
    /// No length is announced, and this many more bytes are sent than the file has.
    OverRun(usize),
    /// An intermediary responds.
    Answer(u16, Vec<(&'static str, String)>, &'static [u8]),
}

/// A received call.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) action: String,
    pub(crate) target: String,
    pub(crate) range: Option<String>,
    pub(crate) if_range: Option<String>,
    pub(crate) announced: Option<u64>,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) has_login: bool,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) asked: Vec<Asked>,
    pub(crate) faults: Vec<(&'static str, Fault)>,
    /// Whether the plugin for checksums is active.
    pub(crate) has_hash: bool,
    /// The upload limit in the registry.
    pub(crate) limit: String,
    /// Whether uploads are stored, or compared with the pattern.
    pub(crate) is_kept: bool,
    /// Whether the server caches `stat` results (APCu), which its installer sets up.
    pub(crate) caches_stats: bool,
    /// The cached data of deleted files.
    stale: BTreeMap<String, Stale>,
}

/// The cached data of a deleted file.
#[derive(Debug)]
struct Stale {
    stat: String,
    /// Whether reading the file has failed since.
    is_broken: bool,
}

#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            store: Store::default(),
            asked: Vec::new(),
            faults: Vec::new(),
            has_hash: true,
            limit: "1073741824".to_owned(),
            is_kept: true,
            caches_stats: true,
            stale: BTreeMap::new(),
        }));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/sub", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn shared(&self) -> Arc<Mutex<State>> {
        Arc::clone(&self.state)
    }

    /// Injects a fault into the next call of an action that has none yet.
    pub(crate) fn fail(&self, action: &'static str, fault: Fault) {
        self.state().faults.push((action, fault));
    }

    pub(crate) fn put(&self, path: &str, content: impl Into<Vec<u8>>) {
        self.state().store.put(path, Content::Bytes(Bytes::from(content.into())));
    }

    pub(crate) fn content(&self, path: &str) -> Option<Vec<u8>> {
        match &self.state().store.get(path)?.content {
            Content::Bytes(bytes) => Some(bytes.to_vec()),
            Content::Pattern(_) => panic!("not kept"),
        }
    }

    /// Returns the calls of an action so far.
    pub(crate) fn asked(&self, action: &str) -> Vec<Asked> {
        let state = self.state();
        state.asked.iter().filter(|asked| asked.action == action).cloned().collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        let service = service_fn(move |request| answer(request, Arc::clone(&state)));
        tokio::spawn(async move {
            // An error here is a disconnected client, or a requested fault.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// A parsed target: `/sub/api/{workspace}/{action}/{path}`, or that of an operation.
struct Target {
    action: String,
    node: String,
    query: BTreeMap<String, String>,
}

impl Target {
    fn of(request: &Request<Incoming>) -> Self {
        let path = request.uri().path().strip_prefix("/sub/api/").unwrap();
        let path = match path.strip_prefix("v2/io/common/") {
            Some(node) if request.method() == "PUT" => format!("v2-upload/{node}"),
            Some(node) => format!("download/{node}"),
            None => path.strip_prefix("common/").unwrap().to_owned(),
        };
        let (action, node) = path.split_once('/').unwrap_or((&path, ""));
        let node = percent_encoding::percent_decode_str(node).decode_utf8().unwrap();
        let query = request.uri().query().unwrap_or_default();
        Self {
            action: action.to_owned(),
            node: format!("/{node}"),
            query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        }
    }
}

async fn answer(request: Request<Incoming>, state: Arc<Mutex<State>>) -> io::Result<Answer> {
    let target = Target::of(&request);
    let (head, body) = request.into_parts();
    let header =
        |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let fault = take_fault(&state, &target.action);
    let broken = || io::Error::from(io::ErrorKind::ConnectionReset);
    if let Some(Fault::Answer(status, headers, body)) = &fault {
        log(&state, &target, &head, BTreeMap::new());
        let mut answer = plain(*status, "text/html", body.to_vec());
        for (name, value) in headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
        return Ok(answer);
    }
    let breaks_after = match fault {
        Some(Fault::BreakRequest(length)) => Some(length),
        _ => None,
    };
    let reader = Reader::new(body, breaks_after);
    let kind = header("content-type").unwrap_or_default();
    let is_kept = state.lock().unwrap().is_kept;
    let gathered = |name: &str| {
        let path = format!("{}/{name}.dlpart", folder_of(&target));
        let state = state.lock().unwrap();
        state.store.get(&path).map_or(0, |file| file.content.length())
    };
    let mut form = Form { fields: target.query.clone(), file: None };
    if let Some(boundary) = kind.strip_prefix("multipart/form-data; boundary=") {
        // Every part but the first continues the pattern where the last one ended.
        let offset = if is_kept { 0 } else { state.lock().unwrap().expected_offset() };
        form = reader.form(boundary, offset, is_kept).await.map_err(|Broken| broken())?;
    } else if target.action == "v2-upload" {
        let offset = target.query.get("appendto_urlencoded_part").map_or(0, |name| gathered(name));
        let content = reader.raw(offset, is_kept).await.map_err(|Broken| broken())?;
        form.file = Some(("raw".to_owned(), content));
    } else {
        form.fields.extend(reader.fields().await.map_err(|Broken| broken())?);
    }
    log(&state, &target, &head, form.fields.clone());
    let range = header("range");
    let answer = state.lock().unwrap().run(&target, form, range.as_deref(), fault.as_ref());
    match fault {
        Some(Fault::LoseAnswer) => Err(broken()),
        _ => Ok(answer),
    }
}

fn folder_of(target: &Target) -> &str {
    target.node.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn take_fault(state: &Mutex<State>, action: &str) -> Option<Fault> {
    let mut state = state.lock().unwrap();
    let index = state.faults.iter().position(|(of, _)| *of == action)?;
    Some(state.faults.remove(index).1)
}

fn log(
    state: &Mutex<State>,
    target: &Target,
    head: &http::request::Parts,
    fields: BTreeMap<String, String>,
) {
    let header =
        |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    state.lock().unwrap().asked.push(Asked {
        action: target.action.clone(),
        target: head.uri.to_string(),
        range: header("range"),
        if_range: header("if-range"),
        announced: header("content-length").and_then(|length| length.parse().ok()),
        fields,
        has_login: head.headers.contains_key("authorization"),
    });
}

impl State {
    /// Returns how many bytes of the single discarded upload have arrived.
    fn expected_offset(&self) -> u64 {
        let parts = self.store.paths().into_iter().filter(|path| path.ends_with(".dlpart"));
        parts.map(|path| self.store.get(path).unwrap().content.length()).sum()
    }

    fn run(
        &mut self,
        target: &Target,
        form: Form,
        range: Option<&str>,
        fault: Option<&Fault>,
    ) -> Answer {
        let node = target.node.trim_end_matches('/');
        match &*target.action {
            "stat" => {
                let stale = self.stale.get(node).filter(|_| self.store.get(node).is_none());
                let told = stale.map(|stale| stale.stat.clone());
                plain(200, "application/json", told.unwrap_or(self.store.stat(node, false)))
            }
            "stat_hash" if self.has_hash => match self.stale.get_mut(node) {
                Some(stale) if self.store.get(node).is_none() => {
                    stale.is_broken = true;
                    stat_failed(node)
                }
                _ => plain(200, "application/json", self.store.stat(node, true)),
            },
            "delete" => self.delete(&form),
            "rename" => self.rename(&form),
            "state" => xml(&format!(
                "<ajxp_registry_part xPath=\"x\"><ajxpcore id=\"core.uploader\"><plugin_configs>\
                 <property name=\"UPLOAD_MAX_SIZE\">{}</property></plugin_configs></ajxpcore>\
                 </ajxp_registry_part>",
                self.limit
            )),
            "mkfile" => self.make_file(node, &form),
            "upload" => {
                let folder = node.strip_prefix("/put").unwrap();
                let Some((name, content)) = form.file else {
                    return refused("Could not find any uploaded file (411)");
                };
                assert_eq!(name, "userfile_0");
                let fields = &form.fields;
                assert!(fields["force_post"] == "true" && fields["xhr_uploader"] == "true");
                self.upload(folder, &decode(&fields["urlencoded_filename"]), fields, content)
            }
            "v2-upload" => {
                let (folder, name) = node.rsplit_once('/').unwrap();
                let content = form.file.unwrap().1;
                self.upload(folder, name, &form.fields, content)
            }
            "download" => self.download(node, &form.fields, range, fault),
            other => xml(&format!(
                "<tree ><message type=\"ERROR\">Could not find action {other}</message></tree>"
            )),
        }
    }

    fn make_file(&mut self, node: &str, form: &Form) -> Answer {
        if self.store.get(node).is_some() && !form.fields.contains_key("force") {
            return xml("<tree ><message type=\"ERROR\">File exists</message></tree>");
        }
        self.store.put(node, Content::Bytes(Bytes::new()));
        diff("add", node, 0)
    }

    /// Deletes a node; the cache still reports it.
    fn delete(&mut self, form: &Form) -> Answer {
        // The server ignores `nodes[]` here.
        let Some(node) = form.fields.get("file") else {
            return xml("<tree ><message type=\"ERROR\"></message></tree>");
        };
        let stat = self.store.stat(node, false);
        if self.store.remove(node).is_none() {
            return xml("<tree ><message type=\"ERROR\">Cannot find file</message></tree>");
        }
        self.went(node, stat);
        diff("remove", node, 0)
    }

    /// Renames a node in its folder; the cache still reports it.
    fn rename(&mut self, form: &Form) -> Answer {
        let node = &form.fields["file"];
        let stat = self.store.stat(node, false);
        if self.store.get(node).is_none() {
            return xml("<tree ><message type=\"ERROR\">Cannot find file!</message></tree>");
        }
        let (folder, _) = node.rsplit_once('/').unwrap();
        let to = format!("{folder}/{}", form.fields["filename_new"]);
        self.store.rename(node, &to);
        self.went(node, stat);
        diff("update", &to, 0)
    }

    fn went(&mut self, node: &str, stat: String) {
        if self.caches_stats {
            self.stale.insert(node.to_owned(), Stale { stat, is_broken: false });
        }
    }

    /// Appends a part to `name.dlpart`. A part for a missing file is discarded; if the cache still
    /// reports the file, it begins a new one. Returns the error, if any.
    fn append(&mut self, part: &str, content: Content) -> Option<Answer> {
        let is_there = self.store.get(part).is_some();
        match self.stale.remove(part).filter(|_| !is_there) {
            Some(Stale { is_broken: true, .. }) => return Some(stat_failed(part)),
            Some(_) => {
                self.store.put(part, content);
            }
            None => {
                self.store.append(part, content);
            }
        }
        None
    }

    fn upload(
        &mut self,
        folder: &str,
        name: &str,
        fields: &BTreeMap<String, String>,
        content: Content,
    ) -> Answer {
        if !self.store.is_folder(folder) {
            return refused(&format!("The directory {folder} is not writeable. (412)"));
        }
        if content.length() == 0 {
            return refused("You must select a file (410)");
        }
        if self.limit.trim_matches('"').parse().is_ok_and(|max| max > 0 && content.length() > max) {
            return refused("The file is too big (409)");
        }
        let mut path = format!("{folder}/{name}");
        if fields.contains_key("auto_rename") {
            path = self.store.free(&path);
        }
        let target: Option<u64> = fields.get("partial_target_bytesize").map(|n| n.parse().unwrap());
        let is_part = fields.get("partial_upload").is_some_and(|value| value == "true");
        if let Some(name) = fields.get("appendto_urlencoded_part") {
            path = format!("{folder}/{}", decode(name));
            if !is_part {
                // Without a file to append to, the bytes are discarded.
                self.store.append(&path, content);
                let length = self.store.get(&path).map_or(0, |file| file.content.length());
                return diff("update", &path, length);
            }
            if let Some(failed) = self.append(&format!("{path}.dlpart"), content) {
                return failed;
            }
        } else if is_part {
            self.stale.remove(&format!("{path}.dlpart"));
            self.store.put(&format!("{path}.dlpart"), content);
        } else if self.stale.remove(&path).is_some() && self.store.get(&path).is_none() {
            return stat_failed(&path);
        } else {
            let length = content.length();
            let kind = if self.store.put(&path, content) { "update" } else { "add" };
            return diff(kind, &path, length);
        }
        let part = format!("{path}.dlpart");
        let there = self.store.get(&part).map(|file| file.content.length());
        if there.is_none() || there != target {
            return xml("<tree ></tree>");
        }
        let kind = if self.store.rename(&part, &path) { "update" } else { "add" };
        self.went(&part, self.store.stat(&path, false));
        diff(kind, &path, there.unwrap_or_default())
    }

    fn download(
        &self,
        node: &str,
        fields: &BTreeMap<String, String>,
        range: Option<&str>,
        fault: Option<&Fault>,
    ) -> Answer {
        let packed = Content::Bytes(Bytes::from_static(ZIP));
        let (file, name, modified) = match fields.get("nodes[]") {
            None if self.store.is_folder(node) => {
                (&packed, format!("{}.zip", node.rsplit('/').next().unwrap()), 0)
            }
            Some(_) => (&packed, "common.zip".to_owned(), 0),
            None => match self.store.get(node) {
                Some(file) => {
                    let name = node.rsplit('/').next().unwrap().to_owned();
                    (&file.content, name, file.modified)
                }
                None => {
                    return xml(
                        "<tree ><message type=\"ERROR\">Cannot find file!</message></tree>",
                    );
                }
            },
        };
        sent(file.clone(), &name, modified, range, fault)
    }
}

/// The step size of the server's seeks, in bytes.
const STEP: u64 = 2_000_000_000;

/// An empty archive.
pub(crate) const ZIP: &[u8; 22] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Returns the file, or a part of it, as the server sends it.
fn sent(
    file: Content,
    name: &str,
    modified: u64,
    range: Option<&str>,
    fault: Option<&Fault>,
) -> Answer {
    let total = file.length();
    let mut start = 0;
    let mut answer = Response::builder();
    match range {
        Some(range) => {
            let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            assert!(last.is_empty(), "the server takes the end of a range for another one");
            start = first.parse().unwrap();
            answer = answer.status(206).header("content-type", "text/html; charset=UTF-8").header(
                "content-range",
                format!("bytes {start}-{}/{total}", total.wrapping_sub(1)),
            );
        }
        None => {
            answer = answer
                .header("content-type", format!("application/force-download; name=\"{name}\""))
                .header("content-disposition", format!("attachment; filename=\"{name}\""));
            if total > 0 {
                answer = answer.header("content-range", format!("bytes 0-{}/{total};", total - 1));
            }
        }
    }
    answer = answer.header("last-modified", http_date(modified));
    let mut length = total.saturating_sub(start);
    if let Some(Fault::SendLess(less)) = fault {
        length -= less;
        answer.headers_mut().unwrap().remove("content-range");
    }
    if !matches!(fault, Some(Fault::OverRun(_))) {
        answer = answer.header("content-length", length);
    }
    // The server seeks in steps, and adds them up incorrectly.
    let from = if start > STEP { start - STEP } else { start };
    let body = StreamBody::new(chunks(file, from, from + length, fault.cloned()).boxed());
    answer.body(body.boxed_unsync()).unwrap()
}

/// Formats a time for HTTP; all times are in one November.
fn http_date(modified: u64) -> String {
    const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let (day, seconds) = (modified / 86400 % 30 + 1, modified % 86400);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    // That November begins on a Sunday.
    let weekday = WEEKDAYS[((day - 1) % 7) as usize];
    format!("{weekday}, {day:02} Nov 2026 {hour:02}:{minute:02}:{second:02} GMT")
}

fn chunks(
    file: Content,
    start: u64,
    end: u64,
    fault: Option<Fault>,
) -> impl futures_util::Stream<Item = io::Result<Frame<Bytes>>> + Send {
    let read = move |offset: u64| {
        let (file, fault) = (file.clone(), fault.clone());
        async move {
            let mut chunk = file.read(offset);
            chunk.truncate(usize::try_from(end.saturating_sub(offset)).unwrap());
            let gone = usize::try_from(offset - start).unwrap();
            match fault {
                // Truncate to the byte: then the connection is closed.
                Some(Fault::BreakAnswer(length)) if gone >= length => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    return Some((Err(io::ErrorKind::ConnectionAborted.into()), end));
                }
                Some(Fault::BreakAnswer(length)) => chunk.truncate(length - gone),
                Some(Fault::Pause(length, pause)) if gone >= length => {
                    tokio::time::sleep(pause).await;
                }
                Some(Fault::OverRun(more)) if chunk.is_empty() && offset == end => {
                    let next = end + 1;
                    return Some((Ok(Frame::data(vec![b'!'; more].into())), next));
                }
                _ => {}
            }
            let next = offset + chunk.len() as u64;
            (!chunk.is_empty()).then(|| (Ok(Frame::data(chunk)), next))
        }
    };
    stream::unfold(start, read)
}

/// Returns the server's response if it looks for a file that only its cache contains.
fn stat_failed(node: &str) -> Answer {
    xml(&format!(
        "<tree ><message type=\"ERROR\">filesize(): stat failed for pydio://alice@common{node}\
         </message></tree>"
    ))
}

fn decode(name: &str) -> String {
    percent_encoding::percent_decode_str(name).decode_utf8().unwrap().into_owned()
}

fn diff(kind: &str, path: &str, size: u64) -> Answer {
    let path = path.replace('&', "&amp;");
    xml(&format!(
        "<tree ><nodes_diff><{kind}><tree is_file=\"true\" filename=\"{path}\" bytesize=\"{size}\"/>\
         </{kind}></nodes_diff></tree>"
    ))
}

fn xml(body: &str) -> Answer {
    plain(200, "text/xml", format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}"))
}

fn refused(text: &str) -> Answer {
    plain(200, "text/plain; charset=UTF-8", text.to_owned())
}

fn plain(status: u16, kind: &str, body: impl Into<Bytes>) -> Answer {
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    Response::builder().status(status).header("content-type", kind).body(body).unwrap()
}
