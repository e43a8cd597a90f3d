//! The generated configuration: one profile per administrator account.

use super::layout::Layout;
use super::state::State;
use super::tree::{ADMINISTRATORS, BASE_DN, MAIL_DOMAIN, SCHOOLS, administrator};
use std::fmt::Write as _;
use std::path::Path;

/// `entctl.toml` of a sandbox: `NAME` is the inter-school administrator, `NAME-college`, `NAME-lycee` and
/// `NAME-manage` are the others.
pub(super) fn toml(layout: &Layout, state: &State) -> String {
    let mut out = String::new();
    for account in &ADMINISTRATORS {
        let profile = format!("{}{}", state.request.name, account.profile_suffix);
        let _ = write!(
            out,
            "[profiles.{profile}]\n\
             urls = [{tls}, {plain}]\n\
             ca_file = {ca}\n\
             base_dn = {base}\n\
             schema = \"sdet\"\n\
             history = {history}\n\
             syslog = false\n",
            tls = quoted(&state.ldaps_url()),
            plain = quoted(&state.url()),
            ca = quoted_path(&layout.ca_file()),
            base = quoted(BASE_DN),
            history = quoted_path(&layout.history()),
        );
        if let Some(school) = account.school {
            let _ = writeln!(out, "schools = [{}]", quoted(SCHOOLS[school].uai));
        }
        let _ = write!(
            out,
            "[profiles.{profile}.bind]\n\
             dn = {dn}\n\
             password_file = {password}\n\
             [profiles.{profile}.attributes]\n\
             temporary_until = \"entctlTemporaryPasswordEnd\"\n\
             temporary_class = \"entctlAccount\"\n\
             link_record = \"entctlLinkGave\"\n\
             not_same = \"entctlNotSame\"\n\
             former_login = \"entctlFormerLogin\"\n\
             record_class = \"entctlJoinedAccount\"\n\
             [profiles.{profile}.redirect]\n\
             way = \"own\"\n\
             own_domains = [{domain}]\n\
             [profiles.{profile}.recovery]\n\
             parent = [\"redirect\", \"mail\"]\n\
             teacher = [\"ENTPersonAutresMails\", \"mail\"]\n\
             staff = [\"ENTPersonAutresMails\", \"mail\"]\n\
             [profiles.{profile}.slips]\n\
             ent_url = \"https://ent.example.test\"\n\
             [profiles.{profile}.mail]\n\
             folder = {mail}\n\
             from = \"ENT <ne-pas-repondre@ent.example.test>\"\n\
             time_zone = \"Europe/Paris\"\n\
             [profiles.{profile}.login_page]\n\
             spool = {spool}\n\n",
            dn = quoted(&administrator(account.uid)),
            password = quoted_path(&layout.password_file(account.uid)),
            domain = quoted(MAIL_DOMAIN),
            mail = quoted_path(&layout.mail()),
            spool = quoted_path(&layout.requests().join(&profile)),
        );
    }
    out
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The layout made sure that its paths are UTF-8.
fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}
