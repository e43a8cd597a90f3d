//! A run that is killed at an exact LDAP message, and what `history resume` makes of it. With the intent on
//! disk every pupil ends with a password that is in the slips and binds; before it nothing has happened.

use crate::interrupted::{MODIFY, Scene, step};
use crate::school::listed;
use crate::support::proxy::{Fault, Moment, Proxy, Victim, When};

/// Kills at the nth message and keeps the promise. Returns whether there was such a message.
#[track_caller]
fn kill_at(moment: Moment, number: usize) -> (bool, bool) {
    let scene = Scene::new();
    let (proxy, fired) = scene.killed(moment, When::Message(number));
    let through = scene.school.through(&proxy);
    let durable = through.intent_is_durable();
    if !durable {
        scene.school.assert_untouched(&scene.before);
    }
    let resumed = through.entctl(["history", "resume"]).run().expect_success();
    assert_eq!(
        proxy.connections(),
        if durable && fired { 2 } else { 1 },
        "{resumed}"
    );
    if durable {
        scene.assert_complete(&through);
    } else {
        scene.assert_nothing(&through);
    }
    // A second resume has nothing to do.
    let before = scene.school.dump();
    let _ = through.entctl(["history", "resume"]).run().expect_success();
    scene.school.assert_untouched(&before);
    (fired, durable)
}

/// How many messages an undisturbed run takes, and how many of them come before the first write.
fn messages() -> (usize, usize) {
    let scene = Scene::new();
    let proxy = Proxy::start(scene.school.sandbox.url());
    let through = scene.school.through(&proxy);
    let _ = scene.reset(&through).run().expect_success();
    scene.assert_complete(&through);
    let tags = proxy.tags();
    let first = tags.iter().position(|tag| *tag == MODIFY).expect("a write");
    (tags.len(), first)
}

#[expect(
    clippy::print_stderr,
    reason = "captured, and shown where the test fails"
)]
fn killed_at_every_message(moment: Moment) {
    let (all, reads) = messages();
    assert!(all >= 20, "only {all} messages");
    let mut was_durable = false;
    for number in 1..=all {
        eprintln!("killed at message {number} of {all}");
        let (fired, durable) = kill_at(moment, number);
        if number < all {
            assert!(fired, "message {number} of {all}");
        }
        // Never a write without its intent, and never an intent that is gone again.
        assert!(
            durable || (number <= reads && !was_durable),
            "message {number} of {all}"
        );
        was_durable = durable;
        if number == 1 {
            assert!(!durable, "no intent before anything was read");
        }
    }
}

#[test]
fn killed_before_the_server_sees_any_message_nobody_is_lost() {
    killed_at_every_message(Moment::Held);
}

#[test]
fn killed_before_any_answer_comes_nobody_is_lost() {
    killed_at_every_message(Moment::Done);
}

#[test]
fn killed_between_the_slips_and_the_intent_nothing_is_kept() {
    let scene = Scene::new();
    // The last moment before the first write, then as if the intent had not come to the disk.
    let (proxy, _) = scene.killed(Moment::Held, When::Operation(MODIFY, 1));
    let through = scene.school.through(&proxy);
    let run = through.runs().pop().expect("a run");
    for name in ["intent.jsonl", "forward.ldif", "undo.ldif"] {
        std::fs::remove_file(run.join(name)).expect(name);
    }
    assert_eq!(listed(&scene.folder).len(), 1, "slips in waiting");
    let resumed = through.entctl(["history", "resume"]).run().expect_success();
    assert_eq!(proxy.connections(), 1, "{resumed}");
    scene.assert_nothing(&through);
    assert!(through.runs().is_empty());
}

#[test]
fn a_killed_resume_is_resumed_in_its_turn() {
    // The run dies in the middle; then its resume dies at each message, before and after the answer.
    for moment in [Moment::Held, Moment::Done] {
        let mut number = 1;
        loop {
            let scene = Scene::new();
            let (proxy, _) = scene.killed(Moment::Done, When::Operation(MODIFY, 7));
            drop(proxy);
            let victim = Victim::new();
            let step = step(moment, When::Message(number), Fault::Kill(victim.clone()));
            let proxy = Proxy::with(scene.school.sandbox.url(), [step]);
            let through = scene.school.through(&proxy);
            let running = through.entctl(["history", "resume"]).spawn();
            victim.is(running.pid());
            let output = running.wait();
            let fired = output.signal == Some(9);
            if !fired {
                let _ = output.expect_success();
            }
            let _ = through.entctl(["history", "resume"]).run().expect_success();
            scene.assert_complete(&through);
            if !fired {
                break;
            }
            // The middle of many writes is like its neighbours.
            number += if number < 8 { 1 } else { 5 };
        }
        assert!(number > 8, "a resume of {number} messages");
    }
}

#[test]
fn the_last_answer_is_enough_to_end_without_the_server() {
    let scene = Scene::new();
    let last = scene.class.len();
    let (proxy, fired) = scene.killed(Moment::Done, When::Operation(MODIFY, last));
    assert!(fired);
    let through = scene.school.through(&proxy);
    let _ = through.entctl(["history", "resume"]).run().expect_success();
    scene.assert_complete(&through);
}
