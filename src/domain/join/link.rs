//! A link (rapprochement): both accounts stay, and the principal gains the children, groups and rights of the
//! secondary. Each value that was given is recorded; what the principal had before never is.

use super::draft::Draft;
use super::gift::Gift;
use super::mention::{mentions, renamed};
use super::names::{JoinNames, JoinRules};
use super::scene::Scene;
use super::{Joined, Parties, Remark};
use crate::domain::change::Reliance;
use crate::domain::dn::Dn;
use crate::domain::time::LOCKED_FOR_GOOD;

/// Links secondaries to their principal; all of them must be in the scene, and allowed by
/// [`super::may_join`]. Done again, it gives what is new and changes nothing else.
pub fn link(scene: &Scene, names: &JoinNames, rules: &JoinRules, parties: &Parties) -> Joined {
    let mut draft = Draft::new(scene);
    let mut remarks = Vec::new();
    let principal = &parties.kept.dn;
    for other in &parties.others {
        for gift in wanted(&draft, names, principal, &other.dn, &mut remarks) {
            give(&mut draft, names, principal, &gift);
        }
    }
    for other in &parties.others {
        tie(&mut draft, names, rules, principal, &other.dn);
    }
    rely_on_ties(&mut draft, names, parties);
    draft.at_first(principal);
    Joined {
        changes: draft.changes(parties),
        remarks,
    }
}

/// Takes back what the links of these secondaries gave, and only that; `gifts` are those recorded elsewhere than in
/// the directory. A secondary that is not there any more is taken off its principal all the same.
pub fn unlink(
    scene: &Scene,
    names: &JoinNames,
    rules: &JoinRules,
    parties: &Parties,
    gifts: &[Gift],
) -> Joined {
    let mut draft = Draft::new(scene);
    let mut remarks = Vec::new();
    let principal = &parties.kept.dn;
    for other in &parties.others {
        let secondary = &other.dn;
        if let Some(attribute) = &names.linked_to {
            draft.remove(secondary, attribute, principal.as_str());
        }
        if let Some(attribute) = &names.secondaries {
            draft.remove(principal, attribute, secondary.as_str());
        }
        let recorded = recorded(&draft, names, principal);
        let mut theirs: Vec<Gift> = recorded
            .into_iter()
            .filter(|g| g.is_from(secondary))
            .collect();
        theirs.extend(gifts.iter().filter(|g| g.is_from(secondary)).cloned());
        // Classes last: they may go only once nothing needs them.
        theirs.sort_by_key(|gift| gift.attribute.eq_ignore_ascii_case("objectClass"));
        for gift in &theirs {
            forget(&mut draft, names, principal, gift);
        }
        for gift in &theirs {
            may_be_fed(&draft, principal, secondary, gift, &mut remarks);
            withdraw(&mut draft, names, rules, principal, gift, &mut remarks);
        }
    }
    draft.at_last(principal);
    Joined {
        changes: draft.changes(parties),
        remarks,
    }
}

/// What a link gives today, wanted on the principal, its children and its groups. A value that may stand only once is
/// never overwritten, but told.
pub(super) fn wanted(
    draft: &Draft<'_>,
    names: &JoinNames,
    principal: &Dn,
    secondary: &Dn,
    remarks: &mut Vec<Remark>,
) -> Vec<Gift> {
    let scene = draft.scene();
    let gift = |on: &Dn, attribute: &str, value: &str| Gift::new(secondary, on, attribute, value);
    let mut gifts = Vec::new();
    for attribute in &names.children {
        let children = draft.values(secondary, attribute);
        let there = |child: &&String| Dn::parse(child).is_ok_and(|dn| scene.entry(&dn).is_some());
        gifts.extend(
            children
                .iter()
                .filter(there)
                .map(|c| gift(principal, attribute, c)),
        );
    }
    for attribute in &names.rights {
        let rights = draft.values(secondary, attribute);
        gifts.extend(rights.iter().map(|right| gift(principal, attribute, right)));
    }
    for entry in scene.naming(secondary) {
        for attribute in &names.child_links {
            let mut values = draft.values(&entry.dn, attribute);
            values.retain(|value| mentions(value, secondary));
            if values.is_empty() {
                continue;
            }
            if names.is_single(attribute) {
                remarks.push(Remark {
                    code: "single-kept",
                    about: called(scene, &entry.dn),
                    attribute: attribute.clone(),
                });
                continue;
            }
            let repeated = values
                .iter()
                .filter_map(|v| renamed(v, secondary, principal));
            gifts.extend(repeated.map(|value| gift(&entry.dn, attribute, &value)));
        }
        let is_member = |attribute: &&String| draft.holds(&entry.dn, attribute, secondary.as_str());
        for attribute in names.member.iter().filter(is_member) {
            gifts.push(gift(&entry.dn, attribute, principal.as_str()));
            let number = names
                .id
                .as_ref()
                .and_then(|id| draft.values(principal, id).pop());
            for (mirror, number) in names.member_id.iter().zip(number) {
                gifts.push(gift(&entry.dn, mirror, &number));
            }
        }
    }
    gifts
}

