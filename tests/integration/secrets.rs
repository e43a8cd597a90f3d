//! No password anywhere but where it is handed out: not in the history, not in what is said, not in the
//! arguments of any process, not within reach of another process.

use super::premises::{School, printed, slips};
use crate::support::ber::op;
use crate::support::entctl::{Home, Running};
use crate::support::ldap_utils::bind;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Proxy, Step, When};
use crate::support::pty::Terminal;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What was said and written where no secret may be.
#[derive(Default)]
struct Traces(Vec<(String, Vec<u8>)>);

impl Traces {
    fn said(&mut self, where_: &str, output: &Output) {
        self.0.push((
            format!("standard error of {where_}"),
            output.stderr.clone().into_bytes(),
        ));
        self.0.push((
            format!("standard output of {where_}"),
            output.stdout_bytes.clone(),
        ));
    }

    fn folder(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.display().to_string().into_bytes();
            self.0
                .push((format!("the name of {}", path.display()), name));
            if path.is_dir() {
                self.folder(&path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                self.0.push((path.display().to_string(), bytes));
            }
        }
    }

    /// The arguments and, where they may be read, the environments of all processes of this machine that
    /// are not the test itself.
    fn processes(&mut self, moment: &str) {
        for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.parse::<u32>().is_err() || name == std::process::id().to_string() {
                continue;
            }
            for what in ["cmdline", "environ"] {
                if let Ok(bytes) = std::fs::read(entry.path().join(what)) {
                    self.0
                        .push((format!("{what} of process {name}, {moment}"), bytes));
                }
            }
        }
    }

    #[track_caller]
    fn assert_without(&self, secrets: &[String]) {
        assert!(!self.0.is_empty() && !secrets.is_empty());
        for secret in secrets {
            assert!(secret.len() > 5, "too short to be looked for: {secret}");
            for (place, bytes) in &self.0 {
                assert!(!holds(bytes, secret), "“{secret}” stands in {place}");
            }
        }
    }
}

/// Whether the secret stands there as it is, in JSON, in base64 or in UTF-16.
fn holds(bytes: &[u8], secret: &str) -> bool {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(secret);
    let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [secret.as_bytes(), base64.as_bytes(), utf16.as_slice()]
        .iter()
        .any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
}

/// A proxy that holds the first write until it is let go, and says when it does.
fn holding(school: &School, tag: u8) -> (Proxy, Receiver<()>, Sender<()>) {
    let (tell, held) = channel();
    let (go, wait) = channel::<()>();
    let fault = Fault::call(move |_| {
        let _ = tell.send(());
        let _ = wait.recv_timeout(Duration::from_secs(30));
    });
    let step = Step::held(When::Operation(tag, 1), fault);
    (Proxy::with(school.sandbox().url(), [step]), held, go)
}

/// The history of every profile, whole.
fn histories(school: &School, traces: &mut Traces, profiles: &[&str]) {
    traces.folder(&school.sandbox_history());
    for profile in profiles {
        let folder = school.history(profile);
        assert!(folder.is_dir(), "{} has no history", folder.display());
        traces.folder(&folder);
    }
}

