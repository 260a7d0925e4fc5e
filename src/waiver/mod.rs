//! Findings that somebody has answered for: comments in a source, waivers of a configuration, a baseline.
//!
//! Takes findings with their sources and gives which of them are left. It hides nothing without a count.
