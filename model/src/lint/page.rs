//! The page of the manual that lists the rules, made from their table.

use std::fmt::Write;

use super::LINTS;

const HEAD: &str = "# Rules

What is wrong with a design before it runs, or could be better. Each finding has the code of its rule, a
severity, a place and a sentence, and a fix where one is certain to mend it. `flowbench check` lists
them, and the workbench as you edit.

An **error** keeps a design from running, or means nothing; a **warning** is probably not what was meant; an
**info** is good to know. The table gives the gravest that a rule says.

## Settings

A design says which rules count otherwise in it, and why:

```
lints: [
    (code: \"event-without-subscriber\", severity: Off, reason: \"The warehouse joins in spring.\",
     places: [Message(\"OrderPacked\")]),
    (code: \"reader-cannot-read\", severity: Error, reason: \"No contract breaks unseen.\"),
],
```

`severity` is `Off` (silenced), `Info`, `Warning` or `Error`: then the check fails, and the design runs all the
same. Without `places` a setting holds everywhere; of several for the same finding the last one counts. What
keeps a design from running cannot be silenced. `flowbench check` counts what is silenced and lists it with
`--silenced`. A code that no rule has, a setting without a reason and one that changes nothing are findings
themselves.

## The rules

";

/// The page, as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    let line = |page: &mut String, text: &str| {
        writeln!(page, "{text}").expect("invariant: a text takes any line");
    };
    line(&mut page, "| Code | Finds | Severity | Why, and what to do |\n|---|---|---|---|");
    let mut lints: Vec<_> = LINTS.iter().collect();
    lints.sort_by_key(|lint| lint.code);
    for lint in &lints {
        let (code, severity) = (lint.code, lint.severity);
        let cell = |text: &str| text.replace('|', "\\|");
        let (title, meaning) = (cell(lint.title), cell(lint.meaning));
        line(&mut page, &format!("| `{code}` | {title} | {severity} | {meaning} |"));
    }
    line(&mut page, &format!("\nThese are {} rules.", lints.len()));
    page
}
