//! Whether a model has to be built. In: its declaration, what is on record, when its inputs changed. Out: yes or no, and
//! why.

use crate::declare::{Build, Model};
use crate::inventory::TableState;
use crate::record::{Inputs, ModelRecord};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::statement::CreateMode;
use std::collections::BTreeMap;

/// Whether a model has to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It would come out the same.
    Fresh(String),
    /// It has to be built.
    Stale(String),
}

/// Decides whether a model has to be built, by the tables as they are.
pub(crate) fn freshness(
    model: &Model,
    record: Option<&ModelRecord>,
    tables: &BTreeMap<QualifiedName, TableState>,
    today: &str,
) -> Freshness {
    let stale = |why: &str| Freshness::Stale(why.to_owned());
    let Some(state) = tables.get(&model.name) else {
        return stale("it is not there yet");
    };
    let only_if_missing = matches!(
        model.build,
        Build::Create {
            mode: CreateMode::IfNotExists,
            ..
        }
    );
    if only_if_missing {
        return Freshness::Fresh("it is created only if it does not exist".to_owned());
    }
    let Some(record) = record else {
        return stale("there is no record of how it was built");
    };
    if record.definition != model.definition {
        return stale("its definition changed");
    }
    let Some(inputs) = Inputs::of(&model.reads, tables) else {
        let unknown = model.reads.iter().find(|name| {
            tables
                .get(*name)
                .is_none_or(|state| state.altered_micros.is_none())
        });
        let unknown = unknown.map(ToString::to_string).unwrap_or_default();
        return Freshness::Stale(format!("when {unknown} changed is not known"));
    };
    if let Some(changed) = inputs.first_change(&record.inputs) {
        return Freshness::Stale(format!("{changed} changed"));
    }
    if record.altered_micros != state.altered_micros {
        return stale("it was changed by something else");
    }
    if model.reads_clock && record.built_on != today {
        return stale("it reads the date, and a new day has begun");
    }
    Freshness::Fresh("nothing it is built from changed".to_owned())
}
