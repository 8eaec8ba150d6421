//! The encodings that a manifest may declare, decoded like the server's parser does.

/// The characters of windows-1252 from 0x80 to 0x9f; the undefined ones map to themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Where ISO-8859-15 differs from ISO-8859-1.
const LATIN_9: [(u8, char); 8] = [
    (0xa4, '€'),
    (0xa6, 'Š'),
    (0xa8, 'š'),
    (0xb4, 'Ž'),
    (0xb8, 'ž'),
    (0xbc, 'Œ'),
    (0xbd, 'œ'),
    (0xbe, 'Ÿ'),
];

/// Decodes an XML file in one of the encodings other than UTF-8. Returns `None` for UTF-8, which
/// the caller checks, and for unknown encodings.
pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => return utf16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => return utf16(bytes, u16::from_be_bytes),
        _ => {}
    }
    let decode: fn(u8) -> char = match &*declared(bytes)?.to_ascii_lowercase() {
        "iso-8859-1" | "iso8859-1" | "latin1" | "us-ascii" | "ascii" => char::from,
        "iso-8859-15" | "iso8859-15" | "latin-9" => |byte| {
            LATIN_9.iter().find(|(one, _)| *one == byte).map_or(char::from(byte), |(_, c)| *c)
        },
        "windows-1252" | "cp1252" => |byte| match byte {
            0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
            _ => char::from(byte),
        },
        _ => return None,
    };
    Some(bytes.iter().copied().map(decode).collect())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().copied().map(unit).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

/// Returns the encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let rest = bytes.strip_prefix(b"<?xml")?;
    let end = rest.iter().take(200).position(|byte| *byte == b'>')?;
    let (_, value) = std::str::from_utf8(&rest[..end]).ok()?.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn declared_encodings_are_read() {
        let of = |name: &str, rest: &[u8]| {
            let head = format!("<?xml version=\"1.0\" encoding='{name}'?>");
            let text = decoded(&[head.as_bytes(), rest].concat());
            text.map(|text| text.split_once('>').unwrap().1.to_owned())
        };
        assert_eq!(of("ISO-8859-1", b"<\xe9/>").as_deref(), Some("<é/>"));
        assert_eq!(of("iso-8859-15", b"\xa4\xe9").as_deref(), Some("€é"));
        assert_eq!(of("Windows-1252", b"\x80\x93\xe9").as_deref(), Some("€“é"));
        for name in ["UTF-8", "utf-8", "koi8-r"] {
            assert_eq!(of(name, b"\xe9"), None, "{name}");
        }
    }

    #[test]
    fn utf_16_is_read_with_or_without_a_byte_order_mark() {
        let little: Vec<u8> = "<é/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "<é/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in
            [&little, &big, &[b"\xff\xfe", &*little].concat(), &[b"\xfe\xff", &*big].concat()]
        {
            assert_eq!(decoded(bytes).as_deref(), Some("<é/>"));
        }
        assert_eq!(decoded(&little[..3]), None);
        assert_eq!(decoded(b"\xff\xfe\x00\xd8"), None);
    }

    #[test]
    fn undeclared_encodings_are_read_as_utf_8() {
        for text in ["", "<a/>", "<?xml version='1.0'?>", "<?xml encoding", "<?xml encoding=?>"] {
            assert_eq!(decoded(text.as_bytes()), None, "{text}");
        }
    }
}
