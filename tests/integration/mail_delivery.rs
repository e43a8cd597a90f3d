//! What a real Postfix does with a redirect: where mail to the ENT address arrives.

use super::plain_directory;
use super::premises::School;
use crate::support::ldap_utils::Scope;
use crate::support::postfix::{Asked, Postfix};
use crate::support::slapd::{ADMIN, ADMIN_PASSWORD, Slapd};
use crate::support::smtp::{Manner, Smtp, Tls};
use std::path::Path;

const DOMAIN: &str = "ent.example.test";
const PARENT: &str = "parent_college";
const HOME: &str = "celine@boite.example";

/// A Postfix, and the world outside of it.
struct Post {
    postfix: Postfix,
    world: Smtp,
}

impl Post {
    fn start(way: &str, asked: &Asked) -> Self {
        let world = Smtp::start(Manner::new(Tls::None));
        let postfix = Postfix::start(way, asked, world.port);
        Post { postfix, world }
    }

    /// How many messages came to that address outside.
    fn outside(&self, address: &str) -> usize {
        let received = self.world.received();
        // Beside the address, Postfix names the first recipient (ORCPT).
        let to = format!("<{address}>");
        received.iter().filter(|m| m.to.contains(&to)).count()
    }

    /// Sends a message, waits until it has arrived, and then gives where all messages so far lie: in the ENT
    /// mailbox, and outside.
    #[track_caller]
    fn after_one_more(&self, to: &str, uid: &str) -> (usize, usize) {
        let before = self.postfix.mailbox(uid) + self.outside(HOME);
        let sent = self.postfix.send(to);
        assert!(sent.status.success(), "{sent:?}\n{}", self.postfix.log());
        self.postfix.wait_until("a message that arrived", || {
            self.postfix.mailbox(uid) + self.outside(HOME) > before
        });
        self.postfix.wait_until_quiet();
        (self.postfix.mailbox(uid), self.outside(HOME))
    }
}

fn asked(school: &School) -> Asked {
    let status = school.sandbox().status();
    Asked {
        url: status.url.clone(),
        bind_dn: status.bind_dn.clone(),
        bind_password: school.sandbox().bind_password(),
        search_base: format!("ou=personnes,{}", status.base_dn),
        domain: DOMAIN.to_owned(),
    }
}

#[track_caller]
fn mail(school: &School, words: &[&str]) {
    school
        .college(&["mail"])
        .args(words)
        .args(["--yes", "--reason", "venue au secrétariat"])
        .run()
        .expect_success();
}

#[test]
fn mail_goes_where_the_redirect_says_and_home_again_when_it_is_cleared() {
    let school = School::up(30);
    let (login, uid) = (school.login(PARENT), school.uid(PARENT));
    let address = format!("{login}@{DOMAIN}");
    let post = Post::start("own", &asked(&school));
    assert_eq!(post.after_one_more(&address, &uid), (1, 0));
    mail(&school, &["set", &login, "--redirect", HOME]);
    assert_eq!(post.after_one_more(&address, &uid), (1, 1));
    assert_eq!(post.after_one_more(&address.to_uppercase(), &uid), (1, 2));
    mail(&school, &["set", &login, "--keep-copy"]);
    assert_eq!(post.after_one_more(&address, &uid), (2, 3));
    mail(&school, &["clear", &login, "--redirect"]);
    assert_eq!(post.after_one_more(&address, &uid), (3, 3));
}

#[test]
fn one_copy_stays_however_many_ent_addresses_there_are() {
    let school = School::up(30);
    let (login, uid) = (school.login(PARENT), school.uid(PARENT));
    let second = format!("c.autre@{DOMAIN}");
    let ldif = format!(
        "dn: {}\nchangetype: modify\nadd: mail\nmail: {second}\n",
        school.dn(PARENT)
    );
    school.manage().modify(&ldif).expect_success();
    let personal = school.entry(PARENT).all("mail")[0].clone();
    assert!(!personal.ends_with(DOMAIN), "{personal}");
    mail(&school, &["set", &login, "--redirect", HOME, "--keep-copy"]);
    let post = Post::start("own", &asked(&school));
    assert_eq!(
        post.after_one_more(&format!("{login}@{DOMAIN}"), &uid),
        (1, 1)
    );
    assert_eq!(post.after_one_more(&second, &uid), (2, 2));
    // What is sent to the personal address is no business of the redirect.
    assert!(post.postfix.send(&personal).status.success());
    post.postfix
        .wait_until("a message outside", || post.outside(&personal) == 1);
    post.postfix.wait_until_quiet();
    assert_eq!((post.postfix.mailbox(&uid), post.outside(HOME)), (2, 2));
}

