//! The generator as its users run it, release after release: from a running server, from archives,
//! by a settings file, in part, and with what has changed.

mod archives;
mod changes;
mod live;
mod selection;
mod settings;
mod support;
