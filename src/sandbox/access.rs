//! Who may read and write what in the sandbox, as slapd.access(5) rules.

use super::tree::{self, ADMINISTRATORS, INTER, MANAGE};

/// What an administrator may write on people within reach, passwords apart: state, mail, links, and what the
/// right of correction is about (`[fields]` of the schema). `children`, `entry`, logins, classes and schools
/// are not among them: accounts come from the feed. Who administers all schools alone may delete one, that a merge has
/// made empty, and make it again.
const WRITABLE: &[&str] = &[
    "sn",
    "givenName",
    "cn",
    "displayName",
    "personalTitle",
    "ENTPersonNomPatro",
    "ENTPersonAutresPrenoms",
    "ENTPersonDateNaissance",
    "telephoneNumber",
    "ENTPersonAdresse",
    "ENTPersonCodePostal",
    "ENTPersonVille",
    "ENTPersonPays",
    "objectClass",
    "pwdReset",
    "pwdAccountLockedTime",
    "pwdEndTime",
    "entctlTemporaryPasswordEnd",
    "ENTPersonAlias",
    "ENTPersonJointure",
    "ENTPersonAutresMails",
    "ENTPersonMailDiffusion",
    "ENTPersonMobileSMS",
    "mail",
    "mailRoutingAddress",
    "entctlMailRedirect",
    "entctlMailKeepCopy",
    "mailLocalAddress",
    "mobile",
    "homePhone",
    "preferredLanguage",
    "ENTPersRelRapprochPrincipal",
    "ENTPersRelRapprochSecondaire",
    "ENTPersRelFusionPrincipal",
    "ENTPersRelFusionSecondaire",
    "entctlLinkGave",
    "entctlNotSame",
    "entctlFormerLogin",
    "ENTAuxPersRelEleveEleve",
    "ENTAuxPersRelEleveRepresentant",
    "ENTElevePersRelEleve",
    "ENTEleveParents",
    "ENTElevePere",
    "ENTEleveMere",
    "ENTEleveAutoriteParentale",
    "ENTElevePersRelEleve1",
    "ENTEleveQualitePersRelEleve1",
    "ENTElevePersRelEleve2",
    "ENTEleveQualitePersRelEleve2",
    "ENTEleveAdresseRel",
    "ENTEleveEnsRespStage",
    "ENTEleveEnsTutStage",
    "ENTEleveEntrTutStage",
    "ENTEleveEntrAutres",
];

/// What a login page may see before anybody is known: enough to find whose account a login is.
const ANONYMOUS_READS: &str = "entry,uid,ENTPersonLogin";

/// The rules, in order; slapd stops at the first whose target fits.
///
/// A school's administrator carries the school in `seeAlso`. Pupils and staff are within reach by their home
/// structure, parents by the home structure of any child: an ACL set follows those names, so that a child
/// who moves to another school takes the right along.
pub(super) fn rules() -> Vec<String> {
    let people = tree::branch("personnes");
    let administrators = tree::branch("administrateurs");
    let inter = tree::administrator(INTER);
    let manage = tree::administrator(MANAGE);
    let any_administrator = format!("by dn.children=\"{administrators}\"");
    let writers = |right: &str, home: &[&str]| {
        let mut clauses = vec![
            format!("by dn.exact=\"{manage}\" manage"),
            format!("by dn.exact=\"{inter}\" {right}"),
        ];
        for administrator in ADMINISTRATORS.iter().filter(|a| a.school.is_some()) {
            let dn = tree::administrator(administrator.uid);
            for path in home {
                clauses.push(format!(
                    "by dn.exact=\"{dn}\" set=\"{path} & user/seeAlso\" {right}"
                ));
            }
        }
        clauses.join(" ")
    };
    let person_homes = [
        "this/ENTPersonStructRattach",
        "this/ENTAuxPersRelEleveEleve/ENTPersonStructRattach",
        // What a merge absorbed has no children of its own any more, and is taken back by whoever merged it.
        "this/ENTPersRelFusionPrincipal/ENTAuxPersRelEleveEleve/ENTPersonStructRattach",
    ];
    vec![
        format!(
            "to dn.subtree=\"{people}\" attrs=userPassword {} by self =xw by anonymous auth by * none",
            writers("=w", &person_homes)
        ),
        format!(
            "to attrs=userPassword by dn.exact=\"{manage}\" manage by self =xw by anonymous auth by * none"
        ),
        format!("to attrs=pwdHistory by dn.exact=\"{manage}\" manage by * none"),
        format!(
            "to dn.subtree=\"{people}\" attrs={} {} {any_administrator} read by self read by * none",
            WRITABLE.join(","),
            writers("write", &person_homes),
        )
        // Finding a person by alias is part of logging in.
        .replacen("ENTPersonAlias,", "", 1),
        format!(
            "to dn.subtree=\"{people}\" attrs=ENTPersonAlias {} {any_administrator} read by self read \
             by anonymous search by * none",
            writers("write", &person_homes),
        ),
        format!(
            "to dn.base=\"{people}\" attrs=children by dn.exact=\"{manage}\" manage \
             by dn.exact=\"{inter}\" write by * none"
        ),
        format!(
            "to dn.one=\"{people}\" attrs=entry by dn.exact=\"{manage}\" manage \
             by dn.exact=\"{inter}\" write {any_administrator} read by self read by anonymous read \
             by * none"
        ),
        format!(
            "to dn.subtree=\"{}\" attrs=ENTStructureResponsable,ENTStructureContactENT \
             by dn.exact=\"{manage}\" manage by dn.exact=\"{inter}\" write by users read by * none",
            tree::branch("structures"),
        ),
        format!(
            "to dn.subtree=\"{people}\" attrs={ANONYMOUS_READS} by dn.exact=\"{manage}\" manage \
             {any_administrator} read by self read by anonymous read by * none"
        ),
        format!(
            "to dn.subtree=\"{people}\" by dn.exact=\"{manage}\" manage {any_administrator} read \
             by self read by * none"
        ),
        format!(
            "to dn.subtree=\"{}\" attrs=member {} by users read by * none",
            tree::branch("groupes"),
            writers("write", &["this/owner"]),
        ),
        format!(
            "to dn.subtree=\"{}\" attrs=owner,seeAlso by dn.exact=\"{manage}\" manage \
             by dn.exact=\"{inter}\" write by users read by * none",
            tree::branch("groupes"),
        ),
        format!(
            "to dn.subtree=\"{administrators}\" by dn.exact=\"{manage}\" manage {any_administrator} read \
             by * none"
        ),
        // A search starts at the suffix or at a branch, so everybody may know that these exist.
        format!(
            "to dn.base=\"{}\" attrs=entry by dn.exact=\"{manage}\" manage by * read",
            tree::BASE_DN
        ),
        format!(
            "to dn.one=\"{}\" attrs=entry by dn.exact=\"{manage}\" manage by * read",
            tree::BASE_DN
        ),
        format!("to * by dn.exact=\"{manage}\" manage by users read by * none"),
    ]
}
