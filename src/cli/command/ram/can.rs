//! `backuplint ram can`: whether somebody may make a call, and which statement decides it.

use std::collections::BTreeMap;

use super::{action, extraction, files_of, permission, unread, wanted};
use crate::check::Checker;
use crate::cli::arguments::{AnswerFormat, Color, RamCan};
use crate::cli::exit::Exit;
use crate::cli::output::write_out;
use crate::cli::terminal;
use crate::model::{Handle, Piece, PolicyDocument, PolicyKind};
use crate::ram::compare::Doubt;
use crate::ram::doubts::{doubts, limits};
use crate::ram::least::LeastStatement;
use crate::ram::resource::{Parts, pieces, text};
use crate::ram::{Context, Grant, Holder, Layers, Outcome, Repository, Request, decide, level_of};
use crate::report::ram::{CanAnswer, Held, write_can_human, write_can_json};

/// How many of the principals that are there are told to whoever names another one.
const MOST_TOLD: usize = 12;

pub(super) fn run(arguments: &RamCan, checker: &Checker) -> Result<Exit, String> {
    let permission = permission(checker)?;
    let wanted = if arguments.policies.is_empty() { wanted(&arguments.files) } else { files_of(&arguments.policies) };
    let extraction = extraction(&wanted, checker)?;
    let repository = Repository::of(&extraction.access);
    let who = match &arguments.principal {
        Some(name) => Who::Holder(find(&repository, name)?),
        None => Who::Documents(documents(&extraction.access.documents, arguments)?),
    };
    let hole = Parts::default();
    let known = |given: &Option<String>, hole: Piece| given.clone().map_or(hole, Piece::Text);
    let parts = Parts {
        region: known(&arguments.name.region, hole.region),
        account: known(&arguments.name.account, hole.account),
        instance: Piece::Text(arguments.instance.clone()),
    };
    let (action, resource) = (action(arguments.action.as_deref(), permission), pieces(permission, &parts));
    let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, value) in &arguments.context {
        keys.entry(key).or_default().push(value.clone());
    }
    let mut context = Context::default();
    keys.iter().for_each(|(key, values)| context.set(key, values.clone()));
    let request = Request { action: &action, resource: &resource, context: &context };
    let mut layers = who.layers();
    // Nobody but somebody of the account may do anything with its instances.
    if let (Who::Holder(_), Some(account)) = (&who, &arguments.name.account) {
        layers.controls = repository.controls_of(&Handle::Name(account.clone()));
    }
    let decision = decide(&layers, &request);
    let mut unknown = doubts(&decision, &request);
    if decision.outcome == Outcome::Unknown {
        unknown.extend(limits(&layers, &request));
    }
    if decision.outcome == Outcome::Unknown {
        unknown.extend(who.open().into_iter().map(|words| Doubt { words, place: None }));
    }
    let resource = text(permission, &parts);
    let is_denied = matches!(decision.outcome, Outcome::DeniedByDefault | Outcome::DeniedExplicitly);
    let mut notes: Vec<String> = unread(&extraction).iter().map(|told| format!("not read: {told}")).collect();
    if matches!(who, Who::Holder(_)) {
        notes.extend(uncounted(&repository));
    }
    if decision.outcome == Outcome::Unknown {
        let name = &arguments.name;
        let options = [("--region", name.region.is_none()), ("--account", name.account.is_none())];
        let open: Vec<&str> = options.into_iter().filter(|(_, is_open)| *is_open).map(|(option, _)| option).collect();
        let open = open.into_iter().chain(["--context KEY=VALUE"]).collect::<Vec<_>>().join(", ");
        notes.push(format!("what else is known of the request can be told: {open}"));
    }
    let answer = CanAnswer {
        who: who.title(),
        least: is_denied.then(|| LeastStatement { action: action.clone(), resource: resource.clone() }),
        action,
        resource,
        context: keys.iter().map(|(key, values)| ((*key).to_owned(), values.clone())).collect(),
        decision,
        unknown,
        held: who.held(&layers),
        notes,
    };
    let exit = match answer.decision.outcome {
        Outcome::Allowed => Exit::Clean,
        Outcome::DeniedExplicitly | Outcome::DeniedByDefault => Exit::Findings,
        Outcome::Unknown => Exit::Incomplete,
    };
    let look = terminal::presentation(Color::Never);
    Ok(write_out(exit, |out| match arguments.format {
        AnswerFormat::Human => write_can_human(&answer, &look, out),
        AnswerFormat::Json => write_can_json(&answer, out),
    }))
}

/// Who asks.
enum Who<'a> {
    Holder(&'a Holder<'a>),
    Documents(Vec<&'a PolicyDocument>),
}

