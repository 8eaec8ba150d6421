//! `login`, `logout` and `profiles`: servers and users under a name.

use std::path::Path;

use clap::{ArgMatches, Args};
use pydio_cli::{Config, Failed, Profile, Settings, in_runtime, leaf_of};
use pydio_client::{ErrorKind, Pydio, keystore::KeyPair, v1::access_fs};
use serde_json::json;

use crate::context::{self, Output, own_workspaces, slugs};

/// Store a server and a user under a name, with a key pair instead of the password
///
/// The password comes from `--password-file`, PYDIO_PASSWORD or a prompt; it is not stored. The
/// server issues a key pair, which is stored in a file that only you can read, and which `pydio
/// logout` revokes. If the server issues none, every command requires the password. A workspace of `-w`
/// becomes that of the profile; the user has to be able to enter it.
#[derive(Debug, Args)]
pub(super) struct Login {
    /// The address of the web interface, with its prefix if it has one
    #[arg(value_name = "URL")]
    address: Option<String>,
}

/// The name of a profile unless one is given.
const NAME: &str = "default";

impl Login {
    pub(super) fn run(self, top: &ArgMatches) -> Result<(), Failed> {
        let leaf = leaf_of(top);
        let settings = Settings::without_profile(top, leaf)?;
        let name = Settings::profile_name(top, leaf)?.unwrap_or_else(|| NAME.to_owned());
        let url = match &self.address {
            Some(url) => url.clone(),
            None => settings.url()?.to_owned(),
        };
        let mut config = Config::read()?;
        refuse_replacing(&config, &name)?;
        config.try_writing()?;
        let user = settings.user()?.to_owned();
        let workspace = settings.workspace().ok().map(str::to_owned);
        let device = Some(device()?);
        let mut profile = Profile { url, user, workspace, device };
        in_runtime(async {
            // With some databases the server revokes no key pair, so it issues none in vain. Where
            // the password does not reach the API, only the pair can tell.
            let is_first = !settings.is_pair_on_session();
            if is_first {
                verify_workspace(&settings, &profile, None).await?;
            }
            let pair = pair(&settings, &profile).await?;
            if !is_first {
                verify_workspace(&settings, &profile, pair.as_ref()).await?;
            }
            match pair {
                Some(pair) => config.keep_pair(&profile, &pair)?,
                None => {
                    profile.device = None;
                    pydio_cli::say(
                        "the server issues no key pairs: commands will prompt for the password, \
                         unless PYDIO_PASSWORD is set",
                    );
                }
            }
            config.keep(&name, profile.clone())
        })?;
        let Profile { url, user, workspace, device } = &profile;
        let text = format!("{name}\t{url}\t{user}\t{}", device.as_deref().unwrap_or("-"));
        let json = json!({
            "profile": name, "url": url, "user": user, "workspace": workspace, "device": device,
        });
        Output { is_json: settings.is_json() }.line(&text, || json)
    }
}

/// A key pair that no profile names could no longer be revoked from here.
fn refuse_replacing(config: &Config, name: &str) -> Result<(), Failed> {
    if !config.names().any(|one| one == name) {
        return Ok(());
    }
    let Some(profile) = config.profile(Some(name))? else { return Ok(()) };
    if config.pair(profile)?.is_none() {
        return Ok(());
    }
    let Profile { url, user, .. } = profile;
    let message = format!("the profile `{name}` has a key pair of {user} on {url}");
    let tip = format!("`pydio logout --profile {name}` revokes it; or choose another name");
    Err(Failed::refused(message).tip(tip))
}

/// Has the server issue a key pair.
async fn pair(settings: &Settings, profile: &Profile) -> Result<Option<KeyPair>, Failed> {
    let device = profile.device.as_deref().unwrap_or_default();
    let (login, password) = settings.login_and_password()?;
    let pydio = Pydio::builder(&profile.url).login(&login, password.clone()).build()?;
    if !settings.is_pair_on_session() {
        return Ok(pydio.key_pairs().generate(device).await?);
    }
    let session = pydio.session().login(&login, password).await?;
    let pair = session.generate_key_pair(device).await;
    // A session that cannot be closed expires on the server.
    let _ = session.logout().await;
    Ok(pair?)
}

/// Refuses a workspace that the user cannot enter, and then revokes the key pair, if there is one:
/// nothing of the profile is kept.
async fn verify_workspace(
    settings: &Settings,
    profile: &Profile,
    pair: Option<&KeyPair>,
) -> Result<(), Failed> {
    let Some(workspace) = &profile.workspace else { return Ok(()) };
    let builder = Pydio::builder(&profile.url);
    let builder = match pair {
        Some(pair) => builder.key_pair(pair.clone()),
        None => {
            let (login, password) = settings.login_and_password()?;
            builder.login(login, password)
        }
    };
    let Err(failed) = enter(&builder.build()?, &profile.user, workspace).await else {
        return Ok(());
    };
    match pair {
        None => Err(failed),
        Some(pair) => match revoke(profile, pair).await {
            Ok(()) => Err(failed),
            Err(left) => {
                let message = format!("{}; the new key pair is left: {left}", failed.message());
                Err(failed.message_is(message))
            }
        },
    }
}

