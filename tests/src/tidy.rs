//! The shape of the code, held by machine: sizes, headers, arrows between crates and modules, and
//! what must not stand in any file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::places::{files, sample_folders, shown, text, top};
use crate::source::{code_only, functions, without_tests};

const CRATES: [&str; 4] = ["app", "model", "simulator", "tests"];
const COLUMNS: usize = 100;
const FILE_LINES: usize = 500;
/// Tables with a row for each thing, which would not read better in pieces.
const TABLES: [&str; 1] = ["app/src/command_table.rs"];
const FUNCTION_LINES: usize = 60;

/// One Rust file: where it is, its text, and the part that is shipped.
struct Source {
    name: String,
    text: String,
    shipped: String,
}

fn sources() -> Vec<Source> {
    CRATES
        .iter()
        .flat_map(|folder| files(&top().join(folder), &[".rs"]))
        .map(|path| source(&path))
        .collect()
}

fn source(path: &Path) -> Source {
    let name = shown(path);
    let text = text(path);
    let shipped = if is_beside(&name) { String::new() } else { without_tests(&code_only(&text)) };
    Source { name, text, shipped }
}

/// Whether a file is no part of the program: tests, benchmarks, examples.
fn is_beside(name: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/examples/"];
    let is_in_one = folders.iter().any(|folder| name.contains(folder));
    is_in_one || name.starts_with("tests/") || name.ends_with("/tests.rs")
}

/// Fails with all complaints at once, so that one run shows everything.
fn complain(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_file_says_first_what_it_holds() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    complain(silent.map(|source| format!("{}: begin with `//!`", source.name)).collect());
}

#[test]
fn no_line_is_wider_than_the_page() {
    let mut complaints = Vec::new();
    for source in sources() {
        let code = code_only(&source.text);
        for (index, (line, code)) in source.text.lines().zip(code.lines()).enumerate() {
            let width = line.chars().count();
            // A text may be longer: nobody is helped by one in pieces.
            let is_comment = line.trim_start().starts_with("//");
            let is_text = line.contains('"') || code.trim().is_empty() && !is_comment;
            if width > COLUMNS && !is_text {
                complaints.push(format!("{}:{}: {width} columns", source.name, index + 1));
            }
        }
    }
    complain(complaints);
}

#[test]
fn no_file_is_longer_than_it_can_be_read() {
    let mut complaints = Vec::new();
    for source in sources() {
        let lines = source.shipped.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > FILE_LINES && !TABLES.contains(&&source.name[..]) {
            complaints.push(format!("{}: {lines} lines of code", source.name));
        }
    }
    complain(complaints);
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut complaints = Vec::new();
    for source in sources() {
        for function in functions(&source.shipped) {
            if function.lines > FUNCTION_LINES {
                complaints.push(format!(
                    "{}:{}: `{}` has {} lines",
                    source.name, function.line, function.name, function.lines
                ));
            }
        }
    }
    complain(complaints);
}

#[test]
fn shipped_code_never_unwraps() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (index, line) in source.shipped.lines().enumerate() {
            if line.contains(".unwrap()") {
                complaints.push(format!("{}:{}: unwrap", source.name, index + 1));
            }
        }
    }
    complain(complaints);
}

#[test]
fn no_file_names_a_machine_or_puts_work_off() {
    // Assembled here, so that this file does not hold what it forbids.
    let forbidden = [
        ["/ho", "me/"],
        ["/ro", "ot/"],
        ["/wo", "rk/"],
        ["/Us", "ers/"],
        ["TO", "DO"],
        ["FIX", "ME"],
    ]
    .map(|halves| halves.concat());
    let mut complaints = Vec::new();
    for path in texts() {
        for (index, line) in text(&path).lines().enumerate() {
            for word in forbidden.iter().filter(|word| line.contains(word.as_str())) {
                complaints.push(format!("{}:{}: `{word}`", shown(&path), index + 1));
            }
        }
    }
    complain(complaints);
}

