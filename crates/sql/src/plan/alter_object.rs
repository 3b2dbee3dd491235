//! ALTER of databases, schemas, integrations, views, stages, file formats and sequences.

use super::property::property;
use super::resolve::{Resolver, noun};
use super::{Plan, file_format, stage};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::{
    Credentials, Function, Integration, NamedFileFormat, Object, ObjectKind, ObjectPath,
    Properties, PropertyValue, Sequence, Stage, View, base_name,
};
use crate::parse::options::{boolean, invalid_value, text_list, unknown};
use crate::parse::{database, integration, stage as parse_stage};
use crate::span::Span;
use crate::statement::{AlterObject, AlterObjectAction, OptionValue, Options};

/// ALTER.
pub(super) fn plan(alter: &AlterObject, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let path = resolver.path(alter.kind, &alter.name)?;
    let span = alter.name.span();
    if !resolver.exists(alter.kind, &path) {
        return match alter.if_exists {
            true => Ok(Plan::Nothing),
            false => Err(SqlError::does_not_exist(
                noun(alter.kind),
                path.shown(alter.kind),
                span,
            )),
        };
    }
    let change = Change {
        kind: alter.kind,
        action: &alter.action,
        signature: match alter.kind {
            ObjectKind::Function => {
                let name = &alter.name.last().value;
                &name[base_name(name).len()..]
            }
            _ => "",
        },
        span,
        resolver,
    };
    let (catalog, mut credentials) = (resolver.catalog, None);
    let object = match (alter.kind, &path) {
        (ObjectKind::View, ObjectPath::Full(name)) => match catalog.relation(name) {
            Some(crate::catalog::Relation::View(view)) => {
                Object::View(change.view((*view).clone())?)
            }
            _ => return Err(SqlError::does_not_exist("View", path, span)),
        },
        (ObjectKind::Stage, ObjectPath::Full(name)) => match catalog.stage(name) {
            Some(stage) => {
                let (stage, given) = change.stage((*stage).clone())?;
                credentials = given;
                Object::Stage(stage)
            }
            None => return Err(SqlError::does_not_exist("Stage", path, span)),
        },
        (ObjectKind::FileFormat, ObjectPath::Full(name)) => match catalog.file_format(name) {
            Some(format) => Object::FileFormat(change.file_format((*format).clone())?),
            None => return Err(SqlError::does_not_exist("File format", path, span)),
        },
        (ObjectKind::Sequence, ObjectPath::Full(name)) => match catalog.sequence(name) {
            Some(sequence) => Object::Sequence(change.sequence((*sequence).clone())?),
            None => return Err(SqlError::does_not_exist("Sequence", path, span)),
        },
        (ObjectKind::Function, ObjectPath::Full(name)) => match resolver.function(name) {
            Some(function) => Object::Function(change.function((*function).clone())?),
            None => {
                return Err(SqlError::does_not_exist(
                    "Function",
                    path.shown(alter.kind),
                    span,
                ));
            }
        },
        (ObjectKind::Integration, ObjectPath::Account(name)) => match catalog.integration(name) {
            Some(integration) => Object::Integration(change.integration((*integration).clone())?),
            None => return Err(SqlError::does_not_exist("Integration", path, span)),
        },
        _ => return change.properties(path),
    };
    Ok(Plan::AlterObject {
        path,
        object,
        credentials,
    })
}

struct Change<'a> {
    kind: ObjectKind,
    action: &'a AlterObjectAction,
    /// Of a function: the types of its parameters, which a new name keeps.
    signature: &'a str,
    span: Span,
    resolver: Resolver<'a>,
}

