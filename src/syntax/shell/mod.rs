//! Shell scripts (sh, bash, and what ksh and zsh share with them) as a small tree with spans.
//!
//! Owns the tree and its making from `tree-sitter-bash`, which no other module sees. Takes a text that may
//! stand inside another one ([`EmbeddedText`]), gives statements down to the parts of each word. It reads
//! what is broken as far as it can, and never runs, expands or resolves anything.

#[cfg(feature = "code")]
mod convert;
#[cfg(feature = "code")]
mod simple;
mod text;
#[cfg(feature = "code")]
mod words;

use std::sync::Arc;

use crate::source::Span;

pub use text::EmbeddedText;

/// A script, as far as it could be read.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The statements in order.
    pub statements: Vec<Statement>,
    /// Where the text breaks the grammar.
    pub errors: Vec<Span>,
    /// Whether the whole text was looked at. It is not when reading took too much work, when it is nested
    /// too deep, or when the crate was built without the feature `code`.
    pub complete: bool,
}

/// One statement.
#[derive(Debug, Clone)]
pub enum Statement {
    /// A simple command, an assignment, or a declaration.
    Command(Command),
    /// `{ …; }` or `( … )`, or any statement with redirections of its own.
    Block(Block),
    /// Commands joined by `|`.
    Pipeline(Vec<Statement>),
    /// Statements joined by `&&` and `||`.
    Chain(Chain),
    /// `! …`
    Not(Box<Statement>),
    /// `[ … ]`, `[[ … ]]` or `(( … ))`.
    Test(Test),
    /// `if … then … fi`
    If(If),
    /// `case … esac`
    Case(Case),
    /// `for …` and `select …`, also the C style, which has no variable.
    For(For),
    /// `while …` and `until …`
    While(While),
    /// A definition of a function.
    Function(Function),
    /// `… &`
    Background(Background),
}

/// A statement that runs while the script goes on.
#[derive(Debug, Clone)]
pub struct Background {
    /// The statement.
    pub body: Box<Statement>,
    /// The `&` behind it.
    pub mark: Span,
}

/// A simple command.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// From its first to its last word, without redirections behind.
    pub span: Span,
    /// Assignments before the first word, or those of a declaration.
    pub assignments: Vec<Assignment>,
    /// The words; none in a bare assignment. A declaration keeps its keyword, options and bare names.
    pub words: Vec<Word>,
    /// Redirections.
    pub redirects: Vec<Redirect>,
    /// Whether it is `export`, `local`, `readonly`, `declare` or `typeset`.
    pub declaration: bool,
    /// Whether the text in it or right behind it breaks the grammar, so that words may be missing.
    pub broken: bool,
}

/// Statements that are run as one.
#[derive(Debug, Clone)]
pub struct Block {
    /// The statements.
    pub body: Vec<Statement>,
    /// Whether they run in a shell of their own, so that what they set is lost.
    pub subshell: bool,
    /// Redirections of the whole.
    pub redirects: Vec<Redirect>,
}

/// `a && b || c`
#[derive(Debug, Clone)]
pub struct Chain {
    /// The first statement.
    pub first: Box<Statement>,
    /// Its text.
    pub first_span: Span,
    /// The others: whether `&&` (else `||`) stands before, the statement, and the span of everything up to
    /// and with it.
    pub rest: Vec<(bool, Statement, Span)>,
}

/// A test.
#[derive(Debug, Clone)]
pub struct Test {
    /// The whole, with its brackets.
    pub span: Span,
    /// What is tested.
    pub expression: Expression,
}

/// What a test says.
#[derive(Debug, Clone)]
pub enum Expression {
    /// `left operator right`, the operator being one of `=`, `==`, `!=` and others.
    Compare(Word, String, Word),
    /// `-z word` and the like.
    Unary(String, Word),
    /// `! …`
    Not(Box<Expression>),
    /// `… && …`
    And(Box<Expression>, Box<Expression>),
    /// `… || …`
    Or(Box<Expression>, Box<Expression>),
    /// Anything else, with the words in it.
    Other(Vec<Word>),
}

/// `if … elif … else … fi`
#[derive(Debug, Clone)]
pub struct If {
    /// The conditions with what follows them.
    pub arms: Vec<IfArm>,
    /// What stands behind `else`.
    pub otherwise: Option<Vec<Statement>>,
}

/// One condition and what it leads to.
#[derive(Debug, Clone)]
pub struct IfArm {
    /// The statements of the condition.
    pub condition: Vec<Statement>,
    /// Their text.
    pub condition_span: Span,
    /// What runs when it holds.
    pub body: Vec<Statement>,
}

/// `case subject in …`
#[derive(Debug, Clone)]
pub struct Case {
    /// What is compared.
    pub subject: Word,
    /// The arms.
    pub arms: Vec<CaseArm>,
}

/// One arm of a `case`.
#[derive(Debug, Clone)]
pub struct CaseArm {
    /// Its patterns.
    pub patterns: Vec<Word>,
    /// What runs.
    pub body: Vec<Statement>,
}

/// A loop over words.
#[derive(Debug, Clone)]
pub struct For {
    /// From the keyword to `done`.
    pub span: Span,
    /// Whether somebody chooses one of the words (`select`), instead of every one having its turn.
    pub chosen: bool,
    /// The variable; empty in the C style.
    pub variable: String,
    /// The words; absent where there is no `in`, which means the positional parameters.
    pub words: Option<Vec<Word>>,
    /// What is repeated.
    pub body: Vec<Statement>,
}

