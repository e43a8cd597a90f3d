//! The words: help, examples and sentences, in French and in English. Nothing here needs a server.

mod examples;
mod fluent;
mod help;
mod keys;
mod literals;
mod sentences;
