//! People in lists and in JSON.

use crate::domain::account::{Account, Role};
use crate::domain::dn::Dn;
use crate::i18n::Localizer;
use crate::output::{Cell, Column, Table, words};
use serde::Serialize;
use std::collections::BTreeMap;

/// A person in JSON: the reference of the contract, and what tells namesakes apart.
#[derive(Debug, Clone, Serialize)]
pub struct PersonJson {
    /// Name of the entry.
    pub dn: Dn,
    /// Id.
    pub uid: Option<String>,
    /// Login.
    pub login: Option<String>,
    /// First and last name.
    pub name: String,
    /// Roles by their stable names.
    pub roles: Vec<&'static str>,
    /// School, by its usual name.
    pub school: Option<String>,
    /// Classes.
    pub classes: Vec<String>,
    /// Birth date as the directory writes it.
    pub birth_date: Option<String>,
    /// Stable codes of the state.
    pub state: Vec<&'static str>,
    /// What was asked for, where that was another account of this person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
}

/// A person for JSON.
pub fn person_json(account: &Account, schools: &BTreeMap<Dn, String>) -> PersonJson {
    PersonJson {
        dn: account.dn.clone(),
        uid: account.uid.clone(),
        login: account.login.clone(),
        name: account.display_name.clone(),
        roles: account.roles.iter().map(|r| r.as_str()).collect(),
        school: school_of(account, schools),
        classes: account.classes.iter().map(|c| c.name.clone()).collect(),
        birth_date: account.birth_date.clone(),
        state: words::state_codes(account),
        asked: Vec::new(),
    }
}

/// The name of a person's school, where the entry names one.
pub fn school_of(account: &Account, schools: &BTreeMap<Dn, String>) -> Option<String> {
    account
        .schools
        .iter()
        .find_map(|dn| schools.get(dn).cloned())
}

const COLUMNS: &[Column] = &[
    Column {
        key: "last_name",
        title: "column-last-name",
    },
    Column {
        key: "first_name",
        title: "column-first-name",
    },
    Column {
        key: "class",
        title: "column-class",
    },
    Column {
        key: "role",
        title: "column-role",
    },
    Column {
        key: "school",
        title: "column-school",
    },
    Column {
        key: "birth_date",
        title: "column-birth-date",
    },
    Column {
        key: "login",
        title: "column-login",
    },
    Column {
        key: "state",
        title: "column-state",
    },
];

/// People as a table.
pub fn people_table(
    accounts: &[Account],
    schools: &BTreeMap<Dn, String>,
    localizer: &Localizer,
) -> Table {
    let mut table = Table::new(COLUMNS);
    for account in accounts {
        let classes: Vec<&str> = if account.is(Role::Pupil) {
            account.classes.iter().map(|c| c.name.as_str()).collect()
        } else {
            Vec::new()
        };
        let roles: Vec<&str> = account.roles.iter().map(|r| r.as_str()).collect();
        table.push(vec![
            account.family_name.clone().into(),
            account.given_name.clone().into(),
            classes.join(", ").into(),
            Cell::Shown {
                value: roles.join(","),
                words: words::roles(account, localizer),
            },
            school_of(account, schools).into(),
            account.birth_date.clone().into(),
            account.login.clone().into(),
            Cell::Shown {
                value: words::state_codes(account).join(","),
                words: words::state(account, localizer),
            },
        ]);
    }
    table
}
