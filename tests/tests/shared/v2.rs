//! Checks every field of v2 responses: in reduced copies, which are stored here, and in the
//! recordings.

pub(crate) mod account;
pub(crate) mod answers;
pub(crate) mod file;
pub(crate) mod provisioning;
pub(crate) mod tasks;

use pydio_tests::{
    Canned,
    recordings::{Recorded, Recording, read},
    suite::{Need, Test, path_of},
};

/// The source of a test's responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    Reduced,
    Recorded,
}

impl Answers {
    /// Returns the recorded response of that name, or a reduced copy of it.
    fn of(self, name: &str, reduced: &str) -> Canned {
        match self {
            Self::Recorded => canned(&read(&format!("v2/{name}")).unwrap()),
            Self::Reduced if reduced.starts_with('<') => {
                Canned::new(200, "text/xml; charset=UTF-8", reduced)
            }
            Self::Reduced => Canned::new(200, "application/json; charset=UTF-8", reduced),
        }
    }
}

/// Returns the response of a recording, without the headers that the server sets.
fn canned(recording: &Recording) -> Canned {
    const KEPT: [&str; 4] =
        ["content-type", "content-disposition", "content-range", "www-authenticate"];
    let Recorded { status, headers, body, .. } = recording.response.clone();
    let is_kept = |(name, _): &(String, String)| KEPT.contains(&&*name.to_ascii_lowercase());
    Canned { status, headers: headers.into_iter().filter(is_kept).collect(), body }
}

/// Returns two tests: on reduced copies, and on recordings.
pub(crate) fn on_both<F, T>(test: T) -> [Test; 2]
where
    F: Future<Output = ()>,
    T: Fn(Answers) -> F + Copy + Send + 'static,
{
    let name = path_of::<T>();
    let recorded = format!("{name}_as_recorded");
    [
        Test::of_async(move || test(Answers::Reduced)).called(name),
        Test::of_async(move || test(Answers::Recorded)).called(recorded).needs(Need::Shared),
    ]
}
