//! Loads what a command needs: the matrix, the rules, inventories.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

use super::arguments::{Apis, Common, FailOn, Unknown, WaivingOptions};
use super::configuration::Configurations;
use super::files::read_bytes;
use super::output::complain;
use crate::check::{Checker, Settings, UnknownPolicy};
use crate::config;
use crate::finding::{Catalogue, Severity};
use crate::matrix::{Matrix, MatrixError};
use crate::model::Inventory;
use crate::source::Source;
use crate::surface::{SurfaceSettings, display, inventory};
use crate::waiver::{Baseline, Waiver, Waiving};

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

/// The checker of a command that judges calls: with the rules that an organisation has of its own.
///
/// # Errors
/// A sentence for the user.
pub(super) fn checker(matrices: Vec<Matrix>, common: &Common, paths: &[PathBuf]) -> Result<Checker, String> {
    super::own_rules::checker(matrices, &common.own_rules, &common.configured, paths, common.color)
}

/// What the command line says of instances.
///
/// # Errors
/// A sentence for the user.
pub(super) fn given_inventory(common: &Common, checker: &Checker) -> Result<Inventory, String> {
    let mut known = Inventory::default();
    for path in &common.judging.inventory {
        for api in checker.apis() {
            inventory::read(&source(path)?, api, &mut known).map_err(|error| error.to_string())?;
        }
    }
    Ok(known)
}

/// The configuration files of a run over paths.
///
/// # Errors
/// A sentence for the user.
pub(super) fn configurations(common: &Common, paths: &[PathBuf], checker: &Checker) -> Result<Configurations, String> {
    Configurations::load(&common.configured, paths, checker, given_inventory(common, checker)?)
}

/// The settings of a run: what the command line says, then what the configurations do.
///
/// # Errors
/// A sentence for the user, where a configuration cannot be used.
pub(super) fn settings(
    common: &Common,
    configurations: &Configurations,
    surface: SurfaceSettings,
) -> Result<Settings, String> {
    let scopes = configurations.scopes(common.color)?;
    let base = configurations.base();
    let unknown = common.judging.unknown.map(UnknownPolicy::from);
    let unknown = unknown.or_else(|| base.nearest(|layer| layer.unknown.as_ref()).map(|set| set.value.into()));
    let level = common.judging.level.map(Severity::from);
    let level = level.or_else(|| base.nearest(|layer| layer.level.as_ref()).map(|set| set.value));
    Ok(Settings {
        level: level.unwrap_or(Severity::Warning),
        unknown: unknown.unwrap_or_default(),
        surface,
        inventory: configurations.base_inventory().clone(),
        quota: None,
        waiving: waiving(&common.waiving, scopes.waivers())?,
        scopes,
    })
}

/// From which severity on a run fails.
#[must_use]
pub(super) fn fail_on(common: &Common, configurations: &Configurations) -> FailOn {
    let set = || configurations.base().nearest(|layer| layer.fail_on.as_ref()).map(|set| set.value);
    common.fail_on.unwrap_or_else(|| match set() {
        None | Some(Some(Severity::Error)) => FailOn::Error,
        Some(Some(Severity::Warning)) => FailOn::Warning,
        Some(Some(Severity::Note)) => FailOn::Note,
        Some(None) => FailOn::Never,
    })
}

impl From<Unknown> for UnknownPolicy {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::Ignore => Self::Ignore,
            Unknown::Report => Self::Report,
            Unknown::Fail => Self::Fail,
        }
    }
}

impl From<config::Unknown> for UnknownPolicy {
    fn from(unknown: config::Unknown) -> Self {
        match unknown {
            config::Unknown::Ignore => Self::Ignore,
            config::Unknown::Report => Self::Report,
            config::Unknown::Fail => Self::Fail,
        }
    }
}

/// What answers for findings: waivers of configurations, and what the command line says.
///
/// # Errors
/// A sentence for the user about a baseline that cannot be used.
fn waiving(options: &WaivingOptions, waivers: Vec<Waiver>) -> Result<Waiving, String> {
    let baseline = match &options.baseline {
        // What is not heeded need not be there.
        Some(path) if !options.no_suppressions => Some(baseline(path)?),
        _ => None,
    };
    Ok(Waiving {
        waivers,
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
