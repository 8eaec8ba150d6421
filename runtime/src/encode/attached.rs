//! What goes with a call besides its fields.

use std::borrow::Cow;

use http::HeaderValue;

use super::arguments::{Argument, Arguments, Wire};
use crate::types::{FilePart, Span};

/// What goes with a call besides its fields.
#[derive(Default)]
pub(crate) struct Attached {
    pub(crate) files: Vec<(Cow<'static, str>, FilePart, Option<&'static str>)>,
    /// The requested bytes.
    pub(crate) span: Option<Span>,
    /// The version of the file that they are requested from; if the file has changed, all of it is
    /// requested.
    pub(crate) if_range: Option<HeaderValue>,
}

impl Attached {
    /// Takes the files and the range out of the arguments.
    pub(super) fn take(arguments: &mut Arguments) -> Self {
        let mut files = Vec::new();
        let mut rest = Vec::new();
        for argument in std::mem::take(&mut arguments.list) {
            match argument.value {
                Wire::File(file) => files.push((argument.name, file, argument.content_type)),
                value => rest.push(Argument { value, ..argument }),
            }
        }
        arguments.list = rest;
        Self { files, span: arguments.span.take(), if_range: arguments.if_range.take() }
    }

    /// Returns the same once more, unless a file is a stream.
    pub(crate) fn copy(&self) -> Option<Self> {
        let copied = |(name, file, kind): &(Cow<'static, str>, FilePart, Option<&'static str>)| {
            Some((name.clone(), file.copy()?, *kind))
        };
        let files = self.files.iter().map(copied).collect::<Option<_>>()?;
        Some(Self { files, span: self.span, if_range: self.if_range.clone() })
    }
}
