//! What the terminal can show, decided once.

use std::io::IsTerminal;

use super::arguments::Color;
use crate::report::Presentation;

/// The width of what is not a terminal.
const PLAIN_WIDTH: usize = 100;

/// How standard output may look.
#[must_use]
pub(super) fn presentation(color: Color) -> Presentation {
    look(color, std::io::stdout().is_terminal())
}

/// How standard error may look.
#[must_use]
pub(super) fn of_errors(color: Color) -> Presentation {
    look(color, std::io::stderr().is_terminal())
}

fn look(color: Color, is_terminal: bool) -> Presentation {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = set("CLICOLOR_FORCE") || set("FORCE_COLOR");
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !set("NO_COLOR") && (forced || (is_terminal && !dumb)),
    };
    // As others do it: a number, of which 0 is no.
    let forced_links =
        std::env::var("FORCE_HYPERLINK").ok().filter(|value| !value.is_empty()).map(|value| value != "0");
    let links = color && forced_links.unwrap_or(is_terminal);
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse::<usize>().ok());
    let measured = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|_| is_terminal);
    let width = measured.or(columns).unwrap_or(PLAIN_WIDTH);
    Presentation { color, unicode: !set("NO_UNICODE"), links, width: width.max(20) }
}
