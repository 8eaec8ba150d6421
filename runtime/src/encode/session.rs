//! Encoding a call for the session access point, `index.php?get_action=…`.

use super::{
    arguments::{Argument, Arguments, Text, Wire},
    attached::Attached,
    prepared::Encoded,
    rest_v1::{encode_fields, is_form},
};
use crate::types::{Location, Request};

/// What the access point reads for itself. PHP keeps the last of two fields of one name, so an
/// argument of that name would call something else, or somewhere else.
const OWN_FIELDS: [&str; 3] = ["get_action", "tmp_repository_id", "secure_token"];

/// A call in a session, but for the token, which may be another one when the call is repeated.
///
/// Passwords are among what it holds: only the tests may print one.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct SessionCall {
    is_form: bool,
    /// What the action reads only from the query.
    query: String,
    fields: String,
}

/// Puts the arguments into fields, or says why the call cannot be sent.
///
/// Path parameters are fields like any other here. Without a workspace, the call is one on the
/// session's current workspace.
pub(crate) fn session(
    workspace: Option<&str>,
    request: Request,
) -> Result<(SessionCall, Attached), String> {
    let mut arguments = Arguments::of(request)?;
    let attached = Attached::take(&mut arguments);
    let Arguments { endpoint, list, .. } = arguments;
    if endpoint.is_operation() {
        return Err("an operation of a spec can be called only over REST".to_owned());
    }
    refuse_own_fields(&list)?;
    let mut all = vec![field("get_action", endpoint.id)];
    let (query, list): (Vec<_>, Vec<_>) =
        list.into_iter().partition(|argument| argument.location == Location::Query);
    all.extend(list);
    if let Some(workspace) = workspace {
        if !is_workspace(workspace) {
            return Err(format!("{workspace:?} is not a slug or id of a workspace"));
        }
        all.push(field("tmp_repository_id", workspace));
    }
    let token = 1;
    let fields = encode_fields(all.iter(), token + query.len())?;
    let query = encode_fields(query.iter(), 0)?;
    // Another method is chosen over REST only: a form keeps passwords out of the URL.
    let is_form = is_form(endpoint.method)? || !attached.files.is_empty();
    Ok((SessionCall { is_form, query, fields }, attached))
}

