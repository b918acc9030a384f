//! Texts that nobody would write, for every importer: none may panic, take more than two seconds
//! or 200 MB. `cargo bench -p flowbench-model --bench fuzz -- TARGET SECONDS [SEED]`
//!
//! Texts of `tests/corpus/TARGET` are mutated, by a generator that a seed decides. One that makes
//! an importer say what none said before is kept, shortened, in that folder, where the tests read
//! it again; what fails is kept in `target/fuzz`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a program that reads files, measures and prints"
)]

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flowbench_model::finding::Severity;
use flowbench_model::formats::asyncapi::{self, Given, Syntax, View};
use flowbench_model::formats::eventcatalog::{self, Source};
use flowbench_model::formats::native;
use flowbench_model::formats::topology::TOPOLOGIES;
use flowbench_model::schema::Schemas;

/// An importer.
struct Target {
    name: &'static str,
    ending: &'static str,
    /// Takes a text, and says in short what came of it.
    take: fn(&str) -> BTreeSet<String>,
}

const TARGETS: &[Target] = &[
    Target { name: "asyncapi-yaml", ending: "yaml", take: take_asyncapi },
    Target { name: "asyncapi-json", ending: "json", take: take_asyncapi },
    Target { name: "native", ending: "ron", take: take_native },
    Target { name: "rabbitmq", ending: "json", take: |text| take_topology("rabbitmq", text) },
    Target { name: "kafka", ending: "txt", take: |text| take_topology("kafka", text) },
    Target { name: "eventcatalog", ending: "txt", take: take_catalog },
];

const LONGEST: Duration = Duration::from_secs(2);
const MOST_KILOBYTES: u64 = 200_000;
/// Texts are cut off there, in bytes.
const LARGEST: usize = 64 << 10;
/// Texts of a corpus that are kept, at most.
const MOST_KEPT: usize = 48;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let seconds = words.get(1).and_then(|it| it.parse().ok()).unwrap_or(1);
    let seed = words.get(2).and_then(|it| it.parse().ok()).unwrap_or(1);
    let asked = words.first().map(String::as_str);
    for target in TARGETS.iter().filter(|it| asked.is_none_or(|asked| asked == it.name)) {
        Session::new(target, seed).run(Duration::from_secs(seconds));
    }
}

/// What an import says: the codes of its findings, and whether the design survives an export.
fn take_asyncapi(text: &str) -> BTreeSet<String> {
    let given = |file: &str, text: &str| {
        let (file, text) = (file.to_owned(), text.to_owned());
        vec![Given { file, text, view: View::Application }]
    };
    let mut open = |name: &str| match name.len() {
        0..12 => Ok(text.to_owned()),
        _ => Err("there is no such file".to_owned()),
    };
    let imported = asyncapi::import(&given("given", text), &mut open);
    let mut said: BTreeSet<String> = imported
        .findings
        .iter()
        .map(|it| format!("{} {}", it.finding.code, it.finding.severity))
        .collect();
    let is_clean = imported.findings.iter().all(|it| it.finding.severity != Severity::Error);
    let stored = native::write(&imported.design);
    assert!(native::read(&stored).is_ok(), "what is written can be read");
    if imported.documents.is_empty() {
        return said;
    }
    let exported = asyncapi::export(&imported.design, &Schemas::new(), Syntax::Yaml);
    for file in &exported.files {
        let mut none = |_: &str| Err(String::new());
        let again = asyncapi::import(&given(&file.name, &file.text), &mut none);
        if is_clean && again.design != imported.design {
            said.insert("differs after an export".to_owned());
        }
    }
    said
}

fn take_native(text: &str) -> BTreeSet<String> {
    match native::read(text) {
        Ok(document) => {
            let again = native::read(&native::write(&document.design));
            assert!(again.is_ok(), "what is written can be read");
            let findings = flowbench_model::lint::findings(&document.design);
            findings.iter().map(|it| it.code.to_owned()).collect()
        }
        Err(error) => BTreeSet::from([first_words(&error.problem.to_string())]),
    }
}

fn take_topology(name: &str, text: &str) -> BTreeSet<String> {
    let format = TOPOLOGIES.iter().find(|it| it.name == name);
    let format = format.expect("invariant: the table has this format");
    let imported = match (format.read)(text) {
        Ok(imported) => imported,
        Err(complaint) => return BTreeSet::from([first_words(&complaint.sentence)]),
    };
    let again = native::read(&native::write(&imported.design));
    assert!(again.is_ok(), "what is written can be read");
    if let Some(write) = format.write {
        assert!((format.read)(&write(&imported.design).0).is_ok(), "what is written can be read");
    }
    imported.findings.iter().map(|it| first_words(&it.1.sentence)).collect()
}