/// All text that is written by hand.
fn texts() -> Vec<PathBuf> {
    let endings = [".rs", ".md", ".ron", ".json", ".toml", ".sh", ".txt", "run"];
    ["app", "model", "simulator", "tests", "samples", "docs", "assets", ".ci"]
        .iter()
        .map(|folder| top().join(folder))
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| files(&folder, &endings))
        .chain(
            ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Cargo.toml"].map(|n| top().join(n)),
        )
        .collect()
}

#[test]
fn the_screen_library_stays_in_the_screen() {
    let mut complaints = Vec::new();
    for source in sources() {
        let is_outside = !source.name.starts_with("app/src/gui");
        for (index, line) in source.shipped.lines().enumerate() {
            if is_outside && (line.contains("egui::") || line.contains("eframe::")) {
                complaints.push(format!("{}:{}: egui outside app/src/gui", source.name, index + 1));
            }
        }
    }
    complain(complaints);
}

#[test]
fn model_and_simulator_depend_on_no_screen() {
    for package in ["flowbench-model", "flowbench-simulator"] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "-p", package])
            .current_dir(top())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8_lossy(&output.stdout);
        assert!(tree.starts_with(package), "{tree}");
        for line in tree.lines() {
            let name = line.split_whitespace().next().unwrap_or_default();
            let is_screen = ["egui", "eframe", "winit", "epaint", "flowbench"].contains(&name);
            assert!(!is_screen, "{package} depends on {line}");
        }
    }
}

#[test]
fn modules_of_a_crate_form_a_tree_without_cycles() {
    let mut complaints = Vec::new();
    for folder in CRATES {
        let root = top().join(folder).join("src");
        let modules: Vec<(Vec<String>, String)> = files(&root, &[".rs"])
            .iter()
            .map(|path| (module_path(&root, path), source(path).shipped))
            .collect();
        for (level, arrows) in arrows_by_level(&modules) {
            if let Some(cycle) = cycle_in(&arrows) {
                complaints.push(format!("{folder}: {level}: {}", cycle.join(" -> ")));
            }
        }
    }
    complain(complaints);
}

/// `src/a/b.rs` is `[a, b]`; the root and `mod.rs` add nothing.
fn module_path(root: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(root).expect("the file lies below its root");
    let mut parts: Vec<String> = relative
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if matches!(parts.last().map(String::as_str), Some("lib" | "main" | "mod" | "all" | "brokers"))
    {
        parts.pop();
    }
    parts
}

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// For each module, which of its children use which others (through whatever lies below them).
fn arrows_by_level(modules: &[(Vec<String>, String)]) -> BTreeMap<String, Arrows> {
    let names: BTreeSet<&Vec<String>> = modules.iter().map(|(path, _)| path).collect();
    let mut levels: BTreeMap<String, Arrows> = BTreeMap::new();
    for (path, code) in modules {
        for used in used_paths(path, code) {
            let known = (0..=used.len())
                .rev()
                .map(|length| used[..length].to_vec())
                .find(|prefix| names.contains(prefix));
            let Some(known) = known else { continue };
            let shared = path.iter().zip(&known).take_while(|(a, b)| a == b).count();
            if shared < path.len() && shared < known.len() {
                let level = format!("crate::{}", path[..shared].join("::"));
                let arrows = levels.entry(level).or_default();
                arrows.entry(path[shared].clone()).or_default().insert(known[shared].clone());
            }
        }
    }
    levels
}

/// The paths that begin with `crate::` or `super::`, from the root of the crate; of a group in
/// braces each member.
fn used_paths(module: &[String], code: &str) -> Vec<Vec<String>> {
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        found.extend(expanded(Vec::new(), &code[at + "crate::".len()..]));
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let ups = repeats(&code[at..], "super::");
        let base = module[..module.len().saturating_sub(ups)].to_vec();
        found.extend(expanded(base, &code[at + ups * "super::".len()..]));
    }
    found
}

