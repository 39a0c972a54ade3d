import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Columns, selectRows } from "#core/domain/columns.ts";
import { compareLike } from "#core/methods/compat/compat.ts";
import { evidentlyDrift } from "#core/methods/compat/evidently.ts";
import { evidentlyDefault, type EvidentlyTest } from "#core/methods/compat/evidently-tests.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { byDefault, byName } from "./evidently-second-way.ts";
import { tableColumns, tableOf } from "./peer-tables.ts";
import { present, readPeer } from "./reference-data.ts";

interface Case {
  id: string;
  test: string;
  kind: "numerical" | "categorical";
  ref: number[] | string[];
  cur: number[] | string[];
  expected: number;
  abs_tolerance: number;
}

const names: Record<string, EvidentlyTest> = {
  chi_square_goodness_of_fit_p: "chisquare",
  z_test_p: "z",
  anderson_darling_p: "anderson",
  g_test_goodness_of_fit_p: "g_test",
  fisher_exact_p: "fisher_exact",
  energy_distance: "ed",
  hellinger_distance: "hellinger",
};

const tables = new Map<string, Columns>();

function slice(name: string, from: number, to: number): Columns {
  if (!tables.has(name)) tables.set(name, tableColumns(name));
  return selectRows(
    tables.get(name)!,
    Int32Array.from({ length: to - from }, (_, i) => from + i),
  );
}

const both = ([name, from, to, monitoredFrom, monitoredTo]: (typeof byName)[number]["slice"]): [
  Columns,
  Columns,
] => [slice(`${name}_reference`, from, to), slice(`${name}_monitored`, monitoredFrom, monitoredTo)];

/** Two p-values of SciPy are known to fewer digits: it takes 1 − cdf (Cramér–von Mises), and Epps–Singleton's is asked to 1e-6. */
function toleranceOf(test: EvidentlyTest, expected: number): Tolerance {
  if (test === "cramer_von_mises") return { relative: 1e-6, absolute: 1e-7 };
  if (test === "es") return { relative: 1e-6 };
  return expected < 1e-100 ? { relative: 1e-6, absolute: 1e-300 } : { relative: 1e-8, absolute: 1e-12 };
}

