//! What the integration tests stand on: a sealed room for entctl, real servers, a second eye that knows
//! nothing of our code (Debian's ldap-utils), a proxy that breaks connections on purpose, a terminal.
//!
//! Each file carries its own tests, because a tool that lies makes every test above it worthless.

// Not every helper is used by every test binary, nor has to be.
#![allow(dead_code)]

pub mod ber;
pub mod entctl;
pub mod faults;
pub mod flights;
pub mod ldap_utils;
pub mod ldif;
pub mod output;
pub mod postfix;
pub mod proxy;
pub mod pty;
pub mod replica;
pub mod sandbox;
pub mod slapd;
pub mod smtp;
pub mod text;
pub mod waiting;
