//! A release as published: a `.zip` or `.tar.gz` that contains an installation.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, Read},
    path::{Component, Path},
};

use flate2::read::GzDecoder;

use super::{Installation, MAX_FILE};
use crate::diagnostic::Diagnostic;

/// The manifests of the largest release have 2 MB together.
const MAX_ALL: usize = 64 * 1024 * 1024;

type Files = BTreeMap<String, Cow<'static, [u8]>>;

/// Reads the installation in an archive, without unpacking it to disk.
///
/// # Errors
///
/// Returns an error when the file is not an archive, is damaged, or contains no installation.
pub(super) fn open(path: &Path) -> Result<Installation, Diagnostic> {
    let shown = path.display().to_string();
    let files = read(path).map_err(|error| {
        Diagnostic::error("archive", format!("`{shown}` cannot be read: {error}"))
            .help("name a directory, or the `.zip` or `.tar.gz` of a release")
    })?;
    let files = below_root(files).ok_or_else(|| {
        let message = format!("`{shown}` does not contain a Pydio installation");
        Diagnostic::error("no-installation", message)
            .help("an installation has manifests in `plugins/<id>/manifest.xml`")
    })?;
    Installation::in_memory(shown, files)
}

fn read(path: &Path) -> io::Result<Files> {
    let mut file = BufReader::new(File::open(path)?);
    let mut magic = [0; 2];
    file.read_exact(&mut magic)?;
    let file = BufReader::new(File::open(path)?);
    match &magic {
        b"PK" => zipped(file),
        [0x1f, 0x8b] => tarred(GzDecoder::new(file)),
        _ => Err(io::Error::other("it is neither a zip nor a gzipped tar archive")),
    }
}

fn zipped(file: BufReader<File>) -> io::Result<Files> {
    let mut archive = zip::ZipArchive::new(file)?;
    let mut taken = Taken::default();
    for index in 0..archive.len() {
        let entry = archive.by_index(index)?;
        if entry.is_file() {
            let name = entry.name()?.into_owned();
            taken.take(&name, entry)?;
        }
    }
    Ok(taken.files)
}

fn tarred(file: impl Read) -> io::Result<Files> {
    let mut archive = tar::Archive::new(file);
    let mut taken = Taken::default();
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.header().entry_type().is_file() {
            let name = entry.path()?.to_string_lossy().into_owned();
            taken.take(&name, entry)?;
        }
    }
    Ok(taken.files)
}

/// The files extracted from an archive.
#[derive(Default)]
struct Taken {
    files: Files,
    bytes: usize,
}

impl Taken {
    /// Extracts a file that concerns actions or the version.
    fn take(&mut self, name: &str, entry: impl Read) -> io::Result<()> {
        let Some(path) = plain(name) else { return Ok(()) };
        let kinds = [".xml", "api2.json", "openapi.json", "active.json"];
        let versions = ["conf/VERSION.php", "conf/VERSION"];
        if !kinds.iter().chain(&versions).any(|end| path.ends_with(end)) {
            return Ok(());
        }
        let mut bytes = Vec::new();
        // Reading one byte more detects a file that is too large, which is then skipped.
        entry.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        self.bytes += bytes.len();
        if self.bytes > MAX_ALL {
            return Err(io::Error::other("it contains more than any release"));
        }
        self.files.insert(path, bytes.into());
        Ok(())
    }
}

