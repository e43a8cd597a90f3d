//! The letters of entctl keep the rules that a school's are held to, and `docs/letters.md` shows them as they are.

use super::kind::BUILT_IN;
use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;

fn letters() -> Letters {
    Letters::load(None).expect("ours")
}

fn at(day: i8, hour: i8) -> Zoned {
    date(2026, 11, day)
        .at(hour, 5, 0, 0)
        .in_tz("Europe/Paris")
        .expect("a moment")
}

fn about(kind: Kind, until: &Zoned, full: bool, run: impl FnOnce(About<'_>)) {
    let password = Password::new("Tulipe-Cascade-77".into());
    let address = MailAddress::parse("zoe@ailleurs.example.fr").expect("an address");
    let login = "zoe.lambert";
    let accounts = [Account {
        name: "Zoé Lambert",
        login,
        former: None,
        password: full.then_some(&password),
    }];
    let side = Some(if full { Side::New } else { Side::Former });
    run(match kind {
        Kind::TemporaryPassword => About::TemporaryPassword {
            accounts: &accounts,
            until: Some(until),
        },
        Kind::PasswordChanged => About::PasswordChanged { login },
        Kind::AddressChanged => About::AddressChanged {
            address: &address,
            what: Addresses {
                redirect: side,
                recovery: side,
                keep_copy: true,
                others: false,
                elsewhere: false,
            },
        },
    });
}

fn written(kind: Kind, language: Language, full: bool) -> Letter {
    let until = at(24, 18);
    let mut letter = None;
    about(kind, &until, full, |about| {
        letter = Some(letter_about(about, language));
    });
    letter.expect("a letter")
}

fn letter_about(about: About<'_>, language: Language) -> Letter {
    let date = at(22, 9);
    let facts = Facts {
        school: "Collège Jean-Moulin",
        person: "Zoé Lambert",
        contact: Some("la vie scolaire (05 61 00 00 00)"),
        ent_url: Some("https://ent.example.fr"),
        date: &date,
        about,
    };
    letters().write(&facts, language).expect("written")
}

/// The faults of a folder with these files, as a person reads them.
fn faults(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }
    let Err(error) = Letters::load(Some(folder.path())) else {
        return String::new();
    };
    assert_eq!(
        (error.code(), error.status()),
        ("letters-invalid", ExitStatus::Usage)
    );
    let localizer = Localizer::new(Language::En);
    let lines: Vec<String> = error
        .lines()
        .iter()
        .map(|line| localizer.say(line))
        .collect();
    lines
        .join("\n")
        .replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn ours_keep_the_rules_of_all() {
    let names = BUILT_IN
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let found = check::check(&letters(), &names);
    assert!(found.is_empty(), "{found:?}");
    for kind in Kind::ALL {
        for language in Language::ALL {
            for form in kind::Form::ALL {
                let name = kind.template(language, form);
                assert!(BUILT_IN.iter().any(|(known, _)| *known == name), "{name}");
            }
        }
    }
}

#[test]
fn a_letter_says_until_when_in_words_and_holds_the_password_once() {
    for (language, until) in [
        (Language::Fr, "jusqu'au mardi 24 novembre 2026 à 18 h 05"),
        (Language::En, "until Tuesday 24 November 2026 at 18:05"),
    ] {
        let letter = written(Kind::TemporaryPassword, language, true);
        assert!(letter.text.contains(until), "{}", *letter.text);
        for body in [&letter.text, &letter.html] {
            assert_eq!(body.matches("Tulipe-Cascade-77").count(), 1);
        }
        assert!(!letter.subject.contains("Tulipe"));
        let shown = format!("{letter:?}");
        assert!(
            !shown.contains("Tulipe") && shown.contains("Jean-Moulin"),
            "{shown}"
        );
    }
}

#[test]
fn a_simulation_shows_a_placeholder() {
    let letter = written(Kind::TemporaryPassword, Language::Fr, false);
    assert!(
        letter
            .text
            .contains("Mot de passe provisoire : [mot de passe provisoire]")
    );
    assert!(!letter.html.contains("Tulipe"));
}

#[test]
fn the_first_of_a_month_is_said_as_people_say_it() {
    let first = date(2027, 5, 1)
        .at(8, 0, 0, 0)
        .in_tz("Indian/Reunion")
        .expect("a moment");
    let said = |language| in_words(&first, &Localizer::new(language));
    assert_eq!(said(Language::Fr), "samedi 1er mai 2027 à 8 h 00");
    assert_eq!(said(Language::En), "Saturday 1 May 2027 at 8:00");
}

#[test]
fn each_fault_of_a_template_is_named_with_its_file_and_line() {
    let good = "Subject: {{ school }}\n\n{{ date }}\n{{ school }}\n";
    assert_eq!(
        faults(&[("fr/password-changed.txt", good), ("fr/notes.md", "x")]),
        ""
    );
    for (name, text, said) in [
        (
            "fr/password-changed.txt",
            "Subject: x\n\n{{ school }}{{ date }}\n{{ pasword }}",
            "line 4: “pasword” does not exist",
        ),
        (
            "fr/password-changed.txt",
            "Subject: x\n\n{{ school }}{{ date }}\n{{ password }}",
            "line 4: “password” does not exist",
        ),
        (
            "en/address-changed.txt",
            "Subject: x\n\n{{ school }}{{ accounts[0].password }}",
            "“accounts” does not exist",
        ),
        (
            "fr/password-changed.txt",
            "Subject: x\n\n{% if %}",
            "line 3: this line is no correct template",
        ),
        (
            "fr/password-changed.txt",
            "{{ school }}{{ date }}",
            "line 1: the first line must begin with “Subject:”",
        ),
        (
            "fr/password-changed.txt",
            "Subject: x\nx\n{{ school }}{{ date }}",
            "line 1: the first line",
        ),
        (
            "fr/password-changed.txt",
            "Subject: x\n\n{{ school }}",
            "“date” must stand in the text",
        ),
        (
            "fr/address-changed.html",
            "{{ school }}{{ date }}",
            "“address” must stand in the text",
        ),
        (
            "fr/temporary-password.txt",
            "Subject: x\n\n{{ school }}{{ until }}{% for a in accounts %}{{ a.login }}{% endfor %}",
            "“account.password” must stand in the text",
        ),
        (
            "fr/temporary-password.txt",
            "Subject: x\n\n{{ school }}{{ until }}{% for a in accounts %}\n{{ a.login }}{{ a.pasword }}{% endfor %}",
            "line 4: this line uses something",
        ),
        (
            "fr/temporary-password.txt",
            "Subject: x\n\n{{ school }}{{ until }}{% for a in accounts %}{{ a.login }}{{ a.password }}{{ a.password }}{% endfor %}",
            "exactly once",
        ),
        (
            "fr/temporary-password.txt",
            "Subject: {{ accounts[0].password }}\n\n{{ school }}{{ until }}{% for a in accounts %}{{ a.login }}{{ a.password }}{% endfor %}",
            "line 1: the password must not stand in the subject",
        ),
        (
            "fr/password-changed.html",
            "{{ school }}{{ school|safe }}{{ date }}",
            "without protection",
        ),
        (
            "fr/password-changed.html",
            "{{ school }}{{ date }}<a href=\"https://evil.example\">x</a>",
            "only link allowed",
        ),
        (
            "fr/password-changed.html",
            "{{ school }}{{ date }}<img src='//evil.example/x'>",
            "only link allowed",
        ),
        (
            "fr/password-changed.txt",
            "Subject: x\n\n{{ school }}{{ date }} http://evil.example",
            "only link allowed",
        ),
        (
            "fr/password-changed.txt",
            "Subject: x\n\n{{ school }}{{ date }}{% include 'x' %}",
            "no correct template",
        ),
        (
            "layout.html",
            "{{ nothing }}{% block body %}{% endblock %}",
            "layout.html, line 1: “nothing” does not exist",
        ),
        (
            "fr/pasword-changed.txt",
            "",
            "did you mean “fr/password-changed.txt”",
        ),
    ] {
        let found = faults(&[(name, text)]);
        assert!(
            found.contains(said) && found.contains(name),
            "{text:?}: {found}"
        );
    }
    let two = faults(&[
        ("fr/password-changed.txt", "Subject: x\n\n{{ x }}"),
        ("en/password-changed.txt", "Subject: x\n\n{{ y }}"),
    ]);
    assert_eq!(two.lines().count(), 2, "{two}");
}

#[test]
fn a_folder_that_is_not_there_and_a_file_that_is_no_text_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("nowhere");
    let error = Letters::load(Some(&nowhere)).expect_err("not there");
    assert_eq!(error.lines().len(), 1);
    fs::create_dir(folder.path().join("fr")).expect("made");
    fs::write(
        folder.path().join("fr/password-changed.txt"),
        b"Subject: \xff",
    )
    .expect("written");
    let error = Letters::load(Some(folder.path())).expect_err("no text");
    let said = Localizer::new(Language::En).say(&error.lines()[0]);
    assert!(said.contains("no text in UTF-8"), "{said}");
}

