//! A [`Partial`] as text, for states of earlier runs and for parts that other machines made.
//!
//! Lines of JSON: a head with the version and the counts, then names, records, copies, files and damage, and a last
//! line with a digest of everything before it. Equal contents give equal bytes.

use std::io::{self, BufRead, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::partial::{Damage, FileRecord, Partial};
use super::survivor::{Names, Survivor};

/// What the first line says that this is.
const KIND: &str = "backuplint partial result";

/// The version of the form. What another version wrote is refused: reading the logs again is safer than guessing.
const VERSION: u32 = 2;

/// No first line is longer.
const HEAD_LIMIT: u64 = 4 << 10;

/// No other line is longer.
const LINE_LIMIT: u64 = 256 << 20;

/// Why a text is no partial result.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The text could not be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// It is something else.
    #[error("this is no partial result of an audit")]
    Other,
    /// Another version wrote it.
    #[error(
        "it was written by another version of backuplint (form {found}; this one writes {VERSION}): make it again from the logs"
    )]
    Version {
        /// The version of its form.
        found: u32,
    },
    /// Its end is missing, or something in it was changed.
    #[error("it is cut off or was changed, at line {line}: make it again from the logs")]
    Damaged {
        /// Where it was noticed.
        line: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    kind: String,
    version: u32,
    names: usize,
    records: usize,
    copies: usize,
    files: usize,
    damage: usize,
}

#[derive(Serialize, Deserialize)]
struct Tail {
    digest: String,
}

impl Partial {
    /// Writes it.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        let mut out = Digested { writer, digest: Xxh3::new() };
        let head = Head {
            kind: KIND.to_owned(),
            version: VERSION,
            names: self.names.texts().count(),
            records: self.survivors.len(),
            copies: self.copies.len(),
            files: self.files.len(),
            damage: self.damage.len(),
        };
        line(&mut out, &head)?;
        self.names.texts().try_for_each(|name| line(&mut out, name))?;
        self.survivors.iter().chain(&self.copies).try_for_each(|survivor| line(&mut out, survivor))?;
        self.files.iter().try_for_each(|file| line(&mut out, &file))?;
        self.damage.iter().try_for_each(|damage| line(&mut out, damage))?;
        let digest = format!("{:032x}", out.digest.digest128());
        line(&mut out, &Tail { digest })
    }

    /// Reads what [`Partial::write`] wrote.
    ///
    /// # Errors
    /// [`WireError`] says what is wrong with it.
    pub fn read(reader: &mut dyn BufRead) -> Result<Self, WireError> {
        let mut lines = Lines { reader, digest: Xxh3::new(), text: Vec::new(), number: 0 };
        let head: Head = lines.next().map_err(|error| match error {
            WireError::Damaged { .. } => WireError::Other,
            other => other,
        })?;
        if head.kind != KIND {
            return Err(WireError::Other);
        }
        if head.version != VERSION {
            return Err(WireError::Version { found: head.version });
        }
        let mut names = Names::default();
        for _ in 0..head.names {
            let name: String = lines.next()?;
            names.name(&name);
        }
        // Names that are not there would be read as empty; the digest says that nothing was changed.
        let survivors = lines.many::<Survivor>(head.records)?;
        let copies = lines.many::<Survivor>(head.copies)?;
        let files = lines.many::<(String, FileRecord)>(head.files)?;
        let damage = lines.many::<Damage>(head.damage)?;
        lines.digest.update(&lines.text);
        lines.text.clear();
        let digest = format!("{:032x}", lines.digest.digest128());
        let tail: Tail = lines.next()?;
        if tail.digest != digest {
            return Err(WireError::Damaged { line: lines.number });
        }
        Ok(Self { names, survivors, copies, files: files.into_iter().collect(), damage })
    }
}

fn line(out: &mut impl Write, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

struct Digested<'w> {
    writer: &'w mut dyn Write,
    digest: Xxh3,
}

impl Write for Digested<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

struct Lines<'r> {
    reader: &'r mut dyn BufRead,
    digest: Xxh3,
    text: Vec<u8>,
    number: usize,
}

impl Lines<'_> {
    fn next<T: DeserializeOwned>(&mut self) -> Result<T, WireError> {
        self.digest.update(&self.text);
        self.text.clear();
        self.number += 1;
        // What is no partial result may have no line end at all, and no end either.
        let most = if self.number == 1 { HEAD_LIMIT } else { LINE_LIMIT };
        (&mut *self.reader).take(most).read_until(b'\n', &mut self.text)?;
        serde_json::from_slice(&self.text).map_err(|_| WireError::Damaged { line: self.number })
    }

    fn many<T: DeserializeOwned>(&mut self, count: usize) -> Result<Vec<T>, WireError> {
        (0..count).map(|_| self.next()).collect()
    }
}
