//! What was typed as what the directory holds: one form for one thing, and a refusal that says what was
//! expected. Typing what is stored gives it back unchanged.

use super::{Field, Kind, phone};
use crate::domain::mail_address::MailAddress;
use crate::domain::names;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

/// Most characters of a name or a line: more is no name, and X.520 allowed 64 for long.
const LONGEST: usize = 128;

/// Most lines of an address (RFC 4517 section 3.3.28).
const LINES: usize = 6;

/// What a value is judged by beside itself.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// Nobody is born after it.
    pub today: Date,
    /// Whether the person's address is outside France.
    pub abroad: bool,
}

/// What is wrong with a value: the sentence that says what was expected follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// No name.
    Name,
    /// Nothing that fits one line.
    Text,
    /// No telephone number.
    Phone,
    /// No day of the calendar, or none that a person living now was born on.
    Date,
    /// A day to come.
    Future,
    /// No mail address, or one that no mail server takes as it is.
    Mail,
    /// No postal address.
    Address,
    /// No French postal code.
    Postcode,
    /// No postal code of any country.
    PostcodeAbroad,
    /// No code of a language.
    Language,
    /// None of the words.
    Choice,
    /// May not be empty.
    Required,
}

impl Wrong {
    /// All of them.
    pub const ALL: [Wrong; 12] = [
        Wrong::Name,
        Wrong::Text,
        Wrong::Phone,
        Wrong::Date,
        Wrong::Future,
        Wrong::Mail,
        Wrong::Address,
        Wrong::Postcode,
        Wrong::PostcodeAbroad,
        Wrong::Language,
        Wrong::Choice,
        Wrong::Required,
    ];

    /// Stable word; the sentence is `set-expected-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Wrong::Name => "name",
            Wrong::Text => "text",
            Wrong::Phone => "phone",
            Wrong::Date => "date",
            Wrong::Future => "future",
            Wrong::Mail => "mail",
            Wrong::Address => "address",
            Wrong::Postcode => "postcode",
            Wrong::PostcodeAbroad => "postcode-abroad",
            Wrong::Language => "language",
            Wrong::Choice => "choice",
            Wrong::Required => "required",
        }
    }

    /// A value that would do, the same in every language.
    pub fn example(self) -> &'static str {
        match self {
            Wrong::Name => "Anne-Sophie",
            Wrong::Text => "Toulouse",
            Wrong::Phone => "06 39 98 12 34",
            Wrong::Date | Wrong::Future => "14/03/2014",
            Wrong::Mail => "prenom.nom@example.fr",
            Wrong::Address => "12 rue des Lilas; Bât. B",
            Wrong::Postcode => "31000",
            Wrong::PostcodeAbroad => "SW1A 1AA",
            Wrong::Language => "fr",
            Wrong::Choice | Wrong::Required => "",
        }
    }
}

/// The stored form of a value; `None` where it is empty: the field is to be emptied.
///
/// # Errors
/// What is wrong with it.
pub fn normalise(field: &Field, typed: &str, around: &Around) -> Result<Option<String>, Wrong> {
    if typed.trim().is_empty() {
        return if field.required {
            Err(Wrong::Required)
        } else {
            Ok(None)
        };
    }
    let value = match field.kind {
        Kind::Name => name(typed).ok_or(Wrong::Name),
        Kind::Text => line(typed, LONGEST).ok_or(Wrong::Text),
        Kind::Phone => phone::normalise(typed).ok_or(Wrong::Phone),
        Kind::Date => date(typed, around.today),
        Kind::Mail => mail(typed).ok_or(Wrong::Mail),
        Kind::Address => address(typed).ok_or(Wrong::Address),
        Kind::Postcode if around.abroad => postcode_abroad(typed).ok_or(Wrong::PostcodeAbroad),
        Kind::Postcode => postcode(typed).ok_or(Wrong::Postcode),
        Kind::Language => language(typed).ok_or(Wrong::Language),
        Kind::Choice => {
            let wanted = folded(typed);
            let found = field.choices.iter().find(|word| folded(word) == wanted);
            found.cloned().ok_or(Wrong::Choice)
        }
    }?;
    Ok(Some(value))
}

/// Letters and digits alone, without accents and case: how names of fields and choices are compared.
pub(super) fn folded(text: &str) -> String {
    let folded = names::fold(text);
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// One line of text with single spaces; `None` where something in it is no text.
fn line(typed: &str, longest: usize) -> Option<String> {
    let plain = typed.trim().chars().all(|c| {
        let hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}');
        !c.is_control() && !hidden && c != '$'
    });
    let words: Vec<&str> = typed.split_whitespace().collect();
    let text: String = words.join(" ").nfc().collect();
    (plain && !text.is_empty() && text.chars().count() <= longest).then_some(text)
}

fn name(typed: &str) -> Option<String> {
    line(typed, LONGEST).filter(|text| text.chars().any(char::is_alphabetic))
}

