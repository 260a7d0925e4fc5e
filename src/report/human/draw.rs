//! The places of a finding in one box.
//!
//! The only module that knows miette, which draws the lines under the source. miette gets a short text
//! of its own for each part of the box (see [`super::snippet`]): it would read a file from its start for
//! each label, print lines in full, and panic on a label far to the right. It draws one source a box;
//! the boxes are put together here.

use std::fmt;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::Page;
use super::snippet::{MIN_WORDS, Mark, Snippet};
use super::text::{count, number, wrap};
use crate::finding::{Finding, Label, Severity};
use crate::source::{Place, Source};

/// More places than this are counted, not shown.
const MAX_LABELS: usize = 8;
/// A mark over more lines than this is shown where it begins.
const MAX_MARK_LINES: u32 = 5;
/// Marks in one source that are at most this many lines apart are shown together,
const NEAR: u32 = 3;
/// unless that makes more lines than this.
const MAX_FRAME_LINES: u32 = 14;
/// No source line is shown wider, however wide the terminal is.
const MAX_ROOM: usize = 160;

/// Marks in one source that are shown together.
struct Frame<'a> {
    source: &'a Arc<Source>,
    lines: (u32, u32),
    marks: Vec<Mark>,
}

/// The box of a finding.
pub(super) fn frames(finding: &Finding, page: &Page<'_>) -> String {
    let labels: Vec<&Label> = std::iter::once(&finding.primary).chain(&finding.related).collect();
    let frames = group(labels.iter().take(MAX_LABELS).copied(), page);
    let gutter = frames.iter().map(|frame| frame.lines.1.to_string().len()).max().unwrap_or(1);
    let chars = characters(page);
    let mut out = String::new();
    for (index, frame) in frames.iter().enumerate() {
        let lines = if frame.source.text().is_empty() {
            bare(frame, page, gutter)
        } else {
            drawn(frame, page, gutter, finding.severity)
        };
        for (number, line) in lines.iter().enumerate() {
            let joined = (index > 0 && number == 0).then(|| line.replacen(chars.ltop, &chars.lcross.to_string(), 1));
            out.push_str(joined.as_deref().unwrap_or(line).trim_end());
            out.push('\n');
        }
    }
    let more = labels.len().saturating_sub(MAX_LABELS);
    if more > 0 {
        out.push_str(&format!(" {:gutter$} {} and {}\n", "", chars.vbar_break, count(more, "more place")));
    }
    let bottom = chars.hbar.to_string().repeat(4);
    out.push_str(&format!("{:width$}{}{bottom}\n", "", chars.lbot, width = gutter + 2));
    out
}

/// Puts labels that stand close together into one frame; the order is that of the labels.
fn group<'a>(labels: impl Iterator<Item = &'a Label>, page: &Page<'_>) -> Vec<Frame<'a>> {
    let mut frames: Vec<Frame<'a>> = Vec::new();
    for (index, label) in labels.enumerate() {
        let mark = mark(&label.place, page.visible(&label.text), index == 0);
        let near = frames.iter_mut().find(|frame| {
            let joined = (frame.lines.0.min(mark.lines.0), frame.lines.1.max(mark.lines.1));
            same_text(frame.source, &label.place.source)
                && mark.lines.0 <= frame.lines.1.saturating_add(NEAR)
                && frame.lines.0 <= mark.lines.1.saturating_add(NEAR)
                && joined.1 - joined.0 < MAX_FRAME_LINES
        });
        match near {
            Some(frame) => frame.add(mark),
            None => frames.push(Frame { source: &label.place.source, lines: mark.lines, marks: vec![mark] }),
        }
    }
    for frame in &mut frames {
        frame.untangle();
    }
    frames
}

/// Whether spans of one source fit the other: a file may have been read more than once, but a file that
/// could not be read has the same path and no text.
fn same_text(one: &Arc<Source>, other: &Arc<Source>) -> bool {
    Arc::ptr_eq(one, other)
        || (one.path() == other.path() && one.origin() == other.origin() && one.text() == other.text())
}

