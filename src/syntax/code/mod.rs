//! Programs of several languages as one small tree with spans.
//!
//! Owns the tree and its making from the grammars of tree-sitter, which no other module sees. Takes the text of
//! a file, gives statements and expressions as far as constants can flow through them; whatever else there is
//! becomes [`ExpressionKind::Opaque`] with its parts. Broken text is read as far as it can be. Nothing is run.

#[cfg(feature = "code")]
mod c_sharp;
#[cfg(feature = "code")]
mod go;
#[cfg(feature = "code")]
mod java;
#[cfg(feature = "code")]
mod lowering;
#[cfg(feature = "code")]
mod members;
#[cfg(feature = "code")]
mod parse;
#[cfg(feature = "code")]
mod php;
#[cfg(feature = "code")]
mod python;
#[cfg(feature = "code")]
mod switch;
#[cfg(feature = "code")]
mod typescript;

use std::sync::Arc;

use crate::source::Span;

/// The text of one file, as far as it could be read.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// The statements in order.
    pub statements: Vec<Statement>,
    /// Where the text breaks the grammar.
    pub errors: Vec<Span>,
    /// Whether the whole text was looked at. It is not when reading took too much work, when it is nested too
    /// deep, or when the crate was built without the feature `code`.
    pub complete: bool,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Where it stands.
    pub span: Span,
    /// What it does.
    pub kind: StatementKind,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum StatementKind {
    /// Evaluates an expression.
    Expression(Expression),
    /// Gives a value to one or more targets.
    Assign(Vec<Target>, Expression),
    /// Adds to what a target holds (`+=`); with another operator the value is opaque.
    Update(Target, Expression),
    /// The first branch whose condition holds, else the last part.
    If(Vec<(Expression, Vec<Statement>)>, Vec<Statement>),
    /// Once for each element.
    For(For),
    /// As long as a condition holds.
    While(Expression, Vec<Statement>),
    /// Defines a function.
    Function(Arc<Function>),
    /// Defines a class.
    Class(Arc<Class>),
    /// Makes names of another module known.
    Import(Import),
    /// Runs something, and something else when it fails.
    Try(Try),
    /// Statements in a row.
    Block(Vec<Statement>),
    /// Leaves the function.
    Return(Option<Expression>),
    /// Leaves the function because something went wrong.
    Raise(Vec<Expression>),
    /// Leaves the loop, or this round of it.
    Leave,
    /// These names are those of the module.
    Global(Vec<String>),
}

/// A loop over the elements of something.
#[derive(Debug, Clone)]
pub struct For {
    /// What gets each element.
    pub target: Target,
    /// What has the elements.
    pub iterable: Expression,
    /// What is done with each.
    pub body: Vec<Statement>,
    /// What is done at the end.
    pub otherwise: Vec<Statement>,
}

/// Statements with what to do when they fail.
#[derive(Debug, Clone, Default)]
pub struct Try {
    /// What is tried.
    pub body: Vec<Statement>,
    /// What is done when it fails, each for another failure.
    pub handlers: Vec<Vec<Statement>>,
    /// What is done when it does not fail.
    pub otherwise: Vec<Statement>,
    /// What is done in any case.
    pub finally: Vec<Statement>,
}

/// A function or a method.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name; empty for one that has none.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Vec<Statement>,
    /// What is said about it in front of it.
    pub decorators: Vec<Expression>,
}

/// A parameter of a function.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// What it is when nothing is given.
    pub default: Option<Expression>,
    /// What it takes.
    pub kind: ParameterKind,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// One value, by position or by name.
    One,
    /// One value, by name alone.
    Named,
    /// All further values.
    Rest,
    /// All further values that are given by name.
    Keywords,
}

/// A class.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// What it is made from.
    pub bases: Vec<Expression>,
    /// What stands in it.
    pub body: Vec<Statement>,
}

/// Names of another module.
#[derive(Debug, Clone)]
pub struct Import {
    /// The module, as it is written.
    pub module: String,
    /// What is imported from it.
    pub names: Imported,
}

/// What is imported.
#[derive(Debug, Clone)]
pub enum Imported {
    /// The module itself, by its first name or by another one.
    Module(Option<String>),
    /// Names in it, each with the name that it gets here.
    Names(Vec<(String, String)>),
    /// Every name in it.
    All,
}

