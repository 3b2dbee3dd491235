//! Auto-ingest over a folder that stands for a bucket: what lands is loaded, whole and once.

use crate::support::{in_memory, run, value};
use snowmelt_engine::bucket::BucketLocation;
use snowmelt_engine::ingest::{Ingest, IngestEvent, IngestOptions};
use snowmelt_engine::{Clock, Engine, Session};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// Nothing takes so long unless it never comes.
const NEVER: Duration = Duration::from_secs(60);

/// Files carry the system's time; what is told by it needs the same clock.
#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "files carry the system's time")]
    fn now_micros(&self) -> i64 {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        i64::try_from(since_1970.as_micros()).unwrap()
    }
}

struct Lake {
    folder: TempDir,
    session: Session,
    engine: Engine,
    events: Receiver<String>,
    ingest: Option<Ingest>,
}

impl Lake {
    /// An engine with the bucket `lake` and, by `script`, its objects; auto-ingest runs.
    fn serving(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("lake/raw")).unwrap();
        let mut options = in_memory(&folder.path().join("stages"));
        let place = BucketLocation::Folder(folder.path().join("lake"));
        options.buckets.insert("lake".to_owned(), place);
        options.clock = Arc::new(SystemClock);
        let engine = Engine::open(options).unwrap();
        let mut session = engine.session().unwrap();
        run(
            &mut session,
            &format!(
                "CREATE DATABASE db; CREATE STAGE st URL = 's3://lake/raw/'; CREATE TABLE t (a INTEGER, b VARCHAR); {script}"
            ),
        )
        .unwrap();
        let mut lake = Self {
            folder,
            session,
            engine,
            events: channel().1,
            ingest: None,
        };
        lake.start();
        lake
    }

    fn start(&mut self) {
        let (sender, events) = channel();
        let sender = std::sync::Mutex::new(sender);
        let observer = Arc::new(move |event: IngestEvent<'_>| {
            // At the end of a test nobody listens.
            _ = sender.lock().unwrap().send(shown(&event));
        });
        let mut options = IngestOptions::new(observer);
        options.settle = Duration::from_millis(300);
        self.events = events;
        self.ingest = Some(Ingest::start(&self.engine, options).unwrap());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("lake/raw").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// Waits for that event, and gives those before it.
    fn await_event(&self, wanted: &str) -> Vec<String> {
        let mut before = Vec::new();
        loop {
            match self.events.recv_timeout(NEVER) {
                Ok(event) if event == wanted => return before,
                Ok(event) => before.push(event),
                Err(_) => panic!("no `{wanted}`, but {before:?}"),
            }
        }
    }

    fn status(&mut self, pipe: &str) -> serde_json::Value {
        let text = value(
            &mut self.session,
            &format!("SELECT SYSTEM$PIPE_STATUS('{pipe}')"),
        );
        serde_json::from_str(&text).unwrap()
    }

    fn table(&mut self, query: &str) -> Vec<String> {
        run(&mut self.session, query)
            .unwrap()
            .into_iter()
            .map(|row| row.join("|"))
            .collect()
    }
}

impl Drop for Lake {
    fn drop(&mut self) {
        if let Some(ingest) = self.ingest.take() {
            ingest.stop(NEVER);
        }
    }
}

fn shown(event: &IngestEvent<'_>) -> String {
    match event {
        IngestEvent::Started { pipe, .. } => format!("started {pipe}"),
        IngestEvent::Ended { pipe } => format!("ended {pipe}"),
        IngestEvent::Read {
            file,
            rows_loaded,
            rows_rejected,
            is_failed,
            ..
        } => {
            let verb = if *is_failed { "failed" } else { "loaded" };
            format!("{verb} {file} {rows_loaded}+{rows_rejected}")
        }
        IngestEvent::Changed { file, .. } => format!("changed {file}"),
        IngestEvent::Trouble { place, message, .. } => format!("trouble {place}: {message}"),
        IngestEvent::Recovered { place } => format!("recovered {place}"),
    }
}

const PIPE: &str =
    "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO t FROM @st/in/ PATTERN = '.*[.]csv'";

#[test]
fn files_are_loaded_as_they_land() {
    let mut lake = Lake::serving(PIPE);
    lake.await_event("started DB.PUBLIC.P");
    lake.write("in/1.csv", "1,x\n");
    lake.await_event("loaded in/1.csv 1+0");
    // By a rename, in a folder that was not there, with a bad record, of another name.
    lake.write("in/2.tmp", "2,x\n");
    fs::rename(lake.path("in/2.tmp"), lake.path("in/2.csv")).unwrap();
    lake.await_event("loaded in/2.csv 1+0");
    lake.write("in/new/folder/3.csv", "3,x\n3,y\n");
    lake.await_event("loaded in/new/folder/3.csv 2+0");
    lake.write("in/4.csv", "4,x\nNOPE,y\n");
    lake.await_event("failed in/4.csv 0+2");
    lake.write("in/5.txt", "5,x\n");
    lake.write("other/5.csv", "5,x\n");
    lake.write("in/6.csv", "6,x\n");
    assert_eq!(lake.await_event("loaded in/6.csv 1+0"), [""; 0]);
    assert_eq!(
        lake.table("SELECT a, COUNT(*) FROM t GROUP BY a ORDER BY a"),
        ["1|1", "2|1", "3|2", "6|1"]
    );
    // The same name with other content is flagged, not loaded.
    lake.write("in/1.csv", "1,x\n100,x\n");
    lake.await_event("changed in/1.csv");
    assert_eq!(lake.table("SELECT COUNT(*) FROM t"), ["5"]);
    let status = lake.status("p");
    assert_eq!(status["executionState"], "RUNNING");
    assert_eq!(status["pendingFileCount"], 0);
    assert_eq!(status["changedFileCount"], 1);
    assert_eq!(status["lastForwardedFilePath"], "in/1.csv");
    assert!(
        status["notificationChannelName"]
            .as_str()
            .unwrap()
            .ends_with("lake`"),
        "{status}"
    );
    for key in [
        "lastIngestedTimestamp",
        "lastReceivedMessageTimestamp",
        "lastForwardedMessageTimestamp",
    ] {
        assert!(status[key].is_string(), "{key} of {status}");
    }
}

