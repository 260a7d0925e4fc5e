//! Loads what a command needs: the matrix, the rules, inventories.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

use super::arguments::{Common, Level, Unknown, WaivingOptions};
use super::files::read_bytes;
use super::output::complain;
use crate::check::{Checker, Settings, UnknownPolicy};
use crate::finding::Catalogue;
use crate::matrix::Matrix;
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

/// The matrix that is built in, or the one in a file.
///
/// # Errors
/// A sentence for the user; each problem of a file is told on its own line.
pub(super) fn matrix(file: Option<&PathBuf>) -> Result<Matrix, String> {
    let loaded = match file {
        None => Matrix::builtin(),
        Some(path) => Matrix::load(&source(path)?),
    };
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
