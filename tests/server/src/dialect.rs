//! What differs between the generations of servers, as far as this server shows it.
//!
//! Every entry was measured on a real server of its release, or read in its responses. A generation
//! states what differs from the next newer one.

use crate::Version;

/// How the path of a REST v1 call is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathRules {
    /// Split at its slashes; then `urldecode` each part.
    SplitThenDecode,
    /// `rawurldecode` it, split it, and `urldecode` each part again.
    DecodeTwice,
    /// `rawurldecode` it; then split it.
    DecodeThenSplit,
}

/// What `restore` does with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restores {
    /// Nothing, unless `dir` is the recycle bin.
    InBinOnly,
    /// It moves the node, unless its former folder is still there: then it reports that.
    WithoutFolder,
    /// It moves the node.
    Anywhere,
}

/// How a generation behaves.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The newest release of the generation.
    pub(crate) number: &'static str,

    // Routing.
    pub(crate) path_rules: PathRules,
    /// Whether an encoded `?` in a path cuts the name that contains it.
    pub(crate) cuts_names: bool,
    /// Whether a query directly after the name of an action is part of that name.
    pub(crate) names_actions_with_query: bool,
    /// Whether methods other than GET, POST and HEAD reach an action.
    pub(crate) takes_any_method: bool,
    /// Whether REST v2 exists.
    pub(crate) has_v2: bool,
    /// Whether a request for a missing action or none gets an empty response, and one for a missing
    /// workspace a line of text.
    pub(crate) ignores_missing_actions: bool,
    /// Whether lists and messages come in JSON to clients that ask for it.
    pub(crate) lists_in_json: bool,
    /// What the response to a wrong password says in addition to its header.
    pub(crate) wrong_password: &'static str,
    /// What the response to a request for a forbidden workspace says.
    pub(crate) forbidden_workspace: &'static str,

    // Names.
    /// Whether tags are stripped from names, other `<` and `>` are written as entities, and new names
    /// lose some characters: the request is then about another node than the one it names.
    pub(crate) strips_tags: bool,
    /// Whether names with certain characters are refused.
    pub(crate) refuses_characters: bool,
    /// Whether a copy or a move reads a new name.
    pub(crate) takes_target_names: bool,
    /// The status of a response about a hidden node.
    pub(crate) hidden_status: u16,

    // Sessions.
    /// Whether a session runs calls for a workspace that is not one of the user's, by its id, in
    /// the current one.
    pub(crate) ignores_other_workspaces: bool,
    /// Whether a user who may enter no workspace cannot log in to a session.
    pub(crate) refuses_users_of_nothing: bool,
    /// Whether a download without a session is asked to log in, instead of getting nothing.
    pub(crate) asks_downloads_to_log_in: bool,

    // Nodes.
    /// Whether nodes have the attributes of Pydio 6.
    pub(crate) has_old_nodes: bool,
    /// Whether a list that is not of a folder has a root without attributes.
    pub(crate) has_bare_roots: bool,
    /// Whether hashes that were once computed are listed.
    pub(crate) lists_hashes: bool,
    /// Whether workspaces that are bundled with the release have comments.
    pub(crate) bundles_comments: bool,
    /// Whether the registry has the settings of all workspaces for the web interface, rather than
    /// those of the active one.
    pub(crate) shows_all_settings: bool,
    /// Whether a recursive list of REST v2 has the labels of folders, and no hashes.
    pub(crate) labels_nested_folders: bool,
    /// Whether a list of folders without files is empty, though its page counts them.
    pub(crate) lists_no_folders_alone: bool,
    /// The `options` of `ls` without any.
    pub(crate) default_letters: &'static str,
    /// Whether a changed node comes with the id of its workspace.
    pub(crate) tells_workspace: bool,
    /// Whether a moved node is a removed and an added one, instead of a changed one.
    pub(crate) splits_moves: bool,
    /// Whether a removed node is described by more than its path.
    pub(crate) describes_removed: bool,

    // Actions.
    /// Whether long work runs in the background.
    pub(crate) works_in_background: bool,
    pub(crate) restores: Restores,
    /// Whether nodes in the recycle bin are deleted only if `dir` is the bin.
    pub(crate) deletes_in_bin_only: bool,
    /// Whether the list of shares has those of other pages again, as shares of old releases.
    pub(crate) echoes_shares: bool,
    /// Whether `copy` and `move` of much are done in the background over REST too.
    pub(crate) defers_copies_over_rest: bool,
    /// Whether `put_content` reports as text: failures by their number or message.
    pub(crate) reports_content_as_text: bool,
    /// Whether `rename` to a path describes a node below that path.
    pub(crate) loses_renamed: bool,
    /// Whether `mkdir` reports an error if any of several folders could not be made.
    pub(crate) reports_partial_mkdir: bool,
    /// Whether events come with their action.
    pub(crate) tells_event_actions: bool,
    /// Whether a download does not say when its file was changed, and names the ranges that it
    /// accepts by its length, and the end of a part as the byte after it.
    pub(crate) has_old_downloads: bool,
    /// Whether a missing part of a download is an error rather than nothing.
    pub(crate) reports_missing_parts: bool,
    /// Whether a refused deletion is carried out after its report.
    pub(crate) goes_on_after_errors: bool,
    /// Whether comments with tags are refused.
    pub(crate) refuses_marked_comments: bool,
    /// Whether the response to a new comment contains its number.
    pub(crate) numbers_new_comments: bool,
    /// Whether deleting a comment gets an empty response.
    pub(crate) deletes_comments_silently: bool,
    /// Whether users to share with are listed as HTML.
    pub(crate) lists_users_as_html: bool,
    /// Whether the administration has the pages of Pydio 6 and 7.
    pub(crate) has_old_pages: bool,
    /// Whether a list of the administration has an attribute for the class that shows it, and no
    /// defaults for its columns.
    pub(crate) has_old_columns: bool,
    /// Whether the administration answers like that of 6.0 to 6.4.
    pub(crate) has_old_administration: bool,
    /// Whether a user or group is named in REST v2 by its whole path, and without a slash at its
    /// beginning lands in the group `/.`.
    pub(crate) takes_paths_literally: bool,
    /// Whether a workspace is changed only by all of its settings.
    pub(crate) needs_whole_workspaces: bool,
    /// Whether a role is saved even if the rest of the change fails.
    pub(crate) saves_partial_roles: bool,
    /// Whether an event tells by a text that it is about a file.
    pub(crate) tells_files_by_text: bool,
    /// Whether the rights of a user or role can be changed one by one.
    pub(crate) changes_single_rights: bool,
    /// Whether users are created only from JSON, rather than from fields of a query or form.
    pub(crate) makes_people_by_json: bool,
    /// Whether the console prints bare responses, and ends with a fatal error of PHP.
    pub(crate) has_bare_console: bool,
    /// Whether failures of uploads are HTML rather than plain text.
    pub(crate) reports_uploads_as_html: bool,
}

