//! The policy language of RAM: what a set of documents says about a request.
//!
//! Takes documents as [`crate::model::PolicyDocument`], gives decisions with the statements that decide them. Where the
//! documentation of the language is silent, [`evaluate`] says which reading it takes. It reads no file.

pub mod compare;
pub mod condition;
pub mod data;
pub mod evaluate;
pub mod pattern;
mod repository;
pub mod resource;
pub mod rules;
mod system;
mod truth;

pub use evaluate::{Context, Deciding, Decision, Layers, Outcome, Request, decide};
pub use repository::{Grant, Holder, Repository};
pub use system::document as system_policy;
pub use truth::Truth;

#[cfg(test)]
mod tests;
