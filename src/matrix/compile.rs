//! From the rows of the decision tables to arrays that are looked up, and the proof that the tables are whole.
//!
//! Every table becomes a dense array over the classes of the dimensions that it mentions, so that a
//! world costs one look-up a table. Filling the array shows at once where no row holds (a gap), where
//! rows that disagree hold (an overlap) and which row never holds (unreachable).

use super::domain::{ClassSet, Dimension, MAX_DIMENSIONS, World, for_each_world};
use super::load::Problems;
use super::raw;
use crate::finding::Severity;

/// How many cells a table may have; a table over more dimensions than that cannot be read by people either.
const MAX_CELLS: usize = 1 << 20;

/// The number of a report in [`Tables::reports`].
pub(super) type ReportId = u16;

/// No row holds in this cell.
const NO_ROW: u16 = u16::MAX;

/// The tables of a matrix, ready to be asked.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    pub(super) tables: Vec<CompiledTable>,
    /// The reports, in the order of their names.
    pub(super) reports: Vec<CompiledReport>,
}

/// What the evaluator needs of a report.
#[derive(Debug, Clone)]
pub(super) struct CompiledReport {
    pub(super) name: String,
    pub(super) rule: String,
    pub(super) severity: Severity,
    /// The dimension of its parameter.
    pub(super) parameter: Option<usize>,
}

/// One decision table.
#[derive(Debug, Clone)]
pub(super) struct CompiledTable {
    /// The dimensions that its rows mention, and the step of each in `cells`.
    columns: Vec<(usize, usize)>,
    cells: Vec<u16>,
    rows: Vec<CompiledRow>,
    stops: bool,
}

#[derive(Debug, Clone)]
struct CompiledRow {
    /// A set for each dimension; the full set where the row does not care.
    sets: Vec<ClassSet>,
    reports: Vec<ReportId>,
    /// Whether it reports an error, and so ends the evaluation where its table stops.
    is_error: bool,
}

impl Tables {
    /// The reports that hold in a world, in the order of the tables.
    pub(super) fn reports_in(&self, world: &World, mut visit: impl FnMut(ReportId)) {
        for table in &self.tables {
            let Some(row) = table.row(world) else { continue };
            row.reports.iter().for_each(|&report| visit(report));
            if table.stops && row.is_error {
                return;
            }
        }
    }

    pub(super) fn report(&self, id: ReportId) -> Option<&CompiledReport> {
        self.reports.get(usize::from(id))
    }
}

impl CompiledTable {
    fn row(&self, world: &World) -> Option<&CompiledRow> {
        let index: usize = self
            .columns
            .iter()
            .map(|&(dimension, step)| usize::from(world.get(dimension).copied().unwrap_or(0)) * step)
            .sum();
        self.rows.get(usize::from(*self.cells.get(index)?))
    }
}

/// Compiles the tables of a file, reporting everything that is wrong with them.
pub(super) fn compile(file: &raw::File, dimensions: &[Dimension], problems: &mut Problems<'_>) -> Tables {
    let reports = compile_reports(file, dimensions, problems);
    let mut tables: Vec<CompiledTable> = Vec::new();
    for (number, table) in file.tables.iter().enumerate() {
        let rows = compile_rows(table, number, dimensions, &reports, problems);
        let compiled = fill(table, number, rows, dimensions, &tables, problems);
        tables.push(compiled);
    }
    Tables { tables, reports }
}

fn compile_reports(file: &raw::File, dimensions: &[Dimension], problems: &mut Problems<'_>) -> Vec<CompiledReport> {
    let mut reports = Vec::new();
    for (name, report) in &file.reports {
        let parameter = report.parameter.as_ref().and_then(|parameter| {
            let found = dimensions.iter().position(|d| !d.is_fact && d.name == *parameter);
            if found.is_none() {
                problems.add(&format!("/reports/{name}/parameter"), format!("no parameter is called {parameter}"));
            }
            found
        });
        reports.push(CompiledReport {
            name: name.clone(),
            rule: report.rule.to_string(),
            severity: report.severity,
            parameter,
        });
    }
    reports
}

fn compile_rows(
    table: &raw::Table,
    number: usize,
    dimensions: &[Dimension],
    reports: &[CompiledReport],
    problems: &mut Problems<'_>,
) -> Vec<CompiledRow> {
    let mut rows = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let at = format!("/tables/{number}/rows/{index}");
        let sets = compile_condition(&row.when, &format!("{at}/when"), dimensions, problems);
        let mut ids = Vec::new();
        for name in &row.report.0 {
            match reports.iter().position(|r| r.name == *name).and_then(|i| ReportId::try_from(i).ok()) {
                Some(id) => ids.push(id),
                None => problems.add(&format!("{at}/report"), format!("no report is called {name}")),
            }
        }
        let is_error =
            ids.iter().any(|&id| reports.get(usize::from(id)).is_some_and(|r| r.severity == Severity::Error));
        rows.push(CompiledRow { sets, reports: ids, is_error });
    }
    rows
}

