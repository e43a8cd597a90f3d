//! The attributes that joins of accounts read and write, by what they mean.

use super::Schema;
use crate::domain::account::Role;
use crate::domain::join::JoinNames;

impl Schema {
    /// The attributes of a join; `rights` and `references` are those that the profile adds.
    pub fn join(&self, rights: &[String], references: &[String]) -> JoinNames {
        let all = |logical: &str| self.all(logical).to_vec();
        let one = |logical: &str| self.one(logical).map(str::to_owned);
        let child_links = [
            "parents_linked",
            "parents_dn",
            "parents_text",
            "parents_also",
        ];
        JoinNames {
            children: all("children"),
            parent_classes: self.roles[&Role::Parent].object_classes.clone(),
            parent_only: all("parent_only"),
            linked: all("parents_linked"),
            child_links: child_links
                .iter()
                .flat_map(|logical| all(logical))
                .collect(),
            single: all("parents_single"),
            member: all("member"),
            member_id: all("member_id"),
            rights: rights.to_vec(),
            references: references.to_vec(),
            dn_syntax: Vec::new(),
            mail: Vec::new(),
            linked_to: one("linked_to"),
            secondaries: one("linked"),
            merged_into: one("merged_into"),
            absorbed: one("merged"),
            relation_class: one("relation_class"),
            record: one("link_record"),
            not_same: one("not_same"),
            former_login: one("former_login"),
            record_class: one("record_class"),
            locked: one("account_locked"),
            id: one("id"),
            login: one("login"),
            alias: one("alias"),
            join_key: one("join_key"),
            password: one("password"),
        }
    }
}
