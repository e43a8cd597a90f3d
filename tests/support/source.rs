//! Reads Rust source with `syn` and says what it names: every path in it, whether in a `use`, a type, an
//! expression, an attribute or the tokens of a macro, made absolute from where it stands.

use proc_macro2::{Span, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// One place that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What is named, from `crate` or from the name of another crate: `crate::domain::dn::Dn`,
    /// `std::fs::write`; `*` at its end for a glob.
    pub path: Vec<String>,
    /// Line in the file, from 1.
    pub line: usize,
    /// Whether it stands in test code.
    pub in_test: bool,
    /// Whether a macro is called by this path.
    pub is_macro: bool,
    /// Whether its beginning is known: from a `use`, or of two segments at least. A single unknown word is
    /// a variable more often than a crate.
    pub rooted: bool,
}

/// A file of the crate.
#[derive(Debug)]
pub struct Source {
    /// Path below `src`, with `/`.
    pub file: String,
    /// How many lines it has.
    pub lines: usize,
    /// What it names.
    pub references: Vec<Reference>,
}

/// Reads every `.rs` file below a folder.
///
/// # Panics
/// Where one cannot be read or is not Rust.
pub fn read_all(src: &Path) -> Vec<Source> {
    let mut files = BTreeMap::new();
    collect(src, src, &mut files);
    parse_all(&files)
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("below the root");
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            files.insert(name.display().to_string(), text);
        }
    }
}

/// Reads files given as name below `src` and text.
///
/// # Panics
/// Where one is not Rust.
pub fn parse_all(files: &BTreeMap<String, String>) -> Vec<Source> {
    let parsed: Vec<(&String, usize, syn::File)> = files
        .iter()
        .map(|(name, text)| {
            let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, text.lines().count(), file)
        })
        .collect();
    // Who is whose module, and which files are test code, is written in the parents.
    let mut modules = Modules::default();
    for (name, _, file) in &parsed {
        modules.declare(name, &modules.of(name), false, &file.items);
    }
    for _ in 0..3 {
        // A test module's own files are test code too.
        for (name, _, file) in &parsed {
            let in_test = modules.tests.contains(*name);
            modules.declare(name, &modules.of(name), in_test, &file.items);
        }
    }
    parsed
        .iter()
        .map(|(name, lines, file)| Source {
            file: (*name).clone(),
            lines: *lines,
            references: references(name, file, &modules),
        })
        .collect()
}

/// Which file is which module.
#[derive(Debug, Default)]
struct Modules {
    /// Files whose module a `#[path]` decides.
    named: BTreeMap<String, Vec<String>>,
    /// Files that are compiled for tests only.
    tests: BTreeSet<String>,
    /// All modules.
    all: BTreeSet<Vec<String>>,
}

impl Modules {
    /// The absolute module path of a file: `domain/dn.rs` is `crate::domain::dn`.
    fn of(&self, file: &str) -> Vec<String> {
        if let Some(path) = self.named.get(file) {
            return path.clone();
        }
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        let mut path = vec!["crate".to_owned()];
        path.extend(stem.split('/').map(str::to_owned));
        if matches!(
            path.last().map(String::as_str),
            Some("mod" | "lib" | "main")
        ) {
            path.pop();
        }
        path
    }

    fn declare(&mut self, file: &str, module: &[String], in_test: bool, items: &[syn::Item]) {
        self.all.insert(module.to_vec());
        for item in items {
            let syn::Item::Mod(item) = item else {
                continue;
            };
            let child = join(module, [item.ident.to_string()]);
            let in_test = in_test || is_test(&item.attrs);
            if let Some((_, items)) = &item.content {
                self.declare(file, &child, in_test, items);
                continue;
            }
            self.all.insert(child.clone());
            let folder = Path::new(file).parent().unwrap_or(Path::new(""));
            let mut files: Vec<PathBuf> = Vec::new();
            if let Some(path) = path_attribute(&item.attrs) {
                self.named
                    .insert(folder.join(&path).display().to_string(), child.clone());
                files.push(folder.join(path));
            } else {
                let base = child[1..].join("/");
                files.push(format!("{base}.rs").into());
                files.push(format!("{base}/mod.rs").into());
            }
            if in_test {
                self.tests
                    .extend(files.iter().map(|file| file.display().to_string()));
            }
        }
    }
}

fn join(module: &[String], more: impl IntoIterator<Item = String>) -> Vec<String> {
    module.iter().cloned().chain(more).collect()
}

/// Whether the attributes hold `#[cfg(test)]`, also as a part of `all(…)`, or `#[test]` of any kind.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        let last = last.map(|segment| segment.ident.to_string());
        match (last.as_deref(), &attribute.meta) {
            (Some("test"), _) => true,
            (Some("cfg"), syn::Meta::List(list)) => {
                let text = list.tokens.to_string();
                !text.contains("not")
                    && !text.starts_with("any")
                    && text
                        .split(|c: char| !c.is_alphanumeric())
                        .any(|word| word == "test")
            }
            _ => false,
        }
    })
}

fn path_attribute(attributes: &[syn::Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) if pair.path.is_ident("path") => Some(text.value()),
            _ => None,
        }
    })
}

fn references(name: &str, file: &syn::File, modules: &Modules) -> Vec<Reference> {
    let mut reader = Reader {
        modules,
        module: modules.of(name),
        in_test: modules.tests.contains(name),
        imports: BTreeMap::new(),
        importing: true,
        found: Vec::new(),
    };
    // Imports first: a name may be used above the line that brings it in.
    reader.visit_file(file);
    reader.importing = false;
    reader.found.clear();
    reader.visit_file(file);
    reader.found
}

