//! One pair on the screen: which person, how sure and why, both accounts side by side, the keys.

use super::super::duplicates::in_words;
use super::face::{Face, lines};
use super::ledger::Answer;
use super::session::{Conflict, Group, Question};
use crate::app::App;
use crate::domain::dn::Dn;
use crate::domain::duplicates::{Cluster, Pair, Population, Side, Weights, again};
use crate::i18n::Text;
use crate::output::{Facing, Printer};
use std::collections::BTreeMap;

/// The people who were found, and how they are shown.
pub(super) struct View<'a> {
    printer: &'a Printer,
    population: &'a Population,
    clusters: &'a [Cluster],
    places: BTreeMap<Dn, u32>,
    weights: Weights,
}

impl<'a> View<'a> {
    /// Of the clusters that were found.
    pub fn new(app: &'a App, population: &'a Population, clusters: &'a [Cluster]) -> Self {
        let members = clusters.iter().flat_map(|cluster| &cluster.members);
        let places = members
            .filter_map(|at| Some((name_of(population, *at)?, *at)))
            .collect();
        View {
            printer: &app.printer,
            population,
            clusters,
            places,
            weights: Weights::built_in(),
        }
    }

    /// The clusters by the names of their entries.
    pub fn groups(&self) -> Vec<Group> {
        let name = |at: u32| name_of(self.population, at);
        let group = |cluster: &Cluster| Group {
            members: cluster.members.iter().filter_map(|m| name(*m)).collect(),
            pairs: cluster
                .pairs
                .iter()
                .filter_map(|pair| Some((name(pair.a)?, name(pair.b)?)))
                .collect(),
        };
        self.clusters.iter().map(group).collect()
    }

    /// What was found of two accounts; nothing where nothing makes them alike but a third.
    fn pair(&self, number: usize, a: &Dn, b: &Dn) -> Option<Pair> {
        let (a, b) = (*self.places.get(a)?, *self.places.get(b)?);
        let is = |pair: &&Pair| (pair.a, pair.b) == (a, b) || (pair.a, pair.b) == (b, a);
        let known = self.clusters.get(number)?.pairs.iter().find(is).cloned();
        known.or_else(|| {
            let (a, b) = (a.min(b), a.max(b));
            let asked = Pair::unscored(a, b);
            again(self.population, &self.weights, &[asked]).pop()
        })
    }

    /// Shows a pair.
    pub fn show(
        &self,
        question: &Question,
        left: &Face,
        right: &Face,
        faces: &BTreeMap<Dn, Face>,
        still: usize,
    ) {
        let printer = self.printer;
        printer.head(
            &Text::new("review-head")
                .with("number", question.number + 1)
                .with("of", self.clusters.len())
                .with("left", still),
        );
        if question.members.len() > 2 {
            self.tell_cluster(question, faces);
        }
        self.tell_reasons(question, left, right);
        let localizer = printer.localizer();
        let mut facing = Facing::new(
            self.kept_head(question, left),
            localizer.say(&Text::new("review-other").with("name", right.named())),
        );
        for line in lines(left, right, localizer) {
            facing.row(localizer.word(line.title), line.mark, line.shown);
        }
        printer.facing(&facing);
    }

    /// Which one is proposed to keep, and why; or that the person chose it.
    fn kept_head(&self, question: &Question, left: &Face) -> String {
        let localizer = self.printer.localizer();
        let cluster = self.clusters.get(question.number);
        let proposed = cluster.filter(|_| question.members.first() == Some(&question.kept));
        let why = match proposed {
            Some(cluster) => format!("duplicates-keep-{}", cluster.reason.code()),
            None => "review-your-choice".to_owned(),
        };
        localizer.say(
            &Text::new("review-keep")
                .with("name", left.named())
                .with("why", Text::new(why)),
        )
    }

    /// Three accounts and more: who they are, and which of them are alike.
    fn tell_cluster(&self, question: &Question, faces: &BTreeMap<Dn, Face>) {
        let printer = self.printer;
        let called = |dn: &Dn| faces.get(dn).map(Face::named).unwrap_or_default();
        printer.tell(
            &Text::new("review-cluster")
                .with("count", question.members.len())
                .with("place", question.place)
                .with("of", question.of),
        );
        for (number, member) in (1usize..).zip(&question.members) {
            printer.tell(
                &Text::new("review-cluster-account")
                    .with("number", number)
                    .with("name", called(member)),
            );
        }
        for (x, a) in (1usize..).zip(&question.members) {
            for (y, b) in (1usize..).zip(&question.members).skip(x) {
                if let Some(pair) = self.pair(question.number, a, b) {
                    printer.tell(
                        &Text::new("review-cluster-pair")
                            .with("a", x)
                            .with("b", y)
                            .with("percent", percent(&pair)),
                    );
                }
            }
        }
    }

    fn tell_reasons(&self, question: &Question, left: &Face, right: &Face) {
        let printer = self.printer;
        let Some(pair) = self.pair(question.number, &question.kept, &question.other) else {
            printer.tell(
                &Text::new("review-by-third")
                    .with("name", left.named())
                    .with("other", right.named()),
            );
            return;
        };
        printer.tell(
            &Text::new("review-score")
                .with(
                    "tier",
                    Text::new(format!("duplicates-tier-{}", pair.tier.code())),
                )
                .with("percent", percent(&pair)),
        );
        for (side, key) in [(Side::For, "review-for"), (Side::Against, "review-against")] {
            let said = in_words(&pair, Some(side), printer.localizer());
            if !said.is_empty() {
                printer.tell(&Text::new(key).with("reasons", said));
            }
        }
    }

    /// Names the keys.
    pub fn keys(&self) {
        self.printer.tell(&Text::new("review-keys"));
    }

    /// What the keys and the signs mean.
    pub fn help(&self) {
        for key in HELP {
            self.printer.tell(&Text::new(key));
        }
    }

    /// Says what was taken.
    pub fn taken(&self, question: &Question, answer: Answer, faces: &BTreeMap<Dn, Face>) {
        let key = match answer {
            Answer::Link => "review-taken-link",
            Answer::Merge => "review-taken-merge",
            Answer::Dismiss => "review-taken-dismiss",
            Answer::Later => "review-taken-later",
            Answer::Turn => "review-taken-turn",
        };
        let called = |dn: &Dn| faces.get(dn).map(Face::named).unwrap_or_default();
        self.printer.tell(
            &Text::new(key)
                .with("name", called(&question.kept))
                .with("other", called(&question.other)),
        );
    }

    /// Says why an answer was not taken.
    pub fn conflict(&self, conflict: &Conflict) {
        let called = |dn: &Dn| {
            let place = self.places.get(dn).copied();
            let person = place.and_then(|at| self.population.people().get(at as usize));
            person.map_or_else(
                || dn.rdn_value().unwrap_or_default(),
                crate::domain::duplicates::Person::display_name,
            )
        };
        self.printer.tell(
            &Text::new("review-conflict")
                .with("name", called(&conflict.other))
                .with("other", called(&conflict.kept)),
        );
    }
}

const HELP: [&str; 11] = [
    "review-help-link",
    "review-help-merge",
    "review-help-dismiss",
    "review-help-turn",
    "review-help-later",
    "review-help-back",
    "review-help-apply",
    "review-help-quit",
    "review-help-same",
    "review-help-different",
    "review-help-letters",
];

/// Never up to a whole one.
fn percent(pair: &Pair) -> String {
    (pair.score * 100.0).floor().to_string()
}

fn name_of(population: &Population, at: u32) -> Option<Dn> {
    Dn::parse(population.people().get(at as usize)?.dn()).ok()
}
