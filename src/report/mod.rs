//! stub
pub mod explain;
pub mod rules;
