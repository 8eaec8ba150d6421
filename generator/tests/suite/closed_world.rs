//! The comparison of surfaces cannot miss a change: every field of the model is changed, one at a
//! time, and what is emitted is compared with what is reported.
//!
//! * A change of code, or of the bytes that a call sends as the emitted tests expect them, has a
//!   finding of its own code.
//! * A finding has a change of what is emitted, be it in the documentation. Only rights are compared
//!   as declared, as the server does, while the documentation sums them up.
//!
//! The edits take the model apart without `..`: a new field does not compile until there is an edit
//! for it, or it is among those that are exempt for a reason.

mod api;
mod endpoint;
mod model;
mod param;
mod types;

use std::{collections::BTreeSet, path::Path, sync::Mutex};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use pydio_codegen::{
    Generator,
    diff::{Class, Diff, codes},
    emit::{self, Options},
    ir::{Api, EndpointKind, RefusedIn},
    pipeline,
    surface::Surface,
    write::Files,
};

/// A model with one change.
pub(crate) struct Edit {
    /// What was changed.
    pub(crate) what: String,
    pub(crate) api: Api,
}

/// Findings that report a change which none of the others describes.
const CATCH_ALL: [&str; 1] = ["request-changed"];

/// A few actions of many kinds, of which plugins share one, with the models that they use.
fn pydio() -> Api {
    let mut api = bundle([
        "access.fs/rename",
        "access.s3/rename",
        "access.mysql/mktable",
        "action.compression/compression",
        "core.tasks/task_toggle_status",
        "meta.syncable/changes",
    ]);
    // The other models have operations.
    let count = api.actions().count();
    api.endpoints.truncate(count);
    api.groups.retain(|group| group.kind == EndpointKind::Action);
    api.models.retain(|model| model.kind == EndpointKind::Action);
    api
}

/// All actions that transfers and tasks need.
fn files() -> Api {
    bundle(["access.fs", "access.s3/ls", "conf.sql/get_xml_registry"])
}

fn bundle<const N: usize>(plugins: [&str; N]) -> Api {
    let generator = Generator::new().version("8.2.5").plugins(plugins).tags(["Workspace"]);
    let generator = generator.from_directory(env!("CARGO_MANIFEST_DIR"));
    generator.model().expect("the bundle").api
}

/// Every kind of operation.
fn spec() -> Api {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/closed_world/spec.yaml");
    let external = pipeline::read_external(&path, &pipeline::Corrections::default());
    let mut api = external.expect("the spec").api;
    // What only corrections and conversions make.
    let refused = RefusedIn { at: "/name".to_owned(), value: None, why: "why".to_owned() };
    let node = api.models.iter_mut().find(|model| model.name == "Node");
    node.expect("a model").refused.push(refused);
    api
}

/// The tokens of each file.
type Code = Vec<(String, String)>;

/// What is emitted for a model.
struct Emitted {
    surface: Surface,
    /// The code with its documentation.
    whole: Code,
    /// The code alone.
    code: Code,
    /// The tests of what each call sends.
    tests: Files,
}

impl Emitted {
    fn of(api: &Api) -> Self {
        let (whole, code) = texts(api);
        Self { surface: emit::surface(api), whole, code, tests: tests(api) }
    }
}

fn options() -> Options {
    Options { crate_name: "small".to_owned() }
}

/// Returns the text of the code, with and without its documentation.
fn texts(api: &Api) -> (Code, Code) {
    let files = emit::tokens(api, &options()).expect("Rust");
    let whole = files.iter().map(|(path, tokens)| (path.clone(), tokens.to_string()));
    let whole = whole.collect();
    let code = files.into_iter().map(|(path, tokens)| (path, undocumented(tokens).to_string()));
    (whole, code.collect())
}

fn tests(api: &Api) -> Files {
    emit::tests(api, &options()).expect("tests")
}

