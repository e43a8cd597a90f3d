//! What the cases play on: a sandbox, faulty files and faulty configurations beside it.

use crate::school::School;
use crate::support::ber::op;
use crate::support::entctl::{Entctl, Home, press_ctrl_c};
use crate::support::output::Output;
use crate::support::proxy::{Fault, Proxy, Step, When};
use crate::support::waiting::PATIENCE;
use entctl::i18n::Language;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc::channel;

/// What was typed, and what came back.
pub struct Said {
    /// The command line.
    pub command: String,
    /// Standard output, then standard error.
    pub answer: String,
    /// Exit status.
    pub status: i32,
}

/// The scenery; the current folder of every run is its home.
pub struct Stage {
    /// The sandbox.
    pub school: School,
}

impl Stage {
    /// Raises the sandbox and lays out the files.
    pub fn set() -> Self {
        let stage = Stage {
            school: School::small(),
        };
        stage.spreadsheets();
        stage.configurations();
        stage
    }

    /// Where everything stands.
    pub fn home(&self) -> &Home {
        self.school.home()
    }

    /// Runs `entctl ARGS` in this language.
    pub fn run(&self, language: Language, args: &[&str]) -> Said {
        self.run_as(language, args, |entctl| entctl)
    }

    /// The same, prepared further.
    pub fn run_as(
        &self,
        language: Language,
        args: &[&str],
        prepare: impl FnOnce(Entctl) -> Entctl,
    ) -> Said {
        let output = prepare(in_language(self.home().entctl(args), language)).run();
        told(args, &output)
    }

    /// Runs through a proxy with this step; `bureau.toml` leads there.
    pub fn run_through(&self, language: Language, step: Step, args: &[&str]) -> Said {
        let proxy = self.proxy(step);
        let said = self.run(language, args);
        proxy.wait_until_fired(1);
        said
    }

    /// Runs with a Ctrl-C at the first write. How many were written by then is left open.
    pub fn interrupt(&self, language: Language, args: &[&str]) -> Said {
        let (tell, pid) = channel::<u32>();
        let interrupt = Fault::call(move |_| {
            let pid = pid.recv_timeout(PATIENCE).expect("its process id");
            press_ctrl_c(pid);
        });
        let proxy = self.proxy(Step::done(When::Operation(op::MODIFY, 1), interrupt));
        let running = in_language(self.home().entctl(args), language).spawn();
        tell.send(running.pid()).expect("the proxy waits");
        let mut said = told(args, &running.wait());
        assert_eq!(proxy.fired(), 1, "{}", said.answer);
        said.answer = said
            .answer
            .lines()
            .map(|line| {
                let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
                match rest == line {
                    true => format!("{line}\n"),
                    false => format!("[N]{rest}\n"),
                }
            })
            .collect();
        said
    }

    /// A proxy with a configuration that leads there, and a new history.
    fn proxy(&self, step: Step) -> Proxy {
        let proxy = Proxy::with(self.school.sandbox.url(), [step]);
        let history = self.home().file("history");
        let _ = std::fs::remove_dir_all(&history);
        self.configuration(
            "bureau.toml",
            &format!("{:?}", proxy.url()),
            &format!("history = {history:?}\noperation_timeout = 1\nwindow = 1"),
            &self.good_bind(),
        );
        proxy
    }

    /// Runs where the folder `disk` has no room left; `args` without the slips.
    pub fn run_with_full_disk(&self, language: Language, args: &[&str]) -> Said {
        let args = &[args, &["--slips", "disk/slips.html", "--yes"][..]].concat();
        let script = "mkdir -p disk && mount -t tmpfs -o size=16k entctl-test disk || exit 99\n\
                      cat /dev/zero >disk/fill 2>/dev/null; exec \"$@\"";
        // Root may mount; anybody else may in a user namespace, where the kernel allows those.
        let unshare: &[&str] = if rustix::process::geteuid().is_root() {
            &["--mount"]
        } else {
            &["--mount", "--map-root-user"]
        };
        let run = self
            .home()
            .program("unshare", unshare)
            .args(["sh", "-c", script, "sh", env!("CARGO_BIN_EXE_entctl")])
            .args(args);
        told(args, &in_language(run, language).run())
    }

    /// A configuration with one profile, `ent`.
    fn configuration(&self, name: &str, url: &str, more: &str, bind: &str) {
        let base = self.school.sandbox.base_dn();
        let text = format!(
            "[profiles.ent]\nurls = [{url}]\nbase_dn = {base:?}\nschema = \"sdet\"\nsyslog = false\n{more}\n\n\
             [profiles.ent.bind]\n{bind}\n"
        );
        self.home().write(name, text);
    }

    fn good_bind(&self) -> String {
        let status = self.school.sandbox.status();
        format!(
            "dn = {:?}\npassword_file = {:?}",
            status.bind_dn, status.bind_password_file
        )
    }

