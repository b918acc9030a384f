//! A design as a picture: SVG, and the pixels of it.

use flowbench_model::design::Design;
use flowbench_model::finding::Finding;
use flowbench_model::formats::svg as drawing;
use flowbench_model::layout;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options as Reading, Tree};

use super::{Content, File, Options, Source, Stop, Work};

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

/// Pixels: width, height, and four bytes each, red, green, blue, opacity (premultiplied).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pixels {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Row by row.
    pub bytes: Vec<u8>,
}

pub(super) fn svg(
    source: &Source<'_>,
    options: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    work.keep_text("", picture(source.design, options.is_dark))?;
    Ok(Vec::new())
}

pub(super) fn png(
    source: &Source<'_>,
    options: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let drawn = draw(&picture(source.design, options.is_dark), SCALE).map_err(Stop::Failed)?;
    let encoded = drawn.encode_png();
    let bytes =
        encoded.map_err(|error| Stop::Failed(format!("the picture cannot be written: {error}")))?;
    (work.keep)(File { path: String::new(), content: Content::Bytes(bytes) })?;
    Ok(Vec::new())
}

/// The picture of a design as SVG.
#[must_use]
pub fn picture(design: &Design, is_dark: bool) -> String {
    let theme = if is_dark { drawing::Theme::Dark } else { drawing::Theme::Light };
    drawing::write(design, &layout::positions(design), theme)
}

/// The picture of a design, no wider and no higher than so many pixels.
///
/// # Errors
/// If it cannot be drawn: one sentence.
pub fn pixels(design: &Design, is_dark: bool, largest: f32) -> Result<Pixels, String> {
    let picture = picture(design, is_dark);
    let size = read(&picture)?.size();
    let scale = (largest / size.width().max(size.height())).min(SCALE);
    let drawn = draw(&picture, scale)?;
    Ok(Pixels { width: drawn.width(), height: drawn.height(), bytes: drawn.take() })
}

fn read(picture: &str) -> Result<Tree, String> {
    let mut options = Reading { font_family: "Inter".to_owned(), ..Reading::default() };
    for font in FONTS {
        options.fontdb_mut().load_font_data(font.to_vec());
    }
    options.fontdb_mut().set_sans_serif_family("Inter");
    options.fontdb_mut().set_monospace_family("JetBrains Mono");
    Tree::from_str(picture, &options)
        .map_err(|error| format!("the picture cannot be drawn: {error}"))
}

/// Draws a picture with so many pixels for each of its units.
fn draw(picture: &str, scale: f32) -> Result<Pixmap, String> {
    let tree = read(picture)?;
    let size = tree.size();
    let (width, height) = (size.width() * scale, size.height() * scale);
    if width.max(height) > LARGEST as f32 {
        return Err(format!(
            "the picture would be {width} by {height} pixels, more than {LARGEST}; \
             export to svg, or move the nodes closer together"
        ));
    }
    let mut pixels = Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or_else(|| "the design has nothing to draw".to_owned())?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(pixels)
}
