//! Texts that match a regular expression, as far as schemas commonly go: letters, classes, groups,
//! alternatives and repetitions. What is beyond that gives no text.

use std::iter::Peekable;
use std::str::Chars;

use crate::schema::draws::Draws;

/// Repetitions without a limit end here.
const MANY: u64 = 4;
/// Groups inside groups, at most.
const DEPTH: usize = 16;
/// Letters of a text, at most.
const LENGTH: usize = 1000;

/// A text that matches; nothing if the pattern is beyond us.
pub(super) fn matching(pattern: &str, draws: &mut Draws<'_>) -> Option<String> {
    let mut letters = pattern.chars().peekable();
    let choice = alternatives(&mut letters, DEPTH)?;
    if letters.next().is_some() {
        return None;
    }
    let mut text = String::new();
    write(&choice, draws, &mut text)?;
    Some(text)
}

enum Part {
    /// One of these letters, as ranges.
    Class(Vec<(char, char)>),
    /// One of these sequences.
    Choice(Vec<Vec<(Part, u64, u64)>>),
}

fn alternatives(letters: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Part> {
    let depth = depth.checked_sub(1)?;
    let mut branches = vec![Vec::new()];
    while let Some(letter) = letters.peek().copied().filter(|letter| *letter != ')') {
        letters.next();
        let part = match letter {
            '|' => {
                branches.push(Vec::new());
                continue;
            }
            '^' | '$' => continue,
            '(' => group(letters, depth)?,
            '[' => Part::Class(class(letters)?),
            '.' => Part::Class(vec![('a', 'z')]),
            '\\' => Part::Class(escape(letters.next()?)?),
            '*' | '+' | '?' | '{' => return None,
            plain => Part::Class(vec![(plain, plain)]),
        };
        let (least, most) = repetition(letters)?;
        branches.last_mut()?.push((part, least, most));
    }
    Some(Part::Choice(branches))
}

fn group(letters: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Part> {
    if letters.peek() == Some(&'?') {
        letters.next();
        // Looking around and named groups are beyond us.
        letters.next().filter(|letter| *letter == ':')?;
    }
    let inside = alternatives(letters, depth)?;
    letters.next().filter(|letter| *letter == ')')?;
    Some(inside)
}

fn class(letters: &mut Peekable<Chars<'_>>) -> Option<Vec<(char, char)>> {
    let mut ranges = Vec::new();
    if letters.peek() == Some(&'^') {
        return None;
    }
    loop {
        let first = match letters.next()? {
            ']' if ranges.is_empty() => return None,
            ']' => return Some(ranges),
            '\\' => {
                let escaped = escape(letters.next()?)?;
                match escaped.as_slice() {
                    [(one, other)] if one == other => *one,
                    _ => {
                        ranges.extend(escaped);
                        continue;
                    }
                }
            }
            letter => letter,
        };
        let mut ahead = letters.clone();
        if ahead.next() == Some('-') && ahead.peek().is_some_and(|last| *last != ']') {
            letters.next();
            let last = letters.next().filter(|last| *last >= first && *last != '\\')?;
            ranges.push((first, last));
        } else {
            ranges.push((first, first));
        }
    }
}

fn escape(letter: char) -> Option<Vec<(char, char)>> {
    match letter {
        'd' => Some(vec![('0', '9')]),
        'w' => Some(vec![('a', 'z'), ('0', '9')]),
        's' => Some(vec![(' ', ' ')]),
        other if !other.is_alphanumeric() => Some(vec![(other, other)]),
        _ => None,
    }
}

fn repetition(letters: &mut Peekable<Chars<'_>>) -> Option<(u64, u64)> {
    let bounds = match letters.peek() {
        Some('*') => (0, MANY),
        Some('+') => (1, MANY),
        Some('?') => (0, 1),
        Some('{') => {
            letters.next();
            let inside: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
            let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
            let least: u64 = least.parse().ok()?;
            let most = if most.is_empty() { least + MANY } else { most.parse().ok()? };
            return (least <= most && most <= LENGTH as u64).then_some((least, most));
        }
        Some(_) | None => return Some((1, 1)),
    };
    letters.next();
    Some(bounds)
}

fn write(part: &Part, draws: &mut Draws<'_>, text: &mut String) -> Option<()> {
    match part {
        Part::Class(ranges) => {
            let (first, last) = ranges[draws.below(ranges.len() as u64) as usize];
            let span = u64::from(u32::from(last) - u32::from(first)) + 1;
            let code = u32::from(first) + draws.below(span) as u32;
            text.push(char::from_u32(code).unwrap_or(first));
        }
        Part::Choice(branches) => {
            let branch = &branches[draws.below(branches.len() as u64) as usize];
            for (part, least, most) in branch {
                for _ in 0..least + draws.below(most - least + 1) {
                    write(part, draws, text)?;
                }
            }
        }
    }
    (text.len() <= LENGTH).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_patterns_are_met() {
        let mut luck = (0u64..).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7);
        let mut draw = || luck.next().expect("endless");
        for pattern in [
            "^[A-Z]{3}$",
            "^ord-[0-9]{6}$",
            r"^\d{4}-\d{2}$",
            "^(red|green|blue)$",
            r"^[A-Za-z][\w.-]{2,8}\+?$",
            "^(?:a|b)+c*$",
            "free text",
        ] {
            let checker =
                super::super::Checker::json(&serde_json::json!({"pattern": pattern}).to_string())
                    .expect("schema");
            for _ in 0..20 {
                let text = matching(pattern, &mut Draws::new(&mut draw)).expect(pattern);
                assert_eq!(checker.violations(&text.clone().into()), [], "{pattern}: {text}");
            }
        }
    }

    #[test]
    fn patterns_beyond_us_give_nothing() {
        let mut draw = || 0;
        for pattern in ["(?=a)b", "[^a]", r"\p{L}", "(", "a{9999}", "*", "[z-a]", "(a{999}){999}"] {
            assert_eq!(matching(pattern, &mut Draws::new(&mut draw)), None, "{pattern}");
        }
    }
}
