//! The mail port over SMTP and into a folder, against a server that misbehaves at every verb: what each failure
//! is taken for, that nothing hangs, and that no error repeats a password or a message.

use crate::support::smtp::{Act, At, Manner, Smtp, Tls, say};
use entctl::domain::certificate::TlsProblem;
use entctl::domain::mail_address::{MailAddress, Mailbox};
use entctl::domain::secret::Password;
use entctl::mail::folder::MailFolder;
use entctl::mail::message::Parts;
use entctl::mail::pace::Paced;
use entctl::mail::smtp::{Security, Settings, SmtpServer};
use entctl::mail::{
    Envelope, MailError, MailErrorKind as Kind, MailServer, Message, MessageId, Receipt, Step,
};
use mail_parser::MessageParser;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

/// What must never be in an error.
const SECRET: &str = "Tulipe-Cascade-77";

fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).expect("an address")
}

fn envelope() -> Envelope {
    Envelope {
        from: address("ent@college.example.test"),
        to: address("parent@example.test"),
    }
}

fn message(number: u32) -> Message {
    let mailbox = |text| Mailbox::parse(text).expect("a mailbox");
    let from = mailbox("Collège Jean-Moulin <ent@college.example.test>");
    Message::compose(&Parts {
        id: MessageId::of("run", "uid=a", number, &from.address),
        date: "2026-11-22T10:00:00Z".parse().expect("a moment"),
        from: &from,
        reply_to: Some(&mailbox("Vie scolaire <vs@college.example.test>")),
        to: &Mailbox::new("Zoé\r\nBcc: x@example.test", address("parent@example.test")),
        subject: "Votre mot de passe\r\nBcc: y@example.test",
        language: "fr",
        text: &format!("Bonjour, voici l'accès :\n.\n..\n{SECRET}\n"),
        html: &format!("<p>Voici l'accès : <b>{SECRET}</b></p>"),
    })
    .expect("a message")
}

fn settings(server: &Smtp, security: Security) -> Settings {
    Settings {
        host: "127.0.0.1".into(),
        port: server.port,
        security,
        ca_file: (security != Security::Plain).then(|| server.ca_file.clone()),
        login: None,
        timeout: Duration::from_millis(600),
        own_name: "poste12.college.example.test".into(),
    }
}

fn ready(settings: Settings) -> SmtpServer {
    SmtpServer::new(settings).expect("settings")
}

async fn send(server: &dyn MailServer, number: u32) -> Result<Receipt, MailError> {
    let accepted = server.open(&envelope()).await?;
    accepted.deliver(&message(number)).await
}

/// One attempt over a plain line with a server of this manner.
async fn attempt(manner: Manner) -> (Smtp, Result<Receipt, MailError>) {
    let fake = Smtp::start(manner);
    let server = ready(settings(&fake, Security::Plain));
    let started = Instant::now();
    let outcome = send(&server, 1).await;
    assert!(started.elapsed() < Duration::from_secs(20), "hung");
    server.close().await;
    if let Err(error) = &outcome {
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(shown.contains("smtp://127.0.0.1:"), "{shown}");
    }
    (fake, outcome)
}

async fn fails(manner: Manner, kind: Kind, step: Step) -> MailError {
    let described = format!("{:?} at {step:?}", kind);
    let (fake, outcome) = attempt(manner).await;
    let error = outcome.expect_err(&described);
    assert_eq!((error.kind, error.step), (kind, step), "{error:?}");
    if kind != Kind::OutcomeUnknown {
        assert!(fake.received().is_empty(), "{described}");
    }
    error
}

fn plain() -> Manner {
    Manner::new(Tls::None)
}

