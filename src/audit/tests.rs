mod build;
mod calls;
mod logs;
mod several;

use super::*;
use crate::finding::Severity;
