//! Everything a run is decided by, read and put together once. In: a project and a target. Out: [`Prepared`].

use super::change::{self, Step};
use super::stale::{Freshness, freshness};
use super::{Note, PlannedLoad, PlannedModel, RunPlan};
use crate::declare::{Declarations, Model};
use crate::error::PipelineError;
use crate::graph::{Cycle, Graph, Work};
use crate::inventory::{self, Inventory, OnTarget};
use crate::project::Project;
use crate::record::{RecordTables, Records};
use crate::report::LineKind;
use crate::run::RunOptions;
use crate::select::select;
use crate::session::Session;
use crate::target::Target;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::Object;
use std::collections::BTreeSet;

/// What a run is decided by.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) declarations: Declarations,
    pub(crate) inventory: Inventory,
    pub(crate) records: Records,
    pub(crate) record_tables: RecordTables,
    /// Loads, views and models, in the order of the files.
    pub(crate) items: Vec<Item>,
    /// Which of them comes before which.
    pub(crate) graph: Graph,
    /// Which of them the run is about. Views always are.
    pub(crate) selected: Vec<bool>,
    /// What the run will do.
    pub(crate) plan: RunPlan,
    /// For each of the plan's changes the statements that make it.
    pub(crate) steps: Vec<Vec<Step>>,
    /// For each view its place among the plan's changes.
    pub(crate) view_changes: Vec<usize>,
    pub(crate) notes: Vec<Note>,
}

/// A piece of work, by its place in the declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    /// Of `loads`.
    Load(usize),
    /// Of `views`.
    View(usize),
    /// Of `models`.
    Model(usize),
}

impl Prepared {
    /// Reads the files and the target; nothing is written.
    pub(crate) fn new(
        project: &Project,
        target: &dyn Target,
        options: &RunOptions,
    ) -> Result<Self, Vec<PipelineError>> {
        let one = |error| vec![error];
        let mut session = Session::new(target, &[]);
        let declarations = Declarations::read(&project.sql, &mut OnTarget(&mut session))?;
        let (items, graph) = work(&declarations).map_err(one)?;
        let names: Vec<_> = items
            .iter()
            .map(|item| answers_to(item, &declarations))
            .collect();
        let mut selected = select(&options.select, &names, &graph).map_err(one)?;
        for (item, selected) in items.iter().zip(&mut selected) {
            *selected |= matches!(item, Item::View(_));
        }
        let from_target = |error| vec![PipelineError::from_target(error)];
        let inventory = inventory::read(&mut session, &declarations).map_err(from_target)?;
        let mut databases: BTreeSet<&str> = declarations
            .models
            .iter()
            .map(|model| model.name.database.as_str())
            .collect();
        let home = home(&declarations);
        databases.extend(home.as_deref());
        let (records, record_tables) =
            Records::read(&mut session, &inventory, databases).map_err(from_target)?;
        let mut prepared = Self {
            notes: declarations.notes.clone(),
            declarations,
            inventory,
            records,
            record_tables,
            items,
            graph,
            selected,
            plan: RunPlan::default(),
            steps: Vec::new(),
            view_changes: Vec::new(),
        };
        let changes = change::plan(&prepared, &mut session).map_err(from_target)?;
        (prepared.plan.changes, prepared.steps) = changes.changes.into_iter().unzip();
        prepared.view_changes = changes.views;
        prepared.notes.extend(changes.notes);
        prepared.plan.loads = prepared.loads();
        prepared.plan.models = prepared.models(options.full_refresh);
        Ok(prepared)
    }

    /// Whether a model has to be built, by the tables as they were read.
    pub(crate) fn freshness(&self, model: &Model) -> Freshness {
        freshness(
            model,
            self.records.models.get(&model.name),
            &self.inventory.tables,
            &self.inventory.today,
        )
    }

    /// The database in which runs and checks are put on record.
    pub(crate) fn home(&self) -> Option<String> {
        home(&self.declarations)
    }

    fn loads(&self) -> Vec<PlannedLoad> {
        self.items
            .iter()
            .zip(&self.selected)
            .filter_map(|(item, selected)| match item {
                Item::Load(index) => {
                    let load = &self.declarations.loads[*index];
                    Some(PlannedLoad {
                        kind: if load.is_pipe {
                            LineKind::Pipe
                        } else {
                            LineKind::Copy
                        },
                        name: load.name.to_string(),
                        selected: *selected,
                    })
                }
                Item::View(_) | Item::Model(_) => None,
            })
            .collect()
    }

