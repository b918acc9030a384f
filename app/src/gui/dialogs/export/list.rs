//! The list of targets.

use egui::{
    Align2, FontFamily, FontId, Response, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::export::{Group, TARGETS, Target};
use crate::gui::fonts;
use crate::gui::icons::{self, Icon};
use crate::gui::theme::{Colors, size, space};

/// Shows the targets by group; a click chooses one.
pub(super) fn show(ui: &mut Ui, chosen: &mut usize) {
    let mut group = None;
    ScrollArea::vertical().id_salt("targets").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, target) in TARGETS.iter().enumerate() {
            if group != Some(target.group) {
                ui.add_space(if group.is_some() { space::S } else { 0.0 });
                let color = Colors::of(ui).faint;
                ui.label(RichText::new(target.group.title()).small().color(color));
                ui.add_space(space::HAIR);
                group = Some(target.group);
            }
            let response = row(ui, target, index == *chosen);
            if response.clicked() {
                *chosen = index;
            }
        }
    });
}

fn row(ui: &mut Ui, target: &Target, is_chosen: bool) -> Response {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_chosen, target.title));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colors = Colors::of(ui);
    if is_chosen {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.accent_soft);
    } else if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, f32::from(size::RADIUS), colors.hover);
    }
    let color = if is_chosen { colors.accent } else { colors.muted };
    let middle = rect.center().y;
    let at = pos2(rect.left() + space::L, middle);
    let font = fonts::icon_font(size::ICON);
    ui.painter().text(at, Align2::CENTER_CENTER, icon(target.group), font, color);
    let at = pos2(rect.left() + space::XXL, middle);
    let font = FontId::new(size::BODY, FontFamily::Proportional);
    ui.painter().text(at, Align2::LEFT_CENTER, target.title, font, colors.text);
    response.on_hover_text(target.sentence)
}

fn icon(group: Group) -> Icon {
    match group {
        Group::Pictures => icons::PICTURE,
        Group::Diagrams => icons::DIAGRAM,
        Group::Pages => icons::PAGES,
        Group::Documents => icons::CONTRACT,
        Group::Tables => icons::TABLE,
    }
}
