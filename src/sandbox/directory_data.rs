//! The sandbox's entries, as LDIF for slapadd.

use super::ldif::LdifWriter;
use super::passwords;
use super::people::{Adult, Password as Known, Person, Population, PostKind, Pupil};
use super::tree::{self, ADMINISTRATORS, BASE_DN, BRANCHES, MAIL_DOMAIN, SCHOOLS};
use crate::domain::secret::Password;
use std::collections::{BTreeMap, HashMap};
use std::io::{Result, Write};

mod groups;

use groups::Group;

const PERSON: [&str; 5] = [
    "top",
    "person",
    "organizationalPerson",
    "inetOrgPerson",
    "ENTPerson",
];

/// Value of `pwdAccountLockedTime` for an account closed by a person
/// (draft-behera-ldap-password-policy section 5.3.3).
const DISABLED: &str = "000001010000Z";

/// Writes every entry: branches, policy, administrators with these passwords, schools, people, groups.
pub(super) fn write(
    out: &mut dyn Write,
    population: &Population,
    administrators: &BTreeMap<&'static str, Password>,
) -> Result<()> {
    let groups = groups::of(population);
    let mut member_of: HashMap<&str, Vec<String>> = HashMap::new();
    for group in &groups {
        for uid in &group.members {
            member_of
                .entry(uid)
                .or_default()
                .push(tree::group(&group.cn));
        }
    }
    let mut ldif = LdifWriter::new(out);
    write_frame(&mut ldif)?;
    for administrator in &ADMINISTRATORS {
        if let Some(password) = administrators.get(administrator.uid) {
            write_administrator(&mut ldif, administrator, password)?;
        }
    }
    for school in 0..SCHOOLS.len() {
        write_school(&mut ldif, school, population, &groups)?;
    }
    let none = Vec::new();
    for pupil in &population.pupils {
        write_pupil(&mut ldif, pupil, population)?;
        let groups = member_of.get(pupil.person.uid.as_str()).unwrap_or(&none);
        write_state(&mut ldif, &pupil.person, groups)?;
    }
    for adult in &population.adults {
        write_adult(&mut ldif, adult, population)?;
        let groups = member_of.get(adult.person.uid.as_str()).unwrap_or(&none);
        write_state(&mut ldif, &adult.person, groups)?;
    }
    for group in &groups {
        write_group(&mut ldif, group)?;
    }
    Ok(())
}

fn write_frame(ldif: &mut LdifWriter) -> Result<()> {
    ldif.entry(BASE_DN, &["top", "dcObject", "organization"])?;
    ldif.attribute("dc", "ent")?;
    ldif.attribute("o", "entctl")?;
    for branch in BRANCHES {
        ldif.entry(&tree::branch(branch), &["top", "organizationalUnit"])?;
        ldif.attribute("ou", branch)?;
    }
    ldif.entry(&tree::policy(), &["top", "device", "pwdPolicy"])?;
    for (name, value) in [
        ("cn", "default"),
        ("pwdAttribute", "userPassword"),
        ("pwdMustChange", "TRUE"),
        ("pwdLockout", "TRUE"),
        ("pwdMaxFailure", "5"),
        ("pwdLockoutDuration", "900"),
        ("pwdFailureCountInterval", "900"),
        ("pwdMinLength", "6"),
        ("pwdCheckQuality", "2"),
        ("pwdInHistory", "3"),
        ("pwdAllowUserChange", "TRUE"),
        ("pwdSafeModify", "FALSE"),
    ] {
        ldif.attribute(name, value)?;
    }
    Ok(())
}

fn write_administrator(
    ldif: &mut LdifWriter,
    administrator: &tree::Administrator,
    password: &Password,
) -> Result<()> {
    ldif.entry(
        &tree::administrator(administrator.uid),
        &["top", "person", "organizationalPerson", "inetOrgPerson"],
    )?;
    ldif.attribute("uid", administrator.uid)?;
    ldif.attribute("cn", administrator.name)?;
    ldif.attribute("sn", administrator.uid)?;
    // The access rules follow this name.
    ldif.optional("seeAlso", administrator.school.map(tree::school).as_deref())?;
    let salt: [u8; 8] = rand::random();
    ldif.attribute("userPassword", &passwords::hash(password, &salt))
}

