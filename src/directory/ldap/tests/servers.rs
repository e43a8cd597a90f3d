//! Several servers: the order, the choice, and the way back after a loss.

use super::fake::{self, Fake, MODIFY_DONE, Talk};
use super::slapd::{ADMIN, ADMIN_PASSWORD, Slapd};
use super::{LdapDirectory, Settings, dn, impatient, refused, replace, settings, simple};
use crate::directory::{Directory, DirectoryWriter, ErrorKind};
use tokio::net::TcpListener;

fn several(first: Settings, more: &[&str]) -> Settings {
    let mut all = first;
    all.urls.extend(more.iter().map(|&url| url.to_owned()));
    all
}

/// A port where nobody listens.
async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("ldap://{}", listener.local_addr().expect("an address"))
}

async fn writes(mut talk: Talk) {
    while let Some(request) = talk.request().await {
        talk.say(&fake::result(request.id, MODIFY_DONE, 0, b""))
            .await;
    }
}

#[tokio::test]
async fn the_first_that_answers_is_taken() {
    let silent = Fake::raw(|mut talk| async move { talk.wait().await }).await;
    let busy = Fake::raw(|mut talk| async move {
        talk.request().await;
        talk.say(&fake::result(1, 0x61, 51, b"later")).await;
        talk.wait().await;
    })
    .await;
    let good = Fake::after_bind(writes).await;
    let directory = LdapDirectory::connect(several(
        impatient(settings(&nowhere().await)),
        &[&silent.url, &busy.url, &good.url],
    ))
    .await
    .expect("the last one");
    assert_eq!(directory.session().url, good.url);
}

#[tokio::test]
async fn the_most_telling_error_is_told() {
    let silent = Fake::raw(|mut talk| async move { talk.wait().await }).await;
    let no_tls = Fake::raw(|_talk| async {}).await;
    let secure = no_tls.url.replace("ldap:", "ldaps:");
    let (first, last) = (nowhere().await, nowhere().await);
    for (urls, kind, told) in [
        (vec![&first, &last], ErrorKind::Unreachable, &last),
        (vec![&silent.url, &last], ErrorKind::Timeout, &silent.url),
        (vec![&secure, &silent.url, &last], ErrorKind::Tls, &secure),
    ] {
        let slapd_ca = Settings {
            urls: urls.into_iter().cloned().collect(),
            ..impatient(settings(""))
        };
        let error = refused(slapd_ca).await;
        assert_eq!(error.kind, kind, "{error}");
        assert_eq!(error.url.as_ref(), Some(told));
    }
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let slapd = Slapd::start();
    let second = Fake::after_bind(writes).await;
    let error = refused(several(
        simple(settings(&slapd.ldap), ADMIN, "abricot-42"),
        &[&second.url],
    ))
    .await;
    assert_eq!(error.kind, ErrorKind::InvalidCredentials);
    assert_eq!(second.taken(), 0);
}

#[tokio::test]
async fn after_a_loss_the_next_one_is_taken_once_for_all_who_ask() {
    let dying = Fake::after_bind(|mut talk| async move {
        talk.request().await;
    })
    .await;
    let good = Fake::after_bind(writes).await;
    let directory = LdapDirectory::connect(several(settings(&dying.url), &[&good.url]))
        .await
        .expect("in");
    assert_eq!(directory.session().url, dying.url);
    directory.reconnect().await.expect("nothing to mend");
    assert_eq!((dying.taken(), good.taken()), (1, 0));
    let (name, steps) = (dn("uid=a,dc=test"), [replace("title", &["x"])]);
    let error = directory.modify(&name, &steps, None).await;
    assert_eq!(error.expect_err("lost").kind, ErrorKind::OutcomeUnknown);
    let clone = directory.clone();
    let (one, other) = tokio::join!(directory.reconnect(), clone.reconnect());
    one.and(other).expect("mended");
    assert_eq!((dying.taken(), good.taken()), (1, 1));
    assert_eq!(clone.session().url, good.url);
    clone.modify(&name, &steps, None).await.expect("written");
}

#[tokio::test]
async fn a_restarted_server_is_found_again() {
    let slapd = Slapd::start();
    let directory = LdapDirectory::connect(simple(settings(&slapd.ldap), ADMIN, ADMIN_PASSWORD))
        .await
        .expect("in");
    directory.close().await;
    directory.reconnect().await.expect("again");
    directory.capabilities().await.expect("answers");
    drop(slapd);
    let error = directory.read(&dn(ADMIN), &[]).await;
    assert_eq!(error.expect_err("gone").kind, ErrorKind::ConnectionLost);
    let error = directory.reconnect().await.expect_err("gone");
    assert_eq!(error.kind, ErrorKind::Unreachable);
}

#[tokio::test]
async fn leaving_says_so() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let fake = Fake::after_bind(move |mut talk: Talk| {
        let tell = tell.clone();
        async move {
            while let Some(request) = talk.request().await {
                let _ = tell.send(request.operation);
            }
        }
    })
    .await;
    let directory = LdapDirectory::connect(settings(&fake.url)).await;
    directory.expect("in").close().await;
    assert_eq!(told.recv().await, Some(fake::UNBIND));
}
