//! Two things side by side, line by line, with a sign where they differ: by a sign and by colour, for those who see
//! no colours.

use crate::i18n::visible;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Narrower columns than this cannot be read beside each other: they go below each other.
const NARROWEST: usize = 16;
/// A title takes no more than this.
const TITLE: usize = 16;
/// No column is wider: an eye does not find the other side any more.
const WIDEST: usize = 60;

/// How two values are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The same.
    Same,
    /// Something in common, and something not.
    Partly,
    /// Different.
    Different,
    /// Nothing to compare.
    None,
}

impl Mark {
    fn sign(self) -> char {
        match self {
            Mark::Same => '=',
            Mark::Partly => '~',
            Mark::Different => '≠',
            Mark::None => ' ',
        }
    }
}

/// Two columns under two heads.
#[derive(Debug, Clone)]
pub struct Facing {
    heads: [String; 2],
    rows: Vec<(String, Mark, [Vec<String>; 2])>,
}

impl Facing {
    /// Nothing yet below these heads, in words.
    pub fn new(left: String, right: String) -> Self {
        Facing {
            heads: [left, right],
            rows: Vec::new(),
        }
    }

    /// Adds a line: its title in words, and the values of each side.
    pub fn row(&mut self, title: String, mark: Mark, sides: [Vec<String>; 2]) {
        self.rows.push((title, mark, sides));
    }

    /// The whole on a screen of this width. `paint` colours the lines of a row that differs.
    pub(super) fn to_text(&self, width: usize, paint: &dyn Fn(&str) -> String) -> String {
        let titles: Vec<String> = self.rows.iter().map(|(title, ..)| visible(title)).collect();
        let longest = titles.iter().map(|t| t.width()).max().unwrap_or(0);
        let title_width = longest.min(TITLE);
        // Title, blank, sign, blank; and ` │ ` between the columns.
        let rest = width.saturating_sub(title_width + 3 + 3);
        let column = (rest / 2).min(WIDEST);
        if column < NARROWEST {
            return self.below_each_other(&titles, width, paint);
        }
        let mut out = String::new();
        let mut put = |title: &str, sign: char, sides: [Vec<String>; 2], painted: bool| {
            let titles = wrap(title, title_width);
            let count = sides[0].len().max(sides[1].len()).max(titles.len());
            for at in 0..count {
                let of = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
                let sign = if at == 0 { sign } else { ' ' };
                let line = format!(
                    "{} {sign} {} │ {}",
                    padded(&of(&titles), title_width),
                    padded(&of(&sides[0]), column),
                    of(&sides[1])
                );
                let line = line.trim_end();
                out.push_str(&if painted {
                    paint(line)
                } else {
                    line.to_owned()
                });
                out.push('\n');
            }
        };
        let heads = self
            .heads
            .each_ref()
            .map(|head| wrap(&visible(head), column));
        put("", ' ', heads, false);
        put(
            "",
            ' ',
            ["─".repeat(column), "─".repeat(column)].map(|l| vec![l]),
            false,
        );
        for (title, (_, mark, sides)) in titles.iter().zip(&self.rows) {
            let sides = sides.each_ref().map(|side| wrapped(side, column));
            put(title, mark.sign(), sides, *mark == Mark::Different);
        }
        out
    }

    fn below_each_other(
        &self,
        titles: &[String],
        width: usize,
        paint: &dyn Fn(&str) -> String,
    ) -> String {
        let room = width.saturating_sub(4).max(8);
        let mut out = String::new();
        for (letter, head) in ["A", "B"].iter().zip(&self.heads) {
            for line in wrap(&format!("{letter} {}", visible(head)), width.max(8)) {
                out.push_str(&line);
                out.push('\n');
            }
        }
        for (title, (_, mark, sides)) in titles.iter().zip(&self.rows) {
            out.push_str(format!("{} {title}", mark.sign()).trim_end());
            out.push('\n');
            for (letter, side) in ["A", "B"].iter().zip(sides) {
                for (at, line) in wrapped(side, room).into_iter().enumerate() {
                    let head = if at == 0 { letter } else { " " };
                    let line = format!("  {head} {line}");
                    let painted = *mark == Mark::Different;
                    out.push_str(&if painted { paint(&line) } else { line });
                    out.push('\n');
                }
            }
        }
        out
    }
}

fn wrapped(values: &[String], width: usize) -> Vec<String> {
    values
        .iter()
        .flat_map(|v| wrap(&visible(v), width))
        .collect()
}

