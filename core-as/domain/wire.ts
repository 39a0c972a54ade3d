/**
 * What travels between a Worker and a model's object, and what the object stores: flat little-endian bytes behind a
 * magic, a version and a kind. Integers are varints, counts are sparse, a log is plain columns. Every reader checks
 * lengths before it allocates, and refuses a bad buffer with a sentence.
 */
export {
  type ArchiveRecord,
  type BatchFile,
  type HourRows,
  type PendingFile,
  readArchiveRecord,
  readPendingFiles,
  writeArchiveRecord,
  writePendingFiles,
} from "./wire/archive-records.ts";
export { ByteReader, ByteWriter, WireError } from "./wire/bytes.ts";
export { type CountedChunk, readCompared, writeCompared } from "./wire/compared.ts";
export { addCounts, countsLength, readCounts, writeCounts } from "./wire/counts.ts";
export { type DeltaPart, noReference, readDelta, writeDelta } from "./wire/delta.ts";
export { type Erased, readErased, writeErased } from "./wire/erased.ts";
export { readLabelBatch, writeLabelBatch, type LabelGroup } from "./wire/label-batch.ts";
export { isEmptyLog, readLog, writeLog } from "./wire/log.ts";
export { isPackedJson, readPackedJson, writePackedJson } from "./wire/packed-json.ts";
export { readSketches, readSketchOf, writeSketches } from "./wire/sketches.ts";
export {
  findStoredReceipt,
  readReceipts,
  receiptHashes,
  writeReceipts,
  type StoredReceipt,
} from "./wire/receipts.ts";