    fn models(&self, full_refresh: bool) -> Vec<PlannedModel> {
        let mut planned = Vec::new();
        let mut rebuilt: Vec<Option<&QualifiedName>> = vec![None; self.items.len()];
        for &index in &self.graph.order {
            let Item::Model(model) = self.items[index] else {
                // What is built anew before a view is new to what comes after it.
                rebuilt[index] = self.graph.before[index]
                    .iter()
                    .find_map(|before| rebuilt[*before]);
                continue;
            };
            let model = &self.declarations.models[model];
            let before = self.graph.before[index]
                .iter()
                .find_map(|before| rebuilt[*before]);
            let (rebuild, why) = if !self.selected[index] {
                (false, "it was not selected".to_owned())
            } else if full_refresh {
                (true, "full refresh".to_owned())
            } else {
                match (self.freshness(model), before) {
                    (Freshness::Stale(why), _) => (true, why),
                    (Freshness::Fresh(_), Some(before)) if !model.is_only_if_missing() => {
                        (true, format!("{before} is built before it"))
                    }
                    (Freshness::Fresh(why), _) => (false, why),
                }
            };
            rebuilt[index] = rebuild.then_some(&model.name);
            planned.push(PlannedModel {
                name: model.name.to_string(),
                rebuild,
                why,
            });
        }
        planned
    }
}

/// The database of the first model, else the first that is declared.
fn home(declarations: &Declarations) -> Option<String> {
    let model = declarations
        .models
        .first()
        .map(|model| model.name.database.clone());
    model.or_else(|| {
        declarations
            .objects
            .iter()
            .find_map(|declared| match &declared.object {
                Object::Database(database) => Some(database.name.clone()),
                Object::Schema(schema) => Some(schema.database.clone()),
                Object::Table(table) => Some(table.name.database.clone()),
                Object::Pipe(pipe) => Some(pipe.name.database.clone()),
                Object::View(view) => Some(view.name.database.clone()),
                Object::Warehouse(_)
                | Object::Integration(_)
                | Object::Stage(_)
                | Object::FileFormat(_)
                | Object::Sequence(_)
                | Object::Function(_) => None,
            })
    })
}

/// The pieces of work and their order.
pub(crate) fn work(declarations: &Declarations) -> Result<(Vec<Item>, Graph), PipelineError> {
    let loads = declarations.loads.iter().enumerate();
    let loads = loads.map(|(index, load)| (load.statement.order, Item::Load(index)));
    let views = declarations.views.iter().enumerate();
    let views = views.map(|(index, view)| (view.declared.statement.order, Item::View(index)));
    let models = declarations.models.iter().enumerate();
    let models = models.map(|(index, model)| (model.statement.order, Item::Model(index)));
    let mut ordered: Vec<(usize, Item)> = loads.chain(views).chain(models).collect();
    ordered.sort_by_key(|(order, _)| *order);
    let items: Vec<Item> = ordered.into_iter().map(|(_, item)| item).collect();
    let work: Vec<Work<QualifiedName>> = items
        .iter()
        .map(|item| match item {
            Item::Load(index) => Work {
                reads: Vec::new(),
                writes: vec![declarations.loads[*index].table.clone()],
            },
            Item::View(index) => {
                let view = &declarations.views[*index];
                Work {
                    reads: view.reads.iter().cloned().collect(),
                    writes: vec![view.name.clone()],
                }
            }
            Item::Model(index) => {
                let model = &declarations.models[*index];
                Work {
                    reads: model.reads.iter().chain(&model.views).cloned().collect(),
                    writes: vec![model.name.clone()],
                }
            }
        })
        .collect();
    match Graph::new(&work) {
        Ok(graph) => Ok((items, graph)),
        Err(Cycle(path)) => Err(cycle(&path, &items, declarations)),
    }
}

fn cycle(path: &[usize], items: &[Item], declarations: &Declarations) -> PipelineError {
    let names: Vec<String> = path
        .iter()
        .map(|index| name_of(&items[*index], declarations).to_string())
        .collect();
    let place = path.first().map(|index| match items[*index] {
        Item::Load(index) => declarations.loads[index].statement.place.clone(),
        Item::View(index) => declarations.views[index].declared.statement.place.clone(),
        Item::Model(index) => declarations.models[index].statement.place.clone(),
    });
    let first = names.first().cloned().unwrap_or_default();
    let message = if names.len() == 1 {
        format!("`{first}` is built from itself")
    } else {
        let steps: Vec<String> = names
            .iter()
            .chain([&first])
            .map(|name| format!("`{name}`"))
            .collect();
        format!(
            "models are built from each other: {}",
            steps.join(" reads ")
        )
    };
    let error = PipelineError::user(message).with_hint(
        "give the step in between a name of its own, so that there is a first one to build",
    );
    match place {
        Some(place) => error.at(place),
        None => error,
    }
}

/// The name of a piece of work.
pub(crate) fn name_of<'a>(item: &Item, declarations: &'a Declarations) -> &'a QualifiedName {
    match item {
        Item::Load(index) => &declarations.loads[*index].name,
        Item::Model(index) => &declarations.models[*index].name,
        Item::View(index) => &declarations.views[*index].name,
    }
}

fn answers_to(item: &Item, declarations: &Declarations) -> Vec<QualifiedName> {
    match item {
        Item::Load(index) => {
            let load = &declarations.loads[*index];
            vec![load.name.clone(), load.table.clone()]
        }
        Item::View(_) | Item::Model(_) => vec![name_of(item, declarations).clone()],
    }
}
