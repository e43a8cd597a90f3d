//! What goes wrong around entctl: passwords, certificates, servers that are down or silent, Ctrl-C. In mid-run
//! it ends in an unfinished run that `history resume` finishes; full and closed folders are in `disks`.

use super::premises::{School, printed, slips};
use crate::support::ber::op;
use crate::support::entctl::press_ctrl_c;
use crate::support::ldap_utils::bind;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Proxy, Step, Victim, When};
use crate::support::slapd::{Slapd, free_port};
use crate::support::waiting::wait_until;
use rustix::process::Signal;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const RESET: [&str; 6] = ["password", "reset", "--yes", "--slips", "s.csv", "--class"];

/// Limits that a test can wait for.
const QUICK: &str = "operation_timeout = 1\nconnect_timeout = 1";

/// The stable code of the error in a JSON run.
#[track_caller]
fn error_code(output: &Output) -> String {
    output
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|line| line["code"].as_str().map(str::to_owned))
        .unwrap_or_else(|| panic!("no error\n{output}"))
}

/// Both languages say something, in this many words of theirs.
#[track_caller]
fn told(school: &School, profile: &str, status: i32, code: &str, english: &str, french: &str) {
    let show = ["account", "find", "dupont"];
    let json = school
        .with(profile, &["--format", "json"])
        .args(show)
        .run()
        .expect_status(status);
    assert_eq!(error_code(&json), code, "{json}");
    let said = school.with(profile, &show).run().expect_status(status);
    assert!(said.stderr.contains(english), "{said}");
    let said = school
        .with(profile, &show)
        .french()
        .run()
        .expect_status(status);
    assert!(said.stderr.contains(french), "{said}");
}

/// Every slip binds and must be changed; there is one for each pupil of the class who can log in.
#[track_caller]
fn assert_slips_are_good(school: &School, file: &Path, class: &str) {
    let rows = slips(file);
    let pupils = school.pupils_of(class);
    assert_eq!(rows.len(), pupils.len());
    for pupil in pupils {
        let login = pupil.one("ENTPersonLogin").expect("a login");
        let alias = pupil.one("ENTPersonAlias");
        let (_, password) = rows
            .iter()
            .find(|(name, _)| *name == login || Some(name) == alias.as_ref())
            .unwrap_or_else(|| panic!("no slip for {login}"));
        if pupil.one("pwdAccountLockedTime").is_none() {
            let bound = bind(school.sandbox().url(), &pupil.dn, password);
            assert_eq!((bound.code, bound.must_change), (0, true), "{login}");
        }
    }
}

/// The run that a history says is unfinished, if any.
fn unfinished(school: &School, profile: &str) -> Vec<String> {
    let folder = school.history(profile).join("unfinished");
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_wrong_bind_password_is_told_and_never_shown() {
    let school = School::up(30);
    let wrong = school.write("wrong", "not-the-password-9k\n");
    rights_only_for_the_owner(Path::new(&wrong));
    let bind = format!(
        "dn = \"{}\"\npassword_file = \"{wrong}\"\n",
        school.sandbox().status().bind_dn
    );
    school.profile_as("wrong", school.sandbox().url(), "", &bind);
    told(
        &school,
        "wrong",
        11,
        "credentials",
        "refuses the name or the password",
        "L'annuaire refuse le nom ou le mot de passe de ce profil.",
    );
    let said = school
        .with("wrong", &["--verbose", "account", "find", "dupont"])
        .run();
    assert!(!said.to_string().contains("not-the-password-9k"), "{said}");
}

fn rights_only_for_the_owner(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
}

#[test]
fn a_password_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let school = School::up(30);
    let open = school.write("open", school.sandbox().bind_password());
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let bind = format!(
        "dn = \"{}\"\npassword_file = \"{open}\"\n",
        school.sandbox().status().bind_dn
    );
    school.profile_as("open", school.sandbox().url(), "", &bind);
    let said = school
        .with("open", &["account", "find", "dupont"])
        .run()
        .expect_status(2);
    assert!(said.stderr.contains("chmod"), "{said}");
}

