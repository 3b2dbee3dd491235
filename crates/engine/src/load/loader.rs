//! Files into a table, with their history and rejects, in one transaction.
//!
//! In: files of a stage, and how they are to be loaded. Out: a report on each; the rows of those that were loaded, the
//! ledger's entries and the rejects are committed together. A pass that turns out to be for nothing (a file that must be
//! skipped, a number that needs a wider column) is rolled back and done again without it.

use super::reject::{Reject, Rejects};
use super::scan::{FileFailure, FileOutcome, LoadFile, Outcome, Scan, ScanPlan, Tolerance};
use super::shape::{LoadShape, ValueSettings};
use super::value::Fault;
use crate::catalog::{CatalogView, Definition, Key};
use crate::error::{EngineError, EngineErrorKind, Result, intern};
use crate::execute::widen;
use crate::ledger::{self, FileRecord, LoadStatus, Owner};
use crate::session::{Session, Writer};
use crate::stage::{StagedFile, StagedPlace};
use snowmelt_sql::object::{CopyInto, FileFormat, Table};
use snowmelt_sql::{QualifiedName, Span, SqlError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How files are to be loaded.
pub(crate) struct Loader {
    /// The resolved COPY.
    pub(crate) copy: CopyInto,
    /// Its file format.
    pub(crate) format: FileFormat,
    /// Where the files are.
    pub(crate) place: StagedPlace,
    /// How many bad records a file may have.
    pub(crate) tolerance: Tolerance,
    /// What the session sets that changes what values mean.
    pub(crate) settings: ValueSettings,
    /// The pipe that loads; `None`: a COPY.
    pub(crate) pipe_id: Option<i64>,
    /// When the pipe was told of the files.
    pub(crate) received_at_micros: Option<i64>,
    /// The statement's query id.
    pub(crate) query_id: String,
}

/// What became of one file.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "one a file, and most are the large one"
)]
pub(crate) enum FileReport {
    /// It was read; the ledger has it.
    Read(FileRecord),
    /// Another session loaded it meanwhile.
    AlreadyLoaded,
    /// It is gone, or not the one that was listed. The ledger knows nothing of it.
    Unavailable(FileFailure),
}

/// Where the rows of a transaction that the user opened wait until it is known that all of them may stay.
const STAGED_ROWS: &str = "temp.main.snowmelt_load";
/// How often a load is tried again because of what it finds.
const MOST_PASSES: usize = 1000;

/// What passes have found so far that the next one must know.
#[derive(Default)]
struct Findings {
    /// Columns to be widened first.
    widen: BTreeSet<String>,
    /// Files are read in order.
    in_order: bool,
    /// Files that the next pass leaves out, and why.
    settled: BTreeMap<usize, Settled>,
    /// The rejects of those files.
    rejects: Vec<(usize, Rejects)>,
}

/// What is known of a file that is not read again.
#[expect(
    clippy::large_enum_variant,
    reason = "one a file, and most are the large one"
)]
enum Settled {
    Bad(FileOutcome),
    AlreadyLoaded,
}

/// What a pass comes to.
enum Pass {
    Done(Vec<FileReport>),
    Again,
}

impl Loader {
    /// Loads some files, all in one transaction.
    ///
    /// # Errors
    /// ABORT_STATEMENT and a bad record; a bucket that does not answer; a table that is not there any more. Then nothing of
    /// it stays.
    pub(crate) fn load(
        &self,
        session: &mut Session,
        files: &[StagedFile],
    ) -> Result<Vec<FileReport>> {
        let key = Key::relation(&self.copy.table);
        let mut findings = Findings::default();
        for _ in 0..MOST_PASSES {
            session.check_interrupt()?;
            session.lock(&key)?;
            let pass = self.pass(session, &key, files, &mut findings);
            // Loads one after the other let others write in between.
            session.unlock();
            match pass {
                Ok(Pass::Done(reports)) => return Ok(reports),
                Ok(Pass::Again) => {}
                Err(error) if self.can_be_told_apart(session, &error, files) => {
                    return files
                        .iter()
                        .map(|file| self.load_one(session, file))
                        .collect();
                }
                Err(error) => return Err(error),
            }
        }
        Err(EngineError::internal("a load does not come to an end"))
    }

