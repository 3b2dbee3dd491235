//! Paths into semi-structured values: `v:a.b[0]`, `v['a']`, `array[0]`.

use super::scope::Scope;
use super::tree::{Expr, Place};
use super::{Analyzer, place_of};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast;

impl Analyzer<'_> {
    pub(super) fn json_access(
        &mut self,
        value: &ast::Expr,
        path: &ast::JsonPath,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut expr = self.expression(value, scope)?;
        let at = expr.place;
        let mut steps = String::new();
        for element in &path.path {
            match element {
                ast::JsonPathElem::Dot { key, .. } => push_key(&mut steps, key),
                ast::JsonPathElem::Bracket { key } | ast::JsonPathElem::ColonBracket { key } => {
                    let key = self.expression(key, scope)?;
                    if !push_constant(&mut steps, &key) {
                        expr = self.follow(expr, &std::mem::take(&mut steps))?;
                        expr = self.call_named("GET", vec![expr, key], at)?;
                    }
                }
            }
        }
        Ok(self.follow(expr, &steps)?.at(at))
    }

    pub(super) fn field_access(
        &mut self,
        root: &ast::Expr,
        chain: &[ast::AccessExpr],
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut expr = self.expression(root, scope)?;
        let at = expr.place;
        let mut steps = String::new();
        for access in chain {
            let key = match access {
                ast::AccessExpr::Dot(ast::Expr::Identifier(ident)) => {
                    Expr::text(ident.value.clone())
                }
                ast::AccessExpr::Subscript(ast::Subscript::Index { index }) => {
                    self.expression(index, scope)?
                }
                ast::AccessExpr::Dot(other) => {
                    return Err(SqlError::unsupported(
                        format!("access by {other}"),
                        self.span(place_of(other)),
                    ));
                }
                ast::AccessExpr::Subscript(slice) => {
                    return Err(SqlError::unsupported(
                        format!("subscript [{slice}]"),
                        self.span(at),
                    ));
                }
            };
            if !push_constant(&mut steps, &key) {
                expr = self.follow(expr, &std::mem::take(&mut steps))?;
                expr = self.call_named("GET", vec![expr, key], at)?;
            }
        }
        Ok(self.follow(expr, &steps)?.at(at))
    }

    /// The value under a constant path, NULL where there is none.
    fn follow(&self, expr: Expr, steps: &str) -> Result<Expr, SqlError> {
        if steps.is_empty() {
            return Ok(expr);
        }
        if !expr.data_type.is_semi_structured() && expr.data_type != DataType::Null {
            return Err(self.invalid_types("GET", &[expr.data_type], expr.place));
        }
        let at = expr.place;
        Ok(extracted(expr, steps, at))
    }
}

/// The template of a constant path.
pub(super) const GET: &str = "snowmelt_get({0}, {1})";

/// The value under the steps of a path.
pub(crate) fn extracted(value: Expr, steps: &str, at: Place) -> Expr {
    let path = Expr::text(format!("${steps}"));
    Expr::scalar("GET_PATH", GET, vec![value, path], DataType::Variant)
        .nullable(true)
        .at(at)
}

/// Appends a constant key or index; `false` if it is not constant.
fn push_constant(steps: &mut String, key: &Expr) -> bool {
    if let Some(text) = key.as_text() {
        push_key(steps, text);
        return true;
    }
    match key.as_integer() {
        Some(index) if index >= 0 => {
            steps.push_str(&format!("[{index}]"));
            true
        }
        _ => false,
    }
}

/// Appends `."key"`, quoted as DuckDB's JSON paths want it.
pub(crate) fn push_key(steps: &mut String, key: &str) {
    steps.push_str(".\"");
    for character in key.chars() {
        if matches!(character, '"' | '\\') {
            steps.push('\\');
        }
        steps.push(character);
    }
    steps.push('"');
}

/// The steps of a path written as text: `a.b[0]["c d"]`, in DuckDB's form; `None` if it is none.
pub(crate) fn steps_of(text: &str) -> Option<String> {
    let mut steps = String::new();
    let mut rest = text;
    let mut at_start = true;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let quote = inside
                .chars()
                .next()
                .filter(|first| matches!(first, '"' | '\''));
            match quote {
                Some(quote) => {
                    let end = inside[1..].find(quote)? + 1;
                    push_key(&mut steps, &inside[1..end]);
                    rest = inside[end + 1..].strip_prefix(']')?;
                }
                None => {
                    let (index, after) = inside.split_once(']')?;
                    let index: u32 = index.trim().parse().ok()?;
                    steps.push_str(&format!("[{index}]"));
                    rest = after;
                }
            }
        } else {
            let key = if at_start {
                rest
            } else {
                rest.strip_prefix(['.', ':'])?
            };
            if let Some(quoted) = key.strip_prefix('"') {
                let end = quoted.find('"')?;
                push_key(&mut steps, &quoted[..end]);
                rest = &quoted[end + 1..];
            } else {
                let end = key.find(['.', '[', ':']).unwrap_or(key.len());
                if end == 0 {
                    return None;
                }
                push_key(&mut steps, &key[..end]);
                rest = &key[end..];
            }
        }
        at_start = false;
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_text() {
        assert_eq!(steps_of("a.b[0]").as_deref(), Some(r#"."a"."b"[0]"#));
        assert_eq!(
            steps_of(r#"[2]["x y"].z"#).as_deref(),
            Some(r#"[2]."x y"."z""#)
        );
        assert_eq!(steps_of("").as_deref(), Some(""));
        assert_eq!(steps_of("a..b"), None);
        assert_eq!(steps_of("a[x]"), None);
    }
}
