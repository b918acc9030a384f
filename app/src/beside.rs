//! What lies beside a design: the folder of its file, or the files of a sample.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowbench_model::design::Design;
use flowbench_model::formats::recorded::{Head, Heads};
use flowbench_model::node::Role;
use flowbench_simulator::recorded::{HEAD, Source};

use crate::files::recorded::{RecordedFile, read_head};
use crate::samples;

/// Where the files lie that a design names by relative paths.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Beside {
    /// Nowhere: the design has no file yet.
    #[default]
    Nothing,
    /// In this folder.
    Folder(PathBuf),
    /// In the sample of this name.
    Sample(String),
}

impl Beside {
    /// The folder of a design file.
    #[must_use]
    pub fn file(path: &Path) -> Beside {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Beside::Folder(folder.unwrap_or(Path::new(".")).to_owned())
    }

    /// Opens a recorded file.
    ///
    /// # Errors
    /// If it is not there or cannot be read: one sentence.
    pub fn open(&self, name: &str) -> Result<Arc<dyn Source>, String> {
        match self {
            Beside::Nothing => Err(unsaved(name)),
            Beside::Folder(folder) => match RecordedFile::open(folder, name) {
                Ok(file) => Ok(Arc::new(file)),
                Err(error) => Err(error.to_string()),
            },
            Beside::Sample(sample) => match text_in(sample, name) {
                Some(text) => Ok(Arc::new(text.as_bytes().to_vec())),
                None => Err(format!("the sample `{sample}` has no file `{name}`")),
            },
        }
    }

    /// The beginning of a recorded file.
    ///
    /// # Errors
    /// If it is not there or cannot be read: one sentence.
    pub fn head(&self, name: &str) -> Result<Head, String> {
        match self {
            Beside::Nothing => Err(unsaved(name)),
            Beside::Folder(folder) => read_head(folder, name).map_err(|error| error.to_string()),
            Beside::Sample(sample) => match text_in(sample, name) {
                Some(text) => Ok(Head {
                    bytes: text.as_bytes()[..text.len().min(HEAD)].to_vec(),
                    is_whole: text.len() <= HEAD,
                }),
                None => Err(format!("the sample `{sample}` has no file `{name}`")),
            },
        }
    }

    /// The beginnings of the recorded files of a design, as far as they can be read.
    #[must_use]
    pub fn heads(&self, design: &Design) -> Heads {
        let names = recorded_names(design).into_iter();
        names.filter_map(|name| Some((name.clone(), self.head(&name).ok()?))).collect()
    }
}

/// The recorded files that a design names, each once.
#[must_use]
pub fn recorded_names(design: &Design) -> Vec<String> {
    let workloads = design.nodes.iter().flat_map(|node| match &node.role {
        Role::Producer(producer) => &*producer.workload,
        Role::Channel(_) | Role::Consumer(_) => &[],
    });
    let recorded = workloads.filter_map(|workload| workload.arrivals.recorded());
    let mut names: Vec<String> = recorded.map(|recorded| recorded.file.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn text_in(sample: &str, name: &str) -> Option<&'static str> {
    samples::find(sample)?.file(name)
}

fn unsaved(name: &str) -> String {
    format!("`{name}` is looked for beside the design, which has no file yet: save it first")
}
