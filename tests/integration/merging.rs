//! `account merge`: one account of a person counts, and nothing that named the other is lost; read back with ldap-utils.

use crate::premises::{DISABLED, School};
use crate::support::entctl::Home;
use crate::support::ldif::{Dump, LdifEntry};
use crate::support::output::Output;
use crate::support::slapd::{ADMIN, ADMIN_PASSWORD, Slapd};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// What a login leaves behind.
const LOGINS: [&str; 2] = ["pwdLastSuccess", "pwdFailureTime"];
/// What is not a reference: where the absorbed account is, and what it was called.
const INTENDED: [&str; 2] = ["ENTPersRelFusionSecondaire", "entctlFormerLogin"];

fn dump(school: &School) -> Dump {
    school.dump().comparable().without(&LOGINS)
}

fn holds(entry: &LdifEntry, attribute: &str, value: &str) -> bool {
    let mut values = entry.all(attribute).into_iter();
    values.any(|v| v.eq_ignore_ascii_case(value))
}

#[track_caller]
fn merge(school: &School, kept: &str, absorbed: &[&str], more: &[&str]) -> Output {
    let mut words = vec!["account".to_owned(), "merge".to_owned()];
    words.extend(["--keep".to_owned(), school.uid(kept)]);
    for who in absorbed {
        words.extend(["--absorb".to_owned(), school.uid(who)]);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    school.inter(&words).args(["--yes"]).args(more).run()
}

/// The run that a command has just made.
fn last_run(school: &School) -> String {
    let listed = school
        .inter(&["history", "list", "--format", "json"])
        .run()
        .expect_success();
    let document = listed.json();
    let runs = document["runs"].as_array().expect("runs");
    runs[0]["run"].as_str().expect("a run").to_owned()
}

#[track_caller]
fn undo(school: &School) -> Output {
    let run = last_run(school);
    school.inter(&["history", "undo", &run, "--yes"]).run()
}

/// Every value of the dump that holds this text, but the intended ones.
fn naming(dump: &Dump, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (dn, attributes) in &dump.0 {
        for (name, values) in attributes {
            if dn == text || INTENDED.contains(&name.as_str()) {
                continue;
            }
            let all = values.iter().filter(|v| v.contains(text));
            found.extend(all.map(|v| format!("{dn}: {name}: {v}")));
        }
    }
    found
}

#[track_caller]
fn change(school: &School, ldif: &str) {
    let _ = school.manage().modify(ldif).expect_success();
}

/// The second account is named everywhere an account can be named.
pub(crate) fn named_everywhere(school: &School) {
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    let child = school.dn("child_of_duplicate_lycee");
    let small = school.dn("child_of_duplicate_college");
    let base = school.sandbox().base_dn();
    let groups = school.manage().search(
        &format!("ou=groupes,{base}"),
        crate::support::ldap_utils::Scope::Sub,
        "(objectClass=groupOfNames)",
        &["member"],
    );
    let schools = school.manage().search(
        &format!("ou=structures,{base}"),
        crate::support::ldap_utils::Scope::Sub,
        "(objectClass=ENTEtablissement)",
        &["cn"],
    );
    let of = |who: &str, groups: &LdifEntry| holds(groups, "member", who);
    let new: Vec<&LdifEntry> = groups.iter().filter(|g| !of(&b, g)).take(3).collect();
    let mut ldif = String::new();
    for group in &new {
        ldif.push_str(&format!(
            "dn: {}\nchangetype: modify\nadd: member\nmember: {b}\n\n",
            group.dn
        ));
    }
    ldif.push_str(&format!(
        "dn: {}\nchangetype: modify\nadd: owner\nowner: {b}\n\n",
        new[0].dn
    ));
    ldif.push_str(&format!(
        "dn: {}\nchangetype: modify\nreplace: ENTStructureResponsable\nENTStructureResponsable: {b}\n\n",
        schools[0].dn
    ));
    // All the attributes of the one child, and twice on the other.
    ldif.push_str(&format!(
        "dn: {child}\nchangetype: modify\nreplace: ENTElevePersRelEleve\nENTElevePersRelEleve: {b}$10$O$1$O$N\n\
         -\nreplace: ENTEleveParents\nENTEleveParents: {b}\n-\nreplace: ENTEleveMere\nENTEleveMere: {b}\n\
         -\nreplace: ENTElevePersRelEleve1\nENTElevePersRelEleve1: {b}\n\
         -\nreplace: ENTEleveAutoriteParentale\nENTEleveAutoriteParentale: {b}\n\
         -\nreplace: ENTEleveAdresseRel\nENTEleveAdresseRel: {b}\n\
         -\nreplace: ENTEleveEntrTutStage\nENTEleveEntrTutStage: {b}\n\n"
    ));
    ldif.push_str(&format!(
        "dn: {small}\nchangetype: modify\nreplace: ENTElevePersRelEleve\n\
         ENTElevePersRelEleve: {a}$90$N$3$N$O\nENTElevePersRelEleve: {b}$10$O$1$O$N\n\n\
         dn: {b}\nchangetype: modify\nadd: ENTAuxPersRelEleveEleve\nENTAuxPersRelEleveEleve: {small}\n"
    ));
    change(school, &ldif);
}

#[test]
fn nothing_names_the_absorbed_account_and_undo_restores_the_directory() {
    let school = School::up(60);
    named_everywhere(&school);
    let before = dump(&school);
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    let login = school.login("duplicate_b");
    let letters = school.file("lettres.csv");
    let output = merge(
        &school,
        "duplicate_a",
        &["duplicate_b"],
        &["--report", letters.to_str().expect("a path")],
    )
    .expect_success();
    assert!(!output.to_string().contains("uid="), "{output}");
    let after = dump(&school);
    assert_eq!(naming(&after, &b), [] as [String; 0]);
    let (kept, absorbed) = (school.entry("duplicate_a"), school.entry("duplicate_b"));
    assert!(holds(&kept, "ENTPersRelFusionSecondaire", &b));
    assert!(holds(&kept, "entctlFormerLogin", &login));
    assert!(holds(&absorbed, "ENTPersRelFusionPrincipal", &a));
    assert!(holds(&absorbed, "pwdAccountLockedTime", DISABLED));
    assert!(!holds(&absorbed, "objectClass", "ENTAuxPersRelEleve"));
    for child in ["child_of_duplicate_college", "child_of_duplicate_lycee"] {
        assert!(holds(&kept, "ENTAuxPersRelEleveEleve", &school.dn(child)));
    }
    let small = school.entry("child_of_duplicate_college");
    assert_eq!(
        small.all("ENTElevePersRelEleve"),
        [format!("{a}$10$O$1$O$O")],
        "one value, the strongest rights"
    );
    assert!(kept.all("memberOf").len() >= 3, "{kept:?}");
    assert_eq!(absorbed.all("memberOf"), [] as [String; 0]);
    let closed = school.bind("duplicate_b", &school.old_password("duplicate_b"));
    assert_ne!(closed.code, 0);
    let text = std::fs::read_to_string(&letters).expect("the letter's file");
    assert!(text.starts_with('\u{feff}'));
    assert!(text.contains(&login) && text.contains("Théo"), "{text}");
    let mode = letters.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Once more: nothing is left to do.
    let again = merge(&school, "duplicate_a", &["duplicate_b"], &[]).expect_success();
    assert!(again.to_string().contains("already"), "{again}");
    assert_eq!(after.diff(&dump(&school)), "");
    let _ = undo(&school).expect_success();
    assert_eq!(before.diff(&dump(&school)), "");
}

/// Without what the server made anew for an entry that came back, and without its password.
fn without_made_anew(dump: &Dump) -> Dump {
    dump.without(&[
        "entryUUID",
        "createTimestamp",
        "creatorsName",
        "userPassword",
        "pwdChangedTime",
        "pwdHistory",
        "pwdReset",
        "pwdGraceUseTime",
    ])
}

#[test]
fn a_deleted_account_is_named_nowhere_and_comes_back_with_all_but_its_password() {
    let school = School::up(60);
    named_everywhere(&school);
    let before = dump(&school);
    let b = school.dn("duplicate_b");
    let output = merge(
        &school,
        "duplicate_a",
        &["duplicate_b"],
        &["--delete-absorbed"],
    )
    .expect_success();
    let said = output.to_string();
    assert!(
        said.contains("new password"),
        "what does not come back: {said}"
    );
    let after = dump(&school);
    assert_eq!(naming(&after, &b), [] as [String; 0]);
    assert!(!after.0.contains_key(&b));
    let groups = school.entry("duplicate_a").all("memberOf");
    assert!(groups.len() >= 3, "{groups:?}");
    for file in std::fs::read_dir(school.sandbox_history()).expect("the history") {
        let run = file.expect("a run").path();
        for part in std::fs::read_dir(&run).into_iter().flatten().flatten() {
            let text = std::fs::read(part.path()).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            assert!(
                !text.contains("{SSHA}") && !text.contains("userPassword:"),
                "{run:?}"
            );
        }
    }
    // Not all of it: the password must be given anew, which is told.
    let undone = undo(&school).expect_status(3);
    assert_eq!(
        without_made_anew(&before).diff(&without_made_anew(&dump(&school))),
        "",
        "{undone}"
    );
}

#[test]
fn a_linked_pair_is_merged_and_linked_again_by_undo() {
    let school = School::up(60);
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let untouched = dump(&school);
    let _ = school
        .inter(&["account", "link", &a, &b, "--yes"])
        .run()
        .expect_success();
    let linked = dump(&school);
    let _ = merge(&school, "duplicate_a", &["duplicate_b"], &[]).expect_success();
    let after = dump(&school);
    assert_eq!(naming(&after, &school.dn("duplicate_b")), [] as [String; 0]);
    let kept = school.entry("duplicate_a");
    assert_eq!(kept.all("entctlLinkGave"), [] as [String; 0]);
    assert_eq!(kept.all("ENTPersRelRapprochSecondaire"), [] as [String; 0]);
    let _ = undo(&school).expect_success();
    assert_eq!(linked.diff(&dump(&school)), "");
    let _ = school
        .inter(&["account", "unlink", &b, "--yes"])
        .run()
        .expect_success();
    assert_eq!(untouched.diff(&dump(&school)), "");
}

#[test]
fn the_one_in_use_is_proposed_and_never_closed_for_one_that_nobody_uses() {
    let school = School::up(60);
    let before = school.dump();
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let shown = school
        .inter(&["account", "merge", &a, &b, "--dry-run"])
        .run()
        .expect_success();
    assert!(shown.to_string().contains("Proposed to keep"), "{shown}");
    assert!(
        shown.to_string().contains("Théo"),
        "what is gained: {shown}"
    );
    let french = school
        .inter(&["account", "merge", &a, &b, "--dry-run", "--lang", "fr"])
        .run()
        .expect_success();
    for word in ["Proposé à garder", "gagne un enfant", "sera fermé"] {
        assert!(french.to_string().contains(word), "{word}: {french}");
    }
    for output in [&shown, &french] {
        let text = output.to_string();
        for word in ["uid=", "ENTPers", "LDAP"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    school.assert_untouched(&before);
    // Somebody logs in with the second, and nobody can with the first.
    let (first, second) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    change(
        &school,
        &format!(
            "dn: {first}\nchangetype: modify\ndelete: userPassword\n\n\
             dn: {second}\nchangetype: modify\nreplace: userPassword\nuserPassword: tulipe-orange-47\n"
        ),
    );
    assert_eq!(school.bind("duplicate_b", "tulipe-orange-47").code, 0);
    let refused = merge(&school, "duplicate_a", &["duplicate_b"], &[]).expect_status(6);
    assert!(
        refused.stderr.contains(&school.login("duplicate_b")),
        "{refused}"
    );
    let turned = school
        .inter(&["account", "merge", &a, &b, "--dry-run"])
        .run()
        .expect_success();
    let proposed = format!("keep: {}", school.login("duplicate_b"));
    assert!(turned.to_string().contains(&proposed), "{turned}");
}

#[test]
fn a_school_merges_what_is_its_own_and_nothing_beyond() {
    let school = School::up(60);
    let before = dump(&school);
    // The second child goes to the lycée.
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let words = ["account", "merge", "--keep", &a, "--absorb", &b, "--yes"];
    let refused = school.college(&words).run().expect_status(6);
    assert!(!refused.to_string().contains("Théo"), "{refused}");
    assert_eq!(before.diff(&dump(&school)), "");
    // Two accounts of one father with a child each in the collège.
    let (a, b) = (school.uid("triplet_a"), school.uid("triplet_b"));
    let words = ["account", "merge", "--keep", &a, "--absorb", &b, "--yes"];
    let _ = school.college(&words).run().expect_success();
    let run = last_run(&school);
    let _ = school
        .college(&["history", "undo", &run, "--yes"])
        .run()
        .expect_success();
    assert_eq!(before.diff(&dump(&school)), "");
}

/// A feed run that knows nothing of merges: it writes a child's links and a parent's children from its own data.
fn fed(school: &School, child: &str, parent: &str) {
    let (child, parent) = (school.dn(child), school.dn(parent));
    let classes = school
        .manage()
        .read(&parent, &["objectClass"])
        .expect("an account");
    let class = if holds(&classes, "objectClass", "ENTAuxPersRelEleve") {
        ""
    } else {
        "add: objectClass\nobjectClass: ENTAuxPersRelEleve\n-\n"
    };
    change(
        school,
        &format!(
            "dn: {child}\nchangetype: modify\nreplace: ENTElevePersRelEleve\n\
             ENTElevePersRelEleve: {parent}$10$O$1$O$O\n\n\
             dn: {parent}\nchangetype: modify\n{class}replace: ENTAuxPersRelEleveEleve\n\
             ENTAuxPersRelEleveEleve: {child}\n"
        ),
    );
}

#[test]
fn one_merge_of_several_is_undone_after_feeds_logins_and_a_new_redirect() {
    let school = School::up(60);
    let before = dump(&school);
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    change(
        &school,
        &format!(
            "dn: {b}\nchangetype: modify\nadd: objectClass\nobjectClass: entctlMailRedirectAccount\n-\n\
             add: entctlMailRedirect\nentctlMailRedirect: avant@autre.example.org\n"
        ),
    );
    let _ = merge(&school, "duplicate_a", &["duplicate_b"], &[]).expect_success();
    let run = last_run(&school);
    let inherited = school.entry("duplicate_a");
    assert!(holds(
        &inherited,
        "entctlMailRedirect",
        "avant@autre.example.org"
    ));
    let _ = merge(&school, "triplet_a", &["triplet_b", "triplet_c"], &[]).expect_success();
    let others = dump(&school);
    // The person logs in, and has mail sent elsewhere; the feed runs twice.
    let _ = school.bind("duplicate_a", &school.old_password("duplicate_a"));
    let _ = school
        .inter(&["mail", "set", &school.uid("duplicate_a")])
        .args(["--redirect", "nathalie@autre.example.org", "--yes"])
        .args(["--reason", "asked at the desk"])
        .run()
        .expect_success();
    for _ in 0..2 {
        fed(&school, "child_of_duplicate_lycee", "duplicate_b");
    }
    let undone = school
        .inter(&["history", "undo", &run, "--yes"])
        .args(["--only", &school.uid("duplicate_a")])
        .run();
    let (kept, absorbed) = (school.entry("duplicate_a"), school.entry("duplicate_b"));
    assert!(holds(
        &kept,
        "entctlMailRedirect",
        "nathalie@autre.example.org"
    ));
    assert!(holds(
        &kept,
        "ENTAuxPersRelEleveEleve",
        &school.dn("child_of_duplicate_college")
    ));
    assert!(!holds(
        &kept,
        "ENTAuxPersRelEleveEleve",
        &school.dn("child_of_duplicate_lycee")
    ));
    assert!(!holds(&kept, "ENTPersRelFusionSecondaire", &b), "{undone}");
    assert!(!holds(&absorbed, "ENTPersRelFusionPrincipal", &a));
    assert!(!holds(&absorbed, "pwdAccountLockedTime", DISABLED));
    assert!(holds(
        &absorbed,
        "ENTAuxPersRelEleveEleve",
        &school.dn("child_of_duplicate_lycee")
    ));
    let big = school.entry("child_of_duplicate_lycee");
    let links = big.all("ENTElevePersRelEleve");
    assert!(
        links.iter().all(|link| !link.starts_with(&format!("{a}$"))),
        "{links:?}"
    );
    // Of the others nothing has moved.
    let now = dump(&school);
    let about = |dn: &str| {
        ["triplet_a", "triplet_b", "triplet_c"]
            .iter()
            .any(|w| school.dn(w) == dn)
    };
    for dn in others.changed(&now) {
        assert!(!about(&dn), "{dn}");
    }
    assert!(before.changed(&now).iter().any(|dn| about(dn)));
}

const BARE: &str = "ou=people,dc=ecole,dc=test";

fn bare_parent(uid: &str, family: &str, child: &str) -> String {
    format!(
        "dn: uid={uid},{BARE}\nobjectClass: ENTPerson\nobjectClass: ENTAuxPersRelEleve\nuid: {uid}\n\
         cn: Marie {family}\nsn: {family}\ngivenName: Marie\nENTPersonLogin: login.{uid}\n\
         ENTPersonJointure: AC${uid}\nENTAuxPersRelEleveEleve: uid={child},{BARE}\n\
         userPassword: {{SSHA}}c2VjcmV0LW9mLXNvbWVib2R5LWVsc2U=\n\n"
    )
}

fn bare_child(uid: &str, parent: &str) -> String {
    format!(
        "dn: uid={uid},{BARE}\nobjectClass: ENTEleve\nuid: {uid}\ncn: Tom Durand\nsn: Durand\n\
         givenName: Tom\nENTPersonLogin: login.{uid}\nENTPersonJointure: AC${uid}\n\
         ENTEleveStatutEleve: OK\nENTEleveMEF: 1\nENTEleveLibelleMEF: 6EME\n\
         ENTEleveNivFormation: 6EME\nENTEleveFiliere: 6EME\nENTEleveClasses: ou=people,dc=x$6A\n\
         ENTEleveMajeur: N\nENTElevePersRelEleve: uid={parent},{BARE}$10$O$1$O$N\n\
         ENTEleveParents: uid={parent},{BARE}\nseeAlso: uid={parent},{BARE}\n\n"
    )
}

/// A directory that keeps nothing right by itself: no memberof, no refint, no password policy.
struct Bare {
    slapd: Slapd,
    home: Home,
}

impl Bare {
    fn new(more: &str) -> Self {
        let group = format!(
            "dn: cn=delegues,dc=ecole,dc=test\nobjectClass: groupOfNames\ncn: delegues\n\
             member: uid=b,{BARE}\nowner: uid=b,{BARE}\n\n"
        );
        let ldif = [
            bare_parent("a", "Durand", "tom"),
            bare_parent("b", "Durand", "lou"),
            bare_child("tom", "a"),
            bare_child("lou", "b"),
            group,
        ]
        .concat();
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sandbox/schema.ldif");
        let schemas = [PathBuf::from("/etc/ldap/schema/misc.ldif"), schema];
        let slapd = Slapd::with_schemas(&schemas, &ldif);
        let home = Home::new();
        let password = home.write("secret", ADMIN_PASSWORD);
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&password, private).expect("mode");
        home.write(
            "bare.toml",
            format!(
                "[profiles.bare]\nurls = [\"{}\"]\nbase_dn = \"{}\"\npeople_base = \"{BARE}\"\n\
                 structures_base = \"{BARE}\"\ngroups_base = \"{}\"\nsyslog = false\n\
                 history = \"{}\"\n\
                 [profiles.bare.bind]\ndn = \"{ADMIN}\"\npassword_file = \"{}\"\n{more}",
                slapd.url(),
                slapd.base(),
                slapd.base(),
                home.file("history").display(),
                password.display()
            ),
        );
        Bare { slapd, home }
    }

    fn entctl(&self, words: &[&str]) -> Output {
        self.home
            .entctl(words)
            .env("ENTCTL_CONFIG", self.home.file("bare.toml"))
            .run()
    }

    fn merge(&self, more: &[&str]) -> Output {
        let mut words = vec![
            "account", "merge", "--keep", "login.a", "--absorb", "login.b",
        ];
        words.push("--yes");
        words.extend(more);
        self.entctl(&words).expect_success()
    }

    fn undo(&self) -> Output {
        let listed = self.entctl(&["history", "list", "--format", "json"]);
        let run = listed.json()["runs"][0]["run"].clone();
        self.entctl(&["history", "undo", run.as_str().expect("a run"), "--yes"])
    }

    fn dump(&self) -> Dump {
        self.slapd.admin().dump(self.slapd.base()).comparable()
    }
}

#[test]
fn a_bare_directory_is_left_without_a_name_of_the_absorbed_account() {
    let bare = Bare::new("[profiles.bare.join]\njoin_keys = \"move\"\n");
    let before = bare.dump();
    let b = format!("uid=b,{BARE}");
    let told = bare.merge(&[]);
    assert!(told.stderr.contains("no way to close"), "{told}");
    let after = bare.dump();
    assert_eq!(naming(&after, &b), [] as [String; 0]);
    let values = |uid: &str, attribute: &str| {
        after.0[&format!("uid={uid},{BARE}")]
            .get(attribute)
            .cloned()
    };
    let keys = |keys: &[&str]| Some(keys.iter().map(|k| (*k).to_owned()).collect());
    assert_eq!(values("a", "ENTPersonJointure"), keys(&["AC$a", "AC$b"]));
    assert_eq!(values("b", "ENTPersonJointure"), keys(&["entctl$b"]));
    assert_eq!(values("b", "ENTAuxPersRelEleveEleve"), None);
    let _ = bare.undo().expect_success();
    assert_eq!(before.diff(&bare.dump()), "");
}

#[test]
fn an_account_is_deleted_from_a_bare_directory_and_made_again() {
    let bare = Bare::new("[profiles.bare.join]\njoin_keys = \"move\"\n");
    let before = bare.dump();
    let b = format!("uid=b,{BARE}");
    let _ = bare.merge(&["--delete-absorbed"]);
    let after = bare.dump();
    assert_eq!(naming(&after, &b), [] as [String; 0]);
    assert!(!after.0.contains_key(&b));
    let mut folders = vec![bare.home.file("history")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = file.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&text).into_owned();
            assert!(!text.contains("SSHA"), "{}", path.display());
            assert!(!text.contains("e1NTSEF9"), "{}", path.display());
        }
    }
    let _ = bare.undo().expect_status(3);
    assert_eq!(
        without_made_anew(&before).diff(&without_made_anew(&bare.dump())),
        ""
    );
}

