//! Servers that do not take a question about many: they find few entries at a time, or find a filter too large. Nobody
//! is lost, or it is said why nothing can be done.

use crate::premises::School;
use crate::support::ber::{Message, op};
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use crate::support::output::Output;
use crate::support::proxy::Proxy;
use crate::support::replica;
use std::collections::BTreeSet;

const NAMED: usize = 150;
const UNKNOWN: &str = "nulle.part";

/// Those of a school that are asked for, with a list of their logins and somebody whom nobody knows.
struct Ground {
    school: School,
    pupils: Vec<LdifEntry>,
    list: String,
}

fn of(pupil: &LdifEntry, attribute: &str) -> String {
    pupil.one(attribute).expect("a value").to_owned()
}

impl Ground {
    fn new() -> Self {
        let school = School::up(260);
        let base = format!("ou=personnes,{}", school.sandbox().base_dn());
        let wanted = ["ENTPersonLogin", "sn", "givenName"];
        let filter = "(objectClass=ENTEleve)";
        let mut pupils = school.manage().search(&base, Scope::Sub, filter, &wanted);
        pupils.sort_by(|a, b| a.dn.cmp(&b.dn));
        pupils.dedup_by_key(|p| (p.one("sn"), p.one("givenName")));
        pupils.truncate(NAMED);
        assert_eq!(pupils.len(), NAMED);
        let mut rows: Vec<String> = pupils.iter().map(|p| of(p, "ENTPersonLogin")).collect();
        rows.insert(NAMED / 2, UNKNOWN.to_owned());
        let list = school.write("liste.csv", format!("login\n{}\n", rows.join("\n")));
        Ground {
            school,
            pupils,
            list,
        }
    }

    /// The account that reads finds so many entries in a search at most, in pages or not.
    fn limit(&self, most: usize) {
        let status = self.school.sandbox().status();
        let change = format!(
            "dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\nadd: olcLimits\n\
             olcLimits: dn.exact=\"{}\" size={most} size.prtotal={most}\n",
            status.bind_dn
        );
        replica::reconfigure(self.school.sandbox(), &[&change]);
    }

    fn planned(&self, profile: &str, verb: &[&str], list: &str) -> Output {
        let more = ["--from", list, "--dry-run", "--keep-going", "--format"];
        let args = [verb, &more, &["json", "--max-changes", "1000"]].concat();
        self.school.with(profile, &args).run()
    }

    /// All are planned, and the one nobody knows is named.
    #[track_caller]
    fn assert_all_found(&self, output: &Output) {
        assert_eq!(output.status, Some(3), "{output}");
        let mut found = BTreeSet::new();
        let mut refused = Vec::new();
        for line in output.stdout.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            match line["outcome"].as_str() {
                // What is so already stays.
                Some("planned" | "unchanged") => {
                    let dn = line["account"]["dn"].as_str().expect("a name");
                    assert!(found.insert(dn.to_owned()), "{dn} twice");
                }
                Some(_) => refused.push(line),
                None => {}
            }
        }
        let expected: BTreeSet<String> = self.pupils.iter().map(|p| p.dn.clone()).collect();
        let missing: Vec<&String> = expected.difference(&found).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(found.len(), expected.len());
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0]["code"], "not-found", "{refused:?}");
        assert!(refused[0].to_string().contains(UNKNOWN), "{refused:?}");
    }
}

/// How often an attribute is asked for in a request.
fn terms(message: &Message, attribute: &str) -> usize {
    let name = attribute.as_bytes();
    let windows = message.bytes.windows(name.len());
    windows.filter(|window| *window == name).count()
}

#[test]
fn many_are_found_by_an_account_that_may_find_fifty_at_a_time() {
    let ground = Ground::new();
    ground.limit(50);
    let proxy = Proxy::start(ground.school.sandbox().url());
    ground.school.profile("cinquante", &proxy.url(), "");
    let output = ground.planned("cinquante", &["password", "reset"], &ground.list);
    ground.assert_all_found(&output);
    let asked = proxy.count(op::SEARCH);
    assert!(asked < 40, "{asked} searches");
    let output = ground.planned("cinquante", &["account", "lock"], &ground.list);
    ground.assert_all_found(&output);
}

