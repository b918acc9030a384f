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
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::button;
use crate::gui::widgets::form::Form;
use crate::gui::words;
use crate::session::Session;

/// Leases that are listed one by one.
const LEASES: usize = 12;
/// Partitions that are seen without scrolling.
const SHOWN: usize = 8;
/// Height of a line of the table.
const ROW: f32 = 20.0;
/// Width of the bar at its end.
const BAR: f32 = 56.0;

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
    let muted = Colors::of(ui).muted;
    cells(ui, ["", "owner", "committed", "end"], muted, "behind");
    let height = ROW * partitions.len().min(SHOWN) as f32;
    let area = egui::ScrollArea::vertical().id_salt("partitions").min_scrolled_height(height);
    area.max_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (number, partition) in partitions.iter().enumerate() {
            let owner = match (partition.is_paused, partition.owner) {
                (true, _) => "changing hands",
                (false, Some(edge)) => consumer(world, edge),
                (false, None) => "nobody",
            };
            let [committed, end] =
                [partition.committed_offset, partition.end_offset].map(words::grouped);
            let name = format!("p{number}");
            let color = Colors::of(ui).text;
            let texts = [name.as_str(), owner, committed.as_str(), end.as_str()];
            let rect = cells(ui, texts, color, "");
            let text = format!("{name}, {owner}: committed {committed} of {end}");
            lag(ui, rect, &text, partition, most);
        }
    });
}

/// A line of a table whose columns stand still: a name, an owner, two figures, and the place for
/// a bar or its head.
fn cells(ui: &mut Ui, texts: [&str; 4], color: Color32, head: &str) -> Rect {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let bar = Rect::from_min_max(egui::pos2(rect.right() - BAR, rect.top()), rect.max);
    let figures = [bar.left() - space::S - 52.0, bar.left() - space::S];
    let font = egui::FontId::new(size::SMALL, egui::FontFamily::Proportional);
    let middle = rect.center().y;
    let painter = ui.painter_at(rect);
    let [name, owner, committed, end] = texts;
    let put = |x: f32, align, text: &str| {
        painter.text(egui::pos2(x, middle), align, text, font.clone(), color);
    };
    put(rect.left(), egui::Align2::LEFT_CENTER, name);
    put(figures[0], egui::Align2::RIGHT_CENTER, committed);
    put(figures[1], egui::Align2::RIGHT_CENTER, end);
    put(bar.left(), egui::Align2::LEFT_CENTER, head);
    let left = rect.left() + 28.0;
    let room = Rect::from_min_max(
        egui::pos2(left, rect.top()),
        egui::pos2(figures[0] - 58.0, rect.bottom()),
    );
    let clipped = ui.painter_at(room.intersect(ui.clip_rect()));
    clipped.text(egui::pos2(left, middle), egui::Align2::LEFT_CENTER, owner, font.clone(), color);
    bar
}

/// What is handed out and what is ready, beside those of the other partitions.
fn lag(ui: &Ui, rect: Rect, line: &str, partition: &PartitionInside, most: u64) {
    let colors = Colors::of(ui);
    let lag = partition.lag();
    let out = partition.position.saturating_sub(partition.committed_offset).min(lag);
    let text = format!("{line}, {lag} behind, {out} handed out, {} ready", lag - out);
    let response = ui.interact(rect, ui.scope_id().with(line), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &text));
    let width = |count: u64| rect.width() * (count as f64 / most as f64) as f32;
    let bar = |from: f32, width: f32| {
        Rect::from_min_size(rect.min + vec2(from, 6.0), vec2(width, rect.height() - 12.0))
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
        let ends =
            lease.ends_at.map_or(String::new(), |at| format!(", until {}", clock::short(at)));
        let delivery = match lease.attempt {
            0 | 1 => String::new(),
            attempt => format!(", delivery {attempt}"),
        };
        let text = format!("at {}{delivery}{ends}", consumer(world, lease.edge));
        let color = Colors::of(ui).muted;
        let label = egui::Label::new(RichText::new(&text).small().color(color)).truncate();
        let whole = match lease.ends_at {
            Some(_) => text,
            None => format!("{text}, until it is settled"),
        };
        ui.add(label).on_hover_text(whole);
    });
}
