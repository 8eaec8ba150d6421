//! Arguments and output of the command line, without a process.

mod arguments;
mod console;
mod launch;
mod output;
