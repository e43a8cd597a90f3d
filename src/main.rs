//! The thin binary: arguments in, exit status out. Everything else is in the library.

use std::process::ExitCode;

/// Half of what the large readings cost was taking small pieces of memory and giving them back, from one thread to the
/// other: [decision 19](../docs/decisions/0019-an-allocator-of-its-own.md).
#[global_allocator]
static MEMORY: memory::Allocator = memory::Allocator;

fn main() -> ExitCode {
    memory::keep();
    let status = entctl::run::run(std::env::args_os().collect());
    ExitCode::from(status.code())
}
