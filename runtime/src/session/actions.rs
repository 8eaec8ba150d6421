//! The actions that a session itself is kept with, which are the same from version 6 to 8.

use crate::{Action, Bindings, PathRules, Verb};

static BINDINGS: Bindings =
    Bindings { version: "8.2.5", paths: PathRules::DecodeThenSplit, transfer: None };

pub(super) static GET_BOOT_CONF: Action = action("gui.ajax", "get_boot_conf", Verb::Get);
/// Every login driver declares it.
pub(super) static GET_SECURE_TOKEN: Action = action("core.auth", "get_secure_token", Verb::Get);
pub(super) static GET_SEED: Action = action(LOGIN_FORM, "get_seed", Verb::Get);
pub(super) static GET_CAPTCHA: Action = action(LOGIN_FORM, "get_captcha", Verb::Get);
pub(super) static LOGIN: Action = action(LOGIN_FORM, "login", Verb::Post);
pub(super) static LOGOUT: Action = action(LOGIN_FORM, "logout", Verb::Get);
/// Every storage of the configuration declares it.
pub(super) static SWITCH_REPOSITORY: Action = action("core.conf", "switch_repository", Verb::Get);

/// Every storage of the configuration declares it.
pub(super) static GET_XML_REGISTRY: Action = action("core.conf", "get_xml_registry", Verb::Get);

const LOGIN_FORM: &str = "authfront.session_login";

const fn action(plugin: &'static str, name: &'static str, verb: Verb) -> Action {
    Action { bindings: &BINDINGS, plugin, name, verb, rest_params: None }
}

/// Why a call is not for a caller to send: the session would not know what became of it.
pub(super) fn why_own(action: &Action) -> Option<&'static str> {
    match action.name {
        "login" => Some("the session logs in by itself: use `Session::log_in`"),
        "logout" => Some("the session has to know of it: use `Session::logout`"),
        "switch_repository" => Some("the session has to know: use `Session::switch_workspace`"),
        _ => None,
    }
}
