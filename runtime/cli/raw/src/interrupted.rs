//! Removes temporary files when the program is interrupted.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use tempfile::NamedTempFile;

/// The files to remove. A file that has been renamed in the meantime no longer has this name.
static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Registers a file to be removed also when a signal ends the program.
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

/// Removes files on a signal, and then lets the signal take its default action: shells distinguish
/// a program ended by a signal from one that failed.
#[cfg(unix)]
fn watch() {
    use signal_hook::{
        consts::{SIGINT, SIGTERM},
        iterator::Signals,
        low_level::emulate_default_handler,
    };
    // If signals cannot be handled, they end the program as usual.
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