impl Frame<'_> {
    /// Brackets over several lines and marks inside them cannot be drawn together: a mark over several
    /// lines is then shown where it begins.
    fn untangle(&mut self) {
        if self.marks.len() > 1 {
            for mark in &mut self.marks {
                mark.shorten(self.source);
            }
        }
    }

    fn add(&mut self, mark: Mark) {
        self.lines = (self.lines.0.min(mark.lines.0), self.lines.1.max(mark.lines.1));
        let Some(same) = self.marks.iter_mut().find(|m| m.range == mark.range) else {
            self.marks.push(mark);
            return;
        };
        if same.text.is_empty() {
            same.text = mark.text;
        } else if !mark.text.is_empty() && same.text != mark.text {
            same.text = format!("{}; {}", same.text, mark.text);
        }
    }
}

/// A mark for a place, brought within the text and to a size that can be shown.
fn mark(place: &Place, text: String, primary: bool) -> Mark {
    let source = &place.source;
    let start = source.text().floor_char_boundary(place.span.start as usize);
    let end = source.text().ceil_char_boundary(place.span.end as usize).max(start);
    let line_of = |offset: usize| source.position(u32::try_from(offset).unwrap_or(u32::MAX)).line;
    // A span that ends with a line feed does not reach the next line.
    let lines = (line_of(start), line_of(end.saturating_sub(1).max(start)));
    let mut mark = Mark { range: start..end, lines, text, primary };
    if lines.1 - lines.0 >= MAX_MARK_LINES {
        mark.shorten(source);
    }
    mark
}

impl Mark {
    /// Keeps the first line of a mark over several, and says where it ends.
    fn shorten(&mut self, source: &Source) {
        let (first, last) = self.lines;
        if first == last {
            return;
        }
        let comma = if self.text.is_empty() { "" } else { ", " };
        self.text = format!("{}{comma}to line {last}", self.text);
        self.lines.1 = first;
        self.range.end =
            source.line_span(first).map_or(self.range.start, |line| line.end as usize).max(self.range.start);
    }
}

/// A frame without any source: the file could not be read, or holds nothing.
fn bare(frame: &Frame<'_>, page: &Page<'_>, gutter: usize) -> Vec<String> {
    let chars = characters(page);
    let path = page.visible(frame.source.path());
    let mut lines = vec![format!("{:width$}{}{}[{path}]", "", chars.ltop, chars.hbar, width = gutter + 2)];
    let room = page.width.saturating_sub(gutter + 4);
    for mark in &frame.marks {
        for line in wrap(&mark.text, room, room) {
            lines.push(format!(" {:gutter$} {} {line}", "", chars.vbar_break));
        }
    }
    lines
}

/// A frame drawn by miette, without the line that closes it.
fn drawn(frame: &Frame<'_>, page: &Page<'_>, gutter: usize, severity: Severity) -> Vec<String> {
    let room = page.width.saturating_sub(gutter + 4).clamp(16, MAX_ROOM);
    // Brackets of marks over several lines stand between the line numbers and the text.
    let brackets = frame.marks.iter().filter(|mark| mark.lines.0 != mark.lines.1).count();
    let room = if brackets > 0 { room.saturating_sub(brackets + 3) } else { room };
    let snippet = Snippet::new(frame.source, frame.lines, &frame.marks, room, page.options.unicode);
    let labels = labels(frame, &snippet, room);
    let theme = theme(page, severity, &labels);
    let part = Part { name: page.visible(frame.source.path()), position: position(frame), frame, snippet, labels };
    let handler = GraphicalReportHandler::new_themed(theme)
        .without_syntax_highlighting()
        .with_context_lines(1)
        .with_width(page.width);
    let mut text = String::new();
    // Writing to a string cannot fail, and a box that could not be drawn must not hide the finding.
    let _ = handler.render_report(&mut text, &part);
    let chars = characters(page);
    let pad = " ".repeat(gutter.saturating_sub(frame.lines.1.to_string().len()));
    let mut lines: Vec<String> = text
        .lines()
        // Above the box miette puts the message, which is written elsewhere.
        .skip_while(|line| !line.trim_start().starts_with(chars.ltop))
        .map(|line| format!("{pad}{line}"))
        .collect();
    lines.pop();
    lines
}