    fn configurations(&self) {
        let status = self.school.sandbox.status().clone();
        let (url, ldaps) = (
            format!("{:?}", status.url),
            format!("{:?}", status.ldaps_url),
        );
        let good = self.good_bind();
        let secret = |name: &str, mode: u32| {
            let path = self.home().write(name, "pas-le-bon\n");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("mode");
            format!("dn = {:?}\npassword_file = {path:?}", status.bind_dn)
        };
        let ca = format!("ca_file = {:?}", status.ca_file);
        self.configuration("down.toml", "\"ldap://127.0.0.1:1\"", "", &good);
        self.configuration("wrong.toml", &url, "", &secret("wrong", 0o600));
        self.configuration("open.toml", &url, "", &secret("open", 0o644));
        self.configuration("unknown-ca.toml", &ldaps, "", &good);
        self.configuration("ca.toml", &ldaps, &ca, &good);
        let far = "\"ldap://annuaire.example.test\"";
        self.configuration("plain.toml", far, "", &good);
        self.configuration(
            "history.toml",
            &url,
            "history = \"/dev/null/historique\"",
            &good,
        );
        let shared = self.home().file("open-history");
        std::fs::create_dir(&shared).expect("a folder");
        std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o777)).expect("mode");
        self.configuration(
            "open-history.toml",
            &url,
            &format!("history = {shared:?}"),
            &good,
        );
        self.configuration("mistakes.toml", &url, "opration_timeout = 5", "dn = ");
        self.configuration(
            "unknown-key.toml",
            &url,
            "opration_timeout = 5\nca_file = 12",
            &good,
        );
        self.configuration(
            "protected.toml",
            &url,
            "protected = \"(sn=Lefèvre)\"",
            &good,
        );
        let anonymous = "method = \"anonymous\"";
        self.configuration("nobody.toml", &url, "", anonymous);
    }

    fn spreadsheets(&self) {
        let home = self.home();
        // More than are written at a time, and nobody who would be named for another reason.
        let mut many = "login\n".to_owned();
        for pupil in self.school.pupils("(!(pwdAccountLockedTime=*))") {
            many.push_str(&pupil.login);
            many.push('\n');
        }
        home.write("many.csv", many);
        home.write("empty.csv", "");
        home.write("titles.csv", "login\n");
        home.write("no-column.csv", "Chien;Chat\nRex;Félix\n");
        home.write(
            "row.csv",
            "login;classe\nzoe.lefevre;6A\nmael.oeuvrard;6A;de trop\nhugo.martin;3A\n",
        );
        home.write("cell.csv", "login;classe\nzoe.lefevre;6A\n;6A\n");
        home.write("cut.csv", "login\nzoe.lefevre\nmael.oe");
        home.write("quote.csv", "login\n\"zoe.lefevre\nmael.oeuvrard\n");
        home.write(
            "twice.csv",
            "login\nzoe.lefevre\nmael.oeuvrard\nZOE.LEFEVRE\n",
        );
        home.write("bytes.csv", b"login\nzo\x81\x8d.lefevre\n");
        home.write("nul.csv", b"login\nzoe\0.lefevre\n");
        home.write(
            "people.csv",
            "nom;prénom;classe\nLefèvre;Zoé;6A\nDupond;Lea;6A\nDupont;Léa;\nBernard;Lucas;\n",
        );
        home.write("windows.csv", b"Nom;Pr\xe9nom\r\nLef\xe8vre;Zo\xe9\r\n");
        let utf16: Vec<u8> = "\u{feff}Nom;Prénom\r\nŒuvrard;Maël\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        home.write("utf16.csv", utf16);
        home.write(
            "passwords.csv",
            "login;password\nzoe.lefevre;assez-long-pour-tous\nmael.oeuvrard;court\n",
        );
        home.write("kept.csv", "déjà là\n");
    }
}

/// entctl in this language.
pub fn in_language(entctl: Entctl, language: Language) -> Entctl {
    match language {
        Language::En => entctl,
        Language::Fr => entctl.french(),
    }
}

/// What was typed and what came.
pub fn told(args: &[&str], output: &Output) -> Said {
    let status = output
        .status
        .unwrap_or_else(|| 128 + output.signal.unwrap_or_default());
    Said {
        command: typed(args),
        answer: format!("{}{}", output.stdout, output.stderr),
        status,
    }
}

/// The line as one types it in a shell.
pub fn typed(args: &[&str]) -> String {
    let quoted = args.iter().map(|arg| {
        let plain = |c: char| c.is_alphanumeric() || "-_./:@%=".contains(c);
        if !arg.is_empty() && arg.chars().all(plain) {
            (*arg).to_owned()
        } else if arg.chars().any(char::is_control) {
            format!("$'{}'", arg.escape_default())
        } else {
            format!("'{}'", arg.replace('\'', "'\\''"))
        }
    });
    std::iter::once("entctl".to_owned())
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}
