//! Loads, views and models, each as soon as all before it are done, several side by side. In: the graph. Out: lines in
//! the order of the files.
//!
//! One thread hands out the work and puts builds on record; the others run statements, each in a session of its own.

use super::apply::Applied;
use super::load::{PipeStatus, pipe_status};
use super::{Run, RunEvent, seconds_between};
use crate::declare::{Context, Model};
use crate::error::{ErrorKind, PipelineError};
use crate::inventory::{TableState, table_states};
use crate::place::Place;
use crate::plan::prepare::{Item, Prepared, name_of};
use crate::plan::stale::{Freshness, freshness};
use crate::plan::{ChangeAction, ObjectChange, RunPlan};
use crate::record::ModelRecord;
use crate::report::{LineAction, LineKind, ReportLine};
use crate::session::Session;
use snowmelt_sql::QualifiedName;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often progress is asked for.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// What came of the work.
#[derive(Debug, Default)]
pub(super) struct Worked {
    /// In the order of the files.
    pub(super) lines: Vec<ReportLine>,
    /// What went wrong beside the work itself.
    pub(super) errors: Vec<PipelineError>,
}

/// A piece of work that was done.
struct Done {
    index: usize,
    /// None where there is nothing to say.
    line: Option<ReportLine>,
    record: Option<ModelRecord>,
    /// Tables whose state was read anew.
    states: BTreeMap<QualifiedName, TableState>,
}

/// How a piece of work stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Waiting,
    Running,
    /// Done, or there was nothing to do.
    Done,
    /// Failed, or skipped because of that one.
    Failed(String),
}

impl Run<'_> {
    /// Does all selected work.
    pub(super) fn schedule(
        &self,
        prepared: &mut Prepared,
        plan: &RunPlan,
        applied: Applied,
        settings: &[(Place, Context)],
        session: &mut Session<'_>,
    ) -> Worked {
        let mut worked = Worked::default();
        if let Applied::All { changed: true } = applied
            && let Err(error) = reread(prepared, session)
        {
            worked.errors.push(error);
            return worked;
        }
        let mut record_tables = std::mem::take(&mut prepared.record_tables);
        let shared = Shared {
            run: self,
            prepared: &*prepared,
            plan,
            states: Mutex::new(prepared.inventory.tables.clone()),
        };
        let mut coordinator = Coordinator::new(&shared, &applied);
        let (jobs, inbox) = channel::<usize>();
        let inbox = Arc::new(Mutex::new(inbox));
        let (report, outbox) = channel::<Done>();
        std::thread::scope(|scope| {
            let workers = self.sessions().min(coordinator.lines.len());
            for _ in 0..workers {
                let (inbox, report, shared) = (Arc::clone(&inbox), report.clone(), &shared);
                scope.spawn(move || work(shared, settings, &inbox, &report));
            }
            drop(report);
            coordinator.hand_out(&jobs);
            while coordinator.running > 0 {
                let Some(done) = coordinator.receive(&outbox, session) else {
                    break;
                };
                let mut records = Vec::new();
                for mut done in std::iter::once(done).chain(outbox.try_iter()) {
                    let name = name_of(
                        &shared.prepared.items[done.index],
                        &shared.prepared.declarations,
                    );
                    records.extend(done.record.take().map(|record| (name.clone(), record)));
                    coordinator.finish(done);
                }
                // The workers first, then the books.
                coordinator.hand_out(&jobs);
                if let Err(error) = record_tables.write_models(session, &records) {
                    let error = PipelineError::from_target(error).with_detail(
                        "a build could not be put on record: the next run builds the model again",
                    );
                    worked.errors.push(error);
                }
            }
            drop(jobs);
        });
        worked.lines = coordinator.into_lines();
        let states = shared
            .states
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        prepared.inventory.tables = states;
        prepared.record_tables = record_tables;
        worked
    }
}

