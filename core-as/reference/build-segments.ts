/** A reference with those of its segments: a segment is counted in cells of its own rows, with chunk nulls of its own. */
import { gather, selectRows } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import type { ModelConfig, Segment } from "../domain/model.ts";
import type { Reference } from "../domain/reference.ts";
import { segmentCodes, segmentKeys } from "../domain/segments.ts";
import { learnLossModels } from "../estimation/learn-losses.ts";
import type { Kernel } from "../kernel/api.ts";
import { buildReference, labelledRows, type ReferenceInput } from "./build.ts";
import { chunkRows } from "./chunks.ts";
import { importancesOf } from "./importances.ts";

type FromModel = Omit<ReferenceInput, "segments" | "columns" | "labels"> & { cuts: readonly Segment[] };

/** What a model says of its references: the same wherever they are built, or the same rows would make two. */
export function referenceSettings({
  features,
  windowMs,
  segments,
  task,
  classes,
  costs,
  quantile,
}: ModelConfig): FromModel {
  return { features, task, classes, costs, quantile, cuts: segments, periodMs: windowMs, seed: 1 };
}

/**
 * @param version what the rows' segment by "version" is; null where they have none
 * @param input importances that are left out are the declared ones, or a surrogate's
 * @returns the whole reference, which names the segments', and those; a segment with fewer than
 *   `limits.segmentReferenceRows` rows has none and is not monitored
 */
export async function buildReferences(
  kernel: Kernel,
  input: Omit<ReferenceInput, "segments"> & { cuts: readonly Segment[]; version: string | null },
  sha256: (text: string) => Promise<string>,
): Promise<{ whole: Reference; segments: Reference[] }> {
  const { columns, cuts, version, labels } = input;
  const labelled = labelledRows(input, chunkRows(columns, input.periodMs));
  // Once for all references: trees take seconds.
  const lossModels = labelled && learnLossModels(kernel, labelled);
  const named: Record<string, string> = {};
  const segments: Reference[] = [];
  for (const cut of cuts) {
    const codes = segmentCodes(cut, columns, version);
    for (const [code, key] of segmentKeys(cut).entries()) {
      const rows = Int32Array.from([...codes.keys()].filter((row) => codes[row] === code));
      if (rows.length < limits.segmentReferenceRows) continue;
      const own = {
        ...input,
        lossModels,
        importances: null,
        columns: selectRows(columns, rows),
        labels: labels && gather(labels, rows),
      };
      const reference = await buildReference(kernel, own, sha256);
      named[key] = reference.id;
      segments.push(reference);
    }
  }
  const importances = input.importances === undefined ? importancesOf(kernel, input) : input.importances;
  const all = { ...input, lossModels, importances, segments: named };
  return { whole: await buildReference(kernel, all, sha256), segments };
}
