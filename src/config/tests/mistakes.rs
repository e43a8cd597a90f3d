//! Every kind of mistake, with its place and its words in both languages.

use super::*;
use crate::error::ExitStatus;
use proptest::prelude::*;

/// Checks that the text has exactly one mistake, there, said so.
fn mistake(text: &str, line: usize, column: usize, english: &[&str], french: &[&str]) {
    let error = read(text).expect_err(text);
    assert_eq!(error.status(), ExitStatus::Usage);
    assert_eq!(error.code(), "config-invalid");
    for (language, words, colon) in [(Language::En, english, ":"), (Language::Fr, french, " :")] {
        let localizer = Localizer::new(language);
        let lines: Vec<String> = error.lines().iter().map(|l| localizer.say(l)).collect();
        let [shown] = lines.as_slice() else {
            panic!("{text}: {lines:#?}");
        };
        let place = format!("{FILE}:{line}:{column}{colon} ");
        assert!(shown.starts_with(&place), "{text}: {shown} ({place})");
        for word in words {
            assert!(shown.contains(word), "{text}: {shown} ({word})");
        }
        assert!(!shown.contains("config-"), "untranslated: {shown}");
    }
}

#[test]
fn unknown_keys_with_the_nearest_name() {
    mistake(
        &with("page_siez = 5"),
        4,
        1,
        &["“profiles.x.page_siez”", "did you mean “page_size”?"],
        &[
            "« profiles.x.page_siez »",
            "vouliez-vous dire « page_size » ?",
        ],
    );
    mistake(
        &with("  couleur = 1"),
        4,
        3,
        &["no setting called “profiles.x.couleur”"],
        &["aucun réglage ne s'appelle « profiles.x.couleur »"],
    );
    mistake(
        &with("password_file = \"a\""),
        4,
        1,
        &["“profiles.x.bind.password_file”"],
        &["écrivez « profiles.x.bind.password_file »"],
    );
    mistake(
        "[college]\nurls = [\"ldapi:///\"]\n",
        1,
        2,
        &["“profiles.college”"],
        &["écrivez « profiles.college »"],
    );
    mistake("[profil.x]\n", 1, 2, &["“profiles”"], &["« profiles »"]);
    mistake(
        &with("[profiles.x.slips]\nhepl = \"é\""),
        5,
        1,
        &["“profiles.x.slips.hepl”", "“help”"],
        &["« profiles.x.slips.hepl »", "« help »"],
    );
}

#[test]
fn an_unknown_command_or_role_with_the_nearest_one() {
    mistake(
        &with("commands = [\"account *\", \"password rest\"]"),
        4,
        26,
        &["“profiles.x.commands”", "“password reset”"],
        &["« profiles.x.commands »", "« password reset »"],
    );
    mistake(
        &with("commands = [\"*\"]"),
        4,
        13,
        &["[\"password reset\", \"account *\"]"],
        &["[\"password reset\", \"account *\"]"],
    );
    mistake(
        &with("roles = [\"pupils\"]"),
        4,
        10,
        &["“pupil”"],
        &["« pupil »"],
    );
    mistake(
        &with("classes = []"),
        4,
        11,
        &["class names"],
        &["nom de classe"],
    );
}

#[test]
fn wrong_types() {
    mistake(
        &with("start_tls = \"yes\""),
        4,
        13,
        &["“profiles.x.start_tls”: expected: one of: true, false; found: a text"],
        &[
            "« profiles.x.start_tls » : attendu : une de ces valeurs : true, false ; trouvé : un texte",
        ],
    );
    mistake(
        "[profiles.x]\nurls = \"ldapi:///\"\nbase_dn = \"dc=x\"\n",
        2,
        8,
        &[
            "expected: a list",
            "ldaps://annuaire.example.fr",
            "found: a text",
        ],
        &["attendu : une liste", "trouvé : un texte"],
    );
    mistake(
        &with("schools = [3]"),
        4,
        12,
        &["school numbers", "found: a whole number"],
        &["numéro d'établissement", "trouvé : un nombre entier"],
    );
    mistake(
        &with("[profiles.x.bind]\ndn = \"cn=a\"\npassword_command = \"pass show s3cret\""),
        6,
        20,
        &["a list: the program", "found: a text"],
        &["une liste : le programme", "trouvé : un texte"],
    );
    mistake("profiles = 3", 1, 12, &["a table"], &["une table"]);
    mistake(
        "[profiles]\nx = 1979-05-27",
        2,
        5,
        &["found: a date"],
        &["trouvé : une date"],
    );
    mistake(
        "[[limits]]\n",
        1,
        1,
        &["found: a list"],
        &["trouvé : une liste"],
    );
    mistake("slips = 1.5", 1, 9, &["decimal point"], &["à virgule"]);
    mistake(
        "language = true",
        1,
        12,
        &["\"fr\", \"en\""],
        &["\"fr\", \"en\""],
    );
}

