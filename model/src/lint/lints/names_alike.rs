//! How names are written, for the rules that compare them.

use std::collections::BTreeMap;

/// A way to write a name of several words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Style {
    /// `OrderPlaced`.
    Pascal,
    /// `orderPlaced`.
    Camel,
    /// `order_placed`.
    Snake,
    /// `order-placed`.
    Kebab,
    /// `order.placed`.
    Dotted,
}

impl Style {
    /// How a name is written; nothing if that is not clear: one word, or several ways at once.
    pub(super) fn of(name: &str) -> Option<Style> {
        let has = |letter: char| name.contains(letter);
        let has_upper = name.chars().any(char::is_uppercase);
        let between = [has('_'), has('-'), has('.')];
        if !name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c)) {
            return None;
        }
        match (between, has_upper) {
            ([false, false, false], true) => {
                let begins_upper = name.starts_with(char::is_uppercase);
                Some(if begins_upper { Style::Pascal } else { Style::Camel })
            }
            ([true, false, false], false) => Some(Style::Snake),
            ([false, true, false], false) => Some(Style::Kebab),
            ([false, false, true], false) => Some(Style::Dotted),
            _ => None,
        }
    }

    /// An example of it.
    pub(super) fn example(self) -> &'static str {
        match self {
            Style::Pascal => "OrderPlaced",
            Style::Camel => "orderPlaced",
            Style::Snake => "order_placed",
            Style::Kebab => "order-placed",
            Style::Dotted => "order.placed",
        }
    }

    /// A name in this style.
    pub(super) fn write(self, name: &str) -> String {
        let words = words(name);
        let capital = |word: &String| {
            let mut letters = word.chars();
            letters.next().map_or(String::new(), |first| {
                first.to_uppercase().collect::<String>() + letters.as_str()
            })
        };
        match self {
            Style::Pascal => words.iter().map(capital).collect(),
            Style::Camel => {
                let rest: String = words.iter().skip(1).map(capital).collect();
                words.first().cloned().unwrap_or_default() + &rest
            }
            Style::Snake => words.join("_"),
            Style::Kebab => words.join("-"),
            Style::Dotted => words.join("."),
        }
    }
}

/// The words of a name, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_upper = true;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            was_upper = true;
            continue;
        }
        if letter.is_uppercase() && !was_upper {
            words.push(String::new());
        }
        was_upper = letter.is_uppercase();
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The style of most of these names, if at least three have one and two thirds of them agree.
pub(super) fn common<'a>(names: impl Iterator<Item = &'a str>) -> Option<Style> {
    let mut counts: BTreeMap<Style, usize> = BTreeMap::new();
    for style in names.filter_map(Style::of) {
        *counts.entry(style).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let most = counts.into_iter().max_by_key(|(style, count)| (*count, std::cmp::Reverse(*style)));
    most.filter(|(_, count)| all >= 3 && count * 3 >= all * 2).map(|(style, _)| style)
}

/// What two names have in common that mean the same: letters and digits in small, without the `s`
/// of a plural.
pub(super) fn core(name: &str) -> String {
    let letters: String =
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.strip_suffix('s').unwrap_or(&letters).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_the_style_that_most_have() {
        assert_eq!(Style::of("OrderPlaced"), Some(Style::Pascal));
        assert_eq!(Style::of("orderPlaced"), Some(Style::Camel));
        assert_eq!(Style::of("order-placed.v1"), None);
        assert_eq!(Style::of("orders"), None);
        assert_eq!(Style::of("Order placed"), None);
        for (style, name) in [
            (Style::Pascal, "OrderPlacedNow"),
            (Style::Camel, "orderPlacedNow"),
            (Style::Snake, "order_placed_now"),
            (Style::Kebab, "order-placed-now"),
            (Style::Dotted, "order.placed.now"),
        ] {
            assert_eq!(style.write("order_PlacedNow"), name);
            assert_eq!(Style::of(name), Some(style));
        }
        assert_eq!(common(["a-b", "c-d", "E"].into_iter()), Some(Style::Kebab));
        assert_eq!(common(["a-b", "c_d", "E"].into_iter()), None);
        assert_eq!(common(["a-b", "c-d"].into_iter()), None, "two are no custom");
        assert_eq!(core("ffc-pay-events"), core("ffcPayEvent"));
    }
}
