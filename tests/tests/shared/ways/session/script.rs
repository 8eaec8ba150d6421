//! A transport that responds to one action as recorded, and to the steps of a login as usual.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use http::header::CONTENT_LENGTH;
use pydio_client::{
    Body, LoginError, Pydio, Session,
    transport::{Exchange, ResponseBody, Transport},
};
use pydio_tests::recordings::{self, Recorded, Recording};
use url::form_urlencoded;

pub(crate) const PASSWORD: &str = "alice-password";

const MASKS: [(&str, &str); 5] = [
    ("*secure-token (32 alphanumerics)*", "0123456789abcdefghijklmnopqrstuv"),
    ("*secure-token*", "T0ken"),
    ("*session*", "s3ss10n"),
    ("*alice-password*", PASSWORD),
    // The value that the server would have in a session of the client.
    ("wrongtoken", "T0ken"),
];

/// Returns a recording with its masked values replaced.
pub(crate) fn read(name: &str) -> Recording {
    let recording = recordings::read(&format!("legacy/session/{name}")).unwrap();
    let unmask = |text: &str| {
        MASKS.iter().fold(text.to_owned(), |text, (mask, value)| text.replace(mask, value))
    };
    let unmask_body = |body: Vec<u8>| match String::from_utf8(body) {
        Ok(text) => unmask(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let unmask_all = |headers: Vec<(String, String)>| {
        headers.into_iter().map(|(name, value)| (name, unmask(&value))).collect()
    };
    Recording {
        target: unmask(&recording.target),
        headers: unmask_all(recording.headers),
        body: unmask_body(recording.body),
        response: Recorded {
            headers: unmask_all(recording.response.headers),
            body: unmask_body(recording.response.body),
            ..recording.response
        },
        ..recording
    }
}

/// A request: its method, and the query or the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) form: String,
    pub(crate) cookie: String,
    pub(crate) accept: String,
}

impl Sent {
    fn of(request: &http::Request<Bytes>) -> Self {
        let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let header = |name: &str| {
            let value = request.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Self::new(request.method().as_str(), &target, header, request.body())
    }

    fn new(method: &str, target: &str, header: impl Fn(&str) -> String, body: &[u8]) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            form: String::from_utf8_lossy(body).into_owned(),
            cookie: header("cookie"),
            accept: header("accept"),
        }
    }

    pub(crate) fn recorded(recording: &Recording) -> Self {
        let header = |name: &str| recording.header(name).unwrap_or_default().to_owned();
        Self::new(&recording.method, &recording.target, header, &recording.body)
    }

    /// Returns the fields of query and form, in order.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let query = form_urlencoded::parse(self.query.as_bytes()).into_owned();
        query.chain(form_urlencoded::parse(self.form.as_bytes()).into_owned()).collect()
    }

    pub(crate) fn action(&self) -> String {
        self.field("get_action").unwrap_or_default()
    }

    fn field(&self, wanted: &str) -> Option<String> {
        self.fields().into_iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }
}

/// Returns the response of an 8.2.5 to `xPath=user/active_repo` after a request to switch to
/// `common`: it has switched, although it reported an error. This is not among the recordings.
fn active_workspace() -> Recorded {
    let body = concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?><ajxp_registry_part xPath="user/active_repo" >"#,
        r#"<active_repo id="413dafb20ca535193e9e024464a577fa" write="1" read="1"/>"#,
        "</ajxp_registry_part>",
    );
    let headers = vec![("Content-Type".to_owned(), "text/xml; charset=UTF-8".to_owned())];
    Recorded { status: 200, headers, body: body.into(), length: None, is_cut: false }
}

/// Returns the list of a user's workspaces with a single one.
fn registry_of(id: &str) -> Recorded {
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><ajxp_registry_part xPath="user/repositories" >
        <repositories><repo id="{id}" repositorySlug="{id}"/></repositories></ajxp_registry_part>"#
    );
    let headers = vec![("Content-Type".to_owned(), "text/xml; charset=UTF-8".to_owned())];
    Recorded { status: 200, headers, body: body.into(), length: None, is_cut: false }
}

/// The action that looks up workspaces.
const LOOKUP: &str = "get_xml_registry";

/// Returns whether the script itself responds to an action, or only a session sends it, on its own.
pub(crate) fn is_step(action: &str) -> bool {
    let logins = ["get_seed", "login", "get_secure_token", "get_boot_conf", "logout"];
    logins.contains(&action) || [LOOKUP, "switch_repository"].contains(&action)
}

