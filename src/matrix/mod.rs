//! The declarative matrix: loading, checking, compiling and evaluating it.
//!
//! Takes a matrix file and calls; gives verdicts and findings. It knows no surface, and names no
//! engine, no method and no parameter.

mod cases;
mod compile;
mod compose;
mod domain;
mod evaluate;
mod extend;
mod facts;
mod judge;
mod load;
mod raw;
mod scenarios;
#[cfg(feature = "schema")]
mod schema;
mod suggest;
mod values;
mod view;
mod wording;
mod worlds;

pub use evaluate::{Detail, Evaluator};
pub use judge::Judgement;
pub use load::{Matrix, MatrixError, MatrixProblem};
pub use raw::{Concurrency, Documentation, Nouns, Precondition, Quota, QuotaRules, Ram};
pub use scenarios::{Cell, FactSelection, Remark, ScenarioFact, ScenarioRow, UnknownFact};
pub use view::{DecisionReport, DecisionRow, DecisionTable, ParameterValues};
pub use worlds::{Answer, Worlds};

#[cfg(test)]
mod tests;
