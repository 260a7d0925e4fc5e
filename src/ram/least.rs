//! The least statement that allows a call, and how it is written.

use super::resource::{self, Parts};
use crate::model::{Permission, PolicyDocument};
use crate::surface::policy::grammar;

/// A statement that allows one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeastStatement {
    /// The action.
    pub action: String,
    /// The resource; a part that is not known is a wildcard.
    pub resource: String,
}

/// How a statement is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// As JSON, which YAML takes too.
    #[default]
    Json,
    /// As an object of Terraform, for `jsonencode`.
    Terraform,
}

/// The least statement that allows what a permission is about. A part that is not known becomes a wildcard.
#[must_use]
pub fn least_statement(permission: &Permission, parts: &Parts) -> LeastStatement {
    LeastStatement { action: permission.action.clone(), resource: resource::text(permission, parts) }
}

impl LeastStatement {
    /// The statement on one line.
    #[must_use]
    pub fn written(&self, form: Form) -> String {
        let g = grammar();
        let entries = [(&g.effect, &g.allow), (&g.action, &self.action), (&g.resource, &self.resource)];
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match form {
            Form::Json => {
                let entries = entries.map(|(key, value)| format!("{}:{}", quoted(key), quoted(value)));
                format!("{{{}}}", entries.join(","))
            }
            Form::Terraform => {
                let entries = entries.map(|(key, value)| format!("{key} = {}", quoted(value)));
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}

/// A whole document of statements, over several lines.
#[must_use]
pub fn document(statements: &[LeastStatement], form: Form) -> String {
    let g = grammar();
    let version = g.versions.first().map_or("", String::as_str);
    let lines: Vec<String> = statements.iter().map(|statement| format!("    {}", statement.written(form))).collect();
    let lines = lines.join(",\n");
    match form {
        Form::Json => {
            format!("{{\n  \"{}\": \"{version}\",\n  \"{}\": [\n{lines}\n  ]\n}}", g.version, g.statement)
        }
        Form::Terraform => {
            format!("jsonencode({{\n  {} = \"{version}\"\n  {} = [\n{lines}\n  ]\n}})", g.version, g.statement)
        }
    }
}

impl Form {
    /// How a document is written where it stands: an object of Terraform has its keys without quotes.
    #[must_use]
    pub fn of(document: &PolicyDocument) -> Self {
        let text = document.place.text();
        let effect = &grammar().effect;
        let is_bare = |(at, _): (usize, &str)| {
            let after = text.get(at + effect.len()..).unwrap_or_default().trim_start();
            after.starts_with('=') && !after.starts_with("==")
        };
        if text.match_indices(effect.as_str()).any(is_bare) { Self::Terraform } else { Self::Json }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;
    use crate::model::Piece;

    #[test]
    fn both_forms() {
        let permission = Matrix::builtin().unwrap().api().permission.clone().unwrap();
        let parts = Parts { instance: Piece::Text("rm-1".to_owned()), ..Parts::default() };
        let least = least_statement(&permission, &parts);
        assert_eq!(
            least.written(Form::Json),
            r#"{"Effect":"Allow","Action":"rds:CreateBackup","Resource":"acs:rds:*:*:dbinstance/rm-1"}"#
        );
        assert_eq!(
            least.written(Form::Terraform),
            r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/rm-1" }"#
        );
        let whole = document(std::slice::from_ref(&least), Form::Json);
        let read: serde_json::Value = serde_json::from_str(&whole).unwrap();
        assert_eq!(read["Version"], "1");
        assert_eq!(read["Statement"][0]["Action"], "rds:CreateBackup");
        assert!(document(&[least], Form::Terraform).starts_with("jsonencode({\n  Version = \"1\"\n"));
    }
}