#[test]
fn a_saved_merge_is_applied_unless_somebody_has_changed_what_it_relies_on() {
    let school = School::up(60);
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let file = school.file("fusion.plan").display().to_string();
    let save = |file: &str| {
        school
            .inter(&["account", "merge", "--keep", &a, "--absorb", &b])
            .args(["--plan", file])
            .run()
            .expect_success()
    };
    let _ = save(&file);
    // Another administrator takes the second account out of its family.
    let child = school.dn("child_of_duplicate_lycee");
    let link = school
        .entry("child_of_duplicate_lycee")
        .all("ENTElevePersRelEleve");
    let theirs = link
        .iter()
        .find(|link| link.starts_with(&format!("{}$", school.dn("duplicate_b"))))
        .expect("a link");
    change(
        &school,
        &format!(
            "dn: {child}\nchangetype: modify\ndelete: ENTElevePersRelEleve\nENTElevePersRelEleve: {theirs}\n"
        ),
    );
    let before = dump(&school);
    let _ = school
        .inter(&["plan", "apply", &file, "--yes"])
        .run()
        .expect_status(6);
    assert_eq!(before.diff(&dump(&school)), "");
    let again = school.file("fusion2.plan").display().to_string();
    let _ = save(&again);
    // A mistyped password in between is nobody's decision.
    let _ = school.bind("duplicate_a", "not the password");
    let _ = school
        .inter(&["plan", "apply", &again, "--yes"])
        .run()
        .expect_success();
    assert_eq!(
        naming(&dump(&school), &school.dn("duplicate_b")),
        [] as [String; 0]
    );
}

