//! Arguments that several commands share.

use crate::domain::account::Role;
use crate::domain::job::JobName;
use crate::domain::limits::ChangeLimit;
use crate::i18n::Language;
use crate::output::{Color, Format};
use std::path::PathBuf;

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
pub struct GlobalArgs {
    /// Configuration file to read instead of the usual one
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        env = "ENTCTL_CONFIG",
        help_heading = "Global options"
    )]
    pub config: Option<PathBuf>,

    /// Profile of the configuration: which directory, as whom, which schools
    #[arg(
        long,
        value_name = "NAME",
        global = true,
        env = "ENTCTL_PROFILE",
        help_heading = "Global options"
    )]
    pub profile: Option<String>,

    /// How answers are written
    #[arg(
        long,
        value_name = "FORMAT",
        global = true,
        value_enum,
        default_value = "table",
        help_heading = "Global options"
    )]
    pub format: FormatChoice,

    /// Language of messages: en or fr
    #[arg(
        long,
        value_name = "LANGUAGE",
        global = true,
        value_enum,
        help_heading = "Global options"
    )]
    pub lang: Option<LanguageChoice>,

    /// Say nothing but warnings and errors
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,

    /// Tell how things went, in technical words
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,

    /// Never ask; fail where an answer would be needed
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_input: bool,

    /// When to use colours
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        value_enum,
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub color: ColorChoice,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FormatChoice {
    /// Tables and sentences for people.
    Table,
    /// JSON, for programs.
    Json,
    /// CSV, for spreadsheets.
    Csv,
    /// LDIF change records, for ldapmodify (plan show, history show).
    Ldif,
}

impl From<FormatChoice> for Format {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Table => Format::Table,
            FormatChoice::Json => Format::Json,
            FormatChoice::Csv => Format::Csv,
            FormatChoice::Ldif => Format::Ldif,
        }
    }
}

/// `--lang`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LanguageChoice {
    /// English.
    En,
    /// French.
    Fr,
}

impl LanguageChoice {
    /// The language a word on the command line names, before the command line is parsed.
    pub fn named(word: &str) -> Option<Self> {
        <Self as clap::ValueEnum>::from_str(word, true).ok()
    }
}

impl From<LanguageChoice> for Language {
    fn from(choice: LanguageChoice) -> Self {
        match choice {
            LanguageChoice::En => Language::En,
            LanguageChoice::Fr => Language::Fr,
        }
    }
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<ColorChoice> for Color {
    fn from(choice: ColorChoice) -> Self {
        match choice {
            ColorChoice::Auto => Color::Auto,
            ColorChoice::Always => Color::Always,
            ColorChoice::Never => Color::Never,
        }
    }
}

/// `--role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RoleChoice {
    /// Pupils.
    Pupil,
    /// Parents.
    Parent,
    /// Teachers.
    Teacher,
    /// Other staff.
    Staff,
}

impl RoleChoice {
    /// Everybody.
    pub const ALL: [RoleChoice; 4] = [
        RoleChoice::Pupil,
        RoleChoice::Parent,
        RoleChoice::Teacher,
        RoleChoice::Staff,
    ];
}

impl From<RoleChoice> for Role {
    fn from(choice: RoleChoice) -> Self {
        match choice {
            RoleChoice::Pupil => Role::Pupil,
            RoleChoice::Parent => Role::Parent,
            RoleChoice::Teacher => Role::Teacher,
            RoleChoice::Staff => Role::Staff,
        }
    }
}

/// Whose accounts: named one by one, by a file, or by what they have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct TargetArgs {
    /// Accounts: login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT")]
    pub accounts: Vec<String>,

    /// People of this class: its pupils, their parents or its teachers, whomever the command is for
    #[arg(
        long,
        value_name = "CLASS",
        help_heading = "Whose accounts",
        conflicts_with = "accounts"
    )]
    pub class: Option<String>,

    /// Members of this group
    #[arg(
        long,
        value_name = "GROUP",
        help_heading = "Whose accounts",
        conflicts_with = "accounts"
    )]
    pub group: Option<String>,

    /// People of the school with this UAI number
    #[arg(
        long,
        value_name = "UAI",
        help_heading = "Whose accounts",
        conflicts_with = "accounts"
    )]
    pub school: Option<String>,

    /// People of this role
    #[arg(
        long,
        value_name = "ROLE",
        value_enum,
        help_heading = "Whose accounts",
        conflicts_with = "accounts"
    )]
    pub role: Vec<RoleChoice>,

    /// People matched by an RFC 4515 filter
    #[arg(
        long,
        value_name = "FILTER",
        help_heading = "Whose accounts",
        conflicts_with = "accounts"
    )]
    pub filter: Option<String>,

    /// Accounts named in a CSV file (- for standard input): a column login, or any other identifier
    #[arg(long, value_name = "FILE", help_heading = "Whose accounts", conflicts_with_all = ["accounts", "class", "group", "school", "role", "filter"])]
    pub from: Option<PathBuf>,
}

/// Options of every command that plans and writes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct WriteArgs {
    /// Save what would be done in this file, and do nothing: for plan show and plan apply
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Before writing",
        conflicts_with = "dry_run"
    )]
    pub plan: Option<PathBuf>,

    /// The others.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Whether the people concerned are told by mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
pub struct NoticeArgs {
    /// Tell the people concerned by mail, at their former and at their new address (usual for one account that is named, where the configuration says how to send mail)
    #[arg(long, help_heading = "Before writing", conflicts_with = "no_notify")]
    pub notify: bool,

    /// Tell nobody by mail
    #[arg(long, help_heading = "Before writing")]
    pub no_notify: bool,
}

/// Options of every command that writes, a saved plan too.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RunArgs {
    /// Show what would be done, and do nothing
    #[arg(long, help_heading = "Before writing")]
    pub dry_run: bool,

    /// Do not ask for confirmation
    #[arg(long, short, help_heading = "Before writing")]
    pub yes: bool,

    /// Why, for the history
    #[arg(long, value_name = "TEXT", help_heading = "Before writing")]
    pub reason: Option<String>,

    /// Refuse to change more accounts than this: a number, or a share, such as 10%, of all whom the profile may change (usual for account lock, account refresh, mail sync and password expire: 10%, but at least 50 accounts)
    #[arg(long, value_name = "N|P%", help_heading = "Before writing")]
    pub max_changes: Option<ChangeLimit>,

    /// Leave out the accounts that are refused, name them, and do the others
    #[arg(long, help_heading = "Before writing")]
    pub keep_going: bool,

    /// With --keep-going, write the accounts left out to this new CSV file, to be mended and read again (usual with --from FILE: beside it, as FILE-rejects.csv)
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Before writing",
        requires = "keep_going"
    )]
    pub rejects: Option<PathBuf>,

    /// With --dry-run or --plan, exit with 4 where there is something to change
    #[arg(long, help_heading = "For scripts")]
    pub detailed_exitcode: bool,

    /// Run as this job: never two at once, and found again with history list --job
    #[arg(long, value_name = "NAME", help_heading = "For scripts")]
    pub job: Option<JobName>,

    /// Wait so long for another run of the same job to end (that of --job, or the command's own)
    #[arg(long, value_name = "SECONDS", help_heading = "For scripts")]
    pub wait: Option<u64>,
}

impl RunArgs {
    /// The same as a run of a job: the one that was asked for, else the command's own.
    #[must_use]
    pub fn as_job(&self, own: &str) -> RunArgs {
        RunArgs {
            job: self.job.clone().or_else(|| own.parse().ok()),
            ..self.clone()
        }
    }
}
