//! The region of a program's client: from where it is made, or from the host that it asks.
//!
//! Takes the tree of a program; gives a region when all that the program says of regions and hosts is known and is one
//! region. Which client makes which call is not followed: a program with two regions has none for certain. It is the
//! region that the call is sent to; that the instance lies there does not follow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::{Api, Call, REGION, Value};
use crate::syntax::code::{
    Argument, CallExpression, Expression, ExpressionKind, Function, Module, Statement, StatementKind, Target,
};
use crate::syntax::yaml;

/// How deep expressions are looked into.
const DEPTH: usize = 60;

/// Where programs say a region.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sites {
    positions: Vec<Position>,
    regions: Vec<String>,
    hosts: Vec<String>,
    host_end: String,
    networks: Vec<String>,
}

/// A function that takes the region by position.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    name: String,
    at: usize,
}

/// What is built in; a test holds that it can be read.
fn sites() -> &'static Sites {
    static SITES: OnceLock<Sites> = OnceLock::new();
    SITES.get_or_init(|| load().unwrap_or_default())
}

fn load() -> Option<Sites> {
    let stream = yaml::parse(include_str!("../../../rules/surface/sdk-regions.yaml"));
    serde_json::from_value(stream.documents.first()?.to_json()).ok()
}

/// Says of the calls of a program in which region they are made, where nothing else does.
pub(super) fn fill(module: &Module, apis: &[Api], calls: &mut [Call]) {
    let without: Vec<&mut Call> = calls.iter_mut().filter(|call| call.fact(REGION).is_none()).collect();
    if without.is_empty() {
        return;
    }
    let mut said = Said::default();
    said.statements(&module.statements, DEPTH);
    for call in without {
        let product = apis.iter().find(|api| api.id == call.api).map(|api| api.product.code.to_ascii_lowercase());
        if let Some(region) = product.and_then(|product| said.region(&product)) {
            call.set_region(Value::known(region));
        }
    }
}

/// What a program says of regions and hosts.
#[derive(Default)]
struct Said<'m> {
    regions: Vec<&'m Expression>,
    hosts: Vec<&'m Expression>,
    assigned: BTreeMap<&'m str, Vec<&'m Expression>>,
}

impl<'m> Said<'m> {
    /// The one region that everything agrees on.
    fn region(&self, product: &str) -> Option<String> {
        let mut found: BTreeSet<String> = BTreeSet::new();
        for region in &self.regions {
            found.insert(self.text(region).filter(|text| is_region(text))?.to_owned());
        }
        for host in &self.hosts {
            match region_of_host(self.text(host)?, product) {
                Host::Region(region) => {
                    found.insert(region);
                }
                Host::Other => {}
                // One host may stand for several regions.
                Host::Central => return None,
            }
        }
        let mut found = found.into_iter();
        found.next().filter(|_| found.next().is_none())
    }

