//! Redirects in entries of their own, apart from the accounts: made, moved, taken away, and all of that taken back.

use super::mailing::{Mail, assert_temporary};
use super::premises::School;
use crate::support::ber::op;
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::smtp::{Manner, Smtp, Tls};

const PARENT: &str = "parent_college";

/// A school whose mail server reads aliases.
struct Scene {
    school: School,
    base: String,
}

impl Scene {
    fn new() -> Self {
        let school = School::up(30);
        let base = format!("ou=mail,{}", school.sandbox().base_dn());
        let ldif =
            format!("dn: {base}\nchangetype: add\nobjectClass: organizationalUnit\nou: mail\n");
        school.manage().modify(&ldif).expect_success();
        let scene = Scene { school, base };
        let url = scene.school.sandbox().url().to_owned();
        scene.by_way_of(&url);
        scene
    }

    /// The profile of these tests, with this server.
    fn by_way_of(&self, url: &str) {
        self.by_way_of_with(url, "");
    }

    /// The same with more tables.
    fn by_way_of_with(&self, url: &str, more: &str) {
        let (school, base) = (&self.school, &self.base);
        let password = school
            .sandbox()
            .status()
            .bind_password_file
            .with_file_name("admin-manage");
        let bind = format!(
            "dn = \"uid=admin-manage,ou=administrateurs,{}\"\npassword_file = \"{}\"\n",
            school.sandbox().base_dn(),
            password.display()
        );
        let rules = format!(
            "[profiles.aliases.redirect]\nway = \"nis\"\naliases = \"{base}\"\n\
             own_domains = [\"ent.example.test\"]\n{more}"
        );
        school.profile_as("aliases", url, &rules, &bind);
    }

    fn run(&self, words: &[&str]) -> Output {
        self.school.with("aliases", words).run()
    }

    fn mail(&self, verb: &str, who: &str, words: &[&str]) -> Output {
        let login = self.school.login(who);
        let mut all = vec!["mail", verb, &login, "--yes", "--format", "json"];
        all.extend(["--reason", "venue au secrétariat"]);
        all.extend(words);
        self.run(&all)
    }

    /// Sets a redirect; the run.
    fn set(&self, who: &str, words: &[&str]) -> String {
        let mut all = vec!["--redirect"];
        all.extend(words);
        let told = self.mail("set", who, &all).expect_success();
        run_of(&told)
    }

    fn ent(&self, who: &str) -> String {
        format!("{}@ent.example.test", self.school.login(who))
    }

    /// The aliases there are, without the server's bookkeeping.
    fn aliases(&self) -> Vec<LdifEntry> {
        let class = "(objectClass=nisMailAlias)";
        self.school
            .manage()
            .search(&self.base, Scope::Sub, class, &["*"])
    }

    /// Where mail to somebody goes on to.
    fn leads(&self, who: &str) -> Vec<String> {
        let own = self.ent(who);
        let mut to: Vec<String> = self
            .aliases()
            .iter()
            .filter(|alias| alias.all("cn") == [own.clone()])
            .flat_map(|alias| alias.all("rfc822MailMember"))
            .collect();
        to.sort();
        to
    }

    fn undo(&self, run: &str) -> Output {
        self.run(&["history", "undo", run, "--yes", "--format", "json"])
    }
}

fn run_of(told: &Output) -> String {
    let summary = told.json_lines().pop().expect("a summary");
    summary["run"].as_str().expect("a run").to_owned()
}

#[test]
fn an_alias_is_made_moved_and_taken_away() {
    let scene = Scene::new();
    let untouched = scene.school.dump();
    let _ = scene.set(PARENT, &["c@boite.example", "--keep-copy"]);
    let mut both = vec!["c@boite.example".to_owned(), scene.ent(PARENT)];
    both.sort();
    assert_eq!(scene.leads(PARENT), both);
    let shown = scene
        .run(&[
            "mail",
            "show",
            &scene.school.login(PARENT),
            "--format",
            "json",
        ])
        .expect_success()
        .json();
    assert_eq!(shown["redirect"], serde_json::json!(["c@boite.example"]));
    assert_eq!(shown["keep_copy"], true);
    // In this directory too the redirect of a parent is the recovery address.
    assert_eq!(shown["recovery"], "c@boite.example");
    let listed = scene
        .run(&["mail", "list", "--format", "csv"])
        .expect_success();
    assert!(listed.stdout.contains("c@boite.example"), "{listed}");

    let again = scene.mail(
        "set",
        PARENT,
        &["--redirect", "C@boite.example", "--keep-copy"],
    );
    assert!(!again.expect_success().stdout.contains("\"done\""));
    let _ = scene.set(PARENT, &["d@boite.example", "--no-keep-copy"]);
    assert_eq!(scene.leads(PARENT), ["d@boite.example"]);
    scene
        .mail("clear", PARENT, &["--redirect"])
        .expect_success();
    assert!(scene.aliases().is_empty());
    // Nothing of all that stands on the account.
    scene.school.assert_untouched(&untouched);
}

