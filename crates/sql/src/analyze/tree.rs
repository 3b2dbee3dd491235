//! The typed tree: what a query means once names and types are resolved. Analysis builds it, `lower` prints it.
//!
//! Nothing in it refers to a name that DuckDB would have to look up by its own rules: every relation has an id (`t3`),
//! every output column of a query a position (`c0`), and every operator and function is already a piece of DuckDB SQL
//! with holes for its arguments.

use crate::data_type::DataType;
use crate::name::QualifiedName;
use crate::span::Span;
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// Where an expression was written. Two expressions are the same wherever they stand, so places always compare equal.
#[derive(Clone, Copy)]
pub(crate) struct Place(pub(crate) Span);

impl Place {
    /// Nowhere in the text.
    pub(crate) const NOWHERE: Place = Place(Span { start: 0, end: 0 });
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("_")
    }
}

/// A typed expression. Its DuckDB value always has the type `data_type.physical(narrow)`.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) data_type: DataType,
    /// A NUMBER whose values are proven to fit 64 bits. With a scale it only stands where [`Expr::narrowed`] was asked
    /// for; anywhere else it is [`ExprKind::InFull`].
    pub(crate) narrow: bool,
    pub(crate) nullable: bool,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExprKind {
    /// A column of a relation in FROM, of this query or of one around it.
    Column(ColumnRef),
    Literal(Literal),
    /// A function, operator or cast.
    Call(Box<Call>),
    /// A narrow NUMBER with a scale as the DECIMAL of its declared digits: what whoever does not ask for
    /// [`Expr::narrowed`] gets.
    InFull(Box<Expr>),
    /// A scalar subquery.
    Subquery(Box<Query>),
    /// `[NOT] EXISTS (query)`.
    Exists {
        query: Box<Query>,
        negated: bool,
    },
    /// `value operator (query)`, several values for a row: `IN`, `NOT IN`, `> ALL` and so on.
    InSubquery {
        values: Vec<Expr>,
        operator: &'static str,
        query: Box<Query>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    /// Decimal digits with an optional sign and point: exactly the value, of the expression's NUMBER type.
    Number(String),
    /// A FLOAT, as DuckDB reads it.
    Float(String),
    Text(String),
}

/// A reference to a column of the relation `t<relation>`.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRef {
    pub(crate) relation: u32,
    pub(crate) column: Rc<Column>,
}

impl PartialEq for ColumnRef {
    fn eq(&self, other: &Self) -> bool {
        self.relation == other.relation && self.column.physical == other.column.physical
    }
}

/// A column of something in FROM.
#[derive(Debug, PartialEq)]
pub(crate) struct Column {
    /// Stored spelling.
    pub(crate) name: String,
    /// DuckDB's name, not quoted.
    pub(crate) physical: String,
    pub(crate) data_type: DataType,
    pub(crate) narrow: bool,
    pub(crate) nullable: bool,
    /// The columns of tables that its value comes from.
    pub(crate) origins: Vec<(QualifiedName, String)>,
}

/// How often and over which rows a call is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// Once a row.
    Scalar,
    /// Once a group.
    Aggregate,
    /// Once a row, over its window.
    Window,
}

/// A call: DuckDB SQL with holes.
///
/// Holes: `{0}` … the arguments, `{*}` all of them with commas between, `{distinct}` (`DISTINCT ` or nothing), `{order}`
/// (` ORDER BY …` or nothing), `{over}` (` OVER (…)` or nothing).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// Snowflake's name: for lineage, checks and messages.
    pub(crate) function: &'static str,
    pub(crate) kind: CallKind,
    pub(crate) template: Cow<'static, str>,
    pub(crate) arguments: Vec<Expr>,
    pub(crate) distinct: bool,
    pub(crate) order_by: Vec<Order>,
    pub(crate) window: Option<Box<Window>>,
}

/// One term of ORDER BY, with NULLs' place always said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) key: OrderKey,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OrderKey {
    Expr(Expr),
    /// An output column, counted from 0.
    Output(usize),
}

/// OVER (…).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window {
    pub(crate) partition_by: Vec<Expr>,
    pub(crate) order_by: Vec<Order>,
    /// DuckDB's text of the frame; empty for the default one.
    pub(crate) frame: String,
}

/// A query: a table of rows whose columns are `c0`, `c1`, ….
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    pub(crate) recursive: bool,
    pub(crate) ctes: Vec<Cte>,
    pub(crate) body: Body,
    pub(crate) order_by: Vec<Order>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) columns: Vec<Output>,
}

impl Query {
    /// A query of a body alone.
    pub(crate) fn of(body: Body, columns: Vec<Output>) -> Query {
        Query {
            recursive: false,
            ctes: Vec::new(),
            body,
            order_by: Vec::new(),
            limit: None,
            offset: None,
            columns,
        }
    }
}

