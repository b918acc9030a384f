//! The window. egui lives here and nowhere else.

pub mod canvas;
pub mod fonts;
pub mod icons;
pub mod theme;
pub mod widgets;
pub mod words;
