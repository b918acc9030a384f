//! The colors of the two themes.

use crate::formats::svg::Theme;
use crate::formats::svg::outline::Outline;

/// Colors, as SVG writes them.
pub(super) struct Colors {
    pub(super) background: &'static str,
    pub(super) card: &'static str,
    pub(super) frame: &'static str,
    pub(super) frame_line: &'static str,
    pub(super) text: &'static str,
    pub(super) muted: &'static str,
    pub(super) line: &'static str,
    pub(super) call: &'static str,
    pub(super) dead: &'static str,
    pub(super) badge: &'static str,
    producer: &'static str,
    channel: &'static str,
    consumer: &'static str,
}

const LIGHT: Colors = Colors {
    background: "#ffffff",
    card: "#ffffff",
    frame: "#f5f7fa",
    frame_line: "#d9e0e8",
    text: "#17202e",
    muted: "#5c6b80",
    line: "#7d8ca1",
    call: "#7a5ad0",
    dead: "#d0453c",
    badge: "#eef2f7",
    producer: "#12866a",
    channel: "#b7700d",
    consumer: "#2563c9",
};

const DARK: Colors = Colors {
    background: "#12161d",
    card: "#1c232e",
    frame: "#171d26",
    frame_line: "#2c3746",
    text: "#e9eef5",
    muted: "#94a3b8",
    line: "#75869c",
    call: "#a48bf0",
    dead: "#f0776e",
    badge: "#283242",
    producer: "#3fc79f",
    channel: "#eaa63f",
    consumer: "#6ba4ff",
};

/// Colors that the style sheet of the page around the picture says.
pub(super) const OF_PAGE: Colors = Colors {
    background: "var(--fb-card)",
    card: "var(--fb-card)",
    frame: "var(--fb-frame)",
    frame_line: "var(--fb-frame-line)",
    text: "var(--fb-text)",
    muted: "var(--fb-muted)",
    line: "var(--fb-line)",
    call: "var(--fb-call)",
    dead: "var(--fb-dead)",
    badge: "var(--fb-badge)",
    producer: "var(--fb-producer)",
    channel: "var(--fb-channel)",
    consumer: "var(--fb-consumer)",
};

impl Colors {
    /// The colors of a theme.
    pub(super) fn of(theme: Theme) -> &'static Colors {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The color that marks what a node is.
    pub(super) fn accent(&self, outline: Outline) -> &'static str {
        match outline {
            Outline::Producer => self.producer,
            Outline::Channel(_) => self.channel,
            Outline::Consumer => self.consumer,
        }
    }
}
