//! The session: `index.php?get_action=…&secure_token=…`.

use std::net::IpAddr;

use http::header::COOKIE;
use serde_json::json;

use super::{asked_format, parameters_of, query_of};
use crate::{
    Seen,
    actions::guests,
    catalog,
    element::Element,
    envelope::{Envelope, Format, xml_reply},
    identifiers::md5_hex,
    login::BROKEN,
    parameters::Parameters,
    people::User,
    reply::Reply,
    workspaces::Workspace,
    world::{Input, World},
};

/// The cookie of the session, and the "remember me" cookie that outlives it.
const COOKIE_NAME: &str = "AjaXplorer";
const REMEMBER_NAME: &str = "AjaXplorer-remember";

/// How long a user is remembered, in seconds.
const REMEMBERED: i64 = 864_000;

/// Actions that need no token.
const WITHOUT_TOKEN: [&str; 6] = [
    "back",
    "get_boot_conf",
    "get_boot_gui",
    "get_secure_token",
    "get_seed",
    "keystore_generate_auth_token",
];

/// A request that is being handled.
struct Visit<'v> {
    world: &'v mut World,
    seen: &'v Seen,
    peer: IpAddr,
    cookie: String,
    parameters: Parameters,
    format: Format,
}

pub(super) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    let (parameters, uploads) = parameters_of(seen, &query_of(seen));
    let sent = cookie(seen, COOKIE_NAME);
    let cookie = sent.clone().unwrap_or_else(|| world.ids.hex(26));
    let format = asked_format(world.settings.version.dialect(), seen, &Parameters::default());
    let visit = Visit { world, seen, peer, cookie: cookie.clone(), parameters, format };
    let reply = visit.answer(uploads).uncached();
    match sent {
        Some(_) => reply,
        None => reply.header("Set-Cookie", format!("{COOKIE_NAME}={cookie}; path=/; HttpOnly")),
    }
}

fn cookie(seen: &Seen, name: &str) -> Option<String> {
    let header = seen.header(COOKIE.as_str())?;
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
    value.filter(|value| !value.is_empty())
}

