//! The command line of the language server.

use std::path::PathBuf;

use clap::Args;

use super::{Apis, Color, Common, Configured, Level, PolicyRules, Unknown, WaivingOptions, variable};

/// `backuplint lsp`.
#[derive(Debug, Args)]
pub struct Lsp {
    /// Speak over standard input and output; there is no other way, and editors like to say so.
    #[arg(long)]
    pub stdio: bool,
    /// As in check.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// As in check.
    #[arg(long)]
    pub no_ignore: bool,
    /// As in check.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub variables: Vec<(String, String)>,
    /// As in check.
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<PathBuf>,
    /// As in check.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub quota: Option<u32>,
    /// As in check.
    #[arg(long, value_enum)]
    pub level: Option<Level>,
    /// As in check.
    #[arg(long, value_enum)]
    pub unknown: Option<Unknown>,
    /// As in check.
    #[arg(long, value_name = "FILE")]
    pub inventory: Vec<PathBuf>,
    /// Which decision tables are used.
    #[command(flatten)]
    pub apis: Apis,
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
            level: level.or(self.level),
            fail_on: None,
            unknown: self.unknown,
            inventory: self.inventory.clone(),
            apis: Apis::default(),
            color: Color::Never,
            waiving: WaivingOptions::default(),
            own_rules: PolicyRules::default(),
            configured: Configured { no_config: self.configured.no_config && config.is_none(), config, verbose: false },
        }
    }
}
