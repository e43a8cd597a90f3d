//! The list of forty, the profile it is for, and what a rejects file holds.

use crate::premises::{DISABLED, School};
use crate::school::assert_private;
use crate::support::entctl::Entctl;
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Number of the collège.
pub const COLLEGE: &str = "0310042X";
/// Rows that name one pupil each.
pub const GOOD: usize = 34;

/// A school with a guarded profile of the collège, and a list of forty: six of them name nobody that may be
/// reset.
pub struct Ground {
    pub school: School,
    pub good: Vec<LdifEntry>,
    /// Lines of the list, after the header.
    pub rows: Vec<String>,
}

/// Line of the list, and what is wrong with it.
pub const BAD: [(u64, &str); 6] = [
    (3, "not-found"),
    (7, "ambiguous"),
    (11, "out-of-scope"),
    (15, "protected"),
    (19, "repeated"),
    (41, "role-parent"),
];

/// The list's own columns; one is called as one of those that are added.
pub const HEADER: &str = "Nom;Prénom;Classe;Remarque;code";

impl Ground {
    pub fn new() -> Self {
        let school = School::up(200);
        let guarded = school.entry("never_set");
        let more = format!(
            "schools = [\"{}\"]\nprotected = \"(uid={})\"\n",
            COLLEGE,
            guarded.one("uid").expect("a number")
        );
        school.profile("garde", school.sandbox().url(), &more);
        let text = |entry: &LdifEntry, name: &str| entry.one(name).unwrap_or_default();
        let class = |entry: &LdifEntry| {
            let class = text(entry, "ENTEleveClasses");
            class.rsplit('$').next().unwrap_or_default().to_owned()
        };
        let row = |entry: &LdifEntry, remark: &str| {
            let (family, given) = (text(entry, "sn"), text(entry, "givenName"));
            format!("{family};{given};{};{remark};x", class(entry))
        };
        let mut good = Vec::new();
        let mut seen = BTreeSet::new();
        for entry in ["6A", "6B", "5A", "5B", "4A"]
            .iter()
            .flat_map(|c| school.pupils_of(c))
        {
            let plain = |s: &str| {
                s.chars()
                    .all(|c| c.is_ascii_alphabetic() || "éèàçôï".contains(c))
            };
            let (family, given) = (text(&entry, "sn"), text(&entry, "givenName"));
            let name = format!("{family} {given}");
            if entry.one("pwdAccountLockedTime").is_none()
                && entry.dn != guarded.dn
                && plain(&family)
                && plain(&given)
                && !["Dupont", "Lefèvre"].contains(&family.as_str())
                && seen.insert(name)
                && good.len() < GOOD
            {
                good.push(entry);
            }
        }
        assert_eq!(good.len(), GOOD);
        let mut rows: Vec<String> = good.iter().map(|entry| row(entry, "été")).collect();
        let namesake = school.entry("namesake_6a");
        let parent = school.entry("parent_college");
        for (line, code) in BAD {
            let row = match code {
                "not-found" => "Inconnue;Zélie;6A;\"=1+1;\"\"ici\"\"\";y".to_owned(),
                "ambiguous" => format!(
                    "{};{};;à voir;y",
                    text(&namesake, "sn"),
                    text(&namesake, "givenName")
                ),
                "out-of-scope" => row(&school.entry("ulis_lycee"), "lycée"),
                "protected" => row(&guarded, "à garder"),
                "repeated" => row(&good[0], "encore"),
                _ => format!(
                    "{};{};;parent;y",
                    text(&parent, "sn"),
                    text(&parent, "givenName")
                ),
            };
            rows.insert(usize::try_from(line).expect("a line") - 2, row);
        }
        assert_eq!(rows.len(), 40);
        Ground { school, good, rows }
    }

    /// The list as a French spreadsheet saves it.
    pub fn list(&self) -> String {
        format!("{HEADER}\r\n{}\r\n", self.rows.join("\r\n"))
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        PathBuf::from(self.school.write(name, content))
    }

    pub fn run(&self, words: &[&str], list: &Path) -> Entctl {
        self.school
            .with("garde", words)
            .args(["--yes", "--from"])
            .arg(list)
    }

    /// Who of these pupils is disabled.
    pub fn closed(&self) -> BTreeSet<String> {
        let filter = format!("(pwdAccountLockedTime={DISABLED})");
        let base = format!("ou=personnes,{}", self.school.sandbox().base_dn());
        let found = self
            .school
            .eye()
            .search(&base, Scope::Sub, &filter, &["1.1"]);
        found.into_iter().map(|entry| entry.dn).collect()
    }

    pub fn dns(&self) -> BTreeSet<String> {
        self.good.iter().map(|entry| entry.dn.clone()).collect()
    }
}

/// Bytes as older spreadsheets save them.
pub fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin letters alone"))
        .collect()
}

/// Header and rows of a rejects file, as a spreadsheet reads it; it must be private.
#[track_caller]
pub fn cells(path: &Path) -> Vec<Vec<String>> {
    assert_private(path);
    let bytes = std::fs::read(path).expect("the rejects");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a BOM");
    csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(text)
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}

/// Line and code of each row.
pub fn codes(cells: &[Vec<String>]) -> BTreeSet<(u64, &str)> {
    cells[1..]
        .iter()
        .map(|row| {
            let [.., line, code, reason] = row.as_slice() else {
                panic!("{row:?}")
            };
            assert!(!reason.is_empty(), "{row:?}");
            (line.parse().expect("a line"), code.as_str())
        })
        .collect()
}

/// The accounts left out are named with their line, in this language.
#[track_caller]
pub fn assert_named(said: &str, word: &str, lines: impl IntoIterator<Item = u64>) {
    for line in lines {
        let start = format!("{word} {line}");
        assert_eq!(
            said.lines()
                .filter(|l| l.contains(&format!("{start}:")) || l.contains(&format!("{start} :")))
                .count(),
            1,
            "{start}\n{said}"
        );
    }
}

/// What a slip tells to type.
pub fn typed(entry: &LdifEntry) -> String {
    let alias = entry.one("ENTPersonAlias");
    alias
        .or_else(|| entry.one("ENTPersonLogin"))
        .expect("a login")
}
