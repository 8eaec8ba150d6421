//! A model of the server's sessions: cookies, tokens, seeds, captchas, and three actions.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE};

use crate::{
    client::Pydio,
    testing::SECRET,
    transport::{Exchange, ResponseBody, Transport},
    types::Body,
};

/// A Pydio with the user `alice`.
#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<Model>>);

/// The state of the server, and the requests to it.
#[derive(Default)]
pub(super) struct Model {
    /// By cookie.
    sessions: BTreeMap<String, Sitting>,
    /// Valid remember-me cookies.
    remembered: BTreeSet<String>,
    serial: u32,
    /// The password in the form in which it must be sent; the usual one unless set.
    pub(super) password: Option<String>,
    pub(super) seed: Option<String>,
    pub(super) captcha: Option<&'static str>,
    pub(super) has_no_web_interface: bool,
    /// The release; 7.0.4 unless set.
    pub(super) version: Option<&'static str>,
    /// Ids and slugs of workspaces that were removed.
    pub(super) removed: Vec<&'static str>,
    pub(super) refuses_all_tokens: bool,
    /// Whether PHP fails over a wrong token, without a message.
    pub(super) fails_over_tokens: bool,
    /// How many of the next lists fail alike.
    pub(super) failing_lists: u32,
    /// The result of a login in place of the real one.
    pub(super) result: Option<&'static str>,
    pub(super) log: Vec<Asked>,
}

#[derive(Default)]
struct Sitting {
    tokens: BTreeSet<String>,
    is_alice: bool,
    workspace: String,
}

/// A request as it arrived.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) method: http::Method,
    pub(super) uri: http::Uri,
    pub(super) headers: http::HeaderMap,
    pub(super) fields: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub(super) fn action(&self) -> &str {
        self.field("get_action").unwrap_or_default()
    }

    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.get(COOKIE)?.to_str().ok()?.split("; ");
        pairs.filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
    }
}

struct Reply {
    status: u16,
    kind: &'static str,
    body: String,
    headers: Vec<(http::HeaderName, String)>,
}

fn reply(kind: &'static str, body: impl Into<String>) -> Reply {
    Reply { status: 200, kind, body: body.into(), headers: Vec::new() }
}

/// A failure of PHP that shows no errors.
fn failure() -> Reply {
    Reply { status: 500, ..reply("text/html; charset=UTF-8", "") }
}

fn xml(body: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree >{body}</tree>");
    reply("text/xml; charset=UTF-8", body)
}

impl Fake {
    pub(super) fn model(&self) -> MutexGuard<'_, Model> {
        self.0.lock().unwrap()
    }

    pub(super) fn connect(&self) -> Pydio {
        let builder = Pydio::builder("http://pydio.test/sub").transport(self.clone());
        // A session does not use these credentials, and does not send them.
        builder.login("admin", "other-secret").build().unwrap()
    }

    /// Ends all sessions.
    pub(super) fn expire(&self) {
        self.model().sessions.clear();
    }

    /// Invalidates all issued tokens.
    pub(super) fn forget_tokens(&self) {
        for sitting in self.model().sessions.values_mut() {
            sitting.tokens = ["another".to_owned()].into();
        }
    }

    pub(super) fn count(&self, action: &str) -> usize {
        self.model().log.iter().filter(|asked| asked.action() == action).count()
    }

    /// Returns the requested actions, in order.
    pub(super) fn actions(&self) -> Vec<String> {
        self.model().log.iter().map(|asked| asked.action().to_owned()).collect()
    }

    pub(super) fn last(&self) -> Asked {
        self.model().log.last().unwrap().clone()
    }
}

/// Returns the names and values of a form with files.
fn parts(form: &str, boundary: &str) -> Vec<(String, String)> {
    let delimiter = format!("--{boundary}");
    let parts = form.split(&delimiter).filter_map(|part| part.split_once("\r\n\r\n"));
    let pair = |(head, value): (&str, &str)| {
        let (_, name) = head.split_once("name=\"").unwrap_or_default();
        let name = name.split('"').next().unwrap_or_default();
        (name.to_owned(), value.trim_end().to_owned())
    };
    parts.map(pair).collect()
}

