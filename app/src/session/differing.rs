//! The comparison of the open design with another version of it: computed beside everything else,
//! and anew whenever the design changes.

use std::path::PathBuf;
use std::sync::Arc;

use flowbench_model::design::Design;

use crate::command::PanelKind;
use crate::differences::{Against, Difference, Version};
use crate::job::Job;
use crate::session::Session;
use crate::session::notice::Request;

/// A comparison under way.
#[derive(Debug)]
pub(super) struct Differing {
    against: Against,
    job: Option<Job<Result<Difference, String>>>,
    found: Option<Arc<Difference>>,
}

impl Session {
    /// What the design is compared with; nothing if it is not.
    #[must_use]
    pub fn compared_with(&self) -> Option<&Against> {
        self.differing.as_ref().map(|it| &it.against)
    }

    /// What lies between that version and the design as it stands, or stood a moment ago.
    #[must_use]
    pub fn difference(&self) -> Option<&Arc<Difference>> {
        self.differing.as_ref()?.found.as_ref()
    }

    /// Whether the design has changed since, so that another answer is under way.
    #[must_use]
    pub fn is_comparing(&self) -> bool {
        self.differing.as_ref().is_some_and(|it| it.job.is_some())
    }

    pub(super) fn ask_version(&mut self) {
        if self.document.is_some() {
            self.requests.push(Request::CompareDialog);
        }
    }

    pub(super) fn compare(&mut self, against: Against) {
        if self.document.is_none() {
            return;
        }
        self.differing = Some(Differing { against, job: None, found: None });
        self.settings.panels.insert(PanelKind::Differences);
        self.follow_difference();
    }

    pub(super) fn stop_comparing(&mut self) {
        self.differing = None;
    }

    /// Takes an answer, and asks again where the design has changed.
    pub(super) fn follow_difference(&mut self) {
        let Some(differing) = &mut self.differing else { return };
        if let Some(job) = &differing.job {
            let answer = job.answer();
            if matches!(answer, Ok(None)) {
                return;
            }
            differing.job = None;
            match answer {
                Ok(Some(Ok(difference))) => differing.found = Some(Arc::new(difference)),
                Ok(Some(Err(error))) => return self.give_up_comparing(error),
                Ok(None) => {}
                Err(lost) => return self.give_up_comparing(lost.to_string()),
            }
        }
        self.begin_difference();
    }

    fn give_up_comparing(&mut self, error: String) {
        self.differing = None;
        self.fail(error);
    }

    fn begin_difference(&mut self) {
        let (Some(document), Some(differing)) = (&self.document, &mut self.differing) else {
            return;
        };
        let new = Arc::clone(document.design());
        let saved = (differing.against == Against::Saved).then_some(&document.saved);
        let found = differing.found.as_ref();
        let is_current = found.is_some_and(|it| {
            let has_old = saved.is_none_or(|saved| Arc::ptr_eq(&it.old.design, saved));
            Arc::ptr_eq(&it.new, &new) && has_old
        });
        if is_current {
            return;
        }
        let schemas = document.schemas.clone();
        let old = match saved {
            Some(saved) => Some(Arc::new(Version {
                design: Arc::clone(saved),
                schemas: document.saved_schemas(),
            })),
            None => found.map(|it| Arc::clone(&it.old)),
        };
        let (against, path) = (differing.against.clone(), document.path.clone());
        let job = Job::begin("differences", self.bench.waker(), move |_| {
            let old = match old {
                Some(old) => old,
                None => Arc::new(version(&against, path)?),
            };
            Ok(Difference::between(old, new, &schemas))
        });
        differing.job = Some(job);
    }

    /// Waits for the comparison. For tests.
    pub fn settle_difference(&mut self) {
        let job = self.differing.as_mut().and_then(|it| it.job.take());
        match job.map(|job| job.settle()) {
            Some(Ok(Ok(difference))) => {
                if let Some(differing) = &mut self.differing {
                    differing.found = Some(Arc::new(difference));
                }
            }
            Some(Ok(Err(error))) => self.give_up_comparing(error),
            Some(Err(lost)) => self.give_up_comparing(lost.to_string()),
            None => {}
        }
    }
}

fn version(against: &Against, path: Option<PathBuf>) -> Result<Version, String> {
    Version::read(against, path.as_deref())
}

