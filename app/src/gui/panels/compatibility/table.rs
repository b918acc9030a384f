//! Which pairs stand where in the matrix: writers as rows, readers as columns.

use std::collections::BTreeMap;

use flowbench_model::compat::edges::Reading;

/// A row: who writes what in which version.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Row {
    pub(super) message: String,
    pub(super) writer: String,
    pub(super) written: u32,
}

/// A column: who reads, and for one message over which edge and as which version.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Column {
    pub(super) reader: String,
    /// The channel or node it reads from, and the version; not said where all messages are shown.
    pub(super) from: Option<(String, Option<u32>)>,
}

/// The rows, the columns, and the readings where they meet.
#[derive(Default)]
pub(super) struct Table {
    of: Option<Option<String>>,
    pub(super) rows: Vec<Row>,
    pub(super) columns: Vec<Column>,
    /// Places of readings, by row and column.
    pub(super) cells: BTreeMap<(usize, usize), Vec<usize>>,
    /// Places of all readings that are shown.
    pub(super) readings: Vec<usize>,
}

impl Table {
    /// Brings it up to date with the readings of one message, or of all; whether it was not.
    pub(super) fn follow(
        &mut self,
        readings: &[Reading],
        name: Option<&str>,
        is_fresh: bool,
    ) -> bool {
        let of = Some(name.map(str::to_owned));
        if self.of == of && !is_fresh {
            return false;
        }
        let is_other = self.of != of;
        let shown = || {
            let all = readings.iter().enumerate();
            all.filter(|(_, it)| name.is_none_or(|name| it.message == name))
        };
        let mut rows: Vec<Row> = shown().map(|(_, it)| row(it)).collect();
        rows.sort();
        rows.dedup();
        let mut columns: Vec<Column> = shown().map(|(_, it)| column(it, name)).collect();
        columns.sort();
        columns.dedup();
        let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (place, reading) in shown() {
            let at = |found: Result<usize, usize>| found.expect("invariant: all are listed");
            let row = at(rows.binary_search(&row(reading)));
            let column = at(columns.binary_search(&column(reading, name)));
            cells.entry((row, column)).or_default().push(place);
        }
        let readings_shown = shown().map(|(place, _)| place).collect();
        let before = std::mem::take(&mut self.readings);
        let has_moved = before != readings_shown;
        *self = Table { of, rows, columns, cells, readings: readings_shown };
        is_other || has_moved
    }
}

fn row(it: &Reading) -> Row {
    Row { message: it.message.clone(), writer: it.writer.clone(), written: it.written }
}

fn column(it: &Reading, name: Option<&str>) -> Column {
    let from = name.map(|_| (it.edge.from.clone(), it.read));
    Column { reader: it.reader.clone(), from }
}

#[cfg(test)]
mod tests {
    use flowbench_model::compat::edges::readings;
    use flowbench_model::formats::native;

    use super::*;
    use crate::samples;

    #[test]
    fn writers_are_rows_and_readers_are_columns() {
        let sample = samples::find("schema-evolution").expect("a sample");
        let design = native::read(sample.design()).expect("a design").design;
        let readings = readings(&design);
        let mut table = Table::default();
        assert!(table.follow(&readings, Some("OrderPlaced"), true));
        let rows: Vec<String> =
            table.rows.iter().map(|it| format!("{} {}", it.writer, it.written)).collect();
        assert_eq!(rows, ["shop 1", "shop 2"]);
        let columns: Vec<&str> = table.columns.iter().map(|it| it.reader.as_str()).collect();
        assert_eq!(columns, ["billing", "billing-next", "reporting", "upcaster"]);
        assert_eq!(table.cells.len(), 8);
        assert!(!table.follow(&readings, Some("OrderPlaced"), false));
        assert!(table.follow(&readings, None, false));
        assert_eq!((table.rows.len(), table.columns.len()), (4, 6));
        assert!(table.follow(&readings, Some("Nothing"), false) && table.rows.is_empty());
    }
}