    /// The text of an expression: written there, or given once to a name.
    fn text(&self, expression: &'m Expression) -> Option<&'m str> {
        match &expression.kind {
            ExpressionKind::Text(text) => Some(text),
            ExpressionKind::Name(name) => match self.assigned.get(name.as_str())?.as_slice() {
                [Expression { kind: ExpressionKind::Text(text), .. }] => Some(text),
                _ => None,
            },
            // A text that is made a pointer to.
            ExpressionKind::Call(call) => match call.arguments.as_slice() {
                [Argument { name: None, value: Expression { kind: ExpressionKind::Text(text), .. }, .. }]
                    if last_name(&call.function).is_some_and(|name| name.eq_ignore_ascii_case("string")) =>
                {
                    Some(text)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn note(&mut self, name: &str, value: &'m Expression) {
        let plain: String = name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
        let is = |known: &[String]| {
            known.iter().any(|known| *known == plain || plain.strip_prefix("set").is_some_and(|rest| rest == known))
        };
        if is(&sites().regions) {
            self.regions.push(value);
        } else if is(&sites().hosts) {
            self.hosts.push(value);
        }
    }

    fn statements(&mut self, statements: &'m [Statement], depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for statement in statements {
            match &statement.kind {
                StatementKind::Expression(value) | StatementKind::Return(Some(value)) => self.expression(value, depth),
                StatementKind::Assign(targets, value) => {
                    for target in targets {
                        match target {
                            Target::Name(name) => self.assigned.entry(&name.name).or_default().push(value),
                            Target::Member(_, name) => self.note(&name.name, value),
                            _ => {}
                        }
                    }
                    self.expression(value, depth);
                }
                // It has more than one value.
                StatementKind::Update(Target::Name(name), value) => {
                    self.assigned.entry(&name.name).or_default().extend([value, value]);
                }
                StatementKind::If(branches, otherwise) => {
                    branches.iter().for_each(|(_, body)| self.statements(body, depth));
                    self.statements(otherwise, depth);
                }
                StatementKind::For(looped) => {
                    if let Target::Name(name) = &looped.target {
                        self.assigned.entry(&name.name).or_default().extend([&looped.iterable, &looped.iterable]);
                    }
                    self.expression(&looped.iterable, depth);
                    self.statements(&looped.body, depth);
                }
                StatementKind::While(_, body) | StatementKind::Block(body) => self.statements(body, depth),
                StatementKind::Function(function) => self.function(function, depth),
                StatementKind::Class(class) => self.statements(&class.body, depth),
                StatementKind::Try(attempt) => {
                    let parts = [&attempt.body, &attempt.otherwise, &attempt.finally];
                    parts.into_iter().chain(&attempt.handlers).for_each(|body| self.statements(body, depth));
                }
                _ => {}
            }
        }
    }

    /// A parameter is whatever a caller gives.
    fn function(&mut self, function: &'m Function, depth: usize) {
        for parameter in &function.parameters {
            let given = parameter.default.as_ref();
            self.assigned.entry(&parameter.name).or_default().extend(given.into_iter().chain(given));
        }
        self.statements(&function.body, depth);
    }

    fn expression(&mut self, expression: &'m Expression, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match &expression.kind {
            ExpressionKind::Call(call) => self.call(call, depth),
            ExpressionKind::Member(object, _) => self.expression(object, depth),
            ExpressionKind::Function(function) => self.function(function, depth),
            ExpressionKind::Opaque(parts) | ExpressionKind::List(parts) => {
                parts.iter().for_each(|part| self.expression(part, depth));
            }
            ExpressionKind::Map(entries) => {
                for entry in entries {
                    if let Some(Expression { kind: ExpressionKind::Text(key) | ExpressionKind::Name(key), .. }) =
                        &entry.key
                    {
                        self.note(key, &entry.value);
                    }
                    self.expression(&entry.value, depth);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, call: &'m CallExpression, depth: usize) {
        let name = last_name(&call.function).unwrap_or_default();
        let same = |position: &&Position| position.name.eq_ignore_ascii_case(name);
        for position in sites().positions.iter().filter(same) {
            let plain = call.arguments.iter().filter(|argument| argument.name.is_none());
            self.regions.extend(plain.map(|argument| &argument.value).nth(position.at));
        }
        if let [Argument { name: None, value, .. }] = call.arguments.as_slice() {
            self.note(name, value);
        }
        self.expression(&call.function, depth);
        for argument in &call.arguments {
            if let Some(name) = &argument.name {
                self.note(&name.name, &argument.value);
            }
            self.expression(&argument.value, depth);
        }
    }
}

/// The last name of what is called.
fn last_name(function: &Expression) -> Option<&str> {
    match &function.kind {
        ExpressionKind::Name(name) => Some(name.rsplit(['.', ':', '\\']).next().unwrap_or(name)),
        ExpressionKind::Member(_, name) => Some(&name.name),
        _ => None,
    }
}

/// What a host says of the region.
enum Host {
    Region(String),
    /// It is the host of a product, wherever that is.
    Central,
    /// It is another product's.
    Other,
}

fn region_of_host(text: &str, product: &str) -> Host {
    let host = text.rsplit("://").next().unwrap_or(text).trim_end_matches('/');
    let Some(labels) = host.strip_suffix(&sites().host_end) else { return Host::Central };
    let (first, region) = labels.split_once('.').unwrap_or((labels, ""));
    let is_own = first
        .strip_prefix(product)
        .is_some_and(|rest| rest.is_empty() || sites().networks.iter().any(|network| network == rest));
    match (is_own, is_region(region)) {
        (false, _) => Host::Other,
        (true, true) => Host::Region(region.to_owned()),
        (true, false) => Host::Central,
    }
}

/// Whether a text looks like a region: `cn-hangzhou`, `ap-southeast-1`.
fn is_region(text: &str) -> bool {
    let mut words = text.split('-');
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    words.next().is_some_and(|first| first.len() == 2 && first.chars().all(|c| c.is_ascii_lowercase()))
        && words.clone().count() > 0
        && words.all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_can_be_read() {
        assert!(load().is_some_and(|sites| !sites.positions.is_empty() && !sites.host_end.is_empty()));
    }

    #[test]
    fn hosts_and_regions() {
        let of = |host: &str| match region_of_host(host, "rds") {
            Host::Region(region) => region,
            Host::Central => "central".to_owned(),
            Host::Other => "other".to_owned(),
        };
        assert_eq!(of("rds.cn-shanghai.aliyuncs.com"), "cn-shanghai");
        assert_eq!(of("https://rds-vpc.ap-southeast-1.aliyuncs.com/"), "ap-southeast-1");
        assert_eq!(of("rds.aliyuncs.com"), "central");
        assert_eq!(of("ecs.cn-beijing.aliyuncs.com"), "other");
        assert!(is_region("cn-wulanchabu") && !is_region("cn") && !is_region("CN-x") && !is_region("cn-"));
    }

    #[cfg(feature = "code")]
    #[test]
    fn programs_that_say_one_region() {
        use crate::syntax::code::{go, java, python, typescript};
        let of = |module: &Module| {
            let mut said = Said::default();
            said.statements(&module.statements, DEPTH);
            said.region("rds")
        };
        let beijing = Some("cn-beijing".to_owned());
        assert_eq!(of(&python("client = AcsClient(key, secret, 'cn-beijing')\n")), beijing);
        assert_eq!(of(&python("REGION = 'cn-beijing'\nclient = AcsClient(key, secret, region_id=REGION)\n")), beijing);
        assert_eq!(of(&python("config.endpoint = 'rds.cn-beijing.aliyuncs.com'\n")), beijing);
        assert_eq!(
            of(&java("class A { void f() { IClientProfile p = DefaultProfile.getProfile(\"cn-beijing\", k, s); } }")),
            beijing
        );
        assert_eq!(of(&java("class A { void f() { config.setEndpoint(\"rds.cn-beijing.aliyuncs.com\"); } }")), beijing);
        assert_eq!(
            of(&go("package main\nfunc f() { c, _ := rds.NewClientWithAccessKey(\"cn-beijing\", k, s) }\n")),
            beijing
        );
        assert_eq!(
            of(&go("package main\nfunc f() { c := &openapi.Config{RegionId: tea.String(\"cn-beijing\")} }\n")),
            beijing
        );
        assert_eq!(
            of(&typescript("const c = new RPCClient({ endpoint: 'https://rds.cn-beijing.aliyuncs.com' });\n")),
            beijing
        );
        for unknown in [
            "client = AcsClient(key, secret, os.environ['REGION'])\n",
            "def f(region='cn-beijing'):\n    return AcsClient(key, secret, region)\n",
            "a = AcsClient(key, secret, 'cn-beijing')\nb = AcsClient(key, secret, 'cn-shanghai')\n",
            "for region in ['cn-beijing']:\n    c = AcsClient(key, secret, region)\n",
            "c = Config(region_id='cn-beijing', endpoint='rds.aliyuncs.com')\n",
            "print('cn-beijing')\n",
        ] {
            assert_eq!(of(&python(unknown)), None, "{unknown}");
        }
    }
}
