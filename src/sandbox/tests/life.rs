//! Up, down, stopped, crashed, reset: the life of a sandbox.

use super::*;

#[test]
fn up_twice_is_up_once_and_down_leaves_nothing() {
    let room = Room::new();
    let (again, outcome) = up(&room.paths, &request("demo")).expect("up again");
    assert_eq!(outcome, UpOutcome::AlreadyRunning);
    assert_eq!(again, room.info);
    assert_eq!(list(&room.paths), ["demo"]);
    assert_eq!(
        config_files(&room.paths),
        [room.folder().join("entctl.toml")]
    );

    let pid = room.info.pid.expect("pid");
    let socket = room.folder().join("ldapi");
    assert!(socket.exists());
    assert!(down(&room.paths, "demo").expect("down"));
    assert!(!Path::new(&format!("/proc/{pid}/exe")).exists());
    let left: Vec<_> = std::fs::read_dir(room.paths.root())
        .expect("root")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        status(&room.paths, "demo").expect("status").state,
        SandboxState::Absent
    );
    assert!(!down(&room.paths, "demo").expect("down again"));
    assert!(matches!(
        reset(&room.paths, "demo"),
        Err(SandboxError::Absent(_))
    ));
    let left = std::fs::read_dir(room.paths.root()).expect("root").count();
    assert_eq!(left, 0);
}

#[test]
fn only_the_owner_can_look_in() {
    let room = Room::new();
    let folder = room.folder();
    assert_eq!(mode(&folder), 0o700);
    for inside in ["config", "db", "tls", "mail", "passwords"] {
        assert_eq!(mode(&folder.join(inside)), 0o700, "{inside}");
    }
    let mut files = vec![
        folder.join("state.json"),
        folder.join("entctl.toml"),
        folder.join("truth.json"),
    ];
    for inside in ["tls", "passwords"] {
        let entries = std::fs::read_dir(folder.join(inside)).expect("folder");
        files.extend(entries.map(|e| e.expect("entry").path()));
    }
    assert_eq!(files.len(), 3 + 5 + 4);
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn status_prints_the_object_of_the_contract() {
    let room = Room::new();
    let json = serde_json::to_value(status(&room.paths, "demo").expect("status")).expect("JSON");
    let mut fields: Vec<&str> = json
        .as_object()
        .expect("object")
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    let contract = "base_dn bind_dn bind_password_file ca_file config ldaps_url mail_dir name pid state \
                    truth_file type url";
    assert_eq!(fields.join(" "), contract);
    assert_eq!(json["type"], "sandbox");
    assert_eq!(json["state"], "running");
    assert_eq!(json["base_dn"], "dc=ent,dc=test");
    assert_eq!(
        json["bind_dn"],
        "uid=admin-inter,ou=administrateurs,dc=ent,dc=test"
    );
    for path in [
        "ca_file",
        "bind_password_file",
        "config",
        "mail_dir",
        "truth_file",
    ] {
        let path = Path::new(json[path].as_str().expect("a path"));
        assert!(path.is_absolute() && path.exists(), "{}", path.display());
    }
    let absent = serde_json::to_value(status(&room.paths, "other").expect("status")).expect("JSON");
    assert_eq!(absent["state"], "absent");
    assert!(absent["url"].is_null() && absent["pid"].is_null());
}

#[test]
fn two_at_once_make_one() {
    let folder = tempfile::tempdir().expect("folder");
    let paths = SandboxPaths::new(folder.path());
    let both: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| up(&paths, &request("demo")).expect("up")))
            .collect();
        started
            .into_iter()
            .map(|t| t.join().expect("thread"))
            .collect()
    });
    assert_eq!(both[0].0, both[1].0);
    let outcomes = [both[0].1, both[1].1];
    assert!(outcomes.contains(&UpOutcome::Created), "{outcomes:?}");
    assert!(
        outcomes.contains(&UpOutcome::AlreadyRunning),
        "{outcomes:?}"
    );
    down(&paths, "demo").expect("down");
}

fn signal(pid: i32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid).expect("pid");
    rustix::process::kill_process(pid, signal).expect("signal");
}

