//! The proxy between ldap-utils and a real slapd.

use super::super::ber::op;
use super::super::entctl::{Home, Running};
use super::super::ldap_utils::{LdapUtils, Scope};
use super::super::output::Output;
use super::super::slapd::{ADMIN, ADMIN_PASSWORD, Slapd};
use super::super::waiting::wait_until;
use super::*;
use std::io::Read as _;

const ALICE: &str = "uid=alice,ou=people,dc=ecole,dc=test";

fn sn(slapd: &Slapd) -> String {
    let entry = slapd.admin().read(ALICE, &["sn"]).expect("alice");
    entry.one("sn").expect("sn")
}

fn change(sn: &str) -> String {
    format!("dn: {ALICE}\nchangetype: modify\nreplace: sn\nsn: {sn}\n")
}

/// ldapmodify through the proxy, as a process that the test can watch.
fn spawn_modify(home: &Home, proxy: &Proxy, sn: &str) -> Running {
    home.write("secret", ADMIN_PASSWORD);
    home.program(
        "ldapmodify",
        ["-x", "-H", &proxy.url(), "-D", ADMIN, "-y", "secret"],
    )
    .stdin(change(sn))
    .spawn()
}

#[test]
fn messages_are_counted_and_passed_on() {
    let slapd = Slapd::start();
    let proxy = Proxy::start(slapd.url());
    let utils = LdapUtils::new(&proxy.url(), ADMIN, ADMIN_PASSWORD);
    let found = utils.search(slapd.base(), Scope::Sub, "(uid=*)", &["uid"]);
    assert_eq!(found.len(), 3);
    wait_until("the unbind is seen", || proxy.count(op::UNBIND) == 1);
    assert_eq!(proxy.tags(), [op::BIND, op::SEARCH, op::UNBIND]);
    assert_eq!(proxy.round_trips(), 2);
    assert_eq!(proxy.connections(), 1);
    let entries = proxy.answers();
    let entries = entries.iter().filter(|a| a.tag == op::SEARCH_ENTRY);
    assert_eq!(entries.count(), 3);
    // The control of the paged search, and the name bound as.
    assert!(proxy.requests()[1].contains("1.2.840.113556.1.4.319"));
    assert!(proxy.requests()[0].contains(ADMIN));
    assert!(!format!("{:?}", proxy.requests()).contains(ADMIN_PASSWORD));
}

#[test]
fn a_request_cut_off_is_not_done() {
    let slapd = Slapd::start();
    let step = Step::held(When::Operation(op::MODIFY, 1), Fault::Cut);
    let proxy = Proxy::with(slapd.url(), [step]);
    let utils = LdapUtils::new(&proxy.url(), ADMIN, ADMIN_PASSWORD);
    assert!(!utils.modify(&change("Autre")).ok());
    assert_eq!((sn(&slapd).as_str(), proxy.fired()), ("Exemple", 1));
    // A step fires once.
    utils.modify(&change("Autre")).expect_success();
    assert_eq!(sn(&slapd), "Autre");
}

#[test]
fn an_answer_cut_off_leaves_the_request_done() {
    let slapd = Slapd::start();
    let step = Step::done(When::Message(2), Fault::Cut);
    let proxy = Proxy::with(slapd.url(), [step]);
    let utils = LdapUtils::new(&proxy.url(), ADMIN, ADMIN_PASSWORD);
    assert!(!utils.modify(&change("Autre")).ok());
    assert_eq!((sn(&slapd).as_str(), proxy.fired()), ("Autre", 1));
}

#[test]
fn another_administrator_acts_in_between() {
    let slapd = Slapd::start();
    let (other, url) = (change("Premier"), slapd.url().to_owned());
    let step = Step::held(
        When::Operation(op::MODIFY, 1),
        Fault::call(move |message| {
            assert!(message.contains("Second"));
            LdapUtils::new(&url, ADMIN, ADMIN_PASSWORD)
                .modify(&other)
                .expect_success();
        }),
    );
    let proxy = Proxy::with(slapd.url(), [step]);
    let utils = LdapUtils::new(&proxy.url(), ADMIN, ADMIN_PASSWORD);
    let only_if_first = format!(
        "dn: {ALICE}\nchangetype: modify\ndelete: sn\nsn: Premier\n-\nadd: sn\nsn: Second\n"
    );
    utils.modify(&only_if_first).expect_success();
    assert_eq!(sn(&slapd), "Second");
}

