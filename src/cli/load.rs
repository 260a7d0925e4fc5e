//! Loads what a command needs: the matrix, the rules, inventories.

use std::path::Path;
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

use super::arguments::{Apis, Common, Level, Unknown, WaivingOptions};
use super::files::read_bytes;
use super::output::complain;
use crate::check::{Checker, Settings, UnknownPolicy};
use crate::finding::Catalogue;
use crate::matrix::{Matrix, MatrixError};
use crate::model::Inventory;
use crate::source::Source;
use crate::surface::{SurfaceSettings, display, inventory};
use crate::waiver::{Baseline, Waiving};

/// A source from a file that the user names.
///
/// # Errors
/// A sentence for the user.
pub(super) fn source(path: &Path) -> Result<Arc<Source>, String> {
    let bytes = read_bytes(path).map_err(|problem| format!("{}: {problem}", path.display()))?;
    let source = Source::from_bytes(display(path), bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Arc::new(source))
}

/// The matrices that a run judges by: those of the products that were asked for (else the usual one), each replaced by
/// a file for the same API, and those of further files.
///
/// # Errors
/// A sentence for the user; each problem of a file is told on its own line.
pub(super) fn matrices(apis: &Apis) -> Result<Vec<Matrix>, String> {
    let own: Vec<Matrix> =
        apis.matrix_files.iter().map(|path| told(Matrix::load(&source(path)?))).collect::<Result<_, _>>()?;
    // Whoever brings a table and asks for nothing else means that one alone.
    let mut products = apis.products.clone();
    if products.is_empty() && own.is_empty() {
        products.extend(Matrix::builtin_codes().first().map(|code| (*code).to_owned()));
    }
    let mut all: Vec<Matrix> = Vec::new();
    for product in &products {
        // What is no product is told by the parser of the command line.
        let Some(matrix) = Matrix::builtin_of(product) else { continue };
        let matrix = told(matrix)?;
        if !all.iter().any(|known| known.api().id == matrix.api().id) {
            all.push(matrix);
        }
    }
    for matrix in own {
        match all.iter_mut().find(|known| known.api().id == matrix.api().id) {
            Some(known) => *known = matrix,
            None => all.push(matrix),
        }
    }
    Ok(all)
}

fn told(loaded: Result<Matrix, MatrixError>) -> Result<Matrix, String> {
    loaded.map_err(|error| {
        let lines = error.problems.iter().map(|p| format!("\n  {}: {}", p.place.display(), p.message));
        format!("{} cannot be used:{}", error.path, lines.collect::<String>())
    })
}

/// The rules that are built in.
///
/// # Errors
/// A sentence for the user.
pub(super) fn catalogue() -> Result<Catalogue, String> {
    Catalogue::builtin().map_err(|error| error.to_string())
}

/// The settings of a run.
///
/// # Errors
/// A sentence for the user.
pub(super) fn settings(common: &Common, checker: &Checker, surface: SurfaceSettings) -> Result<Settings, String> {
    let mut known = Inventory::default();
    for path in &common.inventory {
        for api in checker.apis() {
            inventory::read(&source(path)?, api, &mut known).map_err(|error| error.to_string())?;
        }
    }
    let unknown = match common.unknown {
        Unknown::Ignore => UnknownPolicy::Ignore,
        Unknown::Report => UnknownPolicy::Report,
        Unknown::Fail => UnknownPolicy::Fail,
    };
    let level = common.level.unwrap_or(Level::Warning).into();
    let waiving = waiving(&common.waiving)?;
    Ok(Settings { level, unknown, surface, inventory: known, waiving, ..Settings::default() })
}

/// What answers for findings, as far as the command line says.
///
/// # Errors
/// A sentence for the user about a baseline that cannot be used.
fn waiving(options: &WaivingOptions) -> Result<Waiving, String> {
    let baseline = match &options.baseline {
        // What is not heeded need not be there.
        Some(path) if !options.no_suppressions => Some(baseline(path)?),
        _ => None,
    };
    Ok(Waiving {
        waivers: Vec::new(),
        baseline,
        // The day in UTC, which is the same for everybody who runs the same check.
        today: Some(options.today.unwrap_or_else(|| TimeZone::UTC.to_datetime(Timestamp::now()).date())),
        is_off: options.no_suppressions,
        list: options.show_suppressed,
    })
}

/// A baseline in a file.
///
/// # Errors
/// A sentence for the user.
pub(super) fn baseline(path: &Path) -> Result<Baseline, String> {
    Baseline::read(source(path)?.text()).map_err(|error| format!("{}: {error}", path.display()))
}

/// Says why a run failed and gives the exit for it.
#[must_use]
pub(super) fn failed(message: &str) -> super::exit::Exit {
    complain(message);
    super::exit::Exit::Failed
}
