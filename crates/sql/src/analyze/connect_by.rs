//! CONNECT BY. In: what stands in FROM, START WITH and CONNECT BY. Out: one recursive query in its place, whose rows hold
//! their own columns, those of the row before (PRIOR) and of the root, the LEVEL and the paths that are asked for.
//!
//! Follows [its page](https://docs.snowflake.com/en/sql-reference/constructs/connect-by).

use super::cast::{self, Mode};
use super::scope::{Relation, Scope, column_reference};
use super::tree::{Body, Column, Cte, Expr, From, JoinKind, Output, Place, Query, Select};
use super::{Analyzer, place, place_of};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast;
use std::cell::RefCell;
use std::rc::Rc;

/// What a SELECT with CONNECT BY knows while its expressions are analyzed.
pub(crate) struct Hierarchy {
    /// The row before, and the root, as relations like those of FROM.
    prior: Vec<Relation>,
    root: Vec<Relation>,
    level: Expr,
    /// Nothing within START WITH and CONNECT BY themselves.
    growing: Option<Growing>,
}

/// The recursive query as far as it is known.
struct Growing {
    /// The relation that the SELECT reads, in place of FROM.
    id: u32,
    /// FROM's relations as they were.
    before: Vec<Relation>,
    /// How many columns those have.
    width: usize,
    start: Option<Expr>,
    connect: Expr,
    /// The relations that `start` and `connect` read: FROM's rows as roots and as children, and the rows before.
    roots: u32,
    children: u32,
    parents: u32,
    /// FROM's rows: its columns, then the values that paths are made of.
    rows: RefCell<Vec<Expr>>,
    /// Each path's separator and the position of its value in `rows`.
    paths: RefCell<Vec<(Expr, usize)>>,
}

