//! Design tokens: every color, size and distance of the workbench, light and dark. No other file
//! of the GUI states one.

use std::collections::BTreeMap;

use egui::style::{Selection, TextCursorStyle, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle,
    Ui, Visuals, vec2,
};

use crate::gui::fonts;

/// Distances on a grid of four points.
pub mod space {
    /// 2 points: between a label and its own ornament.
    pub const HAIR: f32 = 2.0;
    /// 4 points: inside a group.
    pub const XS: f32 = 4.0;
    /// 8 points: between widgets.
    pub const S: f32 = 8.0;
    /// 12 points: inside panels.
    pub const M: f32 = 12.0;
    /// 16 points: between groups.
    pub const L: f32 = 16.0;
    /// 24 points: between sections.
    pub const XL: f32 = 24.0;
    /// 32 points: around screens.
    pub const XXL: f32 = 32.0;
}

/// Sizes of things.
pub mod size {
    /// Text that explains: 11 points.
    pub const SMALL: f32 = 11.0;
    /// Ordinary text: 13 points.
    pub const BODY: f32 = 13.0;
    /// Titles of panels and cards: 14 points.
    pub const TITLE: f32 = 14.0;
    /// Heads of screens: 22 points.
    pub const HEAD: f32 = 22.0;
    /// Icons in buttons and lists.
    pub const ICON: f32 = 16.0;
    /// Icons of empty states.
    pub const ICON_LARGE: f32 = 32.0;
    /// Height of buttons and fields.
    pub const CONTROL: f32 = 28.0;
    /// Height of a row in lists and tables.
    pub const ROW: f32 = 26.0;
    /// Height of the top bar.
    pub const TOP_BAR: f32 = 44.0;
    /// Radius of buttons and fields.
    pub const RADIUS: u8 = 6;
    /// Radius of cards and windows.
    pub const RADIUS_LARGE: u8 = 8;
    /// Narrowest and widest side panel.
    pub const SIDE: std::ops::RangeInclusive<f32> = 200.0..=480.0;
    /// Width of the left panel at first.
    pub const LEFT: f32 = 224.0;
    /// Width of the inspector at first.
    pub const RIGHT: f32 = 320.0;
    /// Height of the bottom dock at first.
    pub const DOCK: f32 = 176.0;
    /// Height of the time line at first: ruler and two or three lanes.
    pub const TIMELINE: f32 = 132.0;
    /// Width of a card in the gallery.
    pub const CARD: egui::Vec2 = egui::vec2(292.0, 224.0);
    /// Width of dialogs.
    pub const DIALOG: f32 = 560.0;
}

/// The colors of one theme, by meaning.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Colors {
    /// Behind the graph.
    pub canvas: Color32,
    /// Dots of the canvas grid.
    pub grid: Color32,
    /// Side panels and bars.
    pub panel: Color32,
    /// Cards, nodes, menus.
    pub raised: Color32,
    /// Fields, wells, code.
    pub sunken: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// Being pressed.
    pub pressed: Color32,
    /// Lines between surfaces.
    pub border: Color32,
    /// Lines around things one can operate.
    pub border_strong: Color32,
    /// Text.
    pub text: Color32,
    /// Text of less weight; still legible (AA).
    pub muted: Color32,
    /// Hints and disabled things.
    pub faint: Color32,
    /// The one accent: selection, focus, the primary button.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Behind selected things.
    pub accent_soft: Color32,
    /// Producers.
    pub producer: Color32,
    /// Channels.
    pub channel: Color32,
    /// Consumers.
    pub consumer: Color32,
    /// Dead letters and their routes.
    pub dead_letter: Color32,
    /// Promises that hold, books that balance.
    pub ok: Color32,
    /// Warnings.
    pub warn: Color32,
    /// Errors and faults.
    pub error: Color32,
    /// Edges.
    pub edge: Color32,
    /// Shadow under floating things.
    pub shadow: Color32,
    /// Over everything while a dialog is open.
    pub scrim: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const LIGHT: Colors = Colors {
    canvas: rgb(0xf6f7f9),
    grid: rgb(0xdadee6),
    panel: rgb(0xffffff),
    raised: rgb(0xffffff),
    sunken: rgb(0xf3f5f8),
    hover: rgb(0xebeef3),
    pressed: rgb(0xdfe4ec),
    border: rgb(0xe2e6ec),
    border_strong: rgb(0xc6ccd8),
    text: rgb(0x1a2030),
    muted: rgb(0x566074),
    faint: rgb(0x6d7689),
    accent: rgb(0x2459d6),
    on_accent: rgb(0xffffff),
    accent_soft: rgb(0xe4ebfc),
    producer: rgb(0x0b7d6f),
    channel: rgb(0x6f45cf),
    consumer: rgb(0xb4520c),
    dead_letter: rgb(0xb5195c),
    ok: rgb(0x24783a),
    warn: rgb(0x8f5b00),
    error: rgb(0xc92a2a),
    edge: rgb(0x8a94a8),
    shadow: Color32::from_rgba_premultiplied(6, 8, 14, 28),
    scrim: Color32::from_rgba_premultiplied(8, 11, 18, 90),
};

