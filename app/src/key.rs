//! Keys and shortcuts as data, free of any window framework.

use std::fmt;

/// A key on the keyboard, by what it does rather than where it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    /// A letter, digit or sign, as it is printed on the key: `'Z'`, `'+'`, `'?'`.
    Char(char),
    /// F1 to F12.
    Function(u8),
    /// The space bar.
    Space,
    /// Enter or Return.
    Enter,
    /// Escape.
    Escape,
    /// Delete.
    Delete,
    /// Home.
    Home,
    /// End.
    End,
    /// Arrow to the left.
    Left,
    /// Arrow to the right.
    Right,
}

/// A key with the modifiers that are held. `ctrl` is the command key on macOS.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Shortcut {
    /// Control (Command on macOS) is held.
    pub ctrl: bool,
    /// Shift is held.
    pub shift: bool,
    /// Alt (Option on macOS) is held.
    pub alt: bool,
    /// The key itself.
    pub key: Key,
}

impl Shortcut {
    /// The key alone.
    #[must_use]
    pub const fn plain(key: Key) -> Shortcut {
        Shortcut { ctrl: false, shift: false, alt: false, key }
    }

    /// Control and the key of this letter or sign.
    #[must_use]
    pub const fn ctrl(letter: char) -> Shortcut {
        Shortcut { ctrl: true, shift: false, alt: false, key: Key::Char(letter) }
    }

    /// Alt and the key of this letter or sign.
    #[must_use]
    pub const fn alt(letter: char) -> Shortcut {
        Shortcut { ctrl: false, shift: false, alt: true, key: Key::Char(letter) }
    }

    /// Control and a key that is no letter.
    #[must_use]
    pub const fn ctrl_key(key: Key) -> Shortcut {
        Shortcut { ctrl: true, shift: false, alt: false, key }
    }

    /// The same with Shift held.
    #[must_use]
    pub const fn shift(self) -> Shortcut {
        Shortcut { shift: true, ..self }
    }

    /// Whether it is typed in the course of writing text, so that a text field with the keyboard
    /// focus takes it first.
    #[must_use]
    pub const fn is_typing(self) -> bool {
        !self.ctrl && !self.alt && !matches!(self.key, Key::Function(_))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Char(letter) => write!(f, "{letter}"),
            Key::Function(number) => write!(f, "F{number}"),
            Key::Space => f.write_str("Space"),
            Key::Enter => f.write_str("Enter"),
            Key::Escape => f.write_str("Esc"),
            Key::Delete => f.write_str("Del"),
            Key::Home => f.write_str("Home"),
            Key::End => f.write_str("End"),
            Key::Left => f.write_str("Left"),
            Key::Right => f.write_str("Right"),
        }
    }
}

impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_held, word) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if is_held {
                f.write_str(word)?;
            }
        }
        self.key.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcut_reads_as_on_a_menu() {
        assert_eq!(Shortcut::ctrl('Z').shift().to_string(), "Ctrl+Shift+Z");
        assert_eq!(Shortcut::plain(Key::Function(10)).to_string(), "F10");
        assert_eq!(Shortcut::plain(Key::Char('?')).to_string(), "?");
    }

    #[test]
    fn only_plain_keys_belong_to_a_text_field() {
        assert!(Shortcut::plain(Key::Space).is_typing());
        assert!(!Shortcut::ctrl('S').is_typing());
        assert!(!Shortcut::plain(Key::Function(2)).is_typing());
    }
}
