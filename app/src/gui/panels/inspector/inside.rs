//! The inside of a channel at the instant that is shown, as its broker has it: what is ready,
//! handed out and held back; partitions with offsets and owners.

use std::sync::{Arc, Weak};

use egui::{Color32, Id, Rect, RichText, Sense, Ui, WidgetInfo, vec2};
use flowbench_simulator::inside::{Lease, PartitionInside, SubscriptionInside};
use flowbench_simulator::plan::EdgeIndex;
use flowbench_simulator::run::Run;

use crate::command::{BenchCommand, Command};
use crate::gui::clock;
use crate::gui::icons;
use crate::gui::story::Story;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::form::Form;
use crate::gui::widgets::{button, table};
use crate::gui::words;
use crate::session::Session;

/// Leases that are listed one by one.
const LEASES: usize = 12;
/// Partitions that are listed one by one.
const PARTITIONS: usize = 64;

/// Shows what is in the channel of this name; nothing while there is no run.
pub(super) fn show(form: &mut Form, session: &Session, name: &str, commands: &mut Vec<Command>) {
    let Some(world) = &session.bench.world else { return };
    let Some(inside) = looked_up(form.ui, world, name) else { return };
    form.section("Inside", |form| {
        form.note(&format!("At {}", clock::short(world.now())));
        if inside.is_empty() {
            form.note("It keeps nothing: what comes in goes on at once.");
        }
        for (index, subscription) in inside.iter().enumerate() {
            form.ui.push_id(index, |ui| {
                self::subscription(ui, session, world, subscription, commands);
            });
        }
    });
}

/// What was looked up last, for an instant that may still be shown.
type Kept = (Weak<Run>, String, Arc<Vec<SubscriptionInside>>);

/// The inside of a channel, looked up once for each instant.
fn looked_up(ui: &Ui, world: &Arc<Run>, name: &str) -> Option<Arc<Vec<SubscriptionInside>>> {
    let id = Id::unique("the inside of a channel");
    let kept = ui.data(|data| data.get_temp::<Kept>(id));
    if let Some((run, of, inside)) = kept
        && of == name
        && std::ptr::eq(run.as_ptr(), Arc::as_ptr(world))
    {
        return Some(inside);
    }
    let node = world.plan().node_named(name)?;
    let inside = Arc::new(world.inside(node, LEASES));
    let kept = (Arc::downgrade(world), name.to_owned(), Arc::clone(&inside));
    ui.data_mut(|data| data.insert_temp(id, kept));
    Some(inside)
}

fn subscription(
    ui: &mut Ui,
    session: &Session,
    world: &Run,
    inside: &SubscriptionInside,
    commands: &mut Vec<Command>,
) {
    let colors = Colors::of(ui);
    ui.label(RichText::new(readers(world, inside)).color(colors.text));
    let parts = [
        ("handed out", inside.in_flight, colors.consumer),
        ("ready", inside.ready, colors.channel),
        ("delayed", inside.delayed, colors.warn),
        ("handled, not committed", inside.handled, colors.ok),
        ("parked", inside.parked, colors.dead_letter),
    ];
    strip(ui, &parts);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (word, count, color) in parts {
            if count > 0 || word == "ready" || word == "handed out" {
                let text = format!("{} {word}", words::grouped(count));
                ui.label(RichText::new(text).small().color(color));
            }
        }
        let came = format!("{} came in", words::grouped(inside.entered));
        ui.label(RichText::new(came).small().color(colors.muted));
    });
    if !inside.partitions.is_empty() {
        partitions(ui, world, &inside.partitions);
    }
    for lease in &inside.leases {
        self::lease(ui, session, world, lease, commands);
    }
    let more = inside.in_flight.saturating_sub(inside.leases.len() as u64);
    if more > 0 && inside.in_flight > LEASES as u64 {
        let text = format!("and {} more handed out", words::grouped(more));
        ui.label(RichText::new(text).small().color(colors.muted));
    }
    ui.add_space(space::S);
}

/// Who reads: consumers, or the group that they share.
fn readers(world: &Run, inside: &SubscriptionInside) -> String {
    let plan = world.plan();
    let names: Vec<&str> = inside.members.iter().map(|edge| consumer(world, *edge)).collect();
    let contract = |edge: &EdgeIndex| {
        let design_index = plan.edges[*edge as usize].design_index;
        plan.design.edges[design_index].contract.group.clone()
    };
    let group = inside.members.first().and_then(contract);
    let mut text = match (names.as_slice(), group) {
        ([], _) => return "Nobody subscribes".to_owned(),
        (names, Some(group)) => format!("Group {group}: {}", names.join(", ")),
        (names, None) => names.join(", "),
    };
    if let Some(active) = inside.active.filter(|_| inside.members.len() > 1) {
        text += &format!(" — {} is active, the others stand by", consumer(world, active));
    }
    text
}

