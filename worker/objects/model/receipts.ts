import type { Receipt } from "#core/domain/api.ts";
import { hashId } from "#core/domain/id-hash.ts";
import { limits } from "#core/domain/limits.ts";
import {
  findStoredReceipt,
  readReceipts,
  receiptHashes,
  writeReceipts,
  type StoredReceipt,
} from "#core/domain/wire.ts";
import type { BatchKind, StoredBatch } from "./deltas.ts";

/** A fold rewrites at most the newest segment: small enough to rewrite, large enough to keep segments few. */
const segmentBytes = 64 * 1024;

const hash = new Uint32Array(2);

/** Scope of a batch id within the model: its kind. */
function hashBatch(kind: BatchKind, batchId: string): { hi: number; lo: number } {
  hashId(`${kind}\n${batchId}`, hash);
  return { hi: hash[0], lo: hash[1] };
}

/**
 * The memory of folded batches: receipts in segments by arrival, and a filter that says which segment to open. The
 * filter is an open-addressing table of 32-bit fingerprints, rebuilt on wake: 16 bytes a batch.
 */
export class ReceiptMemory {
  readonly #sql: SqlStorage;
  #fingerprints = new Uint32Array(0);
  /** Segment of each slot; 0 is an empty slot. */
  #segments = new Uint32Array(0);
  #filled = 0;
  #loaded = false;
  /** Of all segments; null before it was asked for since they changed. */
  #standing: { batches: number; oldestMs: number | null } | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Batches remembered, folded ones only. */
  size(): number {
    return this.#stand().batches;
  }

  /** Those of segments that were added to since. */
  sizeSince(sinceMs: number): number {
    const sum = "select sum(batches) as total from receipts where last_ms >= ?";
    return this.#sql.exec<{ total: number | null }>(sum, sinceMs).one().total ?? 0;
  }

