/** A real object's storage in which a statement fails: what lies there before and after, and the same again for the next one. */

type Cell = string | number | null | ArrayBuffer;
type Table = { name: string; sql: string; rows: Cell[][] };
/** Every table as it was made, with its rows. */
export type Dump = Table[];

export function dumpOf({ sql }: DurableObjectStorage): Dump {
  const tables = sql
    .exec<{ name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\' order by name",
    )
    .toArray();
  return tables.map((table) => ({ ...table, rows: [...sql.exec(`select * from "${table.name}"`).raw()] }));
}

const bytes = new TextDecoder("latin1");

/** The same for the same content. */
export const textOf = (dump: Dump): string =>
  JSON.stringify(dump, (_, value: unknown) => (value instanceof ArrayBuffer ? bytes.decode(value) : value));

/** Puts a storage back to what it was; tables that are so already stay. */
export function restore(storage: DurableObjectStorage, dump: Dump): void {
  const wanted = new Map(dump.map((table) => [textOf([table]), table]));
  storage.transactionSync(() => {
    for (const table of dumpOf(storage))
      if (!wanted.delete(textOf([table]))) storage.sql.exec(`drop table "${table.name}"`);
    for (const { name, sql, rows } of wanted.values()) {
      storage.sql.exec(sql);
      const insert = (row: Cell[]) => `insert into "${name}" values (${row.map(() => "?").join(", ")})`;
      for (const row of rows) storage.sql.exec(insert(row), ...row);
    }
  });
}

export class StorageFault extends Error {}

/** What was seen of a run. */
export interface Run {
  statements: number;
  /** What lay there when each transaction had ended. */
  commits: string[];
}

/** Runs work on a storage whose n-th statement fails: none for Infinity. */
export async function withFault(
  storage: DurableObjectStorage,
  failing: number,
  work: () => unknown,
): Promise<Run & { error: unknown }> {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const transactionSync = storage.transactionSync.bind(storage);
  const run: Run & { error: unknown } = { statements: 0, commits: [], error: null };
  const faulty: typeof sql.exec = (query, ...bindings) => {
    if (++run.statements === failing) throw new StorageFault(query);
    return exec(query, ...bindings);
  };
  let depth = 0;
  storage.transactionSync = (closure) => {
    depth++;
    try {
      return transactionSync(closure);
    } finally {
      // What the tests read is not the product's.
      if (--depth === 0) {
        sql.exec = exec;
        run.commits.push(textOf(dumpOf(storage)));
        sql.exec = faulty;
      }
    }
  };
  sql.exec = faulty;
  try {
    await work();
  } catch (error) {
    run.error = error;
  } finally {
    sql.exec = exec;
    storage.transactionSync = transactionSync;
  }
  return run;
}