fn consumer(world: &Run, edge: EdgeIndex) -> &str {
    let plan = world.plan();
    &plan.nodes[plan.edges[edge as usize].to as usize].name
}

/// Everything in it as one bar, in the order in which it would leave.
fn strip(ui: &mut Ui, parts: &[(&str, u64, Color32)]) {
    let colors = Colors::of(ui);
    let total: u64 = parts.iter().map(|(_, count, _)| count).sum();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 10.0), Sense::hover());
    let said: Vec<String> = parts
        .iter()
        .filter(|(_, count, _)| *count > 0)
        .map(|(word, count, _)| format!("{} {word}", words::grouped(*count)))
        .collect();
    let said = if said.is_empty() { "empty".to_owned() } else { said.join(", ") };
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, format!("Holds {said}")));
    ui.painter().rect_filled(rect, 3.0, colors.sunken);
    let mut left = rect.left();
    for (_, count, color) in parts.iter().filter(|(_, count, _)| *count > 0) {
        let width = rect.width() * (*count as f64 / total as f64) as f32;
        let part = Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width, rect.height()));
        ui.painter().rect_filled(part.shrink2(vec2(0.5, 0.0)), 2.0, *color);
        left += width;
    }
    response.on_hover_text(said);
}

/// Offsets and owners, a line each.
fn partitions(ui: &mut Ui, world: &Run, partitions: &[PartitionInside]) {
    let most = partitions.iter().map(PartitionInside::lag).max().unwrap_or(0).max(1);
    egui::Grid::new("partitions").num_columns(5).spacing([10.0, 3.0]).show(ui, |ui| {
        for (title, is_right) in
            [("", false), ("Owner", false), ("Committed", true), ("End", true), ("Lag", true)]
        {
            table::title(ui, title, is_right);
        }
        ui.end_row();
        for (number, partition) in partitions.iter().take(PARTITIONS).enumerate() {
            let owner = partition.owner.map_or("nobody", |edge| consumer(world, edge));
            let owner = if partition.is_paused { "changing hands" } else { owner };
            ui.label(RichText::new(format!("p{number}")).small());
            ui.add(egui::Label::new(RichText::new(owner).small()).truncate());
            table::figure(ui, &words::grouped(partition.committed_offset));
            table::figure(ui, &words::grouped(partition.end_offset));
            lag(ui, partition, most);
            ui.end_row();
        }
    });
    if partitions.len() > PARTITIONS {
        let text = format!("and {} more partitions", partitions.len() - PARTITIONS);
        ui.label(RichText::new(text).small().color(Colors::of(ui).muted));
    }
}

/// What is handed out and what is ready, beside those of the other partitions.
fn lag(ui: &mut Ui, partition: &PartitionInside, most: u64) {
    let colors = Colors::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(56.0, 12.0), Sense::hover());
    let lag = partition.lag();
    let out = partition.position.saturating_sub(partition.committed_offset).min(lag);
    let text = format!("{} behind: {} handed out, {} ready", lag, out, lag - out);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &text));
    let width = |count: u64| rect.width() * (count as f64 / most as f64) as f32;
    let bar = |from: f32, width: f32| {
        Rect::from_min_size(rect.min + vec2(from, 3.0), vec2(width, rect.height() - 6.0))
    };
    ui.painter().rect_filled(bar(0.0, rect.width()), 2.0, colors.sunken);
    ui.painter().rect_filled(bar(0.0, width(out)), 2.0, colors.consumer);
    ui.painter().rect_filled(bar(width(out), width(lag - out)), 2.0, colors.channel);
    response.on_hover_text(text);
}

/// One message that was handed out.
fn lease(ui: &mut Ui, session: &Session, world: &Run, lease: &Lease, commands: &mut Vec<Command>) {
    let recording = session.bench.recording.as_deref();
    let name = recording.and_then(|recording| Story::of(recording).name(lease.message));
    ui.horizontal(|ui| {
        let text = name.as_ref().map_or_else(|| "a message".to_owned(), ToString::to_string);
        if button::link(ui, icons::MESSAGE, &text).clicked()
            && let Some(name) = name
        {
            commands.push(BenchCommand::SelectMessage(name).into());
        }
        let ends = lease
            .ends_at
            .map_or("until it is settled".to_owned(), |at| format!("until {}", clock::short(at)));
        let delivery = match lease.attempt {
            0 | 1 => String::new(),
            attempt => format!(", delivery {attempt}"),
        };
        let text = format!("at {}{delivery}, {ends}", consumer(world, lease.edge));
        let color = Colors::of(ui).muted;
        ui.add(egui::Label::new(RichText::new(text).small().color(color)).truncate());
    });
}
