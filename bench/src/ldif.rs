//! The directory as LDIF (RFC 2849), and the little of it that the naive rule reads back.

use crate::people::{Child, ChildId, PersonId, Role, World};
use crate::records::Record;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

/// The directory's suffix, the one of entctl's sandbox.
pub const SUFFIX: &str = "dc=ent,dc=test";

/// Writes the schools, the pupils and the grown-ups with their branches.
///
/// # Errors
/// What the file answers.
pub fn write(out: &mut impl Write, world: &World, records: &[Record]) -> io::Result<()> {
    let mut entry = Entry::new(out, SUFFIX)?;
    entry.all(&[
        ("objectClass", "dcObject"),
        ("objectClass", "organization"),
        ("dc", "ent"),
        ("o", "ENT"),
    ])?;
    entry.end()?;
    for branch in ["personnes", "structures"] {
        let mut entry = Entry::new(out, &format!("ou={branch},{SUFFIX}"))?;
        entry.all(&[("objectClass", "organizationalUnit"), ("ou", branch)])?;
        entry.end()?;
    }
    for school in &world.schools {
        let mut entry = Entry::new(out, &school_dn(&school.siret))?;
        entry.all(&[
            ("objectClass", "ENTEtablissement"),
            ("ou", &school.name),
            ("ENTStructureSIREN", &school.siret),
            (
                "ENTStructureJointure",
                &format!("AC-TOULOUSE${}", school.uai),
            ),
            ("ENTStructureNomCourant", &school.name),
            ("ENTStructureUAI", &school.uai),
            (
                "ENTStructureTypeStruct",
                if school.lycee { "LYCEE" } else { "COLLEGE" },
            ),
            ("ENTEtablissementMinistereTutelle", "EDUCATION NATIONALE"),
            ("ENTEtablissementContrat", "PU"),
            ("telephoneNumber", &school.phone),
        ])?;
        entry.end()?;
    }
    let mut links: BTreeMap<ChildId, Vec<(&Record, Role)>> = BTreeMap::new();
    for record in records {
        for child in &record.children {
            let role = role(&world.children[*child], record.person);
            links.entry(*child).or_default().push((record, role));
        }
    }
    for (id, child) in world.children.iter().enumerate() {
        pupil(
            out,
            world,
            id,
            child,
            links.get(&id).map(Vec::as_slice).unwrap_or_default(),
        )?;
    }
    for record in records {
        grown_up(out, record)?;
    }
    Ok(())
}

fn role(child: &Child, person: PersonId) -> Role {
    child
        .grown_ups
        .iter()
        .find(|(p, _)| *p == person)
        .map_or(Role::Educator, |(_, role)| *role)
}

fn school_dn(siret: &str) -> String {
    format!("ENTStructureSIREN={siret},ou=structures,{SUFFIX}")
}

fn person_dn(uid: &str) -> String {
    format!("uid={uid},ou=personnes,{SUFFIX}")
}

fn pupil_uid(id: ChildId) -> String {
    format!("e{id:07}")
}

fn pupil(
    out: &mut impl Write,
    world: &World,
    id: ChildId,
    child: &Child,
    grown_ups: &[(&Record, Role)],
) -> io::Result<()> {
    let uid = pupil_uid(id);
    let school = school_dn(&world.schools[child.school].siret);
    let mut entry = Entry::new(out, &person_dn(&uid))?;
    entry.all(&[
        ("objectClass", "ENTEleve"),
        ("uid", &uid),
        ("cn", &format!("{} {}", child.given, child.surname)),
        ("sn", &child.surname),
        ("givenName", &child.given),
        ("ENTPersonLogin", &format!("eleve{id}")),
        (
            "ENTPersonJointure",
            &format!("AC-TOULOUSE${}", 5_000_000 + id),
        ),
        ("ENTPersonProfils", "National_ELV"),
        ("ENTPersonDateNaissance", &child.born),
        ("ENTPersonStructRattach", &school),
        ("ENTEleveClasses", &format!("{school}${}", child.class)),
        ("ENTEleveStatutEleve", "SCOLAIRE"),
        ("ENTEleveMEF", "00000000000"),
        ("ENTEleveLibelleMEF", "NON PRECISE"),
        ("ENTEleveNivFormation", "NON PRECISE"),
        ("ENTEleveFiliere", "NON PRECISE"),
        ("ENTEleveMajeur", "N"),
    ])?;
    for (record, role) in grown_ups {
        let (lien, legal) = role.codes();
        let contact = u8::from(legal == "1");
        entry.add(
            "ENTElevePersRelEleve",
            &format!(
                "{}${lien}${contact}${legal}$1${contact}",
                person_dn(&record.uid)
            ),
        )?;
    }
    entry.end()
}

