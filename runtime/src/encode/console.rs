//! Encoding a call for the console: the parameters that `cmd.php` is given.
//!
//! Whatever the console would read back as something else is refused here, before anything runs.
//! That of 6.0 to 6.4 reads its arguments in another way than that of later releases.

use std::borrow::Cow;

use super::arguments::{Argument, Arguments, Wire};
use crate::types::Request;

/// The console's own options, next to those that begin with `cli_`. The last one is a parameter
/// that makes it print what it does after a response.
const OWN_OPTIONS: [&str; 8] =
    ["help", "quiet", "verbose", "version", "ansi", "no-ansi", "no-interaction", "cli-show-hooks"];

/// Returns the parameters of a call with their values, or why it cannot be run.
pub(crate) fn console(request: Request) -> Result<Vec<(Cow<'static, str>, String)>, String> {
    let Arguments { endpoint, list, .. } = Arguments::of(request)?;
    if endpoint.is_operation() {
        return Err("an operation of a spec can be called only over REST".to_owned());
    }
    let fields = fields(list)?;
    let is_bare = endpoint.bindings.dialect.has_bare_console;
    for (name, value) in &fields {
        let fault = if is_bare { bare_name_fault(name) } else { name_fault(name) };
        if let Some(why) = fault {
            return Err(why);
        }
        if let Some(why) = value_fault(is_bare, value) {
            return Err(format!("`{name}` cannot be sent: {why}"));
        }
    }
    Ok(fields)
}

/// Names with their values, nodes as the console reads them: `nodes[]` it does not.
fn fields(arguments: Vec<Argument>) -> Result<Vec<(Cow<'static, str>, String)>, String> {
    let is_list = |argument: &Argument| matches!(argument.value, Wire::List(_));
    let selects = arguments.iter().any(is_list);
    let mut fields = Vec::new();
    for Argument { name, value, .. } in arguments {
        match value {
            Wire::Text(_) if selects && name == "file" => {
                // A selection replaces it over HTTP as well.
            }
            Wire::Text(text) => fields.push((name, text.as_str().to_owned())),
            Wire::List(values) if name == "nodes" => fields.extend(numbered(values)),
            Wire::List(_) => {
                return Err(format!("`{name}` is a list, which the command line does not support"));
            }
            Wire::Styled(..) => {
                return Err(format!(
                    "`{name}` has a parameter style, which the command line does not support"
                ));
            }
            Wire::File(_) => {
                return Err(
                    "the command line cannot transfer files; use REST or a session".to_owned()
                );
            }
        }
    }
    Ok(fields)
}

/// Nodes as the console reads them: one as `file`, several as `file_0`, `file_1` …
fn numbered(mut nodes: Vec<String>) -> Vec<(Cow<'static, str>, String)> {
    match nodes.len() {
        1 => nodes.drain(..).map(|node| (Cow::Borrowed("file"), node)).collect(),
        _ => {
            let nodes = nodes.into_iter().enumerate();
            nodes.map(|(index, node)| (Cow::Owned(format!("file_{index}")), node)).collect()
        }
    }
}

/// Returns what keeps the console from reading a value back.
pub(crate) fn value_fault(is_bare: bool, value: &str) -> Option<&'static str> {
    /// What PHP removes from the ends of a text.
    const TRIMMED: [char; 6] = [' ', '\t', '\n', '\r', '\0', '\x0b'];
    if value.contains('\0') {
        Some("an argument of a command cannot contain a NUL")
    } else if is_bare && value.contains('\n') {
        Some("the command line of 6.0 to 6.4 truncates a value at a line break")
    } else if is_bare && (value.starts_with(TRIMMED) || value.ends_with(TRIMMED)) {
        Some("the command line of 6.0 to 6.4 removes white space from both ends of a value")
    } else if !is_bare && value.starts_with('=') {
        Some("the command line removes a leading `=` from a value")
    } else {
        None
    }
}

/// Returns what keeps the console from reading a name as that of a parameter.
fn name_fault(name: &str) -> Option<String> {
    if OWN_OPTIONS.contains(&name) || name.starts_with("cli_") {
        return Some(format!("`{name}` is an option of `cmd.php` itself"));
    }
    // PHP takes `0` for no name at all.
    let is_odd = matches!(name, "" | "0") || name.starts_with('-') || name.contains(['=', '\0']);
    is_odd.then(|| not_a_name(name))
}

/// Returns the same for the console of 6.0 to 6.4, which ignores an argument with another name.
fn bare_name_fault(name: &str) -> Option<String> {
    let is_read = |c: char| c.is_ascii_alphanumeric() || "_[]\\^`".contains(c);
    (name.is_empty() || !name.chars().all(is_read)).then(|| not_a_name(name))
}

fn not_a_name(name: &str) -> String {
    format!("the command line does not accept {name:?} as the name of a parameter")
}
