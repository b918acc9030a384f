//! What a person likes: theme, recent files, window layout. Kept between sessions; a broken
//! settings file is set aside, never an obstacle.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::command::{PanelKind, Theme};

/// How many recent files are remembered.
const RECENT: usize = 12;

/// What is kept between sessions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Colors of the window.
    pub theme: Theme,
    /// Files that were opened or saved, the last one first.
    pub recent: Vec<PathBuf>,
    /// Panels that are shown.
    pub panels: BTreeSet<PanelKind>,
    /// Size of the window when it was closed, in points.
    pub window_size: Option<(f32, f32)>,
    /// Widths and heights of panels in points, by the window's own names for them.
    pub panel_sizes: std::collections::BTreeMap<String, f32>,
}

impl Default for Settings {
    fn default() -> Settings {
        let panels = [
            PanelKind::Outline,
            PanelKind::Inspector,
            PanelKind::Timeline,
            PanelKind::Problems,
            PanelKind::DeadLetters,
            PanelKind::Log,
            PanelKind::Trace,
            PanelKind::Promises,
            PanelKind::Metrics,
            PanelKind::Statistics,
        ];
        Settings {
            theme: Theme::default(),
            recent: Vec::new(),
            panels: panels.into(),
            window_size: None,
            panel_sizes: std::collections::BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Reads settings; unknown fields are ignored, so that an older version can read the file of a
    /// newer one.
    ///
    /// # Errors
    /// If the text is no settings file at all.
    pub fn from_text(text: &str) -> Result<Settings, ron::error::SpannedError> {
        ron::from_str(text)
    }

    /// The text of a settings file.
    ///
    /// # Panics
    /// Never: every field can be written.
    #[must_use]
    pub fn to_text(&self) -> String {
        ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default())
            .expect("invariant: settings hold only values that can be written")
            + "\n"
    }

    /// Puts a file at the head of the recent files.
    pub fn remember(&mut self, path: &Path) {
        self.forget(path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(RECENT);
    }

    /// Takes a file off the recent files.
    pub fn forget(&mut self, path: &Path) {
        self.recent.retain(|recent| recent != path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_round_trip_and_forgive_what_they_do_not_know() {
        let mut settings = Settings { theme: Theme::Dark, ..Settings::default() };
        settings.remember(Path::new("/designs/shop.ron"));
        settings.window_size = Some((1280.0, 800.0));
        assert_eq!(Settings::from_text(&settings.to_text()), Ok(settings));
        let newer = Settings::from_text("(theme: Light, hologram: true)").expect("settings");
        assert_eq!(newer.theme, Theme::Light);
        assert!(Settings::from_text("garbage (").is_err());
    }

    #[test]
    fn the_last_file_is_the_first_recent_one() {
        let mut settings = Settings::default();
        for number in 0..20 {
            settings.remember(Path::new(&format!("{number}.ron")));
        }
        settings.remember(Path::new("15.ron"));
        assert_eq!(settings.recent.len(), RECENT);
        assert_eq!(settings.recent[0], Path::new("15.ron"));
        assert_eq!(settings.recent.iter().filter(|path| path.ends_with("15.ron")).count(), 1);
    }
}