/// Returns tokens without text of documentation, which is an attribute.
fn undocumented(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            kept.push(token);
            continue;
        };
        let inside = group.stream().to_string();
        let is_after = |mark: char, kept: &[TokenTree]| matches!(kept.last(), Some(TokenTree::Punct(last)) if last.as_char() == mark);
        if group.delimiter() == Delimiter::Bracket && inside.starts_with("doc =") {
            for mark in ['!', '#'] {
                if is_after(mark, &kept) {
                    kept.pop();
                }
            }
            continue;
        }
        kept.push(Group::new(group.delimiter(), undocumented(group.stream())).into());
    }
    kept.into_iter().collect()
}

/// Returns what is wrong with the findings of an edit, and their codes.
fn check(edit: &Edit, old: &Emitted) -> (Option<String>, BTreeSet<(&'static str, Class)>) {
    let surface = emit::surface(&edit.api);
    let codes = |diff: Diff| -> BTreeSet<_> {
        diff.changes.iter().map(|change| (change.code.name, change.class)).collect()
    };
    let mut found = codes(Diff::of(&old.surface, &surface));
    // What is added this way is removed the other way.
    let back = codes(Diff::of(&surface, &old.surface));
    assert_eq!(found.is_empty(), back.is_empty(), "{}", edit.what);
    let is_of_its_own = |(name, _): &(&str, Class)| !CATCH_ALL.contains(name);
    let is_found = found.iter().any(is_of_its_own);
    let (whole, code) = texts(&edit.api);
    let wrong = if code != old.code {
        (!is_found).then_some("the code differs without a finding")
    } else if !is_found {
        (tests(&edit.api) != old.tests).then_some("the bytes differ without a finding")
    } else {
        let is_emitted = |(name, _): &(&str, Class)| !name.starts_with("rights-");
        let is_same = whole == old.whole && found.iter().any(is_emitted);
        let is_same = is_same && tests(&edit.api) == old.tests;
        is_same.then_some("nothing differs")
    };
    let wrong = wrong.map(|wrong| format!("{}: {wrong}: {found:?}", edit.what));
    found.extend(back);
    (wrong, found)
}

/// Checks all edits of a model on two threads. Returns what is wrong, and the codes that were found.
fn check_all(api: &Api, edits: &[Edit]) -> (Vec<String>, BTreeSet<(&'static str, Class)>) {
    let old = Emitted::of(api);
    assert!(Diff::of(&old.surface, &old.surface).changes.is_empty());
    let results = Mutex::new((Vec::new(), BTreeSet::new()));
    std::thread::scope(|scope| {
        for part in edits.chunks(edits.len().div_ceil(2).max(1)) {
            let (old, results) = (&old, &results);
            scope.spawn(move || {
                for edit in part {
                    let (wrong, found) = check(edit, old);
                    let mut results = results.lock().expect("no panic");
                    results.0.extend(wrong);
                    results.1.extend(found);
                }
            });
        }
    });
    results.into_inner().expect("no panic")
}

/// Codes that no single edit of a model leads to, each with the reason.
const NOT_BY_AN_EDIT: &[(&str, &str)] = &[];

#[test]
fn every_edit_of_the_model_has_its_finding() {
    let (mut found, mut wrong) = (BTreeSet::new(), Vec::new());
    let mut count = 0;
    for (api, is_small) in [(pydio(), true), (spec(), true), (files(), false)] {
        let mut edits = api::edits(&api);
        if is_small {
            edits.extend(api::parts(&api));
        }
        count += edits.len();
        let (wrong_here, found_here) = check_all(&api, &edits);
        wrong.extend(wrong_here);
        found.extend(found_here);
    }
    assert!(wrong.is_empty(), "{} of {count} edits:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 2_500, "{count} edits");
    let known: BTreeSet<_> = found.iter().map(|(name, _)| *name).collect();
    let is_exempt = |name: &str| NOT_BY_AN_EDIT.iter().any(|(code, _)| *code == name);
    let never = codes().map(|code| code.name);
    let never: Vec<_> = never
        .filter(|name| !known.contains(name) && !CATCH_ALL.contains(name) && !is_exempt(name))
        .collect();
    assert!(never.is_empty(), "{} codes are never found: {never:?}", never.len());
    let stale: Vec<_> = NOT_BY_AN_EDIT.iter().filter(|(name, _)| known.contains(name)).collect();
    assert!(stale.is_empty(), "{stale:?} are found");
}
