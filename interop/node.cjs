// snowflake-sdk for Node against a live server, by its public API. Usage: node node.cjs HOST PORT; ends with 1 if a check fails.
const fs = require('fs');
const os = require('os');
const path = require('path');
const assert = require('assert');
const snowflake = require(process.env.SNOWFLAKE_SDK || 'snowflake-sdk');
const [host, port] = process.argv.slice(2);
snowflake.configure({ logLevel: 'OFF', ocspFailOpen: true });

const options = (more) => Object.assign({
  account: 'local', username: 'tester', password: 'secret', accessUrl: `http://${host}:${port}`,
  host, port: Number(port), protocol: 'http', sfRetryMaxLoginRetries: 1, timeout: 60000,
}, more);
const connect = async (more) => {
  const connection = snowflake.createConnection(options(more));
  await connection.connectAsync();
  return connection;
};
const run = (connection, sqlText, binds, more) => new Promise((resolve, reject) => connection.execute(Object.assign({
  sqlText, binds, complete: (error, statement, rows) => error ? reject(error) : resolve({ statement, rows }),
}, more)));

let passed = 0;
const failed = [];
const check = async (name, work) => {
  try {
    await Promise.race([work(), new Promise((_, reject) => setTimeout(() => reject(new Error('takes too long')), 60000).unref())]);
    passed += 1;
    console.log(`ok     node: ${name}`);
  } catch (error) {
    failed.push(name);
    console.log(`FAILED node: ${name}\n${error.stack}`);
  }
};

