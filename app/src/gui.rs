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

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eframe::{NativeOptions, Renderer};
use egui::{IconData, ViewportBuilder};

use crate::gui::frame::Workbench;
use crate::session::Session;

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no display, or nothing that can draw on it.
    #[error("cannot open a window: {}", cause(&.0.to_string()))]
    Window(#[from] eframe::Error),
    /// A library of the window system is missing; its loader knows no other way to say so.
    #[error(
        "cannot open a window: a library of the window system is missing (on Debian: libxkbcommon-x11-0)"
    )]
    Library,
}

/// Opens the window over a session and comes back when it is closed.
///
/// # Errors
/// If there is no display, or nothing that can draw on it.
pub fn open(session: Session) -> Result<(), OpenError> {
    let has_opened = Arc::new(AtomicBool::new(false));
    let opened = Arc::clone(&has_opened);
    let result = catch_unwind(AssertUnwindSafe(|| {
        let options = options(&session);
        let make: eframe::AppCreator = Box::new(move |creation| {
            opened.store(true, Ordering::Relaxed);
            Ok(Box::new(Workbench::new(&creation.egui_ctx, session)))
        });
        eframe::run_native("Flowbench", options, make)
    }));
    match result {
        Ok(result) => Ok(result?),
        // A mistake of ours, not of the machine.
        Err(panic) if has_opened.load(Ordering::Relaxed) => resume_unwind(panic),
        Err(_) => Err(OpenError::Library),
    }
}

fn options(session: &Session) -> NativeOptions {
    let (width, height) = session.settings.window_size.unwrap_or((1440.0, 900.0));
    NativeOptions {
        renderer: Renderer::Glow,
        viewport: ViewportBuilder::default()
            .with_app_id("flowbench")
            .with_title("Flowbench")
            .with_icon(icon())
            .with_inner_size([width, height])
            .with_min_inner_size([880.0, 560.0]),
        ..NativeOptions::default()
    }
}

fn icon() -> IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png"))
        .expect("invariant: the icon is a picture")
}

/// What the window system says, without the line of its source where it says so.
fn cause(text: &str) -> String {
    let Some((before, after)) = text.split_once("os error at ") else { return text.to_owned() };
    let what = after.split_once(": ").map_or(after, |(_, what)| what);
    format!("{before}{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_why_there_is_no_window_names_no_source_file() {
        let said = cause("winit EventLoopError: os error at /a/b/mod.rs:788: no connection");
        assert_eq!(said, "winit EventLoopError: no connection");
        assert_eq!(cause("no suitable configuration"), "no suitable configuration");
    }
}