/// Gives a value, and records it where the principal did not have it of its own.
pub(super) fn give(draft: &mut Draft<'_>, names: &JoinNames, principal: &Dn, gift: &Gift) {
    let Some(on) = gift.on() else {
        return;
    };
    let recorded = recorded(draft, names, principal);
    let known = |of: &dyn Fn(&Gift) -> bool| {
        recorded
            .iter()
            .any(|other| other.is_same_value(gift) && of(other))
    };
    let by_this = known(&|other| other.from == gift.from);
    let there = draft.holds(&on, &gift.attribute, &gift.value);
    let own = there && !known(&|_| true);
    if !there {
        draft.add(&on, &gift.attribute, &gift.value);
    }
    if !own
        && !by_this
        && let Some(attribute) = &names.record
    {
        draft.add(principal, attribute, &gift.record());
        // The place of the record is given by the link as well.
        if let Some(class) = &names.record_class
            && !draft.holds(principal, "objectClass", class)
        {
            let place = Gift {
                on: principal.as_str().to_owned(),
                attribute: "objectClass".to_owned(),
                value: class.clone(),
                ..gift.clone()
            };
            draft.add(principal, "objectClass", class);
            draft.add(principal, attribute, &place.record());
        }
    }
}

/// What is recorded on a principal.
pub(super) fn recorded(draft: &Draft<'_>, names: &JoinNames, principal: &Dn) -> Vec<Gift> {
    let Some(attribute) = &names.record else {
        return Vec::new();
    };
    let records = draft.values(principal, attribute);
    records
        .iter()
        .filter_map(|record| Gift::read(record))
        .collect()
}

/// Names each on the other, and closes the secondary where the rules say so.
fn tie(
    draft: &mut Draft<'_>,
    names: &JoinNames,
    rules: &JoinRules,
    principal: &Dn,
    secondary: &Dn,
) {
    if let Some(class) = &names.relation_class {
        for on in [principal, secondary] {
            let gift = Gift::new(secondary, on, "objectClass", class);
            give(draft, names, principal, &gift);
        }
    }
    // A second link needs the place of the record as well.
    if let (Some(class), Some(_)) = (&names.record_class, &names.record) {
        let gift = Gift::new(secondary, principal, "objectClass", class);
        give(draft, names, principal, &gift);
    }
    if let Some(attribute) = &names.secondaries {
        draft.add(principal, attribute, secondary.as_str());
    }
    if let Some(attribute) = &names.linked_to {
        draft.add(secondary, attribute, principal.as_str());
    }
    if let Some(attribute) = &names.locked
        && !rules.secondary_stays_open
        && !draft.holds(secondary, attribute, LOCKED_FOR_GOOD)
    {
        draft.replace(secondary, attribute, &[LOCKED_FOR_GOOD]);
        if let Some(record) = &names.record {
            let gift = Gift::new(secondary, secondary, attribute, LOCKED_FOR_GOOD);
            draft.add(principal, record, &gift.record());
        }
    }
}

/// Nobody else has tied these accounts in the meantime.
fn rely_on_ties(draft: &mut Draft<'_>, names: &JoinNames, parties: &Parties) {
    let absent = |draft: &mut Draft<'_>, dn: &Dn, attribute: &Option<String>| {
        if let Some(attribute) = attribute
            && draft
                .scene()
                .entry(dn)
                .is_some_and(|entry| !entry.has(attribute))
        {
            let attribute = attribute.clone();
            draft.rely(dn, Reliance::Absent { attribute });
        }
    };
    absent(draft, &parties.kept.dn, &names.linked_to);
    absent(draft, &parties.kept.dn, &names.merged_into);
    for other in &parties.others {
        absent(draft, &other.dn, &names.linked_to);
        absent(draft, &other.dn, &names.merged_into);
        absent(draft, &other.dn, &names.secondaries);
    }
}

