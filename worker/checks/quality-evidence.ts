import { comparableWindows } from "#core/domain/comparable-windows.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import type { Series } from "#core/domain/monitor.ts";
import { isEmptyQuality } from "#core/domain/pane-quality.ts";
import {
  fieldsBefore,
  pastWindow,
  sinceTraffic,
  type QualityEvidence,
  type ToldWindow,
} from "#core/domain/quality-evidence.ts";
import { findCheck, listTold } from "../objects/model/checks.ts";
import { countDuplicates } from "../objects/model/logs.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { rowsOfStretches, toldOfPanes } from "../objects/model/panes.ts";

interface Bounds {
  windowStartMs: number;
  windowEndMs: number;
}

/** What is known of a window's rows, and of the windows of its series that it is compared with, as they stand. */
export function qualityEvidence(
  store: ModelStore,
  { key, monitor, segment }: Series,
  { windowStartMs, windowEndMs }: Bounds,
  nowMs: number,
): QualityEvidence {
  const { sql } = store;
  const { model } = store.configured;
  const { rows, quality, newestEndMs } = toldOfPanes(sql, windowStartMs, windowEndMs, segment);
  const told = segment === "" && !isEmptyQuality(quality) ? quality : null;
  if (told !== null) told.duplicates += duplicatesOf(store, key, { windowStartMs, windowEndMs }, nowMs);
  const comparable = comparableWindows(monitor.window, model, windowEndMs);
  const windows = comparable?.windows ?? [];
  const known = listTold(
    sql,
    key,
    windows.map(({ endMs }) => endMs),
  );
  const before = windows.flatMap((window) => {
    const told = known.get(window.endMs);
    return told === undefined ? [] : [{ ...window, told, rows: told.rows }];
  });
  const past = sinceTraffic(before, comparable?.season ?? 0);
  const silentMs = windowEndMs - Math.min(windowEndMs, newestEndMs ?? windowStartMs);
  const tailMs = rows === 0 ? 0 : cuttable(silentMs, windowEndMs - windowStartMs);
  const tails =
    tailMs === 0
      ? []
      : rowsOfStretches(
          sql,
          segment,
          past.map(({ endMs }) => ({ fromMs: endMs - tailMs, toMs: endMs })),
        );
  return {
    clock: model.clock,
    ...{ rows, told },
    silentMs: rows === 0 || tailMs > 0 ? silentMs : 0,
    season: comparable?.season ?? 0,
    past: past.map(({ back, startMs, told: windowTold }, at) => ({
      ...pastWindow({ back, startMs }, windowTold),
      ...(tailMs > 0 && { tailRows: tails[at] }),
    })),
    fields: fieldsBefore(
      told,
      before.map(({ told: windowTold }) => windowTold),
    ),
  };
}

/** The logs know which ids came twice as long as labels may join; a later revision keeps what was known then. */
function duplicatesOf(
  store: ModelStore,
  series: string,
  { windowStartMs, windowEndMs }: Bounds,
  nowMs: number,
): number {
  if (windowStartMs >= store.joinableFromMs(nowMs))
    return countDuplicates(store.sql, windowStartMs, windowEndMs);
  return findCheck(store.sql, { series, endMs: windowEndMs })?.told.told?.duplicates ?? 0;
}

/** As much of a silent stretch as the panes of windows long ago can still be cut into: whole hours, of long windows whole days. */
function cuttable(silentMs: number, windowMs: number): number {
  const paneMs = windowMs > DAY_MS ? DAY_MS : HOUR_MS;
  return windowMs > paneMs ? Math.floor(silentMs / paneMs) * paneMs : 0;
}

export const toldOf = ({ rows, told }: QualityEvidence): ToldWindow => ({ rows, told });
