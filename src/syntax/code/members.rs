//! What a bare name refers to where classes hold everything, as in Java and C#: a variable, something of a class
//! around it, or something imported.

use std::collections::{HashMap, HashSet};

use super::{Expression, ExpressionKind, Identifier};
use crate::source::Span;

/// The name of the object that a method is called on.
pub(super) const THIS: &str = "this";

/// What names of packages begin with that are not written like those of classes.
const ROOTS: [&str; 8] = ["com", "org", "net", "io", "cn", "java", "javax", "jakarta"];

/// The names that are known at a place.
#[derive(Default)]
pub(super) struct Names {
    /// Variables, innermost last.
    locals: Vec<String>,
    /// Classes around, innermost last.
    classes: Vec<ClassNames>,
    /// What is imported by its name.
    imported: HashSet<String>,
    /// Whether everything of some class is imported.
    open: bool,
}

/// What a class has.
#[derive(Default)]
pub(super) struct ClassNames {
    pub(super) name: String,
    /// Fields and nested types, and whether they are the class's own.
    pub(super) fields: HashMap<String, bool>,
    /// Types in it, as far as those of variables are told apart from them.
    pub(super) types: HashSet<String>,
    /// Methods, and whether they are the class's own.
    pub(super) methods: HashMap<String, bool>,
    /// Whether it is made from another class, which may have more.
    pub(super) inherits: bool,
    /// Where in it we are.
    pub(super) context: Context,
}

/// A part of a class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Context {
    /// Its body itself, where its names are variables.
    #[default]
    Body,
    /// Something that has no object.
    Static,
    /// Something that has one.
    Instance,
}

impl Names {
    pub(super) fn declare(&mut self, name: &str) {
        self.locals.push(name.to_owned());
    }

    /// How many variables there are; to be given to [`Self::forget`] at the end of a block.
    pub(super) fn mark(&self) -> usize {
        self.locals.len()
    }

    pub(super) fn forget(&mut self, mark: usize) {
        self.locals.truncate(mark);
    }

    pub(super) fn import(&mut self, name: Option<&str>) {
        match name {
            Some(name) => drop(self.imported.insert(name.to_owned())),
            None => self.open = true,
        }
    }

    pub(super) fn enter(&mut self, class: ClassNames) {
        self.classes.push(class);
    }

    pub(super) fn leave(&mut self) {
        self.classes.pop();
    }

    /// Changes where in the innermost class we are; gives where we were.
    pub(super) fn context(&mut self, context: Context) -> Context {
        self.classes.last_mut().map_or(Context::Body, |class| std::mem::replace(&mut class.context, context))
    }

    /// Whether a name is that of a variable.
    pub(super) fn is_local(&self, name: &str) -> bool {
        self.locals.iter().any(|local| local == name)
    }

    /// Whether a name is that of a function of a class around, and of nothing nearer.
    pub(super) fn is_method(&self, name: &str) -> bool {
        let nearest = self.classes.iter().rev().find(|c| c.fields.contains_key(name) || c.methods.contains_key(name));
        !self.is_local(name) && nearest.is_some_and(|class| class.methods.contains_key(name))
    }

    /// What a bare name stands for.
    pub(super) fn variable(&self, name: &str, span: Span) -> ExpressionKind {
        if self.is_local(name) {
            return ExpressionKind::Name(name.to_owned());
        }
        let found = self.classes.iter().enumerate().rev().find_map(|(at, class)| Some((at, *class.fields.get(name)?)));
        if let Some((at, own)) = found {
            return self.member(at, own, name, span);
        }
        let is_type = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
        if !is_type && !self.imported.contains(name) && !ROOTS.contains(&name) {
            return self.inherited(name, span);
        }
        ExpressionKind::Name(name.to_owned())
    }

    /// What the name of a type stands for, where it is known that it is one.
    pub(super) fn kind(&self, name: &str, span: Span) -> ExpressionKind {
        match self.classes.iter().rposition(|class| class.types.contains(name)) {
            Some(at) => self.of_class(at, true, name, span),
            None => ExpressionKind::Name(name.to_owned()),
        }
    }

    /// What the name of a function that is called by itself stands for.
    pub(super) fn function(&self, name: &str, span: Span) -> ExpressionKind {
        let found = self.classes.iter().enumerate().rev().find_map(|(at, class)| Some((at, *class.methods.get(name)?)));
        match found {
            // In the body of its class, too, a function is its class's.
            Some((at, own)) => self.of_class(at, own, name, span),
            None if self.imported.contains(name) => ExpressionKind::Name(name.to_owned()),
            None => self.inherited(name, span),
        }
    }

    /// Something that only what a class is made from can have.
    fn inherited(&self, name: &str, span: Span) -> ExpressionKind {
        match self.classes.iter().enumerate().rev().find(|(_, class)| class.inherits) {
            Some((at, _)) if !self.open => self.of_class(at, false, name, span),
            _ => ExpressionKind::Name(name.to_owned()),
        }
    }

    fn member(&self, at: usize, own: bool, name: &str, span: Span) -> ExpressionKind {
        let innermost = at + 1 == self.classes.len();
        match self.classes.get(at) {
            Some(class) if innermost && class.context == Context::Body => ExpressionKind::Name(name.to_owned()),
            _ => self.of_class(at, own, name, span),
        }
    }

    fn of_class(&self, at: usize, own: bool, name: &str, span: Span) -> ExpressionKind {
        let innermost = at + 1 == self.classes.len();
        let class = self.classes.get(at);
        let has_object = innermost && class.is_some_and(|class| class.context == Context::Instance);
        let object = if own || !has_object { self.class(at, span) } else { this(span) };
        ExpressionKind::Member(Box::new(object), Identifier { name: name.to_owned(), span })
    }

    /// The name of a class around, with those of the classes that it stands in.
    fn class(&self, at: usize, span: Span) -> Expression {
        let mut names = self.classes.iter().take(at + 1).map(|class| class.name.clone());
        let Some(first) = names.next() else { return this(span) };
        let outermost = Expression { span, kind: ExpressionKind::Name(first) };
        names.fold(outermost, |object, name| Expression {
            span,
            kind: ExpressionKind::Member(Box::new(object), Identifier { name, span }),
        })
    }
}

fn this(span: Span) -> Expression {
    Expression { span, kind: ExpressionKind::Name(THIS.to_owned()) }
}
