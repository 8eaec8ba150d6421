//! Makes every read-only call, typed, on everything that a server has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

#[cfg(since = "6.2.0")]
use pydio_client::v1::action_share::{self, SimpleShareType};
use pydio_client::{
    ActionCall, Error, ErrorKind, Method, NodePath, RestCall, SessionWorkspace, Workspace,
    cli::TABLE,
    v1::{
        access_ajxp_conf::{self, DataType, UpdateRoleAction},
        access_fs, meta_comments,
    },
};
#[cfg(since = "6.5.1")]
use pydio_client::{OperationCall, Pydio};

use super::{Need, Scenario, Scene, Trouble, people::add_user, trouble::ensure};

mod administration;
mod reading;
#[cfg(since = "6.5.1")]
mod v2;

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "every read call decodes",
    needs: &[Need::Admin],
    help: "the server answers otherwise than the bindings say: generate them for your server, or \
           report what was asked and what came",
    run: |scene| Box::pin(sweep(scene)),
}];

/// The results of the calls.
#[derive(Default)]
struct Sweep {
    /// The attempted calls, as `access.fs/ls` or `userInfo`.
    tried: BTreeSet<String>,
    /// The calls that succeeded at least once.
    answered: BTreeSet<String>,
    /// The calls that could not be read, with their target and the error.
    unread: Vec<String>,
    /// The errors of refused calls.
    refusals: BTreeMap<String, String>,
}

impl Sweep {
    /// Makes a call over REST v1. A call that the server refuses because of the user's rights or a
    /// missing feature has no response to decode.
    async fn act<C: RestCall>(
        &mut self,
        files: &Workspace,
        on: impl AsRef<str>,
        call: C,
    ) -> Option<C::Response> {
        let place = Place::Workspace(files.id(), on.as_ref());
        self.note(C::ENDPOINT.to_string(), place, files.call(call).await)
    }

    /// Makes a call over v2.
    #[cfg(since = "6.5.1")]
    async fn operate<C: OperationCall>(
        &mut self,
        pydio: &Pydio,
        on: impl AsRef<str>,
        call: C,
    ) -> Option<C::Response> {
        let place = Place::Operation(on.as_ref());
        self.note(C::ENDPOINT.to_string(), place, pydio.call(call).await)
    }

    /// Makes a call on a session.
    async fn ask<C: ActionCall>(
        &mut self,
        files: &SessionWorkspace,
        call: C,
    ) -> Option<C::Response> {
        self.note(C::ENDPOINT.to_string(), Place::Session, files.call(call).await)
    }

    /// Short, because it is compiled for each type of response.
    fn note<T>(&mut self, call: String, place: Place<'_>, answer: Result<T, Error>) -> Option<T> {
        let (answer, error) = match answer {
            Ok(answer) => (Some(answer), None),
            Err(error) => (None, Some(error)),
        };
        self.record(call, place, error);
        answer
    }

    fn record(&mut self, call: String, place: Place<'_>, error: Option<Error>) {
        self.tried.insert(call.clone());
        let Some(error) = error else {
            self.answered.insert(call);
            return;
        };
        match error.kind() {
            ErrorKind::Malformed | ErrorKind::UnexpectedContentType | ErrorKind::Empty => {
                self.unread.push(format!("{call} on {place}: {error}"));
            }
            // A broken connection, for example, says nothing about the response.
            ErrorKind::Transport | ErrorKind::InvalidRequest | ErrorKind::TooLarge => {
                self.unread.push(format!("{call} on {place} was not tried: {error}"));
            }
            _ => {
                self.refusals.entry(call).or_insert_with(|| format!("on {place}: {error}"));
            }
        }
    }

    /// Reports unreadable, forgotten and never successful calls.
    fn end(self) -> Result<(), Trouble> {
        let count = self.unread.len();
        let unread = format!("{count} answers were not read:\n{}", self.unread.join("\n"));
        ensure(self.unread.is_empty(), unread)?;
        let forgotten: Vec<_> = reads().filter(|name| !self.tried.contains(name)).collect();
        ensure(forgotten.is_empty(), format!("not tried: {}", forgotten.join(", ")))?;
        let is_optional = |name: &String| OPTIONAL.iter().any(|plugin| name.starts_with(plugin));
        let never = reads().filter(|name| !self.answered.contains(name) && !is_optional(name));
        let why = |name: &String| self.refusals.get(name).cloned().unwrap_or_default();
        let never: Vec<_> = never.map(|name| format!("{name} {}", why(&name))).collect();
        ensure(never.is_empty(), format!("never answered:\n{}", never.join("\n")))
    }
}

/// Where a call is made, and what it is about.
enum Place<'a> {
    Workspace(&'a str, &'a str),
    #[cfg(since = "6.5.1")]
    Operation(&'a str),
    Session,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workspace(workspace, on) => write!(f, "`{on}` in {workspace}"),
            #[cfg(since = "6.5.1")]
            Self::Operation(on) => write!(f, "`{on}`"),
            Self::Session => f.write_str("a session"),
        }
    }
}