const V8_2: Dialect = Dialect {
    number: "8.2.5",
    path_rules: PathRules::DecodeThenSplit,
    cuts_names: false,
    names_actions_with_query: false,
    takes_any_method: false,
    has_v2: true,
    ignores_missing_actions: false,
    lists_in_json: true,
    wrong_password: "",
    forbidden_workspace: "You are not authorized to access this API.",
    strips_tags: false,
    refuses_characters: true,
    takes_target_names: true,
    hidden_status: 411,
    ignores_other_workspaces: false,
    refuses_users_of_nothing: false,
    asks_downloads_to_log_in: false,
    has_old_nodes: false,
    shows_all_settings: false,
    lists_no_folders_alone: false,
    labels_nested_folders: false,
    has_bare_roots: false,
    lists_hashes: false,
    bundles_comments: false,
    default_letters: "a",
    tells_workspace: true,
    splits_moves: false,
    describes_removed: true,
    works_in_background: true,
    restores: Restores::Anywhere,
    deletes_in_bin_only: false,
    echoes_shares: false,
    defers_copies_over_rest: false,
    reports_content_as_text: false,
    loses_renamed: false,
    reports_partial_mkdir: false,
    tells_event_actions: true,
    has_old_downloads: false,
    reports_missing_parts: false,
    goes_on_after_errors: false,
    refuses_marked_comments: true,
    numbers_new_comments: true,
    deletes_comments_silently: false,
    lists_users_as_html: false,
    has_old_pages: false,
    has_old_columns: false,
    has_old_administration: false,
    takes_paths_literally: false,
    needs_whole_workspaces: false,
    saves_partial_roles: false,
    tells_files_by_text: false,
    changes_single_rights: true,
    makes_people_by_json: true,
    reports_uploads_as_html: false,
    has_bare_console: false,
};

