//! `entctl account duplicates`: people who have several accounts, with the reasons.

use crate::app::{App, Office};
use crate::cli::RoleChoice;
use crate::commands::shared::one;
use crate::domain::dn::Dn;
use crate::domain::duplicates::{
    Cluster, Found, Pair, Person, Population, Tier, Weights, again, clusters, find,
};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::Format;
use crate::people::Gathering;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Entries of a file that are handed over together.
const AT_A_TIME: usize = 500;

mod shown;

use shown::Listing;
pub(super) use shown::in_words;

/// Find people who have several accounts.
#[derive(Debug, Clone, clap::Args)]
pub struct DuplicatesArgs {
    /// How sure a pair must be at least
    #[arg(long, value_name = "TIER", value_enum, default_value = "probable")]
    pub tier: TierChoice,

    /// Only pairs with this account
    #[arg(long, value_name = "ACCOUNT")]
    pub against: Option<String>,

    /// Whom to compare
    #[arg(long, value_name = "ROLE", value_enum, default_value = "parent")]
    pub role: RoleChoice,

    /// Only pairs of people of the school with this UAI number
    #[arg(long, value_name = "UAI", conflicts_with = "from_ldif")]
    pub school: Option<String>,

    /// Write this decision into each row of the account to keep, for the command that will read the file
    #[arg(long, value_name = "DECISION", value_enum)]
    pub decide: Option<DecisionChoice>,

    /// Compare the people of an LDIF file (- for standard input) instead of the directory
    #[arg(long, value_name = "FILE")]
    pub from_ldif: Option<PathBuf>,
}

/// `--tier`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TierChoice {
    /// May be joined without a look.
    Certain,
    /// And those to be looked at.
    Probable,
    /// And those worth a question.
    Possible,
}

/// `--decide`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DecisionChoice {
    /// Both accounts stay, one gets the rights of both.
    Link,
    /// One account is left.
    Merge,
}

impl DecisionChoice {
    fn code(self) -> &'static str {
        match self {
            DecisionChoice::Link => "link",
            DecisionChoice::Merge => "merge",
        }
    }
}

/// Reads everybody of the role in one sweep, compares, keeps what may be shown, lists.
///
/// # Errors
/// Unknown school or account (5); a file that is not LDIF (2); as the directory answers.
pub async fn run(app: &App, args: &DuplicatesArgs) -> Result<ExitStatus> {
    let weights = Weights::built_in();
    let population;
    let mut found;
    if let Some(file) = &args.from_ldif {
        population = read_file(app, file, args)?;
        found = compare(app, &population, &weights);
        found.pairs.retain(|pair| fits(args, pair));
        if let Some(text) = &args.against {
            let against = named_in_file(&population, text)?;
            found.pairs.retain(|pair| is_about(pair, against));
        }
    } else {
        let office = app.open().await?;
        (population, found) = look_up(app, &office, args, &weights).await?;
    }
    let (compared, left_out) = (population.people().len(), found.left_out);
    let clusters = clusters(&population, &weights, found.pairs);
    let listing = Listing::new(
        &population,
        &clusters,
        args.decide.map(DecisionChoice::code),
    );
    if app.printer.format() == Format::Json {
        app.printer.json(&listing.json(app, compared, left_out));
        return Ok(ExitStatus::Done);
    }
    app.printer.table(&listing.table(app));
    say_count(app, args, &clusters, left_out);
    Ok(ExitStatus::Done)
}

/// The pairs of a directory that may be shown, put together.
///
/// # Errors
/// As [`run`].
pub(super) async fn in_directory(
    app: &App,
    office: &Office,
    args: &DuplicatesArgs,
) -> Result<(Population, Vec<Cluster>)> {
    let weights = Weights::built_in();
    let (population, found) = look_up(app, office, args, &weights).await?;
    let clusters = clusters(&population, &weights, found.pairs);
    Ok((population, clusters))
}

async fn look_up(
    app: &App,
    office: &Office,
    args: &DuplicatesArgs,
    weights: &Weights,
) -> Result<(Population, Found)> {
    let mut population = read_directory(app, office, args).await?;
    let mut found = compare(app, &population, weights);
    found.pairs.retain(|pair| fits(args, pair));
    keep_visible(app, office, args, &mut population, &mut found, weights).await?;
    Ok((population, found))
}

fn say_count(app: &App, args: &DuplicatesArgs, clusters: &[Cluster], left_out: u64) {
    let pairs: usize = clusters.iter().map(|c| c.pairs.len()).sum();
    app.printer
        .note(&Text::new("duplicates-count").with("count", pairs));
    if pairs > 0 && args.from_ldif.is_none() && app.printer.format() == Format::Table {
        app.printer.note(&Text::new("duplicates-review"));
    }
    if args.tier != TierChoice::Possible {
        app.printer.note(&Text::new("duplicates-more"));
    }
    if left_out > 0 {
        app.printer
            .trace(&format!("{left_out} blocks were too large to compare"));
    }
}

