//! Which files can hold a call: one search over the bytes for the words of all surfaces.

use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::model::Api;
use crate::source::Source;
use crate::surface::Surface;

/// How much of a file surfaces are shown to tell its kind.
const BEGINNING: usize = 256;

/// Surfaces by their number, a bit each.
type SurfaceSet = u64;

/// Finds the words of calls in files.
pub struct Sieve {
    surfaces: &'static [&'static dyn Surface],
    /// The words of calls and policies alone: few enough for a search over many bytes at a time, which most files do not outlive.
    calls: Option<AhoCorasick>,
    words: Option<AhoCorasick>,
    meanings: Vec<Meaning>,
    /// What all words together say: a file can say no more.
    all: Meaning,
}

/// What a word says of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Meaning {
    /// The surfaces whose calls hold it.
    calls: SurfaceSet,
    /// The surfaces whose RAM policies hold it.
    policies: SurfaceSet,
    /// The surfaces that need it to understand a call.
    support: SurfaceSet,
}

impl Meaning {
    fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls | other.calls,
            policies: self.policies | other.policies,
            support: self.support | other.support,
        }
    }

    /// The surfaces that read a file with this word for what is in it.
    fn reads(self) -> SurfaceSet {
        self.calls | self.policies
    }
}

/// What a look at a file tells.
#[derive(Debug, Clone)]
pub enum Look {
    /// It holds a word of a call.
    Found(FoundFile),
    /// It holds none, but where another file does, it may be needed to understand that one.
    MayHelp,
    /// It does not matter.
    Nothing,
}

/// A file that holds a word.
#[derive(Debug, Clone)]
pub struct FoundFile {
    /// Its path.
    pub path: PathBuf,
    hits: SurfaceSet,
    support: SurfaceSet,
    named: bool,
}

impl FoundFile {
    /// Whether the surface with this number claims the file and a word of its calls is in it.
    pub(super) fn is_hit(&self, surface: usize) -> bool {
        self.hits & bit(surface) != 0
    }

    /// Whether the file holds no call of the surface but helps to understand others.
    pub(super) fn is_support(&self, surface: usize) -> bool {
        !self.is_hit(surface) && self.support & bit(surface) != 0
    }

    /// Whether some surface reads it for the calls in it.
    pub fn is_read(&self) -> bool {
        self.hits != 0
    }

    /// Whether a word of a call is in it.
    pub(super) fn is_named(&self) -> bool {
        self.named
    }

    /// Whether a word of a call is in it and no surface claims it.
    pub(super) fn is_unread(&self) -> bool {
        self.named && self.hits == 0
    }
}

fn bit(surface: usize) -> SurfaceSet {
    1_u64.checked_shl(u32::try_from(surface).unwrap_or(u32::MAX)).unwrap_or(0)
}

impl Sieve {
    pub(super) fn new(surfaces: &'static [&'static dyn Surface], apis: &[Api]) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut meanings: Vec<Meaning> = Vec::new();
        let mut add = |word: String, means: Meaning| match words.iter().position(|known| *known == word) {
            Some(known) => meanings.iter_mut().skip(known).take(1).for_each(|meaning| *meaning = meaning.and(means)),
            None => {
                words.push(word);
                meanings.push(means);
            }
        };
        for (number, surface) in surfaces.iter().enumerate() {
            let none = Meaning::default();
            let number = bit(number);
            surface.needles(apis).into_iter().for_each(|word| add(word, Meaning { calls: number, ..none }));
            surface.policy_needles().into_iter().for_each(|word| add(word, Meaning { policies: number, ..none }));
            surface.support_needles().into_iter().for_each(|word| add(word, Meaning { support: number, ..none }));
        }
        let read = words.iter().zip(&meanings).filter(|(_, meaning)| meaning.reads() != 0).map(|(word, _)| word);
        let calls = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(read).ok();
        // A word may be part of another one, so all that overlap are looked for.
        let words = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&words).ok();
        let all = meanings.iter().fold(Meaning::default(), |all, meaning| all.and(*meaning));
        Self { surfaces, calls, words, meanings, all }
    }

    /// Whether some surface would read a file of this name, whatever is in it.
    #[must_use]
    pub fn claims_by_name(&self, path: &Path) -> bool {
        self.surfaces.iter().any(|s| s.claims(path, &[]))
    }

    /// Looks for words of calls in a file.
    #[must_use]
    pub fn look(&self, path: &Path, bytes: &[u8]) -> Look {
        if let Some(source) = wide(bytes) {
            return self.look_at(path, source.text().as_bytes());
        }
        self.look_at(path, bytes)
    }

    fn look_at(&self, path: &Path, bytes: &[u8]) -> Look {
        if self.calls.as_ref().is_some_and(|calls| calls.is_match(bytes)) {
            return self.found(path, bytes).map_or(Look::Nothing, Look::Found);
        }
        // Surfaces that need files without a call to understand others.
        let mut helped = self.surfaces.iter().enumerate().filter(|(number, _)| self.all.support & bit(*number) != 0);
        if helped.any(|(_, surface)| surface.claims(path, beginning(bytes))) { Look::MayHelp } else { Look::Nothing }
    }

    /// Looks for words of any kind in a file; nothing when none is in it.
    #[must_use]
    pub fn look_for_help(&self, path: &Path, bytes: &[u8]) -> Option<FoundFile> {
        match wide(bytes) {
            Some(source) => self.found(path, source.text().as_bytes()),
            None => self.found(path, bytes),
        }
    }

    fn found(&self, path: &Path, bytes: &[u8]) -> Option<FoundFile> {
        let beginning = beginning(bytes);
        let claims = self.surfaces.iter().enumerate().filter(|(_, s)| s.claims(path, beginning));
        let claimed: SurfaceSet = claims.fold(0, |set, (number, _)| set | bit(number));
        let meaning = self.meaning_of(bytes, claimed);
        if meaning == Meaning::default() {
            return None;
        }
        let found = FoundFile {
            path: path.to_owned(),
            hits: meaning.reads() & claimed,
            support: meaning.support & claimed,
            named: meaning.calls != 0 && !looks_binary(beginning),
        };
        (found.hits | found.support != 0 || found.named).then_some(found)
    }

    /// What the words in some bytes say of them. The search ends where nothing that follows matters any more: every
    /// surface that claims the file reads it, or knows all that it asks for.
    fn meaning_of(&self, bytes: &[u8], claimed: SurfaceSet) -> Meaning {
        let Some(words) = &self.words else { return Meaning::default() };
        let asked = claimed & (self.all.reads() | self.all.support);
        let mut found = Meaning::default();
        for hit in words.find_overlapping_iter(bytes) {
            found = found.and(self.meanings.get(hit.pattern().as_usize()).copied().unwrap_or_default());
            let answered = found.reads() | (found.support & !self.all.reads());
            if asked != 0 && asked & !answered == 0 {
                break;
            }
        }
        found
    }
}

