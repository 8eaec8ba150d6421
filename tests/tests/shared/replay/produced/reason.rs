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
    NoBody,
    OtherBody,
    IgnoredPath,
    Moved(String),
    Overridden(String),
    Removed(String),
    Unknown(String),
    Xml,
    Value(String),
    Constant(String),
    Missing(String),
    Unsendable,
}

impl Reason {
    /// Returns why the client refused to send the request.
    pub(super) fn refused(asked: &Asked) -> Result<Self, String> {
        let is_unsendable = |c: char| c == '?' || c.is_control();
        let is_absolute = asked.rest.starts_with('/');
        match is_absolute || asked.rest.contains(is_unsendable) {
            true => Ok(Self::Unsendable),
            false => Err("it was refused without a reason".to_owned()),
        }
    }

    /// Returns the parameter concerned.
    pub(super) fn about(&self) -> &str {
        match self {
            Self::Moved(name)
            | Self::Overridden(name)
            | Self::Removed(name)
            | Self::Unknown(name)
            | Self::Value(name)
            | Self::Constant(name)
            | Self::Missing(name) => name,
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
            Self::TakenOffRest => {
                "what the action answers is kept in a session, which REST has not"
            }
            Self::NoBody => "a body of which only the length was kept",
            Self::OtherBody => "a body that no action reads",
            Self::IgnoredPath => "a path that the server does not read",
            Self::Moved(_) => "in the path what the client keeps out of the server's log",
            Self::Overridden(_) => "a field that the path overrides, even where it is empty",
            Self::Removed(_) => "a parameter that the server does not read, or does harm with",
            Self::Unknown(_) => "a parameter that nothing declares",
            Self::Xml => "JSON in place of what the client reads as XML",
            Self::Value(_) => "a value that the parameter does not have",
            Self::Constant(_) => "another format than the one that can be read",
            Self::Missing(_) => "without what the action needs",
            Self::Unsendable => "a path that the server would not read back",
        })
    }
}
