//! Pages of the documentation that are made from data say what the data says.

use std::{env, fs};

use flowbench_model::conformance;
use flowbench_model::faults;
use flowbench_model::lint;
use flowbench_model::preset::card;

use crate::places::{text, top};

/// Set to write the pages anew instead of comparing with them.
const UPDATE: &str = "UPDATE_GOLDEN";

fn is_up_to_date(page: &str, made: &str) {
    let path = top().join("docs").join(page);
    if env::var_os(UPDATE).is_some() {
        fs::write(&path, made).expect("a page can be written");
        return;
    }
    assert!(
        path.exists() && text(&path) == made,
        "docs/{page} is out of date: run the tests with {UPDATE}=1"
    );
}

#[test]
fn golden_page_of_presets() {
    is_up_to_date("presets.md", &card::page(&conformance::cases()));
}

#[test]
fn golden_page_of_faults() {
    is_up_to_date("faults.md", &faults::page::page());
}

#[test]
fn golden_page_of_conformance() {
    is_up_to_date("conformance.md", &conformance::markdown(&conformance::cases()));
}

#[test]
fn golden_page_of_lints() {
    is_up_to_date("lints.md", &lint::page::page());
}