/// Reads the states of all tables again, after declarations were applied.
fn reread(prepared: &mut Prepared, session: &mut Session<'_>) -> Result<(), PipelineError> {
    let declarations = &prepared.declarations;
    let models = declarations
        .models
        .iter()
        .flat_map(|model| model.reads.iter().chain([&model.name]));
    let loads = declarations.loads.iter().map(|load| &load.table);
    let databases: BTreeSet<String> = models
        .chain(loads)
        .map(|name| name.database.clone())
        .collect();
    for database in databases {
        let states = table_states(session, &database, None).map_err(PipelineError::from_target)?;
        prepared
            .inventory
            .tables
            .retain(|name, _| name.database != database);
        prepared.inventory.tables.extend(states);
    }
    Ok(())
}

/// What all threads see.
struct Shared<'a> {
    run: &'a Run<'a>,
    prepared: &'a Prepared,
    plan: &'a RunPlan,
    /// The tables as they were read last.
    states: Mutex<BTreeMap<QualifiedName, TableState>>,
}

impl Shared<'_> {
    fn freshness(&self, model: &Model) -> Freshness {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let record = self.prepared.records.models.get(&model.name);
        freshness(model, record, &states, &self.prepared.inventory.today)
    }
}

/// Hands out the work.
struct Coordinator<'a> {
    shared: &'a Shared<'a>,
    standing: Vec<Standing>,
    lines: Vec<Option<ReportLine>>,
    waiting: VecDeque<usize>,
    running: usize,
}

impl<'a> Coordinator<'a> {
    fn new(shared: &'a Shared<'a>, applied: &Applied) -> Self {
        let prepared = shared.prepared;
        let mut coordinator = Self {
            shared,
            standing: vec![Standing::Waiting; prepared.items.len()],
            lines: vec![None; prepared.items.len()],
            waiting: prepared.graph.order.iter().copied().collect(),
            running: 0,
        };
        if let Applied::Failed(name) = applied {
            for index in 0..prepared.items.len() {
                coordinator.fail(index, name.clone());
            }
            // A pipe that was to be changed has its line already.
            for (index, line) in coordinator.lines.iter_mut().enumerate() {
                let (kind, name) = kind_and_name(prepared, index);
                let is_changed = |change: &&ObjectChange| {
                    change.kind == kind
                        && change.name == name
                        && change.action != ChangeAction::Keep
                };
                if kind == LineKind::Pipe
                    && shared.plan.changes.iter().any(|change| is_changed(&change))
                {
                    *line = None;
                }
            }
            coordinator.waiting.clear();
        }
        coordinator
    }

    /// Hands out everything that is ready, and decides what needs no work.
    fn hand_out(&mut self, jobs: &Sender<usize>) {
        let shared = self.shared;
        let mut later = VecDeque::new();
        while let Some(index) = self.waiting.pop_front() {
            if shared.run.options.is_cancelled() {
                self.lines[index] = Some(ReportLine {
                    why: Some("stopped on request".to_owned()),
                    ..self.line(index, LineAction::Skipped)
                });
                self.standing[index] = Standing::Failed("the run was stopped".to_owned());
                continue;
            }
            let before = &shared.prepared.graph.before[index];
            let failed = before
                .iter()
                .find_map(|before| match &self.standing[*before] {
                    Standing::Failed(name) => Some(name.clone()),
                    Standing::Waiting | Standing::Running | Standing::Done => None,
                });
            let is_settled = before.iter().all(|before| {
                matches!(self.standing[*before], Standing::Done | Standing::Failed(_))
            });
            if !shared.prepared.selected[index] {
                // What the run is not about is as it is.
                self.standing[index] = Standing::Done;
            } else if !is_settled {
                // Also where an input failed already: the first one in the files is named, not the first in time.
                later.push_back(index);
            } else if let Some(name) = failed {
                self.fail(index, name);
            } else {
                match self.idle_line(index) {
                    Some(line) => {
                        if let Some(line) = &line {
                            shared.run.observer.event(&RunEvent::Finished(line));
                        }
                        self.lines[index] = line;
                        self.standing[index] = Standing::Done;
                    }
                    None => {
                        self.standing[index] = Standing::Running;
                        self.running += 1;
                        // The workers listen as long as the sender lives.
                        let _ = jobs.send(index);
                    }
                }
            }
        }
        self.waiting = later;
    }