/// What to select of a thing that is gone: what it was connected with, and is still there.
#[must_use]
pub fn around(name: &str, old: &Design, new: &Design) -> std::collections::BTreeSet<String> {
    let edges = old.edges.iter().filter(|edge| edge.from == name || edge.to == name);
    edges
        .flat_map(|edge| [&edge.from, &edge.to])
        .filter(|other| *other != name && new.node(other).is_some())
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command as Process;

    use flowbench_model::edit::Edit;
    use flowbench_model::finding::Place;

    use super::*;
    use crate::command::{Command, EditCommand, ExchangeCommand, FileCommand};
    use crate::differences::{Manner, counts};
    use crate::selection::Selection;

    fn opened() -> Session {
        let mut session = Session::default();
        session.apply(FileCommand::OpenSample("shoe-shop".to_owned()));
        session
    }

    fn compare(session: &mut Session, against: Against) {
        session.apply(ExchangeCommand::Compare(against));
        session.settle_difference();
    }

    #[test]
    fn what_changed_since_it_was_saved_is_told_and_follows_the_design() {
        let mut session = opened();
        compare(&mut session, Against::Saved);
        let said = |session: &Session| counts(&session.difference().expect("compared").diff);
        assert_eq!(said(&session), "nothing changed");
        session.apply(Command::edit(Edit::RemoveNode("dead-letters".to_owned())));
        session.apply(Command::edit(fewer_attempts(session.design().expect("a design"))));
        session.follow_difference();
        session.settle_difference();
        let difference = session.difference().expect("compared");
        assert!(difference.marks.gone_nodes.contains_key("dead-letters"));
        assert!(difference.diff.breaks() && !difference.marks.hurt.is_empty());
        session.apply(EditCommand::Undo);
        session.apply(EditCommand::Undo);
        session.follow_difference();
        session.settle_difference();
        assert_eq!(said(&session), "nothing changed");
        session.apply(FileCommand::DiscardThen(Box::new(FileCommand::CloseDesign.into())));
        assert!(session.compared_with().is_none());
    }

    #[test]
    fn a_file_that_is_no_design_is_told_and_nothing_is_compared() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("wrong.ron");
        std::fs::write(&path, "(").expect("written");
        let mut session = opened();
        compare(&mut session, Against::File(path));
        assert!(session.compared_with().is_none());
        let told = &session.notices.last().expect("told").text;
        assert!(told.contains("wrong.ron:1:"), "{told}");
        compare(&mut session, Against::Head);
        let told = &session.notices.last().expect("told").text;
        assert!(told.contains("save it first"), "{told}");
    }

    /// The order service tries two times, where it tried five.
    fn fewer_attempts(design: &Design) -> Edit {
        let edge = design.edges.iter().find(|edge| edge.to == "order").expect("an edge");
        let mut changed = edge.as_ref().clone();
        changed.contract.retry.as_mut().expect("it tries again").attempts = Some(2);
        Edit::PutEdge(edge.name(), changed)
    }

    fn git(folder: &Path, arguments: &[&str]) -> bool {
        let mut command = Process::new("git");
        command.arg("-C").arg(folder).args(["-c", "user.name=a", "-c", "user.email=a@b"]);
        command.args(arguments).output().is_ok_and(|output| output.status.success())
    }

    #[test]
    fn the_last_commit_is_compared_with_where_there_is_one() {
        let folder = tempfile::tempdir().expect("folder");
        assert!(git(folder.path(), &["init", "-q"]));
        let path = folder.path().join("design.ron");
        let mut session = opened();
        session.apply(FileCommand::SaveAs(path.clone()));
        compare(&mut session, Against::Head);
        let told = &session.notices.last().expect("told").text;
        assert!(told.contains("is not in the last commit"), "{told}");
        assert!(git(folder.path(), &["add", "."]) && git(folder.path(), &["commit", "-qm", "one"]));
        let node = session.design().and_then(|it| it.node("shop")).expect("a node");
        let mut node = node.as_ref().clone();
        node.name = "web-shop".to_owned();
        session.apply(Command::edit(Edit::PutNode("shop".to_owned(), node)));
        session.apply(FileCommand::Save);
        compare(&mut session, Against::Head);
        let difference = session.difference().expect("compared");
        assert!(difference.diff.unread.is_empty(), "schema files come from the commit too");
        assert_eq!(difference.marks.nodes.get("web-shop"), Some(&Manner::Renamed));
        let places = difference.diff.alterations.iter().map(|it| &it.place);
        assert!(places.clone().all(|place| *place == Place::Node("web-shop".to_owned())));
        assert_eq!(session.selection, Selection::None);
    }
}
