//! Calls that control policies of a resource directory refuse, whatever whoever makes them is granted.

use super::{Gaps, MISSING, Refused, finding, label, listed};
use crate::finding::{Finding, Severity};
use crate::ram::evaluate::{Control, Outcome};
use crate::ram::rules;
use crate::ram::system::is_one;

impl<'a> Gaps<'a> {
    /// A control policy refuses the call: in so many words, or by a list of what is allowed that does not have it.
    pub(super) fn limited(&self, refused: &Refused<'a>, control: &Control<'a>) -> Finding {
        let action = &self.permission.action;
        let (who, what) = (refused.who.title(), listed(refused));
        let doubt = control.doubt.as_ref().map(|doubt| format!("; {doubt}")).unwrap_or_default();
        let head = &refused.call.head;
        let deciding =
            refused.decision.deciding.first().filter(|_| refused.decision.outcome == Outcome::DeniedExplicitly);
        let mut found = match deciding {
            Some(deciding) => {
                let policy = &deciding.document.subject;
                let message = format!(
                    "{who} backs up {what} here, and control policy {policy}, attached to {}, denies {action} on it{doubt}",
                    control.target
                );
                let place = rules::action_place(deciding.statement, self.api);
                let mut found = finding(rules::DENIED, Severity::Error, message, place, "denied here");
                found.related.push(label(head, "the call that is refused"));
                found
            }
            None => {
                let message = format!(
                    "{who} may not call {action} on {what}: no control policy of {} allows it{doubt}",
                    control.target
                );
                finding(MISSING, Severity::Error, message, head, "the call that is refused")
            }
        };
        let text = format!("attached to {} here", control.target);
        let documents = deciding.map_or_else(|| control.documents.clone(), |deciding| vec![deciding.document]);
        let written = documents.into_iter().filter(|document| !is_one(document));
        found.related.extend(written.filter_map(|document| Some(label(control.attached_at(document)?, &text))));
        self.add_runner(refused, &mut found);
        found.help = Some(
            "No policy of the account itself can allow what a control policy does not: let the control policy leave \
             the call out, or make the backup from an account that it does not bind."
                .to_owned(),
        );
        found
    }
}