impl Analyzer<'_> {
    /// Puts a hierarchy in the place of FROM's relations.
    pub(super) fn start_hierarchy(
        &mut self,
        select: &ast::Select,
        scope: &mut Scope<'_>,
    ) -> Result<(), SqlError> {
        let at = place(select.select_token.0.span);
        let refuse =
            |analyzer: &Self, what: &str| Err(SqlError::unsupported(what, analyzer.span(at)));
        if !scope.merged.is_empty() {
            return refuse(self, "CONNECT BY over a join with USING");
        }
        if scope.relations.len() > 1 && select.selection.is_some() {
            return refuse(self, "CONNECT BY with WHERE over several tables");
        }
        let (mut start, mut relationships) = (None, None);
        for clause in &select.connect_by {
            match clause {
                ast::ConnectByKind::StartWith { condition, .. } => start = Some(condition),
                ast::ConnectByKind::ConnectBy { nocycle: true, .. } => {
                    return refuse(self, "CONNECT BY NOCYCLE");
                }
                ast::ConnectByKind::ConnectBy {
                    relationships: found,
                    ..
                } => relationships = Some(found),
            }
        }
        let Some(relationships) = relationships else {
            return Err(SqlError::syntax(
                "START WITH without CONNECT BY",
                self.span(at),
            ));
        };

        let before = std::mem::take(&mut scope.relations);
        let rows: Vec<Expr> = before
            .iter()
            .flat_map(|relation| {
                (0..relation.columns.len())
                    .map(|position| relation.reference(position, Place::NOWHERE).narrowed())
            })
            .collect();
        let width = rows.len();
        let [id, roots, children, parents] = [(); 4].map(|()| self.relation_id());
        let level = level_column(3 * width);

        let inner = Scope {
            relations: moved(&before, roots, 0),
            ..Scope::inside(scope.parent)
        };
        let start = match start {
            None => None,
            Some(condition) => {
                let condition = self.expression(condition, &inner)?;
                Some(self.boolean(condition, "START WITH")?)
            }
        };
        let below = Expr::scalar(
            "LEVEL",
            "({0} + 1)",
            vec![column_reference(parents, &level, at)],
            DataType::INTEGER,
        );
        let inner = Scope {
            relations: moved(&before, children, 0),
            hierarchy: Some(Rc::new(Hierarchy {
                prior: moved(&before, parents, 0),
                root: moved(&before, parents, 2 * width),
                level: below.narrow(),
                growing: None,
            })),
            ..Scope::inside(scope.parent)
        };
        let mut connect: Option<Expr> = None;
        for relationship in relationships {
            let condition = self.expression(relationship, &inner)?;
            let condition = self.boolean(condition, "CONNECT BY")?;
            connect = Some(match connect {
                None => condition,
                Some(before) => Expr::scalar(
                    "AND",
                    "({0} AND {1})",
                    vec![before, condition],
                    DataType::Boolean,
                ),
            });
        }

        scope.relations = moved(&before, id, 0);
        scope.hierarchy = Some(Rc::new(Hierarchy {
            prior: moved(&before, id, width),
            root: moved(&before, id, 2 * width),
            level: column_reference(id, &level, at),
            growing: Some(Growing {
                id,
                before,
                width,
                start,
                connect: connect.unwrap_or_else(|| Expr::boolean(true)),
                roots,
                children,
                parents,
                rows: RefCell::new(rows),
                paths: RefCell::default(),
            }),
        }));
        Ok(())
    }

    /// The recursive query, once every expression of the SELECT is known; nothing for a SELECT without CONNECT BY.
    pub(super) fn finish_hierarchy(&mut self, from: &From, scope: &Scope<'_>) -> Option<From> {
        let hierarchy = scope.hierarchy.as_ref()?;
        let growing = hierarchy.growing.as_ref()?;
        let (rows_id, tree_id) = (self.next_cte, self.next_cte + 1);
        self.next_cte += 2;
        let width = growing.width;
        let rows = growing.rows.borrow();
        let paths = growing.paths.borrow();
        let row_columns: Vec<Output> = rows.iter().map(|row| Output::of("ROW", row)).collect();
        // A column of FROM's rows, seen as a root or as a child.
        let row = |relation: u32, position: usize| {
            let column = Rc::new(row_columns[position].column(position));
            column_reference(relation, &column, Place::NOWHERE).narrowed()
        };

        let mut roots: Vec<Expr> = (0..width)
            .map(|position| row(growing.roots, position))
            .collect();
        roots.extend(row_columns[..width].iter().map(nothing));
        roots.extend((0..width).map(|position| row(growing.roots, position)));
        roots.push(
            Expr::scalar("LEVEL", "CAST(1 AS BIGINT)", Vec::new(), DataType::INTEGER).narrow(),
        );
        for (separator, position) in paths.iter() {
            roots.push(Expr::scalar(
                "SYS_CONNECT_BY_PATH",
                "({0} || coalesce({1}, ''))",
                vec![separator.clone(), row(growing.roots, *position)],
                DataType::TEXT,
            ));
        }
        let columns: Vec<Output> = roots
            .iter()
            .map(|item| Output {
                nullable: true,
                ..Output::of("ROW", item)
            })
            .collect();
        // A column of the tree's rows, seen as the row before.
        let parent = |position: usize| {
            let column = Rc::new(columns[position].column(position));
            column_reference(growing.parents, &column, Place::NOWHERE).narrowed()
        };

        let mut below: Vec<Expr> = (0..width)
            .map(|position| row(growing.children, position))
            .collect();
        below.extend((0..width).map(parent));
        below.extend((2 * width..3 * width).map(parent));
        below.push(
            Expr::scalar(
                "LEVEL",
                "({0} + 1)",
                vec![parent(3 * width)],
                DataType::INTEGER,
            )
            .narrow(),
        );
        for (index, (separator, position)) in paths.iter().enumerate() {
            below.push(Expr::scalar(
                "SYS_CONNECT_BY_PATH",
                "({0} || {1} || coalesce({2}, ''))",
                vec![
                    parent(3 * width + 1 + index),
                    separator.clone(),
                    row(growing.children, *position),
                ],
                DataType::TEXT,
            ));
        }
        let cte = |id: u32, cte: u32| From::Cte { id, cte };
        let select = |items: Vec<Expr>, from: From, filter: Option<Expr>, columns: &[Output]| {
            Query::of(
                Body::Select(Box::new(Select::of(items, Some(from), filter))),
                columns.to_vec(),
            )
        };
        let anchor = select(
            roots,
            cte(growing.roots, rows_id),
            growing.start.clone(),
            &columns,
        );
        let joined = From::Join {
            kind: JoinKind::Inner,
            left: Box::new(cte(growing.parents, tree_id)),
            right: Box::new(cte(growing.children, rows_id)),
            on: Some(growing.connect.clone()),
        };
        let step = select(below, joined, None, &columns);
        let tree = Query::of(
            Body::Set {
                operator: "UNION ALL",
                left: Box::new(anchor),
                right: Box::new(step),
            },
            columns.clone(),
        );
        let whole = self.relation_id();
        let items = columns
            .iter()
            .enumerate()
            .map(|(position, column)| {
                column_reference(whole, &Rc::new(column.column(position)), Place::NOWHERE)
                    .narrowed()
            })
            .collect();
        let query = Query {
            recursive: true,
            ctes: vec![
                Cte {
                    id: rows_id,
                    query: Rc::new(select(rows.clone(), from.clone(), None, &row_columns)),
                },
                Cte {
                    id: tree_id,
                    query: Rc::new(tree),
                },
            ],
            ..select(items, cte(whole, tree_id), None, &columns)
        };
        Some(From::Query {
            id: growing.id,
            query: Box::new(query),
            lateral: false,
            sample: None,
        })
    }

    /// `PRIOR expression`.
    pub(super) fn prior(&mut self, inner: &ast::Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        let hierarchy = self.hierarchy(scope, "PRIOR", inner)?;
        self.elsewhere(inner, &hierarchy.prior)
    }

    /// `CONNECT_BY_ROOT expression`.
    pub(super) fn connect_by_root(
        &mut self,
        inner: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let hierarchy = self.hierarchy(scope, "CONNECT_BY_ROOT", inner)?;
        self.elsewhere(inner, &hierarchy.root)
    }

    /// `SYS_CONNECT_BY_PATH(expression, separator)`.
    pub(super) fn sys_connect_by_path(
        &mut self,
        value: &ast::Expr,
        separator: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        const NAME: &str = "SYS_CONNECT_BY_PATH";
        let hierarchy = self.hierarchy(scope, NAME, value)?;
        let Some(growing) = &hierarchy.growing else {
            return Err(SqlError::unsupported(
                "SYS_CONNECT_BY_PATH in CONNECT BY",
                self.span(place_of(value)),
            ));
        };
        let at = place_of(value);
        let separator = self.expression(separator, &Scope::default())?;
        let value = self.elsewhere(value, &growing.before)?;
        let from = value.data_type;
        let value = cast::cast(value, DataType::TEXT, Mode::Implicit)
            .ok_or_else(|| self.invalid_types(NAME, &[from], at))?;
        let mut rows = growing.rows.borrow_mut();
        let mut paths = growing.paths.borrow_mut();
        rows.push(value);
        paths.push((separator, rows.len() - 1));
        let column = Column {
            name: NAME.to_owned(),
            physical: format!("c{}", 3 * growing.width + paths.len()),
            data_type: DataType::TEXT,
            narrow: false,
            nullable: true,
            origins: Vec::new(),
        };
        Ok(column_reference(growing.id, &Rc::new(column), at))
    }

    /// The hierarchy that an expression stands in.
    fn hierarchy(
        &self,
        scope: &Scope<'_>,
        what: &str,
        at: &ast::Expr,
    ) -> Result<Rc<Hierarchy>, SqlError> {
        scope.hierarchy.clone().ok_or_else(|| {
            SqlError::syntax(
                format!("{what} outside of a query with CONNECT BY"),
                self.span(place_of(at)),
            )
        })
    }

    /// An expression over other relations than those of its query.
    fn elsewhere(&mut self, inner: &ast::Expr, relations: &[Relation]) -> Result<Expr, SqlError> {
        let scope = Scope {
            relations: relations.to_vec(),
            ..Scope::default()
        };
        self.expression(inner, &scope)
    }
}

