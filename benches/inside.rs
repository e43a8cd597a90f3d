//! How fast the parts are that work through everybody, without a server and without a disk: `make bench-inside`.
//!
//! The people are those of the duplicates' measure (docs/duplicates-bench.md), so that names, notations and numbers are
//! spread as offices write them. The whole of it, on a real server, is docs/performance.md.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use entctl::domain::duplicates::{Population, Raw, Weights, clusters, find};
use entctl::domain::names::{self, Fit, PersonNames};
use entctl::ldif::LdifReader;
use entctl::schema::Schema;
use entctl::spreadsheet::{Table, read_targets};
use families::level::LEVELS;
use families::{ldif, made};
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// So many parents at least, their pupils and schools, as LDIF.
fn directory(people: usize) -> Vec<u8> {
    let made = made(people, 11, &LEVELS[1]);
    let mut out = Vec::new();
    ldif::write(&mut out, &made.world, &made.records).expect("memory");
    out
}

/// The parents among them, as they are compared.
fn parents(people: usize) -> Vec<Raw> {
    let schema = Schema::preset("sdet", &BTreeMap::new()).expect("the national schema");
    let file = directory(people);
    let mut reader = LdifReader::new(file.as_slice());
    let mut parents = Vec::new();
    while let Some(entry) = reader.entry().expect("LDIF") {
        if entry.has("ENTAuxPersRelEleveEleve") {
            parents.push(schema.compared(&entry));
        }
    }
    parents
}

fn population(parents: &[Raw]) -> Population {
    let mut population = Population::default();
    parents.iter().for_each(|raw| population.add(raw));
    population.sort();
    population
}

/// Names as they are typed: with accents, hyphens, particles, in capitals.
fn typed(count: usize) -> Vec<String> {
    let parents = parents(count);
    parents
        .into_iter()
        .take(count)
        .map(|raw| format!("{} {}", raw.given, raw.family))
        .collect()
}

/// The scoring engine.
mod scoring {
    use super::*;

    #[divan::bench(args = [1_000, 10_000], sample_count = 10)]
    fn taking_people_in(bencher: Bencher<'_, '_>, people: usize) {
        let parents = parents(people);
        bencher
            .counter(ItemsCount::new(parents.len()))
            .bench(|| population(black_box(&parents)));
    }

    #[divan::bench(args = [1_000, 10_000], sample_count = 10)]
    fn pairs_found_and_scored(bencher: Bencher<'_, '_>, people: usize) {
        let parents = parents(people);
        let (population, weights) = (population(&parents), Weights::built_in());
        bencher
            .counter(ItemsCount::new(parents.len()))
            .bench(|| find(black_box(&population), &weights, &mut |_| {}));
    }

    #[divan::bench(args = [1_000, 10_000], sample_count = 10)]
    fn pairs_put_together(bencher: Bencher<'_, '_>, people: usize) {
        let parents = parents(people);
        let (population, weights) = (population(&parents), Weights::built_in());
        let pairs = find(&population, &weights, &mut |_| {}).pairs;
        bencher
            .counter(ItemsCount::new(pairs.len()))
            .with_inputs(|| pairs.clone())
            .bench_values(|pairs| clusters(&population, &weights, pairs));
    }
}

/// Names as people write and say them.
mod folding {
    use super::*;

    #[divan::bench]
    fn a_name_without_accents_and_case(bencher: Bencher<'_, '_>) {
        let names = typed(1_000);
        bencher.counter(ItemsCount::new(names.len())).bench(|| {
            names
                .iter()
                .map(|name| names::fold(name).len())
                .sum::<usize>()
        });
    }

    #[divan::bench]
    fn a_name_in_words(bencher: Bencher<'_, '_>) {
        let names = typed(1_000);
        bencher.counter(ItemsCount::new(names.len())).bench(|| {
            names
                .iter()
                .map(|name| names::tokens(name).len())
                .sum::<usize>()
        });
    }

    #[divan::bench]
    fn words_held_against_a_name(bencher: Bencher<'_, '_>) {
        let parents = parents(1_000);
        let query = names::tokens("martin da silva");
        bencher.counter(ItemsCount::new(parents.len())).bench(|| {
            let fits = |raw: &&Raw| names::fit(&query, &names_of(raw)) != Fit::None;
            parents.iter().filter(fits).count()
        });
    }

    fn names_of(raw: &Raw) -> PersonNames<'_> {
        PersonNames {
            family_name: &raw.family,
            given_name: &raw.given,
            ..PersonNames::default()
        }
    }
}

/// Files.
mod reading {
    use super::*;

    #[divan::bench(args = [1_000, 10_000], sample_count = 10)]
    fn ldif_entry_by_entry(bencher: Bencher<'_, '_>, people: usize) {
        let file = directory(people);
        bencher.counter(BytesCount::new(file.len())).bench(|| {
            let mut reader = LdifReader::new(black_box(file.as_slice()));
            let mut entries = 0;
            while let Some(entry) = reader.entry().expect("LDIF") {
                black_box(&entry);
                entries += 1;
            }
            entries
        });
    }

    #[divan::bench(args = [1_000, 100_000], sample_count = 10)]
    fn csv_rows_of_a_sync(bencher: Bencher<'_, '_>, rows: usize) {
        let mut file = String::from("login;redirect;recovery\r\n");
        for row in 0..rows {
            let _ = write!(file, "parent.{row:07};famille{row}@ailleurs.example;\r\n");
        }
        bencher
            .counter(BytesCount::new(file.len()))
            .bench(|| Table::read(black_box(file.as_bytes())).expect("a table"));
    }

    #[divan::bench(args = [1_000, 100_000], sample_count = 10)]
    fn csv_rows_of_logins(bencher: Bencher<'_, '_>, rows: usize) {
        let mut file = String::from("login\n");
        for row in 0..rows {
            let _ = writeln!(file, "eleve.{row:07}");
        }
        bencher.counter(BytesCount::new(file.len())).bench(|| {
            let table = Table::read(black_box(file.as_bytes())).expect("a table");
            read_targets(&table).expect("logins")
        });
    }
}