#[test]
fn no_password_is_left_anywhere() {
    let school = School::up(60);
    let mut traces = Traces::default();
    let mut secrets = vec![school.sandbox().bind_password()];

    // To slips, looked at while the first write is on its way.
    let (proxy, held, go) = holding(&school, op::MODIFY);
    school.profile("slips", &proxy.url(), "");
    let running = school
        .with(
            "slips",
            &["--verbose", "password", "reset", "--class", "6A"],
        )
        .args(["--yes", "--slips", "s.csv", "--reason", "rentrée"])
        .spawn();
    held.recv_timeout(Duration::from_secs(30)).expect("a write");
    traces.processes("writing");
    traces.folder(&school.history("slips"));
    go.send(()).expect("the proxy waits");
    let output = running.wait().expect_success();
    traces.said("reset --slips", &output);
    let rows = slips(&school.file("s.csv"));
    assert_eq!(rows.len(), school.pupils_of("6A").len());
    secrets.extend(rows.into_iter().map(|(_, password)| password));

    // Printed: standard output is where it belongs, standard error is not.
    school.profile("print", school.sandbox().url(), "");
    let output = school
        .with("print", &["--verbose", "--format", "json", "password"])
        .args(["reset", "chloe n'guyen", "--yes", "--print"])
        .run()
        .expect_success();
    let first = printed(&output);
    traces.said(
        "reset --print",
        &Output {
            stdout: String::new(),
            stdout_bytes: Vec::new(),
            ..output
        },
    );

    // Imposed by the school, one of them refused at first.
    let login = school.login("special_characters");
    let other = school.login("particle");
    for (file, second) in [("bad.csv", "kurz"), ("good.csv", "riviere-bleue-58")] {
        let content = format!("login;password\n{login};montagne-verte-47\n{other};{second}\n");
        let file = school.write(file, content);
        let output = school
            .with("print", &["--verbose", "password", "reset", "--yes"])
            .args(["--slips", "imposed.csv", "--password-from", &file])
            .run();
        assert_eq!(output.status == Some(0), second.len() > 6, "{output}");
        assert!(!output.stderr.contains("kurz"), "{output}");
        traces.said("reset --password-from", &output);
    }
    let imposed = ["montagne-verte-47", "riviere-bleue-58"].map(str::to_owned);
    secrets.extend(imposed);

    // The owner's own change, looked at on its way too; then everything that can be refused.
    let (proxy, held, go) = holding(&school, op::EXTENDED);
    school.profile("own", &proxy.url(), "");
    let apostrophe = school.login("apostrophe");
    let change = ["--verbose", "password", "change", "--stdin", &apostrophe];
    let chosen = "choisi-par-chloe-9";
    let running = school
        .with("own", &change)
        .stdin(format!("{first}\n{chosen}\n"))
        .spawn();
    held.recv_timeout(Duration::from_secs(30))
        .expect("a change");
    traces.processes("changing");
    go.send(()).expect("the proxy waits");
    traces.said("change", &running.wait().expect_success());
    for (input, status) in [
        (format!("{first}\nautre-mot-3k\n"), 11),
        (format!("{chosen}\n{first}\n"), 6),
        (format!("{chosen}\n{chosen}\n"), 6),
    ] {
        let output = school.with("own", &change).stdin(input).run();
        traces.said("a refused change", &output.expect_status(status));
    }
    secrets.extend([first, chosen.to_owned(), "autre-mot-3k".to_owned()]);
    secrets.push(school.old_password("apostrophe"));

    histories(&school, &mut traces, &["slips", "print", "own"]);
    for args in [
        &["history", "list", "--format", "json"][..],
        &["history", "show"],
    ] {
        for profile in ["slips", "print", "own"] {
            let mut run = school.with(profile, args);
            if args[1] == "show" {
                let runs = std::fs::read_dir(school.history(profile).join("runs"));
                let run_id = runs.expect("runs").flatten().next().expect("a run");
                run = run.arg(run_id.file_name());
            }
            traces.said(args[1], &run.run().expect_success());
        }
    }
    traces.assert_without(&secrets);
}

#[test]
fn a_killed_run_and_its_resume_tell_nothing_either() {
    let school = School::up(60);
    let mut traces = Traces::default();
    let victim = crate::support::proxy::Victim::new();
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step::done(
            When::Operation(op::MODIFY, 3),
            Fault::Kill(victim.clone()),
        )],
    );
    school.profile("killed", &proxy.url(), "");
    let running = school
        .with(
            "killed",
            &["--verbose", "password", "reset", "--class", "6A"],
        )
        .args(["--yes", "--slips", "s.csv"])
        .spawn();
    victim.is(running.pid());
    let output = running.wait();
    assert_eq!(output.signal, Some(9), "{output}");
    traces.said("a killed reset", &output);
    traces.folder(&school.history("killed"));
    school.profile("killed", school.sandbox().url(), "");
    let output = school
        .with("killed", &["--verbose", "history", "resume"])
        .run()
        .expect_success();
    traces.said("resume", &output);
    histories(&school, &mut traces, &["killed"]);
    let rows = slips(&school.file("s.csv"));
    let mut secrets: Vec<String> = rows.iter().map(|(_, p)| p.clone()).collect();
    assert_eq!(secrets.len(), school.pupils_of("6A").len());
    secrets.push(school.sandbox().bind_password());
    traces.assert_without(&secrets);
}

#[test]
fn only_the_owner_may_read_what_is_kept() {
    let school = School::up(30);
    let _ = school
        .inter(&["password", "reset", "--class", "6A", "--yes"])
        .args(["--slips", "s.csv"])
        .run()
        .expect_success();
    let mode = |path: &Path| {
        let meta = std::fs::metadata(path).expect("its metadata");
        meta.mode() & 0o777
    };
    assert_eq!(mode(&school.file("s.csv")), 0o600);
    let mut todo = vec![school.sandbox_history()];
    let mut files = 0;
    while let Some(path) = todo.pop() {
        // Names of pupils and what was done to them: not for other users of the machine.
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
        if path.is_dir() {
            let inside = std::fs::read_dir(&path).expect("a folder").flatten();
            todo.extend(inside.map(|entry| entry.path()));
        } else {
            files += 1;
        }
    }
    assert!(files > 2);
}

