mod sample;

use super::{Presentation, by_id};
use crate::finding::Report;

fn write(id: &str, report: &Report, options: Presentation) -> String {
    let mut out = Vec::new();
    by_id(id).unwrap().write(report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn look() {
    let w = std::env::var("W").ok().and_then(|w| w.parse().ok()).unwrap_or(100);
    let o = Presentation { color: std::env::var("C").is_ok(), unicode: std::env::var("A").is_err(), links: false, width: w };
    println!("{}", write(&std::env::var("F").unwrap_or("human".into()), &sample::awkward(), o));
}
