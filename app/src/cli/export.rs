//! `flowbench export`: a design as a picture.

use std::path::PathBuf;

use clap::ValueEnum;
use flowbench_model::formats::svg;
use flowbench_model::layout;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::cli::Status;
use crate::cli::console::Console;
use crate::cli::input::Input;
use crate::files;

/// Pixels for each canvas unit.
const SCALE: f32 = 2.0;
/// The largest picture in pixels, so that a mistaken place on the canvas does not eat all memory.
const LARGEST: u32 = 16_384;

/// The fonts of the pictures, part of the program: a picture looks the same on every machine.
const FONTS: [&[u8]; 4] = [
    include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../../assets/fonts/Inter-Medium.otf"),
    include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
    include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
];

/// What to draw, and where to.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Design, folder with a design.ron, or name of a sample
    file: PathBuf,
    /// Kind of picture
    #[arg(long, value_enum)]
    to: Target,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
    /// Colors
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    theme: Theme,
}

/// Kinds of pictures.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    /// Scalable
    Svg,
    /// Pixels, two for each canvas unit
    Png,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Theme {
    Light,
    Dark,
}

/// Writes the picture.
pub(super) fn export(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let input = Input::open(&arguments.file)?;
    let design = &input.document.design;
    let theme = match arguments.theme {
        Theme::Light => svg::Theme::Light,
        Theme::Dark => svg::Theme::Dark,
    };
    let picture = svg::write(design, &layout::positions(design), theme);
    let bytes = match arguments.to {
        Target::Svg => picture.into_bytes(),
        Target::Png => png(&picture)?,
    };
    files::write_bytes(&arguments.out, &bytes).map_err(|error| error.to_string())?;
    console.line(&format!("written to {}", arguments.out.display()));
    Ok(Status::Held)
}

/// The pixels of a picture.
fn png(picture: &str) -> Result<Vec<u8>, String> {
    let mut options = Options { font_family: "Inter".to_owned(), ..Options::default() };
    for font in FONTS {
        options.fontdb_mut().load_font_data(font.to_vec());
    }
    options.fontdb_mut().set_sans_serif_family("Inter");
    options.fontdb_mut().set_monospace_family("JetBrains Mono");
    let tree = Tree::from_str(picture, &options)
        .map_err(|error| format!("the picture cannot be drawn: {error}"))?;
    let size = tree.size();
    let (width, height) = (size.width() * SCALE, size.height() * SCALE);
    if width.max(height) > LARGEST as f32 {
        return Err(format!(
            "the picture would be {width} by {height} pixels, more than {LARGEST}; \
             export to svg, or move the nodes closer together"
        ));
    }
    let mut pixels = Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or_else(|| "the design has nothing to draw".to_owned())?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| format!("the picture cannot be written: {error}"))
}
