//! An edge: its ends, its latency and its contract.

use flowbench_model::design::Design;
use flowbench_model::edge::Edge;
use flowbench_model::edit::Edit;
use flowbench_model::name::EdgeName;

use super::{contract, distribution, guards, head, sheet};
use crate::command::{BenchCommand, Command};
use crate::compatibility::Compatibility;
use crate::gui::canvas::menu::edge_injections;
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::session::Session;

/// Shows the edge of this name.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &EdgeName),
    compatibility: &mut Compatibility,
    commands: &mut Vec<Command>,
) {
    let Some(old) = design.edge(name) else { return };
    let mut edge: Edge = old.as_ref().clone();
    let color = Colors::of(form.ui).accent;
    let title = format!("{} → {}", edge.from, edge.to);
    head(form.ui, icons::edge(edge.kind), color, &title, &format!("{} edge", edge.kind.word()));
    guards::of_edge(form, session, name);
    sheet::show(form, session, compatibility, old, commands);
    form.section("General", |form| {
        form.text("Summary", "One sentence", &mut edge.summary);
        let explanation = "How long a message is under way";
        distribution::show(form, "Latency", explanation, &mut edge.latency);
    });
    contract::show(form, design, edge.kind, &mut edge.contract, commands);
    inject(form, design, name, commands);
    if form.has_changed && edge != **old {
        commands.push(Command::edit(Edit::PutEdge(name.clone(), edge)));
    }
}

fn inject(form: &mut Form, design: &Design, name: &EdgeName, commands: &mut Vec<Command>) {
    if design.scenarios.is_empty() {
        return;
    }
    form.section("Inject now", |form| {
        form.note("Strikes the live run at the instant that is shown.");
        form.ui.horizontal_wrapped(|ui| {
            for injection in edge_injections(name) {
                let icon = icons::fault(&injection.kind);
                if button::labeled(ui, icon, &injection.text).clicked() {
                    let command = BenchCommand::InjectNow(injection.kind, injection.duration);
                    commands.push(command.into());
                }
            }
        });
    });
}
