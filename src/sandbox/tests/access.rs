//! Who may do what: the rules of `access`, tried with ldap-utils.

use super::*;

const INSUFFICIENT: i32 = 50;
const RESET: &str =
    "replace: userPassword\nuserPassword: pomme-lune\n-\nreplace: pwdReset\npwdReset: TRUE";

#[test]
fn a_school_resets_its_own_pupils_alone() {
    let room = Room::new();
    let pupil = room.dn("namesake_6a");
    let other = room.dn("namesake_lycee");
    assert_eq!(room.modify("admin-college", &pupil, RESET), 0);
    assert_eq!(room.modify("admin-college", &other, RESET), INSUFFICIENT);
    assert_eq!(room.modify("admin-lycee", &other, RESET), 0);
    // Another password: slapd looks at the history before it looks at the rights.
    let other_password = RESET.replace("pomme", "figue");
    assert_eq!(
        room.modify("admin-lycee", &pupil, &other_password),
        INSUFFICIENT
    );
    assert_eq!(
        room.modify(
            tree::INTER,
            &pupil,
            RESET.replace("pomme", "poire").as_str()
        ),
        0
    );

    // The pupil logs in, may do nothing else first, changes the password, and is in.
    let me = ["-LLL", "-s", "base", "-b", &pupil, "cn"];
    let stuck = room.as_person(&pupil, "poire-lune", "ldapsearch", &me, "");
    assert_eq!(stuck.code, INSUFFICIENT, "{}", stuck.err);
    let changed = room.as_person(
        &pupil,
        "poire-lune",
        "ldappasswd",
        &["-a", "poire-lune", "-s", "soleil-42"],
        "",
    );
    assert_eq!(changed.code, 0, "{}", changed.err);
    assert!(room.values(&pupil, "pwdReset").is_empty());
    let inside = room.as_person(&pupil, "soleil-42", "ldapsearch", &me, "");
    assert_eq!((inside.code, inside.entries()), (0, 1), "{}", inside.err);
}

#[test]
fn a_parent_is_reached_through_any_child() {
    let room = Room::new();
    let mail = "replace: mail\nmail: autre@courriel.example";
    let college = room.dn("parent_college");
    assert_eq!(room.modify("admin-college", &college, mail), 0);
    assert_eq!(room.modify("admin-lycee", &college, mail), INSUFFICIENT);
    let both = room.dn("parent_both_schools");
    assert_eq!(room.modify("admin-college", &both, mail), 0);
    assert_eq!(room.modify("admin-lycee", &both, mail), 0);
    assert_eq!(room.modify("admin-lycee", &both, RESET), 0);
    // Linking two accounts: class and reference in one step.
    let link = format!(
        "add: objectClass\nobjectClass: ENTPersonRelation\n-\nadd: ENTPersRelRapprochSecondaire\n\
         ENTPersRelRapprochSecondaire: {college}"
    );
    assert_eq!(room.modify("admin-college", &both, &link), 0);
    let own = "add: objectClass\nobjectClass: entctlAccount\n-\nadd: entctlTemporaryPasswordEnd\n\
               entctlTemporaryPasswordEnd: 20270101000000Z";
    assert_eq!(room.modify("admin-college", &both, own), 0);
}

