//! CSV as French spreadsheets save and read it: bytes in, a checked [`Table`] out, and back.
//!
//! Reading: UTF-8, UTF-16 or Windows-1252; `;`, `,` or tab; headers in French or English; every row
//! keeps the line it begins on. What is structurally wrong refuses the whole file, with every fault at
//! once. Writing: a byte order mark, `;`, CRLF, and cells that a spreadsheet would run as formulas made
//! harmless; reading undoes that, so that write, spreadsheet, read is the identity.
//!
//! This room never opens a file: who has the bytes hands them in.

mod column;
mod decisions;
mod desired;
mod encoding;
mod fault;
mod json_lines;
mod passwords;
mod scan;
mod table;
mod targets;
mod write;

pub use column::{Column, fold};
pub use decisions::{Decisions, NamedBy, read_decisions};
pub use desired::{Desired, read_desired};
pub use fault::{TableFault, refused, with_rows};
pub use passwords::{GivenPassword, read_passwords};
pub use table::{Row, Table};
pub use targets::{Given, Target, Targets, read_targets, split_targets};
pub use write::write_csv;
