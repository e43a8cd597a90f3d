//! `config.example.toml` is true: it loads, with all its options too, and leaves nothing out.

use super::*;
use crate::domain::limits::ChangeLimit;
use std::time::Duration;

const EXAMPLE: &str = include_str!("../../config.example.toml");

/// The option of a commented line: `#` directly followed by a setting or a table.
fn option(line: &str) -> Option<&str> {
    line.strip_prefix('#')
        .filter(|rest| rest.starts_with(|c: char| c == '[' || c.is_ascii_lowercase()))
}

fn uncommented() -> String {
    EXAMPLE
        .lines()
        .map(|line| option(line).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn parsed(text: &str) -> Config {
    parse(text, Path::new("/etc/entctl/config.example.toml")).unwrap_or_else(|error| {
        let localizer = crate::i18n::Localizer::new(crate::i18n::Language::En);
        let lines: Vec<String> = error.lines().iter().map(|l| localizer.say(l)).collect();
        panic!("{}", lines.join("\n"))
    })
}

#[test]
fn the_example_loads_as_it_is() {
    let config = parsed(EXAMPLE);
    assert_eq!(config.profiles.len(), 1);
    let college = config.profile(None).expect("the only profile");
    assert_eq!(college.name, "college");
    assert_eq!(college.schools, Some(vec!["0310042X".to_owned()]));
    assert!(matches!(
        &college.authentication,
        Authentication::Simple {
            password: PasswordSource::Prompt,
            ..
        }
    ));
}

#[test]
fn the_example_loads_with_every_option() {
    let config = parsed(&uncommented());
    assert_eq!(config.language, Some(crate::i18n::Language::Fr));
    assert_eq!(config.default_profile.as_deref(), Some("college"));
    let college = config.profile(None).expect("default");
    assert_eq!(
        college.ca_file.as_deref(),
        Some(Path::new("/etc/entctl/ca.pem"))
    );
    assert_eq!(college.attributes.len(), keys::ATTRIBUTE_NAMES.len());
    assert_eq!(
        college.attributes["pupil_groups"],
        ["ENTEleveGroupes", "ENTAuxEnsGroupes"]
    );
    assert_eq!(college.limits.max_changes, Some(ChangeLimit::Count(400)));
    let lycee = config.profile(Some("lycee")).expect("lycee");
    assert_eq!(lycee.limits.max_changes, Some(ChangeLimit::Percent(10)));
    assert!(matches!(
        &lycee.authentication,
        Authentication::Simple { password: PasswordSource::Command(command), .. }
            if command == &["pass", "show", "ent/admin-lycee"]
    ));
    let mail = college.mail.as_ref().expect("mail");
    assert_eq!(mail.from.address.as_str(), "ent@college.example.fr");
    assert!(matches!(
        &mail.way,
        MailWay::Server { login: Some((user, PasswordSource::File(_))), start_tls: false, .. } if user == "ent-college"
    ));
    let page = college.login_page.as_ref().expect("a login page");
    assert_eq!(page.spool, Path::new("/var/lib/entctl/requests"));
    assert_eq!(page.answer_after, Duration::from_millis(400));
    assert_eq!((page.max_per_hour, page.max_waiting), (200, 10_000));
    let mail = lycee.mail.as_ref().expect("mail");
    assert_eq!(mail.from.name.as_deref(), Some("ENT"));
    assert!(matches!(
        &mail.way,
        MailWay::Server {
            start_tls: true,
            ..
        }
    ));
    assert_eq!(
        config.profile(Some("local")).expect("local").authentication,
        Authentication::External
    );
}

/// Walks the example line by line and hands over (table, name, value, commented).
fn options() -> Vec<(String, String, String, bool)> {
    let mut table = String::new();
    let mut found = Vec::new();
    for line in EXAMPLE.lines() {
        let commented = option(line).is_some();
        let line = option(line).unwrap_or(line);
        if let Some(header) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            table = header.to_owned();
        } else if let (false, Some((name, value))) = (line.starts_with('#'), line.split_once(" = "))
        {
            found.push((table.clone(), name.to_owned(), value.to_owned(), commented));
        }
    }
    found
}

#[test]
fn every_key_stands_in_the_example() {
    let options = options();
    for key in &keys::KEYS {
        let table = key.section.path().replace("NAME", "college");
        let anywhere = |found: &str| match key.section {
            keys::Section::Bind => found.ends_with(".bind"),
            keys::Section::Mail => found.ends_with(".mail"),
            _ => found == table,
        };
        assert!(
            options
                .iter()
                .any(|(found, name, ..)| anywhere(found) && name == key.name),
            "{} is not in config.example.toml",
            key.path()
        );
    }
}

#[test]
fn commented_values_are_the_defaults() {
    for key in keys::KEYS.iter().filter(|key| key.default.is_some()) {
        let table = key.section.path().replace("NAME", "college");
        let shown = options()
            .into_iter()
            .find(|(found, name, ..)| *found == table && name == key.name)
            .map(|(_, _, value, commented)| (value, commented));
        assert_eq!(
            shown,
            key.default.map(|d| (d.to_owned(), true)),
            "{}",
            key.path()
        );
    }
}

#[test]
fn registry_defaults_are_what_an_empty_profile_gets() {
    let minimal = "[profiles.x]\nurls = [\"ldapi:///\"]\nbase_dn = \"dc=x\"\n";
    let mut full = minimal.to_owned();
    for section in [keys::Section::Profile, keys::Section::Passwords] {
        if section != keys::Section::Profile {
            full.push_str(&format!("[{}]\n", section.path().replace("NAME", "x")));
        }
        for key in section.keys() {
            if let Some(default) = key.default {
                full.push_str(&format!("{} = {default}\n", key.name));
            }
        }
    }
    let (minimal, full) = (parsed(minimal), parsed(&full));
    assert_eq!(format!("{minimal:?}"), format!("{full:?}"));
    assert_eq!(
        minimal.profiles["x"].connect_timeout,
        Duration::from_secs(5)
    );
}
