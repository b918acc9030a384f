//! Long lists of small rows, packed by column: in each block of rows a column takes as many bytes a
//! row as its largest difference from its smallest value needs.

/// Rows of a block.
const BLOCK: usize = 4096;
/// Columns a row has at most.
pub(crate) const COLUMNS: usize = 5;
/// What is read and written at a time.
const WORD: usize = size_of::<u64>();

/// What can be packed: numbers, and something small that is kept as it is.
pub(crate) trait Row: Copy {
    /// Kept as it is.
    type Tag: Copy;
    /// The row in parts; columns that are not needed are 0.
    fn split(&self) -> ([u64; COLUMNS], Self::Tag);
    /// The row of these parts.
    fn join(columns: [u64; COLUMNS], tag: Self::Tag) -> Self;
}

/// A list that grows; what is in it stays as it is.
#[derive(Clone, Debug)]
pub(crate) struct Packed<R: Row> {
    blocks: Vec<Block<R::Tag>>,
    /// The rows after the last whole block.
    rest: Vec<R>,
}

#[derive(Clone, Debug)]
struct Block<T> {
    columns: [Column; COLUMNS],
    /// The columns one after the other, and some bytes more, so that whole words can be read.
    bytes: Box<[u8]>,
    tags: Box<[T]>,
}

/// One column of a block.
#[derive(Clone, Copy, Debug)]
struct Column {
    least: u64,
    /// The largest difference from the least.
    range: u64,
    /// Bytes a row.
    width: usize,
    /// Where it begins.
    start: usize,
}

impl<R: Row> Default for Packed<R> {
    fn default() -> Packed<R> {
        Packed { blocks: Vec::new(), rest: Vec::new() }
    }
}

impl<R: Row> Packed<R> {
    #[inline]
    pub(crate) fn push(&mut self, row: R) {
        if self.rest.len() == BLOCK {
            self.blocks.push(Block::of(&self.rest));
            self.rest.clear();
        }
        self.rest.push(row);
    }

    pub(crate) fn len(&self) -> usize {
        self.blocks.len() * BLOCK + self.rest.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<R> {
        match self.blocks.get(index / BLOCK) {
            Some(block) => Some(block.row(index % BLOCK)),
            None => self.rest.get(index - self.blocks.len() * BLOCK).copied(),
        }
    }

    /// The rows in order, from an index.
    pub(crate) fn rows_from(&self, index: usize) -> impl Iterator<Item = R> {
        let first = (index / BLOCK).min(self.blocks.len());
        let whole = self.blocks[first..].iter().flat_map(Block::rows);
        whole.chain(self.rest.iter().copied()).skip(index - first * BLOCK)
    }

    /// The rows whose tag fits, in order. Cost: a look at each tag.
    pub(crate) fn tagged(&self, fits: impl Fn(R::Tag) -> bool + Copy) -> impl Iterator<Item = R> {
        let in_block = move |block: &'_ Block<R::Tag>| {
            let tags = block.tags.iter().enumerate().filter(|(_, tag)| fits(**tag));
            tags.map(|(row, _)| block.row(row)).collect::<Vec<R>>()
        };
        let rest = self.rest.iter().filter(move |row| fits(row.split().1)).copied();
        self.blocks.iter().flat_map(in_block).chain(rest)
    }

    /// The indices of the rows that have this value in a column. Cost: a look at each block, and at
    /// each row of those that may have it.
    pub(crate) fn with(&self, column: usize, value: u64) -> Vec<usize> {
        let mut found = Vec::new();
        for (block, at) in self.blocks.iter().zip((0..).step_by(BLOCK)) {
            let shape = block.columns[column];
            if value.checked_sub(shape.least).is_some_and(|above| above <= shape.range) {
                let fits = |row: &usize| block.value(column, *row) == value;
                found.extend((0..BLOCK).filter(fits).map(|row| at + row));
            }
        }
        let at = self.blocks.len() * BLOCK;
        let rest = self.rest.iter().enumerate();
        found.extend(rest.filter(|(_, it)| it.split().0[column] == value).map(|(row, _)| at + row));
        found
    }

    /// Bytes in use.
    pub(crate) fn bytes(&self) -> usize {
        let block = |block: &Block<R::Tag>| {
            size_of_val(block) + block.bytes.len() + size_of_val(&*block.tags)
        };
        self.blocks.iter().map(block).sum::<usize>() + self.rest.len() * size_of::<R>()
    }
}