fn grown_up(out: &mut impl Write, record: &Record) -> io::Result<()> {
    let mut entry = Entry::new(out, &person_dn(&record.uid))?;
    entry.all(&[
        ("objectClass", "ENTPerson"),
        ("objectClass", "ENTAuxPersRelEleve"),
        ("uid", &record.uid),
        ("cn", &format!("{} {}", record.given, record.surname)),
        ("sn", &record.surname),
        ("givenName", &record.given),
        // The login is made of nothing that a person has: it must not tell who is who.
        ("ENTPersonLogin", &format!("parent.{}", record.uid)),
        ("ENTPersonJointure", &record.jointure),
        ("ENTPersonProfils", "National_TUT"),
    ])?;
    let single = [
        ("ENTPersonNomPatro", record.birth_name.as_deref()),
        ("personalTitle", record.title),
        ("ENTPersonSexe", record.sex),
        ("ENTPersonDateNaissance", record.born.as_deref()),
        ("mail", record.mail.as_deref()),
        ("mobile", record.mobile.as_deref()),
        ("homePhone", record.home_phone.as_deref()),
        ("ENTPersonAdresse", record.address.as_deref()),
        ("ENTPersonCodePostal", record.postcode.as_deref()),
        ("ENTPersonVille", record.town.as_deref()),
    ];
    for (name, value) in single {
        if let Some(value) = value {
            entry.add(name, value)?;
        }
    }
    for other in &record.others {
        entry.add("ENTPersonAutresPrenoms", other)?;
    }
    for child in &record.children {
        entry.add("ENTAuxPersRelEleveEleve", &person_dn(&pupil_uid(*child)))?;
    }
    entry.end()
}

/// One content record being written.
struct Entry<'a, W: Write>(&'a mut W);

impl<'a, W: Write> Entry<'a, W> {
    fn new(out: &'a mut W, dn: &str) -> io::Result<Self> {
        let mut entry = Entry(out);
        entry.add("dn", dn)?;
        Ok(entry)
    }

    fn add(&mut self, name: &str, value: &str) -> io::Result<()> {
        let safe = value.bytes().all(|b| b.is_ascii() && !b.is_ascii_control())
            && !value.starts_with([' ', ':', '<'])
            && !value.ends_with(' ');
        if safe {
            writeln!(self.0, "{name}: {value}")
        } else {
            writeln!(self.0, "{name}:: {}", BASE64_STANDARD.encode(value))
        }
    }

    fn all(&mut self, values: &[(&str, &str)]) -> io::Result<()> {
        values
            .iter()
            .try_for_each(|(name, value)| self.add(name, value))
    }

    fn end(self) -> io::Result<()> {
        writeln!(self.0)
    }
}

/// One entry as read: values by attribute name in lower case.
pub type Attributes = BTreeMap<String, Vec<String>>;

/// Reads entries one by one. Folded lines and base64 are understood; values that are not UTF-8 are read as well
/// as they can be.
///
/// # Errors
/// What the reader answers; [`io::ErrorKind::InvalidData`] for a line that is not LDIF.
pub fn read(input: impl BufRead, mut each: impl FnMut(&Attributes)) -> io::Result<()> {
    let mut entry = Attributes::new();
    let mut pending = String::new();
    for line in input.lines() {
        let line = line?;
        if let Some(more) = line.strip_prefix(' ') {
            pending.push_str(more);
            continue;
        }
        keep(&mut entry, &std::mem::replace(&mut pending, line))?;
        if pending.is_empty() && !entry.is_empty() {
            each(&entry);
            entry.clear();
        }
    }
    keep(&mut entry, &pending)?;
    if !entry.is_empty() {
        each(&entry);
    }
    Ok(())
}

fn keep(entry: &mut Attributes, line: &str) -> io::Result<()> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(());
    }
    let invalid = || io::Error::new(io::ErrorKind::InvalidData, format!("not LDIF: {line}"));
    let (name, rest) = line.split_once(':').ok_or_else(invalid)?;
    let value = match rest.strip_prefix(':') {
        Some(encoded) => {
            let bytes = BASE64_STANDARD
                .decode(encoded.trim())
                .map_err(|_| invalid())?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        None => rest.trim_start().to_owned(),
    };
    entry.entry(name.to_lowercase()).or_default().push(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(values in prop::collection::vec("\\PC{1,40}", 1..5)) {
            let mut out = Vec::new();
            let mut entry = Entry::new(&mut out, "uid=x").expect("memory");
            for value in &values {
                entry.add("sn", value).expect("memory");
            }
            entry.end().expect("memory");
            let mut seen = Vec::new();
            read(out.as_slice(), |entry| seen.push(entry["sn"].clone())).expect("LDIF");
            prop_assert_eq!(seen, vec![values]);
        }
    }

    #[test]
    fn folded_lines_are_one() {
        let mut seen = Vec::new();
        read("dn: uid=a\nsn: Mar\n tin\n\ndn: uid=b\n".as_bytes(), |e| {
            seen.push(e.clone())
        })
        .expect("LDIF");
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0]["sn"], ["Martin"]);
    }
}