    /// Whether an expression of a transformation failed on one of several files, and others are to be loaded.
    fn can_be_told_apart(
        &self,
        session: &Session,
        error: &EngineError,
        files: &[StagedFile],
    ) -> bool {
        error.kind == EngineErrorKind::Data
            && !self.copy.source.transform.is_empty()
            && self.tolerance != Tolerance::None
            && files.len() > 1
            && !session.in_transaction()
    }

    fn load_one(&self, session: &mut Session, file: &StagedFile) -> Result<FileReport> {
        let mut reports = self.load(session, std::slice::from_ref(file))?;
        reports
            .pop()
            .ok_or_else(|| EngineError::internal("a file has no report"))
    }

    /// One transaction: or none, if it finds that it must be done again.
    fn pass(
        &self,
        session: &mut Session,
        key: &Key,
        files: &[StagedFile],
        findings: &mut Findings,
    ) -> Result<Pass> {
        let catalog = session.catalog();
        // Query ids can be many, and no load looks at them.
        let query_ids = std::mem::take(&mut session.context.last_query_ids);
        let context = session.context.clone();
        session.context.last_query_ids = query_ids;
        let staged = session.in_transaction() || !session.autocommit();
        let mut again = false;
        let done = session.write(|writer| {
            let work = Work {
                loader: self,
                catalog: &catalog,
                context: &context,
                files,
                staged,
            };
            match work.run(writer, key, findings)? {
                Pass::Done(reports) => Ok(reports),
                Pass::Again => {
                    again = true;
                    Err(EngineError::internal("the pass is done again"))
                }
            }
        });
        match done {
            Ok(reports) => Ok(Pass::Done(reports)),
            Err(_) if again => Ok(Pass::Again),
            Err(error) => Err(error),
        }
    }
}

/// What one pass works with.
struct Work<'a> {
    loader: &'a Loader,
    catalog: &'a CatalogView,
    context: &'a snowmelt_sql::SessionContext,
    files: &'a [StagedFile],
    /// In a transaction of the user's: rows are not written into the table before all are known to be good.
    staged: bool,
}

