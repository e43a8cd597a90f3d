//! Modifies on a real server.

use super::slapd::{ADMIN, ADMIN_PASSWORD, PEOPLE, Slapd};
use super::{LdapDirectory, change, dn, replace, settings, simple};
use crate::directory::{Directory, DirectoryWriter, ErrorKind, RawModificationKind as Kind};
use crate::domain::filter::Filter;
use futures_util::future::join_all;

async fn admin(slapd: &Slapd) -> LdapDirectory {
    LdapDirectory::connect(simple(settings(&slapd.ldap), ADMIN, ADMIN_PASSWORD))
        .await
        .expect("connected")
}

#[tokio::test]
async fn an_assertion_decides() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let alice = dn(&format!("uid=alice,{PEOPLE}"));
    let steps = [replace("title", &["Mme"])];
    let holds = Filter::And(vec![Filter::equal("sn", "Exemple")]);
    let fails = Filter::not(Filter::equal("sn", "Exemple"));
    let error = directory
        .modify(&alice, &steps, Some(&fails))
        .await
        .expect_err("does not hold");
    assert_eq!(error.kind, ErrorKind::AssertionFailed);
    let wanted = ["title".to_owned()];
    let read = || directory.read(&alice, &wanted);
    assert!(!read().await.expect("read").expect("there").has("title"));
    directory
        .modify(&alice, &steps, Some(&holds))
        .await
        .expect("holds");
    assert!(read().await.expect("read").expect("there").has("title"));
    // Asserting alone, without writing.
    directory
        .modify(&alice, &[], Some(&holds))
        .await
        .expect("holds");
    let error = directory.modify(&alice, &[], Some(&fails)).await;
    assert_eq!(
        error.expect_err("does not hold").kind,
        ErrorKind::AssertionFailed
    );
    let broken = Filter::Typed("(sn=".into());
    let error = directory.modify(&alice, &steps, Some(&broken)).await;
    assert_eq!(error.expect_err("no filter").kind, ErrorKind::InvalidFilter);
}

#[tokio::test]
async fn values_are_bytes_and_an_empty_replace_removes() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let alice = dn(&format!("uid=alice,{PEOPLE}"));
    let mut photo = replace("jpegPhoto", &[]);
    photo.values = vec![vec![0xff, 0xd8, 0, 0xff]];
    let steps = [photo.clone(), replace("title", &["é"])];
    directory.modify(&alice, &steps, None).await.expect("set");
    let wanted = ["jpegPhoto".to_owned(), "title".to_owned()];
    let entry = directory.read(&alice, &wanted).await.expect("read");
    let entry = entry.expect("there");
    let held: Vec<Vec<u8>> = entry
        .values("jpegPhoto")
        .iter()
        .map(|v| v.to_vec())
        .collect();
    assert_eq!(held, photo.values);
    assert_eq!(entry.text("title").as_deref(), Some("é"));
    let steps = [replace("title", &[]), replace("title", &[])];
    directory.modify(&alice, &steps, None).await.expect("gone");
    let entry = directory.read(&alice, &wanted).await.expect("read");
    assert!(!entry.expect("there").has("title"));
}

#[tokio::test]
async fn refusals_have_their_kinds_and_spoil_nothing() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let alice = dn(&format!("uid=alice,{PEOPLE}"));
    let nobody = dn("uid=nobody,dc=ecole,dc=test");
    for (name, step, kind) in [
        (&alice, change(Kind::Add, "title", &[]), ErrorKind::Other),
        (
            &alice,
            change(Kind::Delete, "title", &["x"]),
            ErrorKind::ValueConflict,
        ),
        (
            &alice,
            change(Kind::Add, "sn", &["Exemple"]),
            ErrorKind::ValueConflict,
        ),
        (&nobody, replace("title", &["x"]), ErrorKind::NoSuchObject),
        (&alice, replace("absentAttribute", &["x"]), ErrorKind::Other),
    ] {
        let error = directory.modify(name, &[step], None).await;
        assert_eq!(error.expect_err("refused").kind, kind);
    }
    directory
        .modify(&alice, &[replace("title", &["x"])], None)
        .await
        .expect("still in order");
    let person = simple(settings(&slapd.ldap), alice.as_str(), "alice-secret");
    let person = LdapDirectory::connect(person).await.expect("connected");
    let error = person
        .modify(&alice, &[replace("sn", &["x"])], None)
        .await
        .expect_err("no right");
    assert_eq!(error.kind, ErrorKind::InsufficientAccess);
}

#[tokio::test]
async fn sixty_four_at_once_over_one_connection() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let names: Vec<_> = (0..64)
        .map(|n| dn(&format!("uid=p{n},ou=crowd,dc=ecole,dc=test")))
        .collect();
    let writes = names.iter().enumerate().map(|(n, name)| {
        let directory = directory.clone();
        async move {
            let steps = [replace("title", &[&n.to_string()])];
            let holds = Filter::equal("uid", format!("p{n}"));
            directory.modify(name, &steps, Some(&holds)).await
        }
    });
    for outcome in join_all(writes).await {
        outcome.expect("written");
    }
    let found = directory.read_many(&names, &["title".into()]).await;
    for (n, entry) in found.expect("read").into_iter().enumerate() {
        assert_eq!(entry.expect("there").text("title"), Some(n.to_string()));
    }
}
