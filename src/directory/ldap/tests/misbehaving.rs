//! What a server must not do, and what becomes of it: the right kind, within the time limit.

use super::fake::{self, ABANDON, Fake, MODIFY_DONE, REFERENCE, SEARCH_DONE, Talk};
use super::{LONG, LdapDirectory, SHORT, dn, impatient, refused, replace, settings};
use crate::directory::{Depth, Directory, DirectoryError, DirectoryWriter, ErrorKind, Search};
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

async fn connected(fake: &Fake) -> LdapDirectory {
    LdapDirectory::connect(impatient(settings(&fake.url)))
        .await
        .expect("in")
}

fn everything() -> Search {
    Search {
        base: dn("dc=test"),
        depth: Depth::Subtree,
        filter: Filter::present("objectClass"),
        attributes: vec!["1.1".into()],
    }
}

async fn searched(directory: &LdapDirectory) -> Result<Vec<Entry>, DirectoryError> {
    directory.search(&everything()).await
}

async fn read_fails(fake: &Fake) -> DirectoryError {
    let started = Instant::now();
    let error = searched(&connected(fake).await).await;
    // Far above the limit, far below a hang: the machine may be busy.
    assert!(started.elapsed() < SHORT * 10, "{:?}", started.elapsed());
    error.expect_err("an error")
}

async fn write_fails(directory: &LdapDirectory) -> DirectoryError {
    let started = Instant::now();
    let error = directory
        .modify(&dn("uid=a,dc=test"), &[replace("title", &["x"])], None)
        .await;
    assert!(started.elapsed() < SHORT * 10, "{:?}", started.elapsed());
    error.expect_err("an error")
}