/// Returns the path with `/` as the separator, unless a part leads upwards or outside.
fn plain(name: &str) -> Option<String> {
    let mut parts = Vec::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

/// Returns the files with their paths from the installation's own directory, the outermost one that
/// contains plugins. An archive of plugins alone has them in its outermost directory.
fn below_root(files: Files) -> Option<Files> {
    let manifests = || files.keys().filter(|path| path.ends_with("/manifest.xml"));
    let root = manifests()
        .filter_map(|path| match path.strip_prefix("plugins/") {
            Some(_) => Some(""),
            None => path.find("/plugins/").map(|at| &path[..=at]),
        })
        .min_by_key(|root| root.len());
    let folder = || {
        let plugins = manifests().filter_map(|path| path.strip_suffix("/manifest.xml"));
        let folders = plugins.filter_map(|plugin| {
            let (folder, name) = plugin
                .rsplit_once('/')
                .map_or(("", plugin), |(folder, name)| (&plugin[..=folder.len()], name));
            name.find('.').is_some_and(|at| at > 0).then_some(folder)
        });
        folders.min_by_key(|folder| folder.len())
    };
    let (root, mount) = match root {
        Some(root) => (root.to_owned(), ""),
        None => (folder()?.to_owned(), "plugins/"),
    };
    let below =
        |(path, bytes): (String, _)| Some((format!("{mount}{}", path.strip_prefix(&root)?), bytes));
    Some(files.into_iter().filter_map(below).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const MANIFEST: &str = "<ajxpdriver name=\"x\"/>";

    fn zip(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, text) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn tar(files: &[(&str, &str)]) -> Vec<u8> {
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut builder = tar::Builder::new(gzip);
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            builder.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn opened(bytes: &[u8]) -> Result<Installation, Diagnostic> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        open(file.path())
    }

    #[test]
    fn the_installation_is_found_at_any_depth() {
        for root in ["", "pydio-core-8.2.5/", "a/b/"] {
            let names = ["plugins/a.b/manifest.xml", "plugins/a.b/plugins/c.d/manifest.xml"];
            let names = names.map(|name| format!("{root}{name}"));
            let files = names.each_ref().map(|name| (&**name, MANIFEST));
            for bytes in [zip(&files), tar(&files)] {
                let installation = opened(&bytes).unwrap();
                assert_eq!(installation.plugin_ids().unwrap().ids, ["a.b"], "{root}");
                assert!(installation.source("plugins/a.b/manifest.xml").is_ok());
            }
        }
    }

    #[test]
    fn other_archives_and_damaged_ones_are_refused() {
        let good = zip(&[("plugins/a.b/manifest.xml", MANIFEST)]);
        let cases: [&[u8]; 5] = [
            b"",
            b"plain text",
            &good[..good.len() / 2],
            &zip(&[("readme.xml", MANIFEST)]),
            &tar(&[("readme.xml", MANIFEST)])[..20],
        ];
        for bytes in cases {
            let error = opened(bytes).map(|_| ()).unwrap_err();
            assert!(error.help.is_some(), "{error}");
        }
    }

    #[test]
    fn paths_out_of_the_archive_are_skipped() {
        for name in ["../plugins/a/manifest.xml", "/plugins/a/manifest.xml"] {
            assert_eq!(plain(name), None);
        }
        assert_eq!(plain("./a//b.xml").as_deref(), Some("a/b.xml"));
    }

    #[test]
    fn a_huge_file_is_skipped_and_many_are_refused() {
        let giant = "x".repeat(usize::try_from(MAX_FILE).unwrap() + 1);
        let good = ("plugins/c.d/manifest.xml", MANIFEST);
        let installation = opened(&tar(&[("plugins/a.b/manifest.xml", &giant), good])).unwrap();
        let set = crate::manifest::read(&installation).unwrap();
        assert_eq!((set.plugins.len(), &*set.failed), (1, &["a.b".to_owned()][..]));
        let names: Vec<_> = (0..17).map(|n| format!("plugins/a.{n}/manifest.xml")).collect();
        let giants: Vec<_> = names.iter().map(|name| (&**name, &*giant)).collect();
        let error = opened(&tar(&giants)).map(|_| ()).unwrap_err();
        assert!(error.message.contains("more than any release"), "{error}");
    }

    #[test]
    fn plugins_alone_are_found() {
        for root in ["", "my-plugins/"] {
            let file = format!("{root}a.b/manifest.xml");
            for bytes in [zip(&[(&file, MANIFEST)]), tar(&[(&file, MANIFEST)])] {
                let installation = opened(&bytes).unwrap();
                assert_eq!(installation.plugin_ids().unwrap().ids, ["a.b"], "{root}");
                assert!(installation.source("plugins/a.b/manifest.xml").is_ok());
            }
        }
    }
}
