//! `keys`: the key pairs of the user.

use clap::{Args, Subcommand};
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Pydio, keystore::KeyPairInfo};
use serde_json::json;

use super::login::{self, VOIDS_ALL};
use crate::context::Context;

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    List(List),
    Revoke(Revoke),
    Rotate(Rotate),
}

impl Keys {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        match self {
            Self::List(task) => task.run(context),
            Self::Revoke(task) => task.run(context),
            Self::Rotate(task) => task.run(context),
        }
    }
}

/// List the key pairs of the user, by device
#[derive(Debug, Args)]
pub(super) struct List {}

impl List {
    fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            let all = context.pydio.key_pairs().list().await?;
            if all.is_empty() && device_in_use(context).is_some() {
                pydio_cli::say(format_args!("{HIDDEN}; {VOIDS_ALL}"));
            }
            for pair in all {
                let text = format!(
                    "{}\t{}\t{}",
                    name(&pair),
                    pydio_cli::shown(pair.address.as_deref().unwrap_or("-")),
                    pydio_cli::shown(pair.description.as_deref().unwrap_or("-")),
                );
                context.output.line(&text, || {
                    json!({ "device": pair.device, "address": pair.address, "description": pair.description })
                })?;
            }
            Ok(())
        })
    }
}

/// What a list without the key pair in use means.
const HIDDEN: &str = "the server does not list the key pair that is in use: with some databases, it \
                      lists and revokes none";

/// Returns the device of the key pair that the connection uses.
fn device_in_use(context: &Context) -> Option<String> {
    context.settings.profile().and_then(|(_, profile)| profile.device.clone())
}

fn name(pair: &KeyPairInfo) -> String {
    pydio_cli::shown(pair.device.as_deref().unwrap_or("no device")).into_owned()
}

/// Revoke key pairs: the server then refuses programs that sign with them
#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The devices whose pairs are revoked
    #[arg(value_name = "DEVICE", required_unless_present = "others")]
    devices: Vec<String>,
    /// All pairs except that of the profile in use
    #[arg(long, conflicts_with = "devices")]
    others: bool,
}

impl Revoke {
    fn run(self, context: &Context) -> Result<(), Failed> {
        let own = device_in_use(context);
        if self.others && own.is_none() {
            let message = "`--others` keeps the key pair of the profile in use, but none is in use";
            return Err(Failed::usage(message).tip("`pydio login` creates one"));
        }
        let is_meant = |pair: &KeyPairInfo| match self.others {
            true => pair.device != own,
            false => pair.device.as_ref().is_some_and(|device| self.devices.contains(device)),
        };
        in_runtime(async {
            let pairs = context.pydio.key_pairs();
            let all = pairs.list().await?;
            if own.is_some() && !all.iter().any(|pair| pair.device == own) {
                return Err(Failed::refused(HIDDEN).tip(VOIDS_ALL));
            }
            let is_known =
                |device: &&String| !all.iter().any(|pair| pair.device.as_ref() == Some(*device));
            if let Some(device) = self.devices.iter().find(is_known) {
                return Err(Failed::refused(format!("there is no key pair of `{device}`")));
            }
            let meant: Vec<_> = all.into_iter().filter(is_meant).collect();
            for pair in &meant {
                pairs.revoke(&pair.token).await?;
            }
            verify_revoked(&context.pydio, &meant).await?;
            for pair in &meant {
                let text = format!("revoked\t{}", name(pair));
                context.output.line(&text, || json!({ "revoked": pair.device }))?;
            }
            Ok(())
        })
    }
}

/// Some servers report success and revoke nothing.
async fn verify_revoked(pydio: &Pydio, revoked: &[KeyPairInfo]) -> Result<(), Failed> {
    let left = pydio.key_pairs().list().await?;
    let is_left = |pair: &&KeyPairInfo| left.iter().any(|other| other.token == pair.token);
    match revoked.iter().find(is_left) {
        Some(pair) => {
            Err(Failed::refused(format!("the key pair of `{}` still exists", name(pair))))
        }
        None => Ok(()),
    }
}

/// Replace the key pair of the profile with a new one, and revoke the old one
///
/// The new pair is stored before the old one stops working, and tested before it is used.
#[derive(Debug, Args)]
pub(super) struct Rotate {}

impl Rotate {
    fn run(self, context: &Context) -> Result<(), Failed> {
        let profile = context.settings.profile();
        let Some((config, profile)) = profile.filter(|(_, profile)| profile.device.is_some())
        else {
            let message = "no profile with a key pair is in use";
            return Err(Failed::usage(message).tip("`pydio login` creates one"));
        };
        let device = profile.device.as_deref().unwrap_or_default();
        config.try_writing()?;
        in_runtime(async {
            // For the same device, the server replaces the old pair.
            let pair = context.pydio.key_pairs().generate(device).await?;
            let pair = pair.ok_or_else(|| Failed::refused("the server issues no key pairs"))?;
            config.keep_pair(profile, &pair)?;
            // Not whether it is listed: some servers list none, whatever pairs there are.
            let renewed = Pydio::builder(&profile.url).key_pair(pair).build()?;
            renewed.key_pairs().list().await?;
            let replaced = "the old key pair is replaced";
            login::verify_void(&context.pydio, replaced).await?;
            let text = format!("replaced\t{device}");
            context.output.line(&text, || json!({ "replaced": device }))
        })
    }
}
