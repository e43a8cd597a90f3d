//! What stands in the partial file: JSON lines, a head with the number of slips, then one slip a line.

use super::Slip;
use crate::domain::secret::Password;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Version of these lines; another one is refused.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Head {
    format_version: u32,
    run: String,
    slips: usize,
}

/// Kept apart from [`Slip`], which must not be serializable by accident.
#[derive(Serialize, Deserialize)]
struct Line<T> {
    number: u64,
    school: T,
    class: T,
    last_name: T,
    first_name: T,
    login: T,
    password: T,
}

/// The content of a partial file; `None` only if a number could not be written as JSON, which does not
/// happen.
pub(super) fn write(run: &str, slips: &BTreeMap<u64, Slip>) -> Option<Zeroizing<Vec<u8>>> {
    // Big enough for every character escaped as \u0000, so that no copy is left behind by growing.
    let size = |s: &Slip| {
        let text = s.school.len() + s.class.len() + s.last_name.len() + s.first_name.len();
        (text + s.login.len() + s.password.expose().len()) * 6 + 128
    };
    let total: usize = slips.values().map(size).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(128 + run.len() * 6 + total));
    let head = Head {
        format_version: VERSION,
        run: run.to_owned(),
        slips: slips.len(),
    };
    serde_json::to_writer(&mut *out, &head).ok()?;
    out.push(b'\n');
    for (number, slip) in slips {
        let line = Line {
            number: *number,
            school: slip.school.as_str(),
            class: &slip.class,
            last_name: &slip.last_name,
            first_name: &slip.first_name,
            login: &slip.login,
            password: slip.password.expose(),
        };
        serde_json::to_writer(&mut *out, &line).ok()?;
        out.push(b'\n');
    }
    Some(out)
}

/// The slips of a partial file; `None` where it is cut, damaged or of another run. What exactly is wrong
/// is not told, since it might quote a password.
pub(super) fn read(run: &str, bytes: &[u8]) -> Option<BTreeMap<u64, Slip>> {
    let body = bytes.strip_suffix(b"\n")?;
    let mut lines = body.split(|b| *b == b'\n');
    let head: Head = serde_json::from_slice(lines.next()?).ok()?;
    if head.format_version != VERSION || head.run != run {
        return None;
    }
    let mut slips = BTreeMap::new();
    for line in lines {
        let line: Line<String> = serde_json::from_slice(line).ok()?;
        let slip = Slip {
            school: line.school,
            class: line.class,
            last_name: line.last_name,
            first_name: line.first_name,
            login: line.login,
            password: Password::new(line.password),
        };
        slips.insert(line.number, slip);
    }
    (slips.len() == head.slips).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slip(name: &str, password: &str) -> Slip {
        Slip {
            school: "Collège".into(),
            class: "6A".into(),
            last_name: name.into(),
            first_name: "Léa".into(),
            login: "lea".into(),
            password: Password::new(password.into()),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(names in proptest::collection::vec(any::<(String, String)>(), 0..6)) {
            let slips: BTreeMap<u64, Slip> =
                (3..).zip(names.iter().map(|(n, p)| slip(n, p))).collect();
            let bytes = write("r1", &slips).expect("JSON");
            prop_assert_eq!(read("r1", &bytes), Some(slips));
        }
    }

    #[test]
    fn a_cut_file_is_never_taken_for_a_whole_one() {
        let slips: BTreeMap<u64, Slip> = (0..3).map(|n| (n, slip("Dupont", "a\nb"))).collect();
        let bytes = write("r1", &slips).expect("JSON");
        for length in 0..bytes.len() {
            assert_eq!(read("r1", &bytes[..length]), None, "cut at {length}");
        }
        assert_eq!(read("r2", &bytes), None);
    }
}