#[test]
fn many_are_found_by_name_by_an_account_that_may_never_see_everybody() {
    let ground = Ground::new();
    let url = ground.school.sandbox().url();
    ground.school.profile("noms", url, "");
    let mut rows = "nom;prénom\n".to_owned();
    for pupil in &ground.pupils {
        rows.push_str(&format!("{};{}\n", of(pupil, "sn"), of(pupil, "givenName")));
    }
    let without = ground.school.write("noms.csv", rows);
    let names = |output: &Output| -> Vec<serde_json::Value> {
        let lines = output.stdout.lines();
        let lines = lines.map(|l| serde_json::from_str(l).expect("a line of JSON"));
        let lines = lines.map(|l: serde_json::Value| l["account"].clone());
        lines.filter(|account| !account.is_null()).collect()
    };
    let all = ground.planned("noms", &["account", "lock"], &without);
    // Some have a namesake that the list does not tell from them.
    assert!(names(&all).len() > NAMED / 2, "{all}");
    ground.limit(50);
    let there = ground.planned("noms", &["account", "lock"], &without);
    assert_eq!(names(&there), names(&all));
    assert_eq!(there.status, all.status, "{there}");
}

#[test]
fn a_filter_that_the_server_finds_too_large_is_made_smaller() {
    let ground = Ground::new();
    for (code, most) in [(53, 30), (11, 12), (1, 1), (80, 99)] {
        let proxy = Proxy::start(ground.school.sandbox().url());
        proxy.refuse(move |search| {
            let terms = terms(search, "ENTPersonAlias");
            // Once among the attributes that are wanted.
            (terms > most + 1).then_some(code)
        });
        ground.school.profile("petit", &proxy.url(), "");
        let output = ground.planned("petit", &["password", "reset"], &ground.list);
        ground.assert_all_found(&output);
        assert!(proxy.refused() > 0, "{code}");
        let asked = proxy.count(op::SEARCH);
        assert!(asked < 2 * (NAMED / most + 2) + 40, "{code}: {asked}");
    }
}

#[test]
fn a_server_that_refuses_even_one_is_not_asked_for_each() {
    let ground = Ground::new();
    let before = ground.school.dump();
    for (code, expected) in [(53, "server-refused"), (4, "size-limit")] {
        let proxy = Proxy::start(ground.school.sandbox().url());
        proxy.refuse(move |search| (terms(search, "ENTPersonAlias") > 1).then_some(code));
        ground.school.profile("jamais", &proxy.url(), "");
        let output = ground.planned("jamais", &["password", "reset"], &ground.list);
        assert_eq!(output.status, Some(1), "{output}");
        assert!(output.stderr.contains(expected), "{output}");
        let refused = proxy.refused();
        assert!((8..=20).contains(&refused), "{refused}");
    }
    ground.school.assert_untouched(&before);
}

#[test]
fn rules_for_passwords_that_stand_on_another_server_stop_nobody() {
    let ground = Ground::new();
    let proxy = Proxy::start(ground.school.sandbox().url());
    // As Active Directory answers at the top of its tree.
    proxy.refuse(|search| search.contains("pwdPolicy").then_some(10));
    ground.school.profile("ailleurs", &proxy.url(), "");
    let output = ground.planned("ailleurs", &["password", "reset"], &ground.list);
    ground.assert_all_found(&output);
    assert_eq!(proxy.refused(), 1);
}

#[test]
fn people_who_stand_on_another_server_are_not_asked_for_again_and_again() {
    let ground = Ground::new();
    let proxy = Proxy::start(ground.school.sandbox().url());
    proxy.refuse(|search| (terms(search, "ENTPersonAlias") > 1).then_some(10));
    ground.school.profile("ailleurs", &proxy.url(), "");
    let output = ground.planned("ailleurs", &["password", "reset"], &ground.list);
    assert_eq!(output.status, Some(1), "{output}");
    assert!(output.stderr.contains("server-refused"), "{output}");
    // Two batches lie beside each other.
    assert!(proxy.refused() <= 2, "{}", proxy.refused());
}

#[test]
fn the_parents_of_a_class_are_found_in_smaller_parts_too() {
    let ground = Ground::new();
    let proxy = Proxy::start(ground.school.sandbox().url());
    ground.school.profile("petit", &proxy.url(), "");
    let args = ["password", "status", "--class", "6A", "--role", "parent"];
    let asked = || {
        let args = [&args[..], &["--format", "json"]].concat();
        ground.school.with("petit", &args).run().expect_success()
    };
    let all = asked();
    let parents = all.stdout.lines().count();
    assert!(parents > 10, "{all}");
    // As often as it is wanted, and a few times more.
    proxy.refuse(|search| (terms(search, "ENTAuxPersRelEleveEleve") > 4).then_some(53));
    let again = asked();
    assert!(proxy.refused() > 0);
    assert_eq!(again.stdout, all.stdout);
}
