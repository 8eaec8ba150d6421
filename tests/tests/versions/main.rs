//! Runs the generator like its users do, for each release: from a running server, from archives,
//! with a settings file, with a selection, and with a list of changes; and uses the bindings of several
//! releases side by side.

mod archives;
mod changes;
mod dialects;
mod live;
mod selection;
mod settings;
mod shares;
mod side_by_side;
mod support;
mod waiting;
