//! The action that a recorded request names, with its workspace and fields, over REST v1 or a
//! session.

use pydio_tests::{multipart, recordings::Recording};

use crate::replay::targets;

/// Names and values, in order.
pub(crate) type Fields = Vec<(String, String)>;

/// The fields that the access point of sessions reads for itself.
const OWN_FIELDS: [&str; 3] = ["get_action", "tmp_repository_id", "secure_token"];

/// The parts of a request that determine which definition it calls.
pub(crate) struct Address {
    /// The slug in the path, or the id that a session is asked to work on; empty for none.
    pub(crate) workspace: String,
    pub(crate) action: String,
    /// The decoded path after the action; `None` on a session.
    pub(crate) rest: Option<String>,
    /// The fields of the query, then those of the form, without those of the session itself.
    pub(crate) fields: Fields,
}

impl Address {
    /// Reads the address; `None` if it is not that of an action.
    pub(crate) fn of(recording: &Recording) -> Option<Self> {
        let (path, query) = recording.target.split_once('?').unwrap_or((&recording.target, ""));
        let mut fields = pairs(query.as_bytes());
        fields.extend(form(recording));
        if recording.is_session() {
            return Some(Self::of_session(fields)).filter(|one| !one.action.is_empty());
        }
        let mut parts = path.strip_prefix("/api/")?.splitn(3, '/');
        let (workspace, action) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let rest = Some(targets::decode(parts.next().unwrap_or_default()));
        let is_whole = !workspace.is_empty() && !action.is_empty();
        is_whole.then_some(Self { workspace, action, rest, fields })
    }

    fn of_session(mut fields: Fields) -> Self {
        let [action, workspace, _] = OWN_FIELDS.map(|own| {
            let found = fields.iter().rfind(|(name, _)| name == own);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        });
        fields.retain(|(name, _)| !is_own(name));
        Self { workspace, action, rest: None, fields }
    }

    /// Returns the values of a field.
    pub(crate) fn values(&self, wanted: &str) -> impl Iterator<Item = &str> {
        let of_name = self.fields.iter().filter(move |(name, _)| name == wanted);
        of_name.map(|(_, value)| &**value)
    }

    /// Returns the segment of the path at that index, if it is not empty.
    pub(crate) fn segment(&self, index: usize) -> Option<&str> {
        self.rest.as_deref()?.split('/').nth(index).filter(|segment| !segment.is_empty())
    }
}

/// Returns whether the access point of sessions reads a field of that name for itself.
pub(crate) fn is_own(name: &str) -> bool {
    OWN_FIELDS.contains(&name)
}

/// Returns the fields of a recorded form; none if it was too large to record.
fn form(recording: &Recording) -> Fields {
    let media_type = recording.header("content-type").unwrap_or_default();
    match multipart::boundary(media_type) {
        Some(boundary) => multipart::parse(&recording.body.clone().into(), boundary).fields,
        None if media_type.starts_with("application/x-www-form-urlencoded") => {
            pairs(&recording.body)
        }
        None => Fields::new(),
    }
}

/// Returns the pairs of a query or form.
pub(crate) fn pairs(text: &[u8]) -> Fields {
    url::form_urlencoded::parse(text).into_owned().collect()
}