fn fits(args: &DuplicatesArgs, pair: &Pair) -> bool {
    let least = match args.tier {
        TierChoice::Certain => Tier::Certain,
        TierChoice::Probable => Tier::Probable,
        TierChoice::Possible => Tier::Possible,
    };
    pair.tier <= least
}

fn is_about(pair: &Pair, person: u32) -> bool {
    pair.a == person || pair.b == person
}

fn compare(app: &App, population: &Population, weights: &Weights) -> Found {
    let mut bar = app.printer.progress(&Text::new("duplicates-comparing"));
    let found = find(population, weights, &mut |progress| {
        bar.at(progress.done, progress.total);
    });
    bar.close();
    app.printer.trace(&format!(
        "{} people, {} pairs compared, {} blocks left out",
        population.people().len(),
        found.compared,
        found.left_out
    ));
    found
}

fn read_file(app: &App, file: &Path, args: &DuplicatesArgs) -> Result<Population> {
    let schema = app.schema_offline()?;
    let role = args.role.into();
    let mut wanted = schema.compared_attributes();
    wanted.extend(schema.child_attributes());
    wanted.extend(schema.role_attributes());
    let mut gathering = Gathering::of_role(Arc::new(schema), role);
    let mut some = Vec::with_capacity(AT_A_TIME);
    app.read_ldif(file, &wanted, &mut |entry| {
        some.push(entry);
        if some.len() == AT_A_TIME {
            // Nobody takes them only where the other thread has failed, which is told at the end.
            gathering.hand(std::mem::replace(&mut some, Vec::with_capacity(AT_A_TIME)));
        }
    })?;
    gathering.hand(some);
    Ok(gathering.finish())
}

/// The person of the file whose number, login, name of entry or name this is.
fn named_in_file(population: &Population, text: &str) -> Result<u32> {
    let folded = |name: &str| crate::domain::names::tokens(name).join(" ");
    let is = |person: &Person| {
        person.uid().eq_ignore_ascii_case(text)
            || person.login().eq_ignore_ascii_case(text)
            || person.dn().eq_ignore_ascii_case(text)
    };
    let places = |test: &dyn Fn(&Person) -> bool| -> Vec<u32> {
        let people = (0u32..).zip(population.people());
        people.filter(|(_, p)| test(p)).map(|(at, _)| at).collect()
    };
    let mut named = places(&is);
    if named.is_empty() {
        let wanted = folded(text);
        named = places(&|person| folded(&person.display_name()) == wanted);
    }
    match named[..] {
        [one] => Ok(one),
        [] => Err(CommandError::new(
            ExitStatus::NotFound,
            "not-found",
            Text::new("pick-nothing").with("text", text),
        )),
        _ => {
            let mut error = CommandError::new(
                ExitStatus::NotFound,
                "ambiguous",
                Text::new("pick-several").with("text", text),
            );
            for at in named.iter().take(10) {
                let person = &population.people()[*at as usize];
                error = error.show(Text::new("plain").with("text", shown::named(person)));
            }
            Err(error.hint(Text::new("pick-several-hint")))
        }
    }
}

async fn read_directory(app: &App, office: &Office, args: &DuplicatesArgs) -> Result<Population> {
    // The school is looked up first: a slip in its number must not cost the reading of everybody.
    if let Some(uai) = &args.school {
        office.people.school_by_uai(uai).await?;
    }
    let mut bar = app.printer.progress(&Text::new("duplicates-reading"));
    let population = office
        .people
        .population(args.role.into(), &mut |count| {
            // How many there will be, no directory tells beforehand.
            bar.at(count as u64, count as u64);
        })
        .await?;
    bar.close();
    Ok(population)
}

/// Leaves the pairs of which both may be seen, and compares them once more with what the children tell.
async fn keep_visible(
    app: &App,
    office: &Office,
    args: &DuplicatesArgs,
    population: &mut Population,
    found: &mut Found,
    weights: &Weights,
) -> Result<()> {
    let people = &office.people;
    if let Some(text) = &args.against {
        let account = one(app, office, text, false).await?;
        let wanted = account.dn.normalized().to_owned();
        found.pairs.retain(|pair| {
            [pair.a, pair.b].iter().any(|at| {
                let dn = Dn::parse(population.people()[*at as usize].dn());
                dn.is_ok_and(|dn| dn.normalized() == wanted)
            })
        });
    }
    let school = match &args.school {
        Some(uai) => Some(people.school_by_uai(uai).await?.clone()),
        None => None,
    };
    let names: BTreeSet<&str> = found
        .pairs
        .iter()
        .flat_map(|pair| [pair.a, pair.b])
        .map(|at| population.people()[at as usize].dn())
        .collect();
    let names: Vec<Dn> = names
        .into_iter()
        .filter_map(|n| Dn::parse(n).ok())
        .collect();
    if let Some(visible) = people.visible(&names, school.as_ref()).await? {
        let seen = |at: u32| visible.contains(population.people()[at as usize].dn());
        found.pairs.retain(|pair| seen(pair.a) && seen(pair.b));
    }
    people.learn_children(population, &found.pairs).await?;
    found.pairs = again(population, weights, &found.pairs);
    found.pairs.retain(|pair| fits(args, pair));
    Ok(())
}
