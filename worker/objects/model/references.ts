import type { ReferenceSummary } from "#core/domain/api.ts";
import { layoutOf, type Layout } from "#core/domain/reference-cells.ts";
import { type Reference, storedReference } from "#core/domain/reference.ts";
import { isPackedJson, noReference, readPackedJson, writePackedJson } from "#core/domain/wire.ts";
import { estimatingBlock } from "#core/estimation.ts";
import { readDocumentBytes, writeDocument } from "./documents.ts";

/** The references of a model. Content-addressed and never changed, so what was read once stays in memory. */
export class ReferenceStore {
  readonly #sql: SqlStorage;
  readonly #read = new Map<string, { reference: Reference; layout: Layout }>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Storing the same reference again changes nothing. */
  add(id: string, text: string, summary: ReferenceSummary): ReferenceSummary {
    const stored = this.#summary(id);
    if (stored !== null) return stored;
    writeDocument(this.#sql, "reference", id, writePackedJson(text) ?? text);
    this.#sql.exec("insert into reference (id, summary) values (?, ?)", id, JSON.stringify(summary));
    return summary;
  }

  has(id: string): boolean {
    return this.#summary(id) !== null;
  }

  #summary(id: string): ReferenceSummary | null {
    const [row] = this.#sql
      .exec<{ summary: string }>("select summary from reference where id = ?", id)
      .toArray();
    return row === undefined ? null : (JSON.parse(row.summary) as ReferenceSummary);
  }

  /** Newest first. */
  list(): ReferenceSummary[] {
    return this.#sql
      .exec<{ summary: string }>("select summary from reference")
      .toArray()
      .map(({ summary }) => JSON.parse(summary) as ReferenceSummary)
      .sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  text(id: string): string | null {
    const stored = this.#stored(id);
    return typeof stored === "object" ? stored && JSON.stringify(stored) : stored;
  }

  /** Those stored as text, as all once were, are not read here. */
  #stored(id: string): string | Reference | null {
    const bytes = readDocumentBytes(this.#sql, "reference", id);
    if (bytes === null) return null;
    return isPackedJson(bytes) ? (readPackedJson(bytes) as Reference) : new TextDecoder().decode(bytes);
  }

  /** A reference that something stored is counted in: it is there. */
  get(id: string): Reference {
    return this.#load(id).reference;
  }

  /** Length of the flat vector of counts in its cells. */
  slotsOf(id: string): number {
    return this.#load(id).layout.slots;
  }

  /** Whether windows in its cells tell how well the model probably does. */
  estimates(id: string): boolean {
    return id !== noReference && estimatingBlock(this.#load(id).reference.derived) !== null;
  }

  layoutOf(id: string): Layout {
    return this.#load(id).layout;
  }

  #load(id: string): { reference: Reference; layout: Layout } {
    let read = this.#read.get(id);
    if (read === undefined) {
      const stored = this.#stored(id);
      if (stored === null) throw new RangeError(`reference ${id} is not stored`);
      const reference = storedReference(stored);
      read = { reference, layout: layoutOf(reference) };
      this.#read.set(id, read);
    }
    return read;
  }
}
