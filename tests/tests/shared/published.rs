//! Published releases: read unmodified, from an archive, and compared with their bundles.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use pydio_codegen::{Generator, surface::Surface};
use pydio_tests::suite::shared;
use zip::{ZipWriter, write::SimpleFileOptions};

/// The releases that are partly bundled.
pub(crate) const VERSIONS: [&str; 3] = ["6.4.2", "7.0.4", "8.2.5"];

/// Returns the folder of an unpacked release.
pub(crate) fn release(version: &str) -> PathBuf {
    shared().join("upstream").join(version)
}

/// Runs the generator in a directory outside any project, and returns its output.
#[track_caller]
fn codegen(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
    let output = command.args(arguments).current_dir(directory).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("warning") && !said.contains("error"), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn zip(archive: &Path, release: &Path) {
    let mut zip = ZipWriter::new(fs::File::create(archive).unwrap());
    let mut open = vec![release.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = Path::new("pydio").join(path.strip_prefix(release).unwrap());
            zip.start_file(name.to_str().unwrap(), SimpleFileOptions::default()).unwrap();
            zip.write_all(&fs::read(path).unwrap()).unwrap();
        }
    }
    zip.finish().unwrap();
}

pub(crate) fn published_releases_are_read_from_an_archive() {
    for version in VERSIONS {
        let place = tempfile::tempdir().unwrap();
        let archive = format!("pydio-core-{version}.zip");
        zip(&place.path().join(&archive), &release(version));
        let from = ["generate", "--no-config", "--pydio", &archive, "--out", "out"];
        codegen(place.path(), &from);
        codegen(place.path(), &["generate", "--version", version, "--out", "bundled"]);
        let [read, bundled] = ["out", "bundled"]
            .map(|out| Surface::read(&place.path().join(out).join("api.json")).unwrap());
        assert_eq!(read, bundled, "{version}");
    }
}

pub(crate) fn a_published_release_matches_its_bundle() {
    let place = tempfile::tempdir().unwrap();
    for version in VERSIONS {
        let release = release(version);
        let out = codegen(place.path(), &["diff", version, release.to_str().unwrap()]);
        assert!(out.contains("nothing changes for a caller"), "{out}");
    }
}

/// Generates bindings from every release in `shared`, as published.
pub(crate) fn published_releases_generate_unmodified() {
    let releases = fs::read_dir(shared().join("upstream")).expect("published releases");
    let releases = releases.map(|release| release.expect("a release").path());
    let releases: Vec<_> = releases.filter(|path| path.join("plugins").is_dir()).collect();
    assert!(releases.len() >= VERSIONS.len(), "{releases:?}");
    for release in releases {
        let version = release.file_name().expect("a version").to_str().expect("UTF-8").to_owned();
        let generator = Generator::new().installation(&release).version(&version);
        let modelled = generator.model().unwrap_or_else(|error| panic!("{version}: {error}"));
        let kinds: Vec<_> = modelled.skipped.iter().map(|one| (one.kind, &*one.name)).collect();
        assert!(kinds.iter().all(|(kind, _)| *kind == "operation"), "{version}: {kinds:?}");
        let codes: Vec<_> = modelled.findings.iter().map(|found| found.code).collect();
        assert!(!codes.contains(&"corrections-left-out"), "{version}");
        assert!(modelled.api.actions().count() > 200, "{version}");
        let ids: Vec<_> = modelled.api.operations().map(|one| &*one.id).collect();
        assert!(modelled.api.transfer.is_some(), "{version}");
        if !version.starts_with("6.0") && !version.starts_with("6.4") {
            let all = ["getNodeInfos", "uploadStream", "deletePeople", "createNode"];
            assert!(all.iter().all(|id| ids.contains(id)), "{version}: {ids:?}");
        }
        let append = modelled.api.operations().find(|one| one.id == "appendData");
        assert_eq!(append.is_some_and(|one| one.unsupported.is_some()), version == "6.5.4");
        assert!(generator.files().is_ok(), "{version}");
    }
}
