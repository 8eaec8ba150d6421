//! Files that do not stay behind when somebody interrupts the program.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use tempfile::NamedTempFile;

/// What there is to remove. A file that has got its name meanwhile is no longer under this one.
static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The file, which is also removed when the program ends by a signal.
pub(super) fn guarded(file: NamedTempFile) -> NamedTempFile {
    let is_first = {
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(file.path().to_owned());
        files.len() == 1
    };
    if is_first {
        watch();
    }
    file
}

/// Removes files when a signal comes, which then does what it does otherwise: shells tell a
/// program that ended by one from a program that failed.
#[cfg(unix)]
fn watch() {
    use signal_hook::{
        consts::{SIGINT, SIGTERM},
        iterator::Signals,
        low_level::emulate_default_handler,
    };
    // Where signals cannot be waited for, they end the program as ever.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            remove_all();
            let _ = emulate_default_handler(signal);
        }
    });
}

#[cfg(not(unix))]
fn watch() {}

#[cfg_attr(not(unix), allow(dead_code, reason = "nobody waits for signals there"))]
fn remove_all() {
    for path in &*FILES.lock().unwrap_or_else(PoisonError::into_inner) {
        let _ = fs::remove_file(path);
    }
}
