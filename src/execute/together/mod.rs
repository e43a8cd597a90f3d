//! Many changes as one transaction (RFC 5805), where a profile asks for it: independent Modifies alone, each guarded,
//! and never one that could be the first to write an attribute type. Whatever this cannot do is left to the usual way,
//! one change at a time. What is safe about it, and what is not: docs/transactions.md.

mod course;
mod shape;
mod size;

use super::Door;
use super::work::Book;
use crate::directory::{Capabilities, Depth, Search, Way};
use crate::domain::change::{Change, Plan};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::explain;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use course::{Course, State};
use futures_util::join;
use shape::{PasswordShape, Shape, part, shape};
use size::{FIRST, LEAST, Size};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Names the entries with a password policy of their own (draft-behera-ldap-password-policy section 5.3.9).
const OWN_POLICY: &str = "pwdPolicySubentry";
/// Former passwords, as a policy keeps them (section 5.3.6).
const FORMER_PASSWORDS: &str = "pwdHistory";
/// Where the standard keeps a password.
const PASSWORD: &str = "userPassword";
/// So many changes of a shape are tried before the shape is left to the usual way.
const TRIES: usize = 3;

/// What is left once one of each shape was written by itself.
#[derive(Default)]
struct Primed {
    /// Those that may go together.
    queue: Vec<Turn>,
    /// Those that must not.
    alone: Vec<Turn>,
    /// The least time that one of those written took.
    quickest: Duration,
}

/// A decision with its place among those to be carried out.
pub(super) type Turn = (usize, Range<usize>);

/// How a profile wants many changes written together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transactions {
    /// Most changes in one.
    pub most: usize,
    /// Whether they are used on a directory that replicates, too.
    pub although_replicated: bool,
    /// A name in the database that is meant.
    pub base: Dn,
}

/// That transactions may be used in this run, and how.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    most: usize,
    /// What the server said of itself, its databases among it.
    offered: Capabilities,
    /// The database.
    context: Dn,
    /// Whether it replicates, as far as the profile lets that be.
    replicates: bool,
    /// What the way there and back takes, as the looks before the run showed.
    way: Duration,
    /// Whether a password policy adds attributes of its own.
    has_policy: bool,
    /// The entries with a policy of their own, with its name; `None` where that cannot be read.
    policies: Option<BTreeMap<Dn, String>>,
}

/// What was found on the way, to be told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// For everybody.
    pub(super) notes: Vec<Text>,
    /// For the expert.
    pub(super) technical: Vec<String>,
}

/// What a run works with, as far as it matters here.
pub(super) struct Under<'a> {
    pub(super) changes: &'a [Change],
    pub(super) known: &'a BTreeMap<u64, Password>,
    pub(super) book: &'a Book,
    pub(super) goes_on: &'a (dyn Fn() -> bool + Sync),
}

impl Under<'_> {
    fn change(&self, turn: &Turn) -> &Change {
        &self.changes[turn.1.start]
    }

    fn password(&self, turn: &Turn) -> Option<&Password> {
        self.known.get(&number(turn))
    }
}

fn number(turn: &Turn) -> u64 {
    turn.1.start as u64
}

impl Door {
    /// Whether transactions are used for this plan; `None` where they are not asked for, not worth it, or not offered.
    /// Nothing is written.
    ///
    /// # Errors
    /// The directory replicates, or hides whether it does, and the profile does not say that this is accepted.
    pub(super) async fn terms(&self, plan: &Plan, told: &mut Told) -> Result<Option<Terms>> {
        let Some(wanted) = &self.transactions else {
            return Ok(None);
        };
        let all = plan.decisions().into_iter().enumerate().collect();
        let (independent, _) = part(&plan.changes, all, |_| true);
        if independent.len() < LEAST {
            return Ok(None);
        }
        let offered = self
            .reader
            .capabilities()
            .await
            .map_err(explain::directory)?;
        if !offered.transactions() || !offered.assertion() {
            told.notes.push(Text::new("transactions-not-offered"));
            return Ok(None);
        }
        let Some(context) = offered.context_of(&wanted.base) else {
            return Err(unclear());
        };
        let has_policy = offered.password_policy();
        let passwords = plan.changes.iter().any(Change::sets_password);
        let refused = async {
            match wanted.although_replicated {
                true => Ok(()),
                false => self.refuse_replicated(&context).await,
            }
        };
        let sample = independent
            .iter()
            .map(|(_, range)| plan.changes[range.start].target())
            .find(|dn| offered.context_of(dn).as_ref() == Some(&context));
        let policies = async {
            match (passwords && has_policy, sample) {
                (true, Some(sample)) => {
                    let (told, seen) = join!(
                        self.own_policies(&context),
                        self.may_search(sample, OWN_POLICY)
                    );
                    // What may not be searched looks as if it were not there.
                    told.ok().filter(|_| seen)
                }
                _ => Some(BTreeMap::new()),
            }
        };
        let way = async {
            let begun = Instant::now();
            let looked = self.reader.read(&context, &["1.1".to_owned()]).await;
            looked.map_or(Duration::ZERO, |_| begun.elapsed())
        };
        let (refused, policies, way) = join!(refused, policies, way);
        refused?;
        Ok(Some(Terms {
            most: wanted.most,
            replicates: wanted.although_replicated,
            offered,
            way,
            context,
            has_policy,
            policies,
        }))
    }