#[test]
fn what_became_of_aliases_is_taken_back() {
    let scene = Scene::new();
    let made = scene.set(PARENT, &["c@boite.example", "--keep-copy"]);
    let first = scene.aliases();
    let moved = scene.set(PARENT, &["d@boite.example", "--no-keep-copy"]);
    let cleared = run_of(
        &scene
            .mail("clear", PARENT, &["--redirect"])
            .expect_success(),
    );
    assert!(scene.aliases().is_empty());
    scene.undo(&cleared).expect_success();
    assert_eq!(scene.leads(PARENT), ["d@boite.example"]);
    scene.undo(&moved).expect_success();
    assert_eq!(scene.leads(PARENT).len(), 2);
    assert_eq!(first.len(), 1);
    assert_eq!(scene.aliases()[0].dn, first[0].dn);
    let undone = run_of(&scene.undo(&made).expect_success());
    assert!(scene.aliases().is_empty());
    scene.undo(&undone).expect_success();
    assert_eq!(scene.leads(PARENT).len(), 2, "the undo of the undo");
}

#[test]
fn ldapmodify_alone_takes_aliases_back() {
    let scene = Scene::new();
    let made = scene.set(PARENT, &["c@boite.example"]);
    let there = scene.aliases();
    let cleared = run_of(
        &scene
            .mail("clear", PARENT, &["--redirect"])
            .expect_success(),
    );
    let file = |run: &str, name: &str| {
        let folder = scene.school.history("aliases").join("runs").join(run);
        std::fs::read_to_string(folder.join(name)).expect(name)
    };
    let by_hand = |ldif: &str| {
        let _ = scene.school.manage().modify(ldif).expect_success();
    };
    by_hand(&file(&cleared, "undo.ldif"));
    assert_eq!(scene.aliases(), there);
    by_hand(&file(&made, "undo.ldif"));
    assert!(scene.aliases().is_empty());
    by_hand(&file(&made, "forward.ldif"));
    assert_eq!(scene.aliases(), there);
    by_hand(&file(&cleared, "forward.ldif"));
    assert!(scene.aliases().is_empty());
}

#[test]
fn an_alias_that_others_have_changed_stays_theirs() {
    let scene = Scene::new();
    let made = scene.set(PARENT, &["c@boite.example"]);
    let dn = scene.aliases()[0].dn.clone();
    let ldif = format!(
        "dn: {dn}\nchangetype: modify\nadd: rfc822MailMember\nrfc822MailMember: z@boite.example\n"
    );
    scene.school.manage().modify(&ldif).expect_success();
    let told = scene.undo(&made);
    assert!(format!("{told}").contains("moved-since"), "{told}");
    assert_eq!(scene.leads(PARENT).len(), 2);

    // A plan that counted on there being none, and one was made meanwhile.
    let file = scene.school.sandbox().home().path().join("plan.json");
    let name = file.to_str().expect("a name").to_owned();
    let who = "mother_older_links";
    scene
        .mail(
            "set",
            who,
            &["--redirect", "m@boite.example", "--plan", &name],
        )
        .expect_success();
    let own = scene.ent(who);
    let ldif = format!(
        "dn: cn={own},{}\nchangetype: add\nobjectClass: nisMailAlias\ncn: {own}\n\
         rfc822MailMember: by-hand@boite.example\n",
        scene.base
    );
    scene.school.manage().modify(&ldif).expect_success();
    let told = scene
        .run(&["plan", "apply", &name, "--yes", "--format", "json"])
        .expect_status(6);
    assert!(format!("{told}").contains("drift"), "{told}");
    assert_eq!(scene.leads(who), ["by-hand@boite.example"]);
}

#[test]
fn loops_through_aliases_are_found() {
    let scene = Scene::new();
    let other = "mother_older_links";
    let _ = scene.set(other, &[&scene.ent(PARENT)]);
    let to = scene.ent(other);
    let told = scene
        .mail("set", PARENT, &["--redirect", &to])
        .expect_status(6);
    assert!(format!("{told}").contains("redirect-loop"), "{told}");
    assert!(scene.leads(PARENT).is_empty());
}

