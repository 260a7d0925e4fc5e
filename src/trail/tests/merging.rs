use proptest::prelude::*;

use super::support::{CALL, PRODUCT, event, read_with};
use crate::trail::{Partial, WireError};

fn bytes(partial: &Partial) -> Vec<u8> {
    let mut bytes = Vec::new();
    partial.write(&mut bytes).unwrap();
    bytes
}

/// Files whose events overlap, with damage in some.
fn files(numbers: &[u32]) -> Vec<(String, Vec<u8>)> {
    let file = |(at, number): (usize, &u32)| {
        let mut text = String::new();
        for event_number in number % 7..number % 7 + 3 {
            text += &event(event_number, CALL, PRODUCT, &format!("rm-{event_number}"), None).to_string();
            text += "\n";
        }
        if number % 3 == 0 {
            text += "{\"eventName\": \"CreateBackup\", }\n";
        }
        (format!("file-{at}"), text.into_bytes())
    };
    numbers.iter().enumerate().map(file).collect()
}

fn read_all(files: &[(String, Vec<u8>)]) -> Partial {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    read_with(&files, false)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_split_order_and_repetition_gives_the_same(
        numbers in proptest::collection::vec(0_u32..100, 1..6),
        order in proptest::collection::vec(0_usize..6, 1..12),
        first in 0_usize..6,
    ) {
        let files = files(&numbers);
        let whole = read_all(&files);
        let mut merged = Partial::default();
        // Some twice, in any order; then those that were left out.
        for at in order.iter().map(|at| at % files.len()).chain(0..files.len()) {
            merged.merge(read_all(&files[at..=at]));
        }
        prop_assert_eq!(bytes(&merged), bytes(&whole));
        let first = first % (files.len() + 1);
        let (mut front, back) = (read_all(&files[..first]), read_all(&files[first..]));
        front.merge(back);
        front.merge(whole.clone());
        prop_assert_eq!(bytes(&front), bytes(&whole));
        let mut read = Partial::read(&mut bytes(&whole).as_slice()).unwrap();
        prop_assert_eq!(bytes(&read), bytes(&whole));
        read.merge(merged);
        prop_assert_eq!(bytes(&read), bytes(&whole));
    }
}

#[test]
fn what_is_no_partial_result_is_refused() {
    let whole = bytes(&read_all(&files(&[1, 2, 3])));
    let text = String::from_utf8(whole.clone()).unwrap();
    assert!(matches!(Partial::read(&mut b"[]\n".as_slice()), Err(WireError::Other)));
    let newer = text.replacen("\"version\":2", "\"version\":3", 1);
    assert!(matches!(Partial::read(&mut newer.as_bytes()), Err(WireError::Version { found: 3 })));
    for end in [whole.len() / 2, whole.len() - 50] {
        assert!(matches!(Partial::read(&mut &whole[..end]), Err(WireError::Damaged { .. })));
    }
    let changed = text.replacen("rm-3", "rm-4", 1);
    assert!(matches!(Partial::read(&mut changed.as_bytes()), Err(WireError::Damaged { .. })));
}