#[test]
fn what_a_feed_brings_back_to_an_absorbed_account_is_carried_by_refresh() {
    let school = School::up(60);
    let _ = merge(&school, "duplicate_a", &["duplicate_b"], &[]).expect_success();
    let merged = dump(&school);
    fed(&school, "child_of_duplicate_lycee", "duplicate_b");
    assert!(!naming(&dump(&school), &school.dn("duplicate_b")).is_empty());
    let _ = school
        .inter(&["account", "refresh", "--yes"])
        .run()
        .expect_success();
    let carried = dump(&school);
    assert_eq!(
        naming(&carried, &school.dn("duplicate_b")),
        [] as [String; 0]
    );
    let kept = school.entry("duplicate_a");
    assert!(holds(
        &kept,
        "ENTAuxPersRelEleveEleve",
        &school.dn("child_of_duplicate_lycee")
    ));
    // What the feed has written of the child is what counts, all else is as the merge left it.
    let child = school.dn("child_of_duplicate_lycee");
    assert!(merged.changed(&carried).iter().all(|dn| *dn == child));
    let again = school
        .inter(&["account", "refresh", "--yes"])
        .run()
        .expect_success();
    assert_eq!(again.stderr, "");
    assert_eq!(carried.diff(&dump(&school)), "");
}
