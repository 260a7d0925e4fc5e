//! What a call, a value and a fact are, whoever wrote them down and wherever.
//!
//! Owns the types that surfaces give and that verdicts are made from. It parses nothing and judges
//! nothing.

mod access;
mod api;
mod call;
mod coverage;
mod directory;
mod instance;
pub mod naming;
mod policy;
mod profile;
mod runs;
mod value;
mod wrapper;

pub use access::{
    Access, AttachedPolicy, Attachment, Companion, Handle, Membership, Principal, PrincipalKind, Reference, RunScope,
    Runner,
};
pub use api::{Api, FactNames, FactValue, NamePart, Parameter, ParameterKind, Permission, Product};
pub use call::{Argument, Call, Fact, InsertSite, NameKind, Quote, REGION, Spelling, TAG, UnknownName, all_tags, tag};
pub use coverage::{Coverage, CoverageStatus, Problem, ProblemKind, RuleCoverage};
pub use directory::{ControlAttachment, DirectoryPart, DirectoryTarget, PartKind, Residence};
pub use instance::{Instance, Inventory};
pub use policy::{
    Condition, Defect, DefectKind, Effect, Piece, PolicyDocument, PolicyKind, Statement, Template, Templates,
};
pub use profile::{Profile, ProfileUse};
pub use runs::{Lane, Often, Repeat, Runs, Start, Target};
pub use value::{Alternative, Content, Guard, GuardKind, Step, Unknown, Value};
pub use wrapper::{Meaning, Position, Wrapper};
