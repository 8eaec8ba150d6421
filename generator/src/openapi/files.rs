//! Other files that a spec refers to, which become part of it.
//!
//! They are stored under a key of the document that no spec has, and references to them are
//! rewritten to lead there. Only files in the folder of the spec are read, and nothing is fetched.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{
    link::Ids,
    pointer::{join, of_reference, reference_to, split_first, tokens},
    source::{MAX_BYTES, Source, parse},
    tree::MAX_NODES,
};
use crate::diagnostic::SourceFile;

/// The location of the other files in a document.
pub(super) const ROOT: &str = "/x-other-files";

/// The key of the other files in a document.
pub(super) const KEY: &str = "x-other-files";

/// The maximum number of files read in addition to the spec itself.
const MAX_FILES: usize = 2_000;

/// Adds the files below `folder` that a spec in that folder refers to.
pub(super) fn include(source: &mut Source, folder: &Path) {
    let Ok(folder) = folder.canonicalize() else { return };
    let own = folder.join(Path::new(&source.file.name).file_name().unwrap_or_default());
    let mut files = Files {
        folder,
        own,
        read: BTreeMap::new(),
        waiting: Vec::new(),
        aside: Vec::new(),
        left: (MAX_BYTES, MAX_NODES),
        source,
    };
    let mut document = std::mem::take(&mut files.source.value);
    files.rewrite(&mut document, &Place::Main);
    files.put(&mut document);
    let mut followed = BTreeSet::new();
    while let Some(pointer) = files.aside.pop() {
        if followed.insert(pointer.clone()) {
            files.rewrite_aside(&mut document, &pointer);
            files.put(&mut document);
        }
    }
    files.source.value = document;
}

/// The file that contains a reference.
enum Place<'p> {
    Main,
    Other { name: &'p str, own: &'p Value, main: &'p Value },
}

struct Files<'s> {
    folder: PathBuf,
    /// The spec itself, which other files may refer to.
    own: PathBuf,
    /// The files read so far, by their names below the folder, with the identifiers in them.
    read: BTreeMap<String, Ids>,
    waiting: Vec<(String, Value)>,
    /// The targets of references in extensions and examples, as pointers into the document.
    aside: Vec<String>,
    /// How many more bytes and values may be read.
    left: (usize, usize),
    source: &'s mut Source,
}

impl Files<'_> {
    /// Adds the queued files to the document, with those that they refer to.
    fn put(&mut self, document: &mut Value) {
        while let Some((name, mut value)) = self.waiting.pop() {
            let place = Place::Other { own: &value.clone(), main: document, name: &name };
            self.rewrite(&mut value, &place);
            if let Some(document) = document.as_object_mut() {
                let others = document.entry(KEY).or_insert_with(|| Value::Object(Map::new()));
                others[&*name] = value;
            }
        }
    }

    /// Rewrites all references of a file to references within the document.
    fn rewrite(&mut self, value: &mut Value, place: &Place<'_>) {
        each_reference(value, Around::default(), &mut |reference, around| {
            if around.is_aside && !reference.starts_with('#') {
                return;
            }
            if let Some(new) = self.within(reference, place) {
                *reference = new;
            }
            if !around.is_aside {
                self.lead(reference);
            }
        });
    }

    /// Rewrites references to other files in an extension or an example that a reference leads
    /// into.
    fn rewrite_aside(&mut self, document: &mut Value, pointer: &str) {
        let other = pointer.strip_prefix(ROOT).and_then(split_first);
        let name = other.map(|(name, _)| name);
        let place = match &name {
            Some(name) => Place::Other { name, own: &Value::Null, main: &Value::Null },
            None => Place::Main,
        };
        let Some(value) = document.pointer_mut(pointer) else { return };
        each_reference(value, Around::default(), &mut |reference, around| {
            if around.is_aside {
                return;
            }
            // References within a file have been rewritten already.
            let new = (!reference.starts_with('#')).then(|| self.within(reference, &place));
            if let Some(new) = new.flatten() {
                *reference = new;
            }
            self.lead(reference);
        });
    }

    /// Records the target of a reference in an extension or an example.
    fn lead(&mut self, reference: &str) {
        let Some(pointer) = of_reference(reference) else { return };
        if tokens(&pointer).any(|token| token != KEY && is_beside_the_point(&token)) {
            self.aside.push(pointer);
        }
    }

    /// Returns a reference of a file as one within the document; `None` if it stays unchanged.
    fn within(&mut self, reference: &str, place: &Place<'_>) -> Option<String> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if path.is_empty() {
            let Place::Other { name, own, main } = place else { return None };
            let pointer = self.read.get(*name)?.pointer(reference)?;
            // Some files refer to the spec as if they were part of it.
            let is_of_main = own.pointer(&pointer).is_none() && main.pointer(&pointer).is_some();
            return (!is_of_main).then(|| reference_to(&format!("{}{pointer}", join(ROOT, name))));
        }
        if path.contains("://") || path.starts_with("//") {
            return None;
        }
        let path = percent_decode_str(path).decode_utf8().ok()?;
        let base = match place {
            Place::Main => Path::new(""),
            Place::Other { name, .. } => Path::new(name).parent().unwrap_or(Path::new("")),
        };
        let fragment = format!("#{fragment}");
        match self.find(&base.join(&*path)) {
            Ok(None) => Some(fragment),
            Ok(Some(name)) => {
                let pointer = self.read.get(&name).and_then(|ids| ids.pointer(&fragment));
                Some(reference_to(&match pointer {
                    Some(pointer) => format!("{}{pointer}", join(ROOT, &name)),
                    // There is no such file, so the reference is reported as leading nowhere.
                    None => join(ROOT, &format!("{name}{fragment}")),
                }))
            }
            Err(reason) => {
                self.source.unread.insert(reference.to_owned(), reason);
                None
            }
        }
    }

    /// Returns the name of the file at a path from the folder, and reads it on first use; `None`
    /// for the spec itself.
    fn find(&mut self, path: &Path) -> Result<Option<String>, String> {
        let full = self.folder.join(path);
        let full = full.canonicalize().map_err(|error| unreadable(&error))?;
        if full == self.own {
            return Ok(None);
        }
        let below = full.strip_prefix(&self.folder);
        let below = below.map_err(|_| "leads out of the folder of the spec, so it is not read")?;
        let name = below.to_str().ok_or("is a file whose name is not UTF-8")?.replace('\\', "/");
        if !self.read.contains_key(&name) {
            self.read(&full, &name)?;
        }
        Ok(Some(name))
    }

    fn read(&mut self, full: &Path, name: &str) -> Result<(), String> {
        let metadata = fs::metadata(full).map_err(|error| unreadable(&error))?;
        if !metadata.is_file() {
            return Err("leads to no file".to_owned());
        }
        let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        let too_much = "exceeds the size limit for the files of a spec";
        if self.read.len() >= MAX_FILES || length > self.left.0 {
            return Err(too_much.to_owned());
        }
        let bytes = fs::read(full).map_err(|error| unreadable(&error))?;
        let main = Path::new(&self.source.file.name).parent().unwrap_or(Path::new(""));
        let shown = main.join(name).display().to_string();
        let file = SourceFile::decoded(self.source.file.root.clone(), shown, bytes);
        let other = file
            .and_then(|file| parse(&file))
            .map_err(|error| format!("cannot be read: {error}"))?;
        self.left.0 = self.left.0.saturating_sub(length);
        let nodes = super::repair::size(&other.value);
        self.left.1 = self.left.1.checked_sub(nodes).ok_or(too_much)?;
        self.source.add(name, &other);
        self.read.insert(name.to_owned(), Ids::of(&other.value));
        self.waiting.push((name.to_owned(), other.value));
        Ok(())
    }
}

