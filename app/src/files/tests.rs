//! What the disk holds after each thing that can happen.

use std::sync::Arc;

use flowbench_model::message::Schema;
use flowbench_model::message::{Message, MessageKind, MessageVersion};

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

fn names(folder: &Path) -> Vec<String> {
    list(folder)
        .iter()
        .map(|path| path.file_name().expect("name").to_string_lossy().into_owned())
        .collect()
}

#[test]
fn a_written_file_holds_the_new_text_and_nothing_lies_beside_it() {
    let folder = folder();
    let path = folder.path().join("design.ron");
    write_text(&path, "old").expect("write");
    write_text(&path, "new").expect("write");
    assert_eq!(read_text(&path, 100).expect("read"), "new");
    assert_eq!(names(folder.path()), ["design.ron"]);
}

#[test]
fn a_failed_write_keeps_the_old_text_and_leaves_nothing_behind() {
    let folder = folder();
    let path = folder.path().join("taken");
    fs::create_dir(&path).expect("folder");
    fs::write(path.join("inside"), "old").expect("write");
    let error = write_text(&path, "new").expect_err("a folder cannot be replaced by a file");
    assert!(error.to_string().contains("taken"), "{error}");
    assert_eq!(names(folder.path()), ["taken"]);
    assert_eq!(read_text(&path.join("inside"), 100).expect("read"), "old");
    let nowhere = folder.path().join("no/such/folder.ron");
    assert!(write_text(&nowhere, "new").is_err());
}

#[test]
fn a_crash_before_the_rename_keeps_the_old_text() {
    let folder = folder();
    let path = folder.path().join("design.ron");
    write_text(&path, "old").expect("write");
    // What a crash in the middle of writing leaves behind.
    fs::write(temporary_beside(&path), "ne").expect("write");
    assert_eq!(read_text(&path, 100).expect("read"), "old");
    write_text(&path, "new").expect("the next save is not hindered by it");
    assert_eq!(read_text(&path, 100).expect("read"), "new");
    assert_eq!(names(folder.path()), ["design.ron"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let (real, link) = (folder.path().join("real.ron"), folder.path().join("link.ron"));
    fs::write(&real, "old").expect("write");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");
    std::os::unix::fs::symlink("real.ron", &link).expect("link");
    write_text(&link, "new").expect("write");
    assert_eq!(read_text(&real, 100).expect("read"), "new");
    assert!(fs::symlink_metadata(&link).expect("link").is_symlink());
    let mode = fs::metadata(&real).expect("metadata").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_cannot_be_read_is_told_with_its_path() {
    let folder = folder();
    let path = folder.path().join("design.ron");
    let error = read_text(&path, 100).expect_err("there is no such file");
    assert!(error.to_string().contains("design.ron"), "{error}");
    fs::write(&path, [b'a', 0xff]).expect("write");
    assert!(matches!(read_text(&path, 100), Err(FileError::NotText { at: 1, .. })));
    fs::write(&path, "12345").expect("write");
    assert!(matches!(read_text(&path, 4), Err(FileError::TooLarge { limit: 4, .. })));
    assert_eq!(read_text(&path, 5).expect("read"), "12345");
    assert!(matches!(read_text(folder.path(), 5), Err(FileError::Read { .. })));
}

fn design_with_schema(name: &str) -> Design {
    let mut message = Message::new("OrderPlaced", MessageKind::Event);
    message.versions.push(MessageVersion::new(1, Schema::JsonSchemaFile(name.to_owned())));
    let mut design = Design::new("test");
    design.messages.push(Arc::new(message));
    design
}

#[test]
fn schema_files_are_read_from_the_folder_and_from_nowhere_else() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("design/schemas")).expect("folder");
    fs::write(folder.path().join("secret.json"), "secret").expect("write");
    fs::write(folder.path().join("design/schemas/order.json"), "{}").expect("write");
    let inside = folder.path().join("design");
    let read = |name: &str| read_schemas(&inside, &design_with_schema(name));
    assert_eq!(read("schemas/order.json").0["schemas/order.json"], "{}");
    for name in ["../secret.json", "/etc/hostname", "", "schemas/../../secret.json"] {
        let (schemas, errors) = read(name);
        assert!(schemas.is_empty(), "{name}");
        assert!(matches!(errors[0], FileError::OutsideFolder { .. }), "{name}: {errors:?}");
    }
    assert!(matches!(read("missing.json").1[0], FileError::Read { .. }));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_not_followed() {
    let folder = folder();
    let inside = folder.path().join("design");
    fs::create_dir(&inside).expect("folder");
    fs::write(folder.path().join("secret.json"), "secret").expect("write");
    std::os::unix::fs::symlink("../secret.json", inside.join("order.json")).expect("link");
    let (schemas, errors) = read_schemas(&inside, &design_with_schema("order.json"));
    assert!(schemas.is_empty());
    assert!(matches!(errors[0], FileError::OutsideFolder { .. }), "{errors:?}");
}
