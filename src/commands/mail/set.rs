//! `entctl mail set`: a redirect, its copy, a recovery address; one account, one write.

use super::one::One;
use crate::app::App;
use crate::cli::{NoticeArgs, WriteArgs};
use crate::commands::shared::Verb;
use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::{MailRules, Wanted, Wish};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;

/// Redirect the mail of an account, or set its recovery address.
#[derive(Debug, Clone, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["redirect", "recovery", "keep_copy", "no_keep_copy"])))]
pub struct SetArgs {
    /// Login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT", required = true)]
    pub account: Vec<String>,

    /// Where the mail of the ENT is to go; several times where the mail system takes several addresses
    #[arg(long, value_name = "ADDRESS")]
    pub redirect: Vec<String>,

    /// Keep a copy in the ENT mailbox
    #[arg(long, conflicts_with = "no_keep_copy")]
    pub keep_copy: bool,

    /// Keep no copy in the ENT mailbox (usual for a new redirect)
    #[arg(long)]
    pub no_keep_copy: bool,

    /// Where a temporary password may be sent; needs --reason
    #[arg(long, value_name = "ADDRESS")]
    pub recovery: Option<String>,

    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "mail set",
    key: "mail-set",
};

/// What is typed, whose account, the checks, a yes, the writing.
///
/// # Errors
/// An impossible address, a recovery address without a reason (2); not found or several (5); refused (6);
/// another run of the job (12); directory, history.
pub async fn run(app: &App, args: &SetArgs) -> Result<ExitStatus> {
    let wanted = Wanted {
        redirect: if args.redirect.is_empty() {
            Wish::Leave
        } else {
            let typed = args.redirect.iter();
            Wish::Set(typed.map(|text| address(text)).collect::<Result<_>>()?)
        },
        keep_copy: match (args.keep_copy, args.no_keep_copy) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        recovery: match &args.recovery {
            Some(text) => Wish::Set(address(text)?),
            None => Wish::Leave,
        },
    };
    let has_reason = args
        .write
        .run
        .reason
        .as_ref()
        .is_some_and(|reason| !reason.trim().is_empty());
    if args.recovery.is_some() && !has_reason {
        return Err(reason_needed("mail-reason-needed"));
    }
    let one = One::open(app, VERB, &args.account, &args.write, args.notices).await?;
    let lets_in = sets_recovery(&one.rules, &one, &wanted);
    if lets_in && !has_reason {
        return Err(reason_needed("mail-reason-needed-redirect"));
    }
    one.carry_out(&wanted, lets_in).await
}

/// Whether a forgotten password would be sent to an address given here: also where the redirect is looked at for
/// it and nothing else comes first.
fn sets_recovery(rules: &MailRules, one: &One<'_>, wanted: &Wanted) -> bool {
    if wanted.recovery != Wish::Leave {
        return true;
    }
    let Wish::Set(to) = &wanted.redirect else {
        return false;
    };
    let roles = &one.given.account.roles;
    let now = rules.recovery(roles, &one.entry);
    let way = &rules.way.attribute;
    let attributes = rules.recovery_attributes(roles);
    let place = |attribute: &str| {
        attributes
            .iter()
            .position(|a| a.eq_ignore_ascii_case(attribute))
    };
    let before = now.as_ref().and_then(|now| place(&now.attribute));
    let there = now.is_some_and(|now| {
        now.is_redirect
            && to
                .iter()
                .any(|to| to.as_str().eq_ignore_ascii_case(&now.address))
    });
    match place(way) {
        Some(place) => !there && before.is_none_or(|before| place <= before),
        None => false,
    }
}

/// The address typed.
pub(super) fn address(text: &str) -> Result<MailAddress> {
    MailAddress::parse(text).ok_or_else(|| {
        CommandError::usage(
            "address-invalid",
            Text::new("mail-address").with("text", text),
        )
        .hint(Text::new("mail-address-hint"))
    })
}

fn reason_needed(key: &'static str) -> CommandError {
    CommandError::usage("reason-needed", Text::new(key)).hint(Text::new("mail-reason-hint"))
}
