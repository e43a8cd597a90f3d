//! slapd's configuration, as cn=config in LDIF (slapd-config(5)).

use super::access;
use super::certificates::ORGANIZATION;
use super::error::SandboxError;
use super::layout::Layout;
use super::tree::{self, BASE_DN, INTER};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Our own rendering of the SDET schema.
const SCHEMA: &str = include_str!("schema.ldif");

/// Schemas that come with OpenLDAP, in the order in which they build on each other.
const STANDARD_SCHEMAS: [&str; 5] = ["core", "cosine", "inetorgperson", "nis", "misc"];

/// Where distributions keep them: Debian, Red Hat, a build of one's own.
const SCHEMA_FOLDERS: [&str; 3] = [
    "/etc/ldap/schema",
    "/etc/openldap/schema",
    "/usr/local/etc/openldap/schema",
];

/// slapd's loadable parts that are used.
const MODULES: [&str; 4] = ["back_mdb", "ppolicy", "memberof", "refint"];

/// Where distributions keep them.
const MODULE_FOLDERS: [&str; 5] = [
    "/usr/lib/ldap",
    "/usr/lib64/openldap",
    "/usr/lib/openldap",
    "/usr/libexec/openldap",
    "/usr/local/libexec/openldap",
];

/// Attributes holding a person's or a structure's name, which refint keeps true.
const REFERENCES: &str = "member ENTAuxPersRelEleveEleve ENTEleveParents ENTElevePere ENTEleveMere \
     ENTElevePersRelEleve1 ENTElevePersRelEleve2 ENTEleveAdresseRel ENTPersonStructRattach \
     ENTPersRelRapprochPrincipal ENTPersRelRapprochSecondaire ENTPersRelFusionPrincipal \
     ENTPersRelFusionSecondaire";

const INDEXES: [&str; 9] = [
    "objectClass,uid,ENTPersonLogin,ENTPersonAlias,mail,ENTPersonJointure,member,memberOf eq",
    "entctlMailRedirect pres,eq",
    "entctlTemporaryPasswordEnd pres",
    "ENTPersonStructRattach,ENTAuxPersRelEleveEleve,ENTStructureUAI,ENTEleveClasses eq",
    "entryUUID,entryCSN eq",
    "cn,sn,givenName eq,sub",
    "ENTElevePersRelEleve sub",
    "ENTPersRelRapprochPrincipal,ENTPersRelFusionPrincipal pres,eq",
    "entctlLinkGave,entctlFormerLogin,ENTPersRelRapprochSecondaire,ENTPersRelFusionSecondaire pres,eq",
];

/// The whole configuration. `pupils` sizes the database's address space.
///
/// # Errors
/// [`SandboxError::PartMissing`] where a schema or a module of slapd is not installed.
pub(super) fn ldif(layout: &Layout, pupils: u32) -> Result<String, SandboxError> {
    let schemas = folder_with(&SCHEMA_FOLDERS, "core.ldif")?;
    let modules = folder_with(&MODULE_FOLDERS, "ppolicy.so")?;
    let tls = layout.tls();
    let path = |p: &Path| layout.for_slapd(p);
    let mut out = String::new();
    let _ = write!(
        out,
        "dn: cn=config\nobjectClass: olcGlobal\ncn: config\n\
         olcPidFile: {pid}\nolcLogLevel: none\n\
         olcTLSCACertificateFile: {ca}\nolcTLSCertificateFile: {certificate}\n\
         olcTLSCertificateKeyFile: {key}\nolcTLSVerifyClient: try\n",
        pid = path(&layout.pid_file()),
        ca = path(&layout.ca_file()),
        certificate = path(&tls.join("server.pem")),
        key = path(&tls.join("server.key")),
    );
    for peer in [socket_peer(), format!("^cn={INTER},o={ORGANIZATION}$")] {
        let _ = writeln!(out, "olcAuthzRegexp: {peer} {}", tree::administrator(INTER));
    }
    let _ = write!(
        out,
        "\ndn: cn=module,cn=config\nobjectClass: olcModuleList\ncn: module\nolcModulePath: {}\n",
        modules.display()
    );
    for module in MODULES {
        if !modules.join(format!("{module}.so")).exists() {
            return Err(SandboxError::PartMissing(module.to_owned()));
        }
        let _ = writeln!(out, "olcModuleLoad: {module}");
    }
    out.push_str("\ndn: cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: schema\n\n");
    for schema in STANDARD_SCHEMAS {
        let file = schemas.join(format!("{schema}.ldif"));
        if !file.exists() {
            return Err(SandboxError::PartMissing(file.display().to_string()));
        }
        let _ = write!(out, "include: file://{}\n\n", file.display());
    }
    out.push_str(SCHEMA);
    out.push_str(
        "\ndn: olcDatabase={-1}frontend,cn=config\nobjectClass: olcDatabaseConfig\n\
         objectClass: olcFrontendConfig\nolcDatabase: {-1}frontend\n\
         olcSizeLimit: size.soft=500 size.hard=500 size.prtotal=unlimited\n\
         olcAccess: to dn.base=\"\" by * read\nolcAccess: to dn.base=\"cn=Subschema\" by * read\n\
         olcAccess: to * by * none\n",
    );
    database(&mut out, layout, pupils);
    overlays(&mut out);
    Ok(out)
}

