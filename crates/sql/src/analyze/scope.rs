//! Which names are in sight where an expression stands.

use super::connect_by::Hierarchy;
use super::tree::{Column, ColumnRef, Expr, ExprKind, Place};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// The names in sight of one SELECT, and those of the queries around it.
#[derive(Default)]
pub(crate) struct Scope<'p> {
    pub(crate) parent: Option<&'p Scope<'p>>,
    pub(crate) relations: Vec<Relation>,
    /// Columns that USING made one of two, in order.
    pub(crate) merged: Vec<(String, Expr)>,
    /// The SELECT list's aliases, so far as it is analyzed: a column of a relation wins over them.
    pub(crate) aliases: RefCell<Vec<(String, Expr)>>,
    /// What CONNECT BY adds.
    pub(crate) hierarchy: Option<Rc<Hierarchy>>,
}

/// One relation in FROM.
#[derive(Clone)]
pub(crate) struct Relation {
    pub(crate) id: u32,
    /// The parts of the name that qualifies its columns, outermost first: an alias, or a table's full name.
    pub(crate) name: Vec<String>,
    pub(crate) columns: Rc<[Rc<Column>]>,
    /// Columns that are seen through `Scope::merged` only, by position.
    pub(crate) hidden: Vec<usize>,
    /// A column that costs something: its position, and what is to be told when it is used.
    pub(crate) watched: Option<(usize, Rc<Cell<bool>>)>,
    /// For wide relations: names to positions.
    index: Option<HashMap<String, usize>>,
}

/// What a name may mean.
pub(crate) enum Found {
    Nothing,
    Ambiguous,
    Column(Expr),
}

/// From how many columns on a relation gets an index.
const INDEX_FROM: usize = 16;

impl Relation {
    pub(crate) fn new(id: u32, name: Vec<String>, columns: Rc<[Rc<Column>]>) -> Self {
        let index = (columns.len() >= INDEX_FROM).then(|| {
            let mut index = HashMap::with_capacity(columns.len());
            for (position, column) in columns.iter().enumerate() {
                index.entry(column.name.clone()).or_insert(position);
            }
            index
        });
        Self {
            id,
            name,
            columns,
            hidden: Vec::new(),
            watched: None,
            index,
        }
    }

    /// The positions of the columns of that name: none, one, or `Err` for several.
    fn find(&self, name: &str) -> Result<Option<usize>, ()> {
        if let Some(index) = &self.index {
            let Some(position) = index.get(name) else {
                return Ok(None);
            };
            let twice = self.columns[position + 1..]
                .iter()
                .any(|column| column.name == name);
            return if twice { Err(()) } else { Ok(Some(*position)) };
        }
        let mut positions = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.name == name)
            .map(|(position, _)| position);
        let first = positions.next();
        match positions.next() {
            Some(_) => Err(()),
            None => Ok(first),
        }
    }

    /// The index of the column `$position`.
    pub(crate) fn by_position(&self, position: usize) -> Option<usize> {
        position
            .checked_sub(1)
            .filter(|index| *index < self.columns.len())
    }

    /// A reference to one of its columns.
    pub(crate) fn reference(&self, position: usize, place: Place) -> Expr {
        if let Some((watched, used)) = &self.watched
            && *watched == position
        {
            used.set(true);
        }
        column_reference(self.id, &self.columns[position], place)
    }

    /// Whether `qualifier` names this relation: `t`, `schema.t` or `database.schema.t`.
    pub(crate) fn is_named(&self, qualifier: &[String]) -> bool {
        self.name.ends_with(qualifier) && !qualifier.is_empty()
    }
}

/// A reference to a column of relation `id`.
pub(crate) fn column_reference(id: u32, column: &Rc<Column>, place: Place) -> Expr {
    Expr {
        data_type: column.data_type,
        narrow: column.narrow,
        nullable: column.nullable,
        kind: ExprKind::Column(ColumnRef {
            relation: id,
            column: Rc::clone(column),
        }),
        place,
    }
    .in_full()
}

impl<'p> Scope<'p> {
    pub(crate) fn inside(parent: Option<&'p Scope<'p>>) -> Self {
        Scope {
            parent,
            ..Scope::default()
        }
    }

    /// The column of that name in this scope's relations, not looking further out.
    pub(crate) fn column(&self, name: &str, place: Place) -> Found {
        if let Some((_, expr)) = self.merged.iter().find(|(merged, _)| merged == name) {
            return Found::Column(expr.clone().at(place));
        }
        let mut found = Found::Nothing;
        for relation in &self.relations {
            match relation.find(name) {
                Err(()) => return Found::Ambiguous,
                Ok(None) => {}
                Ok(Some(position)) if relation.hidden.contains(&position) => {}
                Ok(Some(position)) => match found {
                    Found::Nothing => found = Found::Column(relation.reference(position, place)),
                    Found::Ambiguous | Found::Column(_) => return Found::Ambiguous,
                },
            }
        }
        found
    }

    /// The column `name` of the relation that `qualifier` names, in this scope or one further out.
    pub(crate) fn qualified_column(&self, qualifier: &[String], name: &str, place: Place) -> Found {
        let mut relations = self
            .relations
            .iter()
            .filter(|relation| relation.is_named(qualifier));
        match (relations.next(), relations.next()) {
            (Some(_), Some(_)) => Found::Ambiguous,
            (Some(relation), None) => match relation.find(name) {
                Err(()) => Found::Ambiguous,
                Ok(Some(position)) => Found::Column(relation.reference(position, place)),
                Ok(None) => {
                    let position = name
                        .strip_prefix('$')
                        .and_then(|digits| digits.parse().ok());
                    match position.and_then(|position| relation.by_position(position)) {
                        Some(index) => Found::Column(relation.reference(index, place)),
                        None => Found::Nothing,
                    }
                }
            },
            (None, _) => match self.parent {
                Some(parent) => parent.qualified_column(qualifier, name, place),
                None => Found::Nothing,
            },
        }
    }

    /// The expression an alias of the SELECT list stands for.
    pub(crate) fn alias(&self, name: &str) -> Option<Expr> {
        self.aliases
            .borrow()
            .iter()
            .find(|(alias, _)| alias == name)
            .map(|(_, expr)| expr.clone())
    }

    /// Whether the relation belongs to this scope.
    pub(crate) fn owns(&self, relation: u32) -> bool {
        self.relations.iter().any(|known| known.id == relation)
    }

    /// Every column that `*` gives: those that USING merged first, then each relation's in order.
    pub(crate) fn all_columns(&self, place: Place) -> Vec<(String, Expr)> {
        let mut columns: Vec<(String, Expr)> = self.merged.clone();
        for relation in &self.relations {
            for (position, column) in relation.columns.iter().enumerate() {
                if !relation.hidden.contains(&position) {
                    columns.push((column.name.clone(), relation.reference(position, place)));
                }
            }
        }
        columns
    }
}
