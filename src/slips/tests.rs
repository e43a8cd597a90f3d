use super::*;
use crate::i18n::Language;
use crate::spreadsheet::{Table, read_passwords};

fn slip(class: &str, last: &str, first: &str, password: &str) -> Slip {
    Slip {
        school: "Collège Jean Moulin".into(),
        class: class.into(),
        last_name: last.into(),
        first_name: first.into(),
        login: format!("{first}.{last}").to_lowercase(),
        password: Password::new(password.into()),
    }
}

fn text() -> SlipText {
    SlipText {
        ent_url: Some("https://ent.example/?a=1&b=2".into()),
        help: Some("Vie scolaire, bureau 12.".into()),
        until: None,
        min_length: Some(9),
    }
}

fn html(slips: &[Slip], language: Language) -> String {
    let page = render(
        SlipFormat::Html,
        slips.iter().collect(),
        &text(),
        &Localizer::new(language),
    )
    .expect("page");
    String::from_utf8(page.to_vec()).expect("UTF-8")
}

#[test]
fn the_csv_is_the_same_in_every_language_and_reads_back() {
    let slips = [
        slip("6A", "Zola", "Émile", "cerise-17"),
        slip("6A", "Éluard", "Paul", "abricot-42"),
    ];
    let [en, fr] = Language::ALL.map(|language| {
        render(
            SlipFormat::Csv,
            slips.iter().collect(),
            &text(),
            &Localizer::new(language),
        )
        .expect("CSV")
    });
    assert_eq!(en, fr);
    let expected = "\u{feff}school;class;last_name;first_name;login;password;ent_url\r\n\
        Collège Jean Moulin;6A;Éluard;Paul;paul.éluard;abricot-42;https://ent.example/?a=1&b=2\r\n\
        Collège Jean Moulin;6A;Zola;Émile;émile.zola;cerise-17;https://ent.example/?a=1&b=2\r\n";
    assert_eq!(String::from_utf8_lossy(&en), expected);
    let given = read_passwords(Table::read(&en).expect("a table")).expect("passwords");
    let passwords: Vec<_> = given.iter().map(|g| g.password.expose()).collect();
    assert_eq!(passwords, ["abricot-42", "cerise-17"]);
}

#[test]
fn an_end_stands_on_every_slip_in_the_language_of_its_reader() {
    let slips = [slip("6A", "Zola", "Émile", "cerise-17")];
    let at = jiff::civil::date(2026, 11, 29).at(17, 12, 0, 0);
    let at = at.to_zoned(jiff::tz::TimeZone::system()).expect("time");
    let text = SlipText {
        until: Some(at.timestamp()),
        ..text()
    };
    let said = |format, language| {
        let file = render(
            format,
            slips.iter().collect(),
            &text,
            &Localizer::new(language),
        )
        .expect("file");
        String::from_utf8(file.to_vec()).expect("UTF-8")
    };
    assert!(said(SlipFormat::Html, Language::Fr).contains("au 29&#x2f;11&#x2f;2026 17:12."));
    assert!(said(SlipFormat::Html, Language::En).contains("Valid until 2026-11-29 17:12."));
    for language in Language::ALL {
        let csv = said(SlipFormat::Csv, language);
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].ends_with(";ent_url;valid_until"), "{csv}");
        assert!(lines[1].ends_with(";2026-11-29 17:12"), "{csv}");
    }
    assert!(!html(&slips, Language::En).contains("Valid until"));
}

#[test]
fn slips_are_sorted_as_a_school_does() {
    let mut slips = [
        slip("6 B10", "A", "A", "x"),
        slip("6B2", "Zay", "A", "x"),
        slip("6B2", "Émond", "B", "x"),
        slip("6B2", "EMOND", "A", "x"),
        slip("6b2", "Adam", "A", "x"),
    ];
    slips.sort_by_cached_key(order);
    let names: Vec<_> = slips.iter().map(|s| s.last_name.as_str()).collect();
    assert_eq!(names, ["EMOND", "Émond", "Zay", "Adam", "A"]);
}

#[test]
fn every_class_begins_a_page_of_at_most_eight() {
    let mut slips: Vec<Slip> = (0..9)
        .map(|n| slip("6A", &format!("N{n}"), "P", "x"))
        .collect();
    slips.push(slip("6B", "Dupont", "Léa", "x"));
    let page = html(&slips, Language::Fr);
    let counts: Vec<usize> = page
        .split("<section")
        .skip(1)
        .map(|section| section.matches("<article").count())
        .collect();
    assert_eq!(counts, [8, 1, 1]);
    assert!(page.contains("6A · Collège Jean Moulin</span><span>page 2 sur 2"));
    assert!(page.contains("6B · Collège Jean Moulin</span><span>page 1<"));
}

#[test]
fn a_slip_says_all_one_needs_in_both_languages() {
    let slips = [slip("6A", "Dupont", "Léa", "abricot-cerise")];
    for (language, words) in [
        (
            Language::Fr,
            [
                "<html lang=\"fr\">",
                "Léa Dupont",
                ">léa.dupont<",
                ">abricot-cerise<",
                "Allez sur https:",
                "au moins 9 caractères",
                "Vie scolaire, bureau 12.",
            ],
        ),
        (
            Language::En,
            [
                "<html lang=\"en\">",
                "Léa Dupont",
                ">léa.dupont<",
                ">abricot-cerise<",
                "Go to https:",
                "at least 9 characters",
                "Vie scolaire, bureau 12.",
            ],
        ),
    ] {
        let page = html(&slips, language);
        for word in words {
            assert!(page.contains(word), "{word} is not in {page}");
        }
        assert!(!page.contains("slips-"), "a sentence is missing");
    }
}

#[test]
fn hostile_names_stay_text() {
    let mut hostile = slip(
        "<b>6A",
        "<script>alert(1)</script>",
        "{{ lang }}{% raw %}",
        "a<b&\"c'",
    );
    hostile.school = "É\u{1b}[31m\u{202e}".into();
    let page = html(&[hostile], Language::Fr);
    assert!(!page.contains("<script") && !page.contains("<b>6A"));
    assert!(page.contains("{{ lang }}{% raw %}"));
    assert!(page.contains("&lt;b&gt;6A"));
    assert!(page.contains("a&lt;b&amp;&quot;c&#x27;"), "{page}");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert!(page.contains("\\x1b[31m\\u{202e}"));
}

#[test]
fn the_page_asks_nothing_of_the_network() {
    let mut text = text();
    text.ent_url = None;
    let localizer = Localizer::new(Language::Fr);
    let slips = [slip("", "Dupont", "Léa", "x")];
    let page = render(SlipFormat::Html, slips.iter().collect(), &text, &localizer).expect("page");
    let page = String::from_utf8_lossy(&page);
    for outside in [
        "http://", "https://", "src=", "url(", "<link", "<script", "@import",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("page de connexion"));
    assert!(page.contains("<div class=\"place\">Collège Jean Moulin<"));
}

#[test]
fn long_passwords_are_set_smaller() {
    let page = html(
        &[slip("6A", "D", "L", "abricot-cerise-tulipe")],
        Language::Fr,
    );
    assert!(page.contains("class=\"password long\""));
    let page = html(&[slip("6A", "D", "L", "abricot-cerise")], Language::Fr);
    assert!(page.contains("class=\"password\""));
}

#[test]
fn debug_hides_the_password() {
    let shown = format!("{:?}", slip("6A", "Dupont", "Léa", "abricot-42"));
    assert!(shown.contains("Dupont") && !shown.contains("abricot"));
}