    /// A directory that replicates tells so at its top (`contextCSN`, as the Content Sync operation of RFC 4533 keeps
    /// it in OpenLDAP), to whoever may read it. Who may not read `entryCSN` there would not see it either.
    async fn refuse_replicated(&self, context: &Dn) -> Result<()> {
        let wanted = ["contextCSN", "entryCSN"].map(str::to_owned);
        let top = self
            .reader
            .read(context, &wanted)
            .await
            .map_err(explain::directory)?;
        match top {
            Some(top) if top.has("contextCSN") => Err(CommandError::usage(
                "transactions-replicated",
                Text::new("transactions-replicated"),
            )
            .hint(Text::new("transactions-replicated-hint"))),
            Some(top) if top.has("entryCSN") => Ok(()),
            _ => Err(unclear()),
        }
    }

    /// Writes together what may be. Gives what is left for the usual way, in its order: what must not, what could not
    /// be, and all of it from the moment a connection breaks.
    ///
    /// # Errors
    /// The directory is out of reach; the history cannot be written.
    pub(super) async fn together(
        &self,
        terms: &Terms,
        todo: Vec<Turn>,
        under: &Under<'_>,
        told: &mut Told,
        progress: &mut (dyn FnMut(usize) + Send),
    ) -> Result<Vec<Turn>> {
        let (wanted, mut rest) = part(under.changes, todo, |dn| {
            terms.offered.context_of(dn).as_ref() == Some(&terms.context)
        });
        let mended = self.mended.load(Ordering::Relaxed);
        // More than one transaction: while the server ends one, the next is sent on a connection beside. Where servers
        // replicate, two connections may lead to two of them.
        let wanted_enough = wanted.len() > LEAST;
        let two = !terms.replicates && wanted.len() > terms.most.min(FIRST);
        let beside = async { two && self.writer.open_beside().await.is_ok() };
        // In one flight with those that are written by themselves. Where it fails, it is begun once more, and told.
        let begin = async {
            if wanted_enough {
                let _ = self.writer.begin_together(Way::Own).await;
            }
        };
        let (primed, two, ()) = join!(
            self.primed(terms, wanted, under, told, progress),
            beside,
            begin
        );
        let Primed {
            queue,
            alone,
            quickest,
        } = primed?;
        rest.extend(alone);
        let size = Size::new(terms.most, quickest.saturating_sub(terms.way));
        let course = Course {
            under,
            mended,
            way: terms.way,
            turn: tokio::sync::Mutex::new(()),
            state: Mutex::new(State {
                queue: queue.into(),
                size: if two { size.of_several() } else { size },
                rest,
                told,
                progress,
                over: false,
            }),
        };
        let (own, beside) = join!(self.on_the_way(Way::Own, &course), async {
            match two {
                true => self.on_the_way(Way::Beside, &course).await,
                false => Ok(()),
            }
        });
        self.writer.give_up_together(Way::Own).await;
        own.and(beside)?;
        let State {
            queue, mut rest, ..
        } = course
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        rest.extend(queue);
        rest.sort_by_key(|(turn, _)| *turn);
        Ok(rest)
    }

