//! The server at the start of a run: clients, and what the server supports.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

#[cfg(not(since = "6.5.1"))]
use pydio_client::Json;
use pydio_client::{
    Error, ErrorKind, Pydio,
    cli::TABLE,
    json::Object,
    v1::{BINDINGS, access_ajxp_conf, conf_sql, models::RegistryUser},
};

use super::{Login, Need, Target, Trouble};

/// The state shared by all scenarios of a run.
pub(super) struct Stage {
    pub(super) target: Target,
    pub(super) user: Pydio,
    pub(super) admin: Option<Pydio>,
    /// The login of the administrator.
    pub(super) admin_login: Option<Login>,
    /// The workspace, or why the administrator cannot read it; `None` without one.
    pub(super) workspace: Option<Result<Known, Error>>,
    /// A random word that identifies the objects of this run.
    pub(super) tag: String,
    count: AtomicUsize,
    operations: Mutex<BTreeSet<&'static str>>,
}

/// The administration's view of the workspace.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) parameters: Object,
    pub(super) features: Object,
}

impl Stage {
    /// Logs everybody in. On failure, returns the client whose login failed.
    pub(super) async fn set(target: &Target) -> Result<Self, (Option<Pydio>, Error)> {
        let user = connect(target, &target.user).map_err(|error| (None, error))?;
        let failed = |pydio: &Pydio| {
            let pydio = pydio.clone();
            move |error| (Some(pydio), error)
        };
        let own = own_data(&user).await.map_err(failed(&user))?;
        let rights = own.and_then(|own| own.special_rights);
        let is_admin = rights.and_then(|rights| rights.is_admin) == Some(true);
        let admin_login = match &target.admin {
            Some(login) => Some(login.clone()),
            None => is_admin.then(|| target.user.clone()),
        };
        let mut admin = None;
        if let Some(login) = &admin_login {
            let pydio = connect(target, login).map_err(|error| (None, error))?;
            own_data(&pydio).await.map_err(failed(&pydio))?;
            admin = Some(pydio);
        }
        let workspace = match &admin {
            Some(pydio) => Some(known(pydio, &target.workspace).await),
            None => None,
        };
        let (tag, count) = (format!("{:08x}", random()), AtomicUsize::new(0));
        let (target, operations) = (target.clone(), Mutex::default());
        Ok(Self { target, user, admin, admin_login, workspace, tag, count, operations })
    }

    /// Returns why a scenario cannot run: a missing requirement.
    pub(super) fn lacks(&self, needs: &[Need]) -> Option<String> {
        needs.iter().find_map(|need| match need {
            Need::Admin if self.admin.is_none() => Some("no administrator was given".to_owned()),
            Need::CommandLine if self.target.command.is_none() => {
                Some("no command that leads to cmd.php was given".to_owned())
            }
            Need::Feature(plugin) => {
                let known = self.workspace.as_ref()?.as_ref().ok()?;
                let is_active = known.features.contains_key(*plugin);
                let lacking = format!("the workspace does not have the feature {plugin}");
                (!is_active).then_some(lacking)
            }
            Need::Call(name) => missing(name),
            Need::Admin | Need::CommandLine => None,
        })
    }

    /// Returns why a failure is excused: the server knows no action of a required plugin, and the
    /// administration does not list the plugin.
    pub(super) fn excuses(&self, needs: &[Need], trouble: &Trouble) -> Option<String> {
        let Trouble::Call(failure) = trouble else { return None };
        if failure.kind() != ErrorKind::UnknownAction {
            return None;
        }
        let plugin = failure.call_name().split('/').next()?;
        let is_needed =
            needs.iter().any(|need| matches!(need, Need::Feature(known) if *known == plugin));
        let is_unsure = !matches!(self.workspace, Some(Ok(_)));
        (is_needed && is_unsure).then(|| format!("the server has no action of {plugin} there"))
    }

    /// Returns a unique number.
    pub(super) fn number(&self) -> usize {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    #[cfg(since = "6.5.1")]
    pub(super) fn called(&self, operation: &'static str) {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).insert(operation);
    }

    /// Returns the operations called so far.
    pub(super) fn operations(&self) -> BTreeSet<&'static str> {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

pub(super) fn connect(target: &Target, login: &Login) -> Result<Pydio, Error> {
    Pydio::builder(&target.url).login(&login.name, &*login.password).build()
}

/// Reads what every release tells a user about themselves.
pub(super) async fn own_data(pydio: &Pydio) -> Result<Option<RegistryUser>, Error> {
    Ok(pydio.workspace("pydio").call(conf_sql::state("user")).await?.user)
}

/// Reads the workspace from the administration.
#[cfg(since = "6.5.1")]
async fn known(admin: &Pydio, workspace: &str) -> Result<Known, Error> {
    let call = access_ajxp_conf::edit_repository(workspace);
    let found = admin.workspace("settings").call(call).await?;
    let id = found.id.unwrap_or_else(|| workspace.to_owned());
    let parameters = found.parameters.unwrap_or_default();
    Ok(Known { id, parameters, features: found.features.unwrap_or_default() })
}

/// Reads the workspace from the administration, which answers in XML and knows it by its id.
#[cfg(not(since = "6.5.1"))]
async fn known(admin: &Pydio, workspace: &str) -> Result<Known, Error> {
    let own = own_data(admin).await?.and_then(|own| own.repositories?.repo).unwrap_or_default();
    let by_slug = own.into_iter().find(|repo| repo.repository_slug.as_deref() == Some(workspace));
    let id = by_slug.map_or_else(|| workspace.to_owned(), |repo| repo.id);
    let found = admin.workspace("settings").call(access_ajxp_conf::edit_repository(&*id)).await?;
    let mut known = Known { id, parameters: Object::new(), features: Object::new() };
    for parameter in found.child("repository").into_iter().flat_map(|found| &found.children) {
        let attribute = |name: &str| parameter.attributes.get(name).map(str::to_owned);
        match (attribute("name"), attribute("value")) {
            (Some(name), Some(value)) => {
                known.parameters.insert(name, value.into());
            }
            (Some(name), None) if name == "META_SOURCES" => {
                if let Ok(Json::Object(features)) = parameter.text.parse() {
                    known.features = features;
                }
            }
            _ => {}
        }
    }
    Ok(known)
}

/// Returns why a call is impossible with the bindings.
fn missing(name: &str) -> Option<String> {
    let release = BINDINGS.version();
    match TABLE.endpoints().find(|known| known.to_string() == name) {
        None => Some(format!("Pydio {release} does not have `{name}`")),
        Some(known) if !known.is_operation() && !known.is_rest() => {
            Some(format!("Pydio {release} does not offer `{name}` over REST"))
        }
        Some(_) => None,
    }
}

fn random() -> u32 {
    let bytes = RandomState::new().hash_one(std::process::id()).to_le_bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
