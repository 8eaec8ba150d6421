//! The actions that manage a session, which are the same from version 6 to 8.

use crate::types::{ANY_RELEASE, Endpoint, Method, Param};

pub(super) static GET_BOOT_CONF: Endpoint = action("gui.ajax", "get_boot_conf", Method::Get);
/// Every login driver declares it.
pub(super) static GET_SECURE_TOKEN: Endpoint = action("core.auth", "get_secure_token", Method::Get);
pub(super) static GET_SEED: Endpoint = action(LOGIN_FORM, "get_seed", Method::Get);
pub(super) static GET_CAPTCHA: Endpoint = action(LOGIN_FORM, "get_captcha", Method::Get);
pub(super) static LOGIN: Endpoint = action(LOGIN_FORM, "login", Method::Post).params(&[
    Param::form("userid"),
    Param::form("password").secret(),
    Param::form("login_seed"),
    Param::form("remember_me").flag(),
    Param::form("cookie_login").flag(),
    Param::form("captcha_code"),
]);
pub(super) static LOGOUT: Endpoint = action(LOGIN_FORM, "logout", Method::Get);
/// Every storage of the configuration declares it.
pub(super) static SWITCH_REPOSITORY: Endpoint =
    action("core.conf", "switch_repository", Method::Get).params(&[Param::form("repository_id")]);
/// Every storage of the configuration declares it.
pub(super) static GET_XML_REGISTRY: Endpoint =
    action("core.conf", "get_xml_registry", Method::Get).params(&[Param::form("xPath")]);

const LOGIN_FORM: &str = "authfront.session_login";

const fn action(plugin: &'static str, name: &'static str, method: Method) -> Endpoint {
    Endpoint::action(&ANY_RELEASE, method, plugin, name).session_only()
}

/// Returns why a caller must not send a call: the session would not know the result.
pub(super) fn why_own(endpoint: &Endpoint) -> Option<&'static str> {
    match endpoint.id {
        "login" => Some("the session logs in itself; use `Session::log_in`"),
        "logout" => Some("the session has to keep track of this; use `Session::logout`"),
        "switch_repository" => Some(
            "the session has to keep track of this; use \
                                     `Session::switch_workspace`",
        ),
        _ => None,
    }
}
