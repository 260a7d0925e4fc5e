//! Finds objects in a text of JSON without reading what is in them.
//!
//! What surrounds the outermost objects does not matter: an array, a list in the answer of an API, line ends or nothing
//! at all. A text that goes on in the next piece is taken up where it was left, so that no byte is looked at twice.

use super::block::Block;

/// The longest a record may be.
pub(super) const RECORD_LIMIT: usize = 16 << 20;

/// How far the beginning of an object is looked at to tell whether it only holds a list of events.
const AHEAD: usize = 4096;

/// Where the way through a text is.
#[derive(Debug, Default, Clone)]
pub(super) struct Splitter {
    /// The next byte to look at.
    at: usize,
    /// Where the object began that is open, or the string outside of every object.
    start: Option<usize>,
    depth: u32,
    in_string: bool,
    /// Whether a backslash takes away the meaning of the next byte.
    escaped: bool,
    /// Whether the first object is no list of events: then none that follows is taken for one.
    plain: bool,
    /// Whether a list of events was met.
    pages: bool,
}

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An object.
    Object(usize, usize),
    /// A string outside of every object that may hold one.
    Text(usize, usize),
    /// A line end in a string, or an object over the limit: the record that begins here cannot be told from what
    /// follows.
    Broken(usize, usize),
    /// The text ends; what begins here goes on in the next piece.
    More(usize),
}

impl Splitter {
    /// The way through a text that begins between two objects, none of which is a list of events.
    pub(super) fn within() -> Self {
        Self { plain: true, ..Self::default() }
    }

    /// Whether it is where such a way begins.
    pub(super) fn is_between(&self) -> bool {
        self.start.is_none() && self.plain && !self.pages
    }

    /// The next thing in a text. `last` says that no further piece comes.
    pub(super) fn next(&mut self, text: &[u8], last: bool, limit: usize) -> Found {
        loop {
            let Some(start) = self.start else {
                match self.outside(text, last) {
                    Some(found) => return found,
                    None => continue,
                }
            };
            let found =
                if self.depth == 0 { self.text(text, last, start, limit) } else { self.inside(text, start, limit) };
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// In a string outside of every object.
    fn text(&mut self, text: &[u8], last: bool, start: usize, limit: usize) -> Option<Found> {
        let stop = skip_string(text, self.at);
        self.at = stop;
        match text.get(stop) {
            None => Some(if stop - start > limit { self.broken(start) } else { Found::More(start) }),
            Some(b'"') => {
                (self.in_string, self.start, self.at) = (false, None, stop + 1);
                Some(Found::Text(start, self.at))
            }
            Some(b'\\') if stop + 1 >= text.len() && !last => Some(Found::More(start)),
            Some(b'\\') => {
                self.at = stop + 2;
                None
            }
            // A line end within a string: the quote before it, or the one after it, is missing.
            Some(_) => Some(self.broken(start)),
        }
    }

    /// Between the outermost objects.
    fn outside(&mut self, text: &[u8], last: bool) -> Option<Found> {
        let Some(rest) = text.get(self.at..) else { return Some(Found::More(text.len())) };
        let Some(found) = memchr::memchr2(b'{', b'"', rest) else {
            self.at = text.len();
            return Some(Found::More(text.len()));
        };
        let at = self.at + found;
        if rest.get(found) == Some(&b'"') {
            (self.start, self.in_string, self.at) = (Some(at), true, at + 1);
            return None;
        }
        if self.plain {
            (self.start, self.depth, self.at) = (Some(at), 1, at + 1);
            return None;
        }
        let ahead = text.get(at..(at + AHEAD).min(text.len())).unwrap_or_default();
        match list_of_events(ahead) {
            Some(length) => (self.at, self.pages) = (at + length, true),
            None if ahead.len() < AHEAD && !last && !is_decided(ahead) => {
                self.at = at;
                return Some(Found::More(at));
            }
            None => (self.start, self.depth, self.at, self.plain) = (Some(at), 1, at + 1, !self.pages),
        }
        None
    }

    /// In an object, block by block.
    fn inside(&mut self, text: &[u8], start: usize, limit: usize) -> Option<Found> {
        while let Some(rest) = text.get(self.at..).filter(|rest| !rest.is_empty()) {
            let (block, length) = Block::of(rest);
            let (escaped, escapes) = block.escapes(self.escaped);
            let quotes = block.quotes & !escaped;
            let strings = Block::between(quotes) ^ if self.in_string { u64::MAX } else { 0 };
            // A line end within a string: the quote before it, or the one after it, is missing.
            let torn = block.controls & strings;
            let opens = block.opens & !strings;
            let closes = block.closes & !strings;
            // Most blocks hold neither the end of the object nor anything wrong.
            if torn != 0 || self.depth <= closes.count_ones() {
                if let Some(found) = self.ends(start, opens, closes, torn) {
                    return Some(found);
                }
            } else {
                self.depth = self.depth + opens.count_ones() - closes.count_ones();
            }
            self.at += length;
            self.in_string ^= quotes.count_ones() % 2 == 1;
            self.escaped = length.checked_sub(1).is_some_and(|last| escapes >> last & 1 == 1);
        }
        if self.at - start > limit {
            return Some(self.broken(start));
        }
        Some(Found::More(start))
    }

    /// Goes through the braces of a block one by one, up to the end of the object or to what is wrong.
    fn ends(&mut self, start: usize, opens: u64, closes: u64, torn: u64) -> Option<Found> {
        let mut left = opens | closes | torn;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            let at = self.at + bit.trailing_zeros() as usize;
            left ^= bit;
            if bit & torn != 0 {
                self.at = at;
                return Some(self.broken(start));
            }
            if bit & opens != 0 {
                self.depth += 1;
                continue;
            }
            self.depth -= 1;
            if self.depth == 0 {
                (self.at, self.start, self.in_string, self.escaped) = (at + 1, None, false, false);
                return Some(Found::Object(start, at + 1));
            }
        }
        None
    }

    fn broken(&mut self, start: usize) -> Found {
        let at = self.at;
        self.start = None;
        (self.depth, self.in_string, self.escaped) = (0, false, false);
        Found::Broken(start, at)
    }

    /// Goes on behind a broken record, at the next place where one begins.
    pub(super) fn resume(&mut self, text: &[u8], from: usize) {
        *self = Self { at: next_record(text, from), plain: self.plain, pages: self.pages, ..Self::default() };
    }

    /// Takes away what was dealt with.
    pub(super) fn forget(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
        self.start = self.start.map(|start| start.saturating_sub(bytes));
    }
}

/// The next place behind an offset where a record seems to begin: an object at the beginning of a line, or one whose
/// first key speaks of an event.
fn next_record(text: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'{', rest)) {
        let open = at + found;
        let before = text.get(..open).unwrap_or_default();
        let before = before.iter().rposition(|b| !matches!(b, b' ' | b'\t' | b',' | b'[')).and_then(|p| before.get(p));
        let behind = text.get(open + 1..).unwrap_or_default();
        let behind = behind.iter().position(|b| !b.is_ascii_whitespace()).and_then(|p| behind.get(p..));
        let is_event = behind.is_some_and(|behind| behind.starts_with(b"\"event"));
        if is_event || matches!(before, Some(b'\n' | b'\r') | None) {
            return open;
        }
        at = open + 1;
    }
    text.len()
}

