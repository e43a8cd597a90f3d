//! An account as somebody names it afterwards, held against the names that were written down: there is no
//! directory to ask, and whoever was changed may be gone from it.

use super::account::AccountRef;
use super::dn::Dn;
use super::names::tokens;

/// By what an account was recognized, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// The entry's name.
    Dn,
    /// The login.
    Login,
    /// The directory's own id.
    Uid,
    /// The full name, as one would say it.
    Name,
}

/// What was typed to name an account.
#[derive(Debug, Clone)]
pub struct Mention {
    dn: Option<Dn>,
    typed: String,
    words: Vec<String>,
    /// Folded words that stand wherever the account is named.
    needed: Vec<String>,
    /// Whether nothing but the entry's name counts.
    only_dn: bool,
}

impl Mention {
    /// Takes a name as typed: an entry's name, a login, an id, or a full name. A part of a name is none.
    pub fn typed(text: &str) -> Self {
        let text = text.trim();
        let dn = Dn::parse(text).ok().filter(|dn| !dn.as_str().is_empty());
        let words = sorted(tokens(text));
        let needed = match &dn {
            Some(dn) => words_of(dn),
            None => words.clone(),
        };
        Mention {
            dn,
            typed: text.to_lowercase(),
            words,
            needed,
            only_dn: false,
        }
    }

    /// Means one account and no other.
    pub fn of(dn: &Dn) -> Self {
        Mention {
            needed: words_of(dn),
            dn: Some(dn.clone()),
            typed: String::new(),
            words: Vec::new(),
            only_dn: true,
        }
    }

    /// By what the account is recognized, if it is the one meant.
    pub fn fits(&self, account: &AccountRef) -> Option<Sign> {
        let same = |name: &Option<String>| {
            name.as_ref()
                .is_some_and(|name| !name.is_empty() && name.to_lowercase() == self.typed)
        };
        if self.dn.as_ref() == Some(&account.dn) {
            return Some(Sign::Dn);
        }
        if self.only_dn {
            return None;
        }
        if same(&account.login) {
            return Some(Sign::Login);
        }
        if same(&account.uid) {
            return Some(Sign::Uid);
        }
        let named = !self.words.is_empty() && sorted(tokens(&account.name)) == self.words;
        named.then_some(Sign::Name)
    }

    /// Whether a line of text that tells of an account can be about this one. Cheap, and never wrong where
    /// it says no: what is not plain (accents, escapes) may spell the words in another way.
    pub fn may_stand_in(&self, line: &str) -> bool {
        if !line.is_ascii() || line.contains('\\') {
            return true;
        }
        let line = line.to_ascii_lowercase();
        self.needed.iter().all(|word| line.contains(word))
    }
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

fn words_of(dn: &Dn) -> Vec<String> {
    tokens(&dn.rdn_value().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account() -> AccountRef {
        AccountRef {
            dn: Dn::parse("uid=f26a0001,ou=personnes,dc=x").expect("dn"),
            uid: Some("f26a0001".into()),
            login: Some("lea.d-orgeval".into()),
            name: "Léa-Zoé D’Orgeval".into(),
        }
    }

    #[test]
    fn every_name_of_an_account_is_understood() {
        for (typed, sign) in [
            ("uid=f26a0001,ou=personnes,dc=x", Sign::Dn),
            ("UID=F26A0001, ou=Personnes, dc=x", Sign::Dn),
            ("lea.d-orgeval", Sign::Login),
            (" LEA.D-orgeval ", Sign::Login),
            ("F26A0001", Sign::Uid),
            ("lea zoe d orgeval", Sign::Name),
            ("D'ORGEVAL Léa-Zoé", Sign::Name),
            ("Mme Léa Zoé d'Orgeval", Sign::Name),
        ] {
            assert_eq!(
                Mention::typed(typed).fits(&account()),
                Some(sign),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_part_or_a_near_name_is_nobody() {
        for typed in [
            "",
            "…",
            "lea",
            "d'orgeval",
            "lea d'orgeval",
            "lea zoe d'orgeval dupont",
            "lea zoe d'orgevale",
            "lea.d-orgeva",
            "f26a000",
            "uid=f26a0001",
            "uid=f26a0001,ou=personnes,dc=y",
        ] {
            assert_eq!(Mention::typed(typed).fits(&account()), None, "{typed:?}");
        }
        let nameless = AccountRef {
            login: Some(String::new()),
            name: String::new(),
            uid: None,
            ..account()
        };
        assert_eq!(Mention::typed("").fits(&nameless), None);
    }

    #[test]
    fn one_account_is_meant_by_its_entry_alone() {
        let other = AccountRef {
            dn: Dn::parse("uid=f26a0001,ou=autres,dc=x").expect("dn"),
            ..account()
        };
        let mention = Mention::of(&account().dn);
        assert_eq!(mention.fits(&account()), Some(Sign::Dn));
        assert_eq!(mention.fits(&other), None);
    }

    #[test]
    fn a_line_of_another_account_is_seen_at_a_glance() {
        let mention = Mention::typed("paul martin");
        assert!(mention.may_stand_in(r#"{"name":"Paul MARTIN"}"#));
        assert!(!mention.may_stand_in(r#"{"name":"Paul Martel"}"#));
        // An accent or an escape may hide the very name.
        assert!(mention.may_stand_in(r#"{"name":"Pàul Martin"}"#));
        assert!(mention.may_stand_in(r#"{"dn":"cn=p\\61ul"}"#));
    }

    proptest! {
        /// Whatever fits is never passed over at a glance.
        #[test]
        fn the_glance_never_misses_anybody(
            name in "[A-Za-zÉé'’ -]{0,12}",
            login in "[A-Za-z.,+#\"é-]{1,10}",
            uid in "[a-z0-9,+ ]{1,8}",
            typed in 0..4usize,
        ) {
            let dn = Dn::parse("ou=personnes,dc=x").expect("dn").child("uid", &uid);
            let account = AccountRef {
                dn: dn.clone(),
                uid: Some(uid.clone()),
                login: Some(login.clone()),
                name: name.clone(),
            };
            let line = serde_json::to_string(&account).expect("json");
            let typed = [name, login, uid, dn.as_str().to_owned()][typed].clone();
            for mention in [Mention::typed(&typed), Mention::of(&dn)] {
                if mention.fits(&account).is_some() {
                    prop_assert!(mention.may_stand_in(&line), "{typed:?} in {line}");
                }
            }
        }
    }
}