#[test]
fn a_school_locks_and_unlocks_and_no_more() {
    let room = Room::new();
    let pupil = room.dn("disabled");
    let locked = room.values(&pupil, "pwdAccountLockedTime");
    assert_eq!(locked, ["000001010000Z"]);
    let refused = room.as_person(
        &pupil,
        &format!("ent-{}", room.uid("disabled")),
        "ldapwhoami",
        &[],
        "",
    );
    assert_eq!(refused.code, 49);
    assert_eq!(
        room.modify("admin-college", &pupil, "delete: pwdAccountLockedTime"),
        0
    );
    assert_eq!(
        room.modify(
            "admin-college",
            &pupil,
            "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z"
        ),
        0
    );
    // A name may be corrected; where somebody belongs stays the feed's.
    assert_eq!(
        room.modify("admin-college", &pupil, "replace: sn\nsn: Autre"),
        0
    );
    let elsewhere = "replace: ENTEleveClasses\nENTEleveClasses: dc=x$6B";
    assert_eq!(
        room.modify("admin-college", &pupil, elsewhere),
        INSUFFICIENT
    );
    let gone = room.as_administrator("admin-college", "ldapdelete", &[&pupil], "");
    assert_eq!(gone.code, INSUFFICIENT);
    let classes = tree::group("0310042X_6A");
    let other = tree::group("0310043Y_2NDE 1");
    let member = format!("add: member\nmember: {pupil}");
    assert_eq!(room.modify("admin-college", &classes, &member), 0);
    assert!(room.values(&pupil, "memberOf").contains(&classes));
    assert_eq!(room.modify("admin-college", &other, &member), INSUFFICIENT);
    // The one who manages may do all of it.
    assert_eq!(
        room.modify(tree::MANAGE, &pupil, "replace: sn\nsn: Autre"),
        0
    );
    let gone = room.as_administrator(tree::MANAGE, "ldapdelete", &[&pupil], "");
    assert_eq!(gone.code, 0, "{}", gone.err);
}

#[test]
fn administrators_read_states_and_no_secret() {
    let room = Room::new();
    let pupil = room.dn("namesake_6a");
    assert_eq!(room.modify("admin-college", &pupil, RESET), 0);
    for who in [tree::INTER, "admin-college", "admin-lycee"] {
        let answer = room.as_administrator(
            who,
            "ldapsearch",
            &[
                "-LLL",
                "-o",
                "ldif-wrap=no",
                "-s",
                "base",
                "-b",
                &pupil,
                "*",
                "+",
            ],
            "",
        );
        assert_eq!(answer.code, 0, "{}", answer.err);
        for attribute in [
            "pwdReset",
            "pwdChangedTime",
            "entryCSN",
            "entryUUID",
            "modifiersName",
            "memberOf",
        ] {
            assert!(
                !answer.values(attribute).is_empty(),
                "{who} {attribute}: {}",
                answer.out
            );
        }
        for secret in ["userPassword", "pwdHistory"] {
            assert!(!answer.out.contains(secret), "{who} reads {secret}");
        }
    }
    // A reset takes this one away; one who was not reset has it.
    assert_eq!(room.values(&room.dn("accents"), "pwdLastSuccess").len(), 1);
    let policy = room.values(&tree::policy(), "pwdMustChange");
    assert_eq!(policy, ["TRUE"]);
}

#[test]
fn people_see_themselves_and_a_login_page_finds_them() {
    let room = Room::new();
    let uid = room.uid("accents");
    let (me, other) = (tree::person(&uid), room.dn("namesake_6a"));
    let password = format!("ent-{uid}");
    let own = room.as_person(
        &me,
        &password,
        "ldapsearch",
        &["-LLL", "-s", "base", "-b", &me],
        "",
    );
    assert_eq!((own.code, own.entries()), (0, 1), "{}", own.err);
    assert!(!own.out.contains("userPassword"));
    let them = room.as_person(
        &me,
        &password,
        "ldapsearch",
        &["-LLL", "-s", "base", "-b", &other, "cn"],
        "",
    );
    assert_eq!(them.entries(), 0, "{}", them.out);
    let schools = room.as_person(
        &me,
        &password,
        "ldapsearch",
        &[
            "-LLL",
            "-b",
            "dc=ent,dc=test",
            "(ENTStructureUAI=0310042X)",
            "ENTStructureNomCourant",
        ],
        "",
    );
    assert_eq!(schools.entries(), 1);
    // Nobody yet.
    let alias = tree::person(&room.uid("alias"));
    for (filter, dn) in [
        ("(ENTPersonLogin=zoe.lefevre)", &me),
        ("(ENTPersonAlias=ines31)", &alias),
        (&format!("(uid={uid})"), &me),
    ] {
        let found = room.run("ldapsearch", &["-LLL", "-b", "dc=ent,dc=test", filter], "");
        assert_eq!(found.entries(), 1, "{filter}: {}", found.err);
        assert!(found.out.contains(dn.as_str()));
        assert!(
            !found.out.contains("mail") && !found.out.contains("sn:"),
            "{}",
            found.out
        );
    }
    let hidden = room.run(
        "ldapsearch",
        &["-LLL", "-b", "dc=ent,dc=test", "(sn=Dupont)"],
        "",
    );
    assert_eq!(hidden.entries(), 0);
}

