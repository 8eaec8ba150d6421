//! Archives.

use std::io::{Cursor, Read as _, Write as _};

use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    clock::{self, Clock},
    disk::{Disk, is_recycled},
    names::{base, join, parent},
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

/// The size of a header and of the blocks of a tar.
const BLOCK: usize = 512;

/// Packs nodes of a disk and their descendants into a compressed tar.
pub(crate) fn tar(disk: &Disk, paths: &[String]) -> Vec<u8> {
    let mut tar = Vec::new();
    for path in paths {
        let Some(node) = disk.get(path) else { continue };
        node.walk(path, &mut |at, node| {
            let name = at.strip_prefix(parent(path)).unwrap_or(at).trim_start_matches('/');
            tar.extend(header(name, node.bytes().map(Bytes::len)));
            if let Some(content) = node.bytes() {
                tar.extend_from_slice(content);
                tar.resize(tar.len().next_multiple_of(BLOCK), 0);
            }
        });
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = writer.write_all(&tar);
    writer.finish().unwrap_or_default()
}

/// Returns the header of a file of that size, or of a folder.
fn header(name: &str, size: Option<usize>) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| {
        header[at..].iter_mut().zip(text.bytes()).for_each(|(byte, new)| *byte = new);
    };
    put(0, name.get(..99).unwrap_or(name));
    put(100, "0000644\0");
    put(124, &format!("{:011o}\0", size.unwrap_or(0)));
    put(148, "        ");
    put(156, if size.is_some() { "0" } else { "5" });
    put(257, "ustar");
    put(263, "00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    header[148..156].iter_mut().zip(sum.bytes()).for_each(|(byte, new)| *byte = new);
    header
}

/// Unpacks a tar, compressed or not, into a new folder of its disk.
pub(crate) fn untar(disk: &mut Disk, archive: &str, folder: &str) {
    // Measured on 7.0.4 and 8.2.5: the folder is made even if there is no archive.
    disk.seed(folder, None);
    let Some(packed) = disk.content(archive).map(<[u8]>::to_vec) else { return };
    let mut tar = Vec::new();
    if GzDecoder::new(&packed[..]).read_to_end(&mut tar).is_err() {
        tar = packed;
    }
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
    };
    let mut rest = &tar[..];
    while let Some((header, after)) = rest.split_at_checked(BLOCK) {
        let (name, size) = (text(&header[..100]), text(&header[124..136]));
        let size = usize::from_str_radix(&size, 8).unwrap_or(0);
        let Some(content) = after.get(..size).filter(|_| !name.is_empty()) else { return };
        let is_folder = header[156] == b'5';
        disk.seed(&join(folder, name.trim_end_matches('/')), (!is_folder).then_some(content));
        rest = after.get(size.next_multiple_of(BLOCK)..).unwrap_or_default();
    }
}

/// Returns the time of an entry, in seconds since 1970.
fn seconds(time: zip::DateTime) -> Option<i64> {
    let of_day = [time.hour(), time.minute(), time.second()].map(i64::from);
    let date = [i64::from(time.year()), i64::from(time.month()), i64::from(time.day())];
    // An unset time is that of 1980.
    let is_set = time != zip::DateTime::default();
    is_set.then(|| clock::seconds(date, of_day))
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
        let time = entry.last_modified().and_then(seconds);
        disk.seed(&path, (!entry.is_dir()).then_some(&bytes));
        if let (Some(node), Some(time)) = (disk.get_mut(&path), time) {
            node.modified = time;
        }
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
    fn a_tar_is_unpacked_as_it_was_packed() {
        let mut disk = Disk::new(Clock::new(0));
        disk.seed("/a/b/c.txt", Some(b"c"));
        let packed = super::tar(&disk, &["/a".to_owned()]);
        disk.seed("/a.tar.gz", Some(&packed));
        super::untar(&mut disk, "/a.tar.gz", "/new");
        assert_eq!(disk.content("/new/a/b/c.txt"), Some(&b"c"[..]));
    }

    #[test]
    fn archive_names_are_relative_to_the_packed_folder() {
        assert_eq!(names(&["/a/b", "/a/d.txt"], false), ["b/", "b/c.txt", "d.txt"]);
        assert_eq!(names(&["/a"], true), ["c.txt", "d.txt"]);
        assert_eq!(names(&["/"], false), ["a/", "a/b/", "a/b/c.txt", "a/d.txt", "recycle_bin/"]);
    }
}
