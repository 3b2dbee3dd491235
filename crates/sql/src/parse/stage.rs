//! CREATE STAGE.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::{file_format, options};
use crate::error::SqlError;
use crate::object::{Credentials, TableKind};
use crate::statement::{CreateStage, OptionValue, Options, StageSettings, Statement};

const KNOWN: &[&str] = &[
    "AWS_ACCESS_POINT_ARN",
    "COMMENT",
    "COPY_OPTIONS",
    "CREDENTIALS",
    "DIRECTORY",
    "ENCRYPTION",
    "ENDPOINT",
    "FILE_FORMAT",
    "STORAGE_INTEGRATION",
    "URL",
    "USE_PRIVATELINK_ENDPOINT",
];

/// What follows CREATE [TEMPORARY] STAGE.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("STAGE", &[TableKind::Temporary])?;
    modifiers.not_or_alter("STAGE")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    modifiers.if_not_exists(cursor)?;
    if cursor.at_word("CLONE") {
        return Err(SqlError::unsupported("CREATE STAGE … CLONE", cursor.span()));
    }
    let given = options::read_with_tags(cursor)?;
    let settings = settings(given)?;
    Ok(Statement::CreateStage(CreateStage {
        mode: modifiers.mode,
        temporary: modifiers.kind == TableKind::Temporary,
        name,
        settings,
    }))
}

/// What CREATE STAGE and ALTER STAGE … SET give.
pub(crate) fn settings(mut given: Options) -> Result<StageSettings, SqlError> {
    options::check_known(&given, KNOWN, "STAGE")?;
    let url = match options::take(&mut given, "URL") {
        None => None,
        Some(OptionValue::Text(url, span)) => Some((url, span)),
        Some(other) => return Err(options::invalid_value("URL", &other)),
    };
    let integration =
        options::take_name(&mut given, "STORAGE_INTEGRATION")?.map(|name| name.last().clone());
    let credentials = match options::take(&mut given, "CREDENTIALS") {
        None => None,
        Some(OptionValue::Options(given, _)) => Some(credentials(given)?),
        Some(other) => return Err(options::invalid_value("CREDENTIALS", &other)),
    };
    let file_format = options::take(&mut given, "FILE_FORMAT")
        .map(file_format::of_value)
        .transpose()?;
    let directory = match given
        .iter()
        .find(|(key, _)| key.value == "DIRECTORY")
        .map(|(_, value)| value)
    {
        None => None,
        Some(OptionValue::Options(given, _)) => Some(directory(given)?),
        Some(other) => return Err(options::invalid_value("DIRECTORY", other)),
    };
    if let Some((_, OptionValue::Options(encryption, _))) =
        given.iter().find(|(key, _)| key.value == "ENCRYPTION")
    {
        check_encryption(encryption)?;
    }
    if let Some((key, _)) = given.iter().find(|(key, _)| key.value == "COPY_OPTIONS") {
        return Err(SqlError::unsupported("COPY_OPTIONS of a stage", key.span)
            .with_hint("give the copy options in COPY INTO or in the pipe"));
    }
    let comment = options::take_text(&mut given, "COMMENT")?;
    Ok(StageSettings {
        url,
        integration,
        credentials,
        file_format,
        directory,
        comment,
        options: given,
    })
}

/// CREDENTIALS = (AWS_KEY_ID = '…' AWS_SECRET_KEY = '…' [AWS_TOKEN = '…']). Errors never show a value.
pub(super) fn credentials(mut given: Options) -> Result<Credentials, SqlError> {
    const KNOWN: &[&str] = &["AWS_KEY_ID", "AWS_SECRET_KEY", "AWS_TOKEN", "AWS_ROLE"];
    options::check_known(&given, KNOWN, "CREDENTIALS")?;
    if let Some((key, _)) = given.iter().find(|(key, _)| key.value == "AWS_ROLE") {
        return Err(
            SqlError::unsupported("CREDENTIALS = (AWS_ROLE = …)", key.span)
                .with_hint("use a storage integration"),
        );
    }
    let span = given
        .iter()
        .fold(crate::span::Span::default(), |span, (key, _)| {
            span.union(key.span)
        });
    let mut text = |key: &str| match options::take(&mut given, key) {
        None => Ok(None),
        Some(OptionValue::Text(text, _)) => Ok(Some(text)),
        Some(other) => Err(SqlError::compilation(
            "001008",
            "22023",
            format!("invalid value for parameter '{key}'"),
            other.span(),
        )),
    };
    let (key_id, secret_key, token) = (
        text("AWS_KEY_ID")?,
        text("AWS_SECRET_KEY")?,
        text("AWS_TOKEN")?,
    );
    match (key_id, secret_key) {
        (Some(key_id), Some(secret_key)) => Ok(Credentials {
            key_id,
            secret_key,
            token,
        }),
        _ => Err(SqlError::compilation(
            "002029",
            "42601",
            "Missing option(s): [AWS_KEY_ID, AWS_SECRET_KEY]",
            span,
        )),
    }
}

/// DIRECTORY = (ENABLE = TRUE [AUTO_REFRESH = …] [REFRESH_ON_CREATE = …]).
fn directory(given: &Options) -> Result<bool, SqlError> {
    const KNOWN: &[&str] = &[
        "AUTO_REFRESH",
        "AWS_SNS_TOPIC",
        "ENABLE",
        "NOTIFICATION_INTEGRATION",
        "REFRESH_ON_CREATE",
    ];
    options::check_known(given, KNOWN, "DIRECTORY")?;
    match given.iter().find(|(key, _)| key.value == "ENABLE") {
        Some((_, value)) => options::boolean("ENABLE", value),
        None => Ok(false),
    }
}

/// Server-side encryption is the bucket's own affair and kept; a key of the client's would have to be used.
fn check_encryption(given: &Options) -> Result<(), SqlError> {
    options::check_known(given, &["KMS_KEY_ID", "MASTER_KEY", "TYPE"], "ENCRYPTION")?;
    match given.iter().find(|(key, value)| {
        key.value == "MASTER_KEY"
            || matches!(value, OptionValue::Text(text, _) | OptionValue::Word(text, _) if text.eq_ignore_ascii_case("AWS_CSE"))
    }) {
        Some((key, _)) => Err(SqlError::unsupported("client-side encryption", key.span)),
        None => Ok(()),
    }
}
