//! The window. egui lives here and nowhere else.

pub mod canvas;
pub mod clock;
pub mod fonts;
pub mod icons;
pub mod kept;
pub mod panels;
pub mod story;
pub mod theme;
pub mod widgets;
pub mod words;