const V7_0: Dialect = Dialect {
    number: "7.0.4",
    echoes_shares: true,
    defers_copies_over_rest: true,
    lists_hashes: true,
    labels_nested_folders: true,
    bundles_comments: true,
    has_old_pages: true,
    takes_paths_literally: true,
    needs_whole_workspaces: true,
    saves_partial_roles: true,
    describes_removed: false,
    tells_event_actions: false,
    has_old_downloads: true,
    reports_missing_parts: true,
    refuses_marked_comments: false,
    numbers_new_comments: false,
    deletes_comments_silently: true,
    lists_users_as_html: true,
    changes_single_rights: false,
    makes_people_by_json: false,
    ..V8_2
};

const V7_0_3: Dialect = Dialect { number: "7.0.3", path_rules: PathRules::DecodeTwice, ..V7_0 };

const V6_5: Dialect = Dialect {
    number: "6.5.5",
    restores: Restores::WithoutFolder,
    tells_files_by_text: true,
    ..V7_0_3
};

const V6_4: Dialect = Dialect {
    number: "6.4.2",
    path_rules: PathRules::SplitThenDecode,
    names_actions_with_query: true,
    takes_any_method: true,
    has_v2: false,
    ignores_missing_actions: true,
    lists_in_json: false,
    wrong_password: "You are not authorized to access this API.",
    forbidden_workspace: "You are not authorized to access this workspace.",
    strips_tags: true,
    refuses_characters: false,
    takes_target_names: false,
    hidden_status: 200,
    ignores_other_workspaces: true,
    refuses_users_of_nothing: true,
    asks_downloads_to_log_in: true,
    has_old_nodes: true,
    has_bare_roots: true,
    shows_all_settings: true,
    lists_no_folders_alone: true,
    lists_hashes: false,
    default_letters: "al",
    tells_workspace: false,
    splits_moves: true,
    works_in_background: false,
    echoes_shares: false,
    restores: Restores::InBinOnly,
    deletes_in_bin_only: true,
    reports_content_as_text: true,
    goes_on_after_errors: true,
    loses_renamed: true,
    reports_partial_mkdir: true,
    has_old_columns: true,
    has_old_administration: true,
    changes_single_rights: true,
    reports_uploads_as_html: true,
    has_bare_console: true,
    ..V6_5
};

const V6_0: Dialect = Dialect { number: "6.0.8", cuts_names: true, ..V6_4 };

/// Returns the dialect of a generation.
pub(crate) const fn of(version: Version) -> &'static Dialect {
    match version {
        Version::V6_0 => &const { V6_0 },
        Version::V6_4 => &const { V6_4 },
        Version::V6_5 => &const { V6_5 },
        Version::V7_0_3 => &const { V7_0_3 },
        Version::V7_0 => &const { V7_0 },
        Version::V8_2 => &const { V8_2 },
    }
}