impl Visit<'_> {
    fn answer(mut self, uploads: Vec<crate::multipart::Upload>) -> Reply {
        let action = self.parameters.text("get_action").unwrap_or_default().to_owned();
        if !WITHOUT_TOKEN.contains(&&*action) && !self.has_token() {
            let message = "You are not allowed to access this resource.";
            return Envelope::error(message).reply(self.format);
        }
        match &*action {
            "get_secure_token" => self.secure_token(),
            "get_boot_conf" => self.boot_conf(),
            "get_seed" => self.seed(),
            "get_captcha" => self.captcha(),
            "login" => self.login(),
            "logout" => self.logout(),
            "back" => Reply::new(200, "text/xml;charset=UTF-8", "<url></url>"),
            "reset-password-ask" => guests::reset_password_ask(self.world, &self.parameters),
            "reset-password" => guests::reset_password(self.world, &self.parameters),
            _ => match self.user() {
                None => self.anonymous(&action),
                Some(user) if action == "switch_repository" => self.switch(&user),
                Some(user) => self.run(&action, user, uploads),
            },
        }
    }

    fn session(&mut self) -> &mut crate::session::Session {
        self.world.sessions.get(&self.cookie)
    }

    fn has_token(&mut self) -> bool {
        let token = self.parameters.text("secure_token").map(str::to_owned);
        let tokens = &self.session().tokens;
        tokens.is_empty() || token.is_some_and(|token| tokens.contains(&token))
    }

    fn user(&mut self) -> Option<User> {
        let login = self.session().login.clone()?;
        self.world.people.load(&login);
        self.world.people.users.get(&login).cloned()
    }

    fn new_token(&mut self) -> String {
        let token = self.world.ids.token(32);
        self.session().tokens.push(token.clone());
        token
    }

    fn secure_token(mut self) -> Reply {
        if !self.world.settings.renews_tokens && !self.session().tokens.is_empty() {
            let message = "You are not allowed to access this resource.";
            return Envelope::error(message).reply(self.format);
        }
        let token = self.new_token();
        Reply::new(200, "text/plain; charset=utf-8", token)
    }

    fn boot_conf(mut self) -> Reply {
        let token = self.new_token();
        let conf = json!({
            "SECURE_TOKEN": token,
            "ajxpServerAccess": "index.php",
            "ajxpVersion": self.world.settings.version.dialect().number,
            "usersEnabled": true,
            "loggedUser": self.session().login.is_some(),
        });
        Reply::json(conf.to_string())
    }

    fn seed(mut self) -> Reply {
        let seed = match self.world.settings.hashes_passwords {
            true => self.world.ids.hex(32),
            false => "-1".to_owned(),
        };
        self.session().seed = Some(seed.clone());
        match self.world.failures.is_suspected(self.peer) {
            true => Reply::json(format!("{{\"seed\":{seed},\"captcha\":true}}")),
            false => Reply::new(200, "text/plain;charset=UTF-8", seed),
        }
    }

    /// Returns a captcha picture, as far as a client can tell.
    fn captcha(mut self) -> Reply {
        let code = self.world.ids.hex(5);
        self.session().captcha = Some(code);
        Reply::new(200, "image/png", &b"\x89PNG\r\n\x1a\n"[..])
    }

    fn login(mut self) -> Reply {
        if self.world.people.is_broken {
            return Envelope::error(BROKEN).reply(self.format);
        }
        let result = self.log_in();
        let user = match result {
            Ok(user) => user,
            Err(-1) => {
                self.world.failures.add(self.peer);
                let is_suspected = self.world.failures.is_suspected(self.peer);
                return logging_result(if is_suspected { "-4" } else { "-1" }, &[]);
            }
            Err(value) => return logging_result(&value.to_string(), &[]),
        };
        self.world.failures.forget(self.peer);
        let new = self.world.ids.hex(26);
        self.world.sessions.rename(&self.cookie, &new);
        self.cookie.clone_from(&new);
        let token = self.new_token();
        self.session().login = Some(user.login.clone());
        let first = self.first_workspace(&user);
        self.session().workspace = first;
        if let Some(known) = self.world.people.users.get_mut(&user.login) {
            known.last_connection = Some(self.world.clock.now());
        }
        let session = format!("{COOKIE_NAME}={new}; path=/; HttpOnly");
        if !self.parameters.is_true("remember_me") && !self.parameters.has("cookie_login") {
            let reply = logging_result("1", &[("secure_token", &token)]);
            return reply.header("Set-Cookie", session);
        }
        let notify = [("remember_login", "notify"), ("remember_pass", "notify")];
        let notify = if self.parameters.is_true("remember_me") { &notify[..] } else { &[] };
        let reply = logging_result("1", &[notify, &[("secure_token", &token)]].concat());
        let remembered = self.world.ids.hex(32);
        let set = format!("{REMEMBER_NAME}={remembered}; Max-Age={REMEMBERED}; HttpOnly");
        self.world.sessions.remembered.insert(remembered, user.login);
        reply.header("Set-Cookie", session).header("Set-Cookie", set)
    }

    /// Returns the id of the workspace after login: the home page, or else the first one.
    fn first_workspace(&self, user: &User) -> Option<String> {
        let may_enter = |workspace: &&Workspace| self.world.people.may_enter(user, workspace);
        let own: Vec<_> = self.world.workspaces.all().filter(may_enter).collect();
        let home = own.iter().find(|workspace| workspace.id == "ajxp_home");
        home.or(own.first()).map(|workspace| workspace.id.clone())
    }

    /// Returns the user who logs in, or the number of the failure.
    fn log_in(&mut self) -> Result<User, i32> {
        let code = self.parameters.text("captcha_code").map(str::to_owned);
        let wanted = self.session().captcha.take();
        if self.world.failures.is_suspected(self.peer) && (code.is_none() || code != wanted) {
            return Err(-4);
        }
        let login = match self.parameters.has("cookie_login") {
            true => {
                let cookie = cookie(self.seen, REMEMBER_NAME).ok_or(-5)?;
                self.world.sessions.remembered.remove(&cookie).ok_or(-5)?
            }
            false => {
                let login = self.parameters.text("userid").unwrap_or_default().to_owned();
                let password = self.parameters.text("password").unwrap_or_default().to_owned();
                let user = self.world.people.users.get(&login).ok_or(-1)?;
                let expected = user.password.clone();
                if !self.is_right(&password, &expected) {
                    return Err(-1);
                }
                login
            }
        };
        let user = self.world.people.users.get(&login).cloned().ok_or(-1)?;
        if user.is_locked_out() {
            return Err(-1);
        }
        let may_enter = |w| self.world.people.may_enter(&user, w);
        let is_nowhere = !self.world.workspaces.all().any(may_enter);
        match self.world.settings.version.dialect().refuses_users_of_nothing && is_nowhere {
            true => Err(-3),
            false => Ok(user),
        }
    }

    /// Returns whether the password is right; it is hashed if a seed is sent.
    fn is_right(&mut self, sent: &str, password: &str) -> bool {
        let seed = self.parameters.text("login_seed").unwrap_or("-1").to_owned();
        if seed == "-1" {
            return sent == password;
        }
        let is_ours = self.session().seed.take().as_deref() == Some(&*seed);
        let inner = md5_hex(password.as_bytes());
        is_ours && sent == md5_hex(format!("{inner}{seed}").as_bytes())
    }

    fn logout(self) -> Reply {
        self.world.sessions.end(&self.cookie);
        if let Some(remembered) = cookie(self.seen, REMEMBER_NAME) {
            self.world.sessions.remembered.remove(&remembered);
        }
        let forget = format!("{REMEMBER_NAME}=deleted; Max-Age=0; HttpOnly");
        logging_result("2", &[]).header("Set-Cookie", forget)
    }

    /// Returns the response for anonymous users.
    fn anonymous(self, action: &str) -> Reply {
        let asks_all = self.world.settings.version.dialect().asks_downloads_to_log_in;
        match action {
            "" | "get_boot_gui" | "user_access_point" => {
                Reply::html("<html><title>Pydio</title></html>")
            }
            "download" | "download_chunk" if !asks_all => Reply::empty(),
            _ => {
                let envelope = Envelope { require_auth: true, ..Envelope::default() };
                envelope.reply(self.format)
            }
        }
    }

    /// Switches to a workspace; a slug is switched to as well, but returns an error.
    fn switch(mut self, user: &User) -> Reply {
        let name = self.parameters.text("repository_id").unwrap_or_default();
        let refused = |why: &str, format| Envelope::error(format!("{why} {name}")).reply(format);
        let Some(found) = self.world.workspaces.named(name) else {
            return refused("Could not find workspace with id/alias", self.format);
        };
        if !self.world.people.may_enter(user, found) {
            return refused("Cannot access to workspace with id/alias", self.format);
        }
        let (id, is_slug) = (found.id.clone(), found.id != name);
        let now = self.world.clock.now();
        if let Some(known) = self.world.people.users.get_mut(&user.login) {
            known.visited.insert(id.clone(), now);
        }
        self.session().workspace = Some(id);
        match is_slug {
            true => Envelope::error("Error while loading workspace  : ").reply(self.format),
            false => Reply::empty(),
        }
    }

    fn run(mut self, action: &str, user: User, uploads: Vec<crate::multipart::Upload>) -> Reply {
        let current = self.session().workspace.clone().unwrap_or_default();
        let named = self.parameters.text("tmp_repository_id").unwrap_or(&current);
        let has = |found: &Workspace| self.world.people.may_enter(&user, found);
        let is_known = self.world.workspaces.by_id(named).is_some_and(has);
        let ignores = self.world.settings.version.dialect().ignores_other_workspaces && !is_known;
        let named = if ignores { &current } else { named };
        let Some(workspace) = self.world.workspace(&user, named) else {
            let message = format!("Could not find workspace with id/alias {named}");
            return Envelope::error(message).reply(self.format);
        };
        if !self.world.people.may_enter(&user, &workspace) {
            return Envelope::error("You are not allowed to access this resource.")
                .reply(self.format);
        }
        let version = self.world.settings.version;
        if catalog::find(version, &workspace, action, user.is_admin()).is_none() {
            let status = if version.dialect().ignores_missing_actions { 200 } else { 204 };
            return Reply::new(status, "text/html; charset=UTF-8", "");
        }
        let now = self.world.clock.now();
        let known = self.world.people.users.get_mut(&user.login);
        if let Some(known) = known.filter(|_| workspace.id != current) {
            known.visited.insert(workspace.id.clone(), now);
        }
        let format = asked_format(version.dialect(), self.seen, &self.parameters);
        let Self { world, seen, peer, cookie, parameters, .. } = self;
        let session = Some(cookie);
        let input = Input {
            seen,
            peer,
            parameters,
            uploads,
            format,
            session,
            is_rest: false,
            is_v2: false,
        };
        world.run(action, user, workspace, input)
    }
}

fn logging_result(value: &str, attributes: &[(&str, &str)]) -> Reply {
    let result = Element::new("logging_result").attribute("value", value).attributes(attributes);
    xml_reply(&format!("<tree >{}</tree>", result.xml()))
}