#[test]
fn values_that_will_not_do() {
    for (line, column, english, french) in [
        (
            "people_base = \"personnes\"",
            15,
            "“personnes” will not do; expected: the full name",
            "« personnes » ne convient pas ; attendu : le nom complet",
        ),
        ("people_base = \"\"", 15, "full name", "nom complet"),
        (
            "schema = \"sdte\"",
            10,
            "did you mean “sdet”?",
            "vouliez-vous dire « sdet » ?",
        ),
        (
            "schema = \"x\"",
            10,
            "\"inetorgperson\"",
            "\"inetorgperson\"",
        ),
        (
            "connect_timeout = 0",
            19,
            "“0” will not do; expected: a number of seconds",
            "nombre de secondes",
        ),
        ("connect_timeout = -5", 19, "“-5”", "« -5 »"),
        ("connect_timeout = \"5 min\"", 19, "“5 min”", "« 5 min »"),
        ("connect_timeout = 1e300", 19, "seconds", "secondes"),
        ("connect_timeout = nan", 19, "seconds", "secondes"),
        ("page_size = 0", 13, "from 1 to 10000", "de 1 à 10000"),
        (
            "page_size = 10_001",
            13,
            "“10001” will not do",
            "« 10001 » ne convient pas",
        ),
        ("page_size = -1", 13, "“-1”", "« -1 »"),
        (
            "schools = [\"0310042X\", \"310042X\"]",
            24,
            "“310042X”",
            "« 310042X »",
        ),
        ("schools = []", 11, "one or more", "au moins un"),
        (
            "protected = \"uid=admin\"",
            13,
            "in parentheses",
            "entre parenthèses",
        ),
        (
            "user_dn_template = \"uid=x,dc=y\"",
            20,
            "uid={login},ou=",
            "uid={login},ou=",
        ),
        ("ca_file = \"\"", 11, "path", "chemin"),
        ("attributes.mail = \"ma il\"", 19, "“ma il”", "« ma il »"),
        (
            "slips.ent_url = \"ent.example.fr\"",
            17,
            "web page",
            "page web",
        ),
        ("slips.help = \" \"", 14, "not empty", "non vide"),
        (
            "redirect = { way = \"own\", forbidden_domains = [\"jetable.example \"] }",
            48,
            "“jetable.example ”",
            "« jetable.example  »",
        ),
        ("limits.max_changes = \"150%\"", 22, "“150%”", "« 150% »"),
        ("limits.max_changes = 0", 22, "“0”", "« 0 »"),
        ("passwords.style = \"wrods\"", 19, "“words”", "« words »"),
    ] {
        mistake(&with(line), 4, column, &[english], &[french]);
    }
    mistake(
        "language = \"de\"",
        1,
        12,
        &["“de” will not do"],
        &["« de » ne convient pas"],
    );
}

#[test]
fn missing_keys() {
    mistake(
        "\n[profiles.x]\nurls = [\"ldapi:///\"]\n",
        2,
        11,
        &["“profiles.x.base_dn” is missing; expected: the full name"],
        &["« profiles.x.base_dn » manque ; attendu : le nom complet"],
    );
    mistake(
        "[profiles.x]\nbase_dn = \"dc=x\"\n",
        1,
        11,
        &["“profiles.x.urls” is missing"],
        &["« profiles.x.urls » manque"],
    );
    mistake(
        &with("bind.method = \"simple\""),
        4,
        1,
        &["“profiles.x.bind.dn” is missing"],
        &["« profiles.x.bind.dn » manque"],
    );
}