impl<'a> Who<'a> {
    fn title(&self) -> String {
        match self {
            Self::Holder(holder) => holder.title(),
            Self::Documents(documents) => {
                let mut names: Vec<&str> = documents.iter().map(|document| document.subject.as_str()).collect();
                names.dedup();
                format!("whoever has policy {}", names.join(" and "))
            }
        }
    }

    fn layers(&self) -> Layers<'a> {
        match self {
            Self::Holder(holder) => holder.layers(),
            Self::Documents(documents) => {
                let of = |kind: PolicyKind| documents.iter().copied().filter(move |d| d.kind == kind).collect();
                let controls: Vec<&PolicyDocument> = of(PolicyKind::Control);
                let controls = if controls.is_empty() { Vec::new() } else { vec![level_of(&controls)] };
                Layers { controls, identity: of(PolicyKind::Identity), ..Layers::default() }
            }
        }
    }

    /// Why more may hold than is seen.
    fn open(&self) -> Vec<String> {
        let (mut open, documents): (Vec<String>, Vec<&PolicyDocument>) = match self {
            Self::Holder(holder) => (holder.open.clone(), holder.grants.iter().map(|grant| grant.document).collect()),
            Self::Documents(documents) => (Vec::new(), documents.clone()),
        };
        let documents = documents.iter().filter_map(|document| Some((document, document.open.as_ref()?)));
        open.extend(
            documents.map(|(document, why)| format!("{} may hold further statements: {why}", document.subject)),
        );
        open.sort();
        open.dedup();
        open
    }

    fn held(&self, layers: &Layers<'a>) -> Vec<Held<'a>> {
        let limits = layers.controls.iter().flat_map(|control| {
            control
                .documents
                .iter()
                .zip(&control.places)
                .map(|(document, place)| Held { document, attached: Some(place) })
        });
        match self {
            Self::Holder(holder) => holder.grants.iter().map(held).chain(limits).collect(),
            Self::Documents(documents) => documents.iter().map(|document| Held { document, attached: None }).collect(),
        }
    }
}

fn held<'a>(grant: &Grant<'a>) -> Held<'a> {
    Held { document: grant.document, attached: Some(&grant.attachment.place) }
}

/// What is to be said of control policies that nothing attaches to anything.
fn uncounted(repository: &Repository<'_>) -> Option<String> {
    let names: Vec<&str> = repository.unattached_controls().map(|document| document.subject.as_str()).collect();
    let (verb, pronoun) = if names.len() == 1 { ("policy", "it is") } else { ("policies", "they are") };
    let listed = names.join(", ");
    (!names.is_empty()).then(|| {
        format!("control {verb} {listed}: nothing here says what {pronoun} attached to, so {pronoun} not counted")
    })
}

/// The principal that is meant.
fn find<'a>(repository: &'a Repository<'a>, name: &str) -> Result<&'a Holder<'a>, String> {
    let found: Vec<&Holder<'_>> = repository.holders().iter().filter(|holder| holder.is_called(name)).collect();
    let listed = |holders: &[&Holder<'_>]| {
        let mut lines: Vec<String> =
            holders.iter().take(MOST_TOLD).map(|h| format!("\n  {} ({})", h.title(), h.place.display())).collect();
        if holders.len() > MOST_TOLD {
            lines.push(format!("\n  and {} more", holders.len() - MOST_TOLD));
        }
        lines.concat()
    };
    match found.as_slice() {
        [only] => Ok(*only),
        [] => {
            let all: Vec<&Holder<'_>> = repository.holders().iter().collect();
            if all.is_empty() {
                return Err(format!("--principal {name}: no principal is written here (ask a document with --policy)"));
            }
            Err(format!("--principal {name}: there is no such principal here; there are:{}", listed(&all)))
        }
        several => Err(format!("--principal {name} may be any of these; name one by its address:{}", listed(several))),
    }
}

/// The documents that are named.
fn documents<'a>(all: &'a [PolicyDocument], arguments: &RamCan) -> Result<Vec<&'a PolicyDocument>, String> {
    let documents: Vec<&PolicyDocument> = all.iter().filter(|document| document.kind != PolicyKind::Trust).collect();
    let is_in = |path: &std::path::Path| {
        let shown = crate::surface::display(&crate::surface::normalize(path));
        documents.iter().any(|document| document.place.source.path() == shown)
    };
    match arguments.policies.iter().find(|path| path.is_file() && !is_in(&super::super::check::relative(path))) {
        Some(path) => Err(format!("{}: there is no policy in it", path.display())),
        None if documents.is_empty() => Err("there is no policy in what --policy names".to_owned()),
        None => Ok(documents),
    }
}
