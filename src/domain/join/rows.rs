//! Decisions as the rows of a file give them: whether a row still fits the accounts it names, and which rows are one
//! decision. All rows are looked at before anything is done; what is wrong with one row is told with the other line
//! it is about.

use super::decision::{Decision, Verdict};
use super::families::Families;
use super::refused::JoinRefusal;
use crate::domain::account::Account;
use crate::domain::change::Refusal;
use crate::domain::dn::Dn;
use crate::domain::duplicates::check;
use crate::domain::names;
use std::collections::{BTreeMap, BTreeSet};

/// One of the two accounts of a row, cell by cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    /// What names the account.
    pub text: String,
    /// The person's name, where the file has one.
    pub name: String,
    /// The login, where the file has one beside what names the account.
    pub login: String,
}

/// One row on which something was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// What was decided.
    pub verdict: Verdict,
    /// The first account; the one that is kept unless `keep_b`.
    pub a: Cells,
    /// The second one.
    pub b: Cells,
    /// Whether the second one is kept.
    pub keep_b: bool,
    /// Number of the family, where the file has one.
    pub cluster: String,
    /// The check, where the file has one: of a row where it was taken away, empty.
    pub check: Option<String>,
    /// What is wrong with the row itself: a stable code, and the cell.
    pub fault: Option<(&'static str, String)>,
}

/// What a cell names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// This account.
    One(Box<Account>),
    /// No account that may be changed: `not-found`, `ambiguous`, `out-of-scope`.
    Not(&'static str),
}

impl Lookup {
    fn account(&self) -> Option<&Account> {
        match self {
            Lookup::One(account) => Some(account),
            Lookup::Not(_) => None,
        }
    }
}

/// A row, and whom it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The row.
    pub row: DecisionRow,
    /// Whom its first cells name.
    pub a: Lookup,
    /// Whom its second cells name.
    pub b: Lookup,
}

/// Why a row does not fit the accounts it names: one column was sorted alone, or the directory has moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// The check is that of other accounts, or of other names.
    Check,
    /// A name is somebody else's.
    Name,
    /// A login is another account's.
    Login,
}

impl Named {
    /// What does not fit, judged by what the directory holds now. Of an account that was not found nothing can be
    /// said.
    pub fn misfit(&self) -> Option<Misfit> {
        let (a, b) = (self.a.account(), self.b.account());
        let sides = [(&self.row.a, a), (&self.row.b, b)];
        let wrong = |test: &dyn Fn(&Cells, &Account) -> bool| {
            sides
                .iter()
                .any(|(cells, account)| account.is_some_and(|account| !test(cells, account)))
        };
        if let (Some(check), Some(a), Some(b)) = (&self.row.check, a, b)
            && !check.trim().eq_ignore_ascii_case(&check_of(a, b))
        {
            return Some(Misfit::Check);
        }
        if wrong(&|cells, account| cells.name.is_empty() || is_name_of(account, &cells.name)) {
            return Some(Misfit::Name);
        }
        if wrong(&|cells, account| cells.login.is_empty() || is_login_of(account, &cells.login)) {
            return Some(Misfit::Login);
        }
        None
    }

    /// The one that is kept, and the other.
    fn sides(&self) -> [(&Cells, &Lookup); 2] {
        let (a, b) = ((&self.row.a, &self.a), (&self.row.b, &self.b));
        if self.row.keep_b { [b, a] } else { [a, b] }
    }
}

/// The check of two accounts as `account duplicates` writes it.
pub fn check_of(a: &Account, b: &Account) -> String {
    check::check(side(a), side(b))
}

fn side(account: &Account) -> check::Side<'_> {
    let uid = account.uid.as_deref().filter(|uid| !uid.is_empty());
    check::Side {
        uid: uid.unwrap_or(account.dn.as_str()),
        family: &account.family_name,
        given: &account.given_name,
    }
}