impl Work<'_> {
    fn run(&self, writer: &mut Writer<'_>, key: &Key, findings: &mut Findings) -> Result<Pass> {
        let owner = self.owner(writer, key)?;
        self.leave_out_loaded(writer, &owner, findings)?;
        let columns: Vec<String> = findings.widen.iter().cloned().collect();
        let relation = widen(writer, key, &columns)?;
        let table = table_of(writer, key, &self.loader.copy.table)?;
        let chosen: Vec<usize> = (0..self.files.len())
            .filter(|index| !findings.settled.contains_key(index))
            .collect();
        let mut outcomes = BTreeMap::new();
        let mut scan = None;
        if !chosen.is_empty() {
            let (read, outcome) = self.read(writer, &table, &relation, &chosen, findings)?;
            match outcome {
                Some(found) => outcomes = chosen.iter().copied().zip(found).collect(),
                None => return Ok(Pass::Again),
            }
            scan = Some(read);
        }
        writer.touch(key);
        let reports = self.reports(writer, outcomes, findings);
        self.record(writer, &owner, &reports, scan.as_deref(), &chosen, findings)?;
        Ok(Pass::Done(reports))
    }

    fn owner(&self, writer: &Writer<'_>, key: &Key) -> Result<Owner> {
        let entry = writer
            .entry(key)
            .ok_or_else(|| no_table(&self.loader.copy.table))?;
        Ok(Owner {
            table_id: entry.id,
            table: self.loader.copy.table.clone(),
            pipe_id: self.loader.pipe_id,
            query_id: self.loader.query_id.clone(),
            received_at_micros: self.loader.received_at_micros,
        })
    }

    /// The lock of the table is held: what another session has loaded by now is in the ledger.
    fn leave_out_loaded(
        &self,
        writer: &Writer<'_>,
        owner: &Owner,
        findings: &mut Findings,
    ) -> Result<()> {
        if self.loader.copy.options.force {
            return Ok(());
        }
        let seen = self
            .loader
            .seen_of(writer.connection, owner.table_id, self.files)?;
        for (index, file) in self.files.iter().enumerate() {
            if seen.is_loaded(file) {
                findings.settled.insert(index, Settled::AlreadyLoaded);
            }
        }
        Ok(())
    }

    /// Runs the pass over the chosen files. `None`: it must be done again, with the new findings.
    fn read(
        &self,
        writer: &mut Writer<'_>,
        table: &Table,
        relation: &str,
        chosen: &[usize],
        findings: &mut Findings,
    ) -> Result<(Arc<Scan>, Option<Vec<FileOutcome>>)> {
        let loader = self.loader;
        let shape = LoadShape::new(
            &loader.copy,
            &loader.format,
            table,
            &loader.settings,
            self.catalog,
            self.context,
        )?;
        let scan = Arc::new(Scan::new(ScanPlan {
            target: Arc::clone(&shape.target),
            format: shape.format.clone(),
            files: chosen
                .iter()
                .map(|index| self.load_file(&self.files[*index]))
                .collect(),
            tolerance: loader.tolerance,
            started_at_micros: self.context.statement_started_at_micros,
            zone: loader.settings.zone().clone(),
            threads: threads(writer),
            in_order: findings.in_order,
            block_bytes: super::block::BLOCK_BYTES,
        }));
        let registered = writer.engine.shared.loading.scans.put(Arc::clone(&scan));
        let from = format!(
            "snowmelt_scan({}) AS t0({})",
            registered.id,
            shape.scan_columns.join(", ")
        );
        let inserted = self.insert(writer, relation, &shape, &from);
        drop(registered);
        let outcome = scan.outcome();
        let inserted = match inserted {
            Ok(inserted) => inserted,
            Err(error) if shape.is_transformed && !self.staged => {
                return self.after_bad_transform(error, table, &scan, chosen, findings);
            }
            Err(error) => return Err(error),
        };
        let outcomes = match outcome {
            Outcome::Read(outcomes) => outcomes,
            Outcome::Widen(columns) => {
                let names = columns
                    .into_iter()
                    .map(|index| shape.target.columns[index].name.clone());
                findings.widen.extend(names);
                return Ok((scan, None));
            }
            Outcome::Recount => {
                findings.in_order = true;
                return Ok((scan, None));
            }
            Outcome::Abort(reject) => return Err(self.aborted(&reject, chosen)),
            Outcome::Unavailable(error) => return Err(unavailable(error)),
            Outcome::Unfinished => {
                return Err(EngineError::internal(
                    "DuckDB did not read a load to its end",
                ));
            }
        };
        if let Some(failure) = self.abort_by_file(&outcomes, chosen) {
            return Err(failure);
        }
        if settle_bad(&outcomes, chosen, findings) {
            keep_rejects(&scan, &outcomes, chosen, findings)?;
            return Ok((scan, None));
        }
        let rows: u64 = outcomes.iter().map(|outcome| outcome.rows).sum();
        if inserted != rows {
            return Err(EngineError::internal(format!(
                "{rows} rows were read and {inserted} were inserted"
            )));
        }
        if self.staged {
            let columns = &shape.insert_columns;
            writer.run(&format!(
                "INSERT INTO {relation} ({columns}) SELECT * FROM {STAGED_ROWS}; DROP TABLE {STAGED_ROWS}"
            ))?;
        }
        Ok((scan, Some(outcomes)))
    }

    /// Runs the statement that takes the scan's rows, and gives their number.
    fn insert(
        &self,
        writer: &Writer<'_>,
        relation: &str,
        shape: &LoadShape,
        from: &str,
    ) -> Result<u64> {
        let (columns, select) = (&shape.insert_columns, &shape.select);
        if self.staged {
            writer.run(&format!(
                "CREATE OR REPLACE TEMP TABLE snowmelt_load AS SELECT {select} FROM {from}"
            ))?;
            let sql = format!("SELECT count(*) FROM {STAGED_ROWS}");
            return Ok(writer.connection.query_row(&sql, [], |row| row.get(0))?);
        }
        let sql = format!("INSERT INTO {relation} ({columns}) SELECT {select} FROM {from}");
        Ok(writer.connection.execute(&sql, [])? as u64)
    }

    /// An expression of a transformation failed: DuckDB does not say on which record. A number that is too long for its
    /// column widens it; anything else is the fault of the file, found by loading files one by one.
    fn after_bad_transform(
        &self,
        error: EngineError,
        table: &Table,
        scan: &Arc<Scan>,
        chosen: &[usize],
        findings: &mut Findings,
    ) -> Result<(Arc<Scan>, Option<Vec<FileOutcome>>)> {
        if error.kind != EngineErrorKind::Data {
            return Err(error);
        }
        let narrow = table
            .columns
            .iter()
            .filter(|column| column.narrow && column.data_type.physical(false) != "BIGINT");
        let narrow: Vec<String> = narrow.map(|column| column.name.clone()).collect();
        if error.code == "100039" && narrow.iter().any(|name| !findings.widen.contains(name)) {
            findings.widen.extend(narrow);
            return Ok((Arc::clone(scan), None));
        }
        let [only] = chosen else { return Err(error) };
        if self.loader.tolerance == Tolerance::None {
            return Err(error);
        }
        let outcome = FileOutcome {
            rows: 0,
            rejected: 0,
            blank: 0,
            first_reject: None,
            failure: Some(FileFailure::Damaged(error.message)),
            is_bad: true,
        };
        findings.settled.insert(*only, Settled::Bad(outcome));
        Ok((Arc::clone(scan), None))
    }

    fn load_file(&self, file: &StagedFile) -> LoadFile {
        LoadFile {
            path: file.object.path.clone(),
            content_key: file.object.etag.clone(),
            last_modified_micros: file.object.last_modified_micros,
            source: self.loader.place.bucket.source(&file.object),
        }
    }

    /// ABORT_STATEMENT and a file that cannot be read as a whole.
    fn abort_by_file(&self, outcomes: &[FileOutcome], chosen: &[usize]) -> Option<EngineError> {
        if self.loader.tolerance != Tolerance::None {
            return None;
        }
        let (outcome, index) = outcomes
            .iter()
            .zip(chosen)
            .find(|(outcome, _)| outcome.failure.is_some())?;
        let file = &self.files[*index];
        let failure = outcome.failure.as_ref()?;
        Some(file_error(failure, file))
    }

    /// ABORT_STATEMENT and a bad record: the error that Snowflake gives.
    fn aborted(&self, reject: &Reject, chosen: &[usize]) -> EngineError {
        let file = chosen
            .get(reject.file)
            .map_or("", |index| self.files[*index].object.path.as_str());
        let column = reject
            .column_name
            .as_ref()
            .map(|name| format!(", column {name}"))
            .unwrap_or_default();
        let message = format!(
            "{}\n  File '{file}', line {}, character {}\n  Row {}{column}\n  If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option. For more information on loading options, please run 'info loading_data' in a SQL client.",
            reject.error, reject.line, reject.character, reject.row_number
        );
        EngineError::data(
            intern(&reject.code.to_string()),
            intern(&reject.sqlstate),
            message,
        )
    }

    fn reports(
        &self,
        writer: &Writer<'_>,
        mut outcomes: BTreeMap<usize, FileOutcome>,
        findings: &Findings,
    ) -> Vec<FileReport> {
        (0..self.files.len())
            .map(
                |index| match (findings.settled.get(&index), outcomes.remove(&index)) {
                    (Some(Settled::AlreadyLoaded), _) | (None, None) => FileReport::AlreadyLoaded,
                    (Some(Settled::Bad(outcome)), _) => match &outcome.failure {
                        Some(failure @ (FileFailure::Missing | FileFailure::Changed)) => {
                            FileReport::Unavailable(failure.clone())
                        }
                        _ => FileReport::Read(self.file_record(
                            writer,
                            &self.files[index],
                            outcome,
                            false,
                        )),
                    },
                    (None, Some(outcome)) => FileReport::Read(self.file_record(
                        writer,
                        &self.files[index],
                        &outcome,
                        true,
                    )),
                },
            )
            .collect()
    }

    fn file_record(
        &self,
        writer: &Writer<'_>,
        file: &StagedFile,
        outcome: &FileOutcome,
        is_loaded: bool,
    ) -> FileRecord {
        let parsed = outcome.rows + outcome.rejected;
        let loaded = if is_loaded { outcome.rows } else { 0 };
        let unreadable = outcome.failure.as_ref().map(FileFailure::to_string);
        let first = outcome.first_reject.as_ref();
        let status = match (loaded, outcome.rejected) {
            _ if !is_loaded => LoadStatus::LoadFailed,
            (_, 0) => LoadStatus::Loaded,
            (0, _) => LoadStatus::LoadFailed,
            _ => LoadStatus::PartiallyLoaded,
        };
        FileRecord {
            id: writer.engine.shared.loading.next_load_id(),
            location: file.location.clone(),
            stage_location: self.loader.place.stage_location(),
            file_name: file.relative.clone(),
            etag: file.object.etag.clone(),
            size_bytes: file.object.size,
            last_modified_micros: file.object.last_modified_micros,
            status,
            rows_parsed: parsed,
            rows_blank: outcome.blank,
            rows_loaded: loaded,
            rows_rejected: parsed - loaded,
            error_count: outcome.rejected + u64::from(unreadable.is_some()),
            error_limit: self.loader.tolerance.error_limit(parsed),
            first_error_line: first.map(|reject| reject.line),
            first_error_character: first.map(|reject| reject.character),
            first_error_column: first.and_then(|reject| reject.column_name.clone()),
            first_error: unreadable.or_else(|| first.map(|reject| reject.error.clone())),
        }
    }

    fn record(
        &self,
        writer: &Writer<'_>,
        owner: &Owner,
        reports: &[FileReport],
        scan: Option<&Scan>,
        chosen: &[usize],
        findings: &mut Findings,
    ) -> Result<()> {
        let mut records = Vec::new();
        let mut places = BTreeMap::new();
        for (index, report) in reports.iter().enumerate() {
            if let FileReport::Read(record) = report {
                places.insert(index, records.len());
                records.push(record.clone());
            }
        }
        let kept = std::mem::take(&mut findings.rejects);
        let now = writer.engine.now_micros();
        ledger::record(
            writer.connection,
            owner,
            &records,
            |each| {
                for (index, rejects) in &kept {
                    if let Some(place) = places.get(index) {
                        rejects.drain(|reject| each(*place, reject).map_err(LedgerError))?;
                    }
                }
                let Some(scan) = scan else { return Ok(()) };
                scan.rejects().drain(|reject| {
                    let place = chosen.get(reject.file).and_then(|index| places.get(index));
                    match place {
                        Some(place) => each(*place, reject).map_err(LedgerError),
                        None => Ok(()),
                    }
                })?;
                Ok(())
            },
            now,
        )
    }
}

