//! What is done before a picture is taken, a step a line: `click Button Shoe shop`.

use egui::{Key, Modifiers};

/// The steps to one picture.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    /// Name of the picture.
    pub(crate) name: String,
    /// From the gallery on.
    pub(crate) steps: Vec<Step>,
}

/// One thing that a person does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// `click ROLE LABEL`
    Click(Thing),
    /// `menu ROLE LABEL`: with the other button.
    Menu(Thing),
    /// `hover ROLE LABEL`
    Hover(Thing),
    /// `at 0.4 ROLE LABEL`: a click at this part of the width.
    At(f32, Thing),
    /// `scroll -300 ROLE LABEL`: the wheel above it, in points.
    Scroll(f32, Thing),
    /// `type TEXT`
    Type(String),
    /// `press Ctrl+Shift+P`
    Press(Modifiers, Key),
    /// `wait TEXT`: until something whose label or text contains this is there.
    Wait(String),
}

/// What the step is done to, by its accessible role and name.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// As in AccessKit: `Button`, `TreeItem`.
    pub(crate) role: String,
    /// The whole name, or with `…` at the end its beginning.
    pub(crate) label: String,
}

impl Thing {
    /// Whether this is its name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let start = self.label.strip_suffix('…');
        start.map_or(name == self.label, |start| name.starts_with(start))
    }
}

/// Reads scenes: `picture NAME`, then a step a line; `#` starts a comment.
pub(crate) fn read(text: &str) -> Result<Vec<Scene>, String> {
    let mut scenes: Vec<Scene> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match (line.strip_prefix("picture "), scenes.last_mut()) {
            (Some(name), _) => scenes.push(Scene { name: name.to_owned(), steps: Vec::new() }),
            (None, Some(scene)) => {
                let step = step(line).ok_or(format!("line {number}: no such step: {line}"))?;
                scene.steps.push(step);
            }
            (None, None) => return Err(format!("line {number}: expected `picture NAME` first")),
        }
    }
    Ok(scenes)
}

fn step(line: &str) -> Option<Step> {
    let (word, rest) = line.split_once(' ')?;
    let parted = || {
        let (number, rest) = rest.split_once(' ')?;
        Some((number.parse().ok()?, thing(rest)?))
    };
    Some(match word {
        "click" => Step::Click(thing(rest)?),
        "menu" => Step::Menu(thing(rest)?),
        "hover" => Step::Hover(thing(rest)?),
        "at" => parted().map(|(part, thing)| Step::At(part, thing))?,
        "scroll" => parted().map(|(points, thing)| Step::Scroll(points, thing))?,
        "type" => Step::Type(rest.to_owned()),
        "press" => press(rest)?,
        "wait" => Step::Wait(rest.to_owned()),
        _ => return None,
    })
}

fn thing(text: &str) -> Option<Thing> {
    let (role, label) = text.split_once(' ')?;
    Some(Thing { role: role.to_owned(), label: label.to_owned() })
}

fn press(text: &str) -> Option<Step> {
    let mut modifiers = Modifiers::NONE;
    let mut key = None;
    for part in text.split('+') {
        match part {
            "Ctrl" => modifiers |= Modifiers::CTRL | Modifiers::COMMAND,
            "Shift" => modifiers |= Modifiers::SHIFT,
            "Alt" => modifiers |= Modifiers::ALT,
            name => key = Key::from_name(name),
        }
    }
    Some(Step::Press(modifiers, key?))
}
