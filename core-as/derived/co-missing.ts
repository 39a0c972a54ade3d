/**
 * The block of what is missing together: rows by which of their features are missing, for the reference's most frequent
 * patterns, with `other` for the rest. A sensor that fails takes all of its features along; each of them alone hardly shows.
 */
import * as z from "zod";
import type { Column } from "../domain/columns.ts";
import { extraSlots, type Layout } from "../domain/reference-cells.ts";
import type { Kernel } from "../kernel/api.ts";
import { chunkNull } from "../nulls/chunk-null.ts";
import type { DerivedKind } from "./derived.ts";

const Count = z.number().int().nonnegative();

export const CoMissing = z.object({
  kind: z.literal("coMissing"),
  features: z.array(z.string()),
  /** Ascending places in `features`; the first pattern is that of rows in which nothing is missing. */
  patterns: z.array(z.array(Count)).min(1),
  reference: z.object({
    /** Rows of each pattern, and of no such one. */
    counts: z.array(Count),
    /** The chi-square of each chunk against the rest; null without chunks. */
    chunks: z.array(z.number()).nullable(),
  }),
});
export type CoMissing = z.infer<typeof CoMissing>;

export const coMissing: DerivedKind<CoMissing> = {
  schema: CoMissing,
  slots: ({ patterns }) => patterns.length + 1,
  counter: (_, block, layout) => countPatterns(block, layout),
  problem: (_, counts, rows) => {
    const counted = counts.reduce((sum, count) => sum + count, 0);
    return counted === rows ? null : `${counted} rows are counted by what is missing in them`;
  },
  misfit: ({ features, patterns, reference: { counts, chunks: values } }, chunks) => {
    if (counts.length !== patterns.length + 1)
      return `one count a pattern and one more: ${patterns.length + 1}`;
    if (patterns[0].length > 0) return "the first pattern is of rows in which nothing is missing";
    const places = (pattern: readonly number[]): boolean =>
      pattern.every((place, at) => place < features.length && (at === 0 || pattern[at - 1] < place));
    if (!patterns.every(places)) return "a pattern's places do not ascend within its features";
    if (new Set(patterns.map(String)).size < patterns.length) return "a pattern stands twice";
    return values === null || values.length === chunks ? null : "one value a chunk";
  },
  rebase: (kernel, block, counts, chunks) => ({
    ...block,
    reference: { counts: [...counts], chunks: chunks && chunkValues(kernel, counts, chunks) },
  }),
};

/** The chi-square of each chunk's patterns against those of the other chunks. */
export function chunkValues(kernel: Kernel, counts: Float64Array, chunks: readonly Float64Array[]): number[] {
  return chunkNull("chi2", counts, chunks, (rest, chunk) => kernel.chi2(rest, chunk).statistic).statistics;
}

function countPatterns(
  { features, patterns }: Pick<CoMissing, "features" | "patterns">,
  layout: Layout,
): ReturnType<typeof coMissing.counter> {
  const steps = stepsOf(patterns);
  const missingSlot = extraSlots.indexOf("missing");
  const missingSlots = features.map((name) => {
    const place = layout.features.find((feature) => feature.name === name);
    return place === undefined ? null : place.offset + place.cells + missingSlot;
  });
  return ({ columns, rows: all }, rows, counts, offset) => {
    const many = rows?.length ?? all;
    // Of each row the pattern so far; left out while nothing is missing anywhere.
    let at: Int32Array | null = null;
    for (const [feature, name] of features.entries()) {
      const slot = missingSlots[feature];
      if (slot !== null && counts[slot] === 0) continue;
      const reached = (at ??= new Int32Array(many));
      eachMissing(columns.get(name), rows, many, (i) => {
        if (reached[i] !== nowhere) reached[i] = steps[reached[i]].next.get(feature) ?? nowhere;
      });
    }
    if (at === null) counts[offset] += many;
    else
      for (let i = 0; i < many; i++) {
        const pattern = at[i] === nowhere ? nowhere : steps[at[i]].pattern;
        counts[offset + (pattern === nowhere ? patterns.length : pattern)]++;
      }
  };
}

/** No pattern, or none that the reference has. */
const nowhere = -1;

/** Visits the places among the rows (all when left out) whose value is missing: few, in loops that see nothing else. */
function eachMissing(
  column: Column | undefined,
  rows: Int32Array | undefined,
  many: number,
  visit: (i: number) => void,
): void {
  if (column === undefined) for (let i = 0; i < many; i++) visit(i);
  else if (column.kind === "numeric") {
    const { values } = column;
    if (rows) {
      for (let i = 0; i < many; i++) if (Number.isNaN(values[rows[i]])) visit(i);
    } else for (let i = 0; i < many; i++) if (Number.isNaN(values[i])) visit(i);
  } else {
    const { codes } = column;
    for (let i = 0; i < many; i++) if (codes[rows ? rows[i] : i] < 0) visit(i);
  }
}

/** A pattern as the way through its features, in their order. */
interface Step {
  next: Map<number, number>;
  /** Place of the pattern that ends here; −1 where none does. */
  pattern: number;
}

function stepsOf(patterns: readonly (readonly number[])[]): Step[] {
  const steps: Step[] = [{ next: new Map(), pattern: nowhere }];
  patterns.forEach((features, pattern) => {
    let at = 0;
    for (const feature of features) {
      let next = steps[at].next.get(feature);
      if (next === undefined) {
        next = steps.push({ next: new Map(), pattern: nowhere }) - 1;
        steps[at].next.set(feature, next);
      }
      at = next;
    }
    steps[at].pattern = pattern;
  });
  return steps;
}
