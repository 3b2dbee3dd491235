//! Snowflake's driver protocol over the embedded engine.
