//! Searches and reads on a real server.

use super::slapd::{ADMIN, ADMIN_PASSWORD, CROWD, PEOPLE, Slapd};
use super::{LdapDirectory, dn, settings, simple};
use crate::directory::{Depth, Directory, ErrorKind, Search};
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use std::ops::ControlFlow;

async fn admin(slapd: &Slapd) -> LdapDirectory {
    LdapDirectory::connect(simple(settings(&slapd.ldap), ADMIN, ADMIN_PASSWORD))
        .await
        .expect("connected")
}

fn crowd() -> Search {
    Search {
        base: dn("ou=crowd,dc=ecole,dc=test"),
        depth: Depth::One,
        filter: Filter::begins("uid", "p"),
        attributes: vec!["uid".into(), "cn".into()],
    }
}

#[tokio::test]
async fn pages_bring_more_than_the_size_limit() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let mut sizes = Vec::new();
    let mut names = std::collections::HashSet::new();
    directory
        .search_pages(&crowd(), &mut |page| {
            sizes.push(page.len());
            names.extend(page.iter().map(|entry| entry.text("uid")));
            ControlFlow::Continue(())
        })
        .await
        .expect("all");
    assert_eq!(names.len(), CROWD);
    assert_eq!(sizes, [200; 6]);
    assert_eq!(
        directory.search(&crowd()).await.expect("again").len(),
        CROWD
    );
}

#[tokio::test]
async fn searches_of_many_pages_on_one_connection_leave_one_another_whole() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let long = crowd();
    let short = Search {
        filter: Filter::equal("uid", "p7"),
        ..crowd()
    };
    for _ in 0..5 {
        let (a, one, b, c, two) = futures_util::join!(
            directory.search(&long),
            directory.search(&short),
            directory.search(&long),
            directory.search(&long),
            directory.search(&short),
        );
        for all in [a, b, c] {
            assert_eq!(all.expect("whole").len(), CROWD);
        }
        for few in [one, two] {
            few.expect("short");
        }
    }
}

#[tokio::test]
async fn a_visitor_may_leave_early_and_the_connection_stays() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    for _ in 0..3 {
        let mut pages = 0;
        directory
            .search_pages(&crowd(), &mut |_| {
                pages += 1;
                ControlFlow::Break(())
            })
            .await
            .expect("left");
        assert_eq!(pages, 1);
    }
    let all = directory.search(&crowd()).await.expect("all");
    assert_eq!(all.len(), CROWD);
    directory.reconnect().await.expect("nothing to mend");
}

#[tokio::test]
async fn a_size_limit_is_an_error_and_never_a_short_list() {
    let slapd = Slapd::start();
    let name = format!("uid=alice,{PEOPLE}");
    let directory = LdapDirectory::connect(simple(settings(&slapd.ldap), &name, "alice-secret"))
        .await
        .expect("connected");
    let error = directory.search(&crowd()).await.expect_err("limited");
    assert_eq!(error.kind, ErrorKind::SizeLimit, "{error}");
}

#[tokio::test]
async fn a_part_elsewhere_is_an_error_that_names_it() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let search = Search {
        base: dn("dc=ecole,dc=test"),
        depth: Depth::Subtree,
        filter: Filter::equal("uid", "alice"),
        attributes: vec!["uid".into()],
    };
    let error = directory.search(&search).await.expect_err("not whole");
    assert_eq!(
        (error.kind, error.result_code),
        (ErrorKind::Other, Some(10))
    );
    assert!(error.diagnostic.contains("ldap://ailleurs.test"), "{error}");
    let mut handed = 0;
    let mut count = |page: Vec<Entry>| {
        handed += page.len();
        ControlFlow::Continue(())
    };
    let pages = directory.search_pages(&search, &mut count).await;
    assert_eq!(pages.expect_err("not whole").result_code, Some(10));
    assert_eq!(handed, 1, "what is here was handed over first");
    let search = Search {
        base: dn("ou=elsewhere,dc=ecole,dc=test"),
        ..search
    };
    let error = directory.search(&search).await.expect_err("referral");
    assert_eq!(
        (error.kind, error.result_code),
        (ErrorKind::Other, Some(10))
    );
    assert!(error.diagnostic.contains("ldap://ailleurs.test"), "{error}");
}

