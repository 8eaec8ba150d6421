//! The session behind `index.php`, from the first token to the logout.

use pydio_tests::{ALICE, BOB, Server, Version, recordings::Recorded};

use crate::raw;

/// A browser: it stores cookies, and sends the last token that it received.
struct Browser<'s> {
    server: &'s Server,
    cookies: Vec<(String, String)>,
    token: String,
}

impl<'s> Browser<'s> {
    fn new(server: &'s Server) -> Self {
        Self { server, cookies: Vec::new(), token: String::new() }
    }

    async fn answer(&mut self, query: &str) -> Recorded {
        let target = format!("/index.php?get_action={query}&secure_token={}", self.token);
        let mut request = raw::Request::get(&target);
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request.headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        let answer = raw::send(self.server, &request).await.unwrap();
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let text = String::from_utf8_lossy(&answer.body);
        for mark in ["SECURE_TOKEN\":\"", "secure_token=\""] {
            if let Some((_, token)) = text.split_once(mark) {
                token.split('"').next().unwrap().clone_into(&mut self.token);
            }
        }
        answer
    }

    async fn get(&mut self, query: &str) -> String {
        let answer = self.answer(query).await;
        String::from_utf8_lossy(&answer.body).into_owned()
    }

    /// Returns the value of the `logging_result`.
    async fn log_in(&mut self, login: &str, password: &str, more: &str) -> String {
        let text = self.get(&format!("login&userid={login}&password={password}{more}")).await;
        let (_, value) = text.split_once("value=\"").unwrap();
        value.split('"').next().unwrap().to_owned()
    }

    async fn enter_common(&mut self) {
        self.get("get_boot_conf").await;
        assert_eq!(self.log_in(ALICE.login, ALICE.password, "").await, "1");
        let switch = format!("switch_repository&repository_id={}", pydio_tests::COMMON_ID);
        assert_eq!(self.get(&switch).await, "");
    }
}

const NOT_ALLOWED: &str = "You are not allowed to access this resource.";

#[tokio::test]
async fn a_session_lasts_from_a_token_to_the_logout() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "a");
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get("get_seed").await, "-1");
    browser.get("get_boot_conf").await;
    let (before, cookies) = (browser.token.clone(), browser.cookies.clone());
    assert_eq!(browser.log_in(ALICE.login, ALICE.password, "").await, "1");
    assert!(browser.token != before && browser.cookies != cookies);
    // The first workspace is the page after login, which lists nothing.
    assert_eq!(browser.answer("ls").await.status, 204);
    assert!(browser.get("ls&tmp_repository_id=common").await.contains("/a.txt"));
    browser.enter_common().await;
    assert!(browser.get("ls").await.contains("/a.txt"));
    assert!(browser.get("delete&nodes[]=/a.txt").await.contains("SUCCESS"));
    assert_eq!(browser.answer("create_user").await.status, 204);
    let token = std::mem::replace(&mut browser.token, "wrong".to_owned());
    assert!(browser.get("ls").await.contains(NOT_ALLOWED));
    browser.token = browser.get("get_secure_token").await;
    assert!(browser.token != token && browser.get("ls").await.contains("recycle_bin"));
    browser.token = token;
    assert!(browser.get("logout").await.contains("value=\"2\""));
    assert!(browser.get("ls").await.contains("<require_auth/>"));
}

#[tokio::test]
async fn nodes_are_copied_to_another_workspace_in_the_background() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "a");
    let mut browser = Browser::new(&server);
    browser.enter_common().await;
    for (moves, remains) in [("", true), ("&moving_files=true", false)] {
        let copy = format!("cross_copy&file=/a.txt&dest_repository_id=1&dest=/{moves}");
        assert!(browser.get(&copy).await.contains("<consume_channel/>"));
        for _ in 0..2 {
            browser.get("ls").await;
        }
        assert_eq!(server.has("common", "/a.txt"), remains);
    }
    assert_eq!(server.content("my-files/alice", "/a.txt").as_deref(), Some(&b"a"[..]));
    assert!(server.has("my-files/alice", "/a-1.txt"));
}

