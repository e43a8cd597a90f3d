//! Templates of a school: read, and refused before any mail is written with them.

use super::kind::{BUILT_IN, Form, LAYOUT, SUBJECT};
use super::{About, Account, DOCUMENT, Facts, Kind, Letters, context, split_subject};
use crate::domain::mail_address::MailAddress;
use crate::domain::notice::{Addresses, Side};
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::i18n::{Language, Localizer, Text};
use jiff::Zoned;
use jiff::civil::date;
use jiff::tz::TimeZone;
use minijinja::{Environment, ErrorKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use zeroize::Zeroizing;

/// Names that show whether HTML is protected; no school is called so.
const SCHOOL: &str = "Collège <Exemple> & Fils";
const SCHOOL_HTML: &str = "Collège &lt;Exemple&gt; &amp; Fils";
const URL: &str = "https://ent.example.test/exemple";
const LOGINS: [&str; 2] = ["exemple.un", "exemple.deux"];
const PASSWORDS: [&str; 2] = ["Exemple-Aaaa-11", "Exemple-Bbbb-22"];
const ADDRESS: &str = "exemple@ailleurs.example.test";

/// A fault of a template.
#[derive(Debug)]
pub(super) struct Fault {
    file: String,
    line: Option<usize>,
    problem: Text,
}

pub(super) type Faults = Vec<Fault>;

/// Reads and checks. Only what the folder holds is looked at: ours are held to the same by a test.
pub(super) fn load(folder: Option<&Path>) -> Result<Letters> {
    let mut letters = Letters {
        sources: BUILT_IN
            .iter()
            .map(|(name, source)| ((*name).to_owned(), (*source).to_owned()))
            .collect(),
    };
    let Some(folder) = folder else {
        return Ok(letters);
    };
    let mut faults = Faults::new();
    let own = read(folder, &mut faults);
    let replaced: BTreeSet<String> = own.keys().cloned().collect();
    letters.sources.extend(own);
    faults.extend(check(&letters, &replaced));
    if faults.is_empty() {
        Ok(letters)
    } else {
        Err(error(folder, &faults))
    }
}

fn error(folder: &Path, faults: &[Fault]) -> CommandError {
    let mut error = CommandError::usage(
        "letters-invalid",
        Text::new("letters-invalid")
            .with("folder", folder.display().to_string())
            .with("count", faults.len()),
    );
    let mut details = Vec::new();
    for fault in faults {
        let file = folder.join(&fault.file).display().to_string();
        details.push(serde_json::json!({
            "file": file, "line": fault.line, "code": fault.problem.key,
        }));
        error = error.show(match fault.line {
            Some(line) => Text::new("letters-problem-line")
                .with("file", file)
                .with("line", line.to_string())
                .with("problem", fault.problem.clone()),
            None => Text::new("letters-problem")
                .with("file", file)
                .with("problem", fault.problem.clone()),
        });
    }
    error
        .details(serde_json::json!({ "problems": details }))
        .hint(Text::new("letters-invalid-hint").with("document", DOCUMENT))
}

/// The templates of a folder by their names. Files of other endings may lie beside them; a misspelt name would
/// silently leave ours in use, and is refused.
fn read(folder: &Path, faults: &mut Faults) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut fault = |file: &str, problem: Text| {
        faults.push(Fault {
            file: file.to_owned(),
            line: None,
            problem,
        });
    };
    if std::fs::read_dir(folder).is_err() {
        fault("", Text::new("letters-folder-unreadable"));
    }
    for below in ["", "en/", "fr/"] {
        let Ok(entries) = std::fs::read_dir(folder.join(below)) else {
            continue;
        };
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| format!("{below}{}", entry.file_name().to_string_lossy()))
            .filter(|name| name.ends_with(".txt") || name.ends_with(".html"))
            .collect();
        names.sort();
        for name in names {
            let known = BUILT_IN.iter().map(|(known, _)| *known);
            if !known.clone().any(|known| known == name) {
                let near = crate::config::nearest::nearest(&name, known);
                fault(
                    &name,
                    match near {
                        Some(near) => {
                            Text::new("letters-file-unknown-nearest").with("nearest", near)
                        }
                        None => Text::new("letters-file-unknown"),
                    },
                );
                continue;
            }
            match std::fs::read_to_string(folder.join(&name)) {
                Ok(text) => {
                    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
                    found.insert(name, text.replace("\r\n", "\n"));
                }
                Err(_) => fault(&name, Text::new("letters-file-unreadable")),
            }
        }
    }
    found
}