/// A column of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) narrow: bool,
    pub(crate) nullable: bool,
    pub(crate) origins: Vec<(QualifiedName, String)>,
}

/// `w<id>(c0, c1, …) AS (query)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cte {
    pub(crate) id: u32,
    pub(crate) query: Rc<Query>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    Select(Box<Select>),
    Set {
        /// DuckDB's words: `UNION ALL`, `EXCEPT`, ….
        operator: &'static str,
        left: Box<Query>,
        right: Box<Query>,
    },
    Values(Vec<Vec<Expr>>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Select {
    pub(crate) distinct: Distinct,
    pub(crate) items: Vec<Expr>,
    pub(crate) from: Option<From>,
    pub(crate) filter: Option<Expr>,
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) having: Option<Expr>,
    pub(crate) qualify: Option<Expr>,
}

/// Which rows of a SELECT are doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distinct {
    /// None.
    Keep,
    /// Those that are the same in every item.
    Whole,
    /// Those that are the same in the first item; any one of them stays.
    First,
}

impl Select {
    /// `SELECT items FROM from WHERE filter`.
    pub(crate) fn of(items: Vec<Expr>, from: Option<From>, filter: Option<Expr>) -> Select {
        Select {
            distinct: Distinct::Keep,
            items,
            from,
            filter,
            group_by: None,
            having: None,
            qualify: None,
        }
    }
}

/// GROUP BY: its keys, and how they combine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupBy {
    pub(crate) keys: Vec<Expr>,
    pub(crate) sets: GroupingSets,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum GroupingSets {
    Plain,
    /// Each set names keys by position.
    Sets(Vec<Vec<usize>>),
}

/// What stands in FROM.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum From {
    /// DuckDB's text of a table or table function call, with holes as in [`Call`]. `columns` renames its columns.
    Table {
        id: u32,
        template: String,
        arguments: Vec<Expr>,
        columns: Vec<String>,
        sample: Option<String>,
        lateral: bool,
    },
    Query {
        id: u32,
        query: Box<Query>,
        lateral: bool,
        sample: Option<String>,
    },
    Cte {
        id: u32,
        cte: u32,
    },
    /// Each row of `left` as often as a list has elements, beside one element: FLATTEN and its kin.
    Expand(Box<Expand>),
    Join {
        kind: JoinKind,
        left: Box<From>,
        right: Box<From>,
        on: Option<Expr>,
    },
}

/// `left` beside the elements of a list, as `t<id>`: its columns are first `carried`, then `outputs`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expand {
    pub(crate) id: u32,
    /// What stands before it in FROM, if anything.
    pub(crate) left: Option<From>,
    /// The columns of `left`, by their references.
    pub(crate) carried: Vec<Expr>,
    /// Seen as `f.a0`, `f.a1`, … by `rows`, as `g.a0`, … by `outputs`.
    pub(crate) arguments: Vec<Expr>,
    /// DuckDB's text of the list; an element is `g.r`.
    pub(crate) rows: String,
    /// DuckDB's texts of the columns; `g.seq` is the number of the input row.
    pub(crate) outputs: Vec<String>,
    /// Whether the number of the input row is used.
    pub(crate) numbered: Rc<Cell<bool>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
    AsOfLeft,
}

impl Expr {
    /// A call of a scalar template; NULL if any argument may be.
    pub(crate) fn scalar(
        function: &'static str,
        template: impl Into<Cow<'static, str>>,
        arguments: Vec<Expr>,
        data_type: DataType,
    ) -> Expr {
        let place = arguments
            .first()
            .map_or(Place::NOWHERE, |first| first.place);
        Expr {
            nullable: arguments.iter().any(|argument| argument.nullable),
            kind: ExprKind::Call(Box::new(Call {
                function,
                kind: CallKind::Scalar,
                template: template.into(),
                arguments,
                distinct: false,
                order_by: Vec::new(),
                window: None,
            })),
            data_type,
            narrow: false,
            place,
        }
    }

    /// NULL.
    pub(crate) fn null() -> Expr {
        Expr {
            kind: ExprKind::Literal(Literal::Null),
            data_type: DataType::Null,
            narrow: false,
            nullable: true,
            place: Place::NOWHERE,
        }
    }

    /// A whole number that fits 18 digits.
    pub(crate) fn integer(value: i64) -> Expr {
        let digits = value.unsigned_abs().to_string().len() as u8;
        Expr {
            kind: ExprKind::Literal(Literal::Number(value.to_string())),
            data_type: DataType::Number {
                precision: digits.min(38),
                scale: 0,
            },
            narrow: true,
            nullable: false,
            place: Place::NOWHERE,
        }
    }

