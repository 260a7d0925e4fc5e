mod build;
mod calls;
mod logs;
mod policies;
mod several;

use super::*;
use crate::finding::Severity;