impl Loader {
    /// Refuses what the table, the format and the options do not allow together, before any file is looked at.
    ///
    /// # Errors
    /// What is refused; the table is not there.
    pub(crate) fn check(&self, session: &Session) -> Result<()> {
        let catalog = session.catalog();
        match catalog
            .entry(&Key::relation(&self.copy.table))
            .map(|entry| &entry.definition)
        {
            Some(Definition::Table(table)) => {
                let context = &session.context;
                LoadShape::new(
                    &self.copy,
                    &self.format,
                    table,
                    &self.settings,
                    &catalog,
                    context,
                )
                .map(drop)
            }
            _ => Err(no_table(&self.copy.table)),
        }
    }
}

/// Files with too many bad records, or that cannot be read, are left out of the next pass; whether there are any.
fn settle_bad(outcomes: &[FileOutcome], chosen: &[usize], findings: &mut Findings) -> bool {
    let mut found = false;
    for (outcome, index) in outcomes.iter().zip(chosen) {
        if outcome.is_bad || outcome.failure.is_some() {
            findings
                .settled
                .insert(*index, Settled::Bad(outcome.clone()));
            found = true;
        }
    }
    found
}

/// Keeps the rejects of files that are not read again.
fn keep_rejects(
    scan: &Scan,
    outcomes: &[FileOutcome],
    chosen: &[usize],
    findings: &mut Findings,
) -> Result<()> {
    let mut kept: BTreeMap<usize, Rejects> = BTreeMap::new();
    scan.rejects().drain(|reject| {
        let is_bad = outcomes
            .get(reject.file)
            .is_some_and(|file| file.is_bad || file.failure.is_some());
        if let (true, Some(index)) = (is_bad, chosen.get(reject.file)) {
            kept.entry(*index).or_default().push(reject);
        }
        Ok::<(), LedgerError>(())
    })?;
    findings.rejects.extend(kept);
    Ok(())
}

