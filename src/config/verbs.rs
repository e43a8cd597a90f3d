//! The commands that a profile may be narrowed to. They are the command line's own; a test beside it keeps this
//! list whole.

use super::nearest::nearest;

/// Every command that works on a directory or its history, as it is typed.
pub const VERBS: &[&str] = &[
    "account dismiss",
    "account duplicates",
    "account export",
    "account find",
    "account link",
    "account list",
    "account lock",
    "account merge",
    "account refresh",
    "account review",
    "account set",
    "account show",
    "account unlink",
    "account unlock",
    "history export",
    "history list",
    "history prune",
    "history resume",
    "history show",
    "history undo",
    "mail clear",
    "mail list",
    "mail set",
    "mail show",
    "mail sync",
    "password change",
    "password expire",
    "password reset",
    "password send",
    "password status",
    "plan apply",
    "plan show",
];

/// Whether a pattern, `password reset` or `account *`, is one that a command fits.
pub fn is_known(pattern: &str) -> bool {
    VERBS.iter().any(|verb| covers(pattern, verb))
}

/// Whether a command fits a pattern.
pub fn covers(pattern: &str, verb: &str) -> bool {
    match pattern.strip_suffix(" *") {
        Some(object) => verb.split(' ').next() == Some(object),
        None => pattern == verb,
    }
}

/// The nearest pattern that would do.
pub fn nearest_to(pattern: &str) -> Option<String> {
    let mut all: Vec<String> = VERBS.iter().map(|verb| (*verb).to_owned()).collect();
    for verb in VERBS {
        let object = verb.split(' ').next().unwrap_or(verb);
        let any = format!("{object} *");
        if !all.contains(&any) {
            all.push(any);
        }
    }
    nearest(pattern, all.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_command_or_all_of_an_object() {
        assert!(covers("account *", "account show"));
        assert!(covers("account show", "account show"));
        assert!(!covers("account *", "password reset"));
        assert!(!covers("account", "account show"));
        for pattern in [
            "*",
            "account",
            "acc *",
            "reset",
            "",
            " *",
            "password  reset",
        ] {
            assert!(!is_known(pattern), "{pattern}");
        }
        assert_eq!(
            nearest_to("password rest").as_deref(),
            Some("password reset")
        );
        assert_eq!(nearest_to("acount *").as_deref(), Some("account *"));
    }
}