fn wait_for(room: &Room, state: SandboxState) {
    for _ in 0..1000 {
        if status(&room.paths, "demo").expect("status").state == state {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("never {state:?}: {:?}", status(&room.paths, "demo"));
}

#[test]
fn what_ended_in_order_starts_again_with_its_data() {
    let room = Room::new();
    let pupil = room.dn("namesake_6a");
    assert_eq!(
        room.modify(
            tree::INTER,
            &pupil,
            "replace: mail\nmail: neuve@ent.example.test"
        ),
        0
    );
    signal(room.info.pid.expect("pid"), rustix::process::Signal::TERM);
    wait_for(&room, SandboxState::Stopped);
    let (info, outcome) = up(&room.paths, &request("demo")).expect("up");
    assert_eq!(outcome, UpOutcome::Restarted);
    assert_eq!(info.state, SandboxState::Running);
    assert_eq!(room.values(&pupil, "mail"), ["neuve@ent.example.test"]);
}

#[test]
fn what_was_killed_is_made_anew_and_reset_forgets() {
    let mut room = Room::new();
    let pupil = room.dn("namesake_6a");
    let before = room.values(&pupil, "mail");
    signal(room.info.pid.expect("pid"), rustix::process::Signal::KILL);
    wait_for(&room, SandboxState::Crashed);
    let (info, outcome) = up(&room.paths, &request("demo")).expect("up");
    assert_eq!(outcome, UpOutcome::Created);
    room.info = info;
    assert_eq!(
        room.modify(
            tree::INTER,
            &pupil,
            "replace: mail\nmail: neuve@ent.example.test"
        ),
        0
    );
    room.info = reset(&room.paths, "demo").expect("reset");
    assert_eq!(room.values(&pupil, "mail"), before);
}

#[test]
fn an_interrupted_up_is_no_obstacle() {
    let room = Room::new();
    // As if `up` had died between the start of slapd and the end: a slapd that nobody wrote down.
    std::fs::remove_file(room.folder().join("state.json")).expect("state");
    std::fs::remove_file(room.folder().join("slapd.pid")).expect("pid file");
    assert_eq!(
        status(&room.paths, "demo").expect("status").state,
        SandboxState::Crashed
    );
    let (info, outcome) = up(&room.paths, &request("demo")).expect("up");
    assert_eq!(outcome, UpOutcome::Created);
    let old = room.info.pid.expect("pid");
    assert_ne!(info.pid, Some(old));
    assert!(!server::answers(port(&room.info)) || port(&room.info) == port(&info));
}

fn port(info: &SandboxInfo) -> u16 {
    let url = info.url.as_deref().expect("url");
    url.rsplit(':')
        .next()
        .expect("port")
        .parse()
        .expect("number")
}

#[test]
fn a_pid_file_that_names_another_process_harms_nobody() {
    let room = Room::new();
    let own = std::process::id().to_string();
    std::fs::write(room.folder().join("slapd.pid"), own).expect("pid file");
    let now = status(&room.paths, "demo").expect("status");
    assert_eq!(now.pid, room.info.pid);
    assert!(down(&room.paths, "demo").expect("down"));
}

#[test]
fn a_port_taken_by_another_is_left_to_it() {
    let room = Room::new();
    let old = port(&room.info);
    signal(room.info.pid.expect("pid"), rustix::process::Signal::TERM);
    wait_for(&room, SandboxState::Stopped);
    let _other = std::net::TcpListener::bind(("127.0.0.1", old)).expect("the port");
    let (info, outcome) = up(&room.paths, &request("demo")).expect("up");
    assert_eq!(outcome, UpOutcome::Restarted);
    assert_ne!(port(&info), old);
    let toml = std::fs::read_to_string(info.config.expect("config")).expect("toml");
    assert!(toml.contains(&info.url.expect("url")));
}

#[test]
fn blanks_and_long_paths_are_no_obstacle() {
    let folder = tempfile::tempdir().expect("folder");
    let deep = folder
        .path()
        .join("un dossier d'élève")
        .join("x".repeat(90));
    let room = Room::at(SandboxPaths::new(deep));
    let ldapi = room.info.ldapi_url.clone().expect("ldapi");
    let mut command = Command::new("ldapwhoami");
    command.args(["-Q", "-Y", "EXTERNAL", "-H", &ldapi]);
    let answer = finish(command, "ldapwhoami", "");
    assert_eq!(
        answer.out.trim(),
        "dn:uid=admin-inter,ou=administrateurs,dc=ent,dc=test",
        "{}",
        answer.err
    );
    let state = std::fs::read_to_string(room.folder().join("state.json")).expect("state");
    let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    let socket_folder = PathBuf::from(
        state["socket_folder"]
            .as_str()
            .expect("a folder of its own"),
    );
    assert_eq!(mode(&socket_folder), 0o700);
    assert!(down(&room.paths, "demo").expect("down"));
    assert!(!socket_folder.exists());
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().expect("folder");
    let paths = SandboxPaths::new(folder.path().join("none"));
    let with = |name: &str, pupils| UpRequest {
        name: name.into(),
        pupils,
        seed: 1,
    };
    assert!(matches!(
        up(&paths, &with("../x", 900)),
        Err(SandboxError::InvalidName(_))
    ));
    assert!(matches!(
        up(&paths, &with("demo", 3)),
        Err(SandboxError::PupilsOutOfRange(3))
    ));
    assert!(!down(&paths, "demo").expect("down"));
    assert!(list(&paths).is_empty() && config_files(&paths).is_empty());
    assert!(!paths.root().exists());
}

#[test]
fn a_failure_leaves_nothing_and_shows_the_reason() {
    let folder = tempfile::tempdir().expect("folder");
    let paths = SandboxPaths::new(folder.path());
    let layout = paths.layout("demo").expect("layout");
    files::private_folder(layout.folder()).expect("folder");
    for inside in [layout.slapd_config(), layout.database()] {
        files::private_folder(&inside).expect("folder");
    }
    let failed = server::load(&layout, 0, |out| {
        out.write_all(b"dn: cn=config\nobjectClass: nonsense\n")
    });
    let Err(SandboxError::Load(words)) = failed else {
        panic!("{failed:?}");
    };
    assert!(
        words.contains("nonsense") || words.contains("objectClass"),
        "{words}"
    );
    let failed = server::start(&layout, "ldapi://%2Fnonexistent%2Fldapi", None);
    let Err(SandboxError::Start(_)) = failed else {
        panic!("{failed:?}");
    };
    assert!(server::running(&layout).is_none());
}