#[tokio::test]
async fn a_message_arrives_whole_and_once() {
    let (fake, outcome) = attempt(plain()).await;
    let receipt = outcome.expect("accepted");
    assert_eq!(receipt.code, Some(250));
    let received = fake.received();
    assert_eq!(received.len(), 1);
    assert_eq!(
        received[0].from,
        "MAIL FROM:<ent@college.example.test> RET=HDRS"
    );
    assert_eq!(
        received[0].to,
        "RCPT TO:<parent@example.test> NOTIFY=FAILURE"
    );
    assert!(fake.commands()[0].ends_with("poste12.college.example.test"));
    let mail = MessageParser::default()
        .parse(&received[0].data)
        .expect("a mail");
    assert_eq!(
        format!("<{}>", mail.message_id().expect("id")),
        receipt.id.as_str()
    );
    assert_eq!(
        mail.subject(),
        Some("Votre mot de passe Bcc: y@example.test")
    );
    let from = mail.from().and_then(|a| a.first()).expect("from");
    assert_eq!(from.name(), Some("Collège Jean-Moulin"));
    let to = mail.to().and_then(|a| a.first()).expect("to");
    assert_eq!(
        (to.name(), to.address()),
        (Some("Zoé Bcc: x@example.test"), Some("parent@example.test"))
    );
    assert!(mail.bcc().is_none());
    let reply = mail.reply_to().and_then(|a| a.first()).expect("reply");
    assert_eq!(reply.address(), Some("vs@college.example.test"));
    assert_eq!(
        mail.header_raw("Auto-Submitted").map(str::trim),
        Some("auto-generated")
    );
    assert_eq!(
        mail.header_raw("Content-Language").map(str::trim),
        Some("fr")
    );
    assert_eq!(mail.date().map(|d| d.to_timestamp()), Some(1_795_341_600));
    let text = mail.body_text(0).expect("text").replace("\r\n", "\n");
    assert_eq!(
        text.trim_end(),
        format!("Bonjour, voici l'accès :\n.\n..\n{SECRET}")
    );
    assert!(mail.body_html(0).expect("html").contains(SECRET));
    assert!(received[0].data.is_ascii());
}

