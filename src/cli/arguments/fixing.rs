//! Options that apply fixes.

use clap::Args;

use crate::finding::Safety;

/// Options of `check` that apply fixes.
#[derive(Debug, Args)]
pub struct Fixing {
    /// Fix what can be fixed without changing what is backed up, and report what is left.
    #[arg(long, group = "fixing")]
    pub fix: bool,
    /// Print what --fix would change as a unified diff, and write nothing.
    #[arg(long, group = "fixing")]
    pub diff: bool,
    /// With --fix or --diff: also make changes of what is backed up, or how. Look at each of them.
    #[arg(long = "unsafe", requires = "fixing")]
    pub also_unsafe: bool,
}

impl Fixing {
    /// Whether fixes are asked for at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.fix || self.diff
    }

    /// How safe a fix has to be.
    #[must_use]
    pub fn safety(&self) -> Safety {
        if self.also_unsafe { Safety::NeedsReview } else { Safety::Safe }
    }
}
