//! `snowmelt upload`. In: local files. Out: the same files in the bucket, where the project's pipes look for them.

mod destination;
mod files;

use crate::context::{Context, DATA_FOLDER};
use crate::failure::{Exit, Failure};
use crate::human::{bytes, counted, duration};
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::progress;
use crate::warehouse;
use destination::Destination;
use files::Planned;
use snowmelt_engine::bucket::{
    self, Bucket, BucketError, BucketLocation, UploadEvent, UploadOutcome,
};
use snowmelt_pipeline::Project;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Copies local files into the bucket, where the project's pipes look for them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A file goes where its name says: sales_2026-11-24.json to the prefix that the pipe of `sales` reads.
What is there already with the same content is left alone, so an upload that was broken off goes on
where it was. Credentials for S3 come from AWS's own chain: environment, profile, instance role.

Examples:
  snowmelt upload                                        all of data/
  snowmelt upload ~/exports/sales_2026-11-24.json
  snowmelt upload ~/exports --to s3://my-ecommerce-bucket/raw/sales/")]
pub(crate) struct Upload {
    /// Files and folders [default: the project's data/]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where all of them go, instead of where their names say
    #[arg(long, value_name = "s3://BUCKET/PREFIX/")]
    to: Option<String>,
    /// How many files are sent at a time
    #[arg(long, value_name = "COUNT", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

/// How an upload is done.
pub(super) struct UploadOptions {
    /// Where all files go; nothing: where their names say.
    to: Option<Destination>,
    jobs: usize,
    /// Whether each file gets a line where no progress bar is drawn.
    names_files: bool,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self {
            to: None,
            jobs: 8,
            names_files: false,
        }
    }
}

impl Upload {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let project = context.load_project(&context.project_dir()?)?;
        let to = self.to.as_deref().map(destination_of_url).transpose()?;
        let paths = match self.paths.is_empty() {
            true => vec![project.root.join(DATA_FOLDER)],
            false => self.paths,
        };
        let options = UploadOptions {
            to,
            jobs: self.jobs.into(),
            names_files: true,
        };
        let interrupt = Interrupt::listen(context.printer)?;
        upload(
            context.printer,
            &project,
            &paths,
            options,
            &interrupt.flag(),
        )
    }
}

/// Uploads files and folders, with a progress bar, and says what was done.
pub(super) fn upload(
    printer: &Printer,
    project: &Project,
    paths: &[PathBuf],
    options: UploadOptions,
    cancel: &AtomicBool,
) -> Result<(), Failure> {
    let started = Instant::now();
    let destinations = match options.to {
        Some(_) => Vec::new(),
        None => destination::of_files(&project.sql),
    };
    let planned = files::plan(printer, paths, options.to.as_ref(), &destinations)?;
    let total = planned.iter().map(|file| file.size).sum();
    let bar = progress::bytes(printer, "uploading", total);
    let mut sum = UploadOutcome::default();
    for (name, files) in by_bucket(planned) {
        // A bucket that the project does not place is on AWS under its own name.
        let aws = BucketLocation::S3 {
            endpoint: None,
            region: None,
            bucket: None,
        };
        let location = warehouse::buckets(project).remove(&name).unwrap_or(aws);
        if let BucketLocation::Folder(folder) = &location {
            fs::create_dir_all(folder)
                .map_err(|error| Failure::file("make the folder", folder, error))?;
        }
        let bucket = Bucket::open(&name, &location)?;
        let told = |event: UploadEvent<'_>| match event {
            UploadEvent::Uploaded(file, size) => {
                bar.inc(size);
                let line = format!(
                    "{} -> s3://{name}/{} ({})",
                    file.source.display(),
                    file.path,
                    bytes(size)
                );
                match options.names_files && !printer.draws_progress() {
                    true => printer.say(line),
                    false => printer.detail(line),
                }
            }
            UploadEvent::Unchanged(file, size) => {
                bar.inc(size);
                printer.detail(format_args!("{} is there already", file.source.display()));
            }
        };
        let outcome = bucket::upload(&bucket, &files, options.jobs, cancel, &told)?;
        sum.uploaded += outcome.uploaded;
        sum.uploaded_bytes += outcome.uploaded_bytes;
        sum.unchanged += outcome.unchanged;
        sum.left += outcome.left;
    }
    bar.finish_and_clear();
    printer.say(summary(&sum, started));
    match sum.left {
        0 => Ok(()),
        left => Err(Failure::other(format!(
            "stopped on request with {} left",
            counted(left, "file")
        ))
        .with_hint("upload again: what is there already is left alone")),
    }
}

fn destination_of_url(url: &str) -> Result<Destination, Failure> {
    Destination::parse(url).ok_or_else(|| {
        Failure::user(format!("`{url}` is not the URL of a place in a bucket")).with_hint(
            "write `--to s3://BUCKET/PREFIX/`; snowmelt.toml says where the bucket really is",
        )
    })
}

fn by_bucket(planned: Vec<Planned>) -> BTreeMap<String, Vec<bucket::Upload>> {
    let mut buckets: BTreeMap<String, Vec<bucket::Upload>> = BTreeMap::new();
    for file in planned {
        let upload = bucket::Upload {
            source: file.source,
            path: file.key,
        };
        buckets.entry(file.bucket).or_default().push(upload);
    }
    buckets
}

fn summary(sum: &UploadOutcome, started: Instant) -> String {
    let took = duration(started.elapsed());
    let unchanged = match sum.unchanged {
        0 => String::new(),
        files => format!(", {} there already", counted(files, "file")),
    };
    format!(
        "uploaded {} ({}) in {took}{unchanged}",
        counted(sum.uploaded, "file"),
        bytes(sum.uploaded_bytes)
    )
}

impl From<BucketError> for Failure {
    fn from(error: BucketError) -> Self {
        let mut failure = Failure::new(Exit::Other, error.message);
        failure.causes = vec![error.cause];
        failure.hint = Some(error.hint).filter(|hint| !hint.is_empty());
        failure
    }
}
