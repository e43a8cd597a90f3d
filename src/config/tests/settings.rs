//! Good files, and the settings they give.

use super::*;
use crate::domain::filter::Filter;
use crate::domain::limits::ChangeLimit;
use crate::domain::password::Style;
use std::path::PathBuf;
use std::time::Duration;

fn profile(text: &str) -> Profile {
    match read(text) {
        Ok(mut config) => config.profiles.remove("x").expect("x"),
        Err(error) => panic!("{}", said(&error, Language::En)),
    }
}

#[test]
fn bases_follow_the_top_unless_they_are_named() {
    let profile = profile(&with("people_base = \"ou=personnes,dc=x\""));
    assert_eq!(profile.people_base.as_str(), "ou=personnes,dc=x");
    assert_eq!(profile.structures_base, profile.base_dn);
    assert_eq!(profile.groups_base, profile.base_dn);
}

#[test]
fn times_numbers_and_filters_are_typed() {
    let profile = profile(&with(
        "connect_timeout = 0.5\noperation_timeout = \"90s\"\npage_size = 0x3e8\nprotected = \"(uid=admin*)\"\nlimits.max_changes = \"5%\"",
    ));
    assert_eq!(profile.connect_timeout, Duration::from_millis(500));
    assert_eq!(profile.operation_timeout, Duration::from_secs(90));
    assert_eq!(profile.page_size, 1000);
    assert_eq!(
        profile.protected,
        Some(Filter::Typed("(uid=admin*)".into()))
    );
    assert_eq!(profile.limits.max_changes, Some(ChangeLimit::Percent(5)));
}

#[test]
fn paths_start_at_the_files_folder_or_at_home() {
    let profile = profile(&with(
        "ca_file = \"tls/ca.pem\"\nhistory = \"/srv/history\"\nbind = { dn = \"cn=a\", password_file = \"~/secret\" }",
    ));
    assert_eq!(
        profile.ca_file,
        Some(PathBuf::from("/etc/entctl/tls/ca.pem"))
    );
    assert_eq!(profile.history, Some(PathBuf::from("/srv/history")));
    let home = etcetera::home_dir().expect("home");
    assert!(matches!(
        profile.authentication,
        Authentication::Simple { password: PasswordSource::File(path), .. } if path == home.join("secret")
    ));
}

#[test]
fn the_way_to_authenticate_follows_from_what_is_given() {
    let method = |more: &str| profile(&with(more)).authentication;
    assert_eq!(method(""), Authentication::Anonymous);
    assert_eq!(method("[profiles.x.bind]"), Authentication::Anonymous);
    assert!(matches!(
        method("bind.dn = \"cn=a\""),
        Authentication::Simple {
            password: PasswordSource::Prompt,
            ..
        }
    ));
    assert_eq!(
        method("client_key = \"k\"\nclient_certificate = \"c\"\nbind.method = \"external\""),
        Authentication::External
    );
    assert!(matches!(
        method("bind = { dn = \"cn=a\", password_env = \"E\" }"),
        Authentication::Simple { password: PasswordSource::Environment(name), .. } if name == "E"
    ));
}

#[test]
fn a_profile_wins_over_the_defaults_key_by_key() {
    let profile = profile(&format!(
        "[slips]\nent_url = \"https://ent\"\nhelp = \"all\"\n[passwords]\nminimum_length = 12\n{}",
        with("slips.help = \"mine\"\npasswords.style = \"digits\"")
    ));
    assert_eq!(profile.slips.ent_url.as_deref(), Some("https://ent"));
    assert_eq!(profile.slips.help.as_deref(), Some("mine"));
    assert_eq!(profile.passwords.style, Style::Digits);
    assert_eq!(profile.passwords.minimum_length, 12);
}

