//! What several verbs do alike: find whose accounts are meant, guard, confirm, report.

mod cards;
pub mod changes;
mod correspondence;
mod decisions;
mod guard;
mod notices;
mod past;
mod pick;
mod rejects;
mod report;
mod rows;
pub mod served;
mod writing;

pub use cards::{PersonJson, people_table, person_json};
pub use correspondence::{Correspondence, login_of, message};
pub use decisions::{decisions_from, show_decisions};
pub use guard::{
    all_protected, allowed, barred, protected, require_yes_for_machines, resume_line, stays_closed,
};
pub use past::past_moment;
pub use pick::{Given, names_or_name, one, selector, serving, targets};
pub use report::{Reporter, SummaryExtra, note_unchanged, refusal_text};
pub use rows::{List, rows_in, rows_of};
pub use writing::{Verb, Writing};