impl Transport for Fake {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let chunks: Vec<Bytes> = Box::pin(body.into_stream()).try_collect().await?;
            let body = chunks.concat();
            let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            let form = match kind.and_then(|kind| kind.split_once("boundary=")) {
                Some((_, boundary)) => parts(&String::from_utf8(body)?, boundary),
                None => url::form_urlencoded::parse(&body).into_owned().collect(),
            };
            let query = head.uri.query().unwrap_or_default().as_bytes();
            let pairs = url::form_urlencoded::parse(query).into_owned();
            let pairs = pairs.chain(form);
            let asked = Asked {
                fields: pairs.collect(),
                method: head.method,
                uri: head.uri,
                headers: head.headers,
            };
            // The answer, and the way there and back, take their time.
            tokio::task::yield_now().await;
            let reply = self.model().answer(asked);
            tokio::task::yield_now().await;
            let mut response = http::Response::builder().status(reply.status);
            response = response.header(CONTENT_TYPE, reply.kind);
            for (name, value) in reply.headers {
                response = response.header(name, value);
            }
            let body = stream::iter([Ok(Bytes::from(reply.body))]);
            Ok(response.body(Box::pin(body) as ResponseBody)?)
        })
    }
}

impl Model {
    fn answer(&mut self, asked: Asked) -> Reply {
        self.log.push(asked.clone());
        let known = asked.cookie("AjaXplorer").map(str::to_owned);
        let cookie = known.clone().unwrap_or_else(|| self.number("cookie"));
        let action = asked.action();
        let sitting = self.sessions.entry(cookie.clone()).or_default();
        let is_token = asked.field("secure_token").is_some_and(|t| sitting.tokens.contains(t));
        let needs_token = action != "get_secure_token" && !sitting.tokens.is_empty();
        let mut reply = if needs_token && (!is_token || self.refuses_all_tokens) {
            if self.fails_over_tokens { failure() } else { wrong_token(&asked) }
        } else if action == "ls" && self.failing_lists > 0 {
            self.failing_lists -= 1;
            failure()
        } else if action == "login" {
            self.log_in(&cookie, &asked)
        } else {
            self.act(&cookie, &asked)
        };
        if known.is_none() {
            let set = format!("AjaXplorer={cookie}; path=/; HttpOnly");
            reply.headers.insert(0, (SET_COOKIE, set));
        }
        reply
    }

    fn number(&mut self, what: &str) -> String {
        self.serial += 1;
        format!("{what}{}", self.serial)
    }

    fn token(&mut self, cookie: &str) -> String {
        let token = self.number("t0ken");
        self.sessions.entry(cookie.to_owned()).or_default().tokens.insert(token.clone());
        token
    }

    fn log_in(&mut self, cookie: &str, asked: &Asked) -> Reply {
        let result = |value: &str| xml(&format!("<logging_result value=\"{value}\"/>"));
        if let Some(value) = self.result {
            return result(value);
        }
        if self.captcha.is_some() && asked.field("captcha_code") != self.captcha {
            return result("-4");
        }
        if asked.field("cookie_login").is_some() {
            match asked.cookie("AjaXplorer-remember") {
                Some(remembered) if self.remembered.contains(remembered) => {}
                _ => return result("-5"),
            }
        } else if asked.field("userid") != Some("alice")
            || asked.field("password") != Some(self.password.as_deref().unwrap_or(SECRET))
        {
            return result("-1");
        }
        // A new cookie and a new token.
        self.sessions.remove(cookie);
        let cookie = self.number("cookie");
        let token = self.token(&cookie);
        let sitting = self.sessions.entry(cookie.clone()).or_default();
        (sitting.is_alice, sitting.workspace) = (true, "first".to_owned());
        let mut reply = xml(&format!("<logging_result value=\"1\" secure_token=\"{token}\"/>"));
        reply.headers.push((SET_COOKIE, format!("AjaXplorer={cookie}; path=/; HttpOnly")));
        if asked.field("remember_me") == Some("true") {
            let remembered = self.number("remembered");
            self.remembered = [remembered.clone()].into();
            let set = format!("AjaXplorer-remember={remembered}; Max-Age=864000; HttpOnly");
            reply.headers.push((SET_COOKIE, set));
        }
        reply
    }

    /// As measured on 7.0.4 and 8.2.5: a slug is switched to, and answered with an error.
    fn switch(&mut self, cookie: &str, asked: &str) -> Reply {
        let workspace = match asked {
            "slug" => "7",
            "8" => {
                let error = "Cannot access to workspace with id/alias 8";
                return xml(&format!("<message type=\"ERROR\">{error}</message>"));
            }
            id => id,
        };
        self.sessions.get_mut(cookie).unwrap().workspace = workspace.to_owned();
        match asked {
            "slug" => xml("<message type=\"ERROR\">Error while loading workspace  : </message>"),
            _ => reply("text/html", ""),
        }
    }

