/**
 * The only DuckDB: opened once, lazily, behind one promise; fed with the server's Arrow tables; its worker and Wasm are
 * files of our own. Extensions are off, because they would come from elsewhere.
 */
import * as duckdb from "@duckdb/duckdb-wasm";
import workerUrl from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url&no-inline";
import { exportTables, type ExportTable } from "#core/domain/export-tables.ts";
import { api } from "./api.ts";
import { type Cell, mostRows, type Result } from "./queries/result.ts";
import {
  type ArchivedRows,
  archivedRowsTable,
  archivedRowsText,
  createTable,
  readsArchivedRows,
  tablesIn,
} from "./queries/tables.ts";

let opened: Promise<duckdb.AsyncDuckDB> | null = null;

export function openDatabase(onProgress: (text: string) => void): Promise<duckdb.AsyncDuckDB> {
  opened ??= open(onProgress).catch((error: unknown) => {
    opened = null; // the next question tries again
    throw error;
  });
  return opened;
}

async function open(onProgress: (text: string) => void): Promise<duckdb.AsyncDuckDB> {
  onProgress("Loading the database (7.6 MB, once)…");
  const packed = await api.asset("/duckdb-eh.wasm.packed");
  if (!packed.body) throw new Error("the database's file is empty");
  const wasm = new Response(packed.body.pipeThrough(new DecompressionStream("gzip")), {
    headers: { "content-type": "application/wasm" },
  });
  const wasmUrl = URL.createObjectURL(await wasm.blob());
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(workerUrl));
  await database.instantiate(wasmUrl);
  URL.revokeObjectURL(wasmUrl);
  await database.open({ query: { castBigIntToDouble: true, castDecimalToDouble: true } });
  await withConnection(database, async (connection) => {
    await connection.query(
      "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;",
    );
    for (const table of exportTables) await connection.query(createTable(table));
  });
  onProgress("");
  return database;
}

const loaded = new Set<ExportTable>();
/** Which archived rows are there, as an address has them. */
let loadedRows = "";

/** Asks the server again for every table when a query next needs it. */
export function forgetTables(): void {
  loaded.clear();
  loadedRows = "";
}

/** Tables come when a query first names them: nobody waits for half a million cells who asks for six models. */
async function loadTables(
  database: duckdb.AsyncDuckDB,
  sql: string,
  onProgress: (text: string) => void,
  archived: ArchivedRows | null,
): Promise<void> {
  for (const table of tablesIn(sql)) {
    if (loaded.has(table)) continue;
    onProgress(`Loading ${table}…`);
    await fillTable(database, table, await api.exportArrow(table));
    loaded.add(table);
  }
  if (readsArchivedRows(sql)) await loadArchivedRows(database, onProgress, archived);
  onProgress("");
}

async function loadArchivedRows(
  database: duckdb.AsyncDuckDB,
  onProgress: (text: string) => void,
  archived: ArchivedRows | null,
): Promise<void> {
  if (archived === null)
    throw new Error(
      `Choose the rows of ${archivedRowsTable} first: on a model's Archive page, “Query in SQL”.`,
    );
  const wanted = archivedRowsText(archived);
  if (wanted === loadedRows) return;
  onProgress(`Loading archived rows of ${archived.model}…`);
  const { model, fromMs, toMs } = archived;
  await fillTable(database, archivedRowsTable, await api.archivedArrow(model, fromMs, toMs));
  loadedRows = wanted;
}

async function fillTable(database: duckdb.AsyncDuckDB, table: string, arrow: Uint8Array): Promise<void> {
  await withConnection(database, async (connection) => {
    await connection.query(`DROP TABLE IF EXISTS ${table}`);
    await connection.insertArrowFromIPCStream(arrow, { name: table, create: true });
  });
}

async function withConnection<T>(
  database: duckdb.AsyncDuckDB,
  work: (connection: duckdb.AsyncDuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await database.connect();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** @param archived which rows a query that names them is about */
export async function runSql(
  sql: string,
  onProgress: (text: string) => void,
  archived: ArchivedRows | null,
): Promise<Result> {
  const database = await openDatabase(onProgress);
  await loadTables(database, sql, onProgress, archived);
  return withConnection(database, async (connection) => {
    const startedMs = performance.now();
    const table = await connection.query(sql);
    const milliseconds = performance.now() - startedMs;
    const columns = table.schema.fields.map(({ name, type }) => ({ name, type: String(type) }));
    const rows: Cell[][] = [];
    // By place, not by name: two columns may have the same.
    const vectors = columns.map((_, index) => table.getChildAt(index));
    for (let row = 0; row < Math.min(table.numRows, mostRows); row++)
      rows.push(columns.map(({ type }, index) => cellOf(vectors[index]?.get(row), type)));
    return { columns, rows, total: table.numRows, milliseconds };
  });
}

function cellOf(value: unknown, type: string): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (type.startsWith("Timestamp") && typeof value === "number")
    return new Date(value).toISOString().replace(".000Z", "Z");
  if (type.startsWith("Date") && typeof value === "number") return new Date(value).toISOString().slice(0, 10);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return value;
  return String(value);
}

/** The whole result as CSV, written by DuckDB. */
export async function resultAsCsv(sql: string, archived: ArchivedRows | null): Promise<Blob> {
  const silent = (): void => undefined;
  const database = await openDatabase(silent);
  await loadTables(database, sql, silent, archived);
  await withConnection(database, async (connection) => {
    // The bracket closes on a line of its own: the query may end in a comment.
    await connection.query(`COPY (${sql.replace(/;\s*$/, "")}\n) TO 'result.csv' (HEADER, DELIMITER ',')`);
  });
  const bytes = await database.copyFileToBuffer("result.csv");
  await database.dropFile("result.csv");
  return new Blob([new Uint8Array(bytes)], { type: "text/csv" });
}

/** Memory of a Wasm database only ever grows: ending it is how it is given back. */
export async function restartDatabase(): Promise<void> {
  const database = await opened;
  opened = null;
  forgetTables();
  await database?.terminate();
}
