//! What every fuzz target of this folder runs.

mod targets;

/// Runs a target by its name.
///
/// # Panics
/// When there is none of that name, or when what it holds does not hold.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target, _) = targets::TARGETS.iter().find(|(known, ..)| *known == name).expect("a target of that name");
    target(bytes);
}
