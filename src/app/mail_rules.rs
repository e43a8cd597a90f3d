//! How a profile's directory has redirects and recovery addresses written.

use super::{App, Office};
use crate::domain::account::Role;
use crate::domain::redirect::{MailRules, THE_REDIRECT};
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use crate::schema::redirect::{Replaced, way};

/// Whose recovery address is looked for in the redirect, where the configuration does not say: as in the ENT of
/// Occitanie, where both are one.
const RECOVERED: [Role; 3] = [Role::Parent, Role::Teacher, Role::Staff];

impl App {
    /// The rules of an opened directory.
    ///
    /// # Errors
    /// Exit 2 where the profile does not say how redirects are written: there is no national way.
    pub fn mail_rules(&self, office: &Office) -> Result<MailRules> {
        let unknown = || {
            CommandError::usage(
                "redirect-not-configured",
                Text::new("redirect-not-configured").with("profile", &office.profile.name),
            )
            .hint(Text::new("redirect-not-configured-hint").with("profile", &office.profile.name))
        };
        let settings = office.profile.redirect.clone().ok_or_else(unknown)?;
        let replaced = Replaced {
            attribute: settings.attribute,
            class: settings.class,
            several: settings.several,
            aliases: settings.aliases,
            copy: settings.keep_copy,
            copy_attribute: settings.copy_attribute,
            copy_value: settings.copy_value,
            no_copy_value: settings.no_copy_value,
        };
        let way = way(&settings.way, &replaced).ok_or_else(unknown)?;
        let address = if settings.address.is_empty() {
            office.people.schema().all("mail").to_vec()
        } else {
            settings.address
        };
        let mut recovery = office.profile.recovery.clone();
        for role in RECOVERED {
            recovery
                .entry(role)
                .or_insert_with(|| vec![THE_REDIRECT.to_owned()]);
        }
        Ok(MailRules {
            way,
            address,
            own_domains: settings.own_domains,
            allowed: settings.allowed_domains,
            forbidden: settings.forbidden_domains,
            recovery,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::keys::{ALIAS_WAYS, REDIRECT_WAYS};
    use crate::schema::redirect::{names, stands_apart};
    use std::collections::BTreeSet;

    #[test]
    fn every_way_there_is_can_be_chosen() {
        let chosen: BTreeSet<&str> = REDIRECT_WAYS.iter().copied().collect();
        assert_eq!(chosen, names().collect());
        let apart: BTreeSet<&str> = ALIAS_WAYS.iter().copied().collect();
        assert_eq!(apart, names().filter(|n| stands_apart(n)).collect());
    }
}
