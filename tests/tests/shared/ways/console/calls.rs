//! The call of a recorded run.

use pydio_client::{
    Call as _,
    v1::{
        access_ajxp_conf, access_fs, authfront_keystore, conf_sql, core_index, index_lucene,
        meta_syncable,
    },
};
use pydio_runtime::Request;

use super::Recording;
use crate::support::action;

/// The parsed arguments of a run.
pub(super) struct Asked {
    pub(super) user: String,
    pub(super) password: String,
    pub(super) users: Vec<String>,
    pub(super) workspaces: Vec<String>,
    pub(super) action: String,
    pub(super) status_file: Option<String>,
    pub(super) format: Option<String>,
    pub(super) parameters: Vec<(String, String)>,
}

/// How the client makes the same call.
pub(super) enum Made {
    ByBindings(Request),
    ByHand(Request),
    /// The client does not, for this reason.
    Differently(&'static str),
}

impl Asked {
    /// Parses the arguments; a run without an action, a workspace or a user is treated as a
    /// listing.
    pub(super) fn of(recording: &Recording) -> Self {
        let option = |short: &str, long: &str| {
            let words = recording.arguments.iter();
            let mut values = words.filter_map(|word| {
                word.strip_prefix(short).or(word.strip_prefix(long))?.strip_prefix('=')
            });
            values.next().map(str::to_owned)
        };
        let list = |text: Option<String>| -> Vec<String> {
            text.iter().flat_map(|text| text.split(',')).map(str::to_owned).collect()
        };
        let or = |text: Option<String>, other: &str| text.unwrap_or_else(|| other.to_owned());
        let parameters = recording.arguments.iter().filter_map(|word| {
            let (name, value) = word.strip_prefix("--")?.split_once('=')?;
            (!name.starts_with("cli_") && name != "format").then(|| (name.into(), value.into()))
        });
        Self {
            user: or(option("-u", "--cli_username"), "alice"),
            password: or(option("-p", "--cli_password"), "none"),
            users: list(option("-i", "--cli_impersonate")),
            workspaces: list(Some(or(option("-r", "--cli_repository_id"), "common"))),
            action: or(option("-a", "--cli_action_name"), "ls"),
            status_file: option("-s", "--cli_status_file"),
            format: option("--format", "--format"),
            parameters: parameters.collect(),
        }
    }

    fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Returns the call with the arguments of the recording.
pub(super) fn of(recording: &Recording, asked: &Asked) -> Made {
    let has_id = recording.arguments.iter().any(|word| word.starts_with("--cli_task_uuid="));
    if has_id {
        return Made::Differently("since the server gives tasks their ids");
    }
    if let Some(why) = why_not(&recording.name) {
        return Made::Differently(why);
    }
    match bound(recording, asked) {
        Some(request) => Made::ByBindings(request),
        None => {
            let parameters = asked.parameters.iter().cloned();
            Made::ByHand(Request::new(action(&asked.action)).fields("", parameters))
        }
    }
}

/// Returns why the client encodes it differently, or cannot make it.
fn why_not(name: &str) -> Option<&'static str> {
    Some(match name {
        "copy_nodes_array_two" => "since `nodes[]` is not read",
        "value_with_equals" => "since the `=` is eaten",
        "err_positional" | "list_command" => "since nothing is positional",
        "err_unknown_short_option" => "since there is no such option",
        "flag_without_value" => "since every parameter has a value",
        "ls_long_options" | "ls_space_separated" => "since options have one form",
        "err_no_action_stdin" => "since there is always an action",
        "err_no_args"
        | "err_no_user"
        | "err_no_password_stdin_empty"
        | "password_on_stdin"
        | "no_interaction" => "since there is always a login with a password",
        "help" | "version" | "quiet" => "since these options are the console's own",
        _ => return None,
    })
}

/// Returns the call of the bindings, if they support the recorded one.
fn bound(recording: &Recording, asked: &Asked) -> Option<Request> {
    let get = |name: &str| asked.parameter(name);
    let is_admin = asked.workspaces.iter().any(|name| matches!(&**name, "ajxp_conf" | "settings"));
    Some(match &*asked.action {
        "ls" if is_admin => access_ajxp_conf::ls(get("dir")).into_request(),
        "ls" => {
            let call = access_fs::ls(get("dir")).recursive(get("recursive") == "true");
            match get("options") {
                "" => call.into_request(),
                options => call.options(options).into_request(),
            }
        }
        "copy" => access_fs::copy([get("file")], get("dest")).into_request(),
        "compress" => access_fs::compress([get("file")])
            .dir(get("dir"))
            .archive_name(get("archive_name"))
            .into_request(),
        // The bindings prepend a slash to the login, as its path over REST requires.
        "delete" if is_admin => return None,
        "delete" => access_fs::delete([get("file")]).into_request(),
        "rename" => access_fs::rename(get("file"), get("filename_new")).into_request(),
        "stat" => access_fs::stat(get("file")).into_request(),
        "mkdir" if recording.name == "mkdir_file" => access_fs::mkdir(get("file")).into_request(),
        "put_content" => access_fs::put_content(get("file"), get("content")).into_request(),
        "get_content" => access_fs::get_content(get("file")).into_request(),
        "empty_recycle" => access_fs::empty_recycle().into_request(),
        "changes" => meta_syncable::changes(get("seq_id").parse().ok()?).into_request(),
        "index" => core_index::index(get("file")).into_request(),
        "search" => index_lucene::search(get("query")).into_request(),
        "keystore_list_tokens" => authfront_keystore::keystore_list_tokens().into_request(),
        "get_bookmarks" => conf_sql::get_bookmarks().into_request(),
        "get_xml_registry" => conf_sql::get_xml_registry().x_path(get("xPath")).into_request(),
        "create_user" => {
            access_ajxp_conf::create_user(get("new_user_login"), get("new_user_pwd")).into_request()
        }
        "list_all_repositories_json" => {
            access_ajxp_conf::list_all_repositories_json().into_request()
        }
        _ => return None,
    })
}
