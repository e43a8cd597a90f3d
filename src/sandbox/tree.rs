//! Names within the sandbox's directory: its suffix, branches, schools and administrators.

/// Suffix of the directory.
pub(super) const BASE_DN: &str = "dc=ent,dc=test";

/// Domain of the ENT's own mailboxes.
pub(super) const MAIL_DOMAIN: &str = "ent.example.test";

/// DN of a branch below the suffix.
pub(super) fn branch(name: &str) -> String {
    format!("ou={name},{BASE_DN}")
}

/// The branches, all organizationalUnits.
pub(super) const BRANCHES: [&str; 6] = [
    "personnes",
    "structures",
    "groupes",
    "administrateurs",
    "politiques",
    "applications",
];

/// DN of a person.
pub(super) fn person(uid: &str) -> String {
    format!("uid={uid},ou=personnes,{BASE_DN}")
}

/// DN of a group.
pub(super) fn group(cn: &str) -> String {
    format!("cn={cn},ou=groupes,{BASE_DN}")
}

/// DN of the password policy that holds for everybody.
pub(super) fn policy() -> String {
    format!("cn=default,ou=politiques,{BASE_DN}")
}

/// A school of the sandbox.
#[derive(Debug)]
pub(super) struct School {
    /// National number.
    pub(super) uai: &'static str,
    /// Fourteen digits; names the entry.
    pub(super) siret: &'static str,
    /// Usual name.
    pub(super) name: &'static str,
    /// `COLLEGE` or `LYCEE`, as in the national feeds.
    pub(super) kind: &'static str,
    /// Street.
    pub(super) street: &'static str,
    /// Phone of the office.
    pub(super) phone: &'static str,
}

/// The two schools. Everything elsewhere that says `school: usize` is an index into this.
pub(super) const SCHOOLS: [School; 2] = [
    School {
        uai: "0310042X",
        siret: "19310042000018",
        name: "Collège Jean-Moulin",
        kind: "COLLEGE",
        street: "8 avenue des Tilleuls",
        phone: "+33 5 61 99 00 42",
    },
    School {
        uai: "0310043Y",
        siret: "19310043000017",
        name: "Lycée Victor-Hugo",
        kind: "LYCEE",
        street: "21 boulevard de la Garonne",
        phone: "+33 5 61 99 00 43",
    },
];

/// Index of the collège.
pub(super) const COLLEGE: usize = 0;
/// Index of the lycée.
pub(super) const LYCEE: usize = 1;

/// DN of a school.
pub(super) fn school(index: usize) -> String {
    format!(
        "ENTStructureSIREN={},ou=structures,{BASE_DN}",
        SCHOOLS[index].siret
    )
}

/// What an administrator account is for.
#[derive(Debug)]
pub(super) struct Administrator {
    /// Its `uid`, also the name of its password file.
    pub(super) uid: &'static str,
    /// What follows the sandbox's name in the profile's name, with its hyphen.
    pub(super) profile_suffix: &'static str,
    /// The only school it may write in.
    pub(super) school: Option<usize>,
    /// Shown name.
    pub(super) name: &'static str,
}

/// Writes in every school.
pub(super) const INTER: &str = "admin-inter";
/// May do everything, past the password policy too.
pub(super) const MANAGE: &str = "admin-manage";

/// The administrator accounts.
pub(super) const ADMINISTRATORS: [Administrator; 4] = [
    Administrator {
        uid: INTER,
        profile_suffix: "",
        school: None,
        name: "Administration inter-établissements",
    },
    Administrator {
        uid: "admin-college",
        profile_suffix: "-college",
        school: Some(COLLEGE),
        name: "Administration du collège",
    },
    Administrator {
        uid: "admin-lycee",
        profile_suffix: "-lycee",
        school: Some(LYCEE),
        name: "Administration du lycée",
    },
    Administrator {
        uid: MANAGE,
        profile_suffix: "-manage",
        school: None,
        name: "Gestion technique",
    },
];

/// DN of an administrator.
pub(super) fn administrator(uid: &str) -> String {
    format!("uid={uid},ou=administrateurs,{BASE_DN}")
}
