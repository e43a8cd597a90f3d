//! The texts that stand in the source, outside of tests: which keys the code names.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::path::Path;
use syn::visit::{self, Visit};

/// What the source says.
#[derive(Debug, Default)]
pub struct Literals {
    /// Every text literal.
    pub all: BTreeSet<String>,
    /// Those given where a key is expected, with their file.
    pub keys: BTreeSet<(String, String)>,
}

/// Reads all of `src`.
pub fn read() -> Literals {
    let mut reader = Reader::default();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut reader,
    );
    reader.found
}

fn walk(folder: &Path, reader: &mut Reader) {
    for path in std::fs::read_dir(folder)
        .expect("a folder of src")
        .flatten()
        .map(|file| file.path())
    {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if name == "tests" || name.ends_with("_tests") {
            continue;
        }
        if path.is_dir() {
            walk(&path, reader);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file of src");
            reader.file = path.display().to_string();
            reader.visit_file(&syn::parse_file(&text).expect("Rust"));
        }
    }
}

#[derive(Default)]
struct Reader {
    file: String,
    found: Literals,
}

impl Reader {
    fn key(&mut self, given: &syn::Expr) {
        // `Text::new(if … { "a" } else { "b" })` names two keys; `format!` makes one from parts.
        let mut inside = Inside::default();
        inside.visit_expr(given);
        for key in inside.0 {
            self.found.keys.insert((key, self.file.clone()));
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.found.all.insert(text.value());
                    }
                }
                _ => {}
            }
        }
    }
}

/// The texts of an expression that are its value, not those of its conditions.
#[derive(Default)]
struct Inside(Vec<String>);

impl<'ast> Visit<'ast> for Inside {
    fn visit_expr_if(&mut self, choice: &'ast syn::ExprIf) {
        self.visit_block(&choice.then_branch);
        if let Some((_, otherwise)) = &choice.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push(text.value());
    }

    fn visit_expr_call(&mut self, _: &'ast syn::ExprCall) {
        // What is given to another function is not the key.
    }

    fn visit_expr_method_call(&mut self, _: &'ast syn::ExprMethodCall) {}

    fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
        for arm in &choice.arms {
            self.visit_expr(&arm.body);
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {
        // Doc comments are texts too, but name no keys.
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.found.all.insert(text.value());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = call.func.as_ref() {
            let mut last: Vec<String> = function
                .path
                .segments
                .iter()
                .rev()
                .take(2)
                .map(|segment| segment.ident.to_string())
                .collect();
            last.reverse();
            if last == ["Text", "new"]
                && let Some(first) = call.args.first()
            {
                self.key(first);
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let method = call.method.to_string();
        let keyed = match method.as_str() {
            "word" => call.args.len() == 1,
            // A card's lines: the title's key, then what is said.
            "line" | "lines" => call.args.len() == 2,
            _ => false,
        };
        if let (true, Some(first)) = (keyed, call.args.first()) {
            self.key(first);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if matches!(&field.member, syn::Member::Named(name) if name == "title") {
            self.key(&field.expr);
        }
        visit::visit_field_value(self, field);
    }
}
