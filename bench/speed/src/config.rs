//! slapd's configuration for a measure, as cn=config in LDIF (slapd-config(5)): the sandbox's schema and policy, mdb as
//! it comes (each commit reaches the disk), and an administrator who has rights and is not the rootdn.

use std::fmt::Write as _;
use std::path::Path;

/// Top of the directory.
pub const SUFFIX: &str = "dc=ent,dc=test";
/// Whoever writes.
pub const WRITER: &str = "uid=reseau,ou=administrateurs,dc=ent,dc=test";
/// That one's password, in a file for entctl.
pub const WRITER_PASSWORD: &str = "measured by the clock";

/// The product's own schema.
const SCHEMA: &str = include_str!("../../../src/sandbox/schema.ldif");

const INDEXES: [&str; 4] = [
    "objectClass,uid,ENTPersonLogin,ENTPersonAlias,mail,ENTPersonJointure,member eq",
    "entctlMailRedirect pres,eq",
    "ENTPersonStructRattach,ENTAuxPersRelEleveEleve,ENTStructureUAI,ENTEleveClasses eq",
    "entryUUID,entryCSN eq",
];

/// The whole configuration, for a database in this folder.
pub fn ldif(data: &Path) -> String {
    let mut out = String::from(
        "dn: cn=config\nobjectClass: olcGlobal\ncn: config\nolcLogLevel: none\n\n\
         dn: cn=module,cn=config\nobjectClass: olcModuleList\ncn: module\nolcModulePath: /usr/lib/ldap\n\
         olcModuleLoad: back_mdb\nolcModuleLoad: ppolicy\n\n\
         dn: cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: schema\n\n",
    );
    for name in ["core", "cosine", "inetorgperson", "nis", "misc"] {
        let _ = write!(out, "include: file:///etc/ldap/schema/{name}.ldif\n\n");
    }
    out.push_str(SCHEMA);
    let _ = write!(
        out,
        "\ndn: olcDatabase={{-1}}frontend,cn=config\nobjectClass: olcDatabaseConfig\n\
         objectClass: olcFrontendConfig\nolcDatabase: {{-1}}frontend\nolcSizeLimit: unlimited\n\
         olcAccess: to dn.base=\"\" by * read\nolcAccess: to dn.base=\"cn=Subschema\" by * read\n\
         \ndn: olcDatabase={{1}}mdb,cn=config\nobjectClass: olcDatabaseConfig\nobjectClass: olcMdbConfig\n\
         olcDatabase: {{1}}mdb\nolcSuffix: {SUFFIX}\nolcRootDN: cn=root,{SUFFIX}\nolcDbDirectory: {data}\n\
         olcDbMaxSize: 17179869184\nolcSizeLimit: unlimited\n",
        data = data.display(),
    );
    for index in INDEXES {
        let _ = writeln!(out, "olcDbIndex: {index}");
    }
    let _ = write!(
        out,
        "olcAccess: {{0}}to attrs=userPassword by dn.exact=\"{WRITER}\" =w by self =xw by anonymous auth by * none\n\
         olcAccess: {{1}}to attrs=pwdHistory by * none\n\
         olcAccess: {{2}}to * by dn.exact=\"{WRITER}\" write by users read by * none\n\
         \ndn: olcOverlay={{0}}ppolicy,olcDatabase={{1}}mdb,cn=config\nobjectClass: olcOverlayConfig\n\
         objectClass: olcPPolicyConfig\nolcOverlay: {{0}}ppolicy\nolcPPolicyDefault: cn=default,ou=politiques,{SUFFIX}\n\
         olcPPolicyHashCleartext: TRUE\nolcPPolicyUseLockout: TRUE\n",
    );
    out
}