#[test]
fn certificates_that_do_not_hold_are_refused() {
    let school = School::up(30);
    let status = school.sandbox().status();
    school.profile("stranger", &status.ldaps_url, "");
    told(
        &school,
        "stranger",
        10,
        "certificate",
        "was issued by an authority that is not known here",
        "vient d'une autorité inconnue ici",
    );
    let other = Slapd::start();
    let key = rcgen::KeyPair::generate().expect("a key");
    let parameters = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    let authority = parameters.self_signed(&key).expect("a certificate").pem();
    let file = school.write("other-ca.pem", authority);
    let trust = format!("ca_file = \"{file}\"");
    school.profile("elsewhere", &status.ldaps_url, &trust);
    let said = school
        .with("elsewhere", &["account", "find", "dupont"])
        .run()
        .expect_status(10);
    assert!(said.stderr.contains("ertificate"), "{said}");
    // A server without any TLS behind an address that promises it.
    let plain = other.url().replace("ldap://", "ldaps://");
    school.profile("plain", &plain, &trust);
    let said = school.with("plain", &["account", "find", "dupont"]).run();
    let _ = said.expect_status(10);
    // The same good certificate, after its end and before its beginning.
    let trust = format!("ca_file = \"{}\"", status.ca_file.display());
    school.profile("right", &status.ldaps_url, &trust);
    let find = ["account", "find", "dupont"];
    let _ = school.with("right", &find).run().expect_success();
    for (when, english, french) in [
        ("@2120-06-01 08:00:00", "has expired", "a expiré"),
        (
            "@2019-06-01 08:00:00",
            "is not valid yet",
            "pas encore valable",
        ),
    ] {
        let said = school.with("right", &find).at(when).run().expect_status(10);
        assert!(said.stderr.contains(english), "{said}");
        let said = school.with("right", &find).at(when).french().run();
        assert!(said.stderr.contains(french), "{said}");
    }
}

#[test]
fn a_server_that_is_down_is_told_and_the_next_one_is_asked() {
    let school = School::up(30);
    let down = format!("ldap://127.0.0.1:{}", free_port());
    school.profile("down", &down, "");
    told(
        &school,
        "down",
        10,
        "unreachable",
        "cannot be reached",
        "ne répond pas.",
    );
    let two = format!("{down}\", \"{}", school.sandbox().url());
    school.profile("two", &two, "");
    let found = school
        .with("two", &["account", "find", "zoe lefevre"])
        .run();
    let _ = found.expect_success();
}

#[test]
fn a_server_that_stalls_ends_in_an_error_within_the_limit() {
    let school = School::up(30);
    for (message, verb) in [
        (1, &["account", "find", "dupont"][..]),
        (2, &["account", "find", "dupont"]),
        (3, &["account", "show", "zoe lefevre"]),
        (1, &["password", "reset", "zoe lefevre", "--yes", "--print"]),
        (3, &["password", "reset", "zoe lefevre", "--yes", "--print"]),
        (1, &["account", "lock", "--class", "6A", "--yes"]),
    ] {
        let before = school.dump();
        for step in [Step::held, Step::done] {
            let proxy = Proxy::with(
                school.sandbox().url(),
                [step(When::Message(message), Fault::Stall)],
            );
            school.profile("stalled", &proxy.url(), QUICK);
            let started = Instant::now();
            let said = school
                .with("stalled", &["--format", "json"])
                .args(verb)
                .run()
                .expect_status(10);
            assert!(started.elapsed() < Duration::from_secs(5), "{said}");
            assert_eq!(error_code(&said), "timeout", "{said}");
            assert_eq!(proxy.fired(), 1);
        }
        school.assert_untouched(&before);
    }
}

#[test]
fn the_words_for_a_stall_are_plain() {
    let school = School::up(30);
    let stalls = [1, 2].map(|_| {
        Proxy::with(
            school.sandbox().url(),
            [Step::held(When::Message(2), Fault::Stall)],
        )
    });
    for (proxy, sentence) in stalls
        .iter()
        .zip(["did not answer in time", "n'a pas répondu à temps"])
    {
        school.profile("stalled", &proxy.url(), "operation_timeout = 1");
        let mut run = school.with("stalled", &["account", "find", "dupont"]);
        if sentence.contains("temps") {
            run = run.french();
        }
        let said = run.run().expect_status(10);
        assert!(said.stderr.contains(sentence), "{said}");
    }
}

