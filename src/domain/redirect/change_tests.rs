use super::*;
use crate::domain::account::tests::person;
use crate::domain::change::{Modification, NewValue};
use crate::domain::dn::Dn;
use crate::domain::effect::touched;
use crate::domain::redirect::{MailClass, THE_REDIRECT};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn class(name: &str, added: bool, attributes: &[&str]) -> Option<MailClass> {
    Some(MailClass {
        name: name.into(),
        added,
        attributes: attributes.iter().map(|a| (*a).to_owned()).collect(),
    })
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// entctl's own way; netscape's; qmail's; Zimbra's; GOsa's; routing; the own address among the values.
fn ways() -> Vec<Way> {
    let values = |attribute: &str, forwarding, kept, dropped, resting| CopyRule::Values {
        attribute: attribute.into(),
        forwarding,
        kept,
        dropped,
        resting,
    };
    let way = |attribute: &str, several, class, copy| Way {
        attribute: attribute.into(),
        separator: None,
        several,
        class,
        aliases: None,
        copy,
    };
    vec![
        way(
            "redirect",
            false,
            class("redirected", true, &["redirect", "copy"]),
            values("copy", None, text("TRUE"), None, None),
        ),
        way(
            "mailForwardingAddress",
            true,
            class(
                "mailRecipient",
                true,
                &["mailForwardingAddress", "mailDeliveryOption"],
            ),
            values(
                "mailDeliveryOption",
                text("forward"),
                text("mailbox"),
                None,
                text("mailbox"),
            ),
        ),
        way(
            "mailForwardingAddress",
            true,
            class("qmailUser", true, &[]),
            values("deliveryMode", None, None, text("nolocal"), None),
        ),
        Way {
            separator: text(","),
            ..way(
                "zimbraForward",
                true,
                class("zimbraAccount", false, &[]),
                values("zimbraNoLocal", None, None, text("TRUE"), None),
            )
        },
        way(
            "gosaForward",
            true,
            class("gosaMailAccount", false, &[]),
            CopyRule::Letter {
                attribute: "gosaMode".into(),
                letter: 'I',
            },
        ),
        way(
            "mailRoutingAddress",
            false,
            class("inetLocalMailRecipient", true, &["mailRoutingAddress"]),
            CopyRule::Never,
        ),
        way("forward", true, None, CopyRule::OwnAddress),
    ]
}

fn rules(way: Way) -> MailRules {
    MailRules {
        way,
        address: vec!["mail".into()],
        own_domains: vec!["ent.example".into()],
        allowed: Vec::new(),
        forbidden: vec!["jetable.example".into()],
        recovery: BTreeMap::from([
            (Role::Parent, vec![THE_REDIRECT.into()]),
            (Role::Staff, vec!["other".into(), "mail".into()]),
        ]),
    }
}

fn entry() -> Entry {
    Entry::new(Dn::parse("uid=a,dc=x").expect("dn"))
        .with(
            "objectClass",
            &["person", "zimbraAccount", "gosaMailAccount"],
        )
        .with("mail", &["lea@ent.example", "lea@poste.example"])
}

fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).expect("address")
}

fn to(addresses: &[&str], keep_copy: Option<bool>) -> Wanted {
    Wanted {
        redirect: Wish::Set(addresses.iter().map(|a| address(a)).collect()),
        keep_copy,
        recovery: Wish::Leave,
    }
}

/// The entry as the change leaves it, and the change taken back.
fn written(entry: &Entry, change: &Change) -> Entry {
    let mut after = entry.clone();
    for one in touched(change).expect("no password") {
        assert!(!one.whole, "value by value");
        after
            .attributes
            .retain(|held| !held.name.eq_ignore_ascii_case(&one.attribute));
        if !one.after.is_empty() {
            after = after.with(&one.attribute, &one.after);
        }
    }
    after
}

fn teacher() -> Account {
    person(&[Role::Staff])
}

#[test]
fn every_way_says_where_mail_goes_and_whether_a_copy_is_kept() {
    for way in ways() {
        let possible = way.copy != CopyRule::Never;
        let rules = rules(way);
        for keep in [false, possible] {
            let wanted = to(&["lea@poste.example"], Some(keep));
            let change = plan(&rules, &teacher(), &entry(), &wanted)
                .expect("allowed")
                .expect("a change");
            let after = written(&entry(), &change);
            let found = rules.redirect(&after);
            assert_eq!(found.addresses, ["lea@poste.example"], "{:?}", rules.way);
            assert_eq!(
                (found.keep_copy, found.active),
                (keep, true),
                "{:?}",
                rules.way
            );
            // Twice is nothing to do.
            assert_eq!(plan(&rules, &teacher(), &after, &wanted), Ok(None));
            let away = Wanted {
                redirect: Wish::Clear,
                ..Wanted::default()
            };
            let change = plan(&rules, &teacher(), &after, &away)
                .expect("allowed")
                .expect("a change");
            let cleared = written(&after, &change);
            assert_eq!(rules.redirect(&cleared), Redirect::default());
            assert_eq!(plan(&rules, &teacher(), &cleared, &away), Ok(None));
        }
    }
}

