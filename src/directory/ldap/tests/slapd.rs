//! A throw-away slapd: its own folder, free ports, certificates made on the spot.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(super) const ADMIN: &str = "uid=gestion,dc=ecole,dc=test";
pub(super) const ADMIN_PASSWORD: &str = "gestion-secret";
pub(super) const PEOPLE: &str = "ou=people,dc=ecole,dc=test";
/// More than the size limit of every account, so that only paging gets them all.
pub(super) const CROWD: usize = 1200;

/// Which certificate the server shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    Good,
    Expired,
    NotYetValid,
    OtherName,
}

pub(super) struct Slapd {
    pub ldap: String,
    pub ldaps: String,
    pub ldaps6: Option<String>,
    pub ldapi: String,
    pub port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

impl Slapd {
    pub(super) fn start() -> Self {
        Self::showing(Shows::Good)
    }

    pub(super) fn showing(shows: Shows) -> Self {
        for _ in 0..5 {
            if let Some(running) = Self::attempt(shows) {
                return running;
            }
        }
        panic!("slapd does not start: is the package slapd installed?");
    }

    /// A file in the server's folder: `ca.pem`, `other-ca.pem`, `client.pem`, `client.key`.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn attempt(shows: Shows) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        certificates(path, shows);
        for name in ["cf", "db"] {
            fs::create_dir(path.join(name)).expect("a folder");
        }
        load(path, "0", &configuration(path));
        load(path, "1", &data());
        let ports = free_ports();
        let socket = path.join("s").display().to_string().replace('/', "%2F");
        let ldap = format!("ldap://127.0.0.1:{}", ports[0]);
        let ldaps = format!("ldaps://127.0.0.1:{}", ports[1]);
        let ldapi = format!("ldapi://{socket}");
        let mut urls = format!("{ldap}/ {ldaps}/ {ldapi}/");
        let ldaps6 = TcpListener::bind("[::1]:0")
            .is_ok()
            .then(|| format!("ldaps://[::1]:{}", ports[2]));
        if let Some(url) = &ldaps6 {
            let _ = write!(urls, " {url}/");
        }
        let process = Command::new("/usr/sbin/slapd")
            .args(["-d", "0", "-F"])
            .arg(path.join("cf"))
            .args(["-h", &urls])
            .stderr(Stdio::null())
            .spawn()
            .expect("slapd: is the package slapd installed?");
        let mut running = Slapd {
            ldap,
            ldaps,
            ldaps6,
            ldapi,
            port: ports[0],
            folder,
            process,
        };
        running.listens(&ports).then_some(running)
    }

