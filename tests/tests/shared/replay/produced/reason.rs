//! Why no call sends a recorded request.

use std::fmt;

use pydio_codegen::ir::Endpoint;

use super::asked::Asked;

/// A reason. The list is complete, and each reason is derived from the request and the
/// declarations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    OtherMethod,
    NoAddress,
    NoAction,
    NotOverRest,
    TakenOffRest,
    Unsupported,
    NoBody,
    OtherBody,
    Bytes,
    IgnoredPath,
    Moved(String),
    Overridden(String),
    Removed(String),
    Unread(String),
    Unknown(String),
    Xml,
    Value(String),
    Constant(String),
    Missing(String),
    OnlyInPath(String),
    Needs(String),
    Refused(String),
    Unsendable,
    SessionsOwn,
}

impl Reason {
    /// Returns why the client refused to send the request.
    pub(super) fn refused(asked: &Asked) -> Result<Self, String> {
        let is_unsendable = |c: char| c == '?' || c.is_control();
        match &asked.rest {
            Some(rest)
                if rest.starts_with('/')
                    || rest.contains(is_unsendable)
                    || rest.split('/').any(|segment| matches!(segment, "." | "..")) =>
            {
                Ok(Self::Unsendable)
            }
            None if matches!(&*asked.action, "login" | "logout" | "switch_repository") => {
                Ok(Self::SessionsOwn)
            }
            _ => Err("it was refused without a reason".to_owned()),
        }
    }

    /// Returns the parameter concerned.
    pub(super) fn about(&self) -> &str {
        match self {
            Self::Moved(name)
            | Self::Overridden(name)
            | Self::Removed(name)
            | Self::Unread(name)
            | Self::Unknown(name)
            | Self::Value(name)
            | Self::Constant(name)
            | Self::Missing(name)
            | Self::OnlyInPath(name)
            | Self::Needs(name)
            | Self::Refused(name) => name,
            _ => "",
        }
    }

    /// Returns why there is no parameter for a field.
    pub(super) fn field(name: &str, value: &str, action: &Endpoint, before: &Endpoint) -> Self {
        let base = name.trim_end_matches("[]").to_owned();
        if action.path_params().any(|param| param.name == base) {
            Self::Overridden(base)
        } else if before.param(&base).is_some() {
            Self::Removed(base)
        } else if (name, value) == ("format", "json") {
            Self::Xml
        } else if action.complete {
            Self::Unread(base)
        } else {
            Self::Unknown(base)
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherMethod => "another method than GET and POST",
            Self::NoAddress => "the address is not that of an action",
            Self::NoAction => "no plugin of the workspace has the action",
            Self::NotOverRest => "REST does not reach the action",
            Self::TakenOffRest => "an action that only works on a session",
            Self::Unsupported => "an action that cannot work, which the client never sends",
            Self::NoBody => "a body of which only the length was kept",
            Self::OtherBody => "a body that no action reads",
            Self::Bytes => "bytes that are not UTF-8, which no text holds",
            Self::IgnoredPath => "a path that the server does not read",
            Self::Moved(_) => "in the path what the client keeps out of the server's log",
            Self::Overridden(_) => "a field that the path overrides, even where it is empty",
            Self::Removed(_) => "a parameter that the server does not read, or does harm with",
            Self::Unread(_) => "a parameter that is none of those that the server reads",
            Self::Unknown(_) => "a parameter that nothing declares",
            Self::Xml => "JSON in place of what the client reads as XML",
            Self::Value(_) => "a value that the parameter does not have",
            Self::Constant(_) => "another format than the one that can be read",
            Self::Missing(_) => "without what the action needs",
            Self::OnlyInPath(_) => {
                "without what the path may leave empty over REST, and a session always sends"
            }
            Self::Needs(_) => "none of the parameters of which the action needs one, or several",
            Self::Refused(_) => "a value that the client refuses before sending",
            Self::SessionsOwn => "a step that the session takes on its own",
            Self::Unsendable => "a path that the server would not read back",
        })
    }
}
