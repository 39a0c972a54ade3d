import { createHash } from "node:crypto";
import type { Dataset } from "./dataset.ts";
import { featureNames } from "./features.ts";

/** Of everything that is sent: two datasets with the same digest give the same batches. */
export function digest(dataset: Dataset): string {
  const hash = createHash("sha256").update(JSON.stringify([dataset.codes, dataset.training.threshold]));
  const bytes = ({ buffer, byteOffset, byteLength }: Int32Array | Int16Array | Uint16Array): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  for (const column of [dataset.minute, dataset.delay, dataset.scores, dataset.faulty.scores])
    hash.update(bytes(column));
  for (const name of featureNames)
    hash.update(bytes(dataset.columns[name])).update(bytes(dataset.faulty.columns[name]));
  return hash.digest("hex").slice(0, 32);
}
