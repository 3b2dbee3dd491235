//! The rules, one file each. `SM0..` does not run, `SM1..` is about loading, `SM2..` about what a replay and a rebuild do.

mod auto_ingest;
mod broken;
mod check_files;
mod format_fits;
mod order_by;
mod overlapping_loads;
mod refused;
mod replace;
mod unmapped_bucket;

pub(super) use refused::after_sorting;

use super::{Finding, Input};

/// A rule adds what it finds.
pub(super) type Check = fn(&Input<'_>, &mut Vec<Finding>);

/// Every rule that looks at the statements as they are read.
pub(super) const ALL: &[Check] = &[
    auto_ingest::check,
    broken::check,
    check_files::check,
    format_fits::check,
    order_by::check,
    overlapping_loads::check,
    replace::check,
    unmapped_bucket::check,
];
