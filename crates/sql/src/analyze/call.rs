//! Function calls: the overload that fits, the arguments converted to what it takes.

use super::cast::{self, Mode};
use super::group::full_name;
use super::parameter::{cost, fit, parameter_at};
use super::scope::Scope;
use super::tree::{Call, CallKind, Expr, ExprKind, Order, OrderKey, Place, Window};
use super::{Analyzer, common_type, place_of, place_of_name, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::{self, Function, Kind, Nulls, Parameter, Returns, Rule};
use sqlparser::ast;
use std::borrow::Cow;

/// A call's analyzed arguments, and the clauses around them.
pub(crate) struct Arguments {
    /// Snowflake's name of the function.
    pub(crate) function: &'static str,
    pub(crate) kind: Kind,
    pub(crate) items: Vec<Expr>,
    /// `name => value`, names in upper case.
    pub(crate) named: Vec<(String, Expr)>,
    pub(crate) distinct: bool,
    /// WITHIN GROUP (ORDER BY …).
    pub(crate) order_by: Vec<Order>,
    pub(crate) window: Option<Box<Window>>,
    pub(crate) ignore_nulls: bool,
    /// `*` in place of arguments.
    pub(crate) star: bool,
    pub(crate) place: Place,
}

/// Functions whose `*` stands for every column.
const TAKES_COLUMNS: [&str; 2] = ["HASH", "HASH_AGG"];

impl Arguments {
    /// A call of DuckDB's: the arguments given, this call's clauses.
    pub(crate) fn call(
        &self,
        template: impl Into<Cow<'static, str>>,
        arguments: Vec<Expr>,
        data_type: DataType,
    ) -> Expr {
        Expr {
            nullable: true,
            narrow: false,
            data_type,
            place: self.place,
            kind: ExprKind::Call(Box::new(Call {
                function: self.function,
                kind: match self.kind {
                    Kind::Scalar => CallKind::Scalar,
                    Kind::Aggregate => CallKind::Aggregate,
                    Kind::Window => CallKind::Window,
                },
                template: template.into(),
                arguments,
                distinct: self.distinct,
                order_by: self.order_by.clone(),
                window: self.window.clone(),
            })),
        }
    }
}

impl Analyzer<'_> {
    pub(super) fn function(
        &mut self,
        function: &ast::Function,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let place = place_of_name(&function.name);
        let name = match function.name.0.as_slice() {
            [ast::ObjectNamePart::Identifier(ident)] => stored(ident),
            _ => {
                let functions = self.user_functions(&function.name);
                if !functions.is_empty() {
                    return self.call_user_function(&functions, function, scope, place);
                }
                return Err(SqlError::unknown_function(
                    function.name.to_string().to_uppercase(),
                    self.span(place),
                ));
            }
        };
        if name == "SYS_CONNECT_BY_PATH"
            && let ast::FunctionArguments::List(list) = &function.args
            && let [
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(value)),
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(separator)),
            ] = list.args.as_slice()
        {
            return self.sys_connect_by_path(value, separator, scope);
        }
        self.named_function(&name, function, scope, place)
    }

    fn named_function(
        &mut self,
        name: &str,
        function: &ast::Function,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Expr, SqlError> {
        let Some((name, overloads)) = functions::overloads(name) else {
            let own = self.user_functions(&function.name);
            if !own.is_empty() {
                return self.call_user_function(&own, function, scope, place);
            }
            if functions::is_refused(name) {
                return Err(SqlError::unsupported(
                    format!("function {name}"),
                    self.span(place),
                ));
            }
            return Err(SqlError::unknown_function(name, self.span(place)));
        };
        let words = overloads
            .iter()
            .find_map(|overload| match &overload.rule {
                Rule::Build { words, .. } => Some(*words),
                Rule::Sql { .. } => None,
            })
            .unwrap_or(&[]);
        let mut arguments = Arguments {
            function: name,
            kind: overloads[0].kind,
            items: Vec::new(),
            named: Vec::new(),
            distinct: false,
            order_by: Vec::new(),
            window: None,
            ignore_nulls: function.null_treatment == Some(ast::NullTreatment::IgnoreNulls),
            star: false,
            place,
        };
        if function.filter.is_some() {
            return Err(SqlError::unsupported("FILTER (WHERE …)", self.span(place)));
        }
        match &function.args {
            ast::FunctionArguments::None => {}
            ast::FunctionArguments::Subquery(query) => {
                arguments.items.push(self.scalar_subquery(query, scope)?);
            }
            ast::FunctionArguments::List(list) => {
                let counted = self.counts_rows;
                self.counts_rows |= arguments.kind != Kind::Scalar;
                let read = self.argument_list(list, words, scope, &mut arguments);
                self.counts_rows = counted;
                read?;
            }
        }
        if !function.within_group.is_empty() {
            arguments.order_by = self.order_terms(&function.within_group, scope)?;
            self.check_distinct_order(&arguments, scope)?;
        }
        if let Some(over) = &function.over {
            if arguments.kind == Kind::Scalar {
                return Err(SqlError::compilation(
                    "002076",
                    "42601",
                    format!("invalid window function [{name}]"),
                    self.span(place),
                ));
            }
            arguments.window = Some(Box::new(self.window(over, name, arguments.kind, scope)?));
        } else if arguments.kind == Kind::Window {
            return Err(SqlError::compilation(
                "002303",
                "42601",
                format!("Window function [{name}] requires an OVER clause"),
                self.span(place),
            ));
        }
        self.call(overloads, arguments)
    }

    /// The values of DISTINCT can be ordered by nothing but themselves.
    fn check_distinct_order(&self, call: &Arguments, scope: &Scope<'_>) -> Result<(), SqlError> {
        let other = call.order_by.iter().find_map(|term| match &term.key {
            OrderKey::Expr(expr) if call.items.first() != Some(expr) => Some(expr),
            _ => None,
        });
        match other {
            Some(other) if call.distinct => {
                let shown = match &other.bare().kind {
                    ExprKind::Column(reference) => full_name(scope, reference),
                    _ => self.span(other.place).of(&self.script).to_uppercase(),
                };
                Err(SqlError::compilation(
                    "000979",
                    "42601",
                    format!("[{shown}] is not a valid order by expression"),
                    self.span(other.place),
                ))
            }
            _ => Ok(()),
        }
    }

    fn argument_list(
        &mut self,
        list: &ast::FunctionArgumentList,
        words: &[usize],
        scope: &Scope<'_>,
        arguments: &mut Arguments,
    ) -> Result<(), SqlError> {
        arguments.distinct = list.duplicate_treatment == Some(ast::DuplicateTreatment::Distinct);
        for clause in &list.clauses {
            match clause {
                ast::FunctionArgumentClause::IgnoreOrRespectNulls(treatment) => {
                    arguments.ignore_nulls = *treatment == ast::NullTreatment::IgnoreNulls;
                }
                ast::FunctionArgumentClause::OrderBy(terms) => {
                    arguments.order_by = self.order_terms(terms, scope)?;
                }
                other => {
                    return Err(SqlError::unsupported(
                        format!("`{other}` in {}", arguments.function),
                        self.span(arguments.place),
                    ));
                }
            }
        }
        for (index, argument) in list.args.iter().enumerate() {
            match argument {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(ast::Expr::Lambda(
                    lambda,
                ))) => {
                    let lambda = self.lambda(lambda, arguments, scope)?;
                    arguments.items.push(lambda);
                }
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expr)) => {
                    // A bare date part, unless one was given already.
                    let may_be_word = words.contains(&index)
                        && !arguments.items.iter().any(|item| item.as_text().is_some());
                    let word = match expr {
                        ast::Expr::Identifier(ident)
                            if may_be_word && ident.quote_style.is_none() =>
                        {
                            Some((ident, Expr::text(ident.value.clone()).at(place_of(expr))))
                        }
                        _ => None,
                    };
                    arguments.items.push(match word {
                        Some((ident, word)) if functions::is_date_part(&ident.value) => word,
                        // No part, and no column either: the function says what is wrong with it.
                        Some((_, word)) => self.expression(expr, scope).unwrap_or(word),
                        None => self.expression(expr, scope)?,
                    });
                }
                ast::FunctionArg::Named {
                    name,
                    arg: ast::FunctionArgExpr::Expr(expr),
                    ..
                } => {
                    let value = self.expression(expr, scope)?;
                    arguments.named.push((stored(name), value));
                }
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard)
                    if arguments.function.starts_with("OBJECT_CONSTRUCT") =>
                {
                    push_pairs(scope.all_columns(arguments.place), arguments);
                }
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard)
                    if TAKES_COLUMNS.contains(&arguments.function) =>
                {
                    let columns = scope.all_columns(arguments.place);
                    arguments
                        .items
                        .extend(columns.into_iter().map(|(_, expr)| expr));
                }
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard) => arguments.star = true,
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::WildcardWithOptions(options))
                    if TAKES_COLUMNS.contains(&arguments.function)
                        || arguments.function == "COUNT" =>
                {
                    let (mut items, mut names) = (Vec::new(), Vec::new());
                    let columns = scope.all_columns(arguments.place);
                    self.star(columns, options, scope, &mut items, &mut names)?;
                    arguments.items.extend(items);
                }
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::WildcardWithOptions(options))
                    if arguments.function.starts_with("OBJECT_CONSTRUCT") =>
                {
                    let (mut items, mut names) = (Vec::new(), Vec::new());
                    let columns = scope.all_columns(arguments.place);
                    self.star(columns, options, scope, &mut items, &mut names)?;
                    push_pairs(names.into_iter().zip(items).collect(), arguments);
                }
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::QualifiedWildcard(name)) => {
                    let columns = self.qualified_star(name, scope)?;
                    if arguments.function.starts_with("OBJECT_CONSTRUCT") {
                        push_pairs(columns, arguments);
                        continue;
                    }
                    arguments
                        .items
                        .extend(columns.into_iter().map(|(_, expr)| expr));
                }
                other => {
                    return Err(SqlError::unsupported(
                        format!("argument `{other}`"),
                        self.span(arguments.place),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Chooses the overload that fits the arguments best, and builds the call. What is wrong with their types stands at
    /// the function's name.
    pub(crate) fn call(
        &mut self,
        overloads: &[&Function],
        arguments: Arguments,
    ) -> Result<Expr, SqlError> {
        let (function, place) = (arguments.function, arguments.place);
        self.best_call(overloads, arguments).map_err(|mut error| {
            let of_types = format!("Invalid argument types for function '{function}'");
            if error.code == "001044" && error.message.starts_with(&of_types) {
                error.span = self.span(place);
            }
            error
        })
    }

    fn best_call(
        &mut self,
        overloads: &[&Function],
        arguments: Arguments,
    ) -> Result<Expr, SqlError> {
        let count = arguments.items.len() + usize::from(arguments.star);
        let mut best: Option<(u32, &Function)> = None;
        for overload in overloads {
            let (least, most) = overload.arity();
            let given = count + arguments.named.len();
            if given < least || given > most {
                continue;
            }
            let cost = match &overload.rule {
                Rule::Build { .. } => Some(0),
                Rule::Sql { .. } if arguments.star || !arguments.named.is_empty() => None,
                Rule::Sql { parameters, .. } => cost(parameters, &arguments.items),
            };
            if let Some(cost) = cost
                && best.is_none_or(|(least, _)| cost < least)
            {
                best = Some((cost, overload));
            }
        }
        match best {
            None => Err(self.no_overload(overloads, &arguments, count)),
            Some((
                _,
                Function {
                    rule: Rule::Build { build, .. },
                    ..
                },
            )) => build(self, arguments),
            Some((
                _,
                Function {
                    rule:
                        Rule::Sql {
                            parameters,
                            returns,
                            nulls,
                            template,
                        },
                    ..
                },
            )) => self.fill_template(parameters, *returns, *nulls, template, arguments),
        }
    }

    fn fill_template(
        &mut self,
        parameters: &[Parameter],
        returns: Returns,
        nulls: Nulls,
        template: &'static str,
        mut arguments: Arguments,
    ) -> Result<Expr, SqlError> {
        let mut items = Vec::with_capacity(arguments.items.len());
        for (index, item) in std::mem::take(&mut arguments.items).into_iter().enumerate() {
            let parameter = parameter_at(parameters, index);
            let data_type = item.data_type;
            // Aggregates of any type only compare and count.
            let item = match (arguments.kind, parameter) {
                (Kind::Aggregate, Parameter::Any) => item.narrowed(),
                _ => item,
            };
            items.push(fit(item, parameter).ok_or_else(|| {
                self.invalid_types(arguments.function, &[data_type], arguments.place)
            })?);
        }
        if matches!(returns, Returns::Common) {
            items = self.to_common_type(items, arguments.function, arguments.place)?;
        }
        let (data_type, narrow) = match returns {
            Returns::Type(data_type) => (data_type, false),
            Returns::Whole(precision) => (
                DataType::Number {
                    precision,
                    scale: 0,
                },
                true,
            ),
            Returns::Same(index) => (items[index].data_type, items[index].narrow),
            Returns::Common => (
                items[0].data_type,
                items.iter().all(Expr::is_bigint) && !items.is_empty(),
            ),
        };
        let nullable = match nulls {
            Nulls::Strict => items.iter().any(|item| item.nullable),
            Nulls::Sometimes => true,
            Nulls::Never => false,
        };
        let mut call = arguments
            .call(template, items, data_type)
            .nullable(nullable);
        call.narrow = narrow;
        Ok(call.in_full())
    }

    fn no_overload(
        &self,
        overloads: &[&Function],
        arguments: &Arguments,
        count: usize,
    ) -> SqlError {
        let span = self.span(arguments.place);
        let least = overloads.iter().map(|overload| overload.arity().0).min();
        let most = overloads.iter().map(|overload| overload.arity().1).max();
        let function = arguments.function;
        let written = written_call(&self.script, span.end).unwrap_or_default();
        match (least, most) {
            (Some(least), _) if count < least => SqlError::compilation(
                "000938",
                "22023",
                format!(
                    "not enough arguments for function [{function}{written}], expected {least}, got {count}"
                ),
                span,
            ),
            (_, Some(most)) if count > most => SqlError::compilation(
                "000939",
                "22023",
                format!(
                    "too many arguments for function [{function}{written}] expected {most}, got {count}"
                ),
                span,
            ),
            _ => {
                let types: Vec<DataType> =
                    arguments.items.iter().map(|item| item.data_type).collect();
                self.invalid_types(function, &types, arguments.place)
            }
        }
    }

    /// `001044`.
    pub(crate) fn invalid_types(
        &self,
        function: &str,
        types: &[DataType],
        place: Place,
    ) -> SqlError {
        let types: Vec<String> = types.iter().map(ToString::to_string).collect();
        SqlError::compilation(
            "001044",
            "42P13",
            format!(
                "Invalid argument types for function '{function}': ({})",
                types.join(", ")
            ),
            self.span(place),
        )
    }

    /// Converts all to the type they have in common.
    pub(crate) fn to_common_type(
        &self,
        items: Vec<Expr>,
        function: &str,
        place: Place,
    ) -> Result<Vec<Expr>, SqlError> {
        let types: Vec<DataType> = items.iter().map(|item| item.data_type).collect();
        let common = types
            .iter()
            .try_fold(DataType::Null, |common, next| common_type(common, *next))
            .ok_or_else(|| self.invalid_types(function, &types, place))?;
        let narrow = items
            .iter()
            .all(|item| item.is_null_literal() || item.is_bigint());
        items
            .into_iter()
            .map(|item| {
                let mut item = cast::cast(item, common, Mode::Implicit)
                    .ok_or_else(|| self.invalid_types(function, &types, place))?;
                if !narrow && item.is_bigint() && common.can_be_narrow() {
                    item = item.widened();
                }
                Ok(item)
            })
            .collect()
    }

    /// The value as another type, or `001044` in the name of `function`.
    pub(crate) fn coerce(
        &self,
        expr: Expr,
        to: DataType,
        function: &str,
    ) -> Result<Expr, SqlError> {
        let (from, place) = (expr.data_type, expr.place);
        cast::cast(expr, to, Mode::Implicit)
            .ok_or_else(|| self.invalid_types(function, &[from], place))
    }

    /// The value as a parameter takes it, or `001044`.
    pub(crate) fn fit(
        &self,
        expr: Expr,
        parameter: Parameter,
        function: &str,
    ) -> Result<Expr, SqlError> {
        let (from, place) = (expr.data_type, expr.place);
        fit(expr, parameter).ok_or_else(|| self.invalid_types(function, &[from], place))
    }
}

/// Columns as keys and values of an OBJECT.
fn push_pairs(columns: Vec<(String, Expr)>, arguments: &mut Arguments) {
    for (name, value) in columns {
        arguments.items.push(Expr::text(name).at(value.place));
        arguments.items.push(value);
    }
}

/// The arguments in parentheses that are written after a function's name, in upper case outside of strings and quoted
/// names; `None` if there are none.
fn written_call(script: &str, name_end: usize) -> Option<String> {
    let mut depth = 0;
    let mut quote: Option<char> = None;
    let mut shown = String::new();
    for letter in script.get(name_end..)?.trim_start().chars() {
        match (quote, letter) {
            (Some(open), _) => {
                shown.push(letter);
                if letter == open {
                    quote = None;
                }
                continue;
            }
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) if depth == 0 => return None,
            (None, _) => {}
        }
        shown.extend(letter.to_uppercase());
        if depth == 0 && quote.is_none() {
            return Some(shown);
        }
    }
    None
}