    /// The line of something that needs no work; `None` if it does.
    fn idle_line(&self, index: usize) -> Option<Option<ReportLine>> {
        let prepared = self.shared.prepared;
        match prepared.items[index] {
            Item::Load(_) => None,
            Item::View(view) => {
                let change = &self.shared.plan.changes[prepared.view_changes[view]];
                (change.action == ChangeAction::Keep)
                    .then(|| Some(self.line(index, LineAction::Unchanged)))
            }
            Item::Model(model) => {
                let model = &prepared.declarations.models[model];
                if self.shared.run.options.full_refresh {
                    return None;
                }
                match self.shared.freshness(model) {
                    Freshness::Stale(_) => None,
                    Freshness::Fresh(why) => {
                        let states = self
                            .shared
                            .states
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner);
                        Some(Some(ReportLine {
                            rows: states.get(&model.name).and_then(|state| state.rows),
                            why: Some(why),
                            ..self.line(index, LineAction::Unchanged)
                        }))
                    }
                }
            }
        }
    }

    /// The next piece of work that is done. While waiting it asks how far the pipes are, if somebody wants to know.
    fn receive(&self, outbox: &Receiver<Done>, session: &mut Session<'_>) -> Option<Done> {
        loop {
            let pipes = self.running_pipes();
            if pipes.is_empty() || !self.shared.run.observer.wants_progress() {
                return outbox.recv().ok();
            }
            match outbox.recv_timeout(PROGRESS_EVERY) {
                Ok(done) => return Some(done),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => self.tell_progress(&pipes, session),
            }
        }
    }

    fn running_pipes(&self) -> Vec<&QualifiedName> {
        let prepared = self.shared.prepared;
        let running = prepared.items.iter().zip(&self.standing);
        running
            .filter_map(|(item, standing)| match item {
                Item::Load(load) if *standing == Standing::Running => {
                    let load = &prepared.declarations.loads[*load];
                    load.is_pipe.then_some(&load.name)
                }
                Item::Load(_) | Item::View(_) | Item::Model(_) => None,
            })
            .collect()
    }

    /// Progress is a courtesy: a target that does not answer is no error here.
    fn tell_progress(&self, pipes: &[&QualifiedName], session: &mut Session<'_>) {
        let statuses: Vec<String> = pipes.iter().map(|pipe| pipe_status(pipe)).collect();
        let Ok(rows) = session.execute(&format!("SELECT {}", statuses.join(", "))) else {
            return;
        };
        for (pipe, status) in pipes.iter().zip(rows.rows.into_iter().flatten()) {
            let status = PipeStatus::parse(&status.unwrap_or_default());
            self.shared.run.observer.event(&RunEvent::Waiting {
                name: &pipe.to_string(),
                files_pending: status.files_pending,
            });
        }
    }

    fn finish(&mut self, done: Done) {
        self.running -= 1;
        let mut states = self
            .shared
            .states
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        states.extend(done.states);
        drop(states);
        let name = name_of(
            &self.shared.prepared.items[done.index],
            &self.shared.prepared.declarations,
        );
        let has_failed = done
            .line
            .as_ref()
            .is_some_and(|line| matches!(line.action, LineAction::Failed | LineAction::Skipped));
        self.standing[done.index] = if has_failed {
            Standing::Failed(name.to_string())
        } else {
            Standing::Done
        };
        self.lines[done.index] = done.line;
    }

    fn fail(&mut self, index: usize, name: String) {
        let line = ReportLine {
            why: Some(format!("{name} failed")),
            ..self.line(index, LineAction::Skipped)
        };
        if self.shared.prepared.selected[index] {
            self.shared.run.observer.event(&RunEvent::Finished(&line));
            self.lines[index] = Some(line);
        }
        self.standing[index] = Standing::Failed(name);
    }

    fn line(&self, index: usize, action: LineAction) -> ReportLine {
        let (kind, name) = kind_and_name(self.shared.prepared, index);
        line(kind, name, action)
    }

    fn into_lines(self) -> Vec<ReportLine> {
        self.lines.into_iter().flatten().collect()
    }
}

