//! Many accounts cost few searches: for each way of naming them, two hundred are found by little more asking than ten.

use crate::premises::School;
use crate::support::ber::op;
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use crate::support::proxy::Proxy;

const FEW: usize = 10;
const MANY: usize = 200;

/// A hundred in one filter: two hundred are one search more, a few times over.
const MORE: usize = 8;

fn pupils(school: &School) -> Vec<LdifEntry> {
    let base = format!("ou=personnes,{}", school.sandbox().base_dn());
    let wanted = ["ENTPersonLogin", "sn", "givenName"];
    let mut found = school
        .manage()
        .search(&base, Scope::Sub, "(objectClass=ENTEleve)", &wanted);
    found.sort_by(|a, b| a.dn.cmp(&b.dn));
    found.dedup_by_key(|p| (p.one("sn"), p.one("givenName")));
    assert!(found.len() >= MANY, "{} pupils", found.len());
    found
}

fn login(pupil: &LdifEntry) -> String {
    pupil.one("ENTPersonLogin").expect("a login").to_owned()
}

/// The searches that a command makes of whom it is told.
fn searches(school: &School, args: &[&str]) -> usize {
    let proxy = Proxy::start(&school.sandbox().status().url);
    let redirect = "redirect = { way = \"own\", own_domains = [\"ent.example.test\"] }\n";
    school.profile("counted", &proxy.url(), redirect);
    let _ = school.with("counted", args).run().expect_success();
    assert_eq!(proxy.count(op::MODIFY), 0, "{args:?}");
    proxy.count(op::SEARCH)
}

#[test]
fn two_hundred_are_found_by_little_more_asking_than_ten() {
    let school = School::up(260);
    let pupils = pupils(&school);
    let logins = |count: usize| {
        let rows = pupils.iter().take(count).map(login);
        format!("login\n{}\n", rows.collect::<Vec<_>>().join("\n"))
    };
    let names = |count: usize| {
        let mut rows = "nom;prénom\n".to_owned();
        for pupil in pupils.iter().take(count) {
            let of = |name| pupil.one(name).expect("a name");
            rows.push_str(&format!("{};{}\n", of("sn"), of("givenName")));
        }
        rows
    };
    let counted = |what: &str, count: usize| -> usize {
        let by_login = school.write(&format!("logins-{count}.csv"), logins(count));
        let by_name = school.write(&format!("names-{count}.csv"), names(count));
        let dry = ["--dry-run", "--keep-going"];
        let typed: Vec<String> = pupils.iter().take(count).map(login).collect();
        let mut args: Vec<&str> = match what {
            "reset" => vec!["password", "reset", "--from", &by_login],
            "lock" => vec!["account", "lock", "--from", &by_login],
            "unlock" => vec!["account", "unlock", "--from", &by_login],
            "names" => vec!["account", "lock", "--from", &by_name],
            _ => {
                let typed = typed.iter().map(String::as_str);
                ["account", "lock"].into_iter().chain(typed).collect()
            }
        };
        args.extend(dry);
        if what == "names" {
            // Namesakes are left out, and that is an exit status of its own.
            let proxy = Proxy::start(&school.sandbox().status().url);
            school.profile("named", &proxy.url(), "");
            let output = school.with("named", &args).run();
            assert!(matches!(output.status, Some(0 | 3)), "{output}");
            return proxy.count(op::SEARCH);
        }
        searches(&school, &args)
    };
    for what in ["reset", "lock", "unlock", "typed", "names"] {
        let (few, many) = (counted(what, FEW), counted(what, MANY));
        assert!(few > 0, "{what}");
        assert!(
            many <= few + MORE,
            "{what}: {few} searches for {FEW}, {many} for {MANY}"
        );
    }
}

#[test]
fn a_plan_is_held_against_the_directory_in_few_searches() {
    let school = School::up(260);
    let pupils = pupils(&school);
    let counted = |count: usize| {
        let rows: Vec<String> = pupils.iter().take(count).map(login).collect();
        let list = school.write("list.csv", format!("login\n{}\n", rows.join("\n")));
        let plan = school.file(&format!("plan-{count}.json"));
        let plan = plan.to_str().expect("a name");
        // The same profile makes and applies it: only its way to the server is counted.
        let proxy = Proxy::start(&school.sandbox().status().url);
        school.profile("planned", &proxy.url(), "");
        let args = ["account", "lock", "--from", &list, "--plan", plan];
        let _ = school.with("planned", &args).run().expect_success();
        let before = proxy.count(op::SEARCH);
        let args = ["plan", "apply", plan, "--dry-run"];
        let _ = school.with("planned", &args).run().expect_success();
        proxy.count(op::SEARCH) - before
    };
    let (few, many) = (counted(FEW), counted(MANY));
    assert!(
        many <= few + MORE,
        "{few} searches for {FEW}, {many} for {MANY}"
    );
}

#[test]
fn a_file_that_says_what_is_so_already_is_one_sweep_and_no_write() {
    let school = School::up(260);
    let pupils = pupils(&school);
    let counted = |count: usize| {
        let rows = pupils.iter().take(count).map(|p| format!("{};-", login(p)));
        let rows: Vec<String> = rows.collect();
        let file = school.write("file.csv", format!("login;redirect\n{}\n", rows.join("\n")));
        searches(&school, &["mail", "sync", &file, "--yes"])
    };
    let few = counted(FEW);
    let many = counted(MANY);
    assert_eq!(many, few, "searches for {MANY} and {FEW}");
}
