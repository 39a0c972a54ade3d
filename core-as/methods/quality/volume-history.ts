/**
 * The windows before, as long as they are too few, continued backwards by the chunks of a reference: its weekdays and how
 * they vary, but never its number of rows, since a reference may well be a sample. The windows that there are give the level.
 */
import type { Kernel } from "../../kernel/api.ts";

/** Own windows may lie this many times as far from the reference's weekdays as its own chunks do; or those are not theirs. */
const likeness = 3;
/** Chunks of equal size lie nowhere near so exactly in truth. */
const leastSpread = 0.05;

/**
 * @param own rows of the windows one, two, … steps back; null where there was none
 * @param chunks of the reference, by how many steps back they begin
 * @returns `own` as it is where it has less than a season, or where the reference is not like it
 */
export function extendedBy(
  kernel: Kernel,
  own: readonly (number | null)[],
  chunks: readonly { back: number; rows: number }[],
  season: number,
): (number | null)[] {
  const logOf = (rows: number): number => kernel.log(rows + 0.5);
  const phaseOf = (back: number): number => ((back % season) + season) % season;
  const usual = new Map<number, number>();
  for (const phase of new Set(chunks.map(({ back }) => phaseOf(back)))) {
    const alike = chunks.filter(({ back }) => phaseOf(back) === phase);
    usual.set(phase, medianOf(alike.map(({ rows }) => logOf(rows))));
  }
  const known = own.flatMap((rows, at) => {
    const base = usual.get(phaseOf(at + 1));
    return rows === null || base === undefined ? [] : [logOf(rows) - base];
  });
  if (known.length < season || known.length === 0 || chunks.length < 2 * season) return [...own];
  const level = medianOf(known);
  const around = chunks.map(({ back, rows }) => logOf(rows) - (usual.get(phaseOf(back)) ?? 0));
  const spread = Math.max(leastSpread, deviation(around, 0));
  if (deviation(known, level) > likeness * spread) return [...own];
  const factor = kernel.exp(level);
  const sorted = [...chunks].sort((a, b) => a.back - b.back);
  const first = own.length + 1;
  // The newest chunk goes to the next step back that is of its phase, the others as far behind it as they are.
  const shift = sorted[0].back - (first + phaseOf(sorted[0].back - first));
  const history = [...own];
  for (const { back, rows } of sorted) {
    while (history.length < back - shift) history.push(null);
    history[back - shift - 1] = rows * factor;
  }
  return history;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
}

function deviation(values: readonly number[], centre: number): number {
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0) / values.length,
  );
}
