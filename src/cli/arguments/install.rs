//! The command line around installing: completions and manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// `backuplint completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backuplint completions bash > ~/.local/share/bash-completion/completions/backuplint\n  \
    backuplint completions zsh > _backuplint    # in a folder of $fpath\n  \
    backuplint completions fish > ~/.config/fish/completions/backuplint.fish\n  \
    backuplint completions powershell >> $PROFILE")]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `backuplint man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backuplint man | man -l -\n  \
    backuplint man audit map | man -l -\n  \
    backuplint man --output ~/.local/share/man/man1")]
pub struct Man {
    /// The command whose page is printed; without one it is the page of backuplint itself.
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    pub command: Vec<String>,
    /// Write the pages of all commands into this folder.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
