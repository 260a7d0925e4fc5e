//! What a program calls beside the backup, and may not.
//!
//! A backup that is allowed and whose progress may not be asked for fails in the middle of the job. Nothing is said where
//! the backup itself is refused: that is told already.

use std::collections::BTreeSet;

use super::{Gaps, MISSING, Who, finding, label};
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::model::{Api, Call, Companion, Effect, Piece, Statement};
use crate::ram::data::{Beside, actions_of};
use crate::ram::evaluate::{Context, Outcome, Request, decide, is_about_action};
use crate::ram::least::{Form, LeastStatement};
use crate::ram::repository::Holder;
use crate::ram::resource::{self, Parts};
use crate::ram::rules;
use crate::ram::system::is_one;
use crate::ram::truth::Truth;

use super::runs::Runners;

impl<'a> Gaps<'a> {
    /// What is to be said of operations that stand beside calls.
    pub(super) fn beside(&self, calls: &'a [Call], runners: &Runners<'a>) -> Vec<Finding> {
        let service = self.permission.action.split(':').next().unwrap_or_default();
        let Some(actions) = actions_of(service) else { return Vec::new() };
        let mut told: BTreeSet<(String, String, String)> = BTreeSet::new();
        let mut findings = Vec::new();
        for companion in &self.access.companions {
            let Some(name) = action_beside(self.api, companion, &actions.beside) else { continue };
            let path = companion.place.source.path();
            let of_file = calls.iter().filter(|call| call.head.source.path() == path);
            for call in of_file.filter(|call| call.api == self.api.id && !call.advisory) {
                // Whoever makes the call makes this one, too, where it stands.
                let stands = Call { head: companion.place.clone(), place: companion.place.clone(), ..call.clone() };
                let all = runners.of_call(&stands);
                if all.is_empty() || !self.of_call(call, runners).is_empty() {
                    continue;
                }
                for runner in all {
                    let Some(holder) = self.repository.find(runner.kind, &runner.principal) else { continue };
                    let action = format!("{service}:{name}");
                    let key = (holder.title(), path.to_owned(), action.clone());
                    let found = self.refused_beside(Who::Known(holder, runner), companion, &action);
                    if let Some(found) = found.filter(|_| told.insert(key)) {
                        findings.push(found);
                    }
                }
            }
        }
        findings
    }

    /// Where the backup is allowed and the other operation is not.
    fn backup_alone(&self, holder: &Holder<'_>) -> Vec<Label> {
        let allows = |statement: &&Statement| {
            statement.effect == Effect::Allow && is_about_action(statement, &self.permission.action) != Truth::No
        };
        // A policy of the vendor stands in no file.
        let written = holder.grants.iter().filter(|grant| !is_one(grant.document));
        let mut found = written.filter_map(|grant| Some((grant, grant.document.statements.iter().find(allows)?)));
        let Some((grant, statement)) = found.next() else { return Vec::new() };
        let action = label(rules::action_place(statement, self.api), "allows the backup alone");
        vec![action, label(&grant.attachment.place, "attached here")]
    }

    fn refused_beside(&self, who: Who<'a>, companion: &Companion, action: &str) -> Option<Finding> {
        let Who::Known(holder, runner) = who else { return None };
        if !holder.is_written || !holder.open.is_empty() || self.is_told(&who.documents()) {
            return None;
        }
        // On what it is called nobody says: whatever allows it somewhere may be enough.
        let somewhere = [Piece::Hole("what it is called on".to_owned())];
        let context = Context::default();
        let request = Request { action, resource: &somewhere, context: &context };
        let decision = decide(&self.layers(who), &request);
        let says = match decision.outcome {
            Outcome::DeniedByDefault => "none of its policies allows it",
            Outcome::DeniedExplicitly => "one of its policies denies it",
            Outcome::Allowed | Outcome::Unknown => return None,
        };
        let message = format!("{} makes the backup here and may not call {action} beside it: {says}", holder.title());
        let mut found = finding(MISSING, Severity::Note, message, &companion.place, "called beside the backup");
        found.confidence = Confidence::Possible;
        found.subject = format!("{} {action}", holder.title());
        match decision.deciding.first() {
            Some(deciding) => found.related.push(label(&deciding.statement.place, "denied here")),
            None => found.related.extend(self.backup_alone(holder)),
        }
        found.related.push(label(&runner.place, &format!("runs as {}", holder.title())));
        let resource = resource::text(self.permission, &Parts::default());
        let form = who.documents().first().map_or(Form::Json, |document| Form::of(document));
        let least = LeastStatement { action: action.to_owned(), resource }.written(form);
        found.help =
            Some(format!("If the program needs it, grant it as well, on the instances that it is for: {least}"));
        Some(found)
    }
}

/// The action of an operation, where it is certain to be one of the product.
pub(in crate::ram) fn action_beside(api: &Api, companion: &Companion, beside: &'static Beside) -> Option<&'static str> {
    let is_own = companion.product.eq_ignore_ascii_case(&api.product.code);
    let may_be = || {
        let text = companion.place.source.text().to_ascii_lowercase();
        !beside.others.iter().any(|other| text.contains(other.as_str()))
    };
    let action = beside.action(&companion.operation)?;
    (is_own || companion.product.is_empty() && may_be()).then_some(action)
}
