//! Names of jobs: what is done again and again (every night) carries one, so that two never run at once and
//! one can ask whether it ran.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Name of a job, as in `--job night`: 1 to 64 lower-case letters, digits, `-`, `_` and `.`, beginning with a
/// letter or a digit, so that it can name a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobName(String);

/// The text cannot name a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a-z 0-9 - _ . (64)")]
pub struct NotAJobName;

impl JobName {
    /// The name of a lock of our own, kept among those of jobs. It begins with a sign that no job may have, so that
    /// nobody can take it by `--job`.
    pub fn of_ours(name: &'static str) -> Self {
        JobName(format!("@{name}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for JobName {
    type Err = NotAJobName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let well_formed = (1..=64).contains(&bytes.len())
            && plain(&bytes[0])
            && bytes.iter().all(|b| plain(b) || b"-_.".contains(b));
        well_formed
            .then(|| JobName(text.to_owned()))
            .ok_or(NotAJobName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_name_can_name_a_file() {
        for good in ["night", "mail-sync", "2026.rentree_6"] {
            assert_eq!(good.parse::<JobName>().expect(good).as_str(), good);
        }
        for bad in [
            "",
            ".",
            "..",
            "-x",
            "a/b",
            "Night",
            "nuit d'été",
            JobName::of_ours("night").as_str(),
            &"a".repeat(65),
        ] {
            assert_eq!(bad.parse::<JobName>(), Err(NotAJobName), "{bad}");
        }
    }
}