/// The plugins that a server may have disabled, or a workspace may lack.
const OPTIONAL: &[&str] = &[
    "action.disclaimer/",
    "action.share/",
    "action.updater/",
    "authfront.keystore/",
    // Needs a team.
    "conf.sql/user_team_list_users",
    "core.mq/",
    "core.notifications/",
    "editor.",
    "index.",
    "log.sql/",
    "meta.",
];

/// Returns all calls made with `GET`, except those unsupported by the server and those of drivers
/// and plugins that the installer's workspaces lack.
fn reads() -> impl Iterator<Item = String> {
    let reads = TABLE.endpoints().filter(|endpoint| {
        endpoint.method() == Method::Get && endpoint.why_unsupported().is_none()
    });
    reads.map(ToString::to_string)
}

async fn sweep(scene: &Scene) -> Result<(), Trouble> {
    let mut sweep = Sweep::default();
    let folder = furnish(scene).await?;
    populate(scene).await?;
    for pydio in [scene.user(), scene.admin()?] {
        reading::account(&mut sweep, pydio).await;
        for id in reading::workspaces(&mut sweep, pydio).await {
            reading::inside(&mut sweep, pydio, &id).await;
        }
    }
    reading::nodes(&mut sweep, scene, &folder).await;
    reading::over_a_session(&mut sweep, scene, &folder).await?;
    administration::all(&mut sweep, scene).await?;
    sweep.end()
}

/// Creates a user with a role in a group, since the administration lists all three.
async fn populate(scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let (group, login) = (scene.name("group"), scene.name("user"));
    let (own, name) = (settings.clone(), group.clone());
    scene.later(format!("the group {group}"), async move {
        own.call(access_ajxp_conf::delete(DataType::Group, name)).await.map(|_| ())
    });
    settings.call(access_ajxp_conf::create_group("Live group", &group)).await?;
    add_user(scene, &login, &scene.password()).await?;
    settings.call(access_ajxp_conf::user_update_group(&login, &group)).await?;
    let role = scene.name("role");
    let (own, name) = (settings.clone(), role.clone());
    scene.later(format!("the role {role}"), async move {
        own.call(access_ajxp_conf::delete(DataType::Role, name)).await.map(|_| ())
    });
    settings.call(access_ajxp_conf::create_role(&role)).await?;
    let give = access_ajxp_conf::user_update_role(&login, UpdateRoleAction::Add, &role);
    settings.call(give).await?;
    Ok(())
}

/// A picture of one pixel.
const DOT: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\
                     \x01\0\0\x02\x02D\x01\0;";

/// Creates a folder with one item of each kind, as far as the server permits.
async fn furnish(scene: &Scene) -> Result<NodePath, Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let (text, inner) = (folder.join("note é.txt"), folder.join("inner"));
    files.call(access_fs::mkfile(&text).content("some words")).await?;
    files.call(access_fs::mkdir(&inner)).await?;
    files.call(access_fs::upload(&folder, "dot.gif", DOT)).await?;
    // Without the comment or share features, there is nothing to read.
    let _ = files.call(meta_comments::post_comment(&text, "a comment")).await;
    #[cfg(since = "6.2.0")]
    if files.call(action_share::share(SimpleShareType::Public, &text)).await.is_ok() {
        let (own, shared) = (files.clone(), text.clone());
        scene.later(format!("the link to {text}"), async move {
            own.call(action_share::unshare(shared)).await.map(|_| ())
        });
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use pydio_client::{Pydio, v2::user_account};

    use super::{OPTIONAL, Sweep, reads};
    use pydio_test_server::{ALICE, Canned, Fault, Server, Version};

    async fn swept(canned: Option<Canned>) -> Sweep {
        let server = Server::start(Version::V8_2).await.unwrap();
        if let Some(canned) = canned {
            server.fail(Fault::Answer(canned));
        }
        let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
        let mut sweep = Sweep::default();
        sweep.operate(&builder.build().unwrap(), "all", user_account::user_info()).await;
        sweep
    }

    #[tokio::test]
    async fn an_unreadable_response_is_reported_with_its_call() {
        let canned = Canned::new(200, "application/json", r#"{"user": []}"#);
        let told = swept(Some(canned)).await.end().unwrap_err().to_string();
        assert!(told.starts_with("1 answers were not read:\nuserInfo on `all`: "), "{told}");
        assert!(told.contains("user"), "{told}");
    }

    #[tokio::test]
    async fn a_forgotten_call_is_reported() {
        let told = swept(None).await.end().unwrap_err().to_string();
        assert!(told.starts_with("not tried: "), "{told}");
        assert!(told.contains("access.fs/ls, ") && !told.contains("userInfo"), "{told}");
    }

    #[tokio::test]
    async fn a_call_that_is_always_refused_is_reported() {
        let canned = Canned::new(200, "application/json", r#"{"level":"Error","message":"no"}"#);
        let mut sweep = swept(Some(canned)).await;
        sweep.tried.extend(reads());
        sweep.answered.extend(reads().filter(|name| name != "userInfo"));
        let told = sweep.end().unwrap_err().to_string();
        assert!(told.starts_with("never answered:\nuserInfo on `all`: "), "{told}");
        assert!(OPTIONAL.iter().all(|plugin| reads().any(|name| name.starts_with(plugin))));
    }
}
