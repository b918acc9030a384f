//! From the keys of the window framework to the commands of the table.

use egui::{Context, Event, Key as WindowKey, Modifiers};

use crate::command::Command;
use crate::command_table;
use crate::gui::panels::timeline;
use crate::key::{Key, Shortcut};
use crate::session::Session;

/// Takes the shortcuts out of the input of this frame and gives their commands. A field that has
/// the keyboard keeps the keys one types with.
pub fn commands(ctx: &Context, session: &Session) -> Vec<Command> {
    let is_typing = ctx.text_edit_focused();
    let focused = ctx.memory(|memory| memory.focused());
    let has_focus = focused.is_some();
    let has_popup = egui::Popup::is_any_open(ctx);
    let is_on_ruler = focused == Some(timeline::ruler_id());
    let mut shortcuts = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Some(shortcut) = shortcut(event) else { return true };
            let is_taken = (is_typing && (shortcut.is_typing() || is_editing(shortcut)))
                || (has_popup && shortcut.key == Key::Escape)
                || (has_focus && is_pressing(shortcut))
                || (is_on_ruler && is_sliding(shortcut));
            let is_ours = !is_taken && command_table::command_of(shortcut).is_some();
            if is_ours {
                shortcuts.push(shortcut);
            }
            // Escape also closes menus and ends gestures.
            !is_ours || shortcut.key == Key::Escape
        });
    });
    shortcuts
        .into_iter()
        .filter_map(command_table::command_of)
        .filter(|info| (info.enabled)(session))
        .map(|info| (info.make)(session))
        .collect()
}

/// Keys that edit the text of a field: copy, select all, undo.
fn is_editing(shortcut: Shortcut) -> bool {
    let letters = ['A', 'C', 'V', 'X', 'Z', 'Y'];
    let is_letter = matches!(shortcut.key, Key::Char(letter) if letters.contains(&letter));
    shortcut.ctrl && (is_letter || matches!(shortcut.key, Key::Home | Key::End))
}

/// Keys that press the focused button.
fn is_pressing(shortcut: Shortcut) -> bool {
    matches!(shortcut.key, Key::Enter)
}

/// Keys that move the focused ruler.
fn is_sliding(shortcut: Shortcut) -> bool {
    let is_key = matches!(shortcut.key, Key::Home | Key::End | Key::Left | Key::Right);
    is_key && !shortcut.ctrl
}

fn shortcut(event: &Event) -> Option<Shortcut> {
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return None };
    let key = key_from_window(*key)?;
    // Signs such as `?` and `+` need Shift on many keyboards.
    let is_sign = matches!(key, Key::Char(letter) if !letter.is_ascii_alphanumeric());
    Some(Shortcut { shift: modifiers.shift && !is_sign, ..held(modifiers, key) })
}

fn held(modifiers: &Modifiers, key: Key) -> Shortcut {
    Shortcut { ctrl: modifiers.command, shift: modifiers.shift, alt: modifiers.alt, key }
}

/// Keys that are not called by what is printed on them.
const NAMED: [(WindowKey, Key); 14] = [
    (WindowKey::Space, Key::Space),
    (WindowKey::Enter, Key::Enter),
    (WindowKey::Escape, Key::Escape),
    (WindowKey::Delete, Key::Delete),
    (WindowKey::Backspace, Key::Delete),
    (WindowKey::Home, Key::Home),
    (WindowKey::End, Key::End),
    (WindowKey::ArrowLeft, Key::Left),
    (WindowKey::ArrowRight, Key::Right),
    (WindowKey::Minus, Key::Char('-')),
    (WindowKey::Plus, Key::Char('+')),
    (WindowKey::Equals, Key::Char('=')),
    (WindowKey::Questionmark, Key::Char('?')),
    (WindowKey::Period, Key::Char('.')),
];

fn key_from_window(key: WindowKey) -> Option<Key> {
    let name = key.symbol_or_name();
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next())
        && letter.is_ascii()
    {
        return Some(Key::Char(letter));
    }
    if let Some(number) = name.strip_prefix('F').and_then(|number| number.parse().ok()) {
        return Some(Key::Function(number));
    }
    NAMED.iter().find(|(window, _)| *window == key).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_window_become_keys_of_the_table() {
        assert_eq!(key_from_window(WindowKey::Z), Some(Key::Char('Z')));
        assert_eq!(key_from_window(WindowKey::F10), Some(Key::Function(10)));
        assert_eq!(key_from_window(WindowKey::F), Some(Key::Char('F')));
        assert_eq!(key_from_window(WindowKey::Minus), Some(Key::Char('-')));
        assert_eq!(key_from_window(WindowKey::Tab), None);
    }
}
