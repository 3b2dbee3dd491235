//! Views in a deploy. In: what is prepared. Out: their order, and which of them wait for a model to be built.

use crate::plan::prepare::{Item, Prepared};
use crate::plan::{ChangeAction, Note};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::Object;
use std::collections::BTreeSet;

/// Where the views stand among the plan's changes, each after those it reads.
pub(super) fn in_order(prepared: &Prepared) -> Vec<usize> {
    let order = prepared.graph.order.iter();
    order
        .filter_map(|index| match prepared.items[*index] {
            Item::View(view) => Some(prepared.view_changes[view]),
            Item::Load(_) | Item::Model(_) => None,
        })
        .collect()
}

/// Takes those views out of the plan that read something which is not there and which no deploy makes: a model.
pub(super) fn leave(prepared: &mut Prepared) {
    let mut there: BTreeSet<QualifiedName> = prepared.inventory.tables.keys().cloned().collect();
    for declared in &prepared.declarations.objects {
        if let Object::Table(table) = &declared.object {
            there.insert(table.name.clone());
        }
    }
    for &item in &prepared.graph.order {
        let Item::View(view) = prepared.items[item] else {
            continue;
        };
        let index = prepared.view_changes[view];
        let view = &prepared.declarations.views[view];
        let missing = view.reads.iter().find(|name| !there.contains(*name));
        let change = &mut prepared.plan.changes[index];
        match missing {
            None => {
                there.insert(view.name.clone());
            }
            Some(missing) if change.action != ChangeAction::Keep => {
                let message = format!(
                    "view `{}` is made by the first `snowmelt run`: it reads `{missing}`, which is not built yet",
                    view.name
                );
                let place = Some(change.place.clone());
                change.keep();
                prepared.steps[index].clear();
                prepared.notes.push(Note { message, place });
            }
            Some(_) => {}
        }
    }
}
