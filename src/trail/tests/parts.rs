//! A text in parts gives what the text gives in one go.

use proptest::prelude::*;

use super::generated::{made, text};
use super::support::{CALL, PRODUCT, event, read_streamed};
use crate::matrix::Matrix;
use crate::trail::{Cuts, Gather, Partial, Reader, Scratch};

/// Reads a text in parts of about some size; nothing when it has to be read in one go.
fn in_parts(text: &[u8], size: usize, exact: bool) -> Option<(Partial, usize)> {
    let matrix = Matrix::builtin().unwrap();
    let apis = [matrix.api().clone()];
    let reader = Reader::new(&apis, exact);
    let cuts = Cuts::of(&text[..text.len().min(Cuts::BEGINNING)])?;
    let mut places = vec![0];
    for from in (size..text.len()).step_by(size) {
        let place = cuts.place(&text[from..(from + size).min(text.len())]).map(|at| from + at);
        places.extend(place.filter(|place| *place < text.len() && *place > *places.last().unwrap()));
    }
    places.push(text.len());
    let (mut scratch, mut gather, mut parts) = (Scratch::default(), Gather::new(), Vec::new());
    for pair in places.windows(2) {
        let mut part = &text[pair[0]..pair[1]];
        let is_last = pair[1] == text.len();
        parts.push(reader.read_part("log", &cuts, pair[0] as u64, is_last, &mut part, &mut scratch)?);
    }
    // Threads finish in any order.
    parts.reverse();
    let joined = reader.join("log", &cuts, text.len() as u64, parts, &mut gather);
    joined.then(|| (gather.into_partial(), places.len() - 1))
}

/// In one go, without the digest, which files that are read in parts do not have.
fn in_one_go(text: &[u8], exact: bool) -> Partial {
    let mut partial = read_streamed("log", text, 1000, exact);
    partial.files.get_mut("log").unwrap().digest = 0;
    partial
}

fn bytes(partial: &Partial) -> String {
    let mut bytes = Vec::new();
    partial.write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn laid_out(records: &[String], layout: u8) -> String {
    match layout {
        0 => records.iter().map(|record| format!("{record}\n")).collect(),
        1 => format!("[{}]", records.join(",")),
        2 => format!("[\n{}\n]\n", records.join(",\n")),
        3 => records.join(" , "),
        // Empty lines, lines without a moment, and lines that are no JSON.
        6 => records.iter().map(|record| format!("\n{record}\n{{\"a\":1}}\n \n{{\"b\":\n")).collect(),
        4 => format!("{{\"Events\": [{}]}}", records.join(",")),
        _ => records.join("\n"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn as_in_one_go(
        made in proptest::collection::vec(made(), 0..12),
        layout in 0_u8..7,
        size in 40_usize..4000,
        exact in any::<bool>(),
        cut in 0_usize..60,
    ) {
        let records: Vec<String> = made.iter().map(text).collect();
        let whole = laid_out(&records, layout);
        let mut whole = whole.as_bytes();
        if cut > 50 {
            whole = &whole[..whole.len().saturating_sub(cut)];
        }
        if let Some((partial, _)) = in_parts(whole, size, exact) {
            prop_assert_eq!(bytes(&partial), bytes(&in_one_go(whole, exact)), "{}", String::from_utf8_lossy(whole));
        }
    }
}

#[test]
fn sound_texts_are_cut() {
    let records: Vec<String> =
        (0..40).map(|number| event(number, CALL, PRODUCT, &format!("rm-{number}"), None).to_string()).collect();
    for layout in [0, 1, 2, 3, 5, 6] {
        let whole = laid_out(&records, layout);
        let (partial, parts) = in_parts(whole.as_bytes(), 1500, false).unwrap();
        assert!(parts > 15, "layout {layout}: {parts}");
        assert_eq!(bytes(&partial), bytes(&in_one_go(whole.as_bytes(), false)));
    }
    let pretty = serde_json::to_string_pretty(&(0..9).map(|n| event(n, CALL, PRODUCT, "rm", None)).collect::<Vec<_>>());
    let (_, parts) = in_parts(pretty.unwrap().as_bytes(), 3000, false).unwrap();
    assert!(parts > 2, "{parts}");
}

#[test]
fn a_place_that_is_none_is_noticed() {
    // What looks like the beginning of a record stands within one.
    let inner = r#"{"eventId":"a","eventName":"x"}"#;
    let outer = format!(r#"{{"eventId":"b","list":[{}]}}"#, [inner; 40].join(","));
    let whole = format!("[{outer},{outer}]");
    assert!(in_parts(whole.as_bytes(), 500, false).is_none());
    // The answer of an API holds its records one level deeper.
    let page = format!(r#"{{"EndTime":"b","Events":[{}]}}"#, [inner; 40].join(","));
    assert!(in_parts(page.as_bytes(), 500, false).is_none_or(|(_, parts)| parts == 1));
}

#[test]
fn much_damage_is_told_as_in_one_go() {
    let lines = "{\"eventName\": \"CreateBackup\", }\n".repeat(150);
    let (partial, parts) = in_parts(lines.as_bytes(), 400, false).unwrap();
    assert!(parts > 5);
    assert_eq!(bytes(&partial), bytes(&in_one_go(lines.as_bytes(), false)));
    let array = format!("[{}]", ["{\"eventName\": \"CreateBackup\", }"; 150].join(","));
    assert!(in_parts(array.as_bytes(), 400, false).is_none(), "patience ends somewhere");
}
