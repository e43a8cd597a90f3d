//! What is taken back, what is left alone, and that nothing of others is ever overwritten.
