//! A channel: whose behavior it has, what is different, and where messages go from it.

use flowbench_model::channel::Channel;
use flowbench_model::design::Design;
use flowbench_model::edit::save_as_preset;
use flowbench_model::name::free_name;
use flowbench_model::preset::card::Card;

use super::{names, parameters};
use crate::command::{Command, ViewCommand};
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::form::Form;
use crate::gui::widgets::{button, tag};
use crate::selection::Selection;
use crate::session::Session;

/// Rows of a channel.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &str),
    channel: &mut Channel,
    commands: &mut Vec<Command>,
) {
    let presets = &session.derived.presets;
    let card = Card::of(channel, presets, &session.derived.cases);
    let semantics = presets.semantics(channel);
    form.section("Preset", |form| {
        preset(form, &card, commands);
        if form.add_button("Save as a preset of this design") {
            save(design, name, commands);
        }
        own(form, design, channel, commands);
    });
    form.section("Routes", |form| routes(form, design, name, channel));
    parameters::show(form, channel, &card, &semantics);
    coverage(form, &card);
}

/// Whose behavior it has.
fn preset(form: &mut Form, card: &Card, commands: &mut Vec<Command>) {
    form.ui.horizontal(|ui| {
        let text = if card.name.is_empty() { "Plain channel" } else { card.title.as_str() };
        let choose = button::labeled(ui, icons::PRESET, text);
        if choose.on_hover_text("Choose another preset").clicked() {
            commands.push(ViewCommand::ChoosePreset.into());
        }
    });
    if card.name.is_empty() {
        form.note("It behaves like no broker in particular.");
        return;
    }
    let broker = format!("{} {}", card.broker, card.version);
    form.note(&format!("{} — {}", card.name, broker.trim()));
    form.note(&card.summary);
}

fn save(design: &Design, name: &str, commands: &mut Vec<Command>) {
    let is_taken = |name: &str| {
        let built_in = flowbench_model::preset::names();
        design.presets.iter().map(|it| it.name.as_str()).chain(built_in).any(|it| it == name)
    };
    let preset = free_name(&format!("{name}-preset"), is_taken);
    let edit = design.node(name).and_then(|node| save_as_preset(node, &preset));
    if let Some(edit) = edit {
        commands.push(Command::edit(edit));
        commands.push(Command::select(Selection::Preset(preset)));
    }
}

/// A way to the preset, if the design made it.
fn own(form: &mut Form, design: &Design, channel: &Channel, commands: &mut Vec<Command>) {
    let named = channel.preset.as_ref();
    let own = named.filter(|name| design.presets.iter().any(|preset| preset.name == **name));
    if let Some(name) = own
        && button::link(form.ui, icons::RENAME, "Edit this preset").clicked()
    {
        commands.push(Command::select(Selection::Preset(name.clone())));
    }
}

fn routes(form: &mut Form, design: &Design, name: &str, channel: &mut Channel) {
    let mut channels = names::channels(design);
    channels.retain(|other| other != name);
    let explanation = "The channel that takes what expires, does not fit, or is given up where the \
                       contract of a subscription names no other";
    form.reference("Dead letters", explanation, &mut channel.dead_letter, ("dropped", &channels));
    let explanation = "The channel that takes what nobody matches (alternate exchange)";
    form.reference("Unmatched", explanation, &mut channel.alternate, ("none", &channels));
}

/// What the tests hold the simulator to, and what it does not do.
fn coverage(form: &mut Form, card: &Card) {
    if card.name.is_empty() {
        return;
    }
    let cases = card.covered.len() + card.not_covered.len();
    form.section("What is modelled", |form| {
        form.note(&match cases {
            0 => "No conformance case is about this preset.".to_owned(),
            all => {
                format!("{} of {all} conformance cases are covered by tests.", card.covered.len())
            }
        });
        let ok = Colors::of(form.ui).ok;
        for case in &card.covered {
            tag::sentence(form.ui, icons::OK, ok, &format!("{}: {}", case.case, case.told()));
        }
        let faint = Colors::of(form.ui).faint;
        for case in &card.not_covered {
            tag::sentence(
                form.ui,
                icons::INFO,
                faint,
                &format!("{}, not covered: {}", case.case, case.told()),
            );
        }
    });
    if !card.absent.is_empty() {
        form.section("What is not modelled", |form| {
            let warn = Colors::of(form.ui).warn;
            for sentence in &card.absent {
                tag::sentence(form.ui, icons::INFO, warn, sentence);
            }
        });
    }
}
