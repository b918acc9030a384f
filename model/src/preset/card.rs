//! The card of a channel or of a preset: what holds, where that is written, what the tests hold
//! the simulator to, and what it does not do.

use crate::channel::{Channel, Group, PARAMETERS, Parameter, Semantics};
use crate::conformance::Case;
use crate::preset::{Preset, Presets};

/// What holds for a channel, and how that is known.
#[derive(Clone, Debug)]
pub struct Card {
    /// Name of the preset; empty for a channel without one.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The broker.
    pub broker: String,
    /// Its versions.
    pub version: String,
    /// What it is for.
    pub summary: String,
    /// Names of the presets that it begins with, the nearest first.
    pub below: Vec<String>,
    /// Every parameter, by group.
    pub rows: Vec<Row>,
    /// The conformance cases that the tests simulate.
    pub covered: Vec<Case>,
    /// The conformance cases that they do not.
    pub not_covered: Vec<Case>,
    /// What the broker does that the simulator does not.
    pub absent: Vec<String>,
}

/// One parameter on a card.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub parameter: &'static Parameter,
    /// What holds, as people read it.
    pub value: String,
    /// Who says so.
    pub origin: Origin,
    /// What a plain channel would do, where this is different.
    pub plain: Option<String>,
    /// Where the value is written.
    pub source: Option<String>,
}

/// Who says what a parameter is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The channel itself.
    Own,
    /// The preset of this name.
    Preset(String),
    /// Nobody: it is as in a plain channel.
    Default,
}

impl Card {
    /// The card of a channel: what it says itself, over its preset.
    #[must_use]
    pub fn of(channel: &Channel, presets: &Presets, cases: &[Case]) -> Card {
        let layers = presets.layers(channel);
        let semantics = presets.semantics(channel);
        let text = |part: fn(&Preset) -> &String| {
            layers.iter().map(|preset| part(preset)).find(|text| !text.is_empty()).cloned()
        };
        let name = channel.preset.clone().unwrap_or_default();
        let about = cases.iter().filter(|case| case.presets.contains(&name)).cloned();
        let (covered, not_covered) = about.partition(|case| case.simulated);
        Card {
            title: layers.first().map_or("Plain channel".to_owned(), |it| it.title.clone()),
            broker: text(|preset| &preset.broker).unwrap_or_default(),
            version: text(|preset| &preset.version).unwrap_or_default(),
            summary: layers.first().map(|it| it.summary.clone()).unwrap_or_default(),
            below: layers.iter().skip(1).map(|preset| preset.name.clone()).collect(),
            rows: PARAMETERS.iter().map(|one| row(one, channel, &layers, &semantics)).collect(),
            covered,
            not_covered,
            absent: layers.iter().flat_map(|preset| preset.absent.clone()).collect(),
            name,
        }
    }

    /// The rows of a group that somebody says, or that are not as in a plain channel.
    pub fn said(&self, group: Group) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| {
            row.parameter.group == group && (row.origin != Origin::Default || row.plain.is_some())
        })
    }

    /// The card as Markdown, below a heading of the second level.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n", self.title);
        text += &format!("`{}`, {} {}. {}\n\n", self.name, self.broker, self.version, self.summary);
        if let Some(below) = self.below.first() {
            text += &format!("Begins with `{below}`.\n\n");
        }
        text += "| Parameter | Value | Plain | Source |\n|---|---|---|---|\n";
        for group in Group::ALL {
            for row in self.said(group) {
                let plain = row.plain.as_deref().unwrap_or("the same");
                let source = row.source.as_deref().unwrap_or("");
                let name = row.parameter.name;
                text += &format!("| `{name}` | {} | {plain} | {source} |\n", row.with_unit());
            }
        }
        text + &self.coverage()
    }

    fn coverage(&self) -> String {
        let mut text = String::new();
        let mut list = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                text += &format!("\n{title}\n\n");
                lines.iter().for_each(|line| text += &format!("- {line}\n"));
            }
        };
        let named = |cases: &[Case]| {
            cases.iter().map(|case| format!("{}: {}", case.case, case.told())).collect()
        };
        list("Covered by tests:", named(&self.covered));
        list("Not covered by tests:", named(&self.not_covered));
        list("Not modelled:", self.absent.clone());
        if self.covered.is_empty() && self.not_covered.is_empty() {
            text += "\nNo conformance case is about it.\n";
        }
        text
    }
}

impl Row {
    /// The value with what its number counts.
    #[must_use]
    pub fn with_unit(&self) -> String {
        match self.parameter.unit() {
            "" => self.value.clone(),
            unit if self.value == "1" => format!("1 {}", singular(unit)),
            unit => format!("{} {unit}", self.value),
        }
    }
}

