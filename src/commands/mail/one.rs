//! What `mail set` and `mail clear` do alike: one account, what is to become of its mail, a yes, the writing.

use super::{check, refused::refused};
use crate::app::{App, Office};
use crate::cli::{NoticeArgs, TargetArgs, WriteArgs};
use crate::commands::shared::{Given, Verb, Writing, changes, protected};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::entry::Entry;
use crate::domain::redirect::{
    Aliases, MailRules, NOTE_NO_ENT_ADDRESS, NOTE_SETS_RECOVERY, NOTE_SETS_REDIRECT, Wanted, Wish,
};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use crate::people::Needs;

/// One account under way.
pub(super) struct One<'a> {
    pub(super) app: &'a App,
    pub(super) writing: Writing<'a>,
    pub(super) rules: MailRules,
    pub(super) given: Given,
    pub(super) entry: Entry,
    aliases: Aliases,
}

impl<'a> One<'a> {
    /// The one account that is meant, whose name may have been typed without quotes, and what it holds.
    pub(super) async fn open(
        app: &'a App,
        verb: Verb,
        account: &[String],
        write: &'a WriteArgs,
        notices: NoticeArgs,
    ) -> Result<One<'a>> {
        let mut writing = Writing::open(app, verb, &write.run, write.plan.as_deref()).await?;
        writing.notify(notices, true)?;
        let rules = app.mail_rules(&writing.office)?;
        writing.office.people.foresee(Needs {
            attributes: rules.attributes(),
            ..Needs::default()
        });
        let wanted = TargetArgs {
            accounts: account.to_vec(),
            ..TargetArgs::default()
        };
        let mut found = writing.serving(&wanted, &Role::ALL).await?;
        let given = match (found.pop(), found.is_empty()) {
            (Some(only), true) => only,
            _ => {
                return Err(
                    CommandError::usage("one-account-only", verb.say("one-account"))
                        .hint(verb.say("one-account-hint")),
                );
            }
        };
        let (entry, aliases) = read(&writing.office, &rules, &given.account).await?;
        Ok(One {
            app,
            writing,
            rules,
            given,
            entry,
            aliases,
        })
    }

    /// The plan, what it means, a yes, the writing. `ask`: what the caller should be asked before that.
    pub(super) async fn carry_out(mut self, wanted: &Wanted, ask: bool) -> Result<ExitStatus> {
        let mut plan = self.plan(wanted).await?;
        if let Wish::Set(to) = &wanted.redirect
            && !plan.changes.is_empty()
        {
            let own = self.rules.ent_addresses(&self.entry);
            check::no_loop(&self.writing.office, &self.rules, &own, to).await?;
        }
        self.writing.guard(&mut plan, &Role::ALL).await?;
        if let Some(first) = plan.changes.first() {
            if self.writing.is_shown() {
                if ask {
                    check::ask_the_caller(self.app, &self.writing.office, &self.given.account)
                        .await?;
                }
                self.show(&plan.changes).await?;
            }
            self.warn(first, wanted);
        }
        if plan.changes.is_empty() {
            self.say_what_stays(wanted);
        }
        if let Some(status) = self.writing.ends_here(&plan, None).await? {
            return Ok(status);
        }
        self.writing.says_what = true;
        self.writing.carry_out(&plan).await
    }

    async fn plan(&self, wanted: &Wanted) -> Result<Plan> {
        let account = &self.given.account;
        let mut outcome = Plan::default();
        let refusal = |code: &str| Refusal {
            account: Some(account.reference()),
            given: None,
            line: None,
            code: code.to_owned(),
        };
        let kept = protected(&self.writing.office, std::slice::from_ref(&self.given)).await?;
        if kept.contains(&account.dn) {
            outcome.refusals.push(refusal("protected"));
            return Ok(outcome);
        }
        outcome.changes = self
            .aliases
            .plan(&self.rules, account, &self.entry, wanted)
            .map_err(|why| refused(why, account, &self.rules, wanted))?;
        if outcome.changes.is_empty() {
            outcome.unchanged.push(account.reference());
        }
        Ok(outcome)
    }

    /// Who it is, then what becomes what.
    async fn show(&self, plan: &[Change]) -> Result<()> {
        let app = self.app;
        let schools = self.writing.office.people.school_names().await?;
        let account = &self.given.account;
        let school = account.schools.iter().find_map(|dn| schools.get(dn));
        let who = words::account_line(account, school.map(String::as_str), app.printer.localizer());
        app.printer.note(&Text::new("plain").with("text", who));
        for line in plan
            .iter()
            .flat_map(|change| changes::in_words(change, &app.printer))
        {
            app.printer.note(&Text::new("plain").with("text", line));
        }
        Ok(())
    }

    /// An address that the feed gives is no recovery address of anybody's choice: it is not there to be taken away.
    fn say_what_stays(&mut self, wanted: &Wanted) {
        let stays = self.rules.recovery(&self.given.account.roles, &self.entry);
        let (Wish::Clear, Some(stays)) = (&wanted.recovery, stays) else {
            return;
        };
        // Said in place of there being none.
        self.writing.silent = true;
        if self.app.printer.format() != Format::Json {
            let printer = &self.app.printer;
            let field = changes::label(&stays.attribute, printer.localizer());
            printer.note(
                &Text::new("mail-clear-recovery-stays")
                    .with("address", stays.address)
                    .with("field", field),
            );
        }
    }

    fn warn(&self, change: &Change, wanted: &Wanted) {
        if self.app.printer.format() == Format::Json {
            return;
        }
        let with_it = match wanted.recovery {
            Wish::Clear => "mail-clears-redirect",
            Wish::Leave | Wish::Set(_) => "mail-sets-redirect",
        };
        for (note, sentence) in [
            (NOTE_SETS_RECOVERY, "mail-sets-recovery"),
            (NOTE_SETS_REDIRECT, with_it),
            (NOTE_NO_ENT_ADDRESS, "mail-no-ent-address"),
        ] {
            if change.notes.iter().any(|n| n == note) {
                self.app.printer.warn(&Text::new(sentence));
            }
        }
    }
}

/// The entry with all that mail stands in, and the aliases joined to it.
pub(super) async fn read(
    office: &Office,
    rules: &MailRules,
    account: &Account,
) -> Result<(Entry, Aliases)> {
    let mut entry = office
        .people
        .entry(&account.dn, &rules.attributes())
        .await?
        .ok_or_else(|| {
            CommandError::new(
                ExitStatus::NotFound,
                "not-found",
                Text::new("pick-nothing").with("text", &account.display_name),
            )
        })?;
    let joined = std::slice::from_mut(&mut entry);
    let aliases = office.people.join_aliases(rules, joined).await?;
    Ok((entry, aliases))
}
