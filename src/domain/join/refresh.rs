//! A link kept true: the nightly feed writes children and groups anew, on the principal and on its secondaries. What a
//! secondary has today the principal gets again, and what it no longer has the principal loses, where a link gave it.

use super::draft::Draft;
use super::gift::Gift;
use super::link::{Wanted, forget, give, recorded, wanted, withdraw};
use super::mention::mentions;
use super::names::{JoinNames, JoinRules};
use super::scene::Scene;
use super::{Joined, Parties, Remark};
use crate::domain::change::Change;
use crate::domain::dn::Dn;
use crate::domain::effect::alike;

/// How a secondary stands to its principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It names its principal.
    Tied,
    /// It is not there.
    Vanished,
    /// It is there and names nobody: it was deleted and made anew, or its tie was erased.
    Untied,
    /// It was absorbed since: another matter.
    Absorbed,
}

/// How a secondary stands to its principal.
pub fn standing(scene: &Scene, names: &JoinNames, principal: &Dn, secondary: &Dn) -> Standing {
    let Some(entry) = scene.entry(secondary) else {
        return Standing::Vanished;
    };
    let points = |attribute: &Option<String>| -> Vec<String> {
        let attribute = attribute.iter();
        attribute
            .flat_map(|attribute| entry.texts(attribute))
            .collect()
    };
    if !points(&names.merged_into).is_empty() {
        Standing::Absorbed
    } else if points(&names.linked_to)
        .iter()
        .any(|v| mentions(v, principal))
    {
        Standing::Tied
    } else {
        Standing::Untied
    }
}

/// Gives the principal what its secondaries have today, and where `withdraws`, takes back what a link gave and the
/// secondary no longer has. Never what the principal has of its own; never because a secondary is not there: that is
/// told, and its gains stay until [`super::unlink`].
pub fn refresh(
    scene: &Scene,
    names: &JoinNames,
    rules: &JoinRules,
    parties: &Parties,
    withdraws: bool,
) -> Joined {
    let principal = &parties.kept.dn;
    let mut remarks = Vec::new();
    let mut tied: Vec<&Dn> = Vec::new();
    for other in &parties.others {
        let code = match standing(scene, names, principal, &other.dn) {
            Standing::Tied => {
                tied.push(&other.dn);
                continue;
            }
            Standing::Absorbed => continue,
            Standing::Vanished => "vanished",
            Standing::Untied => "untied",
        };
        remarks.push(Remark {
            code,
            about: other
                .login
                .clone()
                .or(other.uid.clone())
                .unwrap_or_else(|| other.name.clone()),
            attribute: String::new(),
        });
    }
    let mut changes = gains(scene, names, parties, &tied);
    if withdraws {
        // The record of what is given comes first of all, that of what is taken goes last: two changes of one entry.
        let after = scene.after(&changes, names);
        changes.extend(losses(&after, names, rules, parties, &tied, &mut remarks));
    }
    Joined { changes, remarks }
}

fn gains(scene: &Scene, names: &JoinNames, parties: &Parties, tied: &[&Dn]) -> Vec<Change> {
    let principal = &parties.kept.dn;
    let mut draft = Draft::new(scene);
    for secondary in tied {
        // What may stand only once was told when the link was made.
        for wanted in wanted(&draft, names, principal, secondary, &mut Vec::new()) {
            wanted.give(&mut draft, names, principal);
        }
        if let Some(attribute) = &names.secondaries
            && !draft.holds(principal, attribute, secondary.as_str())
        {
            if let Some(class) = &names.relation_class {
                let gift = Gift::new(secondary, principal, "objectClass", class);
                give(&mut draft, names, principal, &gift);
            }
            draft.add(principal, attribute, secondary.as_str());
        }
    }
    draft.at_first(principal);
    draft.changes(parties)
}

