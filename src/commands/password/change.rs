//! `entctl password change`: one's own password, the old one first, the new one twice.

use crate::app::{App, Purpose};
use crate::domain::account::AccountRef;
use crate::domain::change::{Change, Modification, NewValue, Operation};
use crate::domain::password::{self, PersonalWords, PolicyRules, Rule, Weakness};
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::Format;
use serde::Serialize;

/// Change one's own password.
#[derive(Debug, Clone, clap::Args)]
pub struct ChangeArgs {
    /// One's login; asked for where it is missing
    #[arg(value_name = "ACCOUNT")]
    pub account: Option<String>,

    /// Read the old and the new password from standard input, one a line, instead of asking
    #[arg(long)]
    pub stdin: bool,
}

#[derive(Serialize)]
struct ChangedJson {
    r#type: &'static str,
    outcome: &'static str,
    account: AccountRef,
    run: String,
}

/// Who wants to change their password, and the rules as far as they could be read.
struct Person {
    account: AccountRef,
    given_name: String,
    family_name: String,
    rules: PolicyRules,
}

/// Tells the story: who, the old password, the rules in words, the new one twice, the change.
///
/// # Errors
/// Wrong old password (11); refused by the rules (6); not found (5); directory.
pub async fn run(app: &App, args: &ChangeArgs) -> Result<ExitStatus> {
    let login = match &args.account {
        Some(login) => login.clone(),
        None if app.printer.can_ask() => app
            .printer
            .ask(&Text::new("change-login"))?
            .trim()
            .to_owned(),
        None => {
            return Err(CommandError::usage(
                "account-missing",
                Text::new("change-account-missing"),
            ));
        }
    };
    let person = find(app, &login).await?;
    let mut typed = if args.stdin {
        Some(app.read_secrets_from_stdin(2)?)
    } else {
        None
    };
    let old = match &mut typed {
        Some(typed) => typed.remove(0),
        None => app.ask_secret(&Text::new("change-old"))?,
    };
    let profile = app.profile()?;
    let own = app
        .own_connection(&profile, person.account.dn.clone(), &old)
        .await?;
    let new = match &mut typed {
        Some(typed) => typed.remove(0),
        None => ask_new(app, &person, own.must_change)?,
    };
    check(&new, &old, &person)?;
    let purpose = Purpose::of("password change");
    let manifest = app.manifest_for(&profile, own.door.session(), purpose);
    let attribute = app.schema_of(&profile).password().to_owned();
    let change = Change {
        account: person.account.clone(),
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on: Vec::new(),
        modifications: vec![Modification::Replace {
            attribute,
            values: vec![NewValue::Password],
        }],
        before: Vec::new(),
        notes: Vec::new(),
    };
    let run = own
        .door
        .change_own_password(manifest, &change, &old, &new)
        .await?;
    if app.printer.format() == Format::Json {
        app.printer.json(&ChangedJson {
            r#type: "password-change",
            outcome: "done",
            account: person.account,
            run: run.to_string(),
        });
    } else {
        app.printer.note(&Text::new("change-done"));
    }
    Ok(ExitStatus::Done)
}

/// Finds the person's own entry: by the configured pattern where there is one (no search right is needed
/// then), else with the configured account, else without a name.
async fn find(app: &App, login: &str) -> Result<Person> {
    let profile = app.profile()?;
    let minimum = profile.passwords.minimum_length;
    if let Some(template) = &profile.user_dn_template {
        return Ok(Person {
            account: AccountRef {
                dn: template.dn_for(login),
                uid: None,
                login: Some(login.to_owned()),
                name: login.to_owned(),
            },
            given_name: String::new(),
            family_name: String::new(),
            rules: PolicyRules::unlimited().at_least(minimum),
        });
    }
    let office = match app.open().await {
        Ok(office) => office,
        // The configured account is of no use here: a person who only wants to change the own password
        // need not have it.
        Err(error) if matches!(error.status(), ExitStatus::Denied | ExitStatus::Usage) => {
            app.open_anonymously(&profile).await?
        }
        Err(error) => return Err(error),
    };
    let Some(account) = office.people.by_login(login).await? else {
        return Err(CommandError::new(
            ExitStatus::NotFound,
            "not-found",
            Text::new("change-not-found").with("text", login),
        )
        .hint(Text::new("change-not-found-hint")));
    };
    Ok(Person {
        rules: app.policy(&office).await?,
        account: account.reference(),
        given_name: account.given_name,
        family_name: account.family_name,
    })
}

/// Says the rules, then asks twice until both are the same and the rules are met.
fn ask_new(app: &App, person: &Person, must_change: bool) -> Result<Password> {
    if must_change {
        app.printer.note(&Text::new("change-must"));
    }
    app.printer.note(&Text::new("change-rules"));
    for rule in password::explain(&person.rules) {
        app.printer.note(&rule_text(&rule));
    }
    loop {
        let new = app.ask_secret(&Text::new("change-new"))?;
        if let Some(weakness) = weaknesses(&new, person).first() {
            app.printer.warn(&weakness_text(weakness));
            continue;
        }
        let again = app.ask_secret(&Text::new("change-again"))?;
        if new == again {
            return Ok(new);
        }
        app.printer.warn(&Text::new("change-differ"));
    }
}

/// What is wrong with the new password. A login or a name is refused here too: the owner has no reason
/// for it that a school might have.
fn weaknesses(new: &Password, person: &Person) -> Vec<Weakness> {
    let words = PersonalWords {
        login: person.account.login.as_deref(),
        given: &person.given_name,
        family: &person.family_name,
    };
    password::check(new, &person.rules, &words)
}

fn check(new: &Password, old: &Password, person: &Person) -> Result<()> {
    if new == old {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "password-used-before",
            Text::new("change-same"),
        ));
    }
    match weaknesses(new, person).first() {
        None => Ok(()),
        Some(weakness) => Err(CommandError::new(
            ExitStatus::Refused,
            "password-refused",
            weakness_text(weakness),
        )),
    }
}

/// Why a password is not good enough, in words.
pub fn weakness_text(weakness: &Weakness) -> Text {
    match weakness {
        Weakness::Empty => Text::new("weakness-empty"),
        Weakness::TooShort { minimum } => Text::new("weakness-short").with("minimum", *minimum),
        Weakness::TooLong { maximum } => Text::new("weakness-long").with("maximum", *maximum),
        Weakness::ControlCharacter => Text::new("weakness-control"),
        Weakness::IsLogin => Text::new("weakness-login"),
        Weakness::IsName => Text::new("weakness-name"),
        Weakness::LeadingOrTrailingSpace => Text::new("weakness-space"),
    }
}

/// A rule of the server, in words.
fn rule_text(rule: &Rule) -> Text {
    let hours = |seconds: u64| seconds.div_ceil(3600);
    match rule {
        Rule::ChangeForbidden => Text::new("rule-forbidden"),
        Rule::MinimumLength(n) => Text::new("rule-minimum").with("count", *n),
        Rule::MaximumLength(n) => Text::new("rule-maximum").with("count", *n),
        Rule::NotOneOfTheLast(n) => Text::new("rule-history").with("count", u64::from(*n)),
        Rule::NotBefore { seconds } => Text::new("rule-age").with("hours", hours(*seconds)),
        Rule::FurtherChecks => Text::new("rule-quality"),
        Rule::OldPasswordAsked => Text::new("rule-old"),
        Rule::LocksAfter { failures, .. } => {
            Text::new("rule-lockout").with("count", u64::from(*failures))
        }
        Rule::EndsAfter { seconds } => Text::new("rule-end").with("days", seconds.div_ceil(86_400)),
    }
}
