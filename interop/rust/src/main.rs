//! Rust's `snowflake-connector-rs` against a live server, by its public API. Usage: interop-rust HOST PORT.

use snowflake_connector_rs::{
    AuthConfig, Client, ClientConfig, EndpointConfig, FromRow, Session, SessionConfig, Statement,
};
use std::process::ExitCode;

#[derive(Debug, PartialEq, FromRow)]
struct Item {
    id: i64,
    v: Option<String>,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

async fn session(
    host: &str,
    port: &str,
    place: SessionConfig,
) -> Result<Session, Box<dyn std::error::Error>> {
    let url = url::Url::parse(&format!("http://{host}:{port}"))?;
    let config = ClientConfig::new("tester", "local", AuthConfig::password("secret"))
        .with_endpoint(EndpointConfig::custom_base_url(url))
        .with_session(place);
    Ok(Client::new(config)?.create_session().await?)
}

fn same<T: PartialEq + std::fmt::Debug>(got: T, expected: T) -> Outcome {
    match got == expected {
        true => Ok(()),
        false => Err(format!("{got:?} and not {expected:?}").into()),
    }
}

async fn ddl_and_rows(s: &Session) -> Outcome {
    s.query("CREATE OR REPLACE TABLE items (id INT, v VARCHAR)")
        .await?;
    s.query("INSERT INTO items VALUES (1, 'a'), (2, NULL), (3, 'ü')")
        .await?;
    let rows: Vec<Item> = s
        .query_as("SELECT id, v FROM items ORDER BY id")
        .await?
        .collect()
        .await?;
    let item = |id, v: Option<&str>| Item {
        id,
        v: v.map(str::to_owned),
    };
    same(
        rows,
        vec![item(1, Some("a")), item(2, None), item(3, Some("ü"))],
    )
}

async fn binds(s: &Session) -> Outcome {
    let statement = Statement::new("SELECT ?::INT + 1 AS id, ? AS v")
        .bind(41_i64)
        .bind("it's");
    let rows: Vec<Item> = s.query_as(statement).await?.collect().await?;
    same(
        rows,
        vec![Item {
            id: 42,
            v: Some("it's".to_owned()),
        }],
    )?;
    s.query(
        Statement::new("INSERT INTO items VALUES (?, ?)")
            .bind(9_i64)
            .bind(None::<&'static str>),
    )
    .await?;
    let rows: Vec<Item> = s
        .query_as("SELECT id, v FROM items WHERE id = 9")
        .await?
        .collect()
        .await?;
    same(rows, vec![Item { id: 9, v: None }])
}

async fn merge(s: &Session) -> Outcome {
    s.query("MERGE INTO items USING (SELECT 1 AS id, 'm' AS v UNION ALL SELECT 10, 'n') n ON items.id = n.id
        WHEN MATCHED THEN UPDATE SET v = n.v WHEN NOT MATCHED THEN INSERT VALUES (n.id, n.v)").await?;
    let rows: Vec<Item> = s
        .query_as("SELECT id, v FROM items WHERE v IN ('m', 'n') ORDER BY id")
        .await?
        .collect()
        .await?;
    same(rows.len(), 2)
}

async fn a_million_rows(s: &Session) -> Outcome {
    let sql = "SELECT SEQ4() AS id, 'v' || SEQ4() AS v FROM TABLE(GENERATOR(ROWCOUNT => 1000000))";
    let table = s.query_as::<Item, _>(sql).await?.collect_table().await?;
    same(table.row_count(), 1_000_000)
}

async fn rows_in_parts(s: &Session) -> Outcome {
    let mut result = s
        .query_as::<Item, _>(
            "SELECT SEQ4() AS id, 'x' AS v FROM TABLE(GENERATOR(ROWCOUNT => 300000))",
        )
        .await?;
    let (mut parts, mut rows) = (0, 0);
    while let Some(table) = result.next_table().await? {
        parts += 1;
        rows += table.row_count();
    }
    same(rows, 300_000)?;
    same(parts > 1, true)
}

async fn types(s: &Session) -> Outcome {
    let rows = s.query("SELECT 1.5::NUMBER(10,2) AS n, 2.5::FLOAT AS f, TRUE AS b, '2024-02-29'::DATE AS d, '10:11:12'::TIME AS t,
        '2024-01-02 03:04:05.678'::TIMESTAMP_NTZ AS nz, PARSE_JSON('{\"a\": 1}') AS j, TO_BINARY('00FF') AS bi, NULL AS z").await?;
    same(rows.schema().columns().len(), 9)?;
    same(rows.collect::<Vec<_>>().await?.len(), 1)
}

async fn errors(s: &Session) -> Outcome {
    let error = s
        .query("SELECT * FROM nope")
        .await
        .err()
        .ok_or("no error")?;
    same(
        error
            .to_string()
            .contains("does not exist or not authorized"),
        true,
    )?;
    same(error.query_id().is_some(), true)
}

async fn cancel(s: &Session) -> Outcome {
    let handle = s.query_handle("SELECT COUNT(*) FROM TABLE(GENERATOR(TIMELIMIT => 100))")?;
    let canceller = handle.canceller();
    let started = std::time::Instant::now();
    let (result, _) = tokio::join!(handle.execute(), async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        canceller.cancel().await
    });
    same(result.is_err(), true)?;
    same(started.elapsed().as_secs() < 10, true)
}

async fn place(host: &str, port: &str) -> Outcome {
    let place = SessionConfig::new()
        .with_database("INTEROP_RS")
        .with_schema("PUBLIC")
        .with_session_parameter("QUERY_TAG", "rust".into());
    let s = session(host, port, place).await?;
    let rows: Vec<Item> = s
        .query_as("SELECT 1 AS id, CURRENT_DATABASE() || '.' || CURRENT_SCHEMA() AS v")
        .await?
        .collect()
        .await?;
    same(
        rows,
        vec![Item {
            id: 1,
            v: Some("INTEROP_RS.PUBLIC".to_owned()),
        }],
    )
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let (host, port) = (arguments[1].as_str(), arguments[2].as_str());
    let s = session(host, port, SessionConfig::new())
        .await
        .expect("a session");
    s.query("CREATE OR REPLACE DATABASE interop_rs")
        .await
        .expect("a database");
    let mut failed = 0;
    macro_rules! check {
        ($($name:ident),*) => {$(
            match $name(&s).await {
                Ok(()) => println!("ok     rust: {}", stringify!($name)),
                Err(error) => {
                    failed += 1;
                    println!("FAILED rust: {}\n{error}", stringify!($name));
                }
            }
        )*};
    }
    check!(
        ddl_and_rows,
        binds,
        merge,
        a_million_rows,
        rows_in_parts,
        types,
        errors,
        cancel
    );
    match place(host, port).await {
        Ok(()) => println!("ok     rust: place"),
        Err(error) => {
            failed += 1;
            println!("FAILED rust: place\n{error}");
        }
    }
    ExitCode::from(u8::from(failed > 0))
}