/// An error while rejects are passed on: the temporary file's, or the ledger's.
struct LedgerError(EngineError);

impl From<std::io::Error> for LedgerError {
    fn from(error: std::io::Error) -> Self {
        Self(
            EngineError::new(
                EngineErrorKind::Resources,
                "300005",
                "53100",
                "the rejected records of a load cannot be kept for a while",
            )
            .with_detail(error.to_string())
            .with_hint("free space in the system's temporary folder"),
        )
    }
}

impl From<LedgerError> for EngineError {
    fn from(error: LedgerError) -> Self {
        error.0
    }
}

fn table_of(writer: &Writer<'_>, key: &Key, name: &QualifiedName) -> Result<Arc<Table>> {
    match writer.entry(key).map(|entry| &entry.definition) {
        Some(Definition::Table(table)) => Ok(Arc::clone(table)),
        _ => Err(no_table(name)),
    }
}

fn no_table(name: &QualifiedName) -> EngineError {
    SqlError::does_not_exist("Table", name, Span::default()).into()
}

fn threads(writer: &Writer<'_>) -> usize {
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    writer.engine.options().threads.unwrap_or_else(available)
}

/// A bucket that does not answer, or another error that is no file's fault.
pub(super) fn unavailable(error: std::io::Error) -> EngineError {
    match error.downcast::<crate::bucket::BucketError>() {
        Ok(bucket) => bucket.into(),
        Err(error) => EngineError::storage("a staged file cannot be read")
            .with_detail(error.to_string())
            .with_hint("check the bucket, and this user's right to read it"),
    }
}

/// A file that cannot be read as a whole.
fn file_error(failure: &FileFailure, file: &StagedFile) -> EngineError {
    let path = &file.object.path;
    match failure {
        FileFailure::Missing => {
            let message = missing_file(&file.shown);
            EngineError::data("091016", "22000", message)
        }
        FileFailure::Changed => {
            EngineError::storage(format!("`{path}` was written again while it was loaded"))
                .with_hint("run the statement again")
        }
        FileFailure::Damaged(reason) => {
            let fault = Fault::other(100_177, format!("`{path}` cannot be decompressed"));
            EngineError::data("100177", fault.sqlstate, fault.message).with_detail(reason)
        }
    }
}

/// What Snowflake says of a file that FILES names and that is not there.
pub(crate) fn missing_file(name: &str) -> String {
    format!(
        "Remote file '{name}' was not found. If you are running a copy command, please make sure files are not deleted when they are being loaded or files are not being loaded into two different tables concurrently with auto purge option."
    )
}
