//! The e-commerce shop of snowmelt's first steps: the project that `snowmelt init` writes and the data that
//! `snowmelt generate` invents. In: a project name, or counts and a seed. Out: files. Depends on no other crate of ours.

pub mod generate;
pub mod template;
