//! Implements the actions.
//!
//! An action that the manifests declare but this server lacks returns an `ERROR` that says so.

mod account;
mod admin;
mod arrange;
mod bin;
mod channels;
mod chunks;
mod content;
mod create;
mod facts;
mod feed;
mod list;
mod notes;
mod search;
mod share;
mod tasks;
mod upload;

use http::HeaderMap;

use crate::{
    describe::{Described, Detail, Role},
    disk::Disk,
    envelope::{Envelope, Format, Listing},
    multipart::Upload,
    names::{BadPath, secure, visible},
    parameters::Parameters,
    people::User,
    reply::Reply,
    selection::Selection,
    workspaces::{Driver, Workspace},
    world::{Input, World},
};

/// A call of an action, with its context.
pub(crate) struct Call<'c> {
    pub(crate) user: User,
    pub(crate) workspace: Workspace,
    pub(crate) disk_name: &'c str,
    pub(crate) parameters: &'c Parameters,
    pub(crate) uploads: &'c [Upload],
    pub(crate) headers: &'c HeaderMap,
    /// The disk of the workspace, taken out of the world while the action runs.
    pub(crate) disk: &'c mut Disk,
    pub(crate) world: &'c mut World,
    pub(crate) format: Format,
    pub(crate) input: &'c Input<'c>,
}

/// The result of an action.
pub(crate) enum Outcome {
    Envelope(Envelope),
    Listing(Listing),
    Reply(Reply),
}

impl Outcome {
    pub(crate) fn reply(self, format: Format) -> Reply {
        match self {
            Self::Envelope(envelope) => envelope.reply(format),
            Self::Listing(listing) => listing.reply(format),
            Self::Reply(reply) => reply,
        }
    }
}

/// Why an action does nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An `ERROR` message.
    Error(String),
    /// A hidden name: 411.
    Hidden(String),
    /// The user has only read access.
    NoWriting,
}

pub(crate) type Answer = Result<Outcome, Refusal>;

