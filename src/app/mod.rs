//! The composition root: the only place that names concrete adapters and puts the parts together.

use crate::cli::GlobalArgs;
use crate::config::{self, Authentication, Config, Profile};
use crate::directory::ldap::{Credentials, LdapDirectory, Settings};
use crate::directory::{Directory, DirectoryWriter};
use crate::domain::change::Plan;
use crate::domain::job::JobName;
use crate::domain::password::PolicyRules;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{Door, Speed, Transactions};
use crate::explain;
use crate::history::files::FileHistory;
use crate::history::journal::Journal;
use crate::history::{Delivery, FORMAT_VERSION, History, Manifest, RunId};
use crate::i18n::Text;
use crate::output::Printer;
use crate::people::{Bases, People, PolicyPlace, Scope};
use crate::plan_file::About;
use crate::sandbox::SandboxPaths;
use crate::schema::Schema;
use crate::surroundings::Surroundings;
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

mod files;
mod jobs;
mod keyboard;
mod ldif;
mod mail;
mod mail_rules;
mod reviews;
mod slips;
mod spool;

pub use keyboard::Typed;
pub use mail::PostOffice;

/// Requests under way at once on one connection, however few of them may be writes.
const LEAST_WINDOW: usize = 16;

/// What every command is given: what was asked globally, and how to reach everything else.
pub struct App {
    /// Where answers and talk go.
    pub printer: Printer,
    global: GlobalArgs,
    surroundings: Surroundings,
    config: OnceLock<Config>,
    command_line: Vec<String>,
    interrupted: Arc<AtomicBool>,
    interrupted_twice: Arc<Notify>,
    /// Whether Ctrl-C is watched for already.
    watching: AtomicBool,
}

/// A directory opened for reading, with the profile it belongs to.
pub struct Office {
    /// The profile.
    pub profile: Profile,
    /// The people, within the profile's schools.
    pub people: People,
    ldap: LdapDirectory,
}

/// What a run is for: its manifest's part that a verb decides.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// The command's two words, such as `account lock`.
    pub verb: String,
    /// Why, as given with `--reason`.
    pub reason: Option<String>,
    /// How new passwords are handed out.
    pub delivery: Delivery,
    /// Kind of new passwords.
    pub style: Option<String>,
    /// The job that this is a run of.
    pub job: Option<JobName>,
    /// Seal of the saved plan that is carried out.
    pub plan: Option<String>,
    /// The run that is taken back.
    pub undoes: Option<RunId>,
    /// Rows of the file that says how everything is to be; the next one is measured by it.
    pub rows: Option<u64>,
    /// Whether these are first letters, judged by another rule; kept in a saved plan.
    pub first: bool,
    /// When the new passwords end, where they do.
    pub valid_until: Option<Timestamp>,
}

impl Purpose {
    /// A run of this verb, without anything else.
    pub fn of(verb: impl Into<String>) -> Self {
        Purpose {
            verb: verb.into(),
            reason: None,
            delivery: Delivery::None,
            style: None,
            job: None,
            plan: None,
            undoes: None,
            rows: None,
            first: false,
            valid_until: None,
        }
    }
}

/// A person's own connection, for changing the own password.
pub struct OwnConnection {
    /// Whether the server asks for a new password before anything else.
    pub must_change: bool,
    /// The door, for this one write.
    pub door: Door,
}

impl App {
    /// Puts the parts together that need no directory.
    pub fn new(
        printer: Printer,
        global: GlobalArgs,
        surroundings: Surroundings,
        command_line: Vec<String>,
    ) -> Self {
        App {
            printer,
            global,
            surroundings,
            config: OnceLock::new(),
            command_line,
            interrupted: Arc::new(AtomicBool::new(false)),
            interrupted_twice: Arc::new(Notify::new()),
            watching: AtomicBool::new(false),
        }
    }

    /// The moment, from the system's clock.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The user of the machine.
    pub fn user(&self) -> String {
        self.surroundings.user()
    }

    /// The machine's name.
    pub fn host(&self) -> String {
        self.surroundings.host()
    }

    /// The profile's name as far as it was given, for lines that a person is to type.
    pub fn profile_name(&self) -> String {
        self.profile()
            .map(|profile| profile.name)
            .unwrap_or_default()
    }

    /// Where sandboxes live.
    pub fn sandboxes(&self) -> SandboxPaths {
        SandboxPaths::new(self.surroundings.state_folder().join("sandboxes"))
    }

