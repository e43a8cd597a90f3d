//! The page to print: eight slips on A4, a new page for every class.

use super::{Slip, SlipText};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::{Localizer, Text, visible};
use crate::output::words as said;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use zeroize::Zeroizing;

/// The ending `.html` is what turns escaping on.
const NAME: &str = "page.html";
const SOURCE: &str = include_str!("page.html.j2");

/// Two columns of four.
const PER_PAGE: usize = 8;

/// Above this many characters a password is set in smaller type, so that it stays on one line.
const LONG_PASSWORD: usize = 18;

/// The same for a login.
const LONG_LOGIN: usize = 26;

/// Renders slips that are already in order.
pub(super) fn render(
    slips: &[&Slip],
    text: &SlipText,
    localizer: &Localizer,
) -> Result<Zeroizing<Vec<u8>>> {
    let document = context! {
        lang => localizer.language().as_str(),
        words => words(text, localizer),
        help => text.help.as_deref().map(visible).unwrap_or_default(),
        pages => pages(slips, localizer),
    };
    fill(document)
        .map(|page| Zeroizing::new(page.into_bytes()))
        // The engine's own words may quote what was being rendered, passwords too.
        .map_err(|_| {
            CommandError::new(
                ExitStatus::Failed,
                "slips-not-rendered",
                Text::new("slips-not-rendered"),
            )
        })
}

fn fill(document: Value) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template(NAME, SOURCE)?;
    environment.get_template(NAME)?.render(document)
}

/// Everything on a slip that is not data.
fn words(text: &SlipText, localizer: &Localizer) -> Value {
    let go = match &text.ent_url {
        Some(url) => Text::new("slips-go").with("url", url),
        None => Text::new("slips-go-to-the-ent"),
    };
    let choose = match text.min_length {
        Some(count) => Text::new("slips-choose-min").with("count", u64::from(count)),
        None => Text::new("slips-choose"),
    };
    let steps = [go, Text::new("slips-type"), choose].map(|t| localizer.say(&t));
    context! {
        title => localizer.word("slips-title"),
        login => localizer.word("slips-login"),
        password => localizer.word("slips-password"),
        until => text.until.map(|at| {
            let until = said::moment(at, localizer.language());
            localizer.say(&Text::new("slips-until").with("until", until))
        }),
        steps => steps.to_vec(),
        personal => localizer.word("slips-personal"),
    }
}

fn pages(slips: &[&Slip], localizer: &Localizer) -> Vec<Value> {
    let mut pages = Vec::new();
    for class in slips.chunk_by(|a, b| (&a.school, &a.class) == (&b.school, &b.class)) {
        let place = class.first().map_or_else(String::new, |s| place(s));
        let of = class.len().div_ceil(PER_PAGE);
        for (at, slips) in class.chunks(PER_PAGE).enumerate() {
            let count = Text::new("slips-page")
                .with("number", at + 1)
                .with("count", of);
            pages.push(context! {
                heading => &place,
                count => localizer.say(&count),
                slips => slips.iter().map(|slip| card(slip, &place)).collect::<Vec<_>>(),
            });
        }
    }
    pages
}

/// Class and school, as far as there are any.
fn place(slip: &Slip) -> String {
    [&slip.class, &slip.school]
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| visible(part))
        .collect::<Vec<_>>()
        .join(" · ")
}

fn card(slip: &Slip, place: &str) -> Value {
    context! {
        place => place,
        last_name => visible(&slip.last_name),
        first_name => visible(&slip.first_name),
        login => visible(&slip.login),
        password => visible(slip.password.expose()),
        long_login => slip.login.chars().count() > LONG_LOGIN,
        long_password => slip.password.chars() > LONG_PASSWORD,
    }
}
