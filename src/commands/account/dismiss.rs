//! `entctl account dismiss`: two people, however alike their accounts. Remembered in the directory, so that no
//! administrator is asked again.

use crate::app::{App, Office};
use crate::cli::WriteArgs;
use crate::commands::shared::{Verb, Writing, barred, decisions_from, one, show_decisions};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::join::{Decision, Families, JoinNames, JoinRefusal, Scene, Verdict, dismiss};
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Remember that two accounts are of two people, however alike.
#[derive(Debug, Clone, clap::Args)]
pub struct DismissArgs {
    /// The two accounts, each by login, alias, mail address, number, or name in quotes
    #[arg(
        value_name = "ACCOUNT",
        num_args = 1..,
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    pub accounts: Vec<String>,

    /// The decisions of a CSV file (- for standard input), as account duplicates --format csv writes it
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account dismiss",
    key: "dismiss",
};

/// Which pairs, the plan, a yes, the writing.
///
/// # Errors
/// Usage, a faulty file (2); not found or several (5); refused (6); another run of the job (12); directory, history.
pub async fn run(app: &App, args: &DismissArgs) -> Result<ExitStatus> {
    if args.from.is_none() && args.accounts.len() != 2 {
        return Err(CommandError::usage("usage", Text::new("dismiss-two")));
    }
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    let decisions = match &args.from {
        Some(file) => decisions_from(app, &mut writing, file, Verdict::Dismiss).await?,
        None => vec![typed(app, &writing.office, &args.accounts).await?],
    };
    let mut plan = plan_dismissals(&writing.office, &decisions).await?;
    writing.guard(&mut plan, &Role::ALL).await?;
    if writing.is_shown() && !plan.changes.is_empty() {
        show_decisions(app, &plan, &decisions);
    }
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// The pair that was typed.
async fn typed(app: &App, office: &Office, accounts: &[String]) -> Result<Decision> {
    let mut found = Vec::new();
    for text in accounts {
        found.push(one(app, office, text, true).await?);
    }
    let [kept, other] = <[Account; 2]>::try_from(found)
        .map_err(|_| CommandError::usage("usage", Text::new("dismiss-two")))?;
    Ok(Decision {
        verdict: Verdict::Dismiss,
        kept,
        others: vec![(other, None)],
    })
}

/// Plans what is remembered of these pairs, all from one look at the directory. Pairs with an account in common are
/// one decision in the plan, for an entry is written once.
///
/// # Errors
/// The directory has no place for it (2); as the directory answers. Whoever may not be written is a refusal of the
/// plan.
pub async fn plan_dismissals(office: &Office, decisions: &[Decision]) -> Result<Plan> {
    let names = office.people.schema().join(&[], &[]);
    if names.not_same.is_none() {
        return Err(
            CommandError::usage("no-place-to-remember", Text::new("dismiss-no-place"))
                .hint(Text::new("dismiss-no-place-hint")),
        );
    }
    let pairs: Vec<Pair<'_>> = decisions.iter().flat_map(Pair::of).collect();
    let accounts: BTreeMap<&Dn, &Account> = pairs
        .iter()
        .flat_map(|pair| [pair.a, pair.b])
        .map(|account| (&account.dn, account))
        .collect();
    let listed: Vec<Account> = accounts.values().map(|a| (*a).clone()).collect();
    let barred = barred(office, &listed).await?;
    let mut plan = Plan::default();
    let mut allowed = Vec::new();
    for pair in pairs {
        match pair.refused(&barred) {
            Some(refusal) => plan.refusals.push(refusal),
            None => allowed.push(pair),
        }
    }
    let scene = scene(office, &names, &allowed).await?;
    for family in families(&allowed) {
        let pairs: Vec<(AccountRef, AccountRef)> = family
            .iter()
            .map(|pair| (pair.a.reference(), pair.b.reference()))
            .collect();
        let changes = dismiss(&scene, &names, &pairs).changes;
        if changes.is_empty() {
            plan.unchanged.extend(pairs.into_iter().map(|(a, _)| a));
        } else {
            plan.changes.extend(changes);
        }
    }
    Ok(plan)
}

/// Two accounts, and the line that names them.
#[derive(Debug, Clone, Copy)]
struct Pair<'a> {
    a: &'a Account,
    b: &'a Account,
    line: Option<u64>,
}

impl<'a> Pair<'a> {
    fn of(decision: &'a Decision) -> impl Iterator<Item = Pair<'a>> {
        decision.others.iter().map(|(other, line)| Pair {
            a: &decision.kept,
            b: other,
            line: *line,
        })
    }

    fn refused(&self, barred: &BTreeMap<Dn, &'static str>) -> Option<Refusal> {
        let refuse = |account: &Account, code: &str| {
            Some(Refusal {
                account: Some(account.reference()),
                given: None,
                line: self.line,
                code: code.to_owned(),
            })
        };
        if self.a.dn == self.b.dn {
            return refuse(self.a, JoinRefusal::SameAccount.code());
        }
        for account in [self.a, self.b] {
            match barred.get(&account.dn) {
                // Of somebody outside no more is told than what was asked for.
                Some(code @ &"out-of-scope") => {
                    return Some(Refusal {
                        account: None,
                        given: account.uid.clone(),
                        line: self.line,
                        code: (*code).to_owned(),
                    });
                }
                Some(code) => return refuse(account, code),
                None => {}
            }
        }
        let tied = |x: &Account, y: &Account| {
            let ties = [&x.ties.linked_to, &x.ties.merged_into];
            ties.into_iter().flatten().any(|dn| *dn == y.dn)
        };
        if tied(self.a, self.b) || tied(self.b, self.a) {
            return refuse(self.b, "joined");
        }
        None
    }
}

/// Pairs with an account in common, each family in the order of its first pair.
fn families<'a>(pairs: &[Pair<'a>]) -> Vec<Vec<Pair<'a>>> {
    let mut families = Families::new(pairs.len());
    let mut first: BTreeMap<&Dn, usize> = BTreeMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        for account in [pair.a, pair.b] {
            families.join(at, *first.entry(&account.dn).or_insert(at));
        }
    }
    let mut grouped: BTreeMap<usize, Vec<Pair<'a>>> = BTreeMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        grouped.entry(families.root(at)).or_default().push(*pair);
    }
    grouped.into_values().collect()
}

/// The entries as they are now.
async fn scene(office: &Office, names: &JoinNames, pairs: &[Pair<'_>]) -> Result<Scene> {
    let wanted: BTreeSet<&Dn> = pairs
        .iter()
        .flat_map(|pair| [&pair.a.dn, &pair.b.dn])
        .collect();
    let wanted: Vec<Dn> = wanted.into_iter().cloned().collect();
    let entries = office
        .people
        .directory()
        .read_many(&wanted, &names.attributes())
        .await
        .map_err(explain::directory)?;
    Ok(Scene::new(entries.into_iter().flatten(), names))
}
