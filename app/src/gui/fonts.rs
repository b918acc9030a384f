//! The fonts of the workbench: Inter for text, JetBrains Mono for code, and the icon font.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily, FontId};

const REGULAR: &str = "Inter";
const MEDIUM: &str = "Inter Medium";
const SEMI_BOLD: &str = "Inter SemiBold";
const MONO: &str = "JetBrains Mono";

/// The family for labels that carry some weight: buttons, tabs, table heads.
#[must_use]
pub fn medium() -> FontFamily {
    FontFamily::Name(MEDIUM.into())
}

/// The family for headings and titles.
#[must_use]
pub fn semi_bold() -> FontFamily {
    FontFamily::Name(SEMI_BOLD.into())
}

/// The family of the icon font.
#[must_use]
pub fn icons() -> FontFamily {
    FontFamily::Name(egui_material_icons::FONT_FAMILY.into())
}

/// An icon of this size, in points.
#[must_use]
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, icons())
}

/// Installs the fonts. Text in any family falls back to the icons and to the built-in fonts, so
/// that an icon may stand in the middle of a label.
pub fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 4] = [
        (REGULAR, include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
        (MEDIUM, include_bytes!("../../../assets/fonts/Inter-Medium.otf")),
        (SEMI_BOLD, include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
        (MONO, include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let icons = egui_material_icons::font_insert();
    fonts.font_data.insert(icons.name.clone(), Arc::new(icons.data));
    let fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let chain = |first: &str| {
        let mut names = vec![first.to_owned(), icons.name.clone()];
        names.extend(fallbacks.iter().cloned());
        names
    };
    fonts.families.insert(FontFamily::Proportional, chain(REGULAR));
    fonts.families.insert(FontFamily::Monospace, chain(MONO));
    fonts.families.insert(medium(), chain(MEDIUM));
    fonts.families.insert(semi_bold(), chain(SEMI_BOLD));
    fonts.families.insert(self::icons(), vec![icons.name.clone(), REGULAR.to_owned()]);
    ctx.set_fonts(fonts);
}
