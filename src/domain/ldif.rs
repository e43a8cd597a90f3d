//! LDIF change records (RFC 2849), written so that `ldapmodify` alone can carry them out.
//!
//! Written only from plans, so passwords cannot be in it: a [`NewValue::Password`] becomes a comment.

use super::change::{Change, Modification, NewValue, Operation};
use super::dn::Dn;
use super::undo;
use base64::Engine as _;
use std::fmt::Write as _;

/// Longest line before folding (RFC 2849 section 2, note 2 leaves the number to the writer).
const WIDTH: usize = 76;

/// The change as a record; the password step, if any, as a comment that says so.
pub fn forward(change: &Change) -> String {
    match &change.operation {
        // Noted, and nothing written: the request of a login page that was refused.
        Operation::Modify if change.modifications.is_empty() => String::new(),
        Operation::Modify | Operation::ModifyEntry { .. } => {
            record(change.target(), &change.modifications)
        }
        Operation::AddEntry { dn } => added(dn, &change.modifications),
        Operation::DeleteEntry { dn } => deleted(dn),
    }
}

/// The record that takes the change back, value by value: a value that is not there any more, or stands
/// again, makes the server refuse it. A change that sets a password cannot be taken back: that is all its
/// record says.
pub fn undo(change: &Change) -> String {
    match undo::plain_steps(change) {
        Some(steps) if steps.is_empty() => String::new(),
        Some(_) if change.makes_entry() => deleted(change.target()),
        Some(steps) if change.removes_entry() => added(change.target(), &steps),
        Some(steps) => record(change.target(), &steps),
        None => format!(
            "# {}\n# a password was set: this cannot be taken back\n\n",
            comment(change.target().as_str())
        ),
    }
}

/// Records that take changes back, the last one first: what was built upon goes before what it stands on.
pub fn undo_all<'a>(changes: impl DoubleEndedIterator<Item = &'a Change>) -> String {
    changes.rev().map(undo).collect()
}

fn record(dn: &Dn, modifications: &[Modification]) -> String {
    let mut out = String::new();
    line(&mut out, "dn", dn.as_str());
    out.push_str("changetype: modify\n");
    for modification in modifications {
        let (op, attribute, values) = match modification {
            Modification::Add { attribute, values } => ("add", attribute, values),
            Modification::Delete { attribute, values } => ("delete", attribute, values),
            Modification::Replace { attribute, values } => ("replace", attribute, values),
        };
        if values.contains(&NewValue::Password) {
            let _ = writeln!(out, "# {op}: {attribute} (a password, never kept)");
            continue;
        }
        let _ = writeln!(out, "{op}: {attribute}");
        for value in values {
            if let NewValue::Text(text) = value {
                line(&mut out, attribute, text);
            }
        }
        out.push_str("-\n");
    }
    out.push('\n');
    out
}

/// RFC 2849 `attrval-record` of a change: the values of each attribute, none of them a password.
fn added(dn: &Dn, modifications: &[Modification]) -> String {
    let mut out = String::new();
    line(&mut out, "dn", dn.as_str());
    out.push_str("changetype: add\n");
    for modification in modifications {
        let Modification::Add { attribute, values } = modification else {
            continue;
        };
        for value in values {
            if let NewValue::Text(text) = value {
                line(&mut out, attribute, text);
            }
        }
    }
    out.push('\n');
    out
}

fn deleted(dn: &Dn) -> String {
    let mut out = String::new();
    line(&mut out, "dn", dn.as_str());
    out.push_str("changetype: delete\n\n");
    out
}

/// One `name: value` line, in base64 where RFC 2849 asks for it, folded.
fn line(out: &mut String, name: &str, value: &str) {
    let safe = value.bytes().all(|b| (0x20..0x7f).contains(&b))
        && !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ');
    let whole = if safe {
        format!("{name}: {value}")
    } else {
        let encoded = base64::engine::general_purpose::STANDARD.encode(value);
        format!("{name}:: {encoded}")
    };
    // Only ASCII is left, so cutting by bytes is cutting by characters.
    let mut rest = whole.as_str();
    let mut width = WIDTH;
    while rest.len() > width {
        let (head, tail) = rest.split_at(width);
        out.push_str(head);
        out.push_str("\n ");
        rest = tail;
        width = WIDTH - 1;
    }
    out.push_str(rest);
    out.push('\n');
}

