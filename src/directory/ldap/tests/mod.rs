//! The adapter against a real slapd, and against servers that misbehave on purpose.
