//! Notices in the corner of the window, and how far an export is.

use egui::{Align2, Area, Context, Frame, Margin, Order, Ui, vec2};

use crate::command::{Command, ExchangeCommand, FileCommand};
use crate::export;
use crate::gui::canvas::paint_nodes::severity_color;
use crate::gui::icons;
use crate::gui::panels::books::HEIGHT;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::{button, prose, tag};
use crate::session::Session;
use crate::session::notice::Notice;

/// Width of what a notice says.
const WIDTH: f32 = 304.0;

/// Shows the notices, the newest at the bottom; each can be taken away.
pub fn ui(ctx: &Context, session: &Session, commands: &mut Vec<Command>) {
    let progress = session.export_progress();
    if session.notices.is_empty() && progress.is_none() {
        return;
    }
    Area::new(egui::Id::unique("toasts"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-space::M, -HEIGHT - space::M))
        .show(ctx, |ui| {
            for notice in &session.notices {
                toast(ui, notice, commands);
            }
            if let Some((order, percent)) = progress {
                frame(ui, |ui| exporting_ui(ui, order, percent, commands));
            }
        });
}

fn toast(ui: &mut Ui, notice: &Notice, commands: &mut Vec<Command>) {
    let color = severity_color(Colors::of(ui), notice.severity);
    frame(ui, |ui| {
        ui.horizontal_top(|ui| {
            tag::icon(ui, icons::severity(notice.severity), color);
            ui.vertical(|ui| {
                ui.set_width(WIDTH);
                ui.label(prose::sentence(ui, &notice.text, size::BODY));
                if let Some(file) = &notice.file {
                    ui.horizontal(|ui| file_buttons(ui, file, commands));
                }
            });
            if button::small_icon(ui, icons::CLOSE, "Dismiss notice").clicked() {
                commands.push(FileCommand::DismissNotice(notice.id).into());
            }
        });
    });
}

fn frame(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let stroke = line(1.0, Colors::of(ui).border_strong);
    let frame = Frame::popup(ui.style()).stroke(stroke);
    frame.inner_margin(Margin::symmetric(12, 8)).show(ui, content);
}

fn file_buttons(ui: &mut Ui, file: &std::path::Path, commands: &mut Vec<Command>) {
    if button::link(ui, icons::OPEN, "Open").clicked() {
        commands.push(ExchangeCommand::Show(file.to_owned()).into());
    }
    if let Some(folder) = file.parent()
        && button::link(ui, icons::FOLDER, "Show in folder").clicked()
    {
        commands.push(ExchangeCommand::Show(folder.to_owned()).into());
    }
}

fn exporting_ui(ui: &mut Ui, order: &export::Order, percent: u64, commands: &mut Vec<Command>) {
    ui.horizontal_top(|ui| {
        ui.spinner();
        ui.vertical(|ui| {
            ui.set_width(WIDTH);
            ui.label(format!("{}: {percent} % of the runs", order.target.title));
            ui.label(order.out.display().to_string());
        });
        if button::small_icon(ui, icons::STOP, "Stop the export").clicked() {
            commands.push(ExchangeCommand::StopExport.into());
        }
    });
}
