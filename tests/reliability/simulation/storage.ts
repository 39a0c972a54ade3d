/**
 * An object's storage on SQLite in memory, as the platform promises it: writes that nothing waits between are one transaction,
 * they are durable some time later, and a crash before takes all of them back, an alarm among them.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** As much of an object's storage as a model's objects use. */
export type ObjectStorage = Pick<
  DurableObjectStorage,
  "sql" | "transactionSync" | "getAlarm" | "setAlarm" | "deleteAlarm" | "deleteAll"
>;

type Row = Record<string, SqlStorageValue>;

export class SimulatedStorage {
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  /** Schemas that were applied since anything was taken back or erased. */
  readonly #applied = new Set<string>();
  #savepoints = 0;
  #written = false;
  #alarmMs: number | null = null;
  #durableAlarmMs: number | null = null;
  /** Called with the first write after all was durable. */
  onWrite: () => void = () => undefined;

  get isDurable(): boolean {
    return !this.#written;
  }

  /** The alarm that the platform knows of. */
  get durableAlarmMs(): number | null {
    return this.#durableAlarmMs;
  }

  /** Everything that was written is durable from now on. */
  flush(): void {
    if (!this.#written) return;
    this.#database.exec("commit");
    this.#written = false;
    this.#durableAlarmMs = this.#alarmMs;
  }

  /** What is not durable is lost. */
  crash(): void {
    if (!this.#written) return;
    this.#database.exec("rollback");
    this.#applied.clear();
    this.#written = false;
    this.#alarmMs = this.#durableAlarmMs;
  }

  /** The platform's side of the alarm: it rings, is lost, or is to ring again. */
  putAlarm(timeMs: number | null): void {
    this.#alarmMs = timeMs;
    this.#durableAlarmMs = timeMs;
  }

  /** It rings: none is pending for the object, but the platform remembers it until the handler is through. */
  takeAlarm(): void {
    this.#alarmMs = null;
  }

  /** Its handler is through: what it set counts, with what else is not durable yet. */
  finishAlarm(): void {
    if (!this.#written) this.#durableAlarmMs = this.#alarmMs;
  }

  close(): void {
    this.#database.close();
  }

  /**
   * What an object sees of it, until it is lost.
   * @param isAlive false for an instance that was lost: nothing that still runs of it may touch the storage
   */
  view(isAlive: () => boolean): ObjectStorage {
    const guard = (): void => {
      if (!isAlive()) throw new Error("an object that was lost touched its storage");
    };
    return {
      sql: {
        exec: <T extends Row>(query: string, ...bindings: unknown[]) => {
          guard();
          return this.#exec<T>(query, bindings);
        },
      } as SqlStorage,
      transactionSync: (work) => {
        guard();
        return this.#transaction(work);
      },
      getAlarm: () => {
        guard();
        return Promise.resolve(this.#alarmMs);
      },
      setAlarm: (time) => {
        guard();
        this.#begin();
        this.#alarmMs = Number(time);
        return Promise.resolve();
      },
      deleteAlarm: () => {
        guard();
        this.#begin();
        this.#alarmMs = null;
        return Promise.resolve();
      },
      deleteAll: () => {
        guard();
        const tables = this.#exec<{ name: string }>(
          "select name from sqlite_master where type = 'table'",
          [],
        );
        this.#applied.clear();
        for (const { name } of tables.toArray()) this.#exec(`drop table "${name}"`, []);
        return Promise.resolve();
      },
    };
  }

  #begin(): void {
    if (this.#written) return;
    this.#written = true;
    this.#database.exec("begin");
    this.onWrite();
  }

  #exec<T extends Row>(query: string, bindings: unknown[]): SqlStorageCursor<T> {
    if (!/^\s*select\b/i.test(query)) this.#begin();
    let rows: T[] = [];
    // Several statements at once are schemas, which have no rows, and change nothing the second time.
    if (/;\s*\S/.test(query)) {
      if (!this.#applied.has(query)) this.#database.exec(query);
      this.#applied.add(query);
    } else {
      let statement = this.#statements.get(query);
      if (statement === undefined) this.#statements.set(query, (statement = this.#database.prepare(query)));
      rows = statement.all(...bindings.map(bound)).map((row) => given<T>(row));
    }
    return cursorOf(rows);
  }

  #transaction<T>(work: () => T): T {
    this.#begin();
    const name = `t${++this.#savepoints}`;
    this.#database.exec(`savepoint ${name}`);
    try {
      const result = work();
      this.#database.exec(`release ${name}`);
      return result;
    } catch (error) {
      this.#database.exec(`rollback to ${name}; release ${name}`);
      this.#applied.clear();
      throw error;
    }
  }
}

function bound(value: unknown): SQLInputValue {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`the platform binds no ${typeof value}`);
}

/** Blobs come as buffers. */
function given<T extends Row>(row: Record<string, unknown>): T {
  for (const [name, value] of Object.entries(row))
    if (value instanceof Uint8Array) row[name] = value.slice().buffer;
  return row as T;
}

/** As much of a cursor as an object may use; rows written are measured in workerd. */
function cursorOf<T extends Row>(rows: T[]): SqlStorageCursor<T> {
  const cursor = {
    toArray: () => rows,
    one: () => {
      if (rows.length !== 1) throw new Error(`one row was expected, ${rows.length} came`);
      return rows[0];
    },
    [Symbol.iterator]: () => rows[Symbol.iterator](),
    rowsWritten: 0,
  };
  return cursor as unknown as SqlStorageCursor<T>;
}