#[test]
fn the_starter_and_the_certificate_are_the_inter_school_administrator() {
    let room = Room::new();
    let inter = "dn:uid=admin-inter,ou=administrateurs,dc=ent,dc=test";
    let mut socket = Command::new("ldapwhoami");
    socket.args([
        "-Q",
        "-Y",
        "EXTERNAL",
        "-H",
        room.info.ldapi_url.as_deref().expect("ldapi"),
    ]);
    let answer = finish(socket, "ldapwhoami", "");
    assert_eq!(answer.out.trim(), inter, "{}", answer.err);

    let tls = |command: &mut Command, ca: &Path| {
        command
            .env("LDAPTLS_CACERT", ca)
            .env("LDAPTLS_REQCERT", "demand")
            .args(["-H", room.info.ldaps_url.as_deref().expect("ldaps")]);
    };
    let ca = room.info.ca_file.clone().expect("ca");
    let mut certificate = Command::new("ldapwhoami");
    certificate
        .args(["-Q", "-Y", "EXTERNAL"])
        .env(
            "LDAPTLS_CERT",
            room.info
                .client_certificate_file
                .as_ref()
                .expect("certificate"),
        )
        .env(
            "LDAPTLS_KEY",
            room.info.client_key_file.as_ref().expect("key"),
        );
    tls(&mut certificate, &ca);
    let answer = finish(certificate, "ldapwhoami", "");
    assert_eq!(answer.out.trim(), inter, "{}", answer.err);

    // Without a certificate of one's own TLS works as well; with another authority it does not.
    let mut nobody = Command::new("ldapwhoami");
    nobody.arg("-x");
    tls(&mut nobody, &ca);
    assert_eq!(finish(nobody, "ldapwhoami", "").out.trim(), "anonymous");
    let mut wrong = Command::new("ldapwhoami");
    wrong.arg("-x");
    tls(
        &mut wrong,
        room.info
            .client_certificate_file
            .as_ref()
            .expect("certificate"),
    );
    assert_ne!(finish(wrong, "ldapwhoami", "").code, 0);
}

/// The TLS library entctl itself uses is stricter about certificates than that of ldap-utils.
#[test]
fn rustls_accepts_the_server_by_each_of_its_names_and_offers_the_certificate() {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use std::io::{Read, Write};

    let room = Room::new();
    let mut roots = rustls::RootCertStore::empty();
    let ca = room.info.ca_file.as_ref().expect("ca");
    roots
        .add(CertificateDer::from_pem_file(ca).expect("CA certificate"))
        .expect("CA");
    let certificate = room.info.client_certificate_file.as_ref().expect("file");
    let key = room.info.client_key_file.as_ref().expect("file");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_client_auth_cert(
            vec![CertificateDer::from_pem_file(certificate).expect("certificate")],
            PrivateKeyDer::from_pem_file(key).expect("key"),
        )
        .expect("client");
    let config = std::sync::Arc::new(config);
    let url = room.info.ldaps_url.as_deref().expect("ldaps");
    let address = url.strip_prefix("ldaps://").expect("address");
    for name in ["127.0.0.1", "::1", "localhost"] {
        let name = ServerName::try_from(name).expect("name");
        let mut session = rustls::ClientConnection::new(config.clone(), name).expect("session");
        let mut socket = std::net::TcpStream::connect(address).expect("connection");
        let mut stream = rustls::Stream::new(&mut session, &mut socket);
        // A SASL bind, mechanism EXTERNAL (RFC 4513 section 5.2.3), and its answer: success.
        stream
            .write_all(
                b"\x30\x18\x02\x01\x01\x60\x13\x02\x01\x03\x04\x00\xa3\x0c\x04\x08EXTERNAL\x04\x00",
            )
            .expect("bind");
        let mut answer = [0; 10];
        stream.read_exact(&mut answer).expect("answer");
        assert_eq!(answer, *b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00");
    }
}
