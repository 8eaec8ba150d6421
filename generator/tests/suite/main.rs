//! The generator from the outside: what it reads, emits, refuses and writes.

mod built_in;
mod bundle;
mod cli;
mod corrections;
mod diagnostics;
mod diff;
mod docs;
mod explain;
mod forks;
mod ground_truth;
mod hostile;
mod import;
mod installation;
mod lint;
mod manners;
mod properties;
mod quirks;
mod spec_cli;
mod spec_compile;
mod spec_constructs;
mod spec_grammar;
mod spec_properties;
mod spec_random;
mod spec_refused;
mod spec_stable;
mod specs;