fn write_school(
    ldif: &mut LdifWriter,
    index: usize,
    population: &Population,
    groups: &[Group],
) -> Result<()> {
    let school = &SCHOOLS[index];
    ldif.entry(
        &tree::school(index),
        &[
            "top",
            "organizationalUnit",
            "ENTStructure",
            "ENTEtablissement",
        ],
    )?;
    for (name, value) in [
        ("ou", school.name),
        ("ENTStructureSIREN", school.siret),
        (
            "ENTStructureJointure",
            &format!("AC-TOULOUSE${}", school.uai),
        ),
        ("ENTStructureNomCourant", school.name),
        ("ENTStructureTypeStruct", school.kind),
        ("ENTStructureUAI", school.uai),
        (
            "ENTEtablissementMinistereTutelle",
            "MINISTERE DE L'EDUCATION NATIONALE",
        ),
        ("ENTEtablissementContrat", "PU"),
        (
            "ENTStructureEmail",
            &format!("{}@ac-toulouse.example", school.uai),
        ),
        ("street", school.street),
        ("postalCode", "31000"),
        ("l", "Toulouse"),
        ("telephoneNumber", school.phone),
    ] {
        ldif.attribute(name, value)?;
    }
    for class in population.classes(index) {
        let course = super::people::class_courses(index, class).map_or("", |c| c.code);
        ldif.attribute("ENTStructureClasses", &format!("{class}${class}${course}"))?;
    }
    for group in groups.iter().filter(|g| g.school == index && g.taught) {
        ldif.attribute("ENTStructureGroupes", &format!("{0}${0}$", group.name))?;
    }
    Ok(())
}

/// What stands in every person's entry, object classes apart.
fn write_person(ldif: &mut LdifWriter, person: &Person) -> Result<()> {
    let name = person.full_name();
    ldif.attribute("uid", &person.uid)?;
    ldif.attribute("cn", &name)?;
    ldif.attribute("displayName", &name)?;
    ldif.attribute("sn", &person.family)?;
    ldif.attribute("givenName", &person.given)?;
    ldif.attribute("ENTPersonLogin", &person.login)?;
    ldif.attribute(
        "ENTPersonJointure",
        &format!("AC-TOULOUSE${}", person.join_key),
    )?;
    ldif.attribute("ENTPersonSexe", &person.sex.to_string())?;
    ldif.optional("ENTPersonAlias", person.alias.as_deref())?;
    ldif.optional("personalTitle", person.title)?;
    ldif.optional("ENTPersonNomPatro", person.birth_name.as_deref())?;
    ldif.optional("ENTPersonDateNaissance", person.birth_date.as_deref())?;
    if let Some(mail) = &person.mail {
        ldif.attribute("mail", mail)?;
        // Beside the address that a family or the academy gave: the mailbox of the ENT. One after the other,
        // for slapadd makes two attributes of values that stand apart.
        let own = format!("{}@{MAIL_DOMAIN}", person.login);
        if *mail != own {
            ldif.attribute("mail", &own)?;
        }
    }
    ldif.optional("homePhone", person.home_phone.as_deref())?;
    ldif.optional("mobile", person.mobile.as_deref())?;
    ldif.optional("preferredLanguage", person.language)?;
    if let Some(address) = &person.address {
        ldif.attribute("ENTPersonAdresse", &address.lines)?;
        ldif.attribute("ENTPersonCodePostal", address.postal_code)?;
        ldif.attribute("ENTPersonVille", address.town)?;
        ldif.attribute("ENTPersonPays", "FRANCE")?;
    }
    Ok(())
}

/// Password and access as the server keeps them; `memberOf`, which slapadd does not fill in by itself.
fn write_state(ldif: &mut LdifWriter, person: &Person, groups: &[String]) -> Result<()> {
    if let Known::Initial(at) | Known::Chosen(at) = person.password {
        let password = passwords::of_person(&person.uid);
        let salt = passwords::salt_of_person(&person.uid);
        ldif.attribute("userPassword", &passwords::hash(&password, &salt))?;
        ldif.attribute("pwdChangedTime", at)?;
    }
    if matches!(person.password, Known::Initial(_)) {
        ldif.attribute("pwdReset", "TRUE")?;
    }
    ldif.optional("pwdLastSuccess", person.last_login)?;
    if person.disabled {
        ldif.attribute("pwdAccountLockedTime", DISABLED)?;
    }
    for group in groups {
        ldif.attribute("memberOf", group)?;
    }
    Ok(())
}