/// Every fault of these templates. A letter's HTML is looked at where its frame was replaced too.
pub(super) fn check(letters: &Letters, names: &BTreeSet<String>) -> Faults {
    let mut faults = Faults::new();
    let frame = names.contains(LAYOUT);
    for kind in Kind::ALL {
        for language in Language::ALL {
            for form in Form::ALL {
                let name = kind.template(language, form);
                let html = form == Form::Html;
                if names.contains(&name) || (html && frame) {
                    let checked = one(letters, kind, language, form, &name);
                    faults.extend(checked.err());
                }
            }
        }
    }
    // A fault of the frame is one fault, not one of each letter.
    faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    faults.dedup_by(|a, b| (&a.file, a.line, &a.problem) == (&b.file, b.line, &b.problem));
    faults
}

/// The first fault of one template.
fn one(
    letters: &Letters,
    kind: Kind,
    language: Language,
    form: Form,
    name: &str,
) -> Result<(), Fault> {
    let fault = |line, problem| Fault {
        file: name.to_owned(),
        line,
        problem,
    };
    let engine = |error: &minijinja::Error| {
        let file = error.name().unwrap_or(name).to_owned();
        let key = match error.kind() {
            ErrorKind::UndefinedError => "letters-unknown-inside",
            _ => "letters-syntax",
        };
        Fault {
            file,
            line: error.line(),
            problem: Text::new(key),
        }
    };
    let environment = letters
        .environment(&[name, LAYOUT])
        .map_err(|e| engine(&e))?;
    variables(&environment, letters, kind, form, name)?;
    let localizer = Localizer::new(language);
    let sample = Sample::new();
    let accounts = sample.accounts();
    for (full, addresses) in cases(kind) {
        let mut context = context(&sample.facts(kind, &accounts, full, addresses), &localizer);
        if form == Form::Html {
            context.insert("subject", "Exemple".into());
        }
        let template = environment.get_template(name).map_err(|e| engine(&e))?;
        let filled = template.render(&context).map_err(|e| engine(&e))?;
        let filled = Zeroizing::new(filled);
        let body = if form == Form::Text {
            let (subject, body) = split_subject(&filled).ok_or_else(|| {
                fault(
                    Some(1),
                    Text::new("letters-no-subject").with("word", SUBJECT),
                )
            })?;
            if PASSWORDS.iter().any(|password| subject.contains(password)) {
                return Err(fault(Some(1), Text::new("letters-secret-subject")));
            }
            body
        } else {
            &filled
        };
        content(kind, form, full, body).map_err(|problem| fault(None, problem))?;
    }
    Ok(())
}

/// What a letter is tried out with: every fact, and as few as there may be; of addresses, whatever may become of
/// one.
fn cases(kind: Kind) -> Vec<(bool, Addresses)> {
    let sides = [Some(Side::New), Some(Side::Former), None];
    let none = Addresses::default();
    match kind {
        Kind::AddressChanged => [true, false]
            .into_iter()
            .flat_map(|full| sides.map(|redirect| (full, redirect)))
            .flat_map(|(full, redirect)| sides.map(|recovery| (full, redirect, recovery)))
            .map(|(full, redirect, recovery)| {
                let what = Addresses {
                    redirect,
                    recovery,
                    keep_copy: full,
                    others: full,
                    elsewhere: redirect.is_none() && recovery.is_none(),
                };
                (full, what)
            })
            .collect(),
        Kind::TemporaryPassword | Kind::PasswordChanged => vec![(true, none), (false, none)],
    }
}

