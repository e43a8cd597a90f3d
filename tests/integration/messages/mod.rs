//! `docs/messages.md`: what entctl says when something is wrong, in both languages, as it says it. Each case
//! runs against a real directory; the document is what came out.
//!
//! `ENTCTL_UPDATE_DOCS=1` (`make messages`) writes it anew instead of comparing.

mod cases;
mod document;
mod stage;

use stage::Stage;
use std::path::Path;

#[test]
fn the_document_shows_what_is_said() {
    let stage = Stage::set();
    let made = document::write(&stage, cases::PARTS);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/messages.md");
    if std::env::var_os("ENTCTL_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(file.parent().expect("docs")).expect("docs");
        std::fs::write(&file, &made).expect("docs/messages.md");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if let Some((line, (said, written))) = made
        .lines()
        .zip(kept.lines().chain(std::iter::repeat("(the end)")))
        .enumerate()
        .find(|(_, (said, written))| said != written)
    {
        panic!(
            "docs/messages.md line {}: read what has changed, then write it anew: make messages\n\
             written: {written}\n   said: {said}\n",
            line + 1
        );
    }
    assert_eq!(made, kept, "docs/messages.md goes on: make messages");
}
