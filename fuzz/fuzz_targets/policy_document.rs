//! The reader of RAM policies on any text: nothing panics, and every place is inside the text.
//!
//! `cargo +nightly fuzz run policy_document` in the folder above.

#![no_main]

use std::path::Path;
use std::sync::Arc;

use backuplint::source::Source;
use backuplint::surface::policy::documents;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for path in ["x.json", "x.yaml", "x.policy"] {
        let source = Arc::new(Source::from_text(path, text));
        for document in documents(Path::new(path), &source) {
            assert!(text.get(document.place.span.range()).is_some());
            for defect in &document.defects {
                assert!(text.get(defect.place.span.range()).is_some());
            }
        }
    }
});
