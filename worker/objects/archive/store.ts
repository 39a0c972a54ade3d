import { bucketOf, prefixOf } from "../../archive/keys.ts";
import { guardRows } from "../row-guard.ts";
import { doom } from "./garbage.ts";
import { type ArchiveState, beginArchive, readState } from "./sources.ts";

/** Deletions of a model's files when it is gone: at once, and again when what was on its way must have arrived. */
const passes = 2;

/** The manifest of one archive: its tables, all or nothing. */
export class ArchiveStore {
  readonly sql: SqlStorage;
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage, schema: string) {
    this.#storage = storage;
    this.sql = guardRows(storage.sql);
    this.sql.exec(schema);
  }

  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  /** Null before the first row. */
  get state(): ArchiveState | null {
    return readState(this.sql);
  }

  /** The archive of the model that was made then; what is left of an earlier one of the same id goes. */
  begin(modelName: string, createdAtMs: number, nowMs: number): void {
    const { state } = this;
    if (state?.createdAtMs === createdAtMs) return;
    this.transaction(() => {
      if (state !== null) this.end(modelName, state.createdAtMs, nowMs);
      beginArchive(this.sql, createdAtMs, bucketOf(createdAtMs));
    });
  }

  /** Nothing counts any more, and every file is to be deleted. */
  end(modelName: string, createdAtMs: number, nowMs: number): void {
    this.transaction(() => {
      for (const table of [
        "archive",
        "source",
        "pending",
        "hour",
        "part",
        "garbage",
        "garbage_lot",
        "erasure",
      ])
        this.sql.exec(`delete from ${table}`);
      doom(this.sql, prefixOf(modelName, createdAtMs), nowMs, passes);
    });
  }
}
