//! Conditions of a statement: operators, keys, values, and when one holds.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::data::{self, Compares, QuantifierMeaning};
use super::evaluate::{Context, Known};
use super::pattern::{self, Case};
use super::truth::Truth;
use crate::model::{Condition, Piece, Template};

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Texts that are the same.
    Text(Case),
    /// Texts with wildcards.
    Like,
    /// Numbers in an order.
    Number(Order),
    /// Moments in an order.
    Moment(Order),
    /// `true` or `false`.
    Bool,
    /// Addresses in a range.
    Address,
}

/// How two things in an order are compared: the one of the request with the one of the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// More.
    Greater,
    /// More or the same.
    AtLeast,
}

/// How many of several values of a key must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// The key has one value.
    One,
    /// Each of them (`ForAllValues:`).
    Every,
    /// At least one (`ForAnyValue:`).
    Some,
}

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// What it compares.
    pub comparison: Comparison,
    /// Whether it holds when none of its values fits (`StringNotEquals`).
    pub negated: bool,
    /// How many values of the key must fit.
    pub quantifier: Quantifier,
}

impl Operator {
    /// The operator of a name; nothing for a name that the language does not have. Letter case counts, as everywhere in
    /// the grammar.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let known = &data::language().operators;
        let (quantifier, name) = known
            .quantifiers
            .iter()
            .find_map(|quantifier| Some((quantifier.means, name.strip_prefix(quantifier.prefix.as_str())?)))
            .map_or((Quantifier::One, name), |(means, name)| match means {
                QuantifierMeaning::Every => (Quantifier::Every, name),
                QuantifierMeaning::Some => (Quantifier::Some, name),
            });
        let entry = known.known.iter().find(|entry| entry.name == name)?;
        let comparison = match entry.compares {
            Compares::Text => Comparison::Text(Case::Sensitive),
            Compares::FoldedText => Comparison::Text(Case::Folded),
            Compares::Pattern => Comparison::Like,
            Compares::Number => Comparison::Number(entry.order?),
            Compares::Moment => Comparison::Moment(entry.order?),
            Compares::Boolean => Comparison::Bool,
            Compares::Address => Comparison::Address,
        };
        Some(Self { comparison, negated: entry.negated, quantifier })
    }

    /// Whether a value can be compared with at all: a number where a number is compared, and so on. A value with
    /// parts that are not known may be.
    #[must_use]
    pub fn takes(self, value: &Template) -> bool {
        let Some(text) = value.text() else { return true };
        match self.comparison {
            Comparison::Text(_) | Comparison::Like => true,
            Comparison::Number(_) => number(text).is_some(),
            Comparison::Moment(_) => moment(text).is_some(),
            Comparison::Bool => boolean(text).is_some(),
            Comparison::Address => range(text).is_some(),
        }
    }
}

/// Whether a condition holds for a request.
#[must_use]
pub fn holds(condition: &Condition, context: &Context) -> Truth {
    let Some(operator) = Operator::parse(&condition.operator) else { return Truth::Maybe };
    let values = match context.get(&condition.key) {
        Known::Values(values) => values,
        // Whether a key that a request does not have makes a condition false, or true when it is negated, is not
        // documented, and what is told of it differs.
        Known::Absent | Known::Nothing => return Truth::Maybe,
    };
    let fits = |value: &String| {
        let mut any = Truth::any(condition.values.all.iter().map(|wanted| compare(operator.comparison, value, wanted)));
        if condition.values.open.is_some() {
            any = any.or(Truth::Maybe);
        }
        if operator.negated { any.negated() } else { any }
    };
    match operator.quantifier {
        Quantifier::One | Quantifier::Some => Truth::any(values.iter().map(fits)),
        Quantifier::Every => Truth::all(values.iter().map(fits)),
    }
}

/// Whether a value of a request fits a value of a condition.
fn compare(comparison: Comparison, value: &str, wanted: &Template) -> Truth {
    let Some(text) = wanted.text() else {
        return match comparison {
            Comparison::Like => pattern::matches(&wanted.pieces, &pieces(value), Case::Sensitive),
            _ => Truth::Maybe,
        };
    };
    match comparison {
        Comparison::Text(Case::Sensitive) => Truth::from(value == text),
        Comparison::Text(Case::Folded) => Truth::from(value.eq_ignore_ascii_case(text)),
        Comparison::Like => pattern::matches(&wanted.pieces, &pieces(value), Case::Sensitive),
        Comparison::Number(order) => ordered(number(value), number(text), order),
        Comparison::Moment(order) => ordered(moment(value), moment(text), order),
        Comparison::Bool => known_equal(boolean(value), boolean(text)),
        Comparison::Address => match (value.parse::<IpAddr>(), range(text)) {
            (Ok(address), Some(range)) => Truth::from(range.holds(address)),
            // A host of the service calls for somebody; no range holds it.
            (Err(_), Some(_)) => Truth::No,
            (_, None) => Truth::Maybe,
        },
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    vec![Piece::Text(text.to_owned())]
}

fn known_equal(a: Option<bool>, b: Option<bool>) -> Truth {
    match (a, b) {
        (Some(a), Some(b)) => Truth::from(a == b),
        _ => Truth::Maybe,
    }
}

fn ordered<T: PartialOrd>(value: Option<T>, wanted: Option<T>, order: Order) -> Truth {
    let (Some(value), Some(wanted)) = (value, wanted) else { return Truth::Maybe };
    Truth::from(match order {
        Order::Equal => value == wanted,
        Order::Less => value < wanted,
        Order::AtMost => value <= wanted,
        Order::Greater => value > wanted,
        Order::AtLeast => value >= wanted,
    })
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A moment with its offset from UTC, as ISO 8601 writes it.
pub(super) fn moment(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    network: IpAddr,
    prefix: u8,
}

/// An address, or a range as a network with the length of its prefix.
#[must_use]
pub fn range(text: &str) -> Option<Range> {
    let (network, prefix) = match text.split_once('/') {
        Some((network, prefix)) => (network.parse::<IpAddr>().ok()?, prefix.parse().ok()?),
        None => {
            let address = text.parse::<IpAddr>().ok()?;
            (address, if address.is_ipv4() { 32 } else { 128 })
        }
    };
    let longest = if network.is_ipv4() { 32 } else { 128 };
    (prefix <= longest).then_some(Range { network, prefix })
}

impl Range {
    /// Whether an address is in the range. Addresses of one family are never in a range of the other.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        let (first, last) = self.ends();
        (first..=last).contains(&address)
    }

    /// The first and the last address of the range.
    #[must_use]
    pub fn ends(self) -> (IpAddr, IpAddr) {
        match self.network {
            IpAddr::V4(network) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                let first = network.to_bits() & mask;
                (Ipv4Addr::from_bits(first).into(), Ipv4Addr::from_bits(first | !mask).into())
            }
            IpAddr::V6(network) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                let first = network.to_bits() & mask;
                (Ipv6Addr::from_bits(first).into(), Ipv6Addr::from_bits(first | !mask).into())
            }
        }
    }

    /// Whether every address of its family is in it.
    #[must_use]
    pub fn is_everything(self) -> bool {
        self.prefix == 0
    }
}
