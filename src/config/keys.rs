//! Every key a configuration may hold, as data: where it stands, what it takes, its default, and the
//! sentence that describes it.
//!
//! The reader ([`super::check`]), the suggestions for misspelt names, the manual page and the test that
//! keeps `config.example.toml` whole all read this one list.

pub use super::kind::Kind;
use crate::i18n::Text;

/// A table of the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// The top of the file.
    Top,
    /// `[profiles.NAME]`.
    Profile,
    /// `[profiles.NAME.bind]`.
    Bind,
    /// `[profiles.NAME.attributes]`.
    Attributes,
    /// `[profiles.NAME.redirect]`.
    Redirect,
    /// `[profiles.NAME.recovery]`.
    Recovery,
    /// `[profiles.NAME.passwords]`, or `[passwords]` for all profiles.
    Passwords,
    /// `[profiles.NAME.slips]`, or `[slips]` for all profiles.
    Slips,
    /// `[profiles.NAME.limits]`, or `[limits]` for all profiles.
    Limits,
    /// `[profiles.NAME.mail]`, or `[mail]` for all profiles.
    Mail,
    /// `[profiles.NAME.login_page]`: of one profile alone, for a request names an account of its directory.
    LoginPage,
    /// `[profiles.NAME.join]`: of one profile alone, for it names parts of its directory.
    Join,
}

impl Section {
    /// All tables, in the order they are documented.
    pub const ALL: [Section; 12] = [
        Section::Top,
        Section::Profile,
        Section::Bind,
        Section::Attributes,
        Section::Redirect,
        Section::Recovery,
        Section::Passwords,
        Section::Slips,
        Section::Limits,
        Section::Mail,
        Section::LoginPage,
        Section::Join,
    ];

    /// The table as written in the file, with `NAME` for the profile's name; empty for the top.
    pub fn path(self) -> &'static str {
        match self {
            Section::Top => "",
            Section::Profile => "profiles.NAME",
            Section::Bind => "profiles.NAME.bind",
            Section::Attributes => "profiles.NAME.attributes",
            Section::Redirect => "profiles.NAME.redirect",
            Section::Recovery => "profiles.NAME.recovery",
            Section::Passwords => "profiles.NAME.passwords",
            Section::Slips => "profiles.NAME.slips",
            Section::Limits => "profiles.NAME.limits",
            Section::Mail => "profiles.NAME.mail",
            Section::LoginPage => "profiles.NAME.login_page",
            Section::Join => "profiles.NAME.join",
        }
    }

    /// The last word of [`Section::path`], which sentence keys are made of.
    fn word(self) -> &'static str {
        match self {
            Section::Top => "top",
            Section::Profile => "profile",
            Section::Bind => "bind",
            Section::Attributes => "attributes",
            Section::Redirect => "redirect",
            Section::Recovery => "recovery",
            Section::Passwords => "passwords",
            Section::Slips => "slips",
            Section::Limits => "limits",
            Section::Mail => "mail",
            Section::LoginPage => "login-page",
            Section::Join => "join",
        }
    }

    /// The tables that may stand inside this one, by name. `profiles` is not among them: its names are
    /// free.
    pub fn subsections(self) -> &'static [(&'static str, Section)] {
        match self {
            Section::Top => &[
                ("passwords", Section::Passwords),
                ("slips", Section::Slips),
                ("limits", Section::Limits),
                ("mail", Section::Mail),
            ],
            Section::Profile => &[
                ("bind", Section::Bind),
                ("attributes", Section::Attributes),
                ("redirect", Section::Redirect),
                ("recovery", Section::Recovery),
                ("passwords", Section::Passwords),
                ("slips", Section::Slips),
                ("limits", Section::Limits),
                ("mail", Section::Mail),
                ("login_page", Section::LoginPage),
                ("join", Section::Join),
            ],
            _ => &[],
        }
    }

    /// The keys of this table.
    pub fn keys(self) -> impl Iterator<Item = &'static Key> {
        KEYS.iter().filter(move |key| key.section == self)
    }

    /// What the table is for.
    pub fn text(self) -> Text {
        Text::new(format!("config-section-{}", self.word()))
    }
}

/// One key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The table it stands in.
    pub section: Section,
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether its table is refused without it.
    pub required: bool,
    /// The value that holds where the key is absent, as TOML; `None` where absence is a value of its own.
    pub default: Option<&'static str>,
}

impl Key {
    /// Its full name with `NAME` for the profile: `profiles.NAME.base_dn`.
    pub fn path(&self) -> String {
        match self.section.path() {
            "" => self.name.to_owned(),
            table => format!("{table}.{}", self.name),
        }
    }