/// `jj/mm/aaaa`, as the feed writes it.
fn date(typed: &str, today: Date) -> Result<String, Wrong> {
    let typed = typed.trim();
    let parts: Vec<&str> = typed.split(['/', '-', '.', ' ']).collect();
    let number = |part: &str, most: usize| -> Option<i16> {
        let plain = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let read = |year: &str, month: &str, day: &str| -> Option<Date> {
        let year = number(year, 4).filter(|_| year.len() == 4)?;
        let (month, day) = (number(month, 2)?, number(day, 2)?);
        Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
    };
    let found = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => read(year, month, day),
        [day, month, year] => read(year, month, day),
        _ => None,
    };
    let day = found.filter(|day| day.year() >= 1900).ok_or(Wrong::Date)?;
    if day > today {
        return Err(Wrong::Future);
    }
    Ok(format!(
        "{:02}/{:02}/{:04}",
        day.day(),
        day.month(),
        day.year()
    ))
}

/// An address that a mail server takes ([`MailAddress`]).
fn mail(typed: &str) -> Option<String> {
    MailAddress::parse(typed).map(|address| address.as_str().to_owned())
}

/// Lines separated by dollar signs, as `ENTPersonAdresse` and the Postal Address of RFC 4517 hold them. Typed
/// with line breaks, semicolons or dollar signs between the lines. The escapes of RFC 4517 are never needed:
/// what they would escape is refused.
fn address(typed: &str) -> Option<String> {
    let mut lines = Vec::new();
    for part in typed.split(['\n', ';', '$']) {
        if part.trim().is_empty() {
            continue;
        }
        lines.push(line(part, LONGEST).filter(|text| !text.contains('\\'))?);
    }
    let any = lines.iter().flat_map(|l| l.chars());
    let said = any.clone().any(char::is_alphanumeric);
    (said && lines.len() <= LINES).then(|| lines.join("$"))
}

/// Five digits; 00 and 99 begin none (99 is the foreigners' of the INSEE).
fn postcode(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let five = digits.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit());
    (five && !digits.starts_with("00") && !digits.starts_with("99")).then_some(digits)
}

fn postcode_abroad(typed: &str) -> Option<String> {
    let text = line(typed, 12)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
    (text.chars().all(plain) && text.chars().any(|c| c.is_ascii_digit())).then_some(text)
}

