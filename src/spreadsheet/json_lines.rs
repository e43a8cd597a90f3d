//! JSON lines as a table: an object a line, its names the columns.

use super::encoding::decode;
use super::fault::TableFault;
use super::table::{Row, Table};
use serde_json::Value;
use std::collections::HashMap;

impl Table {
    /// Reads CSV, or JSON lines where the first character is a brace. A value that is `null` is `-`: away with it;
    /// a name that is left out is an empty cell.
    ///
    /// # Errors
    /// As [`Table::read`]; lines that are no objects of texts, numbers, `true`, `false` and `null`.
    pub fn read_either(bytes: &[u8]) -> Result<Table, Vec<TableFault>> {
        let text = decode(bytes).map_err(|fault| vec![fault])?;
        let text = text.trim_start_matches('\u{feff}');
        if !text.trim_start().starts_with('{') {
            return Table::of_text(text);
        }
        let mut table = Table {
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut faults = Vec::new();
        let lines = (1_u64..).zip(text.lines());
        for (line, object) in lines.clone().filter(|(_, line)| !line.trim().is_empty()) {
            let Ok(Value::Object(object)) = serde_json::from_str(object) else {
                faults.push(TableFault::NotAnObject { line });
                continue;
            };
            let mut cells = vec![String::new(); table.columns.len()];
            for (name, value) in object {
                let Some(cell) = cell(value) else {
                    faults.push(TableFault::NotAnObject { line });
                    break;
                };
                let next = places.len();
                let at = *places.entry(name.clone()).or_insert(next);
                if at == table.columns.len() {
                    table.columns.push(name);
                    cells.push(String::new());
                }
                cells[at] = cell;
            }
            table.rows.push(Row { line, cells });
        }
        if !text.ends_with('\n') {
            let line = lines.last().map_or(1, |(line, _)| line);
            return Err(vec![TableFault::Cut { line }]);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let width = table.columns.len();
        for row in &mut table.rows {
            row.cells.resize(width, String::new());
        }
        Ok(table)
    }
}

fn cell(value: Value) -> Option<String> {
    match value {
        Value::Null => Some("-".to_owned()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_rows_and_their_names_are_columns() {
        let table = Table::read_either(
            b"{\"login\":\"a\",\"redirect\":\"a@x.fr\"}\n\n{\"keep_copy\":true,\"login\":\"b\",\"redirect\":null}\n",
        )
        .expect("table");
        assert_eq!(table.columns, ["login", "redirect", "keep_copy"]);
        assert_eq!(table.rows[0].cells, ["a", "a@x.fr", ""]);
        assert_eq!(
            (table.rows[1].line, &table.rows[1].cells[..]),
            (3, &["b", "-", "true"].map(str::to_owned)[..])
        );
    }

    #[test]
    fn a_line_without_its_end_was_cut() {
        let read = |text: &str| Table::read_either(text.as_bytes()).expect_err("refused");
        assert_eq!(
            read("{\"login\":\"a\"}\n{\"login\":\"b\"}"),
            [TableFault::Cut { line: 2 }]
        );
        assert_eq!(
            read("{\"login\":\"a\"}\n[1]\n{\"a\":[1]}\n"),
            [
                TableFault::NotAnObject { line: 2 },
                TableFault::NotAnObject { line: 3 }
            ]
        );
        // Anything else is read as a spreadsheet.
        assert!(Table::read_either(b"login;x\na;1\n").is_ok());
    }
}
