//! The schema files beside a design: what they say, what stands on the disk, and how the one
//! becomes the other.

use std::path::{Path, PathBuf};

use flowbench_model::design::Design;
use flowbench_model::schema::Schemas;

use crate::files::{self, FileError};

/// The schema files of an open design.
#[derive(Debug, Default)]
pub struct SchemaFiles {
    /// As they were read first; what a person changed since stands in the design.
    read: Schemas,
    /// As they stand on the disk, as far as we know.
    on_disk: Schemas,
}

impl SchemaFiles {
    /// Files that were read from the folder of a design.
    #[must_use]
    pub fn read(read: Schemas) -> SchemaFiles {
        SchemaFiles { on_disk: read.clone(), read }
    }

    /// Files that are not in a folder of their own yet.
    #[must_use]
    pub fn given(read: Schemas) -> SchemaFiles {
        SchemaFiles { read, on_disk: Schemas::new() }
    }

    /// What they say in this state of the design.
    #[must_use]
    pub fn now(&self, design: &Design) -> Schemas {
        let mut now = self.read.clone();
        let changed = design.schema_files.iter();
        now.extend(changed.map(|(path, text)| (path.clone(), text.to_string())));
        now
    }

    /// Reads the files that a design names and that nobody has read yet; whether there were any.
    pub fn read_new(&mut self, folder: &Path, design: &Design) -> bool {
        let is_new = |name: &String| {
            !self.read.contains_key(name) && !design.schema_files.contains_key(name)
        };
        let mut has_read = false;
        for name in files::schema_names(design).into_iter().filter(is_new).collect::<Vec<_>>() {
            if let Ok(text) = files::read_inside(folder, &name, files::SCHEMA_LIMIT) {
                self.on_disk.insert(name.clone(), text.clone());
                self.read.insert(name, text);
                has_read = true;
            }
        }
        has_read
    }

    /// The files that a design names and that say something else than on the disk.
    #[must_use]
    pub fn unwritten(&self, now: &Schemas, design: &Design) -> Schemas {
        let named = files::schema_names(design).into_iter();
        let texts = named.filter_map(|name| Some((name.clone(), now.get(&name)?.clone())));
        texts.filter(|(name, text)| self.on_disk.get(name) != Some(text)).collect()
    }

    /// Notes that the folder of the design holds these now.
    pub fn mark_written(&mut self, now: &Schemas, design: &Design) {
        let named = files::schema_names(design).into_iter();
        self.on_disk.extend(named.filter_map(|name| Some((name.clone(), now.get(&name)?.clone()))));
    }

    /// Forgets which folder they are in: nothing is known of the next one.
    pub fn leave(&mut self) {
        self.on_disk.clear();
    }

    /// A file among these that holds neither what we know of nor what is to be written: somebody
    /// else has changed it, or it was there before.
    #[must_use]
    pub fn foreign(&self, folder: &Path, unwritten: &Schemas) -> Option<PathBuf> {
        let is_foreign = |(name, text): &(&String, &String)| match files::read_text(
            &folder.join(name),
            files::SCHEMA_LIMIT,
        ) {
            Ok(found) => self.on_disk.get(*name) != Some(&found) && found != **text,
            Err(_) => false,
        };
        unwritten.iter().find(is_foreign).map(|(name, _)| folder.join(name))
    }
}