#[test]
fn a_schools_own_letter_takes_the_place_of_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("fr")).expect("made");
    let own = "\u{feff}Subject: Le mot de {{ school }}\r\n\r\nÀ {{ person }}, le {{ date }} : {{ school }}\r\n";
    fs::write(folder.path().join("fr/password-changed.txt"), own).expect("written");
    let letters = Letters::load(Some(folder.path())).expect("good");
    let date = at(22, 9);
    let facts = Facts {
        school: "Lycée & fils",
        person: "Zoé",
        contact: None,
        ent_url: None,
        date: &date,
        about: About::PasswordChanged { login: "zoe" },
    };
    let letter = letters.write(&facts, Language::Fr).expect("written");
    assert_eq!(letter.subject, "Le mot de Lycée & fils");
    assert_eq!(
        *letter.text,
        "À Zoé, le dimanche 22 novembre 2026 à 9 h 05 : Lycée & fils\n"
    );
    assert!(letter.html.contains("Lycée &amp; fils"));
    let english = letters.write(&facts, Language::En).expect("written");
    assert!(english.subject.contains("was changed"), "{english:?}");
}

#[test]
fn a_notice_says_of_one_address_what_became_of_it() {
    let address = MailAddress::parse("zoe@ailleurs.example.fr").expect("an address");
    let said = |redirect, recovery, others, language| {
        let what = Addresses {
            redirect,
            recovery,
            keep_copy: false,
            others,
            elsewhere: redirect.is_none() && recovery.is_none(),
        };
        let about = About::AddressChanged {
            address: &address,
            what,
        };
        let letter = letter_about(about, language);
        for body in [&letter.text, &letter.html] {
            assert!(!body.contains("zoe.lambert"), "half of what lets one in");
            assert!(body.contains("la vie scolaire"));
        }
        format!("{}\n{}", letter.subject, *letter.text)
    };
    let (new, former) = (Some(Side::New), Some(Side::Former));
    let redirected = said(new, None, true, Language::Fr);
    assert!(
        redirected.contains("désormais transmis à zoe@ailleurs.example.fr et à une autre adresse")
    );
    assert!(redirected.contains("il n'en reste pas d'exemplaire"));
    assert!(!redirected.contains("secours"), "{redirected}");
    let no_longer = said(former, None, false, Language::En);
    assert!(no_longer.contains("no longer forwarded to zoe@ailleurs.example.fr"));
    assert!(!no_longer.contains("recovery"), "{no_longer}");
    let lost = said(None, former, false, Language::Fr);
    assert!(lost.contains("n'est plus l'adresse de secours"));
    assert!(lost.contains("une autre personne pourrait recevoir votre mot de passe"));
    assert!(!lost.contains("redirection"), "{lost}");
    let both = said(new, former, false, Language::En);
    assert!(both.contains(
        "the forwarding of mail and the recovery address of your ENT account have changed"
    ));
    assert!(both.contains("now forwarded") && both.contains("no longer the recovery address"));
}

