//! Widgets of the workbench. Each takes what it shows and gives an egui response; each has an
//! accessible name.

pub mod button;
pub mod density;
pub mod empty;
pub mod form;
pub mod long_list;
pub mod menu_item;
pub mod policy;
pub mod prose;
pub mod search;
pub mod section;
pub mod segmented;
pub mod state_diagram;
pub mod table;
pub mod tag;
pub mod text_view;
pub mod verdict;
