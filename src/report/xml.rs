//! XML, as far as reports need it: elements with attributes and text.
//!
//! XML has no way to write most control characters, so they are written as what stands for them.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::visible::visible;

/// Writes elements, indented.
pub(super) struct Xml<'w> {
    writer: Writer<&'w mut dyn io::Write>,
}

impl<'w> Xml<'w> {
    /// Begins a document.
    pub(super) fn begin(out: &'w mut dyn io::Write) -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(out, b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self { writer })
    }

    /// An element with what is in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, String)],
        inside: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.writer.write_event(Event::Start(start(name, attributes)))?;
        inside(self)?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, String)]) -> io::Result<()> {
        self.writer.write_event(Event::Empty(start(name, attributes)))
    }

    /// A text; its lines stay lines.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_event(Event::Text(BytesText::new(&lines(text))))
    }

    /// Ends the document with a line end.
    pub(super) fn end(self) -> io::Result<()> {
        self.writer.into_inner().write_all(b"\n")
    }
}

fn start<'n>(name: &'n str, attributes: &[(&str, String)]) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        // A reader of XML makes a space of a line break in an attribute.
        start.push_attribute((*key, plain(value).as_str()));
    }
    start
}

/// A text in one line without a character that XML has no place for.
fn plain(text: &str) -> String {
    without_noncharacters(&visible(text, true))
}

fn lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    lines.join("\n")
}

/// Two code points that are no characters and that XML forbids.
fn without_noncharacters(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c }).collect()
}
