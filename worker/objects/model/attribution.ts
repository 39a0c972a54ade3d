import { attributeCheck, type SegmentInput } from "#core/check-attribution.ts";
import type { CheckAttribution } from "#core/domain/check-attribution.ts";
import type { Check } from "#core/domain/check.ts";
import { type Series, seriesKey, seriesOf } from "#core/domain/monitor.ts";
import { segmentKeys } from "#core/domain/segments.ts";
import { mergeCounts } from "#core/domain/window.ts";
import { readCounts } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { problem, type Result } from "../result.ts";
import { importancesAt } from "./answers.ts";
import { findCheck, findCompared, readCheck } from "./checks.ts";
import type { ModelStore } from "./model-store.ts";

/** Which features, cells and segments carry the change that a stored check tells of. */
export function attributionOf(store: ModelStore, kernel: Kernel, id: string): Result<CheckAttribution> {
  const check = readCheck(store.sql, id);
  const stored =
    check && findCheck(store.sql, { series: check.monitor, endMs: check.windowEndMs }, check.revision);
  if (check === null || stored === null)
    return problem("check_not_found", `There is no check of drift ${id}.`);
  const importances = importancesAt(store, check.windowStartMs);
  if (check.referenceId === null)
    return { value: { check: id, importances, features: [], segments: [], attribution: null } };
  const slots = store.references.slotsOf(check.referenceId);
  return {
    value: attributeCheck(kernel, {
      ...{ check, importances },
      reference: store.references.get(check.referenceId),
      counts: readCounts(stored.counts, slots),
      compared: earlierCounts(store, id, slots),
      segments: segmentsOf(store, check, check.referenceId),
    }),
  };
}

function earlierCounts(store: ModelStore, id: string, slots: number): Float64Array | null {
  const chunks = findCompared(store.sql, id, slots);
  if (chunks === null) return null;
  const all = new Float64Array(slots);
  for (const { counts } of chunks) mergeCounts(all, counts);
  return all;
}

/** Of a check of all rows: the same window of each value of the segments that a like monitor watches. */
function segmentsOf(store: ModelStore, check: Check, referenceId: string): SegmentInput[][] {
  const { model, policy } = store.configured;
  const series = seriesOf(model, policy);
  const own = series.find(({ key }) => key === check.monitor);
  if (own === undefined || own.segment !== "") return [];
  const like = ({ monitor }: Series): boolean =>
    JSON.stringify([monitor.window, monitor.against]) ===
    JSON.stringify([own.monitor.window, own.monitor.against]);
  const { segments: references } = store.references.get(referenceId);
  return model.segments.map((cut) => {
    const watching = series.find((one) => one.monitor.segment === cut.name && like(one))?.monitor.id;
    if (watching === undefined) return [];
    return segmentKeys(cut).flatMap((segment): SegmentInput[] => {
      const found = findCheck(store.sql, { series: seriesKey(watching, segment), endMs: check.windowEndMs });
      if (found === null || found.summary.rows === 0) return [];
      const reference = references[segment];
      return [
        {
          segment,
          check: found.summary,
          referenceRows: reference === undefined ? null : store.references.get(reference).rows,
        },
      ];
    });
  });
}
