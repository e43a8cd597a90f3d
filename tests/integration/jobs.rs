//! Jobs: whether last night's ran, never two at once, and what a dead one leaves.

use crate::interrupted::MODIFY;
use crate::school::{Pupil, School, Through, listed};
use crate::support::entctl::Running;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Proxy, Step, Victim, When};
use crate::support::waiting::wait_until;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

/// A school, and those of it whose accounts the job closes.
struct Ground {
    school: School,
    pupils: Vec<Pupil>,
}

impl Ground {
    fn new() -> Self {
        let school = School::small();
        let mut pupils = school.pupils("");
        pupils.retain(|pupil| pupil.locked.is_none());
        Ground { school, pupils }
    }

    fn proxy(&self) -> Proxy {
        Proxy::start(self.school.sandbox.url())
    }

    /// A list of these pupils.
    fn list(&self, name: &str, pupils: &[Pupil]) -> String {
        let mut text = "login\n".to_owned();
        for pupil in pupils {
            text.push_str(&pupil.login);
            text.push('\n');
        }
        self.school.home().write(name, text).display().to_string()
    }

    fn is_closed(&self, pupil: &Pupil) -> bool {
        self.school.pupil(&pupil.login).locked.is_some()
    }
}

/// A job under way: it holds at its first write until it is let go.
struct Held {
    running: Running,
    go: Sender<()>,
    /// Kept: the conversation goes through it.
    _proxy: Proxy,
}

impl Held {
    fn start(ground: &Ground, job: &str, login: &str) -> Self {
        let (go, wait) = channel();
        let hold = Fault::call(move |_| {
            // An error means that the test has ended.
            let _ = wait.recv();
        });
        let (reached, seen) = channel();
        let proxy = Proxy::with(
            ground.school.sandbox.url(),
            [Step::held(
                When::Operation(MODIFY, 1),
                Fault::call(move |message| {
                    let _ = reached.send(());
                    if let Fault::Call(hold) = hold {
                        hold(message);
                    }
                }),
            )],
        );
        let through = ground.school.through(&proxy);
        let running = lock(&through, job, login, &[]);
        seen.recv_timeout(crate::support::waiting::PATIENCE)
            .expect("it comes to its first write");
        Held {
            running,
            go,
            _proxy: proxy,
        }
    }

    fn finish(self) -> Output {
        let _ = self.go.send(());
        self.running.wait()
    }
}

fn lock(through: &Through<'_>, job: &str, login: &str, more: &[&str]) -> Running {
    through
        .entctl(["account", "lock", login, "--yes", "--job", job])
        .args(more)
        .spawn()
}

fn job_files(ground: &Ground) -> Vec<PathBuf> {
    listed(&ground.school.home().file("history/jobs"))
}

#[test]
fn whether_last_nights_job_ran_is_a_question_with_an_exit_status() {
    let ground = Ground::new();
    let proxy = ground.proxy();
    let through = ground.school.through(&proxy);
    let list = ground.list("nuit.csv", &ground.pupils[..3]);
    let ran = |when: &str| {
        through
            .entctl(["history", "list", "--job", "night", "--since", "26h"])
            .args(["--outcome", "done"])
            .at(when)
            .run()
    };
    let night = |when: &str, list: &str| {
        through
            .entctl(["account", "lock", "--from", list, "--yes", "--job", "night"])
            .args(["--reason", "avant les vacances"])
            .at(when)
            .run()
    };
    // Never yet.
    assert!(ran("-3d").expect_status(5).stderr.contains("26"));
    let _ = night("-3d", &list).expect_success();
    for pupil in &ground.pupils[..3] {
        assert!(ground.is_closed(pupil), "{}", pupil.login);
    }
    let yes = ran("-2d").expect_success();
    assert!(yes.stdout.contains("account lock"), "{yes}");
    // Who did it, when and why, as a school asks for it.
    let pupil = &ground.pupils[0];
    let name = format!("{} {}", pupil.given, pupil.family);
    let asked = ["history", "list", "--since", "3j", "--account", &name];
    let asked = through.entctl(asked).at("-2d").french().run();
    let asked = asked.expect_success();
    let when =
        jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::get("Europe/Paris").expect("Paris"));
    let when = when.checked_sub(jiff::Span::new().days(3)).expect("a day");
    let user = ground.school.home().program("id", ["-un"]).run().stdout;
    for told in [
        &*when.strftime("%d/%m/%Y").to_string(),
        user.trim(),
        "avant les vacances",
        "fait",
    ] {
        assert!(asked.stdout.contains(told), "{told}\n{asked}");
    }
    // Two days later nothing has run since.
    let _ = ran("-1d").expect_status(5);
    // Nothing to do is no failure, and no silence in the history.
    let idle = night("-1d", &list).expect_success();
    assert_eq!(idle.stdout, "", "{idle}");
    let empty = ran("+0d").expect_success();
    assert!(empty.stdout.contains("account lock"), "{empty}");
    // Another job's run is not this one's.
    let other = ["history", "list", "--job", "morning", "--outcome", "done"];
    let _ = through.entctl(other).run().expect_status(5);
    // A run that was refused did not run.
    let broken = ground.list("faux.csv", &ground.pupils[3..4]);
    std::fs::write(&broken, "login\nnobody.at-all\n").expect("a list");
    let _ = night("+2d", &broken).expect_status(5);
    let _ = ran("+2d").expect_status(5);
    // Nor did one that does nothing but ask what would be done.
    let open = ground.list("ouvert.csv", &ground.pupils[4..5]);
    let simulated = ["account", "lock", "--from", &open, "--dry-run"];
    let _ = through
        .entctl(simulated)
        .args(["--job", "night"])
        .at("+2d")
        .run()
        .expect_success();
    let _ = ran("+2d").expect_status(5);
    assert!(!ground.is_closed(&ground.pupils[4]));
}

