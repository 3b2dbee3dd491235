//! Snowflake's words for what is wrong, and where.

use super::Fixture;

#[test]
fn errors_name_the_thing_and_the_place() {
    let fixture = Fixture::new(
        "create table t (a int, b varchar(3));
         create table u (a int, c date);
         create view loop_a as select * from loop_b;
         create view loop_b as select * from loop_a;
         create view bad as select missing from t;",
    );
    let cases = [
        "select x from t",
        "select t.x from t",
        "select a from t, u",
        "select * from nowhere",
        "select * from other.s.t",
        "select a, count(*) from t",
        "select count(*) from t where sum(a) > 1",
        "select sum(count(*)) from t",
        "select no_such_function(a) from t",
        "select substr(b) from t",
        "select upper(b, b, b) from t",
        "select year(b, a) from t",
        "select abs(c) from u",
        "select row_number() from t",
        "select a from t order by 3",
        "select a from t group by 2",
        "select a from t union select a, b from t",
        "select true + 1",
        "select cast(1 as nonsense)",
        "select * from loop_a",
        "select * from bad",
        "select (select a, c from u) from t",
        "select dateadd(fortnight, 1, c) from u",
    ];
    let mut shown = String::new();
    for case in cases {
        let error = fixture.plan(case).unwrap_err();
        shown.push_str(&format!(
            "{case}\n  {} {} {}\n",
            error.code,
            error.sqlstate,
            error.snowflake_message(case).replace('\n', "\n  ")
        ));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn deep_nesting_is_refused() {
    let fixture = Fixture::new("");
    let deep = format!("select {}1{}", "(".repeat(150), ")".repeat(150));
    assert!(fixture.plan(&deep).is_ok());
    // References to aliases that double: the text is short, what it stands for is not.
    let mut doubling = "select 1 as c0".to_owned();
    for index in 1..40 {
        let before = index - 1;
        doubling.push_str(&format!(", c{before} + c{before} as c{index}"));
    }
    let error = fixture.plan(&doubling).unwrap_err();
    assert_eq!(error.code, "000002");
}
