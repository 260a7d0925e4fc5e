#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| backuplint_fuzz::run("shell_syntax", bytes));
