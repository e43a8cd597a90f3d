//! A shell whose environment points at the sandbox.

use super::{SandboxError, SandboxInfo};
use std::env;
use std::path::Path;
use std::process::Command;

/// Opens the person's shell (`$SHELL`, else `sh`) with the sandbox as the profile of entctl, and as the
/// server of the ldap tools (ldap.conf(5)). Returns when it ends.
///
/// # Errors
/// The sandbox is not running; the shell cannot be started.
pub fn shell(info: &SandboxInfo) -> Result<(), SandboxError> {
    let Some(url) = &info.ldaps_url else {
        return Err(SandboxError::Absent(info.name.clone()));
    };
    let program = env::var_os("SHELL").unwrap_or_else(|| "sh".into());
    let mut command = Command::new(&program);
    command
        .env("ENTCTL_PROFILE", &info.name)
        .env("LDAPURI", url);
    if let Some(base) = &info.base_dn {
        command.env("LDAPBASE", base);
    }
    if let Some(ca) = &info.ca_file {
        command.env("LDAPTLS_CACERT", ca);
    }
    if let Some(dn) = &info.bind_dn {
        command.env("LDAPBINDDN", dn);
    }
    command
        .status()
        .map(|_| ())
        .map_err(SandboxError::io(Path::new(&program)))
}
