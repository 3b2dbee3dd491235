//! What a row of the registry can say.

use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;

/// One overload of a function.
pub(crate) struct Function {
    /// Snowflake's name and its synonyms, in upper case.
    pub(crate) names: &'static [&'static str],
    pub(crate) kind: Kind,
    pub(crate) rule: Rule,
}

/// Where a function may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    /// With or without OVER.
    Aggregate,
    /// Only with OVER.
    Window,
}

/// What a function takes and gives.
pub(crate) enum Rule {
    /// Typed parameters and a piece of DuckDB SQL with holes.
    Sql {
        parameters: &'static [Parameter],
        returns: Returns,
        nulls: Nulls,
        template: &'static str,
    },
    /// Anything that a template cannot say: a function that builds the tree from the analyzed arguments.
    Build {
        /// Least and greatest number of arguments.
        arity: (usize, usize),
        /// Positions of arguments that may be bare words, such as DAY in DATEADD.
        words: &'static [usize],
        build: Build,
    },
}

pub(crate) type Build = fn(&mut Analyzer<'_>, Arguments) -> Result<Expr, SqlError>;

/// What a parameter accepts; other types are coerced where Snowflake coerces them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameter {
    Any,
    Text,
    /// NUMBER of any digits.
    Number,
    /// A whole number that must fit 64 bits: lengths, positions, counts.
    Integer,
    Float,
    Boolean,
    Date,
    /// TIMESTAMP_NTZ.
    Timestamp,
    /// DATE or TIMESTAMP as it is; a string is read as TIMESTAMP_NTZ.
    Moment,
    /// The same, without its offset: a TIMESTAMP_TZ becomes the TIMESTAMP_NTZ of its wall clock.
    WallClock,
    Time,
    /// VARIANT, OBJECT or ARRAY.
    Variant,
    /// A value of any type, as the VARIANT that it is inside of an ARRAY or OBJECT.
    Element,
    Binary,
    /// This parameter may be repeated (only as the last one, at least once).
    Many(&'static Parameter),
}

/// The type of the result.
#[derive(Clone, Copy)]
pub(crate) enum Returns {
    Type(DataType),
    /// NUMBER(precision, 0), held as BIGINT.
    Whole(u8),
    /// The type of an argument.
    Same(usize),
    /// The type that all arguments have in common; they are converted to it.
    Common,
}

/// When the result is NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// When an argument is.
    Strict,
    /// Sometimes.
    Sometimes,
    Never,
}

impl Function {
    /// A scalar function that is NULL when an argument is.
    pub(crate) const fn scalar(
        names: &'static [&'static str],
        parameters: &'static [Parameter],
        returns: Returns,
        template: &'static str,
    ) -> Function {
        Function::of(
            Kind::Scalar,
            names,
            parameters,
            returns,
            Nulls::Strict,
            template,
        )
    }

    /// A scalar function that may be NULL on its own account.
    pub(crate) const fn partial(
        names: &'static [&'static str],
        parameters: &'static [Parameter],
        returns: Returns,
        template: &'static str,
    ) -> Function {
        Function::of(
            Kind::Scalar,
            names,
            parameters,
            returns,
            Nulls::Sometimes,
            template,
        )
    }

    /// An aggregate that is NULL without rows.
    pub(crate) const fn aggregate(
        names: &'static [&'static str],
        parameters: &'static [Parameter],
        returns: Returns,
        template: &'static str,
    ) -> Function {
        Function::of(
            Kind::Aggregate,
            names,
            parameters,
            returns,
            Nulls::Sometimes,
            template,
        )
    }

    /// Any row with a template.
    pub(crate) const fn of(
        kind: Kind,
        names: &'static [&'static str],
        parameters: &'static [Parameter],
        returns: Returns,
        nulls: Nulls,
        template: &'static str,
    ) -> Function {
        Function {
            names,
            kind,
            rule: Rule::Sql {
                parameters,
                returns,
                nulls,
                template,
            },
        }
    }

    /// A row with a builder.
    pub(crate) const fn build(
        kind: Kind,
        names: &'static [&'static str],
        arity: (usize, usize),
        build: Build,
    ) -> Function {
        Function::with_words(kind, names, arity, &[], build)
    }

    /// A row with a builder, some of whose arguments may be bare words.
    pub(crate) const fn with_words(
        kind: Kind,
        names: &'static [&'static str],
        arity: (usize, usize),
        words: &'static [usize],
        build: Build,
    ) -> Function {
        Function {
            names,
            kind,
            rule: Rule::Build {
                arity,
                words,
                build,
            },
        }
    }

    /// Least and greatest number of arguments.
    pub(crate) fn arity(&self) -> (usize, usize) {
        match &self.rule {
            Rule::Build { arity, .. } => *arity,
            Rule::Sql { parameters, .. } => match parameters.last() {
                Some(Parameter::Many(_)) => (parameters.len(), usize::MAX),
                _ => (parameters.len(), parameters.len()),
            },
        }
    }
}
