//! Makes the pictures of the manual: plays each scene of a file in the real window, in both themes
//! and both sizes, and keeps what the window shows then. Needs a display of at least 1920×1080.
//!
//! `pictures SCENES FOLDER [NAME…]`, where `pictures window` is the window itself.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

mod scene;
mod window;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use scene::Scene;
use window::{Look, Window};

/// Each picture is made in these.
const LOOKS: [Look; 4] = [
    Look { theme: "Dark", size: (1280, 800), suffix: "dark" },
    Look { theme: "Light", size: (1280, 800), suffix: "light" },
    Look { theme: "Dark", size: (1920, 1080), suffix: "dark-large" },
    Look { theme: "Light", size: (1920, 1080), suffix: "light-large" },
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [mode] if mode == window::MODE => Ok(window::open()?),
        [scenes, folder, names @ ..] => make(Path::new(scenes), &PathBuf::from(folder), names),
        _ => Err("expected: pictures SCENES FOLDER [NAME…]".into()),
    }
}

/// Makes the pictures of these names, or all; a look may be named as well (`canvas-dark`).
fn make(scenes: &Path, folder: &Path, names: &[String]) -> Result<(), Box<dyn Error>> {
    let scenes = scene::read(&fs::read_to_string(scenes)?)?;
    for scene in &scenes {
        for look in LOOKS {
            let picture = format!("{}-{}", scene.name, look.suffix);
            if names.is_empty() || names.contains(&scene.name) || names.contains(&picture) {
                take(scene, look, &folder.join(format!("{picture}.png")))
                    .map_err(|error| format!("{picture}: {error}"))?;
            }
        }
    }
    Ok(())
}

fn take(scene: &Scene, look: Look, file: &Path) -> Result<(), Box<dyn Error>> {
    let mut window = Window::start(look)?;
    for step in &scene.steps {
        window.play(step).map_err(|error| format!("{step:?}: {error}"))?;
    }
    fs::write(file, window.picture()?)?;
    eprintln!("{}", file.display());
    Ok(())
}