fn beginning(bytes: &[u8]) -> &[u8] {
    bytes.get(..BEGINNING).unwrap_or(bytes)
}

/// A text in UTF-16: no word stands in its bytes as it is, so what is searched is what will be read.
fn wide(bytes: &[u8]) -> Option<Source> {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]).then(|| Source::from_bytes("", bytes.to_vec()).ok())?
}

/// Binary content holds no call, whatever words are in it.
fn looks_binary(beginning: &[u8]) -> bool {
    memchr::memchr(0, beginning).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;
    use crate::surface;

    fn sieve() -> Sieve {
        let matrix = Matrix::builtin().unwrap();
        Sieve::new(surface::all(), std::slice::from_ref(matrix.api()))
    }

    #[test]
    fn a_bit_is_left_for_each_surface() {
        assert!(surface::all().len() <= SurfaceSet::BITS as usize);
    }

    #[test]
    fn a_file_without_a_call_is_looked_at_again_only_where_it_may_help() {
        let sieve = sieve();
        let caller = b"module \"backup\" {\n  source = \"./backup\"\n}\n";
        assert!(matches!(sieve.look(Path::new("a.tf"), caller), Look::MayHelp));
        assert!(sieve.look_for_help(Path::new("a.tf"), caller).is_some_and(|found| !found.is_read()));
        assert!(sieve.look_for_help(Path::new("a.tf"), b"locals {}\n").is_none());
        assert!(matches!(sieve.look(Path::new("a.png"), caller), Look::Nothing));
    }

    #[test]
    fn a_search_that_ends_early_tells_the_same_as_asking_for_every_word() {
        let matrix = Matrix::builtin().unwrap();
        let (apis, sieve) = (std::slice::from_ref(matrix.api()), sieve());
        let mut words: Vec<String> = surface::all()
            .iter()
            .flat_map(|s| [s.needles(apis), s.policy_needles(), s.support_needles()].concat())
            .collect();
        words.sort();
        words.dedup();
        let paths =
            ["a.tf", "a.yaml", "a.json", "a.py", "a.sh", "Makefile", ".github/workflows/a.yml", "a.png", "a.vue"];
        let mut compared = 0;
        for path in paths.map(Path::new) {
            for (first, one) in words.iter().enumerate() {
                for two in words.iter().skip(first % 3).step_by(3) {
                    let text = format!("x: {one}\ny: {two}\n");
                    let holds = |needles: Vec<String>| needles.iter().any(|needle| text.contains(needle.as_str()));
                    let found = sieve.look_for_help(path, text.as_bytes());
                    let mut is_read = false;
                    for (number, surface) in surface::all().iter().enumerate() {
                        let is_claimed = surface.claims(path, text.as_bytes());
                        let hit = is_claimed && (holds(surface.needles(apis)) || holds(surface.policy_needles()));
                        let support = is_claimed && !hit && holds(surface.support_needles());
                        is_read |= hit;
                        assert_eq!(found.as_ref().is_some_and(|f| f.is_hit(number)), hit, "{path:?} {text} {number}");
                        assert_eq!(found.as_ref().is_some_and(|f| f.is_support(number)), support, "{path:?} {text}");
                        compared += usize::from(hit);
                    }
                    let is_named = surface::all().iter().any(|surface| holds(surface.needles(apis)));
                    assert_eq!(found.is_some_and(|f| f.is_unread()), is_named && !is_read, "{path:?} {text}");
                }
            }
        }
        assert!(compared > 1000);
    }

    #[test]
    fn words_are_found_in_utf16_too() {
        let sieve = sieve();
        let text = "resource \"alicloud_rds_backup\" \"b\" {}\n";
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [text.as_bytes(), wide.as_slice()] {
            assert!(matches!(sieve.look(Path::new("a.tf"), bytes), Look::Found(found) if !found.is_unread()));
        }
        assert!(matches!(sieve.look(Path::new("a.md"), b"resource \"aws_db_instance\" \"b\" {}\n"), Look::Nothing));
    }
}
