//! A moment that lies behind us, as typed.

use crate::app::App;
use crate::domain::when::When;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use jiff::{Timestamp, tz::TimeZone};

/// When the typed moment or age begins. One that is to come is a slip of the hand: what is older than it would
/// be everything and everybody.
///
/// # Errors
/// Exit 2: no time, or one to come; `hint` says what would be understood.
pub fn past_moment(app: &App, option: &str, text: &str, hint: &'static str) -> Result<Timestamp> {
    let now = app.now().to_zoned(TimeZone::system());
    let when = text.parse::<When>().ok();
    let begins = when.and_then(|when| when.begins(&now));
    let wrong = match begins {
        Some(at) if at <= now.timestamp() => return Ok(at),
        Some(_) => "history-time-to-come",
        None => "history-not-a-time",
    };
    Err(CommandError::usage(
        "not-a-time",
        Text::new(wrong).with("option", option).with("text", text),
    )
    .hint(Text::new(hint)))
}
