//! The command line of the language server.

use std::path::PathBuf;

use clap::Args;

use super::{Apis, Color, Common, Configured, Judging, Level, Looking, PolicyRules, WaivingOptions};

/// `backuplint lsp`. Its options mean what they mean for `check`.
#[derive(Debug, Args)]
pub struct Lsp {
    /// Speak over standard input and output; there is no other way, and editors like to say so.
    #[arg(long)]
    pub stdio: bool,
    /// Which files are looked at.
    #[command(flatten)]
    pub looking: Looking,
    /// What is known of instances, and what is shown.
    #[command(flatten)]
    pub judging: Judging,
    /// Which decision tables are used.
    #[command(flatten)]
    pub apis: Apis,
    /// Which rules of an organisation hold.
    #[command(flatten)]
    pub own_rules: PolicyRules,
    /// Which configuration files hold.
    #[command(flatten)]
    pub configured: Configured,
}

impl Lsp {
    /// The options that `check` would have been given. What the editor sets goes before what the command line does.
    #[must_use]
    pub fn common(&self, level: Option<Level>, config: Option<PathBuf>) -> Common {
        let config = config.or_else(|| self.configured.config.clone());
        Common {
            format: Vec::new(),
            judging: Judging { level: level.or(self.judging.level), ..self.judging.clone() },
            fail_on: None,
            apis: Apis::default(),
            color: Color::Never,
            waiving: WaivingOptions::default(),
            own_rules: self.own_rules.clone(),
            configured: Configured { no_config: self.configured.no_config && config.is_none(), config, verbose: false },
        }
    }
}
