//! The attributes that a join reads and writes, by what they mean, and the rules of the profile.

use std::collections::BTreeSet;

/// Attributes by meaning, as the schema names them; a list is empty where the directory has no such thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinNames {
    /// A parent's children (SDET `ENTAuxPersRelEleveEleve`).
    pub children: Vec<String>,
    /// The classes that make a parent (`ENTAuxPersRelEleve`), which need at least one child.
    pub parent_classes: Vec<String>,
    /// What only these classes allow (`ENTAuxPersRelEleveRepresentant`): it goes when they do.
    pub parent_only: Vec<String>,
    /// On a child, `<name>$<kinship>$<financial>$<legal>$<contact>$<payment>` (`ENTElevePersRelEleve`).
    pub linked: Vec<String>,
    /// On a child, every attribute that names adults, the one above included.
    pub child_links: Vec<String>,
    /// Those of them that hold one value.
    pub single: Vec<String>,
    /// Members of a group by name (`member`).
    pub member: Vec<String>,
    /// Members of a group by number.
    pub member_id: Vec<String>,
    /// Attributes of a person whose values are rights.
    pub rights: Vec<String>,
    /// Further attributes, of any entry, that name people.
    pub references: Vec<String>,
    /// Every attribute that holds names of entries, as the server's own schema lists them.
    pub dn_syntax: Vec<String>,
    /// Where redirects and recovery addresses stand.
    pub mail: Vec<String>,
    /// On a secondary, its principal (`ENTPersRelRapprochPrincipal`).
    pub linked_to: Option<String>,
    /// On a principal, its secondaries.
    pub secondaries: Option<String>,
    /// On an absorbed account, the kept one (`ENTPersRelFusionPrincipal`).
    pub merged_into: Option<String>,
    /// On a kept account, those it absorbed.
    pub absorbed: Option<String>,
    /// The class that these four need (`ENTPersonRelation`).
    pub relation_class: Option<String>,
    /// Where a link's gifts are recorded.
    pub record: Option<String>,
    /// Where it is recorded that two accounts are of two people.
    pub not_same: Option<String>,
    /// Where the logins of absorbed accounts are kept.
    pub former_login: Option<String>,
    /// The class that these three need.
    pub record_class: Option<String>,
    /// Where an account is closed (`pwdAccountLockedTime`).
    pub locked: Option<String>,
    /// Number, login, alias, join key of a person.
    pub id: Option<String>,
    /// What one types to log in.
    pub login: Option<String>,
    /// A login the person chose.
    pub alias: Option<String>,
    /// Keys under which the feeds know the person.
    pub join_key: Option<String>,
    /// The password: known by name so that it is never kept.
    pub password: Option<String>,
}

impl JoinNames {
    /// Everything that is read of an entry of a scene.
    pub fn attributes(&self) -> Vec<String> {
        let lists = [
            &self.children,
            &self.child_links,
            &self.member,
            &self.member_id,
            &self.rights,
            &self.references,
            &self.parent_only,
            &self.dn_syntax,
            &self.mail,
        ];
        let single = [
            &self.linked_to,
            &self.secondaries,
            &self.merged_into,
            &self.absorbed,
            &self.record,
            &self.not_same,
            &self.former_login,
            &self.locked,
            &self.id,
            &self.login,
            &self.alias,
            &self.join_key,
        ];
        let always = ["objectClass", "entryUUID", "cn"];
        let all: BTreeSet<&str> = lists
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(single.into_iter().flatten().map(String::as_str))
            .chain(always)
            .collect();
        all.into_iter().map(str::to_owned).collect()
    }

    /// The attributes by which an entry names a person.
    pub fn naming(&self) -> Vec<&str> {
        let ties = [
            &self.linked_to,
            &self.secondaries,
            &self.merged_into,
            &self.absorbed,
            &self.not_same,
        ];
        let lists = [
            &self.child_links,
            &self.member,
            &self.references,
            &self.dn_syntax,
        ];
        let all: BTreeSet<&str> = lists
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(ties.into_iter().flatten().map(String::as_str))
            .collect();
        all.into_iter().collect()
    }

    /// Whether an attribute is one that ties two accounts.
    pub fn is_tie(&self, attribute: &str) -> bool {
        let ties = [
            &self.linked_to,
            &self.secondaries,
            &self.merged_into,
            &self.absorbed,
        ];
        ties.into_iter()
            .flatten()
            .any(|tie| tie.eq_ignore_ascii_case(attribute))
    }

    /// Whether an attribute holds one value.
    pub fn is_single(&self, attribute: &str) -> bool {
        self.single
            .iter()
            .any(|s| s.eq_ignore_ascii_case(attribute))
    }
}

/// What becomes of a join key (SDET `ENTPersonJointure`) in a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JoinKeys {
    /// The absorbed account keeps it, and the feed goes on updating that one.
    #[default]
    Leave,
    /// The kept account takes it, the absorbed one gets a placeholder.
    Move,
    /// Both have it, where the directory lets two entries have the same.
    Copy,
}

/// What the profile says of joins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinRules {
    /// Whether one may still log in with a secondary account.
    pub secondary_stays_open: bool,
    /// Whether a link may be made where the directory has no place to record it: then this machine's history alone
    /// knows what it gave.
    pub local_record: bool,
    /// Who stands in a group that would be empty otherwise.
    pub group_placeholder: Option<String>,
}
