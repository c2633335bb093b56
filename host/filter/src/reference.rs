use std::fmt;

use crate::declared::StructType;
use crate::library;
use crate::scope::{ExpressionScope, VariableKind};
use crate::types::Type;

/// Everything that the expressions of a scope may use, for documentation. It is read from the
/// tables that the check uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// In the order of the scope, each followed by its members.
    pub variables: Vec<VariableReference>,
    /// Without the operators.
    pub functions: Vec<FunctionReference>,
    pub macros: Vec<FunctionReference>,
}

/// A variable or a member of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableReference {
    /// As expressions write it, with `[…]` for the elements of a list.
    pub path: String,
    /// As CEL writes the type.
    pub type_name: String,
    pub about: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionReference {
    pub signatures: Vec<&'static str>,
    pub about: &'static str,
}

/// Everything that the expressions of a scope may use.
#[must_use]
pub fn reference(scope: &ExpressionScope) -> Reference {
    let mut variables = Vec::new();
    for variable in scope.variables {
        variables.push(VariableReference {
            path: variable.name.to_owned(),
            type_name: variable.declared().to_string(),
            about: variable.about,
        });
        if let VariableKind::Struct(declared) = variable.kind {
            members(declared, variable.name, &mut variables);
        }
    }
    let functions = library::functions()
        .filter(|function| {
            function
                .name
                .starts_with(|first: char| first.is_ascii_alphabetic())
        })
        .map(|function| FunctionReference {
            signatures: function.signatures.to_vec(),
            about: function.about,
        });
    let macros = library::MACROS.iter().map(|expanded| FunctionReference {
        signatures: vec![expanded.usage],
        about: expanded.about,
    });
    Reference {
        variables,
        functions: functions.collect(),
        macros: macros.collect(),
    }
}

fn members(declared: &StructType, path: &str, variables: &mut Vec<VariableReference>) {
    for field in declared.fields {
        let path = format!("{path}.{}", field.name);
        let declared = Type::from(field.kind);
        variables.push(VariableReference {
            path: path.clone(),
            type_name: declared.to_string(),
            about: field.about,
        });
        match &declared {
            Type::Struct(member) => members(member, &path, variables),
            Type::List(element) => {
                if let Type::Struct(element) = element.as_ref() {
                    members(element, &format!("{path}[…]"), variables);
                }
            }
            _ => {}
        }
    }
}

/// Signatures that each have one argument more than the one before are shown as one that ends in
/// `…`.
fn shortened(signatures: &[&str]) -> Vec<String> {
    let arguments = |signature: &str| {
        let end = signature.rfind(") ->").unwrap_or(signature.len());
        signature.get(..end).unwrap_or_default().to_owned()
    };
    let mut pairs = signatures.windows(2);
    let grows = pairs.all(|pair| match pair {
        [one, next] => arguments(next).starts_with(&format!("{}, ", arguments(one))),
        _ => false,
    });
    match signatures {
        [first, _, _, ..] if grows => vec![first.replacen(") ->", ", …) ->", 1)],
        _ => signatures
            .iter()
            .map(|&signature| signature.to_owned())
            .collect(),
    }
}

/// Tables in Markdown.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| variable | type | holds |\n|---|---|---|")?;
        for variable in &self.variables {
            let VariableReference {
                path,
                type_name,
                about,
            } = variable;
            writeln!(f, "| `{path}` | `{type_name}` | {about} |")?;
        }
        writeln!(f, "\n| function | gives |\n|---|---|")?;
        for function in self.macros.iter().chain(&self.functions) {
            let signatures: Vec<String> = shortened(&function.signatures)
                .iter()
                .map(|signature| format!("`{signature}`"))
                .collect();
            writeln!(f, "| {} | {} |", signatures.join("<br>"), function.about)?;
        }
        Ok(())
    }
}