#[test]
fn the_same_message_is_the_same_to_the_last_octet() {
    assert_eq!(message(1), message(1));
    assert_ne!(message(1).id(), message(2).id());
    let shown = format!("{:?}", message(1));
    assert!(
        !shown.contains(SECRET) && shown.contains("octets"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_refused_recipient_is_told_from_one_who_may_come_back() {
    let no = plain().always(At::Rcpt, say("550 5.1.1 no such user"));
    let error = fails(no, Kind::RecipientRefused, Step::Recipient).await;
    assert_eq!(
        (error.code, error.status.as_deref()),
        (Some(550), Some("5.1.1"))
    );
    assert_eq!(error.words, "5.1.1 no such user");
    let later = plain().always(At::Rcpt, say("450 4.2.0 greylisted"));
    fails(later, Kind::Temporary, Step::Recipient).await;
    let forwarded = plain().always(At::Rcpt, say("251 will forward"));
    attempt(forwarded).await.1.expect("251 is a yes");
}

#[tokio::test]
async fn each_verb_may_refuse_for_now_or_for_good() {
    for (at, step) in [
        (At::Greeting, Step::Greeting),
        (At::Ehlo, Step::Hello),
        (At::Mail, Step::Sender),
        (At::Data, Step::Data),
        (At::Dot, Step::Message),
    ] {
        let error = fails(
            plain().always(at, say("421 4.3.2 busy")),
            Kind::Temporary,
            step,
        )
        .await;
        assert_eq!(error.code, Some(421));
        let error = fails(plain().always(at, say("554 5.7.1 no")), Kind::Refused, step).await;
        assert_eq!(error.status.as_deref(), Some("5.7.1"));
    }
}

#[tokio::test]
async fn what_is_said_to_a_message_is_never_repeated() {
    let spiteful = plain().always(At::Dot, say(&format!("554 5.6.0 you wrote {SECRET}")));
    let error = fails(spiteful, Kind::Refused, Step::Message).await;
    assert_eq!(
        (error.words.as_str(), error.status.as_deref()),
        ("", Some("5.6.0"))
    );
}

#[tokio::test]
async fn silence_ends_at_the_limit_at_every_step() {
    for (at, kind, step) in [
        (At::Greeting, Kind::Timeout, Step::Greeting),
        (At::Ehlo, Kind::Timeout, Step::Hello),
        (At::Mail, Kind::Timeout, Step::Sender),
        (At::Rcpt, Kind::Timeout, Step::Recipient),
        (At::Data, Kind::Timeout, Step::Data),
        (At::Dot, Kind::OutcomeUnknown, Step::Message),
    ] {
        fails(plain().always(at, Act::Stall), kind, step).await;
    }
}

#[tokio::test]
async fn a_line_that_is_cut_is_certain_before_the_message_and_unknown_after() {
    for (at, kind, step) in [
        (At::Greeting, Kind::ConnectionLost, Step::Greeting),
        (At::Ehlo, Kind::ConnectionLost, Step::Hello),
        (At::Mail, Kind::ConnectionLost, Step::Sender),
        (At::Rcpt, Kind::ConnectionLost, Step::Recipient),
        (At::Data, Kind::ConnectionLost, Step::Data),
        (At::Body, Kind::OutcomeUnknown, Step::Message),
        (At::Dot, Kind::OutcomeUnknown, Step::Message),
    ] {
        fails(plain().always(at, Act::Close), kind, step).await;
    }
    let (fake, outcome) = attempt(plain().always(At::Dot, Act::KeepAndClose)).await;
    assert_eq!(outcome.expect_err("unknown").kind, Kind::OutcomeUnknown);
    assert_eq!(fake.received().len(), 1);
}

#[tokio::test]
async fn garbage_is_no_answer_and_never_a_panic() {
    let long = format!("250-{}\r\n", "x".repeat(400)).repeat(200);
    for garbage in [
        b"what\r\n".to_vec(),
        b"999 high\r\n".to_vec(),
        b"250-   \r\n250 ok\r\n".to_vec(),
        b"250-\t\r\n250 ok\r\n".to_vec(),
        b"250 \xff\xfe\r\n".to_vec(),
        b"\0\0\0\0\r\n".to_vec(),
        b"250 ok\r\n250 and more\r\n".to_vec(),
        vec![b'2'; 100_000],
        long.into_bytes(),
    ] {
        for (at, step) in [
            (At::Greeting, Step::Greeting),
            (At::Ehlo, Step::Hello),
            (At::Rcpt, Step::Recipient),
        ] {
            fails(
                plain().always(at, Act::Say(garbage.clone())),
                Kind::Protocol,
                step,
            )
            .await;
        }
        let manner = plain().always(At::Dot, Act::Say(garbage));
        fails(manner, Kind::OutcomeUnknown, Step::Message).await;
    }
    // A yes in the wrong place is none.
    fails(
        plain().always(At::Data, say("250 ok")),
        Kind::Protocol,
        Step::Data,
    )
    .await;
    fails(
        plain().always(At::Rcpt, say("354 go on")),
        Kind::Protocol,
        Step::Recipient,
    )
    .await;
    let early = plain().always(At::Dot, say("354 go on"));
    fails(early, Kind::OutcomeUnknown, Step::Message).await;
}

#[tokio::test]
async fn nobody_listens() {
    let fake = Smtp::start(plain());
    let mut settings = settings(&fake, Security::Plain);
    settings.port = crate::support::slapd::free_port();
    let error = send(&ready(settings.clone()), 1).await.expect_err("nobody");
    assert_eq!((error.kind, error.step), (Kind::Unreachable, Step::Connect));
    settings.host = "nowhere.invalid".into();
    settings.security = Security::Implicit;
    settings.ca_file = Some(fake.ca_file.clone());
    let error = send(&ready(settings), 1).await.expect_err("nowhere");
    assert_eq!(error.kind, Kind::Unreachable, "{error:?}");
}

#[tokio::test]
async fn tls_from_the_first_byte_and_by_starttls() {
    for (tls, security) in [
        (Tls::Implicit, Security::Implicit),
        (Tls::Start, Security::StartTls),
    ] {
        for host in ["127.0.0.1", "localhost"] {
            let fake = Smtp::start(Manner::new(tls));
            let mut settings = settings(&fake, security);
            settings.host = host.into();
            send(&ready(settings), 1).await.expect("accepted");
            assert!(fake.received()[0].encrypted);
        }
    }
}

#[tokio::test]
async fn a_certificate_of_nobody_known_is_refused() {
    let other = Smtp::start(Manner::new(Tls::Implicit));
    for (tls, security) in [
        (Tls::Implicit, Security::Implicit),
        (Tls::Start, Security::StartTls),
    ] {
        let fake = Smtp::start(Manner::new(tls));
        let mut wrong = settings(&fake, security);
        wrong.ca_file = Some(other.ca_file.clone());
        let error = send(&ready(wrong), 1).await.expect_err("refused");
        assert_eq!((error.kind, error.step), (Kind::Tls, Step::Tls));
        assert_eq!(error.tls, Some(TlsProblem::UnknownIssuer), "{error:?}");
    }
    let fake = Smtp::start(plain());
    let error = send(&ready(settings(&fake, Security::Implicit)), 1).await;
    assert_eq!(error.expect_err("no TLS there").kind, Kind::Tls);
    let mut none = settings(&fake, Security::Implicit);
    none.ca_file = Some("/nowhere/ca.pem".into());
    let error = SmtpServer::new(none).err().expect("no such file");
    assert!(error.words.contains("/nowhere/ca.pem"), "{error:?}");
}

#[tokio::test]
async fn what_is_injected_before_starttls_is_never_believed() {
    for injected in [
        "220 go ahead\r\n250-INJECTED\r\n250 AUTH PLAIN\r\n",
        "220 go ahead\r\n2",
    ] {
        let act = Act::Say(injected.as_bytes().to_vec());
        let fake = Smtp::start(Manner::new(Tls::Start).always(At::StartTls, act));
        let error = send(&ready(settings(&fake, Security::StartTls)), 1).await;
        let error = error.expect_err("refused");
        assert_eq!(
            (error.kind, error.step),
            (Kind::Insecure, Step::Tls),
            "{error:?}"
        );
        assert_eq!(fake.commands().len(), 2, "{:?}", fake.commands());
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_sent_in_clear() {
    let fake = Smtp::start(plain());
    let mut settings = settings(&fake, Security::StartTls);
    settings.login = Some(("ent".into(), Password::new(SECRET.into())));
    let error = send(&ready(settings.clone()), 1)
        .await
        .expect_err("refused");
    assert_eq!((error.kind, error.step), (Kind::Insecure, Step::Tls));
    assert_eq!(fake.commands().len(), 1, "{:?}", fake.commands());
    let refusing = Manner::new(Tls::Start).always(At::StartTls, say("454 not now"));
    let fake = Smtp::start(refusing);
    settings.port = fake.port;
    let error = send(&ready(settings.clone()), 1)
        .await
        .expect_err("refused");
    assert_eq!(error.kind, Kind::Temporary);
    settings.security = Security::Plain;
    settings.host = "mail.example.test".into();
    let error = SmtpServer::new(settings).err().expect("in clear");
    assert_eq!(error.kind, Kind::Insecure);
}

#[tokio::test]
async fn a_login_is_made_where_there_is_one() {
    for offer in ["AUTH PLAIN LOGIN", "AUTH LOGIN"] {
        let mut manner = Manner::new(Tls::Implicit);
        manner.offers.push(offer);
        manner.login = Some(("ent", SECRET));
        let fake = Smtp::start(manner);
        let mut settings = settings(&fake, Security::Implicit);
        let error = send(&ready(settings.clone()), 1).await.expect_err("nobody");
        assert_eq!(
            (error.kind, error.step),
            (Kind::Denied, Step::Sender),
            "{error:?}"
        );
        settings.login = Some(("ent".into(), Password::new("wrong".into())));
        let error = send(&ready(settings.clone()), 1).await.expect_err("wrong");
        assert_eq!(
            (error.kind, error.step),
            (Kind::Denied, Step::Login),
            "{error:?}"
        );
        settings.login = Some(("ent".into(), Password::new(SECRET.into())));
        assert!(!format!("{settings:?}").contains(SECRET));
        send(&ready(settings), 1).await.expect("let in");
    }
}

#[tokio::test]
async fn a_login_that_is_repeated_to_us_is_not_repeated_by_us() {
    let mut manner = plain().always(At::Auth, say(&format!("535 5.7.8 bad: {SECRET}")));
    manner.offers.push("AUTH PLAIN");
    let fake = Smtp::start(manner);
    let mut settings = settings(&fake, Security::Plain);
    settings.login = Some(("ent".into(), Password::new(SECRET.into())));
    let error = send(&ready(settings), 1).await.expect_err("refused");
    assert_eq!(error.kind, Kind::Denied);
    assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
}

#[tokio::test]
async fn a_login_fails_clearly() {
    for (act, kind) in [
        (say("454 4.7.0 later"), Kind::Temporary),
        (Act::Stall, Kind::Timeout),
        (Act::Close, Kind::ConnectionLost),
        (say("334 !!"), Kind::Protocol),
    ] {
        let mut manner = plain().always(At::Auth, act);
        manner.offers.push("AUTH PLAIN");
        let fake = Smtp::start(manner);
        let mut settings = settings(&fake, Security::Plain);
        settings.login = Some(("ent".into(), Password::new(SECRET.into())));
        let error = send(&ready(settings), 1).await.expect_err("fails");
        assert_eq!((error.kind, error.step), (kind, Step::Login), "{error:?}");
    }
    let fake = Smtp::start(plain());
    let mut settings = settings(&fake, Security::Plain);
    settings.login = Some(("ent".into(), Password::new(SECRET.into())));
    let error = send(&ready(settings), 1)
        .await
        .expect_err("no way to log in");
    assert_eq!((error.kind, error.step), (Kind::Denied, Step::Login));
}

#[tokio::test]
async fn one_connection_serves_several_recipients() {
    let fake = Smtp::start(plain().once(At::Rcpt, say("550 5.1.1 no")));
    let server = ready(settings(&fake, Security::Plain));
    assert!(send(&server, 1).await.is_err());
    server
        .open(&envelope())
        .await
        .expect("accepted")
        .give_up()
        .await;
    for number in 2..5 {
        send(&server, number).await.expect("accepted");
    }
    server.close().await;
    assert_eq!((fake.connections(), fake.received().len()), (1, 3));
    assert_eq!(fake.commands().last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn a_connection_that_was_dropped_is_made_anew() {
    for manner in [
        plain().once(At::Rset, Act::Close),
        plain().once(At::Rset, Act::Stall),
        plain().once(At::Rset, say("421 enough")),
        plain().once(At::Dot, Act::KeepAndClose),
    ] {
        let fake = Smtp::start(manner);
        let server = ready(settings(&fake, Security::Plain));
        let _ = send(&server, 1).await;
        send(&server, 1).await.expect("accepted");
        assert_eq!(fake.connections(), 2);
    }
}

#[tokio::test]
async fn two_recipients_at_once_have_a_connection_each() {
    let fake = Smtp::start(plain());
    let server = ready(settings(&fake, Security::Plain));
    let (one, two) = tokio::join!(send(&server, 1), send(&server, 2));
    one.expect("one");
    two.expect("two");
    assert_eq!((fake.connections(), fake.received().len()), (2, 2));
}

#[tokio::test]
async fn a_pace_is_kept() {
    let fake = Smtp::start(plain());
    let server = ready(settings(&fake, Security::Plain));
    let paced = Paced::new(Box::new(server), 600);
    let started = Instant::now();
    for number in 0..4 {
        send(&paced, number).await.expect("accepted");
    }
    assert!(
        started.elapsed() >= Duration::from_millis(300),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_folder_keeps_each_message_once_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mail = folder.path().join("mail");
    let server = MailFolder::new(mail.clone());
    server
        .open(&envelope())
        .await
        .expect("accepted")
        .give_up()
        .await;
    assert_eq!(std::fs::read_dir(&mail).expect("made").count(), 0);
    for number in [1, 1, 2] {
        send(&server, number).await.expect("accepted");
    }
    let files: Vec<_> = std::fs::read_dir(&mail).expect("there").flatten().collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        assert!(file.file_name().to_string_lossy().ends_with(".eml"));
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let bytes = std::fs::read(file.path()).expect("read");
        let parsed = MessageParser::default().parse(&bytes).expect("a mail");
        assert_eq!(
            parsed.header_raw("Delivered-To").map(str::trim),
            Some("parent@example.test")
        );
        assert!(parsed.body_text(0).expect("text").contains(SECRET));
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_refuses_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let server = MailFolder::new(file.join("mail"));
    let error = server.open(&envelope()).await.err().expect("no folder");
    assert_eq!((error.kind, error.step), (Kind::Storage, Step::Connect));
}
