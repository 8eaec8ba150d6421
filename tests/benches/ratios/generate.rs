//! Compares generating bindings in this process with parsing the emitted text once as Rust.

use std::{hint::black_box, path::Path};

use pydio_codegen::{
    emit::{Options, emit},
    ir::Api,
    pipeline::{Corrections, Request, read, read_external},
    write::Files,
};

use crate::pairs::ratio;

pub(crate) fn bundle() {
    let files = || {
        let input = read(&Request { from: root().into(), ..Request::default() }).unwrap();
        files(&input.api().unwrap())
    };
    compare("Pydio 8.2.5: generating / parsing what is generated", files);
}

pub(crate) fn cells() {
    let path = root().join("../shared/upstream/cells-4.0.2/rest.swagger.json");
    if !path.is_file() {
        return println!("skipped: no spec of Cells");
    }
    let files = || files(&read_external(&path, &Corrections::default()).unwrap().api);
    compare("Pydio Cells 4.0: generating / parsing what is generated", files);
}

fn compare(what: &str, generate: impl Fn() -> Files) {
    let files = generate();
    let sources: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".rs")).collect();
    let parse = || {
        for (_, source) in &sources {
            black_box(syn::parse_file(source).unwrap());
        }
    };
    ratio(what, || drop(black_box(generate())), parse);
}

fn files(api: &Api) -> Files {
    emit(api, &Options { crate_name: "bench".to_owned() }).unwrap()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