/// A folder in one text: a line with `===` begins a file.
fn take_catalog(text: &str) -> BTreeSet<String> {
    let parts = text.split("=== ").filter_map(|it| it.split_once('\n'));
    let files: Vec<Source> = parts
        .map(|(path, text)| Source { path: path.trim().to_owned(), text: text.to_owned() })
        .collect();
    let imported = eventcatalog::import("Catalog", &files);
    let again = native::read(&native::write(&imported.design));
    assert!(again.is_ok(), "what is written can be read");
    let _ = eventcatalog::export_into(&imported.design, &imported.schemas, &files);
    imported.findings.iter().map(|it| first_words(&it.finding.sentence)).collect()
}

/// The words of a sentence up to the first that comes from the text.
fn first_words(sentence: &str) -> String {
    let is_word = |it: &&str| it.chars().all(|it| it.is_ascii_lowercase());
    sentence.split(' ').take_while(is_word).take(4).collect::<Vec<_>>().join(" ")
}

/// Ten minutes with an importer.
struct Session<'a> {
    target: &'a Target,
    corpus: Vec<String>,
    known: BTreeSet<String>,
    /// New ones, which are kept in the end.
    found: Vec<String>,
    luck: Luck,
    failures: usize,
    differing: usize,
    slowest: Duration,
    most_kilobytes: u64,
}

impl<'a> Session<'a> {
    fn new(target: &'a Target, seed: u64) -> Session<'a> {
        let mut session = Session {
            target,
            corpus: texts(&corpus_folder(target)),
            known: BTreeSet::new(),
            found: Vec::new(),
            luck: Luck(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            failures: 0,
            differing: 0,
            slowest: Duration::ZERO,
            most_kilobytes: 0,
        };
        if target.name == "native" {
            session.corpus.extend(texts(&top().join("samples")));
        }
        for text in session.corpus.clone() {
            session.take(&text);
        }
        session.found.clear();
        session
    }

    fn run(&mut self, time: Duration) {
        std::panic::set_hook(Box::new(|_| {}));
        let (begun, mut count) = (Instant::now(), 0u64);
        while begun.elapsed() < time {
            let text = self.mutated();
            if self.take(&text) {
                self.corpus.push(text);
            }
            count += 1;
        }
        self.keep();
        println!(
            "{}: {count} texts in {} s, {} failed, {} differ after an export, {} new, slowest {} ms, most memory {} MB",
            self.target.name,
            begun.elapsed().as_secs(),
            self.failures,
            self.differing,
            self.found.len(),
            self.slowest.as_millis(),
            self.most_kilobytes / 1000,
        );
    }

    /// Lets the importer take a text; whether it said something new.
    fn take(&mut self, text: &str) -> bool {
        // So that it is there if the process dies of it.
        self.save("last", text);
        // Lets the peak begin again.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let begun = Instant::now();
        let said = catch_unwind(AssertUnwindSafe(|| (self.target.take)(text)));
        let taken = begun.elapsed();
        let kilobytes = peak();
        self.slowest = self.slowest.max(taken);
        self.most_kilobytes = self.most_kilobytes.max(kilobytes);
        let said = match said {
            Ok(said) if taken <= LONGEST && kilobytes <= MOST_KILOBYTES => said,
            _ => {
                self.failures += 1;
                self.save(&format!("failed-{}", self.failures), text);
                println!("failed after {taken:?} with {kilobytes} kB");
                return false;
            }
        };
        if said.contains("differs after an export") {
            self.differing += 1;
            if self.differing < 100 {
                self.save(&format!("differs-{}", self.differing), text);
            }
        }
        let is_new = said.iter().any(|it| !self.known.contains(it));
        self.known.extend(said);
        if is_new {
            self.found.push(text.to_owned());
        }
        is_new
    }

    fn save(&self, name: &str, text: &str) {
        let folder = top().join("target/fuzz");
        let path = folder.join(format!("{}-{name}.{}", self.target.name, self.target.ending));
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    }

    /// Writes what was new into the corpus, as short as it says the same.
    fn keep(&self) {
        let folder = corpus_folder(self.target);
        let known = texts(&folder).len();
        for (number, text) in self.found.iter().enumerate().take(MOST_KEPT.saturating_sub(known)) {
            let text = shortened(text, self.target);
            let name = format!("found-{:03}.{}", known + number, self.target.ending);
            let _ = fs::write(folder.join(name), text);
        }
    }

    fn mutated(&mut self) -> String {
        let at = self.luck.below(self.corpus.len());
        let mut text = self.corpus[at].clone();
        for _ in 0..=self.luck.below(6) {
            let other = self.luck.below(self.corpus.len());
            text = self.luck.changed(&text, &self.corpus[other]);
            if text.len() > LARGEST {
                let end = (0..=LARGEST).rev().find(|it| text.is_char_boundary(*it));
                text.truncate(end.unwrap_or(0));
            }
        }
        text
    }
}

/// Without the lines that make no difference.
fn shortened(text: &str, target: &Target) -> String {
    let said = (target.take)(text);
    let mut lines: Vec<&str> = text.lines().collect();
    let mut size = lines.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < lines.len() {
            let end = (at + size).min(lines.len());
            let without: Vec<&str> = [&lines[..at], &lines[end..]].concat();
            if (target.take)(&without.join("\n")) == said {
                lines = without;
            } else {
                at = end;
            }
        }
        size /= 2;
    }
    lines.join("\n")
}

/// Where chance comes from.
struct Luck(u64);

/// Pieces that readers stumble over.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ": ",
    "- ",
    ",",
    "\"",
    "'",
    "\n",
    "\n  ",
    "\t",
    "#",
    "&a ",
    "*a",
    "<<: *a\n",
    "? ",
    "| ",
    ">-\n",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "!!str ",
    "!!float ",
    "!x ",
    "~",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "-0.0",
    "18446744073709551616",
    "0x",
    "PT1S",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "🦀",
    "\\u0000",
    "\\ud800",
    "%25",
    "..",
    "/",
    "~1",
    "~0",
    "$ref: '#'",
    "\"$ref\": \"#\"",
    "$ref: '#/components/schemas/a'",
    "$ref: other.yaml",
    "asyncapi: 2.6.0\n",
    "asyncapi: 3.0.0\n",
    "channels:",
    "operations:",
    "components:",
    "messages:",
    "payload:",
    "traits:",
    "oneOf:",
    "reply:",
    "bindings:",
    "kafka:",
    "examples:",
    "parameters:",
    "servers:",
    "x-retry:",
    "Some(",
    "r#\"",
    "/*",
    "*/",
    "None",
    "\"-> \"",
];

