//! A plain directory of inetOrgPerson entries: enough to find a person and to reset a password.

use crate::support::entctl::Home;
use crate::support::ldap_utils;
use crate::support::output::Output;
use crate::support::slapd::{ADMIN, ADMIN_PASSWORD, Slapd};

const PUPIL: &str = "\
dn: uid=lea,ou=people,dc=ecole,dc=test
objectClass: inetOrgPerson
uid: lea
cn:: TMOpYSBEdXBvbnQ=
sn: Dupont
givenName:: TMOpYQ==
employeeType: eleve
userPassword: lea-secret
";

/// A configuration for the server, in a fresh home.
pub fn home(slapd: &Slapd) -> Home {
    let home = Home::new();
    let password = home.write("secret", ADMIN_PASSWORD);
    // Files for secrets are refused where others may read them.
    std::fs::set_permissions(
        &password,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .expect("mode");
    home.write(
        "plain.toml",
        format!(
            "[profiles.plain]\nurls = [\"{}\"]\nbase_dn = \"{}\"\nschema = \"inetorgperson\"\nsyslog = false\n\
             [profiles.plain.bind]\ndn = \"{ADMIN}\"\npassword_file = \"{}\"\n",
            slapd.url(),
            slapd.base(),
            password.display()
        ),
    );
    home
}

/// entctl in that home.
pub fn entctl(home: &Home, words: &[&str]) -> Output {
    home.entctl(words)
        .env("ENTCTL_CONFIG", home.file("plain.toml"))
        .run()
}

fn new_password(home: &Home) -> (String, String) {
    let output = entctl(
        home,
        &[
            "password",
            "reset",
            "lea dupont",
            "--print",
            "--yes",
            "--format",
            "json",
        ],
    )
    .expect_success();
    let line = output.json_lines().remove(0);
    assert_eq!(line["outcome"], "done", "{output}");
    let password = line["password"].as_str().expect("a password").to_owned();
    (password, output.stderr.clone())
}

#[test]
fn a_pupil_is_found_by_name_and_reset() {
    let slapd = Slapd::with(PUPIL);
    let (password, _) = new_password(&home(&slapd));
    let dn = "uid=lea,ou=people,dc=ecole,dc=test";
    let bind = ldap_utils::bind(slapd.url(), dn, &password);
    assert_eq!(bind.code, 0, "{bind:?}");
    let entry = slapd.admin().read(dn, &["pwdReset"]).expect("entry");
    assert_eq!(entry.one("pwdReset").as_deref(), Some("TRUE"));
}

#[test]
fn a_server_without_a_policy_is_warned_about() {
    let slapd = Slapd::plain(PUPIL);
    let home = home(&slapd);
    let (password, said) = new_password(&home);
    let bind = ldap_utils::bind(slapd.url(), "uid=lea,ou=people,dc=ecole,dc=test", &password);
    assert_eq!(bind.code, 0, "{bind:?}");
    assert!(said.contains("cannot make people change"), "{said}");
    let only_new = entctl(
        &home,
        &["password", "reset", "lea", "--only-new", "--print", "--yes"],
    );
    assert_eq!(only_new.status, Some(6), "{only_new}");
    let lock = entctl(&home, &["account", "lock", "lea", "--yes"]);
    assert_eq!(lock.status, Some(6), "{lock}");
}

#[test]
fn somebody_of_no_known_role_is_refused() {
    let slapd = Slapd::start();
    let home = home(&slapd);
    let output = entctl(&home, &["password", "reset", "alice", "--print", "--yes"]);
    assert_eq!(output.status, Some(6), "{output}");
    let bind = ldap_utils::bind(
        slapd.url(),
        "uid=alice,ou=people,dc=ecole,dc=test",
        "alice-secret",
    );
    assert_eq!(bind.code, 0, "the old password still counts");
}
