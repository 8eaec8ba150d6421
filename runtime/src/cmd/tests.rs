//! What the command line makes of calls and of output, without a process.

mod console;
mod handover;
mod output;
mod spelling;