#[test]
fn what_landed_while_nobody_watched_is_found() {
    let mut lake = Lake::serving("");
    for number in 0..2_500 {
        lake.write(&format!("in/{number}.csv"), &format!("{number},x\n"));
    }
    // Also a pipe is found that is made meanwhile; and it knows what a COPY has loaded.
    run(&mut lake.session, "COPY INTO t FROM @st/in/7.csv").unwrap();
    run(&mut lake.session, PIPE).unwrap();
    for _ in 0..2_499 {
        while !lake
            .events
            .recv_timeout(NEVER)
            .unwrap()
            .starts_with("loaded")
        {}
    }
    assert_eq!(
        lake.table("SELECT COUNT(*), COUNT(DISTINCT a) FROM t"),
        ["2500|2500"]
    );
    let ingest = lake.ingest.take().unwrap();
    ingest.stop(NEVER);
    lake.write("in/last.csv", "9999,x\n");
    lake.start();
    lake.await_event("loaded in/last.csv 1+0");
    run(&mut lake.session, "DROP PIPE p").unwrap();
    lake.await_event("ended DB.PUBLIC.P");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_still_written_waits_for_its_end() {
    let mut lake = Lake::serving(PIPE);
    // Until an event has come, the folder may not be watched yet.
    for probe in 0.. {
        lake.write(&format!("in/probe{probe}.csv"), "0,x\n");
        lake.await_event(&format!("loaded in/probe{probe}.csv 1+0"));
        if lake.status("p")["lastReceivedMessageTimestamp"].is_string() {
            break;
        }
    }
    let mut slow = fs::File::create(lake.path("in/slow.csv")).unwrap();
    slow.write_all(b"1,first half\n").unwrap();
    slow.flush().unwrap();
    lake.write("in/quick.csv", "2,x\n");
    assert_eq!(lake.await_event("loaded in/quick.csv 1+0"), [""; 0]);
    slow.write_all(b"1,second half\n").unwrap();
    drop(slow);
    lake.await_event("loaded in/slow.csv 2+0");
    assert_eq!(lake.table("SELECT COUNT(*) FROM t WHERE a > 0"), ["3"]);
}

#[test]
fn a_paused_pipe_counts_what_waits_and_a_lost_table_stops_it() {
    let mut lake = Lake::serving(PIPE);
    lake.await_event("started DB.PUBLIC.P");
    run(
        &mut lake.session,
        "ALTER PIPE p SET PIPE_EXECUTION_PAUSED = TRUE;
         CREATE TABLE u (a INTEGER, b VARCHAR);
         CREATE PIPE q AUTO_INGEST = TRUE AS COPY INTO u FROM @st/in/",
    )
    .unwrap();
    for number in 0..3 {
        lake.write(&format!("in/{number}.csv"), "1,x\n");
    }
    let mut loaded = 0;
    while loaded < 3 {
        loaded += usize::from(
            lake.events
                .recv_timeout(NEVER)
                .unwrap()
                .starts_with("loaded"),
        );
    }
    // The other pipe has loaded them; the same watch offered them to this one.
    let status = lake.status("p");
    assert_eq!(status["executionState"], "PAUSED");
    assert_eq!(status["pendingFileCount"], 3);
    assert_eq!(status["oldestPendingFilePath"], "in/0.csv");
    assert_eq!(lake.table("SELECT COUNT(*) FROM t"), ["0"]);
    run(&mut lake.session, "DROP TABLE t").unwrap();
    run(
        &mut lake.session,
        "ALTER PIPE p SET PIPE_EXECUTION_PAUSED = FALSE",
    )
    .unwrap();
    let before = lake
        .await_event("trouble DB.PUBLIC.P: Table 'DB.PUBLIC.T' does not exist or not authorized.");
    assert!(before.is_empty(), "{before:?}");
    assert_eq!(lake.status("p")["executionState"], "STOPPED_MISSING_TABLE");
    run(&mut lake.session, "CREATE TABLE t (a INTEGER, b VARCHAR)").unwrap();
    lake.await_event("loaded in/2.csv 1+0");
    assert_eq!(lake.table("SELECT COUNT(*) FROM t"), ["3"]);
}

#[test]
fn a_folder_that_goes_away_and_comes_back_is_watched_again() {
    let mut lake = Lake::serving(PIPE);
    lake.write("in/1.csv", "1,x\n");
    lake.await_event("loaded in/1.csv 1+0");
    let root = lake.folder.path().join("lake");
    fs::rename(&root, lake.folder.path().join("elsewhere")).unwrap();
    fs::create_dir(&root).unwrap();
    lake.write("in/2.csv", "2,x\n");
    lake.await_event("loaded in/2.csv 1+0");
    lake.write("in/3.csv", "3,x\n");
    lake.await_event("loaded in/3.csv 1+0");
    assert_eq!(lake.table("SELECT SUM(a) FROM t"), ["6"]);
}
