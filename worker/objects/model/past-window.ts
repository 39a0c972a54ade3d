import { floorTo } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { CountedChunk } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { comparedSeed, referenceFromCounts } from "#core/reference/from-counts.ts";
import { caught, problem, type Result } from "../result.ts";
import { foldGenerations } from "./fold.ts";
import type { ModelStore } from "./model-store.ts";
import { listPaneCells, mergePanes } from "./panes.ts";

/**
 * What was counted in [from, to) as a reference, in the cells that it was counted in: its windows are the chunks. Without
 * its content address, which is the caller's to compute.
 */
export function pastWindow(
  store: ModelStore,
  kernel: Kernel,
  { fromMs, toMs, segment }: { fromMs: number; toMs: number; segment: string },
  nowMs: number,
): Result<Omit<Reference, "id">> {
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
  if (referenceId === undefined)
    return problem("reference_invalid", "No rows are counted between these times.");
  if (others.length > 0)
    return problem(
      "cells_differ",
      `Rows between these times are counted in the cells of ${[referenceId, ...others].join(" and ")}; take a stretch under one.`,
    );
  const slots = store.references.slotsOf(referenceId);
  const chunks: CountedChunk[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += windowMs) {
    const { rows, counts } = mergePanes(
      store.sql,
      startMs,
      startMs + windowMs,
      { referenceId, segment },
      slots,
    );
    chunks.push({ startMs, rows, counts });
  }
  const base = store.references.get(referenceId);
  return caught(() => referenceFromCounts(kernel, { base, chunks, periodMs: windowMs, seed: comparedSeed }));
}