/// `fr`, or `fr-CA`: the language that RFC 2798 section 2.7 takes from HTTP, without weights.
fn language(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (language, region) = match typed.split_once(['-', '_']) {
        Some((language, region)) => (language, Some(region)),
        None => (typed, None),
    };
    let two = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if !two(language) || region.is_some_and(|region| !two(region)) {
        return None;
    }
    let language = language.to_ascii_lowercase();
    Some(match region {
        Some(region) => format!("{language}-{}", region.to_ascii_uppercase()),
        None => language,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::correction::Owner;
    use jiff::civil::date as day;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const KINDS: [Kind; 9] = [
        Kind::Name,
        Kind::Text,
        Kind::Phone,
        Kind::Date,
        Kind::Mail,
        Kind::Address,
        Kind::Postcode,
        Kind::Language,
        Kind::Choice,
    ];

    fn field(kind: Kind) -> Field {
        Field {
            name: "x".into(),
            attribute: "x".into(),
            kind,
            choices: vec!["M.".into(), "Mme".into()],
            roles: BTreeSet::new(),
            owner: Owner::School,
            several: false,
            required: false,
        }
    }

    fn around() -> Around {
        Around {
            today: day(2026, 11, 22),
            abroad: false,
        }
    }

    fn stored(kind: Kind, typed: &str) -> Result<String, Wrong> {
        normalise(&field(kind), typed, &around()).map(|value| value.expect("a value"))
    }

    #[test]
    fn a_date_is_stored_as_the_feed_writes_it() {
        for typed in [
            "14/03/2014",
            "14/3/2014",
            "2014-03-14",
            "14-03-2014",
            "14.03.2014",
            " 14 03 2014 ",
        ] {
            assert_eq!(
                stored(Kind::Date, typed),
                Ok("14/03/2014".into()),
                "{typed}"
            );
        }
        assert_eq!(stored(Kind::Date, "29/02/2012"), Ok("29/02/2012".into()));
        assert_eq!(stored(Kind::Date, "22/11/2026"), Ok("22/11/2026".into()));
        assert_eq!(stored(Kind::Date, "23/11/2026"), Err(Wrong::Future));
        for typed in [
            "29/02/2014",
            "31/04/2014",
            "03/14/2014",
            "14/03/14",
            "14/03/1814",
            "hier",
            "2014",
            "1/2/3/2014",
        ] {
            assert_eq!(stored(Kind::Date, typed), Err(Wrong::Date), "{typed}");
        }
    }

    #[test]
    fn a_mail_address_is_one_that_a_server_takes() {
        for typed in [
            "lea@example.fr",
            " lea.dupont+ent@mail.example.fr ",
            "l'o_x@ex-ample.fr",
        ] {
            assert_eq!(
                stored(Kind::Mail, typed),
                Ok(typed.trim().into()),
                "{typed}"
            );
        }
        for typed in [
            "lea",
            "lea@",
            "@example.fr",
            "lea@example",
            "lea dupont@example.fr",
            "lea@example.fr, b@example.fr",
            "\"lea dupont\"@example.fr",
            "Léa <lea@example.fr>",
            "lea@[127.0.0.1]",
            "léa@example.fr",
            "lea@example.fr\r\nBcc: x@example.fr",
            "lea..d@example.fr",
            ".lea@example.fr",
            "lea(x)@example.fr",
            "lea@@example.fr",
            "lea@-example.fr",
        ] {
            assert_eq!(stored(Kind::Mail, typed), Err(Wrong::Mail), "{typed:?}");
        }
    }

    #[test]
    fn a_name_is_letters_on_one_line() {
        assert_eq!(
            stored(Kind::Name, "  Le \u{a0} Goff "),
            Ok("Le Goff".into())
        );
        assert_eq!(stored(Kind::Name, "Zoe\u{301}"), Ok("Zoé".into()));
        assert_eq!(
            stored(Kind::Name, "N’Guyen-d'Orgeval"),
            Ok("N’Guyen-d'Orgeval".into())
        );
        for typed in [
            "a$b",
            "a\u{7}b",
            "a\nb",
            "123",
            "…",
            "a\u{202e}b",
            "\u{200b}",
            &"x".repeat(129),
        ] {
            assert_eq!(stored(Kind::Name, typed), Err(Wrong::Name), "{typed:?}");
        }
    }

    #[test]
    fn an_address_has_lines() {
        for typed in [
            "12 rue des Lilas; Bât. B",
            "12 rue des Lilas\nBât. B\n",
            "12 rue des Lilas$Bât. B",
        ] {
            assert_eq!(
                stored(Kind::Address, typed),
                Ok("12 rue des Lilas$Bât. B".into()),
                "{typed:?}"
            );
        }
        for typed in [";", "a;b;c;d;e;f;g", "12 rue \\24", "12\u{1b}[1m rue"] {
            assert_eq!(
                stored(Kind::Address, typed),
                Err(Wrong::Address),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn a_postal_code_is_five_digits_in_france_and_anything_abroad() {
        assert_eq!(stored(Kind::Postcode, "31 000"), Ok("31000".into()));
        for typed in ["3100", "310000", "00100", "99100", "SW1A 1AA", "٣١٠٠٠"] {
            assert_eq!(
                stored(Kind::Postcode, typed),
                Err(Wrong::Postcode),
                "{typed}"
            );
        }
        let abroad = Around {
            abroad: true,
            ..around()
        };
        let value = normalise(&field(Kind::Postcode), "SW1A 1AA", &abroad);
        assert_eq!(value, Ok(Some("SW1A 1AA".into())));
    }

    #[test]
    fn a_choice_is_recognized_without_its_dot_and_case() {
        assert_eq!(stored(Kind::Choice, "m"), Ok("M.".into()));
        assert_eq!(stored(Kind::Choice, "MME"), Ok("Mme".into()));
        assert_eq!(stored(Kind::Choice, "Mlle"), Err(Wrong::Choice));
        assert_eq!(stored(Kind::Language, "FR"), Ok("fr".into()));
        assert_eq!(stored(Kind::Language, "pt_br"), Ok("pt-BR".into()));
        assert_eq!(stored(Kind::Language, "français"), Err(Wrong::Language));
    }

    #[test]
    fn nothing_empties_a_field_that_may_be_empty() {
        for kind in KINDS {
            assert_eq!(normalise(&field(kind), "  ", &around()), Ok(None));
            let needed = Field {
                required: true,
                ..field(kind)
            };
            assert_eq!(normalise(&needed, "", &around()), Err(Wrong::Required));
        }
    }

    #[test]
    fn every_example_would_do() {
        for (kind, wrong) in [
            (Kind::Name, Wrong::Name),
            (Kind::Text, Wrong::Text),
            (Kind::Phone, Wrong::Phone),
            (Kind::Date, Wrong::Future),
            (Kind::Mail, Wrong::Mail),
            (Kind::Address, Wrong::Address),
            (Kind::Postcode, Wrong::Postcode),
            (Kind::Language, Wrong::Language),
        ] {
            assert!(stored(kind, wrong.example()).is_ok(), "{wrong:?}");
        }
    }

    proptest! {
        /// Whatever is typed, as text or nearly right: no panic, and what is stored is its own form.
        #[test]
        fn what_is_stored_is_its_own_form(
            typed in prop_oneof![
                any::<String>(),
                "[0-9]{1,4}[/. -][0-9]{1,2}[/. -][0-9]{1,4}",
                "[a-zA-Zé$;' -]{0,20}",
                "[a-z.\"]{1,6}@[a-z.-]{1,10}",
                "[0-9 ]{4,7}",
            ],
            kind in 0..KINDS.len(),
            abroad in any::<bool>(),
        ) {
            let field = field(KINDS[kind]);
            let around = Around { abroad, ..around() };
            if let Ok(Some(value)) = normalise(&field, &typed, &around) {
                prop_assert!(!value.chars().any(char::is_control), "{:?}", value);
                prop_assert_eq!(normalise(&field, &value, &around), Ok(Some(value.clone())));
            }
        }
    }
}