impl Scope<'_> {
    /// The pseudo-column LEVEL, in a query with CONNECT BY.
    pub(super) fn level(&self, name: &str) -> Option<Expr> {
        let hierarchy = self.hierarchy.as_ref().filter(|_| name == "LEVEL")?;
        Some(hierarchy.level.clone())
    }
}

/// The relations as another one's columns, `c<first>` and on.
fn moved(relations: &[Relation], id: u32, first: usize) -> Vec<Relation> {
    let mut position = first;
    relations
        .iter()
        .map(|relation| {
            let columns: Rc<[Rc<Column>]> = relation
                .columns
                .iter()
                .map(|column| {
                    position += 1;
                    Rc::new(Column {
                        name: column.name.clone(),
                        physical: format!("c{}", position - 1),
                        data_type: column.data_type,
                        narrow: column.narrow,
                        nullable: true,
                        origins: column.origins.clone(),
                    })
                })
                .collect();
            Relation::new(id, relation.name.clone(), columns)
        })
        .collect()
}

fn level_column(position: usize) -> Rc<Column> {
    Rc::new(Column {
        name: "LEVEL".to_owned(),
        physical: format!("c{position}"),
        data_type: DataType::INTEGER,
        narrow: true,
        nullable: false,
        origins: Vec::new(),
    })
}

/// NULL, in a column of the same type.
fn nothing(column: &Output) -> Expr {
    let template = format!("CAST(NULL AS {})", column.data_type.physical(column.narrow));
    Expr {
        narrow: column.narrow,
        nullable: true,
        ..Expr::scalar("NULL", template, Vec::new(), column.data_type)
    }
}
