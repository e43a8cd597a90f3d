//! A person's account as the commands see it, whatever schema the directory uses underneath.

use super::dn::Dn;
use super::time::parse_generalized;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a person is to the school. One person may be several: a teacher whose child goes there is both
/// [`Role::Teacher`] and [`Role::Parent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// SDET `ENTEleve`.
    Pupil,
    /// A person in relation with a pupil, SDET `ENTAuxPersRelEleve`.
    Parent,
    /// SDET `ENTAuxEnseignant`.
    Teacher,
    /// Every other adult who works for the school, SDET `ENTAuxNonEns*`.
    Staff,
}

impl Role {
    /// All roles, in the order they are shown.
    pub const ALL: [Role; 4] = [Role::Pupil, Role::Parent, Role::Teacher, Role::Staff];

    /// The stable name used on the command line, in JSON and in configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Pupil => "pupil",
            Role::Parent => "parent",
            Role::Teacher => "teacher",
            Role::Staff => "staff",
        }
    }
}

/// A class or group as an entry names it: `<structure DN>$<name>` (SDET `ENTEleveClasses`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassRef {
    /// The school.
    pub school: Dn,
    /// The class name as written, such as `6A` or `- 2NDE 4`.
    pub name: String,
}

impl ClassRef {
    /// Splits `<structure DN>$<name>`. The name may hold `$`; the DN cannot (SDET forbids it).
    pub fn parse(value: &str) -> Option<Self> {
        let (school, name) = value.split_once('$')?;
        Some(ClassRef {
            school: Dn::parse(school).ok()?,
            name: name.to_owned(),
        })
    }
}

/// What the server knows of an account's password and of whether one may log in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountState {
    /// Closed by a person (`account lock`, another tool): only a person opens it again.
    pub disabled: bool,
    /// Shut by the server after wrong passwords: login state, a reset opens it.
    pub locked_since: Option<Timestamp>,
    /// The next login must set a new password (`pwdReset`).
    pub must_change: bool,
    /// When the password was last set, by anybody; `None` where none was ever set or the server does not
    /// tell (`pwdChangedTime`).
    pub password_changed_at: Option<Timestamp>,
    /// The same as the server wrote it, to be relied on when the password is written.
    pub password_mark: Option<String>,
    /// The end of a temporary password that was mailed, as written; it outlives the owner's own change.
    pub temporary_until: Option<String>,
    /// Whether the entry has the auxiliary class that such an end needs.
    pub has_temporary_class: bool,
    /// When somebody last got in with the right password (`pwdLastSuccess`), where the server keeps it.
    pub last_login_at: Option<Timestamp>,
}

impl AccountState {
    /// Whether the person uses a password that they chose themselves, as far as the server tells: one was
    /// set and nothing asks to change it.
    pub fn chose_password(&self) -> bool {
        self.password_changed_at.is_some() && !self.must_change
    }

    /// When the password ends. An end that outlived its password, the owner having chosen another, is none.
    pub fn temporary_end(&self) -> Option<Timestamp> {
        let until = self.temporary_until.as_deref().and_then(parse_generalized);
        let set_after = |until: &Timestamp| self.password_changed_at.is_some_and(|at| at > *until);
        until.filter(|until| self.must_change && !set_after(until))
    }
}

/// How an account is tied to other accounts of the same person (SDET `ENTPersonRelation`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// The principal of which it is a secondary (`ENTPersRelRapprochPrincipal`).
    pub linked_to: Option<Dn>,
    /// Its secondaries (`ENTPersRelRapprochSecondaire`).
    pub linked: BTreeSet<Dn>,
    /// The account that absorbed it (`ENTPersRelFusionPrincipal`).
    pub merged_into: Option<Dn>,
    /// Those it absorbed (`ENTPersRelFusionSecondaire`).
    pub merged: BTreeSet<Dn>,
    /// Accounts of other people, however alike: somebody decided so.
    pub not_same: BTreeSet<Dn>,
    /// Logins of those it absorbed, where the directory has a place for them.
    pub former_logins: BTreeSet<String>,
}

impl Ties {
    /// The account that serves this one's person in its place: of an absorbed account the kept one, of a secondary the
    /// principal.
    pub fn served_by(&self) -> Option<&Dn> {
        self.merged_into.as_ref().or(self.linked_to.as_ref())
    }
}

