//! Objects → DDL → the same objects.

mod round_trip;

use crate::session::Session;
use snowmelt_sql::DdlNames;

#[test]
fn ddl_reads_like_get_ddl() {
    let mut session = Session::new();
    session
        .run("create stage st; create table src (x int)")
        .unwrap();
    for (script, ddl) in [
        (
            "create table t (id int not null, name string default 'x' comment 'it''s', n int identity, primary key (id))",
            "create or replace TABLE T (\n\tID NUMBER(38,0) NOT NULL,\n\tNAME VARCHAR(16777216) DEFAULT 'x' COMMENT 'it''s',\n\tN NUMBER(38,0) autoincrement start 1 increment 1 noorder,\n\tprimary key (ID)\n);",
        ),
        (
            "create stage s url = 's3://b/x/' file_format = (type = csv skip_header = 1) comment = 'c'",
            "create or replace stage S\n\tURL = 's3://b/x/'\n\tFILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1)\n\tCOMMENT = 'c';",
        ),
        (
            "create pipe p auto_ingest = true as copy into src from @st",
            "create or replace pipe P auto_ingest=true\nas copy into src from @st;",
        ),
        (
            "create sequence q start 5",
            "create or replace sequence Q start with 5 increment by 1 noorder;",
        ),
        (
            "create secure view v as select x from src",
            "create or replace secure view V as\nselect x from src;",
        ),
        (
            "create warehouse w warehouse_size = xsmall auto_resume = true",
            "create or replace warehouse W\n\tAUTO_RESUME = TRUE\n\tWAREHOUSE_SIZE = 'XSMALL';",
        ),
        ("create schema \"low\"", "create or replace schema \"low\";"),
    ] {
        assert_eq!(session.object(script).ddl(DdlNames::Bare), ddl, "{script}");
    }
    let full = session.object("create sequence q").ddl(DdlNames::Full);
    assert!(full.starts_with("create or replace sequence DB.RAW.Q "));
}
