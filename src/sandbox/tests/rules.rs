//! What slapd itself keeps true in the sandbox: policy, references, limits, durability, data.

use super::*;

#[test]
fn five_wrong_passwords_lock_an_account() {
    let room = Room::new();
    let uid = room.uid("particle");
    let dn = tree::person(&uid);
    for _ in 0..5 {
        assert_eq!(room.as_person(&dn, "faux", "ldapwhoami", &[], "").code, 49);
    }
    let right = room.as_person(&dn, &format!("ent-{uid}"), "ldapwhoami", &[], "");
    assert_eq!(right.code, 49, "{}", right.out);
    assert_eq!(room.values(&dn, "pwdAccountLockedTime").len(), 1);
}

#[test]
fn short_and_former_passwords_are_refused() {
    let room = Room::new();
    let uid = room.uid("accents");
    let dn = tree::person(&uid);
    let first = format!("ent-{uid}");
    let change = |old: &str, new: &str| {
        room.as_person(&dn, old, "ldappasswd", &["-a", old, "-s", new], "")
            .code
    };
    let before = room.values(&dn, "pwdLastSuccess");
    assert_eq!(before.len(), 1);
    assert_ne!(change(&first, "court"), 0);
    assert_eq!(change(&first, "assez-long"), 0);
    assert_ne!(change("assez-long", &first), 0);
    assert_eq!(
        room.as_person(&dn, "assez-long", "ldapwhoami", &[], "")
            .code,
        0
    );
    assert_ne!(room.values(&dn, "pwdLastSuccess"), before);
}

#[test]
fn groups_and_references_follow_people() {
    let room = Room::new();
    let pupil = room.dn("sibling_lycee");
    let mother = room.dn("parent_both_schools");
    let class = tree::group("0310043Y_2NDE 1");
    assert!(room.values(&pupil, "memberOf").contains(&class));
    assert!(room.values(&class, "member").contains(&pupil));
    assert!(
        room.values(&mother, "ENTAuxPersRelEleveEleve")
            .contains(&pupil)
    );
    let gone = room.as_administrator(tree::MANAGE, "ldapdelete", &[&pupil], "");
    assert_eq!(gone.code, 0, "{}", gone.err);
    assert!(!room.values(&class, "member").contains(&pupil));
    assert_eq!(
        room.values(&mother, "ENTAuxPersRelEleveEleve"),
        [room.dn("sibling_college")]
    );
}

#[test]
fn memberof_agrees_with_the_groups_loaded() {
    let room = Room::new();
    let search = |filter: &str, attribute: &str| {
        let args = [
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-E",
            "pr=200/noprompt",
            "-b",
            "dc=ent,dc=test",
            filter,
            attribute,
        ];
        let answer = room.as_administrator(tree::INTER, "ldapsearch", &args, "");
        assert_eq!(answer.code, 0, "{}", answer.err);
        let mut pairs = Vec::new();
        let mut dn = String::new();
        for line in answer.out.lines() {
            if let Some(name) = line.strip_prefix("dn: ").or(line.strip_prefix("dn:: ")) {
                dn = name.to_owned();
            } else if let Some((_, value)) = line
                .split_once(": ")
                .filter(|(name, _)| name.trim_end_matches(':') == attribute)
            {
                // Names of groups with accents come in base64, on either side.
                pairs.push((dn.clone(), value.to_owned()));
            }
        }
        pairs
    };
    let mut members: Vec<_> = search("(objectClass=groupOfNames)", "member")
        .into_iter()
        .map(|(group, person)| (person, group))
        .collect();
    let mut member_of = search("(memberOf=*)", "memberOf");
    members.sort();
    member_of.sort();
    assert!(members.len() > PUPILS as usize);
    let differ: Vec<_> = members.iter().filter(|m| !member_of.contains(m)).collect();
    assert!(
        differ.is_empty() && members.len() == member_of.len(),
        "{differ:?}"
    );
}

#[test]
fn lists_are_cut_at_500_unless_paged() {
    let folder = tempfile::tempdir().expect("folder");
    let paths = SandboxPaths::new(folder.path());
    let wanted = UpRequest {
        pupils: 400,
        ..request("demo")
    };
    let (info, _) = up(&paths, &wanted).expect("up");
    let room = Room {
        _folder: Some(folder),
        paths,
        info,
    };
    let all = [
        "-LLL",
        "-b",
        "ou=personnes,dc=ent,dc=test",
        "(objectClass=ENTPerson)",
        "1.1",
    ];
    let cut = room.as_administrator(tree::INTER, "ldapsearch", &all, "");
    assert_eq!((cut.code, cut.entries()), (4, 500));
    let paged = [&["-E", "pr=100/noprompt"], &all[..]].concat();
    let whole = room.as_administrator(tree::INTER, "ldapsearch", &paged, "");
    assert_eq!(whole.code, 0, "{}", whole.err);
    assert!(whole.entries() > 1000, "{}", whole.entries());
}

#[test]
fn the_data_is_durable_and_the_hard_names_survive() {
    let room = Room::new();
    let config = room
        .folder()
        .join("config/cn=config/olcDatabase={1}mdb.ldif");
    let config = std::fs::read_to_string(config).expect("configuration");
    assert!(!config.contains("NoSync") && config.contains("olcLastBind: TRUE"));
    // RFC 4515 escapes of a name with everything in it.
    let filter = r#"(cn=Jean "Jeannot" O'Neil \28fils\29, dit \2aLe\5cGrand\2a + 1$)"#;
    let found = room.as_administrator(
        tree::INTER,
        "ldapsearch",
        &["-LLL", "-b", "ou=personnes,dc=ent,dc=test", filter, "uid"],
        "",
    );
    assert_eq!(
        found.values("uid"),
        [room.uid("special_characters")],
        "{}",
        found.err
    );
    for password in std::fs::read_dir(room.folder().join("passwords")).expect("folder") {
        let secret = std::fs::read_to_string(password.expect("entry").path()).expect("password");
        for file in ["entctl.toml", "state.json", "truth.json", "slapd.log"] {
            let text = std::fs::read_to_string(room.folder().join(file)).expect(file);
            assert!(!text.contains(&secret), "{file}");
        }
    }
}

#[test]
fn the_profiles_name_every_administrator() {
    let room = Room::new();
    let text = std::fs::read_to_string(room.info.config.as_ref().expect("config")).expect("toml");
    let toml: toml::Table = toml::from_str(&text).expect("TOML");
    let profiles = toml["profiles"].as_table().expect("profiles");
    for (profile, uid, schools) in [
        ("demo", "admin-inter", None),
        ("demo-college", "admin-college", Some("0310042X")),
        ("demo-lycee", "admin-lycee", Some("0310043Y")),
        ("demo-manage", "admin-manage", None),
    ] {
        let profile = &profiles[profile];
        assert_eq!(profile["urls"][0].as_str(), room.info.ldaps_url.as_deref());
        assert_eq!(profile["urls"][1].as_str(), room.info.url.as_deref());
        let said = profile
            .get("schools")
            .map(|s| s[0].as_str().expect("school"));
        assert_eq!(said, schools);
        assert_eq!(
            profile["bind"]["dn"].as_str(),
            Some(tree::administrator(uid).as_str())
        );
        let dn = profile["bind"]["dn"].as_str().expect("dn");
        let file = profile["bind"]["password_file"].as_str().expect("file");
        let who = room.run("ldapwhoami", &["-D", dn, "-y", file], "");
        assert_eq!(who.out.trim(), format!("dn:{dn}"), "{}", who.err);
    }
    assert_eq!(profiles.len(), 4);
}
