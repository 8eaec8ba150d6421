//! Runs the example programs to completion against a server.

#![allow(
    clippy::duplicate_mod,
    reason = "each example is a program with a copy of what they share"
)]
#![allow(dead_code, reason = "the `main` of each program, which a test does not start")]

mod compress;
mod export;
mod faults;
mod guide;
mod mirror_check;
mod nightly;
mod provision;
mod readme;
mod rotate_pairs;
mod share;
mod support;
mod two_releases;
mod upload;
mod why_401;
