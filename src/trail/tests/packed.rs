use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::support::{CALL, PRODUCT, event, read_streamed, read_with, seen};
use crate::trail::DamageKind;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| event(number, CALL, PRODUCT, &format!("rm-{number}"), None).to_string() + "\n").collect()
}

#[test]
fn one_member_and_several() {
    let (one, two) = (gzip(&lines(0..3)), gzip(&lines(3..5)));
    for bytes in [gzip(&lines(0..5)), [one, two].concat()] {
        let partial = read_with(&[("log.gz", &bytes)], false);
        assert_eq!((partial.survivors.len(), partial.files["log.gz"].records), (5, 5));
        assert_eq!(seen(&read_streamed("log.gz", &bytes, 100, false)), seen(&partial));
        assert_eq!(partial.files["log.gz"].form, "JSON lines, gzip");
        assert_eq!(partial.files["log.gz"].bytes, bytes.len() as u64);
    }
}

#[test]
fn a_file_that_is_cut_off_gives_what_was_readable() {
    let bytes = gzip(&lines(0..2000));
    let cut = &bytes[..bytes.len() * 3 / 4];
    let partial = read_with(&[("log.gz", cut)], false);
    assert!(partial.survivors.len() > 500, "{}", partial.survivors.len());
    assert!(partial.damage.iter().any(|damage| damage.kind == DamageKind::Truncated), "{:?}", partial.damage);
    let changed = {
        let mut bytes = bytes.clone();
        let at = bytes.len() - 6;
        bytes[at] ^= 1;
        bytes
    };
    let partial = read_with(&[("log.gz", &changed)], false);
    assert_eq!((partial.survivors.len(), partial.damage.len()), (2000, 1), "the sum at the end is wrong");
}

#[test]
fn zstandard() {
    let bytes = zstd::encode_all(lines(0..4).as_bytes(), 0).unwrap();
    let partial = read_with(&[("log.zst", &bytes)], false);
    assert_eq!((partial.survivors.len(), partial.files["log.zst"].form.as_str()), (4, "JSON lines, zstd"));
    assert_eq!(seen(&read_streamed("log.zst", &bytes, 9, false)), seen(&partial));
}

#[test]
fn nothing_and_noise() {
    let noise: Vec<u8> = (0..5000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for bytes in [
        &b""[..],
        b"\n",
        b"[]",
        b"\x1f\x8b",
        b"\x1f\x8b\x08\0\0\0\0\0",
        &noise,
        b"{",
        b"[{\"a\":",
        b"\"",
        b"{\"Events\":[",
    ] {
        let partial = read_with(&[("log", bytes)], false);
        assert!(partial.survivors.is_empty());
        assert!(partial.files.contains_key("log"));
    }
}
