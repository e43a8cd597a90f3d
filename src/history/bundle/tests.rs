//! What is written is what is read; nothing else is.

use super::*;