impl<T: Copy> Block<T> {
    /// Packs a whole block.
    fn of<R: Row<Tag = T>>(rows: &[R]) -> Block<T> {
        let (mut least, mut most) = ([u64::MAX; COLUMNS], [0; COLUMNS]);
        for row in rows {
            let (values, _) = row.split();
            for column in 0..COLUMNS {
                least[column] = least[column].min(values[column]);
                most[column] = most[column].max(values[column]);
            }
        }
        let mut start = 0;
        let columns = std::array::from_fn(|column| {
            let (least, range) = (least[column], most[column] - least[column]);
            let width = (u64::BITS - range.leading_zeros()).div_ceil(u8::BITS) as usize;
            let shape = Column { least, range, width, start };
            start += width * rows.len();
            shape
        });
        let mut bytes = vec![0; start + WORD].into_boxed_slice();
        for (column, shape) in columns.iter().enumerate().filter(|(_, shape)| shape.width > 0) {
            // A word reaches over its row; what follows is written later.
            for (row, at) in rows.iter().zip((shape.start..).step_by(shape.width)) {
                let word = row.split().0[column] - shape.least;
                bytes[at..at + WORD].copy_from_slice(&word.to_le_bytes());
            }
        }
        let tags = rows.iter().map(|row| row.split().1).collect();
        Block { columns, bytes, tags }
    }

    #[inline]
    fn value(&self, column: usize, row: usize) -> u64 {
        let Column { least, width, start, .. } = self.columns[column];
        if width == 0 {
            return least;
        }
        let at = start + row * width;
        let word = self.bytes[at..at + WORD].try_into().expect("invariant: a word is eight bytes");
        least + (u64::from_le_bytes(word) & (u64::MAX >> (u64::BITS as usize - 8 * width)))
    }

    #[inline]
    fn row<R: Row<Tag = T>>(&self, row: usize) -> R {
        R::join(std::array::from_fn(|column| self.value(column, row)), self.tags[row])
    }

    fn rows<R: Row<Tag = T>>(&self) -> impl Iterator<Item = R> {
        (0..self.tags.len()).map(|row| self.row(row))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, PartialEq, Debug)]
    struct Pair(u64, u64, u8);

    impl Row for Pair {
        type Tag = u8;

        fn split(&self) -> ([u64; COLUMNS], u8) {
            ([self.0, self.1, 0, 0, 0], self.2)
        }

        fn join([a, b, ..]: [u64; COLUMNS], tag: u8) -> Pair {
            Pair(a, b, tag)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_was_packed_is_there_by_index_in_order_and_by_value(
            seed: u64,
            shift in 0u32..64,
            len in 0usize..3 * BLOCK,
        ) {
            let word = |index: usize| crate::rng::mix(seed.wrapping_add(index as u64));
            let row = |index| Pair(word(index) >> shift, 7, word(index) as u8);
            let rows: Vec<Pair> = (0..len).map(row).collect();
            let mut packed = Packed::default();
            rows.iter().for_each(|row| packed.push(*row));
            prop_assert_eq!(packed.len(), len);
            prop_assert!((0..len).all(|index| packed.get(index) == Some(rows[index])));
            prop_assert_eq!(packed.get(len), None);
            for from in [0, len / 2, len, len + 9] {
                let rest: Vec<Pair> = packed.rows_from(from).collect();
                prop_assert_eq!(&rest, &rows[from.min(len)..]);
            }
            let odd: Vec<Pair> = packed.tagged(|tag| tag % 2 == 1).collect();
            let expected = rows.iter().filter(|row| row.2 % 2 == 1);
            prop_assert_eq!(odd, expected.copied().collect::<Vec<_>>());
            let wanted = rows.get(len / 3).map_or(0, |row| row.0);
            let fits = |index: &usize| rows[*index].0 == wanted;
            prop_assert_eq!(packed.with(0, wanted), (0..len).filter(fits).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_column_takes_the_bytes_it_needs() {
        let mut packed = Packed::default();
        for index in 0..=BLOCK as u64 {
            packed.push(Pair(u64::MAX - index, 5, 1));
        }
        let overhead = size_of::<Block<u8>>() + WORD + size_of::<Pair>();
        assert_eq!(packed.bytes(), BLOCK * (2 + 1) + overhead);
    }
}
