//! Small things said in words: dates, roles, states.

use crate::domain::account::{Account, Role};
use crate::i18n::{Language, Localizer, Text};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment as a person writes it, in the machine's time zone: `22/11/2026 15:52` or `2026-11-22 15:52`.
pub fn moment(at: Timestamp, language: Language) -> String {
    let local = at.to_zoned(TimeZone::system());
    match language {
        Language::Fr => local.strftime("%d/%m/%Y %H:%M").to_string(),
        Language::En => local.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}

/// A day as a person writes it, in the machine's time zone: `22/11/2026` or `2026-11-22`.
pub fn day(at: Timestamp, language: Language) -> String {
    let local = at.to_zoned(TimeZone::system());
    match language {
        Language::Fr => local.strftime("%d/%m/%Y").to_string(),
        Language::En => local.strftime("%Y-%m-%d").to_string(),
    }
}

/// `secretaire`, or `root (secretaire)` behind sudo.
pub fn who(user: &str, sudo_user: Option<&str>) -> String {
    match sudo_user {
        Some(behind) => format!("{user} ({behind})"),
        None => user.to_owned(),
    }
}

/// A role in words.
pub fn role(role: Role) -> Text {
    Text::new(format!("role-{}", role.as_str()))
}

/// All the roles of a person, in words, joined.
pub fn roles(account: &Account, localizer: &Localizer) -> String {
    if account.roles.is_empty() {
        return localizer.word("role-unknown");
    }
    account
        .roles
        .iter()
        .map(|r| localizer.say(&role(*r)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The stable codes of a state, most telling first; `active` where nothing is to be told. Of an account that a join has
/// closed that is all there is to tell: it is not disabled by anybody, and what its password is matters no more.
pub fn state_codes(account: &Account) -> Vec<&'static str> {
    let mut codes = Vec::new();
    let joined = if account.ties.merged_into.is_some() {
        Some("absorbed")
    } else {
        account.ties.linked_to.as_ref().map(|_| "linked")
    };
    if let (Some(joined), true) = (joined, account.is_closed_by_join()) {
        return vec![joined];
    }
    let state = &account.state;
    if state.disabled {
        codes.push("disabled");
    }
    if state.locked_since.is_some() {
        codes.push("locked");
    }
    if state.password_changed_at.is_none() {
        codes.push("no-password");
    } else if state.must_change {
        codes.push("must-change");
    }
    if codes.is_empty() {
        codes.push("active");
    }
    joined.into_iter().chain(codes).collect()
}

/// A state in words, joined.
pub fn state(account: &Account, localizer: &Localizer) -> String {
    state_codes(account)
        .iter()
        .map(|code| localizer.word(&format!("state-{code}")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Name and login, where there is room for no more.
pub fn called(name: &str, login: Option<&str>) -> String {
    match login {
        Some(login) => format!("{name} · {login}"),
        None => name.to_owned(),
    }
}

/// One line that tells namesakes apart: name, class or role, school, birth date, login.
pub fn account_line(account: &Account, school: Option<&str>, localizer: &Localizer) -> String {
    let mut parts = vec![account.display_name.clone()];
    let classes: Vec<&str> = if account.is(Role::Pupil) {
        account.classes.iter().map(|c| c.name.as_str()).collect()
    } else {
        Vec::new()
    };
    if classes.is_empty() {
        parts.push(roles(account, localizer));
    } else {
        parts.push(classes.join(", "));
    }
    parts.extend(school.map(str::to_owned));
    if let Some(date) = &account.birth_date {
        parts.push(localizer.say(&Text::new("born").with("date", date)));
    }
    parts.extend(account.login.clone());
    crate::i18n::visible(&parts.join(" · "))
}
