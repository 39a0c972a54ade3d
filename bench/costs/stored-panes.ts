/** What a model keeps of its panes, by the code that stores them. */
import { DAY_MS, HOUR_MS, limits, MINUTE_MS } from "#core/domain/limits.ts";
import { writeCounts } from "#core/domain/wire.ts";
import { createFolder } from "#core/domain/window.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { rowsOf } from "../system/bodies.ts";
import { featuresOf, referenceOf } from "../system/set-up.ts";

/** Past this the cells of a pane are as full as they become: counts grow by a byte where they grow a hundredfold. */
const rowsLooked = 20_000;

/** Bytes of all panes of a model that gets so many rows a second, kept as long as by default. */
export async function storedPanes(features: number, rowsPerSecond: readonly number[]): Promise<number[]> {
  const declared = featuresOf({ features });
  const folder = createFolder(nodeKernel(), await referenceOf(declared));
  const sizeOf = (rows: number): number => {
    const looked = Math.max(1, Math.min(rowsLooked, Math.round(rows)));
    const counts = folder.fold(rowsOf(declared, looked, 3, null));
    return writeCounts(counts.map((count) => Math.round((count * Math.max(1, rows)) / looked))).length;
  };
  const { minutesMs, hoursMs, daysMs } = limits.retention;
  return rowsPerSecond.map(
    (rows) =>
      (minutesMs / MINUTE_MS) * sizeOf(60 * rows) +
      (hoursMs / HOUR_MS) * sizeOf(3600 * rows) +
      (daysMs / DAY_MS) * sizeOf(86_400 * rows),
  );
}