    /// What the key is for: one sentence, in `locales/*/config_keys.ftl`.
    pub fn text(&self) -> Text {
        Text::new(format!(
            "config-key-{}-{}",
            self.section.word(),
            self.name.replace('_', "-")
        ))
    }
}

const fn key(section: Section, name: &'static str, kind: Kind) -> Key {
    Key {
        section,
        name,
        kind,
        required: false,
        default: None,
    }
}

impl Key {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn default(mut self, toml: &'static str) -> Self {
        self.default = Some(toml);
        self
    }
}

/// Logical names that `[profiles.NAME.attributes]` may map to other attributes.
pub const ATTRIBUTE_NAMES: [&str; 46] = [
    "id",
    "login",
    "alias",
    "join_key",
    "family_name",
    "given_name",
    "full_name",
    "display_name",
    "birth_name",
    "birth_date",
    "title",
    "mail",
    "password",
    "must_change",
    "account_locked",
    "password_changed",
    "last_login",
    "temporary_until",
    "temporary_class",
    "home_structure",
    "functions",
    "pupil_classes",
    "teacher_classes",
    "pupil_groups",
    "children",
    "parent_only",
    "parents_linked",
    "parents_dn",
    "parents_text",
    "parents_single",
    "parents_also",
    "linked_to",
    "linked",
    "merged_into",
    "merged",
    "relation_class",
    "link_record",
    "not_same",
    "former_login",
    "record_class",
    "member",
    "member_of",
    "member_id",
    "school_code",
    "school_name",
    "school_classes",
];

/// The ways of writing a redirect that a profile may name; what each is, is data of the schema room.
pub const REDIRECT_WAYS: &[&str] = &[
    "own",
    "netscape",
    "qmail",
    "inetlocal",
    "zimbra",
    "gosa",
    "esco",
    "nis",
];
/// Those of them that have redirects in entries of their own.
pub const ALIAS_WAYS: &[&str] = &["esco", "nis"];

/// What is done about an address that several accounts share.
pub const SHARED_ADDRESS: &[&str] = &["refuse", "list"];

/// What becomes of a temporary password that was not used by its end.
pub const AT_END: &[&str] = &["replace", "disable"];

/// Whether one still logs in with the secondary account of a link.
pub const SECONDARY_LOGIN: &[&str] = &["closed", "open"];

/// What a merge does with the keys under which the feeds know the absorbed account.
pub const JOIN_KEYS: &[&str] = &["leave", "move", "copy"];

/// Number of keys outside `[profiles.NAME.attributes]`.
const PLAIN: usize = 85;