#[test]
fn mail_is_delivered_again_where_a_redirect_goes() {
    let [_, netscape, qmail, _, gosa, ..] = &ways()[..] else {
        panic!("ways");
    };
    let away = Wanted {
        redirect: Wish::Clear,
        ..Wanted::default()
    };
    for (way, attribute, before, left) in [
        (
            netscape,
            "mailDeliveryOption",
            vec!["forward"],
            vec!["mailbox"],
        ),
        (
            netscape,
            "mailDeliveryOption",
            vec!["forward", "autoreply"],
            vec!["autoreply", "mailbox"],
        ),
        (
            qmail,
            "deliveryMode",
            vec!["nolocal", "noprogram"],
            vec!["noprogram"],
        ),
        (gosa, "gosaMode", vec!["[IV]"], vec!["[V]"]),
    ] {
        let rules = rules(way.clone());
        let entry = entry()
            .with(&rules.way.attribute, &["x@poste.example"])
            .with(attribute, &before);
        let change = plan(&rules, &teacher(), &entry, &away)
            .expect("allowed")
            .expect("change");
        assert_eq!(
            written(&entry, &change).texts(attribute),
            left,
            "{before:?}"
        );
    }
}

#[test]
fn the_class_comes_with_the_redirect_and_goes_with_it() {
    let rules = rules(ways().remove(0));
    let change = plan(
        &rules,
        &teacher(),
        &entry(),
        &to(&["a@b.example"], Some(true)),
    )
    .expect("allowed")
    .expect("change");
    let after = written(&entry(), &change);
    assert!(after.holds("objectClass", "redirected"));
    assert!(
        change
            .assertion()
            .to_string()
            .contains("(!(objectClass=redirected))")
    );
    let away = Wanted {
        redirect: Wish::Clear,
        ..Wanted::default()
    };
    let change = plan(&rules, &teacher(), &after, &away)
        .expect("allowed")
        .expect("change");
    let cleared = written(&after, &change);
    assert!(!cleared.holds("objectClass", "redirected"));
    assert!(!cleared.has("copy"));
    // Something else stands on it: it stays.
    let mut wider = rules.clone();
    wider.way.class = class("redirected", true, &["redirect", "copy", "quota"]);
    let after = after.with("quota", &["1"]);
    let change = plan(&wider, &teacher(), &after, &away)
        .expect("allowed")
        .expect("change");
    assert!(written(&after, &change).holds("objectClass", "redirected"));
}

#[test]
fn what_may_not_be_is_refused() {
    let own = rules(ways().remove(0));
    let refused = |rules: &MailRules, account: &Account, wanted: &Wanted| {
        plan(rules, account, &entry(), wanted).expect_err("refused")
    };
    let pupil = person(&[Role::Pupil, Role::Parent]);
    let good = to(&["a@b.example"], None);
    assert_eq!(refused(&own, &pupil, &good), MailRefusal::Role(Role::Pupil));
    assert_eq!(
        refused(&own, &teacher(), &to(&["LEA@ent.example"], None)),
        MailRefusal::OwnAddress
    );
    assert_eq!(
        refused(&own, &teacher(), &to(&["a@x.jetable.example"], None)),
        MailRefusal::Domain
    );
    assert_eq!(
        refused(&own, &teacher(), &to(&["a@b.example", "c@d.example"], None)),
        MailRefusal::OnlyOne
    );
    let copy_alone = Wanted {
        keep_copy: Some(true),
        ..Wanted::default()
    };
    assert_eq!(
        refused(&own, &teacher(), &copy_alone),
        MailRefusal::CopyWithoutRedirect
    );
    let routing = rules(ways().remove(5));
    assert_eq!(
        refused(&routing, &teacher(), &to(&["a@b.example"], Some(true))),
        MailRefusal::CopyImpossible
    );
    let zimbra = rules(ways().remove(3));
    let bare = Entry::new(Dn::parse("uid=a,dc=x").expect("dn")).with("objectClass", &["person"]);
    assert_eq!(
        plan(&zimbra, &teacher(), &bare, &good),
        Err(MailRefusal::NoMailbox)
    );
    let only = MailRules {
        allowed: vec!["ac-toulouse.example".into()],
        ..own.clone()
    };
    assert_eq!(refused(&only, &teacher(), &good), MailRefusal::Domain);
    let recovery = |text: &str| Wanted {
        recovery: Wish::Set(address(text)),
        ..Wanted::default()
    };
    assert_eq!(
        refused(&own, &teacher(), &recovery("x@ent.example")),
        MailRefusal::RecoveryBehind
    );
    assert_eq!(
        refused(&own, &person(&[Role::Teacher]), &recovery("x@y.example")),
        MailRefusal::NoRecovery
    );
    // Given twice in letters of another case it is one address.
    let once = Wanted {
        redirect: Wish::Set(vec![address("Lea@boite.example")]),
        recovery: Wish::Set(address("lea@Boite.example")),
        ..Wanted::default()
    };
    assert!(plan(&own, &person(&[Role::Parent]), &entry(), &once).is_ok());
    let both = Wanted {
        recovery: Wish::Set(address("c@d.example")),
        ..good
    };
    assert_eq!(
        refused(&own, &person(&[Role::Parent]), &both),
        MailRefusal::RecoveryIsRedirect
    );
}