#[test]
fn a_stall_that_passes_is_overcome() {
    let school = School::up(60);
    for (number, step) in [Step::held, Step::done].into_iter().enumerate() {
        let file = format!("s{number}.csv");
        // One connection goes silent in mid-run; the next one is answered.
        let proxy = Proxy::with(
            school.sandbox().url(),
            [step(When::Operation(op::MODIFY, 4), Fault::Stall)],
        );
        school.profile("pause", &proxy.url(), QUICK);
        let _ = school
            .with("pause", &["password", "reset", "--class", "6A", "--yes"])
            .args(["--slips", &file])
            .run()
            .expect_success();
        assert_eq!(proxy.fired(), 1);
        assert_slips_are_good(&school, &school.file(&file), "6A");
    }
}

#[test]
fn a_lost_answer_in_the_very_second_of_an_earlier_reset_is_settled() {
    let school = School::up(30);
    let reset = ["--format", "json", "password", "reset", "--yes", "--print"];
    let changed = || school.entry("accents").one("pwdChangedTime");
    let login = school.login("accents");
    wait_until("two resets fell into one second", || {
        let _ = school.inter(&reset).arg(&login).run().expect_success();
        let first = changed();
        let proxy = Proxy::with(
            school.sandbox().url(),
            [Step::done(When::Operation(op::MODIFY, 1), Fault::Cut)],
        );
        school.profile("cut", &proxy.url(), QUICK);
        let said = school.with("cut", &reset).arg(&login).run();
        let said = said.expect_success();
        let bound = school.bind("accents", &printed(&said));
        assert_eq!((bound.code, bound.must_change), (0, true), "{said}");
        first == changed()
    });
}

#[test]
fn a_stall_in_mid_run_leaves_a_run_that_resume_finishes() {
    let school = School::up(60);
    for (number, step) in [Step::held, Step::done].into_iter().enumerate() {
        let profile = format!("stall{number}");
        let file = format!("s{number}.csv");
        // Silence from the fourth write on, and for whoever comes again.
        let again = (2..20).map(|n| Step::held(When::Operation(op::BIND, n), Fault::Stall));
        let proxy = Proxy::with(
            school.sandbox().url(),
            std::iter::once(step(When::Operation(op::MODIFY, 4), Fault::Stall)).chain(again),
        );
        school.profile(&profile, &proxy.url(), QUICK);
        let started = Instant::now();
        let said = school
            .with(&profile, &["password", "reset", "--class", "6A", "--yes"])
            .args(["--slips", &file])
            .run();
        assert!(started.elapsed() < Duration::from_secs(15), "{said}");
        assert!([Some(3), Some(10)].contains(&said.status), "{said}");
        let runs = unfinished(&school, &profile);
        assert_eq!(runs.len(), 1, "{said}");
        let line = format!("entctl --profile {profile} history resume {}", runs[0]);
        assert!(said.stderr.contains(&line), "{said}");
        assert!(!school.file(&file).exists(), "not final yet");
        school.profile(&profile, school.sandbox().url(), "");
        // Every command that meets it names it.
        let next = school.with(&profile, &["password", "reset", "--dry-run"]);
        let next = next.arg(school.login("alias")).run().expect_success();
        assert!(next.stderr.contains(&line), "{next}");
        let _ = school
            .with(&profile, &["history", "resume"])
            .run()
            .expect_success();
        assert_slips_are_good(&school, &school.file(&file), "6A");
        assert_eq!(unfinished(&school, &profile), Vec::<String>::new());
    }
}

