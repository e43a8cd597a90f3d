//! What several verbs do alike: find whose accounts are meant, guard, confirm, report.

mod cards;
mod guard;
mod pick;
mod report;

pub use cards::{PersonJson, people_table, person_json};
pub use guard::{
    check_limit, protected, refuse_if_any, require_yes_for_machines, resume_line, unfinished_runs,
};
pub use pick::{Given, names_or_name, one, rows_of, targets};
pub use report::{Reporter, SummaryExtra, named, refusal_text};