#[test]
fn a_job_of_a_dead_process_is_taken_over_and_its_owner_named() {
    let ground = Ground::new();
    let victim = Victim::new();
    let kill = Fault::Kill(victim.clone());
    let step = Step::held(When::Operation(MODIFY, 1), kill);
    let proxy = Proxy::with(ground.school.sandbox.url(), [step]);
    let through = ground.school.through(&proxy);
    let killed = lock(&through, "night", &ground.pupils[0].login, &[]);
    let pid = killed.pid();
    victim.is(pid);
    assert_eq!(killed.wait().signal, Some(9));
    let next = lock(&through, "night", &ground.pupils[1].login, &[]).wait();
    let next = next.expect_success();
    let who = format!("(process {pid})");
    assert!(next.stderr.contains(&who), "{next}");
    assert!(next.stderr.contains("night"), "{next}");
    assert!(ground.is_closed(&ground.pupils[1]));
    // Its own end leaves nothing to be said; the dead one's run still waits to be resumed.
    let third = lock(&through, "night", &ground.pupils[2].login, &[]).wait();
    assert!(!third.expect_success().stderr.contains("(process"));
    let _ = through.entctl(["history", "resume"]).run().expect_success();
    assert!(ground.is_closed(&ground.pupils[0]));
}

#[test]
fn a_job_of_a_living_process_is_left_to_it_and_its_owner_named() {
    let ground = Ground::new();
    let held = Held::start(&ground, "night", &ground.pupils[0].login);
    let proxy = ground.proxy();
    let through = ground.school.through(&proxy);
    let who = held.running.pid().to_string();
    for (more, french) in [(&[][..], false), (&["--wait", "1"], true)] {
        let begun = std::time::Instant::now();
        let second = through
            .entctl(["account", "lock", &ground.pupils[1].login, "--yes"])
            .args(["--job", "night"])
            .args(more);
        let second = if french { second.french() } else { second };
        let second = second.run().expect_status(12);
        assert!(second.stderr.contains(&who), "{second}");
        assert_eq!(second.stderr.contains("tâche night"), french, "{second}");
        let waited = begun.elapsed().as_secs_f64() >= 1.0;
        assert_eq!(waited, !more.is_empty(), "{second}");
    }
    let machine = through
        .entctl(["--format", "json", "account", "lock", "--yes"])
        .args([&ground.pupils[1].login, "--job", "night"])
        .run()
        .expect_status(12);
    assert_eq!(machine.json_errors()[0]["code"], "job-under-way");
    assert_eq!(proxy.connections(), 0, "the directory was not asked");
    // A simulation, and another job, are not kept waiting.
    let simulated = lock(&through, "night", &ground.pupils[1].login, &["--dry-run"]);
    let _ = simulated.wait().expect_success();
    let _ = lock(&through, "morning", &ground.pupils[2].login, &[])
        .wait()
        .expect_success();
    assert!(ground.is_closed(&ground.pupils[2]));
    assert!(!ground.is_closed(&ground.pupils[1]));
    let _ = held.finish().expect_success();
    assert!(ground.is_closed(&ground.pupils[0]));
}

