//! `entctl mail clear`: takes a redirect or a recovery address away.

use super::one::One;
use crate::app::App;
use crate::cli::{NoticeArgs, WriteArgs};
use crate::commands::shared::Verb;
use crate::domain::redirect::{Wanted, Wish};
use crate::error::{ExitStatus, Result};

/// Take a redirect or a recovery address away.
#[derive(Debug, Clone, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["redirect", "recovery"])))]
pub struct ClearArgs {
    /// Login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT", required = true)]
    pub account: Vec<String>,

    /// Mail stays in the ENT mailbox again
    #[arg(long)]
    pub redirect: bool,

    /// No recovery address any more
    #[arg(long)]
    pub recovery: bool,

    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "mail clear",
    key: "mail-clear",
};

/// Whose account, what goes, a yes, the writing.
///
/// # Errors
/// Usage (2); not found or several (5); refused (6); another run of the job (12); directory, history.
pub async fn run(app: &App, args: &ClearArgs) -> Result<ExitStatus> {
    let wanted = Wanted {
        redirect: if args.redirect {
            Wish::Clear
        } else {
            Wish::Leave
        },
        recovery: if args.recovery {
            Wish::Clear
        } else {
            Wish::Leave
        },
        keep_copy: None,
    };
    let one = One::open(app, VERB, &args.account, &args.write, args.notices).await?;
    one.carry_out(&wanted, false).await
}
