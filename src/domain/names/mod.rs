//! Names as one would say them: accents, case, hyphens, word order and civility aside.
//!
//! [`fold()`] and [`tokens`] bring what is typed and what is stored to the same words; [`parse_query`]
//! takes the class out of "dupont 6A"; [`search_filter`] asks the directory for the people who may be
//! meant, and [`fit()`] says afterwards how well each of them answers. Misspelled names are asked for
//! with [`near_filter`] and put in order by [`nearest`](super::nearest::nearest).

mod fit;
mod fold;
mod query;
mod search;
#[cfg(test)]
mod test_names;
mod variants;

pub use fit::{Fit, PersonNames, fit};
pub use fold::{fold, fold_class, tokens};
pub use query::{NameQuery, parse_query};
pub use search::{NameAttributes, near_filter, search_filter};