impl Change<'_> {
    /// The object's new full name, if it gets one; nothing of its kind may have it.
    fn new_name(&self) -> Result<Option<crate::name::QualifiedName>, SqlError> {
        let AlterObjectAction::RenameTo(name) = self.action else {
            return Ok(None);
        };
        let mut full = self.resolver.new_name(name)?;
        if self.kind == ObjectKind::Function {
            full.name.push_str(self.signature);
        }
        let path = ObjectPath::Full(full.clone());
        let taken = match self.kind {
            ObjectKind::View => self.resolver.is_relation(&path),
            kind => self.resolver.exists(kind, &path),
        };
        match taken {
            true => Err(SqlError::already_exists(full, name.span())),
            false => Ok(Some(full)),
        }
    }

    fn view(&self, mut view: View) -> Result<View, SqlError> {
        const KNOWN: &[&str] = &["CHANGE_TRACKING", "COMMENT", "SECURE"];
        if let Some(name) = self.new_name()? {
            // Names in its query resolve against the view's own schema.
            if (&name.database, &name.schema) != (&view.name.database, &view.name.schema) {
                return Err(SqlError::unsupported(
                    "ALTER VIEW … RENAME TO another schema",
                    self.span,
                ));
            }
            view.name = name;
        }
        for (key, value) in self.set() {
            match key.value.as_str() {
                "COMMENT" => view.comment = Some(text("COMMENT", value)?),
                "SECURE" => view.secure = boolean("SECURE", value)?,
                "CHANGE_TRACKING" => {
                    let value = PropertyValue::Boolean(boolean("CHANGE_TRACKING", value)?);
                    view.properties.insert(key.value.clone(), value);
                }
                _ => return Err(unknown(key, KNOWN, "VIEW")),
            }
        }
        self.unset_comment_of(&mut view.comment, &mut view.properties, KNOWN)?;
        Ok(view)
    }

    fn stage(&self, mut stage: Stage) -> Result<(Stage, Option<Credentials>), SqlError> {
        if let Some(name) = self.new_name()? {
            stage.name = name;
        }
        let mut credentials = None;
        if let AlterObjectAction::Set(options) = self.action {
            let settings = parse_stage::settings(options.clone())?;
            stage::set(&mut stage, &settings, self.span, self.resolver)?;
            credentials = settings.credentials;
        }
        self.unset_comment_of(&mut stage.comment, &mut stage.properties, &["COMMENT"])?;
        Ok((stage, credentials))
    }

    fn file_format(&self, mut format: NamedFileFormat) -> Result<NamedFileFormat, SqlError> {
        if let Some(name) = self.new_name()? {
            format.name = name;
        }
        if let AlterObjectAction::Set(options) = self.action {
            let mut options = options.clone();
            if let Some(at) = options.iter().position(|(key, _)| key.value == "COMMENT") {
                let (_, value) = options.remove(at);
                format.comment = Some(text("COMMENT", &value)?);
            }
            format.format = file_format::change(&format.format, &options)?;
        }
        let mut none = Properties::new();
        self.unset_comment_of(&mut format.comment, &mut none, &["COMMENT"])?;
        Ok(format)
    }

    fn sequence(&self, mut sequence: Sequence) -> Result<Sequence, SqlError> {
        const KNOWN: &[&str] = &["COMMENT", "INCREMENT"];
        if let Some(name) = self.new_name()? {
            sequence.name = name;
        }
        for (key, value) in self.set() {
            match (key.value.as_str(), value) {
                ("COMMENT", value) => sequence.comment = Some(text("COMMENT", value)?),
                ("ORDERED", value) => sequence.ordered = boolean("ORDER", value)?,
                ("INCREMENT", OptionValue::Number(digits, _)) => {
                    sequence.increment = digits
                        .parse()
                        .map_err(|_| invalid_value("INCREMENT", value))?;
                }
                _ => return Err(unknown(key, KNOWN, "SEQUENCE")),
            }
        }
        let mut none = Properties::new();
        self.unset_comment_of(&mut sequence.comment, &mut none, &["COMMENT"])?;
        Ok(sequence)
    }

    fn function(&self, mut function: Function) -> Result<Function, SqlError> {
        const KNOWN: &[&str] = &["COMMENT", "SECURE"];
        if let Some(name) = self.new_name()? {
            function.name = name;
        }
        for (key, value) in self.set() {
            match key.value.as_str() {
                "COMMENT" => function.comment = Some(text("COMMENT", value)?),
                "SECURE" => function.secure = boolean("SECURE", value)?,
                _ => return Err(unknown(key, KNOWN, "FUNCTION")),
            }
        }
        let mut none = Properties::new();
        self.unset_comment_of(&mut function.comment, &mut none, &["COMMENT"])?;
        Ok(function)
    }

    fn integration(&self, mut changed: Integration) -> Result<Integration, SqlError> {
        let known = [
            integration::KEPT,
            &[
                "COMMENT",
                "ENABLED",
                "STORAGE_ALLOWED_LOCATIONS",
                "STORAGE_BLOCKED_LOCATIONS",
            ],
        ]
        .concat();
        if let AlterObjectAction::RenameTo(_) = self.action {
            return Err(SqlError::unsupported(
                "ALTER STORAGE INTEGRATION … RENAME TO",
                self.span,
            ));
        }
        for (key, value) in self.set() {
            let name = key.value.as_str();
            match name {
                "COMMENT" => changed.comment = Some(text(name, value)?),
                "ENABLED" => changed.enabled = boolean(name, value)?,
                "STORAGE_ALLOWED_LOCATIONS" => changed.allowed_locations = text_list(name, value)?,
                "STORAGE_BLOCKED_LOCATIONS" => changed.blocked_locations = text_list(name, value)?,
                _ if integration::KEPT.contains(&name) => {
                    changed.properties.insert(name.to_owned(), property(value));
                }
                _ => return Err(unknown(key, &known, "STORAGE INTEGRATION")),
            }
        }
        for name in self.unset() {
            match name.value.as_str() {
                "COMMENT" => changed.comment = None,
                "ENABLED" => changed.enabled = false,
                "STORAGE_BLOCKED_LOCATIONS" => changed.blocked_locations.clear(),
                other if integration::KEPT.contains(&other) => {
                    changed.properties.remove(other);
                }
                _ => return Err(unknown(name, &known, "STORAGE INTEGRATION")),
            }
        }
        Ok(changed)
    }

    /// A database or schema: the engine merges the properties.
    fn properties(&self, path: ObjectPath) -> Result<Plan, SqlError> {
        if let AlterObjectAction::RenameTo(_) = self.action {
            return Err(SqlError::unsupported(
                format!("ALTER {} … RENAME TO", self.kind),
                self.span,
            ));
        }
        let noun = self.kind.to_string();
        let known = [database::KEPT, &["COMMENT"]].concat();
        let mut set = Vec::new();
        for (key, value) in self.set() {
            match key.value.as_str() {
                "COMMENT" => {
                    let comment = PropertyValue::Text(text("COMMENT", value)?);
                    set.push(("COMMENT".to_owned(), comment));
                }
                "MANAGED_ACCESS" if self.kind == ObjectKind::Schema => {
                    set.push((key.value.clone(), property(value)));
                }
                name if known.contains(&name) => set.push((name.to_owned(), property(value))),
                _ => return Err(unknown(key, &known, &noun)),
            }
        }
        let mut unset = Vec::new();
        for name in self.unset() {
            if !known.contains(&name.value.as_str()) {
                return Err(unknown(name, &known, &noun));
            }
            unset.push(name.value.clone());
        }
        Ok(Plan::AlterProperties {
            kind: self.kind,
            path,
            set,
            unset,
        })
    }

    fn set(&self) -> &Options {
        const NONE: &Options = &Vec::new();
        match self.action {
            AlterObjectAction::Set(options) => options,
            AlterObjectAction::RenameTo(_) | AlterObjectAction::Unset(_) => NONE,
        }
    }

    fn unset(&self) -> &[Ident] {
        match self.action {
            AlterObjectAction::Unset(names) => names,
            AlterObjectAction::RenameTo(_) | AlterObjectAction::Set(_) => &[],
        }
    }

    fn unset_comment_of(
        &self,
        comment: &mut Option<String>,
        properties: &mut Properties,
        known: &[&str],
    ) -> Result<(), SqlError> {
        for name in self.unset() {
            match name.value.as_str() {
                "COMMENT" => *comment = None,
                other if known.contains(&other) => {
                    properties.remove(other);
                }
                _ => return Err(unknown(name, known, &self.kind.to_string())),
            }
        }
        Ok(())
    }
}

fn text(key: &str, value: &OptionValue) -> Result<String, SqlError> {
    match value {
        OptionValue::Text(text, _) => Ok(text.clone()),
        other => Err(invalid_value(key, other)),
    }
}
