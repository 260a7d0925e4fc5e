//! The part of a source that is shown.
//!
//! Takes a source, a range of its lines and marks on it; gives a short text with the marks' places in
//! it. A line that is too long is cut around its first mark, tabs are spread, hidden characters are
//! made visible, so that whoever draws the text need not know of any of it, and never sees much of a
//! big file.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::super::visible::push_visible;
use super::text::columns;
use crate::source::Source;

/// Where a tab goes on.
const TAB: usize = 4;
/// How far around a mark a line is looked at; more than a screen is wide.
const REACH: usize = 480;
/// A mark's words get up to this many columns, if a cut in front of the mark makes the room.
const WORDS: usize = 28;
/// On the narrowest terminals they get this many.
pub(super) const MIN_WORDS: usize = 14;
/// At least so much is left in front of a mark when the line is cut before it.
const LEAD: usize = 4;

/// Something to point at.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Bytes of the source's text, on character borders.
    pub(super) range: Range<usize>,
    /// The lines that it begins and ends on, from 1.
    pub(super) lines: (u32, u32),
    /// What is said there; may be empty.
    pub(super) text: String,
    /// Whether it is the finding's own place.
    pub(super) primary: bool,
}

/// A short text to draw.
#[derive(Debug, Default)]
pub(super) struct Snippet {
    /// Whole lines, each with a line feed.
    pub(super) text: String,
    /// The ranges of the marks in it, in the order of the marks.
    pub(super) ranges: Vec<Range<usize>>,
    /// The columns of the marks, each in the line where it begins.
    pub(super) columns: Vec<Range<usize>>,
    /// Which marks stand where the line was cut off.
    pub(super) cut_off: Vec<bool>,
}

impl Snippet {
    /// Cuts the lines `first..=last` out of a source; none gets wider than `room` columns.
    pub(super) fn new(source: &Source, lines: (u32, u32), marks: &[Mark], room: usize, unicode: bool) -> Self {
        let mut out = Self {
            text: String::new(),
            ranges: vec![0..0; marks.len()],
            columns: vec![0..0; marks.len()],
            cut_off: vec![false; marks.len()],
        };
        for line in lines.0..=lines.1 {
            let Some(span) = source.line_span(line) else { break };
            let text = source.slice(span);
            let start = span.start as usize;
            let local = |offset: usize| offset.saturating_sub(start).min(text.len());
            // The marks come with the most important one first.
            let anchor =
                marks.iter().find(|mark| mark.lines.0 == line).or_else(|| marks.iter().find(|m| m.lines.1 == line));
            let view =
                View::new(text, anchor.map(|m| (local(m.range.start)..local(m.range.end), &*m.text)), room, unicode);
            let base = out.text.len();
            let places = out.ranges.iter_mut().zip(&mut out.columns).zip(&mut out.cut_off);
            for (mark, ((range, columns), cut_off)) in marks.iter().zip(places) {
                if mark.lines.0 == line {
                    *cut_off = view.hides(local(mark.range.start), local(mark.range.end));
                    let begin = view.start(local(mark.range.start));
                    *range = base + begin..base + begin;
                    *columns = view.column(begin)..view.column(begin) + 1;
                }
                if mark.lines.1 == line {
                    let begin = range.start.saturating_sub(base);
                    let end = view.end(local(mark.range.end)).max(begin);
                    range.end = base + end;
                    // A mark on nothing but a line's end still shows.
                    if range.start == range.end && mark.range.start < mark.range.end {
                        range.end += view.width_at(end);
                    }
                    if mark.lines.0 == line {
                        columns.end = view.column(end).max(columns.start + 1);
                    }
                }
            }
            out.text.push_str(&view.text);
            out.text.push('\n');
        }
        out
    }
}

/// One line as it is shown.
struct View {
    text: String,
    /// For each character that is kept: where it is in the line, and where in `text`; last, where both end.
    kept: Vec<(usize, usize)>,
}

/// A character of a line: its offset in the line, its offset in what is shown, and its column.
#[derive(Clone, Copy)]
struct Cell {
    from: usize,
    to: usize,
    column: usize,
}

impl View {
    fn new(line: &str, anchor: Option<(Range<usize>, &str)>, room: usize, unicode: bool) -> Self {
        let (mark, words) = anchor.unwrap_or((0..0, ""));
        let from = line.floor_char_boundary(mark.start.saturating_sub(REACH));
        let to = line.ceil_char_boundary(mark.start.saturating_add(REACH).min(line.len()));
        let (shown, cells) = spread(line.get(from..to).unwrap_or_default(), from, unicode);
        let column_of = |offset: usize| {
            let index = cells.partition_point(|cell| cell.from < offset);
            cells.get(index).or(cells.last()).map_or(0, |cell| cell.column)
        };
        let total = cells.last().map_or(0, |cell| cell.column);
        let (begin, end) = (column_of(mark.start), column_of(mark.end.min(to)));
        // What must be seen: the mark, its words below it, and a little of what follows.
        let words = columns(words).min(WORDS).min(MIN_WORDS.max(room / 3));
        let wanted = ((begin + end) / 2 + 5 + words).max(total.min(end + room / 3));
        // No more is cut than that takes: what stands in front of a value tells what it is of.
        let left = match from {
            0 if wanted <= room => 0,
            _ => (wanted + 1).saturating_sub(room).min(begin.saturating_sub(LEAD)),
        };
        let ellipsis = if unicode { "…" } else { "..." };
        let cut_left = left > 0 || from > 0;
        let right = left + room.saturating_sub(if cut_left { columns(ellipsis) } else { 0 });
        let cut_right = to < line.len() || total > right;
        let right = if cut_right { right.saturating_sub(columns(ellipsis)) } else { right };
        Self::cut(&shown, &cells, left..right, cut_left.then_some(ellipsis), cut_right.then_some(ellipsis))
    }

