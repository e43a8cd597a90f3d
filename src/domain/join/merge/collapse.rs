//! Several values of one adult on one child, `<name>$<kinship>$<financial>$<legal>$<contact>$<payment>` (SDET
//! `ENTElevePersRelEleve`), made one: the strongest of each right.

/// Kinship that says nothing: « autre lien », new and old code.
const UNKNOWN_KINSHIP: [&str; 3] = ["", "90", "6"];

/// One value of these, which name the same adult; the first counts where nothing is stronger. `None` where there is
/// none.
pub(super) fn strongest(values: &[String]) -> Option<String> {
    let (first, others) = values.split_first()?;
    let mut fields: Vec<String> = first.split('$').map(str::to_owned).collect();
    for other in others {
        for (place, field) in other.split('$').enumerate() {
            match fields.get_mut(place) {
                None => fields.push(field.to_owned()),
                Some(held) if is_stronger(place, field, held) => *held = field.to_owned(),
                Some(_) => {}
            }
        }
    }
    Some(fields.join("$"))
}

fn is_stronger(place: usize, field: &str, held: &str) -> bool {
    match place {
        0 => false,
        1 => UNKNOWN_KINSHIP.contains(&held) && !UNKNOWN_KINSHIP.contains(&field),
        3 => legal(field) < legal(held),
        _ => !is_yes(held) && (is_yes(field) || held.is_empty() && !field.is_empty()),
    }
}

/// Legal guardian 1, in charge 2, contact 3; 0, « non », is what older files said for 3.
fn legal(field: &str) -> u8 {
    match field.trim() {
        "1" => 1,
        "2" => 2,
        "3" | "0" => 3,
        _ => 4,
    }
}

fn is_yes(field: &str) -> bool {
    field.eq_ignore_ascii_case("O")
}

#[cfg(test)]
mod tests {
    use super::strongest;

    fn of(values: &[&str]) -> Option<String> {
        let values: Vec<String> = values.iter().map(|v| (*v).to_owned()).collect();
        strongest(&values)
    }

    #[test]
    fn the_strongest_of_each_right_is_kept_and_the_first_kinship() {
        for (values, one) in [
            (vec!["a$20$N$2$N$N", "a$10$O$1$N$O"], "a$20$O$1$N$O"),
            (vec!["a$90$N$3$N$N", "a$10$N$2$N$N"], "a$10$N$2$N$N"),
            (vec!["a$20$O$0$O$O", "a$20$N$3$N$N"], "a$20$O$0$O$O"),
            (vec!["a$20$O$0$O$O", "a$20$N$2$N$N"], "a$20$O$2$O$O"),
            (vec!["a$20$N$$N$N", "a$20$N$3$N$N"], "a$20$N$3$N$N"),
            (vec!["a$20", "a$20$O$1$O$N"], "a$20$O$1$O$N"),
            (vec!["a$20$O$1$O$O"], "a$20$O$1$O$O"),
        ] {
            assert_eq!(of(&values).as_deref(), Some(one), "{values:?}");
        }
        assert_eq!(of(&[]), None);
    }
}
