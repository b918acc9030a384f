//! What an export would make, to be looked at before anything is written.

use super::picture::{self, Pixels};
use super::{Content, File, Group, Options, Source, Stop, Target, Work};
use flowbench_model::finding::Finding;

/// Bytes of texts that are kept to be looked at.
const TEXTS: usize = 32 << 20;
/// Pixels at the longer side of a picture.
const LARGEST: f32 = 1600.0;

/// What would be made.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Preview {
    /// The files, in the order in which they are made.
    pub files: Vec<Seen>,
    /// Their bytes together.
    pub bytes: usize,
    /// What it looks like, if it is a picture.
    pub picture: Option<Pixels>,
    /// What would be left out, place by place.
    pub findings: Vec<Finding>,
}

/// A file that would be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Where it belongs; empty if it is the only one.
    pub path: String,
    /// Its size.
    pub bytes: usize,
    /// What is in it, if it is a text and there are not too many already.
    pub text: Option<String>,
}

/// Makes everything that the export would make.
///
/// # Errors
/// As the export.
pub fn preview(
    target: &Target,
    source: &Source<'_>,
    options: Options,
    (is_wanted, progress): (&(dyn Fn() -> bool + Sync), &mut dyn FnMut(u64)),
) -> Result<Preview, Stop> {
    let mut seen = Preview::default();
    let mut texts = 0;
    let mut keep = |File { path, content }: File| {
        if !is_wanted() {
            return Err(Stop::Unwanted);
        }
        let bytes = content.bytes().len();
        seen.bytes += bytes;
        let text = match content {
            Content::Text(text) if texts + bytes <= TEXTS => Some(text),
            Content::Text(_) | Content::Bytes(_) => None,
        };
        texts += text.as_ref().map_or(0, String::len);
        seen.files.push(Seen { path, bytes, text });
        Ok(())
    };
    let mut work = Work { keep: &mut keep, is_wanted, progress, folder: None };
    let findings = target.make(source, options, &mut work)?;
    if target.group == Group::Pictures {
        let pixels = picture::pixels(source.design, options.is_dark, LARGEST);
        seen.picture = Some(pixels.map_err(Stop::Failed)?);
    }
    seen.findings = findings;
    Ok(seen)
}
