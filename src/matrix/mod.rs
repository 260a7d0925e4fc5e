//! The declarative matrix: loading, checking, compiling and evaluating it.
//!
//! Takes a matrix file and calls; gives verdicts and findings. It knows no surface, and names no
//! engine, no method and no parameter.

mod load;
mod raw;

pub use load::{Matrix, MatrixError, MatrixProblem};
pub use raw::{Documentation, Precondition, Quota, Ram};
