//! What the command line makes of calls and of output, without a process.

mod arguments;
mod console;
mod launch;
mod output;
