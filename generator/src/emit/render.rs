//! Tokens to formatted text, on as many threads as there are processors.
//!
//! Building tokens, parsing them and printing them are most of what generation takes, and no item
//! depends on another: a file is a list of parts, each rendered by itself.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use proc_macro2::TokenStream;

use super::{EmitError, Files, doc};
use crate::threads;

/// A file to be rendered.
pub(super) struct File<'m> {
    /// Its path below the output directory.
    pub(super) path: String,
    /// The comment it begins with.
    pub(super) header: String,
    /// What is in it, in order: each makes whole items.
    pub(super) parts: Vec<Part<'m>>,
}

/// Makes the tokens of some items.
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
    Ok(laid_out(&prettyplease::unparse(&syn::parse2(part())?)))
}

/// What `job` makes of each index, in order, whoever comes to it first.
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

/// The longest line that rustfmt is told to leave.
const LONGEST: usize = 89;

/// The most that rustfmt puts on one line of a list of imports: less than of anything else.
const IMPORTS: usize = 88;

/// The source with long fields and lists of imports as rustfmt lays them out, which is not how
/// the printer does, and with every line of a comment on one of its own.
fn laid_out(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let lines: Vec<&str> = source.lines().collect();
    let mut rest = &lines[..];
    while let Some((line, after)) = rest.split_first() {
        let used = import(line, after, &mut text)
            .or_else(|| field(line, after, &mut text))
            .or_else(|| condition(line, after, &mut text))
            .or_else(|| array(line, after, &mut text));
        if used.is_none() {
            plain(line, &mut text);
        }
        rest = &after[used.unwrap_or(0)..];
    }
    text
}

/// Lays out a line that stays as it is, or the lines of a comment.
fn plain(line: &str, text: &mut String) {
    let mut lines = line.split(doc::BREAK);
    text.extend(lines.next());
    text.push('\n');
    for more in lines {
        let slashes = line.find("//").map_or(0, |at| at + "///".len());
        text.extend([&line[..slashes], more, "\n"]);
    }
}

/// Lays out an optional field that is too long for one line, where it begins with `line`; answers
/// how many lines were used besides.
fn field(line: &str, after: &[&str], text: &mut String) -> Option<usize> {
    let name = line.strip_suffix(" Option<").filter(|name| name.starts_with("    pub "))?;
    let [inner, "    >,", ..] = after else { return None };
    let kind = format!("        Option<{}>,", inner.trim().strip_suffix(',')?);
    if kind.len() > LONGEST {
        return None;
    }
    text.extend([name, "\n", &kind, "\n"]);
    Some(2)
}

/// Lays out a constant list that fits on the line below its type, where it begins with `line`;
/// answers how many lines were used besides.
fn array(line: &str, after: &[&str], text: &mut String) -> Option<usize> {
    let start = line.strip_suffix(" [").filter(|start| start.starts_with("pub const "))?;
    let end = after.iter().position(|line| *line == "];")?;
    let items: Vec<_> = after[..end].iter().map(|line| line.trim().trim_end_matches(',')).collect();
    let list = format!("    [{}];", items.join(", "));
    if list.len() > LONGEST {
        return None;
    }
    text.extend([start, "\n", &list, "\n"]);
    Some(end + 1)
}

/// Lays out a condition that is too long for one line, where it begins with `line`; answers how
/// many lines were used besides.
fn condition(line: &str, after: &[&str], text: &mut String) -> Option<usize> {
    let indent = line.strip_suffix("#[cfg(")?;
    let end = after.iter().position(|line| line.strip_prefix(indent) == Some(")]"))?;
    let mut condition = String::new();
    for part in after[..end].iter().map(|line| line.trim()) {
        condition.push_str(part);
        condition.extend(part.ends_with(',').then_some(' '));
    }
    text.extend([indent, "#[cfg("]);
    broken(&condition, indent, text);
    text.push_str(")]\n");
    Some(end + 1)
}

/// Puts each part of a list on a line of its own, and so on in those that are too long.
fn broken(list: &str, indent: &str, text: &mut String) {
    let inner = list.strip_suffix(')').and_then(|list| list.split_once('('));
    let Some((name, inner)) =
        inner.filter(|_| indent.len() + list.len() >= LONGEST - "#[cfg()]".len())
    else {
        text.push_str(list);
        return;
    };
    text.extend([name, "("]);
    let deeper = format!("{indent}    ");
    let mut depth = 0_usize;
    let is_end = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    for (index, part) in inner.split(is_end).enumerate() {
        text.extend([if index == 0 { "\n" } else { ",\n" }, &deeper]);
        broken(part.trim(), &deeper, text);
    }
    text.extend(["\n", indent, ")"]);
}

/// Lays out an import, where it begins with `line`; answers how many lines were used besides.
fn import(line: &str, after: &[&str], text: &mut String) -> Option<usize> {
    let (path, list) = line.strip_prefix("pub use ")?.split_once("::{")?;
    let mut list = list.to_owned();
    let mut used = 0;
    while !list.ends_with("};") {
        list.extend([" ", after.get(used)?.trim()]);
        used += 1;
    }
    imports(path, list.trim_end_matches("};"), text);
    Some(used)
}

fn imports(path: &str, list: &str, text: &mut String) {
    let names: Vec<_> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let single = format!("pub use {path}::{{{}}};", names.join(", "));
    if single.len() < IMPORTS {
        text.extend([&single, "\n"]);
        return;
    }
    text.extend(["pub use ", path, "::{"]);
    let mut width = usize::MAX / 2;
    for name in names {
        if width + name.len() + 2 > IMPORTS {
            text.push_str("\n    ");
            width = 4;
        } else {
            text.push(' ');
            width += 1;
        }
        text.extend([name, ","]);
        width += name.len() + 1;
    }
    text.push_str("\n};\n");
}

/// The source with an empty line between items, and between the methods of an `impl`, which the
/// printer leaves out and people want.
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
