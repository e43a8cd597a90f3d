//! The password policy of a real server, as an administrator and as a person meet it.

use super::slapd::{ADMIN, ADMIN_PASSWORD, PEOPLE, Slapd};
use super::{LdapDirectory, dn, refused, replace, settings, simple};
use crate::directory::{
    Depth, Directory, DirectoryError, DirectoryWriter, ErrorKind, PolicyReason, Search,
};
use crate::domain::filter::Filter;
use crate::domain::secret::Password;

async fn person(slapd: &Slapd, uid: &str, password: &str) -> (LdapDirectory, bool) {
    let name = format!("uid={uid},{PEOPLE}");
    let (directory, outcome) =
        LdapDirectory::connect_as_person(simple(settings(&slapd.ldap), &name, password))
            .await
            .expect("in");
    (directory, outcome.must_change)
}

async fn own(directory: &LdapDirectory, old: &str, new: &str) -> Result<(), DirectoryError> {
    let [old, new] = [old, new].map(|text| Password::new(text.to_owned()));
    directory.change_own_password(&old, &new).await
}

fn reason(outcome: Result<(), DirectoryError>) -> PolicyReason {
    let error = outcome.expect_err("refused");
    assert_eq!(error.kind, ErrorKind::PolicyRefused, "{error}");
    error.policy.expect("a reason")
}

#[tokio::test]
async fn a_reset_is_told_why_it_is_refused() {
    let slapd = Slapd::start();
    let directory = LdapDirectory::connect(simple(settings(&slapd.ldap), ADMIN, ADMIN_PASSWORD))
        .await
        .expect("in");
    let alice = dn(&format!("uid=alice,{PEOPLE}"));
    let set = async |password: &str| {
        let steps = [
            replace("userPassword", &[password]),
            replace("pwdReset", &["TRUE"]),
        ];
        directory.modify(&alice, &steps, None).await
    };
    assert_eq!(reason(set("court").await), PolicyReason::TooShort);
    set("abricot-42").await.expect("set");
    assert_eq!(reason(set("abricot-42").await), PolicyReason::Unchanged);
    assert!(person(&slapd, "alice", "abricot-42").await.1);
    set("abricot-43").await.expect("set");
    assert_eq!(reason(set("abricot-42").await), PolicyReason::InHistory);
}

#[tokio::test]
async fn a_person_who_must_change_can_and_nothing_else() {
    let slapd = Slapd::start();
    let name = format!("uid=bob,{PEOPLE}");
    let error = refused(simple(settings(&slapd.ldap), &name, "bob-secret")).await;
    assert_eq!(error.kind, ErrorKind::MustChangeFirst);
    let (directory, must_change) = person(&slapd, "bob", "bob-secret").await;
    assert!(must_change);
    let search = Search {
        base: dn(PEOPLE),
        depth: Depth::One,
        filter: Filter::present("uid"),
        attributes: vec!["uid".into()],
    };
    let error = directory.search(&search).await.expect_err("restricted");
    assert_eq!(error.kind, ErrorKind::MustChangeFirst, "{error}");
    let error = directory.read(&dn(&name), &["uid".into()]).await;
    assert_eq!(
        error.expect_err("restricted").kind,
        ErrorKind::MustChangeFirst
    );
    let error = own(&directory, "faux-secret", "abricot-42").await;
    let error = error.expect_err("wrong old password");
    assert_eq!(error.kind, ErrorKind::InvalidCredentials, "{error}");
    assert_eq!(
        reason(own(&directory, "bob-secret", "court").await),
        PolicyReason::TooShort
    );
    own(&directory, "bob-secret", "abricot-42")
        .await
        .expect("changed");
    let (directory, must_change) = person(&slapd, "bob", "abricot-42").await;
    assert!(!must_change);
    assert!(!directory.search(&search).await.expect("free").is_empty());
}

#[tokio::test]
async fn a_password_may_be_too_young_to_change() {
    let slapd = Slapd::start();
    let (directory, _) = person(&slapd, "zoe", "zoe-secret").await;
    own(&directory, "zoe-secret", "abricot-42")
        .await
        .expect("changed");
    let (directory, _) = person(&slapd, "zoe", "abricot-42").await;
    assert_eq!(
        reason(own(&directory, "abricot-42", "groseille-7").await),
        PolicyReason::TooYoung
    );
}

#[tokio::test]
async fn a_reconnect_uses_the_password_just_chosen() {
    let slapd = Slapd::start();
    let (directory, _) = person(&slapd, "alice", "alice-secret").await;
    own(&directory, "alice-secret", "abricot-42")
        .await
        .expect("changed");
    directory.close().await;
    directory.reconnect().await.expect("with the new one");
}
