//! Implements the actions.
//!
//! An action that the manifests declare but this server lacks returns an `ERROR` that says so.

mod account;
mod admin;
mod archives;
mod arrange;
mod bin;
mod channels;
mod chunks;
mod content;
mod create;
mod facts;
mod feed;
pub(crate) mod guests;
mod list;
mod mails;
mod notes;
mod preferences;
mod search;
mod share;
mod share_list;
mod tables;
mod tasks;
mod teams;
mod templates;
mod upkeep;
mod upload;
mod versions;
mod viewers;

use http::HeaderMap;

use crate::{
    describe::{Described, Detail, Role},
    dialect::Dialect,
    disk::{Disk, RECYCLE_BIN},
    envelope::{Envelope, Format, Listing},
    multipart::Upload,
    names::{BadPath, secure, visible},
    node::Node,
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
    pub(crate) fn reply(self, dialect: &Dialect, format: Format) -> Reply {
        match self {
            Self::Envelope(envelope) => envelope.reply(format),
            Self::Listing(listing) => listing.reply(dialect, format),
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
    /// The user must log in again.
    NoLogin,
    /// The server never responds.
    Never,
}

pub(crate) type Answer = Result<Outcome, Refusal>;

type Action = fn(Call<'_>) -> Answer;

/// The actions of workspaces with files, and whether they change anything.
static FILES: &[(&str, bool, Action)] = &[
    ("apply_check_hook", false, upload::apply_check_hook),
    ("audio_proxy", false, viewers::audio_proxy),
    ("changes", false, feed::changes),
    ("chmod", true, arrange::chmod),
    ("compress", true, tasks::compress),
    ("compression", true, archives::compression),
    ("copy", true, arrange::copy),
    ("cross_copy", false, tasks::cross_copy),
    ("delete", true, bin::delete),
    ("delete_comment", false, notes::delete_comment),
    ("delete_imagick_data", false, facts::nothing),
    ("download", false, content::download),
    ("download_chunk", false, chunks::download_chunk),
    ("edit_user_meta", true, notes::edit_user_meta),
    ("eml_cp_attachment", true, mails::copy_attachment),
    ("eml_dl_attachment", false, mails::download_attachment),
    ("eml_get_bodies", false, mails::bodies),
    ("eml_get_xml_structure", false, mails::structure),
    ("empty_recycle", true, bin::empty_recycle),
    ("encfs.cypher_folder", true, archives::cypher_folder),
    ("encfs.uncypher_folder", true, archives::uncypher_folder),
    ("external_download", true, archives::external_download),
    ("extract_exif", false, viewers::extract_exif),
    ("extraction", true, archives::extraction),
    ("feed", false, feed::feed),
    ("forward_change_event", false, upkeep::forward_change_event),
    ("fs_create_resource", true, create::fs_create_resource),
    ("get_bookmarks", false, notes::get_bookmarks),
    ("get_content", false, content::get_content),
    ("get_extracted_page", false, viewers::get_extracted_page),
    ("get_timestamp", true, viewers::get_timestamp),
    ("git_getfile", false, versions::git_getfile),
    ("git_history", false, versions::git_history),
    ("git_revertfile", true, versions::git_revertfile),
    ("imagick_data_proxy", false, viewers::imagick_data_proxy),
    ("index", false, search::index),
    ("libreoffice_get_file_url", false, viewers::libreoffice_file_url),
    ("libreoffice_list_formats", false, viewers::libreoffice_formats),
    ("libreoffice_mkempty_file", true, viewers::libreoffice_make_empty),
    ("load_comments_feed", false, notes::load_comments_feed),
    ("load_shared_element_data", false, share::load_shared_element_data),
    ("ls", false, list::ls),
    ("lsync", true, facts::lsync),
    ("meta_user_list_tags", false, notes::list_tags),
    ("mkdir", true, create::mkdir),
    ("mkfile", true, create::mkfile),
    ("move", true, arrange::move_nodes),
    ("multisearch", false, search::multisearch),
    ("open_file", false, viewers::open_file),
    ("post_comment", false, notes::post_comment),
    ("postcompress_download", false, archives::postcompress_download),
    ("precompress", false, archives::precompress),
    ("prepare_chunk_dl", false, chunks::prepare_chunk_dl),
    ("preview_data_proxy", false, content::preview),
    ("purge", false, facts::nothing),
    ("put_content", true, content::put_content),
    ("read_video_data", false, viewers::read_video_data),
    ("rename", true, arrange::rename),
    ("reset_counter", true, share::reset_counter),
    ("restore", true, bin::restore),
    ("resync_storage", true, facts::nothing),
    ("search", false, search::search),
    ("search_by_keyword", false, search::by_keyword),
    ("share", false, share::share),
    ("share_link_update_target_users", false, share::update_targets),
    ("sl_lock", true, notes::sl_lock),
    ("stat", false, list::stat),
    ("stat_hash", false, list::stat_hash),
    ("stop_dl", true, archives::stop_dl),
    ("toggle_link_watch", true, share::toggle_link_watch),
    ("toggle_watch", false, notes::toggle_watch),
    ("unshare", true, share::unshare),
    ("update_dl_data", false, archives::update_dl_data),
    ("upload", true, upload::upload),
    ("upload_chunks_unify", true, archives::upload_chunks_unify),
    ("upload_chunks_unify_plupload", true, archives::plupload),
    ("upload_stream", true, upload::upload_stream),
];

/// The actions of every workspace.
static EVERYWHERE: &[(&str, bool, Action)] = &[
    ("accept_invitation", false, upkeep::invitation),
    ("ajxp_table_exists", false, upkeep::table_exists),
    ("cache_service_expose_stats", false, upkeep::expose_stats),
    ("clear_cache_key", false, upkeep::clear_cache_key),
    ("clear_feed", false, feed::clear_feed),
    ("client_consume_channel", false, channels::consume),
    ("client_register_channel", false, facts::nothing),
    ("client_unregister_channel", false, facts::nothing),
    ("consume_mail_queue", false, upkeep::consume_mail_queue),
    ("consume_notification_queue", false, facts::nothing),
    ("custom_data_edit", false, preferences::custom_data_edit),
    ("dismiss_user_alert", false, facts::nothing),
    ("display_doc", false, facts::display_doc),
    ("display_upgrade_note", false, upkeep::display_upgrade_note),
    ("flex_tpl", false, upkeep::page),
    ("get_avatar_url", false, viewers::get_avatar_url),
    ("get_binary_param", false, preferences::get_binary_param),
    ("get_boot_gui", false, upkeep::page),
    ("get_drop_bg", false, upkeep::get_drop_bg),
    ("get_i18n_messages", false, account::messages),
    ("get_global_binary_param", false, preferences::get_global_binary_param),
    ("get_permissions_mask", false, facts::empty_list),
    ("get_upgrade_path", false, upkeep::get_upgrade_path),
    ("get_user_alerts", false, facts::empty_list),
    ("get_user_template_logo", false, templates::logo),
    ("get_user_templates_definition", false, templates::definitions),
    ("get_xml_registry", false, account::state),
    ("keystore_generate_auth_token", false, account::keystore_generate),
    ("keystore_list_tokens", false, account::keystore_list),
    ("keystore_revoke_tokens", false, account::keystore_revoke),
    ("load_disclaimer", false, preferences::load_disclaimer),
    ("load_repository_info", false, facts::load_repository_info),
    ("load_user_recent_items", false, feed::recent_items),
    ("migrate_legacy_shares", false, share::migrate_legacy_shares),
    ("monitor_quota", false, facts::monitor_quota),
    ("my_skeleton_button_frame", false, upkeep::page),
    ("packages_upgrade_script", false, upkeep::packages_upgrade_script),
    ("pass_change", false, account::pass_change),
    ("perform_upgrade", false, upkeep::perform_upgrade),
    ("plupload_tpl", false, upkeep::page),
    ("reject_invitation", false, upkeep::invitation),
    ("save_user_pref", false, preferences::save_user_pref),
    ("send_mail", false, facts::send_mail),
    ("serve_favicon", false, upkeep::serve_favicon),
    ("sharelist-clearExpired", false, share::clear_expired),
    ("sharelist-load", false, share_list::list),
    ("sharelist-migrate", false, facts::empty_list),
    ("state", false, account::state),
    ("store_binary_temp", false, preferences::store_binary_temp),
    ("switch_language", false, facts::nothing),
    ("task_create", false, tasks::create),
    ("task_delete", false, tasks::delete),
    ("task_info", false, tasks::info),
    ("task_toggle_status", false, tasks::toggle_status),
    ("task_update", false, tasks::update),
    ("tasks_list", false, tasks::list),
    ("test_upgrade_scripts", false, facts::nothing),
    ("update_alerts_last_read", false, facts::nothing),
    ("user_access_point", false, upkeep::page),
    ("user_create_repository", false, templates::create),
    ("user_create_user", false, guests::create),
    ("user_delete_repository", false, templates::delete),
    ("user_delete_user", false, guests::delete),
    ("user_list_authorized_users", false, account::list_users),
    ("user_public_data", false, account::user_public_data),
    ("user_state", false, account::user_state),
    ("user_team_add_user", false, teams::add_user),
    ("user_team_create", false, teams::create),
    ("user_team_delete", false, teams::delete),
    ("user_team_delete_user", false, teams::delete_user),
    ("user_team_edit_users", false, teams::edit_users),
    ("user_team_list_users", false, teams::list_users),
    ("user_team_update_label", false, teams::update_label),
    ("user_update_user", false, guests::update),
    ("validate_disclaimer", false, preferences::validate_disclaimer),
    ("webdav_preferences", false, preferences::webdav),
    ("ws_authenticate", false, upkeep::ws_authenticate),
];

/// The actions of the inbox in addition to those of workspaces with files.
static INBOX: &[(&str, bool, Action)] = &[("copy_inbox", false, facts::nothing)];

/// The actions of the page after login.
static HOME: &[(&str, bool, Action)] = &[("multisearch", false, search::multisearch)];

/// Runs an action by its name.
pub(crate) fn run(name: &str, call: Call<'_>) -> Answer {
    let (special, own) = match call.workspace.driver {
        Driver::Fs if call.workspace.has("meta.svn") => (versions::SVN, FILES),
        Driver::Fs => (&[][..], FILES),
        Driver::Settings => (&[][..], admin::ACTIONS),
        Driver::Inbox => (INBOX, FILES),
        Driver::Tables => (&[][..], tables::ACTIONS),
        Driver::Home => (&[][..], HOME),
    };
    let mut all = special.iter().chain(own).chain(EVERYWHERE);
    let found = all.find(|(known, ..)| *known == name);
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

    fn dialect(&self) -> &'static Dialect {
        self.world.settings.version.dialect()
    }

    /// Returns a path as the server reads it.
    fn secure(&self, path: &str) -> Result<String, BadPath> {
        secure(self.dialect(), path)
    }

    /// Returns the root of a list that is not of a folder, at that path or at none.
    fn root(&self, path: Option<&str>) -> Described {
        match self.dialect().has_bare_roots {
            true => Described::bare(),
            false => Described::other(path, "", Vec::new()).typed(false),
        }
    }

    /// Returns the selected nodes; refuses hidden ones.
    fn selection(&self) -> Result<Selection, Refusal> {
        let selection = Selection::of(self.dialect(), self.parameters)?;
        for path in selection.paths() {
            visible(path.clone())?;
        }
        Ok(selection)
    }

    /// Returns a parameter that is a path; refuses hidden names in it.
    fn path(&self, name: &str) -> Result<Option<String>, Refusal> {
        let path = self.text(name).map(|path| self.secure(path).and_then(visible));
        Ok(path.transpose()?)
    }

    /// Describes a node that an action changed.
    fn changed(&self, path: &str, original: Option<&str>) -> Vec<Described> {
        let role = Role::Changed { workspace: &self.workspace.id, original };
        let node = self.disk.get(path).into_iter();
        node.map(|node| Described::new(path, node, role, self.detail(true))).collect()
    }

    /// Describes a node that is about to be removed.
    fn removed(&self, path: &str) -> Vec<Described> {
        match self.dialect().describes_removed {
            true => self.changed(path, None),
            false => vec![Described::removed(path)],
        }
    }

    /// Adds to a report that a node was moved.
    fn report_move(&self, envelope: &mut Envelope, from: &str, to: &str) {
        match self.dialect().splits_moves {
            true => {
                envelope.removed.push(Described::removed(from));
                envelope.added.extend(self.changed(to, None));
            }
            false => envelope.updated.extend(self.changed(to, Some(from))),
        }
    }

    /// Describes a path as if there was this node: without its time.
    fn missing(&self, path: &str, node: &Node) -> Described {
        let described = self.described_as(path, node);
        described.without(|name| matches!(name, "ajxp_relativetime" | "ajxp_description"))
    }

    /// Describes a path as if there was this node.
    fn described_as(&self, path: &str, node: &Node) -> Described {
        let role = Role::Changed { workspace: &self.workspace.id, original: Some(path) };
        let detail = Detail { is_read_only: true, ..self.detail(true) };
        Described::new(path, node, role, detail)
    }

    fn detail(&self, is_full: bool) -> Detail<'_> {
        Detail {
            is_full,
            is_read_only: !self.may_write(),
            dialect: self.dialect(),
            has_comments: self.workspace.has("meta.comments"),
            login: &self.user.login,
            // Without a recycle bin, the root looks like before that.
            is_first_look: self.disk.is_untouched || self.disk.get(RECYCLE_BIN).is_none(),
        }
    }

    fn may_write(&self) -> bool {
        self.world.people.may_write(&self.user, &self.workspace)
    }

    /// Returns whether JSON is asked for other than by a format in the path.
    fn asks_json(&self) -> bool {
        match self.input.is_rest {
            true => self.input.seen.header("accept") == Some("application/json"),
            false => self.format == Format::Json,
        }
    }

    /// Returns a non-empty text parameter.
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.text(name)
    }

    /// Returns the preferences in the parameters: pairs of `pref_name_N` and `pref_value_N`. A
    /// preference named `password` makes the server loop until its time limit.
    fn preferences(&self) -> Result<Vec<(String, String)>, Refusal> {
        let pairs = (0..).map_while(|n| {
            let name = self.text(&format!("pref_name_{n}"))?.to_owned();
            let value = self.text(&format!("pref_value_{n}")).unwrap_or_default().to_owned();
            Some((name, value))
        });
        let pairs: Vec<_> = pairs.collect();
        match pairs.iter().any(|(name, _)| name == "password") {
            true => Err(Refusal::Never),
            false => Ok(pairs),
        }
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

/// Returns text of PHP's default type without an envelope.
fn html(body: impl Into<String>) -> Answer {
    Ok(Outcome::Reply(Reply::html(body.into())))
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
