//! The page of the configuration file, from the list of its settings.

use super::command_page::reference;
use super::roff::{Page, bold, italic};
use crate::config::keys::{Key, Section};
use crate::i18n::{Localizer, Text};

/// Name of the page.
pub const NAME: &str = "entctl.toml";

/// Every table and every setting, with what it takes and what holds where it is absent.
pub fn page(localizer: &Localizer) -> String {
    let mut page = Page::new(NAME, 5, localizer);
    page.name(NAME, &localizer.word("man-config-about"));
    page.section("man-description");
    for key in [
        "man-config-where",
        "man-config-form",
        "man-config-shared",
        "man-config-secrets",
    ] {
        page.paragraph(&localizer.word(key));
    }
    for section in Section::ALL {
        match section.path() {
            "" => page.section("man-config-top"),
            table => page.section_titled(&format!("[{table}]")),
        }
        let said = page.say(&section.text());
        page.paragraph(&said);
        keys(&mut page, section);
    }
    page.section("man-see-also");
    page.line(&reference("entctl", 1));
    page.finish()
}

fn keys(page: &mut Page, section: Section) {
    let keys: Vec<&Key> = section.keys().collect();
    // Said once where all the settings of a table take the same.
    let common = keys
        .first()
        .map(|key| key.kind)
        .filter(|kind| keys.len() > 1 && keys.iter().all(|key| key.kind == *kind));
    if let Some(kind) = common {
        let expected = Text::new("man-config-expected").with("expected", kind.expected());
        let said = page.say(&expected);
        page.paragraph(&said);
    }
    for key in keys {
        let meaning = page.say(&key.text());
        page.item(&bold(key.name), &meaning);
        if common.is_none() {
            let expected = Text::new("man-config-expected").with("expected", key.kind.expected());
            let said = page.say(&expected);
            page.more(&said);
        }
        if key.required {
            let said = page.localizer().word("man-config-required");
            page.more(&said);
        }
        if let Some(default) = key.default {
            let label = page.localizer().word("man-config-default");
            page.more(&label);
            page.line(&italic(default));
        }
    }
}
