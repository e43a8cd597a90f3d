//! Accounts of one person, joined and taken apart: what these verbs do alike.

pub mod link;
pub mod merge;
pub mod planning;
mod records;
pub mod refresh;
mod shown;
pub mod unlink;