proptest! {
    #[test]
    fn no_name_makes_a_header_or_a_tag(name in any::<String>()) {
        let date = at(22, 9);
        let facts = Facts {
            school: &name,
            person: &name,
            contact: Some(&name),
            ent_url: None,
            date: &date,
            about: About::PasswordChanged { login: &name },
        };
        let letter = letters().write(&facts, Language::Fr).expect("written");
        prop_assert!(!letter.subject.chars().any(char::is_control));
        let plain = Facts { school: "x", person: "x", contact: Some("x"), about: About::PasswordChanged { login: "x" }, ..facts };
        let plain = letters().write(&plain, Language::Fr).expect("written");
        prop_assert_eq!(letter.html.matches('<').count(), plain.html.matches('<').count());
        prop_assert!(letter.text.lines().count() <= plain.text.lines().count());
    }
}

/// Everything between the two marks of `docs/letters.md`.
fn shown() -> String {
    let mut out = String::new();
    for kind in Kind::ALL {
        let _ = writeln!(out, "\n### {}\n", kind.as_str());
        let variables: Vec<String> = kind.variables().iter().map(|v| format!("`{v}`")).collect();
        let required: Vec<String> = kind.required().iter().map(|v| format!("`{v}`")).collect();
        let _ = writeln!(
            out,
            "May hold: {}.\n\nMust hold: {}.",
            variables.join(", "),
            required.join(", ")
        );
        // Of an address that counts from now on, and of one that does so no longer.
        let cases: &[bool] = match kind {
            Kind::AddressChanged => &[true, false],
            _ => &[true],
        };
        for (language, full) in [Language::Fr, Language::En]
            .into_iter()
            .flat_map(|language| cases.iter().map(move |full| (language, *full)))
        {
            let letter = written(kind, language, full);
            let _ = writeln!(
                out,
                "\n```text\nSubject: {}\n\n{}```",
                letter.subject, *letter.text
            );
        }
    }
    out
}

#[test]
fn the_document_shows_every_letter_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT);
    let text = fs::read_to_string(&path).expect("docs/letters.md");
    let mark = "<!-- letters -->\n";
    let (head, _) = text.split_once(mark).expect("the mark");
    let right = format!("{head}{mark}{}", shown());
    if std::env::var_os("ENTCTL_UPDATE_DOCS").is_some() {
        fs::write(&path, &right).expect("written");
    }
    assert!(
        fs::read_to_string(&path).expect("read") == right,
        "write it anew with ENTCTL_UPDATE_DOCS=1"
    );
}