/// One of what a parameter counts.
fn singular(unit: &str) -> String {
    match unit.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => unit.trim_end_matches('s').to_owned(),
    }
}

impl Origin {
    /// The word for it: `own`, `preset` or `default`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Origin::Own => "own",
            Origin::Preset(_) => "preset",
            Origin::Default => "default",
        }
    }
}

fn row(
    parameter: &'static Parameter,
    channel: &Channel,
    layers: &[&std::sync::Arc<Preset>],
    semantics: &Semantics,
) -> Row {
    let says = |channel: &Channel| (parameter.own)(channel).is_some();
    let layer = layers.iter().find(|preset| says(&preset.parameters));
    let origin = match layer {
        _ if says(channel) => Origin::Own,
        Some(preset) => Origin::Preset(preset.name.clone()),
        None => Origin::Default,
    };
    let source = match origin {
        Origin::Preset(_) => layer.and_then(|preset| preset.sources.get(parameter.name).cloned()),
        Origin::Own | Origin::Default => None,
    };
    let value = (parameter.shown)(semantics);
    let plain = (parameter.shown)(&Semantics::default());
    let plain = (plain != value).then_some(plain);
    Row { parameter, value, origin, plain, source }
}

/// The cards of the presets that come with the program, by broker, as one page of Markdown.
#[must_use]
pub fn page(cases: &[Case]) -> String {
    let presets = Presets::all(&[]);
    let cards: Vec<Card> = presets
        .iter()
        .map(|preset| Card::of(&Channel::of(preset.name.as_str()), &presets, cases))
        .collect();
    let mut text = "# Presets\n\n\
        A preset is the behavior of a broker's kind of channel, as values of \
        parameters. This page has the card of each one that comes with Flowbench; \
        `flowbench presets NAME` prints one. *Plain* is what a channel without preset does. \
        [Conformance](conformance.md) lists all cases that the tests hold the simulator to.\n\n\
        | Preset | What it is | Broker | Cases covered |\n|---|---|---|---|\n"
        .to_owned();
    for card in &cards {
        let Card { name, title, broker, covered, not_covered, .. } = card;
        let (covered, all) = (covered.len(), covered.len() + not_covered.len());
        text += &format!("| `{name}` | {title} | {broker} | {covered} of {all} |\n");
    }
    for card in &cards {
        text += &format!("\n{}", card.markdown());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::cases;

    #[test]
    fn a_card_says_who_says_what() {
        let presets = Presets::all(&[]);
        let channel = Channel { prefetch: Some(5), ..Channel::of("rabbit.quorum.4.0") };
        let card = Card::of(&channel, &presets, &cases());
        let origin = |name: &str| {
            let row = card.rows.iter().find(|row| row.parameter.name == name).expect(name);
            (row.value.as_str(), row.origin.clone(), row.source.is_some())
        };
        let preset = |name: &str| Origin::Preset(name.to_owned());
        assert_eq!(origin("prefetch"), ("5", Origin::Own, false));
        assert_eq!(origin("delivery_limit"), ("20", preset("rabbit.quorum.4.0"), true));
        assert_eq!(origin("replicas"), ("3", preset("rabbit.quorum.3.13"), true));
        assert_eq!(origin("partitions"), ("0", Origin::Default, false));
        assert_eq!(card.below, ["rabbit.quorum.3.13"]);
        let about = cases().iter().filter(|case| case.presets.contains(&card.name)).count();
        assert_eq!(card.covered.len() + card.not_covered.len(), about);
    }

    #[test]
    fn a_plain_channel_has_a_card_too() {
        let card = Card::of(&Channel::default(), &Presets::default(), &cases());
        assert_eq!(card.title, "Plain channel");
        assert!(card.absent.is_empty() && card.covered.is_empty());
        assert_eq!(card.rows.len(), PARAMETERS.len());
        assert!(Group::ALL.iter().all(|group| card.said(*group).next().is_none()));
    }

    #[test]
    fn groups_and_their_titles_hold_all_parameters() {
        let in_groups = Group::ALL
            .iter()
            .map(|group| PARAMETERS.iter().filter(|parameter| parameter.group == *group).count());
        assert_eq!(in_groups.sum::<usize>(), PARAMETERS.len());
    }

    #[test]
    fn the_page_has_every_preset_with_values_for_people() {
        let page = page(&cases());
        for name in crate::preset::names() {
            assert!(page.contains(&format!("\n`{name}`, ")), "{name}");
        }
        assert!(page.contains("| `lease` | 30s | 0s |"));
        assert!(page.contains("| `max_bytes` | 5000000000 bytes | 0 |"));
        assert!(page.contains("1s, then 2 times as long, up to 8min"));
    }
}