#[test]
fn keys_that_do_not_go_together() {
    mistake(
        &with("client_key = \"k\""),
        4,
        1,
        &["“profiles.x.client_key” is of no use without “client_certificate”"],
        &["ne sert à rien sans « client_certificate »"],
    );
    mistake(
        &with("client_certificate = \"c\""),
        4,
        1,
        &["without “client_key”"],
        &["sans « client_key »"],
    );
    mistake(
        &with("[profiles.x.bind]\ndn = \"cn=a\"\npassword_file = \"f\"\npassword_env = \"E\""),
        7,
        1,
        &["“profiles.x.bind.password_env” cannot stand together with “password_file”"],
        &["« profiles.x.bind.password_env » ne va pas avec « password_file »"],
    );
    mistake(
        &with("bind.method = \"external\""),
        4,
        6,
        &["ldaps://a.example", "certificate"],
        &["ldaps://a.example", "certificat"],
    );
    mistake(
        "[profiles.x]\nurls = [\"ldap://a.example\"]\nbase_dn = \"dc=x\"\nclient_key = \"k\"\nclient_certificate = \"c\"\nbind.method = \"external\"\n",
        6,
        6,
        &["ldap://a.example", "encrypted connection"],
        &["connexion chiffrée"],
    );
    mistake(
        &with("bind = { method = \"anonymous\", dn = \"cn=a\" }"),
        4,
        32,
        &["method = \"anonymous\""],
        &["ne va pas avec « method = \"anonymous\" »"],
    );
    mistake(
        &with("start_tls = true"),
        4,
        1,
        &["only for addresses in ldap://"],
        &["adresses en ldap://"],
    );
    mistake(
        "[profiles.\"../x\"]\n",
        1,
        11,
        &["a profile name begins with a letter"],
        &["un nom de profil commence par une lettre"],
    );
}

#[test]
fn toml_itself() {
    for (text, line, column, english, french) in [
        (
            "a = 1\n\nlanguage = fr\n",
            3,
            12,
            "a text in quotes",
            "un texte entre guillemets",
        ),
        (
            "language = yes\n",
            1,
            12,
            "straight quotes",
            "guillemets droits",
        ),
        (
            "language = “fr”\n",
            1,
            12,
            "straight quotes",
            "guillemets droits",
        ),
        (
            "language = \"fr\n\n[slips]\n",
            1,
            15,
            "not closed",
            "mal fermé",
        ),
        ("language =\n", 1, 11, "name = value", "nom = valeur"),
        ("language == 1\n", 1, 11, "name = value", "nom = valeur"),
        ("language\n", 1, 9, "name = value", "nom = valeur"),
        (
            "language = \"fr\"\nlanguage = \"en\"\n",
            2,
            1,
            "already there",
            "déjà plus haut",
        ),
        ("[profiles.x\nurls = []\n", 1, 12, "not closed", "pas fermé"),
        (
            "[profiles.x]]\n",
            1,
            13,
            "more than one",
            "plus d'un réglage",
        ),
        (
            "x = [1, 2\n\ny = 3\nz = 4\n",
            1,
            10,
            "square bracket",
            "crochet",
        ),
        ("x = [1 2]\n", 1, 6, "number", "nombre"),
        ("x = {a = 1\n", 1, 11, "brace", "accolade"),
        ("x = \"C:\\données\"\n", 1, 9, "backslash", "barre oblique"),
        ("x = 12abc\n", 1, 5, "number", "nombre"),
        ("x = 01\n", 1, 5, "number", "nombre"),
        ("é = 1\n", 1, 1, "letters", "lettres"),
        ("x = 1\n[x]\n", 2, 2, "already", "plus haut"),
        ("x = 1\nx.y = 1\n", 2, 1, "already", "plus haut"),
    ] {
        mistake(text, line, column, &[english], &[french]);
    }
}

#[test]
fn all_mistakes_are_shown_in_the_order_of_the_file() {
    let error = read(
        "langue = \"fr\"\n[profiles.b]\nbase_dn = \"x\"\n[profiles.a]\nurls = [\"http://a\", 3]\npage_size = true\n",
    )
    .expect_err("mistakes");
    let english = said(&error, Language::En);
    assert!(english.starts_with("There are 7 mistakes"), "{english}");
    let places: Vec<String> = error
        .machine_details()
        .and_then(|details| details["problems"].as_array())
        .expect("details")
        .iter()
        .map(|p| format!("{}:{} {} {}", p["line"], p["column"], p["key"], p["code"]))
        .collect();
    assert_eq!(
        places,
        [
            r#"1:1 "langue" "unknown-key""#,
            r#"2:11 "profiles.b.urls" "missing-key""#,
            r#"3:11 "profiles.b.base_dn" "invalid-value""#,
            r#"4:11 "profiles.a.base_dn" "missing-key""#,
            r#"5:9 "profiles.a.urls" "invalid-value""#,
            r#"5:21 "profiles.a.urls" "wrong-type""#,
            r#"6:13 "profiles.a.page_size" "wrong-type""#,
        ]
    );
    assert!(said(&error, Language::Fr).contains("contient 7 erreurs"));
}