type Action = fn(Call<'_>) -> Answer;

/// The actions of workspaces with files, and whether they change anything.
static FILES: &[(&str, bool, Action)] = &[
    ("apply_check_hook", false, upload::apply_check_hook),
    ("changes", false, feed::changes),
    ("chmod", true, arrange::chmod),
    ("compress", true, tasks::compress),
    ("copy", true, arrange::copy),
    ("cross_copy", false, tasks::cross_copy),
    ("delete", true, bin::delete),
    ("delete_comment", false, notes::delete_comment),
    ("download", false, content::download),
    ("download_chunk", false, chunks::download_chunk),
    ("edit_user_meta", true, notes::edit_user_meta),
    ("empty_recycle", true, bin::empty_recycle),
    ("extract_exif", false, facts::nothing),
    ("feed", false, feed::feed),
    ("fs_create_resource", true, create::fs_create_resource),
    ("get_bookmarks", false, notes::get_bookmarks),
    ("get_content", false, content::get_content),
    ("index", false, search::index),
    ("load_comments_feed", false, notes::load_comments_feed),
    ("load_shared_element_data", false, share::load_shared_element_data),
    ("ls", false, list::ls),
    ("lsync", true, facts::lsync),
    ("mkdir", true, create::mkdir),
    ("mkfile", true, create::mkfile),
    ("move", true, arrange::move_nodes),
    ("multisearch", false, search::multisearch),
    ("post_comment", false, notes::post_comment),
    ("prepare_chunk_dl", false, chunks::prepare_chunk_dl),
    ("preview_data_proxy", false, content::preview),
    ("purge", false, facts::nothing),
    ("put_content", true, content::put_content),
    ("rename", true, arrange::rename),
    ("reset_counter", true, share::reset_counter),
    ("restore", true, bin::restore),
    ("resync_storage", true, facts::nothing),
    ("search", false, search::search),
    ("share", false, share::share),
    ("sl_lock", true, notes::sl_lock),
    ("stat", false, list::stat),
    ("stat_hash", false, list::stat_hash),
    ("toggle_link_watch", true, share::toggle_link_watch),
    ("toggle_watch", false, notes::toggle_watch),
    ("unshare", true, share::unshare),
    ("upload", true, upload::upload),
    ("upload_stream", true, upload::upload_stream),
];

/// The actions of every workspace.
static EVERYWHERE: &[(&str, bool, Action)] = &[
    ("clear_feed", false, feed::clear_feed),
    ("client_consume_channel", false, channels::consume),
    ("client_register_channel", false, facts::nothing),
    ("client_unregister_channel", false, facts::nothing),
    ("custom_data_edit", false, account::save_user_pref),
    ("dismiss_user_alert", false, facts::nothing),
    ("display_doc", false, facts::display_doc),
    ("get_permissions_mask", false, facts::empty_list),
    ("get_user_alerts", false, facts::empty_list),
    ("get_xml_registry", false, account::state),
    ("keystore_generate_auth_token", false, account::keystore_generate),
    ("keystore_list_tokens", false, account::keystore_list),
    ("keystore_revoke_tokens", false, account::keystore_revoke),
    ("load_repository_info", false, facts::load_repository_info),
    ("load_user_recent_items", false, feed::recent_items),
    ("monitor_quota", false, facts::monitor_quota),
    ("pass_change", false, account::pass_change),
    ("save_user_pref", false, account::save_user_pref),
    ("send_mail", false, facts::send_mail),
    ("sharelist-clearExpired", false, share::clear_expired),
    ("sharelist-load", false, share::list),
    ("migrate_legacy_shares", false, share::migrate_legacy_shares),
    ("state", false, account::state),
    ("task_create", false, tasks::create),
    ("task_delete", false, tasks::delete),
    ("task_info", false, tasks::info),
    ("task_update", false, tasks::update),
    ("tasks_list", false, tasks::list),
    ("update_alerts_last_read", false, facts::nothing),
    ("user_list_authorized_users", false, account::list_users),
    ("user_public_data", false, account::user_public_data),
    ("user_state", false, account::state),
    ("user_team_add_user", false, account::team_add_user),
    ("user_team_create", false, account::team_create),
    ("user_team_delete", false, account::team_delete),
    ("user_team_delete_user", false, account::team_delete_user),
    ("user_team_list_users", false, account::team_list_users),
    ("user_team_update_label", false, account::team_update_label),
];

/// Runs an action by its name.
pub(crate) fn run(name: &str, call: Call<'_>) -> Answer {
    let own = match call.workspace.driver {
        Driver::Fs => FILES,
        Driver::Settings => admin::ACTIONS,
        Driver::Home | Driver::Inbox => &[],
    };
    let found = own.iter().chain(EVERYWHERE).find(|(known, ..)| *known == name);
    match found {
        Some((_, true, _)) if !call.may_write() => Err(Refusal::NoWriting),
        Some((_, _, action)) => action(call),
        // REST v2 assigns no action here, or one that does not exist.
        None if matches!(name, "" | "fs_update_metadata") => {
            error(format!("Could not find action {name}"))
        }
        None => error(format!("The test server does not do {name}")),
    }
}

impl From<BadPath> for Refusal {
    fn from(bad: BadPath) -> Self {
        match bad {
            BadPath::Forbidden(path) => {
                Self::Error(format!("{path} contains forbidden characters"))
            }
            BadPath::Hidden(name) => Self::Hidden(name),
        }
    }
}

impl From<Envelope> for Outcome {
    fn from(envelope: Envelope) -> Self {
        Self::Envelope(envelope)
    }
}

impl Call<'_> {
    /// Returns PHP's error for a file that only the cache knows.
    fn stat_failed(&self, path: &str) -> String {
        format!("filesize(): stat failed for {}", self.internal_url(path))
    }

    /// Returns the selected nodes; refuses hidden ones.
    fn selection(&self) -> Result<Selection, Refusal> {
        let selection = Selection::of(self.parameters)?;
        for path in selection.paths() {
            visible(path.clone())?;
        }
        Ok(selection)
    }

    /// Returns a parameter that is a path; refuses hidden names in it.
    fn path(&self, name: &str) -> Result<Option<String>, Refusal> {
        let path = self.text(name).map(|path| secure(path).and_then(visible));
        Ok(path.transpose()?)
    }

    /// Describes a node that an action changed.
    fn changed(&self, path: &str, original: Option<&str>) -> Vec<Described> {
        let role = Role::Changed { workspace: &self.workspace.id, original };
        let node = self.disk.get(path).into_iter();
        node.map(|node| Described::new(path, node, role, self.detail(true))).collect()
    }

    fn detail(&self, is_full: bool) -> Detail<'_> {
        Detail {
            is_full,
            is_read_only: !self.may_write(),
            has_comments: self.workspace.has("meta.comments"),
            login: &self.user.login,
            is_first_look: self.disk.is_untouched,
        }
    }

    fn may_write(&self) -> bool {
        self.world.people.may_write(&self.user, &self.workspace)
    }

    /// Returns a non-empty text parameter.
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.text(name)
    }

    /// Returns the preferences in the parameters: pairs of `pref_name_N` and `pref_value_N`.
    fn preferences(&self) -> Vec<(String, String)> {
        let pairs = (0..).map_while(|n| {
            let name = self.text(&format!("pref_name_{n}"))?.to_owned();
            let value = self.text(&format!("pref_value_{n}")).unwrap_or_default().to_owned();
            Some((name, value))
        });
        pairs.collect()
    }

    /// Refuses to change a node that another user has locked.
    fn unlocked(&self, path: &str) -> Result<(), Refusal> {
        let lock = self.disk.get(path).and_then(|node| node.notes.lock.as_deref());
        match lock {
            Some(holder) if holder != self.user.login => error(
                "This file is locked by another user, it is probably currently being edited, you \
                 are not allowed to modify it.",
            ),
            _ => Ok(()),
        }
    }

    /// Refuses to store more bytes than the quota permits.
    fn room_for(&self, more: usize) -> Result<(), Refusal> {
        let quota = self.world.settings.quota;
        let usage = self.disk.usage();
        let is_limited = self.workspace.has("meta.quota");
        if is_limited && usage.saturating_add(more) > quota {
            return error(format!("You are exceeding your quota ({} MB)!", quota >> 20));
        }
        Ok(())
    }

    /// Returns a node's internal URL on the server.
    fn internal_url(&self, path: &str) -> String {
        format!("pydio://{}@{}{path}", self.user.login, self.workspace.id)
    }
}

/// Returns JSON without an envelope.
fn json(body: impl Into<String>) -> Answer {
    Ok(Outcome::Reply(Reply::json(body.into())))
}

/// Returns text without an envelope.
fn plain(body: impl Into<String>) -> Answer {
    Ok(Outcome::Reply(Reply::new(200, "text/plain;charset=UTF-8", body.into())))
}

fn success(message: impl Into<String>) -> Answer {
    Ok(Envelope::success(message).into())
}

fn error<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Error(message.into()))
}

/// Returns the error that several actions report for a missing folder.
fn not_writeable<T>(folder: &str) -> Result<T, Refusal> {
    error(format!(
        "The directory {folder} is not writeable. There might be a permission problem, please \
         check with your administrator."
    ))
}
