//! Why responses of the test server differ from recorded ones.

use pydio_tests::recordings::Recording;

/// Returns why the response to a recorded request differs here.
pub(super) fn reason(_recording: &Recording) -> Option<&'static str> {
    None
}
