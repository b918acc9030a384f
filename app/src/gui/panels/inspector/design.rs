//! The design itself, and its bounded contexts.

use flowbench_model::design::{Context, Design};
use flowbench_model::edit::Edit;

use super::head;
use crate::command::Command;
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::{icons, words};

/// Shows the design.
pub(super) fn show(form: &mut Form, design: &Design, commands: &mut Vec<Command>) {
    let mut info = design.info.clone();
    let color = Colors::of(form.ui).accent;
    let nodes = words::count(design.nodes.len() as u64, "node");
    let edges = words::count(design.edges.len() as u64, "edge");
    head(form.ui, icons::DESIGN, color, &info.name, &format!("design, {nodes}, {edges}"));
    form.section("About the design", |form| {
        form.text("Name", "What people call it", &mut info.name);
        form.text("Version", "The design's own version", &mut info.version);
        form.text("Summary", "One sentence", &mut info.summary);
        form.words("Owners", "Who answers for it, separated by commas", &mut info.owners);
        form.words("Tags", "Words to find it by, separated by commas", &mut info.tags);
        form.words("Links", "Where to read on, separated by commas", &mut info.links);
        form.long_text("Description", "Markdown", &mut info.description);
    });
    if form.has_changed && info != design.info {
        commands.push(Command::edit(Edit::PutInfo(info)));
    }
}

/// Shows a bounded context.
pub(super) fn context(form: &mut Form, design: &Design, name: &str, commands: &mut Vec<Command>) {
    let Some(old) = design.contexts.iter().find(|context| context.name == name) else { return };
    let mut context: Context = old.as_ref().clone();
    head(form.ui, icons::CONTEXT, Colors::of(form.ui).muted, name, "bounded context");
    let check = |new: &str| {
        let renamed = Context { name: new.to_owned(), ..old.as_ref().clone() };
        let edit = Edit::PutContext(Some(name.to_owned()), renamed);
        edit.apply(design).map(|_| ()).map_err(|error| error.to_string())
    };
    form.section("General", |form| {
        form.checked("Name", "Unique among contexts", &mut context.name, check);
        form.text("Summary", "One sentence", &mut context.summary);
        let members = design.nodes.iter().filter(|node| node.context.as_deref() == Some(name));
        form.note(&words::count(members.count() as u64, "node"));
    });
    if form.has_changed && context != **old {
        commands.push(Command::edit(Edit::PutContext(Some(name.to_owned()), context)));
    }
    if button::danger(form.ui, icons::DELETE, "Remove context").clicked() {
        commands.push(Command::edit(Edit::RemoveContext(name.to_owned())));
    }
}
