//! What a configuration key may take, and how that is said to a person.

use crate::i18n::Text;

/// What a key takes. Each kind has its sentence in [`Kind::expected`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text that is not empty.
    Text,
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A path; one that is not absolute starts at the configuration file's folder, `~/` at the home.
    Path,
    /// One or more server addresses (RFC 4516 scheme and host only, `ldapi` as OpenLDAP writes it).
    ServerUrls,
    /// The address of a web page, `http` or `https`.
    WebUrl,
    /// A distinguished name (RFC 4514).
    Dn,
    /// A number of seconds, or text such as `"5s"`.
    Seconds,
    /// A stretch of time, such as `"90m"`, `"24h"` or `"2d"`.
    Stretch,
    /// A whole number in this range, ends included.
    Integer {
        /// Least.
        min: u64,
        /// Most.
        max: u64,
    },
    /// A list of national school numbers (UAI): seven digits and a capital letter.
    Uais,
    /// A list of class names.
    ClassNames,
    /// A list of some of these words.
    Choices(&'static [&'static str]),
    /// A list of commands, such as `password reset`, or of all of one object, such as `account *`.
    Commands,
    /// A search filter (RFC 4515).
    Filter,
    /// `attribute={login},rest of the name`.
    LoginTemplate,
    /// An attribute name, or several in the order they are looked at (RFC 4512 section 2.5).
    AttributeNames,
    /// One attribute or class name (RFC 4512 section 1.4).
    AttributeName,
    /// A list of mail domains.
    Domains,
    /// A program and its arguments, run without a shell.
    Command,
    /// The name of an environment variable.
    Variable,
    /// A number of accounts, or a share as `"10%"`.
    ChangeLimit,
    /// `true`, `false`, or the path of the system log's socket.
    SystemLog,
    /// The address of a mail server, `smtps://` or `smtp://`.
    MailServer,
    /// A mail address, with or without a name before it.
    Mailbox,
    /// A time zone by its name in the IANA database.
    TimeZone,
}

impl Kind {
    /// The sentence that says what is expected, with an example where that helps.
    pub fn expected(self) -> Text {
        let text = |word: &str| Text::new(format!("config-expected-{word}"));
        match self {
            Kind::Text => text("text"),
            Kind::Boolean => text("boolean").with("example", "true, false"),
            Kind::Choice(words) => text("choice").with("words", quoted(words)),
            Kind::Path => text("path"),
            Kind::ServerUrls => {
                text("server-urls").with("example", r#"["ldaps://annuaire.example.fr"]"#)
            }
            Kind::WebUrl => text("web-url").with("example", r#""https://ent.example.fr""#),
            Kind::Dn => text("name").with("example", r#""ou=personnes,dc=ent,dc=fr""#),
            Kind::Seconds => text("seconds").with("example", r#"5, "5s""#),
            Kind::Stretch => text("stretch").with("example", r#""24h", "90m", "2d""#),
            Kind::Integer { min, max } => text("integer")
                .with("min", min.to_string())
                .with("max", max.to_string()),
            Kind::Uais => text("uais").with("example", r#"["0310042X"]"#),
            Kind::ClassNames => text("class-names").with("example", r#"["6A", "6B"]"#),
            Kind::Choices(words) => text("choices").with("words", quoted(words)),
            Kind::Commands => {
                text("commands").with("example", r#"["password reset", "account *"]"#)
            }
            Kind::Filter => text("filter").with("example", r#""(uid=admin*)""#),
            Kind::LoginTemplate => {
                text("login-template").with("example", r#""uid={login},ou=personnes,dc=ent,dc=fr""#)
            }
            Kind::AttributeNames => {
                text("attribute-names").with("example", r#""mail", ["mail", "mailLocalAddress"]"#)
            }
            Kind::AttributeName => {
                text("attribute-name").with("example", r#""mailRoutingAddress""#)
            }
            Kind::Domains => text("domains").with("example", r#"["ent.example.fr"]"#),
            Kind::Command => text("command").with("example", r#"["pass", "show", "entctl"]"#),
            Kind::Variable => text("variable").with("example", r#""ENTCTL_ADMIN_PASSWORD""#),
            Kind::SystemLog => text("system-log").with("example", r#"true, false, "/run/log""#),
            Kind::MailServer => text("mail-server").with("example", r#""smtps://mail.example.fr""#),
            Kind::Mailbox => text("mailbox").with(
                "example",
                r#""Collège Jean-Moulin <ent@college.example.fr>""#,
            ),
            Kind::TimeZone => text("time-zone").with("example", r#""Europe/Paris""#),
            Kind::ChangeLimit => text("change-limit").with("example", r#"50, "10%""#),
        }
    }
}

/// Words as they are written in TOML: `"fr", "en"`.
fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    quoted.join(", ")
}
