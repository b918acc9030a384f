//! The catalogue as a page of the documentation, in Markdown.

use std::fmt::Write;

use super::{FAULTS, Family, FaultCard};

const HEAD: &str = "# Catalogue of faults

`flowbench faults --kinds` prints these cards with the ranges and defaults of their parameters. What all
faults have in common stands in [Scenarios and faults](scenarios.md).
";

/// Every card, by family.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for family in Family::ALL {
        let _ = write!(page, "\n## {}\n", family.title());
        for card in FAULTS.iter().filter(|card| card.family == family) {
            write_card(&mut page, card);
        }
    }
    page
}

fn write_card(page: &mut String, card: &FaultCard) {
    let outcomes: Vec<&str> = card.outcomes.iter().map(|outcome| outcome.words()).collect();
    let (strikes, outcomes) = (card.target.words(), outcomes.join(", "));
    let _ = write!(page, "\n### {} {}\n\n", card.code, card.title);
    let _ = write!(page, "`{}` strikes {strikes}: {outcomes}.\n\n", card.word);
    let _ = writeln!(page, "{}", card.happens);
    let texts = [
        ("What one sees", card.seen),
        ("Where it happens", card.reality),
        ("What helps", card.helps),
        ("What is left out", card.left_out),
    ];
    for (title, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        let _ = write!(page, "\n*{title}:* {text}\n");
    }
    if !card.parameters.is_empty() {
        page.push_str("\n| Parameter | What it means |\n|---|---|\n");
    }
    for parameter in card.parameters {
        let _ = writeln!(page, "| `{}` | {} |", parameter.name, parameter.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_every_parameter_stands_on_the_page() {
        let page = page();
        for card in FAULTS {
            assert!(page.contains(&format!("\n### {} {}\n", card.code, card.title)));
            for parameter in card.parameters {
                assert!(page.contains(&format!("| `{}` | ", parameter.name)), "{}", card.code);
            }
        }
        assert_eq!(page.matches("\n### ").count(), FAULTS.len());
        assert!(page.contains("*What is left out:*"));
    }
}
