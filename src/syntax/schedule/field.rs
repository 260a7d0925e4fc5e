//! One field of a schedule: numbers, names, ranges, steps and lists as a set.
//!
//! Takes the text of a field and what its numbers may be; gives the set, and how many of its numbers hold at once,
//! since a hashed or random number (`H`, `0~59`) is one of many. Letters that stand for days are `days`' own.

/// What a field may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    /// What it is for people, e.g. "minute".
    pub(super) title: &'static str,
    pub(super) first: u32,
    pub(super) last: u32,
    /// Names of the numbers, the first one being `names_from`.
    pub(super) names: &'static [&'static str],
    pub(super) names_from: u32,
    /// Whether `H` stands for a number that depends on the job's name.
    pub(super) hashed: bool,
    /// Whether a range may go on behind the last number (`22-2`).
    pub(super) wraps: bool,
}

/// The numbers of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Set {
    /// The numbers that may hold, as bits.
    pub(super) bits: u64,
    /// How many of them hold, at least and at most.
    pub(super) least: u32,
    pub(super) most: u32,
    /// Whether the field leaves it open: `*` or `?`.
    pub(super) any: bool,
}

impl Set {
    /// A set of which every number holds.
    pub(super) fn all_of(bits: u64, any: bool) -> Self {
        Self { bits, least: bits.count_ones(), most: bits.count_ones(), any }
    }

    /// Only this number.
    pub(super) fn one(number: u32) -> Self {
        Self::all_of(1_u64.checked_shl(number).unwrap_or(0), false)
    }

    pub(super) fn numbers(self) -> impl Iterator<Item = u32> {
        (0..64).filter(move |number| self.bits >> number & 1 == 1)
    }

    fn is_certain(self) -> bool {
        self.most == self.bits.count_ones() && self.least == self.most
    }

    /// The numbers of either.
    pub(super) fn or(self, other: Self) -> Self {
        let bits = self.bits | other.bits;
        if self.is_certain() && other.is_certain() {
            return Self::all_of(bits, self.any || other.any);
        }
        let disjoint = self.bits & other.bits == 0;
        let least = if disjoint { self.least + other.least } else { self.least.max(other.least) };
        Self { bits, least, most: (self.most + other.most).min(bits.count_ones()), any: self.any || other.any }
    }
}

impl Range {
    /// Reads a field.
    pub(super) fn read(&self, text: &str) -> Result<Set, String> {
        let mut all: Option<Set> = None;
        for item in text.split(',') {
            let set = self.item(item).ok_or_else(|| self.refuse(item))?;
            all = Some(all.map_or(set, |all| all.or(set)));
        }
        all.ok_or_else(|| self.refuse(text))
    }

    pub(super) fn refuse(&self, item: &str) -> String {
        format!("`{item}` is no {} of a schedule", self.title)
    }

    fn item(&self, text: &str) -> Option<Set> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
            None => (text, None),
        };
        if let Some(hashed) = range.strip_prefix(['H', 'h']).filter(|_| self.hashed) {
            return self.hash(hashed, step);
        }
        if let Some((from, to)) = range.split_once('~') {
            let bound = |text: &str, default| if text.is_empty() { Some(default) } else { self.number(text) };
            let bits = self.between(bound(from, self.first)?, bound(to, self.last)?, 1)?;
            return step.is_none().then_some(Set { bits, least: 1, most: 1, any: false });
        }
        let (from, to) = match range {
            "*" | "?" => (self.first, self.last),
            _ => match range.split_once('-') {
                Some((from, to)) => (self.number(from)?, self.number(to)?),
                None => {
                    let number = self.number(range)?;
                    (number, if step.is_some() { self.last } else { number })
                }
            },
        };
        let is_any = matches!(range, "*" | "?") && step.is_none_or(|step| step == 1);
        Some(Set::all_of(self.between(from, to, step.unwrap_or(1))?, is_any))
    }

    /// `H`, `H/15`, `H(0-29)` and `H(0-29)/10`: `bounds` is what stands behind the letter.
    fn hash(&self, bounds: &str, step: Option<u32>) -> Option<Set> {
        let (from, to) = if bounds.is_empty() {
            (self.first, self.last)
        } else {
            let (from, to) = bounds.strip_prefix('(')?.strip_suffix(')')?.split_once('-')?;
            (self.number(from)?, self.number(to)?)
        };
        let bits = self.between(from, to, 1)?;
        let length = bits.count_ones();
        let Some(step) = step.filter(|step| *step <= length) else {
            return Some(Set { bits, least: 1, most: 1, any: false });
        };
        // The first one is hashed among the first `step` numbers, the others follow at that distance.
        Some(Set { bits, least: length / step, most: length.div_ceil(step), any: false })
    }

    /// The numbers of a range, as bits.
    fn between(&self, from: u32, to: u32, step: u32) -> Option<u64> {
        let inside = |number: u32| (self.first..=self.last).contains(&number);
        if !inside(from) || !inside(to) || step == 0 {
            return None;
        }
        let length = match to.checked_sub(from) {
            Some(length) => length,
            None if self.wraps => self.last + 1 - self.first + to - from,
            None => return None,
        };
        let size = self.last + 1 - self.first;
        let mut bits = 0_u64;
        let mut at = 0;
        while at <= length {
            let number = self.first + (from - self.first + at) % size;
            bits |= 1_u64.checked_shl(number)?;
            at = at.saturating_add(step);
        }
        Some(bits)
    }

    fn number(&self, text: &str) -> Option<u32> {
        let by_name = self.names.iter().position(|name| {
            name.eq_ignore_ascii_case(text) || name.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(text))
        });
        if let Some(index) = by_name {
            return Some(self.names_from + u32::try_from(index).ok()?);
        }
        let plain = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| plain)
    }
}
