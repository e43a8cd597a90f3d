//! A plan kept in a file, to be looked at and carried out later (`--plan FILE`, `plan show`, `plan apply`).
//!
//! Lines of JSON: a head with the seal, then what the plan is about, then one change a line, then the
//! refusals. A plan holds who and what, and the values it was computed from; never a password. The seal is
//! the SHA-256 of everything after the first line: it finds a file that was damaged or edited by hand. It
//! is no signature: who may carry out a plan may do the same without one.

use crate::domain::account::AccountRef;
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::history::RunId;
use crate::history::bundle::sha256;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Version of the format that this entctl writes.
pub const FORMAT_VERSION: u32 = 1;

/// Version of entctl, which decides what a plan means.
pub const ENTCTL_VERSION: &str = env!("CARGO_PKG_VERSION");

const TYPE: &str = "entctl-plan";

/// The first line of the file.
#[derive(Serialize, Deserialize)]
struct Head {
    r#type: String,
    format_version: u32,
    #[serde(default)]
    entctl: String,
    #[serde(default)]
    sha256: String,
}

/// What a plan is about: whose, where, why; bound to one directory and one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The command's two words, such as `account lock`.
    pub verb: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// User of the operating system who made it.
    pub user: String,
    /// The user behind `sudo`, if any.
    pub sudo_user: Option<String>,
    /// Name of the machine it was made on.
    pub host: String,
    /// Profile of the configuration: only the same one may carry it out.
    pub profile: String,
    /// Base of the directory.
    pub base_dn: Dn,
    /// Identity that the server gave to the base (`entryUUID`, RFC 4530), where it gives one: two
    /// directories of the same base are told apart by it.
    pub directory: Option<String>,
    /// Why, as given with `--reason`.
    pub reason: Option<String>,
    /// Kind of new passwords, where the plan gives some.
    pub style: Option<String>,
    /// Whether these are first letters (`password reset --first`), judged by another rule.
    pub first: bool,
    /// When the new passwords end, where they do (`password reset --valid-for`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The run that the plan takes back, where it does.
    pub undoes: Option<RunId>,
    /// The job that it is a run of (`--job`; `mail sync` implies its own).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobName>,
    /// Rows of the file that said how everything is to be (`mail sync`): the next one is measured by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Number of changes that follow.
    pub changes: u64,
    /// Number of refusals after them.
    pub refusals: u64,
    /// Accounts that already are as asked.
    pub unchanged: Vec<AccountRef>,
}

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlan {
    /// Whose, where, why.
    pub about: About,
    /// Who and what.
    pub plan: Plan,
    /// The seal, which is the plan's name in the history: no two plans share it.
    pub seal: String,
}

/// Why a file is not taken for a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    /// Not a plan at all.
    #[error("not a plan")]
    NotAPlan,
    /// Made by a newer entctl in a newer format.
    #[error("format {version}")]
    NewerFormat {
        /// Its format.
        version: u32,
    },
    /// Made by another version of entctl.
    #[error("made by entctl {version}")]
    OtherVersion {
        /// Which one.
        version: String,
    },
    /// What it says is not what was written.
    #[error("the seal does not fit")]
    Altered,
}

/// The file's content, and the plan's seal.
///
/// # Errors
/// Never for a plan that was made here; a value that JSON cannot hold.
pub fn write(about: &About, plan: &Plan) -> serde_json::Result<(Vec<u8>, String)> {
    let mut body = Vec::new();
    append(&mut body, about)?;
    for change in &plan.changes {
        append(&mut body, change)?;
    }
    for refusal in &plan.refusals {
        append(&mut body, refusal)?;
    }
    let seal = sha256(&body);
    let mut file = Vec::new();
    append(
        &mut file,
        &Head {
            r#type: TYPE.to_owned(),
            format_version: FORMAT_VERSION,
            entctl: ENTCTL_VERSION.to_owned(),
            sha256: seal.clone(),
        },
    )?;
    file.extend(body);
    Ok((file, seal))
}

/// Reads a plan back.
///
/// # Errors
/// As [`PlanFileError`] says; the newer format first, because nothing else of it can be judged.
pub fn read(bytes: &[u8]) -> Result<SavedPlan, PlanFileError> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(PlanFileError::NotAPlan)?;
    let (head, body) = (&bytes[..end], &bytes[end + 1..]);
    let head: Head = serde_json::from_slice(head).map_err(|_| PlanFileError::NotAPlan)?;
    if head.r#type != TYPE || head.format_version == 0 {
        return Err(PlanFileError::NotAPlan);
    }
    if head.format_version > FORMAT_VERSION {
        return Err(PlanFileError::NewerFormat {
            version: head.format_version,
        });
    }
    if sha256(body) != head.sha256 {
        return Err(PlanFileError::Altered);
    }
    if head.entctl != ENTCTL_VERSION {
        return Err(PlanFileError::OtherVersion {
            version: head.entctl,
        });
    }
    let (about, plan) = parse(body).ok_or(PlanFileError::Altered)?;
    Ok(SavedPlan {
        about,
        plan,
        seal: head.sha256,
    })
}