/// The set for each dimension that a condition allows.
pub(super) fn compile_condition(
    when: &std::collections::BTreeMap<String, raw::Cell>,
    at: &str,
    dimensions: &[Dimension],
    problems: &mut Problems<'_>,
) -> Vec<ClassSet> {
    let mut sets: Vec<ClassSet> = dimensions.iter().map(Dimension::all).collect();
    for (column, cell) in when {
        let found = dimensions.iter().zip(&mut sets).find(|(dimension, _)| dimension.name == *column);
        let Some((dimension, set)) = found else {
            problems.add(&format!("{at}/{column}"), format!("no fact and no parameter is called {column}"));
            continue;
        };
        *set = ClassSet::default();
        for word in &cell.0 {
            match dimension.cell_word(word) {
                Some(classes) => set.0 |= classes.0,
                None => problems.add(
                    &format!("{at}/{column}"),
                    format!("{word} is no value of {column}; its values are {}", dimension.classes.join(", ")),
                ),
            }
        }
    }
    sets
}

/// Fills the array of a table and checks that exactly one answer holds in every cell that can be reached.
fn fill(
    table: &raw::Table,
    number: usize,
    rows: Vec<CompiledRow>,
    dimensions: &[Dimension],
    earlier: &[CompiledTable],
    problems: &mut Problems<'_>,
) -> CompiledTable {
    let mentioned: Vec<usize> = (0..dimensions.len())
        .filter(|&d| table.rows.iter().any(|row| dimensions.get(d).is_some_and(|dim| row.when.contains_key(&dim.name))))
        .collect();
    let mut columns = Vec::new();
    let mut size = 1_usize;
    for &dimension in mentioned.iter().rev() {
        columns.push((dimension, size));
        size = size.saturating_mul(dimensions.get(dimension).map_or(1, |d| d.classes.len()));
    }
    let mut compiled = CompiledTable { columns, cells: Vec::new(), rows, stops: table.stops };
    if size > MAX_CELLS {
        problems
            .add(&format!("/tables/{number}"), format!("the table has {size} cells, over the limit of {MAX_CELLS}"));
        return compiled;
    }
    compiled.cells = vec![NO_ROW; size];
    // Worlds that an earlier table has ended cannot be reached, so its dimensions vary too.
    let ending: Vec<&CompiledTable> = earlier.iter().filter(|t| t.stops).collect();
    let varies = |d: usize| mentioned.contains(&d) || ending.iter().any(|t| t.columns.iter().any(|&(c, _)| c == d));
    let sets: Vec<ClassSet> = dimensions
        .iter()
        .enumerate()
        .map(|(d, dimension)| if varies(d) { dimension.all() } else { ClassSet::one(0) })
        .collect();
    let mut reached = vec![false; compiled.rows.len()];
    let mut first_gap = None;
    let mut overlaps: Vec<(usize, usize)> = Vec::new();
    for_each_world(&sets, |world| {
        if ending.iter().any(|t| t.row(world).is_some_and(|row| row.is_error)) {
            return;
        }
        let holds = |row: &CompiledRow| mentioned.iter().all(|&d| in_row(row, d, world));
        let mut holding = compiled.rows.iter().enumerate().filter(|(_, row)| holds(row));
        let Some((first, row)) = holding.next() else {
            first_gap.get_or_insert(*world);
            return;
        };
        for (other, second) in holding {
            if second.reports != row.reports && !overlaps.contains(&(first, other)) {
                overlaps.push((first, other));
            }
            mark(&mut reached, other);
        }
        mark(&mut reached, first);
        let index: usize =
            compiled.columns.iter().map(|&(d, step)| usize::from(world.get(d).copied().unwrap_or(0)) * step).sum();
        if let (Some(cell), Ok(first)) = (compiled.cells.get_mut(index), u16::try_from(first)) {
            *cell = first;
        }
    });
    if let Some(world) = first_gap {
        let what = describe(&world, &mentioned, dimensions);
        problems.add(&format!("/tables/{number}"), format!("no row of table {} says what holds for {what}", table.id));
    }
    for (first, other) in overlaps {
        problems.add(
            &format!("/tables/{number}/rows/{other}"),
            format!("this row and row {} of table {} hold together and disagree", first + 1, table.id),
        );
    }
    for (row, _) in reached.iter().enumerate().filter(|(_, reached)| !**reached) {
        problems.add(&format!("/tables/{number}/rows/{row}"), "this row can never hold".to_owned());
    }
    compiled
}

fn mark(reached: &mut [bool], row: usize) {
    if let Some(slot) = reached.get_mut(row) {
        *slot = true;
    }
}

fn in_row(row: &CompiledRow, dimension: usize, world: &World) -> bool {
    match (row.sets.get(dimension), world.get(dimension)) {
        (Some(set), Some(&class)) => set.contains(class),
        _ => false,
    }
}

fn describe(world: &World, mentioned: &[usize], dimensions: &[Dimension]) -> String {
    let part = |&d: &usize| {
        let dimension = dimensions.get(d)?;
        let class = dimension.classes.get(usize::from(*world.get(d)?))?;
        Some(format!("{} {class}", dimension.name))
    };
    mentioned.iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

/// Reports more dimensions or classes than worlds can hold.
pub(super) fn check_size(dimensions: &[Dimension], problems: &mut Problems<'_>) -> bool {
    let too_many = dimensions.len() > MAX_DIMENSIONS;
    if too_many {
        problems.add("", format!("{} facts and parameters, over the limit of {MAX_DIMENSIONS}", dimensions.len()));
    }
    let too_wide = dimensions.iter().any(|d| d.classes.len() > 31);
    if too_wide {
        problems.add("", "a fact or parameter has more than 30 values".to_owned());
    }
    !(too_many || too_wide)
}
