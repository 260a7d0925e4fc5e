//! Fingerprints that survive moved lines.
//!
//! Made from the rule, the path, what the source calls the thing, the parameter and what is sent for it;
//! where no call is meant, from the text that the caret stands on. Never from a line number, nor from the name of
//! what holds a value. Findings that are equal in all of these are numbered in their order in the file: moving them
//! around leaves the same fingerprints, and removing one of them takes the last.

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
    let mut part = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update(&[0]);
    };
    part(&finding.rule);
    match &finding.evidence {
        // Logs are kept in files of ever new names: what the records say is what stays.
        Some(evidence) => [&evidence.account, &evidence.region, &evidence.instance, &evidence.principal, &evidence.day]
            .into_iter()
            .for_each(|text| part(text)),
        None => part(finding.primary.place.source.path()),
    }
    part(&finding.subject);
    part(finding.parameter.as_deref().unwrap_or_default());
    part(finding.value.as_deref().unwrap_or_else(|| finding.primary.place.text()));
    hasher.update(&number.to_le_bytes());
    hasher.digest128()
}