/// Takes a record off the principal.
fn forget(draft: &mut Draft<'_>, names: &JoinNames, principal: &Dn, gift: &Gift) {
    if let Some(attribute) = &names.record {
        draft.remove(principal, attribute, &gift.record());
    }
}

/// Takes a value back that a link gave, unless another one gives it too, or something else needs it by now.
pub(super) fn withdraw(
    draft: &mut Draft<'_>,
    names: &JoinNames,
    rules: &JoinRules,
    principal: &Dn,
    gift: &Gift,
    remarks: &mut Vec<Remark>,
) {
    let Some(on) = gift.on() else {
        return;
    };
    let others = recorded(draft, names, principal);
    if others.iter().any(|other| other.is_same_value(gift)) {
        return;
    }
    let is = |name: &Option<String>, text: &str| {
        name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(text))
    };
    if gift.attribute.eq_ignore_ascii_case("objectClass") {
        let needed = if is(&names.record_class, &gift.value) {
            draft.keeps_records(&on, names)
        } else {
            draft.is_tied(&on, names)
        };
        if needed {
            return;
        }
    } else if is(&names.locked, &gift.attribute) {
        if draft.holds(&on, &gift.attribute, &gift.value) {
            draft.replace(&on, &gift.attribute, &[]);
        }
        return;
    } else if names
        .member
        .iter()
        .any(|m| m.eq_ignore_ascii_case(&gift.attribute))
    {
        let members = draft.values(&on, &gift.attribute);
        if members.len() == 1 && mentions(&members[0], principal) {
            match &rules.group_placeholder {
                Some(placeholder) => {
                    draft.add(&on, &gift.attribute, placeholder);
                }
                None => {
                    remarks.push(Remark {
                        code: "last-member",
                        about: called(draft.scene(), &on),
                        attribute: gift.attribute.clone(),
                    });
                    return;
                }
            }
        }
    }
    draft.remove(&on, &gift.attribute, &gift.value);
    childless(draft, names, &on);
}

/// A parent without a child is none: the class needs one, and goes in the same Modify.
pub(super) fn childless(draft: &mut Draft<'_>, names: &JoinNames, parent: &Dn) {
    let has_child = names
        .children
        .iter()
        .any(|a| !draft.values(parent, a).is_empty());
    let had_child = draft
        .scene()
        .entry(parent)
        .is_some_and(|entry| names.children.iter().any(|a| entry.has(a)));
    if has_child || !had_child {
        return;
    }
    for class in &names.parent_classes {
        draft.remove(parent, "objectClass", class);
    }
}

/// Says what the nightly feed may have given as well by now: what the secondary does not have any more.
fn may_be_fed(
    draft: &Draft<'_>,
    principal: &Dn,
    secondary: &Dn,
    gift: &Gift,
    remarks: &mut Vec<Remark>,
) {
    let scene = draft.scene();
    let (Some(on), Some(_)) = (gift.on(), scene.entry(secondary)) else {
        return;
    };
    if on == *secondary
        || gift.attribute.eq_ignore_ascii_case("objectClass")
        || !draft.holds(&on, &gift.attribute, &gift.value)
    {
        return;
    }
    let source = if on == *principal {
        (secondary.clone(), gift.value.clone())
    } else {
        match renamed(&gift.value, principal, secondary) {
            Some(value) => (on.clone(), value),
            None => return,
        }
    };
    let still = scene.entry(&source.0).is_some_and(|entry| {
        entry
            .texts(&gift.attribute)
            .iter()
            .any(|v| crate::domain::effect::alike(v, &source.1))
    });
    if !still {
        remarks.push(Remark {
            code: "may-be-fed",
            about: called(scene, &on),
            attribute: gift.attribute.clone(),
        });
    }
}

/// What people call an entry.
pub(super) fn called(scene: &Scene, dn: &Dn) -> String {
    scene
        .entry(dn)
        .and_then(|entry| entry.text("cn"))
        .or_else(|| dn.rdn_value())
        .unwrap_or_default()
}