#[tokio::test]
async fn a_server_that_says_nothing_at_all() {
    let fake = Fake::raw(|mut talk| async move { talk.wait().await }).await;
    let error = refused(impatient(settings(&fake.url))).await;
    assert_eq!(error.kind, ErrorKind::Timeout);
    let secure = impatient(settings(&fake.url.replace("ldap:", "ldaps:")));
    assert_eq!(refused(secure.clone()).await.kind, ErrorKind::Timeout);
    let start_tls = super::Settings {
        start_tls: true,
        ..impatient(settings(&fake.url))
    };
    assert_eq!(refused(start_tls).await.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn a_server_that_answers_nothing_is_told_to_forget() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let fake = Fake::after_bind(move |mut talk: Talk| {
        let tell = tell.clone();
        async move {
            while let Some(request) = talk.request().await {
                let _ = tell.send(request.operation);
            }
        }
    })
    .await;
    let directory = connected(&fake).await;
    let error = searched(&directory).await.expect_err("no answer");
    assert_eq!(error.kind, ErrorKind::Timeout);
    assert_eq!(told.recv().await, Some(fake::SEARCH));
    assert_eq!(told.recv().await, Some(ABANDON));
    let error = write_fails(&directory).await;
    assert_eq!(error.kind, ErrorKind::OutcomeUnknown);
    assert_eq!(error.url.as_ref(), Some(&fake.url));
    assert_eq!(told.recv().await, Some(fake::MODIFY));
    assert_eq!(told.recv().await, Some(ABANDON));
}

#[tokio::test]
async fn a_server_that_hangs_up() {
    let fake = Fake::after_bind(|mut talk| async move {
        talk.request().await;
    })
    .await;
    assert_eq!(read_fails(&fake).await.kind, ErrorKind::ConnectionLost);
    let directory = connected(&fake).await;
    assert_eq!(
        write_fails(&directory).await.kind,
        ErrorKind::OutcomeUnknown
    );
    // This one never left, so there is nothing to wonder about.
    assert_eq!(
        write_fails(&directory).await.kind,
        ErrorKind::ConnectionLost
    );
}

#[tokio::test]
async fn a_server_that_does_not_speak_ldap() {
    let fake = Fake::raw(|mut talk| async move {
        talk.request().await;
        talk.say(b"220 mail.ecole.test ESMTP\r\n").await;
        talk.wait().await;
    })
    .await;
    let kind = refused(impatient(settings(&fake.url))).await.kind;
    assert!(
        matches!(kind, ErrorKind::Protocol | ErrorKind::Timeout),
        "{kind:?}"
    );
    let secure = impatient(settings(&fake.url.replace("ldap:", "ldaps:")));
    let kind = refused(secure).await.kind;
    assert!(
        matches!(kind, ErrorKind::Tls | ErrorKind::Timeout),
        "{kind:?}"
    );

    for garbage in [&[0x04, 0x01, 0x00][..], &[0x30, 0x03, 0x30, 0x01, 0x30]] {
        let fake = Fake::after_bind(move |mut talk| async move {
            talk.request().await;
            talk.say(garbage).await;
            talk.wait().await;
        })
        .await;
        let kind = read_fails(&fake).await.kind;
        assert!(
            matches!(kind, ErrorKind::Protocol | ErrorKind::Timeout),
            "{kind:?}"
        );
        let directory = connected(&fake).await;
        assert_eq!(
            write_fails(&directory).await.kind,
            ErrorKind::OutcomeUnknown
        );
    }
}

#[tokio::test]
async fn entries_behind_what_is_not_ldap_are_never_a_short_list() {
    let fake = Fake::after_bind(|mut talk| async move {
        if let Some(request) = talk.request().await {
            // An intermediate response with its number in nine octets, which the library takes.
            let number = [0, 0, 0, 0, 0, 0, 0, 0, request.id];
            talk.say(&[&[0x30, 13, 2, 9][..], &number, &[0x79, 0]].concat())
                .await;
            talk.say(&fake::entry(request.id, b"uid=a,dc=test")).await;
            talk.say(&fake::result(request.id, SEARCH_DONE, 0, b""))
                .await;
            talk.wait().await;
        }
    })
    .await;
    let directory = connected(&fake).await;
    let error = searched(&directory).await.expect_err("not understood");
    assert_eq!(error.kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn words_that_are_not_text_and_answers_without_a_code() {
    let broken_bind = Fake::raw(|mut talk| async move {
        talk.request().await;
        talk.say(&fake::result(1, 0x61, 0, b"\xff\xfe")).await;
        talk.wait().await;
    })
    .await;
    let error = refused(impatient(settings(&broken_bind.url))).await;
    assert_eq!(error.kind, ErrorKind::Protocol);

    for tag in [SEARCH_DONE, MODIFY_DONE] {
        for code in [true, false] {
            let fake = Fake::after_bind(move |mut talk| async move {
                let Some(request) = talk.request().await else {
                    return;
                };
                let answer = if code {
                    fake::result(request.id, tag, 0, b"\xff\xfe")
                } else {
                    fake::message(request.id, &fake::ber(tag, &[4, 0]), &[])
                };
                talk.say(&answer).await;
                talk.wait().await;
            })
            .await;
            if tag == SEARCH_DONE {
                assert_eq!(read_fails(&fake).await.kind, ErrorKind::Protocol);
            } else {
                let directory = connected(&fake).await;
                let error = write_fails(&directory).await;
                assert_eq!(error.kind, ErrorKind::OutcomeUnknown);
            }
        }
    }
}

#[tokio::test]
async fn an_answer_to_another_question() {
    let fake = Fake::after_bind(|mut talk| async move {
        while let Some(request) = talk.request().await {
            talk.say(&fake::result(request.id, MODIFY_DONE, 0, b""))
                .await;
        }
    })
    .await;
    assert_eq!(read_fails(&fake).await.kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn a_server_that_is_going_away() {
    let fake = Fake::after_bind(|mut talk| async move {
        talk.request().await;
        let oid = fake::ber(0x8a, b"1.3.6.1.4.1.1466.20036");
        let content = [&[10, 1, 52, 4, 0, 4, 0], &oid[..]].concat();
        talk.say(&fake::message(0, &fake::ber(0x78, &content), &[]))
            .await;
    })
    .await;
    assert_eq!(read_fails(&fake).await.kind, ErrorKind::ConnectionLost);
    let directory = connected(&fake).await;
    assert_eq!(
        write_fails(&directory).await.kind,
        ErrorKind::OutcomeUnknown
    );
}

#[tokio::test]
async fn a_server_that_drips() {
    let fake = Fake::after_bind(|mut talk| async move {
        let Some(request) = talk.request().await else {
            return;
        };
        for number in 0.. {
            let entry = fake::entry(request.id, format!("uid=p{number},dc=test").as_bytes());
            for byte in entry {
                talk.say(&[byte]).await;
                // The drip itself, a thing of time; nothing is waited for.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    })
    .await;
    assert_eq!(read_fails(&fake).await.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn pages_of_nothing_without_end() {
    let fake = Fake::after_bind(|mut talk| async move {
        while let Some(request) = talk.request().await {
            talk.say(&fake::page_done(request.id.min(127), b"more"))
                .await;
            if request.id >= 100 {
                talk.wait().await;
            }
        }
    })
    .await;
    assert_eq!(read_fails(&fake).await.kind, ErrorKind::Timeout);
}

#[tokio::test]
async fn the_next_page_is_asked_for_while_the_last_is_worked_on() {
    // In a thread of its own: the visitor waits for what reaches the server.
    let (tell, told) = std::sync::mpsc::channel();
    let (say, url) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let fake = Fake::after_bind(move |mut talk| {
                let tell = tell.clone();
                async move {
                    while let Some(request) = talk.request().await {
                        let _ = tell.send(());
                        let more: &[u8] = if request.id < 9 { b"more" } else { b"" };
                        talk.say(&fake::entry(request.id, b"uid=a,dc=test")).await;
                        talk.say(&fake::page_done(request.id, more)).await;
                    }
                }
            })
            .await;
            let _ = say.send(fake.url.clone());
            std::future::pending::<()>().await;
        });
    });
    let url = url.recv().expect("a server");
    let directory = LdapDirectory::connect(super::Settings {
        operation_timeout: LONG,
        ..settings(&url)
    })
    .await
    .expect("in");
    let told = std::sync::Mutex::new(told);
    let asked = |times: usize| {
        let told = told.lock().expect("its own");
        (0..times).all(|_| told.recv_timeout(LONG).is_ok())
    };
    let mut visited = 0;
    directory
        .search_pages(&everything(), &mut |_| {
            visited += 1;
            match visited {
                1 => assert!(asked(1), "the first, and the next only if it is wanted"),
                2 => assert!(asked(2), "this one and the next"),
                _ => {
                    assert!(asked(1), "the next");
                    return std::ops::ControlFlow::Break(());
                }
            }
            std::ops::ControlFlow::Continue(())
        })
        .await
        .expect("pages");
    assert_eq!(visited, 3);
    assert!(asked(1), "the search is forgotten");
}

#[tokio::test]
async fn a_visitor_who_has_seen_enough_does_not_wait_for_a_server_that_has_fallen_silent() {
    let fake = Fake::after_bind(|mut talk| async move {
        for _ in 0..2 {
            let Some(request) = talk.request().await else {
                return;
            };
            talk.say(&fake::entry(request.id, b"uid=a,dc=test")).await;
            talk.say(&fake::page_done(request.id, b"more")).await;
        }
        talk.wait().await;
    })
    .await;
    let directory = LdapDirectory::connect(super::Settings {
        operation_timeout: LONG,
        ..settings(&fake.url)
    })
    .await
    .expect("in");
    let mut visited = 0;
    let mut second = |_| {
        visited += 1;
        match visited {
            2 => std::ops::ControlFlow::Break(()),
            _ => std::ops::ControlFlow::Continue(()),
        }
    };
    let search = everything();
    let left = directory.search_pages(&search, &mut second);
    let left = tokio::time::timeout(LONG / 2, left).await;
    left.expect("at once").expect("pages");
    assert_eq!(visited, 2);
}

#[tokio::test]
async fn entries_that_make_no_sense() {
    for (answer, kind, named) in [
        (
            fake::entry(2, b"no name at all"),
            ErrorKind::Protocol,
            "no name at all",
        ),
        (fake::entry(2, b"uid=\xff"), ErrorKind::Protocol, "not text"),
        (
            fake::message(2, &fake::ber(fake::ENTRY, &[4, 0]), &[]),
            ErrorKind::Protocol,
            "missing",
        ),
        (
            fake::message(2, &fake::ber(REFERENCE, &fake::ber(4, b"ldap://\x1b")), &[]),
            ErrorKind::Other,
            "ldap://\\x1b",
        ),
    ] {
        let fake = Fake::after_bind(move |mut talk| {
            let answer = answer.clone();
            async move {
                talk.request().await;
                talk.say(&answer).await;
                talk.say(&fake::result(2, SEARCH_DONE, 0, b"")).await;
                talk.wait().await;
            }
        })
        .await;
        let error = read_fails(&fake).await;
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.diagnostic.contains(named), "{error}");
    }
}

#[tokio::test]
async fn answers_in_reverse_and_never_more_than_the_window() {
    const WINDOW: usize = 10;
    let fake = Fake::after_bind(|mut talk| async move {
        loop {
            let mut waiting = Vec::new();
            while waiting.len() < WINDOW {
                match talk.request().await {
                    Some(request) if request.operation == fake::SEARCH => waiting.push(request),
                    _ => return,
                }
            }
            // Were there one more on its way, it would be here by now.
            let more = tokio::time::timeout(Duration::from_millis(50), talk.0.peek(&mut [0])).await;
            if more.is_ok() {
                return;
            }
            for request in waiting.into_iter().rev() {
                let name = request.parts[0].clone().expect_primitive();
                let name = name.expect("a base");
                talk.say(&fake::entry(request.id, &name)).await;
                talk.say(&fake::result(request.id, SEARCH_DONE, 0, b""))
                    .await;
            }
        }
    })
    .await;
    let directory = LdapDirectory::connect(super::Settings {
        window: WINDOW,
        operation_timeout: LONG,
        ..settings(&fake.url)
    })
    .await
    .expect("in");
    let names: Vec<_> = (0..4 * WINDOW).map(|n| dn(&format!("uid=p{n}"))).collect();
    // Two callers at once share the one window.
    let (half, rest) = names.split_at(names.len() / 2);
    let (half, rest) = tokio::join!(
        directory.read_many(half, &[]),
        directory.read_many(rest, &[])
    );
    let found = [half.expect("read"), rest.expect("read")].concat();
    let found: Vec<_> = found
        .into_iter()
        .map(|entry| entry.expect("there").dn)
        .collect();
    assert_eq!(found, names);
}
