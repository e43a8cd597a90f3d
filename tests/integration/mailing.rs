//! Passwords that go by mail as the tests see them: the mails, the profile that sends them, and who can log in.

use crate::premises::School;
use crate::support::entctl::Entctl;
use crate::support::output::Output;
use crate::support::smtp::Smtp;
use mail_parser::MessageParser;
use std::path::Path;
use std::time::Duration;

pub const PARENT: &str = "parent_college";
pub const OTHER: &str = "mother_older_links";

/// A mail as its reader sees it.
pub struct Mail {
    pub to: String,
    pub text: String,
    /// Name in the world.
    pub id: String,
}

impl Mail {
    pub fn parse(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).expect("a mail");
        let to = mail.to().and_then(|a| a.first()).expect("to");
        Mail {
            to: to.address().expect("an address").to_owned(),
            text: mail.body_text(0).expect("text").into_owned(),
            id: mail.message_id().expect("an id").to_owned(),
        }
    }

    /// The temporary passwords in it, in either language.
    pub fn passwords(&self) -> Vec<String> {
        self.text
            .lines()
            .filter(|line| {
                line.starts_with("Temporary password:")
                    || line.starts_with("Mot de passe provisoire")
            })
            .filter_map(|line| line.split_whitespace().last().map(str::to_owned))
            .collect()
    }

    pub fn password(&self) -> String {
        let passwords = self.passwords();
        assert_eq!(passwords.len(), 1, "{}", self.text);
        passwords[0].clone()
    }
}

pub fn mails(school: &School) -> Vec<Mail> {
    let mails = school.sandbox().mails();
    mails.iter().map(|m| Mail::parse(m.as_bytes())).collect()
}

pub fn send(school: &School, who: &[&str]) -> Entctl {
    let logins: Vec<String> = who.iter().map(|who| school.login(who)).collect();
    school
        .college(&["password", "send", "--yes", "--format", "json"])
        .args(logins)
}

/// Checks that a password works, and lets nobody past the change.
#[track_caller]
pub fn assert_temporary(school: &School, who: &str, password: &str) {
    let bound = school.bind(who, password);
    assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
}

#[track_caller]
pub fn assert_old(school: &School, who: &str) {
    let bound = school.bind(who, &school.old_password(who));
    assert_eq!((bound.code, bound.must_change), (0, false), "{bound:?}");
}

#[track_caller]
pub fn assert_not_old(school: &School, who: &str) {
    assert_ne!(school.bind(who, &school.old_password(who)).code, 0);
}

/// All that stands in a folder, files of the mail folder aside.
pub fn everything_in(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.push_str(&everything_in(&path));
        } else if path.extension().is_none_or(|e| e != "eml") {
            all.push_str(&String::from_utf8_lossy(
                &std::fs::read(&path).unwrap_or_default(),
            ));
        }
    }
    all
}

pub fn change(school: &School, who: &str, ldif: &str) {
    let whole = format!("dn: {}\nchangetype: modify\n{ldif}\n", school.dn(who));
    school.manage().modify(&whole).expect_success();
}

/// Where a person's mail is to go.
pub fn redirect(school: &School, who: &str, to: &str) {
    change(
        school,
        who,
        &format!(
            "add: objectClass\nobjectClass: entctlMailRedirectAccount\n-\nadd: \
             entctlMailRedirect\nentctlMailRedirect: {to}"
        ),
    );
}

/// A profile `smtp` of the inter-school administrator that sends through this server; `url` of the directory.
pub fn with_server(school: &School, server: &Smtp, url: &str, more: &str) {
    with_server_as(school, server, url, more, &inter(school));
}

pub fn with_server_as(school: &School, server: &Smtp, url: &str, more: &str, bind: &str) {
    let mail = format!(
        "server = \"smtp://127.0.0.1:{}\"\ntimeout = 1\nmax_per_minute = 10000\n{more}",
        server.port
    );
    profile(school, url, "", &mail, bind);
}

/// The same with other lines of the profile and of its mail.
pub fn profile(school: &School, url: &str, top: &str, mail: &str, bind: &str) {
    let tables = format!(
        "{top}[profiles.smtp.attributes]\ntemporary_until = \"entctlTemporaryPasswordEnd\"\n\
         temporary_class = \"entctlAccount\"\n\
         [profiles.smtp.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n\
         [profiles.smtp.recovery]\nparent = [\"redirect\", \"mail\"]\n\
         [profiles.smtp.mail]\nfrom = \"ent@example.test\"\n{mail}"
    );
    school.profile_as("smtp", url, &tables, bind);
}

/// The inter-school administrator's `bind` table.
pub fn inter(school: &School) -> String {
    let status = school.sandbox().status();
    format!(
        "dn = \"{}\"\npassword_file = \"{}\"\n",
        status.bind_dn,
        status.bind_password_file.display()
    )
}

/// That of the administrator who may read hashes.
pub fn manager(school: &School) -> String {
    let file = school
        .sandbox()
        .status()
        .bind_password_file
        .with_file_name("admin-manage");
    format!(
        "dn = \"uid=admin-manage,ou=administrateurs,{}\"\npassword_file = \"{}\"\n",
        school.sandbox().base_dn(),
        file.display()
    )
}

pub fn send_by(school: &School, who: &[&str]) -> Entctl {
    let logins: Vec<String> = who.iter().map(|who| school.login(who)).collect();
    school
        .with("smtp", &["password", "send", "--yes", "--format", "json"])
        .args(logins)
        .timeout(Duration::from_secs(60))
}

pub fn states(school: &School, profile: &str, run: &str) -> Vec<String> {
    let shown = school
        .with(profile, &["history", "show", run, "--format", "json"])
        .run()
        .expect_success()
        .json();
    let accounts = shown["accounts"].as_array().expect("accounts").clone();
    accounts
        .iter()
        .map(|a| a["mail"].as_str().expect("a state").to_owned())
        .collect()
}

/// The runs of the profile `smtp`, in the order they were begun.
pub fn runs(school: &School) -> Vec<String> {
    let folder = school.history("smtp").join("runs");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<(std::time::SystemTime, String)> = entries
        .flatten()
        .filter_map(|entry| {
            // One that is just beginning has none yet.
            let manifest = std::fs::metadata(entry.path().join("manifest.json"));
            let begun = manifest.and_then(|file| file.modified()).ok()?;
            Some((begun, entry.file_name().to_string_lossy().into_owned()))
        })
        .collect();
    names.sort();
    names.into_iter().map(|(_, name)| name).collect()
}

pub fn received(server: &Smtp) -> Vec<Mail> {
    server
        .received()
        .iter()
        .map(|m| Mail::parse(&m.data))
        .collect()
}

/// Refused with this code, and with what to do.
#[track_caller]
pub fn refused(output: Output, code: &str) {
    let output = output.expect_status(6);
    let errors = output.json_errors();
    assert_eq!(errors[0]["code"], code, "{output}");
    assert!(
        errors[0]["hints"].as_array().is_some_and(|h| !h.is_empty()),
        "what to do\n{output}"
    );
}

/// Waits until a new password would bear another time than the one there is: the server's clock counts whole seconds.
pub fn next_second(school: &School, who: &str) {
    let changed = school.entry(who).one("pwdChangedTime").unwrap_or_default();
    crate::support::waiting::wait_until("the next second", || {
        jiff::Timestamp::now().strftime("%Y%m%d%H%M%SZ").to_string() > changed
    });
}