#[tokio::test]
async fn an_expired_session_looks_like_a_missing_file() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "a");
    let mut browser = Browser::new(&server);
    browser.enter_common().await;
    assert_eq!(browser.get("download&file=/a.txt").await, "a");
    server.expire_sessions();
    let answer = browser.answer("download&file=/a.txt").await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert!(browser.get("ls").await.contains("<require_auth/>"));
}

#[tokio::test]
async fn a_server_may_refuse_to_renew_a_token() {
    let builder = Server::builder(Version::V8_2).renews_tokens(false);
    let server = builder.start().await.unwrap();
    let mut browser = Browser::new(&server);
    browser.token = browser.get("get_secure_token").await;
    assert_eq!(browser.token.len(), 32);
    assert!(browser.get("get_secure_token").await.contains(NOT_ALLOWED));
    assert_eq!(browser.log_in(BOB.login, BOB.password, "").await, "1");
}

#[tokio::test]
async fn three_wrong_passwords_require_a_captcha() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let mut browser = Browser::new(&server);
    for expected in ["-1", "-1", "-4"] {
        assert_eq!(browser.log_in("alice", "wrong", "").await, expected);
    }
    assert_eq!(browser.log_in(ALICE.login, ALICE.password, "").await, "-4");
    assert_eq!(browser.get("get_seed").await, "{\"seed\":-1,\"captcha\":true}");
    browser.get("get_captcha").await;
    let code = format!("&captcha_code={}", server.captcha().unwrap());
    assert_eq!(browser.log_in(ALICE.login, ALICE.password, &code).await, "1");
    assert_eq!(server.captcha(), None);
}

#[tokio::test]
async fn passwords_are_hashed_with_a_seed_on_6_4() {
    let builder = Server::builder(Version::V6_4).hashes_passwords(true);
    let server = builder.start().await.unwrap();
    let mut browser = Browser::new(&server);
    let seed = browser.get("get_seed").await;
    assert_eq!(seed.len(), 32);
    let md5 = |text: &str| {
        use md5::Digest as _;
        let digest = md5::Md5::digest(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let hashed = md5(&format!("{}{seed}", md5(ALICE.password)));
    let more = format!("&login_seed={seed}");
    assert_eq!(browser.log_in("alice", &hashed, &more).await, "1");
    // A seed can be used for one login only.
    assert_eq!(browser.log_in("alice", &hashed, &more).await, "-1");
}

#[tokio::test]
async fn users_without_a_workspace_get_an_error_only_on_6_4() {
    for (version, expected) in [(Version::V6_4, "-3"), (Version::V8_2, "1")] {
        let server = Server::start(version).await.unwrap();
        server.add_user("eve", "eve-secret");
        let data = "role_id=AJXP_GRP_/&json_data={\"ROLE\":{\"ACL\":{},\"ACTIONS\":{},\
                    \"PARAMETERS\":{},\"APPLIES\":[]}}";
        let request = raw::Request::new("POST", "/api/settings/edit/post_json_role", data);
        let admin = pydio_tests::ADMIN;
        let request = request.basic(admin.login, admin.password);
        raw::send(&server, &request).await.unwrap();
        let mut browser = Browser::new(&server);
        assert_eq!(browser.log_in("eve", "eve-secret", "").await, expected, "{version:?}");
    }
}

#[tokio::test]
async fn remembered_users_need_no_password() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let mut browser = Browser::new(&server);
    assert!(browser.get("login&cookie_login=true").await.contains("value=\"-5\""));
    assert_eq!(browser.log_in("alice", ALICE.password, "&remember_me=true").await, "1");
    server.expire_sessions();
    assert!(browser.get("login&cookie_login=true").await.contains("value=\"1\""));
    assert!(browser.get("get_xml_registry&xPath=user").await.contains("id=\"alice\""));
}