const DARK: Colors = Colors {
    canvas: rgb(0x0f1218),
    grid: rgb(0x262c38),
    panel: rgb(0x161a22),
    raised: rgb(0x1d222d),
    sunken: rgb(0x10141b),
    hover: rgb(0x262c39),
    pressed: rgb(0x303848),
    border: rgb(0x282e3a),
    border_strong: rgb(0x414a5c),
    text: rgb(0xe7eaf1),
    muted: rgb(0xa6afc0),
    faint: rgb(0x8690a3),
    accent: rgb(0x6f9bff),
    on_accent: rgb(0x0b1226),
    accent_soft: rgb(0x1f2e50),
    producer: rgb(0x37c7b1),
    channel: rgb(0xab90fa),
    consumer: rgb(0xf29b57),
    dead_letter: rgb(0xf472a5),
    ok: rgb(0x57c77a),
    warn: rgb(0xe3b549),
    error: rgb(0xf37272),
    edge: rgb(0x66718a),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 110),
    scrim: Color32::from_rgba_premultiplied(0, 0, 0, 150),
};

/// Hues of message types, in turn; apart from each other in both themes and for the color-blind
/// as far as eight can be.
const MESSAGE_LIGHT: [Color32; 8] = [
    rgb(0x2459d6),
    rgb(0xc2410c),
    rgb(0x0b7d6f),
    rgb(0x9333b5),
    rgb(0x8a6100),
    rgb(0x0e7490),
    rgb(0xb5195c),
    rgb(0x4d7c0f),
];
const MESSAGE_DARK: [Color32; 8] = [
    rgb(0x7aa5ff),
    rgb(0xff9a5c),
    rgb(0x3ed0b8),
    rgb(0xd58cf2),
    rgb(0xe5c04d),
    rgb(0x55c8e6),
    rgb(0xf783b3),
    rgb(0xa3d14f),
];

impl Colors {
    /// The colors of the theme that is on.
    #[must_use]
    pub fn of(ui: &Ui) -> &'static Colors {
        Colors::themed(ui.visuals().dark_mode)
    }

    /// The colors of the dark or the light theme.
    #[must_use]
    pub fn themed(dark: bool) -> &'static Colors {
        if dark { &DARK } else { &LIGHT }
    }

    /// The color of the `index`-th message type of a design.
    #[must_use]
    pub fn message(&self, index: usize) -> Color32 {
        let hues = if *self == DARK { &MESSAGE_DARK } else { &MESSAGE_LIGHT };
        hues[index % hues.len()]
    }
}

/// A color laid thinly over another.
#[must_use]
pub fn tint(base: Color32, over: Color32, share: f32) -> Color32 {
    base.lerp_to_gamma(over, share)
}

/// The line of this width in this color.
#[must_use]
pub fn line(width: f32, color: Color32) -> Stroke {
    Stroke::new(width, color)
}

/// Gives egui the look of the workbench, in both themes.
pub fn install(ctx: &Context) {
    fonts::install(ctx);
    ctx.set_style_of(egui::Theme::Light, style(false));
    ctx.set_style_of(egui::Theme::Dark, style(true));
}

