//! A call as HTTP has it.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, IF_RANGE, InvalidHeaderValue, RANGE},
};

use super::{attached::Attached, multipart};
use crate::types::{Body, Span};

/// The last byte that a range may begin with. From 2,000,000,000 on the server seeks in steps and
/// adds them wrongly: it answers 206 with the right headers and the bytes of another place.
pub(crate) const LAST_START: u64 = 1_999_999_999;

/// Past this many bytes a query goes into the form of a POST.
const LONGEST_QUERY: usize = 4096;

/// The media type of a form without files.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The method, address and form of a call.
///
/// Passwords are among what it holds: only the tests may print one.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Encoded {
    pub(crate) method: Method,
    /// Below the server's address, percent-encoded, with its query.
    pub(crate) target: String,
    pub(crate) form: Option<String>,
}

impl Encoded {
    /// Puts fields into the form or the query. One that is too long goes into a form as well,
    /// which every action takes. What belongs to the `query` is there in any case.
    pub(super) fn new(mut target: String, query: &str, fields: String, is_form: bool) -> Self {
        let mut separator = '?';
        let mut add = |part: &str| {
            if !part.is_empty() {
                target.push(separator);
                target.push_str(part);
                separator = '&';
            }
        };
        add(query);
        if is_form || fields.len() > LONGEST_QUERY {
            return Self { method: Method::POST, target, form: Some(fields) };
        }
        add(&fields);
        Self { method: Method::GET, target, form: None }
    }
}

/// A call ready to be sent.
pub(crate) struct Prepared {
    pub(crate) method: Method,
    /// Below the server's address, percent-encoded, with its query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
    /// The bytes that are asked for, when it is not all of them.
    pub(crate) span: Option<Span>,
}

impl Prepared {
    /// Adds the attachments of a call, or returns why they cannot be sent.
    pub(crate) fn new(encoded: Encoded, attached: Attached) -> Result<Self, String> {
        let Encoded { method, target, form } = encoded;
        let Attached { files, span, if_range } = attached;
        let (media_type, body) = match form {
            None if files.is_empty() => (None, Body::empty()),
            Some(form) if files.is_empty() => (Some(FORM.to_owned()), Body::from(form)),
            form => {
                let (media_type, body) = multipart::with_files(&form.unwrap_or_default(), files)?;
                (Some(media_type), body)
            }
        };
        let mut headers = Vec::new();
        if let Some(media_type) = media_type {
            let value = HeaderValue::try_from(media_type).map_err(|error| error.to_string())?;
            headers.push((CONTENT_TYPE, value));
        }
        let prepared = Self { method, target, headers, body, span: None };
        Ok(prepared.ask_for(span, if_range))
    }

    /// Asks for those bytes. Never with an end, which the server reads as one byte less than it is,
    /// and as none at all where it is 0. What comes before the first byte is skipped on arrival.
    pub(super) fn ask_for(mut self, span: Option<Span>, if_range: Option<HeaderValue>) -> Self {
        self.span = span;
        self.headers.extend(if_range.map(|validator| (IF_RANGE, validator)));
        if let Some(Span { start: start @ 1.., .. }) = span
            && let Ok(value) = HeaderValue::try_from(format!("bytes={}-", start.min(LAST_START)))
        {
            self.headers.push((RANGE, value));
        }
        self
    }

    /// Adds its headers, with the media types that are asked for and the length of its body.
    pub(crate) fn add_headers(
        &self,
        headers: &mut HeaderMap,
        accept: &str,
        length: u64,
    ) -> Result<(), InvalidHeaderValue> {
        headers.append(ACCEPT, HeaderValue::try_from(accept)?);
        for (name, value) in &self.headers {
            match *name == COOKIE {
                true => add_cookies(headers, value.clone()),
                false => drop(headers.append(name, value.clone())),
            }
        }
        if matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            // HTTP libraries omit it for an empty body, which some proxies answer with 411.
            headers.append(CONTENT_LENGTH, length.into());
        }
        Ok(())
    }

    /// Returns the same call to be sent once more; `None` when its body is a stream.
    pub(crate) fn again(&self) -> Option<Self> {
        Some(Self {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: self.body.copy()?,
            span: self.span,
        })
    }
}

/// Adds cookies to those of a request, in the one header that contains all of them.
pub(crate) fn add_cookies(headers: &mut HeaderMap, cookies: HeaderValue) {
    let joined = headers.get(COOKIE).and_then(|known| {
        let bytes = [known.as_bytes(), cookies.as_bytes()].join(&b"; "[..]);
        HeaderValue::from_maybe_shared(bytes::Bytes::from(bytes)).ok()
    });
    let mut joined = joined.unwrap_or(cookies);
    joined.set_sensitive(true);
    headers.insert(COOKIE, joined);
}