fn database(out: &mut String, layout: &Layout, pupils: u32) {
    // Address space, not disk: a pupil with family takes some 10 kB.
    let size = (1_u64 << 30) + u64::from(pupils) * (32 << 10);
    let _ = write!(
        out,
        "\ndn: olcDatabase={{1}}mdb,cn=config\nobjectClass: olcDatabaseConfig\n\
         objectClass: olcMdbConfig\nolcDatabase: {{1}}mdb\nolcSuffix: {BASE_DN}\n\
         olcRootDN: cn=root,{BASE_DN}\nolcDbDirectory: {folder}\nolcDbMaxSize: {size}\n\
         olcDbMode: 0600\nolcLastBind: TRUE\n\
         olcSizeLimit: size.soft=500 size.hard=500 size.prtotal=unlimited\n",
        folder = layout.for_slapd(&layout.database()),
    );
    for index in INDEXES {
        let _ = writeln!(out, "olcDbIndex: {index}");
    }
    for (number, rule) in access::rules().into_iter().enumerate() {
        let _ = writeln!(out, "olcAccess: {{{number}}}{rule}");
    }
}

fn overlays(out: &mut String) {
    let overlay = |number: usize, name: &str, class: &str| {
        format!(
            "\ndn: olcOverlay={{{number}}}{name},olcDatabase={{1}}mdb,cn=config\n\
             objectClass: olcOverlayConfig\nobjectClass: {class}\nolcOverlay: {{{number}}}{name}\n"
        )
    };
    out.push_str(&overlay(0, "ppolicy", "olcPPolicyConfig"));
    let _ = write!(
        out,
        "olcPPolicyDefault: {}\nolcPPolicyHashCleartext: TRUE\nolcPPolicyUseLockout: TRUE\n",
        tree::policy()
    );
    out.push_str(&overlay(1, "memberof", "olcMemberOf"));
    out.push_str("olcMemberOfGroupOC: groupOfNames\nolcMemberOfRefInt: TRUE\n");
    out.push_str(&overlay(2, "refint", "olcRefintConfig"));
    for attribute in REFERENCES.split_whitespace() {
        let _ = writeln!(out, "olcRefintAttribute: {attribute}");
    }
}

/// The person who starts the sandbox, as slapd names them on the ldapi socket.
fn socket_peer() -> String {
    format!(
        "^gidNumber={}[+]uidNumber={},cn=peercred,cn=external,cn=auth$",
        rustix::process::getegid().as_raw(),
        rustix::process::geteuid().as_raw()
    )
}

fn folder_with(folders: &[&str], file: &str) -> Result<PathBuf, SandboxError> {
    folders
        .iter()
        .map(PathBuf::from)
        .find(|folder| folder.join(file).exists())
        .ok_or_else(|| SandboxError::PartMissing(file.to_owned()))
}
