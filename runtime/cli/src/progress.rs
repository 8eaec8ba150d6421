//! Progress, on a terminal that does not receive JSON.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error, or nothing if nobody looks.
pub(crate) fn bar(is_json: bool, template: &str) -> ProgressBar {
    if is_json || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // Every template here is valid.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// For work of known size.
pub(crate) const BYTES: &str = "{bytes}/{total_bytes} {bytes_per_sec} {eta} {wide_msg}";

/// For work of unknown size.
pub(crate) const COUNT: &str = "{spinner} {pos} {wide_msg}";