fn losses(
    scene: &Scene,
    names: &JoinNames,
    rules: &JoinRules,
    parties: &Parties,
    tied: &[&Dn],
    remarks: &mut Vec<Remark>,
) -> Vec<Change> {
    let principal = &parties.kept.dn;
    let mut draft = Draft::new(scene);
    let mut lost = Vec::new();
    for secondary in tied {
        let today = wanted(&draft, names, principal, secondary, &mut Vec::new());
        let recorded = recorded(&draft, names, principal);
        let theirs = recorded.into_iter().filter(|gift| gift.is_from(secondary));
        lost.extend(theirs.filter(|gift| {
            follows(gift, names)
                && scene_knows(scene, gift)
                && !has_still(&draft, names, secondary, gift, &today)
        }));
    }
    for gift in &lost {
        forget(&mut draft, names, principal, gift);
    }
    for secondary in tied {
        let class = class_of_children(&draft, names, principal, secondary);
        for gift in class {
            forget(&mut draft, names, principal, &gift);
            lost.push(gift);
        }
    }
    for gift in &lost {
        if !is_own_child(&draft, names, principal, gift) {
            withdraw(&mut draft, names, rules, principal, gift, remarks);
        }
    }
    draft.at_last(principal);
    draft.changes(parties)
}

/// What makes a parent, given by a link that gives no child any more.
fn class_of_children(
    draft: &Draft<'_>,
    names: &JoinNames,
    principal: &Dn,
    secondary: &Dn,
) -> Vec<Gift> {
    let is = |list: &[String], text: &str| list.iter().any(|a| a.eq_ignore_ascii_case(text));
    let mut theirs = recorded(draft, names, principal);
    theirs.retain(|gift| gift.is_from(secondary));
    if theirs
        .iter()
        .any(|gift| is(&names.children, &gift.attribute))
    {
        return Vec::new();
    }
    theirs.retain(|gift| {
        gift.attribute.eq_ignore_ascii_case("objectClass") && is(&names.parent_classes, &gift.value)
    });
    theirs
}

/// Whether a gift follows from what the secondary has: not the class of an entry, nor that an account is closed.
fn follows(gift: &Gift, names: &JoinNames) -> bool {
    let is = |name: &str| gift.attribute.eq_ignore_ascii_case(name);
    !is("objectClass") && !names.locked.as_deref().is_some_and(is)
}

/// Of what is not there nothing is known: a group that the feed makes anew comes back with its members.
fn scene_knows(scene: &Scene, gift: &Gift) -> bool {
    gift.on().is_some_and(|on| scene.entry(&on).is_some())
}

fn has_still(
    draft: &Draft<'_>,
    names: &JoinNames,
    secondary: &Dn,
    gift: &Gift,
    today: &[Wanted],
) -> bool {
    let same = |attribute: &String| attribute.eq_ignore_ascii_case(&gift.attribute);
    // A child whose entry is not there is a child of the secondary all the same.
    let child = names.children.iter().any(same)
        && draft
            .values(secondary, &gift.attribute)
            .iter()
            .any(|v| alike(v, &gift.value));
    child || today.iter().any(|wanted| wanted.gift.is_same_value(gift))
}

/// Whether a child that a link gave is the principal's own by now: it names the principal in a way that no link gave.
fn is_own_child(draft: &Draft<'_>, names: &JoinNames, principal: &Dn, gift: &Gift) -> bool {
    let is = |attribute: &String| attribute.eq_ignore_ascii_case(&gift.attribute);
    let (true, Ok(child)) = (names.children.iter().any(is), Dn::parse(&gift.value)) else {
        return false;
    };
    // Records that are gone already were of the same child, and speak for no one.
    let gifts = recorded(&Draft::new(draft.scene()), names, principal);
    names.child_links.iter().any(|attribute| {
        let values = draft.values(&child, attribute);
        values
            .iter()
            .filter(|value| mentions(value, principal))
            .any(|value| {
                let given = Gift::new(principal, &child, attribute, value);
                !gifts.iter().any(|gift| gift.is_same_value(&given))
            })
    })
}