(async () => {
  const connection = await connect();
  await run(connection, 'CREATE OR REPLACE DATABASE interop_node');
  await run(connection, 'CREATE OR REPLACE TABLE many AS SELECT seq4() AS id, \'v\' || seq4() AS v FROM TABLE(GENERATOR(ROWCOUNT => 100000))');

  await check('values of each type', async () => {
    await run(connection, "ALTER SESSION SET TIMEZONE = 'UTC'");
    const { rows } = await run(connection, `SELECT 1 AS I, 1.5 AS N, 2.5::FLOAT AS F, 'é' AS T, TRUE AS B, NULL AS Z, '2024-02-29'::DATE AS D,
      '10:11:12'::TIME AS TM, '2024-01-02 03:04:05.678'::TIMESTAMP_NTZ AS NZ, '2024-01-02 03:04:05 +0200'::TIMESTAMP_TZ AS TZ,
      TO_BINARY('00FF', 'HEX') AS BI, PARSE_JSON('{"a":[1,2]}') AS V`);
    const row = rows[0];
    assert.deepStrictEqual([row.I, row.N, row.F, row.T, row.B, row.Z], [1, 1.5, 2.5, 'é', true, null]);
    assert.strictEqual(new Date(row.D).toISOString().slice(0, 10), '2024-02-29');
    assert.strictEqual(row.TM, '10:11:12');
    assert.strictEqual(new Date(row.NZ).toISOString(), '2024-01-02T03:04:05.678Z');
    assert.strictEqual(new Date(row.TZ).toISOString(), '2024-01-02T01:04:05.000Z');
    assert.strictEqual(row.BI.toString('hex'), '00ff');
    assert.deepStrictEqual(row.V, { a: [1, 2] });
  });
  await check('columns', async () => {
    const { statement } = await run(connection, "SELECT 1::NUMBER(10,2) AS n, 'x' AS t");
    const columns = statement.getColumns();
    assert.deepStrictEqual(columns.map((column) => column.getName()), ['N', 'T']);
    assert.deepStrictEqual(columns.map((column) => column.getType()), ['fixed', 'text']);
    assert.strictEqual(columns[0].getScale(), 2);
    assert.ok(statement.getQueryId() || statement.getStatementId());
  });
  await check('binds', async () => {
    const { rows } = await run(connection, 'SELECT ? AS a, ? AS b, ? AS c, ? AS d', [1, "it's", true, null]);
    assert.deepStrictEqual(rows[0], { A: 1, B: "it's", C: true, D: null });
    const named = await run(connection, 'SELECT :1 AS a, :2 AS b', [5, 'x']);
    assert.deepStrictEqual(named.rows[0], { A: 5, B: 'x' });
  });
  await check('array binds', async () => {
    await run(connection, 'CREATE OR REPLACE TABLE arrays (a INT, b VARCHAR)');
    const rows = Array.from({ length: 3000 }, (_, index) => [index, `v${index}`]);
    const { statement } = await run(connection, 'INSERT INTO arrays VALUES (?, ?)', rows);
    assert.strictEqual(statement.getNumUpdatedRows(), 3000);
    const count = await run(connection, 'SELECT COUNT(*) AS c, SUM(a) AS s FROM arrays');
    assert.deepStrictEqual(count.rows[0], { C: 3000, S: 4498500 });
  });
  await check('counts of DML', async () => {
    const updated = await run(connection, 'UPDATE arrays SET b = \'z\' WHERE a < 10');
    assert.strictEqual(updated.statement.getNumUpdatedRows(), 10);
    const deleted = await run(connection, 'DELETE FROM arrays WHERE a >= 10');
    assert.strictEqual(deleted.statement.getNumUpdatedRows(), 2990);
  });
  await check('errors', async () => {
    await assert.rejects(run(connection, 'SELECT * FROM nope'), (error) => {
      assert.strictEqual(String(error.code), '002003');
      assert.strictEqual(error.sqlState, '42S02');
      return true;
    });
  });
  await check('rows as a stream', async () => {
    let count = 0;
    await new Promise((resolve, reject) => connection.execute({
      sqlText: 'SELECT * FROM many', streamResult: true,
      complete: (error, statement) => {
        if (error) return reject(error);
        statement.streamRows().on('data', () => { count += 1; }).on('end', resolve).on('error', reject);
      },
    }));
    assert.strictEqual(count, 100000);
  });
  await check('all rows', async () => {
    const { rows, statement } = await run(connection, 'SELECT * FROM many');
    assert.strictEqual(rows.length, 100000);
    assert.strictEqual(statement.getNumRows(), 100000);
  });
  await check('several statements', async () => {
    const results = [];
    await new Promise((resolve, reject) => connection.execute({
      sqlText: 'SELECT 1 AS a; SELECT 2 AS b', parameters: { MULTI_STATEMENT_COUNT: 2 },
      complete: (error, statement, rows) => {
        if (error) return reject(error);
        results.push(rows);
        return statement.hasNext() ? statement.NextResult() : resolve();
      },
    }));
    assert.deepStrictEqual(results, [[{ A: 1 }], [{ B: 2 }]]);
  });
  await check('async and results by id', async () => {
    const { statement } = await run(connection, 'SELECT COUNT(*) AS c FROM many', undefined, { asyncExec: true });
    const queryId = statement.getQueryId();
    const rows = await new Promise((resolve, reject) => connection.getResultsFromQueryId({
      queryId, complete: (error, done, found) => error ? reject(error) : resolve(found),
    }));
    assert.deepStrictEqual(rows, [{ C: 100000 }]);
    assert.strictEqual(await connection.getQueryStatus(queryId), 'SUCCESS');
  });
  await check('cancel', async () => {
    const started = Date.now();
    await assert.rejects(new Promise((resolve, reject) => {
      const statement = connection.execute({
        sqlText: 'SELECT COUNT(*) FROM many a, many b, many c WHERE a.id + b.id + c.id = -1',
        complete: (error, done, rows) => error ? reject(error) : resolve(rows),
      });
      setTimeout(() => statement.cancel(() => {}), 500);
    }), (error) => String(error.code) === '000604');
    assert.ok(Date.now() - started < 5000);
  });
  await check('PUT and GET', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'snowmelt-'));
    fs.writeFileSync(path.join(folder, 'n1.csv'), '1,x\n2,y\n');
    fs.writeFileSync(path.join(folder, 'n2.csv'), '3,z\n');
    await run(connection, 'CREATE OR REPLACE STAGE st');
    const put = await run(connection, `PUT file://${folder}/n*.csv @st/in`);
    assert.deepStrictEqual(put.rows.map((row) => row.status), ['UPLOADED', 'UPLOADED']);
    await run(connection, 'CREATE OR REPLACE TABLE loaded (a INT, b VARCHAR)');
    await run(connection, 'COPY INTO loaded FROM @st');
    const { rows } = await run(connection, 'SELECT SUM(a) AS s FROM loaded');
    assert.deepStrictEqual(rows, [{ S: 6 }]);
    fs.mkdirSync(path.join(folder, 'out'));
    await run(connection, `GET @st/in file://${folder}/out/`);
    assert.deepStrictEqual(fs.readdirSync(path.join(folder, 'out')).sort(), ['n1.csv.gz', 'n2.csv.gz']);
    fs.rmSync(folder, { recursive: true });
  });
  await check('liveness and end', async () => {
    assert.strictEqual(await connection.isValidAsync(), true);
    await new Promise((resolve, reject) => connection.destroy((error) => error ? reject(error) : resolve()));
    assert.strictEqual(connection.isUp(), false);
  });
  console.log(`node: ${passed} passed, ${failed.length} failed ${failed}`);
  process.exit(failed.length ? 1 : 0);
})().catch((error) => { console.log(`FAILED node: ${error.stack}`); process.exit(1); });