fn is_name_of(account: &Account, written: &str) -> bool {
    let words = |name: &str| {
        let folded = names::fold(name);
        let mut words: Vec<String> = folded.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    let said = words(written);
    let own = format!("{} {}", account.given_name, account.family_name);
    [&own, &account.display_name, &account.full_name]
        .iter()
        .any(|name| words(name) == said)
}

fn is_login_of(account: &Account, written: &str) -> bool {
    [&account.login, &account.alias]
        .into_iter()
        .flatten()
        .any(|login| is_same_cell(written, login))
}

/// Whether a cell holds this value, or what a spreadsheet makes of it that takes it for a number: `00123` is shown as
/// `123`, `1E5` as `100000` or `1,00E+05`.
pub fn is_same_cell(cell: &str, value: &str) -> bool {
    let number = |text: &str| -> Option<f64> {
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | 'e' | 'E' | '+');
        let looks = text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(plain);
        looks.then(|| text.replace(',', ".").parse().ok()).flatten()
    };
    let (cell, value) = (cell.trim(), value.trim());
    cell.to_lowercase() == value.to_lowercase()
        || matches!((number(cell), number(value)), (Some(a), Some(b)) if a == b)
}

/// What the rows of a file come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grouped {
    /// The decisions, in the order of their first rows.
    pub decisions: Vec<Decision>,
    /// The lines of each decision, by the account that is kept; of two people, by the first.
    pub lines: BTreeMap<Dn, Vec<u64>>,
    /// The rows that are not done, in their order; `given` is the line it is about where there is another one.
    pub refused: Vec<Refusal>,
}

/// A row while it is judged.
struct Item<'a> {
    named: &'a Named,
    kept: String,
    other: String,
    problem: Option<(&'static str, String)>,
    implied: bool,
}

impl Item<'_> {
    fn line(&self) -> u64 {
        self.named.row.line
    }

    fn pair(&self) -> BTreeSet<&str> {
        BTreeSet::from([self.kept.as_str(), self.other.as_str()])
    }

    fn refuse(&mut self, code: &'static str, given: impl ToString) {
        self.problem.get_or_insert((code, given.to_string()));
    }
}

/// Puts the rows of one verb together: a family of three is one decision, and what refuses one of its rows refuses
/// all of them. The rows of other verbs are looked at for what contradicts.
pub fn group(rows: &[Named], verdict: Verdict) -> Grouped {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut besides: Vec<Item<'_>> = Vec::new();
    for named in rows {
        let item = judged(named);
        if named.row.verdict == verdict {
            items.push(item);
        } else if item.problem.is_none() {
            besides.push(item);
        }
    }
    repeated(&mut items, verdict);
    against(&mut items, &besides);
    if verdict != Verdict::Dismiss {
        mark_implied(&mut items);
        one_kept_each(&mut items, &besides);
    }
    let families = families(&items, verdict);
    two_people_in_one(&mut items, &besides, verdict);
    decide(&items, &families, verdict)
}

/// A row by itself.
fn judged(named: &Named) -> Item<'_> {
    let key = |(cells, lookup): (&Cells, &Lookup)| match lookup {
        Lookup::One(account) => account.dn.normalized().to_owned(),
        // Never the name of an entry.
        Lookup::Not(_) => format!("\u{0}{}", cells.text.to_lowercase()),
    };
    let [kept, other] = named.sides();
    let mut item = Item {
        named,
        kept: key(kept),
        other: key(other),
        problem: None,
        implied: false,
    };
    if let Some((code, cell)) = &named.row.fault {
        item.refuse(code, cell);
    }
    for (cells, lookup) in [(&named.row.a, &named.a), (&named.row.b, &named.b)] {
        if let Lookup::Not(code) = lookup {
            item.refuse(code, &cells.text);
        }
    }
    if item.problem.is_none() && item.kept == item.other {
        item.refuse(JoinRefusal::SameAccount.code(), &named.row.b.text);
    }
    item
}

/// The same decision on two rows, and two rows that turn the same pair in two ways.
fn repeated(items: &mut [Item<'_>], verdict: Verdict) {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for at in 0..items.len() {
        if items[at].problem.is_some() {
            continue;
        }
        let way = (items[at].kept.clone(), items[at].other.clone());
        let back = (way.1.clone(), way.0.clone());
        if let Some(first) = seen.get(&way).copied() {
            let line = items[first].line();
            items[at].refuse("repeated-row", line);
        } else if let Some(first) = seen.get(&back).copied() {
            let (line, here) = (items[first].line(), items[at].line());
            if verdict == Verdict::Dismiss {
                items[at].refuse("repeated-row", line);
            } else {
                items[at].refuse("contradictory", line);
                items[first].refuse("contradictory", here);
            }
        } else {
            seen.insert(way, at);
        }
    }
}

