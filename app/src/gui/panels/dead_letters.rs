//! The dead letters that wait at the instant that is shown: why, since when, and what to do.

mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{RichText, Ui};
use flowbench_model::name::MessageName;
use flowbench_model::scenario::DeadLetterFilter;
use flowbench_model::time::Time;
use flowbench_simulator::record::Failure;
use flowbench_simulator::run::Run;

use crate::command::{BenchCommand, Command};
use crate::gui::icons;
use crate::gui::theme::{Colors, space};
use crate::gui::widgets::{button, empty, tag};
use crate::selection::Selection;
use crate::session::Session;

/// One dead letter, with its names.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Which message.
    pub message: MessageName,
    /// Its type.
    pub message_type: String,
    /// The channel it was delivered from.
    pub channel: String,
    /// The consumer that gave it up.
    pub consumer: String,
    /// The dead-letter channel where it waits.
    pub held_in: String,
    /// Deliveries before it was given up.
    pub attempts: u32,
    /// The first failure.
    pub first: (Failure, Time),
    /// The last failure: the reason.
    pub last: (Failure, Time),
    /// When it was given up.
    pub at: Time,
}

/// The panel: how the table is sorted, and the rows of the world that is shown.
#[derive(Default)]
pub struct DeadLetters {
    order: table::Order,
    rows: Vec<Row>,
    of: Option<(Arc<Run>, table::Order)>,
    /// The row that a range begins with.
    anchor: Option<usize>,
}

impl DeadLetters {
    /// Draws the panel.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let Some(world) = &session.bench.world else {
            let sentence = "Run a scenario. What consumers give up is collected here.";
            empty::show(ui, icons::DEAD_LETTER, "No dead letters", sentence);
            return;
        };
        self.update(world);
        if self.rows.is_empty() {
            nothing(ui, session);
            return;
        }
        let chosen = chosen(session, &self.rows);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            ui.add_space(space::S);
            self.buttons(ui, &chosen, commands);
            ui.separator();
            self.summary(ui);
        });
        ui.add_space(space::XS);
        let mut picked = None;
        egui::ScrollArea::horizontal().show(ui, |ui| {
            table::show(ui, &self.rows, &mut self.order, session, &mut picked);
        });
        if let Some(pick) = picked {
            self.pick(pick, &chosen, commands);
        }
    }

    fn update(&mut self, world: &Arc<Run>) {
        let is_current = self
            .of
            .as_ref()
            .is_some_and(|(of, order)| Arc::ptr_eq(of, world) && *order == self.order);
        if !is_current {
            self.rows = rows(world);
            self.order.sort(&mut self.rows);
            self.of = Some((Arc::clone(world), self.order));
        }
    }

    fn buttons(&self, ui: &mut Ui, chosen: &Chosen, commands: &mut Vec<Command>) {
        let count = chosen.messages.len();
        let selected = || DeadLetterFilter::Messages(chosen.messages.iter().cloned().collect());
        ui.add_enabled_ui(count > 0, |ui| {
            let tip = "Sends the selected ones back to the subscriptions that gave them up, as the \
                       same messages with fresh attempts (Ctrl+R)";
            let redrive = button::labeled(ui, icons::RETRY, "Redrive selected").on_hover_text(tip);
            if redrive.clicked() {
                let (channel, messages) = (chosen.channel.clone(), selected());
                commands.push(BenchCommand::Redrive { channel, messages }.into());
            }
        });
        let tip = "Sends all of them back, as the same messages with fresh attempts";
        if button::labeled(ui, icons::RETRY, "Redrive all").on_hover_text(tip).clicked() {
            for channel in self.channels() {
                let messages = DeadLetterFilter::All;
                commands.push(BenchCommand::Redrive { channel, messages }.into());
            }
        }
        ui.add_enabled_ui(count > 0, |ui| {
            let tip = "Discards the selected ones for good: the books count them as dropped \
                       (Ctrl+Shift+R)";
            if button::danger(ui, icons::DELETE, "Drop selected").on_hover_text(tip).clicked() {
                let (channel, messages) = (chosen.channel.clone(), selected());
                commands.push(BenchCommand::DropDeadLetters { channel, messages }.into());
            }
        });
    }

    fn channels(&self) -> BTreeSet<String> {
        self.rows.iter().map(|row| row.held_in.clone()).collect()
    }

    /// How many there are, by reason.
    fn summary(&self, ui: &mut Ui) {
        let mut reasons: BTreeMap<Failure, usize> = BTreeMap::new();
        for row in &self.rows {
            *reasons.entry(row.last.0).or_default() += 1;
        }
        let colors = Colors::of(ui);
        let mut sorted: Vec<_> = reasons.into_iter().collect();
        sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (reason, count) in sorted.into_iter().take(4) {
            tag::show(ui, &format!("{count} × {}", reason.text()), colors.dead_letter);
        }
        let channels: Vec<_> = self.channels().into_iter().collect();
        let text = format!("wait in {}", channels.join(", "));
        ui.label(RichText::new(text).small().color(colors.muted));
    }

    /// Selects by click (one message), with Ctrl (one more or less) or with Shift (a range).
    fn pick(&mut self, pick: table::Pick, chosen: &Chosen, commands: &mut Vec<Command>) {
        let Some(row) = self.rows.get(pick.row) else { return };
        if !pick.adds && !pick.extends {
            self.anchor = Some(pick.row);
            commands.push(BenchCommand::SelectMessage(row.message.clone()).into());
            return;
        }
        let channel = row.held_in.clone();
        let mut messages = chosen.messages.clone();
        if chosen.channel != channel {
            messages.clear();
        }
        if pick.extends {
            let anchor = self.anchor.unwrap_or(pick.row);
            let range = anchor.min(pick.row)..=anchor.max(pick.row);
            let rows = self.rows[range].iter().filter(|row| row.held_in == channel);
            messages.extend(rows.map(|row| row.message.clone()));
        } else {
            self.anchor = Some(pick.row);
            if !messages.remove(&row.message) {
                messages.insert(row.message.clone());
            }
        }
        commands.push(Command::select(if messages.is_empty() {
            Selection::None
        } else {
            Selection::DeadLetters { channel, messages }
        }));
    }
}