#[test]
fn one_who_waits_for_a_job_has_its_turn_when_it_ends() {
    let ground = Ground::new();
    let held = Held::start(&ground, "night", &ground.pupils[0].login);
    let proxy = ground.proxy();
    let through = ground.school.through(&proxy);
    // What it says is read while it runs.
    let said = ground.school.home().file("said");
    let waiting = through.entctl(["account", "lock", &ground.pupils[1].login, "--yes"]);
    let waiting = waiting
        .args(["--job", "night", "--wait", "30"])
        .into_command();
    let waiting = ground
        .school
        .home()
        .program(
            "sh",
            ["-c", "said=$1; shift; exec \"$@\" 2>\"$said\"", "sh"],
        )
        .arg(&said)
        .arg(waiting.get_program())
        .args(waiting.get_args())
        .spawn();
    let read = || std::fs::read_to_string(&said).unwrap_or_default();
    wait_until("it waits", || read().contains("Waiting"));
    assert_eq!(proxy.connections(), 0, "before its turn it asks nothing");
    let _ = held.finish().expect_success();
    let _ = waiting.wait().expect_success();
    assert_eq!(read().matches("Waiting").count(), 1, "{}", read());
    for pupil in &ground.pupils[..2] {
        assert!(ground.is_closed(pupil), "{}", pupil.login);
    }
    let asked = ["history", "list", "--job", "night", "--outcome", "done"];
    let listed = through.entctl(asked).args(["--format", "json"]).run();
    let listed = listed.expect_success().json();
    assert_eq!(listed["runs"].as_array().map(Vec::len), Some(2), "{listed}");
}

#[test]
fn a_simulation_leaves_no_trace_of_its_job() {
    let ground = Ground::new();
    let before = ground.school.dump();
    let proxy = ground.proxy();
    let through = ground.school.through(&proxy);
    let run = lock(&through, "night", &ground.pupils[0].login, &["--dry-run"]);
    let _ = run.wait().expect_success();
    assert_eq!(job_files(&ground), Vec::<PathBuf>::new());
    assert!(through.runs().is_empty());
    ground.school.assert_untouched(&before);
    // The same without it makes the file that says whose turn it is, closed to others.
    let _ = lock(&through, "night", &ground.pupils[0].login, &[])
        .wait()
        .expect_success();
    let files = job_files(&ground);
    assert_eq!(files.len(), 1, "{files:?}");
    crate::school::assert_private(&files[0]);
}

#[test]
fn a_name_that_leads_out_of_the_folder_is_no_jobs_name() {
    let ground = Ground::new();
    let before = ground.school.dump();
    let proxy = ground.proxy();
    let through = ground.school.through(&proxy);
    let long = "n".repeat(65);
    let escapes = [
        "../night",
        "..",
        ".",
        "/tmp/night",
        "a/b",
        "a\\b",
        "Night",
        "",
        "nuit été",
        "a\nb",
        &long,
    ];
    for name in escapes {
        let login = &ground.pupils[0].login;
        let job = format!("--job={name}");
        let run = through.entctl(["account", "lock", login, "--yes", &job]);
        let _ = run.run().expect_status(2);
        let list = through.entctl(["history", "list", &job]).run();
        let _ = list.expect_status(2);
    }
    // Not without a job to wait for.
    let idle = lock(&through, "night", &ground.pupils[0].login, &["--wait=-1"]);
    let _ = idle.wait().expect_status(2);
    let _ = through
        .entctl(["account", "lock", &ground.pupils[0].login, "--yes"])
        .args(["--wait", "3"])
        .run()
        .expect_status(2);
    assert_eq!(proxy.connections(), 0);
    assert_eq!(job_files(&ground), Vec::<PathBuf>::new());
    ground.school.assert_untouched(&before);
}

#[test]
fn a_resume_of_a_job_takes_its_turn_like_any_run_of_it() {
    let ground = Ground::new();
    let victim = Victim::new();
    let kill = Fault::Kill(victim.clone());
    let step = Step::held(When::Operation(MODIFY, 1), kill);
    let proxy = Proxy::with(ground.school.sandbox.url(), [step]);
    let through = ground.school.through(&proxy);
    let killed = lock(&through, "night", &ground.pupils[0].login, &[]);
    victim.is(killed.pid());
    assert_eq!(killed.wait().signal, Some(9));
    let unfinished = through.run_name();
    // The next night has begun.
    let held = Held::start(&ground, "night", &ground.pupils[1].login);
    let proxy = ground.proxy();
    let through = ground.school.through(&proxy);
    let early = through.entctl(["history", "resume", &unfinished]).run();
    let early = early.expect_status(12);
    let who = format!("(process {})", held.running.pid());
    assert!(early.stderr.contains(&who), "{early}");
    assert_eq!(proxy.connections(), 0, "the directory was not asked");
    let _ = held.finish().expect_success();
    let resumed = through.entctl(["history", "resume", &unfinished]).run();
    let _ = resumed.expect_success();
    for pupil in &ground.pupils[..2] {
        assert!(ground.is_closed(pupil), "{}", pupil.login);
    }
    let asked = ["history", "list", "--job", "night", "--outcome", "done"];
    let listed = through.entctl(asked).args(["--format", "json"]).run();
    let listed = listed.expect_success().json();
    assert_eq!(listed["runs"].as_array().map(Vec::len), Some(2), "{listed}");
}