/// Something that a value can be given to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A variable.
    Name(Identifier),
    /// A field of an object.
    Member(Expression, Identifier),
    /// An element.
    Index(Expression, Expression),
    /// Several that share the elements of the value.
    Many(Vec<Target>),
    /// Anything else.
    Other,
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expression {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// A text that is known.
    Text(String),
    /// A number, as it is written but without separators.
    Number(String),
    /// A truth value.
    Bool(bool),
    /// Nothing.
    Null,
    /// A variable.
    Name(String),
    /// A field of an object.
    Member(Box<Expression>, Identifier),
    /// An element.
    Index(Box<Expression>, Box<Expression>),
    /// A call of a function or a constructor.
    Call(Box<CallExpression>),
    /// A list, a tuple or a set.
    List(Vec<Expression>),
    /// A map.
    Map(Vec<Entry>),
    /// Texts that are joined, or lists that are.
    Join(Vec<Expression>),
    /// A text with holes in the manner of `printf`, and what fills them.
    Percent(Box<Expression>, Box<Expression>),
    /// The opposite.
    Not(Box<Expression>),
    /// A comparison.
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// All hold; the value is the first that does not, or the last.
    All(Vec<Expression>),
    /// Any holds; the value is the first that does, or the last.
    Any(Vec<Expression>),
    /// Condition, value if it holds, value if it does not.
    Conditional(Box<[Expression; 3]>),
    /// The elements of something in place of one element.
    Spread(Box<Expression>),
    /// A function without a name.
    Function(Arc<Function>),
    /// A list or, with a key, a map that is made by a loop.
    Comprehension(Box<Comprehension>),
    /// Gives a value to a variable and is that value.
    Bind(Identifier, Box<Expression>),
    /// Something else that holds these.
    Opaque(Vec<Expression>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same.
    Equal,
    /// They are not.
    Different,
    /// The one is among the elements of the other.
    In,
    /// It is not.
    NotIn,
    /// Something else.
    Other,
}

/// A call.
#[derive(Debug, Clone)]
pub struct CallExpression {
    /// What is called.
    pub function: Expression,
    /// What it is given.
    pub arguments: Vec<Argument>,
    /// The parentheses with what is in them.
    pub list: Span,
}

/// Something that a call is given.
#[derive(Debug, Clone)]
pub struct Argument {
    /// With its name.
    pub span: Span,
    /// Its name, when it is given by name.
    pub name: Option<Identifier>,
    /// The value.
    pub value: Expression,
    /// Whether it stands for all elements of the value.
    pub spread: Spread,
}

/// Whether something stands for the elements of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// For itself.
    No,
    /// For the elements of a list.
    List,
    /// For the entries of a map.
    Map,
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// From its key to its value.
    pub span: Span,
    /// The key; absent when the entries of another map stand here.
    pub key: Option<Expression>,
    /// The value.
    pub value: Expression,
}

/// A list or a map that is made by a loop.
#[derive(Debug, Clone)]
pub struct Comprehension {
    /// The key, for a map.
    pub key: Option<Expression>,
    /// The value.
    pub value: Expression,
    /// What gets each element.
    pub target: Target,
    /// What has the elements.
    pub iterable: Expression,
    /// What has to hold.
    pub conditions: Vec<Expression>,
}

/// Reads a file in Python.
#[must_use]
pub fn python(text: &str) -> Module {
    #[cfg(feature = "code")]
    {
        python::read(text)
    }
    #[cfg(not(feature = "code"))]
    {
        let _ = text;
        Module::default()
    }
}

/// Reads a file in C#.
#[must_use]
pub fn c_sharp(text: &str) -> Module {
    #[cfg(feature = "code")]
    {
        c_sharp::read(text)
    }
    #[cfg(not(feature = "code"))]
    {
        let _ = text;
        Module::default()
    }
}

/// Reads a file in Go.
#[must_use]
pub fn go(text: &str) -> Module {
    #[cfg(feature = "code")]
    {
        go::read(text)
    }
    #[cfg(not(feature = "code"))]
    {
        let _ = text;
        Module::default()
    }
}

/// Reads a file in Java.
#[must_use]
pub fn java(text: &str) -> Module {
    #[cfg(feature = "code")]
    {
        java::read(text)
    }
    #[cfg(not(feature = "code"))]
    {
        let _ = text;
        Module::default()
    }
}

/// Reads a file in TypeScript or JavaScript.
#[must_use]
pub fn typescript(text: &str) -> Module {
    #[cfg(feature = "code")]
    {
        typescript::read(text)
    }
    #[cfg(not(feature = "code"))]
    {
        let _ = text;
        Module::default()
    }
}

/// Reads a file in PHP.
#[must_use]
pub fn php(text: &str) -> Module {
    #[cfg(feature = "code")]
    {
        php::read(text)
    }
    #[cfg(not(feature = "code"))]
    {
        let _ = text;
        Module::default()
    }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod shown;
#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
