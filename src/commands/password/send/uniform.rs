//! `entctl password send --uniform`: takes the request of a login page and answers alike, whoever typed whatever.
//!
//! Nothing here depends on the login but one search, which is made for every request, and what stands in a record
//! whose size is always the same. Everything else, from the address to the mail, is the work of `requested`.

use crate::app::App;
use crate::config::Profile;
use crate::domain::typed_login;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::output::Format;
use crate::spool::Spool;
use serde::Serialize;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

#[derive(Serialize)]
struct TakenJson {
    r#type: &'static str,
    outcome: &'static str,
}

/// One line in, one record, one answer.
///
/// # Errors
/// The same for every login: not configured (2); directory, spool.
pub async fn run(app: &App) -> Result<ExitStatus> {
    let profile = app.profile()?;
    let settings = app.login_page(&profile)?;
    let spool = app.spool(&settings);
    let typed = app.read_typed();
    let begun = Instant::now();
    let taken = take(app, &profile, &*spool, &typed).await;
    // Failures too: what is told apart by its time is told.
    sleep_until(begun + rounded(begun.elapsed(), settings.answer_after)).await;
    taken?;
    if app.printer.format() == Format::Json {
        app.printer.json(&TakenJson {
            r#type: "password-request",
            outcome: "taken",
        });
    } else {
        app.printer.answer_text(&Text::new("uniform-taken"));
    }
    Ok(ExitStatus::Done)
}

async fn take(app: &App, profile: &Profile, spool: &dyn Spool, typed: &[u8]) -> Result<()> {
    // Whatever fails here fails before the login is looked at.
    let office = app.open_as(profile.clone()).await?;
    let found = office
        .people
        .whose_login(typed_login::read(typed))
        .await
        // A server may put what it was asked for into its words.
        .map_err(|_| {
            CommandError::new(
                ExitStatus::Unreachable,
                "request-not-taken",
                Text::new("request-not-taken"),
            )
        })?;
    spool.put(found.as_ref(), app.now()).map_err(explain::spool)
}

/// The first multiple of a step that is not over yet, at least one step.
fn rounded(elapsed: Duration, step: Duration) -> Duration {
    let steps = elapsed.as_nanos().div_ceil(step.as_nanos().max(1)).max(1);
    step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Entctl;
    use clap::Parser as _;
    use proptest::prelude::*;

    fn understood(more: &str) -> bool {
        let line = format!("entctl password send {more}");
        Entctl::try_parse_from(line.split_whitespace()).is_ok()
    }

    #[test]
    fn a_login_page_says_nothing_but_that_it_is_one() {
        assert!(understood("--uniform") && understood("--requested --watch --wait 5 --job other"));
        for more in [
            "lea.dupont",
            "--class 6A",
            "--group g",
            "--school 0310042X",
            "--role parent",
            "--filter (cn=*)",
            "--from list.csv",
            "--plan file",
            "--dry-run",
            "--yes",
            "--reason why",
            "--max-changes 5",
            "--keep-going",
            "--detailed-exitcode",
            "--job night",
            "--wait 5",
            "--requested",
            "--watch",
        ] {
            assert!(!understood(&format!("--uniform {more}")), "{more}");
        }
        assert!(!understood("--watch"), "only with --requested");
        assert!(!understood("--requested lea.dupont"));
    }

    proptest! {
        #[test]
        fn an_answer_comes_at_a_multiple_of_the_step_and_never_before_the_work_is_done(
            elapsed in 0u64..20_000, step in 1u64..5_000,
        ) {
            let (elapsed, step) = (Duration::from_millis(elapsed), Duration::from_millis(step));
            let at = rounded(elapsed, step);
            prop_assert!(at >= elapsed && at >= step && at < elapsed + step * 2);
            prop_assert_eq!(at.as_nanos() % step.as_nanos(), 0);
        }
    }
}
