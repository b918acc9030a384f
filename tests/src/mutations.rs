//! Hostile files: each sample with something deleted, doubled, swapped or replaced. Reading one
//! never panics, and a refusal always names a place inside the file.

use flowbench_model::formats::native;
use proptest::prelude::*;

use crate::places::{sample_designs, text};

/// What happens to a text between two places.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    Delete,
    Double,
    Reverse,
    CutOff,
    Insert(&'static str),
}

/// Pieces that readers stumble over.
const PIECES: [&str; 16] = [
    "(", ")", "[", "]", "{", "}", "\"", "'", ",", ":", "Some(", "/*", "-1e999", "\u{0}", "🦀",
    "r#\"",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        Just(Mutation::Delete),
        Just(Mutation::Double),
        Just(Mutation::Reverse),
        Just(Mutation::CutOff),
        proptest::sample::select(PIECES.to_vec()).prop_map(Mutation::Insert),
    ]
}

fn mutated(text: &str, mutation: Mutation, start: usize, length: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let start = start % chars.len();
    let end = (start + length).min(chars.len());
    let (before, middle, after) = (&chars[..start], &chars[start..end], &chars[end..]);
    let middle: Vec<char> = match mutation {
        Mutation::Delete => Vec::new(),
        Mutation::Double => [middle, middle].concat(),
        Mutation::Reverse => middle.iter().rev().copied().collect(),
        Mutation::CutOff => return before.iter().collect(),
        Mutation::Insert(piece) => piece.chars().collect(),
    };
    before.iter().chain(&middle).chain(after).collect()
}

/// Reads the text; a refusal must point into it.
fn check(text: &str) {
    match native::read(text) {
        Ok(document) => {
            native::read(&native::write(&document.design)).expect("what is written can be read");
        }
        Err(error) => {
            let lines = text.split('\n').count();
            assert!((1..=lines).contains(&error.line), "line {} of {lines}: {error}", error.line);
            let line = text.split('\n').nth(error.line - 1).unwrap_or_default();
            let width = line.chars().count() + 1;
            assert!((1..=width).contains(&error.column), "column {}: {error}", error.column);
            assert!(!error.problem.to_string().is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_mutated_sample_is_read_or_refused_with_a_place(
        sample in 0usize..100,
        mutation in mutation(),
        start in 0usize..100_000,
        length in 1usize..40,
    ) {
        let designs = sample_designs();
        let text = text(&designs[sample % designs.len()]);
        check(&mutated(&text, mutation, start, length));
    }
}

#[test]
fn an_empty_file_and_a_file_of_nonsense_are_refused_with_a_place() {
    for text in ["", "\n\n", "()", "(format: 1)", "(format: 99)", "hello", "\u{feff}", "((((((((("]
    {
        assert!(native::read(text).is_err(), "{text:?}");
        check(text);
    }
}
