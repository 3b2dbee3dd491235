//! CREATE TABLE and ALTER TABLE.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::{column, options, query, view};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::TableKind;
use crate::statement::{
    AlterColumnAction, AlterTable, AlterTableAction, CreateMode, CreateTable, OptionValue, Options,
    Statement,
};
use sqlparser::tokenizer::Token;

/// Options that are kept and shown back.
const KEPT: &[&str] = &[
    "CATALOG_SYNC",
    "CHANGE_TRACKING",
    "CLUSTER_BY",
    "COPY_GRANTS",
    "DATA_RETENTION_TIME_IN_DAYS",
    "DEFAULT_DDL_COLLATION",
    "ENABLE_DATA_COMPACTION",
    "ENABLE_SCHEMA_EVOLUTION",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
];

/// What follows CREATE [TEMPORARY | TRANSIENT] TABLE.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("TABLE", &[TableKind::Temporary, TableKind::Transient])?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    modifiers.if_not_exists(cursor)?;
    let mut table = CreateTable {
        mode: modifiers.mode,
        kind: modifiers.kind,
        name,
        columns: Vec::new(),
        constraints: Vec::new(),
        query: None,
        like: None,
        clone: None,
        template: None,
        comment: None,
        options: Options::new(),
    };
    if *cursor.peek() == Token::LParen {
        columns(cursor, &mut table)?;
    }
    loop {
        let span = cursor.span();
        let before = table.options.len();
        options::read_into_with_tags(cursor, &mut table.options)?;
        if cursor.eat_words(&["COPY", "GRANTS"]) {
            let value = OptionValue::Word("TRUE".to_owned(), span);
            let key = Ident::unquoted("COPY_GRANTS", span);
            options::add(&mut table.options, key, value)?;
        } else if cursor.eat_words(&["CLUSTER", "BY"]) {
            let value = cluster_by(cursor)?;
            options::add(
                &mut table.options,
                Ident::unquoted("CLUSTER_BY", span),
                value,
            )?;
        } else if table.like.is_none() && cursor.eat_word("LIKE") {
            table.like = Some(cursor.object_name()?);
        } else if table.clone.is_none() && cursor.eat_word("CLONE") {
            table.clone = Some(cursor.object_name()?);
            time_travel(cursor)?;
        } else if table.template.is_none() && cursor.eat_words(&["USING", "TEMPLATE"]) {
            cursor.expect(&Token::LParen)?;
            table.template = Some(query::query(cursor)?);
            cursor.expect(&Token::RParen)?;
        } else if table.options.len() == before {
            break;
        }
    }
    view::refuse_policies(cursor)?;
    for (words, what) in [
        (&["FROM"][..], "CREATE TABLE … FROM"),
        (&["BACKUP"], "CREATE TABLE … FROM BACKUP"),
    ] {
        if cursor.at_words(words) {
            return Err(SqlError::unsupported(what, cursor.span()));
        }
    }
    if table.template.is_none() && cursor.eat_word("AS") {
        table.query = Some(query::query(cursor)?);
    }
    table.comment = options::take_text(&mut table.options, "COMMENT")?;
    let (file_format, copy_options) = ("STAGE_FILE_FORMAT", "STAGE_COPY_OPTIONS");
    if let Some((key, _)) = table
        .options
        .iter()
        .find(|(key, _)| key.value == file_format || key.value == copy_options)
    {
        return Err(SqlError::unsupported(&key.value, key.span));
    }
    options::check_known(&table.options, KEPT, "TABLE")?;
    check_shape(cursor, &table)?;
    Ok(Statement::CreateTable(Box::new(table)))
}

/// Exactly one of: columns (with or without AS SELECT), AS SELECT, LIKE, CLONE, USING TEMPLATE.
fn check_shape(cursor: &Cursor<'_>, table: &CreateTable) -> Result<(), SqlError> {
    let given = [
        !table.columns.is_empty() || table.query.is_some(),
        table.like.is_some(),
        table.clone.is_some(),
        table.template.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        return Err(cursor.expected("columns, AS SELECT, LIKE, CLONE or USING TEMPLATE"));
    }
    if table.query.is_some() && table.mode == CreateMode::OrAlter {
        return Err(SqlError::unsupported(
            "CREATE OR ALTER TABLE … AS SELECT",
            table.name.span(),
        ));
    }
    let untyped = table
        .columns
        .iter()
        .find(|column| column.data_type.is_none());
    match (untyped, &table.query) {
        (Some(column), None) => Err(SqlError::syntax(
            format!("unexpected '{}'.", column.name.value),
            column.name.span,
        )
        .with_detail("the column has no data type")),
        _ => Ok(()),
    }
}