fn parse(body: &[u8]) -> Option<(About, Plan)> {
    let mut lines = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let about: About = serde_json::from_slice(lines.next()?).ok()?;
    let changes: Vec<Change> = take(&mut lines, about.changes)?;
    let refusals: Vec<Refusal> = take(&mut lines, about.refusals)?;
    if lines.next().is_some() {
        return None;
    }
    let plan = Plan {
        changes,
        unchanged: about.unchanged.clone(),
        refusals,
    };
    Some((about, plan))
}

fn take<'a, T: Deserialize<'a>>(
    lines: &mut impl Iterator<Item = &'a [u8]>,
    count: u64,
) -> Option<Vec<T>> {
    (0..count)
        .map(|_| serde_json::from_slice(lines.next()?).ok())
        .collect()
}

fn append<T: Serialize>(out: &mut Vec<u8>, value: &T) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Operation;
    use crate::domain::change::{Before, Modification, NewValue, Reliance};

    fn plan() -> (About, Plan) {
        let account = AccountRef {
            dn: Dn::parse("uid=f26a0001,ou=personnes,dc=x").expect("dn"),
            uid: Some("f26a0001".into()),
            login: Some("lea.dupont".into()),
            name: "Léa \u{2028}Dupont\n".into(),
        };
        let plan = Plan {
            changes: vec![Change {
                account: account.clone(),
                operation: Operation::Modify,
                besides: Vec::new(),
                with: Vec::new(),
                relies_on: vec![Reliance::Absent {
                    attribute: "pwdAccountLockedTime".into(),
                }],
                modifications: vec![Modification::Replace {
                    attribute: "userPassword".into(),
                    values: vec![NewValue::Password],
                }],
                before: vec![Before {
                    attribute: "pwdAccountLockedTime".into(),
                    values: vec![],
                }],
                notes: vec![],
            }],
            unchanged: vec![account.clone()],
            refusals: vec![Refusal {
                account: None,
                given: Some("personne".into()),
                line: Some(3),
                code: "not-found".into(),
            }],
        };
        let about = About {
            verb: "password reset".into(),
            made_at: Timestamp::UNIX_EPOCH,
            user: "root".into(),
            sudo_user: None,
            host: "h".into(),
            profile: "sandbox".into(),
            base_dn: Dn::parse("dc=x").expect("dn"),
            directory: None,
            reason: None,
            style: Some("words".into()),
            first: false,
            valid_until: None,
            undoes: None,
            job: None,
            rows: None,
            changes: 1,
            refusals: 1,
            unchanged: vec![account],
        };
        (about, plan)
    }

    #[test]
    fn a_plan_is_read_back_as_it_was() {
        let (about, plan) = plan();
        let (file, seal) = write(&about, &plan).expect("written");
        let back = read(&file).expect("read");
        assert_eq!(back, SavedPlan { about, plan, seal });
    }

    #[test]
    fn any_byte_changed_is_found() {
        let (about, plan) = plan();
        let (file, _) = write(&about, &plan).expect("written");
        for at in 0..file.len() {
            let mut edited = file.clone();
            edited[at] ^= 1;
            assert!(read(&edited).is_err(), "byte {at}");
        }
        for length in 0..file.len() {
            assert!(read(&file[..length]).is_err(), "cut at {length}");
        }
        let mut longer = file;
        longer.extend(b"{}\n");
        assert_eq!(read(&longer), Err(PlanFileError::Altered));
    }

    #[test]
    fn newer_and_other_files_are_told_apart() {
        let (about, plan) = plan();
        let (file, _) = write(&about, &plan).expect("written");
        let text = String::from_utf8(file).expect("UTF-8");
        let with = |from: &str, to: &str| read(text.replacen(from, to, 1).as_bytes());
        assert_eq!(
            with("\"format_version\":1", "\"format_version\":2"),
            Err(PlanFileError::NewerFormat { version: 2 })
        );
        assert_eq!(
            with(
                &format!("\"entctl\":\"{ENTCTL_VERSION}\""),
                "\"entctl\":\"99.0.0\""
            ),
            Err(PlanFileError::OtherVersion {
                version: "99.0.0".into()
            })
        );
        assert_eq!(with(TYPE, "something"), Err(PlanFileError::NotAPlan));
        assert_eq!(read(b"login;nom\r\na;b\r\n"), Err(PlanFileError::NotAPlan));
    }
}
