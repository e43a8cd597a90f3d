//! Ways in, and ways to be kept out.

use super::slapd::{ADMIN, ADMIN_PASSWORD, PEOPLE, Shows, Slapd};
use super::{LdapDirectory, Settings, dn, refused, settings, simple};
use crate::directory::ldap::Credentials;
use crate::directory::{Directory, ErrorKind, TlsProblem};

fn admin(slapd: &Slapd, url: &str) -> Settings {
    Settings {
        ca_file: Some(slapd.file("ca.pem")),
        ..simple(settings(url), ADMIN, ADMIN_PASSWORD)
    }
}

async fn reads(directory: &LdapDirectory) {
    let found = directory
        .read(&dn(&format!("uid=alice,{PEOPLE}")), &["sn".to_owned()])
        .await
        .expect("read")
        .expect("found");
    assert_eq!(found.text("sn").as_deref(), Some("Exemple"));
}

#[tokio::test]
async fn every_transport_leads_in() {
    let slapd = Slapd::start();
    let mut urls = vec![&slapd.ldap, &slapd.ldaps, &slapd.ldapi];
    urls.extend(&slapd.ldaps6);
    for url in urls {
        let directory = LdapDirectory::connect(admin(&slapd, url)).await.expect(url);
        assert_eq!(&directory.session().url, url);
        assert_eq!(directory.session().bound_as.as_deref(), Some(ADMIN));
        reads(&directory).await;
        directory.close().await;
    }
    let by_name = format!("ldap://localhost:{}", slapd.port);
    for (url, start_tls) in [(&slapd.ldap, true), (&by_name, true), (&by_name, false)] {
        let settings = Settings {
            start_tls,
            ..admin(&slapd, url)
        };
        reads(&LdapDirectory::connect(settings).await.expect(url)).await;
    }
}

#[tokio::test]
async fn external_identities_lead_in() {
    let slapd = Slapd::start();
    let by_socket = Settings {
        credentials: Credentials::External,
        ..settings(&slapd.ldapi)
    };
    reads(&LdapDirectory::connect(by_socket).await.expect("ldapi")).await;
    for (url, start_tls) in [(&slapd.ldaps, false), (&slapd.ldap, true)] {
        let by_certificate = Settings {
            credentials: Credentials::External,
            client_certificate: Some(slapd.file("client.pem")),
            client_key: Some(slapd.file("client.key")),
            start_tls,
            ..admin(&slapd, url)
        };
        let directory = LdapDirectory::connect(by_certificate).await.expect(url);
        assert_eq!(directory.session().bound_as, None);
        reads(&directory).await;
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_the_same() {
    let slapd = Slapd::start();
    for (name, password) in [(ADMIN, "abricot-42"), ("uid=nobody,dc=ecole,dc=test", "x")] {
        let error = refused(simple(settings(&slapd.ldap), name, password)).await;
        assert_eq!(error.kind, ErrorKind::InvalidCredentials);
        assert_eq!(error.result_code, Some(49));
        assert_eq!(error.url.as_ref(), Some(&slapd.ldap));
        assert!(!format!("{error:?}").contains("abricot"));
    }
}

#[tokio::test]
async fn a_locked_account_is_told_apart() {
    let slapd = Slapd::start();
    let name = format!("uid=paul,{PEOPLE}");
    let error = refused(simple(settings(&slapd.ldap), &name, "paul-secret")).await;
    assert_eq!(error.kind, ErrorKind::BindAccountLocked);
}

#[tokio::test]
async fn bad_certificates_are_told_apart() {
    for (shows, ca, problem) in [
        (Shows::Expired, "ca.pem", TlsProblem::Expired),
        (Shows::NotYetValid, "ca.pem", TlsProblem::NotYetValid),
        (Shows::OtherName, "ca.pem", TlsProblem::WrongName),
        (Shows::Good, "other-ca.pem", TlsProblem::UnknownIssuer),
    ] {
        let slapd = Slapd::showing(shows);
        let mut attempts = vec![(&slapd.ldaps, false), (&slapd.ldap, true)];
        attempts.extend(slapd.ldaps6.as_ref().map(|url| (url, false)));
        for (url, start_tls) in attempts {
            let error = refused(Settings {
                ca_file: Some(slapd.file(ca)),
                start_tls,
                ..admin(&slapd, url)
            })
            .await;
            assert_eq!(error.kind, ErrorKind::Tls, "{error}");
            assert_eq!(error.tls, Some(problem), "{url} {error}");
        }
    }
}

#[tokio::test]
async fn the_system_does_not_vouch_for_a_private_authority() {
    let slapd = Slapd::start();
    let error = refused(Settings {
        ca_file: None,
        ..admin(&slapd, &slapd.ldaps)
    })
    .await;
    assert_eq!(error.tls, Some(TlsProblem::UnknownIssuer), "{error}");
}

#[tokio::test]
async fn certificate_files_that_hold_none_are_named() {
    let slapd = Slapd::start();
    for file in ["client.key", "absent.pem"] {
        let error = refused(Settings {
            ca_file: Some(slapd.file(file)),
            ..admin(&slapd, &slapd.ldaps)
        })
        .await;
        assert_eq!(error.kind, ErrorKind::Tls);
        assert!(error.diagnostic.contains(file), "{error}");
    }
    let error = refused(Settings {
        client_certificate: Some(slapd.file("client.pem")),
        ..admin(&slapd, &slapd.ldaps)
    })
    .await;
    assert!(error.diagnostic.contains("client.pem"), "{error}");
}

#[tokio::test]
async fn no_password_crosses_the_network_in_plain_text() {
    // TEST-NET-1: if anything were sent, this would end in the time limit instead.
    for url in ["ldap://192.0.2.1", "ldap://annuaire.invalid"] {
        let error = refused(simple(settings(url), ADMIN, "abricot-42")).await;
        assert_eq!(error.kind, ErrorKind::Insecure);
        assert_eq!(error.url.as_deref(), Some(url));
    }
    let mut both = simple(settings("ldaps://annuaire.invalid"), ADMIN, "abricot-42");
    both.urls.push("ldap://192.0.2.1".into());
    assert_eq!(refused(both).await.kind, ErrorKind::Insecure);
}

#[tokio::test]
async fn an_empty_password_is_refused_before_it_lets_in_as_nobody() {
    let slapd = Slapd::start();
    let error = refused(simple(settings(&slapd.ldap), ADMIN, "")).await;
    assert_eq!(error.kind, ErrorKind::Insecure);
    assert_eq!(error.result_code, None);
}

#[tokio::test]
async fn urls_are_checked_first() {
    for url in ["ldap:///", "ldapi://", "http://h"] {
        assert_eq!(refused(settings(url)).await.kind, ErrorKind::InvalidUrl);
    }
    let none = Settings {
        urls: Vec::new(),
        ..settings("")
    };
    assert_eq!(refused(none).await.kind, ErrorKind::InvalidUrl);
}

#[tokio::test]
async fn nobody_and_nothing_there() {
    let slapd = Slapd::start();
    let directory = LdapDirectory::connect(settings(&slapd.ldap)).await;
    directory.expect("anonymous").close().await;
    let socket = slapd.ldapi.replace("%2Fs", "%2Fabsent");
    assert_eq!(
        refused(settings(&socket)).await.kind,
        ErrorKind::Unreachable
    );
}

#[test]
fn settings_show_no_password() {
    let shown = format!("{:?}", simple(settings("ldap://h"), ADMIN, "abricot-42"));
    assert!(!shown.contains("abricot"), "{shown}");
}