/// `(column | constraint, …)`.
fn columns(cursor: &mut Cursor<'_>, table: &mut CreateTable) -> Result<(), SqlError> {
    cursor.expect(&Token::LParen)?;
    loop {
        match column::table_constraint(cursor)? {
            Some(constraint) => table.constraints.push(constraint),
            None => table.columns.push(column::definition(cursor, true)?),
        }
        if cursor.eat(&Token::RParen) {
            return Ok(());
        }
        cursor.expect(&Token::Comma)?;
    }
}

/// What follows CLUSTER BY: the expressions as written, as a list of texts.
fn cluster_by(cursor: &mut Cursor<'_>) -> Result<OptionValue, SqlError> {
    if cursor.at_word("LINEAR") {
        cursor.advance();
    }
    let start = cursor.span().start;
    let expressions = cursor.parenthesized(|cursor| {
        let (_, span) = cursor.parse(|parser| parser.parse_expr())?;
        Ok(OptionValue::Text(cursor.text(span).to_owned(), span))
    })?;
    Ok(OptionValue::List(expressions, cursor.span_from(start)))
}

/// AT | BEFORE (…) after CLONE.
fn time_travel(cursor: &Cursor<'_>) -> Result<(), SqlError> {
    let travels = matches!(cursor.peek(), Token::Word(word) if ["AT", "BEFORE"].iter().any(|start| word.value.eq_ignore_ascii_case(start)))
        && *cursor.peek_ahead(1) == Token::LParen;
    match travels {
        true => Err(SqlError::unsupported("CLONE … AT", cursor.span())),
        false => Ok(()),
    }
}

/// What follows ALTER TABLE.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let if_exists = cursor.if_exists();
    let name = cursor.object_name()?;
    let action = action(cursor)?;
    Ok(Statement::AlterTable(Box::new(AlterTable {
        name,
        if_exists,
        action,
    })))
}

fn action(cursor: &mut Cursor<'_>) -> Result<AlterTableAction, SqlError> {
    let span = cursor.span();
    let refused: &[(&[&str], &str)] = &[
        (&["ADD", "SEARCH"], "SEARCH OPTIMIZATION"),
        (&["DROP", "SEARCH"], "SEARCH OPTIMIZATION"),
        (&["ADD", "ROW"], "ROW ACCESS POLICY"),
        (&["DROP", "ROW"], "ROW ACCESS POLICY"),
        (&["DROP", "ALL", "ROW"], "ROW ACCESS POLICY"),
        (&["SET", "AGGREGATION"], "AGGREGATION POLICY"),
        (&["SET", "TAG"], "TAG"),
        (&["UNSET", "TAG"], "TAG"),
        (&["ADD", "DATA", "METRIC"], "DATA METRIC FUNCTION"),
        (&["DROP", "FOREIGN"], "ALTER TABLE … DROP FOREIGN KEY"),
        (&["DROP", "UNIQUE"], "ALTER TABLE … DROP UNIQUE"),
        (&["ALTER", "CONSTRAINT"], "ALTER TABLE … ALTER CONSTRAINT"),
        (&["MODIFY", "CONSTRAINT"], "ALTER TABLE … MODIFY CONSTRAINT"),
    ];
    if let Some((_, what)) = refused.iter().find(|(words, _)| cursor.at_words(words)) {
        return Err(SqlError::unsupported(what, span));
    }
    if cursor.eat_words(&["RENAME", "TO"]) {
        return Ok(AlterTableAction::RenameTo(cursor.object_name()?));
    }
    if cursor.eat_words(&["RENAME", "COLUMN"]) {
        let (from, to) = renamed(cursor)?;
        return Ok(AlterTableAction::RenameColumn { from, to });
    }
    if cursor.eat_words(&["RENAME", "CONSTRAINT"]) {
        let (from, to) = renamed(cursor)?;
        return Ok(AlterTableAction::RenameConstraint { from, to });
    }
    if cursor.eat_words(&["SWAP", "WITH"]) {
        return Ok(AlterTableAction::SwapWith(cursor.object_name()?));
    }
    if cursor.eat_words(&["CLUSTER", "BY"]) {
        return Ok(AlterTableAction::ClusterBy(cluster_by(cursor)?));
    }
    if cursor.eat_words(&["DROP", "CLUSTERING", "KEY"]) {
        return Ok(AlterTableAction::DropClusteringKey);
    }
    if cursor.eat_words(&["SUSPEND", "RECLUSTER"]) || cursor.eat_words(&["RESUME", "RECLUSTER"]) {
        return Ok(AlterTableAction::Recluster);
    }
    if cursor.eat_words(&["DROP", "PRIMARY", "KEY"]) {
        return Ok(AlterTableAction::DropPrimaryKey);
    }
    if cursor.eat_words(&["DROP", "CONSTRAINT"]) {
        return Ok(AlterTableAction::DropConstraint(cursor.ident()?));
    }
    if cursor.eat_word("ADD") {
        if let Some(constraint) = column::table_constraint(cursor)? {
            return Ok(AlterTableAction::AddConstraint(constraint));
        }
        cursor.eat_word("COLUMN");
        let if_not_exists = cursor.eat_words(&["IF", "NOT", "EXISTS"]);
        let columns = cursor.comma_separated(|cursor| {
            cursor.eat_word("COLUMN");
            column::definition(cursor, false)
        })?;
        return Ok(AlterTableAction::AddColumns {
            if_not_exists,
            columns,
        });
    }
    if cursor.eat_word("DROP") {
        cursor.eat_word("COLUMN");
        let if_exists = cursor.if_exists();
        let columns = column::names(cursor)?;
        return Ok(AlterTableAction::DropColumns { if_exists, columns });
    }
    if cursor.eat_one_of(&["ALTER", "MODIFY"]).is_some() {
        let in_parentheses = cursor.eat(&Token::LParen);
        let changes = cursor.comma_separated(alter_column)?;
        if in_parentheses {
            cursor.expect(&Token::RParen)?;
        }
        return Ok(AlterTableAction::AlterColumns(changes));
    }
    if cursor.eat_word("SET") {
        let given = options::read(cursor)?;
        if given.is_empty() {
            return Err(cursor.unexpected());
        }
        options::check_known(&given, &[KEPT, &["COMMENT"]].concat(), "TABLE")?;
        return Ok(AlterTableAction::Set(given));
    }
    if cursor.eat_word("UNSET") {
        return Ok(AlterTableAction::Unset(column::names(cursor)?));
    }
    Err(cursor.unexpected())
}

