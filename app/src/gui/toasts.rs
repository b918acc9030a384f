//! Notices in the corner of the window.

use egui::{Align2, Area, Context, Frame, Margin, Order, vec2};

use crate::command::{Command, FileCommand};
use crate::gui::canvas::paint_nodes::severity_color;
use crate::gui::icons;
use crate::gui::panels::books::HEIGHT;
use crate::gui::theme::{Colors, line, size, space};
use crate::gui::widgets::{button, prose, tag};
use crate::session::notice::Notice;

/// Shows the notices, the newest at the bottom; each can be taken away.
pub fn ui(ctx: &Context, notices: &[Notice], commands: &mut Vec<Command>) {
    if notices.is_empty() {
        return;
    }
    Area::new(egui::Id::unique("toasts"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-space::M, -HEIGHT - space::M))
        .show(ctx, |ui| {
            for notice in notices {
                toast(ui, notice, commands);
            }
        });
}

fn toast(ui: &mut egui::Ui, notice: &Notice, commands: &mut Vec<Command>) {
    let colors = Colors::of(ui);
    let color = severity_color(colors, notice.severity);
    Frame::popup(ui.style())
        .stroke(line(1.0, colors.border_strong))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                tag::icon(ui, icons::severity(notice.severity), color);
                ui.vertical(|ui| {
                    ui.set_width(304.0);
                    ui.label(prose::sentence(ui, &notice.text, size::BODY));
                });
                if button::small_icon(ui, icons::CLOSE, "Dismiss notice").clicked() {
                    commands.push(FileCommand::DismissNotice(notice.id).into());
                }
            });
        });
}
