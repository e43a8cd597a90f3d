//! Search filters as a typed tree, written out as RFC 4515 with every value escaped.

use std::fmt;

/// A search filter (RFC 4511 section 4.5.1.7).
///
/// Values are bytes and are escaped when the filter is written, so a name with `*()\` in it can never
/// change what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All must match; an empty list is the true filter of RFC 4526.
    And(Vec<Filter>),
    /// One must match; an empty list is the false filter of RFC 4526.
    Or(Vec<Filter>),
    /// Must not match.
    Not(Box<Filter>),
    /// The attribute holds this value.
    Equal(String, Vec<u8>),
    /// The attribute is there.
    Present(String),
    /// A substring match: the beginning, the parts in order, the end.
    Substring {
        /// Attribute description.
        attribute: String,
        /// What the value begins with.
        initial: Option<String>,
        /// What it holds, in this order.
        any: Vec<String>,
        /// What it ends with.
        last: Option<String>,
    },
    /// A filter that a person typed (`--filter`), checked to be RFC 4515 by the directory adapter.
    Typed(String),
}

impl Filter {
    /// `(attribute=value)`.
    pub fn equal(attribute: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        Filter::Equal(attribute.into(), value.as_ref().to_vec())
    }

    /// `(attribute=*)`.
    pub fn present(attribute: impl Into<String>) -> Self {
        Filter::Present(attribute.into())
    }

    /// `(attribute=value*)`.
    pub fn begins(attribute: impl Into<String>, value: impl Into<String>) -> Self {
        Filter::Substring {
            attribute: attribute.into(),
            initial: Some(value.into()),
            any: Vec::new(),
            last: None,
        }
    }

    /// `(attribute=*value*)`.
    pub fn contains(attribute: impl Into<String>, value: impl Into<String>) -> Self {
        Filter::Substring {
            attribute: attribute.into(),
            initial: None,
            any: vec![value.into()],
            last: None,
        }
    }

    /// `(!(filter))`.
    #[allow(clippy::should_implement_trait)]
    pub fn not(filter: Filter) -> Self {
        Filter::Not(Box::new(filter))
    }

    /// `(|(attribute=a)(attribute=b)…)`, without the `|` for a single value.
    pub fn any_of<V: AsRef<[u8]>>(attribute: &str, values: impl IntoIterator<Item = V>) -> Self {
        let mut parts: Vec<Filter> = values
            .into_iter()
            .map(|v| Filter::equal(attribute, v))
            .collect();
        if parts.len() == 1 {
            parts.remove(0)
        } else {
            Filter::Or(parts)
        }
    }
}

/// Writes a value with the escapes of RFC 4515 section 3: NUL, `(`, `)`, `*`, `\`, and every byte
/// that is not printable ASCII (which RFC 4515 allows to be escaped too).
fn write_escaped(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    for &byte in value {
        match byte {
            b'(' | b')' | b'*' | b'\\' => write!(f, "\\{byte:02x}")?,
            0x20..=0x7e => write!(f, "{}", byte as char)?,
            _ => write!(f, "\\{byte:02x}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::And(parts) => write_set(f, '&', parts),
            Filter::Or(parts) => write_set(f, '|', parts),
            Filter::Not(part) => write!(f, "(!{part})"),
            Filter::Equal(attribute, value) => {
                write!(f, "({attribute}=")?;
                write_escaped(f, value)?;
                f.write_str(")")
            }
            Filter::Present(attribute) => write!(f, "({attribute}=*)"),
            Filter::Substring {
                attribute,
                initial,
                any,
                last,
            } => {
                write!(f, "({attribute}=")?;
                if let Some(initial) = initial {
                    write_escaped(f, initial.as_bytes())?;
                }
                f.write_str("*")?;
                for part in any {
                    write_escaped(f, part.as_bytes())?;
                    f.write_str("*")?;
                }
                if let Some(last) = last {
                    write_escaped(f, last.as_bytes())?;
                }
                f.write_str(")")
            }
            Filter::Typed(text) => f.write_str(text),
        }
    }
}

fn write_set(f: &mut fmt::Formatter<'_>, sign: char, parts: &[Filter]) -> fmt::Result {
    write!(f, "({sign}")?;
    for part in parts {
        write!(f, "{part}")?;
    }
    f.write_str(")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_change_the_filter() {
        let filter = Filter::And(vec![
            Filter::equal("cn", "a*)(uid=\\b\0é"),
            Filter::not(Filter::begins("sn", "d(")),
        ]);
        assert_eq!(
            filter.to_string(),
            r"(&(cn=a\2a\29\28uid=\5cb\00\c3\a9)(!(sn=d\28*)))"
        );
    }

    #[test]
    fn substrings_are_written_in_order() {
        let filter = Filter::Substring {
            attribute: "cn".into(),
            initial: Some("a".into()),
            any: vec!["b".into(), "c".into()],
            last: Some("d".into()),
        };
        assert_eq!(filter.to_string(), "(cn=a*b*c*d)");
    }

    #[test]
    fn one_value_needs_no_or() {
        assert_eq!(Filter::any_of("uid", ["a"]).to_string(), "(uid=a)");
        assert_eq!(
            Filter::any_of("uid", ["a", "b"]).to_string(),
            "(|(uid=a)(uid=b))"
        );
    }
}