/// What a template names that there is not.
fn variables(
    environment: &Environment<'_>,
    letters: &Letters,
    kind: Kind,
    form: Form,
    name: &str,
) -> Result<(), Fault> {
    for file in [name, LAYOUT] {
        if file == LAYOUT && form == Form::Text {
            continue;
        }
        let Ok(template) = environment.get_template(file) else {
            continue;
        };
        let used: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
        let unknown = used.into_iter().find(|used| {
            let subject = form == Form::Html && used == "subject";
            !subject && !kind.variables().contains(&used.as_str())
        });
        if let Some(unknown) = unknown {
            let source = letters.sources.get(file).map_or("", String::as_str);
            let line = source
                .lines()
                .position(|line| {
                    line.split(|c: char| !c.is_alphanumeric() && c != '_')
                        .any(|word| word == unknown)
                })
                .map(|at| at + 1);
            let known = kind.variables().join(", ");
            return Err(Fault {
                file: file.to_owned(),
                line,
                problem: Text::new("letters-unknown-variable")
                    .with("name", unknown)
                    .with("known", known),
            });
        }
    }
    Ok(())
}

/// What must stand in a letter, and what must not; `full` where every fact was there.
fn content(kind: Kind, form: Form, full: bool, body: &str) -> Result<(), Text> {
    let school = match form {
        Form::Text => SCHOOL,
        Form::Html => SCHOOL_HTML,
    };
    let dates = ["2031", "2032"];
    for required in kind.required() {
        let there = match *required {
            "school" => body.contains(school),
            "account.login" => LOGINS.iter().all(|login| body.contains(login)),
            "account.password" => PASSWORDS.iter().all(|password| body.contains(password)),
            "date" => body.contains(dates[0]),
            "until" => !full || body.contains(dates[1]),
            _ => body.contains(ADDRESS),
        };
        if !there {
            return Err(Text::new("letters-lacks").with("name", *required));
        }
    }
    if kind == Kind::TemporaryPassword
        && PASSWORDS
            .iter()
            .any(|password| body.matches(password).count() != 1)
    {
        return Err(Text::new("letters-once").with("name", "account.password"));
    }
    if form == Form::Html && body.contains("<Exemple>") {
        return Err(Text::new("letters-unescaped"));
    }
    // What remains once the one link is taken out must be no link, and load nothing from anywhere.
    let rest = body
        .replace("&#x2f;", "/")
        .replace(&format!("href=\"{URL}\""), "")
        .replace(URL, "")
        .to_lowercase();
    let linked = [
        "://",
        "href",
        "src=",
        "javascript:",
        "mailto:",
        "<form",
        "<script",
        "url(",
    ];
    if linked.iter().any(|sign| rest.contains(sign)) {
        return Err(Text::new("letters-link").with("name", "ent_url"));
    }
    Ok(())
}

/// Facts to fill a template with.
struct Sample {
    passwords: [Password; 2],
    address: MailAddress,
    date: Zoned,
    until: Zoned,
}

impl Sample {
    fn new() -> Self {
        let at = |year| {
            date(year, 1, 2)
                .at(3, 4, 0, 0)
                .to_zoned(TimeZone::UTC)
                .unwrap_or_default()
        };
        Sample {
            passwords: PASSWORDS.map(|password| Password::new(password.to_owned())),
            address: MailAddress::parse(ADDRESS).expect("an address"),
            date: at(2031),
            until: at(2032),
        }
    }

    fn accounts(&self) -> Vec<Account<'_>> {
        LOGINS
            .iter()
            .zip(&self.passwords)
            .enumerate()
            .map(|(at, (login, password))| Account {
                name: login,
                login,
                // One with and one without.
                former: (at == 0).then_some("identifiant.exemple"),
                password: Some(password),
            })
            .collect()
    }

    fn facts<'a>(
        &'a self,
        kind: Kind,
        accounts: &'a [Account<'a>],
        full: bool,
        addresses: Addresses,
    ) -> Facts<'a> {
        let login = LOGINS[0];
        Facts {
            school: SCHOOL,
            person: "Zoé <Exemple>",
            contact: full.then_some("la vie scolaire"),
            ent_url: full.then_some(URL),
            date: &self.date,
            about: match kind {
                Kind::TemporaryPassword => About::TemporaryPassword {
                    accounts,
                    until: full.then_some(&self.until),
                },
                Kind::PasswordChanged => About::PasswordChanged { login },
                Kind::AddressChanged => About::AddressChanged {
                    address: &self.address,
                    what: addresses,
                },
            },
        }
    }
}
