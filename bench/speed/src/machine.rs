//! What the figures were taken on, so that they mean something elsewhere.

use crate::Result;
use crate::table::{median, seconds};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The head of a report: what was measured, when, and where. `folder` is where the directories lie.
///
/// # Errors
/// Where nothing can be written there.
pub fn described(entctl: &Path, folder: &Path) -> Result<String> {
    let mut out = String::new();
    let version = first_line(entctl, &["--version"]);
    let commit = first_line("git".as_ref(), &["describe", "--always", "--dirty"]);
    let when = first_line("date".as_ref(), &["--utc", "+%Y-%m-%d %H:%M UTC"]);
    let _ = writeln!(out, "Measured {when}, {version}, commit {commit}.\n");
    let processor = value_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "?".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = value_of("/proc/meminfo", "MemTotal").unwrap_or_default();
    let memory = memory.trim_end_matches(" kB").parse::<u64>().unwrap_or(0) >> 20;
    let system = value_of_name("/etc/os-release", "PRETTY_NAME");
    let kernel = first_line("uname".as_ref(), &["-r"]);
    let folder_words = folder.display().to_string();
    let file_system = first_line("stat".as_ref(), &["-f", "-c", "%T", &folder_words]);
    let slapd = said_first_line("/usr/sbin/slapd".as_ref(), &["-VV"]);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let _ = writeln!(
        out,
        "| | |\n| --- | --- |\n\
         | processor | {processor}, {cores} cores |\n\
         | memory | {memory} GiB |\n\
         | system | {system}, Linux {kernel} |\n\
         | server | {slapd} |\n\
         | disk | {file_system}; an appended kilobyte is durable after {sync} |\n\
         | load when it began | {load} |\n",
        sync = seconds(durable_after(folder)?),
    );
    Ok(out)
}

/// What all processors have had to give so far, in ticks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given {
    all: u64,
    /// To other machines on the same hardware (`steal` of proc_stat(5)).
    to_others: u64,
}

impl Given {
    /// Until now; nothing where the system does not say.
    pub fn now() -> Self {
        let text = fs::read_to_string("/proc/stat").unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        // user nice system idle iowait irq softirq steal; what follows is in these already.
        let ticks = line.split_whitespace().skip(1).take(8);
        let ticks: Vec<u64> = ticks.filter_map(|word| word.parse().ok()).collect();
        Given {
            all: ticks.iter().sum(),
            to_others: ticks.get(7).copied().unwrap_or_default(),
        }
    }

    /// The share of others since then, in percent.
    pub fn to_others_since(self, before: Given) -> f64 {
        let all = self.all.saturating_sub(before.all).max(1);
        100.0 * self.to_others.saturating_sub(before.to_others) as f64 / all as f64
    }
}

/// How long it takes until a write is on the disk: what each commit of the server waits for.
fn durable_after(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("durable"))?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let begin = Instant::now();
        file.write_all(&[b'x'; 1024])?;
        file.sync_data()?;
        times.push(begin.elapsed().as_secs_f64());
    }
    Ok(median(times).unwrap_or(0.0))
}

fn first_line(program: &Path, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    let text = output.map(|o| o.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text)
        .lines()
        .next()
        .unwrap_or("?")
        .to_owned()
}

/// slapd tells its version as it tells its troubles: `@(#) $OpenLDAP: slapd 2.5.13+dfsg-5 (…) $`.
fn said_first_line(program: &Path, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    let text = output.map(|o| o.stderr).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().next().unwrap_or("?");
    let from = line.find("slapd").map_or(line, |at| &line[at..]);
    from.split(" (").next().unwrap_or(from).to_owned()
}

/// The value behind `name :` in a file of the kernel.
fn value_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The value behind `NAME=` in os-release(5).
fn value_of_name(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or("?").trim_matches('"').to_owned()
}