/// The place in the header of a frame: that of its first mark.
fn position(frame: &Frame<'_>) -> (usize, usize) {
    let offset = frame.marks.first().map_or(0, |mark| mark.range.start);
    let position = frame.source.position(u32::try_from(offset).unwrap_or(u32::MAX));
    ((position.line as usize).saturating_sub(1), (position.column as usize).saturating_sub(1))
}

/// A label for each mark with its words broken into lines, sorted as miette sorts them.
fn labels(frame: &Frame<'_>, snippet: &Snippet, room: usize) -> Vec<(LabeledSpan, bool)> {
    let parts = frame.marks.iter().zip(&snippet.ranges).zip(&snippet.columns).zip(&snippet.cut_off).enumerate();
    let mut labels: Vec<_> = parts
        .map(|(index, (((mark, range), columns), &cut_off))| {
            let over_lines = mark.lines.0 != mark.lines.1;
            let stem = if over_lines { 0 } else { (columns.start + columns.end) / 2 };
            let beside = room.saturating_sub(stem + 4).max(MIN_WORDS);
            let text = if cut_off { with_column(mark, frame.source) } else { mark.text.clone() };
            let words = wrap(&text, beside, beside).join("\n");
            let text = (!words.is_empty()).then_some(words);
            let span = SourceSpan::from((range.start, range.len()));
            // The first mark gives the position in the header.
            let label = match index {
                0 => LabeledSpan::new_primary_with_span(text, span),
                _ => LabeledSpan::new_with_span(text, span),
            };
            (label, mark.primary)
        })
        .collect();
    labels.sort_by_key(|(label, _)| label.offset());
    labels
}

/// The words of a mark that the shown part of its line does not hold.
fn with_column(mark: &Mark, source: &Source) -> String {
    let column = source.position(u32::try_from(mark.range.start).unwrap_or(u32::MAX)).column;
    let space = if mark.text.is_empty() { "" } else { " " };
    format!("{}{space}(column {})", mark.text, number(column as usize))
}

fn characters(page: &Page<'_>) -> ThemeCharacters {
    if page.options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() }
}

/// The finding's own place has the colour of its severity, the others are quiet.
fn theme(page: &Page<'_>, severity: Severity, labels: &[(LabeledSpan, bool)]) -> GraphicalTheme {
    let mut styles = ThemeStyles::none();
    if page.options.color {
        let ansi = ThemeStyles::ansi();
        let loud = match severity {
            Severity::Error => ansi.error,
            Severity::Warning => ansi.warning,
            Severity::Note => ansi.advice,
        };
        styles.linum = ansi.linum;
        styles.highlights = labels.iter().map(|&(_, primary)| if primary { loud } else { ansi.advice }).collect();
    }
    GraphicalTheme { characters: characters(page), styles }
}

/// A frame in the form that miette takes.
struct Part<'a> {
    name: String,
    /// Line and column of the first mark, from 0.
    position: (usize, usize),
    frame: &'a Frame<'a>,
    snippet: Snippet,
    labels: Vec<(LabeledSpan, bool)>,
}

impl SourceCode for Part<'_> {
    /// The whole snippet; with no lines around, miette asks only for the position of the first mark.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.snippet.text.as_bytes();
        let name = self.name.clone();
        let contents = if before == 0 {
            let data = text.get(span.offset()..span.offset() + span.len()).ok_or(MietteError::OutOfBounds)?;
            MietteSpanContents::new_named(name, data, *span, self.position.0, self.position.1, 1)
        } else {
            let first = (self.frame.lines.0 as usize).saturating_sub(1);
            let count = (self.frame.lines.1 - self.frame.lines.0) as usize + 1;
            MietteSpanContents::new_named(name, text, SourceSpan::from((0, text.len())), first, 0, count)
        };
        Ok(Box::new(contents))
    }
}

impl Diagnostic for Part<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|(label, _)| label.clone())))
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("name", &self.name).finish()
    }
}

impl std::error::Error for Part<'_> {}