/// Text that may stand in a comment: no line break can end it early.
fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::Before;

    fn change(modifications: Vec<Modification>, before: Vec<Before>) -> Change {
        Change {
            account: AccountRef {
                dn: Dn::parse("cn=Léa,dc=x").expect("dn"),
                uid: None,
                login: None,
                name: "Léa".into(),
            },
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![],
            modifications,
            before,
            notes: vec![],
        }
    }

    #[test]
    fn a_lock_and_its_undo() {
        let lock = change(
            vec![Modification::Replace {
                attribute: "pwdAccountLockedTime".into(),
                values: vec![NewValue::Text("000001010000Z".into())],
            }],
            vec![Before {
                attribute: "pwdAccountLockedTime".into(),
                values: vec![],
            }],
        );
        assert_eq!(
            forward(&lock),
            "dn:: Y249TMOpYSxkYz14\nchangetype: modify\nreplace: pwdAccountLockedTime\n\
             pwdAccountLockedTime: 000001010000Z\n-\n\n"
        );
        assert_eq!(
            undo(&lock),
            "dn:: Y249TMOpYSxkYz14\nchangetype: modify\ndelete: pwdAccountLockedTime\n\
             pwdAccountLockedTime: 000001010000Z\n-\n\n"
        );
    }

    #[test]
    fn an_entry_that_is_made_goes_by_its_undo_and_back() {
        let dn = Dn::parse("cn=p@ent,ou=mail").expect("dn");
        let made = Change {
            operation: Operation::AddEntry { dn: dn.clone() },
            ..change(
                vec![Modification::Add {
                    attribute: "cn".into(),
                    values: vec![NewValue::Text("p@ent".into())],
                }],
                vec![Before {
                    attribute: "cn".into(),
                    values: vec![],
                }],
            )
        };
        let goes = Change {
            operation: Operation::DeleteEntry { dn },
            ..change(
                vec![Modification::Delete {
                    attribute: "cn".into(),
                    values: vec![NewValue::Text("p@ent".into())],
                }],
                vec![Before {
                    attribute: "cn".into(),
                    values: vec!["p@ent".into()],
                }],
            )
        };
        let (add, delete) = (
            "dn: cn=p@ent,ou=mail\nchangetype: add\ncn: p@ent\n\n",
            "dn: cn=p@ent,ou=mail\nchangetype: delete\n\n",
        );
        assert_eq!(
            (forward(&made).as_str(), undo(&made).as_str()),
            (add, delete)
        );
        assert_eq!(
            (forward(&goes).as_str(), undo(&goes).as_str()),
            (delete, add)
        );
    }

    #[test]
    fn a_password_is_never_written() {
        let reset = change(
            vec![Modification::Replace {
                attribute: "userPassword".into(),
                values: vec![NewValue::Password],
            }],
            vec![],
        );
        assert!(forward(&reset).contains("# replace: userPassword"));
        assert!(!forward(&reset).contains("\nreplace: userPassword"));
        assert!(undo(&reset).contains("cannot be taken back"));
    }

    #[test]
    fn a_change_that_writes_nothing_has_no_record() {
        let refused = change(vec![], vec![]);
        assert_eq!(
            (forward(&refused), undo(&refused)),
            (String::new(), String::new())
        );
    }

    #[test]
    fn long_values_are_folded() {
        let long = change(
            vec![Modification::Add {
                attribute: "description".into(),
                values: vec![NewValue::Text("a".repeat(200))],
            }],
            vec![],
        );
        let text = forward(&long);
        assert!(text.lines().all(|l| l.len() <= WIDTH));
        assert_eq!(text.replace("\n ", "").matches(&"a".repeat(200)).count(), 1);
    }
}
