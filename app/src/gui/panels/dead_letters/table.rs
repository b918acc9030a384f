//! The table of dead letters.

use egui::{FontFamily, FontId, Label, RichText, Role, Ui, WidgetInfo};
use egui_extras::{Column, TableBuilder, TableRow};

use super::Row;
use crate::gui::theme::{Colors, size, space};
use crate::gui::widgets::table;
use crate::gui::{clock, icons};
use crate::selection::Selection;
use crate::session::Session;

/// What the table is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Order {
    by: By,
    is_down: bool,
}

impl Default for Order {
    fn default() -> Order {
        Order { by: By::At, is_down: false }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum By {
    Message,
    Type,
    Channel,
    Consumer,
    Reason,
    Attempts,
    First,
    Last,
    At,
}

/// Width of the column of check boxes.
const TICK: f32 = 36.0;

const COLUMNS: [(By, &str, f32); 9] = [
    (By::Message, "Message", 88.0),
    (By::Type, "Type", 108.0),
    (By::Channel, "Channel", 88.0),
    (By::Consumer, "Consumer", 84.0),
    (By::Reason, "Reason", 132.0),
    (By::Attempts, "Attempts", 68.0),
    (By::First, "First error", 196.0),
    (By::Last, "Last error", 196.0),
    (By::At, "Given up at", 84.0),
];

impl Order {
    /// Sorts; what is equal stays in the order of time.
    pub(super) fn sort(self, rows: &mut [Row]) {
        match self.by {
            By::Message => rows.sort_by(|a, b| a.message.cmp(&b.message)),
            By::Type => rows.sort_by(|a, b| a.message_type.cmp(&b.message_type)),
            By::Channel => rows.sort_by(|a, b| a.channel.cmp(&b.channel)),
            By::Consumer => rows.sort_by(|a, b| a.consumer.cmp(&b.consumer)),
            By::Reason => rows.sort_by_key(|row| row.last.0),
            By::Attempts => rows.sort_by_key(|row| row.attempts),
            By::First => rows.sort_by_key(|row| row.first.1),
            By::Last => rows.sort_by_key(|row| row.last.1),
            By::At => rows.sort_by_key(|row| row.at),
        }
        if self.is_down {
            rows.reverse();
        }
    }
}

/// A row that was clicked.
pub(super) struct Pick {
    /// Which.
    pub(super) row: usize,
    /// Whether it is one more (or less) beside those that are selected.
    pub(super) adds: bool,
    /// Whether everything up to it is meant.
    pub(super) extends: bool,
}

/// Draws the table.
pub(super) fn show(
    ui: &mut Ui,
    rows: &[Row],
    order: &mut Order,
    session: &Session,
    picked: &mut Option<Pick>,
) {
    let wanted: f32 = COLUMNS.iter().map(|(_, _, width)| width).sum();
    let room = ui.available_width() - TICK - space::S * COLUMNS.len() as f32 - space::L;
    let scale = (room / wanted).clamp(0.72, 1.6);
    let mut builder = TableBuilder::new(ui)
        .id_salt("dead letters")
        .auto_shrink(false)
        .sense(egui::Sense::click())
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
        .column(Column::exact(TICK));
    for (_, _, width) in COLUMNS {
        builder = builder.column(Column::exact(width * scale).clip(true));
    }
    let table = builder.header(size::ROW, |mut header| {
        header.col(|_| {});
        for (by, title, _) in COLUMNS {
            header.col(|ui| head(ui, by, title, order));
        }
    });
    table.body(|body| {
        body.rows(size::ROW, rows.len(), |mut line| {
            let index = line.index();
            row(&mut line, index, &rows[index], session, picked);
        });
    });
}

fn head(ui: &mut Ui, by: By, title: &str, order: &mut Order) {
    let sorted = (order.by == by).then_some(order.is_down);
    if table::head(ui, title, sorted).clicked() {
        let is_down = order.by == by && !order.is_down;
        *order = Order { by, is_down };
    }
}

fn row(line: &mut TableRow, index: usize, row: &Row, session: &Session, picked: &mut Option<Pick>) {
    let is_ticked = matches!(
        &session.selection,
        Selection::DeadLetters { channel, messages }
            if *channel == row.held_in && messages.contains(&row.message)
    );
    let is_shown = matches!(&session.selection, Selection::Message(name) if *name == row.message);
    line.set_selected(is_ticked || is_shown);
    line.col(|ui| {
        let mut ticked = is_ticked;
        ui.add_space(space::M);
        let response = ui.checkbox(&mut ticked, "");
        let name = format!("Select {}", row.message);
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_ticked, &name));
        if response.clicked() {
            *picked = Some(Pick { row: index, adds: true, extends: false });
        }
    });
    cells(line, row);
    let response = line.response();
    response.widget_info(|| {
        let name = format!("Dead letter {}", row.message);
        WidgetInfo::selected(Role::Row, true, is_ticked || is_shown, name)
    });
    let modifiers = response.ctx.input(|input| input.modifiers);
    if response.clicked() {
        let (adds, extends) = (modifiers.command, modifiers.shift);
        *picked = Some(Pick { row: index, adds, extends });
    }
}

fn cells(line: &mut TableRow, row: &Row) {
    let mono = |text: String| {
        RichText::new(text).font(FontId::new(size::SMALL + 1.0, FontFamily::Monospace))
    };
    line.col(|ui| cell(ui, mono(row.message.to_string())));
    line.col(|ui| cell(ui, RichText::new(&row.message_type)));
    line.col(|ui| cell(ui, RichText::new(&row.channel)));
    line.col(|ui| cell(ui, RichText::new(&row.consumer)));
    line.col(|ui| {
        let color = Colors::of(ui).dead_letter;
        let text = format!("{} {}", icons::ERROR, row.last.0.text());
        cell(ui, RichText::new(text).color(color));
    });
    line.col(|ui| cell(ui, mono(row.attempts.to_string())));
    for (failure, at) in [row.first, row.last] {
        line.col(|ui| {
            let text = format!("{}  {}", clock::short(at), failure.text());
            let color = Colors::of(ui).muted;
            cell(ui, RichText::new(text).color(color));
        });
    }
    line.col(|ui| cell(ui, mono(clock::short(row.at))));
}

fn cell(ui: &mut Ui, text: RichText) {
    let text = text.size(size::SMALL + 1.0);
    ui.add(Label::new(text).truncate().selectable(false));
}
