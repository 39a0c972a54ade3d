import type { FeatureWindows } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import { extraSlots } from "#core/domain/reference-cells.ts";
import { noReference, readCounts } from "#core/domain/wire.ts";
import { lookAt } from "#core/methods/sketches/look.ts";
import { windowEnding } from "../../checks/evaluate-window.ts";
import { type AskedSeries, findSeries } from "./answers.ts";
import { listChecks } from "./checks.ts";
import { listDue } from "./due.ts";
import { foldGenerations } from "./fold.ts";
import type { ModelStore } from "./model-store.ts";
import { OneSketch } from "./pane-content.ts";
import { mergeContent, mergePanes, referenceCounted } from "./panes.ts";
import { problem, type Result } from "../result.ts";

type FeatureWindow = FeatureWindows["windows"][number];
type Stretch = Pick<FeatureWindow, "windowStartMs" | "windowEndMs">;

/**
 * One feature in each window of a series that begins in [from, to): its counts as the newest check has them, those of
 * windows that have not been checked since rows came as they stand, and what sketches tell where no reference was in force.
 */
export function featureWindowsOf(
  store: ModelStore,
  feature: string,
  { series: key, fromMs, toMs }: AskedSeries,
  nowMs: number,
): Result<FeatureWindows> {
  while (foldGenerations(store, nowMs));
  const found = findSeries(store, key);
  if ("problem" in found) return found;
  const { key: series, segment } = found.value;
  const { features } = store.configured.model;
  if (!features.some(({ name }) => name === feature))
    return problem("invalid_query", `The model has no feature ${JSON.stringify(feature)}.`);
  const { sql, references } = store;
  const windows = new Map<number, FeatureWindow>();
  for (const { summary, counts } of listChecks(sql, { series, fromMs, toMs }, limits.historyChecks)) {
    const { referenceId, rows, windowStartMs, windowEndMs } = summary;
    const stretch = { windowStartMs, windowEndMs };
    const window =
      referenceId === null
        ? sketched(store, segment, feature, stretch)
        : counted(store, feature, stretch, {
            ...{ referenceId, rows },
            counts: readCounts(counts, references.slotsOf(referenceId)),
          });
    windows.set(windowEndMs, window);
  }
  const open = { series, afterMs: fromMs };
  for (const { endMs } of listDue(sql, "check", Number.MAX_SAFE_INTEGER, limits.historyChecks, open)) {
    const stretch = windowEnding(store, found.value, endMs);
    const { windowStartMs } = stretch;
    if (windowStartMs < fromMs || windowStartMs >= toMs) continue;
    const referenceId = referenceCounted(sql, windowStartMs, endMs, segment);
    if (referenceId === null) continue;
    const cells = { referenceId, segment };
    const window =
      referenceId === noReference
        ? sketched(store, segment, feature, stretch)
        : counted(store, feature, stretch, {
            referenceId,
            ...mergePanes(sql, windowStartMs, endMs, cells, references.slotsOf(referenceId)),
          });
    windows.set(endMs, window);
  }
  return {
    value: { feature, windows: [...windows.values()].sort((a, b) => a.windowEndMs - b.windowEndMs) },
  };
}

function counted(
  store: ModelStore,
  feature: string,
  { windowStartMs, windowEndMs }: Stretch,
  { referenceId, rows, counts }: { referenceId: string; rows: number; counts: Float64Array },
): FeatureWindow {
  const place = store.references.layoutOf(referenceId).features.find(({ name }) => name === feature);
  if (place === undefined)
    throw new RangeError(`${referenceId} lacks ${feature}, and was taken for this model`);
  const own = counts.subarray(place.offset, place.offset + place.cells + extraSlots.length);
  return { windowStartMs, windowEndMs, referenceId, rows, counts: [...own] };
}

function sketched(
  store: ModelStore,
  segment: string,
  feature: string,
  { windowStartMs, windowEndMs }: Stretch,
): FeatureWindow {
  const { features } = store.configured.model;
  const index = features.findIndex(({ name }) => name === feature);
  const cells = { referenceId: noReference, segment };
  const { rows, content } = mergeContent(
    store.sql,
    ...([windowStartMs, windowEndMs, cells, new OneSketch(features, index)] as const),
  );
  return { windowStartMs, windowEndMs, referenceId: null, rows, counts: [], sketch: lookAt(content.sketch) };
}
