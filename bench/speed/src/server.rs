//! A slapd of its own: made once, and begun from the same bytes for each measure.

use crate::Result;
use crate::config::{self, SUFFIX, WRITER, WRITER_PASSWORD};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long slapd may take until it listens, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A directory as it is before a measure.
#[derive(Debug)]
pub struct Template {
    folder: PathBuf,
}

impl Template {
    /// Makes one in a new folder. `fill` writes the entries below the branches. `spare`, where there is one, is the DN of
    /// an account that is reset once by plain means: a directory in use has seen every attribute that a reset writes.
    ///
    /// # Errors
    /// Where slapd's tools are missing or refuse something.
    pub fn make(
        folder: &Path,
        fill: impl FnOnce(&mut dyn Write) -> Result<()>,
        spare: Option<&str>,
    ) -> Result<Self> {
        for name in ["config", "live", "kept"] {
            fs::create_dir_all(folder.join(name))?;
        }
        let template = Template {
            folder: folder.to_owned(),
        };
        fs::write(folder.join("config.ldif"), config::ldif(&template.live()))?;
        template.slapadd("0", "config.ldif")?;
        let file = folder.join("directory.ldif");
        let mut out = BufWriter::new(File::create(&file)?);
        fill(&mut out)?;
        out.flush()?;
        drop(out);
        template.slapadd("1", "directory.ldif")?;
        fs::remove_file(file)?;
        if let Some(spare) = spare {
            let mut server = template.serve()?;
            reset_plainly(&server, spare)?;
            server.stop()?;
        }
        fs::rename(
            template.live().join("data.mdb"),
            folder.join("kept/data.mdb"),
        )?;
        Ok(template)
    }

    fn live(&self) -> PathBuf {
        self.folder.join("live")
    }

    fn slapadd(&self, database: &str, file: &str) -> Result<()> {
        let output = Command::new("/usr/sbin/slapadd")
            .current_dir(&self.folder)
            .args(["-q", "-n", database, "-F", "config", "-l", file])
            .output()
            .map_err(|error| format!("slapadd: {error} (scripts/install-packages.sh bench)"))?;
        if !output.status.success() {
            return Err(format!("slapadd: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(())
    }

    /// Starts a server on a fresh copy. One at a time: the last one must have ended.
    ///
    /// # Errors
    /// Where it cannot be copied or does not start.
    pub fn start(&self) -> Result<Server> {
        let live = self.live();
        fs::remove_dir_all(&live)?;
        fs::create_dir(&live)?;
        let copy = live.join("data.mdb");
        // With its holes: the file is as long as the database may become.
        let copied = Command::new("cp")
            .arg("--sparse=always")
            .arg(self.folder.join("kept/data.mdb"))
            .arg(&copy)
            .status()?;
        if !copied.success() {
            return Err("the directory could not be copied".into());
        }
        // What is still to be written of the copy would be paid for by the first commits of the measure.
        File::open(&copy)?.sync_all()?;
        File::open(&live)?.sync_all()?;
        self.serve()
    }

    fn serve(&self) -> Result<Server> {
        // Another process may take the free port before slapd does: then slapd ends at once.
        for _ in 0..5 {
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            // Whatever ends this program ends the server too.
            let mut child = Command::new("/usr/bin/setpriv")
                .args(["--pdeathsig", "TERM", "/usr/sbin/slapd"])
                .args(["-d", "0", "-h", &format!("ldap://127.0.0.1:{port}/"), "-F"])
                .arg(self.folder.join("config"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?;
            if listens(&mut child, port) {
                return Ok(Server { child, port });
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        Err("slapd does not listen".into())
    }
}

/// A running slapd; ends when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// `ldap://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("ldap://{}", self.address())
    }

    /// Seconds on a processor since it began (proc(5): `utime` and `stime`, in hundredths); 0 where that cannot be told.
    pub fn cpu(&self) -> f64 {
        let stat =
            fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // The name of the program stands in brackets and may hold anything.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
    }

    /// Lets it close its database.
    ///
    /// # Errors
    /// Where it does not end.
    pub fn stop(&mut self) -> Result<()> {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT)?;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err("slapd does not end".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing in it is to be kept.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listens(child: &mut Child, port: u16) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return !matches!(child.try_wait(), Ok(Some(_)));
        }
        if let Ok(Some(_)) = child.try_wait() {
            return false;
        }
        // slapd in the foreground tells nobody that it is ready: asking again is the only way.
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

fn reset_plainly(server: &Server, dn: &str) -> Result<()> {
    let mut child = Command::new("/usr/bin/ldapmodify")
        .args([
            "-x",
            "-H",
            &server.url(),
            "-D",
            WRITER,
            "-w",
            WRITER_PASSWORD,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(
            format!(
                "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: warm-et-pret\n-\n\
                 replace: pwdReset\npwdReset: TRUE\n-\n"
            )
            .as_bytes(),
        )?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("ldapmodify: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// The branches, the policy of the sandbox, and the one who writes. `policy`: further lines of the policy.
///
/// # Errors
/// What the file answers.
pub fn frame(out: &mut dyn Write, with_suffix: bool, policy: &str) -> Result<()> {
    if with_suffix {
        write!(
            out,
            "dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: ent\no: ENT\n\n"
        )?;
        for branch in ["personnes", "structures"] {
            write!(
                out,
                "dn: ou={branch},{SUFFIX}\nobjectClass: organizationalUnit\nou: {branch}\n\n"
            )?;
        }
    }
    for branch in ["administrateurs", "groupes", "politiques"] {
        write!(
            out,
            "dn: ou={branch},{SUFFIX}\nobjectClass: organizationalUnit\nou: {branch}\n\n"
        )?;
    }
    write!(
        out,
        "dn: cn=default,ou=politiques,{SUFFIX}\nobjectClass: device\nobjectClass: pwdPolicy\ncn: default\n\
         pwdAttribute: userPassword\npwdMustChange: TRUE\npwdLockout: TRUE\npwdMaxFailure: 5\n\
         pwdLockoutDuration: 900\npwdFailureCountInterval: 900\npwdMinLength: 6\npwdCheckQuality: 2\n\
         pwdInHistory: 3\npwdAllowUserChange: TRUE\npwdSafeModify: FALSE\n{policy}\n\
         dn: {WRITER}\nobjectClass: inetOrgPerson\nuid: reseau\ncn: Administration\nsn: reseau\n\
         userPassword: {WRITER_PASSWORD}\n\n"
    )?;
    Ok(())
}
