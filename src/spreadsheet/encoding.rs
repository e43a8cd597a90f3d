//! From bytes to text: finds the encoding a spreadsheet saved in.

use super::fault::TableFault;
use encoding_rs::WINDOWS_1252;
use zeroize::Zeroizing;

/// The bytes that Windows-1252 leaves undefined. encoding_rs maps them to C1 controls as browsers do;
/// in a spreadsheet they mean that the file is something else.
const UNDEFINED_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// Decodes a file. A byte order mark decides; without one, NULs tell UTF-16, then valid UTF-8 is taken
/// as such, and what is left is Windows-1252. The text may hold passwords, so it is wiped on drop.
///
/// A file that is UTF-8 except for some bytes is refused rather than read as Windows-1252, where every
/// accent would become two wrong letters.
///
/// # Errors
/// [`TableFault::Undecodable`] or [`TableFault::Nul`], with the line.
pub(super) fn decode(bytes: &[u8]) -> Result<Zeroizing<String>, TableFault> {
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => decode_utf8(rest)?,
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes)?,
        _ => match utf16_by_nuls(bytes) {
            Some(read) => decode_utf16(bytes, read)?,
            None if looks_like_utf8(bytes) => decode_utf8(bytes)?,
            None => decode_1252(bytes)?,
        },
    };
    match text.find('\0') {
        Some(at) => Err(TableFault::Nul {
            line: line_at(&text[..at]),
        }),
        None => Ok(text),
    }
}

/// The line, from 1, that comes after this much text.
fn line_at(before: &str) -> u64 {
    let ends = before.matches('\n').count() + before.matches('\r').count()
        - before.matches("\r\n").count();
    ends as u64 + 1
}

fn decode_utf8(bytes: &[u8]) -> Result<Zeroizing<String>, TableFault> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            Err(TableFault::Undecodable {
                line: line_at(&String::from_utf8_lossy(good)),
            })
        }
    }
}

fn decode_utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, TableFault> {
    // Three bytes of UTF-8 for a unit at most: never grown, so never copied and left behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
    let (pairs, odd) = bytes.as_chunks::<2>();
    for unit in char::decode_utf16(pairs.iter().map(|pair| read(*pair))) {
        match unit {
            Ok(c) => text.push(c),
            Err(_) => {
                return Err(TableFault::Undecodable {
                    line: line_at(&text),
                });
            }
        }
    }
    if odd.is_empty() {
        Ok(text)
    } else {
        Err(TableFault::Undecodable {
            line: line_at(&text),
        })
    }
}

fn decode_1252(bytes: &[u8]) -> Result<Zeroizing<String>, TableFault> {
    if let Some(at) = bytes.iter().position(|b| UNDEFINED_1252.contains(b)) {
        let (before, _) = WINDOWS_1252.decode_without_bom_handling(&bytes[..at]);
        return Err(TableFault::Undecodable {
            line: line_at(&before),
        });
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(Zeroizing::new(text.into_owned()))
}

/// The byte order of UTF-16 without a mark: Latin text has a NUL in every second byte. Some letters
/// (`Ā`, U+0100) put one on the other side too, hence the margin.
fn utf16_by_nuls(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    let count = |side: usize| {
        bytes
            .iter()
            .skip(side)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (first, second) = (count(0), count(1));
    let clear = |most: usize, least: usize| most * 4 > bytes.len() && least * 4 < most;
    if clear(second, first) {
        Some(u16::from_le_bytes)
    } else if clear(first, second) {
        Some(u16::from_be_bytes)
    } else {
        None
    }
}

/// Whether bytes without a mark are UTF-8, or were meant to be: more good sequences beyond ASCII than
/// bad bytes. In Windows-1252 French an accented letter is followed by a plain one, which is never a
/// good sequence.
fn looks_like_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad == 0 || (good > 0 && good >= bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "prénom;classe\r\nLéa;6A\r\n";

    fn utf16(text: &str, write: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(write).collect()
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_is_read() {
        let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], TEXT.as_bytes()),
            marked(&[0xff, 0xfe], &utf16(TEXT, u16::to_le_bytes)),
            marked(&[0xfe, 0xff], &utf16(TEXT, u16::to_be_bytes)),
            utf16(TEXT, u16::to_le_bytes),
            utf16(TEXT, u16::to_be_bytes),
            WINDOWS_1252.encode(TEXT).0.into_owned(),
        ] {
            assert_eq!(
                decode(&bytes).expect("decodes").as_str(),
                TEXT,
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn the_upper_half_is_windows_1252_and_not_latin_1() {
        let bytes = b"nom\n\x8cuvr\xe9 \x80 d\x92Or\n";
        assert_eq!(
            decode(bytes).expect("decodes").as_str(),
            "nom\nŒuvré € d’Or\n"
        );
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        let undecodable = |line| Err(TableFault::Undecodable { line });
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb\r\n\xe9\n"), undecodable(3));
        // UTF-8 with one bad byte: not to be read as Windows-1252.
        assert_eq!(decode(b"pr\xc3\xa9nom\nL\xe9a\n"), undecodable(2));
        assert_eq!(decode(b"nom\n\xe9t\xe9\nx\x81\n"), undecodable(3));
        // An unpaired surrogate, then half a unit.
        assert_eq!(decode(b"\xff\xfea\0\n\0\x00\xd8b\0"), undecodable(2));
        assert_eq!(decode(b"\xff\xfea\0\n\0b"), undecodable(2));
        assert_eq!(
            decode(b"nom;classe;login\rL\0a\r"),
            Err(TableFault::Nul { line: 2 })
        );
    }
}
