//! Gzip as a stream: the members of a file one after the other, with the sum of each checked.
//!
//! The sums are made by the library that unpacks whole files, which makes them with the processor's own instructions.

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Crc;

/// Bits of the flags in a header.
const HEADER_SUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;

/// The text of all members.
pub(super) struct GzipReader<R> {
    reader: R,
    inflate: Decompress,
    sum: Crc,
    /// How long the text of this member is so far; the trailer says it modulo 2³².
    length: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the header of the first member.
    First,
    /// Within a member.
    Member,
    /// Behind the packed bytes of a member.
    Trailer,
    /// Behind a member.
    Between,
    /// Nothing follows.
    End,
}

impl<R: BufRead> GzipReader<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, inflate: Decompress::new(false), sum: Crc::new(), length: 0, state: State::First }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.reader.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    /// Reads the header of the next member; nothing but zeros may stand instead of one.
    fn header(&mut self) -> io::Result<()> {
        if self.reader.fill_buf()?.is_empty() {
            self.state = if self.state == State::First { return Err(cut_off()) } else { State::End };
            return Ok(());
        }
        let mut fixed = [0; 10];
        self.reader.read_exact(&mut fixed[..2])?;
        if fixed[..2] != [0x1F, 0x8B] {
            if self.state == State::Between && fixed[..2] == [0, 0] {
                self.state = State::End;
                return Ok(());
            }
            return Err(broken("something that is not gzip follows"));
        }
        self.reader.read_exact(&mut fixed[2..])?;
        let [_, _, method, flags, ..] = fixed;
        if method != 8 {
            return Err(broken("it is packed in an unknown way"));
        }
        if flags & EXTRA != 0 {
            let length = u16::from_le_bytes([self.byte()?, self.byte()?]);
            for _ in 0..length {
                self.byte()?;
            }
        }
        for flag in [NAME, COMMENT] {
            if flags & flag != 0 {
                while self.byte()? != 0 {}
            }
        }
        if flags & HEADER_SUM != 0 {
            self.byte()?;
            self.byte()?;
        }
        self.inflate.reset(false);
        self.sum = Crc::new();
        self.length = 0;
        self.state = State::Member;
        Ok(())
    }

    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.reader.read_exact(&mut trailer)?;
        let [a, b, c, d, e, f, g, h] = trailer;
        self.state = State::Between;
        if u32::from_le_bytes([a, b, c, d]) != self.sum.sum() || u32::from_le_bytes([e, f, g, h]) != self.length {
            return Err(broken("its sum or its length is not what it says"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::First | State::Between => self.header()?,
                State::Trailer => self.trailer()?,
                State::End => return Ok(0),
                State::Member => {}
            }
            if self.state != State::Member {
                continue;
            }
            let input = self.reader.fill_buf()?;
            let is_end = input.is_empty();
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(input, buffer, FlushDecompress::None);
            let used = usize::try_from(self.inflate.total_in() - before_in).unwrap_or(0);
            let made = usize::try_from(self.inflate.total_out() - before_out).unwrap_or(0);
            self.reader.consume(used);
            let text = buffer.get(..made).unwrap_or_default();
            self.sum.update(text);
            self.length = self.length.wrapping_add(u32::try_from(made).unwrap_or(0));
            match status {
                // What was made is given before the sum is looked at: a wrong one must not cost it.
                Ok(Status::StreamEnd) => self.state = State::Trailer,
                Ok(_) if made == 0 && is_end => return Err(cut_off()),
                Ok(_) => {}
                Err(error) => return Err(broken(&error.to_string())),
            }
            if made > 0 {
                return Ok(made);
            }
        }
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends in the middle")
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}