fn style(dark: bool) -> Style {
    let mut style = Style {
        text_styles: text_styles(),
        visuals: visuals(dark),
        animation_time: 0.12,
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S, space::XS + space::HAIR);
    spacing.button_padding = vec2(space::S + space::HAIR, space::XS);
    spacing.interact_size = vec2(size::CONTROL, size::CONTROL);
    spacing.window_margin = Margin::same(space::L as i8);
    spacing.menu_margin = Margin::same(space::XS as i8);
    spacing.menu_width = 260.0;
    spacing.indent = space::L;
    spacing.icon_width = size::ICON;
    spacing.icon_width_inner = 9.0;
    spacing.combo_height = 320.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = egui::style::ScrollStyle::thin();
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    style
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    [
        (TextStyle::Small, FontId::new(size::SMALL, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(size::BODY, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(size::BODY, fonts::medium())),
        (TextStyle::Heading, FontId::new(size::TITLE, fonts::semi_bold())),
        (TextStyle::Monospace, FontId::new(12.0, FontFamily::Monospace)),
    ]
    .into()
}

fn visuals(dark: bool) -> Visuals {
    let colors = Colors::themed(dark);
    let base = if dark { Visuals::dark() } else { Visuals::light() };
    Visuals {
        override_text_color: None,
        weak_text_color: Some(colors.muted),
        widgets: widgets(colors),
        selection: Selection { bg_fill: colors.accent_soft, stroke: line(1.5, colors.accent) },
        hyperlink_color: colors.accent,
        faint_bg_color: colors.sunken,
        extreme_bg_color: colors.sunken,
        text_edit_bg_color: Some(colors.sunken),
        code_bg_color: colors.sunken,
        warn_fg_color: colors.warn,
        error_fg_color: colors.error,
        window_corner_radius: CornerRadius::same(size::RADIUS_LARGE),
        window_shadow: shadow(colors, 24),
        window_fill: colors.raised,
        window_stroke: line(1.0, colors.border),
        menu_corner_radius: CornerRadius::same(size::RADIUS_LARGE),
        panel_fill: colors.panel,
        popup_shadow: shadow(colors, 16),
        text_cursor: TextCursorStyle { stroke: line(1.5, colors.accent), ..base.text_cursor },
        indent_has_left_vline: false,
        striped: false,
        slider_trailing_fill: true,
        disabled_alpha: 0.45,
        ..base
    }
}

fn shadow(colors: &Colors, blur: u8) -> Shadow {
    Shadow { offset: [0, 4], blur, spread: 0, color: colors.shadow }
}

fn widgets(colors: &Colors) -> Widgets {
    let visuals = |fill: Color32, border: Stroke, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: border,
        corner_radius: CornerRadius::same(size::RADIUS),
        fg_stroke: line(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: visuals(colors.panel, line(1.0, colors.border), colors.text),
        inactive: visuals(colors.raised, line(1.0, colors.border_strong), colors.text),
        hovered: visuals(colors.hover, line(1.0, colors.border_strong), colors.text),
        active: visuals(colors.pressed, line(1.5, colors.accent), colors.text),
        open: visuals(colors.hover, line(1.0, colors.border_strong), colors.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn text_is_legible_on_every_surface_in_both_themes() {
        for colors in [&LIGHT, &DARK] {
            for surface in [colors.canvas, colors.panel, colors.raised, colors.sunken] {
                for text in [
                    colors.text,
                    colors.muted,
                    colors.accent,
                    colors.producer,
                    colors.channel,
                    colors.consumer,
                    colors.dead_letter,
                    colors.ok,
                    colors.warn,
                    colors.error,
                ] {
                    let ratio = contrast(text, surface);
                    assert!(ratio >= 4.5, "{text:?} on {surface:?}: {ratio:.2}");
                }
                let ratio = contrast(colors.faint, surface);
                assert!(ratio >= 4.0, "faint on {surface:?}: {ratio:.2}");
            }
            assert!(contrast(colors.on_accent, colors.accent) >= 4.5);
        }
    }

    #[test]
    fn message_hues_are_legible_and_come_round() {
        for (colors, surface) in [(&LIGHT, LIGHT.raised), (&DARK, DARK.raised)] {
            for index in 0..8 {
                assert!(contrast(colors.message(index), surface) >= 4.5, "{index}");
            }
            assert_eq!(colors.message(0), colors.message(8));
        }
    }
}
