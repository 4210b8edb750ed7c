//! How the table is looked at.

/// How the rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting {
    /// Index of the column.
    pub column: usize,
    /// Whether its largest come first.
    pub backwards: bool,
}

/// How the table is looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableView {
    /// By a column, or as runs came.
    pub sorted: Option<Sorting>,
    /// Words that a line has to have.
    pub find: String,
    /// Each seed has a line.
    pub seeds: bool,
    /// Lines before those in sight, in pages.
    pub page: usize,
}

impl TableView {
    /// Lines of a page.
    pub const PAGE: usize = 50;

    /// Sorts by a column, or where it is already, the other way round, or as runs came.
    pub fn sort(&mut self, column: usize) {
        self.sorted = match self.sorted.filter(|sorted| sorted.column == column) {
            None => Some(Sorting { column, backwards: false }),
            Some(Sorting { backwards: false, .. }) => Some(Sorting { column, backwards: true }),
            Some(_) => None,
        };
        self.page = 0;
    }

    /// The lines in sight, of so many.
    pub fn range(&self, found: usize) -> core::ops::Range<usize> {
        let last = found.saturating_sub(1) / Self::PAGE;
        let from = self.page.min(last) * Self::PAGE;
        from..(from + Self::PAGE).min(found)
    }
}