    /// A string.
    pub(crate) fn text(value: impl Into<String>) -> Expr {
        let value = value.into();
        Expr {
            data_type: DataType::Text {
                length: value.chars().count() as u32,
            },
            kind: ExprKind::Literal(Literal::Text(value)),
            narrow: false,
            nullable: false,
            place: Place::NOWHERE,
        }
    }

    /// TRUE or FALSE.
    pub(crate) fn boolean(value: bool) -> Expr {
        Expr {
            kind: ExprKind::Literal(Literal::Boolean(value)),
            data_type: DataType::Boolean,
            narrow: false,
            nullable: false,
            place: Place::NOWHERE,
        }
    }

    pub(crate) fn at(mut self, place: Place) -> Expr {
        self.place = place;
        self
    }

    pub(crate) fn narrow(mut self) -> Expr {
        self.narrow = true;
        self
    }

    pub(crate) fn nullable(mut self, nullable: bool) -> Expr {
        self.nullable = nullable;
        self
    }

    /// The string, if this is a string literal.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The value, if this is a literal of a whole number that fits 64 bits.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match &self.kind {
            ExprKind::Literal(Literal::Number(digits)) => digits.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn is_number_literal(&self) -> bool {
        matches!(self.kind, ExprKind::Literal(Literal::Number(_)))
    }

    pub(crate) fn is_null_literal(&self) -> bool {
        matches!(self.kind, ExprKind::Literal(Literal::Null))
    }

    /// DuckDB's type of the value.
    pub(crate) fn physical(&self) -> String {
        self.data_type.physical(self.narrow)
    }

    /// Whether the value is held as BIGINT.
    pub(crate) fn is_bigint(&self) -> bool {
        matches!(self.data_type, DataType::Number { precision, scale: 0 } if self.narrow || precision <= 18)
    }

    /// The expressions directly below, subqueries not entered.
    pub(crate) fn children(&self) -> Vec<&Expr> {
        fn of_order(order: &Order) -> Option<&Expr> {
            match &order.key {
                OrderKey::Expr(expr) => Some(expr),
                OrderKey::Output(_) => None,
            }
        }
        match &self.kind {
            ExprKind::Call(call) => {
                let mut children: Vec<&Expr> = call.arguments.iter().collect();
                children.extend(call.order_by.iter().filter_map(of_order));
                if let Some(window) = &call.window {
                    children.extend(&window.partition_by);
                    children.extend(window.order_by.iter().filter_map(of_order));
                }
                children
            }
            ExprKind::InSubquery { values, .. } => values.iter().collect(),
            ExprKind::InFull(narrow) => vec![narrow],
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Subquery(_)
            | ExprKind::Exists { .. } => Vec::new(),
        }
    }

    /// Whether this or anything below it (subqueries not entered) satisfies `test`.
    pub(crate) fn any(&self, test: &mut dyn FnMut(&Expr) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|child| child.any(test))
    }

    /// Whether this is an aggregate over groups, not over a window.
    pub(crate) fn is_aggregate(&self) -> bool {
        matches!(&self.kind, ExprKind::Call(call) if call.kind == CallKind::Aggregate && call.window.is_none())
    }

    /// Whether this is evaluated over a window.
    pub(crate) fn is_window(&self) -> bool {
        matches!(&self.kind, ExprKind::Call(call) if call.window.is_some())
    }

    pub(crate) fn contains_aggregate(&self) -> bool {
        self.any(&mut Expr::is_aggregate)
    }

    pub(crate) fn contains_window(&self) -> bool {
        self.any(&mut Expr::is_window)
    }

    /// Calls `visit` for each column of a table that the value comes from.
    pub(crate) fn origins(&self) -> Vec<(QualifiedName, String)> {
        let mut origins: Vec<(QualifiedName, String)> = Vec::new();
        self.any(&mut |expr| {
            if let ExprKind::Column(reference) = &expr.kind {
                for origin in &reference.column.origins {
                    if !origins.contains(origin) {
                        origins.push(origin.clone());
                    }
                }
            }
            false
        });
        origins
    }

    /// How many nodes the tree has, subqueries not entered.
    pub(crate) fn size(&self) -> usize {
        1 + self.children().into_iter().map(Expr::size).sum::<usize>()
    }
}

impl Output {
    /// The output column that an expression gives.
    pub(crate) fn of(name: impl Into<String>, expr: &Expr) -> Output {
        Output {
            name: name.into(),
            data_type: expr.data_type,
            narrow: expr.is_bigint() || expr.narrow,
            nullable: expr.nullable,
            origins: expr.origins(),
        }
    }

    /// The column as it is seen from outside: column number `index` of a relation.
    pub(crate) fn column(&self, index: usize) -> Column {
        Column {
            name: self.name.clone(),
            physical: format!("c{index}"),
            data_type: self.data_type,
            narrow: self.narrow,
            nullable: self.nullable,
            origins: self.origins.clone(),
        }
    }
}