    /// Writes one change of each shape by itself, so that every attribute type that its shape stores is stored. Gives
    /// those that may go together now, and those that must not.
    async fn primed(
        &self,
        terms: &Terms,
        wanted: Vec<Turn>,
        under: &Under<'_>,
        told: &mut Told,
        progress: &mut (dyn FnMut(usize) + Send),
    ) -> Result<Primed> {
        let Some(policies) = &terms.policies else {
            told.technical.push(
                "transactions: policies of single entries cannot be read; written plainly".into(),
            );
            return Ok(Primed {
                alone: wanted,
                ..Primed::default()
            });
        };
        let mut quickest: Option<Duration> = None;
        let mut shapes: BTreeMap<Shape, VecDeque<Turn>> = BTreeMap::new();
        for turn in wanted {
            let name = self.names.password_changed();
            let shape = shape(under.change(&turn), name, policies);
            shapes.entry(shape).or_default().push_back(turn);
        }
        let mut primed: Vec<(Shape, VecDeque<Turn>)> = Vec::new();
        let mut alone: Vec<Turn> = Vec::new();
        // Policies of which is known that no write brings in former passwords as something new.
        let mut settled: BTreeSet<Option<String>> = BTreeSet::new();
        for (shape, mut turns) in shapes {
            let mut stored = false;
            for _ in 0..TRIES {
                if stored || turns.len() <= LEAST || !(under.goes_on)() {
                    break;
                }
                let Some(first) = turns.pop_front() else {
                    break;
                };
                let change = under.change(&first);
                let had_one = match &shape.password {
                    Some(password) if terms.has_policy => {
                        password.had_one || self.holds_password(change.target()).await
                    }
                    _ => false,
                };
                let begun = Instant::now();
                let ending = self.write(change, under.password(&first)).await?;
                stored = ending.outcome == OutcomeKind::Done;
                if stored {
                    let took = begun.elapsed();
                    quickest = Some(quickest.map_or(took, |best| best.min(took)));
                }
                if let (Some(password), true, true) = (&shape.password, had_one, stored) {
                    settled.insert(password.policy.clone());
                }
                under.book.note(number(&first), ending)?;
                progress(1);
            }
            if stored {
                primed.push((shape, turns));
            } else {
                alone.extend(turns);
            }
        }
        let mut queue: Vec<Turn> = Vec::new();
        let mut seen = None;
        for (shape, turns) in primed {
            let is_settled = match &shape.password {
                Some(PasswordShape { policy, .. }) if terms.has_policy => {
                    if !settled.contains(policy) && seen.is_none() {
                        seen = Some(
                            self.some_entry_holds(&terms.context, FORMER_PASSWORDS)
                                .await,
                        );
                    }
                    settled.contains(policy) || seen == Some(true)
                }
                _ => true,
            };
            if is_settled {
                queue.extend(turns);
            } else {
                told.technical.push(format!(
                    "transactions: {} changes written plainly: no entry is seen to hold {FORMER_PASSWORDS}",
                    turns.len()
                ));
                alone.extend(turns);
            }
        }
        queue.sort_by_key(|(turn, _)| *turn);
        Ok(Primed {
            queue,
            alone,
            quickest: quickest.unwrap_or_default(),
        })
    }

    /// The entries that have a password policy of their own, with its name.
    async fn own_policies(
        &self,
        context: &Dn,
    ) -> std::result::Result<BTreeMap<Dn, String>, crate::directory::DirectoryError> {
        let search = Search {
            base: context.clone(),
            depth: Depth::Subtree,
            filter: Filter::present(OWN_POLICY),
            attributes: vec![OWN_POLICY.to_owned()],
        };
        let found = self.reader.search(&search).await?;
        Ok(found
            .into_iter()
            .filter_map(|entry| Some((entry.dn.clone(), entry.text(OWN_POLICY)?.to_lowercase())))
            .collect())
    }

    /// Whether we may search for this attribute in this entry: without the right neither its presence nor its absence is
    /// true (RFC 4511 section 4.5.1.7, Undefined).
    async fn may_search(&self, dn: &Dn, attribute: &str) -> bool {
        let here = Filter::present(attribute);
        let search = Search {
            base: dn.clone(),
            depth: Depth::Base,
            filter: Filter::Or(vec![here.clone(), Filter::not(here)]),
            attributes: vec!["1.1".to_owned()],
        };
        self.reader
            .search(&search)
            .await
            .is_ok_and(|found| !found.is_empty())
    }

    /// Whether an entry is seen to hold a password; the right to look for one is not everybody's.
    async fn holds_password(&self, dn: &Dn) -> bool {
        let search = Search {
            base: dn.clone(),
            depth: Depth::Base,
            filter: Filter::present(PASSWORD),
            attributes: vec!["1.1".to_owned()],
        };
        self.reader
            .search(&search)
            .await
            .is_ok_and(|found| !found.is_empty())
    }

    async fn some_entry_holds(&self, context: &Dn, attribute: &str) -> bool {
        let search = Search {
            base: context.clone(),
            depth: Depth::Subtree,
            filter: Filter::present(attribute),
            attributes: vec!["1.1".to_owned()],
        };
        let mut seen = false;
        let asked = self
            .reader
            .search_pages(&search, &mut |page| {
                seen |= !page.is_empty();
                ControlFlow::Break(())
            })
            .await;
        asked.is_ok() && seen
    }
}

fn unclear() -> CommandError {
    CommandError::usage(
        "transactions-replication-unclear",
        Text::new("transactions-replication-unclear"),
    )
    .hint(Text::new("transactions-replicated-hint"))
}