#[test]
fn an_attribute_may_be_called_password() {
    let profile = profile(&with("attributes.password = \"unicodePwd\""));
    assert_eq!(profile.attributes["password"], ["unicodePwd"]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_taken() {
    let text = format!("\u{feff}{}", with("page_size = 7").replace('\n', "\r\n"));
    assert_eq!(profile(&text).page_size, 7);
}

#[test]
fn passwords_stay_off_the_open_network() {
    let refused = |url: &str, more: &str| {
        let text = format!("[profiles.x]\nurls = [\"{url}\"]\nbase_dn = \"dc=x\"\n{more}\n");
        plaintext_refused(&profile(&text), url)
    };
    let simple = "bind.dn = \"cn=a\"";
    assert!(refused("ldap://annuaire.example.fr", simple));
    assert!(refused("ldap://10.0.0.1", simple));
    assert!(refused("ldap://[2001:db8::1]", simple));
    assert!(refused("ldap://127.0.0.1.example.fr", simple));
    for url in [
        "ldaps://annuaire.example.fr",
        "ldap://localhost",
        "ldap://127.0.0.1:389",
        "ldap://[::1]",
        "ldapi:///",
    ] {
        assert!(!refused(url, simple), "{url}");
    }
    for more in [
        "",
        "start_tls = true\nbind.dn = \"cn=a\"",
        "allow_plaintext_password = true\nbind.dn = \"cn=a\"",
    ] {
        assert!(!refused("ldap://annuaire.example.fr", more), "{more}");
    }
    let profile = profile(&with(simple));
    assert!(plaintext_refused(&profile, "what is this"));
    let error = plaintext_error(&profile, "ldap://annuaire");
    assert!(said(&error, Language::Fr).contains("sans chiffrement vers ldap://annuaire"));
    assert!(said(&error, Language::En).contains("start_tls = true"));
}

#[test]
fn a_profile_is_narrowed_to_classes_roles_and_commands() {
    use crate::domain::account::Role;
    let narrowed = profile(&with(
        "classes = [\"6A\"]\nroles = [\"pupil\", \"parent\"]\ncommands = [\"password reset\", \"account *\"]",
    ));
    assert_eq!(narrowed.classes, ["6A"]);
    assert_eq!(narrowed.roles, [Role::Pupil, Role::Parent]);
    assert!(narrowed.allows("password reset") && narrowed.allows("account lock"));
    assert!(!narrowed.allows("password status") && !narrowed.allows("history list"));
    let open = profile(&with(""));
    assert!(open.classes.is_empty() && open.roles.is_empty());
    assert!(open.allows("history list"));
}

#[test]
fn mail_goes_to_a_server_or_into_a_folder_as_the_profile_says() {
    let top = "[mail]\nserver = \"smtps://top.example.fr\"\nuser = \"top\"\npassword_env = \"TOP\"\nfrom = \"ENT <ent@example.fr>\"\ntime_zone = \"Indian/Reunion\"\n";
    let mail = |top: &str, own: &str| profile(&format!("{top}{}", with(own))).mail;
    assert_eq!(mail("", ""), None);
    let inherited = mail(top, "").expect("mail");
    assert!(
        matches!(&inherited.way, MailWay::Server { url, login: Some((user, PasswordSource::Environment(_))), .. }
        if url.host == "top.example.fr" && user == "top")
    );
    assert_eq!(
        inherited.time_zone,
        jiff::tz::TimeZone::get("Indian/Reunion").ok()
    );
    // The password at the top was not written for the profile's own server.
    let own = mail(top, "mail.server = \"smtp://own.example.fr\"").expect("mail");
    assert!(matches!(
        own.way,
        MailWay::Server {
            login: None,
            start_tls: true,
            ..
        }
    ));
    assert_eq!(own.from.address.as_str(), "ent@example.fr");
    let folder = mail(top, "mail.folder = \"mails\"").expect("mail");
    assert_eq!(
        folder.way,
        MailWay::Folder(PathBuf::from("/etc/entctl/mails"))
    );
    let here = mail(top, "mail.server = \"smtp://localhost:25\"").expect("mail");
    assert!(matches!(
        here.way,
        MailWay::Server {
            start_tls: false,
            ..
        }
    ));
}
