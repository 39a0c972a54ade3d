/**
 * The block of ranges: of each number with quantile cells the rows below the reference's least value and above its greatest,
 * which its open outer cells cannot tell. Two slots a feature, below and above. Infinite numbers are counted apart already,
 * and numbers with a cell a value have no cell for what is out of range.
 */
import * as z from "zod";
import { type Columns, gather } from "../domain/columns.ts";
import type { Layout } from "../domain/reference-cells.ts";
import type { DerivedKind } from "./derived.ts";

const Count = z.number().int().nonnegative();

export const Ranges = z.object({
  kind: z.literal("ranges"),
  features: z.array(z.object({ name: z.string(), min: z.number(), max: z.number() })),
  /** What the reference's own rows say. */
  reference: z.object({
    /** Whether the ranges are those of its own rows, or of the reference in whose cells its windows were counted. */
    own: z.boolean(),
    /** As a window's: zeros where the ranges are its own. */
    counts: z.array(Count),
    /** By feature, where the ranges are its own: of how many of its outermost rows one chunk's come together. */
    clusters: z.array(z.number().min(1)).nullable(),
    /** By feature, where they are not: rows out of range of each chunk. */
    outside: z.array(z.array(Count)).nullable(),
  }),
});
export type Ranges = z.infer<typeof Ranges>;

export const ranges: DerivedKind<Ranges> = {
  schema: Ranges,
  slots: ({ features }) => 2 * features.length,
  counter: (_, block, layout) => countRanges(block, layout),
  problem: (_, counts, rows) => {
    for (let at = 0; at < counts.length; at += 2)
      if (counts[at] + counts[at + 1] > rows) return "more rows are out of range than there are";
    return null;
  },
  misfit: ({ features, reference: { own, counts, clusters, outside } }, chunks) => {
    if (counts.length !== 2 * features.length) return `two counts a feature: ${2 * features.length}`;
    if (own && counts.some((count) => count > 0)) return "its own rows cannot be out of its range";
    if (features.some(({ min, max }) => !(min <= max))) return "a range ends before it begins";
    if (clusters !== null && clusters.length !== features.length) return "one cluster a feature";
    if (outside === null) return null;
    const even = outside.length === features.length && outside.every(({ length }) => length === chunks);
    return even ? null : "one count a chunk of each feature";
  },
  rebase: (_, block, counts, chunks) => ({
    ...block,
    reference: {
      own: false,
      counts: [...counts],
      clusters: null,
      outside:
        chunks && block.features.map((__, at) => chunks.map((chunk) => chunk[2 * at] + chunk[2 * at + 1])),
    },
  }),
};

function countRanges(
  { features }: Pick<Ranges, "features">,
  layout: Layout,
): ReturnType<typeof ranges.counter> {
  const outer = features.map(({ name }) => {
    const place = layout.features.find((feature) => feature.name === name);
    return place === undefined ? null : [place.offset, place.offset + place.cells - 1];
  });
  return (columns, rows, counts, offset) => {
    features.forEach(({ name, min, max }, index) => {
      const cells = outer[index];
      // What is out of range lies in an outer cell, and those are counted already.
      if (cells !== null && counts[cells[0]] === 0 && counts[cells[1]] === 0) return;
      const [below, above] = outside(columns, name, min, max, rows);
      counts[offset + 2 * index] += below;
      counts[offset + 2 * index + 1] += above;
    });
  };
}

function outside(
  { columns }: Columns,
  name: string,
  min: number,
  max: number,
  rows: Int32Array | undefined,
): [below: number, above: number] {
  const column = columns.get(name);
  if (column?.kind !== "numeric") return [0, 0];
  // Loops over numbers only: this looks at every value of most features.
  const values = rows ? gather(column.values, rows) : column.values;
  let [below, above] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min && value !== -Infinity) below++;
    else if (value > max && value !== Infinity) above++;
  }
  return [below, above];
}