/// Formats a text for display: a reference into another file as that file's name, and the pointer
/// in it.
pub(super) fn shown(text: &str) -> String {
    let start = format!("#{ROOT}/");
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&*start) {
        let end = after.find('`').unwrap_or(after.len());
        let (reference, after) = after.split_at(end);
        let (name, pointer) =
            reference.find('/').map_or((reference, ""), |at| reference.split_at(at));
        let name = name.replace("%25", "%").replace("~1", "/").replace("~0", "~");
        let hash = if pointer.is_empty() { "" } else { "#" };
        shown.extend([before, &*name, hash, pointer]);
        rest = after;
    }
    shown + rest
}

/// Formats a pointer for display: in another file, that file's name and the pointer in it.
pub(super) fn shown_pointer(pointer: String) -> String {
    match pointer.starts_with(ROOT) {
        true => shown(&format!("#{pointer}")),
        false => pointer,
    }
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "leads to a file that does not exist".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// The surroundings of a value.
#[derive(Clone, Copy, Default)]
struct Around {
    /// Whether its keys are names: a property may be called `example`.
    are_names: bool,
    /// Whether it is an example or an extension, for which no files are read.
    is_aside: bool,
}

/// Passes every reference to `see`.
fn each_reference(value: &mut Value, around: Around, see: &mut dyn FnMut(&mut String, Around)) {
    let Around { are_names, is_aside } = around;
    match value {
        Value::Array(list) => {
            let around = Around { are_names: false, is_aside };
            list.iter_mut().for_each(|item| each_reference(item, around, see));
        }
        Value::Object(map) => {
            for (key, member) in map.iter_mut() {
                match member {
                    Value::String(reference) if key == "$ref" && !are_names => {
                        see(reference, around);
                    }
                    Value::Object(mapping) if key == "mapping" && !are_names => {
                        for target in mapping.values_mut() {
                            if let Value::String(target) = target
                                && is_file(target)
                            {
                                see(target, around);
                            }
                        }
                    }
                    member => {
                        let is_aside = is_aside || !are_names && is_beside_the_point(key);
                        let are_names = !are_names && is_map_of_names(key);
                        each_reference(member, Around { are_names, is_aside }, see);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Returns whether nothing is generated from the value of a key.
fn is_beside_the_point(key: &str) -> bool {
    matches!(key, "example" | "examples") || key.starts_with("x-") && key != "x-pydio-json"
}

/// Returns whether the mapping of a discriminator is a reference rather than a name.
fn is_file(target: &str) -> bool {
    let ends = [".yaml", ".yml", ".json"];
    target.contains('#') || ends.iter().any(|end| target.ends_with(end))
}

/// Returns whether the value of a key is a map whose keys are names.
fn is_map_of_names(key: &str) -> bool {
    matches!(
        key,
        "properties"
            | "patternProperties"
            | "$defs"
            | "definitions"
            | "schemas"
            | "parameters"
            | "responses"
            | "headers"
            | "requestBodies"
    )
}