impl Luck {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }

    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
    }

    fn range(&mut self, text: &str, most: usize) -> (usize, usize) {
        let start = self.place(text);
        let end = (start + self.below(most)).min(text.len());
        let end = (end..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len());
        (start, end)
    }

    fn changed(&mut self, text: &str, other: &str) -> String {
        match self.below(9) {
            0 => self.with_line_of(text, other),
            1 => self.with_line_of(text, text),
            2 => self.without_line(text),
            kind => {
                let (start, end) = self.range(text, 30);
                let (before, middle, after) = (&text[..start], &text[start..end], &text[end..]);
                let middle = match kind {
                    3 => String::new(),
                    4 => middle.repeat(2),
                    5 => middle.repeat(1 + self.below(400)),
                    6 => format!("{}{middle}", PIECES[self.below(PIECES.len())]),
                    7 => PIECES[self.below(PIECES.len())].to_owned(),
                    _ => {
                        let (start, end) = self.range(other, 300);
                        other[start..end].to_owned()
                    }
                };
                format!("{before}{middle}{after}")
            }
        }
    }

    /// With some lines of another text, or of its own, somewhere.
    fn with_line_of(&mut self, text: &str, other: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        let others: Vec<&str> = other.lines().collect();
        let start = self.below(others.len());
        let end = (start + 1 + self.below(4)).min(others.len());
        let at = self.below(lines.len() + 1);
        lines.splice(at..at, others[start..end].iter().copied());
        lines.join("\n")
    }

    fn without_line(&mut self, text: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        let at = self.below(lines.len());
        if at < lines.len() {
            lines.remove(at);
        }
        lines.join("\n")
    }
}

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

fn corpus_folder(target: &Target) -> PathBuf {
    top().join("tests/corpus").join(target.name)
}

/// The texts of a folder, and of folders in it.
fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|it| it.path()).collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        if path.is_dir() {
            texts.extend(texts_of_designs(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    texts
}

fn texts_of_designs(folder: &Path) -> Option<String> {
    fs::read_to_string(folder.join("design.ron")).ok()
}
