//! Bytes that are not UTF-8, in a body that has to be.

use std::collections::VecDeque;

use bytes::Bytes;

/// What each byte that is not UTF-8 is replaced with: the control character that stands for a
/// damaged one (SUB), as long as a byte.
pub(crate) const DAMAGED: u8 = 0x1a;

/// Replaces the bytes that are not UTF-8, and remembers where they were.
#[derive(Default)]
pub(crate) struct Utf8 {
    /// The beginning of a character whose other bytes have not arrived.
    begun: Vec<u8>,
    /// The number of bytes handed out, and of those that were read.
    made: u64,
    read: u64,
    /// The positions of replaced bytes that were not asked for yet.
    damaged: VecDeque<u64>,
}

impl Utf8 {
    /// Returns the text of the next chunk, as far as its characters are complete.
    pub(crate) fn repaired(&mut self, chunk: Bytes) -> Bytes {
        if self.begun.is_empty() && std::str::from_utf8(&chunk).is_ok() {
            self.made += chunk.len() as u64;
            return chunk;
        }
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(&chunk);
        let mut valid = 0;
        while let Err(error) = std::str::from_utf8(&bytes[valid..]) {
            valid += error.valid_up_to();
            let Some(length) = error.error_len() else {
                self.begun = bytes.split_off(valid);
                break;
            };
            self.replace(&mut bytes[valid..valid + length], valid);
            valid += length;
        }
        self.made += bytes.len() as u64;
        bytes.into()
    }

    /// Returns what is left at the end: a character that is cut short.
    pub(crate) fn end(&mut self) -> Bytes {
        let mut bytes = std::mem::take(&mut self.begun);
        self.replace(&mut bytes, 0);
        self.made += bytes.len() as u64;
        bytes.into()
    }

    /// Replaces bytes that begin `offset` bytes after those handed out.
    fn replace(&mut self, bytes: &mut [u8], offset: usize) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = DAMAGED;
            self.damaged.push_back(self.made + (offset + index) as u64);
        }
    }

    /// Counts bytes that were read.
    pub(crate) fn read(&mut self, length: usize) {
        self.read += length as u64;
    }

    /// Returns whether any of the bytes that were read since the last question was replaced.
    pub(crate) fn is_damaged(&mut self) -> bool {
        let mut is_damaged = false;
        while self.damaged.front().is_some_and(|position| *position < self.read) {
            self.damaged.pop_front();
            is_damaged = true;
        }
        is_damaged
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::Utf8;

    /// Returns the text of the chunks, and the positions that are damaged.
    fn repaired(chunks: &[&[u8]]) -> (Vec<u8>, Vec<u64>) {
        let mut utf8 = Utf8::default();
        let mut text = Vec::new();
        for chunk in chunks {
            text.extend_from_slice(&utf8.repaired(Bytes::copy_from_slice(chunk)));
        }
        text.extend_from_slice(&utf8.end());
        (text, utf8.damaged.into())
    }

    #[test]
    fn text_is_left_as_it_is_wherever_it_is_cut() {
        let text = "aé→😀b".as_bytes();
        for at in 0..=text.len() {
            let (head, tail) = text.split_at(at);
            assert_eq!(repaired(&[head, tail]), (text.to_vec(), Vec::new()), "{at}");
        }
        let bytes: Vec<_> = text.iter().map(std::slice::from_ref).collect();
        assert_eq!(repaired(&bytes), (text.to_vec(), Vec::new()));
    }

    #[test]
    fn each_byte_that_is_not_utf8_is_replaced() {
        let (text, damaged) = repaired(&[b"a\xe9b\xff", b"\xffc"]);
        assert_eq!((&*text, &*damaged), (&b"a\x1ab\x1a\x1ac"[..], &[1, 3, 4][..]));
        let (text, damaged) = repaired(&[b"a\xe2\x86", b"b\xf0\x9f\x98"]);
        assert_eq!((&*text, &*damaged), (&b"a\x1a\x1ab\x1a\x1a\x1a"[..], &[1, 2, 4, 5, 6][..]));
    }

    #[test]
    fn damage_is_told_once_it_was_read() {
        let mut utf8 = Utf8::default();
        utf8.repaired(Bytes::from_static(b"a\xe9b"));
        utf8.read(1);
        assert!(!utf8.is_damaged());
        utf8.read(1);
        assert!(utf8.is_damaged());
        assert!(!utf8.is_damaged());
    }
}
