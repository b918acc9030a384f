//! A node: what it is called, and what its role says.

use flowbench_model::design::Design;
use flowbench_model::edit::Edit;
use flowbench_model::node::{Node, Role};

use super::{
    channel, claim_check, consumer, guards, head, inbox, inside, names, pattern, producer,
    publishing, resilience,
};
use crate::command::{BenchCommand, Command};
use crate::gui::canvas::menu::node_injections;
use crate::gui::canvas::paint_nodes::hue;
use crate::gui::canvas::scene::NodeLook;
use crate::gui::icons;
use crate::gui::theme::Colors;
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::session::Session;

/// Shows the node of this name.
pub(super) fn show(
    form: &mut Form,
    session: &Session,
    (design, name): (&Design, &str),
    commands: &mut Vec<Command>,
) {
    let Some(old) = design.node(name) else { return };
    let mut node = old.as_ref().clone();
    let color = hue(Colors::of(form.ui), NodeLook::of(&node.role, &design.presets));
    let icon = icons::role(&node.role, &design.presets);
    head(form.ui, icon, color, &node.name, node.role.word());
    if node.is_channel() {
        inside::show(form, session, name, commands);
    } else {
        guards::of_consumer(form, session, name);
    }
    pattern::held(form, session, name);
    inbox::held(form, session, name);
    publishing::held(form, session, name);
    claim_check::held_of_node(form, session, old);
    form.section("General", |form| general(form, design, &mut node));
    match &mut node.role {
        Role::Producer(role) => producer::show(form, session, (design, name), role, commands),
        Role::Channel(role) => channel::show(form, session, (design, name), role, commands),
        Role::Consumer(role) => {
            consumer::show(form, design, role);
            if role.idempotent {
                inbox::show(form, session, name, &mut role.inbox);
            }
            pattern::show(form, session, (design, name), &mut role.pattern);
            publishing::show(form, &mut role.publishing);
            resilience::of_consumer(form, role);
        }
    }
    inject(form, design, name, commands);
    if form.has_changed && node != **old {
        commands.push(Command::edit(Edit::PutNode(name.to_owned(), node)));
    }
}

fn general(form: &mut Form, design: &Design, node: &mut Node) {
    let old = node.clone();
    let check = |name: &str| {
        let renamed = Node { name: name.to_owned(), ..old.clone() };
        let edit = Edit::PutNode(old.name.clone(), renamed);
        edit.apply(design).map(|_| ()).map_err(|error| error.to_string())
    };
    form.checked("Name", "Unique; a new name is carried everywhere", &mut node.name, check);
    form.text("Summary", "One sentence", &mut node.summary);
    form.optional("Owner", "The team that answers for it", &mut node.owner);
    let contexts = names::contexts(design);
    let explanation = "The bounded context it belongs to";
    form.reference("Context", explanation, &mut node.context, ("none", &contexts));
    form.words("Tags", "Words to find it by, separated by commas", &mut node.tags);
    form.long_text("Description", "Markdown", &mut node.description);
}

fn inject(form: &mut Form, design: &Design, name: &str, commands: &mut Vec<Command>) {
    form.section("Inject now", |form| {
        if design.scenarios.is_empty() {
            form.note("Add a scenario first: faults strike a run.");
            return;
        }
        form.note("Strikes the live run at the instant that is shown.");
        form.ui.horizontal_wrapped(|ui| {
            for injection in node_injections(design, name) {
                let icon = icons::fault(&injection.kind);
                if button::labeled(ui, icon, &injection.text).clicked() {
                    let command = BenchCommand::InjectNow(injection.kind, injection.duration);
                    commands.push(command.into());
                }
            }
        });
    });
}