#[test]
fn a_chain_ends_where_it_leads_and_a_ring_delivers_nothing() {
    let school = School::up(30);
    let (first, next) = (school.login(PARENT), school.login("parent_lycee"));
    let (one, two) = (format!("{first}@{DOMAIN}"), format!("{next}@{DOMAIN}"));
    let uid = school.uid(PARENT);
    mail(&school, &["set", &first, "--redirect", &two, "--keep-copy"]);
    school
        .inter(&["mail", "set", &next, "--redirect", HOME])
        .args(["--yes", "--reason", "venu au secrétariat"])
        .run()
        .expect_success();
    let post = Post::start("own", &asked(&school));
    assert_eq!(post.after_one_more(&one, &uid), (1, 1));
    // What entctl refuses to write, done by hand: the reason for refusing it.
    mail(&school, &["set", &first, "--no-keep-copy"]);
    let ldif = format!(
        "dn: {}\nchangetype: modify\nreplace: entctlMailRedirect\nentctlMailRedirect: {one}\n",
        school.dn("parent_lycee")
    );
    school.manage().modify(&ldif).expect_success();
    let sent = post.postfix.send(&one);
    assert!(!sent.status.success(), "{sent:?}\n{}", post.postfix.log());
    post.postfix.wait_until_quiet();
    assert_eq!((post.postfix.mailbox(&uid), post.outside(HOME)), (1, 1));
    let listed = school
        .inter(&["mail", "list", "--loops", "--format", "json"])
        .run()
        .expect_success();
    assert!(listed.stdout.contains(&one), "{listed}");
}

/// A directory of inetOrgPerson entries, written in another way.
fn elsewhere(way: &str, class: &str, keeps_copies: bool) {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail-schemas");
    let schema = match way {
        "inetlocal" | "nis" => "/etc/ldap/schema/misc.ldif".into(),
        _ => schemas.join(format!("{way}.ldif")),
    };
    let slapd = Slapd::with_schemas(
        &[schema],
        &format!(
            "dn: uid=celine,ou=people,dc=ecole,dc=test\nobjectClass: inetOrgPerson\n{class}uid: celine\n\
             cn: Celine Roux\nsn: Roux\ngivenName: Celine\nemployeeType: parent\nmail: celine@{DOMAIN}\n\n\
             dn: ou=mail,dc=ecole,dc=test\nobjectClass: organizationalUnit\nou: mail\n"
        ),
    );
    let aliases = match way {
        "nis" => "aliases = \"ou=mail,dc=ecole,dc=test\"\n",
        _ => "",
    };
    let home = plain_directory::home(&slapd);
    let config = home.file("plain.toml");
    let text = std::fs::read_to_string(&config).expect("a configuration");
    home.write(
        "plain.toml",
        format!("{text}[profiles.plain.redirect]\nway = \"{way}\"\n{aliases}own_domains = [\"{DOMAIN}\"]\n"),
    );
    let mail = |words: &[&str]| {
        let end = ["--yes", "--reason", "venue au secrétariat"];
        plain_directory::entctl(&home, &[&["mail"], words, &end].concat())
    };
    let post = Post::start(
        way,
        &Asked {
            url: slapd.url().to_owned(),
            bind_dn: ADMIN.to_owned(),
            bind_password: ADMIN_PASSWORD.to_owned(),
            search_base: slapd.base().to_owned(),
            domain: DOMAIN.to_owned(),
        },
    );
    let address = format!("celine@{DOMAIN}");
    let arrives = || post.after_one_more(&address, "celine");
    assert_eq!(arrives(), (1, 0), "{way}");
    mail(&["set", "celine", "--redirect", HOME, "--no-keep-copy"]).expect_success();
    assert_eq!(arrives(), (1, 1), "{way}");
    let kept = mail(&["set", "celine", "--keep-copy"]);
    let (home_again, outside) = if keeps_copies {
        kept.expect_success();
        assert_eq!(arrives(), (2, 2), "{way}");
        (3, 2)
    } else {
        assert!(kept.status != Some(0), "{way}: {kept}");
        (2, 1)
    };
    mail(&["clear", "celine", "--redirect"]).expect_success();
    assert_eq!(arrives(), (home_again, outside), "{way}");
    let left = slapd.admin().search(
        slapd.base(),
        Scope::Sub,
        "(|(mailForwardingAddress=*)(mailRoutingAddress=*)(gosaMailForwardingAddress=*)(rfc822MailMember=*))",
        &["uid"],
    );
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn sendmails_way_delivers_there_instead() {
    elsewhere("inetlocal", "", false);
}

#[test]
fn aliases_of_their_own_deliver_there_or_to_both() {
    elsewhere("nis", "", true);
}

#[test]
fn netscapes_way_delivers_there_or_to_both() {
    elsewhere("netscape", "", true);
}

#[test]
fn qmails_way_delivers_there_or_to_both() {
    elsewhere("qmail", "", true);
}

#[test]
fn gosas_way_delivers_there_or_to_both() {
    elsewhere("gosa", "objectClass: gosaMailAccount\n", true);
}
