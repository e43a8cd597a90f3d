//! One reset, from the first process to the last: what somebody at a desk waits for.

use super::{Kit, Measure, tell};
use crate::Result;
use crate::config::SUFFIX;
use crate::delay::Delay;
use crate::people;
use crate::process::Measured;
use crate::recorder::Recorder;
use crate::server::Template;
use crate::table::{Bound, Contest, Entrant, Target};
use crate::trace;
use std::time::Duration;

const TOOLS: &str = "`ldapsearch`, then `ldappasswd`";
const ENTCTL: &str = "entctl";

/// How many pupils there are.
const PUPILS: usize = 5_000;

/// Turns of each, one after the other: they are short, and one alone tells little.
const TURNS: usize = 30;

/// Resets one by one, on loopback and at a distance.
///
/// # Errors
/// Where one of them cannot do it.
pub fn measure(kit: &Kit) -> Result<Measure> {
    let pupils = kit.sized(PUPILS).max(2 * TURNS + 2);
    let room = kit.room("single")?;
    let spare = people::dn(pupils);
    let fill = |out: &mut dyn std::io::Write| people::write_pupils(out, pupils);
    let template = Template::make(&room.join("slapd"), fill, Some(&spare))?;
    let turns = kit.sized(TURNS).min(TURNS);
    let mut out = String::new();
    let mut targets = Vec::new();
    for round_trip in [None, Some(Duration::from_millis(20))] {
        let server = template.start()?;
        let (place, address) = match round_trip {
            None => ("loopback", server.address()),
            Some(round_trip) => (
                "round trip of 20 ms",
                Delay::start(server.address(), round_trip)?.address(),
            ),
        };
        let url = format!("ldap://{address}");
        let (mut tools, mut entctl) = (Entrant::new(TOOLS), Entrant::new(ENTCTL));
        for turn in 0..turns {
            tools.turns.push(by_tools(kit, &url, 2 * turn)?);
            let login = people::login(2 * turn + 1);
            let reset = kit.entctl(&room, &url, "")?;
            let reset = reset.args(["password", "reset", "--yes", "--print", &login]);
            entctl.turns.push(reset.run()?);
        }
        let mut contest = Contest {
            title: format!("One reset among {pupils}, {place}, {turns} turns"),
            entrants: vec![tools, entctl],
            notes: Vec::new(),
        };
        if round_trip.is_none() {
            let recorder = Recorder::start(server.address())?;
            let reset = kit.entctl(&room, &recorder.url(), "")?;
            let login = people::login(2 * turns);
            reset
                .args(["password", "reset", "--yes", "--print", &login])
                .run()?;
            contest.notes.push(trace::summary(&recorder.requests()));
        }
        tell(format_args!("{}: done", contest.title));
        targets.push(Target {
            what: format!("one reset, {place}: entctl over `ldapsearch` and `ldappasswd`"),
            measured: contest.ratio(ENTCTL, TOOLS),
            bound: Bound::AtMost(1.0),
        });
        out.push_str(&contest.markdown());
        out.push('\n');
    }
    Ok((out, targets))
}

/// Both commands together.
fn by_tools(kit: &Kit, url: &str, number: usize) -> Result<Measured> {
    let filter = format!("(ENTPersonLogin={})", people::login(number));
    let search = kit.ldap_tool("ldapsearch", url);
    let search = search.args(["-LLL", "-b", SUFFIX, &filter, "uid"]).run()?;
    let change = kit.ldap_tool("ldappasswd", url);
    let password = format!("provisoire-{number}");
    let change = change.args(["-s", &password, &people::dn(number)]).run()?;
    Ok(Measured {
        elapsed: search.elapsed + change.elapsed,
        cpu: search.cpu + change.cpu,
        peak: search.peak.max(change.peak),
        status: 0,
    })
}
