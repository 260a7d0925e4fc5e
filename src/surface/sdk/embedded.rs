//! Programs that stand in a file of another kind: cells of a notebook, a script in a template.
//!
//! Takes the text of such a program with the spans that it comes from; gives its calls with places in the file.
//! Nothing is offered to be written into it, since it may be quoted there in a way that a program does not know.

use std::path::Path;
use std::sync::Arc;

use super::bindings::Bindings;
use super::{Descriptor, Given, walk};
use crate::model::{Api, Call, Content, Runs, Value};
use crate::source::{Place, Source};
use crate::surface::Files;
use crate::syntax::shell::EmbeddedText;

/// A program in a file.
pub(in crate::surface) struct EmbeddedProgram<'a> {
    /// The file.
    pub(in crate::surface) source: &'a Arc<Source>,
    /// The text of the program.
    pub(in crate::surface) text: &'a EmbeddedText,
    /// The id of the surface that the calls belong to.
    pub(in crate::surface) surface: &'static str,
    /// What starts it, and what it is a part of.
    pub(in crate::surface) runs: &'a Runs,
    /// What it is given from outside.
    pub(in crate::surface) given: &'a Given,
}

impl EmbeddedProgram<'_> {
    /// The calls of the program, and whether all of it was read.
    pub(in crate::surface) fn calls(
        &self,
        language: &'static Descriptor,
        apis: &[Api],
        files: &dyn Files,
    ) -> (Vec<Call>, bool) {
        let inner = Arc::new(Source::from_text(self.source.path(), self.text.text()));
        let bindings = Bindings::of(apis, language.id);
        let path = Path::new(self.source.path());
        let walked = walk(language, (apis, files), &bindings, path, &inner, Some(self.given));
        // A program that names the operation and makes no call that is seen was not understood.
        let names = |line: &str| {
            let is_comment = language.comments.iter().any(|sign| line.trim_start().starts_with(sign));
            !is_comment && apis.iter().flat_map(Api::action_spellings).any(|action| line.contains(&action))
        };
        let is_seen = !walked.calls.is_empty() || !self.text.text().lines().any(names);
        let complete = walked.complete && walked.left.is_none() && is_seen;
        let mut calls = walked.calls;
        for call in &mut calls {
            call.surface = self.surface;
            call.insert = None;
            self.run(&mut call.runs);
            visit(call, &mut |place| {
                if Arc::ptr_eq(&place.source, &inner) {
                    let span = self.text.span(place.span.start as usize, place.span.end as usize);
                    *place = Place::new(self.source, span);
                }
            });
            self.rename(call);
        }
        (calls, complete)
    }

    /// Puts what stands in the file for our names of it.
    fn rename(&self, call: &mut Call) {
        if self.given.names.is_empty() {
            return;
        }
        let rename = |text: &mut String| {
            for named in &self.given.names {
                if text.contains(named.name.as_str()) {
                    *text = text.replace(named.name.as_str(), &named.shown);
                }
            }
        };
        let values = call.arguments.iter_mut().map(|argument| &mut argument.value);
        for value in values.chain(call.facts.iter_mut().map(|fact| &mut fact.value)) {
            for alternative in value.alternatives_mut() {
                alternative.steps.iter_mut().for_each(|step| rename(&mut step.label));
                if let Content::Unknown(unknown) = &mut alternative.content {
                    rename(&mut unknown.reason);
                }
            }
        }
        rename(&mut call.subject);
    }

    /// What the program runs at once is run whenever it is; its functions may be run by others.
    fn run(&self, runs: &mut Runs) {
        if runs.program != self.source.path() {
            return;
        }
        runs.program.clone_from(&self.runs.program);
        runs.starts.extend(self.runs.starts.iter().cloned());
        runs.repeats.splice(0..0, self.runs.repeats.iter().cloned());
        runs.lanes.splice(0..0, self.runs.lanes.iter().cloned());
    }
}

/// Shows every place of a call.
fn visit(call: &mut Call, see: &mut dyn FnMut(&mut Place)) {
    see(&mut call.place);
    see(&mut call.head);
    for argument in &mut call.arguments {
        see(&mut argument.name);
        see(&mut argument.place);
        argument.literal = None;
        argument.removal = None;
        visit_value(&mut argument.value, see);
    }
    call.unknown_names.iter_mut().for_each(|name| see(&mut name.place));
    call.facts.iter_mut().for_each(|fact| visit_value(&mut fact.value, see));
    for start in &mut call.runs.starts {
        see(&mut start.place);
        start.steps.iter_mut().for_each(|step| see(&mut step.place));
    }
    call.runs.repeats.iter_mut().for_each(|repeat| see(&mut repeat.place));
    call.runs.lanes.iter_mut().for_each(|lane| see(&mut lane.place));
}

fn visit_value(value: &mut Value, see: &mut dyn FnMut(&mut Place)) {
    for alternative in value.alternatives_mut() {
        if let Content::Unknown(unknown) = &mut alternative.content
            && let Some(place) = &mut unknown.place
        {
            see(place);
        }
        alternative.steps.iter_mut().for_each(|step| see(&mut step.place));
    }
}