/// What a worker does until there is no more to do.
fn work(
    shared: &Shared<'_>,
    settings: &[(Place, Context)],
    inbox: &Mutex<Receiver<usize>>,
    report: &Sender<Done>,
) {
    let mut session = Session::new(shared.run.target, settings);
    loop {
        let next = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(index) = next else { return };
        let done = piece(shared, index, &mut session);
        if let Some(line) = &done.line {
            shared.run.observer.event(&RunEvent::Finished(line));
        }
        if report.send(done).is_err() {
            return;
        }
    }
}

/// Does one piece of work.
fn piece(shared: &Shared<'_>, index: usize, session: &mut Session<'_>) -> Done {
    let prepared = shared.prepared;
    let (kind, name) = kind_and_name(prepared, index);
    let mut done = Done {
        index,
        line: None,
        record: None,
        states: BTreeMap::new(),
    };
    match prepared.items[index] {
        Item::View(view) => {
            let change = prepared.view_changes[view];
            done.line = Some(shared.run.change(
                &shared.plan.changes[change],
                &prepared.steps[change],
                session,
            ));
        }
        Item::Load(load) => {
            shared
                .run
                .observer
                .event(&RunEvent::Started { kind, name: &name });
            let load = &prepared.declarations.loads[load];
            let mut line = shared.run.load(load, session);
            if line.action == LineAction::Loaded {
                match table_states(session, &load.table.database, Some(&[&load.table])) {
                    Ok(states) => done.states.extend(states),
                    Err(error) => {
                        line.action = LineAction::Failed;
                        line.error = Some(PipelineError::from_target(error));
                    }
                }
            }
            done.line = Some(line);
        }
        Item::Model(model) => {
            shared
                .run
                .observer
                .event(&RunEvent::Started { kind, name: &name });
            let model = &prepared.declarations.models[model];
            let why = match shared.freshness(model) {
                _ if shared.run.options.full_refresh => "full refresh".to_owned(),
                Freshness::Stale(why) | Freshness::Fresh(why) => why,
            };
            let started = shared.run.clock.now_micros();
            let mut line = line(kind, name, LineAction::Rebuilt);
            match shared.run.build(model, &prepared.inventory.today, session) {
                Ok(built) => {
                    line.rows = built.record.rows;
                    line.why = Some(why);
                    done.record = Some(built.record);
                    done.states = built.states;
                }
                Err(error) => {
                    line.action = match error.kind {
                        ErrorKind::Cancelled => LineAction::Skipped,
                        ErrorKind::User | ErrorKind::Destructive | ErrorKind::Environment => {
                            LineAction::Failed
                        }
                    };
                    line.error = Some(error);
                }
            }
            line.seconds = seconds_between(started, shared.run.clock.now_micros());
            done.line = Some(line);
        }
    }
    done
}

fn kind_and_name(prepared: &Prepared, index: usize) -> (LineKind, String) {
    let item = &prepared.items[index];
    let kind = match item {
        Item::Load(load) if prepared.declarations.loads[*load].is_pipe => LineKind::Pipe,
        Item::Load(_) => LineKind::Copy,
        Item::View(_) => LineKind::View,
        Item::Model(_) => LineKind::Model,
    };
    (kind, name_of(item, &prepared.declarations).to_string())
}

fn line(kind: LineKind, name: String, action: LineAction) -> ReportLine {
    ReportLine {
        kind,
        name,
        action,
        rows: None,
        rows_rejected: None,
        files: None,
        seconds: 0.0,
        why: None,
        error: None,
    }
}
