//! `[profiles.NAME.join]`: how accounts of one person are linked and merged.

use super::build::Reader;
use super::check::Table;
use crate::domain::dn::Dn;
use crate::domain::join::JoinKeys;
use std::time::Duration;

/// How accounts are joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinSettings {
    /// Whether one may still log in with a secondary account.
    pub secondary_stays_open: bool,
    /// What becomes of the keys under which the feeds know an absorbed account.
    pub join_keys: JoinKeys,
    /// Attributes of a person whose values the principal gains as well.
    pub rights: Vec<String>,
    /// Further attributes, of whatever entry, that name people: names, or names before the first `$`.
    pub references: Vec<String>,
    /// Who stands in a group that would be empty otherwise.
    pub group_placeholder: Option<Dn>,
    /// How long ago a login still counts as recent.
    pub recent: Duration,
}

fn join_keys(word: &str) -> Option<JoinKeys> {
    match word {
        "leave" => Some(JoinKeys::Leave),
        "move" => Some(JoinKeys::Move),
        "copy" => Some(JoinKeys::Copy),
        _ => None,
    }
}

impl Default for JoinSettings {
    fn default() -> Self {
        JoinSettings {
            secondary_stays_open: false,
            join_keys: JoinKeys::default(),
            rights: Vec::new(),
            references: Vec::new(),
            group_placeholder: None,
            recent: Duration::from_secs(90 * 24 * 60 * 60),
        }
    }
}

/// The settings of a profile; the usual ones where it has none.
pub(super) fn read(profile: &Table) -> JoinSettings {
    let usual = JoinSettings::default();
    let Some(table) = profile.table("join") else {
        return usual;
    };
    let read = Reader(table);
    JoinSettings {
        secondary_stays_open: read.text("secondary_login").as_deref() == Some("open"),
        join_keys: read
            .text("join_keys")
            .and_then(|word| join_keys(&word))
            .unwrap_or_default(),
        rights: read.texts("rights").unwrap_or_default(),
        references: read.texts("references").unwrap_or_default(),
        group_placeholder: read.dn("group_placeholder"),
        recent: read.seconds("recent").unwrap_or(usual.recent),
    }
}