struct Reader<'a> {
    modules: &'a Modules,
    module: Vec<String>,
    in_test: bool,
    /// Name brought in by a `use`, by module, and what it stands for.
    imports: BTreeMap<(Vec<String>, String), Vec<String>>,
    importing: bool,
    found: Vec<Reference>,
}

impl Reader<'_> {
    /// Makes a path absolute; the flag tells whether its beginning is known.
    fn resolve(&self, segments: &[String], external: bool) -> (Vec<String>, bool) {
        let Some(first) = segments.first() else {
            return (Vec::new(), false);
        };
        let many = segments.len() > 1;
        if external {
            return (segments.to_vec(), true);
        }
        let rest = || segments[1..].iter().cloned();
        match first.as_str() {
            "crate" | "entctl" => (join(&["crate".to_owned()], rest()), true),
            "self" if many => (join(&self.module, rest()), true),
            "super" => {
                let up = segments.iter().take_while(|s| *s == "super").count();
                let keep = self.module.len().saturating_sub(up).max(1);
                let rest = segments[up..].iter().cloned();
                (join(&self.module[..keep], rest), true)
            }
            _ => {
                let key = (self.module.clone(), first.clone());
                if let Some(target) = self.imports.get(&key) {
                    return (join(target, rest()), true);
                }
                let child = join(&self.module, [first.clone()]);
                if self.modules.all.contains(&child) {
                    return (join(&child, rest()), true);
                }
                (segments.to_vec(), many)
            }
        }
    }

    fn note(&mut self, segments: &[String], external: bool, span: Span, is_macro: bool) {
        let (path, rooted) = self.resolve(segments, external);
        if !path.is_empty() {
            self.found.push(Reference {
                path,
                line: span.start().line,
                in_test: self.in_test,
                is_macro,
                rooted,
            });
        }
    }

    /// Goes down a `use` tree.
    fn import(&mut self, before: &[String], external: bool, tree: &syn::UseTree) {
        let (name, alias, span) = match tree {
            syn::UseTree::Path(path) => {
                let before = join(before, [path.ident.to_string()]);
                return self.import(&before, external, &path.tree);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(before, external, tree);
                }
                return;
            }
            syn::UseTree::Name(name) => (name.ident.to_string(), None, name.ident.span()),
            syn::UseTree::Rename(rename) => (
                rename.ident.to_string(),
                Some(rename.rename.to_string()),
                rename.ident.span(),
            ),
            syn::UseTree::Glob(glob) => ("*".to_owned(), None, glob.star_token.spans[0]),
        };
        let full = match name.as_str() {
            "self" => before.to_vec(),
            _ => join(before, [name.clone()]),
        };
        // `use x;` must not resolve `x` by the very import it makes.
        let alias = alias.or_else(|| full.last().cloned()).unwrap_or_default();
        let key = (self.module.clone(), alias);
        let own = self.imports.remove(&key);
        let (path, _) = self.resolve(&full, external);
        if self.importing && name != "*" {
            self.imports.insert(key, path.clone());
        } else if let Some(own) = own {
            self.imports.insert(key, own);
        }
        self.found.push(Reference {
            path,
            line: span.start().line,
            in_test: self.in_test,
            is_macro: false,
            rooted: true,
        });
    }

    /// Finds paths in tokens that `syn` does not parse: the arguments of macros and attributes.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let punct = |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == wanted);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let external = at >= 2 && punct(at - 1, ':') && punct(at - 2, ':');
                    let mut segments = vec![ident.to_string()];
                    while let (true, true, Some(TokenTree::Ident(next))) =
                        (punct(at + 1, ':'), punct(at + 2, ':'), tokens.get(at + 3))
                    {
                        segments.push(next.to_string());
                        at += 3;
                    }
                    let is_macro = punct(at + 1, '!') && !punct(at + 2, '=');
                    self.note(&segments, external, ident.span(), is_macro);
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads something that may be test code.
    fn within(&mut self, attributes: &[syn::Attribute], read: impl FnOnce(&mut Self)) {
        let before = self.in_test;
        self.in_test = before || is_test(attributes);
        read(self);
        self.in_test = before;
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within(&item.attrs, |reader| {
            reader.module.push(item.ident.to_string());
            visit::visit_item_mod(reader, item);
            reader.module.pop();
        });
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(&item.attrs, |reader| visit::visit_item_fn(reader, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within(&item.attrs, |reader| visit::visit_item_impl(reader, item));
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.within(&item.attrs, |reader| {
            reader.import(&[], item.leading_colon.is_some(), &item.tree);
        });
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.note(
            &[item.ident.to_string(), "*".into()],
            true,
            item.ident.span(),
            false,
        );
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.note(
                &segments,
                path.leading_colon.is_some(),
                first.ident.span(),
                false,
            );
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let segments: Vec<String> = call
            .path
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect();
        if let Some(first) = call.path.segments.first() {
            self.note(
                &segments,
                call.path.leading_colon.is_some(),
                first.ident.span(),
                true,
            );
        }
        self.tokens(call.tokens.clone());
    }

    fn visit_token_stream(&mut self, tokens: &'ast TokenStream) {
        self.tokens(tokens.clone());
    }
}