    /// Returns the workspace of a call. As measured on 6.4.2: any name but an id is ignored.
    fn workspace_of(&self, cookie: &str, asked: &Asked) -> String {
        let current = &*self.sessions[cookie].workspace;
        let named = asked.field("tmp_repository_id").unwrap_or(current);
        let is_id = WORKSPACES.iter().any(|(id, _)| *id == named && !self.removed.contains(id));
        let is_ignored = self.version == Some("6.4.2") && !is_id;
        if is_ignored { current } else { named }.to_owned()
    }

    fn registry(&self, cookie: &str, x_path: &str) -> Reply {
        let part = match x_path {
            "user/active_repo" => {
                let workspace = &self.sessions[cookie].workspace;
                format!("<active_repo id=\"{workspace}\" write=\"1\" read=\"1\"/>")
            }
            _ => {
                let is_there = |(id, _): &&(&str, &str)| !self.removed.contains(id);
                let repos = WORKSPACES
                    .iter()
                    .filter(is_there)
                    .map(|(id, slug)| format!("<repo id=\"{id}\" repositorySlug=\"{slug}\"/>"));
                format!("<repositories>{}</repositories>", repos.collect::<String>())
            }
        };
        let part = format!("<ajxp_registry_part xPath=\"{x_path}\">{part}</ajxp_registry_part>");
        reply("text/xml; charset=UTF-8", part)
    }

    fn act(&mut self, cookie: &str, asked: &Asked) -> Reply {
        let wants_json = asked.headers[ACCEPT] == "application/json";
        let is_alice = self.sessions[cookie].is_alice;
        match asked.action() {
            "get_boot_conf" if !self.has_no_web_interface => {
                let token = self.token(cookie);
                let version = self.version.unwrap_or("7.0.4");
                let settings = format!(r#"{{"SECURE_TOKEN":"{token}","ajxpVersion":"{version}"}}"#);
                reply("application/json", settings)
            }
            "get_secure_token" => reply("text/plain; charset=utf-8", self.token(cookie)),
            "get_seed" => {
                let seed = self.seed.as_deref().unwrap_or("-1");
                match self.captcha {
                    None => reply("text/plain;charset=UTF-8", seed),
                    Some(_) => {
                        reply("application/json", format!(r#"{{"seed":{seed},"captcha":true}}"#))
                    }
                }
            }
            "get_captcha" => reply("text/html", "GIF89a, a picture"),
            "logout" => {
                self.sessions.remove(cookie);
                xml("<logging_result value=\"2\"/>")
            }
            _ if !is_alice && wants_json => reply("application/json", r#"{"message":""}"#),
            "download" if !is_alice && asked.field("file") == Some("/untyped") => {
                reply("application/octet-stream", "")
            }
            "download" if !is_alice => reply("text/html", ""),
            // As measured: a guest has no list of workspaces.
            "get_xml_registry" if !is_alice && self.version == Some("6.4.2") => {
                let part = "<ajxp_registry_part xPath=\"user/repositories\"></ajxp_registry_part>";
                reply("text/xml; charset=UTF-8", part)
            }
            _ if !is_alice => xml("<require_auth/>"),
            "switch_repository" => self.switch(cookie, asked.field("repository_id").unwrap()),
            "get_xml_registry" => self.registry(cookie, asked.field("xPath").unwrap()),
            "forbidden" => xml("<require_auth/>"),
            "download" => file(asked.field("file")),
            "ls" | "mkdir" => {
                let workspace = self.workspace_of(cookie, asked);
                xml(&format!("<message type=\"SUCCESS\">{workspace}</message>"))
            }
            "stat" => reply("application/json", r#"{"size":1}"#),
            _ if self.version == Some("6.4.2") => reply("text/html; charset=UTF-8", ""),
            _ => Reply { status: 204, ..reply("text/html", "") },
        }
    }
}

/// The user's workspaces by id and slug.
const WORKSPACES: [(&str, &str); 4] = [("1", "one"), ("2", "two"), ("7", "slug"), ("8", "refused")];

fn wrong_token(asked: &Asked) -> Reply {
    let text = "You are not allowed to access this resource.";
    match asked.action() {
        "stat" => reply("application/json", format!(r#"{{"level":"Error","message":"{text}"}}"#)),
        _ => xml(&format!("<message type=\"ERROR\">{text}</message>")),
    }
}

fn file(name: Option<&str>) -> Reply {
    if name == Some("/picture") {
        return reply("image/png", "");
    }
    let content = if name == Some("/empty") { "" } else { "content" };
    let mut reply = reply("application/force-download", content);
    let disposition = "attachment; filename=\"a\"".to_owned();
    reply.headers.push((http::header::CONTENT_DISPOSITION, disposition));
    reply.headers.push((http::header::CONTENT_LENGTH, content.len().to_string()));
    reply
}
