//! A bare slapd with three people in it, for the tests of the test tools and for servers that the sandbox
//! does not offer. Runs in the foreground as a child, so that it ends with the test.

use super::entctl::PATH;
use super::ldap_utils::LdapUtils;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Name of the administrator (the rootdn: no access rule and no policy holds it back).
pub const ADMIN: &str = "cn=admin,dc=ecole,dc=test";
/// The administrator's password.
pub const ADMIN_PASSWORD: &str = "admin-secret";
const BASE: &str = "dc=ecole,dc=test";

/// How long slapd may take until it listens.
const START: Duration = Duration::from_secs(20);

/// A slapd of its own; ends when dropped.
#[derive(Debug)]
pub struct Slapd {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Slapd {
    /// Starts one with the standard people: `uid=alice`, `uid=bob`, `uid=zoe` below
    /// `ou=people,dc=ecole,dc=test`, password `<uid>-secret`, and a policy with must-change.
    pub fn start() -> Self {
        Slapd::with("")
    }

    /// Starts one with more entries (LDIF content records below `dc=ecole,dc=test`).
    ///
    /// # Panics
    /// Where slapd is not installed, refuses its data or does not start.
    pub fn with(more: &str) -> Self {
        Slapd::made(more, true, &[])
    }

    /// Starts one without a password policy: what a plain directory is.
    pub fn plain(more: &str) -> Self {
        Slapd::made(more, false, &[])
    }

    /// Starts a plain one that knows these schemas besides (LDIF files of `cn=config`).
    pub fn with_schemas(schemas: &[PathBuf], more: &str) -> Self {
        Slapd::made(more, false, schemas)
    }

    fn made(more: &str, policy: bool, schemas: &[PathBuf]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for name in ["config", "data"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let mut settings = config(folder.path(), policy, schemas);
        let mut data = people();
        if policy {
            settings.push_str(&policy_overlay());
            data.push_str(&policy_entry());
        }
        load(folder.path(), "0", &settings);
        load(folder.path(), "1", &format!("{data}\n{more}"));
        // Another process may take the free port before slapd does: then slapd ends at once.
        for _ in 0..5 {
            let port = free_port();
            let url = format!("ldap://127.0.0.1:{port}");
            let mut child = Command::new("slapd")
                .env("PATH", PATH)
                .args(["-d", "0", "-h", &format!("{url}/"), "-F"])
                .arg(folder.path().join("config"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("slapd does not start: sudo apt-get install slapd");
            if listens(&mut child, port) {
                return Slapd { child, url, folder };
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("slapd does not listen");
    }

    /// Its URL, plain LDAP on loopback.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The suffix of its data.
    pub fn base(&self) -> &str {
        BASE
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its folder (`config`, `data`), gone with this value.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// ldap-utils as the administrator.
    pub fn admin(&self) -> LdapUtils {
        LdapUtils::new(&self.url, ADMIN, ADMIN_PASSWORD)
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        // Nothing in it is to be kept: no need to let it close its database.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port of the loopback that was free just now.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

/// Waits until the port answers; false where the child ended instead.
pub fn listens(child: &mut Child, port: u16) -> bool {
    let started = Instant::now();
    while started.elapsed() < START {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return !matches!(child.try_wait(), Ok(Some(_)));
        }
        if let Ok(Some(_)) = child.try_wait() {
            return false;
        }
        // slapd in the foreground announces its readiness to nobody: asking again is the only way.
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

fn load(folder: &Path, database: &str, ldif: &str) {
    let file = folder.join(format!("{database}.ldif"));
    std::fs::write(&file, ldif).expect("an LDIF file");
    let output = Command::new("slapadd")
        .env("PATH", PATH)
        .args(["-q", "-n", database, "-F"])
        .arg(folder.join("config"))
        .arg("-l")
        .arg(&file)
        .output()
        .expect("slapadd does not start: sudo apt-get install slapd");
    assert!(
        output.status.success(),
        "slapadd: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn config(folder: &Path, policy: bool, schemas: &[PathBuf]) -> String {
    let schemas: String = schemas
        .iter()
        .map(|file| format!("include: file://{}\n", file.display()))
        .collect();
    // A loaded module alone makes the server announce the control and the attributes.
    let module = if policy {
        "olcModuleLoad: ppolicy\n"
    } else {
        ""
    };
    let data = folder.join("data");
    let data = data.display();
    format!(
        "dn: cn=config
objectClass: olcGlobal
cn: config
olcLogLevel: none

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
{module}
dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif
{schemas}
dn: olcDatabase={{-1}}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {{-1}}frontend
olcSizeLimit: unlimited

dn: olcDatabase={{1}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {{1}}mdb
olcSuffix: {BASE}
olcRootDN: {ADMIN}
olcRootPW: {ADMIN_PASSWORD}
olcDbDirectory: {data}
olcDbNoSync: TRUE
olcDbMaxSize: 4294967296
olcDbIndex: objectClass,uid eq
olcAccess: {{0}}to attrs=userPassword by self =xw by anonymous auth by * none
olcAccess: {{1}}to * by users read by * none
"
    )
}

fn policy_overlay() -> String {
    format!(
        "
dn: olcOverlay={{0}}ppolicy,olcDatabase={{1}}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: {{0}}ppolicy
olcPPolicyDefault: cn=default,{BASE}
olcPPolicyHashCleartext: TRUE
"
    )
}

fn policy_entry() -> String {
    format!(
        "
dn: cn=default,{BASE}
objectClass: pwdPolicy
objectClass: device
cn: default
pwdAttribute: userPassword
pwdMustChange: TRUE
"
    )
}

fn people() -> String {
    let mut ldif = format!(
        "dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: ecole
o: Ecole

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people
"
    );
    for uid in ["alice", "bob", "zoe"] {
        ldif.push_str(&format!(
            "\ndn: uid={uid},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\n\
             sn: Exemple\nuserPassword: {uid}-secret\n"
        ));
    }
    ldif
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_with_the_value() {
        let slapd = Slapd::with(&format!(
            "dn: ou=more,{BASE}\nobjectClass: organizationalUnit\nou: more\n"
        ));
        assert!(
            slapd
                .admin()
                .read(&format!("ou=more,{BASE}"), &[])
                .is_some()
        );
        let url = slapd.url().to_owned();
        let folder = slapd.folder().to_owned();
        drop(slapd);
        assert_eq!(LdapUtils::anonymous(&url).bind().code, 255);
        assert!(!folder.exists());
    }
}
