//! Commands that write a design for other tools. The writing is a job beside everything else.

use std::path::PathBuf;
use std::sync::Arc;

use flowbench_model::finding::{Finding, Severity};

use crate::command::ExchangeCommand;
use crate::export::{Form, Options, Order, Source, Stop, Target};
use crate::files;
use crate::job::Job;
use crate::session::Session;
use crate::session::notice::Request;

/// An export under way.
#[derive(Debug)]
pub(super) struct Exporting {
    order: Order,
    job: Job<Result<Vec<Finding>, Stop>>,
}

impl Session {
    pub(super) fn apply_exchange(&mut self, command: ExchangeCommand) {
        match command {
            ExchangeCommand::ImportDialog => self.requests.push(Request::ImportDialog),
            ExchangeCommand::Import(files) => self.requests.push(Request::Import(files)),
            ExchangeCommand::OpenImported(design) => self.open_imported(&design),
            ExchangeCommand::AddImported(design) => self.add_imported(&design),
            ExchangeCommand::ExportDialog if self.document.is_none() => {}
            ExchangeCommand::ExportDialog => self.requests.push(Request::Export),
            ExchangeCommand::Export(order) => self.export(order),
            ExchangeCommand::StopExport => self.stop_export(),
            ExchangeCommand::CompareDialog => self.ask_version(),
            ExchangeCommand::Compare(against) => self.compare(against),
            ExchangeCommand::StopComparing => self.stop_comparing(),
            ExchangeCommand::Show(path) => {
                if let Err(error) = files::desktop::open(&path) {
                    self.fail(error);
                }
            }
        }
    }

    /// What is being written, and how much of it is done, in percent.
    #[must_use]
    pub fn export_progress(&self) -> Option<(&Order, u64)> {
        self.exporting.as_ref().map(|it| (&it.order, it.job.percent()))
    }

    fn export(&mut self, order: Order) {
        let Some(document) = &self.document else { return };
        if self.exporting.is_some() {
            return self.fail("another export is being written; wait for it, or stop it");
        }
        let design = Arc::clone(document.design());
        let (schemas, beside) = (document.schemas.clone(), document.beside());
        let Order { target, options, out } = order.clone();
        let job = Job::begin("export", self.bench.waker(), move |doing| {
            let source = Source { design: &design, schemas: &schemas, beside: &beside };
            let is_wanted = || doing.is_wanted();
            target
                .write(&source, options, (&out, &is_wanted), &mut |percent| doing.progress(percent))
        });
        self.exporting = Some(Exporting { order, job });
    }

    fn stop_export(&mut self) {
        if let Some(exporting) = self.exporting.take() {
            let title = exporting.order.target.title;
            self.tell(Severity::Info, format!("{title}: the export was stopped"));
        }
    }

    /// Tells what came of an export.
    pub(super) fn follow_export(&mut self) {
        let Some(exporting) = &self.exporting else { return };
        let answer = exporting.job.answer();
        if !matches!(answer, Ok(None)) {
            let order = exporting.order.clone();
            self.exporting = None;
            match answer {
                Ok(Some(written)) => self.exported(&order, written),
                Ok(None) => {}
                Err(lost) => self.fail(lost),
            }
        }
    }

    /// Waits for an export. For tests.
    pub fn settle_export(&mut self) {
        if let Some(exporting) = self.exporting.take() {
            match exporting.job.settle() {
                Ok(written) => self.exported(&exporting.order, written),
                Err(lost) => self.fail(lost),
            }
        }
    }

    fn exported(&mut self, order: &Order, written: Result<Vec<Finding>, Stop>) {
        match written {
            Ok(found) => {
                let left_out = match found.len() {
                    0 => String::new(),
                    1 => "; 1 thing was left out".to_owned(),
                    count => format!("; {count} things were left out"),
                };
                let text = format!("Exported to {}{left_out}", order.out.display());
                self.tell(Severity::Info, text);
                if let Some(notice) = self.notices.last_mut() {
                    let is_file = matches!(order.target.form(order.options), Form::File(_));
                    notice.file = Some(if is_file { order.out.clone() } else { entrance(order) });
                }
            }
            Err(Stop::Unwanted) => {}
            Err(Stop::Failed(error)) => self.fail(error),
        }
    }
}

/// What to open of a folder that was written: its first page, if it has one.
fn entrance(order: &Order) -> PathBuf {
    let page = order.out.join("index.html");
    if files::exists(&page) { page } else { order.out.clone() }
}

/// The folder and the name to suggest for an export of the open design.
#[must_use]
pub fn suggested(session: &Session, target: &Target, options: Options) -> PathBuf {
    let Some(document) = &session.document else { return PathBuf::new() };
    let name = target.suggested_name(&document.design().info.name, options);
    let folder = document.path.as_ref().and_then(|path| path.parent());
    folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name))
}
