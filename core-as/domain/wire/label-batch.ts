import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * Labels of one batch for one pane; null where the sender did not say when the prediction was made. Logs stay encoded (by writeLog)
 * until they are merged, so that the object holds many batches in little memory.
 */
export interface LabelGroup {
  paneStartMs: number | null;
  log: Uint8Array;
  /** Predictions that the sender repeated beside their labels: they need not have been sent before. */
  predictions: Uint8Array;
}

export function writeLabelBatch(groups: readonly LabelGroup[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("labelBatch");
  writer.varint(groups.length);
  for (const { paneStartMs, log, predictions } of groups) {
    writer.u8(paneStartMs === null ? 0 : 1);
    if (paneStartMs !== null) writer.timeMs(paneStartMs);
    writer.block(log);
    writer.block(predictions);
  }
  return writer.finish();
}

export function readLabelBatch(bytes: Uint8Array): LabelGroup[] {
  const reader = new ByteReader(bytes, "labelBatch");
  const groups = Array.from({ length: reader.count(3) }, () => {
    const placed = reader.u8();
    if (placed > 1) throw reader.refuse(`has a group of the unknown form ${placed}`);
    const paneStartMs = placed === 1 ? reader.timeMs() : null;
    return { paneStartMs, log: reader.block(), predictions: reader.block() };
  });
  reader.end();
  return groups;
}
