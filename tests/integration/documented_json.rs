//! `docs/output.md` holds what is really printed: each object, each field.

use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

const OUTPUT: &str = include_str!("../../docs/output.md");
const HISTORY: &str = include_str!("../../docs/history-format.md");

/// The names of all fields of a JSON text. A name that stands twice in one object is an error: readers
/// disagree on which one counts.
#[derive(Debug, Default)]
struct Fields(BTreeSet<String>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut own = BTreeSet::new();
                let mut inner = BTreeSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "counts" {
                        // Its names are outcomes.
                        map.next_value::<serde::de::IgnoredAny>()?;
                    } else {
                        inner.append(&mut map.next_value::<Fields>()?.0);
                    }
                    if !own.insert(name.clone()) {
                        return Err(A::Error::custom(format!("{name} stands twice")));
                    }
                }
                own.append(&mut inner);
                Ok(Fields(own))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Fields, A::Error> {
                let mut all = BTreeSet::new();
                while let Some(mut fields) = list.next_element::<Fields>()? {
                    all.append(&mut fields.0);
                }
                Ok(Fields(all))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Fields, E> {
                Ok(Fields::default())
            }

            fn visit_u64<E>(self, _: u64) -> Result<Fields, E> {
                Ok(Fields::default())
            }

            fn visit_i64<E>(self, _: i64) -> Result<Fields, E> {
                Ok(Fields::default())
            }

            fn visit_f64<E>(self, _: f64) -> Result<Fields, E> {
                Ok(Fields::default())
            }

            fn visit_str<E>(self, _: &str) -> Result<Fields, E> {
                Ok(Fields::default())
            }

            fn visit_unit<E>(self) -> Result<Fields, E> {
                Ok(Fields::default())
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Every line is an object of one of these types, and every field of it is documented.
fn check(output: &Output, text: &str, types: &[&str]) {
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        let fields: Fields =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}\n{output}"));
        for field in &fields.0 {
            let name = format!("`{field}`");
            assert!(
                OUTPUT.contains(&name) || HISTORY.contains(&format!("\"{field}\":")),
                "{field} is in neither document: {line}"
            );
        }
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(value["format_version"], 1, "{line}");
        let kind = value["type"].as_str().expect("a type");
        assert!(
            OUTPUT.contains(&format!("`{kind}`")),
            "{kind} is not in docs/output.md"
        );
        seen.insert(kind.to_owned());
    }
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(seen, types, "{output}");
}

#[test]
fn a_field_that_stands_twice_is_noticed() {
    let error = serde_json::from_str::<Fields>(r#"{"a":1,"b":{"c":[{"d":null}],"c":2}}"#);
    let error = error.expect_err("refused").to_string();
    assert!(error.contains("c stands twice"), "{error}");
    let fields: Fields = serde_json::from_str(r#"{"a":1,"b":[{"c":"x"}]}"#).expect("JSON");
    assert_eq!(fields.0.into_iter().collect::<String>(), "abc");
}

#[test]
fn every_object_is_as_documented() {
    let sandbox = Sandbox::up(60);
    let run = |words: &str, status: i32| {
        sandbox
            .entctl(["--format", "json"])
            .args(words.split('+'))
            .run()
            .expect_status(status)
    };
    for (words, types) in [
        ("account+find+dupont", &["accounts"][..]),
        ("account+list+--class+6A", &["accounts"]),
        ("account+show+lea dupont 6A", &["account"]),
        ("account+export+lea dupont 6A", &["account-export"]),
        ("password+status+lea dupont 6A", &["password-status"]),
        (
            "password+reset+lea dupont 6A+--print+--dry-run",
            &["password-reset", "summary"],
        ),
        (
            "password+reset+lea dupont 6A+--print+--yes",
            &["password-reset", "summary"],
        ),
        (
            "account+lock+lea dupont 6A+--yes+--reason+essai",
            &["account-lock", "summary"],
        ),
        (
            "password+reset+--class+6A+--slips+6A.csv+--yes",
            &["password-reset", "summary"],
        ),
        (
            "account+unlock+lea dupont 6A+--yes",
            &["account-unlock", "summary"],
        ),
        ("history+list", &["runs"]),
    ] {
        let output = run(words, 0);
        check(&output, &output.stdout, types);
    }
    let runs = run("history+list", 0).json();
    let names = runs["runs"].as_array().expect("runs");
    assert_eq!(names.len(), 4);
    for name in names {
        let name = name["run"].as_str().expect("a name");
        let output = run(&format!("history+show+{name}"), 0);
        check(&output, &output.stdout, &["run"]);
    }
    let unlock = names[0]["run"].as_str().expect("a name");
    let output = run(&format!("history+undo+{unlock}+--yes"), 0);
    check(&output, &output.stdout, &["history-undo", "summary"]);
    let status = sandbox
        .home()
        .entctl(["sandbox", "status", "--name", "essai"])
        .args(["--format", "json"])
        .run()
        .expect_success();
    check(&status, &status.stdout, &["sandbox"]);
    for (words, status) in [
        ("password+reset+lea dupont+--print+--yes", 5),
        ("password+reset+lae dupnot+--print+--yes", 5),
        ("password+reset+lea dupont 6A+--print", 2),
        ("history+show+20200101-000000-aaaa", 5),
    ] {
        let output = run(words, status);
        check(&output, &output.stderr, &["error"]);
        assert_eq!(output.stdout, "", "{output}");
    }
}