#[test]
fn a_killed_client_dies_at_the_moment_asked_for() {
    for (moment, expected) in [(Moment::Held, "Exemple"), (Moment::Done, "Autre")] {
        let slapd = Slapd::start();
        let victim = Victim::new();
        let proxy = Proxy::start(slapd.url());
        proxy.arm(Step {
            when: When::Operation(op::MODIFY, 1),
            moment,
            fault: Fault::Kill(victim.clone()),
        });
        let home = Home::new();
        let running = spawn_modify(&home, &proxy, "Autre");
        victim.is(running.pid());
        let output: Output = running.wait();
        assert_eq!(output.signal, Some(9), "{output}");
        assert_eq!(sn(&slapd), expected, "{moment:?}");
    }
}

#[test]
fn silence_keeps_the_client_waiting() {
    let slapd = Slapd::start();
    let step = Step::done(When::Operation(op::MODIFY, 1), Fault::Stall);
    let proxy = Proxy::with(slapd.url(), [step]);
    let home = Home::new();
    let running = spawn_modify(&home, &proxy, "Autre");
    proxy.wait_until_fired(1);
    assert_eq!(sn(&slapd), "Autre");
    running.signal(rustix::process::Signal::TERM);
    // It was still waiting: it ends by our signal, not by itself.
    assert_eq!(running.wait().signal, Some(15));
}

#[test]
fn a_server_that_goes_down_stays_down() {
    let slapd = Slapd::start();
    let step = Step::held(When::Message(2), Fault::Down);
    let proxy = Proxy::with(slapd.url(), [step]);
    let utils = LdapUtils::new(&proxy.url(), ADMIN, ADMIN_PASSWORD);
    assert!(!utils.modify(&change("Autre")).ok());
    assert_eq!(utils.bind().code, 255);
    assert_eq!((sn(&slapd).as_str(), proxy.connections()), ("Exemple", 1));
}

/// A server that answers every request of one connection in order, with a BindResponse of 14 bytes.
fn orderly_server() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let Ok((mut stream, _)) = listener.accept() else {
            return;
        };
        while let Ok(Some(message)) = read_message(&mut stream) {
            let id = u8::try_from(message.id).expect("a small messageID");
            let answer = [0x30, 12, 2, 1, id, 0x61, 7, 10, 1, 0, 4, 0, 4, 0];
            if stream.write_all(&answer).is_err() {
                return;
            }
        }
    });
    format!("ldap://{address}")
}

#[test]
fn requests_sent_together_stop_at_the_one_asked_for() {
    let step = Step::done(When::Message(2), Fault::Cut);
    let proxy = Proxy::with(&orderly_server(), [step]);
    let mut stream = TcpStream::connect(proxy.shared.address).expect("the proxy");
    // Four anonymous binds with the messageIDs 1 to 4, in one packet.
    let binds: Vec<u8> = (1..=4)
        .flat_map(|id| [0x30, 12, 2, 1, id, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0])
        .collect();
    stream.write_all(&binds).expect("sent");
    let mut delivered = Vec::new();
    let _ = stream.read_to_end(&mut delivered);
    let first = read_message(&mut delivered.as_slice()).expect("valid");
    assert_eq!(first.map(|answer| answer.id), Some(1));
    // The answer is 14 bytes long: nothing of the second one was delivered.
    assert_eq!(delivered.len(), 14);
    assert_eq!(proxy.answers().len(), 2);
    assert_eq!(proxy.tags(), [op::BIND, op::BIND]);
    assert_eq!(proxy.round_trips(), 1);
}

#[test]
#[should_panic(expected = "only plain ldap://")]
fn encrypted_servers_cannot_be_followed() {
    let _ = Proxy::start("ldaps://127.0.0.1:636");
}
