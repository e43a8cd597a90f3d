//! What the cases play on: a sandbox, faulty files and faulty configurations beside it.

use crate::school::School;
use crate::support::entctl::{Entctl, Home};
use crate::support::output::Output;
use crate::support::proxy::{Proxy, Step};
use entctl::i18n::Language;
use std::os::unix::fs::PermissionsExt as _;

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
        let proxy = Proxy::with(self.school.sandbox.url(), [step]);
        let history = self.home().file(format!("history-{}", proxy.url().len()));
        let _ = std::fs::remove_dir_all(&history);
        self.configuration(
            "bureau.toml",
            &format!("{:?}", proxy.url()),
            &format!("history = {history:?}\noperation_timeout = 1"),
            &self.good_bind(),
        );
        let said = self.run(language, args);
        proxy.wait_until_fired(1);
        said
    }

    /// A configuration with one profile, `ent`.
    fn configuration(&self, name: &str, url: &str, more: &str, bind: &str) {
        let base = self.school.sandbox.base_dn();
        let text = format!(
            "[profiles.ent]\nurls = [{url}]\nbase_dn = {base:?}\nschema = \"sdet\"\n{more}\n\n\
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
