//! Pupils of made-up schools, as many as wanted, each with a password; or parents, each with a redirect.

use crate::Result;
use crate::config::SUFFIX;
use crate::server;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest as _, Sha1};
use std::io::Write;

/// Pupils of one school, and of one class.
const PER_SCHOOL: usize = 1_000;
const PER_CLASS: usize = 25;

const GIVEN: [&str; 12] = [
    "Léa", "Nathan", "Camille", "Yanis", "Inès", "Hugo", "Chloé", "Mathis", "Fatou", "Maël",
    "Jade", "Tom",
];
const FAMILY: [&str; 11] = [
    "Martin", "Lefèvre", "Benali", "Da Silva", "Nguyen", "Le Gall", "Traoré", "Roux", "Garcia",
    "Petit", "Moreau",
];

/// Login of a pupil, by number.
pub fn login(number: usize) -> String {
    format!("eleve.{number:07}")
}

/// Name of a pupil's entry.
pub fn dn(number: usize) -> String {
    format!("uid=e{number:07},ou=personnes,{SUFFIX}")
}

/// Login of a parent, by number.
pub fn parent(number: usize) -> String {
    format!("parent.{number:07}")
}

/// Where a parent's mail goes.
pub fn redirect(number: usize) -> String {
    format!("famille{number}@ailleurs.example")
}

/// Parents of so few pupils that these do not count.
const CHILDREN: usize = 100;

/// Writes a directory of parents.
///
/// # Errors
/// What the file answers.
pub fn write_parents(out: &mut dyn Write, parents: usize) -> Result<()> {
    write_pupils(out, CHILDREN)?;
    for number in 0..parents {
        let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number % FAMILY.len()]);
        write!(
            out,
            "dn: uid=p{number:07},ou=personnes,{SUFFIX}\nobjectClass: inetOrgPerson\nobjectClass: ENTPerson\n\
             objectClass: ENTAuxPersRelEleve\nobjectClass: entctlMailRedirectAccount\nuid: p{number:07}\n\
             cn:: {cn}\nsn:: {sn}\ngivenName:: {gn}\nENTPersonLogin: {login}\nENTPersonJointure: AC-TOULOUSE${key}\n\
             ENTPersonProfils: National_TUT\nENTAuxPersRelEleveEleve: {child}\nmail: {login}@ent.example\n\
             entctlMailRedirect: {redirect}\n\n",
            cn = encoded(&format!("{given} {family}")),
            sn = encoded(family),
            gn = encoded(given),
            login = parent(number),
            key = 5_000_000 + number,
            child = dn(number % CHILDREN),
            redirect = redirect(number),
        )?;
    }
    Ok(())
}

/// When passwords were given, and how long the directory wants them to be kept.
#[derive(Clone, Copy)]
pub struct Passwords<'a> {
    /// Further lines of the policy.
    pub policy: &'a str,
    /// Since when a pupil, by number, has had the password (`pwdChangedTime`).
    pub since: &'a dyn Fn(usize) -> &'static str,
}

/// Writes a directory of pupils: so many, and one more to whom things are done beforehand.
///
/// # Errors
/// What the file answers.
pub fn write_pupils(out: &mut dyn Write, pupils: usize) -> Result<()> {
    let passwords = Passwords {
        policy: "",
        since: &|_| "20260901080000Z",
    };
    write_pupils_with(out, pupils, passwords)
}

/// The same, with passwords of this age.
///
/// # Errors
/// What the file answers.
pub fn write_pupils_with(
    out: &mut dyn Write,
    pupils: usize,
    passwords: Passwords<'_>,
) -> Result<()> {
    server::frame(out, true, passwords.policy)?;
    let hash = salted("le premier mot de passe", b"measured");
    for number in 0..=pupils {
        let school = school(number / PER_SCHOOL);
        if number % PER_SCHOOL == 0 {
            write_school(out, number / PER_SCHOOL)?;
        }
        let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number % FAMILY.len()]);
        let class = format!(
            "{}{}",
            6 - number / PER_CLASS % 4,
            number / (4 * PER_CLASS) % 10
        );
        write!(
            out,
            "dn: {dn}\nobjectClass: inetOrgPerson\nobjectClass: ENTPerson\nobjectClass: ENTEleve\n\
             uid: e{number:07}\n\
             cn:: {cn}\nsn:: {sn}\ngivenName:: {gn}\nENTPersonLogin: {login}\nENTPersonJointure: AC-TOULOUSE${key}\n\
             ENTPersonProfils: National_ELV\nENTPersonDateNaissance: {born}\nENTPersonStructRattach: {school}\n\
             ENTEleveClasses: {school}${class}\nENTEleveStatutEleve: SCOLAIRE\nENTEleveMEF: 10010012110\n\
             ENTEleveLibelleMEF: 6EME\nENTEleveNivFormation: 6EME\nENTEleveFiliere: NON PRECISE\nENTEleveMajeur: N\n\
             mail: {login}@ent.example\nuserPassword: {hash}\n\
             pwdChangedTime: {since}\n\n",
            dn = dn(number),
            since = (passwords.since)(number),
            cn = encoded(&format!("{given} {family}")),
            sn = encoded(family),
            gn = encoded(given),
            login = login(number),
            key = 1_000_000 + number,
            born = format_args!(
                "{:02}/{:02}/{}",
                number % 28 + 1,
                number % 12 + 1,
                2011 + number % 4
            ),
        )?;
    }
    Ok(())
}

fn school(index: usize) -> String {
    format!(
        "ENTStructureSIREN={:014},ou=structures,{SUFFIX}",
        19_310_000_000_000 + index
    )
}

fn write_school(out: &mut dyn Write, index: usize) -> Result<()> {
    let uai = format!("031{index:04}A");
    write!(
        out,
        "dn: {school}\nobjectClass: ENTEtablissement\nou: College {index}\n\
         ENTStructureSIREN: {siren:014}\nENTStructureJointure: AC-TOULOUSE${uai}\n\
         ENTStructureNomCourant: College {index}\nENTStructureUAI: {uai}\nENTStructureTypeStruct: COLLEGE\n\
         ENTEtablissementMinistereTutelle: EDUCATION NATIONALE\nENTEtablissementContrat: PU\n\
         telephoneNumber: 0561000000\n\n",
        school = school(index),
        siren = 19_310_000_000_000_usize + index,
    )?;
    Ok(())
}

fn encoded(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// `{SSHA}`, as slapd itself makes it.
fn salted(password: &str, salt: &[u8]) -> String {
    let mut bytes = Sha1::new()
        .chain_update(password)
        .chain_update(salt)
        .finalize()
        .to_vec();
    bytes.extend_from_slice(salt);
    format!("{{SSHA}}{}", BASE64_STANDARD.encode(bytes))
}
