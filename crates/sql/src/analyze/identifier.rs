//! What a name or a literal in an expression stands for: a column, a variable, a sequence's next value, a parameter.

use super::scope::{Found, Scope};
use super::tree::{Expr, Place};
use super::{Analyzer, literal, place, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast::{self};

impl Analyzer<'_> {
    /// An unqualified name: a column in sight, an alias of the SELECT list, a column further out.
    pub(super) fn identifier(
        &mut self,
        ident: &ast::Ident,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let name = stored(ident);
        let at = place(ident.span);
        let mut around = Some(scope);
        while let Some(level) = around {
            match level.column(&name, at) {
                Found::Column(expr) => return Ok(expr),
                Found::Ambiguous => return Err(self.ambiguous(&name, at)),
                Found::Nothing => {}
            }
            if let Some(aliased) = level.alias(&name) {
                self.count_copied(aliased.size(), at)?;
                return Ok(aliased.at(at));
            }
            if ident.quote_style.is_none()
                && let Some(level) = level.level(&name)
            {
                return Ok(level.at(at));
            }
            around = level.parent;
        }
        if ident.quote_style.is_none() && is_bare_function(&name) {
            return self.call_named(&name, Vec::new(), at);
        }
        Err(SqlError::invalid_identifier(
            crate::name::quote_if_needed(&name),
            self.span(at),
        ))
    }

    pub(super) fn compound_identifier(
        &mut self,
        idents: &[ast::Ident],
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let parts: Vec<String> = idents.iter().map(stored).collect();
        let at = place(idents[0].span);
        let Some((name, qualifier)) = parts.split_last() else {
            return Err(SqlError::invalid_identifier("", self.span(at)));
        };
        match scope.qualified_column(qualifier, name, at) {
            Found::Column(expr) => Ok(expr),
            Found::Ambiguous => Err(self.ambiguous(&parts.join("."), at)),
            Found::Nothing => {
                if let Some(next) = self.next_value(idents, at)? {
                    return Ok(next);
                }
                let text: Vec<String> = parts
                    .iter()
                    .map(|part| crate::name::quote_if_needed(part))
                    .collect();
                Err(SqlError::invalid_identifier(text.join("."), self.span(at)))
            }
        }
    }

    /// `sequence.NEXTVAL`, if that is what a name of several parts says.
    fn next_value(&mut self, idents: &[ast::Ident], at: Place) -> Result<Option<Expr>, SqlError> {
        let [name @ .., last] = idents else {
            return Ok(None);
        };
        if name.is_empty() || name.len() > 3 || stored(last) != "NEXTVAL" {
            return Ok(None);
        }
        self.next_value_of(name, at).map(Some)
    }

    /// The next value of the sequence of that name.
    pub(super) fn next_value_of(
        &mut self,
        name: &[ast::Ident],
        at: Place,
    ) -> Result<Expr, SqlError> {
        let name = crate::name::ObjectName {
            parts: name.iter().map(crate::parse::ident).collect(),
        };
        let qualified = self.qualify(&name)?;
        if self.catalog.sequence(&qualified).is_none() {
            return Err(SqlError::does_not_exist("Sequence", name, self.span(at)));
        }
        let physical = crate::catalog::physical_table(&qualified);
        Ok(next_value_of(&physical).at(at))
    }

    /// `002028`.
    pub(super) fn ambiguous(&self, name: &str, at: Place) -> SqlError {
        SqlError::compilation(
            "002028",
            "42601",
            format!("ambiguous column name '{name}'"),
            self.span(at),
        )
    }

    pub(super) fn value(
        &mut self,
        value: &ast::Value,
        at: Place,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        use ast::Value as V;
        Ok(match value {
            V::Number(digits, _) => literal::number(digits, at),
            V::SingleQuotedString(text) | V::EscapedStringLiteral(text) => {
                Expr::text(text.clone()).at(at)
            }
            V::DollarQuotedString(text) => Expr::text(text.value.clone()).at(at),
            V::Boolean(value) => Expr::boolean(*value).at(at),
            V::Null => Expr::null().at(at),
            V::HexStringLiteral(digits) => {
                let text = Expr::text(digits.clone()).at(at);
                Expr::scalar("X", "from_hex({0})", vec![text], DataType::BINARY)
            }
            V::Placeholder(name) => return self.placeholder(name, at, scope),
            other => {
                return Err(SqlError::unsupported(
                    format!("the literal {other}"),
                    self.span(at),
                ));
            }
        })
    }

    /// `$1` is a column by position, `$name` a session variable.
    fn placeholder(&mut self, text: &str, at: Place, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        let Some(name) = text.strip_prefix('$') else {
            return Err(SqlError::compilation(
                "002049",
                "42601",
                format!("Bind variable {text} not set."),
                self.span(at),
            ));
        };
        if let Ok(position) = name.parse::<usize>() {
            return match scope.relations.as_slice() {
                [relation] => match relation.by_position(position) {
                    Some(index) => Ok(relation.reference(index, at)),
                    None => Err(SqlError::invalid_identifier(text, self.span(at))),
                },
                _ => Err(SqlError::invalid_identifier(text, self.span(at))),
            };
        }
        let stored = name.to_uppercase();
        match self.context.variables.get(&stored) {
            Some(value) => self.variable_value(value, at),
            None => Err(SqlError::compilation(
                "002211",
                "02000",
                format!("Session variable '${stored}' does not exist"),
                self.span(at),
            )),
        }
    }

    /// The value of a session variable, kept as a literal.
    pub(crate) fn variable_value(&mut self, text: &str, at: Place) -> Result<Expr, SqlError> {
        let parsed = crate::parse::parse_expression(text).map_err(|_| {
            SqlError::unsupported(format!("session variable value {text}"), self.span(at))
        })?;
        Ok(self.expression(&parsed, &Scope::default())?.at(at))
    }
}

/// Functions that may be called without parentheses.
fn is_bare_function(name: &str) -> bool {
    matches!(
        name,
        "CURRENT_DATE"
            | "CURRENT_TIME"
            | "CURRENT_TIMESTAMP"
            | "CURRENT_USER"
            | "LOCALTIME"
            | "LOCALTIMESTAMP"
    )
}

/// The next value of a DuckDB sequence.
pub(super) fn next_value_of(sequence: &str) -> Expr {
    let call = format!("nextval({})", crate::lower::quote_text(sequence)).replace('{', "{{");
    Expr::scalar("NEXTVAL", call, Vec::new(), DataType::INTEGER).narrow()
}
