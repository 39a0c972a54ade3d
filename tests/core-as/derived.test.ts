/** Derived blocks of estimates: counts that merge exactly in any order, and references that carry them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Column, Columns } from "#core/domain/columns.ts";
import type { Feature } from "#core/domain/model.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { checkCounts } from "#core/formats/profile.ts";
import { createFolder, mergeCounts, subtractCounts } from "#core/domain/window.ts";
import { derivedCounts, layoutOf } from "#core/domain/reference-cells.ts";
import { estimateWindow } from "#core/estimation.ts";
import { buildReference, type ReferenceInput } from "#core/reference/build.ts";
import { referenceFromCounts } from "#core/reference/from-counts.ts";
import { verifyReference } from "#core/reference/validate.ts";
import type { Reference } from "#core/domain/reference.ts";
import { categorical, columnsOf, Draws, numeric, sha256 } from "../statistics/synthetic.ts";
import { kernel } from "./kernels.ts";

const draws = new Draws(11);
const perDay = 40;
const rows = 28 * perDay;
const draw = <T>(of: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => of(row));

const x = draw(() => draws.normal());
const kind = draw((row) => (row % 31 === 0 ? null : "abc"[row % 3]));
const score = draw((row) => {
  const squeezed = 1 / (1 + Math.exp(-x[row] - draws.normal() / 2));
  return row % 41 === 0 ? NaN : squeezed;
});
const answer = draw((row) => score[row] >= 0.5);
const chance = draw((row) => (Number.isNaN(score[row]) ? 0.5 : score[row] * 0.8));
const happened = Float64Array.from(chance, (p) => Number(draws.uniform() < p));

interface Setting {
  task: "binary" | "multiclass" | "regression";
  classes: string[];
  features: Feature[];
  columns: Record<string, Column>;
  labels: Float64Array;
}

const feature = { name: "x", type: "numeric", role: "feature" } as const;
const kinds = { name: "kind", type: "categorical", role: "feature" } as const;
const third = (p: number, at: number): number => [p / 2, (1 - p) * 0.7, p / 2 + (1 - p) * 0.3][at];

const settings: Setting[] = [
  {
    task: "binary",
    classes: [],
    features: [
      feature,
      { name: "score", type: "numeric", role: "score" },
      { name: "answer", type: "boolean", role: "prediction" },
    ],
    columns: { x: numeric(x), score: numeric(score), answer: categorical(answer.map(String)) },
    labels: happened,
  },
  {
    task: "multiclass",
    classes: ["a", "b", "c"],
    features: [
      feature,
      ...["a", "b", "c"].map(
        (name) => ({ name: `of_${name}`, type: "numeric", role: "score", class: name }) as const,
      ),
    ],
    columns: {
      x: numeric(x),
      ...Object.fromEntries(
        ["a", "b", "c"].map((name, at) => [`of_${name}`, numeric(score.map((p) => third(p, at)))]),
      ),
    },
    labels: Float64Array.from(chance, (p) => {
      const at = draws.uniform();
      return at < third(p, 0) ? 0 : at < third(p, 0) + third(p, 1) ? 1 : 2;
    }),
  },
  {
    task: "regression",
    classes: [],
    features: [feature, kinds, { name: "answer", type: "numeric", role: "prediction" }],
    columns: { x: numeric(x), kind: categorical(kind), answer: numeric(x.map((value) => 10 + value)) },
    labels: Float64Array.from(x, (value) => 10 + value + draws.normal() * (1 + Math.abs(value))),
  },
];

async function make({ task, classes, features, columns, labels }: Setting) {
  const input: ReferenceInput = {
    ...{ task, classes, features, labels, seed: 1, periodMs: 86_400_000 },
    columns: columnsOf(columns, perDay),
  };
  return { columns: input.columns, reference: await buildReference(kernel, input, sha256) };
}

describe.each(await Promise.all(settings.map(async (one) => ({ ...one, ...(await make(one)) }))))(
  "the estimates of a $task model",
  ({ task, columns, reference }: { task: Setting["task"]; columns: Columns; reference: Reference }) => {
    const folder = createFolder(kernel, reference);
    const all = folder.fold(columns);
    const [block] = reference.derived;

    test("are counted exactly, in any pieces and in any order", () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 0, max: 6 }), { minLength: rows, maxLength: rows }),
          fc.boolean(),
          (pieceOf, again) => {
            const counts = new Float64Array(folder.layout.slots);
            const pieces = [0, 1, 2, 3, 4, 5, 6].map((piece) =>
              [...pieceOf.keys()].filter((row) => pieceOf[row] === piece),
            );
            for (const piece of again ? pieces.reverse() : pieces) {
              // Rows of a piece in reverse: their order does not matter either.
              mergeCounts(counts, folder.fold(columns, Int32Array.from([...piece].reverse())));
            }
            expect(counts).toEqual(all);
            for (const piece of pieces) subtractCounts(counts, folder.fold(columns, Int32Array.from(piece)));
            expect(counts.every((count) => count === 0)).toBe(true);
          },
        ),
        { numRuns: 10 },
      );
    });

    test("stay whole numbers that a profile may hold, and those that no rows can have are refused", () => {
      expect(() => checkCounts(all, columns.rows, reference)).not.toThrow();
      const { offset, slots } = layoutOf(reference).derived[0];
      const spoilt: [string, (counts: Float64Array) => void][] = [
        ["more rows", (counts) => (counts[offset] += 1e6)],
        ["a larger sum", (counts) => (counts[offset + slots - 1] += 1e14)],
        ["a fraction", (counts) => (counts[offset + slots - 1] += 0.5)],
      ];
      for (const [what, spoil] of spoilt) {
        const counts = all.slice();
        spoil(counts);
        expect(() => checkCounts(counts, columns.rows, reference), what).toThrow(ProblemError);
      }
    });

    test("know the reference itself and each of its chunks", () => {
      const own = block.reference as { counts: number[]; errors: object; chunks: Record<string, number[]> };
      expect(own.counts).toEqual([...derivedCounts(all, folder.layout, block.kind)!]);
      const found = estimateWindow(kernel, reference, all)!;
      const main = task === "regression" ? "mae" : "accuracy";
      expect(own.chunks[main]).toHaveLength(28);
      const mean = own.chunks[main].reduce((sum, value) => sum + value) / 28;
      expect(Math.abs(mean / found.metrics[main]!.value - 1)).toBeLessThan(0.05);
      expect(found.metrics[main]!.standardError).toBeGreaterThan(0);
      expect(found.assumption).toMatch(/as long as the relation between features and label/);
    });

    test("travel with the reference: as JSON by its id, and to a reference made of counts", async () => {
      const copy: unknown = JSON.parse(JSON.stringify(reference));
      await expect(verifyReference(copy, sha256)).resolves.toEqual(reference);
      const dayMs = 86_400_000;
      const chunks = Array.from({ length: 28 }, (_, day) => {
        const ofDay = Int32Array.from({ length: perDay }, (_, row) => day * perDay + row);
        return {
          startMs: reference.fromMs! + day * dayMs,
          rows: perDay,
          counts: folder.fold(columns, ofDay),
        };
      });
      const made = referenceFromCounts(kernel, { base: reference, chunks, periodMs: dayMs, seed: 1 });
      expect(layoutOf(made)).toEqual(layoutOf(reference));
      expect(estimateWindow(kernel, made, all)).toEqual(estimateWindow(kernel, reference, all));
      const { counts, chunks: series } = made.derived[0].reference as { counts: number[]; chunks: object };
      expect(counts).toEqual((block.reference as { counts: number[] }).counts);
      expect(Object.keys(series)).toEqual(Object.keys((block.reference as { chunks: object }).chunks));
    });

    test("are refused in a reference that contradicts itself", async () => {
      const spoilt: ((copy: Reference) => void)[] = [
        (copy) => (copy.derived[0].reference as { counts: number[] }).counts.pop(),
        (copy) => ((copy.derived[0].reference as { counts: number[] }).counts[0] += 1e6),
        (copy) => copy.derived.push(copy.derived[0]),
        (copy) => (copy.derived[0].kind = "guesses"),
      ];
      for (const spoil of spoilt) {
        const copy = structuredClone(reference);
        spoil(copy);
        await expect(verifyReference(copy, sha256)).rejects.toMatchObject({ code: "reference_invalid" });
      }
    });
  },
);

test("trees that walk in circles are refused", async () => {
  const { reference } = await make(settings[2]);
  const copy = structuredClone(reference) as unknown as {
    derived: { trees: { mae: { trees: { left: number[] }[] } } }[];
  };
  copy.derived[0].trees.mae.trees[0].left[0] = 0;
  await expect(verifyReference(copy, sha256)).rejects.toMatchObject({ code: "reference_invalid" });
});

test("without labels a reference has no estimates", async () => {
  const { features, columns } = settings[0];
  const input = { features, columns: columnsOf(columns), seed: 1, periodMs: 86_400_000 };
  const reference = await buildReference(kernel, input, sha256);
  expect(reference.derived.map(({ kind }) => kind)).toEqual(["ranges"]);
  expect(estimateWindow(kernel, reference, createFolder(kernel, reference).fold(input.columns))).toBeNull();
});
