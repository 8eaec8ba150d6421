//! `generate --pydio` with the archive of a release.

use std::{fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::Place;

/// Returns the files of an installation, by their path below it.
fn files(place: &Place, installation: &str) -> Vec<(String, Vec<u8>)> {
    let paths = place.files(installation);
    let read = |path: String| {
        let content = fs::read(place.path(installation).join(&path)).unwrap();
        (path, content)
    };
    paths.into_iter().map(read).collect()
}

fn zip(path: &Path, top: &str, files: &[(String, Vec<u8>)]) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, content) in files {
        zip.start_file(format!("{top}{name}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap();
}

fn tar(path: &Path, top: &str, files: &[(String, Vec<u8>)]) {
    let gzip = GzEncoder::new(fs::File::create(path).unwrap(), Compression::fast());
    let mut tar = tar::Builder::new(gzip);
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{top}{name}"), &content[..]).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
}

#[track_caller]
fn assert_same(place: &Place, one: &str, other: &str) {
    assert!(place.files(one).len() > 5);
    assert_eq!(files(place, one), files(place, other), "{one} and {other}");
}

#[test]
fn archives_generate_the_same_as_the_directory() {
    let place = Place::new();
    place.plugin("pydio-core-8.2.5", "acme.one", &["stamp", "seal"]);
    place.plugin("pydio-core-8.2.5", "acme.two", &["stamp"]);
    place.write("pydio-core-8.2.5/plugins/acme.two/class.Two.php", "<?php // of no interest");
    place.write("pydio-core-8.2.5/index.php", "<?php");
    let files = files(&place, "pydio-core-8.2.5");
    place.done("generate --pydio pydio-core-8.2.5 --out directory");
    for (archive, top) in [("pydio-core-8.2.5", "pydio-core-8.2.5/"), ("8.2.5", "")] {
        zip(&place.path(&format!("{archive}.zip")), top, &files);
        tar(&place.path(&format!("{archive}.tar.gz")), top, &files);
        for ending in ["zip", "tar.gz"] {
            place.done(&format!("generate --pydio {archive}.{ending} --out {archive}-{ending}"));
            assert_same(&place, &format!("{archive}-{ending}"), "directory");
        }
    }
    assert_eq!(place.actions("directory").len(), 3);
    // `import` creates a bundle from an archive in the same way.
    place.done("import 8.2.5.zip --out bundle");
    place.done("generate --manifests bundle --version 8.2.5 --out bundled");
    assert_eq!(place.surface("bundled"), place.surface("directory"));
}

#[test]
fn archives_that_cannot_be_read_are_refused() {
    let place = Place::new();
    place.plugin("pydio", "acme.one", &["stamp"]);
    let all = files(&place, "pydio");
    zip(&place.path("whole-8.2.5.zip"), "", &all);
    tar(&place.path("whole-8.2.5.tar.gz"), "", &all);
    for (whole, cut) in
        [("whole-8.2.5.zip", "cut-8.2.5.zip"), ("whole-8.2.5.tar.gz", "cut-8.2.5.tar.gz")]
    {
        let content = fs::read(place.path(whole)).unwrap();
        fs::write(place.path(cut), &content[..content.len() / 2]).unwrap();
    }
    zip(&place.path("empty-8.2.5.zip"), "", &[]);
    zip(&place.path("nameless.zip"), "", &all);
    place.write("text-8.2.5.zip", "no archive");
    for archive in [
        "cut-8.2.5.zip",
        "cut-8.2.5.tar.gz",
        "empty-8.2.5.zip",
        "text-8.2.5.zip",
        "nameless.zip",
        "missing-8.2.5.zip",
    ] {
        let said = place.failed(&format!("generate --pydio {archive} --out out"));
        assert!(said.starts_with("error[") && said.contains(archive), "{said}");
        assert!(said.contains("help: "), "{said}");
        assert!(!place.path("out").exists());
    }
}