/// Returns whether a text can be the slug or id of a workspace.
pub(crate) fn is_workspace(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

impl SessionCall {
    /// The whole call. A session without a token, as at its beginning, needs none.
    pub(crate) fn with_token(&self, token: Option<&str>) -> Encoded {
        let mut fields = self.fields.clone();
        if let Some(token) = token {
            fields.push_str("&secure_token=");
            fields.extend(form_urlencoded::byte_serialize(token.as_bytes()));
        }
        Encoded::new("index.php".to_owned(), &self.query, fields, self.is_form)
    }
}

fn field(name: &'static str, value: &str) -> Argument {
    let value = Wire::Text(Text::Plain(value.to_owned()));
    Argument { location: Location::Form, name: name.into(), value, content_type: None }
}

fn refuse_own_fields(arguments: &[Argument]) -> Result<(), String> {
    for Argument { name, .. } in arguments {
        let base = name.split('[').next().unwrap_or_default();
        if OWN_FIELDS.contains(&base) {
            return Err(format!("`{name}` is set by the session itself"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::Method as HttpMethod;

    use super::{SessionCall, session};
    use crate::{
        testing::{BINDINGS, LS, MKDIR, action},
        types::{Endpoint, Method, Param, Request},
    };

    static SEARCH: Endpoint = action(
        &BINDINGS,
        "search",
        Method::Get,
        &[Param::path("query"), Param::rest_of_path("dir")],
    );
    static DELETE: Endpoint =
        action(&BINDINGS, "delete", Method::Post, &[Param::form("nodes").nodes().brackets()]);
    static BOOKMARKS: Endpoint =
        action(&BINDINGS, "get_bookmarks", Method::Get, &[]).session_only();
    static UNSUPPORTED: Endpoint =
        action(&BINDINGS, "old", Method::Get, &[]).unsupported("since 8");

    fn spelled(workspace: Option<&str>, request: &Request) -> SessionCall {
        session(workspace, request.clone()).unwrap().0
    }

    fn refused(request: &Request) -> String {
        session(Some("1"), request.clone()).err().unwrap()
    }

    #[test]
    fn a_get_is_all_query() {
        let call = Request::new(&LS).node("dir", "/legacy dir").text("options", "al");
        let sent = spelled(Some("1"), &call).with_token(Some("T0ken"));
        assert_eq!((sent.method, sent.form), (HttpMethod::GET, None));
        assert_eq!(
            sent.target,
            "index.php?get_action=ls&dir=%2Flegacy+dir&options=al&tmp_repository_id=1\
             &secure_token=T0ken",
        );
    }

    #[test]
    fn what_is_read_only_from_the_query_is_there() {
        static BOOT: Endpoint = action(
            &BINDINGS,
            "get_boot_conf",
            Method::Post,
            &[Param::query("goto"), Param::form("other")],
        );
        let call = Request::new(&BOOT).text("goto", "a b").text("other", "1");
        let sent = spelled(None, &call).with_token(None);
        assert_eq!((sent.method, &*sent.target), (HttpMethod::POST, "index.php?goto=a+b"));
        assert_eq!(sent.form.unwrap(), "get_action=get_boot_conf&other=1");
    }

    #[test]
    fn a_post_is_all_form() {
        let call = Request::new(&DELETE).nodes("nodes", ["/legacy dir/a.txt"]);
        let sent = spelled(Some("1"), &call).with_token(Some("T0ken"));
        assert_eq!((sent.method, &*sent.target), (HttpMethod::POST, "index.php"));
        assert_eq!(
            sent.form.unwrap(),
            "get_action=delete&nodes%5B%5D=%2Flegacy+dir%2Fa.txt&tmp_repository_id=1\
             &secure_token=T0ken",
        );
    }

    #[test]
    fn neither_workspace_nor_token_are_needed() {
        let sent = spelled(None, &Request::new(&BOOKMARKS)).with_token(None);
        assert_eq!(sent.target, "index.php?get_action=get_bookmarks");
        let odd = spelled(Some("a&b"), &Request::new(&BOOKMARKS)).with_token(Some("+&="));
        let expected = "get_action=get_bookmarks&tmp_repository_id=a%26b&secure_token=%2B%26%3D";
        assert_eq!(odd.target, format!("index.php?{expected}"));
    }

    #[test]
    fn what_a_path_cannot_carry_a_field_can() {
        for name in ["/who?", "/a+b %#&;", "/tab\tbed", "//x"] {
            let sent = spelled(None, &Request::new(&LS).text("dir", name)).with_token(None);
            let (_, query) = sent.target.split_once('?').unwrap();
            let read: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
            assert_eq!(read[1], ("dir".into(), name.into()));
        }
        let search = Request::new(&SEARCH).text("query", "..").node("dir", "/");
        assert!(session(None, search).is_ok());
    }

    #[test]
    fn a_page_is_asked_for_in_the_folder() {
        let sent = spelled(None, &Request::new(&LS).node("dir", "/many").page(2)).with_token(None);
        assert_eq!(sent.target, "index.php?get_action=ls&dir=%2Fmany%25232");
        assert!(refused(&Request::new(&BOOKMARKS).page(2)).contains("no folder"));
    }

    #[test]
    fn a_long_query_goes_into_a_form() {
        let call = Request::new(&LS).node("dir", "x".repeat(5000));
        let sent = spelled(None, &call).with_token(Some("t"));
        assert_eq!((sent.method, &*sent.target), (HttpMethod::POST, "index.php"));
        assert!(sent.form.unwrap().ends_with("&secure_token=t"));
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        for name in ["get_action", "tmp_repository_id", "secure_token", "secure_token[x]"] {
            let why = refused(&Request::new(&MKDIR).text(name, "x"));
            assert!(why.contains("by the session itself"), "{why}");
        }
        assert!(refused(&Request::new(&LS).node("dir", "/a/../b")).contains("blanks"));
        assert!(refused(&Request::new(&LS).nodes("dir", ["/a", "/."])).contains("blanks"));
        assert!(refused(&Request::new(&DELETE).nodes("nodes", [""; 0])).contains("nothing"));
        assert!(refused(&Request::new(&LS).text("a b", "x")).contains("name of a parameter"));
        assert!(refused(&Request::new(&UNSUPPORTED)).contains("since 8"));
        for workspace in ["", "a\nb"] {
            assert!(session(Some(workspace), Request::new(&LS)).is_err());
        }
    }

    /// With `get_action`, the workspace and the token it is what PHP reads at most.
    #[test]
    fn more_fields_than_php_reads_are_refused() {
        let nodes = |count: usize| Request::new(&DELETE).nodes("nodes", vec!["/a"; count]);
        assert!(session(Some("1"), nodes(997)).is_ok());
        assert!(refused(&nodes(998)).contains("drops the rest"));
    }
}