/// Responds to some actions as recorded, and to the others as in the recording of a plain login.
#[derive(Clone)]
pub(crate) struct Script {
    subjects: Arc<Vec<(&'static str, Recorded)>>,
    /// The response to actions without one of their own; without it, there must be none.
    other: Option<Arc<Recorded>>,
    /// The id of the only workspace in the registry, instead of the recorded ones.
    workspace: Option<String>,
    log: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl Script {
    /// Maps each action to the response of a recording.
    pub(crate) fn new<const N: usize>(subjects: [(&'static str, &str); N]) -> Self {
        let read = |(action, name)| (action, read(name).response);
        Self {
            subjects: Arc::new(subjects.map(read).into()),
            other: None,
            workspace: None,
            log: Arc::default(),
        }
    }

    /// Responds in the same way to everything but the steps of a login.
    pub(crate) fn always(response: Recorded) -> Self {
        Self { other: Some(Arc::new(response)), ..Self::new([]) }
    }

    /// Lists only this workspace in the registry.
    pub(crate) fn with_workspace(self, id: &str) -> Self {
        Self { workspace: Some(id.to_owned()), ..self }
    }

    /// Starts a session, and returns it with an empty log.
    pub(crate) async fn session(&self) -> Session {
        let session = self.login(PASSWORD, false).await.unwrap();
        self.log.lock().unwrap().clear();
        session
    }

    /// Returns the last request of an action in the log: before it, a session may look up the
    /// workspace.
    pub(crate) fn last(&self, action: &str) -> Option<http::Request<Bytes>> {
        let log = self.log.lock().unwrap();
        let is_lookup = |request: &http::Request<Bytes>| Sent::of(request).action() == LOOKUP;
        log.iter().rfind(|request| action == LOOKUP || !is_lookup(request)).cloned()
    }

    /// Returns the requests of that action, in order.
    pub(crate) fn sent(&self, action: &str) -> Vec<Sent> {
        let log = self.log.lock().unwrap();
        log.iter().map(Sent::of).filter(|sent| sent.action() == action).collect()
    }

    /// Starts a session that does not store the password.
    pub(crate) async fn login(
        &self,
        password: &str,
        remember: bool,
    ) -> Result<Session, LoginError> {
        let builder = Pydio::builder("http://127.0.0.1:8090").transport(self.clone());
        let session = builder.build()?.session().keep_password(false).remember_me(remember);
        session.login("alice", password).await
    }

    fn answer(&self, sent: &Sent) -> http::Response<ResponseBody> {
        let action = &*sent.action();
        let subject = self.subjects.iter().find(|(known, _)| *known == action);
        let recorded = match action {
            _ if subject.is_some() => subject.unwrap().1.clone(),
            "get_seed" => read("02_get_seed").response,
            "login" => read("03_login").response,
            "get_secure_token" => read("22_get_secure_token").response,
            "get_xml_registry" if sent.field("xPath").as_deref() == Some("user/active_repo") => {
                active_workspace()
            }
            "get_xml_registry" => match &self.workspace {
                Some(id) => registry_of(id),
                None => read("04_get_xml_registry_user").response,
            },
            // This response was not recorded.
            "get_boot_conf" => Recorded {
                status: 200,
                headers: vec![
                    ("Content-Type".to_owned(), "application/json".to_owned()),
                    ("Set-Cookie".to_owned(), "AjaXplorer=s3ss10n; path=/".to_owned()),
                ],
                body: br#"{"SECURE_TOKEN":"T0ken"}"#.to_vec(),
                length: None,
                is_cut: false,
            },
            other => match &self.other {
                Some(response) => (**response).clone(),
                None => panic!("{other} is not in the script"),
            },
        };
        let mut response = http::Response::builder().status(recorded.status);
        for (name, value) in &recorded.headers {
            // Masking changes the length of the body.
            let is_wrong = recorded.length != Some(recorded.body.len() as u64);
            // Some actions send a line that is not a header, which the client ignores.
            let name = http::HeaderName::from_bytes(name.as_bytes()).ok();
            let is_kept = |name: &http::HeaderName| !is_wrong || name != CONTENT_LENGTH;
            if let Some(name) = name.filter(is_kept) {
                response = response.header(name, value.as_bytes());
            }
        }
        let chunks: Vec<_> =
            recorded.body.chunks(100).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        response.body(Box::pin(stream::iter(chunks)) as ResponseBody).unwrap()
    }
}

impl Transport for Script {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let chunks: Vec<Bytes> = Box::pin(body.into_stream()).try_collect().await?;
            let request = http::Request::from_parts(head, Bytes::from(chunks.concat()));
            let sent = Sent::of(&request);
            self.log.lock().unwrap().push(request);
            Ok(self.answer(&sent))
        })
    }
}
