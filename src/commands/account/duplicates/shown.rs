//! How the pairs are shown: to people, to spreadsheets, to programs.

use crate::app::App;
use crate::domain::duplicates::check::{self, check};
use crate::domain::duplicates::{Cluster, Evidence, Pair, Person, Population, Side};
use crate::i18n::{Localizer, Text};
use crate::output::{Column, Format, Table, words};
use serde::Serialize;
use std::collections::BTreeSet;

/// Children named in one reason; of more their number is told.
const MOST_CHILDREN: usize = 3;

/// The clusters, with what is decided of their pairs.
pub(super) struct Listing<'a> {
    population: &'a Population,
    clusters: &'a [Cluster],
    decision: Option<&'static str>,
    /// Clusters of which an account stands in a better one: nothing is decided there.
    doubtful: BTreeSet<usize>,
}

#[derive(Serialize)]
pub(super) struct DuplicatesJson<'a> {
    r#type: &'static str,
    pairs: Vec<PairJson<'a>>,
    clusters: Vec<ClusterJson<'a>>,
    people: usize,
    left_out: u64,
}

#[derive(Serialize)]
struct PairJson<'a> {
    a: AccountJson<'a>,
    b: AccountJson<'a>,
    keep: &'static str,
    decision: Option<&'static str>,
    cluster: usize,
    score: f64,
    tier: &'static str,
    reasons: Vec<ReasonJson>,
    children: &'a [String],
    check: String,
}

/// As [`crate::domain::account::AccountRef`] is written.
#[derive(Serialize)]
struct AccountJson<'a> {
    dn: &'a str,
    uid: Option<&'a str>,
    login: Option<&'a str>,
    name: String,
}

#[derive(Serialize)]
struct ReasonJson {
    code: &'static str,
    against: bool,
    message: String,
}

#[derive(Serialize)]
struct ClusterJson<'a> {
    cluster: usize,
    accounts: Vec<AccountJson<'a>>,
    keep_reason: &'static str,
}

impl<'a> Listing<'a> {
    pub fn new(
        population: &'a Population,
        clusters: &'a [Cluster],
        decision: Option<&'static str>,
    ) -> Self {
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut doubtful = BTreeSet::new();
        for (number, cluster) in clusters.iter().enumerate() {
            if cluster.members.iter().any(|m| seen.contains(m)) {
                doubtful.insert(number);
            }
            seen.extend(&cluster.members);
        }
        Listing {
            population,
            clusters,
            decision,
            doubtful,
        }
    }

    fn person(&self, at: u32) -> &'a Person {
        &self.population.people()[at as usize]
    }

    /// Only a row of the kept account gets a decision: of three accounts, two are joined to it.
    fn decided(&self, number: usize, pair: &Pair) -> Option<&'static str> {
        let kept = self.clusters[number].members.first() == Some(&pair.a);
        self.decision
            .filter(|_| kept && !self.doubtful.contains(&number))
    }

    fn check(&self, pair: &Pair) -> String {
        let side = |at: u32| {
            let person = self.person(at);
            check::Side {
                uid: person.uid(),
                family: person.family_name(),
                given: person.given_name(),
            }
        };
        check(side(pair.a), side(pair.b))
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &'a Cluster, &'a Pair)> + '_ {
        self.clusters
            .iter()
            .enumerate()
            .flat_map(|(number, cluster)| cluster.pairs.iter().map(move |p| (number, cluster, p)))
    }

    pub fn json(&self, app: &App, people: usize, left_out: u64) -> DuplicatesJson<'a> {
        let localizer = app.printer.localizer();
        DuplicatesJson {
            r#type: "duplicates",
            pairs: self
                .rows()
                .map(|(number, _, pair)| PairJson {
                    a: reference(self.person(pair.a)),
                    b: reference(self.person(pair.b)),
                    keep: "a",
                    decision: self.decided(number, pair),
                    cluster: number + 1,
                    score: rounded(pair.score),
                    tier: pair.tier.code(),
                    reasons: told(pair)
                        .map(|evidence| ReasonJson {
                            code: evidence.code(),
                            against: evidence.side() == Side::Against,
                            message: localizer.say(&reason(evidence, pair)),
                        })
                        .collect(),
                    children: &pair.children,
                    check: self.check(pair),
                })
                .collect(),
            clusters: self
                .clusters
                .iter()
                .enumerate()
                .map(|(number, cluster)| ClusterJson {
                    cluster: number + 1,
                    accounts: cluster
                        .members
                        .iter()
                        .map(|m| reference(self.person(*m)))
                        .collect(),
                    keep_reason: cluster.reason.code(),
                })
                .collect(),
            people,
            left_out,
        }
    }

    pub fn table(&self, app: &App) -> Table {
        let localizer = app.printer.localizer();
        if app.printer.format() == Format::Csv {
            self.for_spreadsheets(localizer)
        } else {
            self.for_people(localizer)
        }
    }

    fn for_spreadsheets(&self, localizer: &Localizer) -> Table {
        let mut table = Table::new(CSV);
        for (number, cluster, pair) in self.rows() {
            let (a, b) = (self.person(pair.a), self.person(pair.b));
            let codes: Vec<&str> = told(pair).map(Evidence::code).collect();
            table.push(vec![
                a.uid().into(),
                b.uid().into(),
                "a".into(),
                self.decided(number, pair).unwrap_or("").into(),
                (number + 1).to_string().into(),
                format!("{:.3}", rounded(pair.score)).into(),
                pair.tier.code().into(),
                codes.join(" ").into(),
                self.check(pair).into(),
                a.display_name().into(),
                b.display_name().into(),
                a.login().into(),
                b.login().into(),
                cluster.reason.code().into(),
                in_words(pair, None, localizer).into(),
            ]);
        }
        table
    }

    fn for_people(&self, localizer: &Localizer) -> Table {
        let mut table = Table::new(SCREEN).upright();
        for (number, cluster, pair) in self.rows() {
            let percent = (pair.score * 100.0).floor().to_string();
            let kept = cluster.members.first() == Some(&pair.a);
            table.push(vec![
                (number + 1).to_string().into(),
                localizer
                    .say(&Text::new("duplicates-score").with("percent", percent))
                    .into(),
                localizer
                    .word(&format!("duplicates-tier-{}", pair.tier.code()))
                    .into(),
                named(self.person(pair.a)).into(),
                if kept {
                    localizer
                        .word(&format!("duplicates-keep-{}", cluster.reason.code()))
                        .into()
                } else {
                    "".into()
                },
                named(self.person(pair.b)).into(),
                in_words(pair, None, localizer).into(),
            ]);
        }
        table
    }
}

