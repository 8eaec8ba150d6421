//! The larger tasks, as functions: programs with other needs can start from them.
//!
//! They need an administrator, but for [`compress`].

pub mod compress;
mod explained;
pub mod export;
mod listed;
pub mod people;
pub mod provision;
mod raw;
pub mod shares;

pub use explained::Explained;
pub use listed::listed;