    /// The configuration: the person's file, and the profiles of the sandboxes that are up; read once.
    ///
    /// # Errors
    /// A file that cannot be read, or mistakes in it.
    pub fn config(&self) -> Result<&Config> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        let config = config::load(
            self.global.config.as_deref(),
            &self.surroundings.config_file(),
            &crate::sandbox::config_files(&self.sandboxes()),
        )?;
        Ok(self.config.get_or_init(|| config))
    }

    /// The profile asked for.
    ///
    /// # Errors
    /// As [`App::config`]; no such profile.
    pub fn profile(&self) -> Result<Profile> {
        self.config()?
            .profile(self.global.profile.as_deref())
            .cloned()
    }

    /// Where the history is of a profile that does not say.
    fn history_folder(&self) -> std::path::PathBuf {
        self.surroundings.state_folder().join("history")
    }

    /// The history of a profile.
    pub fn history(&self, profile: &Profile) -> Arc<dyn History> {
        let root = profile
            .history
            .clone()
            .unwrap_or_else(|| self.history_folder());
        let files = Arc::new(FileHistory::new(root));
        match &profile.syslog {
            Some(socket) => Arc::new(Journal::new(files, socket.clone())),
            None => files,
        }
    }

    /// Opens the directory for reading. Nothing that is made here can write.
    ///
    /// # Errors
    /// Configuration, bind password, connection, login.
    pub async fn open(&self) -> Result<Office> {
        let profile = self.profile()?;
        self.open_as(profile).await
    }

    /// The same for a profile that was read before.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_as(&self, profile: Profile) -> Result<Office> {
        let credentials = self.credentials(&profile)?;
        let ldap = LdapDirectory::connect(settings(&profile, credentials))
            .await
            .map_err(explain::directory)?;
        let session = Directory::session(&ldap);
        self.printer.trace(&format!(
            "connected to {} as {}",
            session.url,
            session
                .bound_as
                .as_deref()
                .unwrap_or("whom the server takes us for")
        ));
        Ok(office(profile, ldap))
    }

    /// The door for writes of an opened directory. Asked for only once a plan is to be carried out: a
    /// simulation never calls this.
    pub fn door(&self, office: &Office) -> Door {
        Door::new(
            Arc::new(office.ldap.clone()) as Arc<dyn Directory>,
            Arc::new(office.ldap.clone()) as Arc<dyn DirectoryWriter>,
            self.history(&office.profile),
            Timestamp::now,
            self.interrupted.clone(),
            office.people.schema(),
            speed(&office.profile),
        )
    }

    /// Logs a person in with their own password, to change it.
    ///
    /// # Errors
    /// Wrong password, locked account, connection.
    pub async fn own_connection(
        &self,
        profile: &Profile,
        dn: crate::domain::dn::Dn,
        password: &Password,
    ) -> Result<OwnConnection> {
        let credentials = Credentials::Simple {
            dn,
            password: password.clone(),
        };
        let (ldap, bind) = LdapDirectory::connect_as_person(settings(profile, credentials))
            .await
            .map_err(explain::own_login)?;
        let schema = schema(profile);
        Ok(OwnConnection {
            must_change: bind.must_change,
            door: Door::new(
                Arc::new(ldap.clone()),
                Arc::new(ldap),
                self.history(profile),
                Timestamp::now,
                self.interrupted.clone(),
                &schema,
                speed(profile),
            ),
        })
    }

    /// Opens the directory without a name, to find a login; for `password change` without an account in the
    /// configuration.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_anonymously(&self, profile: &Profile) -> Result<Office> {
        let ldap = LdapDirectory::connect(settings(profile, Credentials::Anonymous))
            .await
            .map_err(explain::directory)?;
        Ok(office(profile.clone(), ldap))
    }

    /// Watches for Ctrl-C from now on: the writes under way are finished, no new one begins. A second
    /// Ctrl-C ends the process at once; what is left then is for `history resume`.
    pub fn watch_interrupt(&self) {
        if self.watching.swap(true, Ordering::Relaxed) {
            return;
        }
        let interrupted = self.interrupted.clone();
        let twice = self.interrupted_twice.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if interrupted.swap(true, Ordering::Relaxed) {
                    twice.notify_one();
                }
            }
        });
    }

    /// Whether Ctrl-C was pressed since [`App::watch_interrupt`].
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Returns when Ctrl-C was pressed a second time.
    pub async fn interrupted_twice(&self) {
        self.interrupted_twice.notified().await;
    }

    /// The manifest of a run: who, where, what, why. Its name is given by the history.
    pub fn manifest(&self, office: &Office, purpose: Purpose) -> Manifest {
        self.manifest_for(&office.profile, office.session(), purpose)
    }

    /// The same for a connection that is not the profile's own.
    pub fn manifest_for(
        &self,
        profile: &Profile,
        session: crate::directory::Session,
        purpose: Purpose,
    ) -> Manifest {
        let started_at = self.now();
        let Purpose {
            verb,
            reason,
            delivery,
            style,
            job,
            plan,
            undoes,
            rows,
            first: _,
            valid_until,
        } = purpose;
        Manifest {
            format_version: FORMAT_VERSION,
            run: RunId::new(started_at, "0000"),
            verb,
            command: self.command_line.clone(),
            reason,
            started_at,
            user: self.surroundings.user(),
            sudo_user: self.surroundings.sudo_user(),
            host: self.surroundings.host(),
            pid: std::process::id(),
            profile: profile.name.clone(),
            url: session.url,
            base_dn: profile.base_dn.clone(),
            bound_as: session.bound_as,
            delivery,
            style,
            job,
            plan,
            undoes,
            left_out: 0,
            rows,
            valid_until,
        }
    }

    /// What a plan that is saved says of itself. `purpose` is that of the run to come.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn about_plan(
        &self,
        office: &Office,
        purpose: &Purpose,
        plan: &Plan,
    ) -> Result<About> {
        Ok(About {
            verb: purpose.verb.clone(),
            made_at: self.now(),
            user: self.surroundings.user(),
            sudo_user: self.surroundings.sudo_user(),
            host: self.surroundings.host(),
            profile: office.profile.name.clone(),
            base_dn: office.profile.base_dn.clone(),
            directory: office.people.directory_id(&office.profile.base_dn).await?,
            reason: purpose.reason.clone(),
            style: purpose.style.clone(),
            first: purpose.first,
            valid_until: purpose.valid_until,
            undoes: purpose.undoes.clone(),
            job: purpose.job.clone(),
            rows: purpose.rows,
            changes: plan.changes.len() as u64,
            refusals: plan.refusals.len() as u64,
            unchanged: plan.unchanged.clone(),
        })
    }

    /// The rules for passwords: the server's, where they can be read, and the configured least length.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn policy(&self, office: &Office) -> Result<PolicyRules> {
        let place = office.policy_place();
        let minimum = office.profile.passwords.minimum_length;
        crate::people::policy_rules(&office.people, &place, minimum).await
    }

    /// How a profile's directory writes things down.
    pub fn schema_of(&self, profile: &Profile) -> Schema {
        schema(profile)
    }

    fn credentials(&self, profile: &Profile) -> Result<Credentials> {
        Ok(match &profile.authentication {
            Authentication::Anonymous => Credentials::Anonymous,
            Authentication::External => Credentials::External,
            Authentication::Simple { dn, password } => {
                let password = config::read_password(password, &mut || {
                    if !self.printer.can_ask() {
                        return Err(CommandError::usage(
                            "password-prompt-impossible",
                            Text::new("app-password-prompt-impossible")
                                .with("profile", &profile.name),
                        )
                        .hint(Text::new("app-password-prompt-impossible-hint")));
                    }
                    self.ask_secret(&Text::new("app-admin-password").with("profile", &profile.name))
                })?;
                Credentials::Simple {
                    dn: dn.clone(),
                    password,
                }
            }
        })
    }

    /// Asks for a secret without showing it.
    ///
    /// # Errors
    /// Interrupted; no terminal.
    pub fn ask_secret(&self, question: &Text) -> Result<Password> {
        let question = format!("{} ", self.printer.say(question));
        match keyboard::ask_hidden(&question) {
            Ok(text) => Ok(Password::new(text)),
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof
                ) =>
            {
                Err(CommandError::new(
                    ExitStatus::Interrupted,
                    "interrupted",
                    Text::new("nothing-done"),
                ))
            }
            Err(error) => Err(
                CommandError::usage("no-terminal", Text::new("app-no-terminal"))
                    .technical(error.to_string()),
            ),
        }
    }
}