/// A run held before its first write, as an ordinary user where the test is root's.
fn held_as_an_ordinary_user(school: &School) -> (Running, u32, Sender<()>, Proxy) {
    let (proxy, held, go) = holding(school, op::MODIFY);
    let home = school.sandbox().home();
    school.profile_as(
        "held",
        &proxy.url(),
        "",
        &format!(
            "dn = \"{}\"\npassword_env = \"BIND_PASSWORD\"\n",
            school.sandbox().status().bind_dn
        ),
    );
    let entctl = env!("CARGO_BIN_EXE_entctl");
    let args = ["--profile", "held", "password", "reset", "--yes", "--print"];
    let run = if rustix::process::geteuid().is_root() {
        give_to_nobody(home, &school.history("held"));
        // The binary stands where nobody else may look: a copy that everybody may start.
        let copy = home.path().join("entctl");
        std::fs::copy(entctl, &copy).expect("a copy of entctl");
        home.program(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups"],
        )
        .arg(copy)
    } else {
        home.program(entctl, [] as [&str; 0])
    };
    let running = run
        .args(args)
        .arg(school.login("accents"))
        .env("BIND_PASSWORD", school.sandbox().bind_password())
        .spawn();
    if held.recv_timeout(Duration::from_secs(30)).is_err() {
        panic!("no write came\n{}", running.wait());
    }
    let pid = running.pid();
    (running, pid, go, proxy)
}

/// Opens the sealed room to user 65534, and gives it a folder for the history.
fn give_to_nobody(home: &Home, history: &Path) {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    std::fs::create_dir_all(history).expect("a folder");
    let open = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    };
    for folder in ["", "config", "config/entctl", "state", "home", "tmp"] {
        open(&home.path().join(folder), 0o755);
    }
    chown(history, Some(65534), Some(65534)).expect("another owner");
}

#[test]
fn another_process_of_the_same_user_cannot_look_into_it() {
    let school = School::up(30);
    let (running, pid, go, _proxy) = held_as_an_ordinary_user(&school);
    let proc = |what: &str| PathBuf::from(format!("/proc/{pid}/{what}"));
    // Core dumps: none, however large the limit of the shell.
    let limits = std::fs::read_to_string(proc("limits")).expect("its limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("the limit");
    let values: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(values, ["0", "0"], "{core}");
    // Not dumpable: its memory and environment belong to root (prctl(2)), whoever runs it.
    let me = rustix::process::geteuid();
    let user = if me.is_root() { 65534 } else { me.as_raw() };
    let status = std::fs::read_to_string(proc("status")).expect("its status");
    assert!(
        status
            .lines()
            .any(|l| l.starts_with(&format!("Uid:\t{user}\t"))),
        "{status}"
    );
    for what in ["environ", "mem"] {
        let meta = std::fs::metadata(proc(what)).expect("its metadata");
        assert_eq!(meta.uid(), 0, "{what} belongs to the user");
    }
    // The same user looks, and sees nothing.
    let peek = |pid: u32| {
        let home = school.sandbox().home();
        let environ = format!("/proc/{pid}/environ");
        if me.is_root() {
            let user = ["--reuid=65534", "--regid=65534", "--clear-groups", "cat"];
            home.program("setpriv", user).arg(environ).run()
        } else {
            home.program("cat", [environ]).run()
        }
    };
    let seen = peek(pid);
    assert_ne!(seen.status, Some(0), "{seen}");
    assert!(seen.stderr.contains("Permission denied"), "{seen}");
    go.send(()).expect("the proxy waits");
    let _ = running.wait().expect_success();
}

#[test]
fn a_prompted_administrator_password_is_not_shown() {
    let school = School::up(30);
    // A profile that says no way to get the password: it is asked for.
    let bind_dn = school.sandbox().status().bind_dn.clone();
    school.profile_as(
        "asked",
        school.sandbox().url(),
        "",
        &format!("dn = \"{bind_dn}\"\n"),
    );
    let secret = school.sandbox().bind_password();
    let find = ["--verbose", "account", "find", "zoe lefevre"];
    let mut terminal = Terminal::start(school.with("asked", &find));
    terminal.expect("Password of profile “asked”:");
    terminal.send_line(&secret);
    terminal.expect("zoe.lefevre");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(!raw.contains(&secret), "{screen}");
    let told = school.with("asked", &find).run().expect_status(2);
    assert!(told.stderr.contains("password_file"), "{told}");
}

#[test]
fn a_password_on_the_command_line_is_not_even_understood() {
    let school = School::up(30);
    let before = school.dump();
    for args in [
        &[
            "password",
            "reset",
            "zoe lefevre",
            "--password",
            "secret-mot-1",
        ][..],
        &[
            "password",
            "change",
            "zoe.lefevre",
            "secret-mot-1",
            "secret-mot-2",
        ],
    ] {
        let told = school.inter(args).run().expect_status(2);
        // Not even to say that it is not wanted here, where it can be helped.
        assert!(!told.stderr.contains("secret-mot-2"), "{told}");
    }
    school.assert_untouched(&before);
    let good = bind(
        school.sandbox().url(),
        &school.dn("accents"),
        &school.old_password("accents"),
    );
    assert_eq!(good.code, 0);
}
