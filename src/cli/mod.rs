//! What is typed: the arguments that commands share, and the words clap shows.
//!
//! Guidelines for the command line, the whole of them in `docs/interface.md`: OBJECT VERB; one option means
//! the same everywhere and is said in the same words; most used first; a short help is one sentence without
//! a full stop. Help is written in English beside the argument and in French in `locales/fr/help.ftl`.

mod args;
mod localize;

pub use args::{
    ColorChoice, FormatChoice, GlobalArgs, LanguageChoice, NoticeArgs, RoleChoice, RunArgs,
    TargetArgs, WriteArgs,
};
pub use localize::{keys, localize, parse_error, unbroken};