#[test]
fn a_flood_of_mistakes_is_cut() {
    let text: String = (0..60).map(|i| format!("zz{i} = 1\n")).collect();
    let error = read(&text).expect_err("mistakes");
    assert_eq!(error.lines().len(), 51);
    assert!(said(&error, Language::Fr).contains("et 10 autres"));
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    for text in [
        with("bind.password = \"s3cret\""),
        with("bindpw = \"s3cret\""),
        with("bind = { dn = \"cn=a\", password_env = \"s3cret!\" }"),
        with("bind = { dn = \"cn=a\", password_command = \"echo s3cret\" }"),
        with("bind = { dn = \"cn=a\", password_command = [\"\", \"s3cret\"] }"),
        with("bind = { dn = \"cn=a\", password_file = [\"s3cret\"] }"),
        with("slips.ent_url = \"https://admin:s3cret@ent\""),
        "[profiles.x]\nurls = [\"ldap://cn=admin:s3cret@a\"]\nbase_dn = \"dc=x\"".to_owned(),
        with("bind.password_env = \"s3cret"),
    ] {
        let error = read(&text).expect_err(&text);
        for language in Language::ALL {
            assert!(!said(&error, language).contains("s3cret"), "{text}");
        }
        assert!(!format!("{error:?}").contains("s3cret"), "{text}");
    }
    let error = read(&with("bind.password = \"s3cret\"")).expect_err("password");
    assert!(said(&error, Language::Fr).contains("un mot de passe ne s'écrit pas dans ce fichier"));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "(?s).{0,200}") {
        let _ = read(&text).map_err(|error| said(&error, Language::Fr));
    }

    #[test]
    fn no_almost_configuration_breaks_it(
        lines in proptest::collection::vec(
            "(\\[{1,2}(profiles|bind|x)?\\.?(x|\"é\")?\\.?(bind|slips|limits)?\\]{0,2})|((urls|base_dn|bind|bind\\.dn|schools|page_size|profiles|connect_timeout|limits\\.max_changes)[ =.]{1,3}(1|-1|0x1f|nan|true|\"|\"dc=x\"|\\[|\\[\\]|\\[\"ldap://a\", 1\\]|\\{|\\{dn = 1\\}|1979-05-27|\"\"\"))",
            0..8,
        )
    ) {
        let text = lines.join("\n");
        let _ = read(&text).map_err(|error| said(&error, Language::En));
    }
}

#[test]
fn mail_settings_that_do_not_go_together() {
    let from = "from = \"ENT <ent@example.fr>\"";
    let mail = |more: &str| with(&format!("[profiles.x.mail]\n{more}"));
    mistake(
        &mail("server = \"smtps://mail.example.fr\""),
        4,
        13,
        &["“profiles.x.mail.from” is missing"],
        &["« profiles.x.mail.from » manque"],
    );
    mistake(
        &mail(from),
        4,
        13,
        &["“profiles.x.mail.server” is missing", "smtps://"],
        &["« profiles.x.mail.server » manque"],
    );
    mistake(
        &mail(&format!(
            "server = \"smtps://mail.example.fr\"\nfolder = \"mails\"\n{from}"
        )),
        6,
        1,
        &["cannot stand together with “server”"],
        &["ne va pas avec « server »"],
    );
    mistake(
        &mail(&format!("folder = \"mails\"\npassword_env = \"E\"\n{from}")),
        6,
        1,
        &["“user”"],
        &["ne sert à rien sans « user »"],
    );
    mistake(
        &mail(&format!(
            "server = \"smtps://ent:secret@mail.example.fr\"\n{from}"
        )),
        5,
        10,
        &["not repeated here"],
        &["n'est pas répétée"],
    );
    mistake(
        &mail("folder = \"mails\"\nfrom = \"ENT\\r\\nBcc: x <ent@example.fr>\""),
        6,
        8,
        &["expected: a mail address"],
        &["attendu : une adresse e-mail"],
    );
    mistake(
        &mail(&format!(
            "folder = \"mails\"\ntime_zone = \"Europe/Pariss\"\n{from}"
        )),
        6,
        13,
        &["for example \"Europe/Paris\""],
        &["fuseau horaire"],
    );
}
