//! The thin binary: arguments in, exit status out. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    let status = entctl::run::run(std::env::args_os().collect());
    ExitCode::from(status.code())
}
