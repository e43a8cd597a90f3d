//! `families`: makes a directory of French families, and measures who finds the parents who stand twice.

use clap::{Parser, Subcommand};
use families::evaluate::{Answer, Evaluation, Tier, answer, evaluate};
use families::level::LEVELS;
use families::naive::Naive;
use families::truth::Truth;
use families::{ldif, made, measure, report, truth_files};
use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Makes French families up and measures who finds the parents who stand twice
#[derive(Debug, Parser)]
#[command(version)]
struct Families {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Make a directory (directory.ldif) and the truth about it (pairs.csv, people.csv)
    Generate {
        /// How many parents and other grown-ups, at least
        #[arg(long, default_value_t = 20_000)]
        people: usize,
        /// The same number gives the same directory
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How much went wrong at the offices
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=3))]
        noise: u8,
        /// Folder for the files
        #[arg(long)]
        out: PathBuf,
    },
    /// Answer as the naive rule would
    Naive {
        /// The directory's folder
        #[arg(long)]
        from: PathBuf,
    },
    /// Run a command, its answer to a file; print how long it took and how much memory it had
    Measure {
        /// Where its answer goes
        #[arg(long)]
        answer: PathBuf,
        /// The command
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Hold an answer against the truth; exit 1 where it is not good enough
    Evaluate {
        /// The directory's folder
        #[arg(long)]
        from: PathBuf,
        /// The answer: columns uid_a, uid_b, tier
        #[arg(long)]
        answer: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Families::parse().command) {
        Ok(status) => status,
        Err(error) => {
            let _ = writeln!(io::stderr(), "families: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(task: Task) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = io::stdout().lock();
    match task {
        Task::Generate {
            people,
            seed,
            noise,
            out: folder,
        } => {
            let made = made(people, seed, &LEVELS[usize::from(noise)]);
            std::fs::create_dir_all(&folder)?;
            let mut file = BufWriter::new(File::create(folder.join("directory.ldif"))?);
            ldif::write(&mut file, &made.world, &made.records)?;
            file.flush()?;
            truth_files::write(&folder, &made.truth)?;
            write!(
                out,
                "{}",
                report::directory(&made.truth, made.world.people.len())
            )?;
        }
        Task::Naive { from } => {
            writeln!(out, "uid_a;uid_b;score;tier")?;
            for (a, b) in naive(&from)?.keys() {
                writeln!(out, "{a};{b};1;probable")?;
            }
        }
        Task::Measure { answer, command } => {
            let measured = measure::run(&command, &answer)?;
            writeln!(
                out,
                "{:.2} s, {} MiB at most",
                measured.elapsed.as_secs_f64(),
                measured.peak / 1024
            )?;
            if !measured.status.success() {
                return Err(
                    format!("{} ended with {}", command[0].display(), measured.status).into(),
                );
            }
        }
        Task::Evaluate { from, answer: path } => {
            let truth = truth_files::read(&from)?;
            let tool = evaluate(&answer(&path, &truth)?, &truth);
            let rule = evaluate(&naive(&from)?, &truth);
            return Ok(verdict(&mut out, &tool, &rule, &truth)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn naive(folder: &Path) -> io::Result<Answer> {
    let mut rule = Naive::default();
    ldif::read(
        BufReader::new(File::open(folder.join("directory.ldif"))?),
        |entry| rule.take(entry),
    )?;
    Ok(rule
        .pairs()
        .into_iter()
        .map(|pair| (pair, Tier::Probable))
        .collect())
}

fn verdict(
    out: &mut impl Write,
    tool: &Evaluation,
    rule: &Evaluation,
    truth: &Truth,
) -> io::Result<ExitCode> {
    write!(out, "{}", report::text(tool, Some(rule), truth))?;
    let shortcomings = report::shortcomings(tool, rule);
    for line in &shortcomings {
        writeln!(out, "\nNOT GOOD ENOUGH: {line}")?;
    }
    Ok(if shortcomings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