/// A loop with a condition.
#[derive(Debug, Clone)]
pub struct While {
    /// From the keyword to `done`.
    pub span: Span,
    /// Whether it goes on while its condition fails (`until`).
    pub until: bool,
    /// The statements of the condition.
    pub condition: Vec<Statement>,
    /// What is repeated.
    pub body: Vec<Statement>,
}

/// A function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The whole definition.
    pub span: Span,
    /// What it does.
    pub body: Arc<Vec<Statement>>,
}

/// `name=value`
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The whole.
    pub span: Span,
    /// The name.
    pub name: String,
    /// The key in brackets, for one element of an array.
    pub key: Option<Word>,
    /// Whether it is `+=`.
    pub append: bool,
    /// What is assigned.
    pub value: AssignedValue,
}

/// What an assignment assigns.
#[derive(Debug, Clone)]
pub enum AssignedValue {
    /// One word; empty when nothing stands there.
    Word(Word),
    /// `( … )`
    Array(Vec<ArrayItem>),
}

/// One element of an array literal.
#[derive(Debug, Clone)]
pub struct ArrayItem {
    /// `[key]=`, when it is there.
    pub key: Option<Word>,
    /// The value.
    pub word: Word,
}

/// A redirection.
#[derive(Debug, Clone)]
pub enum Redirect {
    /// `<<EOF`
    HereDocument(HereDocument),
    /// `<<< word`
    HereString(Word),
    /// To or from a file.
    File(Word),
}

/// The text of a here-document.
#[derive(Debug, Clone)]
pub struct HereDocument {
    /// Its lines as they stand.
    pub text: EmbeddedText,
    /// Whether the delimiter is quoted, so that nothing in the text is expanded.
    pub quoted: bool,
    /// The command substitutions in it, which run wherever the text goes.
    pub commands: Word,
}

/// A word: one or more parts without a blank between them.
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// The whole word with its quotes.
    pub span: Span,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Debug, Clone)]
pub struct Part {
    /// Where it stands; for a quoted text without the quotes.
    pub span: Span,
    /// Whether it stands between quotes, so that it is never split.
    pub quoted: bool,
    /// What it is.
    pub kind: PartKind,
}

/// The kinds of parts.
#[derive(Debug, Clone)]
pub enum PartKind {
    /// Text after escapes. An escape is a part of its own, so a part whose span is as long as its text
    /// stands in the source as it is.
    Text(String),
    /// `$name`, `${name…}`
    Variable(Box<Expansion>),
    /// `$( … )`, back quotes, `<( … )`
    Command(Vec<Statement>),
    /// `{{ … }}` or `${{ … }}`: another program fills it in before the shell sees the text.
    Hole,
    /// Arithmetic and whatever else is not read.
    Opaque,
}

/// An expansion of a variable.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    /// The name; also `1`, `@`, `?` and so on.
    pub name: String,
    /// What stands in brackets.
    pub key: Option<Key>,
    /// What is done with the value.
    pub operator: Operator,
    /// The word behind the operator.
    pub operand: Option<Word>,
}

/// The key of an array's element.
#[derive(Debug, Clone)]
pub enum Key {
    /// `[@]` or `[*]`
    All,
    /// Any other.
    One(Word),
}

/// What an expansion does with the value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Operator {
    /// Nothing.
    #[default]
    None,
    /// `:-`, `-`: another value when there is none.
    Default,
    /// `:=`, `=`: the same, and the variable is set.
    AssignDefault,
    /// `:?`, `?`: ends the script when there is none.
    Required,
    /// `:+`, `+`: another value when there is one.
    Alternative,
    /// `,,`: to small letters.
    Lower,
    /// `^`: the first letter to a capital.
    Capital,
    /// `^^`: to capitals.
    Upper,
    /// Anything else.
    Other,
}

impl Word {
    /// The text, when the word has no expansion in it.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match &part.kind {
                PartKind::Text(piece) => text.push_str(piece),
                _ => return None,
            }
        }
        Some(text)
    }

    /// The word as a text with places, to be read as a script. Expansions keep their source text, which
    /// `slice` gives.
    #[must_use]
    pub fn embedded<'s>(&self, slice: impl Fn(Span) -> &'s str) -> EmbeddedText {
        let mut text = EmbeddedText::new();
        for part in &self.parts {
            match &part.kind {
                PartKind::Text(piece) => text.push(piece, part.span),
                _ => text.push(slice(part.span), part.span),
            }
        }
        text
    }
}

/// Reads a script that is a text of its own.
#[must_use]
pub fn parse(text: &str) -> Script {
    parse_embedded(&EmbeddedText::verbatim(text, 0))
}

/// Reads a script that stands inside another text; every span of the result is one of the outer text.
#[cfg(feature = "code")]
#[must_use]
pub fn parse_embedded(text: &EmbeddedText) -> Script {
    convert::parse(text)
}

/// Without the feature `code` no script can be read.
#[cfg(not(feature = "code"))]
#[must_use]
pub fn parse_embedded(_text: &EmbeddedText) -> Script {
    Script::default()
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