    /// Waits until every listener takes connections. slapd tells nobody when it is ready, so it is asked.
    fn listens(&mut self, ports: &[u16; 3]) -> bool {
        let mut places = vec![("127.0.0.1", ports[0]), ("127.0.0.1", ports[1])];
        places.extend(self.ldaps6.as_ref().map(|_| ("::1", ports[2])));
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(20) {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return false;
            }
            let socket = UnixStream::connect(self.file("s")).is_ok();
            if socket && places.iter().all(|place| TcpStream::connect(place).is_ok()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_ports() -> [u16; 3] {
    let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    held.map(|listener| listener.local_addr().expect("an address").port())
}

fn load(path: &Path, database: &str, ldif: &str) {
    let file = path.join(format!("{database}.ldif"));
    fs::write(&file, ldif).expect("written");
    let done = Command::new("/usr/sbin/slapadd")
        .args(["-q", "-n", database, "-F"])
        .arg(path.join("cf"))
        .arg("-l")
        .arg(&file)
        .output()
        .expect("slapadd: is the package slapd installed?");
    assert!(
        done.status.success(),
        "slapadd: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn certificates(path: &Path, shows: Shows) {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("signed").pem();
        (pem, Issuer::new(params, key))
    };
    let (ca, issuer) = authority("CA");
    fs::write(path.join("ca.pem"), ca).expect("written");
    fs::write(path.join("other-ca.pem"), authority("Other CA").0).expect("written");

    let names: &[&str] = if shows == Shows::OtherName {
        &["ailleurs.test"]
    } else {
        &["127.0.0.1", "::1", "localhost"]
    };
    let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
    let mut server = CertificateParams::new(names).expect("params");
    match shows {
        Shows::Expired => server.not_after = date_time_ymd(2020, 1, 1),
        Shows::NotYetValid => server.not_before = date_time_ymd(4000, 1, 1),
        Shows::Good | Shows::OtherName => {}
    }
    let key = KeyPair::generate().expect("a key");
    let signed = server.signed_by(&key, &issuer).expect("signed");
    fs::write(path.join("server.pem"), signed.pem()).expect("written");
    fs::write(path.join("server.key"), key.serialize_pem()).expect("written");

    let mut client = CertificateParams::new(Vec::new()).expect("params");
    client.distinguished_name = rcgen::DistinguishedName::new();
    client
        .distinguished_name
        .push(DnType::CommonName, "gestion");
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().expect("a key");
    let signed = client.signed_by(&key, &issuer).expect("signed");
    fs::write(path.join("client.pem"), signed.pem()).expect("written");
    fs::write(path.join("client.key"), key.serialize_pem()).expect("written");
}

fn configuration(path: &Path) -> String {
    let path = path.display();
    format!(
        r#"dn: cn=config
objectClass: olcGlobal
cn: config
olcLogLevel: none
olcAuthzRegexp: gidNumber=[0-9]+\+uidNumber=[0-9]+,cn=peercred,cn=external,cn=auth {ADMIN}
olcAuthzRegexp: cn=gestion {ADMIN}
olcTLSCACertificateFile: {path}/ca.pem
olcTLSCertificateFile: {path}/server.pem
olcTLSCertificateKeyFile: {path}/server.key
olcTLSVerifyClient: try

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif

dn: olcDatabase={{-1}}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {{-1}}frontend
olcSizeLimit: 500

dn: olcDatabase={{1}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {{1}}mdb
olcSuffix: dc=ecole,dc=test
olcDbDirectory: {path}/db
olcDbMaxSize: 1073741824
olcDbNoSync: TRUE
olcDbIndex: objectClass eq
olcDbIndex: uid eq
olcLimits: {{0}}dn.exact="{ADMIN}" size=500 size.prtotal=unlimited
olcLimits: {{1}}dn.exact="uid=alice,{PEOPLE}" size=100
olcAccess: {{0}}to attrs=userPassword by dn.exact="{ADMIN}" write by self =xw by anonymous auth by * none
olcAccess: {{1}}to dn.exact="uid=secret,{PEOPLE}" by * none
olcAccess: {{2}}to * by dn.exact="{ADMIN}" write by users read by * none

dn: olcOverlay={{0}}ppolicy,olcDatabase={{1}}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: {{0}}ppolicy
olcPPolicyDefault: cn=default,ou=policies,dc=ecole,dc=test
olcPPolicyHashCleartext: TRUE
olcPPolicyUseLockout: TRUE
"#
    )
}

fn data() -> String {
    let mut ldif = format!(
        "dn: dc=ecole,dc=test
objectClass: dcObject
objectClass: organization
dc: ecole
o: Ecole

dn: ou=policies,dc=ecole,dc=test
objectClass: organizationalUnit
ou: policies

dn: {ADMIN}
objectClass: account
objectClass: simpleSecurityObject
uid: gestion
userPassword: {ADMIN_PASSWORD}

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people

dn: ou=crowd,dc=ecole,dc=test
objectClass: organizationalUnit
ou: crowd

dn: ou=elsewhere,dc=ecole,dc=test
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://ailleurs.test/ou=elsewhere,dc=ecole,dc=test
"
    );
    for (name, age) in [("default", 0), ("slow", 3600)] {
        let _ = write!(
            ldif,
            "
dn: cn={name},ou=policies,dc=ecole,dc=test
objectClass: pwdPolicy
objectClass: device
cn: {name}
pwdAttribute: userPassword
pwdMustChange: TRUE
pwdLockout: TRUE
pwdMaxFailure: 3
pwdMinLength: 8
pwdCheckQuality: 2
pwdInHistory: 3
pwdMinAge: {age}
pwdAllowUserChange: TRUE
"
        );
    }
    for (uid, more) in [
        ("alice", ""),
        ("bob", "pwdReset: TRUE\n"),
        (
            "zoe",
            "pwdReset: TRUE\npwdPolicySubentry: cn=slow,ou=policies,dc=ecole,dc=test\n",
        ),
        ("paul", "pwdAccountLockedTime: 000001010000Z\n"),
        ("secret", ""),
    ] {
        let _ = write!(
            ldif,
            "
dn: uid={uid},{PEOPLE}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: Exemple
userPassword: {uid}-secret
{more}"
        );
    }
    for number in 0..CROWD {
        let _ = write!(
            ldif,
            "
dn: uid=p{number},ou=crowd,dc=ecole,dc=test
objectClass: inetOrgPerson
uid: p{number}
cn: Personne {number}
sn: Personne
"
        );
    }
    ldif
}
