//! `flowbench export`: a design as a picture, in the language of another tool, or as web pages.

mod catalog;
mod documents;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flowbench_model::design::Design;
use flowbench_model::formats::asyncapi::Syntax;
use flowbench_model::formats::diagram::LANGUAGES;
use flowbench_model::formats::{csv, svg};
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

/// What to write, and where to.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Design, folder with a design.ron, or name of a sample
    file: PathBuf,
    /// What to make of it
    #[arg(long, value_enum)]
    to: Target,
    /// The file to write; for csv, catalog and asyncapi a folder
    #[arg(long)]
    out: PathBuf,
    /// Colors
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    theme: Theme,
    /// Write the catalog as one file
    #[arg(long)]
    single_file: bool,
    /// Leave out what the scenarios of a catalog come to
    #[arg(long)]
    without_runs: bool,
}

/// What a design can be made into.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    /// Scalable
    Svg,
    /// Pixels, two for each canvas unit
    Png,
    /// A Mermaid flowchart
    Mermaid,
    /// DOT of Graphviz
    Dot,
    /// A PlantUML component diagram
    Plantuml,
    /// A D2 diagram
    D2,
    /// Tables of nodes, edges and messages, three files
    Csv,
    /// An event catalog: a folder of web pages
    Catalog,
    /// AsyncAPI 3 in YAML, a document for each application
    Asyncapi,
    /// The same in JSON
    AsyncapiJson,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Theme {
    Light,
    Dark,
}

/// Writes it, and says what it cannot carry.
pub(super) fn export(arguments: &Arguments, console: &mut Console) -> Result<Status, String> {
    let input = Input::open(&arguments.file)?;
    let design = &input.document.design;
    let leaves_out = match arguments.to {
        Target::Svg => write(&arguments.out, picture(design, arguments.theme).as_bytes())?,
        Target::Png => write(&arguments.out, &png(&picture(design, arguments.theme))?)?,
        Target::Mermaid => diagram("mermaid", design, &arguments.out)?,
        Target::Dot => diagram("dot", design, &arguments.out)?,
        Target::Plantuml => diagram("plantuml", design, &arguments.out)?,
        Target::D2 => diagram("d2", design, &arguments.out)?,
        Target::Csv => tables(design, &arguments.out)?,
        Target::Catalog => catalog(&input, arguments)?,
        Target::Asyncapi => documents::write(&input, &arguments.out, Syntax::Yaml, console)?,
        Target::AsyncapiJson => documents::write(&input, &arguments.out, Syntax::Json, console)?,
    };
    console.line(&format!("written to {}", arguments.out.display()));
    if let Some(leaves_out) = leaves_out {
        console.line(&format!("left out: {leaves_out}"));
    }
    Ok(Status::Held)
}

/// What a target leaves out, if it says so.
type LeavesOut = Option<&'static str>;

fn write(out: &Path, bytes: &[u8]) -> Result<LeavesOut, String> {
    files::write_bytes(out, bytes).map_err(|error| error.to_string())?;
    Ok(None)
}

fn picture(design: &Design, theme: Theme) -> String {
    let theme = match theme {
        Theme::Light => svg::Theme::Light,
        Theme::Dark => svg::Theme::Dark,
    };
    svg::write(design, &layout::positions(design), theme)
}

fn diagram(name: &str, design: &Design, out: &Path) -> Result<LeavesOut, String> {
    let language = LANGUAGES.iter().find(|language| language.name == name);
    let language = language.expect("invariant: every target names a language of the table");
    write(out, (language.write)(design).as_bytes())?;
    Ok(Some(language.leaves_out))
}

fn tables(design: &Design, folder: &Path) -> Result<LeavesOut, String> {
    files::make_folder(folder).map_err(|error| error.to_string())?;
    for (name, text) in csv::write(design) {
        write(&folder.join(name), text.as_bytes())?;
    }
    Ok(Some(csv::LEAVES_OUT))
}

fn catalog(input: &Input, arguments: &Arguments) -> Result<LeavesOut, String> {
    let (single, runs) = (arguments.single_file, !arguments.without_runs);
    catalog::write(input, &arguments.out, single, runs)?;
    Ok(Some(flowbench_model::catalog::LEAVES_OUT))
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
