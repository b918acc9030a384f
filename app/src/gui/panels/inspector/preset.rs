//! A preset of the design: what it is called, which one it begins with, and its parameters.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::preset::card::Card;
use flowbench_model::preset::{self, Preset};

use super::{head, parameters};
use crate::command::Command;
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::session::Session;

/// Shows the preset of this name.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &str),
    commands: &mut Vec<Command>,
) {
    let Some(old) = design.presets.iter().find(|preset| preset.name == name) else { return };
    let mut preset = old.as_ref().clone();
    head(form.ui, icons::PRESET, Colors::of(form.ui).channel, name, "preset of the design");
    form.section("General", |form| general(form, design, &mut preset));
    let presets = &session.derived.presets;
    let card = Card::of(&preset.parameters, presets, &[]);
    let semantics = presets.semantics(&preset.parameters);
    parameters::show(form, &mut preset.parameters, &card, &semantics);
    if form.has_changed && preset != **old {
        commands.push(Command::edit(Edit::PutPreset(Some(name.to_owned()), preset)));
    }
    form.note("Channels that have it keep their behavior when it is removed.");
    if button::danger(form.ui, icons::DELETE, "Remove preset").clicked() {
        commands.push(Command::edit(Edit::RemovePreset(name.to_owned())));
    }
}

fn general(form: &mut Form, design: &Design, preset: &mut Preset) {
    let old = preset.clone();
    let check = |name: &str| {
        let renamed = Preset { name: name.to_owned(), ..old.clone() };
        let edit = Edit::PutPreset(Some(old.name.clone()), renamed);
        edit.apply(design).map(|_| ()).map_err(|error| error.to_string())
    };
    form.checked("Name", "Unique; a new name is carried everywhere", &mut preset.name, check);
    form.text("Title", "What people call it", &mut preset.title);
    form.text("Broker", "Which one it behaves like", &mut preset.broker);
    form.text("Version", "Which versions behave so", &mut preset.version);
    form.text("Summary", "One or two sentences: what it is for", &mut preset.summary);
    let own = design.presets.iter().map(|preset| preset.name.as_str());
    let others = own.filter(|name| *name != old.name).chain(preset::names());
    let names: Vec<String> = others.map(str::to_owned).collect();
    let explanation = "The preset that holds where this one says nothing";
    form.reference("Begins with", explanation, &mut preset.parameters.preset, ("none", &names));
}
