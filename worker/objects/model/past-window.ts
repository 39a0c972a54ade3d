import { floorTo } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import { noReference } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { comparedSeed, referenceFromCounts } from "#core/reference/from-counts.ts";
import { referenceFromSketches } from "#core/reference/from-sketches.ts";
import { caught, problem, type Result } from "../result.ts";
import { foldGenerations } from "./fold.ts";
import type { ModelStore } from "./model-store.ts";
import { Sketches } from "./pane-content.ts";
import type { PaneCells } from "./pane-rows.ts";
import { listPaneCells, mergeContent, mergePanes, rowsOfStretches } from "./panes.ts";

/** A stretch of whole windows, of all rows or of a segment. */
export interface PastStretch {
  fromMs: number;
  toMs: number;
  segment: string;
}

type Made = Omit<Reference, "id">;

/**
 * What came in [from, to) as a reference: in the cells that it was counted in, or in fresh ones where it was sketched. Its
 * windows are the chunks. Without its content address, which is the caller's to compute. Null where fewer rows came than `leastRows`.
 */
export function pastWindow(
  store: ModelStore,
  kernel: Kernel,
  { fromMs, toMs, segment }: PastStretch,
  leastRows: number,
  nowMs: number,
): Result<Made | null> {
  while (foldGenerations(store, nowMs));
  const { windowMs } = store.configured.model;
  if (floorTo(fromMs, windowMs) !== fromMs || floorTo(toMs, windowMs) !== toMs || fromMs >= toMs)
    return problem(
      "reference_invalid",
      `A reference of the past begins and ends with windows: "from" and "to" are whole multiples of ${windowMs} ms since 1970.`,
    );
  if ((toMs - fromMs) / windowMs > limits.comparedWindows)
    return problem("reference_invalid", `At most ${limits.comparedWindows} windows make a reference.`);
  const [referenceId, ...others] = listPaneCells(store.sql, fromMs, toMs, segment);
  if (referenceId === undefined) return { value: null };
  if (others.length > 0)
    return problem(
      "cells_differ",
      `Rows between these times are counted in the cells of ${[referenceId, ...others].map(spelled).join(" and ")}; take a stretch under one.`,
    );
  const starts: number[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += windowMs) starts.push(startMs);
  const cells = { referenceId, segment };
  const [rows] = rowsOfStretches(store.sql, segment, [{ fromMs, toMs }]);
  if (rows < leastRows) return { value: null };
  return caught(() =>
    referenceId === noReference
      ? sketched(store, kernel, starts, cells)
      : counted(store, kernel, starts, cells),
  );
}

const spelled = (referenceId: string): string => (referenceId === noReference ? "no reference" : referenceId);

function counted(store: ModelStore, kernel: Kernel, starts: readonly number[], cells: PaneCells): Made {
  const { windowMs: periodMs } = store.configured.model;
  const base = store.references.get(cells.referenceId);
  const slots = store.references.slotsOf(cells.referenceId);
  const chunks = starts.map((startMs) => {
    const { rows, counts } = mergePanes(store.sql, startMs, startMs + periodMs, cells, slots);
    return { startMs, rows, counts };
  });
  return referenceFromCounts(kernel, { base, chunks, periodMs, seed: comparedSeed });
}

function sketched(store: ModelStore, kernel: Kernel, starts: readonly number[], cells: PaneCells): Made {
  const { windowMs: periodMs, features } = store.configured.model;
  const windows = starts.map((startMs) => {
    const empty = new Sketches(features);
    const { rows, content } = mergeContent(store.sql, startMs, startMs + periodMs, cells, empty);
    return { startMs, rows, sketches: content.sketches };
  });
  return referenceFromSketches(kernel, { features, windows, periodMs, seed: comparedSeed });
}
