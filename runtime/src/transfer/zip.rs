//! Detects whether an archive is complete.
//!
//! The server packs several nodes, or a folder, while it responds. The size of the archive cannot
//! be requested, but every zip ends with the record that locates its directory: a truncated archive
//! has none.

/// The maximum length of a zip's last record, in bytes: 22 and a comment.
pub(super) const LONGEST_END: usize = 22 + u16::MAX as usize;

/// Returns whether the last bytes of a file are those of a zip whose directory lies inside it.
pub(super) fn has_end(tail: &[u8], length: u64) -> bool {
    let last = tail.len().saturating_sub(21);
    (0..last).rev().any(|start| is_end(&tail[start..], length))
}

fn is_end(record: &[u8], length: u64) -> bool {
    let number = |range: std::ops::Range<usize>| {
        record[range].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    if !record.starts_with(b"PK\x05\x06") || number(20..22) != record.len() as u64 - 22 {
        return false;
    }
    let (size, offset) = (number(12..16), number(16..20));
    let is_zip64 = size == u64::from(u32::MAX) || offset == u64::from(u32::MAX);
    is_zip64 || size + offset + record.len() as u64 <= length
}

#[cfg(test)]
mod tests {
    use super::has_end;

    /// An empty archive, with a comment.
    fn empty(comment: &str) -> Vec<u8> {
        let mut zip = b"PK\x05\x06".to_vec();
        zip.resize(20, 0);
        zip.extend_from_slice(&u16::try_from(comment.len()).unwrap().to_le_bytes());
        zip.extend_from_slice(comment.as_bytes());
        zip
    }

    #[test]
    fn a_truncated_archive_is_detected() {
        for comment in ["", "PK\x05\x06", &"x".repeat(65535)] {
            let zip = empty(comment);
            assert!(has_end(&zip, zip.len() as u64));
            for cut in 1..=zip.len().min(30) {
                let tail = &zip[..zip.len() - cut];
                assert!(!has_end(tail, tail.len() as u64), "{cut} of {}", zip.len());
            }
        }
        assert!(!has_end(b"", 0));
    }

    #[test]
    fn the_directory_lies_inside_of_the_archive() {
        let mut zip = empty("");
        zip[16] = 200;
        assert!(!has_end(&zip, zip.len() as u64));
        assert!(has_end(&zip, 222));
    }
}
