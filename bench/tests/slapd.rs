//! That what is made up is a directory as the sandbox has one: loaded by slapd's own tool with its schema.

use families::level::LEVELS;
use families::{ldif, made};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where the sandbox's schema is.
const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/sandbox/schema.ldif");

fn slapd(tool: &str, folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(tool)
        .env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin")
        .current_dir(folder)
        .args(["-F", "config"])
        .args(arguments)
        .output()
        .expect("slapd's tools are missing: sudo apt-get install slapd");
    (
        output.status.success(),
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
    )
}

fn config(folder: &Path) -> String {
    let schemas: String = ["core", "cosine", "inetorgperson", "nis", "misc"]
        .iter()
        .map(|name| format!("include: file:///etc/ldap/schema/{name}.ldif\n\n"))
        .collect();
    format!(
        "dn: cn=config\nobjectClass: olcGlobal\ncn: config\n\n\
         dn: cn=module,cn=config\nobjectClass: olcModuleList\ncn: module\n\
         olcModulePath: /usr/lib/ldap\nolcModuleLoad: back_mdb\n\n\
         dn: cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: schema\n\n{schemas}{own}\n\
         dn: olcDatabase={{1}}mdb,cn=config\nobjectClass: olcDatabaseConfig\nobjectClass: olcMdbConfig\n\
         olcDatabase: {{1}}mdb\nolcSuffix: {suffix}\nolcDbDirectory: {data}\nolcDbMaxSize: 268435456\n\
         olcDbEnvFlags: nosync\n",
        own = fs::read_to_string(SCHEMA).expect("the sandbox's schema"),
        suffix = ldif::SUFFIX,
        data = folder.join("data").display(),
    )
}

#[test]
fn slapd_takes_every_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for name in ["config", "data"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
    fs::write(folder.join("config.ldif"), config(folder)).expect("written");
    let (done, said) = slapd("slapadd", folder, &["-n", "0", "-l", "config.ldif"]);
    assert!(done, "{said}");

    let made = made(1_000, 1, &LEVELS[3]);
    let mut file = fs::File::create(folder.join("directory.ldif")).expect("a file");
    ldif::write(&mut file, &made.world, &made.records).expect("written");
    let (done, said) = slapd("slapadd", folder, &["-n", "1", "-l", "directory.ldif"]);
    assert!(done, "{said}");

    let (done, dump) = slapd(
        "slapcat",
        folder,
        &["-n", "1", "-a", "(objectClass=ENTAuxPersRelEleve)"],
    );
    assert!(done, "{dump}");
    assert_eq!(
        dump.lines().filter(|line| line.starts_with("dn:")).count(),
        made.records.len()
    );
}
