//! Formats tokens as text, on as many threads as there are processors.
//!
//! Building, parsing and printing tokens takes most of the time of a generation, and no item
//! depends on another: a file is a list of parts, each rendered independently.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use proc_macro2::TokenStream;

use super::{EmitError, Files};
use crate::threads;

/// A file to be rendered.
pub(super) struct File<'m> {
    /// Its path below the output directory.
    pub(super) path: String,
    /// The comment at its beginning.
    pub(super) header: String,
    /// Its content, in order: each part produces whole items.
    pub(super) parts: Vec<Part<'m>>,
}

/// Produces the tokens of some items.
pub(super) type Part<'m> = Box<dyn Fn() -> TokenStream + Send + Sync + 'm>;

/// Renders every file.
pub(super) fn render(files: &[File<'_>]) -> Result<Files, EmitError> {
    let parts: Vec<_> = files.iter().flat_map(|file| &file.parts).collect();
    let mut texts = in_parallel(parts.len(), &|index| print(parts[index])).into_iter();
    let mut rendered = Files::new();
    for File { path, header, parts } in files {
        let mut source = String::new();
        for text in texts.by_ref().take(parts.len()) {
            let text = text.map_err(|source| EmitError::new(path, source))?;
            source.push_str(&text);
        }
        let source = spaced(&source);
        rendered.insert(path.clone(), format!("{header}\n{source}"));
    }
    Ok(rendered)
}

fn print(part: &Part<'_>) -> Result<String, syn::Error> {
    Ok(prettyplease::unparse(&syn::parse2(part())?))
}

/// Runs `job` for each index on several threads, and returns the results in order.
fn in_parallel<T: Send>(count: usize, job: &(impl Fn(usize) -> T + Sync)) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let result = job(index);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    threads::several(count, work);
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Adds an empty line between items, and between the methods of an `impl`, which the printer omits.
fn spaced(source: &str) -> String {
    let mut text = String::with_capacity(source.len() + source.len() / 16);
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let Some(next) = lines.peek() else { break };
        let ends_block = matches!(line, "}" | "    }" | "};" | "    };") && next.trim() != "}";
        let ends_line = line.starts_with("pub struct ") || line.starts_with("impl ");
        let ends_item = ends_block || ends_line && !line.ends_with('{');
        let ends_docs = line.starts_with("//!") && !next.starts_with("//!");
        let begins_exports = line.starts_with("use ") && next.starts_with("pub use ");
        let ends_statement = line.ends_with(';') && !line.starts_with("//");
        let ends_uses = begins_exports || ends_statement && next.starts_with("///");
        if ends_item || ends_docs || ends_uses {
            text.push('\n');
        }
    }
    text
}
