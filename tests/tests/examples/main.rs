//! The example programs, each run to its end against a server.

#![allow(clippy::duplicate_mod, reason = "each example is a program with a copy of `account`")]
#![allow(dead_code, reason = "the `main` of each program, which a test does not start")]

mod export;
mod support;
