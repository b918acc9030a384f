//! The samples, compiled into the program, so that the gallery works from one file and offline.

use std::path::Path;

use flowbench_model::schema::Schemas;

use crate::files::{self, FileError};

/// A design that teaches.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Name of its folder, by which it is opened.
    pub name: &'static str,
    /// Its files: path in the folder, and text. The first is the design to open.
    pub files: &'static [(&'static str, &'static str)],
}

/// The files of a sample folder.
macro_rules! sample {
    ($name:literal, [$($file:literal),* $(,)?]) => {
        Sample {
            name: $name,
            files: &[$(
                ($file, include_str!(concat!("../../samples/", $name, "/", $file))),
            )*],
        }
    };
}

/// Every sample, in the order of the gallery.
pub const SAMPLES: &[Sample] = &[
    sample!(
        "shoe-shop",
        [
            "design.ron",
            "page.md",
            "schemas/order-placed.json",
            "schemas/payment-completed.json",
            "schemas/payment-requested.json",
            "schemas/shipment-requested.json"
        ]
    ),
    sample!(
        "user-signup",
        [
            "design.ron",
            "choreographed.ron",
            "profile-race.ron",
            "page.md",
            "schemas/account-created.json",
            "schemas/create-user.json",
            "schemas/mail-sent.json",
            "schemas/profile-created.json",
            "schemas/send-welcome.json",
            "schemas/user-created.json",
            "schemas/welcome-sent.json"
        ]
    ),
    sample!("point-to-point", ["design.ron", "page.md", "schemas/photo-uploaded.json"]),
    sample!(
        "commands-events-queries",
        [
            "design.ron",
            "missing.ron",
            "page.md",
            "schemas/basket-confirmed.json",
            "schemas/basket-sold.json",
            "schemas/get-stock.json",
            "schemas/place-order.json",
            "schemas/stock-told.json"
        ]
    ),
    sample!("retry-lab", ["design.ron", "page.md", "schemas/basket-confirmed.json"]),
    sample!(
        "poison",
        ["design.ron", "page.md", "schemas/invoice-issued.json", "schemas/order-placed.json"]
    ),
    sample!(
        "routing-lab",
        [
            "design.ron",
            "page.md",
            "schemas/access-noted.json",
            "schemas/order-changed.json",
            "schemas/payment-changed.json",
            "schemas/pinged.json"
        ]
    ),
    sample!(
        "ordering",
        [
            "design.ron",
            "competing.ron",
            "page.md",
            "schemas/amount-booked.json",
            "schemas/invoice-created.json",
            "schemas/invoice-paid.json"
        ]
    ),
    sample!("consumer-group", ["design.ron", "page.md", "schemas/parcel-scanned.json"]),
    sample!("slow-consumer", ["design.ron", "page.md", "schemas/card-used.json"]),
    sample!(
        "recorded-orders",
        ["design.ron", "page.md", "recorded/orders.csv", "schemas/order-placed.avsc"]
    ),
    sample!(
        "notification-or-state",
        [
            "design.ron",
            "page.md",
            "schemas/price-changed.json",
            "schemas/price-wanted.json",
            "schemas/product-state.json"
        ]
    ),
    sample!(
        "retry-storm",
        ["design.ron", "page.md", "schemas/entries-wanted.json", "schemas/search-asked.json"]
    ),
    sample!("delivery-guarantees", ["design.ron", "page.md", "schemas/money-deposited.json"]),
    sample!(
        "dual-write",
        ["design.ron", "page.md", "schemas/order-placed.json", "schemas/place-order.json"]
    ),
    sample!(
        "change-data-capture",
        [
            "design.ron",
            "page.md",
            "schemas/order-placed.json",
            "schemas/order-row.1.json",
            "schemas/order-row.2.json",
            "schemas/place-order.json"
        ]
    ),
    sample!(
        "event-sourcing",
        [
            "design.ron",
            "page.md",
            "schemas/withdraw.json",
            "schemas/withdrawal-refused.json",
            "schemas/withdrawn.json"
        ]
    ),
    sample!(
        "projections",
        [
            "design.ron",
            "page.md",
            "schemas/get-order.json",
            "schemas/order-placed.json",
            "schemas/place-order.json"
        ]
    ),
    sample!("bounded-contexts", ["design.ron", "page.md", "schemas/customer-asked.json"]),
    sample!(
        "schema-evolution",
        [
            "design.ron",
            "page.md",
            "schemas/order-placed-1.json",
            "schemas/order-placed-2.json",
            "schemas/order-to-pack.json",
            "schemas/sale-counted.json"
        ]
    ),
    sample!("archive-replay", ["design.ron", "page.md", "schemas/order-placed.json"]),
    sample!(
        "room-light",
        [
            "design.ron",
            "commands.ron",
            "page.md",
            "schemas/motion-detected.json",
            "schemas/turn-on.json"
        ]
    ),
    sample!("fridge", ["design.ron", "page.md", "schemas/level-asked.json", "schemas/tick.json"]),
    sample!(
        "saga",
        [
            "design.ron",
            "choreographed.ron",
            "page.md",
            "schemas/charge-card.json",
            "schemas/order-placed.json",
            "schemas/order-shipped.json",
            "schemas/payment-captured.json",
            "schemas/payment-refunded.json",
            "schemas/refund-card.json",
            "schemas/release-stock.json",
            "schemas/reserve-stock.json",
            "schemas/ship-order.json",
            "schemas/shipment-failed.json",
            "schemas/stock-released.json",
            "schemas/stock-reserved.json"
        ]
    ),
    sample!("broker-durability", ["design.ron", "page.md", "schemas/order-placed.json"]),
];