impl App {
    /// Waits for a key at the terminal, shown nowhere and without Enter where the terminal can do that.
    pub fn ask_key(&self) -> Typed {
        keyboard::ask_key()
    }
}

impl Office {
    /// Where the server's rules for passwords stand.
    pub fn policy_place(&self) -> PolicyPlace {
        PolicyPlace {
            entry: self.profile.policy_dn.clone(),
            base: self.profile.base_dn.clone(),
        }
    }

    /// Where the connection stands.
    pub fn session(&self) -> crate::directory::Session {
        Directory::session(&self.ldap)
    }
}

fn office(profile: Profile, ldap: LdapDirectory) -> Office {
    let people = People::new(
        Arc::new(ldap.clone()),
        Arc::new(schema(&profile)),
        Bases {
            people: profile.people_base.clone(),
            schools: profile.structures_base.clone(),
            groups: profile.groups_base.clone(),
        },
        Scope::new(
            profile.schools.iter().flatten().cloned().collect(),
            &profile.classes,
            profile.roles.iter().copied().collect(),
        ),
    );
    Office {
        profile,
        people,
        ldap,
    }
}

fn schema(profile: &Profile) -> Schema {
    // The configuration has checked the preset's name.
    Schema::preset(profile.schema.as_str(), &profile.attributes)
        .expect("a preset that the configuration knows is embedded")
}

fn speed(profile: &Profile) -> Speed {
    Speed {
        window: profile.window,
        transactions: match profile.transactions {
            config::Transactions::Off => None,
            wanted => Some(Transactions {
                most: profile.transaction_changes,
                although_replicated: wanted == config::Transactions::GuardedAlthoughReplicated,
                base: profile.base_dn.clone(),
            }),
        },
    }
}

fn settings(profile: &Profile, credentials: Credentials) -> Settings {
    Settings {
        urls: profile.urls.clone(),
        start_tls: profile.start_tls,
        ca_file: profile.ca_file.clone(),
        client_certificate: profile.client_certificate.clone(),
        client_key: profile.client_key.clone(),
        credentials,
        connect_timeout: profile.connect_timeout,
        operation_timeout: profile.operation_timeout,
        page_size: profile.page_size,
        allow_plaintext_password: profile.allow_plaintext_password,
        window: profile.window.max(LEAST_WINDOW),
    }
}