/// Writes files into the folder of a design.
///
/// # Errors
/// If one of them would lie outside, or cannot be written; the earlier ones are written then.
pub fn write(folder: &Path, texts: &Schemas) -> Result<(), FileError> {
    for (name, text) in texts {
        files::write_inside(folder, name, text.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use flowbench_model::edit::Edit;
    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::command::{Command, EditCommand, FileCommand};
    use crate::samples;
    use crate::session::Session;
    use crate::session::notice::Question;
    use crate::version;

    const FILE: &str = "schemas/order-placed-2.json";
    const OTHER: &str = "{\"type\": \"object\"}\n";

    /// A saved copy of a design with schema files.
    fn shop() -> (TempDir, PathBuf, Session) {
        let folder = tempdir().expect("a folder");
        let copy = folder.path().join("shop");
        samples::find("schema-evolution").expect("sample").copy_to(&copy).expect("copied");
        let mut session = Session::default();
        session.apply(FileCommand::OpenFile(copy.join("design.ron")));
        (folder, copy, session)
    }

    fn put(session: &mut Session, text: &str) {
        session.apply(Command::edit(Edit::PutSchemaFile(FILE.to_owned(), text.to_owned())));
    }

    fn is_unsaved(session: &Session) -> bool {
        session.document.as_ref().expect("open").is_unsaved()
    }

    fn now(session: &Session) -> &str {
        &session.document.as_ref().expect("open").schemas[FILE]
    }

    #[test]
    fn a_changed_file_is_written_when_the_design_is_saved() {
        let (_folder, copy, mut session) = shop();
        let before = fs::read_to_string(copy.join(FILE)).expect("a file");
        let design = fs::read_to_string(copy.join("design.ron")).expect("a file");
        put(&mut session, OTHER);
        assert!(is_unsaved(&session) && now(&session) == OTHER);
        assert_eq!(fs::read_to_string(copy.join(FILE)).expect("a file"), before);
        session.apply(FileCommand::Save);
        assert_eq!(fs::read_to_string(copy.join(FILE)).expect("a file"), OTHER);
        assert_eq!(fs::read_to_string(copy.join("design.ron")).expect("a file"), design);
        assert!(!is_unsaved(&session));
        session.apply(EditCommand::Undo);
        assert!(is_unsaved(&session) && now(&session) == before);
        session.apply(FileCommand::Save);
        assert_eq!(fs::read_to_string(copy.join(FILE)).expect("a file"), before);
    }

    #[test]
    fn a_file_that_somebody_else_has_changed_is_asked_about() {
        let (_folder, copy, mut session) = shop();
        put(&mut session, OTHER);
        fs::write(copy.join(FILE), "{}").expect("written");
        session.apply(FileCommand::Save);
        let Some(Question::ChangedOnDisk { path }) = &session.question else {
            panic!("no question")
        };
        assert_eq!(*path, copy.join(FILE));
        assert_eq!(fs::read_to_string(copy.join(FILE)).expect("a file"), "{}");
        session.apply(FileCommand::SaveAnyway);
        assert_eq!(fs::read_to_string(copy.join(FILE)).expect("a file"), OTHER);
    }

    #[test]
    fn a_schema_is_moved_into_a_file_that_saving_makes() {
        let (_folder, copy, mut session) = shop();
        let message = session.design().expect("open").message("OrderPlaced").expect("one").clone();
        let schemas = session.document.as_ref().expect("open").schemas.clone();
        let (edit, number) = version::next(&message, Some(2), &schemas);
        session.apply(Command::edit(edit));
        assert_eq!(number, 3);
        session.apply(FileCommand::Save);
        let text = fs::read_to_string(copy.join("schemas/order-placed-3.json")).expect("a file");
        assert_eq!(text, schemas[FILE]);
    }

    #[test]
    fn files_go_along_to_another_folder() {
        let (folder, copy, mut session) = shop();
        put(&mut session, OTHER);
        let other = folder.path().join("other");
        fs::create_dir(&other).expect("a folder");
        session.apply(FileCommand::SaveAs(other.join("design.ron")));
        assert_eq!(fs::read_to_string(other.join(FILE)).expect("a file"), OTHER);
        assert_ne!(fs::read_to_string(copy.join(FILE)).expect("a file"), OTHER);
        assert!(!is_unsaved(&session));
        put(&mut session, "{}");
        session.apply(FileCommand::SaveAs(other.join("renamed.ron")));
        assert_eq!(fs::read_to_string(other.join(FILE)).expect("a file"), "{}");
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_written_outside_the_folder_be_it_through_a_link() {
        let (folder, copy, mut session) = shop();
        let edit = Edit::PutSchemaFile("../x.json".to_owned(), OTHER.to_owned());
        session.apply(Command::edit(edit));
        assert!(session.notices.last().expect("told").text.contains("out of the folder"));
        let outside = folder.path().join("outside");
        fs::create_dir(&outside).expect("a folder");
        fs::rename(copy.join("schemas"), outside.join("schemas")).expect("moved");
        std::os::unix::fs::symlink(outside.join("schemas"), copy.join("schemas")).expect("linked");
        let before = fs::read_to_string(outside.join(FILE)).expect("a file");
        put(&mut session, OTHER);
        session.apply(FileCommand::Save);
        assert!(session.notices.last().expect("told").text.contains("inside the design's folder"));
        assert_eq!(fs::read_to_string(outside.join(FILE)).expect("a file"), before);
        assert!(is_unsaved(&session));
    }
}
