//! Figures of the whole run: how long each path takes, and what became of the copies on each
//! subscription.

use egui::{RichText, ScrollArea, Ui};
use egui_extras::{Column, TableBuilder};
use flowbench_simulator::report::{PathReport, Report, SubscriptionReport};

use crate::command::Command;
use crate::gui::clock;
use crate::gui::icons;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::{empty, table};
use crate::gui::words::grouped;
use crate::selection::Selection;
use crate::session::Session;

/// The width from which on both tables stand beside each other.
const WIDE: f32 = 1_440.0;

/// Draws the panel.
pub fn ui(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let Some(recording) = &session.bench.recording else {
        empty::show(ui, icons::SPEED, "No figures yet", "Run a scenario to measure the design.");
        return;
    };
    let report = recording.report();
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        let is_wide = ui.available_width() >= WIDE;
        ui.horizontal_top(|ui| {
            ui.add_space(space::M);
            ui.vertical(|ui| {
                subscriptions(ui, report, commands);
                if !is_wide {
                    ui.add_space(space::M);
                    paths(ui, report);
                }
            });
            if is_wide {
                ui.add_space(space::XL);
                ui.vertical(|ui| paths(ui, report));
            }
        });
    });
}

fn heading(ui: &mut Ui, title: &str, explanation: &str) {
    let colors = Colors::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).heading());
        ui.label(RichText::new(explanation).small().color(colors.muted));
    });
}

fn paths(ui: &mut Ui, report: &Report) {
    heading(ui, "Paths", "from the origin of a chain to an acknowledgement");
    ui.push_id("paths", |ui| {
        let table = columns(TableBuilder::new(ui), &[176.0, 112.0, 64.0, 80.0, 80.0, 80.0]);
        let titles = ["From → to", "By channel", "Count", "Median", "p99", "Slowest"];
        let table = table.header(size::ROW, |mut header| {
            for (index, title) in titles.into_iter().enumerate() {
                header.col(|ui| table::title(ui, title, index > 1));
            }
        });
        table.body(|body| {
            body.rows(size::ROW - 2.0, report.paths.len(), |mut row| {
                let path = &report.paths[row.index()];
                for text in path_texts(path) {
                    row.col(|ui| match text {
                        Cell::Text(text) => table::text(ui, &text),
                        Cell::Figure(text) => table::figure(ui, &text),
                    });
                }
            });
        });
    });
}

enum Cell {
    Text(String),
    Figure(String),
}

fn path_texts(path: &PathReport) -> [Cell; 6] {
    [
        Cell::Text(format!("{} → {}", path.from, path.to)),
        Cell::Text(path.channel.clone()),
        Cell::Figure(grouped(path.count)),
        Cell::Figure(clock::length(path.p50_ns)),
        Cell::Figure(clock::length(path.p99_ns)),
        Cell::Figure(clock::length(path.max_ns)),
    ]
}

fn subscriptions(ui: &mut Ui, report: &Report, commands: &mut Vec<Command>) {
    heading(ui, "Subscriptions", "at the end of the run");
    ui.push_id("subscriptions", |ui| {
        let widths = [216.0, 72.0, 72.0, 96.0, 88.0, 64.0, 64.0, 88.0, 64.0, 56.0];
        let titles = [
            "Channel → consumer",
            "Delivered",
            "Repeated",
            "Acknowledged",
            "Dead letters",
            "Dropped",
            "Under way",
            "Most waiting",
            "Average",
            "Busy",
        ];
        let table = columns(TableBuilder::new(ui).sense(egui::Sense::click()), &widths);
        let table = table.header(size::ROW, |mut header| {
            for (index, title) in titles.into_iter().enumerate() {
                header.col(|ui| table::title(ui, title, index > 0));
            }
        });
        table.body(|body| {
            body.rows(size::ROW - 2.0, report.subscriptions.len(), |mut row| {
                let line = &report.subscriptions[row.index()];
                row.col(|ui| table::text(ui, &format!("{} → {}", line.channel, line.consumer)));
                for number in subscription_numbers(line) {
                    row.col(|ui| table::figure(ui, &grouped(number)));
                }
                for text in averages(report, line) {
                    row.col(|ui| table::figure(ui, &text));
                }
                if row.response().clicked()
                    && let Ok(edge) = line.edge.parse()
                {
                    commands.push(Command::select(Selection::edge(edge)));
                }
            });
        });
    });
}

fn subscription_numbers(line: &SubscriptionReport) -> [u64; 7] {
    [
        line.delivered,
        line.redelivered,
        line.acknowledged,
        line.dead_lettered,
        line.expired + line.dropped,
        line.ready + line.in_flight,
        line.backlog_max,
    ]
}

/// How many waited on average over time, and how busy the consumer was.
fn averages(report: &Report, line: &SubscriptionReport) -> [String; 2] {
    let consumer = report.consumers.iter().find(|it| it.consumer == line.consumer);
    let busy = consumer.map_or(0.0, |it| it.utilization * 100.0);
    [format!("{:.2}", line.waiting_mean), format!("{busy:.0} %")]
}

fn columns<'a>(table: TableBuilder<'a>, widths: &[f32]) -> TableBuilder<'a> {
    let middle = egui::Layout::left_to_right(egui::Align::Center);
    let table = table.vscroll(false).auto_shrink(true).cell_layout(middle);
    widths.iter().fold(table, |table, width| table.column(Column::exact(*width).clip(true)))
}