/// What the buttons work on.
#[derive(Default)]
struct Chosen {
    channel: String,
    messages: BTreeSet<MessageName>,
}

fn chosen(session: &Session, rows: &[Row]) -> Chosen {
    match &session.selection {
        Selection::DeadLetters { channel, messages } => {
            let waits = |name: &&MessageName| {
                rows.iter().any(|row| row.message == **name && row.held_in == *channel)
            };
            let messages = messages.iter().filter(waits).cloned().collect();
            Chosen { channel: channel.clone(), messages }
        }
        Selection::Message(name) => {
            let row = rows.iter().find(|row| row.message == *name);
            row.map_or_else(Chosen::default, |row| Chosen {
                channel: row.held_in.clone(),
                messages: BTreeSet::from([row.message.clone()]),
            })
        }
        Selection::None
        | Selection::Items(_)
        | Selection::MessageType(_)
        | Selection::Context(_)
        | Selection::Promise(_)
        | Selection::Scenario(_)
        | Selection::Preset(_)
        | Selection::Fault { .. } => Chosen::default(),
    }
}

fn rows(world: &Run) -> Vec<Row> {
    let plan = world.plan();
    let node = |index: u32| plan.nodes[index as usize].name.clone();
    let row = |dead: flowbench_simulator::view::DeadLetter| {
        let (source, number) = dead.name;
        Row {
            message: MessageName { source: node(source), number: u64::from(number) },
            message_type: plan.type_name(dead.message_type).to_owned(),
            channel: node(dead.died_in),
            consumer: dead
                .edge
                .map_or("no consumer".to_owned(), |edge| node(plan.edges[edge as usize].to)),
            held_in: node(dead.held_in),
            attempts: dead.attempts,
            first: dead.first,
            last: dead.last,
            at: dead.at,
        }
    };
    world.dead_letters().into_iter().map(row).collect()
}

fn nothing(ui: &mut Ui, session: &Session) {
    let report = session.bench.recording.as_ref().map(|recording| recording.report());
    let later = report.map_or(0, |report| report.dead_letters.len());
    let sentence = if later > 0 {
        format!("None at this instant. At the end of the run there are {later}.")
    } else {
        "Nothing was given up. Inject a fault to see what happens then.".to_owned()
    };
    empty::show(ui, icons::OK, "No dead letters", &sentence);
}