/// One pair, two verbs.
fn against(items: &mut [Item<'_>], besides: &[Item<'_>]) {
    let pairs: BTreeMap<BTreeSet<&str>, u64> =
        besides.iter().map(|b| (b.pair(), b.line())).collect();
    for item in items.iter_mut() {
        if let Some(line) = pairs.get(&item.pair()).copied() {
            item.refuse("contradictory", line);
        }
    }
}

/// Where one account is kept with two others, a row on these two says nothing new.
fn mark_implied(items: &mut [Item<'_>]) {
    let sound = |item: &&Item<'_>| item.problem.is_none();
    let others: BTreeSet<String> = items
        .iter()
        .filter(sound)
        .map(|i| i.other.clone())
        .collect();
    let mut roots: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items.iter().filter(sound) {
        if !others.contains(&item.kept) {
            let of = roots.entry(item.other.clone()).or_default();
            of.insert(item.kept.clone());
        }
    }
    for item in items.iter_mut().filter(|item| item.problem.is_none()) {
        let both = (roots.get(&item.kept), roots.get(&item.other));
        if let (Some(of_kept), Some(of_other)) = both {
            item.implied = !of_kept.is_disjoint(of_other);
        }
    }
}

/// Nobody is absorbed twice, and nobody who is absorbed is kept.
fn one_kept_each(items: &mut [Item<'_>], besides: &[Item<'_>]) {
    let counts = |item: &&Item<'_>| item.problem.is_none() && !item.implied;
    let mut into: BTreeMap<String, Vec<(usize, String, u64)>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate().filter(|(_, item)| counts(item)) {
        let kept = (at, item.kept.clone(), item.line());
        into.entry(item.other.clone()).or_default().push(kept);
    }
    let elsewhere: BTreeMap<&str, (&str, u64)> = besides
        .iter()
        .filter(|b| b.named.row.verdict != Verdict::Dismiss)
        .map(|b| (b.other.as_str(), (b.kept.as_str(), b.line())))
        .collect();
    let mut found: Vec<(usize, &'static str, u64)> = Vec::new();
    for (at, item) in items.iter().enumerate().filter(|(_, item)| counts(item)) {
        let same = into.get(&item.other).map_or(&[][..], Vec::as_slice);
        if let Some((_, _, line)) = same.iter().find(|(_, kept, _)| *kept != item.kept) {
            found.push((at, "absorbed-twice", *line));
        }
        match elsewhere.get(item.other.as_str()) {
            Some((kept, line)) if *kept != item.kept => found.push((at, "absorbed-twice", *line)),
            _ => {}
        }
        // This one keeps an account that another row gives away.
        for (giving, _, line) in into.get(&item.kept).map_or(&[][..], Vec::as_slice) {
            found.push((at, "chain", *line));
            found.push((*giving, "chain", item.line()));
        }
    }
    for (at, code, line) in found {
        items[at].refuse(code, line);
    }
}

/// Rows that belong together: the same number of a family, or an account in common.
fn families(items: &[Item<'_>], verdict: Verdict) -> Families {
    let mut families = Families::new(items.len());
    // That A is not B says nothing of A and C.
    if verdict == Verdict::Dismiss {
        return families;
    }
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        // A row that merely repeats another one holds nothing up.
        if matches!(item.problem, Some(("repeated-row", _))) {
            continue;
        }
        let cluster = &item.named.row.cluster;
        let number = (!cluster.is_empty()).then(|| format!("\u{1}{cluster}"));
        let blank = |key: &&String| key.as_str() != "\u{0}";
        let keys = [&item.kept, &item.other].into_iter().filter(blank);
        for key in keys.cloned().chain(number) {
            let with = *first.entry(key).or_insert(at);
            families.join(at, with);
        }
    }
    families
}

/// Two accounts that are said to be of two people, and joined by way of others.
fn two_people_in_one(items: &mut [Item<'_>], besides: &[Item<'_>], verdict: Verdict) {
    let joins: Vec<(&str, &str, u64)> = items
        .iter()
        .chain(besides)
        .filter(|i| i.named.row.verdict != Verdict::Dismiss && i.problem.is_none())
        .map(|i| (i.kept.as_str(), i.other.as_str(), i.line()))
        .collect();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (kept, other, _) in &joins {
        for key in [kept, other] {
            let next = places.len();
            places.entry(key).or_insert(next);
        }
    }
    let mut people = Families::new(places.len());
    for (kept, other, _) in &joins {
        people.join(places[kept], places[other]);
    }
    let mut together = |x: &str, y: &str| match (places.get(x), places.get(y)) {
        (Some(x), Some(y)) => people.of(*x) == people.of(*y),
        _ => false,
    };
    let mut found: Vec<(usize, u64)> = Vec::new();
    if verdict == Verdict::Dismiss {
        for (at, item) in items.iter().enumerate() {
            if together(&item.kept, &item.other) {
                let about = |(kept, other, _): &&(&str, &str, u64)| {
                    [*kept, *other].contains(&item.other.as_str())
                };
                let line = joins.iter().find(about).map_or(0, |(_, _, line)| *line);
                found.push((at, line));
            }
        }
    } else {
        let apart = besides
            .iter()
            .filter(|b| b.named.row.verdict == Verdict::Dismiss);
        for two in apart.filter(|two| together(&two.kept, &two.other)) {
            let touches = |item: &Item<'_>| two.pair().contains(item.other.as_str());
            for (at, item) in items.iter().enumerate() {
                if touches(item) {
                    found.push((at, two.line()));
                }
            }
        }
    }
    for (at, line) in found {
        items[at].refuse("contradictory", line);
    }
}

/// The families without a fault as decisions, all others as refused rows.
fn decide(items: &[Item<'_>], families: &Families, verdict: Verdict) -> Grouped {
    let mut grouped = Grouped::default();
    let mut held_up: BTreeMap<usize, u64> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        match &item.problem {
            Some((code, _)) if *code != "repeated-row" => {
                held_up.entry(families.root(at)).or_insert(item.line());
            }
            _ => {}
        }
    }
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let family = families.root(at);
        let row = &item.named.row;
        let with = held_up.get(&family).map(u64::to_string);
        let problem = item.problem.clone();
        if let Some((code, given)) = problem.or_else(|| Some(("with-line", with?))) {
            let [_, (_, other)] = item.named.sides();
            let seen = [&item.named.a, &item.named.b]
                .iter()
                .all(|lookup| lookup.account().is_some());
            grouped.refused.push(Refusal {
                account: other.account().filter(|_| seen).map(Account::reference),
                given: Some(given),
                line: Some(row.line),
                code: code.to_owned(),
            });
            continue;
        }
        let [(_, Lookup::One(kept)), (_, Lookup::One(other))] = item.named.sides() else {
            continue;
        };
        let place = *places.entry(family).or_insert_with(|| {
            grouped.decisions.push(Decision {
                verdict,
                kept: (**kept).clone(),
                others: Vec::new(),
            });
            grouped.decisions.len() - 1
        });
        let decision = &mut grouped.decisions[place];
        if item.implied {
            // Its accounts come with other rows of the family.
        } else {
            decision.kept = (**kept).clone();
            decision.others.push(((**other).clone(), Some(row.line)));
        }
    }
    // Filled last: the first row of a family may be one that says nothing of the kept account.
    for (at, item) in items.iter().enumerate() {
        if let Some(place) = places.get(&families.root(at))
            && item.problem.is_none()
        {
            let kept = grouped.decisions[*place].kept.dn.clone();
            grouped.lines.entry(kept).or_default().push(item.line());
        }
    }
    if verdict == Verdict::Dismiss {
        grouped.lines = lines_by_entry(&grouped.decisions);
    }
    grouped
}

/// The lines of pairs that have accounts in common, by the first of these accounts: an entry is written once, and their
/// changes are one decision.
fn lines_by_entry(decisions: &[Decision]) -> BTreeMap<Dn, Vec<u64>> {
    let mut families = Families::new(decisions.len());
    let mut first: BTreeMap<&Dn, usize> = BTreeMap::new();
    for (at, decision) in decisions.iter().enumerate() {
        for account in decision.accounts() {
            families.join(at, *first.entry(&account.dn).or_insert(at));
        }
    }
    let mut lines: BTreeMap<Dn, Vec<u64>> = BTreeMap::new();
    for (at, decision) in decisions.iter().enumerate() {
        let of = lines.entry(decisions[families.root(at)].kept.dn.clone());
        let own = decision.others.iter().filter_map(|(_, line)| *line);
        of.or_default().extend(own);
    }
    lines
}
