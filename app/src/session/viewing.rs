//! Commands about what the window shows.

use crate::command::{Stage, Theme, ViewCommand};
use crate::selection::Selection;
use crate::session::Session;
use crate::session::notice::Request;

impl Session {
    pub(super) fn apply_view(&mut self, command: ViewCommand) {
        match command {
            ViewCommand::ZoomToFit => self.requests.push(Request::ZoomToFit),
            ViewCommand::ZoomToSelection => self.requests.push(Request::ZoomToSelection),
            ViewCommand::ZoomIn => self.requests.push(Request::ZoomIn),
            ViewCommand::ZoomOut => self.requests.push(Request::ZoomOut),
            ViewCommand::ShowPanel(panel) => {
                self.settings.panels.insert(panel);
            }
            ViewCommand::Show(stage) => self.stage = stage,
            ViewCommand::EditMessage(message) => {
                self.stage = Stage::Schemas;
                self.selection = Selection::MessageType(message.name.clone());
                self.requests.push(Request::EditVersion { message });
            }
            ViewCommand::TogglePanel(panel) => {
                if !self.settings.panels.remove(&panel) {
                    self.settings.panels.insert(panel);
                }
            }
            ViewCommand::ToggleTheme => {
                self.settings.theme = match self.settings.theme {
                    Theme::Light => Theme::Dark,
                    Theme::Dark | Theme::System => Theme::Light,
                }
            }
            ViewCommand::SetTheme(theme) => self.settings.theme = theme,
            ViewCommand::OpenPalette => self.requests.push(Request::Palette),
            ViewCommand::Find => self.requests.push(Request::Find),
            ViewCommand::ChoosePreset => self.requests.push(Request::Presets),
            ViewCommand::ShowShortcuts => self.requests.push(Request::Shortcuts),
            ViewCommand::ShowAbout => self.requests.push(Request::About),
        }
    }
}