#[test]
fn a_file_is_followed_and_a_second_time_there_is_nothing_to_do() {
    let scene = Scene::new();
    let rows: Vec<String> = [PARENT, "mother_older_links"]
        .iter()
        .map(|who| format!("{};{who}@boite.example\n", scene.school.login(who)))
        .collect();
    let text = format!("login;redirect\n{}", rows.concat());
    let file = scene.school.sandbox().home().write("nuit.csv", text);
    let file = file.to_str().expect("a name");
    let sync = ["mail", "sync", file, "--yes", "--max-shrink", "100%"];
    scene.run(&sync).expect_success();
    assert_eq!(scene.aliases().len(), 2);
    let second = scene.run(&sync).expect_success();
    assert_eq!(second.stdout + &second.stderr, "");
    // One who is not in the file any more.
    let text = format!("login;redirect\n{}", rows[0]);
    let file = scene.school.sandbox().home().write("nuit.csv", text);
    let file = file.to_str().expect("a name");
    scene
        .run(&[
            "mail",
            "sync",
            file,
            "--yes",
            "--prune",
            "--max-shrink",
            "100%",
        ])
        .expect_success();
    assert_eq!(scene.aliases().len(), 1);
    assert_eq!(scene.leads(PARENT).len(), 1);
}

/// Killed before the server saw the write, and after it had answered.
#[test]
fn a_killed_run_is_finished_by_a_resume() {
    let scene = Scene::new();
    let login = scene.school.login(PARENT);
    let set = ["mail", "set", &login, "--redirect", "c@boite.example"];
    let clear = ["mail", "clear", &login, "--redirect"];
    for (words, operation, left) in [(&set[..], op::ADD, 1), (&clear[..], op::DELETE, 0)] {
        for moment in [Moment::Held, Moment::Done] {
            let before = scene.aliases().len();
            let victim = Victim::new();
            let step = Step {
                when: When::Operation(operation, 1),
                moment,
                fault: Fault::Kill(victim.clone()),
            };
            let proxy = Proxy::with(scene.school.sandbox().url(), [step]);
            scene.by_way_of(&proxy.url());
            let running = scene
                .school
                .with("aliases", words)
                .args(["--yes", "--reason", "venue au secrétariat"])
                .spawn();
            victim.is(running.pid());
            assert_eq!(running.wait().signal, Some(9));
            if matches!(moment, Moment::Held) {
                assert_eq!(scene.aliases().len(), before);
            }
            scene.by_way_of(scene.school.sandbox().url());
            let listed = scene
                .run(&["history", "list", "--format", "json"])
                .expect_success()
                .json();
            let run = listed["runs"][0]["run"].as_str().expect("a run").to_owned();
            let told = scene.run(&["history", "resume", &run]).expect_success();
            assert_eq!(scene.aliases().len(), left, "{told}");
            // As it was, for the other moment.
            scene.undo(&run).expect_success();
            assert_eq!(scene.aliases().len(), before);
        }
        scene
            .run(&[words, &["--yes", "--reason", "x"]].concat())
            .expect_success();
    }
}

#[test]
fn a_temporary_password_follows_an_alias() {
    let scene = Scene::new();
    let other = "mother_older_links";
    let server = Smtp::start(Manner::new(Tls::None));
    let url = scene.school.sandbox().url().to_owned();
    let mail = format!(
        "[profiles.aliases.mail]\nserver = \"smtp://127.0.0.1:{}\"\nfrom = \"ent@example.test\"\n\
         notices = false\n[profiles.aliases.recovery]\nparent = [\"redirect\"]\n",
        server.port
    );
    scene.by_way_of_with(&url, &mail);
    let send = |who: &str| {
        let login = scene.school.login(who);
        scene.run(&["password", "send", &login, "--yes", "--format", "json"])
    };
    let told = send(PARENT).expect_status(6);
    assert!(format!("{told}").contains("recovery-missing"), "{told}");
    let _ = scene.set(PARENT, &["c@boite.example"]);
    send(PARENT).expect_success();
    let received = server.received();
    assert_eq!(received.len(), 1);
    let mail = Mail::parse(&received[0].data);
    assert_eq!(mail.to, "c@boite.example");
    assert_temporary(&scene.school, PARENT, &mail.password());
    // Somebody else whose mail goes to the same address.
    let _ = scene.set(other, &["c@boite.example"]);
    for who in [PARENT, other] {
        let told = send(who).expect_status(6);
        assert!(format!("{told}").contains("recovery-shared"), "{told}");
    }
    assert_eq!(server.received().len(), 1);
}