/// `name TO name`.
fn renamed(cursor: &mut Cursor<'_>) -> Result<(Ident, Ident), SqlError> {
    let from = cursor.ident()?;
    cursor.expect_word("TO")?;
    Ok((from, cursor.ident()?))
}

/// `[COLUMN] name action`.
fn alter_column(cursor: &mut Cursor<'_>) -> Result<(Ident, AlterColumnAction), SqlError> {
    cursor.eat_word("COLUMN");
    let name = cursor.ident()?;
    let span = cursor.span();
    if ["MASKING", "PROJECTION", "TAG"]
        .iter()
        .any(|what| cursor.at_words(&["SET", what]) || cursor.at_words(&["UNSET", what]))
    {
        return Err(SqlError::unsupported("policy or tag of a column", span));
    }
    let action = if cursor.eat_words(&["SET", "DATA", "TYPE"])
        || cursor.eat_words(&["SET", "TYPE"])
        || cursor.eat_word("TYPE")
    {
        let (data_type, span) = cursor.parse(|parser| parser.parse_data_type())?;
        AlterColumnAction::SetType(data_type, span)
    } else if cursor.eat_words(&["SET", "NOT", "NULL"]) || cursor.eat_words(&["NOT", "NULL"]) {
        AlterColumnAction::SetNotNull
    } else if cursor.eat_words(&["DROP", "NOT", "NULL"]) {
        AlterColumnAction::DropNotNull
    } else if cursor.eat_words(&["SET", "DEFAULT"]) {
        let (expression, span) = cursor.parse(|parser| parser.parse_expr())?;
        AlterColumnAction::SetDefault(Box::new(expression), span)
    } else if cursor.eat_words(&["DROP", "DEFAULT"]) {
        AlterColumnAction::DropDefault
    } else if cursor.eat_word("COMMENT") {
        AlterColumnAction::SetComment(cursor.string()?.0)
    } else if cursor.eat_words(&["UNSET", "COMMENT"]) {
        AlterColumnAction::UnsetComment
    } else {
        // `ALTER COLUMN c NUMBER(20)`: the type alone.
        let (data_type, span) = cursor.parse(|parser| parser.parse_data_type())?;
        AlterColumnAction::SetType(data_type, span)
    };
    Ok((name, action))
}