/// Returns an error unless the user can enter the workspace.
async fn enter(pydio: &Pydio, user: &str, workspace: &str) -> Result<(), Failed> {
    let own = match own_workspaces(pydio).await {
        // Servers before 6.5.1 list them in sessions only.
        Err(error) if error.kind() == ErrorKind::UnknownAction => {
            return Ok(pydio.workspace(workspace).call(access_fs::ls("/")).await.map(drop)?);
        }
        own => own?,
    };
    if context::find(&own, workspace).is_some() {
        return Ok(());
    }
    let message = format!("the user `{user}` has no workspace `{workspace}`");
    Err(Failed::refused(message).tip(format!("there are: {}", slugs(&own).join(", "))))
}

/// Returns a device that no other machine and no other profile has: a new pair for a device
/// replaces the one before.
fn device() -> Result<String, Failed> {
    let is_allowed = |c: &char| c.is_ascii_alphanumeric() || "_.-".contains(*c);
    let host: String = host().chars().filter(is_allowed).take(32).collect();
    let random =
        getrandom::u32().map_err(|error| Failed::usage(format!("no random number: {error}")));
    Ok(format!("pydio.{host}.{:08x}", random?))
}

#[cfg(unix)]
fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// Revoke the key pair of a profile, and remove the profile
#[derive(Debug, Args)]
pub(super) struct Logout {}

impl Logout {
    pub(super) fn run(self, top: &ArgMatches) -> Result<(), Failed> {
        let name = Settings::profile_name(top, leaf_of(top))?;
        let mut config = Config::read()?;
        let name = name.or_else(|| config.default_name().map(str::to_owned));
        let Some(name) = name else { return Err(no_profiles(config.path())) };
        let profile = config.profile(Some(&name))?.cloned();
        let profile = profile.ok_or_else(|| no_profiles(config.path()))?;
        in_runtime(async {
            let revoked = match config.pair(&profile)? {
                Some(pair) => revoke(&profile, &pair).await,
                None => Ok(()),
            };
            // What cannot be revoked is not kept here either, unless another try may help.
            if revoked.as_ref().is_err_and(|failed| failed.status() == 3) {
                return revoked;
            }
            config.forget_pair(&profile)?;
            config.remove(&name)?;
            revoked.map_err(|failed| failed.about("the profile is removed"))
        })
    }
}

/// Revokes a key pair, and finds out whether it is.
async fn revoke(profile: &Profile, pair: &KeyPair) -> Result<(), Failed> {
    let pydio = Pydio::builder(&profile.url).key_pair(pair.clone()).build()?;
    match pydio.key_pairs().revoke(pair.token()).await {
        // It is void already.
        Err(error) if error.is_auth() => return Ok(()),
        revoked => revoked?,
    }
    verify_void(&pydio, "the key pair is revoked").await
}

/// Returns an error if the server still accepts the key pair of a connection: with some databases, it
/// reports success and changes nothing.
pub(super) async fn verify_void(pydio: &Pydio, reported: &str) -> Result<(), Failed> {
    match pydio.key_pairs().list().await {
        Err(error) if error.is_auth() => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => {
            let message = format!("the server reports that {reported}, but still accepts it");
            Err(Failed::refused(message).tip(VOIDS_ALL))
        }
    }
}

/// What helps where key pairs cannot be revoked.
pub(super) const VOIDS_ALL: &str = "a new password of the user voids all key pairs";

fn no_profiles(path: &Path) -> Failed {
    let message = format!("{} has no default profile", path.display());
    Failed::usage(message).tip("pass `--profile NAME`; `pydio profiles` lists them")
}

/// List the profiles
#[derive(Debug, Args)]
pub(super) struct Profiles {}

impl Profiles {
    pub(super) fn run(self, top: &ArgMatches) -> Result<(), Failed> {
        let output = Output { is_json: Settings::without_profile(top, leaf_of(top))?.is_json() };
        let config = Config::read()?;
        for name in config.names() {
            let Some(profile) = config.profile(Some(name))? else { continue };
            let has_pair = config.pair(profile)?.is_some();
            let is_default = config.default_name() == Some(name);
            let Profile { url, user, .. } = profile;
            let text = format!(
                "{name}\t{url}\t{user}\t{}\t{}",
                if has_pair { "key pair" } else { "password" },
                if is_default { "default" } else { "" }
            );
            output.line(text.trim_end(), || {
                json!({
                    "profile": name, "url": url, "user": user, "workspace": profile.workspace,
                    "has_key_pair": has_pair, "is_default": is_default,
                })
            })?;
        }
        Ok(())
    }
}
