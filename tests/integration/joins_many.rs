//! One merge of many taken back, after feeds, logins and a changed redirect: thirty merges, three hundred with
//! `ENTCTL_PROVE`.

use crate::premises::{DISABLED, School};
use crate::support::ldap_utils::{Scope, bind};
use crate::support::ldif::{Dump, LdifEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What a login leaves behind.
const LOGINS: [&str; 2] = ["pwdLastSuccess", "pwdFailureTime"];
const LINKS: &str = "ENTElevePersRelEleve";
const CHILDREN: &str = "ENTAuxPersRelEleveEleve";
const PASSWORD: &str = "Cerise-2026-orage";
const FORMER: &str = "avant@autre.example.org";
const REDIRECT: &str = "nathalie@autre.example.org";

/// Pupils of the sandbox, and merges.
fn size() -> (usize, usize) {
    match std::env::var_os("ENTCTL_PROVE") {
        Some(_) => (800, 300),
        None => (120, 30),
    }
}

/// Parents in pairs: one who uses the account, and one who never had a password; the others' children are theirs alone.
fn pairs(school: &School, count: usize) -> Vec<(LdifEntry, LdifEntry)> {
    let base = format!("ou=personnes,{}", school.sandbox().base_dn());
    let only = "(&(objectClass=ENTAuxPersRelEleve)(!(objectClass=ENTAuxEnseignant))\
                (!(objectClass=ENTAuxNonEnsEtab))(!(pwdAccountLockedTime=*))(!(pwdReset=*))\
                (!(ENTPersonDateNaissance=*)))";
    let mut found = school.manage().search(&base, Scope::Sub, only, &["*", "+"]);
    found.sort_by(|a, b| a.dn.cmp(&b.dn));
    let (kept, others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|entry| entry.one("userPassword").is_some());
    assert!(
        kept.len() >= count && others.len() >= count,
        "{} and {}",
        kept.len(),
        others.len()
    );
    kept.into_iter().zip(others).take(count).collect()
}

fn dump(school: &School) -> Dump {
    school.dump().comparable().without(&LOGINS)
}

#[track_caller]
fn change(school: &School, ldif: &str) {
    let _ = school.manage().modify(ldif).expect_success();
}

fn replace(dn: &str, attribute: &str, values: &[String]) -> String {
    let mut ldif = format!("dn: {dn}\nchangetype: modify\nreplace: {attribute}\n");
    for value in values {
        ldif.push_str(&format!("{attribute}: {value}\n"));
    }
    ldif + "\n"
}

fn members(dn: &str, step: &str, member: &str) -> String {
    format!("dn: {dn}\nchangetype: modify\n{step}: member\nmember: {member}\n\n")
}

fn values(dump: &Dump, dn: &str, attribute: &str) -> Vec<String> {
    let of_entry = dump.0.get(dn).and_then(|entry| entry.get(attribute));
    of_entry.into_iter().flatten().cloned().collect()
}

/// The nightly feed knows nothing of merges: it writes the links of a parent and of the children from its own data.
fn fed(school: &School, data: &Dump, parent: &str) {
    let theirs = values(data, parent, CHILDREN);
    let now = school
        .manage()
        .read(parent, &["objectClass"])
        .expect("there");
    let class = "ENTAuxPersRelEleve".to_owned();
    let mut ldif = replace(parent, CHILDREN, &theirs);
    if !now.all("objectClass").contains(&class) {
        let class = format!("modify\nadd: objectClass\nobjectClass: {class}\n-\n");
        ldif = ldif.replacen("modify\n", &class, 1);
    }
    for child in &theirs {
        ldif.push_str(&replace(child, LINKS, &values(data, child, LINKS)));
    }
    change(school, &ldif);
}

/// The lines of a comparison that are about one of these accounts: of its entry, or naming it elsewhere.
fn about(diff: &str, accounts: [&str; 2]) -> BTreeSet<String> {
    let named = |line: &&str| accounts.iter().any(|dn| line.contains(dn));
    diff.lines().filter(named).map(str::to_owned).collect()
}

#[test]
fn one_merge_of_many_is_taken_back_and_what_came_since_stays() {
    let (pupils, count) = size();
    let school = School::up(pupils);
    let pairs = pairs(&school, count);
    // One of the middle, whose child names the parent: not all do, as in real feeds.
    let names = |child: &String, parent: &LdifEntry| {
        let entry = school.manage().read(child, &[LINKS]).expect("a child");
        let parent = format!("{}$", parent.dn);
        entry
            .all(LINKS)
            .iter()
            .any(|link| link.starts_with(&parent))
    };
    let named = |(a, b): &(LdifEntry, LdifEntry)| {
        let child = b.all(CHILDREN).into_iter().find(|child| names(child, b))?;
        Some((a.clone(), b.clone(), child))
    };
    let (a, b, child) = pairs[count / 2..]
        .iter()
        .find_map(named)
        .expect("such a pair");
    let (kept, absorbed) = (a.dn.as_str(), b.dn.as_str());
    let groups = school.manage().search(
        &format!("ou=groupes,{}", school.sandbox().base_dn()),
        Scope::Sub,
        "(objectClass=groupOfNames)",
        &["member"],
    );
    let free = |group: &&LdifEntry| {
        let all = group.all("member");
        all.len() > 1 && !all.iter().any(|m| m == kept || m == absorbed)
    };
    let free: Vec<&str> = groups.iter().filter(free).map(|g| g.dn.as_str()).collect();
    let [stays, leaves, comes, ..] = free[..] else {
        panic!("three groups: {free:?}");
    };
    // The second account has a password, a redirect, two groups.
    change(
        &school,
        &format!(
            "dn: {absorbed}\nchangetype: modify\nadd: objectClass\nobjectClass: entctlMailRedirectAccount\n-\n\
             add: entctlMailRedirect\nentctlMailRedirect: {FORMER}\n-\n\
             replace: userPassword\nuserPassword: {PASSWORD}\n\n{}{}",
            members(stays, "add", absorbed),
            members(leaves, "add", absorbed)
        ),
    );
    let before = dump(&school);

    // All of them in one run.
    let mut file = "keep;absorb\n".to_owned();
    for (kept, absorbed) in &pairs {
        let uid = |entry: &LdifEntry| entry.one("uid").expect("a number");
        file.push_str(&format!("{};{}\n", uid(kept), uid(absorbed)));
    }
    let file = school.write("fusions.csv", file);
    let merged = school
        .inter(&["account", "merge", "--from", &file, "--yes"])
        .args(["--both-active", "--format", "json"])
        .timeout(Duration::from_secs(300))
        .run()
        .expect_success();
    let summary = merged.json_lines().pop().expect("a summary");
    assert_eq!(summary["counts"]["done"], count as u64, "{summary}");
    let run = summary["run"].as_str().expect("a run").to_owned();
    let joined = dump(&school);
    for (kept, absorbed) in &pairs {
        let points = values(&joined, &absorbed.dn, "ENTPersRelFusionPrincipal");
        assert_eq!(points, [kept.dn.as_str()]);
        assert_eq!(
            values(&joined, &absorbed.dn, "pwdAccountLockedTime"),
            [DISABLED]
        );
    }
    assert_eq!(values(&joined, kept, "entctlMailRedirect"), [FORMER]);

    // Two feeds, for this pair and for some of the others. The second has news of the pair: other rights, another class
    // of the child, the parent in another group and no more in one that the merge gave, another telephone.
    let fed_again: Vec<&str> = pairs
        .iter()
        .step_by(7)
        .map(|(_, b)| b.dn.as_str())
        .collect();
    let mut data = before.clone();
    for night in 0..2 {
        if night == 1 {
            let links = values(&before, &child, LINKS);
            let other = links.iter().map(|link| match link.split_once('$') {
                Some((dn, _)) if dn == absorbed => format!("{absorbed}$90$N$3$N$N"),
                _ => link.clone(),
            });
            let entry = data.0.get_mut(&child).expect("a child");
            entry.insert(LINKS.to_owned(), other.collect());
        }
        for parent in &fed_again {
            fed(&school, &data, parent);
        }
        fed(&school, &data, absorbed);
    }
    let class = |entry: &BTreeMap<String, BTreeSet<String>>| entry.get("ENTEleveClasses").cloned();
    let old_class = class(&before.0[&child]).expect("a class");
    let new_class = before
        .0
        .values()
        .filter_map(class)
        .find(|c| *c != old_class);
    let new_class: Vec<String> = new_class.expect("another class").into_iter().collect();
    change(
        &school,
        &[
            replace(&child, "ENTEleveClasses", &new_class),
            members(leaves, "delete", kept),
            members(comes, "add", kept),
            replace(absorbed, "homePhone", &["0499999999".to_owned()]),
        ]
        .concat(),
    );
    // Everybody logs in, and one has mail sent elsewhere.
    for (kept, _) in &pairs {
        let password = format!("ent-{}", kept.one("uid").expect("a number"));
        let got_in = bind(school.sandbox().url(), &kept.dn, &password);
        assert_eq!(got_in.code, 0, "{}: {}", kept.dn, got_in.said);
    }
    let number = a.one("uid").expect("a number");
    let _ = school
        .inter(&["mail", "set", &number, "--redirect", REDIRECT, "--yes"])
        .args(["--reason", "asked at the desk"])
        .run()
        .expect_success();
    let since = dump(&school);

    let undone = school
        .inter(&["history", "undo", &run, "--yes", "--only", &number])
        .run()
        .expect_status(3);
    let now = dump(&school);
    // Both are as they were, but for what came since: no trace of the merge, none of the redirect that it had carried over.
    let first_link = |link: &&String| link.starts_with(&format!("{absorbed}$"));
    let links = values(&before, &child, LINKS);
    let link = links.iter().find(first_link).expect("a link");
    let mut wanted = BTreeSet::from([
        format!("- {leaves}: member: {absorbed}"),
        format!("- {absorbed}: memberOf: {leaves}"),
        format!("- {child}: {LINKS}: {link}"),
        format!("+ {child}: {LINKS}: {absorbed}$90$N$3$N$N"),
        format!("+ {comes}: member: {kept}"),
        format!("+ {kept}: memberOf: {comes}"),
        format!("+ {kept}: entctlMailRedirect: {REDIRECT}"),
        format!("+ {kept}: objectClass: entctlMailRedirectAccount"),
        format!("+ {absorbed}: homePhone: 0499999999"),
    ]);
    let phones = values(&before, absorbed, "homePhone").into_iter();
    wanted.extend(phones.map(|phone| format!("- {absorbed}: homePhone: {phone}")));
    assert_eq!(
        about(&before.diff(&now), [kept, absorbed]),
        wanted,
        "{undone}"
    );
    assert_eq!(values(&now, &child, "ENTEleveClasses"), new_class);
    let got_in = bind(school.sandbox().url(), absorbed, PASSWORD);
    assert_eq!(got_in.code, 0, "{}", got_in.said);
    // What was left alone is named.
    let name_of = |dn: &str| values(&before, dn, "displayName").remove(0);
    let group = leaves.split(['=', ',']).nth(1).expect("a name");
    for name in [&name_of(kept), &name_of(&child), group] {
        let named = |line: &str| line.contains(name) && line.contains("changed since");
        assert!(undone.stderr.lines().any(named), "{name}: {undone}");
    }
    // Of the others nothing has moved: whatever was written is theirs.
    let moved = since.diff(&now);
    let theirs = about(&moved, [kept, absorbed]);
    for line in moved.lines() {
        assert!(theirs.contains(line), "{line}");
    }
    assert!(!theirs.is_empty());
    for (kept, absorbed) in pairs.iter().filter(|(kept, _)| kept.dn != a.dn) {
        assert_eq!(
            values(&now, &absorbed.dn, "ENTPersRelFusionPrincipal"),
            [kept.dn.as_str()]
        );
    }
}

#[test]
fn the_first_of_two_decisions_on_one_account_is_taken_back_alone() {
    let school = School::up(60);
    let [a, b, c] = ["triplet_a", "triplet_b", "triplet_c"].map(|who| school.uid(who));
    let merge = ["account", "merge", "--keep", &a, "--absorb", &b];
    let merged = school
        .inter(&merge)
        .args(["--yes", "--format", "json"])
        .run()
        .expect_success();
    let run = merged.json_lines().pop().expect("a summary")["run"].clone();
    let _ = school
        .inter(&["account", "link", &a, &c, "--yes"])
        .run()
        .expect_success();
    let linked = school.entry("triplet_a").all("entctlLinkGave");
    assert!(!linked.is_empty());
    // The link needs the classes that came with the merge.
    let run = run.as_str().expect("a run");
    let _ = school
        .inter(&["history", "undo", run, "--yes"])
        .run()
        .expect_success();
    let kept = school.entry("triplet_a");
    assert_eq!(kept.all("ENTPersRelFusionSecondaire"), [] as [String; 0]);
    assert_eq!(
        kept.all("ENTPersRelRapprochSecondaire"),
        [school.dn("triplet_c")]
    );
    assert_eq!(kept.all("entctlLinkGave"), linked);
    assert_eq!(school.entry("triplet_b").one("pwdAccountLockedTime"), None);
}