/// One person's account. Made from an entry by the schema room, never by hand outside tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The entry's name.
    pub dn: Dn,
    /// Server-given identity that survives renames (`entryUUID`), where there is one.
    pub entry_uuid: Option<String>,
    /// The directory's own id (`uid`), opaque.
    pub uid: Option<String>,
    /// What one types at the login page.
    pub login: Option<String>,
    /// A login the person chose, which replaces it.
    pub alias: Option<String>,
    /// Family name in use.
    pub family_name: String,
    /// Usual given name.
    pub given_name: String,
    /// First and last name, as lists and messages say it.
    pub display_name: String,
    /// Full name as the directory writes it (`cn`), which may hold more.
    pub full_name: String,
    /// Family name at birth where it differs.
    pub birth_name: Option<String>,
    /// M., Mme.
    pub title: Option<String>,
    /// Birth date as the directory writes it, `jj/mm/aaaa` in SDET data.
    pub birth_date: Option<String>,
    /// What the person is, by object class first, profile second.
    pub roles: BTreeSet<Role>,
    /// Schools of the entry itself: home structure, classes and functions. Empty for most parents.
    pub schools: BTreeSet<Dn>,
    /// Classes of a pupil, classes taught by a teacher.
    pub classes: Vec<ClassRef>,
    /// Children, from the parent's own side.
    pub children: BTreeSet<Dn>,
    /// Parents, from all the pupil's link attributes, new and old.
    pub parents: BTreeSet<Dn>,
    /// How it is tied to other accounts of the same person.
    pub ties: Ties,
    /// Mail addresses.
    pub mails: Vec<String>,
    /// Keys under which the feeds know the person (`ENTPersonJointure`).
    pub join_keys: Vec<String>,
    /// Password and access, as the server tells.
    pub state: AccountState,
    /// Attributes and values that make this account what it is (server-given identity, login, role, home
    /// structure): a change relies on them.
    pub evidence: Vec<(String, String)>,
}

impl Account {
    /// An account that is no longer there, known only by the names a history kept.
    pub fn gone(reference: &AccountRef) -> Self {
        Account {
            dn: reference.dn.clone(),
            entry_uuid: None,
            uid: reference.uid.clone(),
            login: reference.login.clone(),
            alias: None,
            family_name: String::new(),
            given_name: String::new(),
            display_name: reference.name.clone(),
            full_name: reference.name.clone(),
            birth_name: None,
            title: None,
            birth_date: None,
            roles: BTreeSet::new(),
            schools: BTreeSet::new(),
            classes: Vec::new(),
            children: BTreeSet::new(),
            parents: BTreeSet::new(),
            ties: Ties::default(),
            mails: Vec::new(),
            join_keys: Vec::new(),
            state: AccountState::default(),
            evidence: Vec::new(),
        }
    }

    /// How the account is named in lists, messages, history and JSON.
    pub fn reference(&self) -> AccountRef {
        AccountRef {
            dn: self.dn.clone(),
            uid: self.uid.clone(),
            login: self.login.clone(),
            name: self.display_name.clone(),
        }
    }

    /// Whether it is closed by a join: absorbed by another account, or its secondary.
    pub fn is_closed_by_join(&self) -> bool {
        self.state.disabled && self.ties.served_by().is_some()
    }

    /// Whether the person has this role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// The names of an account that may stand in a history, a plan or a message (JSON `account`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRef {
    /// The entry's name.
    pub dn: Dn,
    /// The directory's own id.
    pub uid: Option<String>,
    /// The login.
    pub login: Option<String>,
    /// First and last name.
    pub name: String,
}

impl AccountRef {
    /// An account of which nothing but the name of its entry is known.
    pub fn of_name(dn: &Dn) -> Self {
        let number = dn.rdn_value();
        AccountRef {
            name: number.clone().unwrap_or_else(|| dn.as_str().to_owned()),
            uid: number,
            login: None,
            dn: dn.clone(),
        }
    }
}

/// A school (SDET `ENTEtablissement`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// The structure's entry.
    pub dn: Dn,
    /// National number, seven digits and a letter (`ENTStructureUAI`).
    pub uai: Option<String>,
    /// Usual name (`ENTStructureNomCourant`).
    pub name: String,
    /// Class names the school declares (`ENTStructureClasses`, first field), in order.
    pub classes: Vec<String>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A person for the tests of the rules.
    pub(crate) fn person(roles: &[Role]) -> Account {
        Account {
            dn: Dn::parse("uid=f26a0001,dc=x").expect("dn"),
            entry_uuid: None,
            uid: Some("f26a0001".into()),
            login: Some("lea.dupont".into()),
            alias: None,
            family_name: "Dupont".into(),
            given_name: "Léa".into(),
            display_name: "Léa Dupont".into(),
            full_name: "Léa Dupont".into(),
            birth_name: None,
            title: None,
            birth_date: None,
            roles: roles.iter().copied().collect(),
            schools: BTreeSet::new(),
            classes: Vec::new(),
            children: BTreeSet::new(),
            parents: BTreeSet::new(),
            ties: Ties::default(),
            mails: Vec::new(),
            join_keys: Vec::new(),
            state: AccountState::default(),
            evidence: vec![("objectClass".into(), "ENTEleve".into())],
        }
    }

    #[test]
    fn a_class_is_split_at_the_first_dollar() {
        let class = ClassRef::parse("ENTStructureSIREN=1,ou=s,dc=x$- 2NDE $4").expect("class");
        assert_eq!(class.name, "- 2NDE $4");
        assert_eq!(class.school.as_str(), "ENTStructureSIREN=1,ou=s,dc=x");
        assert_eq!(ClassRef::parse("6A"), None);
    }
}
