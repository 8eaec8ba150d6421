//! Runs the generator like its users do, for each release: from a running server, from archives,
//! with a settings file, with a selection, and with a list of changes.

mod archives;
mod changes;
mod live;
mod selection;
mod settings;
mod support;
