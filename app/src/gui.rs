//! The window. egui lives here and nowhere else.

pub mod canvas;
pub mod clock;
pub mod dialogs;
pub mod fonts;
pub mod frame;
pub mod icons;
pub mod kept;
pub mod keys;
pub mod panels;
pub mod run_view;
pub mod story;
pub mod theme;
pub mod toasts;
pub mod widgets;
pub mod words;

use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;

use crate::gui::frame::Workbench;
use crate::session::Session;

/// Opens the window over a session and comes back when it is closed.
///
/// # Errors
/// If there is no display, or nothing that can draw on it.
pub fn open(session: Session) -> Result<(), eframe::Error> {
    let (width, height) = session.settings.window_size.unwrap_or((1440.0, 900.0));
    let options = NativeOptions {
        renderer: Renderer::Glow,
        viewport: ViewportBuilder::default()
            .with_app_id("flowbench")
            .with_title("Flowbench")
            .with_inner_size([width, height])
            .with_min_inner_size([880.0, 560.0]),
        ..NativeOptions::default()
    };
    eframe::run_native(
        "Flowbench",
        options,
        Box::new(|creation| Ok(Box::new(Workbench::new(&creation.egui_ctx, session)))),
    )
}
