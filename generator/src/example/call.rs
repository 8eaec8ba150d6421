//! A call as an expression in Rust.

use super::Sent;

/// A call with arguments.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The statements that it needs before it.
    pub(crate) before: Vec<String>,
    /// The path of the function.
    pub(crate) function: String,
    pub(crate) arguments: Vec<String>,
    /// The calls of setters, each with the point before it.
    pub(crate) setters: Vec<String>,
    /// What is sent for each parameter, by its index.
    pub(crate) sent: Vec<(usize, Sent)>,
}

impl Call {
    /// Returns the expression on one line.
    pub(crate) fn rust(&self) -> String {
        format!("{}({}){}", self.function, self.arguments.join(", "), self.setters.concat())
    }
}