/// Breaks a text at blanks into lines of this width; a longer word is cut.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        if !line.is_empty() && line.width() + 1 + word.width() <= width {
            line.push(' ');
        } else if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        while line.width() + word.width() > width {
            let mut used = line.width();
            let cut = word
                .char_indices()
                .find(|(at, c)| {
                    used += c.width().unwrap_or(0);
                    *at > 0 && used > width
                })
                .map_or(word.len(), |(at, _)| at);
            line.push_str(&word[..cut]);
            word = &word[cut..];
            if word.is_empty() {
                break;
            }
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn padded(text: &str, width: usize) -> String {
    let fill = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(fill))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen_and_no_letter_is_lost(
            values in prop::collection::vec("[a-zé ]{0,90}", 0..4),
            width in 12usize..140,
        ) {
            let mut facing = Facing::new("Marie".into(), "Marie Dupont".into());
            facing.row("adresse".into(), Mark::Different, [values.clone(), Vec::new()]);
            let text = facing.to_text(width, &|line| line.to_owned());
            for line in text.lines() {
                prop_assert!(line.width() <= width, "{} {line}", line.width());
            }
            let letters = |text: &str| text.chars().filter(|c| *c == 'é').count();
            prop_assert_eq!(letters(&text), letters(&values.concat()));
        }
    }

    #[test]
    fn nothing_of_a_directory_drives_the_terminal() {
        let mut facing = Facing::new("\u{1b}[2J".into(), "b".into());
        let side = vec!["x\u{1b}]0;y\u{7}".to_owned()];
        facing.row("nom".into(), Mark::Same, [side.clone(), side]);
        for width in [20, 80] {
            let text = facing.to_text(width, &|line| line.to_owned());
            let steering = |c: char| c != '\n' && c.is_control();
            assert!(!text.contains(steering), "{text:?}");
        }
    }

    fn sample(titles: [&str; 3]) -> Facing {
        let [name, mail, used] = titles.map(str::to_owned);
        let mut facing = Facing::new(
            "Céline Dupont · celine.dupont".into(),
            "Celine Dupond".into(),
        );
        let texts = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect();
        facing.row(
            name,
            Mark::Different,
            ["Dupont", "Dupond"].map(|v| texts(&[v])),
        );
        let mails = [
            "celine.dupont@courriel.example",
            "c.dupont@ent.example.test",
        ];
        facing.row(mail, Mark::Partly, [texts(&mails), texts(&mails[..1])]);
        facing.row(used, Mark::None, [texts(&["12/10/2026 19:48"]), Vec::new()]);
        facing
    }

    #[test]
    fn eighty_columns_show_it_at_a_glance_sixty_break_it_and_thirty_put_it_below() {
        let painted = |line: &str| format!("<{line}>");
        let french = sample(["nom", "e-mail", "utilisé le"]);
        let lines = |facing: &Facing, width| -> Vec<String> {
            let text = facing.to_text(width, &painted);
            text.lines().map(str::to_owned).collect()
        };
        assert_eq!(
            lines(&french, 80),
            [
                "             Céline Dupont · celine.dupont    │ Celine Dupond",
                "             ──────────────────────────────── │ ────────────────────────────────",
                "<nom        ≠ Dupont                           │ Dupond>",
                "e-mail     ~ celine.dupont@courriel.example   │ celine.dupont@courriel.example",
                "             c.dupont@ent.example.test        │",
                "utilisé le   12/10/2026 19:48                 │",
            ]
        );
        let english = sample(["last name", "mail", "last used"]);
        assert_eq!(
            lines(&english, 60),
            [
                "            Céline Dupont ·        │ Celine Dupond",
                "            celine.dupont          │",
                "            ────────────────────── │ ──────────────────────",
                "<last name ≠ Dupont                 │ Dupond>",
                "mail      ~ celine.dupont@courriel │ celine.dupont@courriel",
                "            .example               │ .example",
                "            c.dupont@ent.example.t │",
                "            est                    │",
                "last used   12/10/2026 19:48       │",
            ]
        );
        assert_eq!(
            lines(&french, 30),
            [
                "A Céline Dupont ·",
                "celine.dupont",
                "B Celine Dupond",
                "≠ nom",
                "<  A Dupont>",
                "<  B Dupond>",
                "~ e-mail",
                "  A celine.dupont@courriel.exa",
                "    mple",
                "    c.dupont@ent.example.test",
                "  B celine.dupont@courriel.exa",
                "    mple",
                "  utilisé le",
                "  A 12/10/2026 19:48",
            ]
        );
    }
}