  /** Asked for with every batch, and changed by folds only. */
  #stand(): { batches: number; oldestMs: number | null } {
    const stand = "select coalesce(sum(batches), 0) as batches, min(last_ms) as oldestMs from receipts";
    this.#standing ??= this.#sql.exec<{ batches: number; oldestMs: number | null }>(stand).one();
    return this.#standing;
  }

  find(kind: BatchKind, batchId: string): { bodyHash: string; receipt: Receipt } | null {
    this.#load();
    const { hi, lo } = hashBatch(kind, batchId);
    for (const segment of this.#candidates(hi, lo)) {
      const bytes = this.#bytes(segment);
      const found = bytes && findStoredReceipt(bytes, hi, lo);
      if (found === null) continue;
      const { bodyHash, accepted, rejected, late, errors, ignored } = found;
      return {
        bodyHash,
        receipt: { batchId, deduplicated: true, accepted, rejected, errors, late, ignored },
      };
    }
    return null;
  }

  /** Remembers the batches of a fold, in order of arrival. Ids that the server chose cannot come again. */
  add(batches: readonly StoredBatch[]): void {
    const fresh = batches
      .filter(({ receipt }) => receipt.deduplicated)
      .map(({ kind, batchId, bodyHash, receipt }): StoredReceipt => {
        const { accepted, rejected, late, errors, ignored } = receipt;
        // Batches of before bodies had fingerprints come with a longer hash.
        const short = bodyHash.slice(0, 16);
        return { ...hashBatch(kind, batchId), bodyHash: short, accepted, rejected, late, errors, ignored };
      });
    if (fresh.length === 0) return;
    const lastMs = batches.reduce((last, { arrivedMs }) => Math.max(last, arrivedMs), 0);
    const [newest] = this.#sql
      .exec<{
        segment: number;
        bytes: number;
      }>("select segment, length(entries) as bytes from receipts order by segment desc limit 1")
      .toArray();
    let segment = newest?.segment ?? 1;
    let held: StoredReceipt[] = [];
    if (newest !== undefined && newest.bytes < segmentBytes) held = this.#read(segment);
    else if (newest !== undefined) segment++;
    // Errors and unknown fields make a receipt long: weighed as they are added, so that no segment outgrows a row.
    let pending: StoredReceipt[] = [];
    const places: number[] = [];
    let bytes = newest !== undefined && held.length > 0 ? newest.bytes : 0;
    for (const receipt of fresh) {
      if (bytes >= segmentBytes) {
        this.#write(segment++, [...held, ...pending], lastMs);
        [held, pending, bytes] = [[], [], 0];
      }
      pending.push(receipt);
      bytes += 24 + JSON.stringify([receipt.errors, receipt.ignored]).length;
      places.push(segment);
    }
    this.#write(segment, [...held, ...pending], lastMs);
    if ((this.#filled + fresh.length) * 2 > this.#segments.length) this.#loaded = false;
    if (this.#loaded) fresh.forEach(({ hi, lo }, index) => this.#insert(hi, lo, places[index]));
  }

  /** When the first ids past the horizon may be forgotten; null when none are remembered. */
  forgetsAtMs(): number | null {
    const { oldestMs } = this.#stand();
    return oldestMs === null ? null : oldestMs + limits.dedupeMs;
  }

  /** Forgets whole segments past the horizon, as long as the promised number of ids stays. */
  forget(nowMs: number): void {
    let left = this.size();
    const old = this.#sql
      .exec<{
        segment: number;
        batches: number;
      }>("select segment, batches from receipts where last_ms < ? order by segment", nowMs - limits.dedupeMs)
      .toArray();
    for (const { segment, batches } of old) {
      if (left - batches < limits.dedupeBatches) break;
      left -= batches;
      this.#sql.exec("delete from receipts where segment = ?", segment);
      this.reload();
    }
  }

  /** The filter no longer repeats the table: it is built again at the next look. */
  reload(): void {
    this.#loaded = false;
    this.#standing = null;
  }

  #bytes(segment: number): Uint8Array | null {
    const [row] = this.#sql
      .exec<{ entries: ArrayBuffer }>("select entries from receipts where segment = ?", segment)
      .toArray();
    return row === undefined ? null : new Uint8Array(row.entries);
  }

  #read(segment: number): StoredReceipt[] {
    const bytes = this.#bytes(segment);
    return bytes === null ? [] : readReceipts(bytes);
  }

  #write(segment: number, receipts: StoredReceipt[], lastMs: number): void {
    this.#sql.exec(
      "insert or replace into receipts (segment, last_ms, batches, entries) values (?, ?, ?, ?)",
      segment,
      lastMs,
      receipts.length,
      writeReceipts(receipts),
    );
    this.#standing = null;
  }

  #load(): void {
    if (this.#loaded) return;
    this.#filled = 0;
    this.#resize(this.size());
    const segments = this.#sql.exec<{ segment: number }>("select segment from receipts").toArray();
    for (const { segment } of segments) {
      const bytes = this.#bytes(segment);
      const hashes = bytes === null ? [] : receiptHashes(bytes);
      for (let index = 0; index < hashes.length; index += 2)
        this.#insert(hashes[index], hashes[index + 1], segment);
    }
    this.#loaded = true;
  }

  #resize(entries: number): void {
    let slots = 1024;
    while (slots < entries * 3) slots *= 2;
    this.#fingerprints = new Uint32Array(slots);
    this.#segments = new Uint32Array(slots);
  }

  #insert(hi: number, lo: number, segment: number): void {
    const mask = this.#segments.length - 1;
    let slot = lo & mask;
    while (this.#segments[slot] !== 0) slot = (slot + 1) & mask;
    this.#fingerprints[slot] = hi;
    this.#segments[slot] = segment;
    this.#filled++;
  }

  *#candidates(hi: number, lo: number): Generator<number> {
    const mask = this.#segments.length - 1;
    for (let slot = lo & mask; this.#segments[slot] !== 0; slot = (slot + 1) & mask)
      if (this.#fingerprints[slot] === hi) yield this.#segments[slot];
  }
}