const PLAIN_KEYS: [Key; PLAIN] = {
    use Kind::*;
    use Section::*;
    [
        key(Top, "language", Choice(&["fr", "en"])),
        key(Top, "default_profile", Text),
        key(Profile, "urls", ServerUrls).required(),
        key(Profile, "start_tls", Boolean).default("false"),
        key(Profile, "ca_file", Path),
        key(Profile, "client_certificate", Path),
        key(Profile, "client_key", Path),
        key(Profile, "allow_plaintext_password", Boolean).default("false"),
        key(Profile, "base_dn", Dn).required(),
        key(Profile, "people_base", Dn),
        key(Profile, "structures_base", Dn),
        key(Profile, "groups_base", Dn),
        key(Profile, "schema", Choice(&["sdet", "inetorgperson"])).default("\"sdet\""),
        key(Profile, "schools", Uais),
        key(Profile, "classes", ClassNames),
        key(
            Profile,
            "roles",
            Choices(&["pupil", "parent", "teacher", "staff"]),
        ),
        key(Profile, "commands", Commands),
        key(Profile, "history", Path),
        key(Profile, "syslog", SystemLog).default("true"),
        key(Profile, "connect_timeout", Seconds).default("5"),
        key(Profile, "operation_timeout", Seconds).default("30"),
        key(
            Profile,
            "page_size",
            Integer {
                min: 1,
                max: 10_000,
            },
        )
        .default("1000"),
        key(Profile, "window", Integer { min: 1, max: 500 }).default("128"),
        key(
            Profile,
            "transactions",
            Choice(super::model::Transactions::WORDS),
        )
        .default("\"off\""),
        key(
            Profile,
            "transaction_changes",
            Integer { min: 8, max: 5000 },
        )
        .default("1000"),
        key(Profile, "protected", Filter),
        key(Profile, "user_dn_template", LoginTemplate),
        key(Profile, "policy_dn", Dn),
        key(Bind, "method", Choice(&["simple", "external", "anonymous"])),
        key(Bind, "dn", Dn),
        key(Bind, "password_file", Path),
        key(Bind, "password_command", Command),
        key(Bind, "password_env", Variable),
        key(Redirect, "way", Choice(REDIRECT_WAYS)),
        key(Redirect, "address", AttributeNames),
        key(Redirect, "attribute", AttributeName),
        key(Redirect, "class", AttributeName),
        key(Redirect, "several", Boolean),
        key(Redirect, "aliases", Dn),
        key(
            Redirect,
            "keep_copy",
            Choice(&["never", "own-address", "value"]),
        ),
        key(Redirect, "copy_attribute", AttributeName),
        key(Redirect, "copy_value", Text),
        key(Redirect, "no_copy_value", Text),
        key(Redirect, "own_domains", Domains),
        key(Redirect, "allowed_domains", Domains),
        key(Redirect, "forbidden_domains", Domains),
        key(Recovery, "parent", AttributeNames),
        key(Recovery, "teacher", AttributeNames),
        key(Recovery, "staff", AttributeNames),
        key(
            Passwords,
            "style",
            Choice(&["words", "letters", "digits", "mixed"]),
        )
        .default("\"words\""),
        key(Passwords, "minimum_length", Integer { min: 1, max: 128 }).default("6"),
        key(Passwords, "at_end", Choice(AT_END)).default("\"replace\""),
        key(Slips, "ent_url", WebUrl),
        key(Slips, "help", Text),
        key(Mail, "server", MailServer),
        key(Mail, "start_tls", Boolean).default("false"),
        key(Mail, "folder", Path),
        key(Mail, "ca_file", Path),
        key(Mail, "user", Text),
        key(Mail, "password_file", Path),
        key(Mail, "password_command", Command),
        key(Mail, "password_env", Variable),
        key(Mail, "from", Mailbox),
        key(Mail, "reply_to", Mailbox),
        key(Mail, "contact", Text),
        key(Mail, "templates", Path),
        key(Mail, "timeout", Seconds).default("30"),
        key(
            Mail,
            "max_per_minute",
            Integer {
                min: 1,
                max: 10_000,
            },
        )
        .default("60"),
        key(Mail, "time_zone", TimeZone),
        key(Mail, "valid_for", Stretch).default("\"24h\""),
        key(Mail, "shared_address", Choice(SHARED_ADDRESS)).default("\"refuse\""),
        key(Mail, "max_per_account", Integer { min: 1, max: 1000 }).default("3"),
        key(Mail, "account_period", Stretch).default("\"1h\""),
        key(Mail, "notices", Boolean).default("true"),
        key(LoginPage, "spool", Path).required(),
        key(LoginPage, "answer_after", Seconds).default("0.4"),
        key(
            LoginPage,
            "max_per_hour",
            Integer {
                min: 1,
                max: 100_000,
            },
        )
        .default("200"),
        key(
            LoginPage,
            "max_waiting",
            Integer {
                min: 1,
                max: 1_000_000,
            },
        )
        .default("10000"),
        key(Join, "secondary_login", Choice(SECONDARY_LOGIN)).default("\"closed\""),
        key(Join, "join_keys", Choice(JOIN_KEYS)).default("\"leave\""),
        key(Join, "rights", AttributeNames),
        key(Join, "references", AttributeNames),
        key(Join, "group_placeholder", Dn),
        key(Join, "recent", Stretch).default("\"90d\""),
        key(Limits, "max_shrink", ChangeLimit).default("\"20%\""),
    ]
};

/// Every key, table by table in the order they are documented.
pub const KEYS: [Key; PLAIN + ATTRIBUTE_NAMES.len() + 1] = {
    let mut all =
        [key(Section::Limits, "max_changes", Kind::ChangeLimit); PLAIN + ATTRIBUTE_NAMES.len() + 1];
    let mut i = 0;
    while i < PLAIN {
        all[i] = PLAIN_KEYS[i];
        i += 1;
    }
    let mut i = 0;
    while i < ATTRIBUTE_NAMES.len() {
        all[PLAIN + i] = key(
            Section::Attributes,
            ATTRIBUTE_NAMES[i],
            Kind::AttributeNames,
        );
        i += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};
    use std::collections::BTreeSet;

    #[test]
    fn every_key_stands_once() {
        let paths: BTreeSet<String> = KEYS.iter().map(Key::path).collect();
        assert_eq!(paths.len(), KEYS.len());
        let by_section: usize = Section::ALL.iter().map(|s| s.keys().count()).sum();
        assert_eq!(by_section, KEYS.len());
    }

    #[test]
    fn every_key_and_table_is_described_in_both_languages() {
        for language in Language::ALL {
            let localizer = Localizer::new(language);
            for key in &KEYS {
                assert!(localizer.has(&key.text().key), "{}", key.text().key);
                let expected = localizer.say(&key.kind.expected());
                assert!(
                    !expected.contains("config-") && !expected.contains('$'),
                    "{expected}"
                );
            }
            for section in Section::ALL {
                assert!(localizer.has(&section.text().key), "{}", section.text().key);
            }
        }
    }
}
