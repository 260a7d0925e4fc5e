//! Text in, calls out, for every form in which logs come.

mod coverage;
mod forms;
mod generated;
mod merging;
mod packed;
mod parts;
mod support;
