//! One run as one JSON document: what `history export` writes, to be kept elsewhere or taken back with.
//! Pure: bytes in, bytes out. Format: `docs/history-format.md`.

use super::{FORMAT_VERSION, Manifest, Outcome, Run, RunState};
use crate::domain::change::Change;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// `type` of the document.
const TYPE: &str = "history-export";

/// Version of the document around the run; the run inside has the history's own.
const BUNDLE_VERSION: u64 = 1;

/// The document, all but its `format_version`, which the printer puts first.
#[derive(Debug, Serialize)]
pub struct Bundle {
    r#type: &'static str,
    sha256: String,
    content: Value,
}

/// The run inside.
#[derive(Serialize, Deserialize)]
struct Content {
    manifest: Manifest,
    state: RunState,
    finished_at: Option<Timestamp>,
    changes: Vec<Change>,
    outcomes: Vec<Outcome>,
}

/// Why a file cannot be read as an exported run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Something else than an exported run.
    #[error("not an exported run")]
    NotABundle,
    /// Cut, or changed since it was written: its content does not fit its checksum.
    #[error("damaged or changed: {0}")]
    Damaged(String),
    /// Written by a newer entctl.
    #[error("format {0}")]
    Newer(u64),
}

/// Puts a run into a document, with a checksum over its content.
///
/// # Errors
/// [`BundleError::Damaged`] where the run cannot be written as JSON.
pub fn write(run: &Run) -> Result<Bundle, BundleError> {
    let content = serde_json::to_value(Content {
        manifest: run.manifest.clone(),
        state: run.state,
        finished_at: run.finished_at,
        changes: run.changes.clone(),
        outcomes: run.outcomes.values().cloned().collect(),
    })
    .map_err(|error| BundleError::Damaged(error.to_string()))?;
    Ok(Bundle {
        r#type: TYPE,
        sha256: checksum(&content),
        content,
    })
}

/// Reads an exported run back. Fields that this entctl does not know are ignored, but count for the
/// checksum. A run that was under way when it was exported counts as interrupted.
///
/// # Errors
/// [`BundleError`].
pub fn read(bytes: &[u8]) -> Result<Run, BundleError> {
    let damaged = |error: serde_json::Error| BundleError::Damaged(error.to_string());
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        // One that was cut is told apart from a file that never was one.
        let is_cut = bytes
            .windows(TYPE.len())
            .any(|words| words == TYPE.as_bytes());
        if is_cut {
            damaged(error)
        } else {
            BundleError::NotABundle
        }
    })?;
    if document.get("type").and_then(Value::as_str) != Some(TYPE) {
        return Err(BundleError::NotABundle);
    }
    newer(document.get("format_version"), BUNDLE_VERSION)?;
    let (Some(content), Some(sum)) = (
        document.get("content"),
        document.get("sha256").and_then(Value::as_str),
    ) else {
        return Err(BundleError::Damaged("content or sha256 is missing".into()));
    };
    if checksum(content) != sum {
        return Err(BundleError::Damaged("the checksum does not fit".into()));
    }
    let version = content.pointer("/manifest/format_version");
    newer(version, u64::from(FORMAT_VERSION))?;
    let content = Content::deserialize(content).map_err(damaged)?;
    Ok(Run {
        manifest: content.manifest,
        state: match content.state {
            RunState::Running => RunState::Unfinished,
            state => state,
        },
        changes: content.changes,
        outcomes: content
            .outcomes
            .into_iter()
            .map(|outcome| (outcome.change, outcome))
            .collect(),
        // A bundle holds the last ones alone.
        told: BTreeMap::new(),
        finished_at: content.finished_at,
    })
}

fn newer(version: Option<&Value>, known: u64) -> Result<(), BundleError> {
    match version.and_then(Value::as_u64) {
        Some(version) if version > known => Err(BundleError::Newer(version)),
        Some(_) => Ok(()),
        None => Err(BundleError::Damaged("format_version is missing".into())),
    }
}

/// SHA-256 over the content as compact JSON with sorted names: spaces and line ends do not count.
fn checksum(content: &Value) -> String {
    // `Value` keeps its names sorted; a test sees to it that no crate turns that off.
    sha256(content.to_string().as_bytes())
}

/// SHA-256 in hexadecimal: what finds a file of ours that was damaged or edited by hand.
pub fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
