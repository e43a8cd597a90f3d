use super::*;
use crate::domain::account::{Role, tests::person};
use crate::domain::dn::Dn;
use crate::i18n::Language;
use std::collections::BTreeMap;

fn dn(text: &str) -> Dn {
    Dn::parse(text).expect("a name")
}

fn names() -> Names {
    Names::new(
        Places {
            base: dn("dc=x"),
            people: dn("ou=p,dc=x"),
            person: dn("uid=a,ou=p,dc=x"),
        },
        BTreeMap::from([
            (dn("uid=b,ou=p,dc=x"), "Paul Martin".to_owned()),
            (dn("ou=s,dc=x"), "Collège Jean-Moulin".to_owned()),
        ]),
        Unread {
            gone: "gone".to_owned(),
            technical: "technical".to_owned(),
        },
    )
}

fn dossier_of(mut entry: Entry) -> Dossier {
    let account = person(&[Role::Parent]);
    take_secrets_out(&mut entry);
    assemble(
        Material {
            account: &account,
            entry: &entry,
            schools: Vec::new(),
            children: Vec::new(),
            parents: Vec::new(),
            groups: Vec::new(),
            relatives: &[],
            runs: &[],
            names: &names(),
            left_out: &[],
            not_shown: 0,
            at: Timestamp::UNIX_EPOCH,
        },
        &Localizer::new(Language::Fr),
    )
}

fn page(dossier: &Dossier) -> String {
    let page = render(dossier, &Localizer::new(Language::Fr)).expect("a page");
    String::from_utf8(page).expect("UTF-8")
}

#[test]
fn people_are_named_and_never_identified() {
    let say = |text: &str| names().say(text, ValueKind::Text);
    assert_eq!(say("uid=b,ou=p,dc=x$10$1"), "Paul Martin$10$1");
    assert_eq!(say("UID=b, OU=p, DC=x"), "Paul Martin");
    assert_eq!(say("1$uid=b,ou=p,dc=x"), "1$Paul Martin");
    assert_eq!(say("uid=unknown,ou=p,dc=x"), "gone");
    assert_eq!(say("ou=s,dc=x$6A"), "Collège Jean-Moulin$6A");
    assert_eq!(say("a=b"), "a=b");
    assert_eq!(say("cn=admin,cn=config"), "cn=admin,cn=config");
    let name = names().say("cn=admin,cn=config", ValueKind::Name);
    assert_eq!(name, "admin");
}

#[test]
fn whoever_wrote_and_is_nobody_is_no_person_who_is_gone() {
    let say = |text: &str| names().say(text, ValueKind::Author);
    assert_eq!(say("uid=b,ou=p,dc=x"), "Paul Martin");
    assert_eq!(say("uid=unknown,ou=p,dc=x"), "gone");
    // Outside the people, in another directory, or where no base of the people is configured.
    for technical in [
        "uid=feed,ou=services,dc=x",
        "cn=admin,cn=config",
        "CN=admin,ou=p,dc=x",
    ] {
        assert_eq!(say(technical), "technical", "{technical}");
    }
}

#[test]
fn a_link_is_said_in_words_and_kept_as_it_is_for_programs() {
    let entry = Entry::new(dn("uid=a,ou=p,dc=x")).with(
        "ENTElevePersRelEleve",
        &[
            "uid=b,ou=p,dc=x$10$1$1$1$0",
            "uid=b,ou=p,dc=x$1$0$2$N$O",
            "uid=b,ou=p,dc=x$77$8$9$$",
            "uid=b,ou=p,dc=x$10$1",
        ],
    );
    let dossier = dossier_of(entry);
    let page = page(&dossier);
    for said in [
        "Paul Martin · mère · représentant légal : oui · responsable financier : oui · à contacter : oui · \
         paiement : non",
        "Paul Martin · père · représentant légal : non, a l&#x27;élève en charge · responsable financier : non · \
         à contacter : non · paiement : oui",
        "Paul Martin · 77 · représentant légal : 9 · responsable financier : 8",
        "Paul Martin · 10 · 1",
    ] {
        assert!(
            page.contains(&format!("<div>{said}</div>")),
            "{said}\n{page}"
        );
    }
    let json = serde_json::to_string(&dossier).expect("JSON");
    assert!(json.contains("\"Paul Martin$10$1$1$1$0\""), "{json}");
}

#[test]
fn of_a_relatives_account_only_what_names_the_person_is_taken() {
    let entry = Entry::new(dn("uid=c,ou=p,dc=x"))
        .with("mail", &["c@x"])
        .with("seeAlso", &["uid=b,ou=p,dc=x", "UID=a, ou=p,dc=x"])
        .with("ENTElevePersRelEleve", &["uid=b,ou=p,dc=x$10$1$1$1$0"]);
    let about = about(&entry, &dn("uid=a,ou=p,dc=x"));
    let left: Vec<&str> = about.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(left, ["seeAlso"]);
    assert_eq!(about.texts("seeAlso"), ["UID=a, ou=p,dc=x"]);
}

#[test]
fn secrets_are_wiped_from_the_entry_and_hashes_wherever_they_stand() {
    let entry = Entry::new(dn("uid=a,ou=p,dc=x"))
        .with("userPassword;x-old", &["{SSHA}hash-1"])
        .with("sambaNTPassword", &["hash-2"])
        .with("description", &["{crypt}$6$hash-3", "four"])
        .with("favouriteColour", &["blue"]);
    let mut cleaned = entry.clone();
    take_secrets_out(&mut cleaned);
    let left: Vec<&str> = cleaned.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(left, ["description", "favouriteColour"]);
    assert_eq!(cleaned.texts("description"), ["four"]);
    let dossier = dossier_of(entry);
    let json = serde_json::to_string(&dossier).expect("JSON");
    let page = page(&dossier);
    for text in [&json, &page] {
        for secret in ["assword;", "hash-", "sambaNT"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        for kept in ["four", "favouriteColour", "blue"] {
            assert!(text.contains(kept), "{kept} in {text}");
        }
    }
}

#[test]
fn a_page_is_escaped_and_holds_pictures() {
    let hostile = "<script>alert(1)</script>\u{1b}[31m\u{202e}\"'&";
    let entry = Entry::new(dn("uid=a,ou=p,dc=x"))
        .with("<b>name", &[hostile])
        .with("description", &[hostile])
        .with("jpegPhoto", &[b"\xff\xd8\xff\xe0picture".to_vec()])
        .with("audio", &[b"\xfe\xfd".to_vec()]);
    let dossier = dossier_of(entry);
    let page = page(&dossier);
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(!page.contains(['\u{1b}', '\u{202e}']), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
    assert!(
        page.contains("src=\"data:image&#x2f;jpeg;base64,"),
        "{page}"
    );
    assert!(page.contains("donnée de 2 octets"), "{page}");
}

#[test]
fn what_has_a_form_is_said_in_words() {
    let entry = Entry::new(dn("uid=a,ou=p,dc=x"))
        .with("pwdReset", &["TRUE"])
        .with("ENTPersonAdresse", &["1 rue A$Bâtiment B"])
        .with("pwdAccountLockedTime", &["000001010000Z"])
        .with("pwdChangedTime", &["not a time"]);
    let page = page(&dossier_of(entry));
    for said in ["oui", "1 rue A, Bâtiment B", "désactivé", "not a time"] {
        assert!(
            page.contains(&format!("<div>{said}</div>")),
            "{said}\n{page}"
        );
    }
}