/// Name and login, as lists of people show them.
pub(super) fn named(person: &Person) -> String {
    let login = Some(person.login()).filter(|login| !login.is_empty());
    words::called(&person.display_name(), login)
}

/// Three decimals, never up to a whole one.
fn rounded(score: f64) -> f64 {
    (score * 1000.0).floor() / 1000.0
}

fn reference(person: &Person) -> AccountJson<'_> {
    let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
    AccountJson {
        dn: person.dn(),
        uid: some(person.uid()),
        login: some(person.login()),
        name: person.display_name(),
    }
}

fn told(pair: &Pair) -> impl Iterator<Item = Evidence> + '_ {
    pair.evidence.iter().copied().filter(|e| e.is_told())
}

/// One piece of evidence as a text.
fn reason(evidence: Evidence, pair: &Pair) -> Text {
    match pair.children.len() {
        n @ 1..=MOST_CHILDREN if evidence == Evidence::ChildSame => {
            let names = &pair.children[..n];
            Text::new("duplicates-children").with("names", names.join(", "))
        }
        _ => Text::new(format!("duplicates-reason-{}", evidence.code())),
    }
}

/// What speaks for a pair and against it, or one of both alone, in words.
pub(in crate::commands::account) fn in_words(
    pair: &Pair,
    side: Option<Side>,
    localizer: &Localizer,
) -> String {
    let said: Vec<String> = told(pair)
        .filter(|evidence| side.is_none_or(|side| evidence.side() == side))
        .map(|evidence| localizer.say(&reason(evidence, pair)))
        .collect();
    said.join(", ")
}

/// What `account link`, `account merge` and `account dismiss` read, then what helps a person.
const CSV: &[Column] = &[
    column("uid_a"),
    column("uid_b"),
    column("keep"),
    column("decision"),
    column("cluster"),
    column("score"),
    column("tier"),
    column("reasons"),
    column("check"),
    column("name_a"),
    column("name_b"),
    column("login_a"),
    column("login_b"),
    column("keep_reason"),
    column("in_words"),
];

const fn column(key: &'static str) -> Column {
    // Never on a screen: there the other columns are shown.
    Column { key, title: key }
}

const SCREEN: &[Column] = &[
    Column {
        key: "cluster",
        title: "duplicates-cluster",
    },
    Column {
        key: "score",
        title: "duplicates-likely",
    },
    Column {
        key: "tier",
        title: "duplicates-tier",
    },
    Column {
        key: "a",
        title: "duplicates-keep",
    },
    Column {
        key: "keep_reason",
        title: "duplicates-why",
    },
    Column {
        key: "b",
        title: "duplicates-other",
    },
    Column {
        key: "reasons",
        title: "duplicates-reasons",
    },
];