    /// Keeps the characters within a range of columns.
    fn cut(shown: &str, cells: &[Cell], range: Range<usize>, before: Option<&str>, after: Option<&str>) -> Self {
        let first = cells.partition_point(|cell| cell.column < range.start).min(cells.len().saturating_sub(1));
        // A character is kept when the one behind it begins within the range.
        let last = cells.partition_point(|cell| cell.column <= range.end).saturating_sub(1).max(first);
        let before = before.unwrap_or_default();
        let kept_cells = cells.get(first..=last).unwrap_or_default();
        let origin = kept_cells.first().map_or(0, |cell| cell.to);
        let kept = kept_cells.iter().map(|cell| (cell.from, cell.to - origin + before.len())).collect();
        let end = kept_cells.last().map_or(origin, |cell| cell.to);
        let middle = shown.get(origin..end).unwrap_or_default();
        Self { text: format!("{before}{middle}{}", after.unwrap_or_default()), kept }
    }

    /// Where in the shown text a mark begins that begins here in the line.
    fn start(&self, offset: usize) -> usize {
        match self.kept.partition_point(|&(from, _)| from <= offset).checked_sub(1) {
            Some(index) => self.kept.get(index).map_or(0, |&(_, to)| to),
            None => 0,
        }
    }

    /// Where in the shown text a mark ends that ends here in the line.
    fn end(&self, offset: usize) -> usize {
        let index = self.kept.partition_point(|&(from, _)| from < offset);
        self.kept.get(index).map_or(self.text.len(), |&(_, to)| to)
    }

    /// Whether nothing of a mark can be seen.
    fn hides(&self, start: usize, end: usize) -> bool {
        let first = self.kept.first().map_or(0, |&(from, _)| from);
        let last = self.kept.last().map_or(0, |&(from, _)| from);
        end < first || (end == first && start < end) || start > last || (start == last && start < end)
    }

    /// The column of an offset in the shown text.
    fn column(&self, offset: usize) -> usize {
        self.text.get(..offset).map_or(0, columns)
    }

    /// How many bytes the character at an offset has; the line feed behind the text has one.
    fn width_at(&self, offset: usize) -> usize {
        self.text.get(offset..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    }
}

/// Makes every character visible and spreads tabs; the last cell stands behind the text.
fn spread(text: &str, offset: usize, unicode: bool) -> (String, Vec<Cell>) {
    let mut shown = String::with_capacity(text.len());
    let mut cells = Vec::with_capacity(text.len() + 1);
    let mut column = 0;
    for (index, c) in text.char_indices() {
        let to = shown.len();
        cells.push(Cell { from: offset + index, to, column });
        match c {
            '\t' => shown.extend(std::iter::repeat_n(' ', TAB - column % TAB)),
            _ => push_visible(&mut shown, c, unicode),
        }
        column += shown.get(to..).unwrap_or_default().chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    }
    cells.push(Cell { from: offset + text.len(), to: shown.len(), column });
    (shown, cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(source: &Source, range: Range<usize>, text: &str) -> Mark {
        let line = |offset: usize| source.position(u32::try_from(offset).unwrap()).line;
        let last = range.end.saturating_sub(1).max(range.start);
        Mark { lines: (line(range.start), line(last)), range, text: text.to_owned(), primary: true }
    }

    fn show(text: &str, wanted: &str, room: usize) -> (String, String) {
        let source = Source::from_text("a", text);
        let start = text.find(wanted).unwrap();
        let mark = mark(&source, start..start + wanted.len(), "words");
        let snippet = Snippet::new(&source, mark.lines, std::slice::from_ref(&mark), room, true);
        let marked = snippet.text.get(snippet.ranges[0].clone()).unwrap().to_owned();
        (snippet.text, marked)
    }

    #[test]
    fn a_line_that_fits_stays_whole() {
        assert_eq!(show("a = 备份 # x\r\nb", "备份", 40), ("a = 备份 # x\n".to_owned(), "备份".to_owned()));
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = format!("{}NEEDLE{}", "x".repeat(100_000), "备".repeat(100_000));
        let (shown, marked) = show(&text, "NEEDLE", 40);
        assert_eq!(marked, "NEEDLE");
        assert!(columns(&shown) <= 40, "{shown}");
        assert!(shown.starts_with("…xxx") && shown.contains("xNEEDLE备备") && shown.ends_with("…\n"), "{shown}");
    }

    #[test]
    fn the_beginning_stays_when_only_the_end_is_too_long() {
        let (shown, marked) = show(&format!("key = value{}", " and so on".repeat(20)), "value", 50);
        assert_eq!((marked.as_str(), columns(&shown)), ("value", 50));
        assert!(shown.starts_with("key = value and"), "{shown}");
    }

    #[test]
    fn tabs_and_control_characters() {
        let (shown, marked) = show("\ta\u{1b}[0m\tb", "\u{1b}[0m", 40);
        assert_eq!((shown.as_str(), marked.as_str()), ("    a␛[0m   b\n", "␛[0m"));
    }

    #[test]
    fn a_mark_wider_than_the_room_is_cut() {
        let (shown, marked) = show(&"y".repeat(300), &"y".repeat(300), 30);
        assert_eq!(columns(&shown), 30);
        assert_eq!(format!("{marked}\n"), shown);
    }

    #[test]
    fn the_end_of_the_file_can_be_marked() {
        let source = Source::from_text("a", "备");
        let mark = mark(&source, 3..3, "");
        let snippet = Snippet::new(&source, (1, 1), &[mark], 40, true);
        assert_eq!((snippet.text.as_str(), &snippet.ranges[0]), ("备\n", &(3..3)));
    }
}
