//! Archives.

use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    clock::Clock,
    disk::{Disk, is_recycled},
    names::{base, parent},
};

/// Packs nodes of a disk and their descendants into a zip. Names are relative to the folder of the
/// first node, or with `is_flat` all in one folder.
pub(crate) fn zip(disk: &Disk, paths: &[String], is_flat: bool) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for path in paths {
        let Some(node) = disk.get(path) else { continue };
        let above = if path == "/" { "/" } else { parent(path) };
        node.walk(path, &mut |at, node| {
            let name = match is_flat {
                true => base(at),
                false => at.strip_prefix(above).unwrap_or(at).trim_start_matches('/'),
            };
            // When the root is packed, the recycle bin is an empty folder.
            let is_left_out = is_recycled(at) && at != crate::disk::RECYCLE_BIN && path == "/";
            if name.is_empty() || is_left_out {
                return;
            }
            // Writing to memory fails only for names that are too long, which no disk contains.
            let _ = match node.bytes() {
                None if is_flat => Ok(()),
                None => writer.add_directory(name, options),
                Some(content) => {
                    writer.start_file(name, options).and_then(|()| Ok(writer.write_all(content)?))
                }
            };
        });
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// Returns the content of a zip as a disk.
pub(crate) fn unzip(content: &[u8], clock: Clock) -> Option<Disk> {
    let mut archive = ZipArchive::new(Cursor::new(content)).ok()?;
    let mut disk = Disk::new(clock);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).ok()?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        let path = format!("/{}", entry.name().ok()?.trim_end_matches('/'));
        disk.seed(&path, (!entry.is_dir()).then_some(&bytes));
    }
    Some(disk)
}

#[cfg(test)]
mod tests {
    use super::zip;
    use crate::{clock::Clock, disk::Disk};

    fn names(paths: &[&str], is_flat: bool) -> Vec<String> {
        let mut disk = Disk::new(Clock::new(0));
        disk.seed("/a/b/c.txt", Some(b"c"));
        disk.seed("/a/d.txt", Some(b"d"));
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        let packed = std::io::Cursor::new(zip(&disk, &paths, is_flat));
        let archive = zip::ZipArchive::new(packed).unwrap();
        archive.file_names().map(|name| name.unwrap().into_owned()).collect()
    }

    #[test]
    fn an_archive_is_unpacked_as_it_was_packed() {
        let mut disk = Disk::new(Clock::new(0));
        disk.seed("/a/b/c.txt", Some(b"c"));
        let packed = super::unzip(&zip(&disk, &["/a".to_owned()], false), Clock::new(0)).unwrap();
        assert_eq!(packed.content("/a/b/c.txt"), Some(&b"c"[..]));
        assert!(packed.is_folder("/a/b"));
    }

    #[test]
    fn archive_names_are_relative_to_the_packed_folder() {
        assert_eq!(names(&["/a/b", "/a/d.txt"], false), ["b/", "b/c.txt", "d.txt"]);
        assert_eq!(names(&["/a"], true), ["c.txt", "d.txt"]);
        assert_eq!(names(&["/"], false), ["a/", "a/b/", "a/b/c.txt", "a/d.txt", "recycle_bin/"]);
    }
}
