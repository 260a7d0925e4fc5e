//! Fingerprints that survive moved lines.
//!
//! Made from the rule, the path, what the source calls the thing, the parameter and the text that the
//! caret stands on; never from a line number. Findings that are equal in all of these are numbered in
//! their order in the file.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::types::Finding;

/// Gives each finding its fingerprint. `findings` must be sorted: the number of equal ones follows the order.
pub fn assign_fingerprints(findings: &mut [Finding]) {
    let mut seen: FxHashMap<u128, u32> = FxHashMap::default();
    for finding in findings {
        let base = digest(finding, 0);
        let count = seen.entry(base).or_insert(0);
        let value = if *count == 0 { base } else { digest(finding, *count) };
        *count += 1;
        finding.fingerprint = format!("{value:032x}");
    }
}

fn digest(finding: &Finding, number: u32) -> u128 {
    let mut hasher = Xxh3::new();
    let parts = [
        &*finding.rule,
        finding.primary.place.source.path(),
        &finding.subject,
        finding.parameter.as_deref().unwrap_or_default(),
        finding.primary.place.text(),
    ];
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.update(&number.to_le_bytes());
    hasher.digest128()
}