#[test]
fn a_write_that_lands_while_resume_looks_is_settled() {
    let school = School::up(60);
    let killed = Victim::new();
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step::held(
            When::Operation(op::MODIFY, 1),
            Fault::Kill(killed.clone()),
        )],
    );
    school.profile("late", &proxy.url(), "");
    let running = school.with("late", &[&RESET[..], &["6A"]].concat()).spawn();
    killed.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    // What a request of the killed run does that reaches the server only now: the password is another one,
    // and must be changed.
    let eye = school.eye();
    let pupils: Vec<String> = school.pupils_of("6A").into_iter().map(|p| p.dn).collect();
    let lands = Fault::call(move |request| {
        let dn = pupils.iter().find(|dn| request.contains(dn.as_str()));
        let dn = dn.expect("a pupil of the class");
        eye.modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: arrive-tard-5\n-\n\
             replace: pwdReset\npwdReset: TRUE\n"
        ))
        .expect_success();
    });
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step::held(When::Operation(op::MODIFY, 1), lands)],
    );
    school.profile("late", &proxy.url(), "");
    let _ = school
        .with("late", &["history", "resume"])
        .run()
        .expect_success();
    assert_eq!(proxy.fired(), 1);
    assert_slips_are_good(&school, &school.file("s.csv"), "6A");
}

#[test]
fn ctrl_c_in_mid_run_stops_and_resume_finishes() {
    let school = School::up(300);
    let class = school.pupils_of("6A").len();
    assert!(class > 15, "{class} pupils are too few to stop among them");
    let (tell, told) = channel::<u32>();
    let interrupt = Fault::call(move |_| {
        let pid = told.recv_timeout(Duration::from_secs(30)).expect("its pid");
        press_ctrl_c(pid);
    });
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step::done(When::Operation(op::MODIFY, 3), interrupt)],
    );
    // One change at a time: none is on its way that the signal could not stop.
    school.profile("stop", &proxy.url(), "window = 1");
    let running = school
        .with("stop", &["--format", "json"])
        .args([&RESET[..], &["6A"]].concat())
        .spawn();
    tell.send(running.pid()).expect("the proxy waits");
    let said = running.wait().expect_status(130);
    assert_eq!(error_code(&said), "interrupted", "{said}");
    let done = said
        .json_lines()
        .iter()
        .filter(|line| line["outcome"] == "done")
        .count();
    assert!(done >= 1 && done < class, "{done} of {class}\n{said}");
    let summary = said.json_lines().pop().expect("a summary");
    assert_eq!(summary["unfinished"], true);
    assert!(!school.file("s.csv").exists(), "not final yet");
    let runs = unfinished(&school, "stop");
    assert_eq!(runs.len(), 1);
    let _ = school
        .with("stop", &["history", "resume", &runs[0]])
        .run()
        .expect_success();
    assert_slips_are_good(&school, &school.file("s.csv"), "6A");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let school = School::up(60);
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step::held(When::Operation(op::MODIFY, 3), Fault::Stall)],
    );
    school.profile("stop", &proxy.url(), "operation_timeout = 60");
    let running = school.with("stop", &[&RESET[..], &["6A"]].concat()).spawn();
    proxy.wait_until_fired(1);
    let pid = running.pid();
    let started = Instant::now();
    // As a person does: again and again.
    wait_until("it ends", || {
        send(pid, Signal::INT);
        !Path::new(&format!("/proc/{pid}/fd/0")).exists()
    });
    let said = running.wait().expect_status(130);
    assert!(started.elapsed() < Duration::from_secs(20), "{said}");
    school.profile("stop", school.sandbox().url(), "");
    let _ = school
        .with("stop", &["history", "resume"])
        .run()
        .expect_success();
    assert_slips_are_good(&school, &school.file("s.csv"), "6A");
}

#[test]
fn ctrl_c_at_a_question_does_nothing() {
    use crate::support::pty::{CTRL_C, CTRL_D, Terminal};
    let school = School::up(30);
    let before = school.dump();
    for (keys, expected) in [(CTRL_D, 130), (CTRL_C, 130)] {
        let reset = ["password", "reset", "zoe lefevre"];
        let mut terminal = Terminal::start(school.inter(&reset));
        terminal.expect("[y/N]");
        terminal.send(keys);
        let (status, screen) = terminal.wait();
        assert_eq!(status, expected, "{screen}");
    }
    school.assert_untouched(&before);
    assert_eq!(
        std::fs::read_dir(school.sandbox_history()).map_or(0, Iterator::count),
        0
    );
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = crate::support::entctl::pid(pid) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}
