//! Constants that flow through a program, whatever language it is written in.
//!
//! Owns values with the way they took ([`symbol`]), what objects hold ([`heap`]), and the machine that walks a
//! program of [`crate::syntax::code`] and keeps every outcome of what it cannot decide apart. What a language's
//! own library does is asked of a `Language`, and what is given to the outside is shown to it: it finds the
//! calls. All walks are bounded by counted work. Nothing is run.

mod assigned;
mod call;
mod classes;
mod collections;
mod condition;
pub(crate) mod evaluate;
pub(crate) mod heap;
mod imports;
mod jobs;
mod lanes;
pub(crate) mod machine;
mod plans;
mod rounds;
mod run;
mod schedules;
mod surroundings;
pub(crate) mod symbol;
pub(crate) mod value;
mod wrapped;

pub(crate) use machine::Machine;