fn write_pupil(ldif: &mut LdifWriter, pupil: &Pupil, population: &Population) -> Result<()> {
    let mut classes = PERSON.to_vec();
    classes.push("ENTEleve");
    ldif.entry(&tree::person(&pupil.person.uid), &classes)?;
    write_person(ldif, &pupil.person)?;
    let school = tree::school(pupil.school);
    let of_age = if pupil.of_age { "O" } else { "N" };
    for (name, value) in [
        ("ENTPersonStructRattach", school.as_str()),
        ("ENTPersonProfils", "National_ELV"),
        ("ENTEleveStatutEleve", "SCOLAIRE"),
        ("ENTEleveMEF", pupil.course.code),
        ("ENTEleveLibelleMEF", pupil.course.label),
        ("ENTEleveNivFormation", pupil.course.label),
        ("ENTEleveFiliere", pupil.course.stream),
        ("ENTEleveMajeur", of_age),
        ("ENTEleveStructRattachId", &pupil.register.to_string()),
        ("ENTEleveClasses", &format!("{school}${}", pupil.class)),
    ] {
        ldif.attribute(name, value)?;
    }
    for group in &pupil.groups {
        ldif.attribute("ENTEleveGroupes", &format!("{school}${group}"))?;
    }
    let adult = |index: usize| tree::person(&population.adults[index].person.uid);
    if !pupil.older_links {
        for relation in &pupil.relations {
            let value = format!(
                "{}${}${}${}${}${}",
                adult(relation.adult),
                relation.kinship,
                u8::from(relation.pays),
                relation.legal,
                u8::from(relation.legal < 3),
                0
            );
            ldif.attribute("ENTElevePersRelEleve", &value)?;
        }
        // A third of the files say at whose home the pupil lives.
        let home = pupil.relations.iter().find(|r| r.legal == 1);
        let home = home.filter(|_| pupil.register.is_multiple_of(3));
        return ldif.optional(
            "ENTEleveAdresseRel",
            home.map(|r| adult(r.adult)).as_deref(),
        );
    }
    for attribute in ["ENTEleveAutoriteParentale", "ENTEleveParents"] {
        for relation in pupil.relations.iter().filter(|r| r.legal == 1) {
            ldif.attribute(attribute, &adult(relation.adult))?;
        }
    }
    let places = [
        (
            "ENTElevePersRelEleve1",
            "ENTEleveQualitePersRelEleve1",
            "FINANCIER",
        ),
        (
            "ENTElevePersRelEleve2",
            "ENTEleveQualitePersRelEleve2",
            "CONTACT",
        ),
    ];
    for (relation, (link, quality, value)) in pupil.relations.iter().zip(places) {
        ldif.attribute(link, &adult(relation.adult))?;
        ldif.attribute(quality, value)?;
    }
    Ok(())
}

fn write_adult(ldif: &mut LdifWriter, adult: &Adult, population: &Population) -> Result<()> {
    let mut classes = PERSON.to_vec();
    let mut profiles = Vec::new();
    match adult.post.as_ref().map(|p| p.kind) {
        Some(PostKind::Teacher(..)) => {
            classes.push("ENTAuxEnseignant");
            profiles.push("National_ENS");
        }
        Some(PostKind::Staff { profile, .. }) => {
            classes.push("ENTAuxNonEnsEtab");
            profiles.push(profile);
        }
        None => {}
    }
    if !adult.children.is_empty() {
        classes.push("ENTAuxPersRelEleve");
        profiles.push("National_TUT");
    }
    ldif.entry(&tree::person(&adult.person.uid), &classes)?;
    write_person(ldif, &adult.person)?;
    for profile in profiles {
        ldif.attribute("ENTPersonProfils", profile)?;
    }
    for child in &adult.children {
        let dn = tree::person(&population.pupils[*child].person.uid);
        ldif.attribute("ENTAuxPersRelEleveEleve", &dn)?;
    }
    let Some(post) = &adult.post else {
        return Ok(());
    };
    ldif.optional(
        "ENTPersonStructRattach",
        post.schools.first().map(|s| tree::school(*s)).as_deref(),
    )?;
    for school in &post.schools {
        let school = tree::school(*school);
        let function = match post.kind {
            PostKind::Teacher(code, label) => format!("{school}$ENS$ENSEIGNEMENT${code}${label}"),
            PostKind::Staff { code, label, .. } => format!("{school}${code}${label}$-$-"),
        };
        ldif.attribute("ENTPersonFonctions", &function)?;
    }
    match post.kind {
        PostKind::Staff { service, .. } => ldif.attribute("ENTAuxNonEnsEtabService", service)?,
        PostKind::Teacher(code, label) => {
            let classes = || {
                let named = post.classes.iter();
                named.map(|(school, class)| format!("{}${class}", tree::school(*school)))
            };
            for class in classes() {
                ldif.attribute("ENTAuxEnsClasses", &class)?;
            }
            for class in classes() {
                ldif.attribute("ENTAuxEnsClassesMatieres", &format!("{class}${code}"))?;
            }
            for school in &post.schools {
                let value = format!("{}${label}", tree::school(*school));
                ldif.attribute("ENTAuxEnsMatiereEnseignEtab", &value)?;
            }
        }
    }
    let head_of = post.head_of.as_ref();
    let head_of = head_of.map(|(school, class)| format!("{}${class}", tree::school(*school)));
    ldif.optional("ENTAuxEnsClassesPrincipal", head_of.as_deref())
}

fn write_group(ldif: &mut LdifWriter, group: &Group) -> Result<()> {
    let mut classes = vec!["top", "groupOfNames"];
    classes.extend(group.class);
    ldif.entry(&tree::group(&group.cn), &classes)?;
    ldif.attribute("cn", &group.cn)?;
    ldif.attribute(
        "description",
        &format!("{}, {}", group.name, SCHOOLS[group.school].name),
    )?;
    // The access rules follow this name.
    ldif.attribute("owner", &tree::school(group.school))?;
    for uid in &group.members {
        ldif.attribute("member", &tree::person(uid))?;
    }
    Ok(())
}