/// The length of the beginning of an object up to its list of events, when it has one before any other object.
fn list_of_events(beginning: &[u8]) -> Option<usize> {
    const KEY: &[u8] = b"\"Events\"";
    let key = memchr::memmem::find(beginning, KEY)?;
    let other = beginning.get(1..key).is_some_and(|between| memchr::memchr(b'{', between).is_some());
    let mut rest = beginning.iter().enumerate().skip(key + KEY.len()).filter(|(_, b)| !b.is_ascii_whitespace());
    let is_list = rest.next().is_some_and(|(_, b)| *b == b':');
    let open = rest.next().filter(|(_, b)| **b == b'[')?.0;
    (!other && is_list).then_some(open + 1)
}

/// Whether the beginning of an object holds another one, so that a list of events cannot come first any more.
fn is_decided(beginning: &[u8]) -> bool {
    beginning.get(1..).is_some_and(|rest| memchr::memchr2(b'{', b'}', rest).is_some())
}

/// The next quote, backslash or control character at or behind an offset, eight bytes at a time.
fn skip_string(text: &[u8], from: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = from;
    while let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let backslash = zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = quote | backslash | control;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(|b| matches!(b, b'"' | b'\\') || *b < 0x20).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, piece: usize) -> Vec<String> {
        let (mut splitter, mut found) = (Splitter::default(), Vec::new());
        let bytes = text.as_bytes();
        let mut end = piece.min(bytes.len());
        loop {
            let last = end == bytes.len();
            match splitter.next(&bytes[..end], last, RECORD_LIMIT) {
                Found::Object(from, to) => found.push(text[from..to].to_owned()),
                Found::Text(from, to) => found.push(format!("text {}", &text[from..to])),
                Found::Broken(from, to) => {
                    found.push(format!("broken {}", &text[from..to]));
                    splitter.resume(&bytes[..end], from);
                }
                Found::More(at) if last => {
                    if at < bytes.len() {
                        found.push(format!("rest {}", &text[at..]));
                    }
                    return found;
                }
                Found::More(_) => end = (end + piece).min(bytes.len()),
            }
        }
    }

    #[test]
    fn objects_are_found_whatever_surrounds_them_and_however_the_text_is_cut() {
        let text = "[\n{\"a\": \"}{\\\"\\\\\", \"b\": [{}, {\"c\": 1}]},{}\n] {\"d\":\"long enough for a word\"}\0\0";
        let expected = ["{\"a\": \"}{\\\"\\\\\", \"b\": [{}, {\"c\": 1}]}", "{}", "{\"d\":\"long enough for a word\"}"];
        for piece in [1, 2, 3, 7, 8, 1000] {
            assert_eq!(split(text, piece), expected, "{piece}");
        }
    }

    #[test]
    fn a_list_of_events_is_no_object_around_them() {
        let text = "{\"EndTime\": \"x\", \"Events\": [{\"a\":1},{\"b\":2}], \"RequestId\": \"y\"}\n{\"Events\":[\"{\\\"c\\\":3}\"]}";
        let expected = ["{\"a\":1}", "{\"b\":2}", "text \"RequestId\"", "text \"y\"", "text \"{\\\"c\\\":3}\""];
        for piece in [1, 5, 1000] {
            assert_eq!(split(text, piece), expected, "{piece}");
        }
        assert_eq!(split("{\"data\": {\"Events\": [{}]}}", 100), ["{\"data\": {\"Events\": [{}]}}"]);
    }

    #[test]
    fn what_is_broken_costs_no_more_than_itself() {
        let text = "[\n{\"eventId\": \"1},\n{\"eventId\": \"2\"},{\"eventId\": \"3\"\n";
        assert_eq!(
            split(text, 1000),
            ["broken {\"eventId\": \"1},", "{\"eventId\": \"2\"}", "rest {\"eventId\": \"3\"\n"]
        );
    }
}
