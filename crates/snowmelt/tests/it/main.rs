//! The `snowmelt` binary and the demo's numbers.

mod oracle;