#[test]
fn a_recovery_address_that_is_the_redirect_says_so() {
    let rules = rules(ways().remove(0));
    let parent = person(&[Role::Parent]);
    let wanted = Wanted {
        recovery: Wish::Set(address("p@poste.example")),
        ..Wanted::default()
    };
    let change = plan(&rules, &parent, &entry(), &wanted)
        .expect("allowed")
        .expect("change");
    assert_eq!(change.notes, [NOTE_SETS_REDIRECT]);
    let after = written(&entry(), &change);
    assert_eq!(rules.redirect(&after).addresses, ["p@poste.example"]);
    let found = rules.recovery(&parent.roles, &after).expect("recovery");
    assert!(found.is_redirect);
    let change = plan(&rules, &parent, &entry(), &to(&["p@poste.example"], None));
    assert_eq!(
        change.expect("allowed").expect("change").notes,
        [NOTE_SETS_RECOVERY]
    );
}

#[test]
fn the_recovery_address_is_the_first_that_is_not_the_ent_mailbox() {
    let rules = rules(ways().remove(0));
    let roles = teacher().roles;
    let found = rules.recovery(&roles, &entry()).expect("recovery");
    assert_eq!(
        (found.address.as_str(), found.attribute.as_str()),
        ("lea@poste.example", "mail")
    );
    let with = entry().with("other", &["x@ent.example", "first@poste.example"]);
    assert_eq!(
        rules.recovery(&roles, &with).expect("recovery").address,
        "first@poste.example"
    );
    // Setting one leaves the ENT addresses beside it alone.
    let wanted = Wanted {
        recovery: Wish::Set(address("second@poste.example")),
        ..Wanted::default()
    };
    let change = plan(&rules, &teacher(), &with, &wanted)
        .expect("allowed")
        .expect("change");
    assert_eq!(
        written(&with, &change).texts("other"),
        ["x@ent.example", "second@poste.example"]
    );
    assert_eq!(rules.recovery(&person(&[Role::Pupil]).roles, &with), None);
}

#[test]
fn a_change_relies_on_what_it_replaces() {
    let rules = rules(ways().remove(0));
    let held = entry()
        .with("objectClass", &["redirected"])
        .with("redirect", &["old@poste.example"]);
    let change = plan(&rules, &teacher(), &held, &to(&["new@poste.example"], None))
        .expect("allowed")
        .expect("change");
    assert!(
        change
            .assertion()
            .to_string()
            .contains("(redirect=old@poste.example)")
    );
    assert!(matches!(
        &change.modifications[..],
        [Modification::Delete { values: old, .. }, Modification::Add { values: new, .. }, ..]
            if *old == [NewValue::Text("old@poste.example".into())]
                && *new == [NewValue::Text("new@poste.example".into())]
    ));
}

proptest! {
    #[test]
    fn whatever_stood_there_the_redirect_ends_as_wanted_and_comes_back(
        which in 0_usize..7,
        before in proptest::collection::vec("[a-c]@(poste|boite)\\.example", 0..3),
        marks in proptest::sample::subsequence(vec!["forward", "mailbox", "nolocal", "TRUE", "other"], 0..4),
        after in "[a-e]@poste\\.example",
        keep in any::<bool>(),
    ) {
        let way = ways().remove(which);
        let mut before = before;
        before.sort();
        before.dedup();
        if !way.several {
            before.truncate(1);
        }
        let keep = keep && way.copy != CopyRule::Never;
        let mut held = entry();
        if !before.is_empty() {
            held = match &way.separator {
                Some(separator) => held.with(&way.attribute, &[before.join(separator)]),
                None => held.with(&way.attribute, &before),
            };
        }
        if let CopyRule::Values { attribute, .. } = &way.copy && !marks.is_empty() {
            held = held.with(attribute, &marks);
        }
        let rules = rules(way);
        let wanted = to(&[after.as_str()], Some(keep));
        if let Some(change) = plan(&rules, &teacher(), &held, &wanted).expect("allowed") {
            let then = written(&held, &change);
            let found = rules.redirect(&then);
            prop_assert_eq!(&found.addresses, std::slice::from_ref(&after));
            prop_assert_eq!((found.keep_copy, found.active), (keep, true));
            // What is not ours stays.
            if let Some(attribute) = rules.way.copy.attribute() {
                prop_assert_eq!(held.holds(attribute, "other"), then.holds(attribute, "other"));
            }
        } else {
            let now = rules.redirect(&held);
            prop_assert_eq!(&now.addresses, std::slice::from_ref(&after));
            prop_assert_eq!((now.keep_copy, now.active), (keep, true));
        }
    }
}
