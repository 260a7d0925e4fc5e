//! A unified diff, as `patch` and `git apply` take it.

use std::fmt::Write;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Beyond so many changed lines, what differs is shown as one block.
const MOST_CHANGES: usize = 1_000;

/// The diff of one file; empty when nothing differs. Line ends are those of the texts.
#[must_use]
pub fn unified(path: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let (old, new) = (lines(before), lines(after));
    let steps = steps(&old, &new);
    let mut out = String::new();
    let (from, to) = (name("a/", path), name("b/", path));
    out.push_str(&format!("--- {from}\n+++ {to}\n"));
    for hunk in hunks(&steps) {
        write_hunk(hunk, &mut out);
    }
    out
}

/// A line and what becomes of it.
#[derive(Debug, Clone, Copy)]
struct Step<'t> {
    kind: Kind,
    line: &'t str,
    /// How many lines of both texts stand before it.
    old: usize,
    new: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Same,
    Removed,
    Added,
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The name of a file; one with unusual characters is quoted as git does it.
fn name(side: &str, path: &str) -> String {
    let side = if path.starts_with('/') { "" } else { side };
    if path.chars().any(|c| c.is_control() || c == '"' || c == '\\') {
        let mut out = format!("\"{side}");
        for c in path.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                c if c.is_control() => c.to_string().bytes().for_each(|byte| {
                    // Writing to a text does not fail.
                    let _ = write!(out, "\\{byte:03o}");
                }),
                c => out.push(c),
            }
        }
        out.push('"');
        return out;
    }
    // Behind a name with a space a tab says where it ends.
    let end = if path.contains(' ') { "\t" } else { "" };
    format!("{side}{path}{end}")
}

/// The way from one text to the other: what both begin and end with, and the shortest way through the middle.
fn steps<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Step<'t>> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let middle = |all: &[&'t str]| all.get(head..all.len() - tail).unwrap_or_default().to_vec();
    let kinds = way(&middle(old), &middle(new));
    let same = |count| std::iter::repeat_n(Kind::Same, count);
    let (mut at_old, mut at_new) = (0, 0);
    let mut steps = Vec::with_capacity(old.len() + new.len());
    for kind in same(head).chain(kinds).chain(same(tail)) {
        let line = if kind == Kind::Added { new.get(at_new) } else { old.get(at_old) };
        steps.push(Step { kind, line: line.copied().unwrap_or_default(), old: at_old, new: at_new });
        at_old += usize::from(kind != Kind::Added);
        at_new += usize::from(kind != Kind::Removed);
    }
    steps
}

/// Myers' greedy way through the grid of both texts.
fn way(old: &[&str], new: &[&str]) -> Vec<Kind> {
    let whole = || {
        let removed = std::iter::repeat_n(Kind::Removed, old.len());
        removed.chain(std::iter::repeat_n(Kind::Added, new.len())).collect()
    };
    let most = (old.len() + new.len()).min(MOST_CHANGES);
    // How far each diagonal reaches; diagonal 0 is in the middle.
    let mut reach = vec![0_usize; 2 * most + 3];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for depth in 0..=most {
        let width = 2 * depth + 3;
        let first = most - depth;
        trace.push(reach.get(first..first + width).unwrap_or_default().to_vec());
        for diagonal in (0..=2 * depth).step_by(2) {
            // Counted from the lowest diagonal of this depth.
            let at = first + diagonal + 1;
            let (below, above) = (get(&reach, at - 1), get(&reach, at + 1));
            let down = diagonal == 0 || (diagonal != 2 * depth && below < above);
            let mut x = if down { above } else { below + 1 };
            let Some(mut y) = (x + depth).checked_sub(diagonal) else { continue };
            while x < old.len() && y < new.len() && old.get(x) == new.get(y) {
                x += 1;
                y += 1;
            }
            if let Some(place) = reach.get_mut(at) {
                *place = x;
            }
            if x >= old.len() && y >= new.len() {
                return back(&trace, old.len(), new.len());
            }
        }
    }
    whole()
}

fn get(reach: &[usize], at: usize) -> usize {
    reach.get(at).copied().unwrap_or(0)
}

/// The way that led to the end, walked from the end.
fn back(trace: &[Vec<usize>], mut x: usize, mut y: usize) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (depth, reach) in trace.iter().enumerate().skip(1).rev() {
        // What this depth began with: its diagonals lie one further in.
        let Some(diagonal) = (x + depth).checked_sub(y) else { break };
        let (below, above) = (get(reach, diagonal), get(reach, diagonal + 2));
        let down = diagonal == 0 || (diagonal != 2 * depth && below < above);
        let from_x = if down { above } else { below };
        let from_y = if down {
            (from_x + depth).saturating_sub(diagonal + 1)
        } else {
            (from_x + depth + 1).saturating_sub(diagonal)
        };
        let straight = x.saturating_sub(from_x + usize::from(!down));
        kinds.extend(std::iter::repeat_n(Kind::Same, straight));
        kinds.push(if down { Kind::Added } else { Kind::Removed });
        (x, y) = (from_x, from_y);
    }
    kinds.extend(std::iter::repeat_n(Kind::Same, x.min(y)));
    kinds.reverse();
    kinds
}

/// The changes with what stands around them.
fn hunks<'s, 't>(steps: &'s [Step<'t>]) -> Vec<&'s [Step<'t>]> {
    let changes = steps.iter().enumerate().filter(|(_, step)| step.kind != Kind::Same).map(|(at, _)| at);
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in changes {
        let (from, to) = (at.saturating_sub(CONTEXT), (at + 1 + CONTEXT).min(steps.len()));
        match ranges.last_mut() {
            Some((_, end)) if from <= *end => *end = to,
            _ => ranges.push((from, to)),
        }
    }
    ranges.into_iter().filter_map(|(from, to)| steps.get(from..to)).collect()
}

fn write_hunk(hunk: &[Step<'_>], out: &mut String) {
    let Some(first) = hunk.first() else { return };
    let count = |not: Kind| hunk.iter().filter(|step| step.kind != not).count();
    let range = |before: usize, count: usize| match count {
        0 => format!("{before},0"),
        1 => format!("{}", before + 1),
        _ => format!("{},{count}", before + 1),
    };
    let (old, new) = (range(first.old, count(Kind::Added)), range(first.new, count(Kind::Removed)));
    out.push_str(&format!("@@ -{old} +{new} @@\n"));
    for step in hunk {
        out.push(match step.kind {
            Kind::Same => ' ',
            Kind::Removed => '-',
            Kind::Added => '+',
        });
        out.push_str(step.line);
        if !step.line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}