/// The sample of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.name == name)
}

impl Sample {
    /// The text of a file of its folder.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&'static str> {
        self.files.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
    }

    /// The text of the design to open.
    ///
    /// # Panics
    /// Never: each sample has one.
    #[must_use]
    pub fn design(&self) -> &'static str {
        self.file("design.ron").expect("invariant: a sample has a design")
    }

    /// The page of explanation, in Markdown.
    #[must_use]
    pub fn page(&self) -> &'static str {
        self.file("page.md").unwrap_or_default()
    }

    /// The schema files, by path.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        let schemas = self.files.iter().filter(|(name, _)| name.starts_with("schemas/"));
        schemas.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    /// Writes the folder of the sample.
    ///
    /// # Errors
    /// If there is something at that path already, or the system says no.
    pub fn copy_to(&self, folder: &Path) -> Result<(), FileError> {
        if files::exists(folder) {
            return Err(FileError::Exists { path: folder.to_owned() });
        }
        for (name, text) in self.files {
            let path = folder.join(name);
            files::make_folder(path.parent().unwrap_or(folder))?;
            files::write_text(&path, text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_below(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for path in files::list(folder) {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            if path.is_dir() {
                files_below(&path, &format!("{prefix}{name}/"), found);
            } else if name != "golden.txt" {
                found.push(format!("{prefix}{name}"));
            }
        }
    }

    #[test]
    fn the_table_lists_every_file_of_every_sample_folder_but_the_golden_records() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
        for sample in SAMPLES {
            let mut found = Vec::new();
            files_below(&root.join(sample.name), "", &mut found);
            let mut listed: Vec<&str> = sample.files.iter().map(|(name, _)| *name).collect();
            listed.sort_unstable();
            found.sort();
            assert_eq!(listed, found, "{}", sample.name);
        }
        let folders = files::list(&root).iter().filter(|path| path.is_dir()).count();
        assert_eq!(folders, SAMPLES.len());
    }

    #[test]
    fn a_copied_sample_is_a_folder_of_its_own_and_never_overwrites() {
        let folder = tempfile::tempdir().expect("folder");
        let target = folder.path().join("mine");
        let sample = find("poison").expect("sample");
        sample.copy_to(&target).expect("copied");
        for (name, text) in sample.files {
            let copied = files::read_text(&target.join(name), files::DESIGN_LIMIT).expect("read");
            assert_eq!(copied, *text);
        }
        let error = sample.copy_to(&target).expect_err("the folder exists");
        assert!(error.to_string().contains("exists already"), "{error}");
    }
}
