//! One profile for forty schools: who is found, counted and refused, and in how many words.

use crate::support::ldap_utils::Scope;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use std::fmt::Write as _;

/// Schools of the profile; one more is outside.
const SCHOOLS: usize = 40;

/// The number of a school: `0990001A` and so on.
fn uai(number: usize) -> String {
    format!("099{number:04}A")
}

/// A school, its class 6A, a pupil in it and a parent of the pupil.
fn school(number: usize, base: &str) -> String {
    let mut ldif = String::new();
    let school = format!("ENTStructureSIREN=9900000000{number:04},ou=structures,{base}");
    let (pupil, parent) = (
        format!("uid=x99e{number:04},ou=personnes,{base}"),
        format!("uid=x99p{number:04},ou=personnes,{base}"),
    );
    let _ = write!(
        ldif,
        "dn: {school}\nchangetype: add\nobjectClass: ENTEtablissement\nou: Ecole {number}\n\
         ENTStructureSIREN: 9900000000{number:04}\nENTStructureJointure: X${number}\n\
         ENTStructureNomCourant: Ecole {number}\nENTStructureUAI: {}\n\
         ENTEtablissementMinistereTutelle: EN\nENTEtablissementContrat: PU\n\
         ENTStructureClasses: 6A$6EME$1\n\n",
        uai(number)
    );
    let _ = write!(
        ldif,
        "dn: {pupil}\nchangetype: add\nobjectClass: ENTEleve\nuid: x99e{number:04}\n\
         cn: Quentin Xylo{number:04}\nsn: Xylo{number:04}\ngivenName: Quentin\n\
         ENTPersonLogin: quentin.xylo{number:04}\nENTPersonJointure: X$e{number}\n\
         ENTPersonStructRattach: {school}\nENTPersonProfils: National_ELV\n\
         ENTEleveStatutEleve: SCOLAIRE\nENTEleveMEF: 1\nENTEleveLibelleMEF: 6EME\n\
         ENTEleveNivFormation: 6EME\nENTEleveFiliere: 6\nENTEleveMajeur: N\n\
         ENTEleveClasses: {school}$6A\nENTElevePersRelEleve: {parent}$10$1$1$1$0\n\n"
    );
    let _ = write!(
        ldif,
        "dn: {parent}\nchangetype: add\nobjectClass: ENTPerson\nobjectClass: ENTAuxPersRelEleve\n\
         uid: x99p{number:04}\ncn: Paule Xylo{number:04}\nsn: Xylo{number:04}\ngivenName: Paule\n\
         ENTPersonLogin: paule.xylo{number:04}\nENTPersonJointure: X$p{number}\n\
         ENTPersonProfils: National_TUT\nENTAuxPersRelEleveEleve: {pupil}\n\n"
    );
    ldif
}

/// A sandbox with forty-one schools more, and a profile for forty of them.
struct Region {
    sandbox: Sandbox,
}

impl Region {
    fn up() -> Self {
        let sandbox = Sandbox::up(30);
        let base = sandbox.base_dn().to_owned();
        let ldif: String = (1..=SCHOOLS + 1).map(|n| school(n, &base)).collect();
        super::school::manager(&sandbox)
            .modify(&ldif)
            .expect_success();
        let status = sandbox.status();
        let uais: Vec<String> = (1..=SCHOOLS).map(|n| format!("\"{}\"", uai(n))).collect();
        let folder = sandbox.home().path().join("config/entctl");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(
            folder.join("config.toml"),
            format!(
                "[profiles.region]\nurls = [\"{}\"]\nbase_dn = \"{base}\"\nschools = [{}]\n\
                 [profiles.region.bind]\ndn = \"{}\"\npassword_file = \"{}\"\n",
                status.url,
                uais.join(", "),
                status.bind_dn,
                status.bind_password_file.display()
            ),
        )
        .expect("the configuration");
        Region { sandbox }
    }

    fn run(&self, words: &[&str]) -> Output {
        self.sandbox.entctl_as("region", words).run()
    }

    fn count(&self, words: &[&str]) -> usize {
        let mut all = vec!["--format", "json", "account", "list"];
        all.extend(words);
        let list = self.run(&all).expect_success();
        list.json()["accounts"].as_array().map_or(0, Vec::len)
    }
}

#[test]
fn forty_schools_are_one_profile() {
    let region = Region::up();
    assert_eq!(
        region.count(&[]),
        2 * SCHOOLS,
        "and nobody of the other schools"
    );
    assert_eq!(region.count(&["--role", "pupil"]), SCHOOLS);
    assert_eq!(region.count(&["--role", "parent"]), SCHOOLS);
    assert_eq!(region.count(&["--school", &uai(37)]), 2);
    assert_eq!(region.count(&["--class", "6A", "--school", &uai(12)]), 1);

    // Every school has a 6A: which one is for the person to say.
    let told = region
        .run(&["account", "list", "--class", "6A"])
        .expect_status(5);
    assert!(told.stderr.contains("--school 099"), "{told}");
    for number in 1..=SCHOOLS {
        assert!(told.stderr.contains(&uai(number)), "{number}\n{told}");
    }
    assert!(!told.stderr.contains(&uai(SCHOOLS + 1)), "{told}");

    // A parent by the child at school 37; nobody of the forty-first.
    let found = region
        .run(&["--format", "json", "account", "find", "paule xylo0037"])
        .expect_success();
    assert_eq!(
        found.json()["accounts"][0]["login"],
        "paule.xylo0037",
        "{found}"
    );
    for who in ["quentin.xylo0041", "paule.xylo0041"] {
        let told = region.run(&["account", "show", who]).expect_status(5);
        assert!(!told.stderr.contains("x99"), "{told}");
        region
            .run(&["account", "lock", who, "--yes"])
            .expect_status(6);
    }
    let locked = super::school::manager(&region.sandbox).search(
        &format!("ou=personnes,{}", region.sandbox.base_dn()),
        Scope::Sub,
        "(&(uid=x99*)(pwdAccountLockedTime=*))",
        &["uid"],
    );
    assert!(locked.is_empty(), "{locked:?}");
    region
        .run(&["account", "lock", "paule xylo0037", "--yes"])
        .expect_success();

    // A share is of the forty schools' people.
    let told = region
        .run(&[
            "account",
            "lock",
            "--role",
            "parent",
            "--max-changes",
            "10%",
            "--yes",
        ])
        .expect_status(6);
    assert!(told.stderr.contains(" 8"), "{told}");
}