/// How often a text begins with a piece.
fn repeats(text: &str, piece: &str) -> usize {
    let mut rest = text;
    let mut count = 0;
    while let Some(shorter) = rest.strip_prefix(piece) {
        rest = shorter;
        count += 1;
    }
    count
}

/// `a::b` below `base`; `{a::b, c}` gives both.
fn expanded(base: Vec<String>, rest: &str) -> Vec<Vec<String>> {
    if let Some(group) = rest.strip_prefix('{') {
        return members(group).iter().flat_map(|part| expanded(base.clone(), part)).collect();
    }
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut path = base;
    let rest = &rest[word.len()..];
    if word.is_empty() || word == "self" {
        return vec![path];
    }
    path.push(word);
    match rest.strip_prefix("::") {
        Some(rest) => expanded(path, rest),
        None => vec![path],
    }
}

/// The members of a group whose opening brace has been read.
fn members(group: &str) -> Vec<String> {
    let mut members = vec![String::new()];
    let mut depth = 0usize;
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => members.push(String::new()),
            ' ' => {}
            _ => {
                depth = match c {
                    '{' => depth + 1,
                    '}' => depth - 1,
                    _ => depth,
                };
                if let Some(member) = members.last_mut() {
                    member.push(c);
                }
            }
        }
    }
    members.retain(|member| !member.is_empty());
    members
}

/// A way round in circles, if there is one.
fn cycle_in(arrows: &Arrows) -> Option<Vec<String>> {
    for start in arrows.keys() {
        let mut trail = vec![start.clone()];
        let mut seen = BTreeSet::new();
        if walk(arrows, start, &mut trail, &mut seen) {
            return Some(trail);
        }
    }
    None
}

/// Whether `trail` can be led back to `start`; if so, it then ends there.
fn walk(
    arrows: &Arrows,
    start: &str,
    trail: &mut Vec<String>,
    seen: &mut BTreeSet<String>,
) -> bool {
    let here = trail.last().cloned().unwrap_or_default();
    for next in arrows.get(&here).into_iter().flatten() {
        if next == start {
            trail.push(next.clone());
            return true;
        }
        if seen.insert(next.clone()) {
            trail.push(next.clone());
            if walk(arrows, start, trail, seen) {
                return true;
            }
            trail.pop();
        }
    }
    false
}

#[test]
fn a_cycle_between_modules_is_found_through_groups_and_parents() {
    let module = |path: &str, code: &str| {
        (path.split("::").map(str::to_owned).collect::<Vec<_>>(), code.to_owned())
    };
    let straight =
        [module("a", "use crate::{b::X, c};"), module("b", "use super::c;"), module("c", "")];
    assert!(arrows_by_level(&straight).values().all(|arrows| cycle_in(arrows).is_none()));
    let round = [
        module("a", "use crate::{c::X, b::{Y, Z}};"),
        module("b", "super::a::f()"),
        module("c", ""),
    ];
    let arrows = &arrows_by_level(&round)["crate::"];
    assert_eq!(cycle_in(arrows), Some(["a", "b", "a"].map(str::to_owned).to_vec()));
}

#[test]
fn the_map_fits_in_one_reading() {
    let lines = text(&top().join("ARCHITECTURE.md")).lines().count();
    assert!(lines <= 200, "ARCHITECTURE.md has {lines} lines; 200 are enough");
}

#[test]
fn every_sample_is_complete_and_listed_in_the_readme() {
    let readme = text(&top().join("README.md"));
    for folder in sample_folders() {
        let name = shown(&folder);
        assert!(readme.contains(&name), "README.md does not list {name}");
        for file in ["design.ron", "page.md", "schemas"] {
            assert!(folder.join(file).exists(), "{name} has no {file}");
        }
    }
}