#[tokio::test]
async fn many_names_come_back_in_their_places() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let mut names: Vec<_> = (0..100)
        .map(|n| dn(&format!("uid=p{n},ou=crowd,dc=ecole,dc=test")))
        .collect();
    names[7] = dn("uid=nobody,dc=ecole,dc=test");
    names[8] = dn(&format!("uid=secret,{PEOPLE}"));
    let found = directory
        .read_many(&names, &["uid".to_owned()])
        .await
        .expect("read");
    assert_eq!(found.len(), names.len());
    for (n, entry) in found.iter().enumerate() {
        let uid = entry.as_ref().and_then(|entry| entry.text("uid"));
        let expected = (n != 7 && n != 8).then(|| format!("p{n}"));
        assert_eq!(uid, expected);
    }
}

#[tokio::test]
async fn a_visitor_may_leave_while_the_next_page_is_on_its_way() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    for _ in 0..3 {
        let mut pages = 0;
        directory
            .search_pages(&crowd(), &mut |_| {
                pages += 1;
                if pages == 3 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
            .await
            .expect("left");
        assert_eq!(pages, 3);
    }
    let all = directory.search(&crowd()).await.expect("all");
    assert_eq!(all.len(), CROWD);
    directory.reconnect().await.expect("nothing to mend");
}

#[tokio::test]
async fn hundreds_of_names_come_back_in_their_places() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let mut names: Vec<_> = directory
        .search(&crowd())
        .await
        .expect("all")
        .into_iter()
        .map(|entry| entry.dn)
        .collect();
    names.reverse();
    names.truncate(250);
    names.insert(3, dn("uid=nobody,ou=crowd,dc=ecole,dc=test"));
    names.insert(120, names[7].clone());
    names.push(dn(PEOPLE));
    names.push(dn("uid=nobody,ou=nowhere,dc=ecole,dc=test"));
    let shouted = names[0].as_str().to_uppercase();
    names.push(dn(&shouted));
    let found = directory
        .read_many(&names, &["cn".to_owned()])
        .await
        .expect("read");
    assert_eq!(found.len(), names.len());
    for (at, (name, entry)) in names.iter().zip(&found).enumerate() {
        let there = at != 3 && !name.as_str().contains("nowhere");
        assert_eq!(entry.as_ref().map(|e| &e.dn), there.then_some(name), "{at}");
    }
    assert!(found[0].as_ref().is_some_and(|e| e.has("cn")));
}

#[tokio::test]
async fn an_absent_base_and_a_bad_filter_have_their_kinds() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let absent = Search {
        base: dn("ou=absent,dc=ecole,dc=test"),
        ..crowd()
    };
    let error = directory.search(&absent).await.expect_err("absent");
    assert_eq!(error.kind, ErrorKind::NoSuchObject);
    for text in ["(uid=*", "uid", "", "(a=b)(c=d)", &"(!".repeat(50_000)] {
        let typed = Search {
            filter: Filter::Typed(text.to_owned()),
            ..crowd()
        };
        let error = directory.search(&typed).await.expect_err(text);
        assert_eq!(error.kind, ErrorKind::InvalidFilter);
    }
    let typed = Search {
        filter: Filter::Typed("(&(uid=p1*)(!(cn=Personne 1)))".to_owned()),
        ..crowd()
    };
    assert!(!directory.search(&typed).await.expect("typed").is_empty());
}

#[tokio::test]
async fn the_server_says_what_it_can_do() {
    let slapd = Slapd::start();
    let directory = admin(&slapd).await;
    let can = directory.capabilities().await.expect("root DSE");
    assert!(can.assertion());
    assert!(
        can.extensions
            .iter()
            .any(|oid| oid == "1.3.6.1.4.1.4203.1.11.1")
    );
    directory.close().await;
    // Kept: no connection is needed for it any more.
    assert_eq!(directory.capabilities().await.expect("kept"), can);
    let error = directory.search(&crowd()).await.expect_err("closed");
    assert_eq!(error.kind, ErrorKind::ConnectionLost);
}
