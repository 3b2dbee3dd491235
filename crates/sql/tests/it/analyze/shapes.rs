//! How the parts of a query are lowered.

use super::Fixture;
use snowmelt_sql::DataType;
use snowmelt_sql::analyze::{StageShape, plan_stage_expressions};
use snowmelt_sql::object::Column;

fn fixture() -> Fixture {
    Fixture::new(
        "create table t (a int, b varchar(3), n number(10,2), d date, \"lower\" float);
         create table u (a int, c date, v variant);
         create view w (x, y) as select a, b from t where a > 1;",
    )
}

#[test]
fn queries() {
    let mut fixture = fixture();
    let shown = fixture
        .run(
            "select * from t join u using (a);
             select * exclude (b) replace (a + 1 as a) rename (n as price) from t;
             select x.*, w.y from w as x, w where x.x = w.x;
             select a as k, k * 2 as twice from t where twice > 10 order by twice desc;
             select b, sum(n) from t group by all having sum(n) > 5 order by 2;
             select a, b, count(*), grouping(a) from t group by cube (a, b);
             with w as (select 1 as one) select * from w;
             select a from t where exists (select 1 from u where u.a = t.a) and d in (select c from u);
             values (1, 'x'), (2.5, null);
             select count(*), count(distinct a, b), max(n) over (partition by b order by d) from t group by n, b, d;
             select a from t union all select n from t order by 1 limit 5 offset 2;
             select top 3 \"lower\" from t;
             select v:a.b[0].\"C\"::string, v['x'] from u;
             with recursive r as (select 1 as n union all select n + 1 from r where n < 5) select n from r;",
        );
    match shown {
        Ok(shown) => insta::assert_snapshot!(shown),
        Err(error) => panic!("{}", error.message),
    }
}

#[test]
fn inserts() {
    let mut fixture = fixture();
    let shown = fixture
        .run(
            "insert into t values (1, 'x', 2.5, '2024-01-01', 1.5), (null, null, null, null, null);
             insert into t (a) select sum(a) from t;
             insert into t (a, b) select a, 'abcdef' from t;
             insert overwrite into u (a) select distinct n from t;",
        )
        .unwrap();
    insta::assert_snapshot!(shown);
}

#[test]
fn arithmetic_has_snowflakes_types() {
    let fixture = fixture();
    let number = |precision, scale| DataType::Number { precision, scale };
    assert_eq!(
        fixture.types("select a + 1, a * n, n / a, n % 3, -a, 2 / 7, 10.1 * 1.1, sum(a), avg(n), avg(a) from t group by a, n"),
        [
            number(38, 0),
            number(38, 2),
            number(16, 8),
            number(10, 2),
            number(38, 0),
            number(7, 6),
            number(5, 2),
            number(38, 0),
            number(38, 8),
            number(38, 6),
        ]
    );
}

#[test]
fn updates_deletes_and_merges() {
    let mut fixture = fixture();
    let shown = fixture
        .run(
            "update t set n = n + 1, b = 'x' where a > 1;
             update t set n = u.a from u where t.a = u.a;
             update t set a = a + 1;
             delete from t where d is null;
             delete from t using u where t.a = u.a;
             merge into t using u on t.a = u.a
                 when matched and u.c is null then delete
                 when matched then update set d = u.c
                 when not matched then insert (a, d) values (u.a, u.c);",
        )
        .unwrap();
    insta::assert_snapshot!(shown);
}

#[test]
fn copy_transformations() {
    let fixture = fixture();
    let columns = [
        Column::new("A", DataType::INTEGER),
        Column::new("B", DataType::Text { length: 3 }),
        Column::new("F", DataType::TEXT),
    ];
    let targets: Vec<&Column> = columns.iter().collect();
    let mut shown = String::new();
    for (shape, items) in [
        (
            StageShape::Fields,
            ["$1", "upper(s.$3)", "metadata$filename"],
        ),
        (StageShape::Document, ["$1:a.b", "s.$1:c::string", "'x'"]),
    ] {
        let planned = plan_stage_expressions(
            &items,
            Some("S"),
            &targets,
            shape,
            &fixture,
            &fixture.context,
        )
        .unwrap();
        shown.push_str(&format!("{planned:#?}\n"));
    }
    insta::assert_snapshot!(shown);
}