describe.each(kernels)("Evidently's data drift, by the $name kernel", (kernel) => {
  it("has the numbers that its own tests expect", () => {
    const comparison = new Comparison("evidently_stattests");
    if (present)
      for (const { id, test, kind, ref, cur, expected, abs_tolerance } of readPeer<{ cases: Case[] }>(
        "evidently_stattests",
      ).cases) {
        const [reference, current] = [ref, cur].map((values) => tableOf({ column: values }));
        const name = names[test];
        const { columns } = evidentlyDrift(kernel, reference, current, {
          types: { column: kind },
          tests: { column: name },
        });
        comparison.check(`${id} ${name}`, columns[0].score, expected, {
          relative: 0,
          absolute: abs_tolerance,
        });
      }
    comparison.finish(kernel.name);
  });

  it("chooses, measures and judges each column as it does", () => {
    const comparison = new Comparison("values made with NumPy and SciPy");
    if (present)
      for (const each of byDefault) {
        const found = compareLike(kernel, "evidently", ...both(each.slice));
        const where = each.slice.join(" ");
        expect(found.columns.map(({ column, type, test, drifted }) => [column, type, test, drifted])).toEqual(
          each.columns.map(([column, type, test, , drifted]) => [column, type, test, drifted]),
        );
        found.columns.forEach(({ column, test, score }, i) => {
          const expected = each.columns[i][3];
          if (test)
            comparison.check(`${where} ${column} ${test}`, score, expected, toleranceOf(test, expected));
        });
        const judged = each.columns.filter(([, , , , drifted]) => drifted !== null);
        const share = judged.filter(([, , , , drifted]) => drifted).length / judged.length;
        expect([found.share, found.drifted]).toEqual([share, share >= 0.5]);
      }
    comparison.finish(kernel.name);
  });

  it("has every test by its name", () => {
    const comparison = new Comparison("values made with NumPy and SciPy");
    if (present)
      for (const { slice, column, scores } of byName)
        for (const [test, expected, drifted] of scores) {
          const numeric = !["z", "chisquare", "g_test", "fisher_exact"].includes(scores[0][0]);
          const types = { [column]: numeric ? "numerical" : "categorical" } as const;
          const { columns } = evidentlyDrift(kernel, ...both(slice), {
            columns: [column],
            types,
            tests: { [column]: test },
          });
          comparison.check(
            `${slice.join(" ")} ${column} ${test}`,
            columns[0].score,
            expected,
            toleranceOf(test, expected),
          );
          expect(columns[0].drifted).toBe(drifted);
        }
    comparison.finish(kernel.name);
  });

  it("refuses what it refuses, and answers in range otherwise, for any numbers", () => {
    const few = fc.constantFrom(0, -0, 1, 2, NaN, Infinity);
    const anything = fc.array(fc.oneof(few, fc.double()), { maxLength: 25 });
    fc.assert(
      fc.property(anything, anything, fc.constantFrom("numerical", "categorical"), (before, now, type) => {
        const [reference, current] = [before, now].map((column) => tableOf({ column }));
        const empty = [before, now].some((values) => !values.some(Number.isFinite));
        for (const test of everyTest) {
          const { columns, share } = evidentlyDrift(kernel, reference, current, {
            types: { column: type },
            tests: { column: test },
          });
          const [{ score, drifted }] = columns;
          if (empty) expect([score, drifted, share]).toEqual([NaN, null, NaN]);
          if (Number.isNaN(score)) expect(drifted).not.toBe(true);
          else expect(score).toBeGreaterThanOrEqual(0);
          if (score > 1) expect(distances).toContain(test);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("compares texts and mixed columns not at all", () => {
    const texts = tableOf({ name: ["ann", "bob", "cid"], flag: ["true", "false", "true"] });
    const { columns, drifted } = evidentlyDrift(kernel, texts, texts);
    expect(columns.map(({ type, test }) => [type, test])).toEqual([
      ["text", null],
      ["categorical", "z"],
    ]);
    expect(drifted).toBe(false);
    const mixed = evidentlyDrift(kernel, tableOf({ name: [1, 2] }), tableOf({ name: ["a", "b"] }));
    expect(mixed).toMatchObject({ driftedColumns: 0, share: NaN, drifted: null });
    const gone = evidentlyDrift(kernel, texts, tableOf({ flag: ["true"] }), { columns: ["name"] });
    expect(gone.columns[0].drifted).toBeNull();
    const asNumbers = { columns: ["flag"], tests: { flag: "ks" } } as const;
    expect(() => evidentlyDrift(kernel, texts, texts, asNumbers)).toThrow(RangeError);
  });

  it("takes thresholds and shares that are asked for", () => {
    const reference = tableOf({ a: [1, 2, 3, 4, 5, 6, 7, 8], b: [1, 2, 3, 4, 5, 6, 7, 8] });
    const current = tableOf({ a: [1, 2, 3, 4, 5, 6, 7, 9], b: [9, 9, 9, 9, 9, 9, 9, 9] });
    const options = { numericalTest: "wasserstein", types: { a: "numerical", b: "numerical" } } as const;
    // By hand: 1/8 and 36/8 over √5.25.
    const found = evidentlyDrift(kernel, reference, current, options);
    expect(found.columns[0].score).toBeCloseTo(0.125 / Math.sqrt(5.25), 12);
    expect(found.columns[1].score).toBeCloseTo(4.5 / Math.sqrt(5.25), 12);
    expect([found.driftedColumns, found.drifted]).toEqual([1, true]);
    expect(evidentlyDrift(kernel, reference, current, { ...options, driftShare: 0.6 }).drifted).toBe(false);
    const strict = evidentlyDrift(kernel, reference, current, { ...options, thresholds: { a: 0.01 } });
    expect(strict.driftedColumns).toBe(2);
  });
});

const everyTest = [...new Set(byName.flatMap(({ scores }) => scores.map(([test]) => test)))];
const distances: EvidentlyTest[] = ["wasserstein", "psi", "kl_div", "ed"];

it.each<[boolean, number, number, EvidentlyTest]>([
  [true, 1000, 6, "ks"],
  [true, 1000, 5, "chisquare"],
  [true, 1000, 2, "z"],
  [true, 1001, 6, "wasserstein"],
  [true, 1001, 5, "jensenshannon"],
  [false, 1000, 3, "chisquare"],
  [false, 1000, 2, "z"],
  [false, 1001, 2, "jensenshannon"],
])("numbers: %s, %i rows, %i values: %s", (numerical, rows, distinct, test) => {
  expect(evidentlyDefault(numerical, rows, distinct)).toBe(test);
});
